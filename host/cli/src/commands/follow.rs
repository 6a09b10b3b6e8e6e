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
    ChangeSelection, FollowedChange, TextOptions, Timeline, TimelineSource, render_change,
};

use crate::args::ChangesArgs;
use crate::commands::{changes, explain, rules};

/// Looks until it is stopped (Ctrl-C) or whoever reads the output goes away.
pub(crate) fn run(args: &ChangesArgs) -> Result<ExitCode> {
    match go_on(args)? {}
}

fn go_on(args: &ChangesArgs) -> Result<Infallible> {
    let selection = changes::selection(args, TimeRange::default());
    let owners = rules::read(&args.rules)?;
    let options = explain::text_options(&args.terminal);
    let mut follow = Follow::new(&args.input.paths)?;
    let mut complaints = Complaints::default();
    let first = follow.look()?;
    complaints.tell(&first);
    if !args.terminal.quiet {
        anstream::eprintln!(
            "nepho: {} to compare with, looking every {:?}; stop with Ctrl-C",
            match first.documents {
                1 => "1 document".to_owned(),
                count => format!("{count} documents"),
            },
            args.every
        );
    }
    loop {
        thread::park_timeout(args.every);
        let mut news = follow.look()?;
        complaints.tell(&news);
        let relations = owners.apply(&mut news.resources);
        print(news, &relations, &selection, args.json, &options)?;
    }
}

/// One line for each change that was asked for.
fn print(
    news: News,
    relations: &[Relation],
    selection: &ChangeSelection,
    is_json: bool,
    options: &TextOptions,
) -> Result<()> {
    if news.changes.is_empty() {
        return Ok(());
    }
    let source = TimelineSource {
        changes: news.changes,
        runs: news.runs,
        resources: &news.resources,
        relations,
        ..TimelineSource::default()
    };
    let timeline = Timeline::build(source, selection.clone());
    let mut out = anstream::stdout().lock();
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
        for text in skipped.chain(rejects) {
            if self.0.insert(text.clone()) {
                anstream::eprintln!("nepho: {text}");
            }
        }
    }
}
