//! Types of Google Cloud in Terraform and Pulumi: the service and kind of each, and how its full
//! name is made of an id or of attributes.

mod template;

use std::sync::OnceLock;

use super::index::{Index, short};
use super::names_a_resource;
use crate::key::google::{self, google_name};
use crate::key::table::{Row, Table};

pub(crate) const TEXT: &str = include_str!("../data/google.tsv");
const TABLE: Table = Table::new(TEXT);

/// Collections at the root of names.
const ROOTS: [&str; 6] = [
    "projects/",
    "organizations/",
    "folders/",
    "accessPolicies/",
    "billingAccounts/",
    "apps/",
];

/// Service of a type, as API hosts call it: `pubsub`. For types that the table does not hold, that
/// of others whose names begin alike.
pub fn service(resource_type: &str) -> Option<&'static str> {
    if let Some(row) = row(resource_type) {
        return Some(row.column(2));
    }
    resource_type.strip_prefix("google_")?;
    let mut start = resource_type;
    while let Some((shorter, _)) = start
        .rsplit_once('_')
        .filter(|(start, _)| *start != "google")
    {
        start = shorter;
        let begins = |row: &Row| {
            let rest = row.column(0).strip_prefix(start);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        if let Some(row) = TABLE.rows().find(begins) {
            return Some(row.column(2));
        }
    }
    None
}

/// Type of Cloud Asset Inventory: `pubsub.googleapis.com/Topic`. For policies and settings that of
/// the resource that they are of. `None` where the table does not tell.
pub fn asset_type(resource_type: &str) -> Option<String> {
    let row = row(resource_type)?;
    let kind = row.column(3).trim_start_matches('^');
    (!kind.is_empty()).then(|| format!("{}.googleapis.com/{kind}", row.column(2)))
}

/// Whether resources of this type only say something of another, whose name is made in their
/// place: members of policies, access lists, records of a zone.
pub fn is_of_parent(resource_type: &str) -> bool {
    row(resource_type).is_some_and(|row| row.column(3).starts_with('^'))
}

/// What stands before the role in the id of a part of a policy: `shop` of
/// `shop/roles/viewer/user:a@example.com` and, for a role that people defined, of
/// `shop/projects/shop/roles/audit/user:a@example.com`.
pub fn before_role(id: &str) -> &str {
    let before = id.split_once("/roles/").map_or(id, |(before, _)| before);
    let mut ends = before.rmatch_indices('/').map(|(at, _)| at);
    let (own, whole) = (ends.next(), ends.next());
    let kind = whole
        .zip(own)
        .and_then(|(from, to)| before.get(from + 1..to));
    match (kind, whole) {
        (Some("projects" | "organizations"), Some(end)) if before.len() < id.len() => {
            &before[..end]
        }
        _ => before,
    }
}

/// Full name from an id in any spelling of the provider: self link, `projects/p/topics/t`,
/// `b/bucket/roles/...`, `p/instance`, `locations/l/namespaces/p/services/s`.
pub fn full_name(resource_type: &str, id: &str) -> Option<String> {
    let is_google = resource_type.starts_with("google_") || resource_type.starts_with("gcp:");
    let id = id.trim();
    if !is_google || id.is_empty() {
        return None;
    }
    let service = service(resource_type)?;
    let row = row(resource_type);
    let is_policy = row.is_some_and(|row| row.column(3).starts_with('^'));
    // Before all else: a condition may name anything.
    let id = match is_policy {
        true => before_role(id),
        false => id,
    };
    if id.contains("://") || id.starts_with("//") {
        return google::full_name(id);
    }
    if service == "storage" {
        let path = id.strip_prefix("b/").unwrap_or(id);
        let bucket = path.split('/').next().unwrap_or(path);
        let is_bucket =
            id.starts_with("b/") || row.is_some_and(|row| row.column(0) == "google_storage_bucket");
        return google_name(service, &format!("b/{bucket}")).filter(|_| is_bucket);
    }
    if let Some(path) = id.strip_prefix("locations/") {
        // Cloud Run v1: locations/L/namespaces/P/services/S.
        let (location, rest) = path.split_once("/namespaces/")?;
        let (project, rest) = rest.split_once('/')?;
        return google_name(
            service,
            &format!("projects/{project}/locations/{location}/{rest}"),
        );
    }
    if is_rooted(id) {
        return google_name(service, id);
    }
    google_name(service, &template::filled(row?, id)?)
}

/// Full name from attributes, as plans have them before there is an id. `attribute` gives the
/// value of one, `project` is that of the provider, where it is known.
///
/// For types that are [of a parent](is_of_parent) it is the name of the parent.
pub fn name_of<'a>(
    resource_type: &str,
    attribute: impl Fn(&str) -> Option<&'a str>,
    project: Option<&'a str>,
) -> Option<String> {
    let row = row(resource_type)?;
    let value = |name: &str| {
        let own = attribute(name).filter(|value| !value.is_empty());
        own.or(project.filter(|_| name == "project"))
    };
    let path = template::expanded(row, value)?;
    google_name(row.column(2), &path)
}

/// Other names of the resource with this full name: by the number of the project, or the unique id
/// of a service account, as Cloud Asset Inventory and some audit logs write them.
pub fn other_names<'a>(
    resource_type: &str,
    name: &str,
    attribute: impl Fn(&str) -> Option<&'a str>,
) -> Vec<String> {
    let kind = row(resource_type).map(|row| row.column(0));
    let other = match kind {
        Some("google_project") => {
            attribute("number").and_then(|number| google::google_with_project(name, number))
        }
        Some("google_service_account") => attribute("unique_id").and_then(|id| {
            let (collection, _) = name.rsplit_once('/')?;
            Some(format!("{collection}/{id}"))
        }),
        _ => None,
    };
    other.into_iter().filter(|other| other != name).collect()
}

/// Attributes that names are made of, some of them more than once. Those that in other types may
/// hold more than an id are left out.
pub fn attributes() -> impl Iterator<Item = &'static str> {
    let all = TABLE.rows().flat_map(|row| {
        let parts = row.column(4).split('{').skip(1);
        parts.filter_map(|part| part.split('}').next())
    });
    all.filter(|name| names_a_resource(name))
}

/// Whether a full name is one of this type; `None` if the table does not tell.
pub(in crate::key) fn fits(resource_type: &str, name: &str) -> Option<bool> {
    let row = row(resource_type)?;
    let pattern = template::pattern(row)?;
    let (host, path) = name.strip_prefix("//")?.split_once('/')?;
    let expected = google_name(row.column(2), &pattern)?;
    let (known, pattern) = expected.strip_prefix("//")?.split_once('/')?;
    let fits = |(part, found): (&str, &str)| part == "*" || part == found;
    let is_long = path.split('/').count() == pattern.split('/').count();
    Some(host == known && is_long && pattern.split('/').zip(path.split('/')).all(fits))
}

fn is_rooted(path: &str) -> bool {
    ROOTS.iter().any(|root| path.starts_with(root))
}

/// Row of a type. Members, bindings and policies share the row of their kind of policy.
fn row(resource_type: &str) -> Option<Row> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    const ENDS: [&str; 4] = ["member", "binding", "policy", "auditconfig"];
    if resource_type.starts_with("gcp:") {
        let index = INDEX.get_or_init(|| Index::of(TABLE));
        return index.find(resource_type).or_else(|| {
            let token = short(resource_type)?.to_ascii_lowercase();
            let base = ENDS.iter().find_map(|end| token.strip_suffix(end))?;
            base.ends_with("iam")
                .then(|| index.find(&format!("gcp:{base}")))?
        });
    }
    // Most types that are asked about are those of another cloud.
    if !resource_type.starts_with("google_") {
        return None;
    }
    TABLE.find(resource_type).or_else(|| {
        let (base, end) = resource_type.rsplit_once("_iam_")?;
        ENDS.contains(&end.replace('_', "").as_str())
            .then(|| TABLE.find(&format!("{base}_iam")))?
    })
}
