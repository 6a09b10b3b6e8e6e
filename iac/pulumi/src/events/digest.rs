//! The digest of a preview: one object with all steps, as `pulumi preview --json` prints it.
//!
//! Source: `sdk/go/common/display/json.go` (`PreviewDigest`) of github.com/pulumi/pulumi, read
//! 2026-11-28. It tells no time, and nothing of it was done.

use std::collections::BTreeMap;

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{Run, RunOperation, RunStatus};
use nepho_iac_common::head::has_key;
use nepho_iac_common::place::Places;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::fold::fold;
use super::run::{self, End, Step};
use super::wire::{Metadata, ResourceState};
use super::{EVENTS, by_urn};
use crate::urn::Urn;

/// Outermost fields. The configuration is skipped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Digest<'a> {
    #[serde(borrow)]
    steps: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    diagnostics: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Diagnostic {
    #[serde(default)]
    severity: String,
}

/// A step that the engine would take.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Planned<'a> {
    op: String,
    urn: String,
    #[serde(borrow)]
    old_state: Option<ResourceState<'a>>,
    #[serde(borrow)]
    new_state: Option<ResourceState<'a>>,
    diff_reasons: Option<Vec<String>>,
    detailed_diff: Option<BTreeMap<String, IgnoredAny>>,
}

impl<'a> Planned<'a> {
    /// As a step that was done.
    fn step(self, line: u64) -> Step<'a> {
        let kind = Urn::parse(&self.urn).map_or("", |urn| urn.kind).to_owned();
        let metadata = Metadata {
            op: self.op,
            urn: self.urn,
            kind,
            old: self.old_state,
            new: self.new_state,
            keys: None,
            diffs: self.diff_reasons,
            detailed_diff: self.detailed_diff,
        };
        Step {
            is_custom: metadata.is_custom(),
            is_partial: false,
            begun_as: metadata.op.clone(),
            // Nothing of a digest is quoted.
            values: Vec::new(),
            metadata,
            end: End::Done,
            started: None,
            ended: None,
            line,
        }
    }
}

/// Whether a document with this beginning is a digest. Events have some of its words.
pub(super) fn is_digest(head: &str) -> bool {
    if EVENTS.iter().any(|event| has_key(head, event)) {
        return false;
    }
    let has_steps = has_key(head, "steps") && has_key(head, "op") && has_key(head, "urn");
    let is_empty = has_key(head, "changeSummary") && has_key(head, "duration");
    (has_steps && head.contains("\"urn:pulumi:")) || is_empty
}

/// Adds the run that a digest is of. A preview changes nothing: what it would change is counted.
/// Gives whether `text` is a digest.
pub(super) fn read(text: &str, places: &Places<'_>, uri: &str, out: &mut FeedOutput) -> bool {
    let Ok(digest) = serde_json::from_str::<Digest<'_>>(text) else {
        return false;
    };
    let mut run = run::Run::default();
    for part in digest.steps.into_iter().flatten() {
        match serde_json::from_str::<Planned<'_>>(part.get()) {
            Ok(planned) => run.steps.push(planned.step(places.line_of(part.get()))),
            // The words of the parser are not used, for they quote values.
            Err(_) => out.rejects.push(places.reject_part(
                part.get(),
                "the step has a field of another type than expected",
            )),
        }
    }
    let mut scopes = run.steps.iter();
    let scope = scopes.find_map(|step| Some(Urn::parse(&step.metadata.urn)?.scope()));
    let Some(scope) = scope else {
        return true;
    };
    let is_error = |part: &&RawValue| {
        let diagnostic = serde_json::from_str::<Diagnostic>(part.get());
        diagnostic.is_ok_and(|diagnostic| diagnostic.severity == "error")
    };
    let is_failed = digest.diagnostics.iter().flatten().any(is_error);
    out.runs.push(Run {
        id: format!("{scope}@{uri}"),
        tool: "pulumi".to_owned(),
        scope,
        operation: RunOperation::Plan,
        status: match is_failed {
            true => RunStatus::Failed,
            false => RunStatus::Succeeded,
        },
        message: Some(counts(&run)),
        uri: uri.to_owned(),
        line: places.line_of(text),
        ..Run::default()
    });
    true
}

/// How many resources the run would change, and how: `would create 1, update 2`.
fn counts(run: &run::Run<'_>) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, steps) in by_urn(run) {
        for folded in fold(&steps) {
            // Groups, stacks and providers are no resources of a cloud.
            if folded.main.is_custom && !folded.main.metadata.kind.starts_with("pulumi:") {
                *counts.entry(folded.action.as_str()).or_default() += 1;
            }
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(action, count)| format!("{action} {count}"))
        .collect();
    match counts.is_empty() {
        true => "would change nothing".to_owned(),
        false => format!("would {}", counts.join(", ")),
    }
}
