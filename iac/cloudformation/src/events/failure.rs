//! The failure that the others of an operation followed from, also across stacks within stacks.

use std::collections::BTreeMap;

use super::event::StackEvent;
use super::operation::Operation;

/// How deep stacks are followed into stacks; CloudFormation has no limit, people do.
const DEPTH: usize = 16;

/// Root failures of all operations of a document.
#[derive(Default)]
pub(super) struct Failures<'a, 'e> {
    roots: Vec<&'e StackEvent<'a>>,
}

impl<'a, 'e> Failures<'a, 'e> {
    /// Root failures of `operations`: one of each run.
    ///
    /// That is the first failure of a resource in the order of time. Where that is a stack within
    /// the stack, it is the root failure of the latter, if its events are there. Where no resource
    /// failed, it is the row with which the stack begins to roll back (a macro, an output).
    pub(super) fn of(operations: &[Operation<'a, 'e>]) -> Self {
        let mut by_run: BTreeMap<&str, &'e StackEvent<'a>> = BTreeMap::new();
        for operation in operations {
            let Some(root) = resolve(operations, operation, 0) else {
                continue;
            };
            let known = by_run.entry(&operation.run).or_insert(root);
            // What failed in a stack within the stack is nearer to the cause than the stack.
            let is_nearer = known.is_stack() || (root.time < known.time && !root.is_stack());
            if is_nearer {
                *known = root;
            }
        }
        Self {
            roots: by_run.into_values().collect(),
        }
    }

    /// Whether `event` is the root failure of its run.
    pub(super) fn is_root(&self, event: &StackEvent<'_>) -> bool {
        let address = std::ptr::from_ref(event).cast::<()>();
        self.roots
            .iter()
            .any(|root| std::ptr::from_ref(*root).cast::<()>() == address)
    }
}

fn resolve<'a, 'e>(
    operations: &[Operation<'a, 'e>],
    operation: &Operation<'a, 'e>,
    depth: usize,
) -> Option<&'e StackEvent<'a>> {
    let mut rows = operation.rows.iter().map(|(_, event)| *event);
    let first = rows.find(|event| event.is_failure() && !event.is_stack());
    let Some(first) = first else {
        return stack_failure(operations, operation);
    };
    if !first.is_nested_stack() || depth >= DEPTH {
        return Some(first);
    }
    let within = operations
        .iter()
        .filter(|inner| is_within(inner, first, operation));
    let inner = within
        .filter_map(|inner| resolve(operations, inner, depth + 1))
        .next_back();
    Some(inner.unwrap_or(first))
}

/// Whether `inner` is an operation on the stack that `row` of `outer` is about, and part of
/// `outer`.
fn is_within(inner: &Operation<'_, '_>, row: &StackEvent<'_>, outer: &Operation<'_, '_>) -> bool {
    let Some((_, first)) = inner.rows.first() else {
        return false;
    };
    let is_of_stack = first.stack_id == row.physical && first.stack_id != row.stack_id;
    let begins = outer.rows.first().and_then(|(_, row)| row.time);
    is_of_stack && first.time <= row.time && first.time >= begins
}

/// The row of the stack that tells why it rolls back, when nothing in it failed and nobody asked.
fn stack_failure<'a, 'e>(
    operations: &[Operation<'a, 'e>],
    operation: &Operation<'a, 'e>,
) -> Option<&'e StackEvent<'a>> {
    if operation.is_undo || operation.is_preview {
        return None;
    }
    let stack_id = &operation.rows.first()?.1.stack_id;
    // A stack within a stack rolls back with the one around it.
    let is_nested = operations.iter().any(|other| {
        let mut rows = other.rows.iter();
        rows.any(|(_, row)| row.is_nested_stack() && row.physical == *stack_id)
    });
    let told = |event: &&'e StackEvent<'a>| {
        let begins = event.status.begins_rollback();
        let reason = event.reason.as_deref().unwrap_or_default();
        event.is_stack()
            && (begins || event.status.is_failed())
            && !reason.is_empty()
            && !reason.starts_with("User Initiated")
    };
    let mut rows = operation.rows.iter().map(|(_, event)| *event);
    rows.find(told).filter(|_| !is_nested)
}
