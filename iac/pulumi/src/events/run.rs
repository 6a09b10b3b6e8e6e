//! Gathers the events of one run into steps: work on one resource, from its beginning to its end.

use std::collections::{BTreeMap, HashMap};

use nepho_core::Timestamp;
use serde_json::value::RawValue;

use super::wire::{Diagnostic, EngineEvent, Metadata, PARTIAL_FAILURE, StepEvent, Summary};
use crate::reason::{configured, in_order, secrets};
use crate::urn::Urn;

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It was done.
    Done,
    /// It failed.
    Failed,
    /// The log does not tell.
    Open,
}

/// Work on one resource.
pub(super) struct Step<'a> {
    /// What is done, as the end of the step says, or its beginning where there is no end.
    pub(super) metadata: Metadata<'a>,
    /// Whether a provider makes the resource, as beginning or end tells it; the others are groups.
    pub(super) is_custom: bool,
    /// Whether the step failed, and what it made or changed is there all the same.
    pub(super) is_partial: bool,
    /// Operation that the step began with: a `refresh` may end as `update`.
    pub(super) begun_as: String,
    /// Properties that beginning and end tell: the end of one that failed may have no state.
    pub(super) values: Vec<&'a RawValue>,
    /// How it ended.
    pub(super) end: End,
    /// When it began.
    pub(super) started: Option<Timestamp>,
    /// When it ended.
    pub(super) ended: Option<Timestamp>,
    /// Line of the event that tells the most.
    pub(super) line: u64,
}

/// One run of the engine.
#[derive(Default)]
pub(super) struct Run<'a> {
    /// Steps in the order in which they began.
    pub(super) steps: Vec<Step<'a>>,
    /// Error messages by URN.
    pub(super) errors: BTreeMap<String, Vec<String>>,
    /// URN of the resource whose failure came first.
    pub(super) first_failure: Option<String>,
    /// Whether the log tells of an error, of a resource or of the run.
    pub(super) has_errors: bool,
    /// Whether something was only planned.
    pub(super) has_plans: bool,
    /// What the engine says of the run.
    pub(super) summary: Option<Summary>,
    /// The project with its stack.
    pub(super) scope: Option<String>,
    /// When it began.
    pub(super) started: Option<Timestamp>,
    /// When the last event was.
    pub(super) latest: Option<Timestamp>,
    /// When the log was written, of a run whose events tell no time.
    pub(super) written: Option<Timestamp>,
    /// The log that it stands in.
    uri: &'a str,
    /// Line on which it begins.
    pub(super) line: u64,
    is_over: bool,
    /// Places of the steps of each resource.
    places: HashMap<String, Vec<usize>>,
}

/// Runs of a log, in its order.
pub(super) struct Runs<'a> {
    /// The runs.
    pub(super) all: Vec<Run<'a>>,
    /// What tells the configuration of each.
    preludes: Vec<&'a RawValue>,
    uri: &'a str,
}

impl<'a> Runs<'a> {
    /// No runs yet, of the log `uri`.
    pub(super) fn of(uri: &'a str) -> Self {
        Self {
            all: Vec::new(),
            preludes: Vec::new(),
            uri,
        }
    }

    /// Values that no message of the log may quote, the longest first: what is marked as a secret,
    /// and the configuration. Looked for only where there are messages; `None` where any of it
    /// cannot be read.
    pub(super) fn secrets(&self) -> Option<Vec<String>> {
        if self.all.iter().all(|run| run.errors.is_empty()) {
            return Some(Vec::new());
        }
        let steps = self.all.iter().flat_map(|run| &run.steps);
        let marked = steps
            .flat_map(|step| &step.values)
            .map(|value| secrets(value));
        let told = self.preludes.iter().map(|prelude| configured(prelude));
        let all: Option<Vec<_>> = marked.chain(told).collect();
        Some(in_order(all?.into_iter().flatten().collect()))
    }

    /// Adds the event of this line.
    pub(super) fn add(&mut self, event: EngineEvent<'a>, line: u64) {
        let time = Some(event.timestamp)
            .filter(|seconds| *seconds > 0)
            .and_then(Timestamp::from_seconds);
        self.preludes.extend(event.prelude_event);
        let begins = event.prelude_event.is_some() || self.all.last().is_none_or(|run| run.is_over);
        if begins {
            self.all.push(Run {
                started: time,
                uri: self.uri,
                line,
                ..Run::default()
            });
        }
        let Some(run) = self.all.last_mut() else {
            return;
        };
        run.started = run.started.or(time);
        run.latest = run.latest.max(time);
        run.has_errors |= event.error_event.is_some();
        run.is_over |= event.cancel_event.is_some();
        if let Some(step) = event.resource_pre_event {
            run.begin(step, time, line);
        }
        if let Some(step) = event.res_outputs_event {
            run.end(step, End::Done, time, line);
        }
        if let Some(step) = event.res_op_failed_event {
            run.end(step, End::Failed, time, line);
        }
        if let Some(diagnostic) = event.diagnostic_event {
            run.note(diagnostic);
        }
        if let Some(summary) = event.summary_event {
            run.summary = Some(summary);
        }
    }
}

impl<'a> Run<'a> {
    /// Whether it only said what would be done.
    pub(super) fn is_preview(&self) -> bool {
        // Logs of old mark every step instead.
        let is_told = self.summary.as_ref().map(|summary| summary.is_preview);
        is_told == Some(true) || (self.has_plans && self.steps.is_empty())
    }

    /// What tells it from other runs of its stack: when it began, or else where it stands.
    pub(super) fn name(&self) -> String {
        match self.started {
            Some(started) => started.to_string(),
            None => format!("{}:{}", self.uri, self.line),
        }
    }

    /// Whether the log goes to the end of the run.
    pub(super) fn is_over(&self) -> bool {
        self.is_over || self.summary.is_some()
    }

    /// Whether the step is one that is done and not only planned.
    fn is_real(&mut self, step: &StepEvent<'a>) -> bool {
        if self.scope.is_none() {
            self.scope = Urn::parse(&step.metadata.urn).map(|urn| urn.scope());
        }
        self.has_plans |= step.planning;
        !step.planning
    }

    fn begin(&mut self, step: StepEvent<'a>, time: Option<Timestamp>, line: u64) {
        if !self.is_real(&step) {
            return;
        }
        let begun_as = step.metadata.op.clone();
        self.push(Step {
            is_custom: step.metadata.is_custom(),
            is_partial: false,
            values: step.metadata.values(),
            metadata: step.metadata,
            begun_as,
            end: End::Open,
            started: time,
            ended: None,
            line,
        });
    }

    fn end(&mut self, step: StepEvent<'a>, end: End, time: Option<Timestamp>, line: u64) {
        if !self.is_real(&step) {
            return;
        }
        let is_partial = step.status == PARTIAL_FAILURE && step.metadata.new.is_some();
        let is_partial = is_partial && end == End::Failed;
        let metadata = step.metadata;
        if end == End::Failed {
            self.has_errors = true;
            let urn = || metadata.urn.clone();
            self.first_failure = self.first_failure.take().or_else(|| Some(urn()));
        }
        let place = self.step_of(&metadata);
        match place.and_then(|place| self.steps.get_mut(place)) {
            Some(open) => {
                (open.end, open.ended, open.line) = (end, time, line);
                open.is_custom |= metadata.is_custom();
                open.is_partial = is_partial;
                open.values.extend(metadata.values());
                open.metadata = metadata;
            }
            None => {
                let begun_as = metadata.op.clone();
                self.push(Step {
                    is_custom: metadata.is_custom(),
                    is_partial,
                    values: metadata.values(),
                    metadata,
                    begun_as,
                    end,
                    started: None,
                    ended: time,
                    line,
                });
            }
        }
    }

    fn push(&mut self, step: Step<'a>) {
        let places = self.places.entry(step.metadata.urn.clone()).or_default();
        places.push(self.steps.len());
        self.steps.push(step);
    }

    /// The step that an event with this metadata ends.
    fn step_of(&self, metadata: &Metadata<'a>) -> Option<usize> {
        let places = self.places.get(&metadata.urn)?;
        let find = |begun_as: &str, is_open: bool| {
            places.iter().copied().find(|place| {
                let step = self.steps.get(*place);
                step.is_some_and(|step| {
                    step.begun_as == begun_as && (step.end == End::Open) == is_open
                })
            })
        };
        // The outcome of a refresh is told as what it found: `same`, `update` or `delete`. And a
        // program may tell the outputs of a resource once more.
        find(&metadata.op, true)
            .or_else(|| find("refresh", true))
            .or_else(|| find(&metadata.op, false))
    }

    fn note(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.severity == "error";
        self.has_errors |= is_error;
        let Some(urn) = diagnostic.urn.filter(|_| is_error) else {
            return;
        };
        let messages = self.errors.entry(urn).or_default();
        if !messages.contains(&diagnostic.message) {
            messages.push(diagnostic.message);
        }
    }
}
