//! Instances of one document put together: their keys, who is whose parent, and what refers to what.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use nepho_core::key::{self, Arn};
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

use crate::address;
use crate::identity::facets::{self, Parent};
use crate::identity::owner::Owner;
use crate::identity::{Attributes, aliases, keys, providers, references};

/// Beyond so many instances of one dependency, only the one with the same key is taken:
/// `count` over thousands of both would else give millions of edges.
const MANY_INSTANCES: usize = 32;

/// One object in a state.
pub(crate) struct Instance {
    pub address: String,
    pub resource_type: String,
    pub is_data: bool,
    /// Address of the provider, which tells accounts and regions apart.
    pub provider: String,
    pub attributes: Attributes,
    /// Addresses without instance keys that this one depends on, also through others.
    pub dependencies: Vec<String>,
    pub line: u64,
}

/// Where the instances come from.
pub(crate) struct Source<'a> {
    pub uri: &'a str,
    pub scope: &'a str,
    pub tool: &'a str,
}

/// Instances with their keys, ready to be searched.
pub(crate) struct Graph {
    nodes: Vec<Node>,
    /// Node by key, unique id or the resource part of an ARN.
    by_id: HashMap<String, Vec<usize>>,
    /// Nodes by name, which is unique within a type at most.
    by_name: HashMap<String, Vec<usize>>,
    /// Nodes by host name or address.
    by_host: HashMap<String, Vec<usize>>,
    /// Nodes by address without instance keys.
    by_config: HashMap<String, Vec<usize>>,
    /// Nodes by address without the instance keys of modules.
    by_last_key: HashMap<String, Vec<usize>>,
}

struct Node {
    instance: Instance,
    key: String,
    aliases: BTreeSet<String>,
    parent: Option<Parent>,
}

/// What a reference leads to.
struct Target {
    key: String,
    /// Address, or the id itself if the document does not hold the resource.
    label: String,
    confidence: f64,
}

impl Graph {
    pub(crate) fn new(instances: Vec<Instance>, source: &Source<'_>) -> Self {
        let nodes = instances
            .into_iter()
            .map(|instance| Node::new(instance, source))
            .collect();
        let mut graph = Self {
            nodes,
            by_id: HashMap::new(),
            by_name: HashMap::new(),
            by_host: HashMap::new(),
            by_config: HashMap::new(),
            by_last_key: HashMap::new(),
        };
        for (position, node) in graph.nodes.iter().enumerate() {
            let config = address::without_index(&node.instance.address);
            let keyed = format!("{config}{}", last_key(&node.instance.address));
            graph.by_last_key.entry(keyed).or_default().push(position);
            graph.by_config.entry(config).or_default().push(position);
            // A facet never stands for its parent, whose ids it bears.
            if node.parent.is_some() && !keys::is_global(&node.key) {
                continue;
            }
            graph
                .by_id
                .entry(node.key.clone())
                .or_default()
                .push(position);
            if let Some(arn) = Arn::parse(&node.key) {
                graph
                    .by_id
                    .entry(arn.resource.to_owned())
                    .or_default()
                    .push(position);
            }
            for word in node.words() {
                let index = if keys::is_machine_made(word) {
                    &mut graph.by_id
                } else {
                    &mut graph.by_name
                };
                index.entry(word.to_owned()).or_default().push(position);
            }
            for alias in &node.aliases {
                graph
                    .by_host
                    .entry(alias.clone())
                    .or_default()
                    .push(position);
            }
        }
        graph.share_hosts_of_records();
        graph
    }

    /// The host name of a DNS record is a word for what it points at, when that is one resource of the document.
    fn share_hosts_of_records(&mut self) {
        let mut found = Vec::new();
        for (position, node) in self.nodes.iter().enumerate() {
            let Some(host) =
                aliases::record_host(&node.instance.resource_type, &node.instance.attributes)
            else {
                continue;
            };
            let values = ["alias.name", "records", "rrdatas"]
                .iter()
                .flat_map(|path| node.instance.attributes.all(path));
            let targets: BTreeSet<usize> = values
                .filter_map(|value| self.by_host.get(&aliases::host_of(value)?))
                .flatten()
                .copied()
                .collect();
            let target = match (targets.len(), targets.first()) {
                (1, Some(target)) => *target,
                _ => position,
            };
            found.push((target, host));
        }
        for (position, host) in found {
            if let Some(node) = self.nodes.get_mut(position) {
                node.aliases.insert(host);
            }
        }
    }

    /// Canonical key of the parent, as far as the document tells.
    pub(crate) fn parent_key(&self, parent: &Parent) -> String {
        let mut targets = self.find(&parent.id, &parent.resource_type);
        match (targets.len(), targets.pop()) {
            (1, Some(target)) => target.key,
            _ => parent.id.clone(),
        }
    }

    /// Key of the instance at an address.
    pub(crate) fn key_at(&self, address: &str) -> Option<&str> {
        let positions = self.by_config.get(&address::without_index(address))?;
        let mut nodes = positions
            .iter()
            .filter_map(|position| self.nodes.get(*position));
        nodes
            .find(|node| node.instance.address == address)
            .map(|node| node.key.as_str())
    }

    /// Resources, in the order of the document. Data sources count only if they name one that exists in a cloud.
    pub(crate) fn resources(&self, source: &Source<'_>) -> Vec<Resource> {
        let places = self.places_of_providers();
        let mut resources = Vec::with_capacity(self.nodes.len());
        for node in self.nodes.iter().filter(|node| node.is_shown()) {
            let attributes = &node.instance.attributes;
            let owner = Owner::of(attributes);
            let (mut account, mut region) = node.place();
            let place = places.get(node.instance.provider.as_str());
            account = account.or_else(|| place.and_then(|place| only(&place.0)));
            // A global id without a region is one of a global service.
            if !keys::is_global(&node.key) {
                region = region.or_else(|| place.and_then(|place| only(&place.1)));
            }
            let is_managed = !node.instance.is_data;
            resources.push(Resource {
                key: node.key.clone(),
                aliases: node.aliases.iter().cloned().collect(),
                resource_type: node.instance.resource_type.clone(),
                name: owner.name.or_else(|| node.name()),
                provider: providers::cloud(&node.instance.provider, &node.instance.resource_type),
                account,
                region,
                service: owner.service,
                team: owner.team,
                environment: owner.environment,
                tool: is_managed.then(|| source.tool.to_owned()),
                scope: Some(source.scope.to_owned()),
                address: Some(node.instance.address.clone()),
                parent: node.parent.as_ref().map(|parent| self.parent_key(parent)),
                valid_from: None,
                valid_to: None,
                uri: source.uri.to_owned(),
                line: node.instance.line,
            });
        }
        resources
    }

    /// Accounts and regions that the instances of each provider configuration name.
    fn places_of_providers(&self) -> HashMap<&str, (BTreeSet<String>, BTreeSet<String>)> {
        let mut places: HashMap<&str, (BTreeSet<String>, BTreeSet<String>)> = HashMap::new();
        // Images and the like that data sources find belong to others.
        let is_own = |node: &&Node| {
            !node.instance.is_data || node.instance.resource_type == "aws_caller_identity"
        };
        for node in self.nodes.iter().filter(is_own) {
            let place = places.entry(node.instance.provider.as_str()).or_default();
            let (account, region) = node.place();
            place.0.extend(account);
            place.1.extend(region);
        }
        places
    }

    /// Relations, by resource in the order of the document.
    pub(crate) fn relations(&self, source: &Source<'_>) -> Vec<Relation> {
        let mut relations = Vec::new();
        let mut drawn = HashSet::new();
        for node in &self.nodes {
            self.references(node, source, &mut drawn, &mut relations);
            self.links(node, source, &mut drawn, &mut relations);
        }
        let indirect = self.dependencies_by_config();
        for node in &self.nodes {
            self.dependencies(node, &indirect, source, &mut drawn, &mut relations);
        }
        relations
    }

    /// Edges from a resource to what its attributes name.
    fn references(
        &self,
        node: &Node,
        source: &Source<'_>,
        drawn: &mut Drawn,
        out: &mut Vec<Relation>,
    ) {
        if !node.is_shown() {
            return;
        }
        let instance = &node.instance;
        let parent_path = node.parent.as_ref().map_or("", |parent| parent.path);
        let is_linked = |path: &str| {
            references::links(&instance.resource_type)
                .any(|link| link.from == path || link.to == path)
        };
        for reference in &references::REFERENCES {
            if reference.path == parent_path || is_linked(reference.path) {
                continue;
            }
            for value in instance.attributes.all(reference.path) {
                for target in self.find(value, reference.names) {
                    let from = (node.key.as_str(), instance.address.as_str());
                    draw(
                        from,
                        &target,
                        reference.kind,
                        reference.path,
                        instance.line,
                        source,
                        drawn,
                        out,
                    );
                }
            }
        }
    }

    /// Edges that a resource draws between others.
    fn links(&self, node: &Node, source: &Source<'_>, drawn: &mut Drawn, out: &mut Vec<Relation>) {
        let instance = &node.instance;
        let ends = |path: &str, names: &str| -> Vec<Target> {
            if path.is_empty() {
                let label = instance.address.clone();
                return vec![Target {
                    key: node.key.clone(),
                    label,
                    confidence: 1.0,
                }];
            }
            instance
                .attributes
                .all(path)
                .iter()
                .flat_map(|value| self.find(value, names))
                .collect()
        };
        for link in references::links(&instance.resource_type).filter(|_| !instance.is_data) {
            let targets = ends(link.to, link.names);
            for from in ends(link.from, link.names) {
                for target in &targets {
                    let path = if link.to.is_empty() {
                        link.from
                    } else {
                        link.to
                    };
                    let from = (from.key.as_str(), from.label.as_str());
                    draw(
                        from,
                        target,
                        link.kind,
                        path,
                        instance.line,
                        source,
                        drawn,
                        out,
                    );
                }
            }
        }
    }

    /// What the document says each configured resource depends on, also through others.
    fn dependencies_by_config(&self) -> HashMap<&str, BTreeSet<&str>> {
        let mut dependencies: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (config, positions) in &self.by_config {
            let nodes = positions
                .iter()
                .filter_map(|position| self.nodes.get(*position));
            let names =
                nodes.flat_map(|node| node.instance.dependencies.iter().map(String::as_str));
            dependencies.entry(config).or_default().extend(names);
        }
        dependencies
    }

    /// Edges to configured dependencies that no attribute showed. States list also what is needed only through others: those are left out.
    fn dependencies(
        &self,
        node: &Node,
        by_config: &HashMap<&str, BTreeSet<&str>>,
        source: &Source<'_>,
        drawn: &mut Drawn,
        out: &mut Vec<Relation>,
    ) {
        let instance = &node.instance;
        let own = address::without_index(&instance.address);
        for dependency in instance.dependencies.iter().filter(|_| node.is_shown()) {
            if *dependency == own || is_indirect(dependency, &instance.dependencies, by_config) {
                continue;
            }
            let mut positions = self
                .by_config
                .get(dependency)
                .map_or(&[][..], Vec::as_slice);
            if positions.len() > MANY_INSTANCES {
                let keyed = format!("{dependency}{}", last_key(&instance.address));
                positions = self.by_last_key.get(&keyed).map_or(&[][..], Vec::as_slice);
            }
            let nodes = positions
                .iter()
                .take(MANY_INSTANCES)
                .filter_map(|position| self.nodes.get(*position));
            for other in nodes.filter(|other| other.is_shown()) {
                let label = other.instance.address.clone();
                let target = Target {
                    key: other.key.clone(),
                    label,
                    confidence: 0.7,
                };
                let from = (node.key.as_str(), instance.address.as_str());
                draw(
                    from,
                    &target,
                    RelationKind::DependsOn,
                    "",
                    instance.line,
                    source,
                    drawn,
                    out,
                );
            }
        }
    }

    /// Resources that a value of a reference may mean: by id, by host, by name within a type; or a global id elsewhere.
    fn find(&self, value: &str, names: &str) -> Vec<Target> {
        let id = keys::from_id(names, value).unwrap_or_else(|| key::canonical(value));
        let of_type = |positions: &Vec<usize>| -> Vec<&Node> {
            let nodes = positions
                .iter()
                .filter_map(|position| self.nodes.get(*position));
            nodes
                .filter(|node| !names.is_empty() && node.instance.resource_type.starts_with(names))
                .collect()
        };
        let mut nodes: Vec<&Node> = match self.by_id.get(&id) {
            Some(positions) => positions
                .iter()
                .filter_map(|position| self.nodes.get(*position))
                .collect(),
            None => self.by_name.get(&id).map(of_type).unwrap_or_default(),
        };
        if nodes.is_empty() {
            let host = aliases::host_of(value).and_then(|host| self.by_host.get(&host));
            nodes = host
                .into_iter()
                .flatten()
                .filter_map(|position| self.nodes.get(*position))
                .collect();
        }
        let mut found: BTreeMap<&str, &Node> = BTreeMap::new();
        for node in nodes.into_iter().filter(|node| node.is_shown()) {
            // A data source says less of the same resource than the one that manages it.
            let known = found.entry(&node.key).or_insert(node);
            if known.instance.is_data {
                *known = node;
            }
        }
        if found.is_empty() {
            let is_id = keys::is_global(&id) || is_short_id(&id);
            return if is_id {
                vec![Target {
                    key: id.clone(),
                    label: id,
                    confidence: 1.0,
                }]
            } else {
                Vec::new()
            };
        }
        let confidence = 1.0 / u32::try_from(found.len()).map_or(f64::MAX, f64::from);
        let target = |node: &Node| Target {
            key: node.key.clone(),
            label: node.instance.address.clone(),
            confidence,
        };
        found.into_values().map(target).collect()
    }
}

impl Node {
    fn new(instance: Instance, source: &Source<'_>) -> Self {
        let kind = instance.resource_type.as_str();
        let attributes = &instance.attributes;
        let parent = facets::parent(kind, attributes);
        let has_id =
            !providers::is_logical(kind) && parent.as_ref().is_none_or(|parent| parent.has_own_id);
        // Names of objects in a cluster are unique in the cluster, which no document names.
        let is_scoped = kind.starts_with("kubernetes_") || kind.starts_with("helm_");
        let key = keys::of(kind, attributes).filter(|key| {
            has_id && !is_scoped && parent.as_ref().is_none_or(|parent| parent.id != *key)
        });
        let key =
            key.unwrap_or_else(|| format!("{}:{}:{}", source.tool, source.scope, instance.address));
        let aliases = match &parent {
            _ if providers::is_logical(kind) => BTreeSet::new(),
            Some(parent) => aliases::of_facet(parent.has_own_id, &key, attributes),
            None => aliases::of(kind, &key, attributes),
        };
        Self {
            key,
            aliases,
            parent,
            instance,
        }
    }

    /// Ids and names by which attributes of other resources refer to this one.
    fn words(&self) -> impl Iterator<Item = &str> {
        let paths = [
            "id",
            "name",
            "bucket",
            "function_name",
            "identifier",
            "cluster_identifier",
        ];
        let is_logical = providers::is_logical(&self.instance.resource_type);
        let words = paths
            .into_iter()
            .filter_map(|path| self.instance.attributes.first(path));
        words.filter(move |word| !is_logical && *word != self.key)
    }

    /// Whether it is a resource: data sources may also be answers of a cloud that name none.
    fn is_shown(&self) -> bool {
        let is_answer = matches!(
            self.instance.resource_type.as_str(),
            "aws_caller_identity" | "aws_arn"
        );
        !self.instance.is_data || (keys::is_global(&self.key) && !is_answer)
    }

    fn name(&self) -> Option<String> {
        let paths = [
            "name",
            "bucket",
            "function_name",
            "identifier",
            "cluster_identifier",
            "cluster_id",
            "metadata.name",
        ];
        if providers::is_logical(&self.instance.resource_type) {
            return None;
        }
        // Of a facet all but `name` is the name of its parent.
        let count = if self.parent.is_some() {
            1
        } else {
            paths.len()
        };
        paths
            .iter()
            .take(count)
            .find_map(|path| self.instance.attributes.first(path))
            .map(str::to_owned)
    }

    /// Account and region, from the key or from attributes.
    fn place(&self) -> (Option<String>, Option<String>) {
        let attributes = &self.instance.attributes;
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if let Some(arn) = Arn::parse(&self.key) {
            return (
                some(arn.account).or_else(|| self.owner_account()),
                some(arn.region).or_else(|| self.own_region()),
            );
        }
        if key::is_azure_id(&self.key) {
            let region = attributes
                .first("location")
                .map(|location| location.to_ascii_lowercase().replace(' ', ""));
            return (
                key::azure_subscription(&self.key).map(str::to_owned),
                region,
            );
        }
        if self.instance.resource_type.starts_with("google_") {
            let project = key::google_project(&self.key).or_else(|| attributes.first("project"));
            return (project.map(str::to_owned), self.google_region());
        }
        (self.owner_account(), self.own_region())
    }

    fn owner_account(&self) -> Option<String> {
        let attributes = &self.instance.attributes;
        let is_identity = self.instance.resource_type == "aws_caller_identity";
        let account = is_identity
            .then(|| attributes.first("account_id"))
            .flatten();
        let account = account
            .or_else(|| attributes.first("owner_id"))
            .or_else(|| attributes.first("identity.account_id"));
        let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        account.filter(is_account).map(str::to_owned)
    }

    fn own_region(&self) -> Option<String> {
        let attributes = &self.instance.attributes;
        let zone = attributes
            .first("availability_zone")
            .map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_lowercase()));
        attributes
            .first("region")
            .or(zone)
            .filter(|region| !region.is_empty())
            .map(str::to_owned)
    }

    fn google_region(&self) -> Option<String> {
        let attributes = &self.instance.attributes;
        let zone = attributes
            .first("zone")
            .map(key::short_name)
            .and_then(|zone| zone.rsplit_once('-'))
            .map(|(region, _)| region);
        let region = attributes.first("region").map(key::short_name).or(zone);
        region
            .or_else(|| attributes.first("location"))
            .map(str::to_ascii_lowercase)
    }
}

/// The element of a set of one.
fn only(set: &BTreeSet<String>) -> Option<String> {
    set.first().filter(|_| set.len() == 1).cloned()
}

/// Whether it is a short id of EC2 (`sg-0a1b2c3d`): a short word, a hyphen and hexadecimal digits.
fn is_short_id(id: &str) -> bool {
    id.rsplit_once('-').is_some_and(|(kind, rest)| {
        kind.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && matches!(rest.len(), 8 | 17)
            && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Key of the instance at the end of an address: `[0]`.
fn last_key(address: &str) -> &str {
    match address.ends_with(']') {
        true => address
            .rfind('[')
            .and_then(|at| address.get(at..))
            .unwrap_or(""),
        false => "",
    }
}

/// Whether `dependency` is needed through another of `all`. Beyond a thousand nothing is left out, for the sake of time.
fn is_indirect(
    dependency: &str,
    all: &[String],
    by_config: &HashMap<&str, BTreeSet<&str>>,
) -> bool {
    let needs = |name: &str, what: &str| {
        by_config
            .get(name)
            .is_some_and(|needed| needed.contains(what))
    };
    let through = |other: &String| {
        other != dependency && needs(other, dependency) && !needs(dependency, other)
    };
    all.len() <= 1000 && all.iter().any(through)
}

/// Pairs of keys between which an edge stands already.
type Drawn = HashSet<(String, String)>;

#[expect(clippy::too_many_arguments, reason = "the parts of one row")]
fn draw(
    from: (&str, &str),
    target: &Target,
    kind: RelationKind,
    path: &str,
    line: u64,
    source: &Source<'_>,
    drawn: &mut Drawn,
    out: &mut Vec<Relation>,
) {
    let (key, label) = from;
    if key == target.key || !drawn.insert((key.to_owned(), target.key.clone())) {
        return;
    }
    let evidence = match path {
        "" => format!("{label} depends on {}", target.label),
        path => format!("{label} references {} ({path})", target.label),
    };
    out.push(Relation {
        from_kind: NodeKind::Resource,
        from: key.to_owned(),
        to_kind: NodeKind::Resource,
        to: target.key.clone(),
        kind,
        source: source.tool.to_owned(),
        confidence: target.confidence,
        observations: 1,
        valid_from: None,
        valid_to: None,
        uri: source.uri.to_owned(),
        line,
        evidence,
    });
}
