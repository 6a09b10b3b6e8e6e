//! What the engine read, in the words of the report.

use std::collections::BTreeSet;

use nepho::{Conclusions, Explanation, InputSummary, TimeRange};
use nepho_report::{
    ChangeSelection, FormatCount, InputFile, Inputs, Report, Selection, SkippedFile, Timeline,
    TimelineSource, WrappingCount,
};

/// Report of a run.
pub(crate) fn report(explanation: Explanation, range: TimeRange, services: &[String]) -> Report {
    let selection = Selection {
        since: range.since,
        until: range.until,
        services: services.to_vec(),
    };
    Report::build(
        inputs(&explanation, selection),
        explanation.conclusions.findings,
        explanation.conclusions.changes,
        explanation.rejects,
    )
}

/// Words that a sentence proposes.
const PROPOSED: usize = 8;

/// Timeline of what was asked for. Where nothing was found for a word that stands for nothing, its
/// summary says what is like it.
pub(crate) fn timeline(explanation: Explanation, selection: ChangeSelection) -> Timeline {
    let inputs = inputs(&explanation, Selection::default());
    let mut conclusions = explanation.conclusions;
    let source = TimelineSource {
        inputs,
        changes: std::mem::take(&mut conclusions.changes),
        runs: std::mem::take(&mut conclusions.runs),
        findings: std::mem::take(&mut conclusions.findings),
        resources: &conclusions.resources,
        relations: &conclusions.relations,
        rejects: explanation.rejects.into(),
    };
    let mut timeline = Timeline::build(source, selection);
    if timeline.entries.is_empty() {
        let more = unknown(&timeline.selection, &conclusions);
        timeline.summary.extend(more);
    }
    timeline
}

/// What to say of the words of a selection that stand for nothing.
fn unknown(selection: &ChangeSelection, conclusions: &Conclusions) -> Vec<String> {
    if selection.resources.is_empty() && selection.services.is_empty() {
        return Vec::new();
    }
    let map = conclusions.map();
    let mut sentences = Vec::new();
    for word in &selection.resources {
        if map.find(word).is_empty() {
            let near = match map.near_misses(word, PROPOSED) {
                near if near.is_empty() => "nothing is like it".to_owned(),
                near => format!("near are {}", near.join(", ")),
            };
            sentences.push(format!("No resource is known as `{word}`; {near}."));
        }
    }
    let owners = conclusions.resources.iter();
    let owners = owners.filter_map(|row| row.service.as_deref());
    let services: BTreeSet<&str> = map.services().into_iter().chain(owners).collect();
    for word in &selection.services {
        if !services.iter().any(|name| name.eq_ignore_ascii_case(word)) {
            let known: Vec<&str> = services.iter().copied().collect();
            let there = match known.len() {
                0 => "no service is known".to_owned(),
                _ => format!("there are {}", known.join(", ")),
            };
            sentences.push(format!("Nothing is of service `{word}`; {there}."));
        }
    }
    sentences
}

fn inputs(explanation: &Explanation, selection: Selection) -> Inputs {
    let skipped = explanation.skipped.iter().map(|skipped| SkippedFile {
        uri: skipped.uri.clone(),
        reason: skipped.reason.clone(),
    });
    Inputs {
        files: explanation.inputs.iter().map(file).collect(),
        skipped: skipped.collect(),
        selection,
        ..Inputs::default()
    }
}

fn file(input: &InputSummary) -> InputFile {
    let mut wrappings: Vec<WrappingCount> = input
        .compression
        .iter()
        .map(|name| WrappingCount {
            name: name.clone(),
            count: 1,
        })
        .collect();
    wrappings.extend(input.wrappings.iter().map(|(name, count)| WrappingCount {
        name: name.clone(),
        count: *count,
    }));
    InputFile {
        uri: input.uri.clone(),
        formats: input
            .formats
            .iter()
            .map(|(name, rows)| FormatCount {
                name: name.clone(),
                rows: *rows,
            })
            .collect(),
        wrappings,
        rows: input.rows,
        changes: input.changes,
        resources: input.resources,
        rejects: input.rejects,
        repaired: input.repaired_blocks,
        untimed: input.untimed_rows,
        stored_bytes: input.stored_bytes,
        bytes: input.bytes,
        first: input.first,
        last: input.last,
        providers: input.providers.keys().cloned().collect(),
    }
}
