//! Documents of the API of HCP Terraform: runs and versions of states (JSON:API), and the audit
//! trail.
//!
//! developer.hashicorp.com/terraform/cloud-docs/api-docs/run, .../state-versions and
//! .../audit-trails, read 2026-11-21.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::tables::{self, RunOperation, RunStatus, Via};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::included::{Included, Relations, related};
use super::notification::time;
use super::{masked, status};
use crate::place::describe;

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
    #[serde(borrow)]
    relationships: Option<Relations<'a>>,
    #[serde(borrow)]
    links: Option<BTreeMap<Cow<'a, str>, &'a RawValue>>,
    // Of an event of the audit trail.
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    auth: Option<Auth<'a>>,
    #[serde(borrow)]
    resource: Option<Audited<'a>>,
}

/// Attributes of runs and of versions of states. Addresses from which a state can be downloaded
/// are secrets, and are skipped.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Attributes<'a> {
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    status_timestamps: Option<BTreeMap<Cow<'a, str>, Option<Cow<'a, str>>>>,
    #[serde(borrow)]
    created_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    is_destroy: Option<bool>,
    refresh_only: Option<bool>,
    plan_only: Option<bool>,
    #[serde(borrow)]
    source: Option<Cow<'a, str>>,
    serial: Option<u64>,
    #[serde(borrow)]
    vcs_commit_sha: Option<Cow<'a, str>>,
    #[serde(borrow)]
    vcs_commit_url: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Auth<'a> {
    #[serde(borrow)]
    description: Option<Cow<'a, str>>,
    #[serde(borrow)]
    accessor_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Audited<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    action: Option<Cow<'a, str>>,
}

/// What is known besides an element of `data`.
pub(super) struct Around<'a> {
    /// Names of what the element tells the ids of.
    pub(super) included: Included<'a>,
    /// The workspace, where the address of the document tells it.
    pub(super) workspace: Option<&'a str>,
}

/// The run that an element of `data` tells of; `None` of anything else, and of requests, whose
/// items have no id yet.
pub(super) fn run(
    part: &RawValue,
    around: &Around<'_>,
) -> Result<Option<tables::Run>, &'static str> {
    let item: Item<'_> = serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
    let id = item.id.as_deref();
    Ok(match (item.kind.as_deref(), id) {
        (Some("runs"), Some(id)) => Some(item.as_run(id, around)),
        (Some("state-versions"), Some(id)) => Some(item.as_state_version(id, around)),
        (Some("Resource"), _) => item.as_event(),
        _ => None,
    })
}

/// By what kind of principal a run was started, by what the API calls its source; `None` where it
/// does not tell: whoever has a token may call the API and the command line.
fn via(source: &str, is_pushed: bool) -> Option<Via> {
    match source {
        "tfe-ui" => Some(Via::Human),
        "tfe-configuration-version" if is_pushed => Some(Via::Ci),
        "tfe-run-trigger" | "tfe-infrastructure-lifecycle" => Some(Via::Service),
        _ => None,
    }
}

impl Item<'_> {
    fn as_run(&self, id: &str, around: &Around<'_>) -> tables::Run {
        let none = Attributes::default();
        let attributes = self.attributes.as_ref().unwrap_or(&none);
        let moment = |name: &str| {
            let times = attributes.status_timestamps.as_ref()?;
            time(times.get(name)?.as_deref())
        };
        let was_applying = moment("applying-at").is_some();
        let reached = status::reached(attributes.status.as_deref().unwrap_or(""), was_applying);
        let is_over = reached.status != RunStatus::Running;
        let ends = [
            "applied-at",
            "errored-at",
            "canceled-at",
            "force-canceled-at",
            "discarded-at",
            "planned-and-finished-at",
            "planned-and-saved-at",
        ];
        let created = time(attributes.created_at.as_deref());
        let started = match reached.is_applied {
            true => moment("applying-at").or(created),
            false => created.or_else(|| moment("planning-at")),
        };
        let is = |flag: Option<bool>| flag == Some(true);
        let operation = status::operation(
            reached,
            is(attributes.is_destroy),
            is(attributes.refresh_only),
        );
        let configuration = self.related("configuration-version").unwrap_or_default();
        let commit = around.included.commit(&configuration);
        tables::Run {
            id: id.to_owned(),
            scope: self.scope(around),
            operation: match is(attributes.plan_only) {
                true => RunOperation::Plan,
                false => operation,
            },
            status: reached.status,
            started,
            ended: ends.into_iter().find_map(moment).filter(|_| is_over),
            actor: self
                .named("confirmed-by", around)
                .or_else(|| self.named("created-by", around)),
            via: via(
                attributes.source.as_deref().unwrap_or(""),
                commit.is_pushed(),
            ),
            revision: commit.revision,
            repository: commit.repository,
            pull_request: commit.pull_request,
            message: masked(attributes.message.as_deref()),
            url: self.link(),
            ..tables::Run::default()
        }
    }

    /// A version of a state is what a run left: the run is told, or the version where none made it.
    fn as_state_version(&self, id: &str, around: &Around<'_>) -> tables::Run {
        let none = Attributes::default();
        let attributes = self.attributes.as_ref().unwrap_or(&none);
        let revision = attributes.vcs_commit_sha.as_deref();
        let commit_url = attributes.vcs_commit_url.as_deref();
        tables::Run {
            id: self.related("run").unwrap_or_else(|| id.to_owned()),
            scope: self.scope(around),
            operation: match self.related("rollback-state-version") {
                Some(_) => RunOperation::Rollback,
                None => RunOperation::Apply,
            },
            // A state is also written when a run fails.
            status: RunStatus::Unknown,
            ended: time(attributes.created_at.as_deref()),
            actor: self.named("created-by", around),
            revision: revision.map(str::to_owned),
            repository: commit_url.and_then(repository),
            serial_to: attributes.serial,
            url: self.link(),
            ..tables::Run::default()
        }
    }

    /// Who did what to a run, from the audit trail.
    fn as_event(&self) -> Option<tables::Run> {
        let audited = self.resource.as_ref()?;
        (audited.kind.as_deref() == Some("run")).then_some(())?;
        let at: Option<Timestamp> = time(self.timestamp.as_deref());
        let action = audited.action.as_deref().unwrap_or("");
        let auth = self.auth.as_ref();
        let actor =
            auth.and_then(|auth| auth.description.as_deref().or(auth.accessor_id.as_deref()));
        let is_end = matches!(action, "cancel" | "force_cancel" | "discard");
        let is_apply = matches!(action, "apply" | "confirm");
        Some(tables::Run {
            id: audited.id.as_deref()?.to_owned(),
            operation: match is_apply {
                true => RunOperation::Apply,
                false => RunOperation::Plan,
            },
            status: match is_end {
                true => RunStatus::Canceled,
                false => RunStatus::Unknown,
            },
            started: at.filter(|_| !is_end),
            ended: at.filter(|_| is_end),
            actor: actor.map(str::to_owned),
            ..tables::Run::default()
        })
    }

    /// Id of what the item is related to by a name.
    fn related(&self, name: &str) -> Option<String> {
        related(self.relationships.as_ref()?, name)
    }

    /// Name of what the item is related to, or its id where the name is not known.
    fn named(&self, relation: &str, around: &Around<'_>) -> Option<String> {
        let id = self.related(relation)?;
        Some(around.included.name(&id).unwrap_or(id))
    }

    fn scope(&self, around: &Around<'_>) -> String {
        let workspace = around.workspace.map(str::to_owned);
        let named = workspace.or_else(|| self.named("workspace", around));
        named.unwrap_or_default()
    }

    fn link(&self) -> Option<String> {
        let link = self.links.as_ref()?.get("self")?;
        serde_json::from_str(link.get()).ok()
    }
}

/// `https://host/owner/name` of the address of a commit, without a user and a password or token.
pub(super) fn repository(commit: &str) -> Option<String> {
    let end = ["/-/commit/", "/commit/", "/commits/"]
        .iter()
        .find_map(|part| commit.find(part))?;
    commit.get(..end).map(without_user)
}

/// An address without what stands before `@` in `https://user:password@host` and
/// `https://token@host`.
pub(super) fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (authority, path) = match rest.find('/') {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_no_user_and_no_token() {
        for user in ["", "canary@", "x:canary@", "x:c@nary@"] {
            let commit = format!("https://{user}git.example.com/shop/infra/-/commit/abcdef12345");
            assert_eq!(
                repository(&commit).as_deref(),
                Some("https://git.example.com/shop/infra")
            );
        }
        assert_eq!(
            without_user("https://canary@example.com"),
            "https://example.com"
        );
        assert_eq!(without_user("shop/infra"), "shop/infra");
    }
}
