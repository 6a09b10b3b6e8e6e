//! What the engine read, in the words of the report.

use nepho::{Conclusions, Explanation, InputSummary, TimeRange};
use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeOutcome};
use nepho_report::{
    ChangeSelection, FormatCount, InputFile, Inputs, LeftOutRows, Report, Selection, SkippedFile,
    Timeline, TimelineSource, WrappingCount,
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
        explanation.rejects_by_reason,
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
        rejects: explanation.rejects_by_reason,
    };
    let lie = lie(&source.changes);
    let strange = strange(&selection.resources, &source.changes);
    let mut timeline = Timeline::build(source, selection);
    if timeline.entries.is_empty() {
        let more = near(&strange, &conclusions);
        let more = more.into_iter().map(|sentence| format!("{sentence}."));
        let has_range = timeline.selection.since.is_some() || timeline.selection.until.is_some();
        let lie = lie.filter(|_| has_range);
        timeline.summary.extend(lie.into_iter().chain(more));
    }
    timeline
}

/// Between which times changes lie.
fn lie(changes: &[Change]) -> Option<String> {
    let done = changes
        .iter()
        .filter(|change| change.outcome != ChangeOutcome::Planned);
    let times: Vec<Timestamp> = done
        .filter_map(|change| change.time.or(change.started))
        .collect();
    let (first, last) = (times.iter().min()?, times.iter().max()?);
    Some(match times.len() {
        1 => format!("The only change of the input was at {first}."),
        count => format!("The {count} changes of the input lie between {first} and {last}."),
    })
}

/// What to say of the words for resources that stand for nothing, without a full stop.
pub(crate) fn unknown(words: &[String], conclusions: &Conclusions) -> Vec<String> {
    near(&strange(words, &conclusions.changes), conclusions)
}

/// Words that are no addresses of changes: what is gone, or has moved, is in no map.
fn strange(words: &[String], changes: &[Change]) -> Vec<String> {
    let is_address = |word: &String| {
        changes
            .iter()
            .flat_map(|change| [Some(&change.address), change.previous_address.as_ref()])
            .any(|address| address == Some(word))
    };
    words
        .iter()
        .filter(|word| !is_address(word))
        .cloned()
        .collect()
}

fn near(words: &[String], conclusions: &Conclusions) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    let map = conclusions.map();
    let mut sentences = Vec::new();
    for word in words {
        if map.find(word).is_empty() {
            let near = match map.near_misses(word, PROPOSED) {
                near if near.is_empty() => "nothing is like it".to_owned(),
                near => format!("near are {}", near.join(", ")),
            };
            sentences.push(format!("No resource is known as `{word}`; {near}"));
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
        left_out: LeftOutRows {
            rows: input.left_out.rows,
            first: input.left_out.first,
            last: input.left_out.last,
        },
        stored_bytes: input.stored_bytes,
        bytes: input.bytes,
        first: input.first,
        last: input.last,
        providers: input.providers.keys().cloned().collect(),
    }
}
