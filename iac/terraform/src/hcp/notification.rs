//! Payloads that HCP Terraform posts to a web hook.
//!
//! developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations, "Notification
//! payload", read 2026-11-21.

use std::borrow::Cow;

use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RunOperation, RunStatus};
use nepho_core::{Timestamp, tables};
use serde::Deserialize;

use super::{masked, status};

/// Payload of either version. Version 1 has `notifications`, version 2 `details`. All fields of the
/// payload that tests a hook are null.
#[derive(Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    run_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_created_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_created_by: Option<Cow<'a, str>>,
    #[serde(borrow)]
    workspace_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    workspace_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    notifications: Option<Vec<Notification<'a>>>,
    #[serde(borrow)]
    trigger: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    details: Option<Details<'a>>,
}

#[derive(Deserialize)]
struct Notification<'a> {
    #[serde(borrow)]
    trigger: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_updated_at: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Details<'a> {
    #[serde(borrow)]
    workspace_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    workspace_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    new_assessment_result: Option<Assessment<'a>>,
    #[serde(borrow)]
    prior_assessment_result: Option<Assessment<'a>>,
    #[serde(borrow)]
    run_external_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_created_at: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Assessment<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    created_at: Option<Cow<'a, str>>,
    succeeded: Option<bool>,
    drifted: Option<bool>,
    resources_drifted: Option<u64>,
    checks_failed: Option<u64>,
    checks_errored: Option<u64>,
}

impl Payload<'_> {
    /// The run that the payload tells of; `None` of a test, a reminder or a request.
    pub(super) fn run(&self) -> Option<tables::Run> {
        match &self.details {
            Some(details) => details
                .assessment(self.message.as_deref())
                .or_else(|| details.destruction(self.trigger.as_deref().unwrap_or(""))),
            None => self.notified(),
        }
    }

    /// What an assessment found to differ from what is declared, or to differ no longer. Which
    /// resources these are, no payload tells.
    pub(super) fn drift(&self) -> Option<Change> {
        let details = self.details.as_ref()?;
        details.drift(self.trigger.as_deref().unwrap_or_default())
    }

    /// Id and name of the workspace.
    pub(super) fn workspace(&self) -> (Option<&str>, Option<&str>) {
        match &self.details {
            Some(of) => (of.workspace_id.as_deref(), of.workspace_name.as_deref()),
            None => (self.workspace_id.as_deref(), self.workspace_name.as_deref()),
        }
    }

    fn notified(&self) -> Option<tables::Run> {
        let id = self.run_id.as_deref()?;
        let mut notifications: Vec<&Notification<'_>> =
            self.notifications.iter().flatten().collect();
        notifications.sort_by_key(|notification| time(notification.run_updated_at.as_deref()));
        let latest = notifications.last();
        let status_of = |notification: &Notification<'_>| {
            notification.run_status.as_deref().unwrap_or("").to_owned()
        };
        let was_applying = notifications.iter().any(|notification| {
            status::is_applying(&status_of(notification))
                || notification.trigger.as_deref() == Some("run:applying")
        });
        let latest_status = latest.map(|latest| status_of(latest)).unwrap_or_default();
        let reached = status::reached(&latest_status, was_applying);
        let updated = latest.and_then(|latest| time(latest.run_updated_at.as_deref()));
        Some(tables::Run {
            id: id.to_owned(),
            scope: owned(self.workspace_name.as_deref()),
            operation: status::operation(reached, false, false),
            status: reached.status,
            started: time(self.run_created_at.as_deref()),
            ended: updated.filter(|_| reached.status != RunStatus::Running),
            actor: masked(self.run_created_by.as_deref()),
            message: masked(self.run_message.as_deref()),
            url: self.run_url.as_deref().map(str::to_owned),
            ..tables::Run::default()
        })
    }
}

impl Details<'_> {
    /// The look at what there is that found drift or a failed check.
    fn assessment(&self, message: Option<&str>) -> Option<tables::Run> {
        let result = self.new_assessment_result.as_ref()?;
        let found = result.found();
        Some(tables::Run {
            id: result.id.as_deref()?.to_owned(),
            scope: self.scope(),
            operation: RunOperation::Refresh,
            status: match result.succeeded {
                Some(true) => RunStatus::Succeeded,
                Some(false) => RunStatus::Failed,
                None => RunStatus::Unknown,
            },
            ended: time(result.created_at.as_deref()),
            message: found.or_else(|| masked(message)),
            url: result.url.as_deref().map(str::to_owned),
            ..tables::Run::default()
        })
    }

    /// See [`Payload::drift`].
    fn drift(&self, trigger: &str) -> Option<Change> {
        let result = self.new_assessment_result.as_ref()?;
        let is_open = result.drifted.unwrap_or(trigger == "assessment:drifted");
        let was_open = |prior: &Assessment<'_>| prior.drifted == Some(true);
        let action = match is_open {
            _ if result.succeeded == Some(false) => return None,
            true => ChangeAction::Drift,
            false if self.prior_assessment_result.as_ref().is_some_and(was_open) => {
                ChangeAction::DriftRepaired
            }
            false => return None,
        };
        let (id, scope) = (result.id.as_deref()?, self.scope());
        let what = Change::WORKSPACE;
        Some(Change {
            id: format!("terraform:{scope}:{id}:{what}:{}", action.as_str()),
            time: time(result.created_at.as_deref()),
            scope,
            run: id.to_owned(),
            action,
            outcome: ChangeOutcome::Applied,
            address: what.to_owned(),
            resource_type: what.to_owned(),
            reason: match is_open {
                true => result.found(),
                false => Some("no resource differs any longer".to_owned()),
            },
            ..Change::default()
        })
    }

    /// Name of the workspace, or its id.
    fn scope(&self) -> String {
        let name = self.workspace_name.as_deref();
        owned(name.or(self.workspace_id.as_deref()))
    }

    /// The run that destroyed a workspace whose time was over.
    fn destruction(&self, trigger: &str) -> Option<tables::Run> {
        (trigger == "workspace:auto_destroy_results").then_some(())?;
        let reached = status::reached(self.run_status.as_deref().unwrap_or(""), false);
        Some(tables::Run {
            id: self.run_external_id.as_deref()?.to_owned(),
            scope: owned(self.workspace_name.as_deref()),
            operation: status::operation(reached, true, false),
            status: reached.status,
            started: time(self.run_created_at.as_deref()),
            ..tables::Run::default()
        })
    }
}

impl Assessment<'_> {
    /// How many resources drifted and how many checks did not hold, if any.
    fn found(&self) -> Option<String> {
        let count = |count: u64, one: &str, several: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {several}"),
        };
        let drifted = self
            .resources_drifted
            .filter(|_| self.drifted == Some(true));
        let drifted = drifted.map(|number| count(number, "resource drifted", "resources drifted"));
        let failed = self.checks_failed.filter(|failed| *failed > 0);
        let failed = failed.map(|number| count(number, "check failed", "checks failed"));
        let errored = self.checks_errored.filter(|errored| *errored > 0);
        let errored = errored.map(|number| {
            let checks = count(number, "check", "checks");
            format!("{checks} ended with an error")
        });
        let parts: Vec<String> = [drifted, failed, errored].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or("").to_owned()
}

/// Time of a field.
pub(super) fn time(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(Timestamp::parse_rfc3339)
}
