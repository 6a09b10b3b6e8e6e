//! What configuration items of AWS Config tell: resources, what they name, and until when.
//!
//! An item is the whole of one resource at one time, so that what the next item of the resource
//! does not name any more has ended. Values of attributes are looked at and forgotten: kept are ids
//! that they hold, and of environment variables the name, with a number that a known word has as
//! well ([`scan::number`]).
//!
//! docs.aws.amazon.com/config/latest/developerguide/config-item-table.html, read 2026-11-21.

mod kinds;
mod scan;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::tables::{Column, LogsView, Relation, RelationKind, Resource};
use nepho_core::{Timestamp, key};
use serde_json::Value;

use crate::describe;
use crate::resolve::Directory;
pub(crate) use scan::number;
use scan::{Found, Scanner};

/// Format of the rows that hold items.
const FORMAT: &str = "aws.config_item";
/// Items that are kept.
pub(crate) const MAX_ITEMS: usize = 20_000;
/// Source of the relations.
pub(crate) const SOURCE: &str = "aws_config";

/// One item: a resource at one time.
struct Item {
    at: Timestamp,
    created: Option<Timestamp>,
    is_deleted: bool,
    row: Resource,
    edges: BTreeSet<Found>,
}

impl Item {
    /// Since when what this item tells first holds. The item before did not tell it, so that it
    /// does not hold since the creation, unless the resource was created anew.
    fn begins(&self, before: Option<&Item>) -> Timestamp {
        let is_known = |created: &Timestamp| before.is_none_or(|before| *created > before.at);
        self.created.filter(is_known).unwrap_or(self.at)
    }
}

/// The item that first told an edge.
#[derive(Clone, Copy)]
struct Since<'a> {
    item: &'a Item,
    begins: Timestamp,
}

/// Items by the key of their resource.
#[derive(Default)]
pub(crate) struct ConfigItems {
    items: BTreeMap<String, Vec<Item>>,
    count: usize,
    overlooked: u64,
}

impl ConfigItems {
    /// Items that were not kept because there are too many.
    pub(crate) fn overlooked(&self) -> u64 {
        self.overlooked
    }

    /// Takes note of the items in a batch.
    pub(crate) fn read(&mut self, rows: &LogsView<'_>) {
        if rows.is_empty_column(Column::Raw) {
            return;
        }
        for row in 0..rows.len() {
            if rows.text(Column::Format, row) != Some(FORMAT) {
                continue;
            }
            let text = rows.text(Column::Raw, row).unwrap_or_default();
            let place = (
                rows.text(Column::Uri, row).unwrap_or_default(),
                u64::from(rows.line(row)),
            );
            // A record that cannot be read was told as a reject when it was decoded.
            let Ok(value) = serde_json::from_str::<Value>(text) else {
                continue;
            };
            let time = rows.time(row).unwrap_or(rows.observed(row));
            for item in items_in(&value) {
                self.item(item, time, place);
            }
        }
    }

    fn item(&mut self, item: &Value, time: Timestamp, (uri, line): (&str, u64)) {
        let Some(read) = read_item(item, time, uri, line) else {
            return;
        };
        if self.count >= MAX_ITEMS {
            self.overlooked += 1;
            return;
        }
        self.count += 1;
        self.items
            .entry(read.row.key.clone())
            .or_default()
            .push(read);
    }

    /// Rows of table `resources`, the latest of each resource.
    pub(crate) fn resources(&mut self) -> Vec<Resource> {
        let mut rows = Vec::new();
        for items in self.items.values_mut() {
            items.sort_by_key(|item| item.at);
            let created = items.iter().filter_map(|item| item.created).min();
            let first = items.first().map(|item| item.at);
            if let Some(last) = items.last() {
                let gone = last.is_deleted.then_some(last.at);
                rows.push(Resource {
                    valid_from: created,
                    valid_to: gone,
                    seen_from: first,
                    seen_to: gone,
                    ..last.row.clone()
                });
            }
        }
        rows
    }

    /// Relations, one for each time that an edge held. Ends are words that the directory knows.
    pub(crate) fn relations(&self, directory: &Directory) -> Vec<Relation> {
        let mut relations = Vec::new();
        if self.items.is_empty() {
            return relations;
        }
        let numbers = directory.numbers();
        for (key, items) in &self.items {
            let mut open: BTreeMap<&Found, Since<'_>> = BTreeMap::new();
            let mut before: Option<&Item> = None;
            for item in items {
                let ended: Vec<&Found> = open
                    .keys()
                    .filter(|edge| item.is_deleted || !item.edges.contains(**edge))
                    .copied()
                    .collect();
                for edge in ended {
                    if let Some(since) = open.remove(edge) {
                        relate(key, edge, &since, Some(item.at), &numbers, &mut relations);
                    }
                }
                let since = Since {
                    item,
                    begins: item.begins(before),
                };
                for edge in item.edges.iter().filter(|_| !item.is_deleted) {
                    open.entry(edge).or_insert(since);
                }
                before = Some(item);
            }
            for (edge, since) in open {
                relate(key, edge, &since, None, &numbers, &mut relations);
            }
        }
        relations
    }
}

/// Adds the relation of an edge that was first told by `since`.
fn relate(
    key: &str,
    edge: &Found,
    since: &Since<'_>,
    ended: Option<Timestamp>,
    numbers: &HashMap<u64, Vec<&str>>,
    out: &mut Vec<Relation>,
) {
    let others: Vec<&str> = match &edge.word {
        Some(word) => vec![word],
        None => numbers.get(&edge.number).cloned().unwrap_or_default(),
    };
    let share = u32::try_from(others.len().max(1)).map_or(f64::MAX, f64::from);
    for other in others.iter().filter(|other| **other != key) {
        let (from, to) = match edge.is_reversed {
            true => (*other, key),
            false => (key, *other),
        };
        out.push(Relation {
            from: from.to_owned(),
            to: to.to_owned(),
            kind: edge.kind.into(),
            source: SOURCE.to_owned(),
            confidence: f64::from(edge.percent) / 100.0 / share,
            observations: 1,
            valid_from: Some(since.begins),
            valid_to: ended,
            seen_from: Some(since.item.at),
            seen_to: ended,
            uri: since.item.row.uri.clone(),
            line: since.item.row.line,
            evidence: format!(
                "{} names {} ({})",
                key::short_name(key),
                key::short_name(other),
                edge.path
            ),
            ..Relation::default()
        });
    }
}

/// The items in a record: itself, one in an envelope, or those of a list.
fn items_in(value: &Value) -> Vec<&Value> {
    let inner = ["configurationItem", "detail", "configurationItems"];
    if value.get("resourceType").is_some() {
        return vec![value];
    }
    let found = inner.iter().find_map(|name| value.get(name));
    match found {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(inner @ Value::Object(_)) => items_in(inner),
        _ => Vec::new(),
    }
}

/// Text under the first of several names.
fn text<'a>(value: &'a Value, names: &[&str]) -> Option<&'a str> {
    let found = names.iter().find_map(|name| value.get(*name)?.as_str());
    found.filter(|text| !text.is_empty())
}

fn read_item(item: &Value, time: Timestamp, uri: &str, line: u64) -> Option<Item> {
    let kind = text(item, &["resourceType"])?;
    let id = text(item, &["resourceId"]);
    let name = text(item, &["resourceName"]);
    let arn = text(item, &["ARN", "arn"]).filter(|arn| arn.starts_with("arn:"));
    let key = key::canonical(arn.or(id).or(name)?);
    let at = text(item, &["configurationItemCaptureTime"])
        .and_then(Timestamp::parse_rfc3339)
        .unwrap_or(time);
    let status = text(item, &["configurationItemStatus"]).unwrap_or_default();
    let is_deleted = status.starts_with("ResourceDeleted");
    let known = describe::describe(&key);
    let account = text(item, &["awsAccountId", "accountId"]).map(str::to_owned);
    let region = text(item, &["awsRegion"]).map(str::to_owned);
    let mut scanner = Scanner::new(account.as_deref().unwrap_or_default());
    scanner.relationships(item.get("relationships"));
    for part in ["configuration", "supplementaryConfiguration"] {
        if let Some(part) = item.get(part) {
            scanner.value(part);
        }
    }
    let mut aliases = scanner.own_words;
    aliases.extend(id.into_iter().chain(name).map(str::to_owned));
    aliases.retain(|alias| *alias != key);
    scanner.found.retain(|found| {
        let word = found.word.as_deref();
        word.is_none_or(|word| word != key && Some(word) != id)
    });
    let row = Resource {
        key,
        aliases,
        resource_type: kind.to_owned(),
        name: name.or(id).map(|name| key::short_name(name).to_owned()),
        provider: Some("aws".to_owned()),
        account: known.account.or_else(|| account.clone()),
        region: known.region.or(region.filter(|region| region != "global")),
        // In words for what lies in several or in none: `Multiple Availability Zones`.
        zone: text(item, &["availabilityZone"])
            .filter(|zone| zone.contains('-') && !zone.contains(' '))
            .map(str::to_owned),
        uri: uri.to_owned(),
        line,
        ..Resource::default()
    };
    let created = text(item, &["resourceCreationTime"]).and_then(Timestamp::parse_rfc3339);
    Some(Item {
        at,
        created,
        is_deleted,
        row,
        edges: scanner.found,
    })
}

/// What an edge says, in a form that has an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    DependsOn,
    Contains,
    Attached,
    Routes,
    DataFlow,
    PermitsIam,
    Uses,
}

impl From<Says> for RelationKind {
    fn from(says: Says) -> Self {
        match says {
            Says::DependsOn => Self::DependsOn,
            Says::Contains => Self::Contains,
            Says::Attached => Self::Attached,
            Says::Routes => Self::Routes,
            Says::DataFlow => Self::DataFlow,
            Says::PermitsIam => Self::PermitsIam,
            Says::Uses => Self::Uses,
        }
    }
}

#[cfg(test)]
mod tests;
