//! Policies of an organization of AWS, and the accounts that they hold for.
//!
//! docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html and
//! docs.aws.amazon.com/organizations/latest/APIReference (read 2026-11-29). The account that
//! manages the organization is subject to none of them, nor are the roles of services.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, Statement, is_denial};
use super::{Deed, Denies, Rights, Whom};
use crate::callers::refusal::Layer;

/// Levels of an organization, from an account to the root.
const LEVELS: usize = 8;

/// Units and accounts of organizations, and what is attached to them.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// What something lay in from a time on, and before it.
    parents: BTreeMap<String, BTreeMap<i64, (Option<String>, String)>>,
    /// Targets of policies, and whether they were attached at a time.
    attached: BTreeMap<String, BTreeMap<String, BTreeMap<i64, bool>>>,
}

/// Takes note of a call on an organization, which the account that manages it made.
pub(super) fn read(
    rights: &mut Rights,
    operation: &str,
    event: &Value,
    account: &str,
    time: i64,
) -> Option<Deed> {
    let request = &event["requestParameters"];
    let text = |name: &str| request[name].as_str().map(str::to_owned);
    let document = || Document::parse(request["content"].as_str()?);
    let deed = |targets: Vec<String>| Deed {
        layer: Some(Layer::Organization),
        ..Deed::new(
            time,
            Whom::Within {
                targets,
                except: account.to_owned(),
            },
        )
    };
    match operation {
        "AttachPolicy" | "DetachPolicy" => {
            let (policy, target) = (text("policyId")?, text("targetId")?);
            let is_attached = operation == "AttachPolicy";
            rights.units.attach(&policy, &target, time, is_attached);
            Some(Deed {
                takes: !is_attached,
                denies: match is_attached {
                    true => Denies::Perhaps,
                    false => Denies::Nothing,
                },
                policy: Some(policy),
                ..deed(vec![target])
            })
        }
        "CreatePolicy" => {
            let summary = &event["responseElements"]["policy"]["policySummary"];
            let id = summary["id"].as_str()?;
            let document = document().unwrap_or_else(|| named(text("name")));
            rights.note_content(id, time, document);
            None
        }
        "UpdatePolicy" => {
            let policy = text("policyId")?;
            let document = document()?;
            rights.note_content(&policy, time, document.clone());
            Some(Deed {
                takes: true,
                keeps: document.allows.clone(),
                denies: Denies::of(document),
                attached: Some(policy),
                ..deed(Vec::new())
            })
        }
        "MoveAccount" => {
            let (id, to) = (text("accountId")?, text("destinationParentId")?);
            rights.units.put(&id, text("sourceParentId"), &to, time);
            Some(Deed {
                takes: true,
                denies: Denies::Perhaps,
                ..deed(vec![id])
            })
        }
        "CreateOrganizationalUnit" => {
            let made = event["responseElements"]["organizationalUnit"]["id"].as_str()?;
            rights.units.put(made, None, &text("parentId")?, time);
            None
        }
        _ => None,
    }
}

/// Ids of what a call names.
pub(super) fn on(event: &Value) -> Vec<String> {
    let request = &event["requestParameters"];
    let summary = &event["responseElements"]["policy"]["policySummary"];
    let told = [
        &request["targetId"],
        &request["accountId"],
        &request["policyId"],
        &summary["arn"],
    ];
    let told = told.into_iter().filter_map(Value::as_str);
    told.map(str::to_owned).collect()
}

/// What a policy says of which only the name is told.
fn named(name: Option<String>) -> Document {
    let denies = name.is_some_and(|name| is_denial(&name));
    Document {
        denies: if denies {
            vec![Statement::all()]
        } else {
            Vec::new()
        },
        ..Document::default()
    }
}

impl Units {
    fn put(&mut self, child: &str, before: Option<String>, parent: &str, time: i64) {
        let known = self.parents.entry(child.to_owned()).or_default();
        known.insert(time, (before, parent.to_owned()));
    }

    fn attach(&mut self, policy: &str, target: &str, time: i64, is_attached: bool) {
        let targets = self.attached.entry(policy.to_owned()).or_default();
        let known = targets.entry(target.to_owned()).or_default();
        known.insert(time, is_attached);
    }

    /// What a policy was attached to at a time, as far as calls tell.
    pub(super) fn targets(&self, policy: &str, time: i64) -> Vec<String> {
        let targets = self.attached.get(policy).into_iter().flatten();
        let held = targets.filter(|(_, known)| {
            let last = known.range(..=time).next_back();
            // What is detached first was attached before.
            let later = known.first_key_value().map(|(_, is_attached)| !is_attached);
            last.map(|(_, is_attached)| *is_attached).or(later) == Some(true)
        });
        held.map(|(target, _)| target.clone()).collect()
    }

    /// Whether an account lies within a target at a time; a root has all of them.
    pub(super) fn is_within(&self, account: &str, target: &str, time: i64) -> bool {
        if target.starts_with("r-") {
            return true;
        }
        let mut at = account;
        for _ in 0..LEVELS {
            if at == target {
                return true;
            }
            match self.parent(at, time) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    fn parent(&self, child: &str, time: i64) -> Option<&str> {
        let known = self.parents.get(child)?;
        let last = known.range(..=time).next_back();
        match last {
            Some((_, (_, parent))) => Some(parent),
            None => known.first_key_value()?.1.0.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_lie_where_they_were_at_the_time() {
        let mut units = Units::default();
        units.put("ou-a", None, "r-1", 0);
        units.put("ou-b", None, "ou-a", 0);
        units.put("111122223333", Some("r-1".to_owned()), "ou-b", 10);
        let check = |target: &str, time: i64, expected: bool| {
            assert_eq!(units.is_within("111122223333", target, time), expected);
        };
        check("ou-a", 10, true);
        check("ou-b", 11, true);
        check("ou-b", 9, false);
        check("r-1", 9, true);
        check("111122223333", 9, true);
        assert!(!units.is_within("444455556666", "ou-a", 10));
    }

    #[test]
    fn a_policy_holds_for_what_it_is_attached_to() {
        let mut units = Units::default();
        units.attach("p-1", "ou-a", 10, true);
        units.attach("p-1", "ou-b", 20, false);
        assert_eq!(units.targets("p-1", 15), ["ou-a", "ou-b"]);
        assert_eq!(units.targets("p-1", 25), ["ou-a"]);
        assert!(units.targets("p-2", 15).is_empty());
    }
}
