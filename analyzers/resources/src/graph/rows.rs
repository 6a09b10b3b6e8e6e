//! The graph of the rows of tables.

use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

use super::ResourceGraph;
use super::history::{Facts, Statement};
use super::view::Interval;
use crate::audited;

/// Source of the edges from facets to what they are a part of.
pub(super) const FACET_SOURCE: &str = "parent";

/// Sources of edges that were seen to happen; what such an edge tells ends with the last time that
/// it was seen.
pub(super) const OBSERVING: [&str; 6] =
    ["flow", "dns", "load_balancer", "trace", "message", "access"];

impl ResourceGraph {
    /// Graph of these rows. Facets depend on their parents.
    pub fn new<'a>(
        resources: impl Iterator<Item = &'a Resource>,
        relations: impl Iterator<Item = &'a Relation>,
    ) -> Self {
        let mut facts = Facts::default();
        for resource in resources {
            facts.resource(resource);
        }
        for relation in relations {
            facts.relation(relation, &relation.from, &relation.to);
        }
        facts.build()
    }
}

impl Facts {
    /// Takes note of a row of table `resources`: of its node, when it existed, and what it is a
    /// facet of.
    pub fn resource(&mut self, row: &Resource) {
        let node = self.node(&row.key);
        let interval = Interval::of(row.valid_from, row.valid_to, row.seen_from, row.seen_to);
        if row.valid_from.is_some() {
            self.lifetimes()
                .begins(node, interval.from, interval.seen_from);
        }
        if !interval.is_open() {
            self.lifetimes().ends(node, interval.to, interval.seen_to);
        }
        if let Some(parent) = &row.parent {
            let parent = self.node(parent);
            let source = self.source(FACET_SOURCE);
            let statement = Statement {
                interval,
                is_facet: true,
                ..Statement::new(node, parent, RelationKind::Attached)
            };
            self.tell(source, &statement);
        }
    }

    /// Takes note of a row of table `relations`, as an edge between two nodes.
    pub fn relation(&mut self, row: &Relation, from: &str, to: &str) {
        let (from, to) = (self.node(from), self.node(to));
        let source = self.source(&row.source);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "from 0 to 1, to two digits"
        )]
        let confidence = row.confidence as f32;
        let statement = Statement {
            interval: Interval::of(row.valid_from, row.valid_to, row.seen_from, row.seen_to),
            confidence,
            is_observed: OBSERVING.contains(&row.source.as_str()),
            is_of_service: row.from_kind == NodeKind::Service,
            ..Statement::new(from, to, row.kind)
        };
        self.tell(source, &statement);
        if let Some(end) = row.valid_to.filter(|_| row.source == audited::SOURCE) {
            self.breaks((from, to, row.kind), end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nepho_core::Timestamp;

    fn resource(key: &str, parent: Option<&str>) -> Resource {
        Resource {
            key: key.to_owned(),
            parent: parent.map(str::to_owned),
            ..Resource::default()
        }
    }

    #[test]
    fn a_loop_of_facets_ends() {
        let rows = [
            resource("a", Some("b")),
            resource("b", Some("c")),
            resource("c", Some("a")),
        ];
        let graph = ResourceGraph::new(rows.iter(), std::iter::empty());
        assert_eq!(graph.ancestors("a"), ["b", "c"]);
        assert_eq!(graph.dependencies("a", None, 9), [("b", 1), ("c", 2)]);
        assert_eq!(graph.dependents("a", None, 1), [("c", 1)]);
        assert!(graph.dependents("nobody", None, 1).is_empty());
    }

    #[test]
    fn what_a_call_broke_ends_whoever_declares_it() {
        let relation = |source: &str, valid: [Option<i64>; 2]| {
            let [from, to] = valid.map(|time| time.map(Timestamp));
            Relation {
                from: "instance".to_owned(),
                to: "volume".to_owned(),
                kind: RelationKind::Attached,
                source: source.to_owned(),
                valid_from: from,
                valid_to: to,
                seen_from: from,
                seen_to: to,
                ..Relation::default()
            }
        };
        let needs = |relations: &[Relation]| {
            let graph = ResourceGraph::new(std::iter::empty(), relations.iter());
            [10, 40, 60, 80].map(|at| graph.dependencies("instance", Some(Timestamp(at)), 1).len())
        };
        let declared = relation("terraform", [None, None]);
        let broken = relation("audit", [None, Some(50)]);
        let again = relation("audit", [Some(70), None]);
        assert_eq!(needs(&[declared.clone(), broken.clone()]), [1, 1, 0, 0]);
        assert_eq!(needs(&[broken.clone(), again, declared]), [1, 1, 0, 1]);
        // A state of later tells that it is back; a flow has an end of its own.
        let later = relation("terraform", [Some(75), None]);
        assert_eq!(needs(&[later, broken.clone()]), [1, 1, 0, 1]);
        let seen = relation("flow", [Some(5), Some(61)]);
        assert_eq!(needs(&[seen, broken]), [1, 1, 1, 0]);
    }

    #[test]
    fn a_resource_that_is_gone_takes_its_edges_along() {
        let gone = Resource {
            valid_to: Some(Timestamp(50)),
            ..resource("rule", Some("group"))
        };
        let graph = ResourceGraph::new([gone].iter(), std::iter::empty());
        let needs = |at| graph.dependencies("rule", Some(Timestamp(at)), 1).len();
        assert_eq!([49, 50].map(needs), [1, 0]);
    }
}
