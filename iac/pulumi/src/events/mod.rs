//! Feed `pulumi.events`: the engine event log. See `README.md`.

mod change;
mod described;
mod digest;
mod fold;
mod left;
mod place;
mod report;
mod run;
mod wire;

#[cfg(test)]
mod summaries;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;

use self::fold::fold;
use self::run::{Run, Runs, Step};
use self::wire::EngineEvent;
use nepho_iac_common::head::has_key;
use nepho_iac_common::place::Places;

use crate::stream;
use crate::urn::Urn;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "pulumi.events",
    summary: "Engine event log of Pulumi (--event-log, up --json): changes and runs with their times; previews as runs",
    permissions: &[],
    make: Make::Feed(|| Box::new(EngineEvents)),
});

/// Fields of which every event has one.
const EVENTS: [&str; 11] = [
    "preludeEvent",
    "resourcePreEvent",
    "resOutputsEvent",
    "resOpFailedEvent",
    "diagnosticEvent",
    "summaryEvent",
    "cancelEvent",
    "stdoutEvent",
    "policyEvent",
    "progressEvent",
    "errorEvent",
];

/// Reads engine event logs.
#[derive(Debug)]
pub struct EngineEvents;

impl ChangeFeed for EngineEvents {
    fn may_fit(&self, name: &str, keys: &HeadKeys) -> bool {
        let is_named = name.ends_with(".events.json");
        is_named || keys.has_any(&EVENTS) || keys.has_any(&["steps", "changeSummary"])
    }

    fn sniff(&self, name: &str, head: &str) -> Confidence {
        if name.ends_with(".events.json") && is_empty_list(head) {
            return Confidence::CERTAIN;
        }
        let head = head.trim_start_matches('\u{feff}').trim_start();
        if head.starts_with('{') && digest::is_digest(head) {
            return Confidence::CERTAIN;
        }
        let has_event = EVENTS.iter().any(|event| has_key(head, event));
        // The API numbers no events, and tells their types instead.
        let is_counted = has_key(head, "sequence") || is_typed(head);
        if !has_event || !has_key(head, "timestamp") || !is_counted {
            return Confidence::NO;
        }
        match head.starts_with(['{', '[']) {
            true => Confidence::CERTAIN,
            false if head.contains("\n{\"sequence\"") => Confidence::LIKELY,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let (events, rejects) = stream::documents(document.text, "events", &places);
        out.rejects.extend(rejects);
        let mut runs = Runs::of(document.uri);
        let mut is_read = false;
        for text in events {
            match serde_json::from_str::<EngineEvent<'_>>(text) {
                Ok(_) if digest::is_digest(text) => {
                    is_read |= digest::read(text, &places, document.uri, out);
                }
                Ok(event) => {
                    is_read |= EVENTS.iter().any(|event| text.contains(event));
                    runs.add(event, places.line_of(text));
                }
                // The words of the parser are not used, for they quote values.
                Err(_) => out.rejects.push(
                    places.reject_part(text, "the event has a field of another type than expected"),
                ),
            }
        }
        if !is_read && !is_empty_list(document.text) {
            return Err(places.error("pulumi.events", "no engine event in the document", 0));
        }
        if let (Some(run), Some(started)) = (runs.all.first_mut(), place::started(document.uri)) {
            run.started = Some(started);
        }
        let mut told = BTreeSet::new();
        let secrets = runs.secrets();
        for run in &mut runs.all {
            run.written = document.modified.filter(|_| run.started.is_none());
            read_run(run, secrets.as_deref(), document.uri, &mut told, out);
        }
        Ok(())
    }
}

/// Whether an event tells which one it is, as those of the API do: `"type":"summaryEvent"`.
fn is_typed(head: &str) -> bool {
    let types = head
        .match_indices("\"type\"")
        .map(|(at, key)| at + key.len());
    types.filter_map(|at| head.get(at..)).any(|rest| {
        let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
        let name = value.and_then(|value| value.strip_prefix('"')?.split('"').next());
        name.is_some_and(|name| EVENTS.contains(&name))
    })
}

/// Whether the document is the list of events of an update that had none.
fn is_empty_list(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let start: String = text.split_whitespace().take(4).collect();
    start.starts_with("{\"events\":[]")
}

/// Adds the changes and resources of one run, and the run; without what was already told: the same
/// log may stand twice in a file. A preview is a run that changes nothing.
fn read_run(
    run: &Run<'_>,
    secrets: Option<&[String]>,
    uri: &str,
    told: &mut BTreeSet<String>,
    out: &mut FeedOutput,
) {
    let mut changes = Vec::new();
    if !run.is_preview() {
        let known = described::known(run);
        for (urn, steps) in by_urn(run) {
            let Some(scope) = Urn::parse(urn).map(|urn| urn.scope()) else {
                continue;
            };
            for folded in fold(&steps) {
                // Groups, stacks and providers are no resources of a cloud.
                if folded.main.is_custom && !folded.main.metadata.kind.starts_with("pulumi:") {
                    changes.push(change::change(run, &scope, &folded, &known, secrets, uri));
                }
            }
            left::resources(&steps, &known, uri, out);
        }
    }
    let row = report::run(run, &changes, uri);
    out.runs
        .extend(row.filter(|row| told.insert(row.id.clone())));
    let new = changes
        .into_iter()
        .filter(|change| told.insert(change.id.clone()));
    out.changes.extend(new);
}

/// Steps by URN, in the order in which work on the resources began.
fn by_urn<'r, 'a>(run: &'r Run<'a>) -> Vec<(&'r str, Vec<&'r Step<'a>>)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: Vec<(&str, Vec<&Step<'a>>)> = Vec::new();
    for step in &run.steps {
        let urn = step.metadata.urn.as_str();
        let place = *places.entry(urn).or_insert_with(|| {
            found.push((urn, Vec::new()));
            found.len() - 1
        });
        if let Some((_, steps)) = found.get_mut(place) {
            steps.push(step);
        }
    }
    found
}
