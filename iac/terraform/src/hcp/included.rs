//! What a document of the API includes beside its data, where it was asked to: users, workspaces
//! and commits, of which the data tell the ids only.
//!
//! developer.hashicorp.com/terraform/cloud-docs/api-docs, "Inclusion of Related Resources", and
//! .../run, "Available Related Resources", read 2026-11-28.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::api::repository;
use crate::state::elements;

/// Relations of an item to others, by name.
pub(super) type Relations<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// What is included, by id.
#[derive(Default)]
pub(super) struct Included<'a>(BTreeMap<String, Item<'a>>);

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
    #[serde(borrow)]
    relationships: Option<Relations<'a>>,
}

/// Attributes of users (`username`), workspaces (`name`) and commits.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Attributes<'a> {
    #[serde(borrow)]
    username: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    commit_sha: Option<Cow<'a, str>>,
    #[serde(borrow)]
    commit_url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    identifier: Option<Cow<'a, str>>,
    pull_request_number: Option<u64>,
}

impl<'a> Included<'a> {
    /// Reads the list `included`. What of it cannot be read is left out: the data have its id.
    pub(super) fn read(list: Option<&'a RawValue>) -> Self {
        let items = elements(list).unwrap_or_default();
        let items = items.into_iter().filter_map(|item| {
            let item: Item<'a> = serde_json::from_str(item.get()).ok()?;
            Some((item.id.as_deref()?.to_owned(), item))
        });
        Self(items.collect())
    }

    /// Name of a user or a workspace.
    pub(super) fn name(&self, id: &str) -> Option<String> {
        let attributes = self.0.get(id)?.attributes.as_ref()?;
        let name = attributes.username.as_ref().or(attributes.name.as_ref())?;
        Some(name.clone().into_owned())
    }

    /// Ids and names of workspaces.
    pub(super) fn workspaces(&self) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
        self.0.iter().map(|(id, item)| {
            let attributes = item.attributes.as_ref();
            let name = attributes.and_then(|attributes| attributes.name.as_deref());
            (Some(id.as_str()), name)
        })
    }

    /// Commit that a version of a configuration is of.
    pub(super) fn commit(&self, configuration: &str) -> Commit {
        let ingress = self.0.get(configuration).and_then(|item| {
            let id = related(item.relationships.as_ref()?, "ingress-attributes")?;
            self.0.get(&id)?.attributes.as_ref()
        });
        let Some(ingress) = ingress else {
            return Commit::default();
        };
        let own = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let address = ingress.commit_url.as_deref().and_then(repository);
        Commit {
            revision: own(&ingress.commit_sha),
            repository: address.or_else(|| own(&ingress.identifier)),
            pull_request: ingress.pull_request_number.map(|number| number.to_string()),
        }
    }
}

/// What a version of a configuration was made from.
#[derive(Default)]
pub(super) struct Commit {
    pub(super) revision: Option<String>,
    pub(super) repository: Option<String>,
    /// Number of the pull request.
    pub(super) pull_request: Option<String>,
}

impl Commit {
    /// Whether somebody pushed it, and nobody uploaded the configuration.
    pub(super) fn is_pushed(&self) -> bool {
        self.revision.is_some()
    }
}

/// Id of what an item is related to by a name.
pub(super) fn related(relations: &Relations<'_>, name: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Related<'a> {
        #[serde(borrow)]
        data: Option<Target<'a>>,
    }
    #[derive(Deserialize)]
    struct Target<'a> {
        #[serde(borrow)]
        id: Option<Cow<'a, str>>,
    }
    let related: Related<'_> = serde_json::from_str(relations.get(name)?.get()).ok()?;
    related.data?.id.map(Cow::into_owned)
}
