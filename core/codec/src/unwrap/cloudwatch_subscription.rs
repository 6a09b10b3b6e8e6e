//! CloudWatch Logs subscription: `{"messageType":"DATA_MESSAGE","owner":...,"logEvents":[...]}`.
//!
//! The id of an event is not taken: it is new for each line, and names no request. The log group of
//! a function of Lambda is a resource of its rows.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html, read
//! 2026-11-21.

use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::key;
use nepho_core::tables::{Column, Envelope};

use super::cloudwatch_events::{Reader, behind};
use super::{Events, Opened, Room, envelope, with};
use crate::bytes::{skip_space, string_end};
use crate::json::JsonFields;
use crate::json::skip::skip_value;
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
    let mut reader = Reader::new(events, &mut Room::default());
    reader.array(0);
    match reader.is_empty() {
        true => Opened::Inside(Vec::new()),
        false => Opened::Events(reader.end(Arc::new(common))),
    }
}

/// As [`open`] for a record that stands in no other wrapping, and is written as CloudWatch Logs
/// writes it; any other may still be one.
pub(super) fn open_again<'a>(record: &Record<'a>, room: &mut Room) -> Option<Events<'a>> {
    let text = record.text;
    let bytes = text.as_bytes();
    let string = |start: usize| {
        let (end, is_escaped) = string_end(bytes, start)?;
        let inner = text.get(start..end).filter(|_| !is_escaped)?;
        Some((inner, end))
    };
    if *record.envelope != Envelope::default() {
        return None;
    }
    let start = behind(bytes, 0, b"{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"")?;
    let (owner, end) = string(start)?;
    let (group, end) = string(behind(bytes, end, b"\",\"logGroup\":\"")?)?;
    let (stream, end) = string(behind(bytes, end, b"\",\"logStream\":\"")?)?;
    let filters = behind(bytes, end, b"\",\"subscriptionFilters\":")?;
    let end = skip_value(bytes, filters).ok()?;
    let events = behind(bytes, end, b",\"logEvents\":")?;
    let mut reader = Reader::new(text, room);
    let is_usual = reader.usual_array(events).is_some_and(|end| {
        let end = behind(bytes, end, b"}");
        end.is_some_and(|end| skip_space(bytes, end) == bytes.len())
    });
    let mut common = room.common.take().unwrap_or_default();
    if !is_usual {
        room.keep(reader.end(common));
        return None;
    }
    refill(Arc::make_mut(&mut common), owner, group, stream);
    Some(reader.end(common))
}

/// Writes what [`open`] tells of the events of a group into an envelope that was used before.
fn refill(envelope: &mut Envelope, owner: &str, group: &str, stream: &str) {
    let service = service_of(group, Some(stream)).unwrap_or_default();
    let values = [
        (Column::Provider, "aws"),
        (Column::Service, service),
        (Column::Host, stream),
        (Column::Account, owner),
    ];
    envelope.refill(&values);
    // A service alone is known to be none.
    envelope
        .values
        .retain(|(column, value)| *column == Column::Service || !value.is_empty());
    envelope.cluster = cluster_of_group(group).map(str::to_owned);
    envelope.resources.clear();
    envelope.resources.extend(group_of_function(group));
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
    envelope.resources.extend(group_of_function(group));
    let envelope = with(envelope, Column::Host, stream);
    let service = service_of(group, stream).unwrap_or_default();
    envelope.with(Column::Service, service)
}

/// The group as a resource, where its name is that of a function of Lambda: what writes to it is
/// that very function, whose region is not told.
pub(super) fn group_of_function(group: &str) -> Option<String> {
    key::function_of_group(group).map(|_| group.to_owned())
}

/// Service of what a stream of a group holds.
fn service_of<'a>(group: &'a str, stream: Option<&'a str>) -> Option<&'a str> {
    match stream.filter(|_| is_eks_control_plane(group)) {
        Some(stream) => eks_component(stream),
        None => service_of_group(group),
    }
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
const VENDED: [(&str, Option<usize>); 25] = [
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
    // The last step is the kind of log, or its name.
    ("aws/OpenSearchService/domains/", Some(3)),
    ("aws/aes/domains/", Some(3)),
    ("aws/amazonmq/broker/", Some(3)),
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
    let names_format = [
        "cloudtrail",
        "flowlog",
        "flow-log",
        "vpc-flow",
        "vpcflow",
        "waf-logs",
        "access-log",
    ];
    let names_format = names_format.iter().any(|word| has_word(last, word));
    (!last.is_empty() && !is_general && !names_format).then_some(last)
}

/// Whether a word of lower case stands in a name, in either case.
fn has_word(name: &str, word: &str) -> bool {
    let mut parts = name.as_bytes().windows(word.len());
    parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use nepho_core::format::Stream;
    use nepho_core::tables::BlockId;

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
        let group = "/aws/OpenSearchService/domains/search/es-application-logs";
        check(group, Some("search"));
        check("/aws/aes/domains/search/search-logs", Some("search"));
        check("/aws/amazonmq/broker/b-1/general", Some("b-1"));
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
        check("/shop/VPC-Flow-Logs-eu", None);
        check("", None);
    }

    #[test]
    fn a_record_that_is_written_as_usual_is_read_alike() {
        let (stream, plain) = (Stream::default(), Envelope::default());
        let mut room = Room::default();
        let mut check = |text: &str, envelope: &Envelope, is_usual: bool| {
            let record = Record {
                text,
                block: BlockId::default(),
                offset: 0,
                line: 1,
                bytes: 0,
                envelope,
                stream: &stream,
            };
            let again = open_again(&record, &mut room);
            assert_eq!(again.is_some(), is_usual, "{text}");
            let fields = JsonFields::parse(text);
            let opened = fields.as_ref().map(|fields| open(&record, fields));
            if let Some(again) = again {
                let Ok(Opened::Events(events)) = opened else {
                    panic!("no events: {text}");
                };
                assert!(again.texts().eq(events.texts()));
                let times = |events: &Events<'_>| -> Vec<_> {
                    events.parts.iter().map(|part| part.time).collect()
                };
                assert_eq!(times(&again), times(&events));
                for column in Column::ALL {
                    assert_eq!(again.common.get(column), events.common.get(column));
                }
                assert_eq!(again.common.cluster, events.common.cluster);
                assert_eq!(again.common.resources, events.common.resources);
                room.keep(again);
            }
        };
        let text = |owner: &str, group: &str, stream: &str, events: &str, end: &str| {
            format!(
                "{{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"{owner}\",\"logGroup\":\
                 \"{group}\",\"logStream\":\"{stream}\",\"subscriptionFilters\":[\"x\"],\
                 \"logEvents\":{events}}}{end}"
            )
        };
        let events = r#"[{"id":"1","timestamp":1714557600123,"message":"a\tb"},{"id":"2","timestamp":1714557600124,"message":"c"}]"#;
        let (owner, group) = ("111122223333", "/aws/eks/shop/cluster");
        check(
            &text(owner, group, "kube-scheduler-01", events, ""),
            &plain,
            true,
        );
        check(
            &text(owner, "/aws/lambda/pay", "s", events, ""),
            &plain,
            true,
        );
        check(
            &text(owner, "/ecs/shop/pay", "pay/1", events, " \n"),
            &plain,
            true,
        );
        check(&text("", "/shop/audit", "", events, ""), &plain, true);
        check(&text(owner, "a\\tb", "s", events, ""), &plain, false);
        check(&text(owner, group, "s", events, "x"), &plain, false);
        check(
            &text(owner, group, "s", events, ",\"more\":1"),
            &plain,
            false,
        );
        check(&text(owner, group, "s", "[]", ""), &plain, false);
        check(&text(owner, group, "s", &events[1..], ""), &plain, false);
        let around = Envelope::default().with(Column::Region, "eu-west-1");
        check(&text(owner, group, "s", events, ""), &around, false);
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
