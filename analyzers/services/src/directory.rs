//! Finds the service or resource that a word or an address stands for.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use nepho_core::words::Words;
use nepho_core::{Timestamp, key};

use crate::kinds::Part;
use crate::told::{Told, Version, Word};
use crate::{domains, hosts};

/// A word or address that stands for more things than this tells nothing.
const MAX_MEANINGS: usize = 3;
/// Confidence that a resource is of the service in its row, where no relation tells it.
const ROW_CONFIDENCE: f64 = 0.95;
/// Ownership below this counts only where nothing better is known.
const WEAK_OWNER: f64 = 0.5;
/// Confidence that the first label of a public host name is the name of a service.
const LABEL_CONFIDENCE: f64 = 0.8;
/// Ports of databases, caches and queues: behind them a store is meant, not a service of the same
/// name.
const STORE_PORTS: [u16; 17] = [
    1433, 1521, 3306, 5432, 5433, 5671, 5672, 6379, 6380, 6432, 9042, 9092, 9093, 9200, 11211,
    26257, 27017,
];

/// One end of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum End {
    /// Number of a service.
    Service(u32),
    /// Position of a resource.
    Resource(u32),
}

/// A resource as far as callers care.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) part: Part,
    /// Host names that a cloud gave it.
    hosts: Box<[String]>,
    /// Services that run on it, with confidence, by number.
    pub(crate) services: Vec<(u32, f64)>,
}

/// That a word stands for a resource, in a span of time.
#[derive(Clone, Debug, PartialEq)]
struct Meaning {
    resource: u32,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// Who asks: what is near to the asker is meant first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'a> {
    pub(crate) provider: Option<&'a str>,
    pub(crate) account: Option<&'a str>,
    pub(crate) time: Option<Timestamp>,
}

/// All services and resources by their words.
pub(crate) struct Directory {
    /// Services with rows first, under their numbers there.
    pub(crate) services: Words,
    by_lower_name: HashMap<String, u32>,
    pub(crate) resources: Vec<Known>,
    words: Words,
    /// What each of the words stands for.
    meanings: Vec<Vec<Meaning>>,
    /// Services by the addresses on which load balancers reach them.
    targets: HashMap<IpAddr, BTreeSet<u32>>,
}

impl Directory {
    pub(crate) fn new(services: Words, told: &Told) -> Self {
        let mut directory = Self {
            services,
            by_lower_name: HashMap::new(),
            resources: Vec::new(),
            words: Words::default(),
            meanings: Vec::new(),
            targets: HashMap::new(),
        };
        for (number, name) in directory.services.iter() {
            directory
                .by_lower_name
                .entry(name.to_ascii_lowercase())
                .or_insert(number);
        }
        let stand_ins = stand_ins(&told.versions);
        let mut by_key: BTreeMap<&str, Vec<&Version>> = BTreeMap::new();
        for row in &told.versions {
            let key = stand_ins.get(&*row.key).copied().unwrap_or(&row.key);
            // Most have one version.
            let alike = by_key.entry(key);
            alike.or_insert_with(|| Vec::with_capacity(1)).push(row);
        }
        let mut owners: HashMap<&str, Vec<(&str, f64)>> = HashMap::new();
        for (resource, owner) in told.owners() {
            let held = owners.entry(resource);
            held.or_insert_with(|| Vec::with_capacity(1)).push(owner);
        }
        for (key, mut versions) in by_key {
            versions.sort_by_key(|row| row.valid_from);
            let owners = owners.get(key).map(Vec::as_slice).unwrap_or_default();
            directory.add(key, &versions, owners, told);
        }
        directory
    }

    /// Number of the service with this name in any case; a new one if there is none.
    pub(crate) fn service(&mut self, name: &str) -> u32 {
        let lower = name.to_ascii_lowercase();
        if let Some(number) = self.by_lower_name.get(&lower) {
            return *number;
        }
        let number = self.services.number(name, usize::MAX).unwrap_or(u32::MAX);
        self.by_lower_name.insert(lower, number);
        number
    }

    fn add(&mut self, key: &str, versions: &[&Version], owners: &[(&str, f64)], told: &Told) {
        let Some(latest) = versions.last() else {
            return;
        };
        let number = u32::try_from(self.resources.len()).unwrap_or(u32::MAX);
        let field = |pick: fn(&Version) -> Option<Word>| {
            let found = versions.iter().rev().find_map(|row| pick(row));
            found.map(|word| told.word(word).to_owned())
        };
        let mut services: BTreeMap<u32, f64> = BTreeMap::new();
        let mut own = |number: u32, confidence: f64| {
            let held = services.entry(number).or_insert(confidence);
            *held = held.max(confidence);
        };
        for (service, confidence) in owners {
            own(self.service(service), *confidence);
        }
        if let (Some(service), true) = (field(|row| row.service), owners.is_empty()) {
            own(self.service(&service), ROW_CONFIDENCE);
        }
        if services
            .values()
            .any(|confidence| *confidence >= WEAK_OWNER)
        {
            services.retain(|_, confidence| *confidence >= WEAK_OWNER);
        }
        let typed = versions
            .iter()
            .rev()
            .find(|row| row.has_type)
            .unwrap_or(latest);
        self.resources.push(Known {
            key: key.to_owned(),
            name: versions
                .iter()
                .rev()
                .find_map(|row| row.name.as_deref().map(str::to_owned)),
            provider: field(|row| row.provider),
            account: field(|row| row.account),
            part: typed.part,
            hosts: given_hosts(versions),
            services: services.into_iter().collect(),
        });
        for (position, row) in versions.iter().enumerate() {
            self.add_words(
                number,
                key,
                row,
                versions.get(position + 1..).unwrap_or_default(),
            );
        }
    }

    /// Notes the words of one version. An address that the next version has no more ended with it.
    fn add_words(&mut self, number: u32, key: &str, row: &Version, later: &[&Version]) {
        let next = later.iter().find(|next| next.valid_from > row.valid_from);
        let name = row.name.as_ref().map(|name| name.to_ascii_lowercase());
        let short = key::short_name(key).to_ascii_lowercase();
        let words = row
            .aliases
            .iter()
            .map(|alias| alias.trim_end_matches('.').to_ascii_lowercase());
        for word in words.chain(name).chain([
            short,
            key.to_ascii_lowercase(),
            row.key.to_ascii_lowercase(),
        ]) {
            let mut to = row.valid_to;
            if let (Some(next), true) = (next, word.parse::<IpAddr>().is_ok()) {
                let stays = next
                    .aliases
                    .iter()
                    .any(|alias| alias.eq_ignore_ascii_case(&word));
                to = if stays { to } else { to.or(next.valid_from) };
            }
            let meaning = Meaning {
                resource: number,
                from: row.valid_from,
                to,
            };
            // Most words have one meaning.
            let word = self.words.number(&word, usize::MAX).unwrap_or(u32::MAX);
            if self.meanings.len() < self.words.len() {
                self.meanings.push(Vec::with_capacity(1));
            }
            if let Some(held) = self.meanings.get_mut(word as usize)
                && !held.contains(&meaning)
            {
                held.push(meaning);
            }
        }
    }

    /// Notes that a load balancer reaches `service` at `address`.
    pub(crate) fn add_target(&mut self, address: IpAddr, service: u32) {
        self.targets.entry(address).or_default().insert(service);
    }

    /// The resource with this canonical key or, when it is the only one, this alias.
    pub(crate) fn resource(&self, word: &str) -> Option<u32> {
        let canonical = key::canonical(word);
        let found = self.all_meanings(&canonical.to_ascii_lowercase())?;
        let exact = found.iter().find(|meaning| {
            self.resources
                .get(meaning.resource as usize)
                .is_some_and(|one| one.key == canonical)
        });
        if let Some(meaning) = exact {
            return Some(meaning.resource);
        }
        let distinct: BTreeSet<u32> = found.iter().map(|meaning| meaning.resource).collect();
        distinct.first().copied().filter(|_| distinct.len() == 1)
    }

    /// Services that an address belongs to, with the share of confidence of each.
    pub(crate) fn services_at(&self, address: IpAddr, place: Place<'_>) -> Vec<(u32, f64)> {
        let mut services: BTreeMap<u32, f64> = BTreeMap::new();
        for number in self.meanings(&address.to_string(), place, hosts::is_private(address)) {
            for &(service, confidence) in self
                .resources
                .get(number as usize)
                .map(|one| one.services.as_slice())
                .unwrap_or_default()
            {
                let held = services.entry(service).or_insert(confidence);
                *held = held.max(confidence);
            }
        }
        if services.is_empty() {
            services.extend(
                self.targets
                    .get(&address)
                    .into_iter()
                    .flatten()
                    .map(|service| (*service, 0.8)),
            );
        }
        shared(services)
    }

    /// What an address stands for as a callee, with the share of confidence of each.
    pub(crate) fn callees_at(&self, address: IpAddr, place: Place<'_>) -> Vec<(End, f64)> {
        let found =
            self.choose(&self.meanings(&address.to_string(), place, hosts::is_private(address)));
        if !found.is_empty() {
            return found;
        }
        let targets: BTreeMap<End, f64> = self
            .targets
            .get(&address)
            .into_iter()
            .flatten()
            .map(|service| (End::Service(*service), 0.8))
            .collect();
        shared(targets)
    }

    /// What a word in lower case stands for as a peer, with the share of confidence of each.
    pub(crate) fn find(&self, word: &str, port: Option<u16>, place: Place<'_>) -> Vec<(End, f64)> {
        if let Ok(address) = word.parse::<IpAddr>() {
            return self.callees_at(address, place);
        }
        // Of queues the URL is another word for the ARN, of Cloud SQL `PROJECT:REGION:INSTANCE`.
        let has_other = word.contains("://") || word.matches(':').count() > 1;
        let canonical = has_other.then(|| key::canonical(word));
        let named = self.by_alias(canonical.as_deref().unwrap_or(word), place);
        let is_store =
            |(end, _): &(End, f64)| matches!(end, End::Resource(number) if self.is_store(*number));
        if port.is_some_and(|port| STORE_PORTS.contains(&port)) && named.iter().any(is_store) {
            return named;
        }
        let kubernetes = hosts::kubernetes_service(word).unwrap_or(word);
        for name in [word, kubernetes] {
            if let Some(service) = self.by_lower_name.get(name) {
                return vec![(End::Service(*service), 1.0)];
            }
        }
        if named
            .iter()
            .any(|found| matches!(found.0, End::Service(_)) || is_store(found))
        {
            return named;
        }
        let labels = hosts::label_names(word);
        let is_public = word.matches('.').count() >= 2
            && hosts::provider_of(word).is_none()
            && kubernetes == word;
        let share = if is_public { LABEL_CONFIDENCE } else { 0.95 };
        if let Some(service) = labels
            .iter()
            .find_map(|label| self.by_lower_name.get(*label))
        {
            return vec![(End::Service(*service), share)];
        }
        if !named.is_empty() {
            return named;
        }
        let by_label = labels
            .iter()
            .map(|label| self.by_label(label, word, place))
            .find(|found| !found.is_empty());
        by_label
            .unwrap_or_default()
            .into_iter()
            .map(|(end, held)| (end, held * share))
            .collect()
    }

    /// What the first label of a host stands for. In the domain of a cloud it stands for nothing of
    /// another cloud, region or type, and nowhere for what is known to have another host.
    fn by_label(&self, label: &str, host: &str, place: Place<'_>) -> Vec<(End, f64)> {
        let is_given = hosts::provider_of(host).is_some();
        // Whoever asks, the host tells where it is.
        let near = if is_given {
            Place {
                time: place.time,
                ..Place::default()
            }
        } else {
            place
        };
        let mut found = self.meanings(label, near, true);
        found.retain(|number| {
            let known = self.resources.get(*number as usize);
            known.is_some_and(|one| {
                let fits = domains::fits(host, &one.key, one.provider.as_deref());
                let is_free = one.hosts.is_empty() || hosts::is_internal(host);
                fits && (is_free || one.hosts.iter().any(|own| domains::is_same(own, host)))
            })
        });
        if is_given {
            self.narrow(&mut found, |one| {
                place.account.is_some() && one.account.as_deref() == place.account
            });
        }
        self.choose(&found)
    }

    fn by_alias(&self, word: &str, place: Place<'_>) -> Vec<(End, f64)> {
        self.choose(&self.meanings(word, place, true))
    }

    fn is_store(&self, number: u32) -> bool {
        self.resources
            .get(number as usize)
            .is_some_and(|one| one.part == Part::Store)
    }

    fn all_meanings(&self, word: &str) -> Option<&[Meaning]> {
        let word = self.words.find(word)?;
        self.meanings.get(word as usize).map(Vec::as_slice)
    }

    /// Resources that a word stands for at the place: those that have it at the time, of these
    /// those of the same cloud, of these those of the same account; each step only where it leaves
    /// one.
    fn meanings(&self, word: &str, place: Place<'_>, is_local: bool) -> Vec<u32> {
        let Some(all) = self.all_meanings(word) else {
            return Vec::new();
        };
        let holds = |meaning: &&Meaning| {
            place.time.is_none_or(|time| {
                meaning.from.is_none_or(|from| from <= time)
                    && meaning.to.is_none_or(|to| time < to)
            })
        };
        let mut found: Vec<u32> = all
            .iter()
            .filter(holds)
            .map(|meaning| meaning.resource)
            .collect();
        if found.is_empty() {
            // What is known of it began later than the log, or ended before: better than nothing.
            found = all.iter().map(|meaning| meaning.resource).collect();
        }
        found.sort_unstable();
        found.dedup();
        if is_local {
            self.narrow(&mut found, |one| {
                place.provider.is_some() && one.provider.as_deref() == place.provider
            });
            self.narrow(&mut found, |one| {
                place.account.is_some() && one.account.as_deref() == place.account
            });
        }
        found
    }

    fn narrow(&self, found: &mut Vec<u32>, fits: impl Fn(&Known) -> bool) {
        let near: Vec<u32> = found
            .iter()
            .copied()
            .filter(|number| self.resources.get(*number as usize).is_some_and(&fits))
            .collect();
        if !near.is_empty() {
            *found = near;
        }
    }

    /// Of several resources the stores; else the services on those that are hosts; else what is no
    /// plumbing.
    fn choose(&self, found: &[u32]) -> Vec<(End, f64)> {
        let known = |number: &u32| {
            self.resources
                .get(*number as usize)
                .map(|one| (*number, one))
        };
        let all: Vec<(u32, &Known)> = found.iter().filter_map(known).collect();
        let mut ends: BTreeMap<End, f64> = BTreeMap::new();
        for (number, store) in all.iter().filter(|(_, one)| one.part == Part::Store) {
            // A database that writes logs of its own is a service by its name.
            let as_service = store
                .name
                .as_ref()
                .and_then(|name| self.by_lower_name.get(&name.to_ascii_lowercase()));
            ends.insert(
                as_service.map_or(End::Resource(*number), |service| End::Service(*service)),
                1.0,
            );
        }
        if ends.is_empty() {
            for (_, host) in &all {
                ends.extend(
                    host.services
                        .iter()
                        .map(|(service, confidence)| (End::Service(*service), *confidence)),
                );
            }
        }
        if ends.is_empty() {
            let callable = all.iter().filter(|(_, one)| one.part != Part::Plumbing);
            ends.extend(callable.map(|(number, _)| (End::Resource(*number), 1.0)));
        }
        shared(ends)
    }
}

/// Meanings with their confidence divided by their number; none at all when there are too many.
fn shared<T>(found: BTreeMap<T, f64>) -> Vec<(T, f64)> {
    if found.len() > MAX_MEANINGS {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "at most three")]
    let count = found.len() as f64;
    found
        .into_iter()
        .map(|(what, confidence)| (what, confidence / count))
        .collect()
}

/// Host names in domains of clouds among the words of a resource.
fn given_hosts(versions: &[&Version]) -> Box<[String]> {
    let aliases = versions.iter().flat_map(|row| &row.aliases);
    let hosts = aliases.map(|alias| alias.trim_end_matches('.').to_ascii_lowercase());
    let given =
        hosts.filter(|host| hosts::is_host_name(host) && hosts::provider_of(host).is_some());
    given.collect::<BTreeSet<String>>().into_iter().collect()
}

/// Keys that are another word for a resource with a better key: `terraform:shop:aws_instance.web`.
fn stand_ins(rows: &[Version]) -> HashMap<&str, &str> {
    let keys: HashSet<&str> = rows.iter().map(|row| &*row.key).collect();
    let is_full = |key: &str| key.starts_with("arn:") || key.starts_with('/');
    let mut stand_ins: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows {
        for alias in row.aliases.iter().map(|alias| &**alias) {
            if alias != &*row.key
                && !is_full(alias)
                && keys.contains(alias)
                && row.parent.as_deref() != Some(alias)
            {
                stand_ins.entry(alias).or_insert(&row.key);
            }
        }
    }
    stand_ins.into_iter().collect()
}
