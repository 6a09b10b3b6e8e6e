//! Edges that are told, closed, reopened, looked for, and walked.

use nepho_core::Timestamp;
use nepho_core::tables::RelationKind;

use super::*;

const KIND: RelationKind = RelationKind::DependsOn;

fn interval(from: i64, to: i64, seen_from: i64, seen_to: i64) -> Interval {
    Interval {
        from: Timestamp(from),
        to: Timestamp(to),
        seen_from: Timestamp(seen_from),
        seen_to: Timestamp(seen_to),
    }
}

const OPEN: i64 = i64::MAX;
const UNKNOWN: i64 = i64::MIN;

/// Facts of one source about one edge, from `a` to `b`.
struct Edge {
    facts: Facts,
    source: u16,
    a: NodeId,
    b: NodeId,
}

impl Edge {
    fn new() -> Self {
        let mut facts = Facts::default();
        let (a, b, source) = (facts.node("a"), facts.node("b"), facts.source("terraform"));
        Self {
            facts,
            source,
            a,
            b,
        }
    }

    fn tell(mut self, from: i64, to: i64, seen_from: i64, seen_to: i64) -> Self {
        let statement = Statement {
            interval: interval(from, to, seen_from, seen_to),
            ..Statement::new(self.a, self.b, KIND)
        };
        self.facts.tell(self.source, &statement);
        self
    }

    fn close(mut self, at: i64, seen: i64) -> Self {
        let edge = (self.a, self.b, KIND);
        self.facts
            .close(self.source, edge, Timestamp(at), Timestamp(seen));
        self
    }

    fn versions(self) -> Vec<(i64, i64, i64, i64)> {
        let graph = self.facts.build();
        let intervals = graph.versions().iter().map(|version| version.interval);
        intervals
            .map(|one| (one.from.0, one.to.0, one.seen_from.0, one.seen_to.0))
            .collect()
    }
}

#[test]
fn statements_that_overlap_are_one_version() {
    let edge = Edge::new().tell(10, OPEN, 12, OPEN).tell(5, OPEN, 20, OPEN);
    assert_eq!(edge.versions(), [(5, OPEN, 12, OPEN)]);
    let edge = Edge::new().tell(1, 5, 1, 5).tell(3, 9, 3, 9);
    assert_eq!(edge.versions(), [(1, 9, 1, 9)]);
}

#[test]
fn closing_ends_the_version_that_holds() {
    let edge = Edge::new().tell(5, OPEN, 5, OPEN).close(9, 11);
    assert_eq!(edge.versions(), [(5, 9, 5, 11)]);
    let twice = Edge::new()
        .tell(5, OPEN, 5, OPEN)
        .close(9, 11)
        .close(10, 12);
    assert_eq!(twice.versions(), [(5, 9, 5, 11)]);
    assert_eq!(Edge::new().close(9, 11).versions(), []);
}

#[test]
fn a_later_statement_reopens_a_closed_edge() {
    let edge = Edge::new()
        .tell(5, OPEN, 5, OPEN)
        .close(9, 9)
        .tell(20, OPEN, 21, OPEN);
    assert_eq!(edge.versions(), [(5, 9, 5, 9), (20, OPEN, 21, OPEN)]);
    // A state that is read after the deletion holds the edge, and does not say since when.
    let undated = Edge::new()
        .tell(UNKNOWN, OPEN, 5, OPEN)
        .close(9, 9)
        .tell(UNKNOWN, OPEN, 30, OPEN);
    assert_eq!(
        undated.versions(),
        [(UNKNOWN, 9, 5, 9), (30, OPEN, 30, OPEN)]
    );
}

#[test]
fn who_tells_of_the_end_knows_more_than_who_does_not() {
    let edge = Edge::new()
        .tell(UNKNOWN, OPEN, UNKNOWN, OPEN)
        .tell(UNKNOWN, 40, UNKNOWN, 45);
    assert_eq!(edge.versions(), [(UNKNOWN, 40, UNKNOWN, 45)]);
}

#[test]
fn edges_hold_only_while_both_ends_exist() {
    let mut edge = Edge::new().tell(UNKNOWN, OPEN, UNKNOWN, OPEN);
    let (a, b) = (edge.a, edge.b);
    let lives = edge.facts.lifetimes();
    lives.begins(a, Timestamp(10), Timestamp(10));
    lives.ends(b, Timestamp(20), Timestamp(25));
    lives.begins(b, Timestamp(30), Timestamp(30));
    assert_eq!(edge.versions(), [(10, 20, 10, 25), (30, OPEN, 30, OPEN)]);
}

#[test]
fn a_walk_is_as_of_a_time_and_of_what_was_known() {
    let mut facts = Facts::default();
    let nodes: Vec<NodeId> = ["a", "b", "c", "d"].map(|name| facts.node(name)).into();
    let source = facts.source("terraform");
    // a -> b -> c -> a is a loop; c -> d was deleted at 50, which we learned at 80.
    for (from, to, to_time, seen) in [
        (0, 1, OPEN, OPEN),
        (1, 2, OPEN, OPEN),
        (2, 0, OPEN, OPEN),
        (2, 3, 50, 80),
    ] {
        let statement = Statement {
            interval: interval(10, to_time, 10, seen),
            ..Statement::new(nodes[from], nodes[to], KIND)
        };
        facts.tell(source, &statement);
    }
    let graph = facts.build();
    let reach = |view: &View, steps, direction| -> Vec<(u32, u32)> {
        let mut walk = graph.walk();
        let found = walk.reach(&nodes[..1], view, steps, direction);
        found
            .iter()
            .map(|step| (step.node.0, step.distance))
            .collect()
    };
    let before = View::at(Timestamp(40));
    let loop_and_d = [(0, 0), (1, 1), (2, 2), (3, 3)];
    assert_eq!(reach(&before, 9, Direction::Needs), loop_and_d);
    assert_eq!(reach(&before, 1, Direction::Needs), [(0, 0), (1, 1)]);
    assert_eq!(reach(&before, 1, Direction::NeededBy), [(0, 0), (2, 1)]);
    let after = View::at(Timestamp(60));
    assert_eq!(reach(&after, 9, Direction::Needs).len(), 3);
    let not_known = after.known_by(Timestamp(70));
    assert_eq!(reach(&not_known, 9, Direction::Needs), loop_and_d);
    let failing = reach(&not_known, 9, Direction::NeededBy);
    assert_eq!(failing, [(0, 0), (2, 1), (1, 2)]);
    assert_eq!(reach(&View::at(Timestamp(9)), 9, Direction::Both), [(0, 0)]);
}

#[test]
fn a_walker_answers_each_question_anew() {
    let edge = Edge::new().tell(UNKNOWN, OPEN, UNKNOWN, OPEN);
    let (a, b) = (edge.a, edge.b);
    let graph = edge.facts.build();
    let mut walk = graph.walk();
    for _ in 0..3 {
        assert_eq!(
            walk.reach(&[a], &View::LATEST, 3, Direction::Needs).len(),
            2
        );
        assert_eq!(
            walk.reach(&[b], &View::LATEST, 3, Direction::Needs).len(),
            1
        );
    }
}
