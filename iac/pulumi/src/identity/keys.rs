//! Canonical key of a resource from its id and properties.

use nepho_core::key::{canonical, is_azure_id, kubernetes, types};

use super::properties::Properties;
use super::{facets, text, token};

/// Globally unique key, or an id that a cloud made; `None` when there is only a name.
pub(super) fn of(kind: &str, id: &str, properties: &Properties) -> Option<String> {
    if token::package(kind) == "kubernetes" {
        return object(kind, id);
    }
    // Some facets have a property `arn` that names another resource.
    let short = token::short(kind);
    let is_others = facets::property(kind) == Some("arn") || short == "aws:cloudwatch:EventTarget";
    let arn = properties.first("arn").filter(|_| !is_others);
    let candidates = [arn, Some(id), properties.first("selfLink")];
    for candidate in candidates.into_iter().flatten() {
        let key = from_id(kind, candidate);
        if is_global(&key) {
            return Some(key);
        }
    }
    let get = |name: &str| properties.first(&token::property(name));
    if !types::google::is_of_parent(kind) {
        let name = types::google::name_of(kind, get, None);
        if name.is_some() {
            return name;
        }
    }
    let is_own = types::aws::has_arn(kind) == Some(true);
    let pattern = types::aws::pattern(kind).filter(|_| is_own);
    if let Some(arn) = pattern.and_then(|pattern| pattern.arn(id, "aws", "", "")) {
        return Some(arn);
    }
    (token::cloud(kind).is_some()
        && text::is_machine_made(id)
        && properties.first("name") != Some(id))
    .then(|| id.to_owned())
}

/// Key of an object of a cluster, whose id is `NAMESPACE/NAME`, or `NAME` where it lies in none.
/// Which cluster it is of, its provider knows alone.
fn object(kind: &str, id: &str) -> Option<String> {
    // The module is group and version: `apps/v1`. That of a release of Helm is `helm.sh/v3`.
    let (group, _) = kind.split(':').nth(1)?.split_once('/')?;
    let group = if group == "core" { "" } else { group };
    let name = token::name(kind);
    // A patch is of the object that it patches.
    let name = name
        .strip_suffix("Patch")
        .filter(|name| !name.is_empty())
        .unwrap_or(name);
    let (namespace, own) = id.split_once('/').unwrap_or(("", id));
    let is_plain = |part: &str| !part.contains(['/', ' ']);
    (!own.is_empty() && is_plain(own) && is_plain(namespace))
        .then(|| kubernetes("", group, name, namespace, own))
}

/// Key of the parent that a facet of this type names; `None` for a mere name.
pub(super) fn of_parent(kind: &str, named: &str) -> Option<String> {
    if kind.starts_with("aws:s3/") && !named.contains([':', '/']) {
        return Some(format!("arn:aws:s3:::{named}"));
    }
    let key = from_id(kind, named);
    (is_global(&key) || text::is_machine_made(&key)).then_some(key)
}

/// Whether the key names one resource among all of all clouds.
pub(super) fn is_global(key: &str) -> bool {
    key.starts_with("arn:") || key.starts_with("//") || is_azure_id(key)
}

fn from_id(kind: &str, id: &str) -> String {
    types::google::full_name(kind, id)
        .or_else(|| google_name(kind, id))
        .unwrap_or_else(|| canonical(id))
}

/// Full name of a Google Cloud resource of a type that the tables do not hold.
fn google_name(kind: &str, id: &str) -> Option<String> {
    let service = token::google_service(kind)?;
    let is_name = id.starts_with("projects/");
    is_name.then(|| nepho_core::key::google_name(service, id))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_the_keys_that_logs_have() {
        let check = |kind: &str, id: &str, expected: Option<&str>| {
            assert_eq!(
                of(kind, id, &Properties::default()).as_deref(),
                expected,
                "{id}"
            );
        };
        check(
            "aws:sqs/queue:Queue",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
            Some("arn:aws:sqs:eu-west-1:111122223333:orders"),
        );
        check(
            "aws:lb/loadBalancer:LoadBalancer",
            "arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/1",
            Some("arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/1"),
        );
        check(
            "gcp:sql/databaseInstance:DatabaseInstance",
            "projects/p/instances/i",
            Some("//cloudsql.googleapis.com/projects/p/instances/i"),
        );
        check(
            "gcp:storage/bucket:Bucket",
            "media",
            Some("//storage.googleapis.com/media"),
        );
        check(
            "azure-native:web:WebApp",
            "/subscriptions/S/resourceGroups/G/providers/Microsoft.Web/sites/A",
            Some("/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/a"),
        );
        check(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "sgr-0a1b2c3d4e",
            Some("sgr-0a1b2c3d4e"),
        );
        check("aws:iam/role:Role", "web", None);
        check(
            "aws:s3/bucketV2:BucketV2",
            "media",
            Some("arn:aws:s3:::media"),
        );
        check(
            "gcp:pubsub/topic:Topic",
            "projects/p/topics/t",
            Some("//pubsub.googleapis.com/projects/p/topics/t"),
        );
        check(
            "gcp:spanner/instance:Instance",
            "p/main",
            Some("//spanner.googleapis.com/projects/p/instances/main"),
        );
        check(
            "kubernetes:apps/v1:Deployment",
            "shop-01/web-12",
            Some("k8s:///apps/deployment/shop-01/web-12"),
        );
        check(
            "kubernetes:core/v1:Namespace",
            "shop",
            Some("k8s:////namespace//shop"),
        );
        check(
            "kubernetes:core/v1:ConfigMapPatch",
            "shop/settings",
            Some("k8s:////configmap/shop/settings"),
        );
        check("kubernetes:yaml:ConfigFile", "shop/web", None);
        check("kubernetes:apps/v1:Deployment", "a/b/c", None);
        check("pkgA:m:typA", "0123456789", None);
    }
}
