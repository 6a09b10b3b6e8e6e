//! Feed `pulumi.events`: the engine event log. See `README.md`.

mod fold;
mod run;
mod stream;
mod wire;

#[cfg(test)]
mod summaries;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use nepho_core::{ErrorKind, Result};

use self::fold::{Folded, fold, is_moved};
use self::run::{End, Run, Runs, Step};
use self::wire::{EngineEvent, ResourceState};
use crate::identity::{Described, Known, Properties};
use crate::place::{Places, has_key};
use crate::reason::{redact, sensitive};
use crate::urn::Urn;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "pulumi.events",
    summary: "Engine event log of Pulumi (--event-log, up --json): changes with their times",
    permissions: &[],
    make: Make::Feed(|| Box::new(EngineEvents)),
});

/// Fields of which every event has one.
const EVENTS: [&str; 8] = [
    "preludeEvent",
    "resourcePreEvent",
    "resOutputsEvent",
    "resOpFailedEvent",
    "diagnosticEvent",
    "summaryEvent",
    "cancelEvent",
    "stdoutEvent",
];

/// Reads engine event logs.
pub struct EngineEvents;

impl ChangeFeed for EngineEvents {
    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has_event = EVENTS.iter().any(|event| has_key(head, event));
        if !has_event || !has_key(head, "timestamp") || !has_key(head, "sequence") {
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
        let (events, rejects) = stream::events(document.text, &places);
        out.rejects.extend(rejects);
        let mut runs = Runs::default();
        let mut is_read = false;
        for text in events {
            match serde_json::from_str::<EngineEvent<'_>>(text) {
                Ok(event) => {
                    is_read |= EVENTS.iter().any(|event| text.contains(event));
                    runs.add(event, places.line(text));
                }
                // The words of the parser are not used, for they quote values.
                Err(_) => out.rejects.push(
                    places.reject(text, "the event has a field of another type than expected"),
                ),
            }
        }
        if !is_read {
            return Err(places.error(
                ErrorKind::InvalidData,
                "pulumi.events",
                "no engine event in the document",
                0,
            ));
        }
        let mut told = BTreeSet::new();
        for run in runs.all.iter().filter(|run| !run.is_preview) {
            read_run(run, document.uri, &mut told, out);
        }
        Ok(())
    }
}

/// Adds the changes and resources of one run, without changes that were already told: the same log
/// may stand twice in a file.
fn read_run(run: &Run<'_>, uri: &str, told: &mut BTreeSet<String>, out: &mut FeedOutput) {
    let known = known(run);
    for (urn, steps) in by_urn(run) {
        let Some(scope) = Urn::parse(urn).map(|urn| urn.scope()) else {
            continue;
        };
        for folded in fold(&steps) {
            // Groups, stacks and providers are no resources of a cloud.
            if !is_custom(folded.main) || folded.main.metadata.kind.starts_with("pulumi:") {
                continue;
            }
            let change = change(run, &scope, &folded, &known, uri);
            if told.insert(change.id.clone()) {
                out.changes.push(change);
            }
        }
        resources(&steps, &known, uri, out);
    }
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

fn is_custom(step: &Step<'_>) -> bool {
    let states = [&step.metadata.new, &step.metadata.old];
    states.into_iter().flatten().any(|state| state.custom)
}

fn known(run: &Run<'_>) -> Known {
    let mut known = Known::default();
    for step in run.steps.iter().filter(|step| is_custom(step)) {
        for state in [&step.metadata.old, &step.metadata.new]
            .into_iter()
            .flatten()
        {
            let properties = properties(state);
            let described = described(step, state, &properties);
            if let Some(key) = described.key() {
                known.add(&described, &key);
            }
        }
    }
    known
}

fn properties(state: &ResourceState<'_>) -> Properties {
    Properties::read(state.outputs, &[]).or(Properties::read(state.inputs, &[]))
}

fn described<'s>(
    step: &'s Step<'_>,
    state: &'s ResourceState<'_>,
    properties: &'s Properties,
) -> Described<'s> {
    Described {
        urn: &step.metadata.urn,
        kind: &step.metadata.kind,
        id: state.id.as_deref().unwrap_or_default(),
        properties,
    }
}

/// State that identifies the resource after the change: the new one, but for what is deleted or was
/// not made.
fn telling_state<'s, 'a>(folded: &'s Folded<'_, 'a>) -> Option<&'s ResourceState<'a>> {
    let metadata = &folded.main.metadata;
    match (folded.action, folded.outcome) {
        (ChangeAction::Delete | ChangeAction::Forget, _) => {
            metadata.old.as_ref().or(metadata.new.as_ref())
        }
        // Before it is done, the id of the new state is one that the engine made up.
        (
            ChangeAction::Create | ChangeAction::Import,
            ChangeOutcome::Failed | ChangeOutcome::Unknown,
        ) => None,
        (_, ChangeOutcome::Applied) => metadata.new.as_ref().or(metadata.old.as_ref()),
        _ => metadata.old.as_ref().or(metadata.new.as_ref()),
    }
}

fn change(run: &Run<'_>, scope: &str, folded: &Folded<'_, '_>, known: &Known, uri: &str) -> Change {
    let main = folded.main;
    let metadata = &main.metadata;
    let name = match run.started {
        Some(started) => started.to_string(),
        None => format!("line-{}", run.line),
    };
    let state = telling_state(folded);
    let (mut resource, mut parent) = (None, None);
    if let Some(state) = state {
        let properties = properties(state);
        let described = described(main, state, &properties);
        (resource, parent) = (described.key(), described.parent(known));
    }
    let begun = folded.steps.iter().find_map(|step| step.started);
    let is_told = folded.outcome != ChangeOutcome::Unknown;
    let failed = folded.steps.iter().find(|step| step.end == End::Failed);
    Change {
        id: format!("pulumi:{scope}:{name}:{}:{}", metadata.urn, folded.action),
        // A refresh tells when a difference was found, not when it was made.
        time: failed.copied().unwrap_or(main).ended.filter(|_| is_told),
        started: begun.filter(|_| !folded.is_drift),
        tool: "pulumi".to_owned(),
        scope: scope.to_owned(),
        run: format!("{scope}@{name}"),
        action: folded.action,
        outcome: folded.outcome,
        address: metadata.urn.clone(),
        resource,
        resource_type: metadata.kind.clone(),
        parent,
        actor: None,
        revision: None,
        attributes: attributes(&folded.steps),
        reason: reason(run, folded),
        uri: uri.to_owned(),
        line: main.line,
        ..Change::default()
    }
}

/// Names of the properties that changed, sorted.
fn attributes(steps: &[&Step<'_>]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for step in steps {
        let metadata = &step.metadata;
        let detailed = metadata
            .detailed_diff
            .as_ref()
            .filter(|diff| !diff.is_empty());
        match detailed {
            Some(diff) => names.extend(diff.keys().cloned()),
            None => names.extend(
                metadata
                    .diffs
                    .iter()
                    .chain(&metadata.keys)
                    .flatten()
                    .cloned(),
            ),
        }
    }
    names.into_iter().collect()
}

fn reason(run: &Run<'_>, folded: &Folded<'_, '_>) -> Option<String> {
    let metadata = &folded.main.metadata;
    if folded.outcome == ChangeOutcome::Failed {
        let messages = run.errors.get(&metadata.urn)?;
        let states = folded
            .steps
            .iter()
            .flat_map(|step| [&step.metadata.new, &step.metadata.old])
            .flatten();
        let mut values: Vec<String> = states
            .flat_map(|state| [state.inputs, state.outputs])
            .flatten()
            .flat_map(sensitive)
            .collect();
        values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        return Some(redact(&messages.join("; "), &values));
    }
    if folded.is_drift {
        return Some(
            "found by a refresh: changed outside of Pulumi at some time before".to_owned(),
        );
    }
    if folded.outcome == ChangeOutcome::Unknown {
        return Some("the run was interrupted".to_owned());
    }
    if is_moved(folded.main) {
        let before = metadata
            .old
            .as_ref()
            .and_then(|old| old.urn.as_deref())
            .unwrap_or_default();
        return Some(format!("moved from {before}"));
    }
    let keys = metadata
        .keys
        .as_ref()
        .filter(|keys| !keys.is_empty() && folded.action == ChangeAction::Replace)?;
    Some(format!("replaced because of {}", keys.join(", ")))
}

/// Adds the resource of these steps as the run left it.
fn resources(steps: &[&Step<'_>], known: &Known, uri: &str, out: &mut FeedOutput) {
    let done = steps
        .iter()
        .filter(|step| step.end == End::Done && is_custom(step));
    // What deletes a replaced resource comes last and says nothing of the one that took its place.
    let told = done
        .clone()
        .rev()
        .find(|step| step.metadata.op != "delete-replaced");
    let Some(step) = told else { return };
    let op = step.metadata.op.as_str();
    let is_gone = op == "delete" || (op == "refresh" && step.metadata.new.is_none());
    let state = if is_gone {
        &step.metadata.old
    } else {
        &step.metadata.new
    };
    let Some(state) = state.as_ref() else { return };
    let properties = properties(state);
    let described = described(step, state, &properties);
    let Some(mut resource) = described.resource(uri, step.line) else {
        return;
    };
    resource.parent = described
        .parent(known)
        .filter(|parent| *parent != resource.key);
    let is_new = done
        .clone()
        .any(|step| matches!(step.metadata.op.as_str(), "create" | "create-replacement"));
    resource.valid_from = done
        .clone()
        .find_map(|step| step.ended)
        .filter(|_| is_new && !is_gone);
    resource.valid_to = step.ended.filter(|_| is_gone && !state.retain_on_delete);
    if matches!(op, "read" | "discard") {
        resource.tool = None;
    }
    out.resources.push(resource);
}
