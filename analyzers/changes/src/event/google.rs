//! Google Cloud audit logs: which events are writes, and of what.
//!
//! cloud.google.com/logging/docs/audit and
//! cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog (read
//! 2026-11-21). A long operation is told by two rows that share `operation.id`.

use nepho_core::key;
use nepho_core::tables::ChangeAction;
use serde_json::Value;

use super::{Subject, words};

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
    !name.is_empty() && !READS.iter().any(|verb| name.starts_with(verb))
}

fn last(method: &str) -> &str {
    method.rsplit('.').next().unwrap_or(method)
}

/// What a method does to its resource.
pub(super) fn subject(api: &str, method: &str, resource: Option<&str>, project: &str) -> Subject {
    let name = last(method);
    let verb = words(name)
        .first()
        .map(|verb| verb.to_lowercase())
        .unwrap_or_default();
    let collection = method.rsplit('.').nth(1).unwrap_or_default();
    let action = match verb.as_str() {
        "insert" | "create" => ChangeAction::Create,
        "delete" | "remove" => ChangeAction::Delete,
        _ => ChangeAction::Update,
    };
    let mut attributes: Vec<String> = words(name)
        .into_iter()
        .skip(1)
        .map(str::to_lowercase)
        .collect();
    if attributes.iter().any(|word| word == "labels") {
        attributes = vec!["labels".to_owned()];
    }
    Subject {
        target: resource.map(|resource| full_name(api, resource, project)),
        resource_type: format!(
            "{}.{collection}",
            api.strip_suffix(".googleapis.com").unwrap_or(api)
        ),
        references: Vec::new(),
        action: Some(action),
        attributes,
    }
}

/// Full name of a resource that is named within its API: `projects/p/zones/z/instances/i`.
///
/// Cloud SQL leaves the project out: `instances/i`.
fn full_name(api: &str, resource: &str, project: &str) -> String {
    let canonical = key::canonical(resource);
    if !api.ends_with(".googleapis.com") || canonical.starts_with("//") || canonical.contains(':') {
        return canonical;
    }
    // Cloud SQL's log calls the API otherwise than its resource names do.
    let host = if api == "cloudsql.googleapis.com" {
        "sqladmin.googleapis.com"
    } else {
        api
    };
    if canonical.starts_with("projects/") {
        return format!("//{host}/{canonical}");
    }
    if canonical.starts_with("instances/") && !project.is_empty() {
        return format!("//{host}/projects/{project}/{canonical}");
    }
    canonical
}

/// Id of the long operation that the row is a part of, or of the row.
pub(super) fn id(json: &Value) -> Option<String> {
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

    #[test]
    fn methods_of_all_styles_are_told_apart() {
        assert!(is_write("v1.compute.firewalls.patch", ""));
        assert!(is_write("google.cloud.run.v1.Services.ReplaceService", ""));
        assert!(!is_write("beta.compute.instances.aggregatedList", ""));
        assert!(!is_write("google.iam.admin.v1.GetRole", ""));
        assert!(!is_write(
            "storage.objects.create",
            r#"{"logName":"projects/p/logs/cloudaudit.googleapis.com%2Fdata_access"}"#
        ));
        let subject = subject(
            "compute.googleapis.com",
            "v1.compute.firewalls.delete",
            Some("projects/p/global/firewalls/f"),
            "p",
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
        );
        assert_eq!(
            database.target.as_deref(),
            Some("//sqladmin.googleapis.com/projects/shop/instances/orders")
        );
    }
}
