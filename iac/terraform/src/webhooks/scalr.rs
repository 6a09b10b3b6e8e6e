//! Webhooks of Scalr: a run that ended, or waits for somebody.

use nepho_core::tables::{Run, RunStatus, Via};
use serde_json::Value;

use super::{at, text, time};
use crate::hcp::status;

/// The run. Its words are those of HCP Terraform; newer payloads have `-` where older ones have
/// `_`.
pub(super) fn run(value: &Value) -> Option<Run> {
    let run = at(value, &["run"])?;
    let told = |name: &str| text(run, &[name]).or_else(|| text(run, &[&name.replace('_', "-")]));
    let moment = |name: &str| time(run, &[name]).or_else(|| time(run, &[&name.replace('_', "-")]));
    let created_by = ["created_by", "created-by"]
        .iter()
        .find_map(|name| at(run, &[name]));
    let reached = status::reached(&told("status").unwrap_or_default(), false);
    let is_destroy = ["is_destroy", "is-destroy"]
        .iter()
        .any(|name| at(run, &[name]) == Some(&Value::Bool(true)));
    Some(Run {
        id: told("id")?,
        scope: text(value, &["workspace", "name"])?,
        operation: status::operation(reached, is_destroy, false),
        status: reached.status,
        started: moment("created_at"),
        ended: moment("updated_at").filter(|_| reached.status != RunStatus::Running),
        actor: created_by.and_then(|by| text(by, &["email"]).or_else(|| text(by, &["username"]))),
        via: match told("source").as_deref() {
            Some("ui") => Some(Via::Human),
            Some("vcs") => Some(Via::Ci),
            Some("schedule" | "run-trigger") => Some(Via::Service),
            _ => None,
        },
        message: told("message"),
        url: told("url"),
        ..Run::default()
    })
}
