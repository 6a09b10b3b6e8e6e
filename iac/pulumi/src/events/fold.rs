//! Folds the steps of one resource in one run into changes: several steps of a replacement are one.

use nepho_core::tables::{ChangeAction, ChangeOutcome};

use super::run::{End, Step};

/// What a run did to one resource.
pub(super) struct Folded<'s, 'a> {
    /// What was done.
    pub(super) action: ChangeAction,
    /// How it ended.
    pub(super) outcome: ChangeOutcome,
    /// Steps that are part of it, in their order; at least one.
    pub(super) steps: Vec<&'s Step<'a>>,
    /// The step that tells the most.
    pub(super) main: &'s Step<'a>,
    /// Whether a refresh found it: somebody else did it.
    pub(super) is_drift: bool,
}

/// Changes that the steps of one resource make.
///
/// `same`, `read` and `refresh` without a difference are none. A `delete-replaced` alone is the
/// cleanup of a replacement in an earlier run, and no change either.
pub(super) fn fold<'s, 'a>(steps: &[&'s Step<'a>]) -> Vec<Folded<'s, 'a>> {
    let mut changes = Vec::new();
    let is_part =
        |step: &&&'s Step<'a>| is_replacing(step) || step.metadata.op == "delete-replaced";
    let parts: Vec<&'s Step<'a>> = steps.iter().filter(is_part).copied().collect();
    if parts.iter().any(|step| is_replacing(step)) {
        changes.extend(replacement(parts));
    }
    changes.extend(steps.iter().filter_map(|step| single(step)));
    changes
}

/// Whether the step is one of a replacement, and not only of its cleanup.
fn is_replacing(step: &Step<'_>) -> bool {
    matches!(
        step.metadata.op.as_str(),
        "replace" | "create-replacement" | "import-replacement"
    )
}

fn replacement<'s, 'a>(steps: Vec<&'s Step<'a>>) -> Option<Folded<'s, 'a>> {
    let makes = |step: &&&Step<'_>| step.metadata.op.ends_with("-replacement");
    let main = steps.iter().find(makes).or(steps.first()).copied()?;
    let outcome = if steps.iter().any(|step| step.end == End::Failed) {
        ChangeOutcome::Failed
    } else if main.end == End::Done && main.metadata.op != "delete-replaced" {
        ChangeOutcome::Applied
    } else {
        ChangeOutcome::Unknown
    };
    Some(Folded {
        action: ChangeAction::Replace,
        outcome,
        steps,
        main,
        is_drift: false,
    })
}

fn single<'s, 'a>(step: &'s Step<'a>) -> Option<Folded<'s, 'a>> {
    let metadata = &step.metadata;
    if step.begun_as == "refresh" {
        return drift(step);
    }
    let action = match metadata.op.as_str() {
        "create" => ChangeAction::Create,
        "update" => ChangeAction::Update,
        "delete"
            if metadata
                .old
                .as_ref()
                .is_some_and(|old| old.retain_on_delete) =>
        {
            ChangeAction::Forget
        }
        "delete" => ChangeAction::Delete,
        "import" => ChangeAction::Import,
        "discard" => ChangeAction::Forget,
        "same" if is_moved(step) => ChangeAction::Move,
        _ => return None,
    };
    let outcome = match step.end {
        End::Done => ChangeOutcome::Applied,
        End::Failed => ChangeOutcome::Failed,
        End::Open => ChangeOutcome::Unknown,
    };
    Some(Folded {
        action,
        outcome,
        steps: vec![step],
        main: step,
        is_drift: false,
    })
}

/// What a refresh found: another resource than the one that was declared, or none.
fn drift<'s, 'a>(step: &'s Step<'a>) -> Option<Folded<'s, 'a>> {
    let is_found = match step.metadata.op.as_str() {
        "update" | "delete" => true,
        "refresh" => step.metadata.new.is_none() || has_difference(step),
        _ => false,
    };
    (is_found && step.end == End::Done).then(|| Folded {
        action: ChangeAction::Drift,
        outcome: ChangeOutcome::Applied,
        steps: vec![step],
        main: step,
        is_drift: true,
    })
}

/// Whether the deletion is all that was done of a replacement.
pub(super) fn is_only_deleted(folded: &Folded<'_, '_>) -> bool {
    let is_deleted = folded.steps.iter().any(|step| {
        let old = step.metadata.old.as_ref();
        step.metadata.op == "delete-replaced"
            && step.end == End::Done
            && old.is_none_or(|old| !old.retain_on_delete)
    });
    let main = folded.main;
    let is_made = main.end == End::Done || main.is_partial;
    is_deleted && main.metadata.op == "create-replacement" && !is_made
}

/// Whether the step found or made the resource gone.
pub(super) fn is_gone(step: &Step<'_>) -> bool {
    let op = step.metadata.op.as_str();
    op == "delete" || (op == "refresh" && step.metadata.new.is_none())
}

/// Whether the step also gives the resource another URN.
pub(super) fn is_moved(step: &Step<'_>) -> bool {
    let before = step
        .metadata
        .old
        .as_ref()
        .and_then(|old| old.urn.as_deref());
    step.metadata.new.is_some()
        && before.is_some_and(|before| !before.is_empty() && before != step.metadata.urn)
}

fn has_difference(step: &Step<'_>) -> bool {
    let diffs = step
        .metadata
        .diffs
        .as_ref()
        .is_some_and(|diffs| !diffs.is_empty());
    diffs
        || step
            .metadata
            .detailed_diff
            .as_ref()
            .is_some_and(|diff| !diff.is_empty())
}
