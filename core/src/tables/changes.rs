//! Table `changes`: what infrastructure code did to the clouds, one row per resource and run.

use crate::findings::WriteClass;
use crate::tables::resources::ProvidesPlace;
use crate::{Timestamp, row_struct, word_enum};

word_enum! {
    /// What a change does to its resource.
    #[derive(Default)]
    pub enum ChangeAction {
        /// The resource is new.
        Create = "create",
        /// The resource stays, attributes change.
        #[default]
        Update = "update",
        /// The resource is deleted and created again: one change, not two.
        Replace = "replace",
        /// The resource is gone.
        Delete = "delete",
        /// The tool takes over a resource that exists.
        Import = "import",
        /// The address changes, the resource does not.
        Move = "move",
        /// The tool lets go of a resource that goes on to exist.
        Forget = "forget",
        /// The tool marks the resource as broken, to be replaced by the next run.
        Taint = "taint",
        /// The tool takes that mark back.
        Untaint = "untaint",
        /// The tool finds the resource other than it declared it. Who made the difference is not
        /// told by the tool.
        Drift = "drift",
        /// The tool finds the resource as declared again.
        DriftRepaired = "drift_repaired",
    }
}

word_enum! {
    /// How a change ended.
    #[derive(Default)]
    pub enum ChangeOutcome {
        /// The cloud has the change.
        Applied = "applied",
        /// The tool reported an error; the resource may have changed in part.
        Failed = "failed",
        /// Applied, then taken back by the tool.
        RolledBack = "rolled_back",
        /// Only planned: it never explains a failure.
        Planned = "planned",
        /// Not begun, because the run was stopped or something before it failed.
        Cancelled = "cancelled",
        /// The run was interrupted.
        #[default]
        Unknown = "unknown",
    }
}

row_struct! {
    table "changes";
    /// One change of one resource by one run of a tool. Attribute values are never held.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Change {
        /// Identifies the change within a report: tool, scope, run, address and action.
        pub id: String,
        /// When the change was complete in the cloud; `None` when only the run's order is known.
        pub time: Option<Timestamp>,
        /// When work on the resource began.
        pub started: Option<Timestamp>,
        /// Earliest time at which it can have happened, where only an interval is known (two
        /// versions of a state): it lies between this and `time`.
        pub not_before: Option<Timestamp>,
        /// `terraform`, `opentofu`, `cloudformation`, `cdk`, `pulumi`.
        pub tool: String,
        /// Workspace, stack or state file.
        pub scope: String,
        /// Run, operation or update that the change is part of.
        pub run: String,
        /// What is done.
        pub action: ChangeAction,
        /// How it ended.
        pub outcome: ChangeOutcome,
        /// Address in the tool: `aws_security_group.db`, a logical id, a URN.
        pub address: String,
        /// Address that the resource had before, of a move.
        pub previous_address: Option<String>,
        /// Canonical resource id ([`crate::key`]), when the input tells it.
        pub resource: Option<String>,
        /// Type in the tool's own words: `aws_security_group`, `AWS::EC2::SecurityGroup`.
        pub resource_type: String,
        /// How surely `resource` names one resource of all, from 0 (there is none) to 1
        /// ([`crate::key::confidence`]).
        pub key_confidence: f64,
        /// `aws`, `azure`, `gcp`, `kubernetes`, or the provider of a tool: `datadog`.
        pub provider: Option<String>,
        /// Canonical id of the resource that this one is a facet of (a rule of a group, a policy of
        /// a bucket).
        pub parent: Option<String>,
        /// Who ran the tool, when the input tells it.
        pub actor: Option<String>,
        /// Who makes such a change, by tool and principal; `None` where that is not settled yet.
        pub class: Option<WriteClass>,
        /// When it was undone again, by hand or by infrastructure code, where records tell that.
        pub undone: Option<Timestamp>,
        /// Commit or version that was applied.
        pub revision: Option<String>,
        /// Names of the attributes that changed, never their values, and remarks on how far a
        /// call goes: `closed port 5432`, `leads to shop.example`.
        pub attributes: Vec<String>,
        /// Names of the attributes for which the resource had to be replaced.
        pub replace_paths: Vec<String>,
        /// Why the tool did it, in its own words (`replace_because_cannot_update`, a status
        /// reason).
        pub reason: Option<String>,
        /// Whether it is the failure that the others of its run followed from.
        pub is_root_failure: bool,
        /// Code of the error in the cloud's words, of a change that failed: `AccessDenied`.
        pub error_code: Option<String>,
        /// Id that the cloud gave the request, which audit logs have as well.
        pub request_id: Option<String>,
        /// File that told of it.
        pub uri: String,
        /// Line in the file, from one; 0 when the file has no lines to speak of.
        pub line: u64,
    }
}

impl ChangeAction {
    /// Whether a change with this action sets the resource as it is declared.
    pub const fn sets(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Update | Self::Replace | Self::Delete | Self::DriftRepaired
        )
    }
}

impl Change {
    /// Among the [attributes](Change::attributes) of a call that adds a rule which allows, to a
    /// list whose rules may deny as well: what was allowed before still is.
    pub const ALLOWING_RULE: &str = "allowing rule";
    /// Among the [attributes](Change::attributes) of a call that adds a rule which denies what
    /// another allows that comes before it.
    pub const OVERRULED: &str = "overruled by another rule";
    /// What one of the [attributes](Change::attributes) of a call begins with for each port, or
    /// range of ports, that it closes: `closed port 22`, `closed port 8000-8080`. A call that
    /// closes all, or does not tell, has none.
    pub const CLOSED_PORT: &str = "closed port ";

    /// What one of the [attributes](Change::attributes) of a call begins with for each range of
    /// addresses that it closes a way from or to, where it tells them all: `closed range
    /// 192.0.2.0/24`.
    pub const CLOSED_RANGE: &str = "closed range ";
    /// What one of the [attributes](Change::attributes) of a call begins with for each port, or
    /// range of ports, that a rule allows for all addresses after it: `open port 443`.
    pub const OPEN_PORT: &str = "open port ";
    /// What one of the [attributes](Change::attributes) of a call on a record begins with for each
    /// host or address that it leads to after it: `leads to 10.0.0.7`.
    pub const LEADS_TO: &str = "leads to ";

    /// Among the [attributes](Change::attributes) of a call whose effect waits for the next window
    /// of maintenance.
    pub const WAITING: &str = "waits for the maintenance window";

    /// The only one of the [attributes](Change::attributes) of a call that starts what stands.
    pub const START: &str = "start";

    /// Among the [attributes](Change::attributes) of a call after which none of a workload run.
    pub const TO_NONE: &str = "scaled to 0";

    /// Among the [attributes](Change::attributes) of a call after which fewer of something run, and
    /// some still.
    pub const TO_FEWER: &str = "scaled down";

    /// Among the [attributes](Change::attributes) of a call after which more of something run.
    pub const TO_MORE: &str = "scaled up";

    /// Among the [attributes](Change::attributes) of a call on a network policy that is for all
    /// pods of its namespace and lets nothing in.
    pub const NOTHING_IN: &str = "nothing comes in to any pod";

    /// Among the [attributes](Change::attributes) of a call on a network policy that is for all
    /// pods of its namespace and lets nothing out.
    pub const NOTHING_OUT: &str = "nothing goes out of any pod";

    /// What one of the [attributes](Change::attributes) of a call begins with that is on a user of
    /// a database: `database user app`.
    pub const DATABASE_USER: &str = "database user ";

    /// [Type](Change::resource_type) of what a tool found to differ where it tells no more than
    /// that something in the workspace does.
    pub const WORKSPACE: &str = "workspace";

    /// What one of the [attributes](Change::attributes) of a call begins with that lets an alias of
    /// a function lead to a version: `function version 9`.
    pub const VERSION: &str = "function version ";

    /// Whether an [attribute](Change::attributes) names what is set, and is none of the remarks
    /// above on how far a call goes.
    pub fn is_setting(attribute: &str) -> bool {
        let is_remark = [
            Self::ALLOWING_RULE,
            Self::INGRESS_RULE,
            Self::NOTHING_IN,
            Self::NOTHING_OUT,
            Self::OVERRULED,
            Self::START,
            Self::TO_FEWER,
            Self::TO_MORE,
            Self::TO_NONE,
            Self::WAITING,
        ];
        let beginnings = [
            Self::CLOSED_PORT,
            Self::CLOSED_RANGE,
            Self::DATABASE_USER,
            Self::LEADS_TO,
            Self::OPEN_PORT,
            Self::VERSION,
        ];
        let mut beginnings = beginnings.iter();
        !is_remark.contains(&attribute) && !beginnings.any(|start| attribute.starts_with(start))
    }

    /// What the [reason](Change::reason) of a replacement begins with that ended after the
    /// deletion: nothing is there.
    pub const ONLY_DELETED: &str = "deleted and not made again";
    /// Word among `attributes` of a change that is of a rule for what comes in, and for nothing
    /// that goes out.
    pub const INGRESS_RULE: &str = "ingress rule";
    /// Beginning of words among `attributes` of a change of a rule that is for these ports only:
    /// `port 5432`.
    pub const RULE_PORT: &str = "port ";

    /// Whether all that was done of a replacement is the deletion.
    pub fn is_only_deleted(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default();
        self.action == ChangeAction::Replace && reason.starts_with(Self::ONLY_DELETED)
    }
}

impl ProvidesPlace for Change {
    fn place(&self) -> (&str, u64) {
        (&self.uri, self.line)
    }
}
