//! Who a resource is, from the few properties that may be read: key, aliases, owner, parent.
//!
//! Property names are those of the provider packages in the Pulumi registry (pulumi.com/registry:
//! aws 7, azure-native 3, azure 6, gcp 9, kubernetes 4), read 2026-11-21.

mod aliases;
mod facets;
mod keys;
mod owner;
mod properties;
mod text;
mod token;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key::{Arn, azure_subscription, google_project, google_region_of_zone, short_name};
use nepho_core::tables::Resource;

pub(crate) use self::properties::{Properties, remove_secrets, texts_below};
use crate::urn::Urn;

/// A resource as a state or an event describes it.
pub(crate) struct Described<'a> {
    /// Name of the resource in Pulumi.
    pub(crate) urn: &'a str,
    /// Type token.
    pub(crate) kind: &'a str,
    /// Id that the provider gave; empty before it exists.
    pub(crate) id: &'a str,
    /// Properties that may be read.
    pub(crate) properties: &'a Properties,
}

/// Resources of a document by their ids and keys, to find the parents of facets.
#[derive(Default)]
pub(crate) struct Known {
    keys: BTreeMap<String, String>,
    ambiguous: BTreeSet<String>,
}

/// Whether resources of this type are in no cloud: providers, stacks, random values, local
/// commands.
pub(crate) fn is_logical(kind: &str) -> bool {
    token::is_logical(kind)
}

impl Known {
    /// Adds a resource with its key.
    pub(crate) fn add(&mut self, described: &Described<'_>, key: &str) {
        if facets::is_facet(described.kind) {
            return;
        }
        let names = [described.id, key]
            .into_iter()
            .chain(described.properties.all("arn"))
            .chain(described.properties.all("name"));
        for name in names.filter(|name| name.len() > 3) {
            let before = self.keys.insert(name.to_owned(), key.to_owned());
            if before.is_some_and(|before| before != key) {
                self.ambiguous.insert(name.to_owned());
            }
        }
    }

    /// Key of the one resource that is called so.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let key = self
            .keys
            .get(name)
            .filter(|_| !self.ambiguous.contains(name))?;
        Some(key)
    }
}

impl Described<'_> {
    /// Canonical key, or `None` for what is in no cloud or does not exist.
    pub(crate) fn key(&self) -> Option<String> {
        if self.id.is_empty() || self.id == text::UNKNOWN || is_logical(self.kind) {
            return None;
        }
        // Some facets borrow the id of their parent: a queue and its policy are two rows.
        let borrowed = facets::parent(self.kind, self.id, self.properties)
            .and_then(|named| keys::of_parent(self.kind, &named));
        let own = keys::of(self.kind, self.id, self.properties);
        own.filter(|own| Some(own) != borrowed.as_ref())
            .or_else(|| {
                let scope = Urn::parse(self.urn)?.scope();
                Some(format!("pulumi:{scope}:{}", self.urn))
            })
    }

    /// Canonical id of the resource that this one is a facet of.
    pub(crate) fn parent(&self, known: &Known) -> Option<String> {
        let named = facets::parent(self.kind, self.id, self.properties)?;
        match known.find(&named) {
            Some(key) => Some(key.to_owned()),
            None => keys::of_parent(self.kind, &named),
        }
    }

    /// Property that names the parent, where the type is a facet.
    pub(crate) fn parent_property(&self) -> Option<&'static str> {
        facets::property(self.kind)
    }

    /// Zone, of what lies in one alone.
    fn zone(&self, provider: Option<&str>) -> Option<String> {
        let first = |name: &str| self.properties.first(name);
        let zone = match provider? {
            "aws" => first("availabilityZone"),
            "azure" => {
                let mut zones = self.properties.all("zones").chain(first("zone"));
                let zone = zones.next();
                zone.filter(|_| zones.next().is_none())
            }
            "gcp" => {
                let zone = first("zone").or_else(|| first("location"));
                let is_zone = |zone: &&str| google_region_of_zone(zone).is_some();
                zone.map(short_name).filter(is_zone)
            }
            _ => None,
        };
        zone.filter(|zone| !zone.is_empty()).map(str::to_owned)
    }

    /// Row of table `resources`; `None` for what is in no cloud or does not exist.
    pub(crate) fn resource(&self, uri: &str, line: u64) -> Option<Resource> {
        let key = self.key()?;
        let urn = Urn::parse(self.urn)?;
        let owner = self.properties.owner();
        let provider = token::cloud(self.kind);
        let first = |name: &str| self.properties.first(name).map(str::to_owned);
        let arn = Arn::parse(&key);
        let word = |part: &str| Some(part.to_owned()).filter(|part| !part.is_empty());
        let account = match provider {
            Some("aws") => arn.and_then(|arn| word(arn.account)),
            Some("azure") => azure_subscription(&key).map(str::to_owned),
            Some("gcp") => google_project(&key)
                .map(str::to_owned)
                .or_else(|| first("project")),
            _ => None,
        };
        let region = arn
            .and_then(|arn| word(arn.region))
            .or_else(|| first("region"))
            .or_else(|| first("location"));
        let zone = self.zone(provider);
        let in_zone = zone.as_deref().and_then(google_region_of_zone);
        let region = match provider {
            Some("gcp") => in_zone.map(str::to_owned).or(region),
            _ => region,
        };
        Some(Resource {
            aliases: aliases::of(self.kind, self.id, &key, self.properties),
            resource_type: self.kind.to_owned(),
            name: owner
                .name
                .or_else(|| first("name"))
                .or_else(|| Some(urn.name.to_owned())),
            provider: provider.map(str::to_owned),
            account,
            region: region.filter(|_| provider.is_some()),
            zone,
            service: owner.service,
            team: owner.team,
            environment: owner.environment,
            tool: Some("pulumi".to_owned()),
            scope: Some(urn.scope()),
            address: Some(self.urn.to_owned()),
            uri: uri.to_owned(),
            line,
            key,
            ..Resource::default()
        })
    }
}
