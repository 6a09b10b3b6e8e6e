//! Events of EC2 Auto Scaling as EventBridge delivers them, one a line.
//!
//! Source: docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
//! (read 2026-11-21). The words of `Cause` are those of the group's activity history.

use super::File;
use crate::demo_data::clock::{MILLI, Micros, SECOND, iso, iso_millis};
use crate::demo_data::json::{list, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{
    ACCOUNT, APP_SUBNETS, LARGEST_SIZE, Machine, REGION, SCALING, SCALING_GROUP, SCALING_GROUP_ARN,
    SEED, SMALLEST_SIZE, ScalingStep, Service, Trigger, ZONES,
};

/// All launches and terminations of the afternoon.
pub(crate) fn file() -> File {
    let mut rng = Rng::for_part(SEED, "auto scaling");
    let mut lines = Vec::new();
    for step in &SCALING {
        let numbers = if step.to > step.from {
            step.from..step.to
        } else {
            step.to..step.from
        };
        for (index, number) in numbers.enumerate() {
            let begun = step.time + 11 * SECOND + index as u64 * 700 * MILLI;
            lines.push(event(step, begun, number, &mut rng));
        }
    }
    File::of_lines("aws/eventbridge/autoscaling-events.ndjson.zst", &lines)
}

fn event(step: &ScalingStep, begun: Micros, number: usize, rng: &mut Rng) -> String {
    let grows = step.to > step.from;
    let machine = Machine::of(Service::Checkout, number);
    let ended = begun + rng.between(31, 39) * SECOND;
    let (detail_type, doing) = if grows {
        (
            "EC2 Instance Launch Successful",
            "Launching a new EC2 instance",
        )
    } else {
        (
            "EC2 Instance Terminate Successful",
            "Terminating EC2 instance",
        )
    };
    object! {
        "version" => "0",
        "id" => rng.uuid(),
        "detail-type" => detail_type,
        "source" => "aws.autoscaling",
        "account" => ACCOUNT,
        "time" => iso(ended),
        "region" => REGION,
        "resources" => list![
            SCALING_GROUP_ARN,
            format!("arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{}", machine.instance),
        ],
        "detail" => object! {
            "Origin" => if grows { "EC2" } else { "AutoScalingGroup" },
            "Destination" => if grows { "AutoScalingGroup" } else { "EC2" },
            "Description" => format!("{doing}: {}", machine.instance),
            "EndTime" => iso_millis(ended),
            "RequestId" => rng.uuid(),
            "ActivityId" => rng.uuid(),
            "StartTime" => iso_millis(begun),
            "EC2InstanceId" => &machine.instance,
            "StatusCode" => "InProgress",
            "StatusMessage" => "",
            "Details" => object! {
                "Subnet ID" => APP_SUBNETS[machine.zone],
                "Availability Zone" => ZONES[machine.zone],
            },
            "Cause" => cause(step, begun, &machine.instance),
            "AutoScalingGroupName" => SCALING_GROUP,
        },
    }
    .to_string()
}

fn cause(step: &ScalingStep, begun: Micros, instance: &str) -> String {
    let (from, to) = (step.from, step.to);
    let first = iso(step.time);
    let reason = match step.trigger {
        Trigger::AlarmHigh => format!(
            "a monitor alarm TargetTracking-{SCALING_GROUP}-\
             AlarmHigh-3f6c2a91-58de-4b07-a2c4-d19e0f7b8c65 \
             in state ALARM triggered policy checkout-requests-per-target \
             changing the desired capacity \
             from {from} to {to}."
        ),
        Trigger::AlarmLow => format!(
            "a monitor alarm TargetTracking-{SCALING_GROUP}-\
             AlarmLow-b81d4e07-96fa-4c23-8e5b-70a2c9d3f146 \
             in state ALARM triggered policy checkout-requests-per-target \
             changing the desired capacity \
             from {from} to {to}."
        ),
        Trigger::ByHand => format!(
            "a user request update of AutoScalingGroup constraints to min: {SMALLEST_SIZE}, \
             max: {LARGEST_SIZE}, desired: {to} changing the desired capacity from {from} to {to}."
        ),
    };
    let second = iso(begun);
    let effect = if to > from {
        format!(
            "an instance was started in response to a difference between desired \
             and actual capacity, \
             increasing the capacity from {from} to {to}."
        )
    } else {
        format!(
            "an instance was taken out of service in response to a difference between desired and \
             actual capacity, shrinking the capacity from {from} to {to}.  At {second} instance \
             {instance} was selected for termination."
        )
    };
    format!("At {first} {reason}  At {second} {effect}")
}
