//! Writes that no feed tells of, as rows of table `changes`.

use nepho_core::findings::WriteClass;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome};

use crate::known::Known;
use crate::store::Write;

/// Rows written at most. Writes to resources that the input knows come first.
const ROWS: usize = 5_000;

/// Rows for the writes of people, scripts and unregistered tools that did not fail, by time; and
/// how many there was no room for.
pub(crate) fn changes(writes: &[Write], known: &Known) -> (Vec<Change>, u64) {
    let mut chosen: Vec<(bool, &Write)> = writes
        .iter()
        .filter(|write| {
            is_outside(write.event.means.class) && write.event.outcome != Some(Outcome::Failure)
        })
        .map(|write| {
            let is_known = |id: &String| known.has(&known.identity(id));
            (
                !write.event.subject.target.as_ref().is_some_and(is_known),
                write,
            )
        })
        .collect();
    chosen.sort_by_key(|(is_strange, write)| (*is_strange, write.time, write.hash));
    let beyond = chosen.len().saturating_sub(ROWS) as u64;
    chosen.truncate(ROWS);
    chosen.sort_by_key(|(_, write)| (write.time, write.hash));
    (
        chosen
            .into_iter()
            .map(|(_, write)| change(write, known))
            .collect(),
        beyond,
    )
}

/// Whether a write of this class is made outside of what infrastructure code tells.
pub(crate) fn is_outside(class: WriteClass) -> bool {
    matches!(
        class,
        WriteClass::Console | WriteClass::Script | WriteClass::IacUnregistered
    )
}

fn change(write: &Write, known: &Known) -> Change {
    let event = &write.event;
    let resource = event.subject.target.as_ref().map(|id| known.identity(id));
    let short = resource.as_deref().map_or("", key::short_name);
    Change {
        id: format!("audit:{:016x}", write.hash),
        time: Some(write.time),
        started: None,
        tool: event.means.tool.clone(),
        scope: event.account.clone(),
        run: String::new(),
        action: event.subject.action.unwrap_or(ChangeAction::Update),
        outcome: match event.outcome {
            Some(Outcome::Success) => ChangeOutcome::Applied,
            Some(Outcome::Failure) => ChangeOutcome::Failed,
            None => ChangeOutcome::Unknown,
        },
        address: format!("{} {short}", event.operation).trim_end().to_owned(),
        resource,
        resource_type: event.subject.resource_type.clone(),
        parent: None,
        actor: Some(event.actor.clone()).filter(|actor| actor != "unknown"),
        revision: None,
        attributes: event.subject.attributes.clone(),
        reason: None,
        uri: write.uri.clone(),
        line: write.line,
        ..Change::default()
    }
}
