//! Collects resources and relations as they come, each once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::key;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

/// What is kept of a resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Canonical id.
    pub key: String,
    /// Other words for it.
    pub aliases: BTreeSet<String>,
    /// Type in the words of its source.
    pub resource_type: String,
    /// Name that a person would use.
    pub name: Option<String>,
    /// Service it belongs to.
    pub service: Option<String>,
    /// Tool, scope and address, for each tool that manages it.
    pub addresses: BTreeSet<(String, String, String)>,
    /// Canonical id of the resource that it is a facet of.
    pub parent: Option<String>,
}

/// Resources and relations seen so far.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// Resources by canonical id.
    pub resources: BTreeMap<String, Known>,
    /// Ends of relations by number.
    pub ends: Vec<(NodeKind, String)>,
    numbers: HashMap<(NodeKind, String), u32>,
    /// Edges between ends.
    pub edges: BTreeSet<(u32, u32, RelationKind)>,
}

impl Collected {
    /// Takes a version of a resource; what several say is joined.
    pub(crate) fn resource(&mut self, row: Resource) {
        let key = key::canonical(&row.key);
        let known = self.resources.entry(key.clone()).or_default();
        known.key = key;
        known
            .aliases
            .extend(row.aliases.iter().map(|alias| alias.to_lowercase()));
        if known.resource_type.is_empty() || row.tool.is_some() && known.addresses.is_empty() {
            known.resource_type = row.resource_type;
        }
        known.name = known.name.take().or(row.name);
        known.service = known.service.take().or(row.service);
        known.parent = known
            .parent
            .take()
            .or(row.parent.map(|parent| key::canonical(&parent)));
        if let (Some(tool), Some(address)) = (row.tool, row.address) {
            known
                .addresses
                .insert((tool, row.scope.unwrap_or_default(), address));
        }
    }

    /// Takes a version of a relation.
    pub(crate) fn relation(&mut self, row: Relation) {
        let from = self.end(row.from_kind, row.from);
        let to = self.end(row.to_kind, row.to);
        self.edges.insert((from, to, row.kind));
    }

    fn end(&mut self, kind: NodeKind, text: String) -> u32 {
        let text = match kind {
            NodeKind::Service => text,
            NodeKind::Resource => key::canonical(&text),
        };
        let end = (kind, text);
        if let Some(number) = self.numbers.get(&end) {
            return *number;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.ends.push(end.clone());
        self.numbers.insert(end, number);
        number
    }
}
