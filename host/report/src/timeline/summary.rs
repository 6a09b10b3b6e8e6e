//! The timeline in a few sentences.

use std::collections::BTreeSet;

use nepho_core::findings::{Drift, WriteClass};
use nepho_core::tables::RunOperation;

use super::{Entry, EntryKind, Timeline};
use crate::words;

/// What happened in all, and what needs a look.
pub(super) fn sentences(timeline: &Timeline, by_hand: &BTreeSet<String>) -> Vec<String> {
    let changes: u64 = timeline.classes.iter().map(|count| count.changes).sum();
    if changes == 0 {
        let mut sentences = vec!["No change was found.".to_owned()];
        sentences.extend(choices(timeline));
        sentences.extend(rewritten(timeline));
        sentences.extend(planned(timeline));
        return sentences;
    }
    let runs = timeline
        .entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Run && !is_look(entry))
        .count() as u64;
    let mut sentences = vec![format!(
        "{} in {}: {}.",
        words::count(changes, "change", "changes"),
        words::count(runs, "run", "runs"),
        by_class(timeline)
    )];
    let failed: u64 = timeline.classes.iter().map(|count| count.failed).sum();
    if failed > 0 {
        sentences.push(format!("{} did not come about.", words::number(failed)));
    }
    let unknown = timeline
        .entries
        .iter()
        .filter_map(|entry| entry.run.as_ref())
        .filter(|run| !run.is_known)
        .count() as u64;
    if unknown > 0 {
        sentences.push(format!(
            "Of {} only the audit log tells: somebody applied {} from elsewhere.",
            words::count(unknown, "run", "runs"),
            if unknown == 1 { "it" } else { "them" }
        ));
    }
    sentences.extend(drift(timeline, by_hand));
    sentences.extend(rewritten(timeline));
    sentences.extend(planned(timeline));
    sentences
}

/// Whether a run only looked at what there is, and changed nothing.
fn is_look(entry: &Entry) -> bool {
    let operation = entry.run.as_ref().and_then(|run| run.operation);
    operation == Some(RunOperation::Refresh) && entry.changes.is_empty()
}

/// How much drift there is: made by hand, or only found by tools. Changes in `by_hand` took some of
/// it back.
fn drift(timeline: &Timeline, by_hand: &BTreeSet<String>) -> Vec<String> {
    let mut sentences = Vec::new();
    let kinds = [
        (true, "change by hand", "changes by hand"),
        (
            false,
            "difference that tools found",
            "differences that tools found",
        ),
    ];
    for (is_made, one, several) in kinds {
        // Only audit logs tell who made a difference.
        let of_kind = |drift: &&Drift| drift.change.starts_with("audit:") == is_made;
        let all: Vec<&Drift> = timeline.drift.iter().filter(of_kind).collect();
        let open = all.iter().filter(|drift| drift.closed.is_none()).count() as u64;
        let closers = all.iter().filter_map(|one| one.closed_by.as_ref());
        let taken_back = closers.filter(|id| by_hand.contains(*id)).count() as u64;
        let closed = all.len() as u64 - open - taken_back;
        if open > 0 {
            sentences.push(format!(
                "{} on managed resources {} still there.",
                words::count(open, one, several),
                if open == 1 { "is" } else { "are" }
            ));
        }
        if closed > 0 {
            sentences.push(format!(
                "{} {} undone by infrastructure code.",
                words::count(closed, one, several),
                if closed == 1 { "was" } else { "were" }
            ));
        }
        if taken_back > 0 {
            sentences.push(format!(
                "{} {} taken back by hand.",
                words::count(taken_back, one, several),
                if taken_back == 1 { "was" } else { "were" }
            ));
        }
    }
    sentences
}

fn rewritten(timeline: &Timeline) -> Option<String> {
    let count = timeline.rewritten_states.len() as u64;
    (count > 0).then(|| {
        let what = words::count(count, "state was", "states were");
        format!("{what} rewritten by other means than the tool's.")
    })
}

/// What there is of tools and actors, where none that was asked for is.
fn choices(timeline: &Timeline) -> Vec<String> {
    let lists = [
        ("tools", &timeline.choices.tools),
        ("actors", &timeline.choices.actors),
    ];
    let told = lists.into_iter().filter(|(_, list)| !list.is_empty());
    told.map(|(what, list)| {
        let names: Vec<&str> = list.iter().map(String::as_str).collect();
        format!("The {what} of changes are {}.", words::list(&names, 20))
    })
    .collect()
}

fn planned(timeline: &Timeline) -> Option<String> {
    (timeline.planned > 0).then(|| {
        format!(
            "{} only planned and not shown.",
            words::count(timeline.planned, "change was", "changes were")
        )
    })
}

fn by_class(timeline: &Timeline) -> String {
    let told: Vec<String> = timeline
        .classes
        .iter()
        .map(|count| format!("{} {}", words::number(count.changes), class(count.class)))
        .collect();
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    words::list(&told, usize::MAX)
}

/// Who makes a change of a class, behind a number.
pub(crate) fn class(class: Option<WriteClass>) -> &'static str {
    match class {
        Some(WriteClass::Iac) => "by infrastructure code",
        Some(WriteClass::IacUnregistered) => "by infrastructure code outside of a known run",
        Some(WriteClass::Console) => "by hand in the console",
        Some(WriteClass::Script) => "by script or command line",
        Some(WriteClass::Runtime) => "by agents on the resources",
        Some(WriteClass::Service) => "by the cloud itself",
        None => "of unknown origin",
    }
}
