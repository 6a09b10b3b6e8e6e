//! Answers of the API: operations, their results and stack instances.
//!
//! The results of an operation name neither it nor the set, and a list of operations does not name
//! the set: both are told by what stands beside them.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::feed::{Document, FeedOutput};
use nepho_core::key::canonical;
use nepho_core::tables::{Change, Run};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Member, address, name_of, operation, set_row};
use crate::document::{Item, text, time};
use crate::reason::{error_code, redact, request_id};
use crate::wire::STACK;

/// `StackSetOperation`, `StackSetOperationSummary`, `StackSetOperationResultSummary`,
/// `StackInstance` and `StackInstanceSummary`. Overrides of parameters, which hold values, are not
/// read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    #[serde(default, deserialize_with = "text")]
    operation_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    stack_set_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    action: Option<String>,
    #[serde(default, deserialize_with = "text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    status_reason: Option<String>,
    retain_stacks: Option<bool>,
    #[serde(default, borrow)]
    creation_timestamp: Option<&'a RawValue>,
    #[serde(default, borrow)]
    end_timestamp: Option<&'a RawValue>,
    status_details: Option<StatusDetails>,
    #[serde(default, deserialize_with = "text")]
    account: Option<String>,
    #[serde(default, deserialize_with = "text")]
    region: Option<String>,
    #[serde(default, deserialize_with = "text")]
    stack_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_operation_id: Option<String>,
    stack_instance_status: Option<InstanceStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatusDetails {
    failed_stack_instances_count: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceStatus {
    #[serde(default, deserialize_with = "text")]
    detailed_status: Option<String>,
}

#[derive(Default)]
struct Operation {
    set: Option<String>,
    action: String,
    status: String,
    retains_stacks: bool,
    failed: u64,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    line: u64,
}

/// What an operation did in one account and region, or the stack that is there.
struct Part {
    set: Option<String>,
    operation: Option<String>,
    address: String,
    stack: Option<String>,
    status: Option<String>,
    reason: Option<String>,
    line: u64,
}

/// Answers of one document.
#[derive(Default)]
pub(super) struct Replies {
    operations: BTreeMap<String, Operation>,
    results: Vec<Part>,
    instances: Vec<Part>,
    // The operation that was described last: the results that follow are its.
    described: Option<String>,
}

impl Replies {
    /// Takes an object of an answer in.
    pub(super) fn add(&mut self, item: &Item<'_>) -> Result<(), &'static str> {
        let wire: Wire<'_> = serde_json::from_str(item.text)
            .map_err(|_| "fields of the stack set have other types than documented")?;
        match (&wire.operation_id, &wire.action) {
            (Some(id), Some(_)) => {
                let id = id.clone();
                self.add_operation(id, wire, item.line);
                return Ok(());
            }
            (None, Some(_)) => return Err("the operation has no `OperationId`"),
            _ => {}
        }
        let place = address(wire.account.as_deref(), wire.region.as_deref());
        let address = place.ok_or("the stack instance has no `Account` and `Region`")?;
        let is_instance = wire.stack_set_id.is_some();
        let detailed = wire
            .stack_instance_status
            .and_then(|all| all.detailed_status);
        let part = Part {
            operation: match is_instance {
                true => wire.last_operation_id,
                false => self.described.clone(),
            },
            status: match is_instance {
                true => detailed,
                false => wire.status,
            },
            set: wire.stack_set_id,
            address,
            stack: wire.stack_id,
            reason: wire.status_reason,
            line: item.line,
        };
        match (is_instance, part.operation.is_some()) {
            (true, _) => self.instances.push(part),
            (false, true) => self.results.push(part),
            (false, false) => {
                return Err("the result names no operation, and none was described before it");
            }
        }
        Ok(())
    }

    fn add_operation(&mut self, id: String, wire: Wire<'_>, line: u64) {
        // Lists of operations do not name the set.
        if wire.stack_set_id.is_some() {
            self.described = Some(id.clone());
        }
        let of = |raw: Option<&RawValue>| raw.and_then(|raw| time(raw.get()));
        let details = wire.status_details;
        let known = self.operations.remove(&id).unwrap_or_default();
        let ended = of(wire.end_timestamp);
        // The same operation may stand in a list while it runs, and be described when it is over.
        let is_older = known.ended.is_some() && ended.is_none();
        let operation = Operation {
            set: wire.stack_set_id.or(known.set),
            action: wire.action.unwrap_or_default(),
            status: match is_older {
                true => known.status,
                false => wire.status.unwrap_or_default(),
            },
            retains_stacks: wire.retain_stacks.unwrap_or(known.retains_stacks),
            failed: details
                .and_then(|details| details.failed_stack_instances_count)
                .unwrap_or(known.failed),
            started: of(wire.creation_timestamp).or(known.started),
            ended: ended.or(known.ended),
            line: if known.line > 0 { known.line } else { line },
        };
        self.operations.insert(id, operation);
    }

    /// Gives runs, changes and resources.
    pub(super) fn tell(mut self, document: &Document<'_>, out: &mut FeedOutput) {
        self.name_sets();
        self.tell_members(document, out);
        let mut parts: BTreeMap<&str, BTreeMap<&str, &Part>> = BTreeMap::new();
        // The result of an operation counts more than what its instance says of it.
        for part in self.instances.iter().chain(&self.results) {
            if let Some(operation) = &part.operation {
                let of_operation = parts.entry(operation).or_default();
                of_operation.insert(&part.address, part);
            }
        }
        let stacks: BTreeMap<(&str, &str), &str> = self
            .instances
            .iter()
            .filter_map(|part| {
                let set = part.set.as_deref()?;
                Some(((set, part.address.as_str()), part.stack.as_deref()?))
            })
            .collect();
        for (id, operation) in &self.operations {
            let set = operation.set.as_deref().unwrap_or_default();
            let own = parts.get(id.as_str()).into_iter().flatten();
            let mut changes: Vec<Change> = own
                .filter_map(|(address, part)| {
                    let stack = stacks.get(&(set, *address)).copied();
                    operation.change(id, part, part.stack.as_deref().or(stack), document)
                })
                .collect();
            operation::mark_root_failure(&mut changes);
            out.runs.push(operation.run(id, &changes, document));
            out.changes.extend(changes);
        }
    }

    /// The set of an operation in a list: that of an instance which it changed last, or the only
    /// one that the document tells of.
    fn name_sets(&mut self) {
        let told = self.operations.values().filter_map(|one| one.set.clone());
        let of_instances = self.instances.iter().filter_map(|part| part.set.clone());
        let sets: BTreeSet<String> = told.chain(of_instances).collect();
        let only = sets.first().filter(|_| sets.len() == 1);
        for (id, operation) in &mut self.operations {
            let mut parts = self.instances.iter();
            let own = parts.find(|part| part.operation.as_deref() == Some(id.as_str()));
            let found = own.and_then(|part| part.set.as_ref()).or(only);
            operation.set = operation.set.take().or_else(|| found.cloned());
        }
    }

    fn tell_members(&self, document: &Document<'_>, out: &mut FeedOutput) {
        let mut sets: BTreeMap<&str, u64> = BTreeMap::new();
        for operation in self.operations.values() {
            if let Some(set) = &operation.set {
                sets.entry(set).or_insert(operation.line);
            }
        }
        for part in &self.instances {
            let Some(set) = part.set.as_deref() else {
                continue;
            };
            sets.entry(set).or_insert(part.line);
            if let Some(stack) = part.stack.as_deref() {
                let member = Member {
                    set,
                    stack,
                    valid_to: None,
                    line: part.line,
                };
                member.tell(document, out);
            }
        }
        let rows = sets.into_iter();
        out.resources
            .extend(rows.map(|(set, line)| set_row(set, document, line)));
    }
}

impl Operation {
    fn run(&self, id: &str, changes: &[Change], document: &Document<'_>) -> Run {
        let changes: Vec<&Change> = changes.iter().collect();
        Run {
            id: id.to_owned(),
            tool: "cloudformation".to_owned(),
            scope: self.scope().to_owned(),
            operation: operation::purpose(&self.action),
            status: operation::status(&self.status, self.failed, &changes),
            started: self.started,
            ended: self.ended,
            uri: document.uri.to_owned(),
            line: self.line,
            ..Run::default()
        }
    }

    fn change(
        &self,
        id: &str,
        part: &Part,
        stack: Option<&str>,
        document: &Document<'_>,
    ) -> Option<Change> {
        let action = operation::action(&self.action, self.retains_stacks)?;
        let outcome = operation::outcome(part.status.as_deref()?)?;
        let set = self.set.as_deref().unwrap_or_default();
        let reason = part.reason.as_deref();
        Some(Change {
            id: format!("cloudformation:{set}:{id}:{}", part.address),
            time: self.ended,
            started: self.started,
            not_before: self.started,
            tool: "cloudformation".to_owned(),
            scope: self.scope().to_owned(),
            run: id.to_owned(),
            action,
            outcome,
            address: part.address.clone(),
            resource: stack.map(canonical),
            resource_type: STACK.to_owned(),
            error_code: reason.and_then(error_code),
            request_id: reason.and_then(request_id),
            reason: reason.map(|reason| redact(reason, &[])),
            uri: document.uri.to_owned(),
            line: part.line,
            ..Change::default()
        })
    }

    fn scope(&self) -> &str {
        name_of(self.set.as_deref().unwrap_or_default())
    }
}
