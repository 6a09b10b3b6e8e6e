//! Lines of other programs that look much like those of a format: the format must leave them.

#![expect(clippy::expect_used, reason = "a test")]

use nepho as _;
use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

/// Checks the format of the only row of `text`.
fn check(text: &str, expected: &str) {
    let mut out = LogsBuilder::new(Timestamp(0));
    decode_text(text.as_bytes(), Stream::default(), None, &mut out).expect("decodes");
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let formats: Vec<_> = (0..view.len())
        .map(|row| view.text(Column::Format, row))
        .collect();
    assert_eq!(formats, [Some(expected)], "{text}");
}

#[test]
fn lines_with_an_id_are_not_all_of_lambda() {
    let id = "a0000000-0000-4000-8000-000000000001";
    let text = "generic.text";
    check(
        &format!("2026-05-12T14:04:00.123Z\t{id}\tfail\tno disk"),
        "aws.lambda",
    );
    check(
        &format!("2026-05-12T14:04:00.123Z\t{id}\tGET\t/pay\t200"),
        text,
    );
    check(
        &format!("2026-05-12 14:04:00 {id} INFO  Handler:25 - paid"),
        "aws.lambda",
    );
    check(
        &format!("2026-05-12 14:04:00,123 {id} INFO  c.e.Payments - paid"),
        text,
    );
}

#[test]
fn events_with_a_type_and_a_status_are_not_all_of_iot() {
    let event = |kind: &str| {
        format!(
            r#"{{"timestamp":"2026-05-12 14:04:00.123","logLevel":"INFO","eventType":"{kind}","traceId":"t-1","status":"Success","accountId":"111122223333","message":"taken"}}"#
        )
    };
    check(&event("Connect"), "aws.iot_core");
    check(&event("ORDER_CREATED"), "generic.json");
}

#[test]
fn errors_in_brackets_are_not_all_of_mysql() {
    for line in [
        "2026/05/12 14:04:00 [ERROR] connect failed",
        "May 12 14:04:00 [ERROR] connect failed",
        "2026-05-12 14:04:00,123 [ERROR] connect failed",
    ] {
        check(line, "generic.text");
    }
    let own = "2026-05-12T14:04:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting";
    check(own, "mysql.error");
}

#[test]
fn records_of_other_senders_are_not_all_of_event_grid() {
    let event = |kind: &str, source: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"1","type":"{kind}","source":"{source}","time":"2026-05-12T14:04:00Z","subject":"x","data":{{"a":1}}}}"#
        )
    };
    check(
        &event("com.example.cart", "/shop/carts"),
        "generic.cloudevent",
    );
    let source = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a";
    check(
        &event("Microsoft.Storage.BlobCreated", source),
        "azure.event_grid",
    );
}

#[test]
fn audit_events_of_others_are_not_all_of_github_and_okta() {
    let text = "generic.json";
    let github = r#"{"action":"business.add_admin","actor":"mona","created_at":1767000118553,"business":"b"}"#;
    check(github, "github.audit");
    let of_object = github.replace(r#""mona""#, r#"{"type":"user","name":"mona"}"#);
    check(&of_object, text);
    let in_words = github.replace("1767000118553", r#""2026-05-12T14:04:00Z""#);
    check(&in_words, text);
    let okta = r#"{"eventType":"cart.paid","actor":{"alternateId":"m@shop.example"},"outcome":{"result":"SUCCESS"},"client":{"ipAddress":"203.0.113.9"}}"#;
    check(okta, "okta.system_log");
    check(&okta.replace("alternateId", "type"), text);
}

#[test]
fn reduced_audit_entries_are_of_one_format() {
    let entry = |payload: &str| {
        format!(
            r#"{{"insertId":"1","logName":"projects/shop/logs/x","timestamp":"2026-05-12T14:04:00Z","resource":{{"type":"project","labels":{{"project_id":"shop"}}}},"protoPayload":{payload}}}"#
        )
    };
    for payload in [
        r#"{"resourceName":"projects/shop/a"}"#,
        r#"{"status":{"code":7}}"#,
        r#"{"requestMetadata":{"callerIp":"203.0.113.9"}}"#,
    ] {
        check(&entry(payload), "gcp.audit");
    }
    check(&entry(r#"{"a":1}"#), "gcp.log");
}

#[test]
fn logs_of_applications_with_a_key_of_another_format_are_their_own() {
    for line in [
        r#"{"timestamp":"2026-05-12T14:04:00Z","level":"error","message":"db pool exhausted","resourcePath":"/orders","status":500}"#,
        r#"{"time":"2026-05-12T14:04:00Z","level":"error","msg":"slow","upstream_cluster":"orders","duration":12}"#,
        r#"{"time":"2026-05-12T14:04:00Z","level":"error","msg":"refused","Operation":"pay","Workload":"orders","UserId":"u1","UserType":"guest"}"#,
        r#"{"createdDateTime":"2026-05-12T14:04:00Z","level":"error","msg":"refused","id":"1","title":"pay","alertWebUrl":"https://shop.example.com/1"}"#,
    ] {
        check(line, "generic.json");
    }
}
