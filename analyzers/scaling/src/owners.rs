//! Which service runs on a group: what resources say, then the name. A guess that fits several is
//! none.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nepho_core::tables::Resource;
use nepho_core::{key, setting};

use crate::groups::{Group, Limits};

/// Resources of which the words are kept.
const MAX_WORDS: usize = 400_000;
/// Words in a group's name that say what it is or where it runs, not whose it is.
const COMMON: [&str; 38] = [
    "asg",
    "autoscaling",
    "autoscaler",
    "auto",
    "scaling",
    "scale",
    "set",
    "scaleset",
    "vmss",
    "mig",
    "ig",
    "group",
    "grp",
    "instance",
    "instances",
    "managed",
    "hpa",
    "deployment",
    "deploy",
    "plan",
    "asp",
    "app",
    "service",
    "svc",
    "nodes",
    "pool",
    "nodepool",
    "prod",
    "production",
    "prd",
    "staging",
    "stage",
    "stg",
    "dev",
    "test",
    "qa",
    "eu",
    "us",
];

/// Settings of the smallest and the largest size, in the words of each kind of group.
const BOUNDS: [(&str, &str); 6] = [
    ("min_size", "max_size"),
    ("min_capacity", "max_capacity"),
    ("min_replicas", "max_replicas"),
    ("min_node_count", "max_node_count"),
    ("min_instance_count", "max_instance_count"),
    ("minimum", "maximum"),
];
/// Largest size that is looked for.
const LARGEST: u64 = 2_000;

/// A size that a document sets, of which the settings of a resource hold a hash.
fn told(settings: &str, name: &str) -> Option<u64> {
    let (_, told) = setting::parse(settings).find(|(held, _)| *held == name)?;
    (0..=LARGEST).find(|size| setting::hash(name, &size.to_string()) == Some(told))
}

/// Words for a resource, in lower case, each once.
fn words_for(resource: &Resource) -> BTreeSet<String> {
    let words = resource
        .aliases
        .iter()
        .chain(&resource.name)
        .map(String::as_str);
    let words = words.chain([resource.key.as_str(), key::short_name(&resource.key)]);
    let words = words.map(|word| word.trim().to_lowercase());
    words.filter(|word| !word.is_empty()).collect()
}

/// Owners of resources by every word for them.
#[derive(Default)]
pub(crate) struct Owners {
    /// `None` of a word for resources of several services.
    services: BTreeMap<String, Option<Arc<str>>>,
    /// Smallest and largest sizes of groups by every word for them; `None` of a word for several.
    limits: BTreeMap<String, Option<Limits>>,
    names: BTreeSet<Arc<str>>,
}

impl Owners {
    /// Takes note of a resource.
    pub(crate) fn note(&mut self, resource: &Resource) {
        self.note_limits(resource);
        let Some(service) = resource
            .service
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
        else {
            return;
        };
        let service = self.name(service);
        for word in words_for(resource) {
            let is_room = self.services.len() < MAX_WORDS;
            match self.services.entry(word) {
                Entry::Occupied(mut held) => {
                    if held.get().as_ref().is_some_and(|held| *held != service) {
                        held.insert(None);
                    }
                }
                Entry::Vacant(free) if is_room => {
                    free.insert(Some(Arc::clone(&service)));
                }
                Entry::Vacant(_) => {}
            }
        }
    }

    fn note_limits(&mut self, resource: &Resource) {
        let Some(settings) = &resource.settings else {
            return;
        };
        let mut limits = BOUNDS
            .iter()
            .map(|(min, max)| (told(settings, min), told(settings, max)));
        let Some(limits) = limits.find(|limits| limits.1.is_some()) else {
            return;
        };
        if self.limits.len() >= MAX_WORDS {
            return;
        }
        for word in words_for(resource) {
            let held = self.limits.entry(word).or_insert(Some(limits));
            if *held != Some(limits) {
                *held = None;
            }
        }
    }

    /// Smallest and largest size of a group, as documents tell them.
    pub(crate) fn limits(&self, group: &Group) -> Option<Limits> {
        let of = |word: &str| {
            let whole = self.limits.get(&word.to_lowercase());
            whole.or_else(|| self.limits.get(&key::canonical(word).to_lowercase()))
        };
        let by_id = group.id.as_deref().and_then(of);
        *by_id.or_else(|| of(&group.key.name))?
    }

    /// The name of a service, held once.
    fn name(&mut self, service: &str) -> Arc<str> {
        if let Some(held) = self.names.get(service) {
            return Arc::clone(held);
        }
        let name: Arc<str> = Arc::from(service);
        self.names.insert(Arc::clone(&name));
        name
    }

    /// The one service of the resource that a word stands for.
    pub(crate) fn of_resource(&self, word: &str) -> Option<&str> {
        let whole = self.services.get(&word.to_lowercase());
        let service = whole.or_else(|| self.services.get(&key::canonical(word).to_lowercase()))?;
        service.as_deref()
    }

    /// The service that runs on a group; `known` are services with rows of their own.
    pub(crate) fn of_group(&self, group: &Group, known: &Names) -> Option<String> {
        if let Some(service) = &group.service {
            return Some(service.clone());
        }
        let by_id = group.id.as_deref().and_then(|id| self.of_resource(id));
        if let Some(service) = by_id.or_else(|| self.of_resource(&group.key.name)) {
            return Some(known.spelled(service));
        }
        known.guess(&group.key.name)
    }
}

/// Names of services, to be found in names of groups.
pub(crate) struct Names {
    by_words: BTreeMap<Vec<String>, BTreeSet<String>>,
    by_lower: BTreeMap<String, String>,
}

impl Names {
    pub(crate) fn new<'a>(services: impl Iterator<Item = &'a str>) -> Self {
        let mut names = Self {
            by_words: BTreeMap::new(),
            by_lower: BTreeMap::new(),
        };
        for service in services {
            let mut words = words(service);
            names
                .by_words
                .entry(words.clone())
                .or_default()
                .insert(service.to_owned());
            // `checkout-svc` may run on `checkout-asg`.
            while words.len() > 1 && words.last().is_some_and(|word| is_common(word)) {
                words.pop();
                names
                    .by_words
                    .entry(words.clone())
                    .or_default()
                    .insert(service.to_owned());
            }
            names
                .by_lower
                .entry(service.to_lowercase())
                .or_insert_with(|| service.to_owned());
        }
        names
    }

    /// The name as rows of the service spell it.
    fn spelled(&self, service: &str) -> String {
        self.by_lower
            .get(&service.to_lowercase())
            .cloned()
            .unwrap_or_else(|| service.to_owned())
    }

    /// The service with the longest name that stands in a group's name among words that say what it
    /// is.
    fn guess(&self, group: &str) -> Option<String> {
        let words = words(group);
        if words.len() > 16 {
            return None;
        }
        let lengths = (1..=words.len()).rev();
        for length in lengths {
            let mut fitting = BTreeSet::new();
            for (start, window) in words.windows(length).enumerate() {
                let around = words
                    .iter()
                    .take(start)
                    .chain(words.iter().skip(start + length));
                let rest_is_common = around.clone().all(|word| is_common(word));
                // `shop-checkout-asg`: one other word in front is a project, if the name is long
                // enough to be no chance.
                let is_prefixed = start == 1
                    && window.iter().map(String::len).sum::<usize>() >= 5
                    && words
                        .iter()
                        .skip(start + length)
                        .all(|word| is_common(word));
                if rest_is_common || is_prefixed {
                    fitting.extend(self.by_words.get(window).into_iter().flatten());
                }
            }
            match fitting.len() {
                0 => {}
                1 => return fitting.first().map(|name| (*name).clone()),
                _ => return None,
            }
        }
        None
    }
}

fn is_common(word: &str) -> bool {
    COMMON.contains(&word) || word.chars().all(|c| c.is_ascii_digit())
}

fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_after_its_service() {
        let names = Names::new(["checkout", "web", "order-api", "order"].into_iter());
        let check = |group: &str, expected: Option<&str>| {
            assert_eq!(names.guess(group).as_deref(), expected, "{group}");
        };
        check("checkout-asg", Some("checkout"));
        check("prod-web-vmss", Some("web"));
        check("shop-checkout-asg", Some("checkout"));
        check("order-api-hpa", Some("order-api"));
        check("order-asg-2", Some("order"));
        check("shop-web-asg", None);
        check("order-db", None);
        check("workers", None);
        check("", None);
    }
}
