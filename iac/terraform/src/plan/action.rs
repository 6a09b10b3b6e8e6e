//! One element of `action_invocations`: what a provider does besides making resources.
//!
//! developer.hashicorp.com/terraform/internals/json-format, read 2026-11-29. Values of the
//! configuration are not read.

use std::borrow::Cow;

use nepho_core::findings::WriteClass;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Run;
use crate::place::describe;

#[derive(Deserialize)]
struct Invocation<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    lifecycle_action_trigger: Option<Trigger<'a>>,
}

#[derive(Deserialize)]
struct Trigger<'a> {
    #[serde(borrow)]
    triggering_resource_address: Cow<'a, str>,
    #[serde(borrow)]
    action_trigger_event: Option<Cow<'a, str>>,
}

/// The planned change that an action is, as in run logs.
pub(super) fn read(part: &RawValue, run: &Run<'_>, line: u64) -> Result<Change, &'static str> {
    let action: Invocation<'_> =
        serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
    let trigger = action.lifecycle_action_trigger;
    let parent = trigger.as_ref().and_then(|trigger| {
        let key = run.graph.key_at(&trigger.triggering_resource_address);
        key.map(str::to_owned)
    });
    let reason = match &trigger {
        Some(by) => {
            let event = by.action_trigger_event.as_deref().unwrap_or("lifecycle");
            format!("action, {event} of {}", by.triggering_resource_address)
        }
        None => "action, invoked".to_owned(),
    };
    let (tool, scope) = (run.tool, &run.scope);
    // Several resources may trigger one action.
    let invoked = match &trigger {
        Some(by) => {
            let event = by.action_trigger_event.as_deref().unwrap_or("lifecycle");
            let resource = &by.triggering_resource_address;
            format!("{}:{event}:{resource}", action.address)
        }
        None => action.address.to_string(),
    };
    Ok(Change {
        id: format!("{tool}:{scope}:{}:{invoked}:update", run.key),
        started: run.time,
        tool: tool.to_owned(),
        scope: scope.clone(),
        run: run.id.clone(),
        action: ChangeAction::Update,
        outcome: ChangeOutcome::Planned,
        address: action.address.into_owned(),
        resource_type: action.kind.into_owned(),
        parent,
        class: Some(WriteClass::Iac),
        reason: Some(reason),
        uri: run.uri.to_owned(),
        line,
        ..Change::default()
    })
}
