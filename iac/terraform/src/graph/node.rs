//! One instance with its key, aliases, parent and place.

use std::collections::BTreeSet;

use nepho_core::key::{self, Arn};

use super::{Instance, Source};
use crate::identity::facets::{self, Parent};
use crate::identity::{aliases, keys, providers};

/// An instance and what follows from its attributes.
pub(super) struct Node {
    pub instance: Instance,
    pub key: String,
    /// Whether the key names the resource only within this tool and scope.
    pub is_key_local: bool,
    pub aliases: BTreeSet<String>,
    pub parent: Option<Parent>,
}

impl Node {
    pub(super) fn new(instance: Instance, source: &Source<'_>) -> Self {
        let kind = instance.resource_type.as_str();
        let attributes = &instance.attributes;
        let parent = facets::parent(kind, attributes);
        let has_id =
            !providers::is_logical(kind) && parent.as_ref().is_none_or(|parent| parent.has_own_id);
        // Names of objects in a cluster are unique in the cluster, which no document names.
        let is_scoped = kind.starts_with("kubernetes_") || kind.starts_with("helm_");
        let key = keys::of(kind, attributes).filter(|key| {
            has_id && !is_scoped && parent.as_ref().is_none_or(|parent| parent.id != *key)
        });
        let is_key_local = key.is_none();
        let key =
            key.unwrap_or_else(|| format!("{}:{}:{}", source.tool, source.scope, instance.address));
        let aliases = match &parent {
            _ if providers::is_logical(kind) => BTreeSet::new(),
            Some(parent) => aliases::of_facet(parent.has_own_id, &key, attributes),
            None => aliases::of(kind, &key, attributes),
        };
        Self {
            key,
            is_key_local,
            aliases,
            parent,
            instance,
        }
    }

    /// Ids and names by which attributes of other resources refer to this one.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let paths = [
            "id",
            "name",
            "bucket",
            "function_name",
            "identifier",
            "cluster_identifier",
        ];
        let is_logical = providers::is_logical(&self.instance.resource_type);
        let words = paths
            .into_iter()
            .filter_map(|path| self.instance.attributes.first(path));
        words.filter(move |word| !is_logical && *word != self.key)
    }

    /// Whether it is a resource: data sources may also be answers of a cloud that name none.
    pub(super) fn is_shown(&self) -> bool {
        let is_answer = matches!(
            self.instance.resource_type.as_str(),
            "aws_caller_identity" | "aws_arn"
        );
        !self.instance.is_data || (keys::is_global(&self.key) && !is_answer)
    }

    pub(super) fn name(&self) -> Option<String> {
        let paths = [
            "name",
            "bucket",
            "function_name",
            "identifier",
            "cluster_identifier",
            "cluster_id",
            "metadata.name",
        ];
        if providers::is_logical(&self.instance.resource_type) {
            return None;
        }
        // Of a facet all but `name` is the name of its parent.
        let count = if self.parent.is_some() {
            1
        } else {
            paths.len()
        };
        paths
            .iter()
            .take(count)
            .find_map(|path| self.instance.attributes.first(path))
            .map(str::to_owned)
    }

    /// Account and region, from the key or from attributes.
    pub(super) fn place(&self) -> (Option<String>, Option<String>) {
        let attributes = &self.instance.attributes;
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if let Some(arn) = Arn::parse(&self.key) {
            return (
                some(arn.account).or_else(|| self.owner_account()),
                some(arn.region).or_else(|| self.own_region()),
            );
        }
        if key::is_azure_id(&self.key) {
            let region = attributes
                .first("location")
                .map(|location| location.to_ascii_lowercase().replace(' ', ""));
            return (
                key::azure_subscription(&self.key).map(str::to_owned),
                region,
            );
        }
        if self.instance.resource_type.starts_with("google_") {
            let project = key::google_project(&self.key).or_else(|| attributes.first("project"));
            return (project.map(str::to_owned), self.google_region());
        }
        (self.owner_account(), self.own_region())
    }

    fn owner_account(&self) -> Option<String> {
        let attributes = &self.instance.attributes;
        let is_identity = self.instance.resource_type == "aws_caller_identity";
        let account = is_identity
            .then(|| attributes.first("account_id"))
            .flatten();
        let account = account
            .or_else(|| attributes.first("owner_id"))
            .or_else(|| attributes.first("identity.account_id"));
        let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        account.filter(is_account).map(str::to_owned)
    }

    fn own_region(&self) -> Option<String> {
        let attributes = &self.instance.attributes;
        let zone = attributes
            .first("availability_zone")
            .map(|zone| zone.trim_end_matches(|c: char| c.is_ascii_lowercase()));
        attributes
            .first("region")
            .or(zone)
            .filter(|region| !region.is_empty())
            .map(str::to_owned)
    }

    fn google_region(&self) -> Option<String> {
        let attributes = &self.instance.attributes;
        let zone = attributes
            .first("zone")
            .map(key::short_name)
            .and_then(|zone| zone.rsplit_once('-'))
            .map(|(region, _)| region);
        let region = attributes.first("region").map(key::short_name).or(zone);
        region
            .or_else(|| attributes.first("location"))
            .map(str::to_ascii_lowercase)
    }
}
