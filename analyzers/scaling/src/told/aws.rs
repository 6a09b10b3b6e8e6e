//! EC2 Auto Scaling, Application Auto Scaling and ECS, as EventBridge and CloudTrail tell of them.
//!
//! Sources (read 2026-11-21):
//! docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html,
//! docs.aws.amazon.com/autoscaling/application/userguide/automating-with-eventbridge.html,
//! docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html, and the API
//! references of `SetDesiredCapacity`, `UpdateAutoScalingGroup`, `RegisterScalableTarget`,
//! `UpdateService` and `UpdateNodegroupConfig`.

use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView};
use nepho_core::time::NANOS;
use serde_json::{Map, Value};

use super::{Ending, Source, Told, json, text, told};

/// A decision lies at most this long before the event that tells of it.
const LATEST_AFTER_DECISION: i64 = 3600 * NANOS;

/// Where `EventBridge` events of a source may tell.
pub(super) fn event_source(service: &str) -> Source {
    match service {
        "aws.ecs" | "aws.application-autoscaling" => Source::AwsEventBridge,
        _ => Source::Nothing,
    }
}

/// Where `CloudTrail` records of a service may tell.
pub(super) fn trail_source(service: &str) -> Source {
    let name = service.strip_suffix(".amazonaws.com").unwrap_or(service);
    match name {
        "autoscaling" | "application-autoscaling" | "ecs" | "eks" => Source::AwsCloudTrail,
        _ => Source::Nothing,
    }
}

/// Whether a call sets sizes or limits.
pub(super) fn is_trail_action(action: Option<&str>) -> bool {
    matches!(
        action,
        Some(
            "SetDesiredCapacity"
                | "UpdateAutoScalingGroup"
                | "CreateAutoScalingGroup"
                | "PutScalingPolicy"
                | "RegisterScalableTarget"
                | "UpdateService"
                | "UpdateNodegroupConfig"
        )
    )
}

/// An event of EC2 Auto Scaling.
pub(super) fn auto_scaling(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let mut told = told(rows, row);
    let body = rows.text(Column::Body, row).unwrap_or_default();
    let arn = rows
        .resources(row)
        .find(|id| id.contains("autoScalingGroupName/"));
    match arn.and_then(|arn| arn.rsplit_once("autoScalingGroupName/")) {
        Some((_, name)) => name.clone_into(&mut told.group),
        None => {
            let event = json::object(rows.text(Column::Raw, row)?)?;
            json::text(&event, &["detail", "AutoScalingGroupName"])?.clone_into(&mut told.group);
        }
    }
    told.id = arn.map(str::to_owned);
    told.change = match told.action.as_str() {
        action if action.starts_with("EC2 Instance Launch") => 1,
        action if action.starts_with("EC2 Instance Terminate") => -1,
        // Lifecycle actions and instance refreshes do not change the size.
        _ => return None,
    };
    if let Some(at) = decided(body, told.time) {
        told.time = at;
    }
    limits_in_words(body, &mut told);
    if is_replacement(body) {
        told.change = 0;
    } else if let Some((from, to)) = text::from_to(body) {
        (told.from, told.to) = (Some(from), Some(to));
    }
    told.reason = reason(body, told.ending == Ending::Failed);
    Some(told)
}

/// Time of `At 2024-05-01T10:00:00Z ...`, with which a cause begins.
fn decided(body: &str, told_at: Timestamp) -> Option<Timestamp> {
    let (at, _) = text::head(body).match_indices("At 2").next()?;
    let time = Timestamp::parse_rfc3339(body.get(at + 3..at + 23)?)?;
    let age = told_at.since(time);
    (0..=LATEST_AFTER_DECISION).contains(&age).then_some(time)
}

fn limits_in_words(body: &str, told: &mut Told) {
    if body.contains("constraints to ") {
        told.minimum = text::number_after(body, "min: ");
        told.maximum = text::number_after(body, "max: ");
    }
}

/// Whether an instance is exchanged for another, so that the size is not what changes.
fn is_replacement(body: &str) -> bool {
    [
        "health check",
        "health-check",
        "replaced",
        "rebalanc",
        "instance refresh",
    ]
    .iter()
    .any(|word| text::contains_word(text::head(body), word))
}

/// The first sentence of the cause without its time; for a failure the message that stands before
/// the cause.
fn reason(body: &str, is_failure: bool) -> Option<String> {
    let body = body.trim();
    let (message, cause) = match body.split_once(" (At ") {
        Some((message, cause)) => (Some(message), cause),
        None => (None, body.strip_prefix("At ").unwrap_or(body)),
    };
    if is_failure && let Some(message) = message {
        return Some(message.to_owned());
    }
    // Behind `At` stands a time, which ends with the first blank.
    let words = match cause.split_once(' ') {
        Some((time, words)) if time.starts_with('2') => words,
        _ => cause,
    };
    let sentence = words.split(".  At ").next().unwrap_or(words);
    let sentence = sentence.trim_end_matches(['.', ')']);
    (!sentence.is_empty()).then(|| sentence.to_owned())
}

/// An event of ECS or of Application Auto Scaling.
pub(super) fn event(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let mut told = told(rows, row);
    let event = json::object(rows.text(Column::Raw, row)?)?;
    let detail = json::at(&event, &["detail"])?.as_object()?;
    match json::text(&event, &["source"])? {
        "aws.ecs" => ecs_event(rows, row, detail, &mut told)?,
        _ => activity(detail, &mut told)?,
    }
    Some(told)
}

fn ecs_event(
    rows: &LogsView<'_>,
    row: usize,
    detail: &Map<String, Value>,
    told: &mut Told,
) -> Option<()> {
    let arn = rows.resources(row).find(|id| id.contains(":service/"))?;
    arn.rsplit('/').next()?.clone_into(&mut told.group);
    told.id = Some(arn.to_owned());
    let name = json::text(detail, &["eventName"])?;
    match name {
        "SERVICE_DESIRED_COUNT_UPDATED" => told.to = json::number(detail, &["desiredCount"]),
        "SERVICE_TASK_PLACEMENT_FAILURE" | "SERVICE_TASK_START_IMPAIRED" => {
            told.ending = Ending::Failed
        }
        _ => return None,
    }
    name.clone_into(&mut told.action);
    told.reason = json::text(detail, &["reason"]).map(str::to_owned);
    Some(())
}

fn activity(detail: &Map<String, Value>, told: &mut Told) -> Option<()> {
    let id = json::text(detail, &["resourceId"])?;
    target(id).clone_into(&mut told.group);
    told.from = json::number(detail, &["oldDesiredCapacity"]);
    told.to = json::number(detail, &["newDesiredCapacity"]);
    told.minimum = json::number(detail, &["minCapacity"]);
    told.maximum = json::number(detail, &["maxCapacity"]);
    told.reason = json::text(detail, &["cause"]).map(str::to_owned);
    if json::text(detail, &["statusCode"]) == Some("Failed") {
        told.ending = Ending::Failed;
    }
    if told.from.is_none() && told.to.is_none() && told.ending == Ending::Done {
        told.action.clear();
    }
    Some(())
}

/// Name of a scalable target: `checkout` of `service/shop/checkout`, `orders` of `table/orders`.
fn target(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// A call that sets sizes or limits.
pub(super) fn trail(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let mut told = told(rows, row);
    let event = json::object(rows.text(Column::Raw, row)?)?;
    let request = json::at(&event, &["requestParameters"])?.as_object()?;
    let number = |path: &[&str]| json::number(request, path);
    match told.action.as_str() {
        "RegisterScalableTarget" => {
            target(json::text(request, &["resourceId"])?).clone_into(&mut told.group);
            (told.minimum, told.maximum) = (number(&["minCapacity"]), number(&["maxCapacity"]));
        }
        "UpdateService" => {
            target(json::text(request, &["service"])?).clone_into(&mut told.group);
            told.to = number(&["desiredCount"]);
        }
        "UpdateNodegroupConfig" => {
            json::text(request, &["nodegroupName"])?.clone_into(&mut told.group);
            told.minimum = number(&["scalingConfig", "minSize"]);
            told.maximum = number(&["scalingConfig", "maxSize"]);
            told.to = number(&["scalingConfig", "desiredSize"]);
        }
        _ => {
            let name = json::text(request, &["autoScalingGroupName"])
                .or_else(|| json::text(request, &["resourceId"]).map(target));
            name?.clone_into(&mut told.group);
            (told.minimum, told.maximum) = (number(&["minSize"]), number(&["maxSize"]));
            told.to = number(&["desiredCapacity"]);
        }
    }
    if told.ending == Ending::Failed {
        // What was refused did not become the limit.
        (told.minimum, told.maximum) = (None, None);
        refusal(rows.text(Column::Body, row).unwrap_or_default(), &mut told);
    } else if told.to.is_none() {
        told.action.clear();
    } else {
        let by = rows.text(Column::Actor, row);
        told.reason = by.map(|actor| format!("requested by {}", target(actor)));
    }
    Some(told)
}

/// `New SetDesiredCapacity value 16 is above max value 12 for the AutoScalingGroup.`
fn refusal(body: &str, told: &mut Told) {
    if let Some(maximum) = text::number_after(body, "above max value ") {
        told.ending = Ending::AtMaximum;
        told.maximum = Some(maximum);
        told.to = Some(maximum);
    }
    told.reason = Some(body.to_owned()).filter(|body| !body.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_the_first_sentence_of_the_cause() {
        let check = |body: &str, is_failure: bool, expected: Option<&str>| {
            assert_eq!(reason(body, is_failure).as_deref(), expected, "{body}");
        };
        let cause = "At 2024-05-01T10:00:00Z a monitor alarm cpu in state ALARM triggered policy grow changing the desired \
                     capacity from 4 to 6.  At 2024-05-01T10:00:11Z an instance was started.";
        check(
            cause,
            false,
            Some(
                "a monitor alarm cpu in state ALARM triggered policy grow changing the desired capacity from 4 to 6",
            ),
        );
        let refused = format!("We do not have sufficient capacity. ({cause})");
        check(&refused, true, Some("We do not have sufficient capacity."));
        check("", false, None);
    }
}
