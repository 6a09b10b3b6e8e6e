//! What a write opens, hides or hands out: what whoever takes over an account does first.
//!
//! The techniques are those of attack.mitre.org/matrices/enterprise/cloud: T1562 (impair defenses),
//! T1537 (transfer to another account), T1098 (more rights or keys), T1136 (a new user) and T1496
//! (use of machines).

use super::json::Json;
use super::{Cloud, Event};

/// Instances from which a start is told.
const MANY: u64 = 10;
/// Accounts that are told of one call.
const ACCOUNTS: usize = 3;

/// What a write does beyond a change of its resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Effect {
    /// Nobody sees any more what is done.
    EndsAudit(&'static str),
    /// Everybody may use it.
    OpensToAll(&'static str),
    /// Other accounts may use it.
    Shares(Vec<String>),
    /// Somebody may do everything from then on.
    GrantsAdmin(String),
    /// Somebody may do more from then on.
    Grants,
    /// Somebody can sign in from then on.
    MakesKey(&'static str),
    /// Many or large machines run.
    Starts(String),
}

impl Effect {
    /// What it is, in words behind the name of the operation. None for what is shared only with
    /// accounts that are `known`.
    pub(crate) fn words(&self, known: &dyn Fn(&str) -> bool) -> Option<String> {
        Some(match self {
            Self::EndsAudit(what) => format!("ends {what}"),
            Self::OpensToAll(whom) => format!("opens it to {whom}"),
            Self::Shares(accounts) => {
                let mut strange = accounts.iter().filter(|account| !known(account));
                let first = strange.next()?;
                match strange.count() {
                    0 => format!("shares it with account {first}"),
                    more => format!("shares it with account {first} and {more} more"),
                }
            }
            Self::GrantsAdmin(what) => format!("grants {what}"),
            Self::Grants => "grants a role".to_owned(),
            Self::MakesKey(what) => format!("makes {what}"),
            Self::Starts(what) => format!("starts {what}"),
        })
    }

    /// Whether it is to be looked at tonight, whoever did it.
    pub(crate) fn is_grave(&self) -> bool {
        matches!(
            self,
            Self::EndsAudit(_) | Self::OpensToAll(_) | Self::Shares(_) | Self::GrantsAdmin(_)
        )
    }
}

/// Effect of a write that `json` tells of, if it has one.
pub(super) fn of(event: &Event, json: &Json<'_>) -> Option<Effect> {
    match event.cloud {
        Cloud::Aws => of_aws(event, super::aws::event(json)),
        Cloud::Azure => of_azure(&event.operation.to_ascii_lowercase(), json),
        Cloud::Google => of_google(event),
        Cloud::Kubernetes => of_kubernetes(event, json),
    }
}

/// Calls of AWS that end what watches an account, with what they end.
const ENDING: [(&str, &str); 18] = [
    ("StopLogging", "the audit log"),
    ("DeleteTrail", "the audit log"),
    ("PutEventSelectors", "a part of the audit log"),
    ("DeleteEventDataStore", "the audit log"),
    ("StopEventDataStoreIngestion", "the audit log"),
    ("DeleteDetector", "threat detection"),
    ("StopMonitoringMembers", "threat detection"),
    ("DisassociateFromAdministratorAccount", "threat detection"),
    ("DisassociateFromMasterAccount", "threat detection"),
    ("StopConfigurationRecorder", "the record of configurations"),
    (
        "DeleteConfigurationRecorder",
        "the record of configurations",
    ),
    ("DeleteDeliveryChannel", "the record of configurations"),
    ("DisableSecurityHub", "the security checks"),
    ("DisableMacie", "the security checks"),
    ("DeleteAnalyzer", "the check of access from outside"),
    ("DeleteFlowLogs", "the flow logs"),
    ("DeleteLoggingConfiguration", "the log of the firewall"),
    ("DeactivateMFADevice", "the second factor of a user"),
];

/// Calls of AWS by which somebody can sign in.
const KEYS: [(&str, &str); 8] = [
    ("CreateAccessKey", "an access key"),
    ("CreateLoginProfile", "a password"),
    ("UpdateLoginProfile", "a password"),
    ("CreateServiceSpecificCredential", "a password"),
    ("UploadSSHPublicKey", "a key"),
    ("CreateUser", "a user"),
    ("CreateSAMLProvider", "a way to sign in"),
    ("CreateOpenIDConnectProvider", "a way to sign in"),
];

/// Policies of AWS that allow everything, or to be given everything.
const ADMINS: [&str; 4] = [
    "AdministratorAccess",
    "IAMFullAccess",
    "PowerUserAccess",
    "AdministratorAccess-Amplify",
];

fn of_aws(event: &Event, json: &Json<'_>) -> Option<Effect> {
    let request = &json["requestParameters"];
    let operation = event.operation.as_str();
    let of_table = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(name, _)| *name == operation);
        found.map(|(_, what)| *what)
    };
    if let Some(what) = of_table(&ENDING) {
        return Some(Effect::EndsAudit(what));
    }
    if let Some(what) = of_table(&KEYS).filter(|_| event.api == "iam.amazonaws.com") {
        return Some(Effect::MakesKey(what));
    }
    match operation {
        "UpdateDetector" if request["enable"] == false => {
            Some(Effect::EndsAudit("threat detection"))
        }
        "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy" => {
            let policy = request["policyArn"].as_str()?.rsplit('/').next()?;
            let is_admin = ADMINS.contains(&policy);
            is_admin.then(|| Effect::GrantsAdmin(policy.to_owned()))
        }
        "PutUserPolicy" | "PutRolePolicy" | "PutGroupPolicy" | "CreatePolicyVersion" => {
            let document = document(&request["policyDocument"]);
            let allows_all = with_statements(&document, |one| {
                has(&one["Action"], "*") && has(&one["Resource"], "*")
            });
            allows_all.then(|| Effect::GrantsAdmin("every right".to_owned()))
        }
        "RunInstances" => started(request),
        "DeleteBucketPublicAccessBlock" | "DeleteAccountPublicAccessBlock" => {
            Some(Effect::OpensToAll("whoever a policy lets in"))
        }
        _ => shared(event, request),
    }
}

/// Whether a value, or one of a list, is this text.
fn has(value: &Json<'_>, text: &str) -> bool {
    match value {
        Json::List(items) => items.iter().any(|item| item.as_str() == Some(text)),
        other => other.as_str() == Some(text),
    }
}

/// A policy, which stands as JSON or as text that is JSON.
fn document<'a>(value: &'a Json<'_>) -> Json<'a> {
    match value.as_str() {
        Some(text) => Json::parse(text),
        None => value.clone(),
    }
}

/// Whether one of the statements of a policy allows what `is_such` says.
fn with_statements(document: &Json<'_>, is_such: impl FnMut(&Json<'_>) -> bool) -> bool {
    let statements = &document["Statement"];
    let all: &[Json<'_>] = match statements {
        Json::List(items) => items,
        one => std::slice::from_ref(one),
    };
    let mut allowing = all.iter().filter(|one| one["Effect"] == "Allow");
    allowing.any(is_such)
}

/// Parameters of AWS that hold a policy on who may use the resource.
const POLICIES: [&str; 6] = [
    "bucketPolicy",
    "policy",
    "policyDocument",
    "policyText",
    "resourcePolicy",
    "assumeRolePolicyDocument",
];

/// Whom a call of AWS lets in: everybody, or other accounts than its own.
fn shared(event: &Event, request: &Json<'_>) -> Option<Effect> {
    let mut accounts: Vec<String> = Vec::new();
    let mut is_open = false;
    for policy in POLICIES.iter().filter_map(|name| request.get(name)) {
        let policy = document(policy);
        // `*` under a condition is mostly an organization or a network.
        is_open |= with_statements(&policy, |one| {
            let whom = &one["Principal"];
            one.get("Condition").is_none() && (*whom == "*" || has(&whom["AWS"], "*"))
        });
        with_statements(&policy, |one| {
            each(&one["Principal"]["AWS"], &mut |id| {
                accounts.extend(account(id))
            });
            false
        });
    }
    let attribute = request["attributeName"].as_str().unwrap_or_default();
    if matches!(attribute, "restore" | "") && event.operation.ends_with("SnapshotAttribute") {
        each(&request["valuesToAdd"], &mut |id| {
            is_open |= id == "all";
            accounts.extend(account(id));
        });
    }
    for name in ["createVolumePermission", "launchPermission"] {
        let Json::List(items) = &request[name]["add"]["items"] else {
            continue;
        };
        for item in items {
            is_open |= item["group"] == "all";
            accounts.extend(item["userId"].as_str().and_then(account));
        }
    }
    if event.operation.starts_with("AddPermission") {
        let whom = &request["principal"];
        is_open |= *whom == "*" && request.get("principalOrgID").is_none();
        accounts.extend(whom.as_str().and_then(account));
    }
    let is_url = event.operation.ends_with("FunctionUrlConfig");
    is_open |= is_url && request["authType"] == "NONE";
    if is_open {
        return Some(Effect::OpensToAll("everyone"));
    }
    accounts.retain(|account| *account != event.account);
    accounts.sort_unstable();
    accounts.dedup();
    accounts.truncate(ACCOUNTS);
    (!accounts.is_empty()).then_some(Effect::Shares(accounts))
}

fn each(value: &Json<'_>, take: &mut dyn FnMut(&str)) {
    match value {
        Json::List(items) => items.iter().filter_map(Json::as_str).for_each(take),
        other => other.as_str().into_iter().for_each(take),
    }
}

/// The account of a principal: `111122223333`, `arn:aws:iam::111122223333:root`.
fn account(id: &str) -> Option<String> {
    let number = match id.strip_prefix("arn:") {
        Some(rest) => rest.split(':').nth(3)?,
        None => id,
    };
    let is_account = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| number.to_owned())
}

/// Machines that a call starts, if they are many or of a type with accelerators.
fn started(request: &Json<'_>) -> Option<Effect> {
    let Json::List(items) = &request["instancesSet"]["items"] else {
        return None;
    };
    let count = |item: &Json<'_>| item["maxCount"].as_u64().or(item["minCount"].as_u64());
    let count: u64 = items.iter().filter_map(count).fold(0, u64::saturating_add);
    let kind = request["instanceType"].as_str().unwrap_or("instances");
    let family = kind.split('.').next().unwrap_or_default();
    let letters = family.trim_end_matches(|c: char| !c.is_ascii_digit());
    let has_accelerator = ["p", "g", "trn", "inf", "dl"].iter().any(|name| {
        let rest = letters.strip_prefix(name);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    (count >= MANY || has_accelerator && count > 1)
        .then(|| Effect::Starts(format!("{count} {kind}")))
}

/// Operations of Azure, as the end of their name, with what they end.
const ENDING_OF_AZURE: [(&str, &str); 5] = [
    ("/diagnosticsettings/delete", "a log of diagnostics"),
    ("/flowlogs/delete", "the flow logs"),
    ("operationalinsights/workspaces/delete", "a store of logs"),
    ("securityinsights/alertrules/delete", "an alert of attacks"),
    ("insights/activitylogalerts/delete", "an alert"),
];

/// Roles of Azure that may do everything, or give every role.
///
/// learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-12-01).
const ADMINS_OF_AZURE: [(&str, &str); 3] = [
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
    (
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
    ),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
];

fn of_azure(operation: &str, json: &Json<'_>) -> Option<Effect> {
    let ending = ENDING_OF_AZURE
        .iter()
        .find(|(end, _)| operation.ends_with(end));
    if let Some((_, what)) = ending {
        return Some(Effect::EndsAudit(what));
    }
    if operation.ends_with("/elevateaccess/action") {
        return Some(Effect::GrantsAdmin("every right".to_owned()));
    }
    if operation.ends_with("/regeneratekey/action") {
        return Some(Effect::MakesKey("an access key"));
    }
    if operation.ends_with("authorization/roleassignments/write") {
        let body = json["properties"]["requestbody"]
            .as_str()
            .unwrap_or_default();
        let role = ADMINS_OF_AZURE.iter().find(|(id, _)| body.contains(id));
        return Some(match role {
            Some((_, role)) => Effect::GrantsAdmin((*role).to_owned()),
            None => Effect::Grants,
        });
    }
    None
}

fn of_google(event: &Event) -> Option<Effect> {
    let method = event.operation.rsplit('.').next().unwrap_or_default();
    let is_of = |api: &str| event.api == api;
    match method {
        "DeleteSink" | "DeleteBucket" | "CreateExclusion" if is_of("logging.googleapis.com") => {
            return Some(Effect::EndsAudit("a log"));
        }
        "CreateServiceAccountKey" | "UploadServiceAccountKey" => {
            return Some(Effect::MakesKey("a key of a service account"));
        }
        "CreateServiceAccount" => return Some(Effect::MakesKey("a service account")),
        _ => {}
    }
    let added = || event.subject.granted.iter().filter(|one| one.adds);
    let everybody = ["allusers", "allauthenticatedusers"];
    if added().any(|one| everybody.contains(&one.member.to_ascii_lowercase().as_str())) {
        return Some(Effect::OpensToAll("everyone"));
    }
    let is_admin = |role: &str| {
        matches!(
            role,
            "roles/owner"
                | "roles/editor"
                | "roles/iam.securityAdmin"
                | "roles/iam.serviceAccountTokenCreator"
                | "roles/resourcemanager.organizationAdmin"
                | "roles/resourcemanager.projectIamAdmin"
        )
    };
    let mut admins = added().filter(|one| is_admin(&one.role));
    let admin = admins.next()?;
    Some(Effect::GrantsAdmin(format!(
        "{} to {}",
        admin.role, admin.member
    )))
}

fn of_kubernetes(event: &Event, json: &Json<'_>) -> Option<Effect> {
    let object = &json["requestObject"];
    let is_binding = event
        .subject
        .resource_type
        .to_ascii_lowercase()
        .contains("rolebinding");
    if !is_binding {
        return None;
    }
    if let Json::List(subjects) = &object["subjects"] {
        let all = ["system:anonymous", "system:unauthenticated"];
        let mut names = subjects.iter().filter_map(|one| one["name"].as_str());
        if names.any(|name| all.contains(&name)) {
            return Some(Effect::OpensToAll("everyone"));
        }
    }
    (object["roleRef"]["name"] == "cluster-admin")
        .then(|| Effect::GrantsAdmin("cluster-admin".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    fn started_words(kind: &str, count: u64) -> Option<Effect> {
        started(&json!({"instanceType": kind,
            "instancesSet": {"items": [{"minCount": 1, "maxCount": count}]}}))
    }

    #[test]
    fn many_and_large_machines_are_told() {
        let told = |text: &str| Some(Effect::Starts(text.to_owned()));
        assert_eq!(started_words("p4d.24xlarge", 20), told("20 p4d.24xlarge"));
        assert_eq!(started_words("g5.xlarge", 2), told("2 g5.xlarge"));
        assert_eq!(started_words("m5.large", 12), told("12 m5.large"));
        assert_eq!(started_words("m5.large", 3), None);
        assert_eq!(started_words("g5.xlarge", 1), None);
    }

    #[test]
    fn accounts_stand_alone_or_in_names() {
        let check = |id: &str, expected: Option<&str>| {
            assert_eq!(account(id).as_deref(), expected, "{id}");
        };
        check("999988887777", Some("999988887777"));
        check("arn:aws:iam::999988887777:root", Some("999988887777"));
        check("lambda.amazonaws.com", None);
        check("*", None);
    }
}
