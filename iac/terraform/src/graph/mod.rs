//! Instances of one document put together: their keys, who is whose parent, and what refers to
//! what.

mod members;
mod node;
pub(crate) mod permits;
mod relations;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::key::{self, Arn};
use nepho_core::tables::Resource;

use crate::address;
use crate::identity::facets::Parent;
use crate::identity::{Attributes, Prints, aliases, keys, providers};
use node::Node;

/// One object in a state.
pub(crate) struct Instance {
    pub address: String,
    pub resource_type: String,
    pub is_data: bool,
    /// Whether Terraform holds it for broken.
    pub is_tainted: bool,
    pub schema_version: u64,
    /// Whether the attributes are spelled as before Terraform 0.12.
    pub is_flat: bool,
    /// Address of the provider, which tells accounts and regions apart.
    pub provider: String,
    pub attributes: Attributes,
    /// Fingerprints of all attributes.
    pub prints: Prints,
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

    /// The host name of a DNS record is a word for what it points at, when that is one resource of
    /// the document.
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

    /// Resources, in the order of the document. Data sources count only if they name one that
    /// exists in a cloud.
    pub(crate) fn resources(&self, source: &Source<'_>) -> Vec<Resource> {
        let places = self.places_of_providers();
        let mut resources = Vec::with_capacity(self.nodes.len());
        for node in self.nodes.iter().filter(|node| node.is_shown()) {
            let attributes = &node.instance.attributes;
            let owner = attributes.owner();
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
                ..Resource::default()
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

    /// Resources that a value of a reference may mean: by id, by host, by name within a type; or a
    /// global id elsewhere.
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
