//! What calls and attributes can cause, where that is little.

use nepho_core::tables::Change;

use super::class::{self, Class, is_identity};
use crate::blame::texture::Trouble;

/// Kinds of trouble that a change can cause, if it is of a kind of which little can come.
struct Limit {
    /// Ends of the names of calls, in lower case; whole names behind `=`, where another API has a
    /// call of that name.
    calls: &'static [&'static str],
    /// The trouble that may come of them.
    troubles: &'static [Trouble],
    /// Why other trouble does not.
    why: &'static str,
}

const LOOKS: &str = "it only looks at what is there, or keeps a copy of it";
const LATER: &str = "it sets nothing of what runs, but of what is made or kept later";
const STARTS: &str = "it starts something, and cuts nothing";
const OTHER: &str = "what it sets does not lead to failures like these";
const RIGHTS: &str = "rights that are lost show as calls that are refused";
const SIZES: &str = "it changes how many there are, and not whom they reach";

/// docs.aws.amazon.com/AWSEC2/latest/APIReference, .../AmazonRDS/latest/APIReference,
/// .../amazondynamodb/latest/APIReference, .../lambda/latest/api,
/// .../AmazonECR/latest/APIReference, cloud.google.com/sql/docs/mysql/admin-api/rest/v1,
/// learn.microsoft.com/azure/role-based-access-control/resource-provider-operations (read
/// 2026-11-29). What is started takes a share of what others use.
const LIMITS: [Limit; 15] = [
    // .../AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html: "Existing tasks and
    // services that reference an INACTIVE task definition continue to run without disruption."
    Limit {
        calls: &["deregistertaskdefinition"],
        troubles: &[Trouble::Missing],
        why: OTHER,
    },
    // docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html: "Updates the description or
    // maximum session duration setting of a role."
    Limit {
        calls: &["=updaterole"],
        troubles: &[],
        why: OTHER,
    },
    // .../lambda/latest/api/API_PutFunctionEventInvokeConfig.html: retries, age and destinations of
    // asynchronous calls.
    Limit {
        calls: &[
            "deletefunctioneventinvokeconfig",
            "putfunctioneventinvokeconfig",
            "updatefunctioneventinvokeconfig",
        ],
        troubles: &[],
        why: OTHER,
    },
    // .../AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
    Limit {
        calls: &["purgequeue"],
        troubles: &[Trouble::Missing],
        why: OTHER,
    },
    // .../API_SetQueueAttributes.html: who may use it, with which key, and how long messages are
    // kept and may be.
    Limit {
        calls: &["setqueueattributes", "settopicattributes"],
        troubles: &[
            Trouble::Access,
            Trouble::Missing,
            Trouble::Throttling,
            Trouble::Exhaustion,
        ],
        why: OTHER,
    },
    // Rights that are lost show as calls that are refused.
    Limit {
        calls: &[
            "attachgrouppolicy",
            "attachrolepolicy",
            "attachuserpolicy",
            "createpolicyversion",
            "deletegrouppolicy",
            "deletepolicy",
            "deletepolicyversion",
            "deleteresourcepolicy",
            "deleterolepermissionsboundary",
            "deleterolepolicy",
            "deleteuserpermissionsboundary",
            "deleteuserpolicy",
            "detachgrouppolicy",
            "detachrolepolicy",
            "detachuserpolicy",
            "putgrouppolicy",
            "putkeypolicy",
            "putresourcepolicy",
            "putrolepermissionsboundary",
            "putrolepolicy",
            "putuserpermissionsboundary",
            "putuserpolicy",
            "removeuserfromgroup",
            "setdefaultpolicyversion",
            "updateassumerolepolicy",
        ],
        troubles: &[Trouble::Access, Trouble::Missing],
        why: RIGHTS,
    },
    Limit {
        calls: &[
            "updatesecuritygroupruledescriptionsegress",
            "updatesecuritygroupruledescriptionsingress",
        ],
        troubles: &[],
        why: "it changed only descriptions",
    },
    Limit {
        calls: &[
            "startdbcluster",
            "startdbinstance",
            "startinstance",
            "startinstances",
            "instances.start",
            "instances.resume",
            "applicationgateways/start/action",
            "containergroups/start/action",
            "flexibleservers/start/action",
            "managedclusters/start/action",
            "servers/start/action",
            "sites/start/action",
            "virtualmachines/start/action",
        ],
        troubles: &[Trouble::Throttling, Trouble::Exhaustion],
        why: STARTS,
    },
    Limit {
        calls: &[
            "backupruns.create",
            "backupruns.insert",
            "instances.clone",
            "flexibleservers/backups/write",
            "sites/backup/action",
            "sites/backup/write",
            "slots/backup/action",
        ],
        troubles: &[],
        why: LOOKS,
    },
    Limit {
        calls: &["instances.export", "exporttabletopointintime"],
        troubles: &[Trouble::Throttling, Trouble::Exhaustion],
        why: LOOKS,
    },
    Limit {
        calls: &[
            "putbucketlifecycle",
            "putbucketlifecycleconfiguration",
            "putlifecyclepolicy",
            "updatetimetolive",
        ],
        troubles: &[Trouble::Missing],
        why: LATER,
    },
    Limit {
        calls: &[
            "putimagescanningconfiguration",
            "putimagetagmutability",
            "updatecontinuousbackups",
            "users.create",
            "users.insert",
        ],
        troubles: &[],
        why: OTHER,
    },
    Limit {
        calls: &[
            "putprovisionedconcurrencyconfig",
            "deleteprovisionedconcurrencyconfig",
        ],
        troubles: &[
            Trouble::Throttling,
            Trouble::Exhaustion,
            Trouble::Connection,
        ],
        why: OTHER,
    },
    Limit {
        calls: &["modifyvpcattribute"],
        troubles: &[Trouble::NameResolution],
        why: OTHER,
    },
    Limit {
        calls: &["sites/hostnamebindings/write"],
        troubles: &[
            Trouble::NameResolution,
            Trouble::Certificate,
            Trouble::Connection,
            Trouble::Missing,
        ],
        why: OTHER,
    },
];

/// Attributes, without case and signs, that act on what is made later.
const OF_LATER: [&str; 3] = [
    "assignipv6addressoncreation",
    "mappubliciponlaunch",
    "privatednsnameoptionsonlaunch",
];
/// Attributes that say how many there are of something.
const OF_SIZE: [&str; 5] = [
    "desiredcapacity",
    "desiredcount",
    "replicas",
    "scale",
    "spec.replicas",
];
/// Attributes, without case and signs, that bound how many there may be of something; within others
/// as well.
const BOUNDS: [&str; 17] = [
    "maxcapacity",
    "maximum",
    "maximuminstancecount",
    "maxinstancecount",
    "maxnodecount",
    "maxreplicas",
    "maxsize",
    "mincapacity",
    "minimum",
    "minimuminstancecount",
    "mininstancecount",
    "minnodecount",
    "minreplicas",
    "minsize",
    "reservedconcurrentexecutions",
    "totalmaxnodecount",
    "totalminnodecount",
];
/// Attributes by which calls tell how many there will be, so that it is told where it is none.
const TOLD_SIZES: [&str; 2] = ["replicas", "spec.replicas"];
/// Attributes that set what is recorded of calls, or how a workload of Kubernetes brings in a new
/// version, and not which code runs.
const OF_NO_CODE: [&str; 10] = [
    "loggingconfig",
    "minreadyseconds",
    "paused",
    "progressdeadlineseconds",
    "revisionhistorylimit",
    "schedule",
    "spec.schedule",
    "strategy",
    "tracingconfig",
    "tracingconfig.mode",
];
/// Attributes that only tell where something is.
const OF_PLACE: [&str; 1] = ["cluster"];

/// All trouble but errors in a program.
const NOT_CODE: [Trouble; 7] = [
    Trouble::Access,
    Trouble::Certificate,
    Trouble::Connection,
    Trouble::Exhaustion,
    Trouble::Missing,
    Trouble::NameResolution,
    Trouble::Throttling,
];

/// Why a change causes no trouble like this; `None` if it may. `is_of_own` says that it is on the
/// failing service itself while that can not reach something else.
pub(super) fn of(
    change: &Change,
    troubles: &[(Trouble, f64)],
    is_of_own: bool,
) -> Option<&'static str> {
    let may = |of: &[Trouble]| match troubles {
        [] => !of.is_empty(),
        told => told.iter().any(|(trouble, _)| of.contains(trouble)),
    };
    let attributes = settings(change);
    let is_of = |list: &[&str]| {
        let mut named = attributes.iter().map(String::as_str);
        !attributes.is_empty() && named.all(|name| list.contains(&name))
    };
    if is_of_size(&attributes) {
        let is_call = change.id.starts_with("audit:");
        let mut told = attributes.iter().map(String::as_str);
        let is_told = is_call && told.any(|name| TOLD_SIZES.contains(&name));
        let may_be_short =
            has(change, Change::TO_FEWER) || !is_told && !has(change, Change::TO_MORE);
        // More of something use up what others have as well.
        let mut of = vec![Trouble::Throttling, Trouble::Exhaustion];
        of.extend((!is_of_own && may_be_short).then_some(Trouble::Connection));
        return (!troubles.is_empty() && !may(&of)).then_some(SIZES);
    }
    if is_of(&OF_LATER) {
        return Some(LATER);
    }
    if is_of(&OF_NO_CODE) {
        return (!may(&NOT_CODE)).then_some(OTHER);
    }
    // kubernetes.io/docs/tasks/run-application/configure-pdb and .../horizontal-pod-autoscale: how
    // many may be taken at once, and how many there are.
    let kind = change.resource_type.to_ascii_lowercase();
    if kind.ends_with("poddisruptionbudget") {
        return Some(OTHER);
    }
    let of_number = [
        Trouble::Throttling,
        Trouble::Exhaustion,
        Trouble::Connection,
    ];
    if kind.ends_with("horizontalpodautoscaler") && !may(&of_number) {
        return Some(SIZES);
    }
    // Who may not act as somebody is refused.
    if is_identity(&change.resource_type, "") && !may(&NOT_CODE) {
        return Some(RIGHTS);
    }
    if !change.id.starts_with("audit:") {
        return None;
    }
    let call = change.address.split(' ').next().unwrap_or_default();
    let call = call.to_ascii_lowercase();
    // A version is deleted, and not the function.
    if call == "deletefunction" && attributes == ["version"] {
        return (!may(&[Trouble::Missing])).then_some(OTHER);
    }
    if attributes == [Change::START] {
        return (!may(&[Trouble::Throttling, Trouble::Exhaustion])).then_some(STARTS);
    }
    let limit = LIMITS.iter().find(|limit| {
        let mut calls = limit.calls.iter();
        calls.any(|end| match end.strip_prefix('=') {
            Some(whole) => call == whole,
            None => {
                let front = call.strip_suffix(end);
                front.is_some_and(|front| front.is_empty() || front.ends_with(['.', '/']))
            }
        })
    })?;
    // Policies of Auto Scaling give no rights.
    if limit.why == RIGHTS && is_of_capacity(change) {
        return None;
    }
    (!may(limit.troubles)).then_some(limit.why)
}

/// Whether all that a change did is to leave fewer of something.
pub(super) fn is_smaller(change: &Change) -> bool {
    has(change, Change::TO_FEWER) && is_of_size(&settings(change))
}

fn has(change: &Change, remark: &str) -> bool {
    change.attributes.iter().any(|name| name == remark)
}

/// Names of what a change sets, without case and signs, and remarks but for whether it is more or
/// less.
fn settings(change: &Change) -> Vec<String> {
    let sizes = [Change::TO_FEWER, Change::TO_MORE];
    let names = change.attributes.iter();
    let names = names.filter(|name| !sizes.contains(&name.as_str()));
    names.map(|name| plain(name)).collect()
}

/// Whether nothing but the number of something is set.
fn is_of_size(attributes: &[String]) -> bool {
    let mut sizes = attributes.iter().map(String::as_str);
    let is_size = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        OF_SIZE.contains(&name) || BOUNDS.contains(&last)
    };
    sizes.clone().any(is_size) && sizes.all(|name| is_size(name) || OF_PLACE.contains(&name))
}

fn is_of_capacity(change: &Change) -> bool {
    let of_type = class::of_change(&Change {
        resource_type: change.resource_type.clone(),
        ..Change::default()
    });
    of_type.contains(&Class::Capacity)
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric() || *c == '.');
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::change;

    fn found(address: &str, attributes: &[&str], trouble: Trouble, own: bool) -> bool {
        let mut change = change(address, "2024-05-01T10:00:00Z", "", attributes);
        change.id = "audit:1".to_owned();
        of(&change, &[(trouble, 1.0)], own).is_some()
    }

    #[test]
    fn a_call_causes_only_trouble_of_its_kind() {
        use Trouble::{Access, Code, Connection, Exhaustion, Missing, NameResolution, Throttling};
        let check = |address: &str, trouble: Trouble, expected: bool| {
            assert_eq!(found(address, &[], trouble, false), expected, "{address}");
        };
        check("StartDBInstance orders", Connection, true);
        check("google.iam.admin.v1.UpdateRole checkout", Access, false);
        check("StopDBInstance orders", Connection, false);
        check("StartPipelineExecution orders", Connection, false);
        check("RestartDBInstance orders", Connection, false);
        check("cloudsql.instances.clone orders", Connection, true);
        check("cloudsql.instances.restart orders", Connection, false);
        check("cloudsql.instances.export orders", Exhaustion, false);
        let action = "microsoft.dbforpostgresql/flexibleservers/start/action orders";
        check(action, Connection, true);
        check(&action.replace("/start/", "/stop/"), Connection, false);
        check("microsoft.web/sites/backup/write shop", Code, true);
        check("microsoft.web/sites/restore/action shop", Code, false);
        check("UpdateTimeToLive carts", Access, true);
        check("UpdateTimeToLive carts", Missing, false);
        check("PutProvisionedConcurrencyConfig orders", Code, true);
        check("PutProvisionedConcurrencyConfig orders", Throttling, false);
        check("ModifyVpcAttribute vpc-1", Connection, true);
        check("ModifyVpcAttribute vpc-1", NameResolution, false);
        check("UpdateRole checkout", Access, true);
        check("PutFunctionEventInvokeConfig checkout", Code, true);
        check("PurgeQueue jobs", Code, true);
        check("PurgeQueue jobs", Missing, false);
        check("SetQueueAttributes jobs", Code, true);
        check("SetQueueAttributes jobs", Access, false);
        check("DetachRolePolicy checkout", Connection, true);
        check("DetachRolePolicy checkout", Code, true);
        check("DetachRolePolicy checkout", Access, false);
        check("PutResourcePolicy orders/db", Code, true);
    }

    #[test]
    fn whoever_acts_as_nobody_is_refused_and_has_no_error_in_the_program() {
        let check = |kind: &str, trouble: Trouble, expected: bool| {
            let change = change("delete x", "2024-05-01T10:00:00Z", kind, &[]);
            let found = of(&change, &[(trouble, 1.0)], false).is_some();
            assert_eq!(found, expected, "{kind}");
        };
        check("serviceaccount", Trouble::Code, true);
        check("serviceaccount", Trouble::Access, false);
        check("aws_iam_role", Trouble::Code, true);
        check("deployment", Trouble::Code, false);
    }

    #[test]
    fn attributes_tell_that_nothing_that_runs_is_changed() {
        use Trouble::{Code, Connection, Missing, Throttling};
        let check = |attributes: &[&str], trouble: Trouble, own: bool, expected: bool| {
            let found = found("Modify x", attributes, trouble, own);
            assert_eq!(found, expected, "{attributes:?}");
        };
        check(&["mapPublicIpOnLaunch"], Connection, false, true);
        check(&["mapPublicIpOnLaunch", "cidr"], Connection, false, false);
        check(&["scale", "replicas"], Missing, false, true);
        check(&["scale", "replicas"], Throttling, false, false);
        check(&["replicas", "template"], Missing, false, false);
        check(&["cluster", "desiredCount"], Connection, true, true);
        check(&["cluster", "desiredCount"], Connection, false, false);
        check(&["scale", "replicas"], Connection, false, true);
        check(&["scale"], Connection, false, false);
        let none = Change::TO_NONE;
        check(&["scale", "replicas", none], Connection, false, false);
        for scaled in [&["scale", "replicas"], &["cluster", "desiredCount"]] {
            let with = |remark| [scaled.as_slice(), &[remark]].concat();
            check(&with(Change::TO_FEWER), Connection, false, false);
            check(&with(Change::TO_FEWER), Connection, true, true);
            check(&with(Change::TO_FEWER), Missing, false, true);
            check(&with(Change::TO_FEWER), Throttling, false, false);
            check(&with(Change::TO_MORE), Connection, false, true);
            check(&with(Change::TO_MORE), Throttling, false, false);
        }
        for bound in [
            "maxSize",
            "max_capacity",
            "spec.maxReplicas",
            "profile.0.capacity.0.maximum",
            "autoscaling.maxNodeCount",
            "maximumInstanceCount",
            "reserved_concurrent_executions",
        ] {
            check(&[bound], Throttling, true, false);
            check(&[bound], Connection, false, false);
            check(&[bound], Code, false, true);
            check(&[bound, "image"], Code, false, false);
        }
        check(&["tracingConfig"], Code, true, true);
        check(&["tracingConfig", "environment"], Code, true, false);
        check(&["strategy", "paused"], Code, true, true);
        check(&[Change::START], Code, false, true);
        let version = |trouble| found("DeleteFunction orders", &["version"], trouble, false);
        assert!(version(Code) && !version(Missing));
    }
    #[test]
    fn a_policy_of_auto_scaling_gives_no_rights() {
        let check = |resource_type: &str, expected: bool| {
            let time = "2024-05-01T10:00:00Z";
            let mut change = change("DeletePolicy out", time, resource_type, &[]);
            change.id = "audit:1".to_owned();
            let found = of(&change, &[(Trouble::Throttling, 1.0)], false).is_some();
            assert_eq!(found, expected, "{resource_type}");
        };
        check("AWS::IAM::ManagedPolicy", true);
        check("AWS::AutoScaling::ScalingPolicy", false);
    }
}
