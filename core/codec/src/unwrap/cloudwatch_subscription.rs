//! CloudWatch Logs subscription: `{"messageType":"DATA_MESSAGE","owner":...,"logEvents":[...]}`.
//!
//! The id of an event is not taken: it is new for each line, and names no request.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html, read
//! 2026-11-21.

use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Opened, cloudwatch_events, envelope, with};
use crate::json::JsonFields;
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
    match cloudwatch_events::read(events, Arc::new(common)) {
        events if events.parts.is_empty() => Opened::Inside(Vec::new()),
        events => Opened::Events(events),
    }
}

/// What the log group and the log stream tell: the provider, the host, and the service for groups
/// that are named after what writes to them.
///
/// Where the group tells no service, the envelope says so with an empty one: the name of the file
/// that holds the events is none of theirs.
pub(super) fn group_envelope(envelope: Envelope, group: &str, stream: Option<&str>) -> Envelope {
    let mut envelope = envelope.with(Column::Provider, "aws");
    if let Some(cluster) = cluster_of_group(group) {
        envelope.cluster = Some(cluster.to_owned());
    }
    let envelope = with(envelope, Column::Host, stream);
    let of_cluster = stream.filter(|_| is_eks_control_plane(group));
    let service = match of_cluster {
        Some(stream) => eks_component(stream),
        None => service_of_group(group),
    };
    envelope.with(Column::Service, service.unwrap_or_default())
}

/// Whether a group is `/aws/eks/<cluster>/cluster`.
fn is_eks_control_plane(group: &str) -> bool {
    let inner = group.trim_matches('/').strip_suffix("/cluster");
    inner.is_some_and(|inner| inner.starts_with("aws/eks/") && cluster_of_group(group).is_some())
}

/// Cluster of a group `/aws/eks/<cluster>/cluster` or `/aws/containerinsights/<cluster>/<kind>`.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-EKS-logs.html
/// and docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html, as of 2026-11-29.
pub(super) fn cluster_of_group(group: &str) -> Option<&str> {
    let mut steps = group.trim_matches('/').split('/');
    let (Some("aws"), Some(kind), Some(cluster), Some(_), None) = (
        steps.next(),
        steps.next(),
        steps.next(),
        steps.next(),
        steps.next(),
    ) else {
        return None;
    };
    let is_known = matches!(kind, "eks" | "containerinsights");
    (is_known && !cluster.is_empty()).then_some(cluster)
}

/// Component of an EKS control plane by its log stream: `kube-scheduler` of
/// `kube-scheduler-<id>`. Audit events are of the API server.
///
/// Source: docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html, as of 2026-11-28.
fn eks_component(stream: &str) -> Option<&str> {
    const COMPONENTS: [&str; 5] = [
        "kube-apiserver",
        "kube-controller-manager",
        "cloud-controller-manager",
        "kube-scheduler",
        "authenticator",
    ];
    COMPONENTS
        .into_iter()
        .find(|component| stream.starts_with(component))
}

/// Groups that AWS names, and the step of the name that is the service; `None` for those that many
/// write to.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html and
/// the logging pages of the services, read 2026-11-21.
const VENDED: [(&str, Option<usize>); 22] = [
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
    ("aws/docdb/", Some(2)),
    ("aws/appsync/apis/", Some(3)),
    // `sns/<region>/<account>/<topic>`; text messages have `DirectPublishToPhoneNumber` there.
    ("sns/", Some(3)),
    ("aws/sagemaker/", None),
    ("aws/batch/job", None),
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
            | "audit"
            | "output"
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
    use super::*;

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
        check("/aws/docdb/orders/audit", Some("orders"));
        check("/aws/docdb/orders/profiler", Some("orders"));
        check("/aws/appsync/apis/abcd1234", Some("abcd1234"));
        check("sns/eu-west-1/111122223333/orders/Failure", Some("orders"));
        check("/aws/batch/job", None);
        check("/aws-glue/jobs/output", None);
        check("/shop/audit", None);
        check("RDSOSMetrics", None);
        check(
            "API-Gateway-Execution-Logs_abcdef1234/live",
            Some("abcdef1234"),
        );
        check("/aws/route53/example.com", None);
        check("org-cloudtrail", None);
        check("", None);
    }

    #[test]
    fn components_of_eks_are_found_in_log_streams() {
        let check = |group: &str, stream: &str, expected: &str| {
            let envelope = group_envelope(Envelope::default(), group, Some(stream));
            let found = envelope.get(Column::Service);
            assert_eq!(found, Some(expected), "{group} {stream}");
        };
        let group = "/aws/eks/shop/cluster";
        check(
            group,
            "kube-apiserver-audit-0123456789abcdef",
            "kube-apiserver",
        );
        check(group, "kube-scheduler-0123456789abcdef", "kube-scheduler");
        check(group, "authenticator-0123456789abcdef", "authenticator");
        check(group, "other", "");
        check("/aws/eks/shop/other", "kube-scheduler-01", "");
        check("/aws/lambda/pay", "kube-scheduler-01", "pay");
    }
}
