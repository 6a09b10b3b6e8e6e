//! What HCP Terraform posts to a run task: a run has reached a stage, and asks others about it.
//!
//! developer.hashicorp.com/terraform/cloud-docs/api-docs/run-tasks/run-tasks-integration, "Request
//! Body", and `request.go` of github.com/hashicorp/terraform-run-task-scaffolding-go for the
//! payload that tests an address, read 2026-11-29.

use std::borrow::Cow;

use nepho_core::Timestamp;
use nepho_core::tables::{self, RunStatus};
use serde::Deserialize;

use super::api::{repository, without_user};
use super::{masked, status};

/// Token of the payload that tests an address, whatever else it holds.
const TEST: &str = "test-token";

/// Payload of a run task. Addresses of the plan, the configuration and the answer are skipped.
#[derive(Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    stage: Option<Cow<'a, str>>,
    // A secret: looked at for `TEST` only.
    #[serde(borrow)]
    access_token: Option<Cow<'a, str>>,
    is_speculative: Option<bool>,
    #[serde(borrow)]
    run_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    run_app_url: Option<Cow<'a, str>>,
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
    vcs_repo_url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    vcs_commit_url: Option<Cow<'a, str>>,
}

impl Payload<'_> {
    /// Id and name of the workspace.
    pub(super) fn workspace(&self) -> (Option<&str>, Option<&str>) {
        (self.workspace_id.as_deref(), self.workspace_name.as_deref())
    }

    /// The run that the task is asked about; `None` of a test of the task's address.
    ///
    /// Only a run that was applied comes to `post_apply`; up to `pre_apply` nothing was changed.
    pub(super) fn run(&self) -> Option<tables::Run> {
        let stage = self.stage.as_deref()?;
        let is_stage = matches!(stage, "pre_plan" | "post_plan" | "pre_apply" | "post_apply");
        let is_test = self.access_token.as_deref() == Some(TEST);
        let id = self.run_id.as_deref().filter(|_| is_stage && !is_test)?;
        let is_speculative = self.is_speculative == Some(true);
        let reached = match is_speculative {
            true => status::reached("planning", false),
            false => status::reached(&format!("{stage}_running"), false),
        };
        let commit_url = self.vcs_commit_url.as_deref();
        let told = self.vcs_repo_url.as_deref().map(without_user);
        let created: Option<Timestamp> = super::notification::time(self.run_created_at.as_deref());
        Some(tables::Run {
            id: id.to_owned(),
            scope: self.workspace_name.as_deref().unwrap_or("").to_owned(),
            operation: status::operation(reached, false, false),
            status: RunStatus::Running,
            started: created,
            actor: masked(self.run_created_by.as_deref()),
            revision: commit_url.and_then(commit),
            repository: told.or_else(|| commit_url.and_then(repository)),
            message: masked(self.run_message.as_deref()),
            url: self.run_app_url.as_deref().map(str::to_owned),
            ..tables::Run::default()
        })
    }
}

/// The commit of its address.
fn commit(address: &str) -> Option<String> {
    let is_commit = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let last = address.rsplit('/').next();
    last.filter(is_commit).map(str::to_owned)
}
