//! Times of runs whose log tells none: those of the stack's history, else of its state.
//!
//! Such a run is named by where its log stands. Of a history it is the update that ended when the
//! log was written, or the only one; of states, the only one that is known of the stack. Files that
//! do not name their stack count where they lie in the folder of the log.

use nepho_core::feed::Snapshot;
use nepho_core::tables::{Run, RunOperation, TimePrecision};
use nepho_core::time::NANOS;

/// Time between the end of a run and the last write of its log: 2 minutes.
const NEAR: i64 = 120 * NANOS;

/// Gives times to the runs that have none, or only that of their file.
pub(crate) fn tell(runs: &mut [Run], snapshots: &[Snapshot]) {
    let untimed: Vec<usize> = (0..runs.len())
        .filter(|place| runs.get(*place).is_some_and(is_untimed))
        .collect();
    for place in untimed {
        let Some(run) = runs.get(place) else { continue };
        let told = match of_history(run, runs) {
            Some(update) => (update.started, update.ended, update.time_precision),
            None => match of_state(run, snapshots) {
                Some(state) => (None, state.time, TimePrecision::StateVersion),
                None => continue,
            },
        };
        if let Some(run) = runs.get_mut(place) {
            (run.started, run.ended, run.time_precision) = told;
        }
    }
}

fn is_untimed(run: &Run) -> bool {
    let named = run.id.strip_prefix(&*run.scope);
    let named = named.and_then(|id| id.strip_prefix('@')?.strip_prefix(&*run.uri));
    let is_named = named.is_some_and(|id| id.starts_with(':'));
    is_named && run.started.is_none() && run.operation != RunOperation::Plan
}

/// The update of a history that the run is.
fn of_history<'r>(run: &Run, runs: &'r [Run]) -> Option<&'r Run> {
    let mut updates = runs.iter().filter(|update| {
        let is_timed = update.started.is_some() && update.ended.is_some();
        let is_same = update.tool == run.tool && update.operation != RunOperation::Plan;
        is_timed && is_same && is_of_stack(&update.scope, &update.uri, run)
    });
    let is_near = |update: &&Run| {
        let ends = update.ended.zip(run.ended);
        ends.is_some_and(|(update, written)| written.since(update).abs() <= NEAR)
    };
    let mut near = updates.clone().filter(is_near);
    match (near.next(), near.next()) {
        (Some(update), None) => Some(update),
        (Some(_), Some(_)) => None,
        (None, _) => updates.next().filter(|_| updates.next().is_none()),
    }
}

/// The only state of the stack.
fn of_state<'s>(run: &Run, snapshots: &'s [Snapshot]) -> Option<&'s Snapshot> {
    let mut states = snapshots.iter().filter(|state| {
        let is_same = state.tool == run.tool && state.time.is_some();
        is_same && is_of_stack(&state.scope, &state.uri, run)
    });
    states.next().filter(|_| states.next().is_none())
}

/// Whether what stands in a file is of the stack of the run.
fn is_of_stack(scope: &str, uri: &str, run: &Run) -> bool {
    scope == run.scope || (scope == uri && folder(uri) == folder(&run.uri))
}

fn folder(uri: &str) -> &str {
    uri.rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;

    use super::*;

    fn log(written: Option<i64>) -> Run {
        Run {
            id: "shop/dev@out/up.jsonl:1".to_owned(),
            tool: "pulumi".to_owned(),
            scope: "shop/dev".to_owned(),
            uri: "out/up.jsonl".to_owned(),
            ended: written.map(|second| Timestamp(second * NANOS)),
            time_precision: TimePrecision::StateVersion,
            ..Run::default()
        }
    }

    fn update(scope: &str, from: i64, to: i64) -> Run {
        Run {
            id: format!("{scope}@{from}"),
            tool: "pulumi".to_owned(),
            scope: scope.to_owned(),
            uri: "out/history.json".to_owned(),
            started: Some(Timestamp(from * NANOS)),
            ended: Some(Timestamp(to * NANOS)),
            time_precision: TimePrecision::Second,
            ..Run::default()
        }
    }

    fn state(time: i64) -> Snapshot {
        Snapshot {
            tool: "pulumi".to_owned(),
            scope: "shop/dev".to_owned(),
            time: Some(Timestamp(time * NANOS)),
            ..Snapshot::default()
        }
    }

    type Seconds = (Option<i64>, Option<i64>);

    fn check(log: Run, others: &[Run], states: &[Snapshot], expected: Seconds) {
        let mut runs = vec![log];
        runs.extend_from_slice(others);
        tell(&mut runs, states);
        let seconds = |time: Option<Timestamp>| time.map(|time| time.0 / NANOS);
        let times = (seconds(runs[0].started), seconds(runs[0].ended));
        assert_eq!(times, expected);
    }

    #[test]
    fn a_run_without_times_has_those_of_the_history() {
        let one = [update("shop/dev", 1000, 1060)];
        check(log(None), &one, &[], (Some(1000), Some(1060)));
        // A copy was written at another time.
        check(log(Some(90_000)), &one, &[], (Some(1000), Some(1060)));
        // Of two it is that which ended when the log was written.
        let two = [
            update("shop/dev", 1000, 1060),
            update("shop/dev", 5000, 5060),
        ];
        check(log(Some(5061)), &two, &[], (Some(5000), Some(5060)));
        check(log(None), &two, &[], (None, None));
        // A history that does not name its stack lies beside the log.
        let unnamed = [update("out/history.json", 1000, 1060)];
        check(log(None), &unnamed, &[], (Some(1000), Some(1060)));
        check(log(None), &[update("shop/prod", 1, 2)], &[], (None, None));
    }

    #[test]
    fn a_run_without_times_had_ended_when_the_state_was_written() {
        check(log(None), &[], &[state(1060)], (None, Some(1060)));
        check(log(Some(7)), &[], &[state(1060)], (None, Some(1060)));
        check(log(None), &[], &[state(1060), state(5060)], (None, None));
        // The history knows better.
        let one = [update("shop/dev", 1000, 1061)];
        check(log(None), &one, &[state(1060)], (Some(1000), Some(1061)));
    }
}
