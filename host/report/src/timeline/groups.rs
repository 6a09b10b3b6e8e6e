//! Puts changes into the runs that made them, and the others between the runs.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::secret;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus, Via};
use nepho_core::time::NANOS;

use super::{ChangeSelection, Entry, EntryKind, RunCounts, RunHead, TimelineChange, is_failed};

/// Tool, scope and id of a run.
type RunKey = (String, String, String);

/// Runs with their changes, and between them what was changed outside of runs, by time.
pub(super) fn entries(
    changes: Vec<(Change, TimelineChange)>,
    runs: &[Run],
    selection: &ChangeSelection,
) -> Vec<Entry> {
    let mut by_run: BTreeMap<RunKey, Vec<(Change, TimelineChange)>> = BTreeMap::new();
    let mut outside: Vec<TimelineChange> = Vec::new();
    for (change, shown) in changes {
        if is_of_run(&change) {
            let key = (
                change.tool.clone(),
                change.scope.clone(),
                change.run.clone(),
            );
            by_run.entry(key).or_default().push((change, shown));
        } else {
            outside.push(shown);
        }
    }
    let mut told: BTreeMap<RunKey, Vec<&Run>> = BTreeMap::new();
    let workspaces = workspaces(runs);
    for run in runs {
        let workspace = workspaces.get(&*run.id).filter(|_| run.scope.is_empty());
        let scope = workspace.map_or(&*run.scope, |scope| *scope);
        let key = (run.tool.clone(), scope.to_owned(), run.id.clone());
        told.entry(key).or_default().push(run);
    }
    let mut documents: BTreeMap<RunKey, Run> = told
        .into_iter()
        .filter_map(|(key, told)| Some((key, join(&told)?)))
        .collect();
    join_histories(&mut documents);
    // A run that changed nothing is a part of the story only while nothing is looked for.
    for (key, run) in &documents {
        let is_asked = !selection.is_narrow() && selection.has_time(run.started.or(run.ended));
        let is_work = !matches!(run.operation, RunOperation::Plan | RunOperation::Refresh);
        if is_asked && (is_work || is_assessment(run)) {
            by_run.entry(key.clone()).or_default();
        }
    }
    let mut entries: Vec<Entry> = by_run
        .into_iter()
        .map(|(key, changes)| entry(&key, documents.get(&key), changes))
        .collect();
    entries.sort_by(|a, b| {
        let place = |entry: &Entry| (entry.start.is_none(), entry.start, entry.end);
        place(a).cmp(&place(b))
    });
    between(entries, outside)
}

/// Whether it is a look by HCP Terraform at what there is, which tells how much drift it found.
fn is_assessment(run: &Run) -> bool {
    run.operation == RunOperation::Refresh && run.id.starts_with("asmtres-")
}

/// Workspaces of runs of HCP Terraform, whose ids are unique: a version of a state tells the run
/// that wrote it, and not always the workspace.
fn workspaces(runs: &[Run]) -> BTreeMap<&str, &str> {
    let is_told =
        |run: &&Run| run.tool == "terraform" && run.id.starts_with("run-") && !run.scope.is_empty();
    let told = runs.iter().filter(is_told);
    told.map(|run| (&*run.id, &*run.scope)).collect()
}

/// Time between what a history and the log of a run call its beginning: 30 seconds.
const SAME_START: i64 = 30 * NANOS;

/// Joins runs of a history of Pulumi, which does not name its stack and has its file for a scope,
/// to the one run that another document tells of at the same time: who it was stands in the history
/// alone.
fn join_histories(documents: &mut BTreeMap<RunKey, Run>) {
    let is_history = |run: &Run| run.tool == "pulumi" && run.scope == run.uri;
    let histories: Vec<RunKey> = documents
        .iter()
        .filter(|(_, run)| is_history(run))
        .map(|(key, _)| key.clone())
        .collect();
    for key in histories {
        let Some(history) = documents.get(&key).cloned() else {
            continue;
        };
        let is_same = |run: &Run| {
            let starts = run.started.zip(history.started);
            run.tool == "pulumi"
                && !is_history(run)
                && starts.is_some_and(|(one, other)| one.since(other).abs() <= SAME_START)
        };
        let mut others = documents.values_mut().filter(|run| is_same(run));
        let (Some(run), None) = (others.next(), others.next()) else {
            continue;
        };
        run.actor = run.actor.take().or(history.actor);
        run.via = run.via.or(history.via);
        run.pull_request = run.pull_request.take().or(history.pull_request);
        run.revision = run.revision.take().or(history.revision);
        run.repository = run.repository.take().or(history.repository);
        run.message = run.message.take().or(history.message);
        run.url = run.url.take().or(history.url);
        documents.remove(&key);
    }
}

/// What all documents of a run tell of it. The latest counts, of equals the last, and others where
/// it tells nothing; but a run that was told to have begun its work and then to have ended without
/// success did some of it: by itself such an end looks like that of a plan.
fn join(told: &[&Run]) -> Option<Run> {
    let latest = told
        .iter()
        .max_by_key(|run| (run.ended.is_some(), run.ended));
    let mut joined = (*latest?).clone();
    let had_begun = told
        .iter()
        .find(|run| run.operation != RunOperation::Plan && run.status == RunStatus::Running);
    if let (Some(begun), RunOperation::Plan) = (had_begun, joined.operation) {
        joined.operation = begun.operation;
        if joined.status == RunStatus::Failed {
            joined.status = RunStatus::Partial;
        }
    }
    for other in told {
        fill(&mut joined.started, other.started.as_ref());
        fill(&mut joined.actor, other.actor.as_ref());
        joined.via = joined.via.or(other.via);
        fill(&mut joined.source_ip, other.source_ip.as_ref());
        fill(&mut joined.told_id, other.told_id.as_ref());
        fill(&mut joined.user_agent, other.user_agent.as_ref());
        fill(&mut joined.pull_request, other.pull_request.as_ref());
        joined.time_precision = joined.time_precision.min(other.time_precision);
        let counts = [
            (&mut joined.created, other.created),
            (&mut joined.updated, other.updated),
            (&mut joined.replaced, other.replaced),
            (&mut joined.deleted, other.deleted),
            (&mut joined.failed, other.failed),
        ];
        for (held, told) in counts {
            *held = held.or(told);
        }
        joined.evidence.extend_from_slice(&other.evidence);
        fill(&mut joined.revision, other.revision.as_ref());
        fill(&mut joined.repository, other.repository.as_ref());
        fill(&mut joined.message, other.message.as_ref());
        fill(&mut joined.url, other.url.as_ref());
        if joined.status == RunStatus::Unknown {
            joined.status = other.status;
        }
    }
    joined.evidence.sort();
    joined.evidence.dedup();
    Some(joined)
}

/// Takes what another document tells where this one tells nothing.
fn fill<T: Clone>(held: &mut Option<T>, other: Option<&T>) {
    if held.is_none() {
        *held = other.cloned();
    }
}

/// Whether a run of an infrastructure tool made the change, known or not.
fn is_of_run(change: &Change) -> bool {
    match change.class {
        Some(WriteClass::Iac) => true,
        Some(WriteClass::IacUnregistered) => !change.run.is_empty(),
        Some(_) => false,
        None => !change.id.starts_with("audit:"),
    }
}

/// Puts the changes outside of runs between the runs that began before and after them.
fn between(runs: Vec<Entry>, outside: Vec<TimelineChange>) -> Vec<Entry> {
    let mut gaps: BTreeMap<usize, Vec<TimelineChange>> = BTreeMap::new();
    for change in outside {
        let before = runs.partition_point(|run| match (run.start, change.time) {
            (Some(start), Some(time)) => start <= time,
            (start, None) => start.is_some(),
            (None, Some(_)) => false,
        });
        gaps.entry(before).or_default().push(change);
    }
    let mut entries = Vec::new();
    let mut gap = |place: usize, entries: &mut Vec<Entry>| {
        if let Some(changes) = gaps.remove(&place) {
            let times = || changes.iter().filter_map(|change| change.time);
            entries.push(Entry {
                kind: EntryKind::Outside,
                start: times().min(),
                end: times().max(),
                run: None,
                changes,
            });
        }
    };
    for (place, run) in runs.into_iter().enumerate() {
        gap(place, &mut entries);
        entries.push(run);
        // The last gap is behind all runs.
        gap(place + 1, &mut entries);
    }
    gap(0, &mut entries);
    entries
}

fn entry(key: &RunKey, run: Option<&Run>, changes: Vec<(Change, TimelineChange)>) -> Entry {
    let starts = changes
        .iter()
        .filter_map(|(change, _)| change.started.or(change.not_before).or(change.time));
    let ends = changes.iter().filter_map(|(change, _)| change.time);
    let start = run.and_then(|run| run.started).or(starts.min());
    let end = run.and_then(|run| run.ended).or(ends.max());
    let rows: Vec<&Change> = changes.iter().map(|(change, _)| change).collect();
    let mut told = run.cloned().unwrap_or_default();
    let (tool, scope, id) = key.clone();
    if run.is_none() {
        told.id.clone_from(&id);
        if let Some((change, _)) = changes.first() {
            told.uri.clone_from(&change.uri);
        }
        told.tell_by(&rows);
    }
    let one = |values: Vec<Option<&String>>| common(&values);
    // An analyzer may tell of a run that no document tells of.
    let is_unregistered = |change: &Change| change.class == Some(WriteClass::IacUnregistered);
    let mut rows = rows.into_iter();
    let is_known = match run {
        Some(_) => changes.is_empty() || !rows.all(is_unregistered),
        None => rows.any(|change| !change.id.starts_with("audit:")),
    };
    let actor = told
        .actor
        .or_else(|| one(changes.iter().filter_map(|(one, _)| runner(one)).collect()));
    let head = RunHead {
        id,
        told_id: told.told_id,
        tool,
        scope,
        operation: run.map(|run| run.operation),
        status: run
            .map(|run| run.status)
            .filter(|status| *status != RunStatus::Unknown)
            .unwrap_or_else(|| status(changes.iter().map(|(change, _)| change))),
        is_known,
        time_precision: told.time_precision,
        via: told
            .via
            .or_else(|| actor.as_deref().and_then(Via::of_actor)),
        actor,
        source_ip: told.source_ip,
        user_agent: told.user_agent,
        revision: run.and_then(|run| run.revision.clone()).or_else(|| {
            one(changes
                .iter()
                .map(|(one, _)| one.revision.as_ref())
                .collect())
        }),
        repository: run.and_then(|run| run.repository.clone()),
        pull_request: told.pull_request,
        message: run
            .and_then(|run| run.message.as_deref())
            .map(|message| secret::mask(message).into_owned()),
        url: run
            .and_then(|run| run.url.as_deref())
            .map(|url| secret::mask(url).into_owned()),
        counts: RunCounts {
            created: told.created,
            updated: told.updated,
            replaced: told.replaced,
            deleted: told.deleted,
            failed: told.failed,
        },
        evidence: told.evidence,
        orphans: run.map(|run| run.orphans.clone()).unwrap_or_default(),
    };
    Entry {
        kind: EntryKind::Run,
        start: first(start, end),
        end,
        run: Some(head),
        changes: changes.into_iter().map(|(_, shown)| shown).collect(),
    }
}

/// Who made a change of a run; of what it only found that is not whoever ran it.
fn runner(change: &Change) -> Option<Option<&String>> {
    (change.action != ChangeAction::Drift).then_some(change.actor.as_ref())
}

fn first(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<Timestamp> {
    start.into_iter().chain(end).min()
}

/// The value that is the same wherever there is one.
fn common(values: &[Option<&String>]) -> Option<String> {
    let mut told = values.iter().copied().flatten();
    let first = told.next()?;
    told.all(|other| other == first).then(|| first.clone())
}

/// How a run ended, by its changes. What the run only found tells nothing of it, and a change of
/// which the end is not told leaves the end of the run open where none failed.
fn status<'a>(changes: impl Iterator<Item = &'a Change> + Clone) -> RunStatus {
    let is_found = |action| {
        matches!(
            action,
            ChangeAction::Drift | ChangeAction::DriftRepaired | ChangeAction::Taint
        )
    };
    let made = changes.filter(|change| !is_found(change.action));
    let has = |wanted: fn(ChangeOutcome) -> bool| {
        let mut made = made.clone();
        made.any(|change| wanted(change.outcome))
    };
    let is_open = has(|outcome| outcome == ChangeOutcome::Unknown);
    match (
        has(|outcome| outcome == ChangeOutcome::Applied),
        has(is_failed),
    ) {
        (true, false) if is_open => RunStatus::Unknown,
        (true, true) => RunStatus::Partial,
        (true, false) => RunStatus::Succeeded,
        (false, true) => RunStatus::Failed,
        (false, false) => RunStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_applying_and_then_failed_is_a_partial_apply() {
        let run = |operation, status, ended: Option<i64>| Run {
            operation,
            status,
            ended: ended.map(Timestamp),
            ..Run::default()
        };
        let applying = run(RunOperation::Apply, RunStatus::Running, None);
        let errored = run(RunOperation::Plan, RunStatus::Failed, Some(9));
        // A message may be delivered twice.
        let all = [&applying, &errored, &errored];
        for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0]] {
            for count in 2..=3 {
                let told: Vec<&Run> = order.iter().take(count).map(|place| all[*place]).collect();
                if !told.contains(&&applying) {
                    continue;
                }
                let joined = join(&told).unwrap();
                let found = (joined.operation, joined.status, joined.ended);
                let expected = (RunOperation::Apply, RunStatus::Partial, Some(Timestamp(9)));
                assert_eq!(found, expected, "{order:?} {count}");
            }
        }
        assert_eq!(join(&[&errored, &errored]), Some(errored));
        assert_eq!(join(&[]), None);
    }

    #[test]
    fn what_the_latest_document_of_a_run_lacks_others_tell() {
        let log = Run {
            status: RunStatus::Succeeded,
            started: Some(Timestamp(1)),
            ended: Some(Timestamp(9)),
            ..Run::default()
        };
        let listed = Run {
            actor: Some("maria".to_owned()),
            message: Some("scale".to_owned()),
            ended: Some(Timestamp(8)),
            ..Run::default()
        };
        let joined = join(&[&listed, &log]).unwrap();
        assert_eq!(joined.actor.as_deref(), Some("maria"));
        assert_eq!(joined.message.as_deref(), Some("scale"));
        assert_eq!((joined.started, joined.ended), (log.started, log.ended));
        let written = Run {
            status: RunStatus::Unknown,
            ended: Some(Timestamp(10)),
            ..Run::default()
        };
        let joined = join(&[&written, &log]).unwrap();
        assert_eq!(joined.status, RunStatus::Succeeded);
    }

    #[test]
    fn a_version_of_a_state_is_told_with_the_run_that_wrote_it() {
        let applied = Run {
            id: "run-CZcmD7eagjhyX0vN".to_owned(),
            tool: "terraform".to_owned(),
            scope: "shop".to_owned(),
            operation: RunOperation::Apply,
            status: RunStatus::Succeeded,
            ended: Some(Timestamp(9)),
            ..Run::default()
        };
        let version = Run {
            scope: String::new(),
            status: RunStatus::Unknown,
            ended: Some(Timestamp(10)),
            ..applied.clone()
        };
        let told = |runs: &[Run]| {
            let entries = entries(Vec::new(), runs, &ChangeSelection::default());
            let heads = entries.into_iter().filter_map(|entry| entry.run);
            heads.map(|run| (run.scope, run.status)).collect::<Vec<_>>()
        };
        let of = |scope: &str, status: RunStatus| (scope.to_owned(), status);
        let both = [version.clone(), applied];
        assert_eq!(told(&both), [of("shop", RunStatus::Succeeded)]);
        assert_eq!(told(&[version]).len(), 1);
    }

    #[test]
    fn a_history_of_pulumi_tells_who_made_the_run_of_its_time() {
        let run = |scope: &str, uri: &str, started: i64, actor: Option<&str>| Run {
            id: format!("{scope}@{started}"),
            tool: "pulumi".to_owned(),
            scope: scope.to_owned(),
            uri: uri.to_owned(),
            started: Some(Timestamp(started * NANOS)),
            actor: actor.map(str::to_owned),
            ..Run::default()
        };
        let joined = |runs: &[Run]| {
            let of = |run: &Run| (run.tool.clone(), run.scope.clone(), run.id.clone());
            let mut documents = runs.iter().map(|run| (of(run), run.clone())).collect();
            join_histories(&mut documents);
            let told = documents.into_values().map(|run| (run.scope, run.actor));
            told.collect::<Vec<_>>()
        };
        let history = run("history.json", "history.json", 100, Some("alice"));
        let log = run("shop/prod", "up.jsonl", 102, None);
        let told = joined(&[history.clone(), log.clone()]);
        assert_eq!(told, [("shop/prod".to_owned(), Some("alice".to_owned()))]);
        // Which of two it was is not told, and another time is another run.
        let other = run("shop/dev", "dev.jsonl", 98, None);
        assert_eq!(joined(&[history.clone(), log, other]).len(), 3);
        let later = run("shop/prod", "up.jsonl", 500, None);
        assert_eq!(joined(&[history, later]).len(), 2);
    }

    #[test]
    fn what_was_only_found_does_not_end_a_run() {
        let made = |action: ChangeAction, outcome: ChangeOutcome| Change {
            action,
            outcome,
            ..Change::default()
        };
        use ChangeAction::{Drift, Update};
        use ChangeOutcome::{Applied, Failed, Unknown};
        let drift = || made(Drift, Applied);
        let ended = [drift(), made(Update, Applied)];
        assert_eq!(status(ended.iter()), RunStatus::Succeeded);
        let cut = [drift(), made(Update, Unknown)];
        assert_eq!(status(cut.iter()), RunStatus::Unknown);
        assert_eq!(status([drift()].iter()), RunStatus::Unknown);
        let open = [made(Update, Applied), made(Update, Unknown)];
        assert_eq!(status(open.iter()), RunStatus::Unknown);
        let failed = [made(Update, Failed), made(Update, Unknown)];
        assert_eq!(status(failed.iter()), RunStatus::Failed);
    }
}
