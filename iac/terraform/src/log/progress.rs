//! What is known of one resource of a run.

use nepho_core::Timestamp;
use nepho_core::tables::{ChangeAction, ChangeOutcome};

/// A resource as far as the messages have been read.
#[derive(Default)]
pub(super) struct Progress {
    pub address: String,
    pub previous_address: Option<String>,
    pub resource_type: String,
    pub planned: Option<ChangeAction>,
    pub reason: Option<String>,
    /// Work that was begun, in the order of beginning.
    pub steps: Vec<Step>,
    pub id: Option<String>,
    /// Id that somebody asked to have imported.
    pub imported: Option<String>,
    /// Summary of the error, fit to be kept.
    pub error: Option<String>,
    /// Code of the error in the cloud's words.
    pub error_code: Option<String>,
    /// Id that the cloud gave the request that it refused.
    pub request_id: Option<String>,
    /// Address of the resource that triggers it, if it is an action.
    pub trigger: Option<String>,
    /// What the invocation goes by, if it is an action.
    pub invocation: Option<String>,
    /// Whether a provisioner failed: what was made exists, and is tainted.
    pub is_provisioner_failed: bool,
    pub line: u64,
}

/// One creation, update or deletion.
pub(super) struct Step {
    pub action: ChangeAction,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// `None` while it is going on.
    pub is_success: Option<bool>,
    /// Place among all steps of the run, in the order in which they ended.
    pub rank: usize,
}

impl Progress {
    /// What was done, or planned; deletion and creation of one resource are a replacement.
    pub(super) fn action(&self) -> Option<ChangeAction> {
        let did = |action: ChangeAction| self.steps.iter().any(|step| step.action == action);
        let is_replaced =
            did(ChangeAction::Replace) || (did(ChangeAction::Delete) && did(ChangeAction::Create));
        if is_replaced || self.planned == Some(ChangeAction::Replace) {
            return Some(ChangeAction::Replace);
        }
        self.steps.last().map(|step| step.action).or(self.planned)
    }

    /// Whether only one half of a replacement was begun.
    pub(super) fn is_half_done(&self) -> bool {
        let is_whole = |step: &Step| step.action == ChangeAction::Replace;
        self.planned == Some(ChangeAction::Replace)
            && self.steps.len() == 1
            && !self.steps.iter().any(is_whole)
    }

    /// The deletion that is all that was done of a replacement: what was there is gone.
    pub(super) fn only_deleted(&self) -> Option<&Step> {
        let done = |action: ChangeAction| {
            let mut steps = self.steps.iter();
            steps.find(|step| step.action == action && step.is_success == Some(true))
        };
        let is_made = self.is_provisioner_failed || done(ChangeAction::Create).is_some();
        let is_replaced = self.action() == Some(ChangeAction::Replace);
        done(ChangeAction::Delete).filter(|_| is_replaced && !is_made)
    }

    /// Whether the cloud has anything of it.
    pub(super) fn is_begun(&self) -> bool {
        let is_done = |step: &Step| step.is_success == Some(true);
        self.is_provisioner_failed || self.steps.iter().any(is_done)
    }

    /// The step that failed first.
    pub(super) fn failure(&self) -> Option<&Step> {
        self.steps
            .iter()
            .filter(|step| step.is_success == Some(false))
            .min_by_key(|step| step.rank)
    }

    /// How the work ended; `None` if none was begun.
    pub(super) fn outcome(&self) -> Option<ChangeOutcome> {
        if self.steps.is_empty() {
            return None;
        }
        if self.failure().is_some() || self.is_provisioner_failed {
            return Some(ChangeOutcome::Failed);
        }
        let is_open =
            self.is_half_done() || self.steps.iter().any(|step| step.is_success.is_none());
        Some(if is_open {
            ChangeOutcome::Unknown
        } else {
            ChangeOutcome::Applied
        })
    }
}
