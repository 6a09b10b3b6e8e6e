//! The timeline of changes as text.

use std::collections::VecDeque;

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RunStatus};

use super::TextOptions;
use super::address::address;
use super::canvas::{Align, Canvas, Span, Tone, bad, cut, dim, plain, span, strong, warn};
use super::namesakes::Namesakes;
use super::{rejects, rewritten};
use crate::timeline::{Entry, EntryKind, RunHead, Timeline, TimelineChange, is_failed};
use crate::words;

/// Changes of an entry that are shown unless everything is asked for.
const CHANGES_SHOWN: usize = 24;
/// Callers of a run that are named where there are several.
const CALLERS_SHOWN: usize = 4;
/// Width of the longest action that is usual: `replace`.
const LONGEST_ACTION: usize = 7;

/// The timeline as text, with a line break at the end. Times are UTC.
///
/// Text from logs is shown with control characters made visible, so that it cannot command the
/// terminal.
pub fn render_timeline(timeline: &Timeline, options: &TextOptions) -> String {
    let uris = timeline.inputs.files.iter().map(|file| file.uri.as_str());
    let mut canvas = Canvas::new(options, words::common_folder(uris));
    canvas.paragraph(0, 0, &[strong(timeline.summary.join(" "))]);
    let all = timeline.entries.iter().flat_map(|entry| &entry.changes);
    let namesakes = Namesakes::new(all);
    for entry in &timeline.entries {
        write_entry(&mut canvas, timeline, entry, &namesakes);
    }
    rewritten::write_of_timeline(&mut canvas, timeline);
    write_read(&mut canvas, timeline);
    canvas.finish()
}

/// One change of an entry as one line, with a line break at the end: for changes that are told as
/// they come.
pub fn render_change(entry: &Entry, change: &TimelineChange, options: &TextOptions) -> String {
    let mut row = row(&[change], entry, None, &Namesakes::default(), false);
    if let Some(run) = &entry.run {
        row.push(dim(format!("{} {}", run.tool, address(&run.scope, false))));
        if let Some(actor) = change.actor.as_ref().or(run.actor.as_ref()) {
            row.push(plain(format!("by {actor}")));
        }
    }
    let mut canvas = Canvas::line(options);
    let widths = [0, LONGEST_ACTION];
    for line in aligned(&[row], widths) {
        canvas.paragraph(0, 0, &line);
    }
    canvas.finish()
}

/// What was read and what could not be.
fn write_read(canvas: &mut Canvas, timeline: &Timeline) {
    let totals = &timeline.inputs.totals;
    canvas.heading("Read", &words::count(totals.files, "file", "files"));
    let mut facts = vec![words::count(totals.rows, "row", "rows")];
    // Those of documents: audit logs have rows.
    if totals.changes > 0 {
        let changes = words::count(totals.changes, "change", "changes");
        facts.push(format!("{changes} in documents"));
    }
    if totals.resources > 0 {
        facts.push(words::count(totals.resources, "resource", "resources"));
    }
    facts.push(words::count(timeline.rejects.total, "reject", "rejects"));
    facts.push(words::bytes(totals.bytes));
    canvas.paragraph(2, 2, &[plain(facts.join(" | "))]);
    for skipped in &timeline.inputs.skipped {
        let text = format!(
            "Not read: {}: {}",
            canvas.path(&skipped.uri),
            skipped.reason
        );
        canvas.paragraph(2, 4, &[warn(text)]);
    }
    rejects::write(canvas, &timeline.rejects);
}

fn write_entry<'a>(
    canvas: &mut Canvas,
    timeline: &Timeline,
    entry: &'a Entry,
    namesakes: &Namesakes<'a>,
) {
    let background: Vec<&TimelineChange> = entry
        .changes
        .iter()
        .filter(|change| is_background(change.class))
        .collect();
    let told: Vec<&TimelineChange> = entry
        .changes
        .iter()
        .filter(|change| !is_background(change.class))
        .collect();
    let period = period(entry);
    match &entry.run {
        Some(run) => write_head(canvas, run, entry, &period),
        None if told.is_empty() => canvas.heading("Without anybody's hand", &period),
        None => canvas.heading("Outside of any run", &period),
    }
    let groups = alike(&told, timeline, canvas.is_full());
    let most = if canvas.is_full() {
        groups.len()
    } else {
        CHANGES_SHOWN
    };
    let day = entry.start;
    let is_full = canvas.is_full();
    let rows: Vec<Vec<Span>> = groups
        .iter()
        .take(most)
        .map(|group| row(group, entry, day, namesakes, is_full))
        .collect();
    let widths = widths(&rows);
    let rest = 2 + widths.iter().sum::<usize>() + 2 * widths.len();
    let mut background = Background::of(&background);
    let mut shown = groups.iter();
    for row in aligned(&rows, widths) {
        let group = shown.next().map(Vec::as_slice).unwrap_or_default();
        background.write(canvas, group.first().and_then(|change| change.time));
        canvas.paragraph(2, rest, &row);
        if let [change] = group {
            let failed = entry.changes.iter().filter(|one| is_failed(one.outcome));
            let is_alone = failed.count() < 2;
            write_details(canvas, timeline, change, day, is_alone);
        }
    }
    let left: usize = groups.iter().skip(most).map(Vec::len).sum();
    if left > 0 {
        canvas.paragraph(2, 2, &[dim(format!("and {left} more (-v shows all)"))]);
    }
    background.write(canvas, None);
    if let Some(run) = &entry.run
        && !run.orphans.is_empty()
    {
        let names: Vec<&str> = run.orphans.iter().map(String::as_str).collect();
        let text = format!(
            "left behind, and no longer managed: {}",
            words::list(&names, if canvas.is_full() { usize::MAX } else { 6 })
        );
        canvas.paragraph(2, 4, &[warn(text)]);
    }
}

fn period(entry: &Entry) -> String {
    match (entry.start, entry.end) {
        (Some(start), Some(end)) => words::time_range(start, end.max(start)),
        (Some(time), None) | (None, Some(time)) => {
            format!("{} UTC", words::date_time(time))
        }
        (None, None) => "time not known".to_owned(),
    }
}

fn write_head(canvas: &mut Canvas, run: &RunHead, entry: &Entry, period: &str) {
    let operation = run.operation.map_or("", |operation| operation.as_str());
    let scope = address(&run.scope, canvas.is_full());
    let title = [run.tool.as_str(), operation, &scope]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    canvas.heading(&title, period);
    let mut spans = vec![status(run.status)];
    let id = run.told_id.as_ref().unwrap_or(&run.id);
    if !id.is_empty() {
        spans.extend([plain(", run "), plain(id)]);
    }
    match &run.actor {
        Some(actor) => spans.extend([plain(", by "), strong(actor)]),
        None => match callers(entry).as_slice() {
            [] => spans.push(plain(", by whom is not known")),
            all => spans.extend([plain(", by "), strong(words::list(all, CALLERS_SHOWN))]),
        },
    }
    if let Some(revision) = &run.revision {
        // Deployments of Azure tell the hash of their template, and no commit.
        let word = match run.tool.as_str() {
            "arm" | "bicep" => "template hash",
            _ => "revision",
        };
        spans.push(plain(format!(", {word} {revision}")));
    }
    if let Some(repository) = &run.repository {
        spans.push(plain(format!(" of {repository}")));
    }
    if !run.is_known {
        spans.push(warn(", told by the audit log alone"));
    }
    canvas.paragraph(2, 4, &spans);
    if let Some(message) = &run.message {
        canvas.paragraph(2, 4, &[dim(format!("\"{}\"", cut(message, 200)))]);
    }
    if let Some(url) = run.url.as_ref().filter(|_| canvas.is_full()) {
        canvas.paragraph(2, 4, &[dim(url)]);
    }
}

/// Whoever made the changes of a run, each once, by how they came; not who made what it only found.
fn callers(entry: &Entry) -> Vec<&str> {
    let mut callers = Vec::new();
    let made = entry
        .changes
        .iter()
        .filter(|change| change.action != ChangeAction::Drift);
    for actor in made.filter_map(|change| change.actor.as_deref()) {
        let name = nepho_core::key::short_name(actor);
        if !callers.contains(&name) {
            callers.push(name);
        }
    }
    callers
}

fn status(status: RunStatus) -> Span {
    let tone = match status {
        RunStatus::Succeeded => Tone::Good,
        RunStatus::Failed | RunStatus::Partial => Tone::Bad,
        RunStatus::Running | RunStatus::Canceled => Tone::Warn,
        RunStatus::Unknown => Tone::Dim,
    };
    let text = match status {
        RunStatus::Succeeded => "succeeded",
        RunStatus::Failed => "failed",
        RunStatus::Partial => "failed half way",
        RunStatus::Running => "still running",
        RunStatus::Canceled => "canceled",
        RunStatus::Unknown => "how it ended is not known",
    };
    span(text, tone)
}

/// Neighbors that differ in nothing but the resource, put together; nothing is unless it is short.
/// What has more to tell stands alone, and what set something else.
fn alike<'a>(
    changes: &[&'a TimelineChange],
    timeline: &Timeline,
    is_full: bool,
) -> Vec<Vec<&'a TimelineChange>> {
    let has_details = |change: &TimelineChange| {
        change.reason.is_some()
            || change.not_before.is_some()
            || !change.repairs.is_empty()
            || !change.made_by.is_empty()
            || !change.followed_by.is_empty()
            || timeline.drift.iter().any(|one| one.change == change.id)
    };
    let operation = |change: &TimelineChange| match change.address.split_once(' ') {
        Some((operation, _)) if change.id.starts_with("audit:") => operation.to_owned(),
        _ => change.address.clone(),
    };
    let mut groups: Vec<Vec<&TimelineChange>> = Vec::new();
    for change in changes {
        let last = groups.last_mut().filter(|group| {
            !is_full
                && group.first().is_some_and(|first| {
                    operation(first) == operation(change)
                        && (
                            &first.actor,
                            &first.tool,
                            &first.cluster,
                            first.outcome,
                            first.action,
                            set_by(first),
                        ) == (
                            &change.actor,
                            &change.tool,
                            &change.cluster,
                            change.outcome,
                            change.action,
                            set_by(change),
                        )
                        && !has_details(first)
                        && !has_details(change)
                })
        });
        match last {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// What an update set. Of what is new or gone, all is.
fn set_by(change: &TimelineChange) -> Option<&[String]> {
    let is_partial = !matches!(change.action, ChangeAction::Create | ChangeAction::Delete);
    is_partial.then_some(&change.attributes)
}

/// A cluster by its name, or the beginning of its uid.
fn short_cluster(cluster: &str) -> &str {
    let is_uid = cluster.len() == 36 && cluster.matches('-').count() == 4;
    let end = cluster.find('-').filter(|_| is_uid);
    end.and_then(|end| cluster.get(..end)).unwrap_or(cluster)
}

/// Time, action, address and what changed. Whoever made a change outside of runs stands before it.
fn row<'a>(
    group: &[&'a TimelineChange],
    entry: &Entry,
    day: Option<Timestamp>,
    namesakes: &Namesakes<'a>,
    is_full: bool,
) -> Vec<Span> {
    let Some(change) = group.first() else {
        return Vec::new();
    };
    let time = match (change.time, day) {
        (Some(time), Some(day)) => words::time_near(time, day),
        (Some(time), None) => words::date_time(time),
        (None, _) => "?".to_owned(),
    };
    let mut row = vec![dim(time), action(change.action)];
    if entry.kind == EntryKind::Outside {
        let actor = change.actor.as_deref().unwrap_or("somebody");
        let actor = nepho_core::key::short_name(actor);
        row.extend([
            strong(actor),
            plain(format!("({})", by(change.class, &change.tool))),
        ]);
    }
    let shown = match (change.address.split_once(' '), namesakes.name(change)) {
        (Some((operation, name)), Some(told)) if told != name => {
            format!("{} {told}", address(operation, is_full))
        }
        _ => address(&change.address, is_full),
    };
    match (group.len(), change.address.split_once(' ')) {
        (1, _) => row.push(strong(shown)),
        (count, Some((operation, _))) if change.id.starts_with("audit:") => {
            row.push(strong(operation));
            row.push(plain(words::count(count as u64, "time", "times")));
            let names: Vec<&str> = group
                .iter()
                .filter_map(|change| namesakes.name(change))
                .collect();
            row.push(dim(words::list(&names, 4)));
        }
        (count, _) => {
            row.push(strong(shown));
            row.push(plain(words::count(count as u64, "time", "times")));
        }
    }
    if let Some(cluster) = &change.cluster {
        row.push(plain(format!("in {}", short_cluster(cluster))));
    }
    let previous = change.previous_address.as_ref();
    if let Some(previous) = previous.filter(|previous| **previous != change.address) {
        row.push(plain(format!("(was {previous})")));
    }
    let has_own_caller = entry.run.as_ref().is_some_and(|run| run.actor.is_none());
    if let Some(actor) = change
        .actor
        .as_deref()
        .filter(|_| has_own_caller && is_full)
    {
        let actor = nepho_core::key::short_name(actor);
        row.push(plain(format!("by {actor}")));
    }
    let attributes: Vec<&str> = change.attributes.iter().map(String::as_str).collect();
    let is_partial = set_by(change).is_some();
    if group.len() == 1 && !attributes.is_empty() && (is_partial || is_full) {
        row.push(plain(words::list(&attributes, 6)));
    }
    match change.outcome {
        ChangeOutcome::Failed => row.push(bad("failed")),
        ChangeOutcome::RolledBack => row.push(warn("taken back")),
        ChangeOutcome::Cancelled => row.push(warn("not begun")),
        ChangeOutcome::Unknown => row.push(warn("how it ended is not known")),
        ChangeOutcome::Applied | ChangeOutcome::Planned => {}
    }
    row
}

/// By what means a change of a class was made with a tool.
fn by(class: Option<WriteClass>, tool: &str) -> String {
    match class {
        Some(WriteClass::Console) => "in the console".to_owned(),
        Some(WriteClass::IacUnregistered) => format!("{tool}, no known run"),
        _ => tool.to_owned(),
    }
}

fn action(action: ChangeAction) -> Span {
    let tone = match action {
        ChangeAction::Create => Tone::Good,
        ChangeAction::Delete | ChangeAction::Replace => Tone::Bad,
        ChangeAction::Update | ChangeAction::Drift => Tone::Warn,
        _ => Tone::Plain,
    };
    span(action.as_str().replace('_', " "), tone)
}

/// Width of the widest cell of the first two columns.
fn widths(rows: &[Vec<Span>]) -> [usize; 2] {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(Span::length).max().unwrap_or(0)
    };
    [width(0), width(1)]
}

/// Rows whose first two columns are as wide as told, with blanks between all cells.
fn aligned(rows: &[Vec<Span>], widths: [usize; 2]) -> Vec<Vec<Span>> {
    let pad = |column: usize, cell: &Span| {
        let wide = widths.get(column).copied().unwrap_or(0);
        plain(" ".repeat(wide.saturating_sub(cell.length()) + usize::from(column < 2) + 1))
    };
    rows.iter()
        .map(|row| {
            let cells = row.iter().enumerate();
            cells
                .flat_map(|(column, cell)| [cell.clone(), pad(column, cell)])
                .collect()
        })
        .collect()
}

fn write_details(
    canvas: &mut Canvas,
    timeline: &Timeline,
    change: &TimelineChange,
    day: Option<Timestamp>,
    is_only_failure: bool,
) {
    if let Some(not_before) = change.not_before {
        let text = format!("somewhen after {}", words::date_time(not_before));
        canvas.paragraph(4, 6, &[dim(text)]);
    }
    if let Some(reason) = &change.reason {
        let head = match change.is_root_failure && !is_only_failure {
            true => "what the others followed from: ",
            false => "",
        };
        let text = format!("{head}\"{}\"", cut(reason, 300));
        canvas.paragraph(
            4,
            6,
            &[if change.is_root_failure {
                bad(text)
            } else {
                dim(text)
            }],
        );
    }
    write_drift(canvas, timeline, change, day);
    for incident in &change.followed_by {
        let when = incident.start.map_or_else(String::new, |start| {
            let near = day.map_or_else(
                || words::date_time(start),
                |day| words::time_near(start, day),
            );
            format!(" at {near}")
        });
        let text = format!(
            "then{when}: {} (confidence {:.2})",
            incident.title, incident.confidence
        );
        canvas.paragraph(4, 6, &[bad(text)]);
        if canvas.is_full() && !incident.path.is_empty() {
            canvas.paragraph(4, 6, &[dim(format!("path: {}", incident.path.join("; ")))]);
        }
    }
    if canvas.is_full() {
        let place = match change.line {
            0 => canvas.path(&change.uri),
            line => format!("{}:{line}", canvas.path(&change.uri)),
        };
        let resource = change.resource.as_deref().unwrap_or("no id is known");
        canvas.paragraph(4, 6, &[dim(format!("{resource}  {place}"))]);
    }
}

/// What a change made other than declared, what made it other, and what it undoes.
fn write_drift(
    canvas: &mut Canvas,
    timeline: &Timeline,
    change: &TimelineChange,
    day: Option<Timestamp>,
) {
    let when = |time| day.map_or_else(|| words::date_time(time), |day| words::time_near(time, day));
    for maker in &change.made_by {
        let actor = maker.actor.as_deref().unwrap_or("somebody");
        let text = format!(
            "made by {} ({}) with {}{}",
            nepho_core::key::short_name(actor),
            by(maker.class, &maker.tool),
            maker.operation,
            maker
                .time
                .map_or_else(String::new, |time| format!(" at {}", when(time)))
        );
        canvas.paragraph(4, 6, &[warn(text)]);
    }
    for drift in timeline.drift.iter().filter(|one| one.change == change.id) {
        let what = match change.drift_of.is_some() {
            true => format!("opens drift of {}, which code manages", drift.address),
            false => match &change.actor {
                Some(actor) => format!("made by {}", nepho_core::key::short_name(actor)),
                None => "who made it is not known".to_owned(),
            },
        };
        let text = match drift.closed {
            Some(time) => format!("{what}; undone at {}", when(time)),
            None => format!("{what}; still there"),
        };
        canvas.paragraph(4, 6, &[warn(text)]);
    }
    for id in &change.repairs {
        let drift = timeline.drift.iter().find(|one| one.change == *id);
        if let Some(drift) = drift {
            let what = match id.starts_with("audit:") {
                true => "what was done by hand",
                false => "what was found other than declared",
            };
            let text = format!("undoes {what} at {} UTC", words::date_time(drift.opened));
            canvas.paragraph(4, 6, &[span(text, Tone::Good)]);
        }
    }
}

/// Changes by agents and by the cloud itself.
fn is_background(class: Option<WriteClass>) -> bool {
    matches!(class, Some(WriteClass::Runtime | WriteClass::Service))
}

/// Writes of agents and of the cloud itself: one line for those that are alike, by time.
struct Background<'a>(VecDeque<Alike<'a>>);

/// Background writes that are alike.
struct Alike<'a> {
    tool: &'a str,
    operation: &'a str,
    count: u64,
    /// When the first of them was made.
    time: Option<Timestamp>,
}

impl<'a> Background<'a> {
    fn of(changes: &[&'a TimelineChange]) -> Self {
        let mut groups: Vec<Alike<'a>> = Vec::new();
        for change in changes {
            let operation = change.address.split(' ').next().unwrap_or_default();
            let same = groups
                .iter_mut()
                .find(|group| group.tool == change.tool && group.operation == operation);
            match same {
                Some(group) => {
                    group.count += 1;
                    group.time = group.time.into_iter().chain(change.time).min();
                }
                None => groups.push(Alike {
                    tool: &change.tool,
                    operation,
                    count: 1,
                    time: change.time,
                }),
            }
        }
        groups.sort_by_key(|group| (group.time.is_none(), group.time));
        Self(groups.into())
    }

    /// Writes those from before a time; without one, all that are left.
    fn write(&mut self, canvas: &mut Canvas, before: Option<Timestamp>) {
        let is_due = |group: &Alike<'_>| match (before, group.time) {
            (Some(before), Some(time)) => time < before,
            (before, _) => before.is_none(),
        };
        let mut rows: Vec<Vec<Span>> = Vec::new();
        while let Some(group) = self.0.pop_front_if(|group| is_due(group)) {
            let time = group.time.map_or_else(String::new, words::time_of_day);
            let times = words::count(group.count, "time", "times");
            rows.push(vec![
                dim(time),
                dim(group.tool),
                dim(group.operation),
                dim(times),
            ]);
        }
        let columns = [Align::Left, Align::Left, Align::Left, Align::Right];
        canvas.table(2, &columns, &rows);
    }
}
