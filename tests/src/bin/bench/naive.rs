//! The naive way that most scripts go: every record becomes a `serde_json::Value`, and the fields
//! are looked up in it.

use anyhow::{Context, Result};
use nepho_tests::generate::Shape;
use serde_json::{Map, Value};

/// Paths that are looked up in a record, as many as the decoder of the product fills.
const CLOUDTRAIL: [&str; 12] = [
    "/eventTime",
    "/awsRegion",
    "/recipientAccountId",
    "/eventSource",
    "/eventName",
    "/userIdentity/arn",
    "/sourceIPAddress",
    "/userAgent",
    "/requestID",
    "/errorCode",
    "/errorMessage",
    "/resources/0/ARN",
];
const AZURE: [&str; 9] = [
    "/time",
    "/resourceId",
    "/operationName",
    "/category",
    "/resultType",
    "/callerIpAddress",
    "/correlationId",
    "/level",
    "/durationMs",
];
const GOOGLE: [&str; 12] = [
    "/timestamp",
    "/severity",
    "/insertId",
    "/jsonPayload/message",
    "/resource/labels/service_name",
    "/resource/labels/project_id",
    "/resource/labels/location",
    "/trace",
    "/spanId",
    "/httpRequest/status",
    "/httpRequest/requestMethod",
    "/httpRequest/latency",
];
const APPLICATION: [&str; 9] = [
    "/time",
    "/level",
    "/service",
    "/msg",
    "/http/status_code",
    "/duration_ms",
    "/trace_id",
    "/env",
    "/team",
];

/// A normalised event, the way a script holds it.
#[derive(Default)]
struct Event {
    fields: Vec<String>,
    raw: String,
}

/// Reads a whole file of a shape; gives the number of events and of fields found.
pub(crate) fn read(shape: Shape, text: &str) -> Result<(u64, u64)> {
    let mut counts = (0, 0);
    let mut keep = |event: Event| {
        counts.0 += 1;
        counts.1 += event.fields.len() as u64 + u64::from(event.raw.is_empty());
        std::hint::black_box(&event);
    };
    for line in text.lines() {
        match shape {
            Shape::CloudTrailLines => keep(pick(&serde_json::from_str(line)?, &CLOUDTRAIL, line)),
            Shape::GoogleEntries => keep(pick(&serde_json::from_str(line)?, &GOOGLE, line)),
            Shape::CloudTrailRecords => {
                let file: Value = serde_json::from_str(line)?;
                for record in file["Records"].as_array().context("no Records")? {
                    keep(pick(record, &CLOUDTRAIL, &record.to_string()));
                }
            }
            Shape::AzureRecords => {
                let file: Value = serde_json::from_str(line)?;
                for record in file["records"].as_array().context("no records")? {
                    keep(pick(record, &AZURE, &record.to_string()));
                }
            }
            Shape::CloudWatch => {
                let envelope: Value = serde_json::from_str(line)?;
                for event in envelope["logEvents"].as_array().context("no logEvents")? {
                    keep(message(event["message"].as_str().unwrap_or_default())?);
                }
            }
            Shape::Containers => {
                let mut parts = line.splitn(4, ' ');
                let inner = parts.nth(3).context("no message")?;
                keep(message(inner)?);
            }
            Shape::VpcFlow | Shape::LoadBalancer | Shape::Text => keep(words(line)),
        }
    }
    Ok(counts)
}

fn message(text: &str) -> Result<Event> {
    if text.starts_with('{') {
        Ok(pick(&serde_json::from_str(text)?, &APPLICATION, text))
    } else {
        Ok(words(text))
    }
}

fn pick(record: &Value, paths: &[&str], raw: &str) -> Event {
    let found = paths.iter().filter_map(|path| record.pointer(path));
    let fields = found.map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    Event {
        fields: fields.collect(),
        raw: raw.to_owned(),
    }
}

/// A line of text as an object with one value per word, as scripts make it.
fn words(line: &str) -> Event {
    let mut object = Map::new();
    for (number, word) in line.split(' ').enumerate() {
        object.insert(format!("field{number}"), Value::from(word));
    }
    let object = Value::Object(object);
    let found = (0..14).filter_map(|number| object.get(format!("field{number}")));
    let fields = found
        .map(|value| value.as_str().unwrap_or_default().to_owned())
        .collect();
    Event {
        fields,
        raw: line.to_owned(),
    }
}
