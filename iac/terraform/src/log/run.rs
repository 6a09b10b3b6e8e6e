//! Folds the messages of a run into what is known of each resource.

use std::borrow::Cow;
use std::collections::HashMap;

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RunOperation};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::message::{Diagnostic, Hook, Message, Planned, Summary};
use super::progress::{Progress, Step};
use super::reason::{error_code, redact, request_id};
use crate::place::describe;
use crate::{address, import};

/// A run as far as its messages have been read.
#[derive(Default)]
pub(super) struct Run<'a> {
    pub uri: &'a str,
    pub scope: &'a str,
    pub tool: &'static str,
    /// Time of the first and the last message with one.
    pub started: Option<Timestamp>,
    pub latest: Option<Timestamp>,
    /// Line of the first message.
    pub line: u64,
    /// When the summary of the apply came: it comes only after success.
    pub applied: Option<(Option<Timestamp>, u64)>,
    /// What the summaries say that was done.
    pub operation: Option<RunOperation>,
    /// Whether anything was applied; if not, the log is one of a plan or a refresh.
    pub is_apply: bool,
    /// Whether a plan was told.
    pub is_plan: bool,
    /// Whether the run reported an error.
    pub is_failed: bool,
    /// Whether somebody stopped it.
    pub is_interrupted: bool,
    pub resources: Vec<Progress>,
    by_address: HashMap<String, usize>,
    /// Ids that a refresh told, for resources whose change names none.
    pub ids: HashMap<String, String>,
    /// Resources that were found other than declared: address and type, what was found, the line.
    pub drifts: Vec<Drift>,
    /// Errors whose resource is not known when they come, or that name none.
    pub errors: Vec<Failure>,
    /// How many steps have ended.
    pub ended_steps: usize,
}

/// A resource that was found other than declared.
pub(super) struct Drift {
    pub address: String,
    pub resource_type: String,
    pub is_gone: bool,
    pub time: Option<Timestamp>,
    pub line: u64,
}

/// An error of a run.
pub(super) struct Failure {
    pub address: Option<String>,
    pub summary: String,
    pub error_code: Option<String>,
    pub request_id: Option<String>,
}

impl<'a> Run<'a> {
    pub(super) fn new(uri: &'a str, scope: &'a str) -> Self {
        Self {
            uri,
            scope,
            tool: "terraform",
            ..Self::default()
        }
    }

    /// Whether no message was taken note of.
    pub(super) fn is_empty(&self) -> bool {
        self.line == 0
    }

    /// Takes note of a message. A message `version` after others begins a new run in the same log.
    ///
    /// # Errors
    /// What is wrong with a message that has another shape than its type says.
    pub(super) fn take(&mut self, message: &Message<'_>, line: u64, out: &mut FeedOutput) -> Noted {
        let kind = message.kind.as_deref().unwrap_or("");
        if kind == "version" && self.line > 0 {
            std::mem::replace(self, Self::new(self.uri, self.scope)).finish(out);
        }
        let time = message
            .timestamp
            .as_deref()
            .and_then(Timestamp::parse_rfc3339);
        self.started = self.started.or(time);
        self.latest = time.or(self.latest);
        self.line = if self.line == 0 { line } else { self.line };
        if message.module.as_deref() == Some("tofu.ui") || message.tofu.is_some() {
            self.tool = "opentofu";
        }
        match kind {
            "planned_change" => self.plan(message.change, line),
            "apply_start" | "apply_complete" | "apply_errored" => {
                self.apply(kind, message.hook, time, line)
            }
            "action_start" | "action_complete" | "action_errored" => {
                self.act(kind, message.hook, time, line)
            }
            "planned_action_invocation" => self.plan_action(message.invocation, line),
            "provision_errored" => self.fail_provisioner(message.hook, line),
            "resource_drift" => self.drift(message.change, time, line),
            "log" => {
                self.is_interrupted |= is_interruption(message.text);
                Ok(())
            }
            "refresh_start" | "refresh_complete" => self.refresh(message.hook),
            "change_summary" => self.summarize(message.changes, time, line),
            "diagnostic" => self.diagnose(message.diagnostic),
            _ => Ok(()),
        }
    }

    fn plan(&mut self, change: Option<&RawValue>, line: u64) -> Noted {
        let planned: Planned<'_> = parse(change)?;
        self.is_plan = true;
        let action = match planned.action.as_ref() {
            "noop" if planned.importing.is_some() => Some(ChangeAction::Import),
            word => action(word),
        };
        let Some(action) = action.filter(|_| !address::is_data(&planned.resource.addr)) else {
            return Ok(());
        };
        let previous = planned.previous_resource.map(|previous| previous.addr);
        let previous = previous.filter(|previous| *previous != planned.resource.addr);
        let moved = previous
            .as_ref()
            .map(|previous| format!("moved from {previous}"));
        let imported = import::id(planned.importing);
        let importing = planned
            .importing
            .filter(|_| action != ChangeAction::Import)
            .map(|_| "importing".to_owned());
        let reasons = [
            planned.reason.as_deref().map(str::to_owned),
            moved,
            importing,
        ];
        let reasons: Vec<String> = reasons.into_iter().flatten().collect();
        let progress = self.progress(
            &planned.resource.addr,
            planned.resource.resource_type.as_deref(),
        );
        progress.planned = Some(action);
        progress.imported = imported;
        progress.previous_address = previous.map(Cow::into_owned);
        progress.reason = (!reasons.is_empty()).then(|| reasons.join(", "));
        progress.line = line;
        Ok(())
    }

    fn apply(
        &mut self,
        kind: &str,
        hook: Option<&RawValue>,
        time: Option<Timestamp>,
        line: u64,
    ) -> Noted {
        let hook: Hook<'_> = parse(hook)?;
        let Some(action) = hook.action.as_deref().and_then(action) else {
            return Ok(());
        };
        self.is_apply = true;
        let rank = self.ended_steps;
        self.ended_steps += usize::from(kind != "apply_start");
        let progress = self.progress(&hook.resource.addr, hook.resource.resource_type.as_deref());
        progress.line = line;
        // What is deleted last of a replacement is the old one: the id of the new one counts.
        let is_new = progress.id.is_some()
            && progress
                .steps
                .iter()
                .any(|step| step.action == ChangeAction::Create);
        let is_old = action == ChangeAction::Delete && is_new;
        if let Some(id) = hook.id_value.filter(|id| !id.is_empty() && !is_old) {
            progress.id = Some(id.into_owned());
        }
        if kind == "apply_start" {
            progress.steps.push(Step {
                action,
                started: time,
                ended: None,
                is_success: None,
                rank: usize::MAX,
            });
            return Ok(());
        }
        let is_success = Some(kind == "apply_complete");
        let mut open = progress.steps.iter_mut().rev();
        if let Some(step) = open.find(|step| step.action == action && step.is_success.is_none()) {
            step.ended = time;
            step.is_success = is_success;
            step.rank = rank;
            return Ok(());
        }
        // The beginning is missing from the log, but the message says how long it took.
        let nanos = hook
            .elapsed_seconds
            .filter(|seconds| (0.0..1e9).contains(seconds))
            .map(|seconds| seconds * 1e9);
        #[expect(clippy::cast_possible_truncation, reason = "less than 1e18")]
        let started = time
            .zip(nanos)
            .map(|(time, nanos)| time.plus(-(nanos as i64)));
        progress.steps.push(Step {
            action,
            started,
            ended: time,
            is_success,
            rank,
        });
        Ok(())
    }

    /// What a provisioner failed on exists, and Terraform holds it for broken.
    fn fail_provisioner(&mut self, hook: Option<&RawValue>, line: u64) -> Noted {
        let hook: Hook<'_> = parse(hook)?;
        self.is_apply = true;
        let progress = self.progress(&hook.resource.addr, hook.resource.resource_type.as_deref());
        progress.is_provisioner_failed = true;
        progress.line = line;
        Ok(())
    }

    fn drift(&mut self, change: Option<&RawValue>, time: Option<Timestamp>, line: u64) -> Noted {
        let found: Planned<'_> = parse(change)?;
        // A move that is found is no difference to what the cloud has.
        let is_gone = match found.action.as_ref() {
            "update" => false,
            "delete" => true,
            _ => return Ok(()),
        };
        if !address::is_data(&found.resource.addr) {
            let kind = found.resource.resource_type.as_deref();
            self.drifts.push(Drift {
                resource_type: kind.map_or_else(
                    || address::resource_type(&found.resource.addr),
                    str::to_owned,
                ),
                address: found.resource.addr.into_owned(),
                is_gone,
                time,
                line,
            });
        }
        Ok(())
    }

    fn refresh(&mut self, hook: Option<&RawValue>) -> Noted {
        let hook: Hook<'_> = parse(hook)?;
        if let Some(id) = hook.id_value {
            self.ids
                .insert(hook.resource.addr.into_owned(), id.into_owned());
        }
        Ok(())
    }

    fn summarize(
        &mut self,
        changes: Option<&RawValue>,
        time: Option<Timestamp>,
        line: u64,
    ) -> Noted {
        let summary: Summary<'_> = parse(changes)?;
        match summary.operation.as_deref() {
            Some("apply") => self.operation = Some(RunOperation::Apply),
            Some("destroy") => self.operation = Some(RunOperation::Destroy),
            _ => {
                self.is_plan = true;
                return Ok(());
            }
        }
        self.is_apply = true;
        self.applied = Some((time, line));
        Ok(())
    }

    fn diagnose(&mut self, diagnostic: Option<&RawValue>) -> Noted {
        let diagnostic: Diagnostic<'_> = parse(diagnostic)?;
        if diagnostic.severity.as_deref() != Some("error") {
            return Ok(());
        }
        self.is_failed = true;
        let summary = diagnostic.summary.unwrap_or_default();
        let detail = diagnostic.detail.unwrap_or_default();
        self.errors.push(Failure {
            address: diagnostic.address.map(Cow::into_owned),
            error_code: error_code(&summary).or_else(|| error_code(&detail)),
            request_id: request_id(&summary).or_else(|| request_id(&detail)),
            summary: redact(&summary),
        });
        Ok(())
    }

    pub(super) fn progress(&mut self, address: &str, resource_type: Option<&str>) -> &mut Progress {
        let position = *self
            .by_address
            .entry(address.to_owned())
            .or_insert(self.resources.len());
        if position == self.resources.len() {
            let resource_type =
                resource_type.map_or_else(|| address::resource_type(address), str::to_owned);
            self.resources.push(Progress {
                address: address.to_owned(),
                resource_type,
                ..Progress::default()
            });
        }
        &mut self.resources[position]
    }

    /// Position of the resource at an address, or of the action there that failed.
    pub(super) fn position(&self, address: &str) -> Option<usize> {
        let is_failed = |progress: &Progress| {
            progress.address == address && progress.outcome() == Some(ChangeOutcome::Failed)
        };
        let position = self.by_address.get(address).copied();
        position.or_else(|| self.resources.iter().position(is_failed))
    }
}

/// Whether a message of the log tells that somebody stopped the run.
fn is_interruption(text: Option<&RawValue>) -> bool {
    let text = text.map_or("", RawValue::get).trim_start_matches('"');
    let marks = [
        "Interrupt received",
        "Two interrupts received",
        "Stopping operation",
        "Apply cancelled",
        "Destroy cancelled",
    ];
    marks
        .iter()
        .any(|mark| text.trim_start_matches("\\n").starts_with(mark))
}

/// Whether a message was understood.
pub(super) type Noted = Result<(), &'static str>;

pub(super) fn parse<'a, T: Deserialize<'a>>(part: Option<&'a RawValue>) -> Result<T, &'static str> {
    let part = part.ok_or("it lacks the field that its type promises")?;
    serde_json::from_str(part.get()).map_err(|error| describe(&error))
}

/// Action by its word; `None` for `noop`, `read` and what concerns ephemeral values.
fn action(word: &str) -> Option<ChangeAction> {
    Some(match word {
        "create" => ChangeAction::Create,
        "update" => ChangeAction::Update,
        "replace" => ChangeAction::Replace,
        "delete" => ChangeAction::Delete,
        "import" => ChangeAction::Import,
        "move" => ChangeAction::Move,
        "remove" | "forget" => ChangeAction::Forget,
        _ => return None,
    })
}
