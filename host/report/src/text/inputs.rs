//! What was read, what was not, and how far the clocks were off.

use std::collections::BTreeMap;

use super::canvas::{Align, Canvas, Span, dim, plain, strong, warn};
use super::rejects;
use crate::inputs::{InputFile, SkippedFile};
use crate::model::Report;
use crate::words;
use nepho_core::rejects::{Alike, alike};

/// Reasons to leave files out that are shown unless everything is asked for.
const SHOWN: usize = 5;
/// Files that are named for each of them.
const NAMED: usize = 3;

pub(super) fn write(canvas: &mut Canvas, report: &Report) {
    let totals = &report.inputs.totals;
    canvas.heading("Read", &words::count(totals.files, "file", "files"));
    let mut facts = vec![words::count(totals.rows, "row", "rows")];
    if totals.services > 0 {
        facts.push(words::count(totals.services, "service", "services"));
    }
    if totals.changes > 0 {
        facts.push(words::count(totals.changes, "change", "changes"));
    }
    if totals.resources > 0 {
        facts.push(words::count(totals.resources, "resource", "resources"));
    }
    facts.push(words::count(totals.rejects, "reject", "rejects"));
    facts.push(words::bytes(totals.bytes));
    if !totals.providers.is_empty() {
        facts.push(totals.providers.join(", "));
    }
    canvas.paragraph(2, 2, &[plain(facts.join(" | "))]);
    if let (Some(first), Some(last)) = (totals.first, totals.last) {
        canvas.paragraph(2, 2, &[plain(words::time_range(first, last))]);
    }
    let folder = words::common_folder(report.inputs.files.iter().map(|file| file.uri.as_str()));
    if !folder.is_empty() {
        canvas.paragraph(2, 2, &[plain(format!("Paths are below {folder}"))]);
    }
    write_selection(canvas, report);
    if canvas.is_full() {
        write_files(canvas, report)
    } else {
        write_formats(canvas, report)
    }
    write_skipped(canvas, report);
    rejects::write(canvas, &report.rejects);
    write_clocks(canvas, report);
}

fn write_selection(canvas: &mut Canvas, report: &Report) {
    let selection = &report.inputs.selection;
    if selection.is_everything() {
        return;
    }
    let mut text = "Only".to_owned();
    if let Some(since) = selection.since {
        text.push_str(&format!(" since {}", words::date_time(since)));
    }
    if let Some(until) = selection.until {
        text.push_str(&format!(" until {}", words::date_time(until)));
    }
    if !selection.services.is_empty() {
        text.push_str(&format!(" of {}", selection.services.join(", ")));
    }
    let left_out = &report.inputs.totals.left_out;
    if let (Some(first), Some(last)) = (left_out.first, left_out.last) {
        text.push_str(&format!(
            "; left out {}, {}",
            words::count(left_out.rows, "row", "rows"),
            words::time_range(first, last)
        ));
    }
    canvas.paragraph(2, 4, &[warn(text)]);
}

fn write_formats(canvas: &mut Canvas, report: &Report) {
    let mut files = BTreeMap::<&str, u64>::new();
    for file in &report.inputs.files {
        for format in &file.formats {
            *files.entry(&format.name).or_default() += 1;
        }
    }
    let mut rows = Vec::new();
    for format in &report.inputs.totals.formats {
        let files = files.get(format.name.as_str()).copied().unwrap_or(0);
        rows.push(vec![
            plain(&format.name),
            plain(words::count(files, "file", "files")),
            plain(words::count(format.rows, "row", "rows")),
        ]);
    }
    canvas.table(2, &[Align::Left, Align::Right, Align::Right], &rows);
    let undone: Vec<String> = report
        .inputs
        .totals
        .wrappings
        .iter()
        .map(|wrapping| format!("{} ({})", wrapping.name, words::number(wrapping.count)))
        .collect();
    if !undone.is_empty() {
        canvas.paragraph(2, 4, &[dim(format!("Unwrapped: {}", undone.join(", ")))]);
    }
}

fn write_files(canvas: &mut Canvas, report: &Report) {
    let rows: Vec<Vec<Span>> = report
        .inputs
        .files
        .iter()
        .map(|file| file_row(canvas, file))
        .collect();
    let columns = [
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Left,
    ];
    canvas.table(2, &columns, &rows);
}

fn file_row(canvas: &Canvas, file: &InputFile) -> Vec<Span> {
    let formats: Vec<&str> = file
        .formats
        .iter()
        .map(|format| format.name.as_str())
        .collect();
    let wrappings: Vec<&str> = file
        .wrappings
        .iter()
        .map(|wrapping| wrapping.name.as_str())
        .collect();
    let mut facts = vec![formats.join(", ")];
    if !wrappings.is_empty() {
        facts.push(format!("in {}", wrappings.join(", ")));
    }
    if !file.providers.is_empty() {
        facts.push(file.providers.join(", "));
    }
    if let (Some(first), Some(last)) = (file.first, file.last) {
        facts.push(words::time_range(first, last));
    }
    let rejects = words::count(file.rejects, "reject", "rejects");
    vec![
        plain(canvas.path(&file.uri)),
        plain(words::count(
            file.rows.saturating_add(file.changes),
            "row",
            "rows",
        )),
        if file.rejects > 0 {
            warn(rejects)
        } else {
            dim(rejects)
        },
        plain(words::bytes(file.bytes)),
        dim(facts.join("; ")),
    ]
}

/// Files that were not read; what is left out for the same reason stands together.
fn write_skipped(canvas: &mut Canvas, report: &Report) {
    let skipped = &report.inputs.skipped;
    let (groups, shown) = match canvas.is_full() {
        true => (skipped.iter().map(apart).collect(), skipped.len()),
        false => (alike(skipped, |file| &file.reason), SHOWN),
    };
    for Alike { reason, all: files } in groups.iter().take(shown) {
        let named = files.iter().take(NAMED);
        let named = named.map(|file| canvas.path(&file.uri));
        let named: Vec<String> = named.collect();
        let more = match files.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", words::number(more as u64)),
        };
        canvas.paragraph(
            2,
            4,
            &[
                warn("Not read: "),
                strong(named.join(", ")),
                plain(format!("{more}: {reason}")),
            ],
        );
    }
    let told: usize = groups.iter().take(shown).map(|group| group.all.len()).sum();
    rejects::more(canvas, skipped.len(), told);
}

fn apart(file: &SkippedFile) -> Alike<'_, SkippedFile> {
    Alike {
        reason: file.reason.clone(),
        all: vec![file],
    }
}

fn write_clocks(canvas: &mut Canvas, report: &Report) {
    for clock in &report.clocks {
        let details = &clock.details;
        let side = if details.ahead_nanos < 0 {
            "behind"
        } else {
            "ahead of"
        };
        let applied = if details.applied {
            "its times were corrected"
        } else {
            "its times were left as they are"
        };
        let text = format!(
            " is {} {side} {} ({}); {applied}",
            words::duration(details.ahead_nanos),
            details.reference,
            words::count(details.pairs, "pair of rows", "pairs of rows")
        );
        canvas.paragraph(
            2,
            4,
            &[plain("Clock: "), strong(&details.domain), plain(text)],
        );
    }
}
