//! Puts the events of each stack in the order of time and cuts them into operations.
//!
//! An operation is what one request did to a stack: from the row of the stack that begins it to the
//! one that ends it, the rollback included. Rows carry the token of the request or the id of the
//! operation where these exist.

use std::collections::{BTreeMap, HashMap};

use nepho_core::Timestamp;

use super::event::StackEvent;
use super::{order, tool_of};
use crate::status::{CREATE_FAILED, DELETE_COMPLETE, DELETE_IN_PROGRESS, REVIEW_IN_PROGRESS};

/// Part of an operation that a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// What was asked for.
    Main,
    /// Removal of what the operation made superfluous.
    Cleanup,
    /// Taking back what was done.
    Rollback,
}

/// One operation on one stack.
#[derive(Default)]
pub(super) struct Operation<'a, 'e> {
    /// Name of the run.
    pub(super) run: String,
    /// Rows in the order of time, each with its phase.
    pub(super) rows: Vec<(Phase, &'e StackEvent<'a>)>,
    /// Whether the operation ended with everything taken back.
    pub(super) is_taken_back: bool,
    /// Why it was taken back, when it was.
    pub(super) rollback_reason: Option<&'e str>,
    /// Tool that began it.
    pub(super) tool: &'static str,
    /// Whether it takes back an earlier operation.
    pub(super) is_undo: bool,
    /// Whether it only makes a change set.
    pub(super) is_preview: bool,
    /// Whether a row of the stack was seen.
    pub(super) has_begun: bool,
    /// The row of the stack that ends it.
    pub(super) end: Option<&'e StackEvent<'a>>,
    /// Physical ids that its resources had before, by logical id.
    pub(super) before: HashMap<&'e str, &'e str>,
    /// Events of the stack that follow it.
    later: &'e [StackEvent<'a>],
    is_closed: bool,
    is_rolling_back: bool,
    is_cleaning_up: bool,
}

/// Events of one stack.
pub(super) type StackKey = (String, usize);

/// Events by stack, in the order of time, each once.
///
/// Events without a readable time are kept apart by the array they stand in: nothing else tells
/// their order.
pub(super) fn by_stack(events: Vec<StackEvent<'_>>) -> BTreeMap<StackKey, Vec<StackEvent<'_>>> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let mut stacks: BTreeMap<StackKey, Vec<(Timestamp, StackEvent<'_>)>> = BTreeMap::new();
    for page in pages(events) {
        let mut latest = Timestamp::MIN;
        for event in page {
            let identity = (
                event.stack_id.clone(),
                event.id.clone(),
                event.status.clone(),
                event.time,
            );
            // Without a time, events of one list are not the same only because they look alike.
            let is_repeated = seen
                .get(&identity)
                .is_some_and(|page| event.time.is_some() || *page != event.page);
            if !event.id.is_empty() && is_repeated {
                continue;
            }
            seen.insert(identity, event.page);
            latest = event.time.unwrap_or(latest);
            let page = if latest == Timestamp::MIN {
                event.page
            } else {
                0
            };
            stacks
                .entry((event.stack_id.clone(), page))
                .or_default()
                .push((latest, event));
        }
    }
    let mut sorted = BTreeMap::new();
    for (key, mut events) in stacks {
        events.sort_by_key(|(time, _)| *time);
        sorted.insert(key, events.into_iter().map(|(_, event)| event).collect());
    }
    sorted
}

/// Arrays of the document, the oldest event of each first. The API lists the newest first.
fn pages(events: Vec<StackEvent<'_>>) -> Vec<Vec<StackEvent<'_>>> {
    let mut pages: Vec<Vec<StackEvent<'_>>> = Vec::new();
    for event in events {
        match pages.last_mut() {
            Some(page) if page.last().is_some_and(|last| last.page == event.page) => {
                page.push(event)
            }
            _ => pages.push(vec![event]),
        }
    }
    for page in &mut pages {
        let first = page.iter().find_map(|event| event.time);
        let last = page.iter().rev().find_map(|event| event.time);
        let is_backward = match first {
            Some(_) => first >= last,
            None => !order::is_forward(page),
        };
        if is_backward {
            page.reverse();
        }
    }
    // Of pages that are listed one after the other, the last holds the oldest events.
    pages.reverse();
    pages
}

/// Operations of one stack, the oldest first. `events` are in the order of time.
pub(super) fn operations<'a, 'e>(events: &'e [StackEvent<'a>]) -> Vec<Operation<'a, 'e>> {
    let tool = tool_of(events);
    let mut operations: Vec<Operation<'a, 'e>> = Vec::new();
    let mut by_handle: HashMap<&str, usize> = HashMap::new();
    let mut current: Option<usize> = None;
    let mut latest: HashMap<&str, &str> = HashMap::new();
    for (number, event) in events.iter().enumerate() {
        if event.is_stack() && event.status == REVIEW_IN_PROGRESS {
            continue;
        }
        let place = match event.handle() {
            Some(handle) => by_handle.get(handle).copied(),
            None => current,
        };
        // A rollback that the service begins by itself may have an id of its own.
        let place = place.or_else(|| {
            let open = operations.get(current?)?;
            open.is_rolled_back_by(event).then_some(current?)
        });
        let place = place.filter(|place| {
            operations
                .get(*place)
                .is_some_and(|open| !begins_another(open, event))
        });
        let place = place.unwrap_or_else(|| {
            let is_after_another = operations.last().is_some_and(|last| last.is_closed);
            operations.push(Operation {
                run: run_of(event),
                tool,
                is_preview: event.is_preview,
                is_undo: is_after_another && event.is_stack() && event.status.is_rollback(),
                ..Operation::default()
            });
            operations.len() - 1
        });
        if let Some(handle) = event.handle() {
            by_handle.insert(handle, place);
        }
        current = Some(place);
        if let Some(operation) = operations.get_mut(place) {
            let known = latest.get(event.logical.as_str()).copied();
            operation
                .before
                .entry(&event.logical)
                .or_insert(known.unwrap_or_default());
            operation.add(event);
            operation.later = events.get(number + 1..).unwrap_or_default();
        }
        if event.verb() != "DELETE" && !event.physical.is_empty() {
            latest.insert(&event.logical, &event.physical);
        }
    }
    operations
}

/// Name of the run that begins with `event`.
fn run_of(event: &StackEvent<'_>) -> String {
    let known = event.token.as_ref().or(event.operation.as_ref()).cloned();
    known.unwrap_or_else(|| match event.id.is_empty() {
        false => event.id.clone(),
        true => event
            .time
            .map_or_else(|| format!("line-{}", event.line), |time| time.to_string()),
    })
}

/// Whether `event` is the stack's row that begins another operation than `open`.
fn begins_another(open: &Operation<'_, '_>, event: &StackEvent<'_>) -> bool {
    if !event.is_stack() {
        return open.rows_only() && event.handle().is_none() && begins_anew(open, event);
    }
    if !event.status.is_in_progress() || event.status.is_cleanup() {
        return false;
    }
    if event.status.is_rollback() {
        return open.is_closed && !open.is_rolled_back_by(event);
    }
    let deletes_what_failed = event.status == DELETE_IN_PROGRESS
        && event
            .reason
            .as_deref()
            .is_some_and(|reason| reason.contains("failed to create"));
    if deletes_what_failed {
        return false;
    }
    let is_repeated = open.rows.iter().all(|(_, row)| row.status == event.status);
    open.is_closed || (open.has_begun && !is_repeated)
}

/// Whether `event` begins something new with a resource that `open` was done with. That tells
/// operations apart in lists without rows of the stack.
fn begins_anew(open: &Operation<'_, '_>, event: &StackEvent<'_>) -> bool {
    let Some(last) = open.last_of(event) else {
        return false;
    };
    let is_done = !last.status.is_in_progress();
    let is_repeated = last.verb() == event.verb() && !event.status.is_in_progress();
    is_done && !is_repeated && !last.status.is_failed() && unphased(open, event) == Phase::Main
}

/// Phase of a row in a list without rows of the stack.
fn unphased(open: &Operation<'_, '_>, event: &StackEvent<'_>) -> Phase {
    let own = |row: &&(Phase, &StackEvent<'_>)| row.1.logical == event.logical;
    if event.verb() != "DELETE" {
        return Phase::Main;
    }
    if open
        .rows
        .iter()
        .filter(own)
        .any(|(_, row)| row.status == CREATE_FAILED)
    {
        return Phase::Rollback;
    }
    let mut main = open.rows.iter().filter(own).rev();
    match main.find(|(phase, _)| *phase == Phase::Main) {
        Some((_, row)) if row.verb() == "UPDATE" && row.physical != event.physical => {
            Phase::Cleanup
        }
        _ => Phase::Main,
    }
}

impl<'a, 'e> Operation<'a, 'e> {
    /// Whether something with this physical id is deleted after the operation.
    pub(super) fn is_deleted_later(&self, physical: &str) -> bool {
        self.later
            .iter()
            .any(|event| event.physical == physical && event.status == DELETE_COMPLETE)
    }

    /// Whether `event` is the stack's row that begins to take this operation back.
    fn is_rolled_back_by(&self, event: &StackEvent<'_>) -> bool {
        let is_same_request = self
            .rows
            .first()
            .is_some_and(|(_, first)| first.token.is_some() && first.token == event.token);
        let is_rollback = event.is_stack() && event.status.begins_rollback();
        is_rollback && !self.is_preview && (!self.is_closed || is_same_request)
    }

    fn rows_only(&self) -> bool {
        !self.has_begun
    }

    fn last_of(&self, event: &StackEvent<'_>) -> Option<&'e StackEvent<'a>> {
        let mut rows = self.rows.iter().rev();
        let found = rows.find(|(_, row)| row.logical == event.logical && row.hook.is_none());
        found.map(|(_, row)| *row)
    }

    fn add(&mut self, event: &'e StackEvent<'a>) {
        if event.is_stack() {
            self.follow_stack(event);
        }
        let phase = match (self.is_rolling_back, self.is_cleaning_up) {
            (true, _) => Phase::Rollback,
            (_, true) => Phase::Cleanup,
            _ if self.has_begun => Phase::Main,
            _ => unphased(self, event),
        };
        self.rows.push((phase, event));
    }

    fn follow_stack(&mut self, event: &'e StackEvent<'a>) {
        let status = &event.status;
        let was_creating = self
            .rows
            .iter()
            .any(|(_, row)| row.is_stack() && row.verb() == "CREATE");
        let takes_back = status.is_rollback() || (was_creating && *status == DELETE_IN_PROGRESS);
        if takes_back && !self.is_undo {
            self.is_rolling_back = true;
            self.rollback_reason = self.rollback_reason.or(event.reason.as_deref());
        }
        self.is_cleaning_up |= status.is_cleanup();
        self.has_begun = true;
        self.is_closed = !status.is_in_progress();
        self.end = self.is_closed.then_some(event);
        self.is_taken_back = self.is_rolling_back && status.is_complete();
    }
}
