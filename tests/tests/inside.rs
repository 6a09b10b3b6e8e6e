//! Records of one adapter with a record of another in them: each adapter's own tests know only its
//! own formats.

#![expect(clippy::expect_used, reason = "a test")]

use nepho as _;
use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

/// Checks the last row of `text`: its format, its time (empty: none), and values of columns.
fn check(text: &str, format: &str, time: &str, values: &[(Column, &str)]) {
    let mut out = LogsBuilder::new(Timestamp(0));
    decode_text(text.as_bytes(), Stream::default(), None, &mut out).expect("decodes");
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let last = view.len() - 1;
    assert_eq!(view.text(Column::Format, last), Some(format), "{text}");
    let told = view.time(last).map(|time| time.to_string());
    assert_eq!(told.unwrap_or_default(), time, "{text}");
    for (column, value) in values {
        assert_eq!(view.text(*column, last), Some(*value), "{text}");
    }
}

/// An entry of Cloud Logging with this payload.
fn entry(payload: &str) -> String {
    format!(
        r#"{{"insertId":"1","jsonPayload":{payload},"logName":"projects/shop/logs/x","resource":{{"type":"gce_instance","labels":{{"project_id":"shop","instance_id":"123456"}}}},"timestamp":"2026-05-12T10:00:15.5Z","severity":"INFO"}}"#
    )
}

#[test]
fn lines_of_hosts_are_read_within_entries_of_cloud_logging() {
    let failed = "Failed password for root from 203.0.113.7 port 22 ssh2";
    let line = |clock: &str| {
        entry(&format!(
            r#"{{"message":"May 12 {clock} vm-1 sshd[12]: {failed}"}}"#
        ))
    };
    let values = [(Column::Actor, "root"), (Column::SourceIp, "203.0.113.7")];
    check(
        &line("10:00:15"),
        "linux.auth",
        "2026-05-12T10:00:15Z",
        &values,
    );
    // The clock of a machine in another zone: the entry tells the time.
    let time = "2026-05-12T10:00:15.500Z";
    check(&line("08:00:15"), "linux.auth", time, &values);
    let numbered = line("12:00:15").replace("\"May", "\"<86>May");
    check(&numbered, "linux.auth", time, &values);
    let journal = format!(
        r#"{{"MESSAGE":"{failed}","SYSLOG_IDENTIFIER":"sshd","_PID":"12","_HOSTNAME":"vm-1"}}"#
    );
    let values = [(Column::Actor, "root"), (Column::Host, "vm-1")];
    let time = "2026-05-12T10:00:15.500Z";
    check(&entry(&journal), "linux.auth", time, &values);
    let nameless = journal.replace("_HOSTNAME", "_X");
    check(
        &entry(&nameless),
        "gcp.log",
        time,
        &[(Column::Host, "123456")],
    );
}

#[test]
fn events_of_a_cluster_are_read_whatever_their_first_key() {
    let event = r#"{"message":"Back-off restarting failed container","apiVersion":"v1","kind":"Event","metadata":{"name":"x","namespace":"shop"},"involvedObject":{"kind":"Pod","name":"web-1","namespace":"shop"},"reason":"BackOff","type":"Warning","lastTimestamp":"2026-05-12T10:00:14Z"}"#;
    let values = [(Column::Action, "BackOff")];
    check(
        &entry(event),
        "kubernetes.events",
        "2026-05-12T10:00:14Z",
        &values,
    );
}

#[test]
fn lines_of_programs_that_write_no_process_id_are_read_within_rows_of_log_analytics() {
    let row = r#"{"TimeGenerated":"2026-05-12T14:05:03Z","Computer":"web","HostName":"","EventTime":null,"Facility":"authpriv","SeverityLevel":"notice","ProcessName":"sudo","SyslogMessage":"    mona : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls","Type":"Syslog"}"#;
    let values = [
        (Column::Actor, "mona"),
        (Column::Host, "web"),
        (Column::Provider, "azure"),
    ];
    check(row, "linux.auth", "2026-05-12T14:05:03Z", &values);
}

#[test]
fn lines_of_hosts_are_read_within_what_shippers_write() {
    let row = r#"{"timestamp":"2026-05-12T14:05:03Z","host":"web","source_type":"file","file":"/var/log/auth.log","message":"May 12 14:05:02 web sshd[12]: Invalid user mallory from 203.0.113.7 port 22"}"#;
    let values = [(Column::Actor, "mallory")];
    check(row, "linux.auth", "2026-05-12T14:05:02Z", &values);
    let row = r#"{"time":"2026-05-12T14:05:03.25Z","host":"web","ident":"sudo","pid":"","message":"mona : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls"}"#;
    let values = [(Column::Actor, "mona")];
    check(row, "linux.auth", "2026-05-12T14:05:03.250Z", &values);
}

#[test]
fn entries_of_the_audit_log_of_azure_devops_are_read_within_events() {
    let event = r#"{"id":"e-1","eventType":"AzureDevOpsAuditEvent","subject":"audit","eventTime":"2026-05-12T14:00:04Z","dataVersion":"1","metadataVersion":"1","topic":"/subscriptions/s/resourceGroups/g/providers/Microsoft.EventGrid/topics/audit","data":{"Id":"2517:2","ActorCUID":"c","ActorUPN":"mona@example.com","Timestamp":"2026-05-12T14:00:03.5Z","ScopeType":"Organization","ScopeDisplayName":"shop (Organization)","IpAddress":"203.0.113.9","ActionId":"Library.VariableGroupModified","Details":"Modified variable group","Area":"Library","Category":"Modify"}}"#;
    let values = [
        (Column::Actor, "mona@example.com"),
        (Column::Action, "Library.VariableGroupModified"),
    ];
    let time = "2026-05-12T14:00:03.500Z";
    check(event, "azure.devops_audit", time, &values);
}

#[test]
fn lines_of_servers_are_read_within_custom_tables_of_log_analytics() {
    let row = r#"{"TenantId":"t","TimeGenerated":"2026-05-12T14:00:21Z","Computer":"vm-1","RawData":"May 12 14:00:20 vm-1 sshd[12]: Invalid user mallory from 203.0.113.7 port 22","Type":"Auth_CL"}"#;
    let values = [
        (Column::Actor, "mallory"),
        (Column::Host, "vm-1"),
        (Column::Provider, "azure"),
    ];
    check(row, "linux.auth", "2026-05-12T14:00:20Z", &values);
}

#[test]
fn lines_of_requests_are_read_within_the_console_of_app_service() {
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/checkout";
    let record = format!(
        r#"{{"time":"2026-05-12T14:00:08Z","resourceId":"{id}","category":"AppServiceConsoleLogs","operationName":"Microsoft.Web/sites/log","level":"Informational","resultDescription":"203.0.113.4 - - [12/May/2026:14:00:08 +0000] \"GET /cart HTTP/1.1\" 500 5 \"-\" \"curl/8.5.0\""}}"#
    );
    let values = [
        (Column::Path, "/cart"),
        (Column::SourceIp, "203.0.113.4"),
        (Column::Service, "checkout"),
        (Column::Provider, "azure"),
    ];
    check(
        &record,
        "proxies.access_log",
        "2026-05-12T14:00:08Z",
        &values,
    );
}

#[test]
fn lines_of_components_are_read_within_the_journal_of_a_node_of_gke() {
    let line = r#"E0512 14:00:07.000000    1234 kubelet.go:2396] \"not ready\""#;
    let record = format!(
        r#"{{"insertId":"1","jsonPayload":{{"PRIORITY":"6","SYSLOG_IDENTIFIER":"kubelet","_HOSTNAME":"n1","MESSAGE":"{line}"}},"logName":"projects/shop/logs/kubelet","resource":{{"type":"k8s_node","labels":{{"project_id":"shop","cluster_name":"c","location":"europe-west1","node_name":"n1"}}}},"timestamp":"2026-05-12T14:00:07Z"}}"#
    );
    let values = [
        (Column::Process, "kubelet"),
        (Column::Body, "\"not ready\""),
    ];
    check(&record, "kubernetes.klog", "2026-05-12T14:00:07Z", &values);
}

#[test]
fn calls_of_cloudtrail_are_read_whatever_event_came_before() {
    let state = r#"{"version":"0","id":"1","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","account":"111122223333","time":"2026-05-12T14:05:00Z","region":"eu-west-1","resources":[],"detail":{"instance-id":"i-1","state":"running"}}"#;
    let call = r#"{"version":"0","id":"2","detail-type":"AWS API Call via CloudTrail","source":"aws.ec2","account":"111122223333","time":"2026-05-12T14:05:01Z","region":"eu-west-1","resources":[],"detail":{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/mona","accountId":"111122223333","userName":"mona"},"eventTime":"2026-05-12T14:05:01Z","eventSource":"ec2.amazonaws.com","eventName":"StopInstances","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.7","errorCode":"Client.UnauthorizedOperation","eventID":"e","eventType":"AwsApiCall"}}"#;
    let values = [
        (Column::Action, "StopInstances"),
        (Column::SourceIp, "203.0.113.7"),
    ];
    let text = format!("{state}\n{call}\n");
    check(&text, "aws.cloudtrail", "2026-05-12T14:05:01Z", &values);
}

#[test]
fn who_was_let_into_a_cluster_is_told_behind_other_lines_of_logfmt() {
    let text = "time=\"2026-05-12T14:04:59Z\" level=info msg=\"starting controller\"\n\
                time=\"2026-05-12T14:05:01Z\" level=info msg=\"access granted\" \
                arn=\"arn:aws:iam::111122223333:role/web\" username=\"eks:node\"\n";
    let values = [(Column::Actor, "arn:aws:iam::111122223333:role/web")];
    let format = "aws.eks_authenticator_audit";
    check(text, format, "2026-05-12T14:05:01Z", &values);
}

#[test]
fn messages_behind_a_header_of_syslog_are_those_of_their_programs() {
    let time = "2026-05-12T14:00:00Z";
    let current = |app: &str, message: &str| format!("<134>1 {time} lb-1 {app} 12 - - {message}");
    let host = (Column::Host, "lb-1");
    check(
        &current(
            "haproxy",
            r#"203.0.113.7:51234 [12/May/2026:14:00:00.000] web cart/cart-1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /x HTTP/1.1""#,
        ),
        "haproxy.http_access",
        time,
        &[host, (Column::SourceIp, "203.0.113.7")],
    );
    check(
        &current(
            "haproxy",
            "Server cart/cart-1 is DOWN, reason: Layer4 timeout",
        ),
        "haproxy.log",
        time,
        &[
            host,
            (
                Column::Body,
                "Server cart/cart-1 is DOWN, reason: Layer4 timeout",
            ),
        ],
    );
    check(
        &current(
            "filterlog",
            "5,,,1000000103,igb1,match,block,in,4,0x0,,64,0,0,DF,6,tcp,60,203.0.113.7,10.0.0.5,51234,22,0,S,1,,64240,,",
        ),
        "pfsense.firewall",
        time,
        &[host, (Column::Action, "block")],
    );
    check(
        &current("postfix/smtpd", "connect from unknown[203.0.113.7]"),
        "postfix.log",
        time,
        &[
            (Column::Process, "postfix/smtpd"),
            (Column::SourceIp, "203.0.113.7"),
        ],
    );
    check(
        &current(
            "suricata",
            r#"{"timestamp":"2026-05-12T14:00:00.000000+0000","event_type":"dns","flow_id":1,"src_ip":"203.0.113.7","dest_ip":"10.0.0.5","proto":"UDP"}"#,
        ),
        "suricata.eve",
        time,
        &[host, (Column::Peer, "10.0.0.5")],
    );
    check(
        r#"<189>date=2026-05-12 time=14:00:00 devname="fw-1" devid="FG1" tz="+0000" logid="1" type="traffic" level="notice" srcip=10.0.0.5 dstip=198.51.100.7 action="deny""#,
        "fortinet.firewall",
        time,
        &[(Column::Host, "fw-1")],
    );
    check(
        "<14>May 12 14:00:00 pa-1 1,2026/05/12 14:00:00,007,SYSTEM,auth,0,2026/05/12 14:00:00,,auth-fail,,0,0,general,medium,failed",
        "paloalto.firewall",
        time,
        &[(Column::Host, "pa-1"), (Column::Action, "auth-fail")],
    );
}

#[test]
fn lines_of_haproxy_are_read_with_their_header_whatever_came_before() {
    let cron = "May 12 14:00:00 lb-1 CRON[9]: (root) CMD (ls)";
    let line = "May 12 14:00:01 lb-1 haproxy[12]: 203.0.113.7:51234 [12/May/2026:14:00:01.000] \
                front cart/cart-1 0/0/5007 212 -- 0/0/0/0/3 0/0";
    check(
        &format!("{cron}\n{line}\n"),
        "haproxy.tcp_access",
        "2026-05-12T14:00:01Z",
        &[(Column::Raw, line), (Column::Host, "lb-1")],
    );
}

#[test]
fn a_runtime_knows_better_than_a_clock_without_a_zone() {
    let line = "2026/05/12 16:00:44 [error] 1#1: *5 upstream timed out";
    let time = "2026-05-12T14:00:44.095200Z";
    let within_cri = |line: &str| format!("2026-05-12T14:00:44.0952Z stderr F {line}");
    check(&within_cri(line), "nginx.error", time, &[]);
    let in_docker =
        format!(r#"{{"log":"{line}\n","stream":"stderr","time":"2026-05-12T14:00:44.0952Z"}}"#);
    check(
        &in_docker,
        "nginx.error",
        time,
        &[(Column::Raw, line), (Column::Outer, &in_docker)],
    );
    // An event of long ago that is told now keeps its time.
    let late = line.replace("16:00:44", "09:17:03");
    let time = "2026-05-12T09:17:03Z";
    check(&within_cri(&late), "nginx.error", time, &[]);
}

/// Lines of many formats, each with its format and its time.
const LINES: [(&str, &str, &str); 14] = [
    (
        r#"10.0.0.7 - - [12/May/2026:14:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8.0""#,
        "proxies.access_log",
        "2026-05-12T14:00:00Z",
    ),
    (
        "[Tue May 12 14:00:00.500000 2026] [core:error] [pid 7] [client 10.0.0.7:50000] AH00037: no",
        "apache.error",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "May 12 14:00:00 lb haproxy[7]: 10.0.0.7:50000 [12/May/2026:14:00:00.500] in shop/shop-1 1/0/5 212 -- 1/1/0/0/0 0/0",
        "haproxy.tcp_access",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "2026-05-12T14:00:00.500000Z 12 [Warning] [MY-010055] [Server] no name for 10.0.0.7",
        "mysql.error",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "2026-05-12 14:00:00.500 UTC [7] ERROR:  relation \"orders\" does not exist",
        "postgresql.log",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "2026-05-12T14:00:00.500+0000 I NETWORK  [conn7] end connection 10.0.0.7:50000",
        "mongodb.log_text",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "1:M 12 May 2026 14:00:00.500 * Background saving terminated with success",
        "redis.log",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "[2026-05-12 14:00:00,500] INFO [GroupCoordinator 1]: Stabilized group shop (kafka.coordinator.group.GroupCoordinator)",
        "kafka.server",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "2026-05-12 14:00:00.500000+00:00 [error] <0.7.0> closing AMQP connection <0.7.0>",
        "rabbitmq.log",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "2026-05-12T14:00:00.500Z stdout F ready to serve",
        "kubernetes.cri",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "<134>1 2026-05-12T14:00:00.500Z web shop 7 - - ready to serve",
        "linux.syslog",
        "2026-05-12T14:00:00.500Z",
    ),
    (
        "2 111122223333 eni-0a1b2c3d4e5f60718 10.0.0.7 10.0.0.8 50000 443 6 9 900 1778594340 1778594400 ACCEPT OK",
        "aws.vpcflow",
        "2026-05-12T14:00:00Z",
    ),
    (
        "2026-05-12\t14:00:00\tFRA1\t390\t10.0.0.7\tGET\td111111abcdef8.cloudfront.net\t/a\t200\t-\tcurl/8.0\t-\t-\tHit\tAbCdEf==\tshop.example.com\thttps\t23\t0.001\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t50000\t0.001\tHit\ttext/html\t78\t-\t-",
        "aws.cloudfront",
        "2026-05-12T14:00:00Z",
    ),
    (
        "1.0 2026-05-12T14:00:00.500Z Z0A1B2C3D4E5F6 shop.example.com A NOERROR UDP FRA6 10.0.0.7 -",
        "aws.route53_query",
        "2026-05-12T14:00:00.500Z",
    ),
];

#[test]
fn any_line_is_read_behind_a_time_and_what_else_is_printed_before_it() {
    for (line, format, time) in LINES {
        check(line, format, time, &[]);
        for before in [
            "2026-05-20T07:00:00.123Z ",
            "2026-05-20T07:00:00.123456789+02:00 ",
            "2026-05-20T07:00:00 ",
            "2026-05-20T07:00:00.123000+00:00 shop/web/0a1b2c ",
            "2026-05-20T07:00:00.123000+00:00 2026/05/20/[$LATEST]0a1b2c3d ",
            "2026-05-20T07:00:00.123Z 2026-05-20T07:00:00.100Z ",
            "web-1  | ",
            "web-1  | 2026-05-20T07:00:00.123456789Z ",
            "[pod/web-1/app] ",
            "[pod/web-1/app] 2026-05-20T07:00:00.123456789Z ",
            "2026-05-20T07:00:00.123456789Z stdout F ",
        ] {
            check(&format!("{before}{line}"), format, time, &[]);
        }
    }
}

#[test]
fn a_line_without_a_time_takes_the_one_before_it() {
    let line = r#"2026-05-12T14:00:00.123000+00:00 web-1 5:C 12 May 2026 14:00:00.500 * RDB done"#;
    check(
        line,
        "redis.log",
        "2026-05-12T14:00:00.500Z",
        &[(Column::Host, "web-1"), (Column::Body, "RDB done")],
    );
    let object = r#"2026-05-12T14:00:00.123Z {"eventVersion":"1.08","eventSource":"ec2.amazonaws.com","eventName":"StopInstances","awsRegion":"eu-west-1","recipientAccountId":"111122223333","userIdentity":{"type":"Root"}}"#;
    check(
        object,
        "aws.cloudtrail",
        "2026-05-12T14:00:00.123Z",
        &[(Column::Action, "StopInstances")],
    );
}

#[test]
fn lines_that_begin_with_a_time_of_their_own_stay_what_they_are() {
    let time = "2026-05-12T14:00:00.500Z";
    let check = |line: &str, format: &str, values: &[(Column, &str)]| {
        // Not even behind others of the kind.
        for text in [line.to_owned(), format!("{line}\n{line}\n{line}\n{line}")] {
            check(&text, format, time, values);
        }
    };
    check(
        "2026-05-12T14:00:00.500Z INFO [main] com.example.Shop: started in 3 s",
        "generic.text",
        &[],
    );
    check(
        "2026-05-12T14:00:00.500000+00:00 web shop[12]: order 7 paid",
        "linux.syslog",
        &[(Column::Host, "web"), (Column::Process, "shop")],
    );
    check(
        "2026-05-12T14:00:00.500000Z 12 [Note] ready for connections",
        "mysql.error",
        &[],
    );
    check(
        "2026-05-12T14:00:00.500Z order | paid | 12",
        "generic.text",
        &[(Column::Body, "order | paid | 12")],
    );
}

#[test]
fn lines_are_read_as_json_strings_and_base64() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use std::io::Write;

    for (line, format, time) in LINES {
        let string = serde_json::to_string(line).expect("a string");
        check(&string, format, time, &[]);
        check(&STANDARD.encode(line), format, time, &[]);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(line.as_bytes()).expect("writes");
        let packed = STANDARD.encode(gzip.finish().expect("writes"));
        check(&packed, format, time, &[]);
        let event = |data: &str| {
            format!(
                r#"{{"specversion":"1.0","id":"1","type":"com.example.log","source":"/shop","time":"2026-05-20T07:00:00Z",{data}}}"#
            )
        };
        let base64 = STANDARD.encode(line);
        check(&event(&format!(r#""data":{string}"#)), format, time, &[]);
        let data = format!(r#""data_base64":"{base64}""#);
        check(&event(&data), format, time, &[]);
    }
    // What is no record of anything stays the text it is.
    for text in [
        "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "bm8gZm9ybWF0IGtub3dzIHRoaXMgcGxhaW4gc2VudGVuY2U=",
    ] {
        check(text, "generic.text", "", &[(Column::Body, text)]);
    }
}

#[test]
fn a_forced_format_reads_what_texts_wrap() {
    let (line, format, _) = LINES[0];
    let string = serde_json::to_string(line).expect("a string");
    for text in [string, format!("2026-05-20T07:00:00.123Z {line}")] {
        let mut out = LogsBuilder::new(Timestamp(0));
        let stream = Stream::default();
        decode_text(text.as_bytes(), stream, Some(format), &mut out).expect("decodes");
        let batch = out.finish().expect("a batch");
        let view = LogsView::new(&batch).expect("a view");
        assert_eq!(view.text(Column::Path, 0), Some("/a"), "{text}");
    }
}

#[test]
fn json_behind_a_cookie_is_read_without_a_header_of_syslog() {
    let line = r#"@cee: {"time":"2026-05-12T10:00:15.5Z","type":"request","auth":{"display_name":"ldap-mona"},"request":{"id":"r1","operation":"read","path":"secret/data/shop","remote_address":"10.0.0.7"}}"#;
    let values = [(Column::Actor, "ldap-mona"), (Column::RequestId, "r1")];
    check(line, "vault.audit", "2026-05-12T10:00:15.500Z", &values);
}

#[test]
fn a_header_behind_a_time_or_in_a_container_is_counted() {
    let flow = "2 111122223333 eni-1 10.0.0.1 10.0.0.2 50000 443 6 8 568 1778594400 1778594460 \
                ACCEPT OK";
    let header = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets \
                  bytes start end action log-status";
    for before in ["2026-05-12T14:00:00Z ", "2026-05-12T14:00:00Z stdout F "] {
        for lines in [[flow, header], [header, flow]] {
            let [first, second] = lines.map(|line| format!("{before}{line}\n"));
            let text = first + &second;
            let mut out = LogsBuilder::new(Timestamp(0));
            let counts = decode_text(text.as_bytes(), Stream::default(), None, &mut out);
            let counts = counts.expect("decodes");
            assert_eq!(counts.formats, [("aws.vpcflow", 1)], "{text}");
            assert_eq!(counts.structure, 1, "{text}");
        }
    }
}

#[test]
fn lines_of_text_are_read_within_the_json_of_applications() {
    let packet = "[UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.7 PROTO=TCP SPT=51000 DPT=22";
    let record =
        format!(r#"{{"log":"{packet}\n","stream":"stderr","time":"2026-05-12T14:00:00Z"}}"#);
    check(
        &record,
        "linux.firewall",
        "2026-05-12T14:00:00Z",
        &[(Column::SourceIp, "203.0.113.9"), (Column::Body, packet)],
    );
}

#[test]
fn what_stands_around_an_event_is_told_of_the_surest_format() {
    let raw = "2026/05/12 14:00:44 [error] 1#1: *5 upstream timed out";
    let outer =
        format!(r#"{{"log":"{raw}\n","stream":"stderr","time":"2026-05-12T14:00:44.0952Z"}}"#);
    let mut told = Vec::new();
    let formats = nepho_codec::detect::Formats::linked();
    let stream = nepho_core::format::Stream::default();
    formats.extras(
        "nginx.error",
        raw,
        Some(&outer),
        &stream,
        &mut |name, value| {
            told.push(format!("{name}={value}"));
        },
    );
    assert!(told.contains(&"stream=stderr".to_owned()), "{told:?}");
}
