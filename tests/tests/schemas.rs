//! What `parse --as` writes is read back: the rows of every fixture are written in each schema and
//! read again by the product's own readers of it, and the columns that the schema has a word for
//! are the same. The reader is named: text of another format that stands in a value could
//! otherwise be taken for the whole. And it is valid by the published schemas.
#![cfg(feature = "full")]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of a test may end it, and it tells what it counted"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow_array::RecordBatch;
use nepho::output::schemas::{Schema, SchemaWriter};
use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

/// Values of a row by column, as text that can be compared.
type Cells = BTreeMap<&'static str, String>;

/// When everything was observed.
const OBSERVED: Timestamp = Timestamp(1_714_557_600_000_000_000);

/// Columns that come back as they were wherever they were set.
const OTLP: [&str; 17] = [
    "time",
    "provider",
    "observed_time",
    "severity",
    "outcome",
    "duration",
    "status",
    "service",
    "action",
    "actor",
    "source_ip",
    "user_agent",
    "region",
    "account",
    "environment",
    "body",
    "resource",
];
const ECS: [&str; 20] = [
    "time",
    "severity",
    "provider",
    "outcome",
    "duration",
    "service",
    "action",
    "actor",
    "source_ip",
    "source_port",
    "peer",
    "peer_port",
    "user_agent",
    "region",
    "account",
    "environment",
    "host",
    "process",
    "body",
    "trace_id",
];
const OCSF: [&str; 23] = [
    "time",
    "duration",
    "outcome",
    "severity",
    "status",
    "service",
    "action",
    "actor",
    "source_ip",
    "source_port",
    "peer_port",
    "path",
    "user_agent",
    "provider",
    "region",
    "account",
    "environment",
    "host",
    "process",
    "body",
    "trace_id",
    "span_id",
    "resource",
];
/// Columns that have a value afterwards only in rows that had one before, in each of the schemas
/// whose list above has them.
const NEVER_INVENTED: [&str; 12] = [
    "account",
    "action",
    "actor",
    "environment",
    "process",
    "region",
    "resource",
    "service",
    "severity",
    "source_ip",
    "span_id",
    "time",
];

fn fixtures() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adapters");
    find(&adapters, &mut found);
    found.sort();
    assert!(found.len() > 150, "{} fixtures", found.len());
    found
}

/// Files in the folders of logs of the corpus, which no format takes for something else.
fn corpus_files(corpus: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(corpus).expect("a folder").flatten() {
        if entry.path().is_dir() {
            find_all(&entry.path(), &mut found);
        }
    }
    found.sort();
    found
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut all = Vec::new();
    find_all(folder, &mut all);
    let is_fixture = |path: &PathBuf| {
        path.parent()
            .is_some_and(|folder| folder.ends_with("fixtures"))
            && path.extension().is_none_or(|ending| ending != "snap")
    };
    found.extend(all.into_iter().filter(is_fixture));
}

fn find_all(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => find_all(&path, found),
            false => found.push(path),
        }
    }
}

fn read(bytes: &[u8], uri: &str, format: Option<&str>) -> RecordBatch {
    let stream = Stream {
        uri: uri.to_owned(),
        modified: Some(OBSERVED),
        ..Stream::default()
    };
    let mut out = LogsBuilder::new(OBSERVED);
    decode_text(bytes, stream, format, &mut out).expect("decoding");
    out.finish().expect("a batch")
}

/// The rows, one batch each, so that they keep their order.
fn written(schema: Schema, batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = SchemaWriter::new(&mut bytes, schema);
    for row in 0..batch.num_rows() {
        let row = batch.slice(row, 1);
        writer.write(&row, &Stream::default()).expect("written");
    }
    writer.finish().expect("finished");
    bytes
}

/// The values of a row, as exactly as the schema tells them.
fn cells(schema: Schema, view: &LogsView<'_>, row: usize) -> Cells {
    let mut cells = Cells::new();
    let mut add = |name: &'static str, value: Option<String>| {
        if let Some(value) = value {
            cells.insert(name, value);
        }
    };
    let is_ocsf = schema == Schema::Ocsf;
    let time = view.time(row).map(|time| time.0);
    add("time", time.map(|time| time.to_string()));
    add("observed_time", Some(view.observed(row).to_string()));
    let level = |severity: Severity| match is_ocsf {
        true if severity.0 <= 12 => "info".to_owned(),
        true => severity.name().to_owned(),
        false => severity.0.to_string(),
    };
    add("severity", view.severity(row).map(level));
    let outcome = view.outcome(row);
    add("outcome", outcome.map(|outcome| outcome.name().to_owned()));
    add("status", view.status(row).map(|status| status.to_string()));
    add(
        "duration",
        view.duration(row).map(|nanos| nanos.to_string()),
    );
    let port = |port: Option<u16>| port.map(|port| port.to_string());
    add("source_port", port(view.source_port(row)));
    add("peer_port", port(view.peer_port(row)));
    add("resource", view.resources(row).next().map(str::to_owned));
    for column in Column::ALL {
        let text = view.text(column, row);
        let is_left = column.is_original() || [Column::Format, Column::Uri].contains(&column);
        let text = text.filter(|_| !is_left);
        add(column.name(), text.map(str::to_owned));
    }
    cells
}

/// How often a column came back, and an example of where it did not.
#[derive(Default)]
struct Count {
    equal: usize,
    lost: usize,
    different: usize,
    /// Rows that had no value before.
    invented: usize,
    example: String,
}

fn check(schema: Schema, format: &str, kept: &[&str]) {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut rows = 0;
    for fixture in fixtures() {
        let uri = fixture.to_string_lossy().into_owned();
        let batch = read(&std::fs::read(&fixture).expect("a fixture"), &uri, None);
        let text = written(schema, &batch);
        let lines = text.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines, batch.num_rows(), "{uri}");
        let again = read(&text, "again.jsonl", Some(format));
        assert_eq!(again.num_rows(), lines, "{uri}");
        let view = LogsView::new(&batch).expect("table logs");
        let again = LogsView::new(&again).expect("table logs");
        rows += lines;
        for row in 0..lines {
            let after = cells(schema, &again, row);
            let before = cells(schema, &view, row);
            for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                let count = counts.entry(name).or_default();
                count.invented += 1;
                count.example = format!("{uri}, row {row}: nothing, then `{value}`");
            }
            for (name, value) in before {
                let count = counts.entry(name).or_default();
                let found = after.get(name);
                match found {
                    Some(same) if *same == value => count.equal += 1,
                    Some(_) => count.different += 1,
                    None => count.lost += 1,
                }
                if found != Some(&value) {
                    count.example = format!("{uri}, row {row}: `{value}`, then {found:?}");
                }
            }
        }
    }
    println!("{schema:?}: {rows} rows");
    for (name, count) in &counts {
        let Count {
            equal,
            lost,
            different,
            invented,
            example,
        } = count;
        println!(
            "  {name}: equal {equal}, lost {lost}, different {different}, invented {invented} \
             {example}"
        );
    }
    for name in kept {
        let count = counts.get(name).expect("a column that fixtures have");
        // A logger beside no program is read as what wrote the event.
        let is_logger = schema == Schema::Ecs && *name == "process";
        let invented = match NEVER_INVENTED.contains(name) && !is_logger {
            true => count.invented,
            false => 0,
        };
        assert_eq!(
            (count.lost, count.different, invented),
            (0, 0, 0),
            "{schema:?} {name}: {}",
            count.example
        );
    }
}

#[test]
fn rows_come_back_from_otlp() {
    check(Schema::Otlp, "otlp.json", &OTLP);
}

#[test]
fn rows_come_back_from_ecs() {
    check(Schema::Ecs, "schemas.ecs", &ECS);
}

#[test]
fn rows_come_back_from_ocsf() {
    check(Schema::Ocsf, "schemas.ocsf", &OCSF);
}

/// What a schema says of the first row of an event.
fn told(schema: Schema, event: &str, format: &str) -> serde_json::Value {
    let batch = read(event.as_bytes(), "log.jsonl", Some(format));
    let text = written(schema, &batch);
    let first = text.split(|byte| *byte == b'\n').next();
    serde_json::from_slice(first.expect("a line")).expect("JSON")
}

#[test]
fn a_status_of_a_finding_is_no_outcome() {
    let event = r#"{"output":"File opened","priority":"Warning","rule":"Read file","source":"syscall","time":"2026-05-12T14:00:00.34Z","output_fields":{"evt.type":"openat","evt.failed":true,"proc.name":"cat"}}"#;
    let event = told(Schema::Ocsf, event, "kubernetes.falco");
    assert_eq!(event["class_uid"], 2004, "{event}");
    assert_eq!(event["status_id"], 0, "{event}");
    assert_eq!(event["unmapped"]["outcome"], "failure", "{event}");
}

#[test]
fn directions_of_flows_are_told() {
    let event = r#"{"insertId":"w1","jsonPayload":{"connection":{"dest_ip":"10.2.0.5","dest_port":5432,"protocol":6,"src_ip":"10.1.0.7","src_port":49152},"disposition":"DENIED","rule_details":{"direction":"INGRESS"}},"logName":"projects/shop/logs/compute.googleapis.com%2Ffirewall","resource":{"labels":{"project_id":"shop"},"type":"gce_subnetwork"},"timestamp":"2026-05-12T14:04:38Z"}"#;
    let document = told(Schema::Ecs, event, "gcp.firewall_flow");
    assert_eq!(document["network"]["direction"], "ingress", "{document}");
    let event = told(Schema::Ocsf, event, "gcp.firewall_flow");
    let connection = &event["connection_info"];
    assert_eq!(connection["direction"], "Inbound", "{event}");
    assert_eq!(connection["direction_id"], 1, "{event}");
}

#[test]
fn a_status_of_a_request_is_no_code_of_rpc() {
    let line = "2024-05-01 10:00:31 FRA56-P1 392 203.0.113.7 GET d111111abcdef8.cloudfront.net \
                /index.html 000 - curl/8.5.0 id=1 - Error SOX4xwn4XV6Q4rgb7XiVGOHms_EXAMPLE== \
                shop.example.com https 23 0.001 - TLSv1.3 TLS_AES_128_GCM_SHA256 Error HTTP/2.0 \
                - - 11040 0.001 ClientCommError text/html 78 - -\n";
    let request = told(Schema::Otlp, line, "aws.cloudfront").to_string();
    assert!(!request.contains("rpc.response.status_code"), "{request}");
    assert!(request.contains("nepho.status"), "{request}");
}

#[test]
fn a_local_user_is_no_resource_of_a_cloud() {
    let line = "May 12 14:00:00 web-1 useradd[812]: new user: name=ada, UID=1001, GID=1001, \
                home=/home/ada, shell=/bin/bash\n";
    let request = told(Schema::Otlp, line, "linux.auth").to_string();
    assert!(request.contains("nepho.resources"), "{request}");
    assert!(!request.contains("cloud.resource_id"), "{request}");
}

#[test]
fn bytes_are_told_by_the_end_that_sent_them() {
    let ends = |format: &str, event: &str| {
        let document = told(Schema::Ecs, event, format);
        let [source, destination] = ["source", "destination"].map(|end| &document[end]["bytes"]);
        let traffic = &told(Schema::Ocsf, event, format)["traffic"];
        assert_eq!(&traffic["bytes_out"], source, "{traffic}");
        assert_eq!(&traffic["bytes_in"], destination, "{traffic}");
        let total = document["network"]["bytes"].as_i64();
        assert_eq!(traffic["bytes"].as_i64(), total, "{traffic}");
        (source.as_i64(), destination.as_i64(), total)
    };
    let zeek = r#"{"ts":1778594400.1,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":50123,"id.resp_h":"10.0.0.2","id.resp_p":5432,"proto":"tcp","orig_bytes":500,"resp_bytes":1200,"conn_state":"SF"}"#;
    let expected = (Some(500), Some(1200), Some(1700));
    assert_eq!(ends("zeek.json", zeek), expected);
    let nginx = r#"10.0.0.9 [12/May/2026:14:00:00 +0000] UDP 200 1234 567 0.2 "10.0.0.1:53""#;
    let expected = (Some(567), Some(1234), Some(1801));
    assert_eq!(ends("nginx.stream_access", nginx), expected);
    let request = told(Schema::Otlp, nginx, "nginx.stream_access").to_string();
    assert!(!request.contains("http."), "{request}");
}

#[test]
fn a_log_stream_of_lambda_is_no_host() {
    let event = r#"{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/lambda/pay","logStream":"2026/05/12/[$LATEST]0a1b2c3d4e5f60718293a4b5c6d7e8f9","subscriptionFilters":["f"],"logEvents":[{"id":"1","timestamp":1778594400000,"message":"START RequestId: 8f507cfc-0000-4697-b07a-ac58fc914c0a Version: 7\n"}]}"#;
    let batch = read(event.as_bytes(), "log.jsonl", None);
    let first = |schema| {
        let text = String::from_utf8(written(schema, &batch)).expect("text");
        text.lines().next().expect("a line").to_owned()
    };
    let request = first(Schema::Otlp);
    for attribute in ["faas.instance", "faas.name", "faas.invocation_id"] {
        assert!(request.contains(attribute), "{request}");
    }
    assert!(!request.contains("host.name"), "{request}");
    let document = first(Schema::Ecs);
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(document["faas"]["name"], "pay", "{document}");
    assert!(document["faas"]["execution"].is_string(), "{document}");
    assert!(document["host"].is_null(), "{document}");
    assert!(!first(Schema::Ocsf).contains("\"device\""), "{document}");
}

#[test]
fn what_an_operation_was_done_to_is_not_its_writer() {
    let event = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/web-1","verb":"delete","user":{"username":"ada"},"sourceIPs":["10.0.0.1"],"objectRef":{"resource":"pods","namespace":"shop","name":"web-1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-05-12T14:00:00.000000Z"}"#;
    let request = told(Schema::Otlp, event, "kubernetes.audit");
    let resource = request["resourceLogs"][0]["resource"].to_string();
    assert!(!resource.contains("k8s.namespace.name"), "{resource}");
    let request = request.to_string();
    assert!(request.contains("k8s.namespace.name"), "{request}");
}

#[test]
fn a_class_that_logs_is_no_process() {
    let line = "[2026-05-12 14:00:00,123] INFO [ReplicaManager broker=1] Stopped \
                (kafka.server.ReplicaManager)\n";
    let document = told(Schema::Ecs, line, "kafka.server");
    let name = "kafka.server.ReplicaManager";
    assert_eq!(document["log"]["logger"], name, "{document}");
    assert!(document["process"]["name"].is_null(), "{document}");
    let request = told(Schema::Otlp, line, "kafka.server");
    let scope = &request["resourceLogs"][0]["scopeLogs"][0]["scope"];
    assert_eq!(scope["name"], name, "{request}");
    let event = told(Schema::Ocsf, line, "kafka.server");
    assert_eq!(event["unmapped"]["process"], name, "{event}");
}

#[test]
fn what_a_host_did_is_no_call_of_an_api() {
    let line = "May 12 14:00:00 web-1 sshd[812]: pam_unix(sshd:session): session closed for user \
                ada\n";
    let event = told(Schema::Ocsf, line, "linux.auth");
    assert_eq!(event["type_uid"], 300_202, "{event}");
    let document = told(Schema::Ecs, line, "linux.auth");
    assert_eq!(document["event"]["category"][0], "session", "{document}");
    assert_eq!(document["event"]["type"][0], "end", "{document}");
}

#[test]
fn a_balancer_is_not_what_it_balances() {
    let line = "http 2026-05-12T14:00:00.123456Z app/shop/50dc6c495c0c9188 10.1.2.3:2817 \
                10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 \"GET http://shop.example.com:80/ \
                HTTP/1.1\" \"curl/8.0\" - - \
                arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/\
                checkout/73e2d6bc24d8a067 \"Root=1-58337262-36d228ad5d99923122bbe354\" \"-\" \"-\" 0 \
                2026-05-12T14:00:00.123456Z \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \
                \"-\"\n";
    let event = told(Schema::Ocsf, line, "aws.alb");
    assert_eq!(event["dst_endpoint"]["ip"], "10.0.0.1", "{event}");
    assert!(event["dst_endpoint"]["svc_name"].is_null(), "{event}");
    assert_eq!(event["unmapped"]["service"], "checkout", "{event}");
}

#[test]
fn codes_of_the_dns_are_those_of_the_schemas() {
    let event = r#"{"Timestamp":"2026-05-12T14:00:00Z","QueryName":"example.com","QueryType":65535,"ResponseCode":3,"SourceIP":"203.0.113.7","ColoCode":"FRA","EDNSSubnet":"","EDNSSubnetLength":0,"ResponseCached":false}"#;
    let document = told(Schema::Ecs, event, "cloudflare.dns");
    assert_eq!(document["dns"]["response_code"], "NXDOMAIN", "{document}");
    assert_eq!(
        document["dns"]["question"]["type"], "TYPE65535",
        "{document}"
    );
    let event = told(Schema::Ocsf, event, "cloudflare.dns");
    assert_eq!(event["rcode"], "NXDomain", "{event}");
    assert_eq!(event["rcode_id"], 3, "{event}");
}

#[test]
fn what_a_class_has_is_not_unmapped() {
    let event = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::111122223333:user/ada","accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"ada"},"eventTime":"2026-05-12T14:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.7","userAgent":"aws-cli","requestID":"r1","eventID":"e1","eventType":"AwsApiCall","recipientAccountId":"111122223333"}"#;
    let event = told(Schema::Ocsf, event, "aws.cloudtrail");
    let user = &event["actor"]["user"];
    assert_eq!(user["credential_uid"], "AKIAIOSFODNN7EXAMPLE", "{event}");
    assert_eq!(user["type"], "IAMUser", "{event}");
}

#[test]
fn a_type_of_records_is_no_action() {
    let event = r#"{"insertId":"d1","jsonPayload":{"authAnswer":false,"protocol":"UDP","queryName":"order-db.example.com.","queryType":"A","responseCode":"NXDOMAIN","sourceIP":"10.1.0.7"},"logName":"projects/shop/logs/dns.googleapis.com%2Fdns_queries","resource":{"labels":{"project_id":"shop"},"type":"dns_query"},"timestamp":"2026-05-12T14:00:00Z"}"#;
    let document = told(Schema::Ecs, event, "gcp.dns");
    assert!(document["event"]["action"].is_null(), "{document}");
    assert_eq!(document["dns"]["question"]["type"], "A", "{document}");
    let request = told(Schema::Otlp, event, "gcp.dns").to_string();
    assert!(!request.contains("eventName"), "{request}");
    let event = told(Schema::Ocsf, event, "gcp.dns");
    assert!(event["metadata"]["event_code"].is_null(), "{event}");
}

#[test]
fn a_scan_for_vulnerabilities_is_no_intrusion() {
    let event = r#"{"imageScanFindings":{"findings":[{"name":"CVE-2024-0001","severity":"HIGH","attributes":[{"key":"package_name","value":"openssl"}]}],"imageScanCompletedAt":1714557600.0,"vulnerabilitySourceUpdatedAt":1714550000.0,"findingSeverityCounts":{"HIGH":1,"LOW":4}},"registryId":"111122223333","repositoryName":"shop/web","imageId":{"imageDigest":"sha256:0123456789abcdef","imageTag":"v1"},"imageScanStatus":{"status":"COMPLETE","description":"The scan was completed successfully."}}"#;
    let document = told(Schema::Ecs, event, "aws.ecr_scan");
    assert_eq!(
        document["event"]["category"][0], "vulnerability",
        "{document}"
    );
    let event = told(Schema::Ocsf, event, "aws.ecr_scan");
    let cve = &event["vulnerabilities"][0]["cve"]["uid"];
    assert_eq!(cve, "CVE-2024-0001", "{event}");
}

/// The published schemas are Python packages, which `cargo xtask test` installs into `target`.
#[test]
fn what_is_written_is_valid_by_the_published_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = root.join("../target");
    let python = target.join("bench-peers/venv/bin/python");
    let packages = "import jsonschema, ocsf_json_schema, opentelemetry.proto.logs";
    let has_packages = Command::new(&python).args(["-c", packages]).output();
    if !has_packages.is_ok_and(|output| output.status.success()) {
        println!("skipped: the published schemas are not there; cargo xtask test gets them");
        return;
    }
    let mut inputs = fixtures();
    inputs.push(root.join("unusual.log"));
    let corpus = root.join("../../shared/corpus");
    match corpus.is_dir() {
        true => inputs.extend(corpus_files(&corpus)),
        false => println!("only fixtures: the corpus is not there"),
    }
    let folder = target.join("tmp/schemas");
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut paths = Vec::new();
    for schema in [Schema::Ocsf, Schema::Otlp] {
        let mut bytes = Vec::new();
        for input in &inputs {
            let text = std::fs::read(input).expect("a file");
            let batch = read(&text, &input.to_string_lossy(), None);
            bytes.extend(written(schema, &batch));
        }
        let path = folder.join(format!("{schema:?}.ndjson"));
        std::fs::write(&path, bytes).expect("written");
        paths.push(path);
    }
    let output = Command::new(&python)
        .arg(root.join("schemas.py"))
        .args(&paths)
        .output()
        .expect("Python runs");
    println!("{}", String::from_utf8_lossy(&output.stdout));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

#[test]
fn lines_of_otlp_are_grouped_by_resource_and_bounded() {
    let line = "{\"time\":\"2026-05-12T14:00:00Z\",\"service\":\"SERVICE\",\"msg\":\"fine\"}\n";
    let mut text = String::new();
    for number in 0..6000 {
        let service = ["cart", "web"][number % 2];
        text.push_str(&line.replace("SERVICE", service));
    }
    let batch = read(text.as_bytes(), "app.log", None);
    let mut bytes = Vec::new();
    let mut writer = SchemaWriter::new(&mut bytes, Schema::Otlp);
    writer.write(&batch, &Stream::default()).expect("written");
    writer.finish().expect("finished");
    let lines = String::from_utf8(bytes).expect("text");
    let mut records = 0;
    for line in lines.lines() {
        assert!(line.len() < 1 << 20, "{} bytes", line.len());
        let request: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let resources = request["resourceLogs"].as_array().expect("resources");
        assert_eq!(resources.len(), 2);
        for resource in resources {
            let logs = resource["scopeLogs"][0]["logRecords"].as_array();
            records += logs.expect("records").len();
        }
    }
    assert!(lines.lines().count() > 1);
    assert_eq!(records, 6000);
}
