//! Changes of one operation: one for each resource.

use std::collections::BTreeMap;

use nepho_core::feed::{Document, FeedOutput};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::event::StackEvent;
use super::failure::Failures;
use super::fold::{Folded, fold};
use super::operation::{Operation, Phase};
use super::roster::{self, Roster};
use super::{is_grouping, properties_of};
use crate::reason::{error_code, in_order, redact, request_id, without};

/// What is needed to tell the changes of an operation.
pub(super) struct Telling<'d, 'a, 'e> {
    /// The document that is read.
    pub(super) document: &'d Document<'d>,
    /// The operation.
    pub(super) operation: &'d Operation<'a, 'e>,
    /// Resources of all stacks.
    pub(super) roster: &'d Roster<'a, 'e>,
    /// Root failures of all operations.
    pub(super) failures: &'d Failures<'a, 'e>,
}

type Rows<'a, 'e> = Vec<(Phase, &'e StackEvent<'a>)>;

impl<'a, 'e> Telling<'_, 'a, 'e> {
    /// Adds the changes of the operation, in the order in which they began.
    pub(super) fn changes(&self, out: &mut FeedOutput) {
        if self.operation.is_preview {
            return;
        }
        let mut order: Vec<&str> = Vec::new();
        let mut resources: BTreeMap<&str, Rows<'a, 'e>> = BTreeMap::new();
        for (phase, event) in &self.operation.rows {
            if is_grouping(event) {
                // Of a stack as a whole only that is told which nothing in it explains.
                if self.failures.is_root(event) {
                    out.changes.push(self.failed_stack(event));
                }
                continue;
            }
            let rows = resources.entry(&event.logical).or_insert_with(|| {
                order.push(&event.logical);
                Vec::new()
            });
            rows.push((*phase, *event));
        }
        for logical in order {
            let Some(rows) = resources.get(logical) else {
                continue;
            };
            if let Some(folded) = fold(self.operation, rows) {
                out.changes.push(self.change(&folded, rows));
            }
        }
    }

    fn change(&self, folded: &Folded<'a, 'e>, rows: &Rows<'a, 'e>) -> Change {
        let events = || rows.iter().map(|(_, row)| *row);
        let is_root = events().any(|row| self.failures.is_root(row));
        let is_failed = folded.outcome == ChangeOutcome::Failed;
        let sensitive = sensitive(events());
        let failures = events().filter(|row| row.is_failure());
        let told = failures.filter_map(|row| Some(without(row.reason.as_deref()?, &sensitive)));
        let request = told.clone().find_map(|words| request_id(&words));
        let code = told.clone().find_map(|words| error_code(&words));
        Change {
            reason: reason_of(folded, events(), &sensitive),
            is_root_failure: is_root && is_failed,
            error_code: code.filter(|_| is_failed),
            request_id: request.filter(|_| is_failed),
            parent: self.roster.parent_of(folded.last),
            resource: roster::identity_of(folded.last, folded.physical)
                .map(|identity| identity.key),
            ..self.told(folded.action, folded.outcome, folded.first, folded.last)
        }
    }

    /// Change of a stack that failed as a whole.
    fn failed_stack(&self, event: &'e StackEvent<'a>) -> Change {
        let verb = self.operation.rows.iter().map(|(_, row)| row);
        let verb = verb
            .filter(|row| row.logical == event.logical)
            .map(|row| row.verb());
        let action = match verb.into_iter().find(|verb| *verb != "ROLLBACK") {
            Some("UPDATE") => ChangeAction::Update,
            Some("DELETE") => ChangeAction::Delete,
            Some("IMPORT") => ChangeAction::Import,
            _ => ChangeAction::Create,
        };
        let reason = event.reason.as_deref();
        Change {
            reason: reason.map(|reason| redact(reason, &[])),
            is_root_failure: true,
            error_code: reason.and_then(error_code),
            request_id: reason.and_then(request_id),
            resource: Some(event.physical.clone()).filter(|id| !id.is_empty()),
            ..self.told(action, ChangeOutcome::Failed, event, event)
        }
    }

    fn told(
        &self,
        action: ChangeAction,
        outcome: ChangeOutcome,
        first: &StackEvent<'_>,
        last: &StackEvent<'_>,
    ) -> Change {
        let (tool, run) = (self.operation.tool, &self.operation.run);
        let is_done = outcome != ChangeOutcome::Unknown;
        Change {
            id: format!("{tool}:{}:{run}:{}:{action}", last.stack_id, last.logical),
            time: last.time.filter(|_| is_done),
            started: first.time,
            tool: tool.to_owned(),
            scope: last.stack_name.clone(),
            run: run.clone(),
            action,
            outcome,
            address: last.logical.clone(),
            resource_type: last.kind.clone(),
            uri: self.document.uri.to_owned(),
            line: last.line,
            ..Change::default()
        }
    }
}

/// The reason that is kept: redacted, the words of a failed hook added.
fn reason_of<'a: 'e, 'e>(
    folded: &Folded<'a, 'e>,
    rows: impl Iterator<Item = &'e StackEvent<'a>>,
    sensitive: &[String],
) -> Option<String> {
    let mut text = folded.reason?.to_owned();
    for hook in rows.filter_map(|row| row.hook.as_ref()) {
        let explains = hook.status.is_failed() && text.contains(&hook.kind);
        if let (true, Some(reason)) = (explains, &hook.reason) {
            text = format!("{text}; {}: {reason}", hook.kind);
        }
    }
    Some(redact(&text, sensitive))
}

/// Values of the resource that no reason may quote, the longest first.
fn sensitive<'a: 'e, 'e>(rows: impl Iterator<Item = &'e StackEvent<'a>>) -> Vec<String> {
    let properties = rows.filter_map(properties_of);
    in_order(properties.flat_map(|found| found.sensitive()).collect())
}
