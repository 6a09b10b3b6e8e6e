//! Which runs a call may be of when time is all that speaks for it.
//!
//! A tool runs in many accounts and for many people at once. So the place and the principal of the
//! call have to be those of the run, as far as these are known: from what the run changed, and from
//! calls that surely are its own. A run that ended well lists all that it changed; a call that it
//! does not list is of it only if its principal made others of its calls.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key::Arn;
use nepho_core::tables::{Change, Run, RunStatus};

use crate::event::Cloud;
use crate::known::Known;
use crate::runs::{RunKey, family};
use crate::store::Write;

/// What is known of runs.
#[derive(Default)]
pub(crate) struct Makers<'a> {
    runs: BTreeMap<RunKey<'a>, Maker>,
}

/// Where a run worked, and as whom.
#[derive(Default)]
struct Maker {
    /// Clouds, with the accounts there.
    accounts: BTreeMap<Cloud, BTreeSet<String>>,
    principals: BTreeSet<String>,
    has_changes: bool,
    has_ended_well: bool,
}

impl<'a> Makers<'a> {
    /// Takes a run as its document tells it.
    pub(crate) fn add_run(&mut self, run: &'a Run) {
        let key = (family(&run.tool), run.scope.as_str(), run.id.as_str());
        self.runs.entry(key).or_default().has_ended_well |= run.status == RunStatus::Succeeded;
    }

    /// Takes what a run changed.
    pub(crate) fn add_change(&mut self, run: RunKey<'a>, change: &Change, known: &Known) {
        let maker = self.runs.entry(run).or_default();
        maker.has_changes = true;
        if let Some(cloud) = cloud_of_type(&change.resource_type) {
            maker.accounts.entry(cloud).or_default();
        }
        for id in known.touched(change) {
            if let Some((cloud, account)) = account(&id) {
                let held = maker.accounts.entry(cloud).or_default();
                held.insert(account.to_ascii_lowercase());
            }
        }
    }

    /// Takes a call that surely is the run's own.
    pub(crate) fn add_call(&mut self, run: RunKey<'a>, write: &Write) {
        let event = &write.event;
        let maker = self.runs.entry(run).or_default();
        let held = maker.accounts.entry(event.cloud).or_default();
        if !event.account.is_empty() {
            held.insert(event.account.to_ascii_lowercase());
        }
        if event.actor != "unknown" {
            maker.principals.insert(principal(&event.actor).to_owned());
        }
    }

    /// Whether a call may be of a run at the time of which it was made.
    pub(crate) fn fit(&self, run: &RunKey<'_>, write: &Write) -> bool {
        let Some(maker) = self.runs.get(run) else {
            return true;
        };
        let event = &write.event;
        let is_there = match maker.accounts.get(&event.cloud) {
            Some(held) => {
                held.is_empty()
                    || event.account.is_empty()
                    || held.iter().any(|one| is_same(one, &event.account))
            }
            None => maker.accounts.is_empty(),
        };
        let is_own = match maker.principals.is_empty() {
            true => !(maker.has_changes && maker.has_ended_well),
            false => event.actor == "unknown" || maker.principals.contains(principal(&event.actor)),
        };
        is_there && is_own
    }
}

/// Whether two accounts may be one. A project of Google has a number besides its name.
fn is_same(held: &str, told: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    held.eq_ignore_ascii_case(told) || is_number(held) != is_number(told)
}

/// The role of a session: each provider of a tool begins a session of its own.
fn principal(actor: &str) -> &str {
    match actor.rsplit_once('/') {
        Some((role, _)) if role.contains(":assumed-role/") => role,
        _ => actor,
    }
}

/// Cloud and account that a global id tells.
fn account(id: &str) -> Option<(Cloud, &str)> {
    if let Some(arn) = Arn::parse(id) {
        return Some((Cloud::Aws, arn.account)).filter(|(_, account)| !account.is_empty());
    }
    let (cloud, rest) = match id.strip_prefix("//") {
        Some(rest) => (Cloud::Google, rest.split_once("/projects/")?.1),
        None => (Cloud::Azure, id.strip_prefix("/subscriptions/")?),
    };
    Some((cloud, rest.split('/').next()?))
}

/// Cloud of a type, in the words of the tools.
fn cloud_of_type(resource_type: &str) -> Option<Cloud> {
    let clouds = [
        ("kubernetes_", Cloud::Kubernetes),
        ("helm_", Cloud::Kubernetes),
        ("aws_", Cloud::Aws),
        ("AWS::", Cloud::Aws),
        ("aws:", Cloud::Aws),
        ("azurerm_", Cloud::Azure),
        ("azure-native:", Cloud::Azure),
        ("google_", Cloud::Google),
        ("gcp:", Cloud::Google),
    ];
    let mut clouds = clouds.into_iter();
    let found = clouds.find(|(start, _)| resource_type.starts_with(start));
    found.map(|(_, cloud)| cloud)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_types_tell_where_a_run_worked() {
        let check = |id: &str, expected: Option<(Cloud, &str)>| assert_eq!(account(id), expected);
        check(
            "arn:aws:sqs:eu-west-1:111122223333:jobs",
            Some((Cloud::Aws, "111122223333")),
        );
        check("arn:aws:s3:::up", None);
        check(
            "/subscriptions/0b1f/resourcegroups/shop",
            Some((Cloud::Azure, "0b1f")),
        );
        check(
            "//pubsub.googleapis.com/projects/shop/topics/jobs",
            Some((Cloud::Google, "shop")),
        );
        check("sg-0123abcd", None);
        assert_eq!(cloud_of_type("google_pubsub_topic"), Some(Cloud::Google));
        assert_eq!(cloud_of_type("random_id"), None);
        assert!(is_same("shop", "Shop") && is_same("shop", "4711") && !is_same("1", "2"));
        assert_eq!(
            principal("arn:aws:sts::1:assumed-role/ci/aws-go-sdk-1"),
            "arn:aws:sts::1:assumed-role/ci"
        );
    }
}
