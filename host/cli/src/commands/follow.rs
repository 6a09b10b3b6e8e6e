//! `nepho changes --follow`

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::io::Write;
use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use nepho::{Follow, News, TimeRange};
use nepho_core::rejects::{Rejects, general_reason};
use nepho_core::tables::{Reject, Relation};
use nepho_report::{
    ChangeSelection, FollowedChange, FollowedState, TextOptions, Timeline, TimelineSource,
    render_change, render_rewritten,
};

use crate::args::ChangesArgs;
use crate::commands::{changes, explain, rules, told};

/// Complaints that are remembered; beyond, all are forgotten, and may be told again.
const REMEMBERED: usize = 10_000;

/// Looks until it is stopped (Ctrl-C) or whoever reads the output goes away.
pub(crate) fn run(args: &ChangesArgs) -> Result<ExitCode> {
    match go_on(args)? {}
}

fn go_on(args: &ChangesArgs) -> Result<Infallible> {
    let range = TimeRange {
        since: args.selection.since,
        until: None,
    };
    let selection = changes::selection(args, range);
    let owners = rules::read(&args.rules)?;
    let options = explain::text_options(&args.terminal);
    let mut follow = Follow::new(&args.input.paths)?
        .with_zones_and_clusters(args.selection.zone.clone(), args.input.cluster.clone())
        .with_workers(args.input.threads.into());
    let mut complaints = Complaints::default();
    let mut news = follow.look()?;
    complaints.tell(&news);
    if !args.terminal.quiet {
        told::say(&format!(
            "nepho: {} and {} to compare with, looking every {:?}; stop with Ctrl-C",
            told::counted(news.documents, "document"),
            told::counted(news.logs, "log file"),
            args.every
        ));
    }
    if args.selection.since.is_none() {
        // What is there already is only compared with.
        news.changes.clear();
        news.rewritten.clear();
    }
    loop {
        let relations = owners.apply(&mut news.resources);
        print(news, &relations, &selection, args.json, &options)?;
        thread::park_timeout(args.every);
        news = follow.look()?;
        complaints.tell(&news);
    }
}

/// One line for each state that was rewritten, and for each change that was asked for.
fn print(
    news: News,
    relations: &[Relation],
    selection: &ChangeSelection,
    is_json: bool,
    options: &TextOptions,
) -> Result<()> {
    if news.changes.is_empty() && news.rewritten.is_empty() {
        return Ok(());
    }
    let source = TimelineSource {
        changes: news.changes,
        runs: news.runs,
        findings: news.rewritten,
        resources: &news.resources,
        relations,
        ..TimelineSource::default()
    };
    let timeline = Timeline::build(source, selection.clone());
    let mut out = anstream::stdout().lock();
    for state in &timeline.rewritten_states {
        let line = match is_json {
            true => FollowedState::new(state).to_json(),
            false => render_rewritten(state, options),
        };
        out.write_all(line.as_bytes())?;
    }
    for entry in &timeline.entries {
        for change in &entry.changes {
            let line = match is_json {
                true => FollowedChange::new(entry, change).to_json(),
                false => render_change(entry, change, options),
            };
            out.write_all(line.as_bytes())?;
        }
    }
    out.flush()?;
    Ok(())
}

/// What was complained of, so that it is not said at every look.
#[derive(Default)]
struct Complaints {
    /// Files, each with what was wrong with it.
    told: HashSet<(String, String)>,
    is_forgetting_told: bool,
}

impl Complaints {
    fn tell(&mut self, news: &News) {
        let skipped = news.skipped.iter();
        let skipped = skipped.filter(|one| self.is_new(&one.uri, &general_reason(&one.reason)));
        told::skipped(&skipped.cloned().collect::<Vec<_>>());
        told::rejects(&self.new_rejects(&news.rejects, &news.rejects_by_reason));
        if news.forgotten > 0 && !std::mem::replace(&mut self.is_forgetting_told, true) {
            told::say(
                "nepho: there were so many changes that the first are forgotten: where a file is \
                 read whole again, they may be told again",
            );
        }
    }

    /// Reasons that were not told of some file, each with the first such file.
    fn new_rejects(&mut self, kept: &[Reject], all: &Rejects) -> Rejects {
        let mut firsts: BTreeMap<String, &Reject> = BTreeMap::new();
        let counted = all.by_reason.iter().filter_map(|one| one.first.as_ref());
        for reject in counted.chain(kept) {
            let reason = general_reason(&reject.reason);
            if self.is_new(&reject.uri, &reason) {
                firsts.entry(reason).or_insert(reject);
            }
        }
        let mut fresh = Rejects::default();
        for counted in &all.by_reason {
            let mut counted = counted.clone();
            match firsts.get(&counted.reason) {
                Some(first) => counted.first = Some((*first).clone()),
                None if counted.first.is_none() && self.is_new("", &counted.reason) => {}
                None => continue,
            }
            fresh.by_reason.push(counted);
        }
        fresh
    }

    /// Takes note of what is wrong with a file; says whether it was not told before.
    fn is_new(&mut self, uri: &str, reason: &str) -> bool {
        if self.told.len() >= REMEMBERED {
            self.told.clear();
        }
        self.told.insert((uri.to_owned(), reason.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(uri: &str, line: u64, reason: &str) -> Reject {
        let reason = reason.to_owned();
        Reject {
            uri: uri.to_owned(),
            start: line,
            end: line + 1,
            line,
            reason,
        }
    }

    #[test]
    fn a_reason_is_told_once_of_each_file() {
        let mut complaints = Complaints::default();
        let mut told = |rejects: &[Reject]| {
            let all = Rejects::from(rejects.to_vec());
            let fresh = complaints.new_rejects(rejects, &all);
            let told = fresh.by_reason.into_iter().map(|reason| {
                let first = reason.first.map(|first| (first.uri, first.line));
                (reason.count, first)
            });
            told.collect::<Vec<_>>()
        };
        let first = [
            reject("a", 1, "`x` is wrong"),
            reject("a", 2, "`y` is wrong"),
        ];
        assert_eq!(told(&first), [(2, Some(("a".to_owned(), 1)))]);
        assert!(told(&[reject("a", 3, "`z` is wrong")]).is_empty());
        let both = [
            reject("a", 4, "`x` is wrong"),
            reject("b", 7, "`x` is wrong"),
        ];
        assert_eq!(told(&both), [(2, Some(("b".to_owned(), 7)))]);
        assert_eq!(
            told(&[reject("a", 5, "cut off")]),
            [(1, Some(("a".to_owned(), 5)))]
        );
    }

    #[test]
    fn what_was_told_does_not_fill_the_memory() {
        let mut complaints = Complaints::default();
        for number in 0..REMEMBERED * 2 {
            assert!(complaints.is_new(&number.to_string(), "cut off"));
            assert!(complaints.told.len() <= REMEMBERED);
        }
    }
}
