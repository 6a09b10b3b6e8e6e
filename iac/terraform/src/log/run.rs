//! Folds the messages of a run into one change per resource.

use std::collections::HashMap;

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::message::{Diagnostic, Hook, Message, Planned, Summary};
use super::reason::redact;
use crate::address;
use crate::identity::{facets, keys};
use crate::place::describe;

/// A run as far as its messages have been read.
pub(super) struct Run<'a> {
    uri: &'a str,
    scope: &'a str,
    tool: &'static str,
    /// Time of the first message with one.
    started: Option<Timestamp>,
    /// When the summary of the apply came: it comes only after success.
    applied: Option<(Timestamp, u64)>,
    /// Whether anything was applied; if not, the log is one of a plan or a refresh.
    is_apply: bool,
    /// Whether the run reported an error.
    is_failed: bool,
    resources: Vec<Progress>,
    by_address: HashMap<String, usize>,
    /// Ids that a refresh told, for resources whose change names none.
    ids: HashMap<String, String>,
    /// Error that names no resource.
    error: Option<String>,
}

/// What is known of one resource.
#[derive(Default)]
struct Progress {
    address: String,
    resource_type: String,
    planned: Option<ChangeAction>,
    reason: Option<String>,
    /// Work that was begun, in the order of beginning.
    steps: Vec<Step>,
    id: Option<String>,
    error: Option<String>,
    line: u64,
}

/// One creation, update or deletion.
struct Step {
    action: ChangeAction,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    /// `None` while it is going on.
    is_success: Option<bool>,
}

impl<'a> Run<'a> {
    pub(super) fn new(uri: &'a str, scope: &'a str) -> Self {
        Self {
            uri,
            scope,
            tool: "terraform",
            started: None,
            applied: None,
            is_apply: false,
            is_failed: false,
            resources: Vec::new(),
            by_address: HashMap::new(),
            ids: HashMap::new(),
            error: None,
        }
    }

    /// Takes note of a message. A message `version` after others begins a new run in the same log.
    ///
    /// # Errors
    /// What is wrong with a message that has another shape than its type says.
    pub(super) fn take(&mut self, message: &Message<'_>, line: u64, out: &mut FeedOutput) -> Noted {
        let kind = message.kind.as_deref().unwrap_or("");
        if kind == "version" && !self.resources.is_empty() {
            std::mem::replace(self, Self::new(self.uri, self.scope)).finish(out);
        }
        let time = message
            .timestamp
            .as_deref()
            .and_then(Timestamp::parse_rfc3339);
        self.started = self.started.or(time);
        if message.module.as_deref() == Some("tofu.ui") || message.tofu.is_some() {
            self.tool = "opentofu";
        }
        match kind {
            "planned_change" => self.plan(message.change, line),
            "apply_start" | "apply_complete" | "apply_errored" => {
                self.apply(kind, message.hook, time, line)
            }
            "refresh_start" | "refresh_complete" => self.refresh(message.hook),
            "change_summary" => self.summarize(message.changes, time, line),
            "diagnostic" => self.diagnose(message.diagnostic),
            _ => Ok(()),
        }
    }

    fn plan(&mut self, change: Option<&RawValue>, line: u64) -> Noted {
        let planned: Planned<'_> = parse(change)?;
        let action = match planned.action.as_ref() {
            "noop" if planned.importing.is_some() => Some(ChangeAction::Import),
            word => action(word),
        };
        let Some(action) = action.filter(|_| !address::is_data(&planned.resource.addr)) else {
            return Ok(());
        };
        let moved = planned
            .previous_resource
            .map(|previous| format!("moved from {}", previous.addr));
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
        let progress = self.progress(&hook.resource.addr, hook.resource.resource_type.as_deref());
        progress.line = line;
        if let Some(id) = hook.id_value.filter(|id| !id.is_empty()) {
            progress.id = Some(id.into_owned());
        }
        if kind == "apply_start" {
            progress.steps.push(Step {
                action,
                started: time,
                ended: None,
                is_success: None,
            });
            return Ok(());
        }
        let is_success = Some(kind == "apply_complete");
        let mut open = progress.steps.iter_mut().rev();
        if let Some(step) = open.find(|step| step.action == action && step.is_success.is_none()) {
            step.ended = time;
            step.is_success = is_success;
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
        });
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
        if matches!(summary.operation.as_deref(), Some("apply" | "destroy")) {
            self.is_apply = true;
            self.applied = time.map(|time| (time, line));
        }
        Ok(())
    }

    fn diagnose(&mut self, diagnostic: Option<&RawValue>) -> Noted {
        let diagnostic: Diagnostic<'_> = parse(diagnostic)?;
        if diagnostic.severity.as_deref() != Some("error") {
            return Ok(());
        }
        self.is_failed = true;
        let Some(summary) = diagnostic.summary else {
            return Ok(());
        };
        let summary = redact(&summary);
        match diagnostic
            .address
            .as_deref()
            .and_then(|address| self.by_address.get(address))
        {
            Some(position) => {
                if let Some(progress) = self.resources.get_mut(*position) {
                    progress.error.get_or_insert(summary);
                }
            }
            None => {
                self.error.get_or_insert(summary);
            }
        }
        Ok(())
    }

    fn progress(&mut self, address: &str, resource_type: Option<&str>) -> &mut Progress {
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

    /// Adds the changes of the run to `out`, in the order in which the log first names them.
    pub(super) fn finish(mut self, out: &mut FeedOutput) {
        let failed = |progress: &&Progress| {
            progress.outcome() == Some(ChangeOutcome::Failed) && progress.error.is_none()
        };
        // An error without an address is that of the resource only if there is no other it could
        // be.
        let unexplained = self.resources.iter().filter(failed).count();
        let error = self.error.take().filter(|_| unexplained == 1);
        let run = self
            .started
            .map_or_else(|| self.uri.to_owned(), |time| time.to_string());
        for progress in std::mem::take(&mut self.resources) {
            out.changes
                .extend(self.change(progress, &run, error.as_deref()));
        }
    }

    fn change(&self, progress: Progress, run: &str, error: Option<&str>) -> Option<Change> {
        let action = progress.action()?;
        let mut time = progress.steps.iter().filter_map(|step| step.ended).max();
        let mut line = progress.line;
        let outcome = match (progress.outcome(), self.applied) {
            // The old one is gone, and an error elsewhere kept the new one from being made.
            (Some(ChangeOutcome::Unknown), _)
                if progress.is_half_done() && self.is_failed && time.is_some() =>
            {
                ChangeOutcome::Failed
            }
            (Some(outcome), _) => outcome,
            // Moves, imports and removals from the state happen without a message of their own.
            (None, Some((applied, at))) if is_silent(action) => {
                time = Some(applied);
                line = at;
                ChangeOutcome::Applied
            }
            (None, _) if self.is_apply && is_silent(action) => ChangeOutcome::Unknown,
            (None, _) => ChangeOutcome::Planned,
        };
        if outcome == ChangeOutcome::Unknown {
            time = None;
        }
        let is_failed = outcome == ChangeOutcome::Failed;
        let error = progress
            .error
            .or_else(|| error.map(str::to_owned))
            .filter(|_| is_failed);
        let id = progress
            .id
            .as_deref()
            .or_else(|| self.ids.get(&progress.address).map(String::as_str));
        let parent = id.and_then(|id| facets::parent_of_id(&progress.resource_type, id));
        let id = id.filter(|_| !facets::borrows_its_id(&progress.resource_type));
        Some(Change {
            id: format!(
                "{}:{}:{run}:{}:{}",
                self.tool,
                self.scope,
                progress.address,
                action.as_str()
            ),
            time,
            started: progress.steps.first().and_then(|step| step.started),
            tool: self.tool.to_owned(),
            scope: self.scope.to_owned(),
            run: run.to_owned(),
            action,
            outcome,
            resource: id.and_then(|id| keys::from_id(&progress.resource_type, id)),
            parent: parent.map(|parent| parent.id),
            address: progress.address,
            resource_type: progress.resource_type,
            actor: None,
            revision: None,
            attributes: Vec::new(),
            reason: error.or(progress.reason),
            uri: self.uri.to_owned(),
            line,
            ..Change::default()
        })
    }
}

impl Progress {
    /// What was done, or planned; deletion and creation of one resource are a replacement.
    fn action(&self) -> Option<ChangeAction> {
        let did = |action: ChangeAction| self.steps.iter().any(|step| step.action == action);
        let is_replaced =
            did(ChangeAction::Replace) || (did(ChangeAction::Delete) && did(ChangeAction::Create));
        if is_replaced || self.planned == Some(ChangeAction::Replace) {
            return Some(ChangeAction::Replace);
        }
        self.steps.last().map(|step| step.action).or(self.planned)
    }

    /// Whether only one half of a replacement was begun.
    fn is_half_done(&self) -> bool {
        let is_whole = |step: &Step| step.action == ChangeAction::Replace;
        self.planned == Some(ChangeAction::Replace)
            && self.steps.len() == 1
            && !self.steps.iter().any(is_whole)
    }

    /// How the work ended; `None` if none was begun.
    fn outcome(&self) -> Option<ChangeOutcome> {
        if self.steps.is_empty() {
            return None;
        }
        if self.steps.iter().any(|step| step.is_success == Some(false)) {
            return Some(ChangeOutcome::Failed);
        }
        let is_open =
            self.is_half_done() || self.steps.iter().any(|step| step.is_success.is_none());
        Some(if is_open {
            ChangeOutcome::Unknown
        } else {
            ChangeOutcome::Applied
        })
    }
}

/// Whether the action changes the state alone, so that no message tells of it.
fn is_silent(action: ChangeAction) -> bool {
    matches!(
        action,
        ChangeAction::Move | ChangeAction::Import | ChangeAction::Forget
    )
}

/// Whether a message was understood.
type Noted = Result<(), &'static str>;

fn parse<'a, T: Deserialize<'a>>(part: Option<&'a RawValue>) -> Result<T, &'static str> {
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
