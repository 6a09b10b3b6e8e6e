//! A small map for tests.

use super::{MAP_SCHEMA, Map, MapEdge, MapNode, MapTotals};

/// A database in a network, that two services need, one through the other.
pub(crate) fn shop() -> Map {
    let resource = |id: &str, kind: &str, label: &str| MapNode {
        id: id.to_owned(),
        kind: kind.to_owned(),
        label: label.to_owned(),
        provider: Some("aws".to_owned()),
        account: Some("111122223333".to_owned()),
        region: Some("eu-west-1".to_owned()),
        service: Some("orders".to_owned()),
        ..MapNode::default()
    };
    let service = |name: &str| MapNode {
        id: format!("service:{name}"),
        kind: "service".to_owned(),
        label: name.to_owned(),
        service: Some(name.to_owned()),
        ..MapNode::default()
    };
    let edge = |from: &str, to: &str, kind: &str| MapEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        kind: kind.to_owned(),
        source: "terraform".to_owned(),
        confidence: 0.9,
        evidence: format!("{from} names {to}"),
        ..MapEdge::default()
    };
    Map {
        schema: MAP_SCHEMA.to_owned(),
        generated_by: "nepho".to_owned(),
        at: None,
        known: None,
        facets: false,
        focus: Vec::new(),
        hops: None,
        totals: MapTotals {
            resources: 2,
            services: 2,
            edges: 3,
        },
        nodes: vec![
            resource("arn:db", "database", "order-db"),
            resource("arn:vpc", "network", "shop"),
            service("checkout"),
            service("web"),
        ],
        edges: vec![
            edge("arn:db", "arn:vpc", "contains"),
            edge("service:checkout", "arn:db", "calls"),
            edge("service:web", "service:checkout", "calls"),
        ],
    }
}
