//! What resources are called, so that a change is found by any word for its resource.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::key;
use nepho_core::tables::{Change, Resource};

/// Most wholes that a part is looked up in, one within the other.
const DEPTH: usize = 8;

/// Resources by their words: ids, aliases, names, and addresses of tools.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Keys by alias, in lower case.
    aliases: HashMap<String, BTreeSet<String>>,
    /// Keys by the name that a person would use, and by the address in a tool.
    words: HashMap<String, BTreeSet<String>>,
    /// Keys by tool and address.
    places: HashMap<(String, String), BTreeSet<String>>,
    /// What each known resource is a facet of.
    parents: BTreeMap<String, Option<String>>,
    /// What clusters are called, by the word for them in ids.
    clusters: HashMap<String, String>,
}

impl Names {
    /// Words of rows of resources: several rows may be of one resource.
    pub(super) fn of(resources: &[Resource]) -> Self {
        let mut names = Self::default();
        for row in resources {
            let key = key::canonical(&row.key);
            if let (Some((cluster, _)), Some(name)) = (key::kubernetes_cluster(&key), &row.account)
            {
                names.clusters.insert(cluster.to_owned(), name.clone());
            }
            // A facet is often known by the id of what it is a part of.
            let whole = row.parent.as_deref().unwrap_or_default();
            let is_own = |alias: &&String| *alias != whole && *alias != key::short_name(whole);
            for alias in row.aliases.iter().filter(is_own) {
                add(&mut names.aliases, alias.to_lowercase(), &key);
            }
            // The name of what only logs name is a guess from its id.
            if let Some(name) = row.name.as_ref().filter(|_| row.tool.is_some()) {
                add(&mut names.words, name.to_lowercase(), &key);
            }
            if let Some(address) = &row.address {
                add(&mut names.words, address.to_lowercase(), &key);
                if let Some(tool) = &row.tool {
                    let place = names.places.entry((tool.clone(), address.clone()));
                    place.or_default().insert(key.clone());
                }
            }
            let parent = names.parents.entry(key).or_default();
            if parent.is_none() {
                *parent = row.parent.as_deref().map(key::canonical);
            }
        }
        names
    }

    /// What the cluster of an object is called.
    pub(super) fn cluster(&self, id: &str) -> Option<String> {
        let (cluster, _) = key::kubernetes_cluster(id)?;
        let held = self.clusters.get(cluster).map(String::as_str);
        let name = held.unwrap_or(key::cluster_name(cluster));
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// Keys of all resources that a reader may mean by a word.
    pub(super) fn meant(&self, word: &str) -> BTreeSet<String> {
        let canonical = key::canonical(word);
        let lower = canonical.to_lowercase();
        let held = [self.aliases.get(&lower), self.words.get(&lower)];
        let mut meant: BTreeSet<String> = held.into_iter().flatten().flatten().cloned().collect();
        meant.insert(canonical);
        meant.iter().map(|key| self.lead(key)).collect()
    }

    /// Keys of the resource that a change is of, and of all that this one is a facet of.
    pub(super) fn of_change(&self, change: &Change) -> BTreeSet<String> {
        let told = change.resource.iter().chain(&change.parent);
        let mut keys: BTreeSet<String> = told.map(|id| self.identity(id)).collect();
        // What failed has no id, and a log may not tell it.
        if change.resource.is_none() {
            let place = (change.tool.clone(), change.address.clone());
            keys.extend(self.places.get(&place).and_then(|keys| self.only(keys)));
        }
        let mut last: Vec<String> = keys.iter().cloned().collect();
        for _ in 0..DEPTH {
            last = last.iter().filter_map(|key| self.parent(key)).collect();
            last.retain(|key| keys.insert(key.clone()));
        }
        keys
    }

    /// Key of what the resource that a change is of is a facet of.
    pub(super) fn parent_of(&self, change: &Change) -> Option<String> {
        self.parent(&self.identity(change.resource.as_deref()?))
    }

    /// The key that `id` stands for: that of the only resource of that name, else `id` itself.
    ///
    /// The last part of an ARN is looked up where it is a short id that the cloud hands out.
    pub(super) fn identity(&self, id: &str) -> String {
        let id = key::canonical(id);
        if key::is_global(&id) && self.parents.contains_key(&id) {
            return id;
        }
        let short = key::short_name(&id);
        let names = [
            Some(id.as_str()),
            Some(short).filter(|name| is_short_id(name)),
        ];
        let found = names.into_iter().flatten().find_map(|name| {
            let keys = self.aliases.get(&name.to_lowercase())?;
            self.only(keys)
        });
        found.unwrap_or(id)
    }

    fn parent(&self, key: &str) -> Option<String> {
        let parent = self.parents.get(key)?.as_deref()?;
        Some(self.identity(parent)).filter(|parent| parent != key)
    }

    /// The one resource that keys are of.
    fn only(&self, keys: &BTreeSet<String>) -> Option<String> {
        let mut leads = keys.iter().map(|key| self.lead(key));
        let first = leads.next()?;
        leads.all(|other| other == first).then_some(first)
    }

    /// Key of the resource that goes by this key as well: a row that an analyzer merged has the
    /// keys of the rows that it was made from among its aliases.
    fn lead(&self, key: &str) -> String {
        let held = self.aliases.get(&key.to_lowercase());
        let mut others = held.into_iter().flatten().filter(|other| *other != key);
        match (others.next(), others.next()) {
            (Some(other), None) if !key::is_global(key) => other.clone(),
            _ => key.to_owned(),
        }
    }
}

fn add(held: &mut HashMap<String, BTreeSet<String>>, word: String, key: &str) {
    held.entry(word).or_default().insert(key.to_owned());
}

/// `sg-0123abcd`: a word, a dash, and at least eight hexadecimal digits.
pub(super) fn is_short_id(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(front, digits)| {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        !front.is_empty()
            && front.bytes().all(is_word)
            && digits.len() >= 8
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
