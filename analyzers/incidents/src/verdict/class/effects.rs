//! What a call can do, by the words of its name and of what it sets.

use std::sync::LazyLock;

use nepho_core::tables::{Change, ChangeAction};

use super::words::Table;
use super::{ATTRIBUTES, Class, TYPES};

/// What can come of a change, as far as names tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It sets only what stands beside: backups, logs, what is watched.
    Beside,
    /// The same, but what it is about is deleted later.
    Kept,
    /// It only adds to what there is.
    Adds,
    /// It can cut a connection or break what runs.
    May,
    /// Nothing tells.
    Unsure,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Beside,
    Kept,
    Effects,
    Gives,
    Adds,
    Acts,
    Ends,
    Names,
}

static EFFECTS: LazyLock<Table<Word>> =
    LazyLock::new(|| Table::read(include_str!("effects.txt"), Word::from_word));

impl Word {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "beside" => Self::Beside,
            "kept" => Self::Kept,
            "effects" => Self::Effects,
            "gives" => Self::Gives,
            "adds" => Self::Adds,
            "acts" => Self::Acts,
            "ends" => Self::Ends,
            "names" => Self::Names,
            _ => return None,
        })
    }
}

/// Verbs of the end of something that leave what it stood beside as it is.
const ENDS_OF: [&str; 7] = [
    "cancel",
    "delete",
    "deregister",
    "disable",
    "remove",
    "stop",
    "unregister",
];

/// What can come of a change, by the words of its names. Of what is no call of a cloud only what
/// stands beside is told.
pub(crate) fn effect(change: &Change) -> Effect {
    let settings: Vec<&String> = change.attributes.iter().collect();
    let mut set = settings.iter().filter(|name| **name != Change::WAITING);
    if !set.all(|name| Change::is_setting(name)) {
        return Effect::May;
    }
    let is_call = change.id.starts_with("audit:");
    let id = change.resource.as_deref().unwrap_or_default();
    if !is_call || id.starts_with("k8s:") {
        let told = of_names(settings.iter().map(|name| of_setting(name)));
        return match (told, change.action) {
            (Effect::Beside | Effect::Kept, ChangeAction::Update) => told,
            _ => Effect::May,
        };
    }
    let (call, name) = change
        .address
        .split_once(' ')
        .unwrap_or((&change.address, ""));
    match call.contains('/') {
        true => of_azure(call, name),
        false => of_call(call, change.action, &settings),
    }
}

/// An operation of the resource manager: `microsoft.sql/servers/auditingsettings/write`.
fn of_azure(call: &str, name: &str) -> Effect {
    let mut parts = call.rsplit('/');
    let verb = parts.next().unwrap_or_default();
    let inner = parts.next().unwrap_or_default();
    let whole = parts.next().unwrap_or_default();
    // Of a resource as a whole nothing tells what was set.
    if verb != "action" && parts.next().is_none() {
        return Effect::May;
    }
    // Parts of `sites/config` are told by their names alone.
    let inner = if inner == "config" { name } else { inner };
    // `restoresnapshot` acts on what runs, whatever it is called after.
    if verb == "action" && EFFECTS.labels_within(inner).contains(&Word::Ends) {
        return Effect::May;
    }
    let joined = format!("{whole}_{inner}");
    let told = of_name(&joined, EFFECTS.labels(&joined));
    let told = match told {
        Effect::Beside | Effect::Kept => told,
        _ => of_name(inner, EFFECTS.labels_within(inner)),
    };
    let mut classes = TYPES.labels(inner).into_iter();
    let is_of_ways = classes.any(|class| {
        matches!(
            class,
            Class::Access | Class::Network | Class::Capacity | Class::Names | Class::Certificate
        )
    });
    match told {
        Effect::Beside | Effect::Kept => told,
        Effect::Unsure if verb == "write" && !is_of_ways => told,
        _ => Effect::May,
    }
}

/// A call of AWS or Google Cloud: `ModifyDBInstance`, `cloudsql.instances.update`.
fn of_call(call: &str, action: ChangeAction, settings: &[&String]) -> Effect {
    let mut parts = call.rsplit('.');
    let last = parts.next().unwrap_or_default();
    // `AdminCreateUser` of a pool of users is what an administrator creates.
    let by_admin = last.strip_prefix("Admin");
    let by_admin = by_admin.filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    let last = by_admin.unwrap_or(last);
    let is_bare = !last.contains(|c: char| c.is_ascii_uppercase());
    let noun = if is_bare { parts.next() } else { None };
    let cut = last
        .char_indices()
        .skip(1)
        .find(|(_, c)| c.is_ascii_uppercase());
    let (verb, object) = last.split_at(cut.map_or(last.len(), |(at, _)| at));
    let object = format!("{}_{object}", noun.unwrap_or_default());
    let kinds = EFFECTS.labels(verb);
    let is = |word: Word| kinds.contains(&word);
    let words = EFFECTS.labels(&object);
    let told = of_name(&object, words.clone());
    let is_beside = matches!(told, Effect::Beside | Effect::Kept);
    if is(Word::Ends) || action == ChangeAction::Delete {
        let verb = verb.to_ascii_lowercase();
        // What is gone can be missing.
        return match is_beside && ENDS_OF.contains(&verb.as_str()) {
            true => Effect::Kept,
            false => Effect::May,
        };
    }
    if is_beside {
        return told;
    }
    if is(Word::Gives) {
        return Effect::Adds;
    }
    if is(Word::Adds) {
        // Instances that are added to a group or a pool take requests at once.
        let joins = !verb.eq_ignore_ascii_case("create") && object.contains("Instance");
        return match joins || words.contains(&Word::Acts) {
            true => Effect::May,
            false => Effect::Adds,
        };
    }
    match settings.is_empty() {
        // An update of Google Cloud that tells nothing of what it set.
        true if is_bare && matches!(verb, "update" | "patch") => Effect::Unsure,
        true => Effect::May,
        false => match of_names(settings.iter().map(|name| of_setting(name))) {
            Effect::Unsure if words.contains(&Word::Acts) => Effect::May,
            told => told,
        },
    }
}

fn of_setting(name: &str) -> Option<Effect> {
    let words = EFFECTS.labels(name);
    let told = of_name(name, words.clone());
    // A name or id alone sets nothing.
    let is_name = told == Effect::Unsure && words.contains(&Word::Names);
    (!is_name).then_some(told)
}

/// What stands beside counts before what else a name has in it.
fn of_name(name: &str, words: Vec<Word>) -> Effect {
    let has = |word: Word| words.contains(&word);
    if has(Word::Kept) {
        Effect::Kept
    } else if has(Word::Beside) {
        Effect::Beside
    } else if has(Word::Effects) || has(Word::Acts) || !ATTRIBUTES.labels(name).is_empty() {
        Effect::May
    } else {
        Effect::Unsure
    }
}

/// What comes of several: what can break something counts most.
fn of_names(told: impl Iterator<Item = Option<Effect>>) -> Effect {
    let mut all = Vec::new();
    all.extend(told.flatten());
    let order = [Effect::May, Effect::Unsure, Effect::Kept, Effect::Beside];
    let mut order = order.into_iter();
    order
        .find(|effect| all.contains(effect))
        .unwrap_or(Effect::May)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(address: &str, attributes: &[&str]) -> Effect {
        effect(&Change {
            id: "audit:1".to_owned(),
            address: address.to_owned(),
            action: ChangeAction::Update,
            attributes: attributes.iter().map(|&name| name.to_owned()).collect(),
            ..Change::default()
        })
    }

    fn check(address: &str, attributes: &[&str], expected: Effect) {
        assert_eq!(
            call(address, attributes),
            expected,
            "{address} {attributes:?}"
        );
    }

    #[test]
    fn what_stands_beside_is_told_by_whole_words_anywhere_in_a_name() {
        use Effect::{Adds, Beside, Kept, May, Unsure};
        let modify = "ModifyDBCluster orders";
        check(modify, &["enableCloudwatchLogsExports"], Beside);
        check(modify, &["monitoringRoleArn"], Beside);
        check(
            modify,
            &["databaseInsightsMode", "backupRetentionPeriod"],
            May,
        );
        check(
            modify,
            &["backupRetentionPeriod", "vpcSecurityGroupIds"],
            May,
        );
        check(modify, &["masterUserPassword"], May);
        check(modify, &["port"], May);
        check(modify, &["dialogue"], Unsure);
        check(
            "PutMetricFilter app",
            &["metricFilter", "filterPattern"],
            Beside,
        );
        check("DeleteDBClusterSnapshot orders", &[], Kept);
        check("RestoreDBClusterFromSnapshot orders", &[], May);
        check("DeleteDBCluster orders", &[], May);
        check("RevokeClusterSecurityGroupIngress dw", &[], May);
        check("DisableStageTransition p", &["stageTransition"], May);
        check("CreateGlobalCluster g", &[], Adds);
        check("CreateRoute rtb-1", &["route"], May);
        check("AdminCreateUser p", &["createUser"], Adds);
        check("PutBucketNotification up", &[], May);
        check("ModifyRule r", &["conditions"], May);
        check("RegisterTargets t", &["targets"], May);
        check("AuthorizeDataShare dw", &["dataShare"], Adds);
        let balancer = "ModifyLoadBalancerAttributes web";
        check(balancer, &["connection_logs.s3.enabled"], Beside);
        check(balancer, &["client_keep_alive.seconds"], Unsure);
        check(balancer, &["idle_timeout.timeout_seconds"], May);
        check("UpdateService web", &["cluster", "taskDefinition"], May);
        check("UpdateService web", &["cluster"], May);
    }

    #[test]
    fn calls_of_google_are_told_by_their_nouns() {
        use Effect::{Adds, Beside, Kept, May, Unsure};
        // Google Cloud.
        check(
            "cloudsql.instances.update o",
            &["backupConfiguration"],
            Beside,
        );
        check("cloudsql.instances.update o", &["ipConfiguration"], May);
        check("cloudsql.instances.update o", &["tier"], May);
        check("cloudsql.instances.update o", &[], Unsure);
        check("dns.changes.create shop.example.", &["rrdatas"], May);
        check("compute.targetPools.addInstance web", &[], May);
        check("CloudRedis.RescheduleMaintenance c", &[], May);
        check("DisableResourceBilling p", &[], May);
        check("storage.buckets.delete b", &[], May);
        check("cloudsql.backupRuns.delete o", &[], Kept);
        let topic = "google.pubsub.v1.Publisher.UpdateTopic t";
        check(topic, &["message_retention_duration"], Kept);
        check(topic, &["kms_key_name"], May);
        check("v1.compute.securityPolicies.addRule edge", &["rule"], May);
        check(
            "google.spanner.v1.DatabaseAdmin.CreateDatabase d",
            &["database"],
            Adds,
        );
        // Azure.
        let check = |operation: &str, name: &str, expected: Effect| {
            let operation = format!("microsoft.{operation} {name}");
            assert_eq!(call(&operation, &[]), expected, "{operation}");
        };
        check(
            "sql/servers/extendedauditingsettings/write",
            "default",
            Beside,
        );
        check(
            "sql/managedinstances/backuplongtermretentionpolicies/write",
            "default",
            Kept,
        );
        check("sql/servers/firewallrules/write", "app", May);
        check("sql/servers/write", "shop", May);
        check("cdn/profiles/endpoints/purge/action", "shop", Beside);
        check("web/sites/restart/action", "shop", May);
        check("web/sites/config/write", "appsettings", May);
        check("web/sites/config/write", "logs", Beside);
        check("web/sites/config/write", "web", May);
        check("web/sites/restoresnapshot/action", "shop", May);
        check("network/virtualnetworks/subnets/write", "app", May);
        check("sql/servers/jobagents/write", "nightly", Unsure);
        check("sql/servers/databases/delete", "orders", May);
    }

    #[test]
    fn of_tools_only_what_stands_beside_is_told() {
        let check = |attributes: &[&str], expected: Effect| {
            let change = Change {
                address: "aws_db_instance.orders".to_owned(),
                action: ChangeAction::Update,
                attributes: attributes.iter().map(|&name| name.to_owned()).collect(),
                ..Change::default()
            };
            assert_eq!(effect(&change), expected, "{attributes:?}");
        };
        check(&["performance_insights_enabled"], Effect::Beside);
        check(
            &["performance_insights_enabled", "instance_class"],
            Effect::May,
        );
        check(&["image_tag"], Effect::May);
        check(&["dialogue"], Effect::May);
        check(&[], Effect::May);
    }
}
