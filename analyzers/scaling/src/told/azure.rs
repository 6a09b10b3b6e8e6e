//! Azure autoscale: events of the Activity Log and the resource log `AutoscaleScaleActions`.
//!
//! Sources (read 2026-11-21): learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
//! (category Autoscale), learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-flapping
//! (`eventProperties`), and
//! learn.microsoft.com/azure/azure-monitor/reference/tables/autoscalescaleactionslog.

use nepho_core::key;
use nepho_core::tables::{Column, LogsView};
use serde_json::{Map, Value};

use super::{Ending, Told, json, text, told};

/// Whether a row may tell of autoscale.
#[inline]
pub(super) fn may_tell(rows: &LogsView<'_>, row: usize) -> bool {
    rows.text(Column::Action, row)
        .is_some_and(|action| text::contains_word(action, "scale"))
        || rows
            .resources(row)
            .next()
            .is_some_and(|id| text::contains_word(id, "/autoscalesettings/"))
}

/// What a row tells.
pub(super) fn tell(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let mut told = told(rows, row);
    let event = json::object(rows.text(Column::Raw, row)?)?;
    let inside: Vec<_> = ["properties", "eventProperties"]
        .iter()
        .filter_map(|key| json::any_case(&event, key).and_then(json::as_object))
        .collect();
    let value = |keys: &[&str]| -> Option<&Value> {
        let places = inside.iter().chain([&event]);
        places
            .flat_map(|place| keys.iter().filter_map(|key| json::any_case(place, key)))
            .find(|value| !value.is_null())
    };
    let description = value(&["Description", "ScaleActionMessage", "resultDescription"])
        .and_then(Value::as_str)
        .or_else(|| rows.text(Column::Body, row));
    let words = description.and_then(text::from_to);
    told.from = value(&["OldInstancesCount", "CurrentInstanceCount"])
        .and_then(json::as_number)
        .or(words.map(|(from, _)| from));
    told.to = value(&["NewInstancesCount", "NewInstanceCount"])
        .and_then(json::as_number)
        .or(words.map(|(_, to)| to));
    let ids = ["ResourceName", "TargetResourceId", "ResourceUri"];
    let id = value(&ids)
        .and_then(Value::as_str)
        .or_else(|| rows.resources(row).next())?;
    told.id = Some(key::canonical(id));
    key::short_name(id).clone_into(&mut told.group);
    if let Some(profile) = value(&["ActiveAutoscaleProfile"]).and_then(json::as_object) {
        limits(&profile, &mut told);
    }
    // Evaluations that change nothing and calls that edit the setting have no sizes.
    if told.to.is_none() && (told.ending == Ending::Done || !is_scaling(&told.action)) {
        return told.maximum.is_some().then(|| Told {
            action: String::new(),
            ..told
        });
    }
    told.reason = description.map(str::to_owned);
    if description.is_some_and(is_at_maximum) {
        told.ending = Ending::AtMaximum;
    }
    Some(told)
}

fn is_scaling(action: &str) -> bool {
    ["scaleup", "scaledown", "scaleaction"]
        .iter()
        .any(|word| text::contains_word(action, word))
}

fn limits(profile: &Map<String, Value>, told: &mut Told) {
    let Some(capacity) = json::any_case(profile, "Capacity").and_then(json::as_object) else {
        return;
    };
    told.minimum = json::any_case(&capacity, "Minimum").and_then(json::as_number);
    told.maximum = json::any_case(&capacity, "Maximum").and_then(json::as_number);
}

fn is_at_maximum(description: &str) -> bool {
    [
        "maximum capacity",
        "maximum instance",
        "already at maximum",
        "reached the maximum",
        "maximum limit",
    ]
    .iter()
    .any(|words| text::contains_word(text::head(description), words))
}
