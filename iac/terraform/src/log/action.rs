//! Actions that a run invoked: what a provider does to the cloud besides making resources.
//!
//! developer.hashicorp.com/terraform/language/invoke-actions and the messages of Terraform 1.14,
//! read 2026-11-29.

use nepho_core::Timestamp;
use nepho_core::tables::ChangeAction;
use serde_json::value::RawValue;

use super::message::{ActionHook, Trigger};
use super::progress::{Progress, Step};
use super::reason::{error_code, redact, request_id};
use super::run::{Noted, Run, parse};

impl Run<'_> {
    /// Takes note of an action that is going to be invoked.
    pub(super) fn plan_action(&mut self, invocation: Option<&RawValue>, line: u64) -> Noted {
        let hook: ActionHook<'_> = parse(invocation)?;
        self.is_plan = true;
        let progress = self.invoked(&hook);
        progress.planned = Some(ChangeAction::Update);
        progress.line = line;
        progress.reason = Some(reason(hook.lifecycle.as_ref()));
        progress.trigger = hook.lifecycle.map(|by| by.resource.addr.into_owned());
        Ok(())
    }

    /// Takes note of the beginning or the end of an action. It is an update of what triggered it:
    /// the state knows nothing of it.
    pub(super) fn act(
        &mut self,
        kind: &str,
        hook: Option<&RawValue>,
        time: Option<Timestamp>,
        line: u64,
    ) -> Noted {
        let hook: ActionHook<'_> = parse(hook)?;
        self.is_apply = true;
        let rank = self.ended_steps;
        self.ended_steps += usize::from(kind != "action_start");
        let is_failed = kind == "action_errored";
        let error = hook.error.as_deref().filter(|_| is_failed);
        let progress = self.invoked(&hook);
        progress.line = line;
        progress.reason = Some(reason(hook.lifecycle.as_ref()));
        progress.trigger = hook.lifecycle.map(|by| by.resource.addr.into_owned());
        if let Some(error) = error {
            progress.error = Some(redact(error));
            progress.error_code = error_code(error);
            progress.request_id = request_id(error);
        }
        let mut open = progress.steps.iter_mut();
        let open = open.find(|step| step.is_success.is_none());
        let (ended, is_success) = match kind {
            "action_start" => (None, None),
            _ => (time, Some(!is_failed)),
        };
        match open.filter(|_| is_success.is_some()) {
            Some(step) => (step.ended, step.is_success, step.rank) = (ended, is_success, rank),
            None => progress.steps.push(Step {
                action: ChangeAction::Update,
                started: time.filter(|_| is_success.is_none()),
                ended,
                is_success,
                rank,
            }),
        }
        Ok(())
    }

    /// What is known of one invocation of an action.
    fn invoked(&mut self, hook: &ActionHook<'_>) -> &mut Progress {
        let name = name(hook);
        let progress = self.progress(&name, Some(&hook.action.action_type));
        progress.address = hook.action.addr.to_string();
        progress.invocation = Some(name);
        progress
    }
}

/// What the invocation of an action goes by: several resources may trigger one action.
fn name(hook: &ActionHook<'_>) -> String {
    let address = &hook.action.addr;
    match &hook.lifecycle {
        Some(by) => {
            let event = by.trigger_event.as_deref().unwrap_or("lifecycle");
            format!("{address}:{event}:{}", by.resource.addr)
        }
        None => address.to_string(),
    }
}

/// Why an action was invoked: `AfterCreate of aws_instance.web`.
fn reason(by: Option<&Trigger<'_>>) -> String {
    match by {
        Some(by) => {
            let event = by.trigger_event.as_deref().unwrap_or("lifecycle");
            format!("action, {event} of {}", by.resource.addr)
        }
        None => "action, invoked".to_owned(),
    }
}
