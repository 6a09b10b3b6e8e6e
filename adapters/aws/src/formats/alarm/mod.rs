//! CloudWatch alarms that changed their state, as they reach SNS, Lambda and EventBridge; and their
//! history and their present state, as the API lists them.

use nepho_codec::json::fields::{JsonFields, elements, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{Event, JsonFormats, Need, Table, keep, part, resource, text, time};
use nepho_core::key::Arn;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.alarm",
    summary: "CloudWatch alarm state changes",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: JsonFormats = JsonFormats(&TABLES);

const METRIC: usize = 0;
const REASON: usize = 1;
const ALARM_ARN: usize = 2;
const METRICS: usize = 3;
const NAME: usize = 4;
const STATE: usize = 5;
const REGION: usize = 6;

/// Most metrics of an alarm that are looked into.
const MAX_METRICS: usize = 16;

static TABLES: [&Table; 3] = [&TABLE, &HISTORY, &DESCRIBED];

/// Items of `aws cloudwatch describe-alarm-history`.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html, read
/// 2026-11-30.
static HISTORY: Table = Table {
    name: "aws.alarm",
    needs: &[
        Need::Has("AlarmName"),
        Need::Has("HistoryItemType"),
        Need::Has("HistorySummary"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "aws.cloudwatch"),
    ],
    fields: &[
        time(&["Timestamp"]),
        text(&["HistoryItemType"], Column::Action),
        text(&["HistorySummary"], Column::Body),
        resource(&["AlarmName"]),
    ],
    extras: &[("AlarmType", "alarm_type")],
    finish: None,
};

/// Alarms of `aws cloudwatch describe-alarms`.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html, as of
/// 2026-12-01.
static DESCRIBED: Table = Table {
    name: "aws.alarm",
    needs: &[
        Need::Has("AlarmArn"),
        Need::Has("StateValue"),
        Need::Has("StateReason"),
        Need::Has("StateUpdatedTimestamp"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "aws.cloudwatch"),
        (Column::Action, "DescribeAlarms"),
    ],
    fields: &[
        time(&["StateUpdatedTimestamp"]),
        part(&["AlarmArn"], Column::Account, account_of),
        part(&["AlarmArn"], Column::Region, region_of),
        text(&["StateReason"], Column::Body),
        resource(&["AlarmArn"]),
        resource(&["Dimensions[].Value"]),
        keep(&["AlarmName"], NAME),
        keep(&["StateValue"], STATE),
    ],
    extras: &[
        ("StateValue", "state"),
        ("Namespace", "namespace"),
        ("MetricName", "metric"),
        ("Threshold", "threshold"),
    ],
    finish: Some(put_state),
};

static TABLE: Table = Table {
    name: "aws.alarm",
    needs: &[
        Need::HasAny(&["AlarmName", "alarmData.alarmName", "detail.alarmName"]),
        Need::HasAny(&[
            "NewStateReason",
            "alarmData.state.value",
            "detail.state.value",
        ]),
        Need::HasAny(&["NewStateValue", "alarmData.state", "detail.state"]),
        // A message that somebody sent to try the way it takes may have no time.
        Need::HasAny(&["StateChangeTime", "time", "NewStateReason"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "aws.cloudwatch"),
        (Column::Action, "CloudWatch Alarm State Change"),
    ],
    fields: &[
        time(&["StateChangeTime", "time"]),
        text(&["AWSAccountId", "account", "accountId"], Column::Account),
        text(&["region"], Column::Region),
        text(&["source"], Column::Service),
        text(&["detail-type"], Column::Action),
        text(&["id"], Column::RequestId),
        resource(&["AlarmArn", "alarmArn", "resources[]"]),
        resource(&["Trigger.Dimensions[].value"]),
        text(
            &[
                "NewStateReason",
                "detail.state.reason",
                "alarmData.state.reason",
            ],
            Column::Body,
        ),
        keep(
            &[
                "Trigger.MetricName",
                "detail.configuration.metrics[0].metricStat.metric.name",
                "alarmData.configuration.metrics[0].metricStat.metric.name",
            ],
            METRIC,
        ),
        keep(
            &[
                "NewStateReason",
                "detail.state.reason",
                "alarmData.state.reason",
            ],
            REASON,
        ),
        keep(&["AlarmArn", "alarmArn", "resources[0]"], ALARM_ARN),
        keep(
            &[
                "detail.configuration.metrics",
                "alarmData.configuration.metrics",
            ],
            METRICS,
        ),
        keep(
            &["AlarmName", "alarmData.alarmName", "detail.alarmName"],
            NAME,
        ),
        keep(
            &[
                "NewStateValue",
                "alarmData.state.value",
                "detail.state.value",
            ],
            STATE,
        ),
        keep(&["Region", "region"], REGION),
    ],
    extras: &[
        ("NewStateValue", "state"),
        ("detail.state.value", "state"),
        ("alarmData.state.value", "state"),
        ("Trigger.Namespace", "namespace"),
        ("Trigger.Threshold", "threshold"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // The message of SNS writes the region as a person says it (`EU (Ireland)`); the ARN has its
    // name.
    let arn = event.kept(ALARM_ARN);
    match arn.as_deref().and_then(Arn::parse) {
        Some(arn) => {
            row.text(Column::Region, arn.region);
        }
        // Messages of SNS had no ARN at first.
        None if arn.is_none() => {
            row.text(
                Column::Region,
                region(&event.kept(REGION).unwrap_or_default()),
            );
            row.resource(&event.kept(NAME).unwrap_or_default());
        }
        None => {}
    }
    put_state(event, row);
    put_dimensions(event.kept_container(METRICS).unwrap_or_default(), row);
    let value = event.kept(REASON).and_then(|reason| datapoint(&reason));
    if let (Some(metric), Some(value)) = (event.kept(METRIC), value) {
        row.text(Column::Metric, &metric).value(value);
    }
}

/// Places in the names by which people know the regions, and the regions.
///
/// Source: docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, read
/// 2026-11-30.
const PLACES: [(&str, &str); 37] = [
    ("N. Virginia", "us-east-1"),
    ("Ohio", "us-east-2"),
    ("N. California", "us-west-1"),
    ("Oregon", "us-west-2"),
    ("GovCloud (US-East)", "us-gov-east-1"),
    ("GovCloud (US-West)", "us-gov-west-1"),
    ("Cape Town", "af-south-1"),
    ("Hong Kong", "ap-east-1"),
    ("Taipei", "ap-east-2"),
    ("Tokyo", "ap-northeast-1"),
    ("Seoul", "ap-northeast-2"),
    ("Osaka", "ap-northeast-3"),
    ("Mumbai", "ap-south-1"),
    ("Hyderabad", "ap-south-2"),
    ("Singapore", "ap-southeast-1"),
    ("Sydney", "ap-southeast-2"),
    ("Jakarta", "ap-southeast-3"),
    ("Melbourne", "ap-southeast-4"),
    ("Malaysia", "ap-southeast-5"),
    ("New Zealand", "ap-southeast-6"),
    ("Thailand", "ap-southeast-7"),
    ("Canada (Central)", "ca-central-1"),
    ("Calgary", "ca-west-1"),
    ("Beijing", "cn-north-1"),
    ("Ningxia", "cn-northwest-1"),
    ("Frankfurt", "eu-central-1"),
    ("Zurich", "eu-central-2"),
    ("Stockholm", "eu-north-1"),
    ("Milan", "eu-south-1"),
    ("Spain", "eu-south-2"),
    ("Ireland", "eu-west-1"),
    ("London", "eu-west-2"),
    ("Paris", "eu-west-3"),
    ("Tel Aviv", "il-central-1"),
    ("UAE", "me-central-1"),
    ("Bahrain", "me-south-1"),
    ("Paulo", "sa-east-1"),
];

/// Region of the name that people know: `US East (N. Virginia)`, `EU - Ireland`; that itself where
/// it is none of them.
fn region(name: &str) -> &str {
    let place = PLACES.iter().find(|(place, _)| name.contains(place));
    place.map_or(name, |(_, region)| region)
}

/// Puts what the state says: that something is wrong, or is so no longer. That there are no data
/// says neither; nor does an alarm that target tracking made for itself, which goes off whenever
/// there is something to scale, in or out.
///
/// Source of those names: docs.aws.amazon.com/autoscaling/application/userguide, "Target tracking
/// scaling policies", as of 2026-11-29.
fn put_state(event: &Event<'_>, row: &mut Row<'_>) {
    let name = event.kept(NAME).unwrap_or_default();
    if name.starts_with("TargetTracking-") {
        return;
    }
    match event.kept(STATE).as_deref() {
        Some("ALARM") => row.severity(Severity::ERROR).outcome(Outcome::Failure),
        Some("OK") => row.severity(Severity::INFO).outcome(Outcome::Success),
        _ => row,
    };
}

/// Puts what the dimensions of the metrics name, which is what the alarm watches:
/// `{"InstanceId":"i-1"}`. Other dimensions are no resources: `{"fstype":"xfs"}`.
fn put_dimensions(metrics: &str, row: &mut Row<'_>) {
    let mut put: Vec<&str> = Vec::new();
    for metric in elements(metrics).into_iter().take(MAX_METRICS) {
        let metric = JsonFields::parse(metric).ok();
        let dimensions = metric.and_then(|metric| metric.raw("metricStat.metric.dimensions"));
        let Some(Ok(dimensions)) = dimensions.map(JsonFields::parse) else {
            continue;
        };
        for (key, value) in dimensions.members() {
            if names_a_resource(key)
                && let Some(value) = text_of(value)
                && !put.contains(&value)
            {
                put.push(value);
                row.resource(&unescape(value));
            }
        }
    }
}

/// Whether a dimension of this name holds a resource of AWS.
fn names_a_resource(key: &str) -> bool {
    let ends = ["Id", "ID", "Name", "Identifier", "Arn", "ARN"];
    let is_other = matches!(key, "MetricName" | "ImageId" | "DomainName" | "ClientId");
    (!is_other && ends.iter().any(|end| key.ends_with(end)))
        || matches!(
            key,
            "LoadBalancer" | "TargetGroup" | "NatGateway" | "TransitGateway"
        )
}

/// The newest datapoint of a reason such as `Threshold Crossed: 1 out of the last 1 datapoints
/// [93.4 (06/03/15 17:43:00)] was greater than the threshold (70.0)`.
fn datapoint(reason: &str) -> Option<f64> {
    let (_, points) = reason.split_once('[')?;
    let number = points.split([' ', ']', ',']).next()?;
    number.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_know_regions_by_their_place() {
        assert_eq!(region("US East (N. Virginia)"), "us-east-1");
        assert_eq!(region("EU - Ireland"), "eu-west-1");
        assert_eq!(region("South America (Sao Paulo)"), "sa-east-1");
        assert_eq!(region("eu-west-3"), "eu-west-3");
    }

    #[test]
    fn the_reason_has_the_datapoint() {
        let reason = "Threshold Crossed: 1 out of the last 1 datapoints [93.4 (06/03/15 17:43:00)] was greater";
        assert_eq!(datapoint(reason), Some(93.4));
        assert_eq!(datapoint("Insufficient Data"), None);
        assert_eq!(datapoint("x [nan]"), None);
    }
}
