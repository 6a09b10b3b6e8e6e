//! What a run that was read to its end has done: its changes, and the run itself.

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::findings::WriteClass;
use nepho_core::tables::{self, Change, ChangeAction, ChangeOutcome, RunOperation, RunStatus};

use super::progress::Progress;
use super::reason::is_consequence;
use super::run::{Drift, Run};
use crate::identity::{facets, keys};
use crate::{address, import, scope};

impl Run<'_> {
    /// Adds the run and its changes to `out`, in the order in which the log first names them.
    pub(super) fn finish(mut self, out: &mut FeedOutput) {
        if self.line == 0 {
            return;
        }
        self.share_errors();
        let run = match (scope::run_of_address(self.uri), self.started) {
            (Some(run), _) => run.to_owned(),
            (None, Some(time)) => time.to_string(),
            (None, None) => self.uri.to_owned(),
        };
        let root = self.root_failure();
        let is_partial = self.resources.iter().any(Progress::is_begun);
        for drift in std::mem::take(&mut self.drifts) {
            out.changes.push(self.drift_change(drift, &run));
        }
        self.share_ids();
        let mut told = Vec::new();
        for (position, progress) in std::mem::take(&mut self.resources).into_iter().enumerate() {
            let deleted = progress.only_deleted();
            let deleted = deleted.map(|step| (step.started, step.ended));
            if let Some(mut change) = self.change(progress, &run) {
                change.is_root_failure = root == Some(position);
                let half = deleted.filter(|_| change.outcome == ChangeOutcome::Failed);
                let half = half.map(|span| self.first_half(&change, &run, span));
                told.push(change);
                told.extend(half);
            }
        }
        out.runs.push(self.row(run, is_partial, &told));
        out.changes.extend(told);
    }

    /// Gives each error to the resource that it is of. One without an address is that of the
    /// resource only if there is no other it could be.
    fn share_errors(&mut self) {
        let mut unnamed = Vec::new();
        for error in std::mem::take(&mut self.errors) {
            let position = error.address.as_ref().map(|address| self.position(address));
            match position {
                Some(Some(position)) => {
                    if let Some(progress) = self.resources.get_mut(position) {
                        progress.error.get_or_insert(error.summary);
                        progress.request_id = progress.request_id.take().or(error.request_id);
                        progress.error_code = progress.error_code.take().or(error.error_code);
                    }
                }
                Some(None) => {}
                None => unnamed.push(error),
            }
        }
        let mut unexplained = self.resources.iter_mut().filter(|progress| {
            progress.outcome() == Some(ChangeOutcome::Failed) && progress.error.is_none()
        });
        if let (Some(progress), None) = (unexplained.next(), unexplained.next())
            && let Some(error) = unnamed.into_iter().next()
        {
            progress.error = Some(error.summary);
            progress.request_id = error.request_id;
            progress.error_code = error.error_code;
        }
    }

    /// Keeps the ids of what was made, for the actions that it triggers.
    fn share_ids(&mut self) {
        for progress in &self.resources {
            if let Some(id) = &progress.id {
                self.ids.insert(progress.address.clone(), id.clone());
            }
        }
    }

    /// Canonical id of the resource that triggers an action.
    fn triggered_by(&self, progress: &Progress) -> Option<String> {
        let trigger = progress.trigger.as_deref()?;
        let resource_type = address::resource_type(trigger);
        keys::from_id(&resource_type, self.ids.get(trigger)?)
    }

    /// The resource that failed first, and not because something else had.
    fn root_failure(&self) -> Option<usize> {
        let failed = self
            .resources
            .iter()
            .enumerate()
            .filter(|(_, progress)| progress.outcome() == Some(ChangeOutcome::Failed));
        let order = |progress: &Progress| {
            let is_consequence = progress.error.as_deref().is_some_and(is_consequence);
            let rank = progress.failure().map_or(usize::MAX, |step| step.rank);
            (is_consequence, rank)
        };
        failed
            .min_by_key(|(_, progress)| order(progress))
            .map(|(position, _)| position)
    }

    fn change(&self, progress: Progress, run: &str) -> Option<Change> {
        let action = progress.action()?;
        let mut time = progress.steps.iter().filter_map(|step| step.ended).max();
        let mut line = progress.line;
        let outcome = match (progress.outcome(), self.applied) {
            // The old one is gone, and an error elsewhere kept the new one from being made.
            (Some(ChangeOutcome::Unknown), _)
                if progress.is_half_done() && self.is_failed && progress.is_begun() =>
            {
                ChangeOutcome::Failed
            }
            (Some(outcome), _) => outcome,
            // Moves, imports and removals from the state happen without a message of their own.
            (None, Some((applied, at))) if is_silent(action) => {
                time = applied;
                line = at;
                ChangeOutcome::Applied
            }
            (None, _) => self.outcome_of_nothing(action),
        };
        if outcome == ChangeOutcome::Unknown {
            time = None;
        }
        let is_failed = outcome == ChangeOutcome::Failed;
        let id = progress
            .id
            .as_deref()
            .or_else(|| self.ids.get(&progress.address).map(String::as_str));
        let imported = progress.imported.as_deref().filter(|_| id.is_none());
        let parent = id
            .or(imported)
            .and_then(|id| facets::parent_of_id(&progress.resource_type, id));
        let parent = parent.map(|parent| parent.id);
        let parent = parent.or_else(|| self.triggered_by(&progress));
        let record = id.and_then(|id| keys::of_record(&progress.resource_type, id));
        let own = |id: &&str| !id.is_empty() && !facets::borrows_its_id(&progress.resource_type);
        let id = id
            .filter(own)
            .and_then(|id| keys::from_id(&progress.resource_type, id));
        let imported = imported
            .filter(own)
            .and_then(|id| import::key(&progress.resource_type, id));
        let name = progress.invocation.as_ref().unwrap_or(&progress.address);
        Some(Change {
            id: self.change_id(run, name, action),
            time,
            started: progress.steps.first().and_then(|step| step.started),
            tool: self.tool.to_owned(),
            scope: self.scope.to_owned(),
            run: run.to_owned(),
            action,
            outcome,
            resource: id.or(record).or(imported),
            parent,
            previous_address: progress.previous_address,
            resource_type: progress.resource_type,
            class: Some(WriteClass::Iac),
            reason: progress.error.filter(|_| is_failed).or(progress.reason),
            error_code: progress.error_code.filter(|_| is_failed),
            request_id: progress.request_id.filter(|_| is_failed),
            uri: self.uri.to_owned(),
            line,
            address: progress.address,
            ..Change::default()
        })
    }

    /// The deletion by a replacement that came no further: what was there does not exist any more.
    fn first_half(
        &self,
        whole: &Change,
        run: &str,
        (started, ended): (Option<Timestamp>, Option<Timestamp>),
    ) -> Change {
        Change {
            id: self.change_id(run, &whole.address, ChangeAction::Delete),
            time: ended,
            started,
            action: ChangeAction::Delete,
            outcome: ChangeOutcome::Applied,
            reason: Some("first half of a replacement that failed".to_owned()),
            error_code: None,
            request_id: None,
            is_root_failure: false,
            ..whole.clone()
        }
    }

    /// Outcome of what was planned and never begun.
    fn outcome_of_nothing(&self, action: ChangeAction) -> ChangeOutcome {
        if !self.is_apply {
            return ChangeOutcome::Planned;
        }
        match self.applied {
            // The state may have been written with it.
            _ if is_silent(action) => ChangeOutcome::Unknown,
            _ if self.is_failed || self.is_interrupted => ChangeOutcome::Cancelled,
            // The log ends before the run does.
            None => ChangeOutcome::Unknown,
            Some(_) => ChangeOutcome::Planned,
        }
    }

    fn drift_change(&self, drift: Drift, run: &str) -> Change {
        let id = self.ids.get(&drift.address).map(String::as_str);
        let id = id.filter(|_| !facets::borrows_its_id(&drift.resource_type));
        Change {
            id: self.change_id(run, &drift.address, ChangeAction::Drift),
            time: drift.time,
            tool: self.tool.to_owned(),
            scope: self.scope.to_owned(),
            run: run.to_owned(),
            action: ChangeAction::Drift,
            outcome: ChangeOutcome::Applied,
            resource: id.and_then(|id| keys::from_id(&drift.resource_type, id)),
            address: drift.address,
            resource_type: drift.resource_type,
            reason: drift.is_gone.then(|| "deleted".to_owned()),
            uri: self.uri.to_owned(),
            line: drift.line,
            ..Change::default()
        }
    }

    fn change_id(&self, run: &str, address: &str, action: ChangeAction) -> String {
        let (tool, scope) = (self.tool, self.scope);
        format!("{tool}:{scope}:{run}:{address}:{}", action.as_str())
    }

    /// The run itself. It is partial when the cloud has some of it and an error ended it.
    fn row(&self, id: String, is_begun: bool, changes: &[Change]) -> tables::Run {
        let operation = match self.operation {
            Some(operation) => operation,
            None if self.is_apply => RunOperation::Apply,
            None if self.is_plan || self.is_failed => RunOperation::Plan,
            None => RunOperation::Refresh,
        };
        let is_refused = |change: &Change| change.outcome == ChangeOutcome::Failed;
        let status = match (self.is_failed, self.applied.is_some()) {
            _ if self.is_interrupted => RunStatus::Canceled,
            (true, _) if self.is_apply && is_begun => RunStatus::Partial,
            (true, true) => RunStatus::Partial,
            (true, false) => RunStatus::Failed,
            (false, true) => RunStatus::Succeeded,
            (false, false) if !self.is_apply => RunStatus::Succeeded,
            // An error without a diagnostic: the log ends before it.
            (false, false) if changes.iter().any(is_refused) && is_begun => RunStatus::Partial,
            (false, false) if changes.iter().any(is_refused) => RunStatus::Failed,
            (false, false) => RunStatus::Unknown,
        };
        tables::Run {
            id,
            tool: self.tool.to_owned(),
            scope: self.scope.to_owned(),
            operation,
            status,
            started: self.started,
            ended: self.end(status),
            uri: self.uri.to_owned(),
            line: self.line,
            ..tables::Run::default()
        }
    }

    fn end(&self, status: RunStatus) -> Option<Timestamp> {
        self.latest.filter(|_| status != RunStatus::Unknown)
    }
}

/// Whether the action changes the state alone, so that no message tells of it.
fn is_silent(action: ChangeAction) -> bool {
    matches!(
        action,
        ChangeAction::Move | ChangeAction::Import | ChangeAction::Forget
    )
}
