//! What lies before the times that were asked for.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use nepho::core::Timestamp;
use nepho::core::findings::{Details, FindingKind};
use nepho::{Explanation, Options, TimeRange, explain};

const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-12ab-34cd-56ef-1234567890ab";

/// A call by hand at a minute after 14:00.
fn call(minute: i64, name: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.09","userIdentity":{{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/Admin/alice","accountId":"111122223333"}},"eventTime":"2026-05-12T14:{minute:02}:00Z","eventSource":"kms.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","requestParameters":{{"keyId":"{KEY}"}},"responseElements":null,"requestID":"request-{minute}","eventID":"event-{minute}","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}}"#
    ) + "\n"
}

/// From 14:32 on a key is disabled; what is read begins at a minute.
fn since(minute: i64) -> Explanation {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("range-{minute}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let start = Timestamp::parse_rfc3339("2026-05-12T14:00:00Z").expect("a time");
    let mut rows = String::new();
    for second in 0..3600_i64 {
        let time = start.plus(second * 1_000_000_000);
        let (level, text) = match second < 32 * 60 {
            true => ("info", "order placed".to_owned()),
            false => ("error", format!("DisabledException: {KEY} is disabled.")),
        };
        let _ = writeln!(
            rows,
            r#"{{"time":"{time}","level":"{level}","service":"checkout","msg":"{text}"}}"#
        );
    }
    fs::write(folder.join("app.ndjson"), rows).expect("written");
    let trail = call(10, "TagResource") + &call(20, "DisableKey");
    fs::write(folder.join("trail.jsonl"), trail).expect("written");
    let options = Options {
        paths: vec![folder.display().to_string()],
        range: TimeRange {
            since: Some(start.plus(minute * 60 * 1_000_000_000)),
            until: None,
        },
        ..Options::default()
    };
    explain(&options).expect("explained")
}

/// What the incident is held to be caused by.
fn cause(explanation: &Explanation) -> Option<String> {
    let mut findings = explanation.conclusions.findings.iter();
    let found = findings.find_map(|finding| match &finding.details {
        Details::Incident(details) => Some(details.cause.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no incident"))
}

#[test]
fn a_call_shortly_before_is_weighed_and_not_told_by_itself() {
    let all = since(0);
    let cut = since(25);
    assert!(cause(&all).is_some());
    assert_eq!(cause(&cut), cause(&all));
    let outside = |explanation: &Explanation| {
        let findings = explanation.conclusions.findings.iter();
        let outside = findings.filter(|one| one.kind == FindingKind::OutsideChange);
        outside.count()
    };
    assert_eq!((outside(&all), outside(&cut)), (2, 0));
    let rows = |explanation: &Explanation| explanation.inputs.iter().map(|one| one.rows).sum();
    let (before, after): (u64, u64) = (rows(&all), rows(&cut));
    assert_eq!((before, after), (3602, 35 * 60));
}
