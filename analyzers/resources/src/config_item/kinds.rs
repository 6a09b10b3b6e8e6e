//! What the name of an attribute says of the id that stands in it.

use super::Says;

/// Words in the name of an attribute (without case and underscores), and what a reference there
/// says. The first that fits decides.
const BY_WORD: [(&str, Says); 30] = [
    ("subnet", Says::Contains),
    ("vpcid", Says::Contains),
    ("vpczone", Says::Contains),
    ("vpcidentifier", Says::Contains),
    ("securitygroup", Says::Attached),
    ("groupid", Says::Attached),
    ("networkinterface", Says::Attached),
    ("policyarn", Says::PermitsIam),
    ("resource", Says::PermitsIam),
    ("principal", Says::PermitsIam),
    ("role", Says::PermitsIam),
    ("instanceprofile", Says::PermitsIam),
    ("kms", Says::Uses),
    ("secret", Says::Uses),
    ("certificate", Says::Uses),
    ("image", Says::Uses),
    ("volume", Says::Uses),
    ("filesystem", Says::Uses),
    ("accesspoint", Says::Uses),
    ("targetgroup", Says::Routes),
    ("loadbalancer", Says::Routes),
    ("origin", Says::Routes),
    ("uri", Says::Routes),
    ("gateway", Says::Routes),
    ("stream", Says::DataFlow),
    ("eventsource", Says::DataFlow),
    ("deadletter", Says::DataFlow),
    ("queue", Says::DataFlow),
    ("topic", Says::DataFlow),
    ("notification", Says::DataFlow),
];

/// Attributes that hold names, and the beginning of the id that a name stands for; `{account}` is
/// the account of the item. Empty: the name stands as it is.
const NAMES: [(&str, &str); 12] = [
    ("autoscalinggroupname", ""),
    ("autoscalinggroups", ""),
    ("clustername", ""),
    ("roles", "arn:aws:iam::{account}:role/"),
    ("rolename", "arn:aws:iam::{account}:role/"),
    ("destinationbucketname", "arn:aws:s3:::"),
    ("bucketname", "arn:aws:s3:::"),
    ("bucket", "arn:aws:s3:::"),
    ("functionname", ""),
    ("tablename", ""),
    ("streamname", ""),
    ("loadbalancernames", ""),
];

/// What a reference at a path says.
pub(super) fn says(path: &[&str]) -> Says {
    let last_first = path.iter().rev().map(|name| plain(name));
    for name in last_first {
        if let Some((_, says)) = BY_WORD.iter().find(|(word, _)| name.contains(word)) {
            return *says;
        }
    }
    Says::DependsOn
}

/// Whether what a reference at a path names is the dependent: whoever a policy permits something.
pub(super) fn is_reversed(path: &[&str]) -> bool {
    let last_first = path.iter().rev().map(|name| plain(name));
    let mut fitting = last_first.filter_map(|name| {
        let word = BY_WORD.iter().find(|(word, _)| name.contains(word));
        word.map(|(word, _)| *word)
    });
    fitting.next() == Some("principal")
}

/// The id that a name at a path stands for, where the attribute is known to hold names.
pub(super) fn named(path: &[&str], name: &str, account: &str) -> Option<String> {
    let attribute = plain(path.last()?);
    // `autoScalingGroups: [{name: ...}]`
    let attribute = match attribute.as_str() {
        "name" => plain(path.get(path.len().checked_sub(2)?)?),
        _ => attribute,
    };
    let (_, front) = NAMES.iter().find(|(known, _)| *known == attribute)?;
    let is_name = !name.is_empty() && name.len() <= 128 && !name.contains([' ', '*', '{']);
    is_name.then(|| format!("{}{name}", front.replace("{account}", account)))
}

/// What a named relationship says, and whether the other is the dependent.
pub(super) fn relationship(name: &str, other_type: &str) -> (Says, bool) {
    let name = name.trim();
    if name.starts_with("Is contained in") {
        return (Says::Contains, false);
    }
    if name.starts_with("Contains") {
        return (Says::Contains, true);
    }
    if name.starts_with("Is attached to") || other_type.ends_with("SecurityGroup") {
        return (Says::Attached, false);
    }
    (says(&[other_type]), false)
}

/// An attribute as it is compared.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}
