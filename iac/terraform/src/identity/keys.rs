//! Canonical key of a resource from what its attributes or a run log say of its id.

use nepho_core::key;

use super::attributes::Attributes;
use super::providers;

/// Canonical form of an id of a resource of this type: ARN, Azure id, Google full name, or the id
/// as it is.
///
/// Queue URLs become ARNs, and Google ids that begin with `projects/` or `b/` full names.
/// `None` for types whose ids identify nothing in a cloud.
pub fn from_id(resource_type: &str, id: &str) -> Option<String> {
    let id = id.trim();
    if id.is_empty() || providers::is_logical(resource_type) {
        return None;
    }
    let name = google_name(resource_type, id).or_else(|| queue_arn(id));
    Some(name.unwrap_or_else(|| key::canonical(id)))
}

/// Globally unique key that the attributes tell; `None` when there is only a name.
pub fn of(resource_type: &str, attributes: &Attributes) -> Option<String> {
    if providers::is_logical(resource_type) {
        return None;
    }
    if resource_type == "google_storage_bucket" {
        let name = attributes.first("name").or(attributes.first("id"))?;
        return from_id(resource_type, &format!("b/{name}"));
    }
    for path in ["arn", "id", "self_link"] {
        let id = attributes
            .first(path)
            .and_then(|id| from_id(resource_type, id));
        if let Some(id) = id.filter(|id| is_global(id)) {
            return Some(id);
        }
    }
    let id = attributes.first("id")?;
    (is_machine_made(id) && attributes.first("name") != Some(id)).then(|| id.to_owned())
}

/// Whether the key names one resource among all of all clouds.
pub fn is_global(key: &str) -> bool {
    key.starts_with("arn:") || key.starts_with("//") || key::is_azure_id(key)
}

/// Whether a cloud made the id (`sg-0a1b2c3d`, `Z0123456789ABC`, a UUID) and no person chose it.
///
/// A rule of thumb: at least eight characters without blanks, slashes or dots, among them a digit.
pub fn is_machine_made(id: &str) -> bool {
    let is_plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    id.len() >= 8 && is_plain && id.bytes().any(|byte| byte.is_ascii_digit())
}

/// Full name of a Google Cloud resource from a self link or an id in the spelling of the provider.
fn google_name(resource_type: &str, id: &str) -> Option<String> {
    let service = providers::google_service(resource_type)?;
    if id.starts_with("//") {
        return None;
    }
    if service == "storage" {
        let path = id
            .split_once("/b/")
            .map(|(_, path)| path)
            .or_else(|| id.strip_prefix("b/"))?;
        let bucket = path.split('/').next().filter(|bucket| !bucket.is_empty())?;
        return Some(format!("//storage.googleapis.com/{bucket}"));
    }
    if let Some(path) = id.strip_prefix("locations/") {
        // Cloud Run v1: locations/L/namespaces/P/services/S.
        let (location, rest) = path.split_once("/namespaces/")?;
        let (project, rest) = rest.split_once('/')?;
        return Some(format!(
            "//{service}.googleapis.com/projects/{project}/locations/{location}/{rest}"
        ));
    }
    let at = ["projects/", "organizations/", "folders/"]
        .iter()
        .find_map(|root| {
            let at = id.find(root)?;
            (at == 0 || id.starts_with("https://")).then_some(at)
        })?;
    id.get(at..)
        .map(|path| format!("//{service}.googleapis.com/{path}"))
}

/// ARN of an SQS queue from its URL, `https://sqs.eu-west-1.amazonaws.com/111122223333/orders`.
fn queue_arn(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://sqs.")?;
    let (host, path) = rest.split_once('/')?;
    let (account, name) = path.split_once('/')?;
    let region = host
        .split_once(".amazonaws.com")
        .map(|(region, _)| region)?;
    let partition = match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && !name.is_empty())
        .then(|| format!("arn:{partition}:sqs:{region}:{account}:{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_the_keys_that_logs_have() {
        let check = |kind: &str, id: &str, expected: &str| {
            assert_eq!(from_id(kind, id).as_deref(), Some(expected), "{id}")
        };
        check(
            "aws_sqs_queue",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
            "arn:aws:sqs:eu-west-1:111122223333:orders",
        );
        check(
            "aws_lb",
            "arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/1",
            "arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/1",
        );
        check("aws_security_group", "sg-0a1b2c3d", "sg-0a1b2c3d");
        check(
            "google_compute_instance",
            "projects/p/zones/z/instances/i",
            "//compute.googleapis.com/projects/p/zones/z/instances/i",
        );
        check(
            "google_sql_database_instance",
            "https://sqladmin.googleapis.com/sql/v1beta4/projects/p/instances/i",
            "//cloudsql.googleapis.com/projects/p/instances/i",
        );
        check(
            "google_storage_bucket_iam_member",
            "b/shop-media",
            "//storage.googleapis.com/shop-media",
        );
        check(
            "google_storage_bucket",
            "https://www.googleapis.com/storage/v1/b/shop-media",
            "//storage.googleapis.com/shop-media",
        );
        check(
            "google_cloud_run_service",
            "locations/l/namespaces/p/services/s",
            "//run.googleapis.com/projects/p/locations/l/services/s",
        );
        check(
            "azurerm_lb",
            "/subscriptions/S/resourceGroups/RG",
            "/subscriptions/s/resourcegroups/rg",
        );
        assert_eq!(from_id("random_string", "hunter2hunter2"), None);
    }

    #[test]
    fn names_that_people_choose_are_no_ids() {
        for id in [
            "sg-0a1b2c3d",
            "Z0123456789ABC",
            "vpc-11112222",
            "0d95b6ee-8565-4022-a31b-3932a8ed2bd1",
        ] {
            assert!(is_machine_made(id), "{id}");
        }
        for id in ["web", "orders-db", "shop/checkout", "a.b.c.d1", "db1"] {
            assert!(!is_machine_made(id), "{id}");
        }
    }
}
