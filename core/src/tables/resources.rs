//! Table `resources`: cloud resources and who owns them, one row per version.

use crate::{Timestamp, row_struct};

/// A row that knows the file and the line it came from.
pub trait ProvidesPlace {
    /// File and line (from one; 0 when unknown).
    fn place(&self) -> (&str, u64);
}

row_struct! {
    table "resources";
    /// A cloud resource as one source saw it.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Resource {
        /// Canonical id: ARN, lower-case Azure id, Google full name, or `tool:scope:address` for
        /// one without an id.
        pub key: String,
        /// Other words for it in logs: short ids, names, host names, addresses.
        pub aliases: Vec<String>,
        /// Type in the words of its source: `aws_security_group`, `AWS::EC2::Instance`.
        pub resource_type: String,
        /// Name that a person would use.
        pub name: Option<String>,
        /// `aws`, `azure`, `gcp`, `kubernetes`.
        pub provider: Option<String>,
        /// Account, subscription or project; of an object of Kubernetes the cluster, where that
        /// is known.
        pub account: Option<String>,
        /// Region.
        pub region: Option<String>,
        /// Zone, of what lies in one alone: `eu-west-1a`, `europe-west1-b`, of Azure its number.
        pub zone: Option<String>,
        /// Service it belongs to, from tags or labels.
        pub service: Option<String>,
        /// Team that owns it, from tags or labels.
        pub team: Option<String>,
        /// Environment, from tags or labels: `production`.
        pub environment: Option<String>,
        /// Tool that manages it, when one does.
        pub tool: Option<String>,
        /// Workspace, stack or state file of the tool.
        pub scope: Option<String>,
        /// Address in the tool.
        pub address: Option<String>,
        /// Canonical id of the resource that this one is a facet of.
        pub parent: Option<String>,
        /// Plain settings, as sizes, counts, the direction of a rule and the services that a policy
        /// allows something of, with hashes of their values, between which blanks stand:
        /// `instance_type=0a1b2c3d4e5f6071`.
        pub settings: Option<String>,
        /// Since when it is like this in the cloud; `None` when unknown.
        pub valid_from: Option<Timestamp>,
        /// Until when; `None` while it lasts.
        pub valid_to: Option<Timestamp>,
        /// When we learned of it; `None`: with the first look.
        pub seen_from: Option<Timestamp>,
        /// When we learned that it had ended; `None` while we believe that it lasts.
        pub seen_to: Option<Timestamp>,
        /// File that told of it.
        pub uri: String,
        /// Line in the file, from one; 0 when unknown.
        pub line: u64,
    }
}

impl ProvidesPlace for Resource {
    fn place(&self) -> (&str, u64) {
        (&self.uri, self.line)
    }
}
