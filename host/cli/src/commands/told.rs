//! What a run tells on standard error: what was not read, and what could not be.
//!
//! What is alike is told once, with how often and the first places.

use nepho::{ClusterName, InputSummary, LeftOut, ServiceName, SkipKind, SkippedInput, Zone};
use nepho_core::rejects::{Alike, Rejects, alike, first_line};
use nepho_report::clean;

use crate::args::{InputArgs, SelectionArgs};

/// Places that are named of what is alike.
const NAMED: usize = 3;
/// Reasons of rejects that are told where there is no list of them.
const REASONS: usize = 8;

/// What stands before the place of an error, which is a line of its own.
const PLACE: &str = "\n  at ";

/// Writes a line to standard error. Nothing else does, so that what was read, such as the name of a
/// file, cannot command the terminal.
pub(crate) fn say(text: &str) {
    let lines: Vec<String> = text.split(PLACE).map(clean).collect();
    anstream::eprintln!("{}", lines.join(PLACE));
}

/// A number of what has a plural in s.
pub(crate) fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// An error and what led to it, each of which is told once: some errors of libraries say their
/// cause themselves.
pub(crate) fn causes(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // What a writer of Parquet or Arrow says of the stream below it.
        let wrapped = ["External: ", "External error: "];
        let cause = wrapped
            .iter()
            .find_map(|word| cause.strip_prefix(word))
            .unwrap_or(&cause)
            .to_owned();
        match told.contains(&cause) {
            true => {}
            false if told.is_empty() => told = cause,
            false => told = format!("{told}: {cause}"),
        }
    }
    told
}

/// Tells which paths were to be read and were not, where a report on standard output tells the
/// others.
pub(crate) fn unread(skipped: &[SkippedInput]) {
    let unread = skipped.iter().filter(|one| one.kind == SkipKind::Unread);
    self::skipped(&unread.cloned().collect::<Vec<_>>());
}

/// Tells which paths were not read, and why.
pub(crate) fn skipped(skipped: &[SkippedInput]) {
    for line in skipped_lines(skipped) {
        say(&format!("nepho: {line}"));
    }
}

fn skipped_lines(skipped: &[SkippedInput]) -> Vec<String> {
    let groups = alike(skipped, |one| &one.reason);
    groups.iter().map(skipped_line).collect()
}

fn skipped_line(group: &Alike<'_, SkippedInput>) -> String {
    let named = group.all.iter().take(NAMED);
    let named: Vec<&str> = named.map(|one| one.uri.as_str()).collect();
    let more = match group.all.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}: {}", named.join(", "), group.reason)
}

/// Tells what could not be read, each reason with the first place.
pub(crate) fn rejects(rejects: &Rejects) {
    for reason in rejects.by_reason.iter().take(REASONS) {
        let more = match reason.count {
            1 => String::new(),
            count => format!(" (and {} more like it)", count - 1),
        };
        match &reason.first {
            Some(first) => say(&format!(
                "nepho: {}:{}: {}{more}",
                first.uri,
                first.line,
                first_line(&first.reason)
            )),
            None => say(&format!("nepho: {} {}", reason.count, reason.reason)),
        }
    }
    let others: u64 = rejects
        .by_reason
        .iter()
        .skip(REASONS)
        .map(|reason| reason.count)
        .sum();
    if others > 0 {
        say(&format!(
            "nepho: {others} more pieces could not be read, for other reasons"
        ));
    }
}

/// Tells where the rows lie, if none is in the range of times that was asked for.
pub(crate) fn left_out(inputs: &[InputSummary]) {
    let mut all = LeftOut::default();
    inputs.iter().for_each(|input| all.add(input.left_out));
    if inputs.iter().any(|input| input.rows > 0) {
        return;
    }
    if let (Some(first), Some(last)) = (all.first, all.last) {
        say(&format!(
            "nepho: none of {} rows lies in the times asked for: the first is of {first}, the \
             last of {last}",
            all.rows
        ));
    }
}

/// Tells which patterns of options such as `--zone` fit no file, so that a mistake in one is seen.
pub(crate) fn unfit(
    input: &InputArgs,
    selection: Option<&SelectionArgs>,
    inputs: &[InputSummary],
    skipped: &[SkippedInput],
) {
    let inputs = inputs.iter().map(|input| input.uri.as_str());
    let skipped = skipped.iter().map(|one| one.uri.as_str());
    let names: Vec<&str> = inputs.chain(skipped).collect();
    let zones: &[Zone] = selection.map_or(&[], |selection| &selection.zone);
    for line in unfit_lines(zones, &input.cluster, &input.service_name, &names) {
        say(&format!("nepho: {line}"));
    }
}

fn unfit_lines(
    zones: &[Zone],
    clusters: &[ClusterName],
    services: &[ServiceName],
    names: &[&str],
) -> Vec<String> {
    let zones = zones.iter().map(|zone| ("--zone", &zone.files));
    let clusters = clusters.iter().map(|one| ("--cluster", &one.files));
    let services = services.iter().map(|one| ("--service-name", &one.files));
    let all = zones.chain(clusters).chain(services);
    all.filter_map(|(option, files)| {
        let files = files.as_ref()?;
        let is_unfit = !names.iter().any(|name| files.matches(name));
        is_unfit.then(|| format!("{option}: no file fits the pattern `{files}`"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_told_once() {
        let one = |uri: &str, reason: &str| SkippedInput {
            uri: uri.to_owned(),
            reason: reason.to_owned(),
            kind: nepho::SkipKind::Unread,
        };
        let lines = skipped_lines(&[
            one("a.md", "a `.md` file holds no logs"),
            one("b", "files: open `b`: denied"),
            one("c.md", "a `.md` file holds no logs"),
            one("d", "files: open `d`: denied"),
            one("e", "files: open `e`: denied"),
            one("f", "files: open `f`: denied"),
            one("g", "files: open `g`: denied"),
            one("h", "gone"),
        ]);
        let expected = [
            "a.md, c.md: a `.md` file holds no logs",
            "b, d, e and 2 more: files: open `...`: denied",
            "h: gone",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn patterns_that_fit_nothing_are_told() {
        let zones: Vec<Zone> = ["+02:00", "*/tokyo/*=+09:00", "*.log=UTC"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        let clusters: Vec<ClusterName> = ["prod", "dumps/*=prod"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        let services: Vec<ServiceName> = ["shop", "*.log=web", "exports/*=checkout"]
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        let names = ["web.log", "logs.zip!/berlin/app.log"];
        assert_eq!(
            unfit_lines(&zones, &clusters, &services, &names),
            [
                "--zone: no file fits the pattern `*/tokyo/*`",
                "--cluster: no file fits the pattern `dumps/*`",
                "--service-name: no file fits the pattern `exports/*`",
            ]
        );
    }
}
