//! Google Cloud audit logs: which events are writes, and of what.
//!
//! cloud.google.com/logging/docs/audit and
//! cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog (read
//! 2026-11-21). A long operation is told by two rows that share `operation.id`.

use super::json::Json;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction};

use super::networks;
use super::phrase::phrase;
use super::{Granted, Subject, words};

/// Records of a change of a zone, and members of a change of a policy, that are looked at.
const RECORDS: usize = 50;
/// First words of methods that change nothing.
const READS: [&str; 16] = [
    "get",
    "list",
    "aggregated",
    "search",
    "query",
    "test",
    "batchget",
    "lookup",
    "check",
    "generate",
    "validate",
    "read",
    "export",
    "analyze",
    "fetch",
    "preview",
];

/// Whether a method changes a resource. Use of data (log `data_access`) is no change of a resource.
pub(super) fn is_write(method: &str, raw: &str) -> bool {
    if raw.contains("cloudaudit.googleapis.com%2Fdata_access")
        || raw.contains("cloudaudit.googleapis.com/data_access")
    {
        return false;
    }
    let name = last(method).to_lowercase();
    // A preview of Infrastructure Manager says what would be done.
    if method.contains(".Config.") && name.ends_with("preview") {
        return false;
    }
    !name.is_empty() && !READS.iter().any(|verb| name.starts_with(verb))
}

/// Whether a call only has its request checked (google.aip.dev/163, read 2026-11-29).
pub(super) fn is_dry(json: &Json<'_>) -> bool {
    let request = &json["protoPayload"]["request"];
    let flags = [&request["validateOnly"], &request["validate_only"]];
    // Version 1 of Cloud Run takes it as clusters do.
    flags.into_iter().any(|flag| *flag == true) || request["dryRun"] == "all"
}

fn last(method: &str) -> &str {
    method.rsplit('.').next().unwrap_or(method)
}

/// What a method does to its resource.
pub(super) fn subject(
    api: &str,
    method: &str,
    resource: Option<&str>,
    project: &str,
    json: &Json<'_>,
) -> Subject {
    let name = last(method);
    let verb = words(name)
        .first()
        .map(|verb| verb.to_lowercase())
        .unwrap_or_default();
    let collection = method.rsplit('.').nth(1).unwrap_or_default();
    let noun = name.get(verb.len()..).unwrap_or_default();
    let resource = resource.map(|resource| of_collection(name, &of_account(resource, json), json));
    // Objects of clusters are told by their own words.
    let makes_or_ends = ["insert", "create", "delete", "remove", "drop"].contains(&&*verb);
    let on_part = makes_or_ends
        && api != "k8s.io"
        && resource
            .as_deref()
            .is_some_and(|resource| is_on_part(noun, collection, resource));
    let action = match verb.as_str() {
        _ if on_part => ChangeAction::Update,
        "insert" | "create" | "undelete" => ChangeAction::Create,
        "restore" if noun.is_empty() => ChangeAction::Create,
        "delete" | "remove" | "drop" => ChangeAction::Delete,
        _ => ChangeAction::Update,
    };
    let rule = networks::rule(api, method, &json["protoPayload"]["request"]);
    let mut attributes = match action {
        ChangeAction::Update if on_part && noun.is_empty() => vec![collection.to_owned()],
        ChangeAction::Update => attributes(name, collection, json),
        _ => Vec::new(),
    };
    attributes.extend(rule.words);
    attributes.extend(database_user(api, collection, json));
    Subject {
        holder: rule.network,
        target: resource.map(|resource| {
            let name = full_name(api, &resource, project);
            with_project_id(name, project)
        }),
        resource_type: format!(
            "{}.{collection}",
            api.strip_suffix(".googleapis.com").unwrap_or(api)
        ),
        action: Some(action),
        attributes,
        granted: granted(json),
        ..Subject::default()
    }
}

/// The user of a database that a call of Cloud SQL is on.
///
/// docs.cloud.google.com/sql/docs/postgres/admin-api/rest/v1/users (read 2026-11-29).
fn database_user(api: &str, collection: &str, json: &Json<'_>) -> Option<String> {
    let is_meant = api == "cloudsql.googleapis.com" && collection == "users";
    let name = json["protoPayload"]["request"]["name"].as_str()?;
    is_meant.then(|| format!("{}{name}", Change::DATABASE_USER))
}

/// Members that a change of a policy adds and removes, as the row tells them.
///
/// cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditData (read
/// 2026-11-29).
fn granted(json: &Json<'_>) -> Vec<Granted> {
    let payload = &json["protoPayload"];
    let data = [&payload["serviceData"], &payload["metadata"]];
    let deltas = data.map(|data| &data["policyDelta"]["bindingDeltas"]);
    let lists = deltas.into_iter().filter_map(|deltas| match deltas {
        Json::List(deltas) => Some(deltas),
        _ => None,
    });
    let one = |delta: &Json<'_>| {
        Some(Granted {
            role: delta["role"].as_str()?.to_owned(),
            member: delta["member"].as_str()?.to_owned(),
            adds: delta["action"] == "ADD",
            condition: condition(&delta["condition"]),
        })
    };
    lists.flatten().take(RECORDS).filter_map(one).collect()
}

/// A condition as Terraform's provider writes it into ids: title, description and expression. None
/// where all are empty.
fn condition(told: &Json<'_>) -> Option<String> {
    let text = |name: &str| told[name].as_str().unwrap_or_default();
    let texts = ["title", "description", "expression"].map(text);
    let is_there = texts.iter().any(|text| !text.is_empty());
    is_there.then(|| texts.join("/"))
}

/// Whether a method is on something else than the resource that it names, of which that is a part:
/// `disks.createSnapshot` names the disk, `users.delete` the database, `DeleteServiceAccountKey` of
/// an account without the key the account.
fn is_on_part(noun: &str, collection: &str, resource: &str) -> bool {
    let held = resource.rsplit('/').nth(1).unwrap_or_default();
    let held = held.to_lowercase();
    // A record of a zone is told by name and type.
    if held.is_empty() || resource.contains("/rrsets/") {
        return false;
    }
    if !noun.is_empty() {
        let plural = plural(&noun.to_lowercase());
        return !plural.ends_with(&held);
    }
    // `google.cloud.x.v1.Service.Create` names a service and no collection.
    let is_collection = collection.starts_with(|first: char| first.is_ascii_lowercase())
        && !collection.ends_with("service");
    is_collection && !collection.to_lowercase().ends_with(&held)
}

fn plural(noun: &str) -> String {
    let is_vowel = |letter: char| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u');
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(is_vowel) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// A service account by its address, where a row names it by its number.
///
/// cloud.google.com/iam/docs/audit-logging/examples-service-accounts (read 2026-11-29).
fn of_account(resource: &str, json: &Json<'_>) -> String {
    let email = json["resource"]["labels"]["email_id"].as_str();
    let parts = resource.split_once("serviceAccounts/");
    let (Some(email), Some((front, rest))) = (email.filter(|email| !email.is_empty()), parts)
    else {
        return resource.to_owned();
    };
    let (number, behind) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => format!("{front}serviceAccounts/{email}{behind}"),
        false => resource.to_owned(),
    }
}

/// Records that a change of a zone of Cloud DNS makes and takes away, in place of their zone:
/// `ZONE/rrsets/NAME/TYPE`.
///
/// cloud.google.com/dns/docs/reference/rest/v1/changes (read 2026-11-29).
pub(super) fn records(json: &Json<'_>, subject: &mut Subject) {
    let change = &json["protoPayload"]["request"]["change"];
    let Some(zone) = subject.target.clone() else {
        return;
    };
    let ids = |name: &str| -> Vec<String> {
        let Json::List(records) = &change[name] else {
            return Vec::new();
        };
        let records = records.iter().take(RECORDS);
        let named = records.filter_map(|one| Some((one["name"].as_str()?, one["type"].as_str()?)));
        named
            .map(|(name, kind)| format!("{zone}/rrsets/{name}/{kind}"))
            .collect()
    };
    let (added, removed) = (ids("additions"), ids("deletions"));
    let action = match (added.is_empty(), removed.is_empty()) {
        (true, true) => return,
        (false, true) => ChangeAction::Create,
        (true, false) => ChangeAction::Delete,
        (false, false) => ChangeAction::Update,
    };
    let mut all = added;
    for id in removed {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    subject.target = Some(all.remove(0));
    subject.also = all;
    subject.action = Some(action);
    subject.attributes = vec!["rrdatas".to_owned()];
    "dns.resourceRecordSets".clone_into(&mut subject.resource_type);
    subject.references.push(zone);
}

/// Names of what an update sets: the mask of the request, or else what the method says.
fn attributes(method: &str, collection: &str, json: &Json<'_>) -> Vec<String> {
    let request = &json["protoPayload"]["request"];
    let mask = &request["updateMask"];
    let paths: Vec<&str> = match (mask.as_str(), &mask["paths"]) {
        (Some(mask), _) => mask.split(',').collect(),
        (None, Json::List(paths)) => paths.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let paths = paths.into_iter().map(str::trim);
    let named: Vec<String> = paths
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect();
    if !named.is_empty() {
        return named;
    }
    let settings = of_database(collection, &request["body"]);
    if !settings.is_empty() {
        return settings;
    }
    let said = phrase(method, "");
    // `UpdateSecret` of `SecretManagerService`, `patch` of `firewalls`: of what, is known.
    let is_labels = |said: &String| said.to_lowercase().ends_with("labels");
    match said {
        Some(said) if is_labels(&said) => vec!["labels".to_owned()],
        Some(said) => {
            let updates = ["Update", "Patch", "Replace", "Modify"];
            let is_update = updates.iter().any(|verb| method.starts_with(verb));
            let is_whole = collection.to_lowercase().contains(&said.to_lowercase());
            match is_update && is_whole {
                true => Vec::new(),
                false => vec![said],
            }
        }
        None => Vec::new(),
    }
}

/// What is sent of an instance of Cloud SQL; where it is only to run, that it starts.
///
/// cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances, read 2026-11-29.
fn of_database(collection: &str, body: &Json<'_>) -> Vec<String> {
    let settings = &body["settings"];
    let sent = |of: &Json<'_>, not: &[&str]| -> Vec<String> {
        let names = of.keys().filter(|name| !not.contains(name));
        names.map(str::to_owned).collect()
    };
    if collection != "instances" || settings.as_object().is_none() {
        return Vec::new();
    }
    let mut names = sent(settings, &["kind", "settingsVersion"]);
    names.extend(sent(body, &["kind", "name", "settings"]));
    if names == ["activationPolicy"] && settings["activationPolicy"] == "ALWAYS" {
        return vec![Change::START.to_owned()];
    }
    names
}

/// Name of what is created, where the row names only what it is created in: BigQuery writes
/// `projects/p/datasets`, others `projects/p` for a model. The id stands in the request.
fn of_collection(method: &str, resource: &str, json: &Json<'_>) -> String {
    let payload = &json["protoPayload"];
    let mut noun: Vec<&str> = words(method).into_iter().skip(1).collect();
    if noun.is_empty() && method.eq_ignore_ascii_case("insert") && resource.ends_with("/datasets") {
        noun.push("Dataset");
    }
    let verb = method.to_lowercase();
    let is_creation = verb.starts_with("create") || verb.starts_with("insert");
    let noun = noun.concat();
    if !is_creation || noun.is_empty() {
        return resource.to_owned();
    }
    let mut letters = noun.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    let small: String = first.into_iter().chain(letters).collect();
    let collection = plural(&small);
    let segments: Vec<&str> = resource.split('/').collect();
    let place = segments.iter().position(|segment| **segment == collection);
    if place.is_some_and(|place| place + 1 < segments.len()) {
        return resource.to_owned();
    }
    let request = &payload["request"];
    let inner = &payload["serviceData"][format!("{small}InsertRequest")]["resource"];
    let id = [
        &request[&small]["name"],
        &request[&small][format!("{small}Id")],
        &request[&small][format!("{small}_id")],
        &request[format!("{small}Id")],
        &request[format!("{}_id", small.to_lowercase())],
        &inner[format!("{small}Name")][format!("{small}Id")],
        &payload["metadata"][format!("{small}Creation")][&small][format!("{small}Name")],
        &json["resource"]["labels"][format!("{small}_id")],
    ]
    .into_iter()
    .find_map(|id| id.as_str().filter(|id| !id.is_empty()));
    let Some(id) = id.map(key::short_name) else {
        // What was made stands in the answer: the key of an account.
        let made = payload["response"]["name"].as_str().unwrap_or_default();
        let is_within = made.matches('/').count() > resource.matches('/').count();
        let is_made = is_within && made.starts_with("projects/") && !made.contains("/operations/");
        return if is_made { made } else { resource }.to_owned();
    };
    match place {
        Some(_) => format!("{resource}/{id}"),
        None => format!("{resource}/{collection}/{id}"),
    }
}

/// Code of the error, of an operation that failed: a number of google.rpc.Code.
pub(super) fn error(json: &Json<'_>) -> Option<String> {
    let code = json["protoPayload"]["status"]["code"].as_u64()?;
    Some(
        match code {
            0 => return None,
            3 => "INVALID_ARGUMENT",
            5 => "NOT_FOUND",
            6 => "ALREADY_EXISTS",
            7 => "PERMISSION_DENIED",
            8 => "RESOURCE_EXHAUSTED",
            9 => "FAILED_PRECONDITION",
            14 => "UNAVAILABLE",
            _ => "ERROR",
        }
        .to_owned(),
    )
}

/// Full name of a resource that is named within its API: `projects/p/zones/z/instances/i`.
///
/// Cloud SQL and Cloud DNS leave the project out: `instances/i`, `managedZones/z`.
fn full_name(api: &str, resource: &str, project: &str) -> String {
    let canonical = key::canonical(resource);
    if !api.ends_with(".googleapis.com") || canonical.starts_with("//") || canonical.contains(':') {
        return canonical;
    }
    if canonical.starts_with("projects/") {
        return key::canonical(&format!("//{api}/{canonical}"));
    }
    let has_no_project = ["instances/", "managedZones/"];
    let is_short = has_no_project
        .iter()
        .any(|start| canonical.starts_with(start));
    if is_short && !project.is_empty() {
        return key::canonical(&format!("//{api}/projects/{project}/{canonical}"));
    }
    canonical
}

/// The name with the id of the project, where it has its number: documents have the id. IAM takes
/// `projects/-` for the project of the account.
fn with_project_id(name: String, project: &str) -> String {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_other = |told: &str| told == "-" || is_number(told);
    let is_other = key::google_project(&name).is_some_and(is_other);
    if !is_other || project.is_empty() || is_number(project) {
        return name;
    }
    key::google_with_project(&name, project).unwrap_or(name)
}

/// Id of the long operation that the row is a part of, or of the row.
pub(super) fn id(json: &Json<'_>) -> Option<String> {
    let operation = json
        .get("operation")
        .and_then(|operation| operation.get("id"));
    operation
        .or_else(|| json.get("insertId"))?
        .as_str()
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn methods_of_all_styles_are_told_apart() {
        assert!(is_write("v1.compute.firewalls.patch", ""));
        assert!(is_write("google.cloud.run.v1.Services.ReplaceService", ""));
        assert!(!is_write("beta.compute.instances.aggregatedList", ""));
        assert!(!is_write("google.iam.admin.v1.GetRole", ""));
        let config = "google.cloud.config.v1.Config";
        assert!(!is_write(&format!("{config}.CreatePreview"), ""));
        assert!(is_write(&format!("{config}.UpdateDeployment"), ""));
        assert!(!is_write(
            "storage.objects.create",
            r#"{"logName":"projects/p/logs/cloudaudit.googleapis.com%2Fdata_access"}"#
        ));
        assert!(is_dry(
            &json!({"protoPayload": {"request": {"validateOnly": true}}})
        ));
        assert!(!is_dry(
            &json!({"protoPayload": {"request": {"validateOnly": false}}})
        ));
        let subject = subject(
            "compute.googleapis.com",
            "v1.compute.firewalls.delete",
            Some("projects/p/global/firewalls/f"),
            "p",
            &Json::Null,
        );
        assert_eq!(
            subject.target.as_deref(),
            Some("//compute.googleapis.com/projects/p/global/firewalls/f")
        );
        assert_eq!(subject.action, Some(ChangeAction::Delete));
        assert_eq!(subject.resource_type, "compute.firewalls");
        let database = super::subject(
            "cloudsql.googleapis.com",
            "cloudsql.instances.update",
            Some("instances/orders"),
            "shop",
            &Json::Null,
        );
        let account = super::subject(
            "iam.googleapis.com",
            "google.iam.admin.v1.DisableServiceAccount",
            Some("projects/-/serviceAccounts/1099"),
            "shop",
            &Json::Null,
        );
        assert_eq!(
            account.target.as_deref(),
            Some("//iam.googleapis.com/projects/shop/serviceAccounts/1099")
        );
        let secret = super::subject(
            "secretmanager.googleapis.com",
            "google.cloud.secretmanager.v1.SecretManagerService.DisableSecretVersion",
            Some("projects/123456/secrets/pw/versions/3"),
            "shop",
            &Json::Null,
        );
        assert_eq!(
            secret.target.as_deref(),
            Some("//secretmanager.googleapis.com/projects/shop/secrets/pw/versions/3")
        );
        assert_eq!(
            database.target.as_deref(),
            Some("//cloudsql.googleapis.com/projects/shop/instances/orders")
        );
    }

    #[test]
    fn a_call_on_a_user_of_a_database_tells_the_user() {
        let told = json!({"protoPayload": {"request": {"instance": "orders", "name": "app"}}});
        let check = |api: &str, method: &str, expected: bool| {
            let found = subject(api, method, Some("projects/p/instances/orders"), "p", &told);
            let is_told = found
                .attributes
                .iter()
                .any(|one| one == "database user app");
            assert_eq!(is_told, expected, "{method}");
        };
        check("cloudsql.googleapis.com", "cloudsql.users.update", true);
        check(
            "cloudsql.googleapis.com",
            "cloudsql.instances.update",
            false,
        );
    }

    #[test]
    fn what_is_done_to_a_part_neither_makes_nor_ends_the_whole() {
        let check = |method: &str, resource: &str, expected: ChangeAction| {
            let told = subject("x.googleapis.com", method, Some(resource), "p", &Json::Null);
            assert_eq!(told.action, Some(expected), "{method}");
        };
        use ChangeAction::{Create, Delete, Update};
        let database = "projects/p/instances/orders";
        for collection in ["users", "backupRuns", "sslCerts"] {
            for verb in ["create", "delete"] {
                check(&format!("cloudsql.{collection}.{verb}"), database, Update);
            }
        }
        check("cloudsql.instances.delete", database, Delete);
        let machine = "projects/p/zones/z/instances/i";
        check("v1.compute.instances.deleteAccessConfig", machine, Update);
        check("v1.compute.instances.insert", machine, Create);
        let group = "projects/p/regions/r/instanceGroupManagers/g";
        let collection = "compute.regionInstanceGroupManagers";
        check(&format!("{collection}.deleteInstances"), group, Update);
        check(&format!("{collection}.delete"), group, Delete);
        let network = "projects/p/global/networks/main";
        check("compute.networks.removePeering", network, Update);
        let policy = "projects/p/global/securityPolicies/s";
        check("compute.securityPolicies.removeRule", policy, Update);
        check("compute.securityPolicies.delete", policy, Delete);
        let key = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
        let service = "google.cloud.kms.v1.KeyManagementService";
        check(&format!("{service}.CreateCryptoKeyVersion"), key, Update);
        check(&format!("{service}.CreateCryptoKey"), key, Create);
        let rows = "projects/p/instances/i/databases/d";
        let service = "google.spanner.admin.database.v1.DatabaseAdmin";
        check(&format!("{service}.DropDatabase"), rows, Delete);
        let alerts = "projects/p/alertPolicies/1";
        let service = "google.monitoring.v3.AlertPolicyService";
        check(&format!("{service}.DeleteAlertPolicy"), alerts, Delete);
        let bucket = "projects/_/buckets/b";
        check("storage.buckets.create", bucket, Create);
        check("storage.notificationConfigs.create", bucket, Update);
        check("dns.managedZones.delete", "managedZones/z", Delete);
    }

    #[test]
    fn a_change_of_a_zone_is_one_of_its_records() {
        let record = |value: &str| json!({"name": "api.shop.example.", "type": "A", "ttl": 60, "rrdata": [value]});
        let [old, new] = ["34.1.2.2", "34.1.2.3"].map(record);
        let of = |added: Vec<&Json<'static>>, removed: Vec<&Json<'static>>| {
            let list =
                |records: Vec<&Json<'static>>| Json::List(records.into_iter().cloned().collect());
            let change = vec![
                ("additions".into(), list(added)),
                ("deletions".into(), list(removed)),
            ];
            let request = Json::Object(vec![("change".into(), Json::Object(change))]);
            let payload = Json::Object(vec![("request".into(), request)]);
            let json = Json::Object(vec![("protoPayload".into(), payload)]);
            let (api, method) = ("dns.googleapis.com", "dns.changes.create");
            let mut told = subject(api, method, Some("managedZones/shop"), "p", &json);
            records(&json, &mut told);
            let zone = "//dns.googleapis.com/projects/p/managedZones/shop";
            let id = format!("{zone}/rrsets/api.shop.example./A");
            assert_eq!(told.target, Some(id));
            assert_eq!(told.references, [zone]);
            assert!(told.also.is_empty());
            told.action
        };
        assert_eq!(of(vec![&new], vec![&old]), Some(ChangeAction::Update));
        assert_eq!(of(vec![&new], vec![]), Some(ChangeAction::Create));
        assert_eq!(of(vec![], vec![&old]), Some(ChangeAction::Delete));
    }

    #[test]
    fn keys_of_accounts_are_told_from_the_accounts() {
        let labels = json!({"resource": {"labels": {"email_id": "app@shop.example"}},
            "protoPayload": {"response": {"name": "projects/shop/serviceAccounts/app@shop.example/keys/k"}}});
        let account = "//iam.googleapis.com/projects/shop/serviceAccounts/app@shop.example";
        let check = |method: &str, resource: &str, json: &Json<'_>, expected: &str| {
            let method = format!("google.iam.admin.v1.{method}");
            let told = subject("iam.googleapis.com", &method, Some(resource), "shop", json);
            assert_eq!(told.target.as_deref(), Some(expected), "{method}");
            told.action
        };
        let key = format!("{account}/keys/k");
        let deleted = "projects/-/serviceAccounts/1099/keys/k";
        let action = check("DeleteServiceAccountKey", deleted, &labels, &key);
        assert_eq!(action, Some(ChangeAction::Delete));
        let made = "projects/-/serviceAccounts/1099";
        let action = check("CreateServiceAccountKey", made, &labels, &key);
        assert_eq!(action, Some(ChangeAction::Create));
        let untold = json!({"resource": {"labels": {"email_id": "app@shop.example"}}});
        let action = check("CreateServiceAccountKey", made, &untold, account);
        assert_eq!(action, Some(ChangeAction::Update));
    }

    #[test]
    fn an_update_names_what_its_mask_or_its_method_says() {
        let check = |method: &str, request: serde_json::Value, expected: &[&str]| {
            let json = Json::from(serde_json::json!({"protoPayload": {"request": request}}));
            let subject = subject(
                "run.googleapis.com",
                method,
                Some("projects/p/x/y"),
                "p",
                &json,
            );
            assert_eq!(subject.attributes, expected, "{method}");
        };
        let none = serde_json::Value::Null;
        let policy = "google.iam.v1.IAMPolicy.SetIamPolicy";
        check(policy, none.clone(), &["iamPolicy"]);
        let billing = "google.internal.cloudbilling.billingaccount.v1.ExternalBillingAccount.AssignResourceToBillingAccount";
        check(billing, none.clone(), &["billingAccount"]);
        check("v1.compute.instances.setLabels", none.clone(), &["labels"]);
        check("v1.compute.firewalls.patch", none, &[]);
        let mask = serde_json::json!({"updateMask": "template.scaling,labels"});
        let update = "google.cloud.run.v2.Services.UpdateService";
        check(update, mask, &["template.scaling", "labels"]);
        let mask = serde_json::json!({"updateMask": "template.scaling,, labels,"});
        check(update, mask, &["template.scaling", "labels"]);
        let mask = serde_json::json!({"updateMask": {"paths": ["labels", ""]}});
        check(update, mask, &["labels"]);
        for empty in [
            serde_json::json!(""),
            serde_json::json!(" ,"),
            serde_json::json!({"paths": []}),
        ] {
            let mask = serde_json::json!({"updateMask": empty});
            check(policy, mask, &["iamPolicy"]);
        }
    }

    #[test]
    fn what_is_created_is_named_by_the_request_where_the_row_names_its_parent() {
        let check =
            |api: &str, method: &str, resource: &str, payload: serde_json::Value, target: &str| {
                let json = Json::from(serde_json::json!({"protoPayload": payload}));
                let subject = subject(api, method, Some(resource), "shop", &json);
                assert_eq!(subject.target.as_deref(), Some(target));
                assert_eq!(subject.action, Some(ChangeAction::Create));
            };
        check(
            "ml.googleapis.com",
            "google.cloud.ml.v1.ModelService.CreateModel",
            "projects/shop",
            serde_json::json!({"request": {"model": {"name": "prices"}}}),
            "//ml.googleapis.com/projects/shop/models/prices",
        );
        check(
            "bigquery.googleapis.com",
            "datasetservice.insert",
            "projects/shop/datasets",
            serde_json::json!({"serviceData": {"datasetInsertRequest": {"resource": {"datasetName": {"datasetId": "sales"}}}}}),
            "//bigquery.googleapis.com/projects/shop/datasets/sales",
        );
        check(
            "pubsub.googleapis.com",
            "google.pubsub.v1.Subscriber.CreateSubscription",
            "projects/shop/subscriptions/orders",
            serde_json::Value::Null,
            "//pubsub.googleapis.com/projects/shop/subscriptions/orders",
        );
        let images = "//artifactregistry.googleapis.com/projects/shop/locations/eu/repositories/a";
        for resource in [
            "projects/shop/locations/eu",
            "projects/shop/locations/eu/repositories/a",
        ] {
            check(
                "artifactregistry.googleapis.com",
                "google.devtools.artifactregistry.v1.ArtifactRegistry.CreateRepository",
                resource,
                serde_json::json!({"request": {"repositoryId": "a"}}),
                images,
            );
        }
    }

    #[test]
    fn an_instance_of_a_database_is_changed_in_what_is_sent() {
        let check = |settings: Json<'static>, expected: &[&str]| {
            let body = Json::Object(vec![("settings".into(), settings)]);
            let found = of_database("instances", &body);
            assert_eq!(found, expected);
        };
        check(json!({"userLabels": {"team": "shop"}}), &["userLabels"]);
        check(json!({"activationPolicy": "ALWAYS"}), &["start"]);
        check(json!({"activationPolicy": "NEVER"}), &["activationPolicy"]);
        let both = json!({"activationPolicy": "ALWAYS", "tier": "db-g1-small", "kind": "x"});
        check(both, &["activationPolicy", "tier"]);
    }

    #[test]
    fn a_call_that_is_only_validated_changes_nothing() {
        let run = |dry: &str| json!({"protoPayload": {"request": {"dryRun": dry}}});
        assert!(is_dry(&run("all")));
        assert!(!is_dry(&run("")));
    }
}
