//! EventBridge events of EC2 Auto Scaling: instances that were launched, ended, or could not be.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, resource, text, time as when};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.autoscaling",
    summary: "EC2 Auto Scaling events of EventBridge",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const KIND: usize = 0;
const STATUS_CODE: usize = 1;
const STATUS_MESSAGE: usize = 2;
const CAUSE: usize = 3;
const START: usize = 4;
const END: usize = 5;

static TABLE: Table = Table {
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
    if ends(&["Unsuccessful", "Failed", "Cancelled"])
        || matches!(status_code, "Failed" | "Cancelled")
    {
        return Some(Outcome::Failure);
    }
    let is_done = ends(&["Successful", "Succeeded"]) || status_code == "Successful";
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
    }
}
