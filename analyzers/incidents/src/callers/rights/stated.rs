//! What states tell of policies of AWS: the services that they allow something of.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key::Arn;
use nepho_core::setting;
use nepho_core::tables::Resource;

/// Hashes of the services that a policy allows something of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Services(BTreeSet<u64>);

impl Services {
    /// Whether it allows something of the service of an action, `sqs` of `sqs:sendmessage`.
    pub(super) fn may_have(&self, action: &str) -> bool {
        let service = action.split(':').next().unwrap_or_default();
        let hashes = [service, "*"].map(|word| setting::hash(setting::POLICY, word));
        hashes
            .into_iter()
            .flatten()
            .any(|hash| self.0.contains(&hash))
    }
}

/// Policies by what calls know them by.
#[derive(Debug, Default)]
pub(super) struct Stated {
    policies: BTreeMap<String, Services>,
}

impl Stated {
    /// Takes note of a resource, if it is a policy. What several versions of it say is joined: a
    /// call that ends it may have ended any.
    pub(super) fn note(&mut self, row: &Resource) {
        let settings = row.settings.as_deref().unwrap_or_default();
        let told = setting::parse(settings).filter(|(name, _)| *name == setting::POLICY);
        let mut told = told.map(|(_, hash)| hash).peekable();
        if told.peek().is_none() {
            return;
        }
        if let Some(name) = name(row) {
            self.policies.entry(name).or_default().0.extend(told);
        }
    }

    /// What a policy allows something of, as far as states tell.
    pub(super) fn of(&self, policy: &str) -> Option<&Services> {
        self.policies.get(policy)
    }
}

/// Name of a policy of one role, user or group, as calls and states tell it.
pub(super) fn inline(kind: &str, account: &str, holders: [&str; 3], policy: &str) -> String {
    format!("{kind} {account} {} {policy}", holders.join("/"))
}

/// What calls know a policy by: its ARN, or of one of a role, user or group that and its name.
fn name(row: &Resource) -> Option<String> {
    let (kind, place) = match row.resource_type.as_str() {
        "aws_iam_policy" => return Some(row.key.clone()),
        "aws_iam_role_policy" => ("RolePolicy", 0),
        "aws_iam_user_policy" => ("UserPolicy", 1),
        "aws_iam_group_policy" => ("GroupPolicy", 2),
        _ => return None,
    };
    let holder = Arn::parse(row.parent.as_deref()?)?;
    let mut holders = [""; 3];
    *holders.get_mut(place)? = holder.resource.rsplit('/').next()?;
    Some(inline(kind, holder.account, holders, row.name.as_deref()?))
}
