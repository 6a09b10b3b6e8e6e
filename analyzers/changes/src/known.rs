//! Resources by every name they go by, and which of them infrastructure code manages.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use nepho_core::key::{self, Arn, Clusters};
use nepho_core::setting;
use nepho_core::tables::{Change, Resource};

use crate::event::Granted;
use crate::names::{self, Meaning, Named};
use crate::places::Places;

/// Resources seen so far. There may be hundreds of thousands: each of their names is held once.
#[derive(Debug, Default)]
pub(crate) struct Known {
    resources: Vec<Held>,
    // Places of the resources by canonical id.
    ids: HashMap<Arc<str>, usize>,
    // Resources that a name in lower case stands for.
    aliases: HashMap<String, Meaning>,
    // Where a call of the audit log has such a name from; `None` where several have it.
    names: HashMap<String, Option<Named>>,
    places: Places,
    // Ids of projects of Google Cloud by their numbers.
    numbers: HashMap<String, String>,
    // What code manages of the parts of a resource, once all are told.
    parts: HashMap<Arc<str>, Parts>,
    // Full ids that only the audit log tells, by the short id at their end.
    seen: HashMap<String, Option<Arc<str>>>,
    // What a tool made as the audit log tells, where no document says that it manages it.
    made: BTreeMap<String, String>,
    clusters: Clusters,
}

/// A resource that the input tells of.
#[derive(Debug)]
struct Held {
    id: Arc<str>,
    // Addresses of the tools that manage it, sorted.
    addresses: Vec<Arc<str>>,
    // What a rule, policy or attachment belongs to.
    parent: Option<String>,
    // Hashes of its plain settings, in order; `None` where documents do not agree.
    settings: Vec<(&'static str, Option<u64>)>,
    // Where its names hold.
    named: Named,
}

impl Held {
    fn learn_setting(&mut self, name: &'static str, hash: u64) {
        let place = self.settings.binary_search_by_key(&name, |(held, _)| held);
        match place {
            Ok(place) => {
                let held = self.settings.get_mut(place);
                if let Some((_, held)) = held.filter(|(_, held)| *held != Some(hash)) {
                    *held = None;
                }
            }
            Err(place) => self.settings.insert(place, (name, Some(hash))),
        }
    }
}

/// What code manages of the parts of a resource.
#[derive(Debug, Default)]
struct Parts {
    // Places by type, in the words of its source.
    by_type: BTreeMap<Box<str>, BTreeSet<usize>>,
}

impl Known {
    /// Takes a version of a resource.
    pub(crate) fn add(&mut self, row: &Resource) {
        let aliases = row.aliases.iter().map(String::as_str);
        self.clusters.add_declared(&row.key, aliases);
        let id = key::canonical(&row.key);
        let place = match self.same_as(row, &id) {
            Some(place) => {
                self.ids.insert(Arc::from(id), place);
                place
            }
            None => self.place(&id),
        };
        let Some(held) = self.resources.get_mut(place) else {
            return;
        };
        if let (Some(tool), Some(address)) = (&row.tool, &row.address) {
            let address: Arc<str> = Arc::from(address.as_str());
            if let Err(at) = held.addresses.binary_search(&address) {
                held.addresses.insert(at, Arc::clone(&address));
            }
            let settings = row.settings.as_deref().unwrap_or_default();
            setting::parse(settings).for_each(|(name, hash)| held.learn_setting(name, hash));
            let scope = row.scope.as_deref().unwrap_or_default();
            self.places.add(tool, scope, &address, place);
        }
        if let Some(parent) = &row.parent {
            held.parent = Some(parent.clone());
        }
        held.named.learn(Named::of(row, &held.id));
        let without_path = key::without_path(&held.id);
        for alias in row.aliases.iter().chain(&without_path) {
            let meaning = self.aliases.entry(alias.to_lowercase());
            meaning.or_insert(Meaning::One(place)).add(place);
        }
    }

    /// Ids of projects of Google Cloud by their numbers, as other names of the same resource tell
    /// them; `None` where several are told.
    pub(crate) fn projects(&self) -> HashMap<String, Option<String>> {
        let mut found: HashMap<String, Option<String>> = HashMap::new();
        for (alias, meaning) in &self.aliases {
            let held = meaning.one().and_then(|place| self.resources.get(place));
            let (Some(number), Some(held)) = (key::google_project(alias), held) else {
                continue;
            };
            let Some(id) = key::google_project(&held.id).filter(|id| *id != number) else {
                continue;
            };
            let named = key::google_with_project(alias, id).unwrap_or_default();
            let end = named.trim_start_matches('/').to_lowercase();
            if end.is_empty() || !held.id.to_lowercase().ends_with(&end) {
                continue;
            }
            let known = found.entry(number.to_owned());
            let known = known.or_insert_with(|| Some(id.to_owned()));
            if known.as_deref() != Some(id) {
                *known = None;
            }
        }
        found
    }

    /// Place of the resource that a row of logs, which nobody declares, is of under another id: its
    /// full id where the short one is known, or the other way round.
    fn same_as(&self, row: &Resource, id: &str) -> Option<usize> {
        if row.tool.is_some() || self.ids.contains_key(id) {
            return None;
        }
        let full = row.aliases.iter().map(String::as_str);
        let full = full.filter(|alias| key::is_global(alias));
        let mut words = full.chain(short_id(id).filter(|short| *short != id));
        words.find_map(|word| {
            let known = self.ids.get(&*key::canonical(word)).copied();
            known.or_else(|| self.aliases.get(&word.to_lowercase())?.one())
        })
    }

    /// Place of the resource with a canonical id, which is new if nobody told of it before.
    fn place(&mut self, id: &str) -> usize {
        if let Some(place) = self.ids.get(id) {
            return *place;
        }
        let id: Arc<str> = Arc::from(id);
        let place = self.resources.len();
        self.ids.insert(Arc::clone(&id), place);
        self.resources.push(Held {
            id,
            addresses: Vec::new(),
            parent: None,
            settings: Vec::new(),
            named: Named::default(),
        });
        place
    }

    fn held(&self, identity: &str) -> Option<&Held> {
        self.resources.get(*self.ids.get(identity)?)
    }

    /// The one canonical id of what `id` stands for: a known id, or the only resource of that name;
    /// else `id` itself.
    ///
    /// The last part of an id is looked up only where it is a short id that a cloud hands out
    /// (`sg-0123abcd`): a mere name means different things of different types.
    pub(crate) fn identity(&self, id: &str) -> Arc<str> {
        let id = key::canonical(id);
        let id = self.clusters.resolve(&id).unwrap_or(id);
        let by_project = || self.held(&self.by_project(&id)?);
        if let Some(held) = self.held(&id).or_else(by_project) {
            return Arc::clone(&held.id);
        }
        let names = [Some(id.as_str()), short_id(&id)];
        for name in names.into_iter().flatten() {
            let meaning = self.aliases.get(&name.to_lowercase());
            let place = meaning.and_then(Meaning::one);
            let named = place.and_then(|place| self.resources.get(place));
            if let Some(held) = named.or_else(|| self.held(name)) {
                return Arc::clone(&held.id);
            }
        }
        // A document tells the short id, the audit log the ARN, and no state that they are one.
        let seen = self.seen.get(&id).and_then(Option::as_ref);
        seen.map_or_else(|| Arc::from(id.as_str()), Arc::clone)
    }

    /// Finds out which projects of Google Cloud go by which numbers, now that all were told: a
    /// resource is known by both.
    pub(crate) fn settle_projects(&mut self) {
        let numbers = self.projects();
        let numbers = numbers
            .into_iter()
            .filter_map(|(number, id)| Some((number, id?)));
        self.numbers = numbers.collect();
        for place in 0..self.resources.len() {
            let id = self.resources.get(place).map(|held| Arc::clone(&held.id));
            if let Some(named) = id.and_then(|id| self.by_project(&id)) {
                self.ids.entry(Arc::from(named)).or_insert(place);
            }
        }
    }

    /// The id of a resource of Google Cloud with the id of its project in place of the number.
    fn by_project(&self, id: &str) -> Option<String> {
        let number = key::google_project(id).filter(|_| id.starts_with("//"))?;
        key::google_with_project(id, self.numbers.get(number)?)
    }

    /// Finds out what each part that code manages belongs to, now that all were told.
    pub(crate) fn settle_parts(&mut self) {
        let mut parts: HashMap<Arc<str>, Parts> = HashMap::new();
        for (place, held) in self.resources.iter().enumerate() {
            if let Some(parent) = held.parent.as_ref().filter(|_| !held.addresses.is_empty()) {
                let parts = parts.entry(self.identity(parent)).or_default();
                let of_type = parts.by_type.entry(held.named.resource_type().into());
                of_type.or_default().insert(place);
            }
        }
        self.parts = parts;
    }

    /// Parts of a resource that code manages and that are of a type, in the words of Terraform.
    pub(crate) fn parts(&self, whole: &str, resource_type: &str) -> Vec<Arc<str>> {
        let parts = self.parts.get(whole).into_iter();
        let by_type = parts.flat_map(|parts| &parts.by_type);
        let alike = by_type.filter(|(own, _)| names::are_alike(own, resource_type));
        let mut places: Vec<usize> = alike.flat_map(|(_, places)| places).copied().collect();
        places.sort_unstable();
        self.ids_at(places)
    }

    fn ids_at(&self, places: Vec<usize>) -> Vec<Arc<str>> {
        let held = places
            .into_iter()
            .filter_map(|place| self.resources.get(place));
        held.map(|held| Arc::clone(&held.id)).collect()
    }

    /// Parts of the policy of a resource of Google Cloud, which code manages, that a change of a
    /// member makes a difference of: that member, all members of the role, or the whole policy.
    pub(crate) fn grants(&self, whole: &str, granted: &Granted) -> Vec<Arc<str>> {
        let Granted {
            role,
            member,
            adds,
            condition,
        } = granted;
        let path = whole
            .strip_prefix("//")
            .and_then(|rest| rest.split_once('/'));
        // As the provider writes ids: `shop/roles/...`, `b/media/roles/...`, `projects/shop/...`.
        let on = match path {
            Some(("cloudresourcemanager.googleapis.com", path)) => {
                path.strip_prefix("projects/").unwrap_or(path).to_owned()
            }
            Some(("storage.googleapis.com", bucket)) => format!("b/{bucket}"),
            Some((_, path)) => path.to_owned(),
            None => return Vec::new(),
        };
        let own = (!adds).then(|| format!("{on}/{role}/{member}"));
        let words = own.into_iter().chain([format!("{on}/{role}")]);
        let words = words.map(|word| match condition {
            Some(condition) => format!("{word}/{condition}"),
            None => word,
        });
        let Some(parts) = self.parts.get(whole) else {
            return Vec::new();
        };
        let is_part = |place: &usize| {
            let own = self.resources.get(*place).map(|held| &held.named);
            let of_type = own.and_then(|own| parts.by_type.get(own.resource_type()));
            of_type.is_some_and(|places| places.contains(place))
        };
        let mut found: Vec<usize> = Vec::new();
        for word in words {
            let named = self.aliases.get(&word.to_lowercase());
            let places = named.map_or(&[][..], Meaning::places).iter();
            found.extend(places.filter(|place| is_part(place)));
        }
        let policies = parts.by_type.iter();
        let policies = policies.filter(|(own, _)| own.ends_with("_iam_policy"));
        let mut policies: Vec<usize> = policies.flat_map(|(_, places)| places).copied().collect();
        policies.sort_unstable();
        found.extend(policies);
        self.ids_at(found)
    }

    /// The canonical id of what a call of AWS calls `id`. A mere name is that of the only resource
    /// which bears it in this account and region and may be of the type; where the input tells of
    /// others alone, the name stands with all that tells it from theirs.
    pub(crate) fn identity_at(&self, id: &str, at: &Named) -> Arc<str> {
        let id = key::canonical(id);
        if !is_mere_name(&id) {
            return self.identity(&id);
        }
        let named = self.aliases.get(&id.to_lowercase());
        let mut places: Vec<usize> = named.map_or(Vec::new(), |named| named.places().to_vec());
        places.extend(self.ids.get(id.as_str()));
        places.sort_unstable();
        places.dedup();
        let all = places.iter().filter_map(|place| self.resources.get(*place));
        let fitting: Vec<&Held> = all
            .filter(|held| at.may_be(&held.named, &held.id))
            .collect();
        let is_shared = self.names.get(&id).is_some_and(Option::is_none);
        match fitting.as_slice() {
            [one] => Arc::clone(&one.id),
            [] if places.is_empty() && !is_shared => self.identity(&id),
            _ => Arc::from(at.key(&id)),
        }
    }

    /// Takes a name that a call of AWS tells, and where it holds.
    pub(crate) fn add_name(&mut self, id: &str, at: &Named) {
        if !is_mere_name(id) {
            return;
        }
        let held = self.names.entry(id.to_owned());
        let held = held.or_insert_with(|| Some(at.clone()));
        if held.as_ref().is_some_and(|held| !held.agrees(at)) {
            *held = None;
        }
    }

    /// Takes an id that the audit log tells.
    pub(crate) fn add_seen(&mut self, id: &str) {
        self.clusters.add(id, false);
        let short = short_id(id).filter(|short| *short != id);
        let words = [short.map(str::to_owned), key::without_path(id)];
        for word in words.into_iter().flatten() {
            let seen = self.seen.entry(word);
            let held = seen.or_insert_with(|| Some(Arc::from(id)));
            if held.as_deref().is_some_and(|held| held != id) {
                *held = None;
            }
        }
    }

    /// Takes the id of an object of a cluster that a document changed.
    pub(crate) fn add_changed(&mut self, id: &str) {
        self.clusters.add(id, true);
    }

    /// Finds out which words for clusters are of one, now that all were told: the objects are known
    /// by the best word from here on.
    pub(crate) fn settle_clusters(&mut self) {
        self.clusters.settle();
        if self.clusters.is_empty() {
            return;
        }
        for place in 0..self.resources.len() {
            let old = self.resources.get(place).map(|held| Arc::clone(&held.id));
            let Some(old) = old else { continue };
            let Some(id) = self.clusters.resolve(&old) else {
                continue;
            };
            let id: Arc<str> = Arc::from(id);
            let kept = *self.ids.entry(Arc::clone(&id)).or_insert(place);
            self.ids.insert(old, kept);
            let Some(held) = self.resources.get_mut(place) else {
                continue;
            };
            held.id = id;
            let (addresses, parent) = (std::mem::take(&mut held.addresses), held.parent.take());
            if let Some(kept) = self.resources.get_mut(kept) {
                kept.addresses.extend(addresses);
                kept.addresses.sort_unstable();
                kept.addresses.dedup();
                kept.parent = kept.parent.take().or(parent);
            }
        }
    }

    /// The id of an object with the best word for its cluster, where that is another.
    pub(crate) fn in_cluster(&self, id: &str) -> Option<String> {
        self.clusters.resolve(id)
    }

    /// Whether the input tells of the resource besides the audit log.
    pub(crate) fn has(&self, identity: &str) -> bool {
        self.ids.contains_key(identity)
    }

    /// Hash of what documents say that a plain setting of a resource is.
    pub(crate) fn setting(&self, identity: &str, name: &str) -> Option<u64> {
        let settings = &self.held(identity)?.settings;
        let place = settings.binary_search_by_key(&name, |(held, _)| held);
        settings.get(place.ok()?)?.1
    }

    /// Whether a state or a stack has the resource.
    pub(crate) fn is_declared(&self, identity: &str) -> bool {
        let held = self.held(identity);
        held.is_some_and(|held| !held.addresses.is_empty())
    }

    /// What a resource is a facet of: as documents tell, or, where none tells of it, by its id.
    pub(crate) fn parent(&self, identity: &str) -> Option<Arc<str>> {
        let told = self.held(identity).and_then(|held| held.parent.as_ref());
        match told {
            Some(parent) => Some(self.identity(parent)),
            None => self.parent_of_unknown(identity),
        }
    }

    /// The known resource that one of which no document tells is a part of: the nearest that
    /// infrastructure code manages, else the nearest.
    pub(crate) fn parent_of_unknown(&self, identity: &str) -> Option<Arc<str>> {
        // One that only logs name is held as well.
        let is_told = |held: &Held| !held.addresses.is_empty() || held.parent.is_some();
        if self.held(identity).is_some_and(is_told) {
            return None;
        }
        let wholes = std::iter::successors(key::whole_of(identity), |part| key::whole_of(part));
        let known: Vec<Arc<str>> = wholes
            .map(|whole| self.identity(whole))
            .filter(|whole| self.has(whole))
            .collect();
        let is_managed = |whole: &&Arc<str>| self.addresses(whole).next().is_some();
        let found = known.iter().find(is_managed).or_else(|| known.first());
        found.cloned()
    }

    /// Takes what a tool made as the audit log tells; `by` is told as its address.
    pub(crate) fn add_made(&mut self, identity: &str, by: &str) {
        let made = self.made.entry(identity.to_owned());
        made.or_insert_with(|| by.to_owned());
    }

    /// Addresses at which infrastructure code manages a resource; of one that no document tells of,
    /// the run that made it.
    pub(crate) fn addresses(&self, identity: &str) -> impl Iterator<Item = &str> {
        let mut declared = self.declared(identity).peekable();
        let is_declared = declared.peek().is_some();
        let made = self.made.get(identity).filter(|_| !is_declared);
        declared.chain(made.map(String::as_str))
    }

    /// Addresses at which documents tell that infrastructure code manages a resource.
    pub(crate) fn declared(&self, identity: &str) -> impl Iterator<Item = &str> {
        let held = self.held(identity);
        let managed = held.map_or(&[][..], |held| held.addresses.as_slice());
        managed.iter().map(AsRef::as_ref)
    }

    /// The full id of what a change of a feed is of, where the log tells no more than a name and a
    /// document tells what stands at its address.
    pub(crate) fn full_id(&self, change: &Change) -> Option<Arc<str>> {
        let id = change.resource.as_deref()?;
        let held = self.placed(change, id)?;
        (key::is_global(&held.id) && *held.id != *id).then(|| Arc::clone(&held.id))
    }

    /// What stands at the address of a change in its scope, if `id` is a name of it: what was
    /// replaced since had another.
    fn placed(&self, change: &Change, id: &str) -> Option<&Held> {
        let id = key::canonical(id);
        if key::is_global(&id) || self.ids.contains_key(id.as_str()) {
            return None;
        }
        let place = self
            .places
            .in_scope(&change.tool, &change.scope, &change.address)?;
        let meaning = self.aliases.get(&id.to_lowercase())?;
        self.resources.get(place).filter(|_| meaning.may_be(place))
    }

    /// What stands at the address of a change, where it tells no id.
    pub(crate) fn at_address(&self, change: &Change) -> Option<Arc<str>> {
        let place = self
            .places
            .in_scope(&change.tool, &change.scope, &change.address)?;
        let held = self.resources.get(place)?;
        Some(Arc::clone(&held.id))
    }

    /// Whether a mere name that a change tells is that of a resource of other scopes than its own:
    /// environments call their resources alike.
    fn is_of_others(&self, change: &Change, id: &str, identity: &str) -> bool {
        let (tool, scope) = (change.tool.as_str(), change.scope.as_str());
        if key::is_global(id) || is_short_id(id) || !self.places.is_known(tool, scope) {
            return false;
        }
        let place = self.ids.get(identity);
        let addresses = self.held(identity).map_or(&[][..], |held| &held.addresses);
        let mut own = addresses
            .iter()
            .map(|address| self.places.in_scope(tool, scope, address));
        !addresses.is_empty() && !own.any(|held| held.as_ref() == place)
    }

    /// The canonical id of what a change of a feed calls `id`.
    pub(crate) fn identity_in(&self, change: &Change, id: &str) -> Arc<str> {
        if let Some(held) = self.placed(change, id) {
            return Arc::clone(&held.id);
        }
        let identity = self.identity(id);
        match self.is_of_others(change, id, &identity) {
            true => Arc::from(key::canonical(id)),
            false => identity,
        }
    }

    /// Identities of what a change of a feed touches: resource or what lies at its address, and the
    /// parent. A run log does not tell the parent of a rule, and the audit log tells of nothing
    /// else.
    pub(crate) fn touched(&self, change: &Change) -> BTreeSet<Arc<str>> {
        let ids = change.resource.iter().chain(&change.parent);
        let mut touched: BTreeSet<Arc<str>> = ids.map(|id| self.identity_in(change, id)).collect();
        // A new resource has an id that no state knows yet.
        if !touched.iter().any(|id| self.has(id)) {
            let place = self.places.at(&change.tool, &change.scope, &change.address);
            let held = place.and_then(|place| self.resources.get(place));
            touched.extend(held.map(|held| Arc::clone(&held.id)));
        }
        let parents: Vec<Arc<str>> = touched
            .iter()
            .filter_map(|id| self.held(id)?.parent.as_deref())
            .map(|parent| self.identity(parent))
            .collect();
        touched.extend(parents);
        touched
    }
}

/// Services of AWS whose ARNs end with short ids of their own. Others name there what is EC2's:
/// `arn:aws:ssm:eu-west-1:1:managed-instance-inventory/i-0123abcd`.
const WITH_SHORT_IDS: [&str; 2] = ["ec2", "elasticfilesystem"];

/// The short id that a full id ends with, where it is that of the same resource.
fn short_id(id: &str) -> Option<&str> {
    let is_own = Arn::parse(id).is_none_or(|arn| WITH_SHORT_IDS.contains(&arn.service));
    Some(key::short_name(id)).filter(|short| is_own && is_short_id(short))
}

/// Whether an id is no more than a name, which several resources may have.
fn is_mere_name(id: &str) -> bool {
    let is_key = id.starts_with("name://") || id.starts_with("k8s://");
    !key::is_global(id) && !is_short_id(id) && !is_key
}

/// `sg-0123abcd`: a prefix in small letters, a dash, and at least eight hexadecimal digits.
fn is_short_id(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(prefix, digits)| {
        digits.len() >= 8
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !prefix.is_empty()
            && prefix
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    })
}

#[cfg(test)]
mod tests;
