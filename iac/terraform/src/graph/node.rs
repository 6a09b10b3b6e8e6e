//! One instance with its key, aliases, parent and place.

use std::sync::LazyLock;

use nepho_core::key::{self, Arn};
use nepho_core::setting;

use super::store::{Name, Span};
use super::{Graph, Instance};
use crate::identity::facets::{self, Parent};
use crate::identity::{Attributes, Variable, aliases, attributes, keys, providers};

/// Types whose policy says what somebody may do, and not who may use them.
const POLICIES: [&str; 4] = [
    "aws_iam_group_policy",
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
];

/// Plain settings of a resource of this type.
fn settings<'a>(
    kind: &str,
    attributes: &'a Attributes,
) -> impl Iterator<Item = (&'static str, u64)> + use<'a> {
    let is_policy = POLICIES.contains(&kind);
    let settings = attributes.settings().iter().copied();
    settings.filter(move |(name, _)| is_policy || *name != setting::POLICY)
}

/// A range of one of the lists of a graph.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    start: u32,
    end: u32,
}

impl Part {
    pub(super) fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// From `start` to the end of a list.
    pub(super) fn since<T>(start: usize, list: &[T]) -> Self {
        let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: position(start),
            end: position(list.len()),
        }
    }
}

/// An instance and what follows from its attributes, as a graph keeps it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stored {
    address: Span,
    key: Span,
    kind: Name,
    provider: Name,
    values: Part,
    aliases: Part,
    /// Place in the list of lists.
    dependencies: u32,
    pub(super) prints: Part,
    settings: Part,
    owner: [Option<Span>; 4],
    line: u32,
    pub(super) schema_version: u64,
    pub(super) is_flat: bool,
    pub(super) is_tainted: bool,
    is_data: bool,
    /// Whether the key names the resource only within this tool and scope.
    pub(super) is_key_local: bool,
}

impl Stored {
    pub(super) fn set_key(&mut self, key: Span) {
        self.key = key;
    }
}

impl Graph {
    /// Takes an instance.
    pub(crate) fn add(&mut self, instance: Instance) {
        let place = self.nodes.len();
        let kind = instance.resource_type.as_str();
        let attributes = &instance.attributes;
        let number = self.names.add(kind, &mut self.texts);
        let stands_alone = self.stand_alone.entry(number);
        let stands_alone = *stands_alone.or_insert_with(|| facets::stands_alone(kind));
        let Called {
            parent,
            key,
            aliases,
        } = called(kind, attributes, stands_alone);
        let known_key = key.as_deref().unwrap_or_default();
        let owner = attributes.owner();

        let first = self.values.len();
        for (path, value) in attributes.values() {
            let span = self.texts.add(value);
            self.values.push((path, span));
        }
        let values = Part::since(first, &self.values);
        // A key or alias is often the text of a value, which is then not held twice.
        let own = values.of(&self.values).iter().map(|(_, span)| *span);
        let first = self.aliases.len();
        for alias in &aliases {
            let span = self.texts.add_once(alias, own.clone());
            self.aliases.push(span);
        }
        let owner = [owner.service, owner.team, owner.environment, owner.name];
        let owner = owner.map(|name| {
            let number = self.names.add(&name?, &mut self.texts);
            Some(self.names.span(number))
        });
        let first_print = self.prints.len();
        for (name, print) in &instance.prints.list {
            let number = self.names.add(name, &mut self.texts);
            self.prints.push((number, *print));
        }
        let first_setting = self.settings.len();
        self.settings.extend(settings(kind, attributes));
        let stored = Stored {
            address: self.texts.add(&instance.address),
            key: self.texts.add_once(known_key, own),
            kind: number,
            provider: self.names.add(&instance.provider, &mut self.texts),
            values,
            aliases: Part::since(first, &self.aliases),
            dependencies: self.list(&instance.dependencies),
            prints: Part::since(first_print, &self.prints),
            settings: Part::since(first_setting, &self.settings),
            owner,
            line: u32::try_from(instance.line).unwrap_or(u32::MAX),
            schema_version: instance.schema_version,
            is_flat: instance.is_flat,
            is_tainted: instance.is_tainted,
            is_data: instance.is_data,
            is_key_local: key.is_none(),
        };
        self.nodes.push(stored);
        self.parents.extend(parent.map(|parent| (place, parent)));
        let variables = instance.attributes.into_variables();
        if !variables.is_empty() {
            self.variables.insert(place, variables);
        }
    }

    /// Place of a list of dependencies, which many instances share.
    fn list(&mut self, dependencies: &[String]) -> u32 {
        let names: Vec<Name> = dependencies
            .iter()
            .map(|name| self.names.add(name, &mut self.texts))
            .collect();
        let next = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        if let Some(place) = self.list_places.get(names.as_slice()) {
            return *place;
        }
        let names: std::sync::Arc<[Name]> = names.into();
        self.lists.push(std::sync::Arc::clone(&names));
        self.list_places.insert(names, next);
        next
    }
}

/// What an instance is called, and what it is a part of.
struct Called {
    parent: Option<Parent>,
    key: Option<String>,
    aliases: Vec<String>,
}

/// What the attributes of an instance of this type tell of its names. `stands_alone` says that the
/// type is no part of anything.
fn called(kind: &str, attributes: &Attributes, stands_alone: bool) -> Called {
    let parent = match stands_alone {
        true => None,
        false => facets::parent(kind, attributes),
    };
    let is_logical = providers::is_logical(kind);
    let has_id = !is_logical && parent.as_ref().is_none_or(|parent| parent.has_own_id);
    // Names of objects in a cluster are unique in the cluster, which no document names.
    let is_scoped = kind.starts_with("kubernetes_") || kind.starts_with("helm_");
    let key = match has_id && !is_scoped {
        true => keys::of(kind, attributes),
        false => None,
    };
    let key = key.filter(|key| parent.as_ref().is_none_or(|parent| parent.id != *key));
    let known_key = key.as_deref().unwrap_or_default();
    let aliases = match &parent {
        _ if is_logical => Vec::new(),
        Some(_) if kind.starts_with("google_") && kind.contains("_iam_") => {
            aliases::of_policy(attributes)
        }
        Some(parent) => aliases::of_facet(parent.has_own_id, known_key, attributes),
        None => aliases::of(kind, known_key, attributes),
    };
    Called {
        parent,
        key,
        aliases,
    }
}

/// A node of a graph.
#[derive(Clone, Copy)]
pub(super) struct Node<'g> {
    graph: &'g Graph,
    pub(super) stored: &'g Stored,
    pub(super) place: usize,
}

impl<'g> Node<'g> {
    pub(super) fn at(graph: &'g Graph, place: usize) -> Option<Self> {
        let stored = graph.nodes.get(place)?;
        Some(Self {
            graph,
            stored,
            place,
        })
    }

    fn text(&self, span: Span) -> &'g str {
        self.graph.texts.get(span)
    }

    pub(super) fn address(&self) -> &'g str {
        self.text(self.stored.address)
    }

    pub(super) fn key(&self) -> &'g str {
        self.text(self.stored.key)
    }

    pub(super) fn kind(&self) -> &'g str {
        self.text(self.graph.names.span(self.stored.kind))
    }

    pub(super) fn kind_number(&self) -> Name {
        self.stored.kind
    }

    pub(super) fn provider_number(&self) -> Name {
        self.stored.provider
    }

    pub(super) fn provider(&self) -> &'g str {
        self.text(self.graph.names.span(self.stored.provider))
    }

    pub(super) fn is_data(&self) -> bool {
        self.stored.is_data
    }

    pub(super) fn line(&self) -> u64 {
        u64::from(self.stored.line)
    }

    /// Service, team, environment and name, as tags tell them.
    pub(super) fn owner(&self) -> [Option<String>; 4] {
        let text = |span: Option<Span>| Some(self.text(span?).to_owned());
        self.stored.owner.map(text)
    }

    /// Ids and names by which logs know it, sorted.
    pub(super) fn aliases(&self) -> impl Iterator<Item = &'g str> {
        let aliases = self.stored.aliases.of(&self.graph.aliases);
        let graph = self.graph;
        aliases.iter().map(|span| graph.texts.get(*span))
    }

    pub(super) fn parent(&self) -> Option<&'g Parent> {
        let parents = &self.graph.parents;
        let found = parents.binary_search_by_key(&self.place, |(place, _)| *place);
        parents.get(found.ok()?).map(|(_, parent)| parent)
    }

    /// Plain settings, and hashes of their values.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&'static str, u64)> + use<'g> {
        let settings = self.stored.settings.of(&self.graph.settings);
        settings.iter().copied()
    }

    pub(super) fn variables(&self) -> &'g [Variable] {
        let variables = self.graph.variables.get(&self.place);
        variables.map_or(&[], Vec::as_slice)
    }

    /// Addresses without instance keys that it depends on, also through others.
    pub(super) fn dependencies(&self) -> &'g [Name] {
        let list = self.graph.lists.get(self.stored.dependencies as usize);
        list.map_or(&[], |list| list)
    }

    /// Paths of its values by number, and the values, in the order of the document.
    pub(super) fn values(&self) -> impl Iterator<Item = (u16, &'g str)> + use<'g> {
        let graph = self.graph;
        let values = self.stored.values.of(&graph.values);
        values
            .iter()
            .map(|(path, span)| (*path, graph.texts.get(*span)))
    }

    /// All values at a path, in the order of the document.
    pub(super) fn all(&self, path: &str) -> impl Iterator<Item = &'g str> + use<'g> {
        let number = attributes::number(path);
        let values = self.values().filter(move |(held, _)| *held == number);
        values.map(|(_, value)| value)
    }

    /// First value at a path.
    pub(super) fn first(&self, path: &str) -> Option<&'g str> {
        self.first_at(attributes::number(path))
    }

    /// First value at the path with this number.
    fn first_at(&self, path: u16) -> Option<&'g str> {
        let values = self.stored.values.of(&self.graph.values);
        let found = values.iter().find(|(held, _)| *held == path);
        found.map(|(_, span)| self.text(*span))
    }

    /// Ids and names by which attributes of other resources refer to this one.
    pub(super) fn words(&self) -> impl Iterator<Item = &'g str> {
        static PATHS: LazyLock<[u16; 8]> = LazyLock::new(|| {
            attributes::numbers([
                "id",
                "name",
                "email",
                "secret_id",
                "bucket",
                "function_name",
                "identifier",
                "cluster_identifier",
            ])
        });
        let is_logical = providers::is_logical(self.kind());
        let node = *self;
        let words = PATHS.iter().filter_map(move |path| node.first_at(*path));
        words.filter(move |word| !is_logical && *word != node.key())
    }

    /// Whether this is its key, a unique id, or the resource part of its ARN.
    pub(super) fn has_id(&self, id: &str) -> bool {
        self.key() == id
            || Arn::parse(self.key()).is_some_and(|arn| arn.resource == id)
            || (keys::is_machine_made(id) && self.words().any(|word| word == id))
    }

    /// Whether it is a resource: data sources may also be answers of a cloud that name none.
    pub(super) fn is_shown(&self) -> bool {
        let is_answer = || matches!(self.kind(), "aws_caller_identity" | "aws_arn");
        !self.is_data() || (keys::is_global(self.key()) && !is_answer())
    }

    pub(super) fn name(&self) -> Option<String> {
        static PATHS: LazyLock<[u16; 7]> = LazyLock::new(|| {
            attributes::numbers([
                "name",
                "bucket",
                "function_name",
                "identifier",
                "cluster_identifier",
                "cluster_id",
                "metadata.name",
            ])
        });
        if providers::is_logical(self.kind()) {
            return None;
        }
        // Of a facet all but `name` is the name of its parent.
        let count = if self.parent().is_some() {
            1
        } else {
            PATHS.len()
        };
        let mut paths = PATHS.iter().take(count);
        let name = paths.find_map(|path| self.first_at(*path));
        name.map(str::to_owned)
    }

    /// Account and region, from the key or from attributes.
    pub(super) fn place(&self) -> (Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if let Some(arn) = Arn::parse(self.key()) {
            return (
                some(arn.account).or_else(|| self.owner_account()),
                some(arn.region).or_else(|| self.own_region()),
            );
        }
        if key::is_azure_id(self.key()) {
            let region = self
                .first("location")
                .map(|location| location.to_ascii_lowercase().replace(' ', ""));
            return (
                key::azure_subscription(self.key()).map(str::to_owned),
                region,
            );
        }
        if self.kind().starts_with("google_") {
            let project = key::google_project(self.key()).or_else(|| self.first("project"));
            return (project.map(str::to_owned), self.google_region());
        }
        (self.owner_account(), self.own_region())
    }

    /// Zone, of what lies in one alone.
    pub(super) fn zone(&self) -> Option<String> {
        let is_google = self.kind().starts_with("google_");
        let only = match () {
            () if key::is_azure_id(self.key()) => {
                let mut zones = self.all("zones").chain(self.all("zone"));
                let zone = zones.next();
                zone.filter(|_| zones.next().is_none())
            }
            () if is_google => self.google_zone(),
            () => self.first("availability_zone"),
        };
        only.filter(|zone| !zone.is_empty()).map(str::to_owned)
    }

    fn google_zone(&self) -> Option<&str> {
        let of_key = self.key().split_once("/zones/");
        let of_key = of_key.and_then(|(_, rest)| rest.split('/').next());
        let zone = self.first("zone").or(of_key);
        let zone = zone.or_else(|| self.first("location"));
        let is_zone = |zone: &&str| key::google_region_of_zone(zone).is_some();
        zone.map(key::short_name).filter(is_zone)
    }

    fn owner_account(&self) -> Option<String> {
        let is_identity = self.kind() == "aws_caller_identity";
        let account = is_identity.then(|| self.first("account_id")).flatten();
        let account = account
            .or_else(|| self.first("owner_id"))
            .or_else(|| self.first("identity.account_id"));
        let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        account.filter(is_account).map(str::to_owned)
    }

    fn own_region(&self) -> Option<String> {
        let zone = self
            .first("availability_zone")
            .map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_lowercase()));
        self.first("region")
            .or(zone)
            .filter(|region| !region.is_empty())
            .map(str::to_owned)
    }

    fn google_region(&self) -> Option<String> {
        let zone = self.google_zone().and_then(key::google_region_of_zone);
        let region = self.first("region").map(key::short_name).or(zone);
        region
            .or_else(|| self.first("location"))
            .map(str::to_ascii_lowercase)
    }
}
