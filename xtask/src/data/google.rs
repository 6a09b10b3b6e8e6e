//! Table of Google Cloud types: Terraform type, Pulumi token, service, kind of asset, form of the
//! name.
//!
//! Forms come from the import sections of Pulumi's SDK, services and kinds from the discovery
//! documents of Google's APIs: the service of a module is the one that knows most of its forms.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::discovery::{Discovery, read, stars};
use super::packages::Folders;
use super::pulumi::{Class, classes};
use super::text::{Names, snake, token, word};

/// Modules of Pulumi whose Terraform types begin otherwise than with the name of the module.
const MODULES: [(&str, &str); 34] = [
    ("apigateway", "api_gateway"),
    ("applicationintegration", "integrations"),
    ("backupdisasterrecovery", "backup_dr"),
    ("certificateauthority", "privateca"),
    ("certificatemanager", "certificate_manager"),
    ("cloudfunctionsv2", "cloudfunctions2"),
    ("cloudrun", "cloud_run_service"),
    ("cloudrun", "cloud_run"),
    ("cloudrunv2", "cloud_run_v2"),
    ("contactcenterinsights", "contact_center_insights"),
    ("datacatalog", "data_catalog"),
    ("datafusion", "data_fusion"),
    ("dataloss", "data_loss"),
    ("developerconnect", "developer_connect"),
    ("diagflow", "dialogflow"),
    ("discoveryengine", "discovery_engine"),
    ("endpoints", "endpoints_service"),
    ("gkebackup", "gke_backup"),
    ("managedkafka", "managed_kafka"),
    ("modelarmor", "model_armor"),
    ("networkconnectivity", "network_connectivity"),
    ("networksecurity", "network_security"),
    ("networkservices", "network_services"),
    ("oracledatabase", "oracle_database"),
    ("organizations", "organization"),
    ("organizations", ""),
    ("osconfig", "os_config"),
    ("parametermanager", "parameter_manager"),
    ("projects", "project"),
    ("securesourcemanager", "secure_source_manager"),
    ("securitycenter", "scc"),
    ("serviceaccount", "service_account"),
    ("servicedirectory", "service_directory"),
    ("servicenetworking", "service_networking"),
];

/// Services of modules where the forms alone do not tell.
const SERVICES: [(&str, &str); 18] = [
    ("activedirectory", "managedidentities"),
    ("billing", "cloudbilling"),
    ("cloudquota", "cloudquotas"),
    ("cloudrunv2", "run"),
    ("dataloss", "dlp"),
    ("deploymentmanager", "deploymentmanager"),
    ("edgecontainer", "edgecontainer"),
    ("filestore", "file"),
    ("firebase", "firebase"),
    ("folder", "cloudresourcemanager"),
    ("iap", "iap"),
    ("memorystore", "memorystore"),
    ("organizations", "cloudresourcemanager"),
    ("projects", "cloudresourcemanager"),
    ("resourcemanager", "cloudresourcemanager"),
    ("serviceaccount", "iam"),
    ("sql", "sqladmin"),
    ("workbench", "notebooks"),
];

/// Services of single types, by the beginning of their Terraform name.
const TYPES: [(&str, &str); 8] = [
    ("google_bigquery_analytics_hub_", "analyticshub"),
    ("google_bigquery_connection", "bigqueryconnection"),
    ("google_bigquery_data_transfer_", "bigquerydatatransfer"),
    ("google_bigquery_reservation", "bigqueryreservation"),
    ("google_dataproc_metastore_", "metastore"),
    ("google_firebase_app_check_", "firebaseappcheck"),
    ("google_firebase_hosting_", "firebasehosting"),
    ("google_pubsub_lite_", "pubsublite"),
];

/// Rows that the packages do not give or give in another form: Terraform type, token, service,
/// kind, form. `^` before the kind says that the name is that of the parent.
///
/// cloud.google.com/asset-inventory/docs/resource-name-format, read 2026-11-28.
const ROWS: &str = include_str!("google_rows.tsv");

pub(super) fn rows(folders: &Folders, names: &Names) -> Result<Vec<String>> {
    let discovery = read(&folders.discovery)?;
    let classes = classes(&folders.pulumi_gcp, "gcp")?;
    let services = services(&classes, &discovery);
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    for class in &classes {
        if let Some((name, row)) = row(class, names, &services, &discovery) {
            rows.entry(name).or_insert(row);
        }
    }
    for line in ROWS.lines() {
        let mut columns: Vec<&str> = line.split('\t').collect();
        let name = columns.first().copied().unwrap_or_default();
        let short = columns.get(1).copied().unwrap_or_default();
        let token = token(name, short.strip_prefix("gcp:").unwrap_or(short));
        if let Some(column) = columns.get_mut(1) {
            *column = &token;
        }
        let line = columns.join("\t");
        let end = if line.matches('\t').count() == 4 {
            "\t"
        } else {
            ""
        };
        rows.insert(name.to_owned(), format!("{line}{end}"));
    }
    Ok(rows.into_values().collect())
}

/// Service of each module.
fn services(classes: &[Class], discovery: &Discovery) -> BTreeMap<String, String> {
    let mut votes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for class in classes {
        let services: BTreeSet<&str> = class
            .formats
            .first()
            .into_iter()
            .filter(|format| format.contains('/'))
            .flat_map(|format| discovery.at_stars(format))
            .map(|(service, _)| service)
            .collect();
        let module = votes.entry(class.module.as_str()).or_default();
        for service in services {
            *module.entry(service).or_default() += 1;
        }
    }
    let mut found = BTreeMap::new();
    for (module, votes) in votes {
        let is_alike = |service: &str| {
            let service = word(service);
            service.contains(module) || module.contains(&service)
        };
        let best = votes
            .iter()
            .max_by_key(|(service, votes)| (is_alike(service), **votes));
        let fixed = SERVICES.iter().find(|(known, _)| *known == module);
        let service = match (fixed, best) {
            (Some((_, service)), _) => service,
            (None, Some((service, _))) => service,
            (None, None) => module,
        };
        found.insert(module.to_owned(), service.to_owned());
    }
    found
}

fn row(
    class: &Class,
    names: &Names,
    services: &BTreeMap<String, String>,
    discovery: &Discovery,
) -> Option<(String, String)> {
    let (base, is_policy) = match without_policy(&class.name) {
        Some(base) => (base, true),
        None => (class.name.clone(), false),
    };
    let name = terraform_name(class, names, &base, is_policy);
    let is_rooted = |format: &&String| {
        ["projects/", "organizations/", "folders/"]
            .iter()
            .any(|root| format.starts_with(root))
    };
    let rooted = class.formats.iter().filter(is_rooted);
    let format = rooted
        .rev()
        .max_by_key(|format| format.matches('/').count())
        .or(class.formats.first())?;
    let template = template(class, format, is_policy);
    let module = services.get(&class.module)?;
    let service = TYPES
        .iter()
        .find(|(start, _)| name.starts_with(start))
        .map_or(module.as_str(), |(_, service)| service);
    let flat = flat(&template, service, discovery);
    let kind = discovery
        .at_stars(flat.as_deref().unwrap_or(&template))
        .find(|(known, _)| *known == service)
        .map_or(String::new(), |(_, kind)| plain_kind(kind));
    let is_global = template.contains("/global/") && name.contains("_global_");
    let kind = match (is_policy, is_global) {
        (true, _) => format!("^{kind}"),
        (false, true) => format!("Global{kind}"),
        (false, false) => kind,
    };
    let end = if is_policy { "Iam" } else { "" };
    let token = token(&name, &format!("{}:{base}{end}", class.module));
    let flat = flat.unwrap_or_default();
    Some((
        name.clone(),
        format!("{name}\t{token}\t{service}\t{kind}\t{template}\t{flat}"),
    ))
}

/// Kind without the API that schemas put in front: `Service` of `GoogleCloudRunV2Service`.
fn plain_kind(kind: &str) -> String {
    let mut rest = kind;
    if kind.starts_with("Google") {
        for (at, _) in kind.match_indices('V') {
            let after = kind.get(at + 1..).unwrap_or_default();
            if after.starts_with(|first: char| first.is_ascii_digit()) {
                rest = after.trim_start_matches(|c: char| !c.is_ascii_uppercase());
            }
        }
    }
    rest.to_owned()
}

/// Name of the resource whose policy the class is: `Topic` of `TopicIAMMember`.
fn without_policy(name: &str) -> Option<String> {
    let ends = ["Binding", "Member", "Policy", "AuditConfig"];
    let end = ends.iter().find_map(|end| name.strip_suffix(end))?;
    let base = end
        .strip_suffix("Iam")
        .or_else(|| end.strip_suffix("IAM"))?;
    Some(base.to_owned())
}

fn terraform_name(class: &Class, names: &Names, base: &str, is_policy: bool) -> String {
    let modules: Vec<&str> = MODULES
        .iter()
        .filter(|(module, _)| *module == class.module)
        .map(|(_, start)| *start)
        .collect();
    let modules = match modules.is_empty() {
        true => vec![class.module.as_str()],
        false => modules,
    };
    let end = if is_policy { "IamMember" } else { "" };
    let known = modules
        .iter()
        .find_map(|start| names.find("google", &word(&format!("{start}{base}{end}"))));
    let name = match known {
        Some(name) => name.to_owned(),
        None => {
            let start = modules.first().copied().unwrap_or_default();
            let parts = [start, snake(base).as_str(), snake(end).as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("_");
            format!("google_{parts}")
        }
    };
    match name.strip_suffix("_iam_member") {
        Some(base) if is_policy => format!("{base}_iam"),
        _ => name,
    }
}

/// Properties of a policy that do not name the resource it is for.
const OF_POLICIES: [&str; 9] = [
    "audit_log_configs",
    "condition",
    "etag",
    "member",
    "members",
    "policy_data",
    "project",
    "role",
    "service",
];

/// The form with the names of attributes: forms call some of them otherwise.
fn template(class: &Class, format: &str, is_policy: bool) -> String {
    let format = format
        .replace("{{", "{")
        .replace("}}", "}")
        .replace('%', "");
    let variables: Vec<String> = format
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next().map(str::to_owned))
        .collect();
    let unused: Vec<&String> = class
        .properties
        .iter()
        .filter(|name| !variables.contains(name))
        .filter(|name| !OF_POLICIES.contains(&name.as_str()))
        .collect();
    let mut template = format.clone();
    for variable in &variables {
        let plain = snake(variable).replace('-', "_");
        let known = |name: &str| class.properties.contains(name);
        let attribute = match plain.as_str() {
            name if known(name) => name.to_owned(),
            "project_id" | "projectid" => "project".to_owned(),
            _ if is_policy && unused.len() == 1 => {
                unused.first().map_or(plain.clone(), |name| (*name).clone())
            }
            name => [
                format!("{name}_id"),
                name.trim_end_matches("_id").to_owned(),
            ]
            .into_iter()
            .find(|name| known(name))
            .unwrap_or(plain.clone()),
        };
        template = template.replace(&format!("{{{variable}}}"), &format!("{{{attribute}}}"));
    }
    template
}

/// The whole path behind a form that begins with an attribute: `projects/*/locations/*/keyRings/*
/// /cryptoKeys/*` of `{key_ring}/cryptoKeys/{name}`.
fn flat(template: &str, service: &str, discovery: &Discovery) -> Option<String> {
    let rest = template.strip_prefix('{')?;
    let (_, rest) = rest.split_once('}')?;
    let end = stars(rest);
    (end.len() > 2).then(|| discovery.path_ending(service, &end).map(str::to_owned))?
}

impl Discovery {
    fn at_stars(&self, template: &str) -> impl Iterator<Item = (&str, &str)> {
        let path = stars(template);
        self.at(&path).collect::<Vec<_>>().into_iter()
    }
}
