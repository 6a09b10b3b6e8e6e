//! What the engine read, in the words of the report.

use nepho::{Explanation, InputSummary, TimeRange};
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

/// Timeline of what was asked for.
pub(crate) fn timeline(explanation: Explanation, selection: ChangeSelection) -> Timeline {
    let inputs = inputs(&explanation, Selection::default());
    let conclusions = explanation.conclusions;
    let source = TimelineSource {
        inputs,
        changes: conclusions.changes,
        runs: conclusions.runs,
        findings: conclusions.findings,
        resources: conclusions.resources,
        relations: conclusions.relations,
        rejects: explanation.rejects.into(),
    };
    Timeline::build(source, selection)
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
