//! What a finding on a change outside infrastructure code tells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::word_enum;

word_enum! {
    /// Who makes a write, by tool and principal.
    pub enum WriteClass {
        /// An infrastructure tool, in a run that the input tells of.
        Iac = "iac",
        /// An infrastructure tool, but no run in the input accounts for it.
        IacUnregistered = "iac_unregistered",
        /// A person in the web console.
        Console = "console",
        /// A script, a command line or an SDK.
        Script = "script",
        /// An agent that runs on the resource (ssm-agent, kubelet, autoscaler).
        Runtime = "runtime",
        /// The cloud itself, on behalf of a service.
        Service = "service",
    }
}

/// Writes by one actor to one kind of thing, outside infrastructure code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutsideChange {
    /// Who.
    pub actor: String,
    /// By what means.
    pub class: WriteClass,
    /// User agent or tool.
    pub tool: Option<String>,
    /// Operation: `AuthorizeSecurityGroupIngress`.
    pub action: String,
    /// Service of the cloud: `ec2.amazonaws.com`.
    pub api: String,
    /// Canonical ids of the resources, at most 20.
    pub resources: Vec<String>,
    /// Addresses of those that infrastructure code manages.
    pub managed: Vec<String>,
    /// How often.
    pub count: u64,
    /// How many of these were refused.
    pub failed: u64,
    /// First time.
    pub first: Timestamp,
    /// Last time.
    pub last: Timestamp,
    /// Where managed resources no longer are as infrastructure code declares them, by time.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// What it opens, hides or hands out, in words behind the operation: `ends the audit log`,
    /// `shares it with account 999988887777`.
    #[serde(default)]
    pub effect: Option<String>,
    /// Addresses that the calls came from, at most 5.
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// A managed resource that differs from what infrastructure code declares, because somebody changed
/// it by hand or because a tool found that it does, until code sets it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// Address at which infrastructure code manages the resource.
    pub address: String,
    /// Canonical id of the resource.
    pub resource: String,
    /// Id of the change that made the difference; where nobody is known to have made it, of the one
    /// that tells that a tool found it.
    pub change: String,
    /// When it was made, or else found.
    pub opened: Timestamp,
    /// When infrastructure code set the resource again, or somebody took the difference back by
    /// hand; `None` while it lasts.
    pub closed: Option<Timestamp>,
    /// Id of the change that did.
    pub closed_by: Option<String>,
    /// When a tool found it first: a plan, a drift detection, a GitOps controller; `None` where no
    /// document tells of that.
    #[serde(default)]
    pub found: Option<Timestamp>,
    /// Ids of the changes that tell that it was found.
    #[serde(default)]
    pub found_by: Vec<String>,
}

/// A state whose history does not fit together: the same serial number with another content, or
/// another lineage at the same place. Somebody pushed a state over it, or restored one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateRewritten {
    /// Tool.
    pub tool: String,
    /// Workspace, stack or state file.
    pub scope: String,
    /// Lineages that were seen at this place, in the order of the input.
    pub lineages: Vec<String>,
    /// Serial number that was seen with different contents, or at which the lineage changed.
    pub serial: u64,
    /// The files.
    pub uris: Vec<String>,
}
