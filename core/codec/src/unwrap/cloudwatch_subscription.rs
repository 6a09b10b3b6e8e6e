//! CloudWatch Logs subscription: `{"messageType":"DATA_MESSAGE","owner":...,"logEvents":[...]}`.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html, read
//! 2026-11-21.

use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope, with};
use crate::json::fields::{JsonFields, elements, pick, text_of};
use crate::json::unescape;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(kind), Some(group), Some(events)) = (
        fields.text("messageType"),
        fields.text("logGroup"),
        fields.raw("logEvents"),
    ) else {
        return Opened::No;
    };
    match kind {
        "DATA_MESSAGE" => {}
        // Sent to see whether the destination is there; its log events are none.
        "CONTROL_MESSAGE" => return Opened::Inside(Vec::new()),
        _ => {
            return Opened::Broken(format!(
                "`messageType` is `{}`",
                nepho_core::error::excerpt(kind)
            ));
        }
    }
    if !events.starts_with('[') {
        return Opened::Broken("`logEvents` is no array".to_owned());
    }
    let common = group_envelope(envelope(record), &unescape(group), fields.text("logStream"));
    let common = with(common, Column::Account, fields.text("owner"));
    let common = Arc::new(common);
    let inside = elements(events)
        .into_iter()
        .map(|event| inner(event, &common));
    Opened::Inside(inside.collect())
}

fn inner<'a>(event: &'a str, common: &Arc<Envelope>) -> Inner<'a> {
    let mut envelope = Envelope::within(Arc::clone(common));
    let picked = pick(event, ["id", "timestamp", "message"]).unwrap_or_default();
    let [id, timestamp, message] = picked.map(|raw| raw.and_then(text_of));
    let Some(message) = message else {
        return Inner {
            text: event.into(),
            envelope,
        };
    };
    envelope.time = timestamp.and_then(crate::time::parse);
    Inner {
        text: unescape(message),
        envelope: with(envelope, Column::RequestId, id),
    }
}

/// What the log group and the log stream tell: the provider, the host, and the service for groups
/// that are named after what writes to them.
pub(super) fn group_envelope(envelope: Envelope, group: &str, stream: Option<&str>) -> Envelope {
    let envelope = envelope.with(Column::Provider, "aws");
    let envelope = with(envelope, Column::Host, stream);
    match service_of_group(group) {
        Some(service) => envelope.with(Column::Service, service),
        None => envelope,
    }
}

/// Groups that AWS names, and the step of the name that is the service; `None` for those that many
/// write to.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html and
/// the logging pages of the services, read 2026-11-21.
const VENDED: [(&str, Option<usize>); 17] = [
    ("aws/lambda/", Some(2)),
    ("aws/rds/instance/", Some(3)),
    ("aws/rds/cluster/", Some(3)),
    ("aws/rds/proxy/", Some(3)),
    ("aws/codebuild/", Some(2)),
    ("aws/elasticbeanstalk/", Some(2)),
    ("aws/apprunner/", Some(2)),
    ("aws/kinesisfirehose/", Some(2)),
    ("aws/kinesis-analytics/", Some(2)),
    ("aws/vendedlogs/states/", Some(3)),
    ("aws/sagemaker/Endpoints/", Some(3)),
    ("aws/containerinsights/", None),
    ("aws/ecs/containerinsights/", None),
    ("aws/eks/", None),
    ("aws/vpc/", None),
    ("aws/cloudtrail", None),
    ("aws/route53", None),
];

/// Service of a log group: the step that AWS puts the name of the writer in, otherwise the last
/// step.
fn service_of_group(group: &str) -> Option<&str> {
    let group = group.trim_matches('/');
    let vended = VENDED.iter().find(|(prefix, _)| group.starts_with(prefix));
    if let Some((_, step)) = vended {
        return group
            .split('/')
            .nth((*step)?)
            .filter(|name| !name.is_empty());
    }
    // Those of an API are named by its id and its stage.
    if let Some(api) = group.strip_prefix("API-Gateway-Execution-Logs_") {
        return api.split('/').next().filter(|id| !id.is_empty());
    }
    let last = group.rsplit('/').next()?;
    let is_general = matches!(
        last,
        "application"
            | "app"
            | "logs"
            | "dataplane"
            | "host"
            | "performance"
            | "cluster"
            | "error"
            | "access"
            | "flowlogs"
            | "vpcflowlogs"
            | "cloudtrail"
            | "messages"
            | "syslog"
            | "secure"
            | "os"
            | "RDSOSMetrics"
    );
    let lower = last.to_ascii_lowercase();
    let names_format = [
        "cloudtrail",
        "flowlog",
        "flow-log",
        "vpc-flow",
        "vpcflow",
        "waf-logs",
        "access-log",
    ];
    let names_format = names_format.iter().any(|word| lower.contains(word));
    (!last.is_empty() && !is_general && !names_format).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::service_of_group;

    #[test]
    fn services_are_found_in_log_groups() {
        let check = |group: &str, expected: Option<&str>| {
            assert_eq!(service_of_group(group), expected, "{group}");
        };
        check("/aws/lambda/pay", Some("pay"));
        check("/ecs/shop/checkout", Some("checkout"));
        check("/aws/rds/instance/orders-db/postgresql", Some("orders-db"));
        check(
            "/aws/elasticbeanstalk/web-prod/var/log/nginx/access.log",
            Some("web-prod"),
        );
        check("/aws/vendedlogs/states/refund", Some("refund"));
        check("/aws/containerinsights/shop/application", None);
        check("/aws/eks/shop/cluster", None);
        check(
            "API-Gateway-Execution-Logs_abcdef1234/live",
            Some("abcdef1234"),
        );
        check("/aws/route53/example.com", None);
        check("org-cloudtrail", None);
        check("", None);
    }
}
