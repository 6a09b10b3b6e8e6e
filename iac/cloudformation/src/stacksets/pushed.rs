//! Events that the service sends about stack sets, through EventBridge.
//!
//! docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide, `event-detail-stackset-status-change`,
//! `event-detail-stackset-operation-status-change` and
//! `event-detail-stackset-stack-instance-status-change`, read 2026-11-29.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::feed::{Document, FeedOutput};
use nepho_core::key::canonical;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation};
use nepho_iac_common::head::has_key;

use super::{Member, STACK_SET, address, id_of, name_of, operation, set_row};
use crate::document::Item;
use crate::reason::{error_code, redact, request_id};
use crate::stack::Place;
use crate::wire::{Bridged, STACK};

/// An event: what it is about, when, and what it says.
struct Event {
    set: String,
    // Of an operation its id, of a stack that of the stack.
    subject: String,
    action: String,
    status: String,
    reason: Option<String>,
    time: Option<Timestamp>,
    line: u64,
}

/// Events of one document.
#[derive(Default)]
pub(crate) struct Pushed {
    sets: Vec<Event>,
    operations: Vec<Event>,
    stacks: Vec<Event>,
}

/// All that events tell of an operation.
struct Operation<'a> {
    first: &'a Event,
    last: &'a Event,
}

impl Pushed {
    /// Takes an event about a stack set in; `None` for any other item.
    pub(crate) fn read(&mut self, item: &Item<'_>) -> Option<Result<(), String>> {
        if !has_key(item.text, "detail-type") || !has_key(item.text, "stack-set-arn") {
            return None;
        }
        let event: Bridged = serde_json::from_str(item.text).ok()?;
        let time = event.time();
        let kind = event.kind.as_deref().filter(|_| event.is_own())?;
        let (list, is_stack, subject) = match kind {
            "CloudFormation StackSet Status Change" => (&mut self.sets, false, Some(String::new())),
            "CloudFormation StackSet Operation Status Change" => (
                &mut self.operations,
                false,
                event.detail.stack_set_operation_id,
            ),
            "CloudFormation StackSet StackInstance Status Change" => {
                (&mut self.stacks, true, event.detail.stack_id)
            }
            _ => return None,
        };
        let details = event.detail.status_details.unwrap_or_default();
        let status = match is_stack {
            true => details.detailed_status,
            false => details.status,
        };
        let (Some(set), Some(subject), Some(status)) =
            (event.detail.stack_set_arn, subject, status)
        else {
            return Some(Err(
                "the event does not say of what stack set and with what status it is".to_owned(),
            ));
        };
        list.push(Event {
            set,
            subject,
            action: event.detail.action.unwrap_or_default(),
            status,
            reason: details.status_reason,
            time,
            line: item.line,
        });
        Some(Ok(()))
    }

    /// Gives runs, changes and resources.
    pub(crate) fn tell(mut self, document: &Document<'_>, out: &mut FeedOutput) {
        for list in [&mut self.sets, &mut self.operations, &mut self.stacks] {
            list.sort_by_key(|event| (event.time, event.line));
        }
        let mut operations: BTreeMap<(&str, &str), Operation<'_>> = BTreeMap::new();
        for event in &self.operations {
            let key = (event.set.as_str(), event.subject.as_str());
            let first = Operation {
                first: event,
                last: event,
            };
            operations.entry(key).or_insert(first).last = event;
        }
        let mut changes = self.changes(&operations, document, out);
        for ((set, id), operation) in &operations {
            let own: Vec<usize> = (0..changes.len())
                .filter(|place| {
                    let change = changes.get(*place);
                    change.is_some_and(|change| change.run == *id && change.scope == name_of(set))
                })
                .collect();
            let rows: Vec<&Change> = own.iter().filter_map(|place| changes.get(*place)).collect();
            out.runs.push(operation.run(&rows, document));
        }
        changes.extend(
            self.sets
                .iter()
                .filter_map(|event| deleted(event, document)),
        );
        out.changes.extend(changes);
        self.tell_sets(document, out);
    }

    fn tell_sets(&self, document: &Document<'_>, out: &mut FeedOutput) {
        let mut sets: BTreeMap<&str, &Event> = BTreeMap::new();
        for event in self.sets.iter().chain(&self.operations).chain(&self.stacks) {
            sets.entry(&event.set).or_insert(event);
        }
        for (set, event) in sets {
            let is_gone = |event: &&Event| event.set == set && event.status == "DELETED";
            let mut row = set_row(set, document, event.line);
            row.valid_to = self.sets.iter().find(is_gone).and_then(|event| event.time);
            out.resources.push(row);
        }
    }

    /// One change per stack and operation: from its first event to the one that ends it.
    fn changes(
        &self,
        operations: &BTreeMap<(&str, &str), Operation<'_>>,
        document: &Document<'_>,
        out: &mut FeedOutput,
    ) -> Vec<Change> {
        let mut by_stack: BTreeMap<(&str, &str), Vec<&Event>> = BTreeMap::new();
        for event in &self.stacks {
            let key = (event.set.as_str(), event.subject.as_str());
            by_stack.entry(key).or_default().push(event);
        }
        let mut changes = Vec::new();
        for ((set, stack), events) in by_stack {
            let mut first: Option<&Event> = None;
            let mut gone = None;
            for (place, event) in events.iter().enumerate() {
                let begin = *first.get_or_insert(event);
                let outcome = operation::outcome(&event.status);
                let is_last = place + 1 == events.len();
                let is_over = outcome.is_some_and(|outcome| outcome != ChangeOutcome::Unknown);
                if !is_over && !is_last {
                    continue;
                }
                first = None;
                let run = run_of(operations, set, begin, event);
                let change =
                    outcome.and_then(|outcome| change(begin, event, outcome, run, document));
                gone = change
                    .as_ref()
                    .filter(|change| change.action == ChangeAction::Delete)
                    .filter(|change| change.outcome == ChangeOutcome::Applied)
                    .and_then(|change| change.time);
                changes.extend(change);
            }
            let member = Member {
                set,
                stack,
                valid_to: gone,
                line: events.first().map_or(0, |event| event.line),
            };
            member.tell(document, out);
        }
        changes
    }
}

impl Operation<'_> {
    fn run(&self, changes: &[&Change], document: &Document<'_>) -> Run {
        let is_over = matches!(
            self.last.status.as_str(),
            "SUCCEEDED" | "FAILED" | "STOPPED"
        );
        // Events do not say what the operation is for; those of its stacks do.
        let deletes = changes
            .first()
            .is_some_and(|first| first.action == ChangeAction::Delete);
        Run {
            id: self.last.subject.clone(),
            tool: "cloudformation".to_owned(),
            scope: name_of(&self.last.set).to_owned(),
            operation: match deletes {
                true => RunOperation::Destroy,
                false => RunOperation::Apply,
            },
            status: operation::status(&self.last.status, 0, changes),
            started: self
                .first
                .time
                .filter(|_| self.first.status != self.last.status),
            ended: self.last.time.filter(|_| is_over),
            uri: document.uri.to_owned(),
            line: self.first.line,
            ..Run::default()
        }
    }

    fn holds(&self, time: Option<Timestamp>) -> bool {
        let is_open = matches!(self.last.status.as_str(), "RUNNING" | "STOPPING" | "QUEUED");
        time.is_some_and(|time| {
            self.first.time.is_some_and(|first| first <= time)
                && (is_open || self.last.time.is_some_and(|last| time <= last))
        })
    }
}

/// The operation that was under way when a stack was changed, where it is the only one of its set;
/// else a run of its own. Events of stacks name no operation.
fn run_of(
    operations: &BTreeMap<(&str, &str), Operation<'_>>,
    set: &str,
    begin: &Event,
    end: &Event,
) -> String {
    let mut held = operations.iter().filter(|((own, _), operation)| {
        *own == set && (operation.holds(begin.time) || operation.holds(end.time))
    });
    match (held.next(), held.next()) {
        (Some(((_, id), _)), None) => (*id).to_owned(),
        _ => {
            let time = begin.time.map(|time| time.to_string()).unwrap_or_default();
            format!("stackset-{time}")
        }
    }
}

fn change(
    begin: &Event,
    end: &Event,
    outcome: ChangeOutcome,
    run: String,
    document: &Document<'_>,
) -> Option<Change> {
    let place = Place::of(&end.subject);
    let reason = end.reason.as_deref();
    Some(Change {
        id: format!("cloudformation:{}:{run}:{}", id_of(&end.set), end.subject),
        time: end.time.filter(|_| outcome != ChangeOutcome::Unknown),
        started: begin.time,
        tool: "cloudformation".to_owned(),
        scope: name_of(&end.set).to_owned(),
        run,
        action: operation::action(&end.action, false)?,
        outcome,
        address: address(place.account.as_deref(), place.region.as_deref())
            .unwrap_or_else(|| end.subject.clone()),
        resource: Some(canonical(&end.subject)),
        resource_type: STACK.to_owned(),
        error_code: reason.and_then(error_code),
        request_id: reason.and_then(request_id),
        reason: reason.map(|reason| redact(reason, &[])),
        uri: document.uri.to_owned(),
        line: end.line,
        ..Change::default()
    })
}

/// The end of a set. That one is active tells of no change: it may have been so before.
fn deleted(event: &Event, document: &Document<'_>) -> Option<Change> {
    (event.status == "DELETED").then(|| Change {
        id: format!("cloudformation:{}:deleted", id_of(&event.set)),
        time: event.time,
        tool: "cloudformation".to_owned(),
        scope: name_of(&event.set).to_owned(),
        run: format!("delete-{}", id_of(&event.set)),
        action: ChangeAction::Delete,
        outcome: ChangeOutcome::Applied,
        address: name_of(&event.set).to_owned(),
        resource: Some(canonical(&event.set)),
        resource_type: STACK_SET.to_owned(),
        uri: document.uri.to_owned(),
        line: event.line,
        ..Change::default()
    })
}
