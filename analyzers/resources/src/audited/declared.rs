//! Edges that infrastructure code declares: permissions, to tell whether one that a call took away
//! was the last, and which one the id of an assignment stands for; and what a dependent had before
//! a call set anew what it has.

use std::collections::{HashMap, HashSet};

use nepho_core::tables::{Relation, RelationKind};
use nepho_core::{Timestamp, key};

use super::Edge;
use crate::merge::Merged;
use crate::resolve::Directory;

/// What tools declare.
pub(super) struct Declared<'a> {
    directory: &'a Directory,
    /// Permissions by what they are for.
    permits: HashMap<&'a str, Vec<&'a Relation>>,
    /// Edges by their dependents, of those that calls set anew.
    edges: HashMap<&'a str, Vec<&'a Relation>>,
    /// Edges by their dependencies, of those that calls gave to somebody else.
    held: HashMap<&'a str, Vec<&'a Relation>>,
    /// Addresses of the assignments of Azure, which are at the end of the evidence.
    addresses: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Declared<'a> {
    pub(super) fn new(
        directory: &'a Directory,
        merged: &'a [Merged],
        relations: impl Iterator<Item = &'a Relation>,
        ends: &HashSet<String>,
    ) -> Self {
        let ends = ends.iter().map(|end| directory.key_of(end).unwrap_or(end));
        let ends: HashSet<&str> = ends.collect();
        let mut permits: HashMap<&str, Vec<&Relation>> = HashMap::new();
        let mut edges: HashMap<&str, Vec<&Relation>> = HashMap::new();
        let mut held: HashMap<&str, Vec<&Relation>> = HashMap::new();
        for relation in relations.filter(|relation| relation.valid_to.is_none()) {
            if relation.kind == RelationKind::PermitsIam {
                permits.entry(&relation.to).or_default().push(relation);
            }
            if ends.contains(&*relation.from) {
                edges.entry(&relation.from).or_default().push(relation);
            }
            if ends.contains(&*relation.to) {
                held.entry(&relation.to).or_default().push(relation);
            }
        }
        let assignments = merged
            .iter()
            .filter(|one| one.row.key.contains("/roleassignments/"));
        let addresses = assignments.map(|one| {
            let addresses = one.addresses.iter();
            let addresses = addresses.map(|(_, _, address)| address.as_str());
            (one.row.key.as_str(), addresses.collect())
        });
        Self {
            directory,
            permits,
            edges,
            held,
            addresses: addresses.collect(),
        }
    }

    /// The canonical id that a word stands for, or the word.
    fn canonical<'w>(&'w self, word: &'w str) -> &'w str {
        self.directory.key_of(word).unwrap_or(word)
    }

    /// Whether somebody declares an edge, of those from the ends that were asked for.
    pub(super) fn has(&self, (from, kind, to): &Edge) -> bool {
        let (from, to) = (self.canonical(from), self.canonical(to));
        let mut edges = self.edges.get(from).into_iter().flatten();
        edges.any(|edge| edge.kind.as_str() == *kind && edge.to == to)
    }

    /// Whether somebody declares a permission between the two besides the one by this role or
    /// assignment.
    pub(super) fn has_other(&self, from: &str, to: &str, by: &str) -> bool {
        let from = self.canonical(from);
        let mut permits = self.on(to).filter(|permit| permit.from == from);
        if !key::is_azure_id(by) && !by.contains("roles/") {
            return permits.nth(1).is_some();
        }
        permits.any(|permit| match key::is_azure_id(by) {
            true => !self.is_of(permit, by),
            false => {
                let role = permit.evidence.split(' ').next().unwrap_or_default();
                role.contains("roles/") && !role.eq_ignore_ascii_case(by)
            }
        })
    }

    /// Declared edges of a dependent to others than these, but for those that a document tells
    /// which was written after `at`.
    pub(super) fn besides(
        &self,
        from: &str,
        kind: &str,
        left: &[&str],
        at: Timestamp,
    ) -> Vec<(String, String)> {
        let edges = self.edges.get(self.canonical(from)).into_iter().flatten();
        self.others(edges.copied(), |edge| &edge.to, kind, left, at)
    }

    /// Declared edges to a dependency from others than these, but for those that a document tells
    /// which was written after `at`.
    pub(super) fn holders(
        &self,
        to: &str,
        kind: &str,
        left: &[&str],
        at: Timestamp,
    ) -> Vec<(String, String)> {
        let edges = self.held.get(self.canonical(to)).into_iter().flatten();
        self.others(edges.copied(), |edge| &edge.from, kind, left, at)
    }

    /// Those of `edges` of this kind whose `end` is none of `left`.
    fn others<'w>(
        &self,
        edges: impl Iterator<Item = &'w Relation>,
        end: impl Fn(&Relation) -> &str,
        kind: &str,
        left: &[&str],
        at: Timestamp,
    ) -> Vec<(String, String)> {
        let left: HashSet<&str> = left.iter().map(|word| self.canonical(word)).collect();
        edges
            .filter(|edge| edge.seen_from.is_none_or(|seen| seen <= at))
            .filter(|edge| edge.kind.as_str() == kind && !left.contains(end(edge)))
            .map(|edge| (edge.from.clone(), edge.to.clone()))
            .collect()
    }

    /// Who an assignment permits something, as far as somebody declares it.
    pub(super) fn permitted(&self, to: &str, assignment: &str) -> Vec<String> {
        let permits = self.on(to).filter(|permit| self.is_of(permit, assignment));
        permits.map(|permit| permit.from.clone()).collect()
    }

    fn on<'w>(&'w self, to: &'w str) -> impl Iterator<Item = &'a Relation> + 'w {
        let permits = self.permits.get(self.canonical(to));
        permits.into_iter().flatten().copied()
    }

    fn is_of(&self, permit: &Relation, assignment: &str) -> bool {
        let addresses = self.addresses.get(assignment);
        let mut addresses = addresses.into_iter().flatten();
        addresses.any(|address| {
            let rest = permit.evidence.strip_suffix(address);
            rest.is_some_and(|rest| rest.ends_with(" in "))
        })
    }
}
