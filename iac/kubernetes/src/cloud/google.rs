//! Full names of the Google resources of Config Connector objects.

use nepho_core::key;

use crate::object::Object;
use crate::value::text;

use super::CONFIG_CONNECTOR;

/// Services of Google whose name in full names is not the one of the group.
///
/// cloud.google.com/asset-inventory/docs/resource-name-format, read 2026-11-28.
const SERVICES: [(&str, &str); 10] = [
    ("resourcemanager", "cloudresourcemanager"),
    ("sql", "cloudsql"),
    ("kms", "cloudkms"),
    ("filestore", "file"),
    ("identityplatform", "identitytoolkit"),
    ("configcontroller", "krmapihosting"),
    ("vertexai", "aiplatform"),
    ("billing", "cloudbilling"),
    ("tags", "cloudresourcemanager"),
    ("asset", "cloudasset"),
];

/// Full name of the Google resource of a Config Connector object: by the link to itself, by the
/// external reference, else by the project where the kind alone tells the rest.
pub(super) fn google(object: &Object<'_>) -> Option<String> {
    let service = object.group.strip_suffix(CONFIG_CONNECTOR)?;
    let service = SERVICES
        .iter()
        .find(|(group, _)| *group == service)
        .map_or(service, |(_, service)| service);
    let told = ["selfLink", "externalRef"];
    let name = told
        .iter()
        .find_map(|name| text(object.value, &["status", name]));
    if let Some(name) = name {
        return Some(key::canonical(&full_name(service, name)));
    }
    let named = text(object.value, &["spec", "resourceID"]).unwrap_or(object.name);
    (object.kind == "StorageBucket").then(|| format!("//storage.googleapis.com/{named}"))
}

pub(super) fn full_name(service: &str, name: &str) -> String {
    if name.starts_with("//") {
        return name.to_owned();
    }
    let path = name
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or(name, |(_, path)| path);
    if !name.contains("://") {
        return format!(
            "//{service}.googleapis.com/{}",
            path.trim_start_matches('/')
        );
    }
    // `storage/v1/b/bucket`, `sql/v1beta4/projects/...`, `compute/v1/projects/...`
    let mut segments: Vec<&str> = path.split('/').collect();
    let is_version = |word: &str| {
        let digits = word.strip_prefix('v');
        digits.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            || matches!(word, "beta" | "alpha")
    };
    if let Some(at) = segments.iter().take(3).position(|word| is_version(word)) {
        segments.drain(..=at);
    }
    let rest = segments.join("/");
    match rest.strip_prefix("b/") {
        Some(bucket) if service == "storage" => format!("//storage.googleapis.com/{bucket}"),
        _ => format!("//{service}.googleapis.com/{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_full_names() {
        let check = |service: &str, name: &str, expected: &str| {
            assert_eq!(full_name(service, name), expected);
        };
        check(
            "storage",
            "https://www.googleapis.com/storage/v1/b/media",
            "//storage.googleapis.com/media",
        );
        check(
            "cloudsql",
            "https://sqladmin.googleapis.com/sql/v1beta4/projects/p/instances/i",
            "//cloudsql.googleapis.com/projects/p/instances/i",
        );
        check(
            "compute",
            "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
            "//compute.googleapis.com/projects/p/global/networks/n",
        );
        check(
            "container",
            "https://container.googleapis.com/v1beta1/projects/p/zones/z/clusters/c",
            "//container.googleapis.com/projects/p/zones/z/clusters/c",
        );
        check(
            "bigqueryconnection",
            "projects/p/locations/l/connections/c",
            "//bigqueryconnection.googleapis.com/projects/p/locations/l/connections/c",
        );
        check(
            "x",
            "//y.googleapis.com/projects/p",
            "//y.googleapis.com/projects/p",
        );
    }
}
