//! Services and resources as one graph, from dependent to dependency, with every name a node goes
//! by.

pub(crate) mod adjacency;
pub(crate) mod collect;
pub(crate) mod environment;
pub(crate) mod upstream;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use nepho_core::key::{self, Homes};
use nepho_core::tables::{NodeKind, RelationKind};

use crate::account::Account;
use crate::verdict::class::is_identity;
use adjacency::Adjacency;
use collect::{Collected, Known};

/// Nodes that one alias may stand for; an alias of more says nothing.
const AMBIGUOUS: usize = 4;
/// Names of a node that are looked for in messages.
const NAMES: usize = 24;

/// Steps from what a service runs on to the role that it has.
const ROLE_HOPS: usize = 3;
/// Nodes that are looked at for it.
const ROLE_VISITED: usize = 500;

/// A service or a resource.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Name of the service or canonical id of the resource.
    pub key: Arc<str>,
    /// What a person calls it.
    pub label: String,
    /// Names in lower case by which messages may mean it.
    pub names: Box<[Arc<str>]>,
    /// Type of the resource; empty for a service.
    pub resource_type: String,
    /// Resource that it is a facet of.
    pub parent: Option<u32>,
    /// Whether it is a rule for what comes in, where a document tells its direction.
    pub is_incoming: Option<bool>,
}

/// Name of a secret by its ARN, without the six letters that AWS puts behind it:
/// docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html (read 2026-11-29).
pub(crate) fn secret_name(id: &str) -> Option<&str> {
    let arn = key::Arn::parse(id).filter(|arn| arn.service == "secretsmanager")?;
    let (name, letters) = arn.resource.strip_prefix("secret:")?.rsplit_once('-')?;
    (letters.len() == 6).then_some(name)
}

/// Accounts of what services run on, or act as, by the numbers of the ends of relations.
fn accounts(collected: &Collected) -> HashMap<u32, Vec<Account>> {
    let mut accounts: HashMap<u32, Vec<Account>> = HashMap::new();
    let runs = collected
        .edges
        .keys()
        .filter(|(_, _, kind)| *kind == RelationKind::RunsOn);
    for (from, to, _) in runs {
        let (_, id) = &collected.ends[*to as usize];
        let held = accounts.entry(*from).or_default();
        if let Some(account) = Account::of_id(id).filter(|account| !held.contains(account)) {
            held.push(account);
        }
    }
    accounts
}

/// Whether a resource of this type is what others run as.
fn is_role(resource_type: &str) -> bool {
    let resource_type = resource_type.to_ascii_lowercase();
    let words = ["iam_role", "iam::role", "service_account"];
    words.iter().any(|word| resource_type.ends_with(word))
}

/// All services and resources, and the edges between them.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Nodes by number.
    pub nodes: Vec<Node>,
    services: HashMap<Arc<str>, u32>,
    keys: HashMap<Arc<str>, u32>,
    aliases: HashMap<Arc<str>, Vec<u32>>,
    addresses: HashMap<String, Vec<(String, String, u32)>>,
    /// Environments of the scopes that manage a node, where all of them tell one.
    environments: HashMap<u32, BTreeSet<&'static str>>,
    /// Edges to dependencies.
    pub forward: Adjacency,
    /// Edges to dependents.
    pub backward: Adjacency,
    // Services and resources that only a name ties to them.
    namesakes: HashSet<(u32, u32)>,
    // The same, of those that have the name of the service in theirs.
    guesses: HashSet<(u32, u32)>,
    // Edges between resources that do not hold for all of the input.
    spans: BTreeMap<(u32, u32, RelationKind), (i64, i64)>,
}

impl Graph {
    /// Graph of what was collected. `services` are the services that have rows, which may have no
    /// relation.
    pub(crate) fn build(collected: &Collected, services: &[String]) -> Self {
        let mut graph = Self::default();
        for (key, known) in &collected.resources {
            graph.add_resource(key, known);
        }
        for (key, known) in &collected.resources {
            let parent = known
                .parent
                .as_deref()
                .and_then(|parent| graph.keys.get(parent).copied());
            if let Some(id) = graph.keys.get(key) {
                graph.nodes[*id as usize].parent = parent.filter(|parent| parent != id);
            }
        }
        for service in services {
            graph.add_service(service);
        }
        let ends: Vec<Vec<u32>> = collected
            .ends
            .iter()
            .map(|(kind, text)| graph.resolve_or_add(*kind, text))
            .collect();
        let mut edges: Vec<(u32, u32, RelationKind)> = Vec::new();
        let homes = accounts(collected);
        for ((from, to, kind), span) in &collected.edges {
            let own = homes.get(from).map_or(&[][..], Vec::as_slice);
            let (_, text) = &collected.ends[*to as usize];
            for from in &ends[*from as usize] {
                for to in &ends[*to as usize] {
                    if *kind == RelationKind::Calls && !graph.is_callee(text, *to, own) {
                        continue;
                    }
                    edges.push((*from, *to, *kind));
                    graph.bound(*from, *to, *kind, *span);
                }
            }
        }
        let guesses = collected.guesses.iter().filter(|(_, is_guess)| **is_guess);
        for ((from, to), _) in guesses {
            for from in &ends[*from as usize] {
                let pairs = ends[*to as usize].iter().map(|to| (*from, *to));
                graph.guesses.extend(pairs);
            }
        }
        graph.add_ownership(collected, &mut edges);
        let told: HashSet<(u32, u32, RelationKind)> = edges.iter().copied().collect();
        graph.add_namesakes(&mut edges);
        let added = edges.iter().filter(|edge| !told.contains(edge));
        graph.namesakes = added.map(|(from, to, _)| (*from, *to)).collect();
        edges.retain(|(from, to, _)| from != to);
        edges.sort_unstable();
        edges.dedup();
        graph.drop_roles_of_others(&mut edges);
        graph.forward = Adjacency::from_sorted(graph.nodes.len(), &edges);
        let mut reversed: Vec<_> = edges
            .into_iter()
            .map(|(from, to, kind)| (to, from, kind))
            .collect();
        reversed.sort_unstable();
        graph.backward = Adjacency::from_sorted(graph.nodes.len(), &reversed);
        graph
    }

    /// Notes for how long an edge between resources holds. What is seen of services ends with the
    /// last row that tells of it, which says nothing.
    fn bound(&mut self, from: u32, to: u32, kind: RelationKind, span: (i64, i64)) {
        let is_resource = |node: u32| self.node(node).kind == NodeKind::Resource;
        if !is_resource(from) || !is_resource(to) {
            return;
        }
        let held = self.spans.entry((from, to, kind)).or_insert(span);
        *held = (held.0.min(span.0), held.1.max(span.1));
    }

    /// Whether an edge holds at some time between two.
    pub(crate) fn holds(
        &self,
        from: u32,
        to: u32,
        kind: RelationKind,
        start: i64,
        end: i64,
    ) -> bool {
        self.spans
            .get(&(from, to, kind))
            .is_none_or(|(since, until)| *since <= end && *until >= start)
    }

    /// When an edge between resources ended, if it did.
    pub(crate) fn end(&self, from: u32, to: u32, kind: RelationKind) -> Option<i64> {
        let (_, until) = self.spans.get(&(from, to, kind))?;
        (*until < i64::MAX).then_some(*until)
    }

    fn push(&mut self, node: Node) -> u32 {
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        id
    }

    fn add_resource(&mut self, key: &Arc<str>, known: &Known) {
        let short = key::short_name(key);
        let mut names: Vec<String> = vec![key.to_lowercase(), short.to_lowercase()];
        names.extend(known.name.iter().map(|name| name.to_lowercase()));
        names.extend(known.aliases.iter().cloned());
        names.extend(secret_name(key).map(str::to_lowercase));
        let label = known.name.clone().unwrap_or_else(|| short.to_owned());
        let id = self.add_named(NodeKind::Resource, key, label, names);
        self.nodes[id as usize].is_incoming = known.is_incoming;
        self.nodes[id as usize]
            .resource_type
            .clone_from(&known.resource_type);
        let scopes = known.addresses.iter().map(|(_, scope, _)| scope);
        let told: Option<BTreeSet<&'static str>> =
            scopes.map(|scope| environment::of_scope(scope)).collect();
        if let Some(told) = told.filter(|told| !told.is_empty()) {
            self.environments.insert(id, told);
        }
        for (tool, scope, address) in &known.addresses {
            let held = self.addresses.entry(address.clone()).or_default();
            held.push((tool.clone(), scope.clone(), id));
        }
    }

    fn add_named(
        &mut self,
        kind: NodeKind,
        key: &Arc<str>,
        label: String,
        names: Vec<String>,
    ) -> u32 {
        let mut distinct: Vec<Arc<str>> = Vec::new();
        for name in &names {
            let is_new = || !distinct.iter().any(|held| **held == **name);
            if name.len() >= 2 && distinct.len() < NAMES && is_new() {
                let is_key = **name == **key;
                distinct.push(if is_key {
                    Arc::clone(key)
                } else {
                    name.as_str().into()
                });
            }
        }
        let id = self.push(Node {
            kind,
            key: Arc::clone(key),
            label,
            names: distinct.as_slice().into(),
            resource_type: String::new(),
            parent: None,
            is_incoming: None,
        });
        match kind {
            NodeKind::Service => {
                self.services.insert(Arc::clone(key), id);
            }
            NodeKind::Resource => {
                self.keys.insert(Arc::clone(key), id);
                for name in distinct {
                    // Most names are of one.
                    let held = self.aliases.entry(name);
                    held.or_insert_with(|| Vec::with_capacity(1)).push(id);
                }
            }
        }
        id
    }

    fn add_service(&mut self, service: &str) -> u32 {
        match self.services.get(service) {
            Some(id) => *id,
            None => self.add_named(
                NodeKind::Service,
                &service.into(),
                service.to_owned(),
                vec![service.to_lowercase()],
            ),
        }
    }

    fn resolve_or_add(&mut self, kind: NodeKind, text: &Arc<str>) -> Vec<u32> {
        if kind == NodeKind::Service {
            return vec![self.add_service(text)];
        }
        let found = self.resources_of(text);
        if !found.is_empty() {
            return found;
        }
        let short = key::short_name(text);
        let names = vec![text.to_lowercase(), short.to_lowercase()];
        vec![self.add_named(NodeKind::Resource, text, short.to_owned(), names)]
    }

    /// Whether what is called can be this node. A bare name is no identity's, since nobody calls
    /// one, and means what is of the account of the caller.
    pub(crate) fn is_callee(&self, text: &str, to: u32, homes: &[Account]) -> bool {
        let node = self.node(to);
        let is_bare = !text.contains([':', '/', '.']);
        let is_away = || Account::of_id(&node.key).is_some_and(|account| account.is_away(homes));
        node.kind == NodeKind::Service
            || !is_bare
            || !is_identity(&node.resource_type, &node.key) && !is_away()
    }

    /// A resource that is tagged with a service is taken as a part of it.
    fn add_ownership(&self, collected: &Collected, edges: &mut Vec<(u32, u32, RelationKind)>) {
        for (key, known) in &collected.resources {
            let service = known
                .service
                .as_deref()
                .and_then(|service| self.services.get(service));
            if let (Some(service), Some(resource)) = (service, self.keys.get(key)) {
                edges.push((*service, *resource, RelationKind::RunsOn));
            }
        }
    }

    /// Resources with exactly the name of a service are taken as parts of it, unless there are too
    /// many. Settings of a site of Azure have the names that Azure gives them.
    fn add_namesakes(&self, edges: &mut Vec<(u32, u32, RelationKind)>) {
        let is_named = |node: u32| {
            let kind = key::azure_type(&self.node(node).key);
            kind.is_none_or(|kind| !kind.ends_with("/config"))
        };
        let mut homes = Homes::default();
        let runs = edges.iter().filter(|edge| edge.2 == RelationKind::RunsOn);
        for (from, to, _) in runs {
            homes.add(&self.node(*from).key, &self.node(*to).key);
        }
        let objects = self.keys.iter();
        // Clusters may have Services of one name: then nothing tells which it is.
        let mut fronts: HashMap<String, Option<u32>> = HashMap::new();
        for (key, node) in objects {
            if let Some(front) = upstream::front(key) {
                let known = fronts.entry(front).or_insert(Some(*node));
                *known = known.filter(|known| known == node);
            }
        }
        for (service, id) in &self.services {
            for resource in self.resources_of(service) {
                if is_named(resource) && homes.may_be(service, &self.node(resource).key) {
                    edges.push((*id, resource, RelationKind::RunsOn));
                }
            }
            let lower = service.to_lowercase();
            let behind = upstream::fronts(&lower).filter_map(|front| *fronts.get(front)?);
            edges.extend(behind.map(|to| (*id, to, RelationKind::RunsOn)));
        }
    }

    /// Takes a role for no part of a service where what the service runs on has other roles: it
    /// only shares the name. `edges` are sorted.
    fn drop_roles_of_others(&self, edges: &mut Vec<(u32, u32, RelationKind)>) {
        let of = |node: u32| {
            let start = edges.partition_point(|(from, _, _)| *from < node);
            let rest = edges.get(start..).unwrap_or_default();
            rest.iter().take_while(move |(from, _, _)| *from == node)
        };
        let mut dropped: Vec<(u32, u32)> = Vec::new();
        for service in self.services.values() {
            let mut parts = of(*service)
                .filter(|(_, _, kind)| *kind == RelationKind::RunsOn)
                .map(|(_, to, _)| *to)
                .partition::<Vec<u32>, _>(|part| is_role(&self.node(*part).resource_type));
            if parts.0.is_empty() {
                continue;
            }
            let mut used = HashSet::new();
            let mut seen: HashSet<u32> = parts.1.iter().copied().collect();
            for _ in 0..ROLE_HOPS {
                let next: Vec<u32> = parts
                    .1
                    .iter()
                    .flat_map(|node| of(*node))
                    .filter(|(_, _, kind)| *kind != RelationKind::Contains)
                    .map(|(_, to, _)| *to)
                    .filter(|to| seen.len() < ROLE_VISITED && seen.insert(*to))
                    .collect();
                let roles = next.iter().copied();
                used.extend(roles.filter(|node| is_role(&self.node(*node).resource_type)));
                parts.1 = next;
            }
            if !used.is_empty() {
                let others = parts.0.iter().filter(|role| !used.contains(*role));
                dropped.extend(others.map(|role| (*service, *role)));
            }
        }
        edges.retain(|(from, to, kind)| {
            *kind != RelationKind::RunsOn || !dropped.contains(&(*from, *to))
        });
    }

    /// Node of a service.
    pub(crate) fn service(&self, name: &str) -> Option<u32> {
        self.services.get(name).copied()
    }

    /// Resource with exactly this canonical id.
    pub(crate) fn resource(&self, key: &str) -> Option<u32> {
        self.keys.get(key).copied()
    }

    /// Resources with this canonical id, or that go by this name; none if the name fits too many.
    pub(crate) fn resources_of(&self, text: &str) -> Vec<u32> {
        match self.keys.get(text) {
            Some(id) => vec![*id],
            None => self.named(text),
        }
    }

    /// Resources that go by this name; none if it fits too many.
    pub(crate) fn named(&self, text: &str) -> Vec<u32> {
        match self.aliases.get(text.to_lowercase().as_str()) {
            Some(found) if found.len() <= AMBIGUOUS => found.clone(),
            _ => Vec::new(),
        }
    }

    /// Whether nothing but its name ties a resource to a service.
    pub(crate) fn is_namesake(&self, service: u32, resource: u32) -> bool {
        self.namesakes.contains(&(service, resource))
    }

    /// Whether nothing ties a resource to a service but that it has the name of the service in its
    /// own.
    pub(crate) fn is_guess(&self, service: u32, resource: u32) -> bool {
        self.guesses.contains(&(service, resource))
    }

    /// Resource at an address of a tool in a scope.
    pub(crate) fn in_scope(&self, tool: &str, scope: &str, address: &str) -> Option<u32> {
        let mut held = self.addresses.get(address)?.iter();
        let found = held.find(|(held, of, _)| held == tool && of == scope);
        found.map(|(_, _, id)| *id)
    }

    /// The only resource at an address of a tool, in any scope: logs and states may lie in folders
    /// of different names.
    pub(crate) fn at_address(&self, tool: &str, address: &str) -> Option<u32> {
        let held = self.addresses.get(address)?.iter();
        let mut of_tool = held.filter(|(held, _, _)| held == tool);
        let (_, _, only) = of_tool.next()?;
        of_tool.next().is_none().then_some(*only)
    }

    /// Whether a node is managed in other environments than that of a scope, as far as names tell.
    pub(crate) fn is_of_other_environment(&self, node: u32, scope: &str) -> bool {
        let own = environment::of_scope(scope);
        own.zip(self.environments.get(&node))
            .is_some_and(|(own, told)| !told.contains(own))
    }

    /// Node by its number.
    pub(crate) fn node(&self, id: u32) -> &Node {
        &self.nodes[id as usize]
    }
}
