//! Logs of any size, made from a seed, in the shapes in which the clouds write them.
//!
//! They are for measuring: the keys, their order and the lengths of values are those of real
//! events; the values say nothing.

mod aws;
mod azure;
mod gcp;
mod plain;
mod random;

use std::io::{self, Write};

pub use random::Random;

/// Shape of a generated file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// CloudTrail, one record a line.
    CloudTrailLines,
    /// CloudTrail, `{"Records":[...]}` files with 500 records each, one a line.
    CloudTrailRecords,
    /// CloudWatch Logs subscription envelopes: half escaped JSON, half text.
    CloudWatch,
    /// VPC flow logs, version 2, with their header.
    VpcFlow,
    /// Application load balancer access logs.
    LoadBalancer,
    /// Azure `{"records":[...]}` messages, one a line.
    AzureRecords,
    /// Google Cloud log entries, one a line.
    GoogleEntries,
    /// Lines of a Kubernetes node with JSON of an application in them.
    Containers,
    /// Plain text with a time and a level.
    Text,
    /// The same of thousands of templates, with numbers, ids and names of any length.
    Templates,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 10] = [
        Self::CloudTrailLines,
        Self::CloudTrailRecords,
        Self::CloudWatch,
        Self::VpcFlow,
        Self::LoadBalancer,
        Self::AzureRecords,
        Self::GoogleEntries,
        Self::Containers,
        Self::Text,
        Self::Templates,
    ];

    /// File name for this shape.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::CloudTrailLines => "cloudtrail.ndjson",
            Self::CloudTrailRecords => "cloudtrail-records.json",
            Self::CloudWatch => "cloudwatch.json",
            Self::VpcFlow => "vpcflow.log",
            Self::LoadBalancer => "alb.log",
            Self::AzureRecords => "azure.json",
            Self::GoogleEntries => "gcp.json",
            Self::Containers => "checkout-7d9f8b6c5-x2x4z_shop_checkout-0123456789abcdef.log",
            Self::Text => "orders.log",
            Self::Templates => "platform.log",
        }
    }

    /// Whether its lines are JSON.
    pub fn is_json(self) -> bool {
        !matches!(
            self,
            Self::VpcFlow | Self::LoadBalancer | Self::Containers | Self::Text | Self::Templates
        )
    }
}

/// Writes about `bytes` bytes of a shape; gives the number of events in them.
///
/// # Errors
/// Those of the stream.
pub fn write(shape: Shape, bytes: u64, seed: u64, out: &mut dyn Write) -> io::Result<u64> {
    let mut random = Random::new(seed);
    let mut text = String::with_capacity(1 << 20);
    let mut written = 0;
    let mut events = 0;
    if shape == Shape::VpcFlow {
        text.push_str(aws::VPC_HEADER);
    }
    while written + (text.len() as u64) < bytes {
        events += line(shape, events, &mut random, &mut text);
        if text.len() > 512 << 10 {
            out.write_all(text.as_bytes())?;
            written += text.len() as u64;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())?;
    Ok(events)
}

/// Adds one line; gives the number of events in it.
fn line(shape: Shape, number: u64, random: &mut Random, text: &mut String) -> u64 {
    let events = match shape {
        Shape::CloudTrailLines => aws::cloudtrail(number, random, text),
        Shape::CloudTrailRecords => aws::cloudtrail_file(number, random, text),
        Shape::CloudWatch => aws::subscription(number, random, text),
        Shape::VpcFlow => aws::vpc_flow(number, random, text),
        Shape::LoadBalancer => aws::load_balancer(number, random, text),
        Shape::AzureRecords => azure::records(number, random, text),
        Shape::GoogleEntries => gcp::entry(number, random, text),
        Shape::Containers => plain::container(number, random, text),
        Shape::Text => plain::text(number, random, text),
        Shape::Templates => plain::of_template(number, random, text),
    };
    text.push('\n');
    events
}

/// Services that write the generated logs.
const SERVICES: [&str; 12] = [
    "checkout", "cart", "catalog", "search", "payments", "orders", "mailer", "invoices",
    "identity", "web", "stock", "ads",
];

/// Time of event `number`, RFC 3339 with milliseconds; ten events a millisecond.
fn time(number: u64) -> String {
    let start = 1_778_590_800_000_u64;
    let millis = start + number / 10;
    let seconds = i64::try_from(millis / 1000).unwrap_or(0);
    let time = nepho_core::Timestamp::from_seconds(seconds)
        .unwrap_or_default()
        .to_string();
    format!("{}.{:03}Z", time.trim_end_matches('Z'), millis % 1000)
}

/// Adds a template to the text, with each `~name~` in it replaced by its value.
fn fill(template: &str, values: &[(&str, &dyn std::fmt::Display)], text: &mut String) {
    use std::fmt::Write;
    for (position, part) in template.trim_end().split('~').enumerate() {
        if position % 2 == 0 {
            text.push_str(part);
        } else if let Some((_, value)) = values.iter().find(|(name, _)| *name == part) {
            let _ = write!(text, "{value}");
        }
    }
}
