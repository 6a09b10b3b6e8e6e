//! Table `relations`: edges between services and resources, each with its evidence.

use crate::tables::resources::ProvidesPlace;
use crate::{Timestamp, row_struct, word_enum};

word_enum! {
    /// What an end of a relation is.
    #[derive(Default)]
    pub enum NodeKind {
        /// A service: the name in column `service` of table `logs`.
        Service = "service",
        /// A resource: a canonical id or an alias of one.
        #[default]
        Resource = "resource",
    }
}

word_enum! {
    /// What a relation says. The direction is always dependent to dependency; failure travels
    /// against it.
    #[derive(Default)]
    pub enum RelationKind {
        /// The first calls the second at run time.
        Calls = "calls",
        /// The first runs on or is implemented by the second (service to resource).
        RunsOn = "runs_on",
        /// The first needs the second by configuration (IaC reference).
        #[default]
        DependsOn = "depends_on",
        /// The first lies in the second (subnet in network).
        Contains = "contains",
        /// The first is attached to the second (security group to interface, target to group).
        Attached = "attached",
        /// The first sends requests on to the second (load balancer to target group).
        Routes = "routes",
        /// The first scales the second.
        Scales = "scales",
        /// Data flows between them, and the first takes or gives it (topic to queue, queue to
        /// function, rule to target).
        DataFlow = "data_flow",
        /// Network rules let the first reach the second.
        PermitsNet = "permits_net",
        /// The first may act on the second or as the second (principal to role, provider to role).
        PermitsIam = "permits_iam",
        /// The first uses the second as secret, key, image, volume or certificate.
        Uses = "uses",
        /// The first is managed by the second (resource to stack, stack to repository).
        ManagedBy = "managed_by",
        /// The two are networks, or clouds, that are joined (peering, tunnel, federation).
        Peers = "peers",
    }
}

row_struct! {
    table "relations";
    /// One version of one edge, from dependent to dependency.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Relation {
        /// What `from` is.
        pub from_kind: NodeKind,
        /// The dependent.
        pub from: String,
        /// What `to` is.
        pub to_kind: NodeKind,
        /// The dependency.
        pub to: String,
        /// What the edge says.
        pub kind: RelationKind,
        /// What told of it: `trace`, `load_balancer`, `flow`, `message`, `terraform`, ...
        pub source: String,
        /// How surely the edge is there, from 0 (not at all) to 1.
        pub confidence: f64,
        /// How many observations stand behind it.
        pub observations: u64,
        /// Since when it holds; `None` when unknown.
        pub valid_from: Option<Timestamp>,
        /// Until when it was last seen to hold; `None` while it lasts.
        pub valid_to: Option<Timestamp>,
        /// When we learned of it; `None`: with the first look.
        pub seen_from: Option<Timestamp>,
        /// When we learned that it had ended; `None` while we believe that it holds.
        pub seen_to: Option<Timestamp>,
        /// File of one piece of evidence.
        pub uri: String,
        /// Line of that evidence, from one; 0 when unknown.
        pub line: u64,
        /// The evidence in words: the quoted log line or the reference.
        pub evidence: String,
    }
}

impl ProvidesPlace for Relation {
    fn place(&self) -> (&str, u64) {
        (&self.uri, self.line)
    }
}
