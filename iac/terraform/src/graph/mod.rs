//! Instances of one document put together: their keys, who is whose parent, and what refers to
//! what.

mod access;
mod members;
mod node;
pub(crate) mod permits;
mod relations;
mod rows;
mod store;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use nepho_core::key::{self, Arn};
use nepho_core::setting;
use nepho_core::tables::Resource;
use nepho_iac_common::text;

use crate::address;
use crate::identity::facets::Parent;
use crate::identity::grants::Who;
use crate::identity::{Attributes, Prints, Variable, aliases, keys, providers};
use node::{Node, Stored};
pub(crate) use rows::Rows;
use store::{ByNumber, Index, Name, Names, Span, Texts};

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

/// Instances with their keys. Once [sealed](Graph::seal) they can be searched.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<Stored>,
    texts: Texts,
    /// Types, providers, addresses without instance keys, owners, attributes.
    names: Names,
    /// Values of allow-listed attributes: numbers of paths, and what stands there.
    values: Vec<(u16, Span)>,
    aliases: Vec<Span>,
    /// Whether types stand alone, which is looked up once for each.
    stand_alone: ByNumber<Name, bool>,
    /// Fingerprints of attributes: name and number.
    prints: Vec<(Name, u64)>,
    /// Plain settings, and hashes of their values.
    settings: Vec<(&'static str, u64)>,
    /// Lists of dependencies, each once.
    lists: Vec<Arc<[Name]>>,
    list_places: ByNumber<Arc<[Name]>, u32>,
    /// Parents of facets, by the places of these.
    parents: Vec<(usize, Parent)>,
    variables: HashMap<usize, Vec<Variable>>,
    /// Host names of records that lead to a node.
    hosts: BTreeMap<usize, BTreeSet<String>>,
    /// Node by key, unique id or the resource part of an ARN.
    by_id: Index,
    /// Nodes by name, which is unique within a type at most.
    by_name: Index,
    /// Nodes by host name or address.
    by_host: Index,
    /// Nodes by address without instance keys.
    by_config: Index,
    /// Nodes by address without the instance keys of modules.
    by_last_key: Index,
    /// Places of nodes with an ARN, by this; put in order when a pattern is looked up first.
    arns: OnceCell<Vec<usize>>,
}

/// Accounts and regions by provider configuration.
type PlacesOf = ByNumber<Name, (BTreeSet<String>, BTreeSet<String>)>;

/// What a reference leads to.
#[derive(Clone)]
struct Target {
    key: String,
    /// Address, or the id itself if the document does not hold the resource.
    label: String,
    confidence: f64,
}

impl Graph {
    /// Ends the adding of instances: gives those without an id a key within the tool and scope, and
    /// makes all of them searchable.
    pub(crate) fn seal(&mut self, tool: &str, scope: &str) {
        self.list_places = ByNumber::default();
        for place in 0..self.nodes.len() {
            let local = self.node(place).filter(|node| node.stored.is_key_local);
            let key = local.map(|node| format!("{tool}:{scope}:{}", node.address()));
            if let (Some(key), Some(stored)) = (key, self.nodes.get_mut(place)) {
                stored.set_key(self.texts.add(&key));
            }
        }
        let [mut by_id, mut by_name, mut by_host] = [(); 3].map(|()| Index::default());
        let [mut by_config, mut by_last_key] = [(); 2].map(|()| Index::default());
        for node in self.nodes() {
            let config = address::without_index(node.address());
            by_config.add(&config, node.place);
            let keyed = config + last_key(node.address());
            by_last_key.add(&keyed, node.place);
            // A facet never stands for its parent, whose ids it bears.
            if node.parent().is_some() && !keys::is_global(node.key()) {
                continue;
            }
            by_id.add(node.key(), node.place);
            if let Some(arn) = Arn::parse(node.key()) {
                by_id.add(arn.resource, node.place);
            }
            for word in node.words() {
                match keys::is_machine_made(word) {
                    true => by_id.add(word, node.place),
                    false => by_name.add(word, node.place),
                }
            }
            for alias in node.aliases() {
                by_host.add(alias, node.place);
            }
        }
        let indexes = [
            &mut by_id,
            &mut by_name,
            &mut by_host,
            &mut by_config,
            &mut by_last_key,
        ];
        indexes.into_iter().for_each(Index::seal);
        (self.by_id, self.by_name, self.by_host) = (by_id, by_name, by_host);
        (self.by_config, self.by_last_key) = (by_config, by_last_key);
        self.share_hosts_of_records();
    }

    fn node(&self, place: usize) -> Option<Node<'_>> {
        Node::at(self, place)
    }

    fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).filter_map(|place| self.node(place))
    }

    /// The host name of a DNS record is a word for what it points at, when that is one resource of
    /// the document.
    fn share_hosts_of_records(&mut self) {
        let mut found = Vec::new();
        for node in self.nodes() {
            let first = |path: &str| node.first(path);
            let Some(host) = aliases::record_host(node.kind(), first) else {
                continue;
            };
            let mut targets: BTreeSet<usize> = BTreeSet::new();
            for value in aliases::RECORD_VALUES
                .iter()
                .flat_map(|path| node.all(path))
            {
                match aliases::host_of(aliases::of_record(value)) {
                    // The host of a mail server is no word for the domain that it serves.
                    Some(_) if value.contains(' ') => {}
                    Some(host) => targets.extend(self.called(&host).map(|node| node.place)),
                    None => targets.extend(self.with_key(&key::canonical(value))),
                }
            }
            let target = match (targets.len(), targets.first()) {
                (1, Some(target)) => *target,
                _ => node.place,
            };
            found.push((target, host));
        }
        for (place, host) in found {
            self.hosts.entry(place).or_default().insert(host);
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
        let mut nodes = self.nodes_of(self.by_config.get(&address::without_index(address)));
        nodes
            .find(|node| node.address() == address)
            .map(|node| node.key())
    }

    /// Tells of the resources, in the order of the document. Data sources count only if they name
    /// one that exists in a cloud.
    pub(crate) fn resources(&self, source: &Source<'_>, rows: &mut Rows<'_>) {
        let places = self.places_of_providers();
        let mut clouds: ByNumber<(Name, Name), Option<String>> = ByNumber::default();
        for node in self.nodes().filter(Node::is_shown) {
            let cloud = clouds.entry((node.provider_number(), node.kind_number()));
            let cloud = cloud.or_insert_with(|| providers::cloud(node.provider(), node.kind()));
            let [service, team, environment, name] = node.owner();
            let (mut account, mut region) = node.place();
            let place = places.get(&node.provider_number());
            account = account.or_else(|| place.and_then(|place| only(&place.0)));
            // A global id without a region is one of a global service.
            if !keys::is_global(node.key()) {
                region = region.or_else(|| place.and_then(|place| only(&place.1)));
            }
            rows.resource(Resource {
                key: node.key().to_owned(),
                aliases: self.aliases_of(&node),
                resource_type: node.kind().to_owned(),
                name: name.or_else(|| node.name()),
                provider: cloud.clone(),
                account,
                region,
                zone: node.zone(),
                service,
                team,
                environment,
                tool: (!node.is_data()).then(|| source.tool.to_owned()),
                scope: Some(source.scope.to_owned()),
                address: Some(node.address().to_owned()),
                parent: node.parent().map(|parent| self.parent_key(parent)),
                settings: setting::text(node.settings()),
                valid_from: None,
                valid_to: None,
                uri: source.uri.to_owned(),
                line: node.line(),
                ..Resource::default()
            });
        }
    }

    /// Aliases of a node, sorted, with the host names that lead to it.
    fn aliases_of(&self, node: &Node<'_>) -> Vec<String> {
        let own = node.aliases().map(str::to_owned);
        let own = own.chain(self.record_id(node)).chain(account_id(node));
        match self.hosts.get(&node.place) {
            None => own.collect(),
            Some(hosts) => {
                let all: BTreeSet<String> = own.chain(hosts.iter().cloned()).collect();
                all.into_iter().collect()
            }
        }
    }

    /// Accounts and regions that the instances of each provider configuration name.
    fn places_of_providers(&self) -> PlacesOf {
        let mut places = PlacesOf::default();
        // Images and the like that data sources find belong to others.
        let is_own = |node: &Node<'_>| !node.is_data() || node.kind() == "aws_caller_identity";
        for node in self.nodes().filter(is_own) {
            let place = places.entry(node.provider_number()).or_default();
            let (account, region) = node.place();
            place.0.extend(account);
            place.1.extend(region);
        }
        places
    }

    /// Resources that a value of a reference may mean: by id, by host, by name within a type; or a
    /// global id elsewhere.
    fn find(&self, value: &str, names: &str) -> Vec<Target> {
        let value = text::service_id(value);
        let id = keys::from_id(names, value).unwrap_or_else(|| key::canonical(value));
        let ids = self.nodes_of(self.by_id.get(&id));
        let mut nodes: Vec<Node<'_>> = ids.filter(|node| node.has_id(&id)).collect();
        if nodes.is_empty() && !names.is_empty() {
            let named = self.nodes_of(self.by_name.get(&id));
            let named = named.filter(|node| node.words().any(|word| word == id));
            nodes.extend(named.filter(|node| node.kind().starts_with(names)));
        }
        // A pool of users issues tokens at a URL that ends with its id.
        if nodes.is_empty()
            && value.starts_with("https://cognito-idp.")
            && let Some((_, pool)) = value.rsplit_once('/')
        {
            let named = self.nodes_of(self.by_name.get(pool));
            nodes.extend(named.filter(|node| node.kind() == "aws_cognito_user_pool"));
        }
        // Target pools name machines by zone and name.
        if nodes.is_empty()
            && names == "google_compute_instance"
            && let Some((zone, name)) = value.split_once('/')
        {
            let end = format!("/zones/{zone}/instances/{name}");
            let named = self.nodes_of(self.by_name.get(name));
            nodes.extend(named.filter(|node| node.key().ends_with(&end)));
        }
        if nodes.is_empty()
            && let Some(host) = aliases::host_of(value)
        {
            nodes.extend(self.called(&host));
        }
        let mut found: BTreeMap<&str, Node<'_>> = BTreeMap::new();
        for node in nodes.into_iter().filter(Node::is_shown) {
            // A data source says less of the same resource than the one that manages it.
            let known = found.entry(node.key()).or_insert(node);
            if known.is_data() {
                *known = node;
            }
        }
        if found.is_empty() {
            let is_id = keys::is_global(&id) || text::is_short_id(&id);
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
        let target = |node: Node<'_>| Target {
            key: node.key().to_owned(),
            label: node.address().to_owned(),
            confidence,
        };
        found.into_values().map(target).collect()
    }

    /// Places of the nodes that have this key, and no other, as theirs.
    fn with_key(&self, key: &str) -> impl Iterator<Item = usize> {
        let nodes = self.nodes_of(self.by_id.get(key));
        nodes
            .filter(move |node| node.key() == key)
            .map(|node| node.place)
    }

    /// Nodes with this host name or address.
    fn called<'g>(&'g self, host: &str) -> impl Iterator<Item = Node<'g>> {
        let nodes = self.nodes_of(self.by_host.get(host));
        nodes.filter(move |node| node.aliases().any(|alias| alias == host))
    }

    /// Id under which the audit log knows a DNS record, which a state only knows by its address.
    fn record_id(&self, node: &Node<'_>) -> Option<String> {
        match node.kind() {
            "aws_route53_record" => {}
            "google_dns_record_set" => {
                // `projects/P/managedZones/Z/rrsets/HOST./TYPE`
                let id = node.first("id").filter(|id| id.contains("/rrsets/"))?;
                return key::google_name("dns", id);
            }
            _ => return None,
        }
        let host = node.first("fqdn").or_else(|| node.first("name"))?;
        let (zone, kind) = (node.first("zone_id")?, node.first("type")?);
        // The zone knows the partition that it lies in.
        let zones = self.find(zone, "aws_route53_zone");
        let zone = match &zones[..] {
            [one] if keys::is_global(&one.key) => &one.key,
            _ => zone,
        };
        let set = node.first("set_identifier");
        Some(key::dns_record(zone, kind, host, set))
    }

    /// Nodes with this address without instance keys.
    fn configured<'g>(&'g self, config: &str) -> impl Iterator<Item = Node<'g>> {
        let nodes = self.nodes_of(self.by_config.get(config));
        nodes.filter(move |node| address::is_of(node.address(), config))
    }

    /// Nodes with this address without the instance keys of modules.
    fn keyed<'g>(&'g self, keyed: &str) -> impl Iterator<Item = Node<'g>> {
        let nodes = self.nodes_of(self.by_last_key.get(keyed));
        nodes.filter(move |node| {
            let config = keyed.strip_suffix(last_key(node.address()));
            config.is_some_and(|config| address::is_of(node.address(), config))
        })
    }

    fn nodes_of(&self, places: impl Iterator<Item = usize>) -> impl Iterator<Item = Node<'_>> {
        places.filter_map(|place| self.node(place))
    }
}

/// ARN under which policies name an account of an organization.
fn account_id(node: &Node<'_>) -> Option<String> {
    match node.kind() {
        "aws_organizations_account" => Who::Account.word(node.first("id")?),
        _ => None,
    }
}

/// The element of a set of one.
fn only(set: &BTreeSet<String>) -> Option<String> {
    set.first().filter(|_| set.len() == 1).cloned()
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

#[cfg(test)]
mod tests {
    use nepho_core::feed::{ChangeFeed, Document, FeedOutput};

    use super::store::tests::COLLIDES;
    use crate::state::State;

    /// A firewall between two groups, an instance, a record, and a list of instances that all have
    /// a namesake.
    const NETWORK: &str = r#"{"version":4,"serial":1,"lineage":"l","resources":[
        {"mode":"managed","type":"aws_security_group","name":"web","instances":[{"attributes":{"id":"sg-0a1b2c3d","arn":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d"}}]},
        {"mode":"managed","type":"aws_security_group","name":"db","instances":[{"attributes":{"id":"sg-1a1b2c3d","arn":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1a1b2c3d"}}]},
        {"mode":"managed","type":"aws_security_group_rule","name":"r","instances":[{"attributes":{"id":"sgrule-1","type":"ingress","security_group_id":"sg-1a1b2c3d","source_security_group_id":"sg-0a1b2c3d"}}]},
        {"mode":"managed","type":"aws_instance","name":"a","instances":[{"attributes":{"id":"i-0a1b2c3d","private_ip":"10.0.0.1","vpc_security_group_ids":["sg-0a1b2c3d"]}}]},
        {"mode":"managed","type":"aws_instance","name":"b","instances":[{"index_key":"x","attributes":{"id":"i-1a1b2c3d","private_ip":"10.0.0.2","vpc_security_group_ids":["sg-1a1b2c3d"]},"dependencies":["aws_instance.a"]}]},
        {"mode":"managed","type":"aws_route53_record","name":"r","instances":[{"attributes":{"id":"Z1_www_A","zone_id":"Z1","fqdn":"www.shop.example","records":["10.0.0.1"],"type":"A"}}]}]}"#;

    #[test]
    fn texts_with_the_same_hash_join_nothing() {
        let told = |text: &str, collides: bool| {
            COLLIDES.set(collides);
            let document = Document {
                uri: "prod/terraform.tfstate",
                text,
                modified: None,
            };
            let mut out = FeedOutput::default();
            State.read(&document, &mut out).unwrap();
            COLLIDES.set(false);
            out
        };
        for text in [
            NETWORK,
            include_str!("../state/fixtures/orders.tfstate"),
            include_str!("../state/fixtures/shop-9.tfstate"),
            include_str!("../state/fixtures/queues.tfstate"),
            include_str!("../state/fixtures/worker-show.json"),
        ] {
            let (plain, collided) = (told(text, false), told(text, true));
            assert!(!plain.resources.is_empty());
            assert_eq!(format!("{plain:#?}"), format!("{collided:#?}"));
        }
        assert!(told(NETWORK, false).relations.len() > 4);
    }
}
