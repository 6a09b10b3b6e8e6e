//! Words of histories and webhooks in ours.

use std::collections::BTreeMap;

use nepho_core::tables::{RunOperation, RunStatus};

use crate::reason::redact;

/// What a run of this kind was started to do; `None` for a word that is none.
///
/// `sdk/go/common/apitype/history.go` of pulumi/pulumi and `UpdateInfo` of the REST API, whose
/// previews have a `P` before the kind, read 2026-11-28. A stack that is renamed is not run.
pub(super) fn operation(kind: &str) -> Option<Option<RunOperation>> {
    Some(Some(match kind {
        "update" => RunOperation::Apply,
        "preview" | "Pupdate" | "Prefresh" | "Pdestroy" | "Pimport" => RunOperation::Plan,
        "refresh" => RunOperation::Refresh,
        "destroy" => RunOperation::Destroy,
        "import" | "resource-import" => RunOperation::Import,
        "rename" | "Prename" => return Some(None),
        _ => return None,
    }))
}

/// How a run ended. `changes` are the numbers of operations by name: what failed after something
/// was done is done in part.
pub(super) fn status(result: &str, changes: &BTreeMap<String, u64>) -> RunStatus {
    let has_changes = changes
        .iter()
        .any(|(operation, count)| *count > 0 && !matches!(operation.as_str(), "same" | "read"));
    match result {
        "succeeded" => RunStatus::Succeeded,
        "failed" if has_changes => RunStatus::Partial,
        "failed" => RunStatus::Failed,
        "canceled" | "cancelled" | "skipped" => RunStatus::Canceled,
        "in-progress" | "running" | "accepted" => RunStatus::Running,
        _ => RunStatus::Unknown,
    }
}

/// How many resources were changed so; `None` where nothing is counted.
pub(super) fn count(changes: &BTreeMap<String, u64>, operation: &str) -> Option<u64> {
    let count = changes.get(operation).copied().unwrap_or(0);
    (!changes.is_empty()).then_some(count)
}

/// A text that may be kept: without secrets, of bounded length; `None` for an empty one.
pub(super) fn plain(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| redact(text, &[]))
}
