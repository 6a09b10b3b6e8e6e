//! Collects resources and relations as they come, each once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use nepho_core::key;
use nepho_core::setting;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

/// Aliases that are kept: so many names a node has, besides its key, short name and name.
const MOST_ALIASES: usize = super::NAMES + 3;

/// What is kept of a resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Other words for it, in order.
    pub aliases: Vec<String>,
    /// Type in the words of its source.
    pub resource_type: String,
    /// Whether that is the type that infrastructure code declares.
    is_declared: bool,
    /// Name that a person would use.
    pub name: Option<String>,
    /// Service it belongs to.
    pub service: Option<String>,
    /// Tool, scope and address, for each tool that manages it.
    pub addresses: BTreeSet<(String, String, String)>,
    /// Canonical id of the resource that it is a facet of.
    pub parent: Option<String>,
    /// Whether it is a rule for what comes in, where its settings tell.
    pub is_incoming: Option<bool>,
}

/// Resources and relations seen so far.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// Resources by canonical id.
    pub resources: BTreeMap<Arc<str>, Known>,
    /// Ends of relations by number.
    pub ends: Vec<(NodeKind, Arc<str>)>,
    numbers: HashMap<(NodeKind, Arc<str>), u32>,
    /// Edges between ends, each with the time from and to which any version of it holds.
    pub edges: BTreeMap<(u32, u32, RelationKind), (i64, i64)>,
    /// Ends of what a service runs on, each with whether nothing but a name tells it.
    pub guesses: BTreeMap<(u32, u32), bool>,
}

impl Collected {
    /// Takes a version of a resource; what several say is joined, in whatever order they come.
    pub(crate) fn resource(&mut self, row: Resource) {
        let key = key::canonical(&row.key);
        let short = key::short_name(&key).to_owned();
        let known = self.resources.entry(key.into()).or_default();
        for alias in row.aliases {
            let alias = alias.to_lowercase();
            match known.aliases.binary_search(&alias) {
                Err(place) if place < MOST_ALIASES && alias.len() >= 2 => {
                    known.aliases.insert(place, alias);
                    known.aliases.truncate(MOST_ALIASES);
                }
                _ => {}
            }
        }
        let is_declared = row.tool.is_some();
        let held = (!known.is_declared, known.resource_type.as_str());
        let is_better = (!is_declared, row.resource_type.as_str()) < held;
        if !row.resource_type.is_empty() && (known.resource_type.is_empty() || is_better) {
            known.resource_type = row.resource_type;
            known.is_declared = is_declared;
        }
        let names = known.name.take().into_iter().chain(row.name);
        // The name in the cloud says more than that in a template.
        known.name = names.min_by_key(|name| (!name.eq_ignore_ascii_case(&short), name.clone()));
        known.service = least(known.service.take(), row.service);
        let told = row.settings.as_deref().and_then(setting::is_incoming);
        known.is_incoming = match (known.is_incoming, told) {
            (Some(held), Some(told)) => Some(held && told),
            (held, told) => held.or(told),
        };
        let parent = row.parent.map(|parent| key::canonical(&parent));
        known.parent = least(known.parent.take(), parent);
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
        if row.kind == RelationKind::RunsOn {
            let is_guess = row.source == "name";
            let held = self.guesses.entry((from, to)).or_insert(is_guess);
            *held &= is_guess;
        }
        let since = row.valid_from.map_or(i64::MIN, |time| time.0);
        let until = row.valid_to.map_or(i64::MAX, |time| time.0);
        let span = self
            .edges
            .entry((from, to, row.kind))
            .or_insert((since, until));
        *span = (span.0.min(since), span.1.max(until));
    }

    fn end(&mut self, kind: NodeKind, text: String) -> u32 {
        let text: Arc<str> = match kind {
            NodeKind::Service => text.into(),
            NodeKind::Resource => {
                let id = key::canonical(&text);
                let known = self.resources.get_key_value(id.as_str());
                known.map_or_else(|| id.as_str().into(), |(key, _)| Arc::clone(key))
            }
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

/// The first by the alphabet.
fn least(one: Option<String>, other: Option<String>) -> Option<String> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_sources_tell_of_a_resource_is_joined_in_any_order() {
        let row = |name: &str, resource_type: &str, tool: Option<&str>| Resource {
            key: "arn:aws:ecs:eu-west-1:1:service/shop/notifier".to_owned(),
            name: Some(name.to_owned()),
            resource_type: resource_type.to_owned(),
            service: Some(name.to_owned()),
            tool: tool.map(str::to_owned),
            ..Resource::default()
        };
        let rows = [
            row(
                "NotifierService",
                "AWS::ECS::Service",
                Some("cloudformation"),
            ),
            row("notifier", "aws_ecs_service", Some("terraform")),
            row("x", "", None),
        ];
        let joined = |order: [usize; 3]| {
            let mut collected = Collected::default();
            for index in order {
                collected.resource(rows[index].clone());
            }
            let known = collected.resources.into_values().next().unwrap();
            (known.name, known.resource_type, known.service)
        };
        let expected = (
            Some("notifier".to_owned()),
            "AWS::ECS::Service".to_owned(),
            Some("NotifierService".to_owned()),
        );
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            assert_eq!(joined(order), expected, "{order:?}");
        }
    }
}
