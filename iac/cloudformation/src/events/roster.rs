//! The resources that the stacks held, as their events tell it.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::key::canonical;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_iac_common::edges::{Edge, Named, Naming, edges};
use nepho_iac_common::permits::plain::{self, Thing};
use serde_json::Value;

use super::event::StackEvent;
use super::operation::StackKey;
use super::{is_grouping, properties_of, tool_of};
use crate::identity::{Identity, identify};
use crate::properties::{Properties, parent_property};
use crate::stack::Place;
use crate::status::{CREATE_COMPLETE, Stage};
use crate::variables;

/// Shortest physical id by which one resource is found in the properties of another.
const SHORTEST_ID: usize = 4;

/// Key, logical id and type of a resource, and properties by which rules are told.
type LookedAt<'e> = (String, &'e str, &'e str, Value);

/// Resources of all stacks of a document.
#[derive(Default)]
pub(super) struct Roster<'a, 'e> {
    /// Canonical ids by physical id and by themselves, without ids that several resources have.
    known: BTreeMap<String, String>,
    standings: BTreeMap<(&'e str, &'e str), Standing<'a, 'e>>,
    /// Ids of stacks within the stacks.
    nested: BTreeSet<&'e str>,
}

/// What is known of one resource after all events.
struct Standing<'a, 'e> {
    latest: &'e StackEvent<'a>,
    physical: &'e str,
    /// Physical id when the resource was last complete.
    settled: &'e str,
    described: Option<&'e StackEvent<'a>>,
    since: Option<Timestamp>,
    is_gone: bool,
    until: Option<Timestamp>,
    tool: Option<&'static str>,
}

/// Identity of the resource of `event` with this physical id.
pub(super) fn identity_of(event: &StackEvent<'_>, physical: &str) -> Option<Identity> {
    identify(
        &event.kind,
        physical,
        &event.stack_name,
        &event.logical,
        &Place::of(&event.stack_id),
    )
}

impl<'a, 'e> Roster<'a, 'e> {
    /// Roster of these stacks; the events of each are in the order of time.
    pub(super) fn of(stacks: &'e BTreeMap<StackKey, Vec<StackEvent<'a>>>) -> Self {
        let mut roster = Self::default();
        let mut shared = BTreeSet::new();
        for events in stacks.values() {
            let tool = tool_of(events);
            for event in events
                .iter()
                .filter(|event| !is_grouping(event) || event.is_nested_stack())
                .filter(|event| event.hook.is_none())
            {
                roster.see(event, tool);
                if event.is_nested_stack() {
                    roster.nested.insert(event.physical.as_str());
                    continue;
                }
                let Some(identity) = identity_of(event, &event.physical) else {
                    continue;
                };
                for name in [&event.physical, &identity.key] {
                    let before = roster.known.insert(name.clone(), identity.key.clone());
                    if before.is_some_and(|before| before != identity.key) {
                        shared.insert(name.clone());
                    }
                }
            }
        }
        let is_telling = |name: &str| {
            name.len() >= SHORTEST_ID && !name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        roster
            .known
            .retain(|name, _| is_telling(name) && !shared.contains(name));
        roster
    }

    fn see(&mut self, event: &'e StackEvent<'a>, tool: &'static str) {
        let standing = self
            .standings
            .entry((&event.stack_id, &event.logical))
            .or_insert(Standing {
                latest: event,
                physical: "",
                settled: "",
                described: None,
                since: None,
                is_gone: false,
                until: None,
                tool: Some(tool),
            });
        standing.latest = event;
        if event.properties.is_some() || event.pushed_properties.is_some() {
            standing.described = Some(event);
        }
        let is_delete = event.verb() == "DELETE";
        let is_done = event.status.is_complete();
        if is_delete && event.physical == standing.physical {
            standing.is_gone = is_done;
            standing.until = event.time.filter(|_| is_done);
            if event.status.stage() == Some(Stage::Skipped) {
                standing.tool = None;
            }
        } else if !is_delete && !event.physical.is_empty() {
            if standing.settled.is_empty() && event.verb() == "UPDATE" {
                standing.settled = &event.physical;
            }
            standing.physical = &event.physical;
            (standing.is_gone, standing.until, standing.tool) = (false, None, Some(tool));
            let is_other = !standing.settled.is_empty() && standing.settled != event.physical;
            if is_done && (is_other || event.status == CREATE_COMPLETE) {
                standing.since = event.time;
            }
            if is_done {
                standing.settled = &event.physical;
            }
        } else if is_delete && standing.physical.is_empty() {
            standing.physical = &event.physical;
            standing.is_gone = is_done;
            standing.until = event.time.filter(|_| is_done);
        }
    }

    /// Canonical id of the resource that the one of `event` is a facet of.
    pub(super) fn parent_of(&self, event: &StackEvent<'_>) -> Option<String> {
        let described = self
            .standings
            .get(&(event.stack_id.as_str(), event.logical.as_str()))?
            .described?;
        properties_of(described)?.parent(&event.kind, &self.known, &Place::of(&event.stack_id))
    }

    /// Adds the relations to what environment variables name, besides those that are told already,
    /// behind the first `told` ones.
    fn variables(
        &self,
        key: &str,
        properties: &Properties,
        standing: &Standing<'_, '_>,
        uri: &str,
        (told, out): (usize, &mut FeedOutput),
    ) {
        let event = standing.described.unwrap_or(standing.latest);
        let known = |word: &str| self.known.get(word).cloned();
        for relation in variables::relations(key, &event.logical, properties, &known) {
            let is_same = |other: &Relation| other.from == key && other.to == relation.to;
            let mut own = out.relations.iter().skip(told);
            if !own.any(is_same) {
                out.relations.push(Relation {
                    valid_from: standing.since,
                    uri: uri.to_owned(),
                    line: event.line,
                    ..relation
                });
            }
        }
    }

    /// Adds what security groups let reach what, to the relations from number `told` on.
    fn permits(&self, looked_at: &[LookedAt<'_>], uri: &str, told: usize, out: &mut FeedOutput) {
        let things = looked_at
            .iter()
            .map(|(key, label, kind, properties)| Thing {
                key,
                label,
                resource_type: kind,
                parent: None,
                properties,
            });
        let things: Vec<Thing<'_>> = things.collect();
        let find = |id: &str| self.known.get(id).cloned();
        let place = ("cloudformation", uri);
        plain::relate(&things, &find, place, told, &mut out.relations);
    }

    /// Adds the resources, and the relations that their properties tell.
    pub(super) fn finish(&self, uri: &str, out: &mut FeedOutput) {
        let told = out.relations.len();
        let mut looked_at: Vec<LookedAt<'_>> = Vec::new();
        for standing in self.standings.values() {
            let event = standing.latest;
            let Some(identity) = identity_of(event, standing.physical) else {
                continue;
            };
            let place = Place::of(&event.stack_id);
            let properties = standing.described.and_then(properties_of);
            let owner = properties
                .as_ref()
                .map(|found| found.owner())
                .unwrap_or_default();
            if !standing.is_gone {
                let references = properties.iter();
                let references = references.flat_map(|found| found.references(&self.known));
                let references: Vec<(String, String)> = references.collect();
                let told = out.relations.len();
                relate(&identity.key, &references, standing, uri, out);
                if let Some(properties) = &properties {
                    self.variables(&identity.key, properties, standing, uri, (told, out));
                }
            }
            if !standing.is_gone {
                // What stands behind rules is known by its key alone.
                let rules = properties
                    .as_ref()
                    .and_then(|found| found.rules(&event.kind));
                let rules = rules.unwrap_or_default();
                looked_at.push((identity.key.clone(), &event.logical, &event.kind, rules));
            }
            if !standing.is_gone && self.nested.contains(event.stack_id.as_str()) {
                let managed = managed(&identity.key, standing, uri);
                out.relations.push(managed);
            }
            out.resources.push(Resource {
                zone: properties.as_ref().and_then(Properties::zone),
                parent: properties.and_then(|found| found.parent(&event.kind, &self.known, &place)),
                key: identity.key,
                aliases: identity.aliases,
                resource_type: event.kind.clone(),
                name: owner.name.or_else(|| Some(event.logical.clone())),
                provider: event.kind.starts_with("AWS::").then(|| "aws".to_owned()),
                account: place.account,
                region: place.region,
                service: owner.service,
                team: owner.team,
                environment: owner.environment,
                tool: standing.tool.map(str::to_owned),
                scope: Some(event.stack_name.clone()),
                address: Some(event.logical.clone()),
                valid_from: standing.since,
                valid_to: standing.until,
                uri: uri.to_owned(),
                line: event.line,
                ..Resource::default()
            });
        }
        self.permits(&looked_at, uri, told, out);
    }
}

/// Adds the relations that the properties of a resource tell: one for each property and other
/// resource.
fn relate(
    key: &str,
    references: &[(String, String)],
    standing: &Standing<'_, '_>,
    uri: &str,
    out: &mut FeedOutput,
) {
    let event = standing.described.unwrap_or(standing.latest);
    let naming = Naming {
        key,
        resource_type: &event.kind,
        parent: parent_property(&event.kind),
        parent_key: None,
    };
    let named: Vec<Named<'_>> = references
        .iter()
        .map(|(path, key)| Named {
            path,
            is_whole: true,
            key,
            resource_type: "",
        })
        .collect();
    let mut told = BTreeSet::new();
    for edge in edges(&naming, &named) {
        let path = references.get(edge.place).map(|(path, _)| path.as_str());
        let property = path.and_then(|path| path.split('.').next());
        let property = property.unwrap_or_default();
        if told.insert((property, edge.from.clone(), edge.to.clone(), edge.kind)) {
            out.relations.push(relation(edge, property, standing, uri));
        }
    }
}

/// What lies in a nested stack is managed by it, whom the stack around it knows by its id.
fn managed(key: &str, standing: &Standing<'_, '_>, uri: &str) -> Relation {
    let event = standing.latest;
    Relation {
        from: key.to_owned(),
        to: canonical(&event.stack_id),
        kind: RelationKind::ManagedBy,
        source: "cloudformation".to_owned(),
        confidence: 1.0,
        observations: 1,
        valid_from: standing.since,
        uri: uri.to_owned(),
        line: event.line,
        evidence: format!("`{}` of a nested stack", event.logical),
        ..Relation::default()
    }
}

fn relation(edge: Edge, property: &str, standing: &Standing<'_, '_>, uri: &str) -> Relation {
    let event = standing.described.unwrap_or(standing.latest);
    Relation {
        from_kind: NodeKind::Resource,
        from: edge.from,
        to_kind: NodeKind::Resource,
        to: edge.to,
        kind: edge.kind,
        source: "cloudformation".to_owned(),
        confidence: 0.9,
        observations: 1,
        valid_from: standing.since,
        valid_to: None,
        uri: uri.to_owned(),
        line: event.line,
        evidence: format!("property `{property}` of `{}`", event.logical),
        ..Relation::default()
    }
}
