//! What analyzers learned of runs of infrastructure tools, beside what documents tell of them.

use std::collections::HashMap;

use nepho_core::tables::{Run, TimePrecision};

/// Adds what an analyzer learned of runs to what documents tell of them.
pub(crate) fn add(runs: &mut Vec<Run>, learned: impl Iterator<Item = Run>) {
    let key = |run: &Run| [&run.id, &run.tool, &run.scope].map(String::clone);
    let mut places: HashMap<[String; 3], Vec<usize>> = HashMap::new();
    let mut learned = learned.peekable();
    if learned.peek().is_some() {
        for (place, run) in runs.iter().enumerate() {
            places.entry(key(run)).or_default().push(place);
        }
    }
    for one in learned {
        let own = places.entry(key(&one)).or_default();
        if own.is_empty() {
            own.push(runs.len());
            runs.push(one);
            continue;
        }
        for place in own {
            if let Some(run) = runs.get_mut(*place) {
                learn(run, &one);
            }
        }
    }
}

/// Adds what an analyzer learned of a run to what a document tells of it: who it was, what it left
/// behind.
fn learn(run: &mut Run, learned: &Run) {
    // A service account acts for whoever had the run started.
    let is_account = |actor: &String| actor.ends_with(".gserviceaccount.com");
    if run.actor.as_ref().is_none_or(is_account) && learned.actor.is_some() {
        run.actor.clone_from(&learned.actor);
    }
    if run.source_ip.is_none() {
        run.source_ip.clone_from(&learned.source_ip);
    }
    if run.user_agent.is_none() {
        run.user_agent.clone_from(&learned.user_agent);
    }
    if run.told_id.is_none() {
        run.told_id.clone_from(&learned.told_id);
    }
    run.started = run.started.or(learned.started);
    // A file tells the time of a copy.
    if run.time_precision == TimePrecision::StateVersion && learned.ended.is_some() {
        run.ended = run.ended.into_iter().chain(learned.ended).min();
    }
    run.via = run.via.or(learned.via);
    run.evidence.extend_from_slice(&learned.evidence);
    run.orphans.extend_from_slice(&learned.orphans);
    run.orphans.sort();
    run.orphans.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learned_of_a_run_goes_to_all_documents_of_it() {
        let run = |id: &str, scope: &str, actor: Option<&str>| Run {
            id: id.to_owned(),
            scope: scope.to_owned(),
            actor: actor.map(str::to_owned),
            ..Run::default()
        };
        let mut runs = vec![
            run("1", "prod", None),
            run("1", "test", None),
            run("1", "prod", Some("mona")),
        ];
        let learned = [
            run("1", "prod", Some("amit")),
            run("2", "prod", None),
            run("2", "prod", Some("eve")),
        ];
        add(&mut runs, learned.into_iter());
        let actors: Vec<Option<&str>> = runs.iter().map(|run| run.actor.as_deref()).collect();
        assert_eq!(actors, [Some("amit"), None, Some("mona"), Some("eve")]);
    }
}
