//! The service map: who calls whom, and how each service fared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::word_enum;

word_enum! {
    /// State of a service on the map.
    pub enum MapStatus {
        /// Broke first in an incident.
        Primary = "primary",
        /// Followed in an incident.
        Secondary = "secondary",
        /// Has failures, but no incident.
        Degraded = "degraded",
        /// No failures to speak of.
        Healthy = "healthy",
        /// Named by others; it has no rows of its own.
        Silent = "silent",
    }
}

/// Services and the calls between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceMap {
    /// Services by name.
    pub nodes: Vec<MapNode>,
    /// Calls, by name.
    pub edges: Vec<MapEdge>,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapNode {
    /// Name.
    pub service: String,
    /// Cloud it runs on.
    pub provider: Option<String>,
    /// Rows.
    pub rows: u64,
    /// Failures among them.
    pub errors: u64,
    /// How it fared. The analyzer of services writes `healthy`, `degraded` or `silent`; the report
    /// raises it to `primary` and `secondary` from the incidents.
    pub status: MapStatus,
}

/// One call relation, from caller to callee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapEdge {
    /// Caller.
    pub from: String,
    /// Callee.
    pub to: String,
    /// What told of it: `trace`, `load_balancer`, `flow`, `message`, `iac`.
    pub sources: Vec<String>,
    /// Observations.
    pub count: u64,
    /// From 0 to 1.
    pub confidence: f64,
    /// One piece of evidence per source.
    pub evidence: Vec<Evidence>,
}
