//! The OpenTelemetry side of `parse --as`, against the log records that the OpenTelemetry collector
//! makes of the same inputs. They are third-party data and lie beside the repository; where they
//! are absent, the test says so and ends.
#![cfg(feature = "full")]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of a test may end it, and it tells what it counted"
)]

use std::collections::BTreeMap;
use std::path::Path;

use nepho::output::schemas::{Schema, SchemaWriter};
use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::LogsBuilder;
use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

/// Where they lie, the input and what the collector makes of it.
const CASES: [[&str; 3]; 12] = [
    [
        "aws/vpcflow",
        "valid_vpc_flow_log.log",
        "valid_vpc_flow_log_expected.yaml",
    ],
    [
        "aws/s3_access",
        "valid_s3_access_log.log",
        "valid_s3_access_log_expected.yaml",
    ],
    [
        "aws/s3_access",
        "unknown_request_uri.log",
        "unknown_request_uri_expected.yaml",
    ],
    [
        "azure/frontdoor_healthprobe",
        "log-frontdoorhealthprobelog.json",
        "front-door-health-probe-log-expected.yaml",
    ],
    [
        "azure/cdn_access",
        "log-azurecdnaccesslog.json",
        "access-log-expected.yaml",
    ],
    [
        "azure/app_service",
        "log-appserviceauditlogs.json",
        "audit-logs-expected.yaml",
    ],
    [
        "azure/app_service",
        "log-appserviceipsecauditlogs.json",
        "audit-logs-2-expected.yaml",
    ],
    [
        "azure/app_service",
        "log-appserviceplatformlogs.json",
        "platform-logs-expected.yaml",
    ],
    [
        "azure/frontdoor_waf",
        "log-frontdoorwaflog.json",
        "front-door-waf-log-expected.yaml",
    ],
    [
        "azure/resource_records_envelope",
        "log-bad-level.json",
        "log-bad-level-expected.yaml",
    ],
    [
        "azure/resource_records_envelope",
        "log-bad-time.json",
        "log-bad-time-expected.yaml",
    ],
    [
        "azure/resource_records_envelope",
        "log-maximum.json",
        "log-maximum-expected.yaml",
    ],
];

/// Names of the collector, and where the same is told here. Names of the conventions are the same;
/// the others are older ones of theirs, or the collector's own.
const NAMES: [(&str, &str); 38] = [
    ("timeUnixNano", "timeUnixNano"),
    ("severityNumber", "severityNumber"),
    ("severityText", "severityText"),
    ("cloud.provider", "cloud.provider"),
    ("cloud.account.id", "cloud.account.id"),
    ("cloud.region", "cloud.region"),
    ("cloud.resource_id", "cloud.resource_id"),
    ("http.request.method", "http.request.method"),
    ("http.response.status_code", "http.response.status_code"),
    ("http.response.body.size", "http.response.body.size"),
    ("http.response.size", "http.response.size"),
    ("http.request.size", "http.request.size"),
    ("url.path", "url.path"),
    ("user_agent.original", "user_agent.original"),
    ("client.address", "client.address"),
    ("client.port", "client.port"),
    ("server.address", "server.address"),
    ("network.interface.name", "network.interface.name"),
    ("network.protocol.name", "network.protocol.name"),
    ("network.protocol.version", "network.protocol.version"),
    ("tls.protocol.name", "tls.protocol.name"),
    ("tls.protocol.version", "tls.protocol.version"),
    ("user.id", "user.id"),
    ("aws.request_id", "aws.request_id"),
    ("az.service_request_id", "azure.service.request.id"),
    ("operation.name", "eventName"),
    ("rpc.method", "eventName"),
    ("source.address", "client.address"),
    ("network.peer.address", "client.address"),
    ("enduser.id", "user.id"),
    ("url.domain", "server.address"),
    ("url.full", "url.full"),
    ("url.query", "url.query"),
    ("error.type", "error.type"),
    ("tls.cipher", "tls.cipher"),
    ("container.id", "container.id"),
    ("container.name", "container.name"),
    (
        "http.request.header.x-forwarded-for",
        "http.request.header.x-forwarded-for",
    ),
];

/// Values that differ or are not told on purpose: the file (all, if empty), the name, and why.
const ON_PURPOSE: [(&str, &str, &str); 6] = [
    (
        "log-bad-level-expected.yaml",
        "severityNumber",
        "level 4 of Azure is informational, which is 9 in OpenTelemetry",
    ),
    (
        "",
        "severityText",
        "rows keep the number; where a format does not tell its word, the short name stands here",
    ),
    (
        "access-log-expected.yaml",
        "error.type",
        "`NoError` of a request that succeeded is no error; it is in `nepho.error`",
    ),
    (
        "",
        "url.full",
        "rows keep the path, for queries may hold secrets; the event itself has all of it",
    ),
    ("", "url.query", "the same"),
    (
        "front-door-waf-log-expected.yaml",
        "network.peer.address",
        "the client counts, not the proxy that stands before it",
    ),
];

/// Values that are equal at the time of writing; none differs without a reason above.
const FLOOR: usize = 106;

fn yaml_value(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Real(text) | Yaml::String(text) => text.clone().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Boolean(value) => (*value).into(),
        Yaml::Array(items) => items.iter().map(yaml_value).collect(),
        Yaml::Hash(entries) => {
            let entries = entries
                .iter()
                .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), yaml_value(value))));
            Value::Object(entries.collect())
        }
        _ => Value::Null,
    }
}

/// The log records of a request as flat lists of names and values: fields of the record, attributes
/// of the record and its resource, and members of a body that is a map.
fn records(request: &Value) -> Vec<BTreeMap<String, String>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut records = Vec::new();
    for resource in list(&request["resourceLogs"]) {
        for scope in list(&resource["scopeLogs"]) {
            for record in list(&scope["logRecords"]) {
                let mut flat = BTreeMap::new();
                for name in [
                    "timeUnixNano",
                    "severityNumber",
                    "severityText",
                    "eventName",
                ] {
                    if let Some(text) = plain(&record[name]) {
                        flat.insert(name.to_owned(), text);
                    }
                }
                for attributes in [
                    &resource["resource"]["attributes"],
                    &record["attributes"],
                    &record["body"]["kvlistValue"]["values"],
                ] {
                    for attribute in list(attributes) {
                        let value = attribute["value"].as_object();
                        let value = value.and_then(|value| plain(value.values().next()?));
                        let key = attribute["key"].as_str().unwrap_or_default();
                        flat.extend(value.map(|value| (key.to_owned(), value)));
                    }
                }
                records.push(flat);
            }
        }
    }
    records.sort_by_key(|record| record.get("timeUnixNano").cloned());
    records
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        // The only array here is that of an attribute: its first value.
        Value::Object(array) => {
            let first = array.get("values")?.as_array()?.first()?;
            plain(first.as_object()?.values().next()?)
        }
        _ => None,
    }
}

fn ours(input: &[u8], uri: &str) -> Value {
    let stream = Stream {
        uri: uri.to_owned(),
        ..Stream::default()
    };
    let mut out = LogsBuilder::new(Timestamp(0));
    decode_text(input, stream.clone(), None, &mut out).expect("decoding");
    let batch = out.finish().expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = SchemaWriter::new(&mut bytes, Schema::Otlp);
    writer.write(&batch, &stream).expect("written");
    writer.finish().expect("finished");
    let lines = String::from_utf8(bytes).expect("text");
    let requests = lines.lines().map(|line| {
        let request: Value = serde_json::from_str(line).expect("JSON");
        request["resourceLogs"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    });
    json!({"resourceLogs": requests.flatten().collect::<Vec<_>>()})
}

#[test]
fn attributes_are_those_of_the_collector() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: {} is absent", corpus.display());
        return;
    }
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut told = Vec::new();
    for [folder, input, expected] in CASES {
        let folder = corpus.join(folder).join("otel-contrib");
        let text = std::fs::read_to_string(folder.join(expected)).expect("a golden");
        let yaml = YamlLoader::load_from_str(&text).expect("YAML");
        let theirs = records(&yaml_value(yaml.first().expect("a document")));
        let bytes = std::fs::read(folder.join(input)).expect("an input");
        let ours = records(&ours(&bytes, input));
        assert_eq!(ours.len(), theirs.len(), "{expected}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            for (their_name, our_name) in NAMES {
                let Some(their) = theirs.get(their_name) else {
                    continue;
                };
                let is_meant = ON_PURPOSE.iter().any(|(file, name, _)| {
                    (file.is_empty() || *file == expected) && *name == their_name
                });
                let place = match ours.get(our_name) {
                    Some(our) if our.eq_ignore_ascii_case(their) => 0,
                    _ if is_meant => 1,
                    Some(_) => 2,
                    None => 3,
                };
                counts.entry(their_name).or_default()[place] += 1;
                if place > 0 {
                    let our = ours.get(our_name).map_or("", |our| our);
                    told.push(format!("{expected}: {their_name} `{their}`, here `{our}`"));
                }
            }
        }
    }
    println!("name | equal | on purpose otherwise | different | not told here");
    for (name, [equal, meant, different, absent]) in &counts {
        println!("{name} | {equal} | {meant} | {different} | {absent}");
    }
    println!("{}", told.join("\n"));
    for (_, name, why) in ON_PURPOSE {
        println!("{name}: {why}");
    }
    let sum = |place: usize| counts.values().map(|count| count[place]).sum::<usize>();
    let [equal, meant, different, absent] = [0, 1, 2, 3].map(sum);
    println!("equal {equal}, on purpose {meant}, different {different}, not told here {absent}");
    assert!(equal >= FLOOR, "{equal} are equal");
    assert_eq!(different, 0, "differ");
}
