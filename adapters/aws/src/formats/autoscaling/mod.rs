//! Events of EC2 Auto Scaling: instances that were launched, ended, or could not be; of
//! EventBridge, as notifications of SNS and SQS, and as the API lists them; and of Application Auto
//! Scaling, which does the same for services of ECS, tables and others.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, resource, text, time as when,
};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.autoscaling",
    summary: "EC2 Auto Scaling events of EventBridge, and its notifications",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const KIND: usize = 0;
const STATUS_CODE: usize = 1;
const STATUS_MESSAGE: usize = 2;
const CAUSE: usize = 3;
const START: usize = 4;
const END: usize = 5;

static TABLES: [&Table; 4] = [&BRIDGED, &NOTIFIED, &LISTED, &APPLICATION];

/// Activities of a group, of `aws autoscaling describe-scaling-activities`.
///
/// docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html, read 2026-11-30.
static LISTED: Table = Table {
    name: "aws.autoscaling",
    needs: &[
        Need::Has("ActivityId"),
        Need::Has("AutoScalingGroupName"),
        Need::Has("Cause"),
        Need::Has("StatusCode"),
        Need::Lacks("Service"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "aws.autoscaling"),
    ],
    fields: &[
        when(&["EndTime", "StartTime"]),
        part(&["AutoScalingGroupARN"], Column::Account, account_of),
        part(&["AutoScalingGroupARN"], Column::Region, region_of),
        part(&["Description"], Column::Action, kind_of),
        text(&["ActivityId"], Column::RequestId),
        resource(&["AutoScalingGroupARN"]),
        resource(&["AutoScalingGroupName"]),
        keep(&["Description"], KIND),
        keep(&["StatusCode"], STATUS_CODE),
        keep(&["StatusMessage"], STATUS_MESSAGE),
        keep(&["Cause"], CAUSE),
        keep(&["StartTime"], START),
        keep(&["EndTime"], END),
    ],
    extras: &[
        ("AutoScalingGroupName", "group"),
        ("ActivityId", "activity"),
    ],
    finish: Some(finish),
};

/// Activities of `aws application-autoscaling describe-scaling-activities`.
///
/// docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalingActivity.html, read
/// 2026-11-30.
static APPLICATION: Table = Table {
    name: "aws.autoscaling",
    needs: &[
        Need::Has("ActivityId"),
        Need::Has("ServiceNamespace"),
        Need::Has("ScalableDimension"),
        Need::Has("StatusCode"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "aws.application-autoscaling"),
    ],
    fields: &[
        when(&["EndTime", "StartTime"]),
        part(&["Description"], Column::Action, kind_of),
        text(&["ActivityId"], Column::RequestId),
        resource(&["ResourceId"]),
        keep(&["Description"], KIND),
        keep(&["StatusCode"], STATUS_CODE),
        keep(&["StatusMessage"], STATUS_MESSAGE),
        keep(&["Cause"], CAUSE),
        keep(&["StartTime"], START),
        keep(&["EndTime"], END),
    ],
    extras: &[
        ("ServiceNamespace", "namespace"),
        ("ScalableDimension", "dimension"),
        ("ActivityId", "activity"),
    ],
    finish: Some(finish),
};

/// What an activity does: `Launching a new EC2 instance` of that and an id, or a reason.
fn kind_of(description: &str) -> &str {
    description.split([':', '.']).next().unwrap_or(description)
}

/// Notifications and lifecycle hooks.
///
/// docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html and
/// lifecycle-hooks.html there, as of 2026-11-29.
static NOTIFIED: Table = Table {
    name: "aws.autoscaling",
    needs: &[
        Need::Is("Service", "AWS Auto Scaling"),
        Need::Has("AutoScalingGroupName"),
        Need::HasAny(&["Event", "LifecycleTransition"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "aws.autoscaling"),
    ],
    fields: &[
        when(&["Time", "EndTime"]),
        text(&["AccountId"], Column::Account),
        part(&["AutoScalingGroupARN"], Column::Region, region_of),
        text(&["Event", "LifecycleTransition"], Column::Action),
        text(&["RequestId"], Column::RequestId),
        resource(&["AutoScalingGroupARN"]),
        resource(&["AutoScalingGroupName"]),
        resource(&["EC2InstanceId"]),
        resource(&["Details.Subnet ID"]),
        keep(&["Event"], KIND),
        keep(&["StatusCode"], STATUS_CODE),
        keep(&["StatusMessage"], STATUS_MESSAGE),
        keep(&["Cause", "Description"], CAUSE),
        keep(&["StartTime"], START),
        keep(&["EndTime"], END),
    ],
    extras: &[
        ("AutoScalingGroupName", "group"),
        ("EC2InstanceId", "instance"),
        ("ActivityId", "activity"),
        ("Details.Availability Zone", "zone"),
        ("LifecycleHookName", "lifecycle_hook"),
    ],
    finish: Some(finish),
};

static BRIDGED: Table = Table {
    name: "aws.autoscaling",
    needs: &[
        Need::Is("source", "aws.autoscaling"),
        Need::Has("detail-type"),
        Need::Has("detail"),
        // An API call of CloudTrail, which is opened as a wrapping.
        Need::Lacks("detail.eventVersion"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        when(&["time", "detail.EndTime", "detail.StartTime"]),
        text(&["account"], Column::Account),
        text(&["region"], Column::Region),
        text(&["source"], Column::Service),
        text(&["detail-type"], Column::Action),
        text(&["detail.RequestId", "id"], Column::RequestId),
        resource(&["resources[]"]),
        resource(&["detail.AutoScalingGroupName"]),
        resource(&["detail.EC2InstanceId"]),
        resource(&["detail.Details.Subnet ID"]),
        keep(&["detail-type"], KIND),
        keep(&["detail.StatusCode"], STATUS_CODE),
        keep(&["detail.StatusMessage"], STATUS_MESSAGE),
        keep(
            &[
                "detail.Cause",
                "detail.Description",
                "detail.LifecycleTransition",
            ],
            CAUSE,
        ),
        keep(&["detail.StartTime"], START),
        keep(&["detail.EndTime"], END),
    ],
    extras: &[
        ("detail.AutoScalingGroupName", "group"),
        ("detail.EC2InstanceId", "instance"),
        ("detail.ActivityId", "activity"),
        ("detail.Details.Availability Zone", "zone"),
        ("detail.LifecycleHookName", "lifecycle_hook"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    let code = event.kept(STATUS_CODE).unwrap_or_default();
    let outcome = outcome(&kind, &code);
    if let Some(outcome) = outcome {
        row.outcome(outcome);
    }
    let cause = event.kept(CAUSE).unwrap_or_default();
    match event
        .kept(STATUS_MESSAGE)
        .filter(|_| outcome == Some(Outcome::Failure))
    {
        Some(message) if !cause.is_empty() => {
            row.text(Column::Body, &format!("{message} ({cause})"))
        }
        Some(message) => row.text(Column::Body, &message),
        None => row.text(Column::Body, &cause),
    };
    let times = [START, END].map(|number| event.kept(number).and_then(|text| time::parse(&text)));
    if let [Some(start), Some(end)] = times
        && end >= start
    {
        row.duration(end.since(start));
    }
}

/// Outcome by the kind of the event, where it says one; a lifecycle action is neither.
fn outcome(kind: &str, status_code: &str) -> Option<Outcome> {
    let ends = |words: &[&str]| words.iter().any(|word| kind.ends_with(word));
    if ends(&["Unsuccessful", "Failed", "Cancelled", "_ERROR"])
        || matches!(status_code, "Failed" | "Cancelled" | "Unfulfilled")
    {
        return Some(Outcome::Failure);
    }
    let is_done =
        ends(&["Successful", "Succeeded", "_LAUNCH", "_TERMINATE"]) || status_code == "Successful";
    is_done.then_some(Outcome::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_event_tells_its_outcome() {
        let check = |kind: &str, code: &str, expected: Option<Outcome>| {
            assert_eq!(outcome(kind, code), expected, "{kind} {code}");
        };
        check(
            "EC2 Instance Launch Successful",
            "InProgress",
            Some(Outcome::Success),
        );
        check(
            "EC2 Instance Launch Unsuccessful",
            "Failed",
            Some(Outcome::Failure),
        );
        check("EC2 Instance-launch Lifecycle Action", "", None);
        check(
            "EC2 Auto Scaling Instance Refresh Failed",
            "",
            Some(Outcome::Failure),
        );
        check("EC2 Auto Scaling Instance Refresh Started", "", None);
        let failure = Some(Outcome::Failure);
        check("autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "Failed", failure);
        let success = Some(Outcome::Success);
        check("autoscaling:EC2_INSTANCE_TERMINATE", "InProgress", success);
        check("autoscaling:TEST_NOTIFICATION", "", None);
    }
}
