//! What a change can break: classes of resources and attributes against kinds of trouble.
//!
//! `types.txt` and `attributes.txt` list the words by which a class is known, `acts.txt` what acts
//! on what, `containers.txt` what holds much, `effects.txt` what calls and settings can do.

mod effects;
mod words;

use std::sync::LazyLock;

use nepho_core::tables::{Change, ChangeAction};

use super::cluster;
use crate::blame::texture::Trouble;
pub(crate) use effects::{Effect, effect};
use words::{Table, Words};

/// What a resource or attribute is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Who reaches whom.
    Network,
    /// Who may do what, keys and secrets.
    Access,
    /// How much there is of something.
    Capacity,
    /// Names of hosts.
    Names,
    /// Certificates.
    Certificate,
    /// Databases, buckets, queues, caches.
    Data,
    /// What runs, and with which code and settings.
    Compute,
    /// What only looks on: dashboards, alarms, log groups.
    Watching,
}

impl Class {
    /// The words for it in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Network => "the network",
            Self::Access => "access rights",
            Self::Capacity => "capacity",
            Self::Names => "host names",
            Self::Certificate => "certificates",
            Self::Data => "stored data",
            Self::Compute => "what runs",
            Self::Watching => "what is watched",
        }
    }
}

/// What a resource does to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// It acts on what it refers to: a change of it is a change of that.
    Modifier,
    /// It is one name of a zone, and acts on the zone.
    Record,
    /// Others act as it.
    Identity,
}

static TYPES: LazyLock<Table<Class>> =
    LazyLock::new(|| Table::read(include_str!("types.txt"), Class::from_word));
static ATTRIBUTES: LazyLock<Table<Class>> =
    LazyLock::new(|| Table::read(include_str!("attributes.txt"), Class::from_word));
static ACTS: LazyLock<Table<Act>> =
    LazyLock::new(|| Table::read(include_str!("acts.txt"), Act::from_word));
static CONTAINERS: LazyLock<Table<()>> =
    LazyLock::new(|| Table::read(include_str!("containers.txt"), |_| None));

impl Class {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "network" => Self::Network,
            "access" => Self::Access,
            "capacity" => Self::Capacity,
            "names" => Self::Names,
            "certificate" => Self::Certificate,
            "data" => Self::Data,
            "compute" => Self::Compute,
            "watching" => Self::Watching,
            _ => return None,
        })
    }
}

impl Act {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "modifier" => Self::Modifier,
            "record" => Self::Record,
            "identity" => Self::Identity,
            _ => return None,
        })
    }
}

/// Attributes that change nothing of what a resource does, or nothing at once. Longer names begin
/// so.
const MILD: [&str; 11] = [
    "backup",
    "cloudwatchlogsexport",
    "enabledcloudwatchlogsexport",
    "maintenancewindow",
    "preferredmaintenance",
    "preferredbackup",
    "deletionprotection",
    "copytags",
    "monitoring",
    "performanceinsights",
    "retention",
];

/// Attributes that change nothing of what a resource does.
const COSMETIC: [&str; 12] = [
    "tags",
    "tagsall",
    "labels",
    "effectivelabels",
    "terraformlabels",
    "description",
    "annotations",
    "timeouts",
    "comment",
    "metadata.annotations",
    "metadata.labels",
    "userlabels",
];

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Classes of what a change touches, by the type of the resource and the attributes.
pub(crate) fn of_change(change: &Change) -> Vec<Class> {
    let mut classes = TYPES.labels(&change.resource_type);
    // What scales by what it watches does more than to look on.
    if classes.contains(&Class::Watching) && !classes.contains(&Class::Capacity) {
        return vec![Class::Watching];
    }
    if cluster::serves_names(change) {
        return vec![Class::Names];
    }
    classes.retain(|class| *class != Class::Watching);
    for attribute in &change.attributes {
        let is_remark = [Change::VERSION, Change::LEADS_TO];
        match attribute.starts_with(Change::DATABASE_USER) {
            true => classes.push(Class::Access),
            false if is_remark.iter().any(|start| attribute.starts_with(start)) => {}
            false => classes.extend(ATTRIBUTES.labels(attribute)),
        }
    }
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// Whether the change touches nothing but tags, descriptions, windows of maintenance and the like.
pub(crate) fn is_cosmetic(change: &Change) -> bool {
    change.action == ChangeAction::Update
        && !change.attributes.is_empty()
        && change.attributes.iter().all(|attribute| {
            let attribute = plain(attribute);
            let first = attribute.split('.').next().unwrap_or_default();
            COSMETIC.contains(&first)
                || COSMETIC.contains(&attribute.as_str())
                || MILD.iter().any(|mild| attribute.starts_with(mild))
        })
}

/// Whether nothing tells what of its resource a tool changed: it may be a tag. A call tells by its
/// name what it does.
pub(crate) fn is_untold(change: &Change) -> bool {
    change.action == ChangeAction::Update
        && change.attributes.is_empty()
        && !change.id.starts_with("audit:")
}

/// Calls after which a key, a secret, a version of one or an API is there still, and not to be
/// used.
///
/// docs.aws.amazon.com/kms/latest/developerguide/key-state.html,
/// cloud.google.com/secret-manager/docs/reference/rpc and
/// cloud.google.com/service-usage/docs/reference/rest (read 2026-11-29).
const DISABLING: [&str; 6] = [
    "DisableService",
    "DisableKey",
    "ScheduleKeyDeletion",
    "DisableSecretVersion",
    "DestroySecretVersion",
    "DestroyCryptoKeyVersion",
];

/// Whether a change ends the use of what it is on.
pub(crate) fn ends_use(change: &Change) -> bool {
    let call = change.address.split(' ').next().unwrap_or_default();
    let call = call.rsplit('.').next().unwrap_or(call);
    let is_disabled = match change.id.starts_with("audit:") {
        true => DISABLING.contains(&call),
        false => {
            let is_switch = change.attributes.iter().any(|name| name == "is_enabled");
            is_switch && Words::of(&change.resource_type).have("kmskey")
        }
    };
    matches!(change.action, ChangeAction::Delete | ChangeAction::Replace)
        || change.attributes == ["deletion"]
        || is_disabled
}

/// Whether a resource of this type acts on what it refers to.
pub(crate) fn is_modifier(resource_type: &str) -> bool {
    let acts = ACTS.labels(resource_type);
    acts.iter()
        .any(|act| matches!(act, Act::Modifier | Act::Record))
}

/// Whether a resource is one that others act as: a role, an account of a service, a policy.
pub(crate) fn is_identity(resource_type: &str, key: &str) -> bool {
    ACTS.labels(resource_type).contains(&Act::Identity)
        || nepho_core::key::Arn::parse(key).is_some_and(|arn| arn.service == "iam")
}

/// Whether a resource of this type keeps data for whoever uses it: a database, a bucket, a queue.
pub(crate) fn is_store(resource_type: &str) -> bool {
    TYPES.labels(resource_type).contains(&Class::Data)
}

/// Whether a resource of this type is a DNS record.
pub(crate) fn is_record(resource_type: &str) -> bool {
    ACTS.labels(resource_type).contains(&Act::Record)
}

/// Whether a resource of this type holds many that have nothing to do with each other.
pub(crate) fn is_container(resource_type: &str) -> bool {
    CONTAINERS.has_whole(resource_type)
}

/// How well a change of a class explains a kind of trouble, from 0 to 1. Judgment, not measurement:
/// 1 is the first thing an operator would look at, 0.2 what would surprise.
fn affinity(trouble: Trouble, class: Class) -> f64 {
    use Class::{Access, Capacity, Certificate, Compute, Data, Names, Network};
    match (trouble, class) {
        (Trouble::Connection, Network)
        | (Trouble::Access, Access)
        | (Trouble::Throttling | Trouble::Exhaustion, Capacity)
        | (Trouble::NameResolution, Names)
        | (Trouble::Certificate, Certificate)
        | (Trouble::Missing, Data)
        | (Trouble::Code | Trouble::Exhaustion, Compute) => 1.0,
        (Trouble::Connection, Names | Data) | (Trouble::Throttling, Data) => 0.8,
        (Trouble::Connection, Compute | Capacity)
        | (Trouble::Throttling | Trouble::Access | Trouble::Missing, Compute)
        | (Trouble::NameResolution | Trouble::Certificate, Network)
        | (Trouble::Exhaustion, Data) => 0.6,
        (Trouble::Connection, Certificate | Access)
        | (Trouble::Access, Data | Network | Certificate)
        | (Trouble::Code, Access | Capacity)
        | (Trouble::Certificate, Names | Compute)
        | (Trouble::Missing, Names | Access | Network)
        | (Trouble::NameResolution, Data | Compute) => 0.4,
        // Code that finds other data than it knows breaks by itself.
        (Trouble::Code, Data) => 0.25,
        _ => 0.2,
    }
}

/// How well the change explains what the messages tell of, from 0 to 1.
///
/// Where the messages tell nothing it is a middle value, and less where nothing is known of the
/// change.
pub(crate) fn match_of(troubles: &[(Trouble, f64)], classes: &[Class]) -> f64 {
    match (classes, troubles) {
        ([Class::Watching], _) => return 0.1,
        ([], []) => return 0.5,
        ([], _) => return 0.4,
        (_, []) => return 0.65,
        _ => {}
    }
    troubles
        .iter()
        .map(|(trouble, share)| {
            let best = classes
                .iter()
                .map(|class| affinity(*trouble, *class))
                .fold(0.0, f64::max);
            share * best
        })
        .sum()
}

#[cfg(test)]
mod tests;
