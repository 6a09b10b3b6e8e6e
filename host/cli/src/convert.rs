//! What the engine read, in the words of the report.

use nepho::{Explanation, InputSummary, TimeRange};
use nepho_report::{FormatCount, InputFile, Inputs, Report, Selection, SkippedFile, WrappingCount};

/// Report of a run.
pub(crate) fn report(explanation: Explanation, range: TimeRange, services: &[String]) -> Report {
    let inputs = Inputs {
        files: explanation.inputs.iter().map(file).collect(),
        skipped: explanation
            .skipped
            .into_iter()
            .map(|skipped| SkippedFile {
                uri: skipped.uri,
                reason: skipped.reason,
            })
            .collect(),
        selection: Selection {
            since: range.since,
            until: range.until,
            services: services.to_vec(),
        },
        ..Inputs::default()
    };
    Report::build(
        inputs,
        explanation.conclusions.findings,
        explanation.conclusions.changes,
        explanation.rejects,
    )
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
