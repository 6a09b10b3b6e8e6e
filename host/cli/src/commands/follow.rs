//! `nepho changes --follow`

use std::collections::HashSet;
use std::convert::Infallible;
use std::io::Write;
use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use nepho::{Follow, News, TimeRange};
use nepho_core::tables::Relation;
use nepho_report::{
    ChangeSelection, FollowedChange, FollowedState, TextOptions, Timeline, TimelineSource,
    render_change, render_rewritten,
};

use crate::args::ChangesArgs;
use crate::commands::{changes, explain, rules};

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
        .with_zones_and_clusters(args.selection.zone.clone(), args.input.cluster.clone());
    let mut complaints = Complaints::default();
    let mut news = follow.look()?;
    complaints.tell(&news);
    if !args.terminal.quiet {
        anstream::eprintln!(
            "nepho: {} and {} to compare with, looking every {:?}; stop with Ctrl-C",
            counted(news.documents, "document"),
            counted(news.logs, "log file"),
            args.every
        );
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

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
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
struct Complaints(HashSet<String>);

impl Complaints {
    fn tell(&mut self, news: &News) {
        let skipped = news.skipped.iter();
        let skipped = skipped.map(|one| format!("{}: {}", one.uri, one.reason));
        let rejects = news.rejects.iter();
        let rejects = rejects.map(|one| format!("{}:{}: {}", one.uri, one.line, one.reason));
        let forgotten = (news.forgotten > 0).then(|| {
            "there were so many changes that the first are forgotten: where a file is read whole \
             again, they may be told again"
                .to_owned()
        });
        for text in skipped.chain(rejects).chain(forgotten) {
            if self.0.insert(text.clone()) {
                anstream::eprintln!("nepho: {text}");
            }
        }
    }
}
