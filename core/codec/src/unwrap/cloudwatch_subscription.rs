//! CloudWatch Logs subscription: `{"messageType":"DATA_MESSAGE","owner":...,"logEvents":[...]}`.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html, read 2026-11-21.

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope, time, with};
use crate::json::fields::{JsonFields, elements};
use crate::json::unescape;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(kind), Some(group)) = (fields.text("messageType"), fields.text("logGroup")) else {
        return Opened::No;
    };
    let Some(events) = fields.raw("logEvents") else {
        return Opened::No;
    };
    if kind != "DATA_MESSAGE" {
        return Opened::Inside(Vec::new());
    }
    let common = group_envelope(envelope(record), group, fields.text("logStream"));
    let common = with(common, Column::Account, fields.text("owner"));
    let inside = elements(events).into_iter().map(|event| inner(event, &common));
    Opened::Inside(inside.collect())
}

/// What the log group and the log stream tell: the provider, the host, and the service for groups that are named
/// after what writes to them.
pub(super) fn group_envelope(envelope: Envelope, group: &str, stream: Option<&str>) -> Envelope {
    let envelope = envelope.with(Column::Provider, "aws");
    let envelope = with(envelope, Column::Host, stream);
    match service_of_group(group) {
        Some(service) => envelope.with(Column::Service, service),
        None => envelope,
    }
}

/// Service of a log group: the last step of its name, but for groups that the cloud itself fills.
fn service_of_group(group: &str) -> Option<&str> {
    let group = group.trim_matches('/');
    let last = group.rsplit('/').next()?;
    let is_general = matches!(
        last,
        "application" | "app" | "logs" | "dataplane" | "host" | "performance" | "cluster" | "error" | "access"
            | "flowlogs" | "vpcflowlogs" | "cloudtrail" | "messages" | "syslog" | "secure" | "os" | "RDSOSMetrics"
    );
    let lower = last.to_ascii_lowercase();
    let names_format = ["cloudtrail", "flowlog", "flow-log", "vpc-flow"].iter().any(|word| lower.contains(word));
    (!last.is_empty() && !is_general && !names_format).then_some(last)
}

fn inner<'a>(event: &'a str, common: &Envelope) -> Inner<'a> {
    let Ok(fields) = JsonFields::parse(event) else {
        return Inner { text: event.into(), envelope: common.clone() };
    };
    let mut envelope = common.clone();
    envelope.time = time(&fields, "timestamp");
    let envelope = with(envelope, Column::RequestId, fields.text("id"));
    Inner { text: unescape(fields.text("message").unwrap_or_default()), envelope }
}

#[cfg(test)]
mod tests {
    use super::service_of_group;

    #[test]
    fn services_are_found_in_log_groups() {
        assert_eq!(service_of_group("/aws/lambda/pay"), Some("pay"));
        assert_eq!(service_of_group("/ecs/shop/checkout"), Some("checkout"));
        assert_eq!(service_of_group("/aws/containerinsights/shop/application"), None);
        assert_eq!(service_of_group("org-cloudtrail"), None);
        assert_eq!(service_of_group(""), None);
    }
}
