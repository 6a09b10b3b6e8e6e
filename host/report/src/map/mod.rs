//! The map of resources and services: what `nepho map --json` writes and what the other forms show.

mod dot;
mod graphml;
mod mermaid;
mod reference;
pub(crate) mod says;

use nepho_core::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use dot::render_dot;
pub use graphml::render_graphml;
pub use mermaid::render_mermaid;
pub use reference::{map_reference_markdown, map_schema_text};

/// Name and version of the JSON form. Fields may be added within a version; a reader ignores what
/// it does not know.
pub const MAP_SCHEMA: &str = "nepho.map/1";

/// Resources and services as of one moment, and what needs what. The same input gives the same map,
/// byte for byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Map {
    /// Always `nepho.map/1`.
    pub schema: String,
    /// Program and version that wrote it: `nepho 0.1.0`.
    pub generated_by: String,
    /// The time that the map shows; null: what has not ended.
    pub at: Option<Timestamp>,
    /// What was known by then; null: all that is known now.
    pub known: Option<Timestamp>,
    /// Whether rules, policies and attachments are nodes of their own. Otherwise their edges are
    /// those of what they are a part of.
    pub facets: bool,
    /// Ids of the nodes that the map was asked to show the surroundings of; empty: the whole map.
    pub focus: Vec<String>,
    /// Steps from the focus; null without one.
    pub hops: Option<u32>,
    /// What the whole map holds at that moment.
    pub totals: MapTotals,
    /// Nodes, by id.
    pub nodes: Vec<MapNode>,
    /// Edges, by the ids of their ends and then by kind.
    pub edges: Vec<MapEdge>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MapTotals {
    /// Resources, without rules and the like unless they are nodes.
    pub resources: u64,
    /// Services.
    pub services: u64,
    /// Edges.
    pub edges: u64,
}

/// A resource or a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapNode {
    /// Canonical id; of a service `service:NAME`.
    pub id: String,
    /// What it is, in words that fit all clouds: `database`, `load_balancer`, `service`.
    pub kind: String,
    /// What a person would call it.
    pub label: String,
    /// Type in the words of its source; empty if nothing tells it.
    pub resource_type: String,
    /// `aws`, `azure`, `gcp`, `kubernetes`.
    pub provider: Option<String>,
    /// Account, subscription or project.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Zone, of what lies in one alone.
    pub zone: Option<String>,
    /// Service it belongs to.
    pub service: Option<String>,
    /// Team that owns it.
    pub team: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Tool that manages it, when one does.
    pub tool: Option<String>,
    /// Workspace, stack or state file of the tool.
    pub scope: Option<String>,
    /// Address in the tool.
    pub address: Option<String>,
    /// Id of the resource that it is a part of.
    pub parent: Option<String>,
    /// Other words for it in logs.
    pub aliases: Vec<String>,
    /// Times in which it existed, as far as something tells; empty: nothing tells of a beginning or
    /// an end.
    pub existed: Vec<MapSpan>,
    /// Steps from the focus; 0 without one.
    pub distance: u32,
}

/// A span of time, in the cloud and in what we knew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapSpan {
    /// Since when; null: unknown.
    pub valid_from: Option<Timestamp>,
    /// Until when; null while it lasts.
    pub valid_to: Option<Timestamp>,
    /// Since when we know of it; null: with the first look.
    pub seen_from: Option<Timestamp>,
    /// Since when we know that it ended; null while we believe that it lasts.
    pub seen_to: Option<Timestamp>,
}

/// An edge, from what depends to what it depends on. Failure travels the other way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapEdge {
    /// Id of the dependent.
    pub from: String,
    /// Id of the dependency.
    pub to: String,
    /// What the edge says: `depends_on`, `calls`, `runs_on`, `contains` (the first lies in the
    /// second), `attached`, `routes`, `scales`, `data_flow`, `permits_net`, `permits_iam`, `uses`,
    /// `managed_by`, `peers`.
    pub kind: String,
    /// What told of it: `terraform`, `flow`, `trace`, ...
    pub source: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// When it holds.
    pub holds: MapSpan,
    /// How many observations stand behind it.
    pub observations: u64,
    /// One piece of evidence in words.
    pub evidence: String,
    /// File of that evidence.
    pub uri: String,
    /// Line in it, from one; 0 when unknown.
    pub line: u64,
}

impl Map {
    /// The map as JSON text, indented, with a line break at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Node with an id.
    pub(crate) fn node(&self, id: &str) -> Option<&MapNode> {
        let place = self.nodes.binary_search_by(|node| node.id.as_str().cmp(id));
        place.ok().and_then(|place| self.nodes.get(place))
    }
}

impl MapNode {
    /// Whether it is a service and no resource.
    pub(crate) fn is_service(&self) -> bool {
        self.kind == "service"
    }

    /// Cloud, account and region, as far as known.
    pub(crate) fn place(&self) -> String {
        let parts = [&self.provider, &self.account, &self.region];
        let told: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        told.join(" ")
    }

    /// What it is, as a person says it.
    pub(crate) fn title(&self) -> String {
        self.kind.replace('_', " ")
    }
}

#[cfg(test)]
pub(crate) mod testing;
