//! What the cluster autoscaler writes of groups of nodes that it grows, or cannot grow.
//!
//! Source: `core/scaleup`, `clusterstate` and `core/static_autoscaler.go` of
//! github.com/kubernetes/autoscaler (cluster-autoscaler), read 2026-11-30.

use nepho_core::tables::{Column, Outcome, Row};

/// Messages of the autoscaler: what stands before the name of the group, what behind it, and how it
/// ended.
const MESSAGES: [(&str, &[&str], Outcome); 6] = [
    ("Scale-up: setting group ", &[" size to "], Outcome::Success),
    ("Scale-up: group ", &[" size set to "], Outcome::Success),
    ("Scale-up failed for group ", &[": "], Outcome::Failure),
    (
        "Scale-up timed out for node group ",
        &[" after "],
        Outcome::Failure,
    ),
    ("Nodes added to group ", &[" failed to "], Outcome::Failure),
    (
        "Disabling scale-up for node group ",
        &[" until "],
        Outcome::Failure,
    ),
];

/// Fills in what a message of the autoscaler tells.
pub(super) fn fill(message: &str, row: &mut Row<'_>) {
    // The event that it records, as it logs it.
    let message = match message.starts_with("Event(") {
        true => message
            .split_once("' ")
            .and_then(|(_, rest)| rest.split_once("' "))
            .map_or(message, |(_, rest)| rest),
        false => message,
    };
    if let Some(plan) = message.strip_prefix("Final scale-up plan: [") {
        row.constant(Column::Action, "scale_up")
            .outcome(Outcome::Success);
        for group in plan.split('{').skip(1) {
            row.resource(group.split(' ').next().unwrap_or_default());
        }
        return;
    }
    let found = MESSAGES.iter().find_map(|(before, behind, outcome)| {
        let rest = message.strip_prefix(before)?;
        let mut ends = behind.iter().filter_map(|text| rest.find(text));
        Some((rest.get(..ends.next()?)?, *outcome))
    });
    if let Some((group, outcome)) = found {
        row.constant(Column::Action, "scale_up")
            .outcome(outcome)
            .resource(group);
        return;
    }
    let waiting = message.strip_prefix("Pod ");
    if let Some(pod) = waiting.and_then(|rest| rest.strip_suffix(" is unschedulable")) {
        row.resource(pod);
        return;
    }
    let removed = [
        "Scale-down: removing empty node ",
        "Scale-down: removing node ",
    ];
    let removed = removed.iter().find_map(|start| message.strip_prefix(start));
    if let Some(node) = removed {
        let node = node.split([',', ' ']).next().unwrap_or_default();
        row.constant(Column::Action, "scale_down")
            .outcome(Outcome::Success)
            .resource(node.trim_matches('"'));
    }
}
