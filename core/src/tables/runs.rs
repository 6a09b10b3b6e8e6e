//! Table `runs`: what infrastructure tools were started to do, one row per run.

use crate::tables::resources::ProvidesPlace;
use crate::{Timestamp, row_struct, word_enum};

word_enum! {
    /// What a run was started to do.
    #[derive(Default)]
    pub enum RunOperation {
        /// Make the cloud as declared.
        #[default]
        Apply = "apply",
        /// Delete what is declared.
        Destroy = "destroy",
        /// Only look at what there is.
        Refresh = "refresh",
        /// Take over what exists.
        Import = "import",
        /// Go back to an earlier version.
        Rollback = "rollback",
        /// Follow a repository.
        Sync = "sync",
        /// Only say what would be done.
        Plan = "plan",
    }
}

word_enum! {
    /// How a run ended.
    #[derive(Default)]
    pub enum RunStatus {
        /// It goes on.
        Running = "running",
        /// All of it was done.
        Succeeded = "succeeded",
        /// Nothing of it was done, or all was taken back.
        Failed = "failed",
        /// Some changes were made, others failed.
        Partial = "partial",
        /// It was stopped.
        Canceled = "canceled",
        /// Not told.
        #[default]
        Unknown = "unknown",
    }
}

row_struct! {
    table "runs";
    /// One run of an infrastructure tool.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Run {
        /// As column `run` of its changes.
        pub id: String,
        /// `terraform`, `opentofu`, `cloudformation`, `cdk`, `pulumi`, `arm`, `helm`, ...
        pub tool: String,
        /// Workspace, stack, release or state file; as column `scope` of its changes.
        pub scope: String,
        /// What it was started to do.
        pub operation: RunOperation,
        /// How it ended.
        pub status: RunStatus,
        /// When it began.
        pub started: Option<Timestamp>,
        /// When it ended.
        pub ended: Option<Timestamp>,
        /// Who started it.
        pub actor: Option<String>,
        /// Commit or version that was applied.
        pub revision: Option<String>,
        /// Repository that it was started from.
        pub repository: Option<String>,
        /// What the person who started it said of it; of the digest of a preview, what it would do.
        pub message: Option<String>,
        /// Page of the run.
        pub url: Option<String>,
        /// Serial number of the state before and after, where the tool counts.
        pub serial_from: Option<u64>,
        /// See `serial_from`.
        pub serial_to: Option<u64>,
        /// Addresses of resources that the run made and then lost sight of: they exist, and no
        /// state or stack has them.
        pub orphans: Vec<String>,
        /// File that told of it.
        pub uri: String,
        /// Line in the file, from one; 0 when the file has no lines to speak of.
        pub line: u64,
    }
}

impl ProvidesPlace for Run {
    fn place(&self) -> (&str, u64) {
        (&self.uri, self.line)
    }
}
