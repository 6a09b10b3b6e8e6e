//! What a run did to one resource, as a row of table `changes`.

use std::collections::BTreeSet;

use nepho_core::findings::WriteClass;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::described::{described, properties};
use super::fold::{Folded, is_gone, is_moved, is_only_deleted};
use super::run::{End, Run, Step};
use super::wire::ResourceState;
use crate::identity::Known;
use crate::reason::{error_code, in_order, redact, request_id, sensitive, without};

/// The change that `folded` stands for. What it tells quotes none of these `secrets`;
/// it quotes nothing where they are not known.
pub(super) fn change(
    run: &Run<'_>,
    scope: &str,
    folded: &Folded<'_, '_>,
    known: &Known,
    secrets: Option<&[String]>,
    uri: &str,
) -> Change {
    let main = folded.main;
    let metadata = &main.metadata;
    let name = run.name();
    let (mut resource, mut parent) = (None, None);
    if let Some(state) = telling_state(folded) {
        let properties = properties(state);
        let described = described(main, state, &properties);
        (resource, parent) = (described.key(), described.parent(known));
    }
    let begun = folded.steps.iter().find_map(|step| step.started);
    let is_told = folded.outcome != ChangeOutcome::Unknown;
    let is_failed = folded.outcome == ChangeOutcome::Failed;
    let failed = folded.steps.iter().find(|step| step.end == End::Failed);
    let hidden = hidden(folded, secrets);
    let hidden = hidden.as_deref();
    let errors = errors(run, folded, hidden);
    let mut errors = errors.iter().filter(|_| is_failed);
    let before = metadata.old.as_ref().and_then(|old| old.urn.clone());
    Change {
        id: format!("pulumi:{scope}:{name}:{}:{}", metadata.urn, folded.action),
        time: failed.copied().unwrap_or(main).ended.filter(|_| is_told),
        // A refresh tells when a difference was found, not when somebody began to make it.
        started: begun.filter(|_| !folded.is_drift),
        tool: "pulumi".to_owned(),
        scope: scope.to_owned(),
        run: format!("{scope}@{name}"),
        action: folded.action,
        outcome: folded.outcome,
        address: metadata.urn.clone(),
        previous_address: before.filter(|_| is_moved(main)),
        resource,
        resource_type: metadata.kind.clone(),
        parent,
        class: (!folded.is_drift).then_some(WriteClass::Iac),
        attributes: attributes(&folded.steps),
        replace_paths: replacing(folded),
        reason: reason(run, folded, hidden),
        is_root_failure: is_failed && run.first_failure.as_deref() == Some(&metadata.urn),
        error_code: errors.clone().find_map(|words| error_code(words)),
        request_id: errors.find_map(|words| request_id(words)),
        uri: uri.to_owned(),
        line: main.line,
        ..Change::default()
    }
}

/// State that identifies the resource after the change: the new one, but for what is deleted or was
/// not made. What was made and did not come up is there.
fn telling_state<'s, 'a>(folded: &'s Folded<'_, 'a>) -> Option<&'s ResourceState<'a>> {
    let metadata = &folded.main.metadata;
    if folded.main.is_partial && metadata.new.is_some() {
        return metadata.new.as_ref();
    }
    match (folded.action, folded.outcome) {
        (ChangeAction::Delete | ChangeAction::Forget, _) => {
            metadata.old.as_ref().or(metadata.new.as_ref())
        }
        // Before it is done, the id of the new state is one that the engine made up.
        (
            ChangeAction::Create | ChangeAction::Import,
            ChangeOutcome::Failed | ChangeOutcome::Unknown,
        ) => None,
        // What could not be deleted is the old one; the new one is in its place.
        (ChangeAction::Replace, ChangeOutcome::Failed) if folded.main.end == End::Done => {
            metadata.new.as_ref()
        }
        (_, ChangeOutcome::Applied) => metadata.new.as_ref().or(metadata.old.as_ref()),
        _ => metadata.old.as_ref().or(metadata.new.as_ref()),
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

fn reason(run: &Run<'_>, folded: &Folded<'_, '_>, hidden: Option<&[String]>) -> Option<String> {
    let told = reason_of_outcome(run, folded, hidden);
    if !is_only_deleted(folded) {
        return told;
    }
    let deleted = Change::ONLY_DELETED;
    Some(told.map_or_else(|| deleted.to_owned(), |told| format!("{deleted}: {told}")))
}

/// Values that no message of the resource may quote: its own, and these `secrets`. `None` where
/// they are not known.
fn hidden(folded: &Folded<'_, '_>, secrets: Option<&[String]>) -> Option<Vec<String>> {
    if folded.outcome != ChangeOutcome::Failed {
        return Some(Vec::new());
    }
    let values = folded.steps.iter().flat_map(|step| &step.values);
    let own: Option<Vec<_>> = values.map(|value| sensitive(value)).collect();
    let own = own?.into_iter().flatten();
    Some(in_order(own.chain(secrets?.iter().cloned()).collect()))
}

fn reason_of_outcome(
    run: &Run<'_>,
    folded: &Folded<'_, '_>,
    hidden: Option<&[String]>,
) -> Option<String> {
    let metadata = &folded.main.metadata;
    if folded.outcome == ChangeOutcome::Failed {
        let messages = run.errors.get(&metadata.urn)?;
        return Some(redact(&messages.join("; "), hidden?));
    }
    if folded.is_drift {
        return is_gone(folded.main).then(|| "deleted".to_owned());
    }
    if folded.outcome == ChangeOutcome::Unknown {
        return Some("the run was interrupted".to_owned());
    }
    let keys = metadata
        .keys
        .as_ref()
        .filter(|keys| !keys.is_empty() && folded.action == ChangeAction::Replace)?;
    Some(format!("replaced because of {}", keys.join(", ")))
}

/// Messages of errors of the resource, without what is `hidden`; none where that is not known.
fn errors(run: &Run<'_>, folded: &Folded<'_, '_>, hidden: Option<&[String]>) -> Vec<String> {
    let Some(hidden) = hidden else {
        return Vec::new();
    };
    let messages = run.errors.get(&folded.main.metadata.urn);
    let messages = messages.into_iter().flatten();
    messages.map(|message| without(message, hidden)).collect()
}

/// Names of the properties for which the resource was replaced.
fn replacing(folded: &Folded<'_, '_>) -> Vec<String> {
    let is_replaced = folded.action == ChangeAction::Replace;
    let keys = folded.main.metadata.keys.iter().flatten();
    let mut names: Vec<String> = keys
        .filter(|_| is_replaced)
        .map(|key| key.to_string())
        .collect();
    names.sort();
    names.dedup();
    names
}
