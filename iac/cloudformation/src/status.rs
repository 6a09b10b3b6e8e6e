//! Words of the statuses of stacks and of the resources in them.
//!
//! docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html and
//! docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html, read
//! 2026-11-29.

/// A resource was made.
pub(crate) const CREATE_COMPLETE: &str = "CREATE_COMPLETE";
/// A resource was not made, or not as it should be.
pub(crate) const CREATE_FAILED: &str = "CREATE_FAILED";
/// A resource was changed.
pub(crate) const UPDATE_COMPLETE: &str = "UPDATE_COMPLETE";
/// A stack or resource is being deleted.
pub(crate) const DELETE_IN_PROGRESS: &str = "DELETE_IN_PROGRESS";
/// A resource is gone.
pub(crate) const DELETE_COMPLETE: &str = "DELETE_COMPLETE";
/// A resource could not be deleted.
pub(crate) const DELETE_FAILED: &str = "DELETE_FAILED";
/// A resource was let go of, and not deleted.
pub(crate) const DELETE_SKIPPED: &str = "DELETE_SKIPPED";
/// A stack was made for a change set, and holds nothing yet.
pub(crate) const REVIEW_IN_PROGRESS: &str = "REVIEW_IN_PROGRESS";

/// Status of a stack, a resource or a hook: what is done, and how far that is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Status(String);

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is being done.
    InProgress,
    /// It is done.
    Complete,
    /// It could not be done.
    Failed,
    /// It was not tried.
    Skipped,
    /// In a word that is not known.
    Other,
}

impl Status {
    /// The status of this text.
    pub(crate) fn of(text: String) -> Self {
        Self(text)
    }

    /// Text of the status.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is done: `CREATE` of `CREATE_IN_PROGRESS`.
    pub(crate) fn verb(&self) -> &str {
        self.0.split('_').next().unwrap_or_default()
    }

    /// How far it is; `None` for a status of one word.
    pub(crate) fn stage(&self) -> Option<Stage> {
        let (_, last) = self.0.rsplit_once('_')?;
        Some(match last {
            "PROGRESS" if self.0.ends_with("_IN_PROGRESS") => Stage::InProgress,
            "COMPLETE" => Stage::Complete,
            "FAILED" => Stage::Failed,
            "SKIPPED" => Stage::Skipped,
            _ => Stage::Other,
        })
    }

    /// Whether it is being done.
    pub(crate) fn is_in_progress(&self) -> bool {
        self.stage() == Some(Stage::InProgress)
    }

    /// Whether it is done.
    pub(crate) fn is_complete(&self) -> bool {
        self.stage() == Some(Stage::Complete)
    }

    /// Whether it could not be done.
    pub(crate) fn is_failed(&self) -> bool {
        self.stage() == Some(Stage::Failed)
    }

    /// Whether an operation is taken back.
    pub(crate) fn is_rollback(&self) -> bool {
        self.0.contains("ROLLBACK")
    }

    /// Whether taking back begins.
    pub(crate) fn begins_rollback(&self) -> bool {
        self.0.ends_with("ROLLBACK_IN_PROGRESS")
    }

    /// Whether what the operation made superfluous is removed.
    pub(crate) fn is_cleanup(&self) -> bool {
        self.0.contains("CLEANUP")
    }
}

impl PartialEq<&str> for Status {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

/// Status of what the list by operation tells: an operation of this type and status, in an event of
/// this type, of a resource or of the stack.
pub(crate) fn of_operation(
    operation: &str,
    status: Option<&str>,
    event: &str,
    is_of_resource: bool,
) -> Option<Status> {
    let verb = match operation {
        "CREATE_STACK" => "CREATE",
        "UPDATE_STACK" => "UPDATE",
        "DELETE_STACK" => "DELETE",
        "ROLLBACK" | "CONTINUE_ROLLBACK" => "UPDATE_ROLLBACK",
        "CREATE_CHANGESET" => "CHANGESET",
        _ => return None,
    };
    let end = match status {
        _ if event.ends_with("_ERROR") && is_of_resource => "FAILED",
        Some("SUCCEEDED") => "COMPLETE",
        Some("FAILED") => "FAILED",
        Some("IN_PROGRESS") => "IN_PROGRESS",
        _ => return None,
    };
    Some(Status(format!("{verb}_{end}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_what_is_done_and_how_far_it_is() {
        let check = |text: &str, verb: &str, stage: Option<Stage>| {
            let status = Status::of(text.to_owned());
            assert_eq!((status.verb(), status.stage()), (verb, stage), "{text}");
        };
        check("CREATE_IN_PROGRESS", "CREATE", Some(Stage::InProgress));
        check("UPDATE_ROLLBACK_COMPLETE", "UPDATE", Some(Stage::Complete));
        check("DELETE_SKIPPED", "DELETE", Some(Stage::Skipped));
        check("HOOK_COMPLETE_FAILED", "HOOK", Some(Stage::Failed));
        check("WORK_PROGRESS", "WORK", Some(Stage::Other));
        check("ACTIVE", "ACTIVE", None);
    }

    #[test]
    fn rows_of_operations_have_the_status_that_rows_of_stacks_have() {
        let check = |status: Option<&str>, is_of_resource, expected: Option<&str>| {
            let told = of_operation("ROLLBACK", status, "VALIDATION_ERROR", is_of_resource);
            assert_eq!(told.as_ref().map(Status::as_str), expected, "{status:?}");
        };
        check(Some("SUCCEEDED"), false, Some("UPDATE_ROLLBACK_COMPLETE"));
        check(Some("SUCCEEDED"), true, Some("UPDATE_ROLLBACK_FAILED"));
        check(None, false, None);
        let unknown = of_operation("IMPORT_STACK", Some("FAILED"), "STACK_EVENT", false);
        assert_eq!(unknown, None);
    }
}
