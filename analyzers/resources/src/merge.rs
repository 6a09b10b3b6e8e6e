//! Makes one row of all rows that are about the same resource.
//!
//! Two keys are the same thing when they share a word that is unique in the world (full id, EC2 id,
//! public host name), when both are the same address of the same tool, or, for names only, when
//! provider, type, account and region agree. Two different full ids never are, nor are a facet and
//! the resource it belongs to.

use std::collections::HashMap;

use nepho_core::tables::Resource;
use nepho_core::{Timestamp, key};

use crate::identity::{
    agree, is_address, is_full_id, is_public_host, is_short_id, normal, short_id_of, type_word,
    types_fit,
};

/// One resource.
pub(crate) struct Merged {
    /// The consolidated row. Its aliases are normalised, sorted, and hold the other keys.
    /// Boxed: it takes the room of a row that it is made of.
    pub(crate) row: Box<Resource>,
    /// Its addresses as tool, scope and address.
    pub(crate) addresses: Vec<(String, String, String)>,
    /// Files that tell of it besides the one in the row, for the addresses of a document.
    pub(crate) uris: Vec<String>,
}

impl Merged {
    /// Whether a file tells of it.
    pub(crate) fn is_told_by(&self, uri: &String) -> bool {
        self.row.uri == *uri || self.uris.contains(uri)
    }
}

/// All rows of one key, the latest last. Their own keys are empty.
struct Group {
    key: String,
    rows: Vec<Resource>,
    words: Vec<String>,
}

impl Group {
    fn latest(&self) -> Option<&Resource> {
        self.rows.last()
    }

    fn is_learned(&self) -> bool {
        self.rows.iter().all(|row| row.tool.is_none())
    }

    fn field<'a>(&'a self, pick: impl Fn(&'a Resource) -> Option<&'a str>) -> Option<&'a str> {
        self.rows.iter().rev().find_map(pick)
    }
}

/// Sets of groups that turned out to be the same thing, each with the full id of one of them.
struct Sets {
    leader: Vec<usize>,
    full_id: Vec<Option<String>>,
}

impl Sets {
    fn find(&mut self, mut item: usize) -> usize {
        while self.leader[item] != item {
            self.leader[item] = self.leader[self.leader[item]];
            item = self.leader[item];
        }
        item
    }

    /// Joins two sets unless both have a full id and these differ.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        if one == other {
            return;
        }
        let (kept, gone) = (one.min(other), one.max(other));
        match (self.full_id[kept].as_ref(), self.full_id[gone].as_ref()) {
            (Some(kept_id), Some(gone_id)) if kept_id != gone_id => return,
            (None, Some(gone_id)) => self.full_id[kept] = Some(gone_id.clone()),
            _ => {}
        }
        self.leader[gone] = kept;
    }
}

/// One row per resource, by key.
pub(crate) fn merge(rows: Vec<Resource>) -> Vec<Merged> {
    let groups = group(rows);
    let told = told_ids(&groups);
    let full_id = |one: &Group| {
        let told = told.get(one.key.as_str()).copied().flatten();
        let key = told.filter(|_| one.is_learned()).unwrap_or(&one.key);
        is_unique(key).then(|| whole_name(key))
    };
    let mut sets = Sets {
        leader: (0..groups.len()).collect(),
        full_id: groups.iter().map(full_id).collect(),
    };
    join_by_unique_words(&groups, &mut sets);
    join_by_address(&groups, &mut sets);
    join_by_name(&groups, &mut sets);
    let mut members: HashMap<usize, Vec<Group>> = HashMap::new();
    for (index, group) in groups.into_iter().enumerate() {
        let alike = members.entry(sets.find(index));
        alike.or_insert_with(|| Vec::with_capacity(1)).push(group);
    }
    let mut merged = Vec::with_capacity(members.len());
    merged.extend(members.into_values().filter_map(consolidate));
    merged.sort_by(|one, other| one.row.key.cmp(&other.row.key));
    merged
}

/// Keys of what documents tell of by further full ids, as a service account by its number; `None`
/// where several say so.
fn told_ids(groups: &[Group]) -> HashMap<&str, Option<&str>> {
    let mut told = HashMap::new();
    for group in groups.iter().filter(|group| !group.is_learned()) {
        for word in group.words.iter().filter(|word| is_full_id(word)) {
            let held = told
                .entry(word.as_str())
                .or_insert(Some(group.key.as_str()));
            if *held != Some(group.key.as_str()) {
                *held = None;
            }
        }
    }
    told
}

/// Full id as calls tell it, which name no path of IAM.
fn whole_name(key: &str) -> String {
    key::without_path(key).unwrap_or_else(|| key.to_owned())
}

/// Whether a key is that of one resource in the world: objects of two clusters never are one.
fn is_unique(key: &str) -> bool {
    is_full_id(key) || (key.starts_with("k8s://") && key::is_global(key))
}

/// Rows that are taken out before their room is given back.
const ROWS_AT_ONCE: usize = 4096;

fn group(mut rows: Vec<Resource>) -> Vec<Group> {
    let mut by_key: HashMap<String, Vec<Resource>> = HashMap::new();
    // From the first on, and never twice in memory.
    rows.reverse();
    while let Some(mut row) = rows.pop() {
        if rows.len().is_multiple_of(ROWS_AT_ONCE) {
            rows.shrink_to_fit();
        }
        row.key = key::canonical(&row.key);
        row.parent = row.parent.map(|parent| key::canonical(&parent));
        // Most are named once.
        let alike = by_key.entry(std::mem::take(&mut row.key));
        alike.or_insert_with(|| Vec::with_capacity(1)).push(row);
    }
    let mut groups: Vec<Group> = by_key
        .into_iter()
        .map(|(key, mut rows)| {
            rows.sort_by(|a, b| order(a).cmp(&order(b)));
            let words = words(&key, &rows);
            Group { key, rows, words }
        })
        .collect();
    groups.sort_by(|one, other| one.key.cmp(&other.key));
    groups
}

/// The order in which rows count: the later one has the last word.
fn order(row: &Resource) -> (Option<Timestamp>, Option<Timestamp>, &str, u64) {
    (row.valid_from, row.seen_from, &row.uri, row.line)
}

/// Words for the resource besides its key. Addresses are taken of the latest row only, since they
/// are reused.
fn words(key: &str, rows: &[Resource]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        let is_latest = position + 1 == rows.len();
        let normals = row.aliases.iter().map(|alias| normal(alias));
        words.extend(normals.filter(|word| !word.is_empty() && (is_latest || !is_address(word))));
    }
    words.extend(short_id_of(key).map(str::to_owned));
    words.extend(key::without_path(key));
    words.sort_unstable();
    words.dedup();
    // A facet is often known by the id of what it is a part of, which is no word for the facet.
    let parents: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.parent.as_deref())
        .collect();
    words.retain(|word| {
        word != key
            && !parents
                .iter()
                .any(|parent| word == parent || word == key::short_name(parent))
    });
    words
}

fn join_by_unique_words(groups: &[Group], sets: &mut Sets) {
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        let own = std::iter::once(&group.key);
        for word in own.chain(&group.words) {
            if is_full_id(word) || is_short_id(word) || is_public_host(word) {
                holders.entry(word).or_default().push(index);
            }
        }
    }
    let mut shared: Vec<(&str, Vec<usize>)> = holders
        .into_iter()
        .filter(|(_, holders)| holders.len() > 1)
        .collect();
    shared.sort_unstable();
    for (word, holders) in shared {
        for (position, &one) in holders.iter().enumerate() {
            // Each is compared with the next few only, so that a word of thousands costs no square.
            for &other in holders.iter().skip(position + 1).take(8) {
                if may_be_one(&groups[one], &groups[other], word) {
                    sets.join(one, other);
                }
            }
        }
    }
}

/// Whether nothing speaks against two groups that share `word` being one resource.
fn may_be_one(one: &Group, other: &Group, word: &str) -> bool {
    let (Some(a), Some(b)) = (one.latest(), other.latest()) else {
        return false;
    };
    let same_kind = types_fit(&type_word(&a.resource_type), &type_word(&b.resource_type));
    // A rule, policy or attachment may carry the id of what it belongs to; it is not that thing.
    let facets_fit = match (&a.parent, &b.parent) {
        (None, None) => true,
        (Some(_), Some(_)) => same_kind,
        (Some(_), None) => other.is_learned() && one.key == word,
        (None, Some(_)) => one.is_learned() && other.key == word,
    };
    facets_fit
        && !are_two_addresses(one, other)
        && (same_kind || !is_public_host(word))
        && agree(a.provider.as_deref(), b.provider.as_deref())
}

/// Whether one tool manages both in one scope under different addresses.
fn are_two_addresses(one: &Group, other: &Group) -> bool {
    let (Some(a), Some(b)) = (one.latest(), other.latest()) else {
        return false;
    };
    a.tool.is_some() && a.tool == b.tool && a.scope == b.scope && a.address != b.address
}

/// A row under the key `tool:scope:address` is of the resource that has this address under a true
/// id.
fn join_by_address(groups: &[Group], sets: &mut Sets) {
    type Address<'a> = (&'a str, &'a str, &'a str);
    // Since when it was so, and since when it is known, with the group.
    type Holder = (Option<Timestamp>, Option<Timestamp>, usize);
    let mut holders: HashMap<Address<'_>, Vec<Holder>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        for row in &group.rows {
            if let (Some(tool), Some(scope), Some(address)) = (&row.tool, &row.scope, &row.address)
            {
                holders.entry((tool, scope, address)).or_default().push((
                    row.valid_from,
                    row.seen_from,
                    index,
                ));
            }
        }
    }
    for (index, group) in groups.iter().enumerate() {
        let Some(row) = group.latest() else { continue };
        let (Some(tool), Some(scope), Some(address)) = (&row.tool, &row.scope, &row.address) else {
            continue;
        };
        if group.key != format!("{tool}:{scope}:{address}") {
            continue;
        }
        let others = holders.get(&(tool.as_str(), scope.as_str(), address.as_str()));
        // After a replacement two ids had the address; the later one has it now.
        let latest =
            others.and_then(|found| found.iter().filter(|(.., other)| *other != index).max());
        if let Some(&(.., other)) = latest {
            sets.join(index, other);
        }
    }
}

/// Joins what has no unique word: a bare id from a log with the one resource that bears this
/// name, and two declared resources whose name, type, provider, account and region agree.
fn join_by_name(groups: &[Group], sets: &mut Sets) {
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        for word in group
            .words
            .iter()
            .filter(|word| !is_full_id(word) && !is_short_id(word) && !is_object(word))
        {
            holders.entry(word).or_default().push(index);
        }
    }
    for (index, group) in groups.iter().enumerate() {
        if is_full_id(&group.key) || is_short_id(&group.key) || is_object(&group.key) {
            continue;
        }
        let own = group.key.to_ascii_lowercase();
        let words = group.words.iter().map(String::as_str);
        for word in words.chain([own.as_str()]) {
            let Some(found) = holders.get(word) else {
                continue;
            };
            // Everybody's word (`default`) is nobody's name.
            if found.len() > 16 {
                continue;
            }
            let mut fitting: Vec<usize> = found
                .iter()
                .copied()
                .filter(|&other| other != index && same_name(group, &groups[other]))
                .collect();
            fitting.dedup_by_key(|other| sets.find(*other));
            if let [one] = fitting[..] {
                sets.join(index, one);
            }
        }
    }
}

/// Whether a bare name is a path, as of a log group or a parameter, that the full id of what only
/// logs tell of ends with, in the same account and region: two things seldom share one.
fn is_path_of(bare: &Group, other: &Group) -> bool {
    let place = |one: &Group| {
        let row = one.latest()?;
        Some((row.account.clone()?, row.region.clone()?))
    };
    bare.key.starts_with('/')
        && !bare.key.starts_with("//")
        && is_full_id(&other.key)
        && place(bare).is_some_and(|bare| place(other) == Some(bare))
}

fn same_name(bare: &Group, other: &Group) -> bool {
    let (Some(a), Some(b)) = (bare.latest(), other.latest()) else {
        return false;
    };
    let places_agree = agree(a.provider.as_deref(), b.provider.as_deref())
        && agree(a.account.as_deref(), b.account.as_deref())
        && agree(a.region.as_deref(), b.region.as_deref());
    if bare.is_learned() {
        let word = type_word(&a.resource_type);
        return places_agree
            && (!other.is_learned() || is_path_of(bare, other))
            && (word == "host" || types_fit(&word, &type_word(&b.resource_type)));
    }
    places_agree
        && a.provider == b.provider
        && !a.resource_type.is_empty()
        && type_word(&a.resource_type) == type_word(&b.resource_type)
        && a.parent == b.parent
        && !are_two_addresses(bare, other)
}

/// One row of all rows of a set; what a later row says wins over an earlier one.
fn consolidate(groups: Vec<Group>) -> Option<Merged> {
    let key = groups.iter().map(rank).min()?.3.to_owned();
    let mut words: Vec<String> = groups
        .iter()
        .flat_map(|group| group.words.iter().cloned())
        .collect();
    words.extend(groups.iter().map(|group| group.key.clone()));
    words.sort_unstable();
    words.dedup();
    words.retain(|word| *word != key);
    let all = Group {
        words: Vec::new(),
        rows: by_time(groups),
        key: key.clone(),
    };
    let latest = all.rows.last()?.clone();
    let field = |pick: fn(&Resource) -> Option<&String>| {
        all.field(|row| pick(row).map(String::as_str))
            .map(str::to_owned)
    };
    let parent =
        field(|row| row.parent.as_ref()).filter(|parent| *parent != key && !words.contains(parent));
    let kind = all
        .rows
        .iter()
        .rev()
        .map(|row| &row.resource_type)
        .find(|kind| !kind.is_empty());
    let is_open = all
        .rows
        .iter()
        .any(|row| row.valid_to.is_none() && row.valid_from >= latest.valid_from);
    let mut addresses: Vec<_> = all.rows.iter().filter_map(full_address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let others = all.rows.iter().filter(|row| row.uri != latest.uri);
    let mut uris: Vec<String> = others.map(|row| row.uri.clone()).collect();
    uris.sort_unstable();
    uris.dedup();
    let row = Resource {
        resource_type: kind.cloned().unwrap_or_default(),
        name: field(|row| row.name.as_ref()),
        provider: field(|row| row.provider.as_ref()),
        account: field(|row| row.account.as_ref()),
        region: field(|row| row.region.as_ref()),
        zone: field(|row| row.zone.as_ref()),
        service: field(|row| row.service.as_ref()),
        team: field(|row| row.team.as_ref()),
        environment: field(|row| row.environment.as_ref()),
        tool: field(|row| row.tool.as_ref()),
        scope: field(|row| row.scope.as_ref()),
        address: field(|row| row.address.as_ref()),
        parent,
        settings: field(|row| row.settings.as_ref()),
        valid_from: all.rows.iter().filter_map(|row| row.valid_from).min(),
        valid_to: if is_open {
            None
        } else {
            all.rows.iter().filter_map(|row| row.valid_to).max()
        },
        seen_from: seen_from(&all.rows),
        seen_to: if is_open { None } else { latest.seen_to },
        uri: latest.uri,
        line: latest.line,
        aliases: words,
        key,
    };
    Some(Merged {
        row: Box::new(row),
        addresses,
        uris,
    })
}

/// Since when all rows together are known; nobody can tell where a document does not say since when
/// it stood.
fn seen_from(rows: &[Resource]) -> Option<Timestamp> {
    let is_undated = |row: &Resource| row.tool.is_some() && row.seen_from.is_none();
    match rows.iter().any(is_undated) {
        true => None,
        false => rows.iter().filter_map(|row| row.seen_from).min(),
    }
}

/// Rows of all groups, those of logs first so that infrastructure code has the last word.
fn by_time(groups: Vec<Group>) -> Vec<Resource> {
    let mut rows: Vec<Resource> = groups.into_iter().flat_map(|group| group.rows).collect();
    rows.sort_by(|a, b| {
        let is_declared = |row: &Resource| row.tool.is_some();
        (is_declared(a), order(a)).cmp(&(is_declared(b), order(b)))
    });
    rows
}

fn full_address(row: &Resource) -> Option<(String, String, String)> {
    Some((
        row.tool.clone()?,
        row.scope.clone().unwrap_or_default(),
        row.address.clone()?,
    ))
}

/// Whether `word` is the id of an object of a cluster. Whether two are one is settled before.
fn is_object(word: &str) -> bool {
    word.starts_with("k8s://")
}

/// How good the key of a group is, the best first. Of two spellings of IAM the one with a path says
/// more, and of two ids that of a document.
fn rank(group: &Group) -> (u8, bool, bool, &str) {
    let key = group.key.as_str();
    let has_no_path = key::without_path(key).is_none();
    let is_other = is_full_id(key) && group.is_learned();
    (key_rank(key), has_no_path, is_other, key)
}

/// Full ids are the best keys, then EC2 ids, then whatever is no stand-in of a tool or of a log.
fn key_rank(key: &str) -> u8 {
    if is_unique(key) {
        0
    } else if is_short_id(key) {
        1
    } else if key.starts_with("host:") {
        4
    } else if key.matches(':').count() >= 2 {
        3
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_one_thing_of_its_place_that_is_called_so() {
        let row = |key: &str, region: &str| Resource {
            provider: Some("aws".to_owned()),
            account: Some("111122223333".to_owned()),
            region: Some(region.to_owned()),
            ..crate::describe::describe(key)
        };
        let group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/orders-fn";
        let count =
            |key: &str, region: &str| merge(vec![row(key, region), row(group, "eu-west-1")]).len();
        assert_eq!(count("/aws/lambda/orders-fn", "eu-west-1"), 1);
        assert_eq!(count("/aws/lambda/orders-fn", "eu-west-2"), 2);
        assert_eq!(count("orders-fn", "eu-west-1"), 2);
    }
}
