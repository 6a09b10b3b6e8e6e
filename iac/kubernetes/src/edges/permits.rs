//! Which pods network policies let reach which.
//!
//! kubernetes.io/docs/concepts/services-networking/network-policies, read 2026-11-29: policies add
//! up and none forbids; a list of peers that is missing lets in everyone, which is not drawn, and a
//! peer that is a range of addresses names no object.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind::PermitsNet;
use serde_json::Value;

use super::Workloads;
use crate::object::Object;
use crate::value::{list, members, text};

/// Workloads on one side of a policy; of more, the first ones.
const MOST_MEMBERS: usize = 32;
/// Edges of one document.
const MOST_EDGES: usize = 20_000;
/// A policy permits, though something else may still be in the way.
const CONFIDENCE: f64 = 0.8;
/// Label that every namespace has.
const NAME: &str = "kubernetes.io/metadata.name";

/// Adds the edges of all policies of a document.
pub(super) fn relate(objects: &[Object<'_>], workloads: &Workloads<'_, '_>, out: &mut FeedOutput) {
    let is_policy = |object: &&Object<'_>| {
        matches!(object.group, "networking.k8s.io" | "extensions") && object.kind == "NetworkPolicy"
    };
    let mut policies = objects.iter().filter(is_policy).peekable();
    if policies.peek().is_none() {
        return;
    }
    let spaces = objects
        .iter()
        .filter(|object| object.kind == "Namespace" && object.group.is_empty())
        .map(|object| (object.name, *object))
        .collect();
    let known = Known { workloads, spaces };
    let mut drawn = BTreeSet::new();
    for policy in policies {
        for (is_egress, from, to) in known.permitted(policy) {
            if drawn.len() >= MOST_EDGES {
                return;
            }
            if from == to || !drawn.insert((from.clone(), to.clone())) {
                continue;
            }
            let side = if is_egress { "egress" } else { "ingress" };
            let evidence = format!("{side} of network policy `{}`", policy.name);
            policy.edge_of(&from, PermitsNet, &to, evidence, out);
            if let Some(edge) = out.relations.last_mut() {
                edge.confidence = CONFIDENCE;
            }
        }
    }
}

/// What a document knows of workloads and namespaces.
struct Known<'k, 'a, 'b> {
    workloads: &'k Workloads<'a, 'b>,
    spaces: BTreeMap<&'a str, Object<'a>>,
}

impl Known<'_, '_, '_> {
    /// Whom a policy lets reach whom, and whether its egress does.
    fn permitted(&self, policy: &Object<'_>) -> Vec<(bool, String, String)> {
        let nothing = Value::Null;
        let selector = policy.at(&["spec", "podSelector"]).unwrap_or(&nothing);
        let own = self.selected([policy.namespace].into_iter(), selector);
        let mut found = Vec::new();
        for (is_egress, rules, peers) in [(false, "ingress", "from"), (true, "egress", "to")] {
            if !is_in_force(policy, rules) {
                continue;
            }
            let rules = list(policy.value, &["spec", rules]).iter();
            let peers = rules.flat_map(|rule| list(rule, &[peers]));
            let others: BTreeSet<String> = peers.flat_map(|peer| self.peer(policy, peer)).collect();
            for other in others.iter().take(MOST_MEMBERS) {
                for own in &own {
                    found.push(match is_egress {
                        true => (true, own.clone(), other.clone()),
                        false => (false, other.clone(), own.clone()),
                    });
                }
            }
        }
        found
    }

    /// Workloads that a peer of a policy selects.
    fn peer(&self, policy: &Object<'_>, peer: &Value) -> Vec<String> {
        let all = Value::Null;
        let pods = peer.get("podSelector").filter(|one| !one.is_null());
        let spaces = peer.get("namespaceSelector").filter(|one| !one.is_null());
        match (pods, spaces) {
            (None, None) => Vec::new(),
            (Some(pods), None) => self.selected([policy.namespace].into_iter(), pods),
            (pods, Some(spaces)) => {
                let names = self.workloads.keys().copied();
                let names = names.filter(|name| self.is_selected_space(name, spaces));
                self.selected(names, pods.unwrap_or(&all))
            }
        }
    }

    /// Whether a selector selects a namespace, of which a document may know no more than the name.
    fn is_selected_space(&self, name: &str, selector: &Value) -> bool {
        let space = self.spaces.get(name);
        let labels = space.and_then(|space| space.at(&["metadata", "labels"]));
        selects(selector, |label| {
            let label_of = labels.and_then(|labels| labels.get(label)?.as_str());
            label_of.or((label == NAME).then_some(name))
        })
    }

    /// The first workloads of namespaces whose pods a selector selects; pods that others made
    /// where the document does not tell of these.
    fn selected<'n>(&self, spaces: impl Iterator<Item = &'n str>, selector: &Value) -> Vec<String> {
        let (mut makers, mut made) = (Vec::new(), Vec::new());
        let workloads = spaces.filter_map(|space| self.workloads.get(space));
        for (object, labels) in workloads.flatten() {
            if makers.len() >= MOST_MEMBERS {
                break;
            }
            if selects(selector, |label| labels.get(label)?.as_str()) {
                match is_made(object) {
                    false => makers.push(object.key()),
                    true if made.len() < MOST_MEMBERS => made.push(object.key()),
                    true => {}
                }
            }
        }
        if makers.is_empty() { made } else { makers }
    }
}

/// Whether the rules of a policy for one direction count.
fn is_in_force(policy: &Object<'_>, direction: &str) -> bool {
    let types = list(policy.value, &["spec", "policyTypes"]);
    let mut types = types.iter().filter_map(Value::as_str).peekable();
    types.peek().is_none() || types.any(|one| one.eq_ignore_ascii_case(direction))
}

/// Whether it is a pod or job that another object made.
fn is_made(object: &Object<'_>) -> bool {
    let is_made = !list(object.value, &["metadata", "ownerReferences"]).is_empty();
    is_made && matches!(object.kind, "Pod" | "Job")
}

/// Whether a label selector, of which an empty one selects everything, fits labels.
fn selects<'l>(selector: &Value, label: impl Fn(&str) -> Option<&'l str>) -> bool {
    let mut equal = members(selector, &["matchLabels"]);
    let mut expressions = list(selector, &["matchExpressions"]).iter();
    equal.all(|(name, value)| label(name).is_some() && label(name) == value.as_str())
        && expressions.all(|expression| {
            let own = text(expression, &["key"]).and_then(&label);
            let values = list(expression, &["values"]);
            let is_in = || values.iter().any(|value| value.as_str() == own);
            match text(expression, &["operator"]) {
                Some("In") => own.is_some() && is_in(),
                Some("NotIn") => own.is_none() || !is_in(),
                Some("Exists") => own.is_some(),
                Some("DoesNotExist") => own.is_none(),
                _ => false,
            }
        })
}
