//! Canonical ids of cloud resources, so that the same resource has one name in logs and in IaC.
//!
//! | cloud | canonical form | source |
//! |---|---|---|
//! | AWS | ARN without the `:*` of log groups; no region and account for buckets, no region for IAM | docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html |
//! | Azure | id in lower case, without a trailing slash | learn.microsoft.com/azure/azure-resource-manager (ids compare without case) |
//! | Google Cloud | full name `//service.googleapis.com/projects/...` | cloud.google.com/asset-inventory/docs/resource-name-format |
//! | Kubernetes | `k8s://cluster/group/kind/namespace/name` ([`kubernetes()`]), its uid and names as aliases | kubernetes.io/docs/reference/using-api/api-concepts |
//!
//! (Pages read 2026-11-21.) Anything else (short ids, names) is an alias, compared in lower case.
//!
//! [`canonical`] brings any spelling into this form. [`CloudKey`] is the same taken apart, with
//! the qualifier of a Lambda function, keys of mere names within a scope, and [`aliases`](Alias).
//! [`types`] holds the tables that lead from the types and attributes of infrastructure tools to
//! such ids.

mod alias;
mod arn;
mod azure;
mod azure_hosts;
mod cloud_key;
mod clusters;
mod google;
mod groups;
mod homes;
mod kubernetes;
mod member;
mod name;
mod table;
pub mod types;
mod whole;

#[cfg(test)]
mod tests;

pub use alias::{Alias, AliasKind};
pub use arn::{Arn, partition_of, split_qualifier, without_path};
pub use azure::{
    azure_namespace, azure_outer_namespace, azure_parent, azure_resource_group, azure_subscription,
    azure_type, is_azure_id,
};
pub use azure_hosts::{AzureDomain, azure_domains, azure_domains_of, azure_hosts};
pub use cloud_key::{AwsKey, CloudKey};
pub use clusters::{Clusters, cluster_name, kubernetes_cluster};
pub use google::{google_name, google_project, google_region_of_zone, google_with_project};
pub use homes::{Home, Homes, function_of_group};
pub use kubernetes::{KubernetesKey, ObjectPath, is_kubernetes_write, kubernetes, kubernetes_kind};
pub use member::{
    aws_principal, google_member, google_service_account, kubernetes_service_account,
};
pub use name::{NameKey, Scope};
pub use whole::whole_of;

/// Canonical form of a resource id as logs and IaC write it.
///
/// Text that is none of the known forms comes back trimmed and unchanged. A version or alias of a
/// Lambda function stays: [`CloudKey::parse`] tells it apart.
pub fn canonical(id: &str) -> String {
    let id = id.trim();
    global(id).unwrap_or_else(|| id.to_owned())
}

/// Canonical form of an id that names one resource among all of all clouds; `None` for others.
fn global(id: &str) -> Option<String> {
    arn::canonical(id)
        .or_else(|| azure::canonical(id))
        .or_else(|| arn::queue(id))
        .or_else(|| google::full_name(id))
}

/// Whether the text is in the canonical form of AWS, Azure, Google Cloud or Kubernetes, so that it
/// names one resource among all of all clouds.
pub fn is_global(key: &str) -> bool {
    key.starts_with("arn:")
        || (key.starts_with("//") && key.contains(".googleapis.com/"))
        || is_azure_id(key)
        || KubernetesKey::parse(key).is_some_and(|object| !object.cluster.is_empty())
}

/// How surely a key names one resource of all: 1 for a canonical id, 0.9 for a short id of a cloud
/// (`sg-0a1b2c3d`) or another word that one resource has at a time, 0.5 for a name, which several
/// may have.
pub fn confidence(key: &str) -> f64 {
    if is_global(key) {
        return 1.0;
    }
    match Alias::of(key) {
        Some(alias) if alias.is_unique() && NameKey::parse(key).is_none() => 0.9,
        _ => 0.5,
    }
}

/// Cloud that a key is of, where its form tells it, in the words of table `resources`.
pub fn provider(key: &str) -> Option<&'static str> {
    let is_google = key.starts_with("//") && key.contains(".googleapis.com/");
    let of = [
        ("aws", key.starts_with("arn:")),
        ("gcp", is_google),
        ("azure", is_azure_id(key)),
        ("kubernetes", key.starts_with("k8s://")),
    ];
    of.into_iter()
        .find_map(|(name, is_of)| is_of.then_some(name))
}

/// The last part of a resource id, which is usually its name or short id:
/// `sg-1` of `arn:aws:ec2:eu-west-1:1:security-group/sg-1`.
pub fn short_name(id: &str) -> &str {
    let id = id.trim_end_matches(":*").trim_end_matches('/');
    match Arn::parse(id) {
        Some(arn) => match arn::without_uuid(&arn)
            .unwrap_or(arn.resource)
            .rsplit_once('/')
        {
            // `task-definition/search:61`: the part behind the colon is a version.
            Some((_, last)) => last,
            None => arn.resource.rsplit(':').next().unwrap_or(arn.resource),
        },
        None => id.rsplit('/').next().unwrap_or(id),
    }
}

/// Id of a record of a hosted zone of AWS, which has no ARN of its own, behind that of its zone:
/// `arn:aws:route53:::hostedzone/Z1/CNAME/db.shop.example`. Of records that share the host and its
/// type (weighted, by latency, failover ...) each has an identifier in the `set`, before the host:
/// `.../Z1/A/blue/shop.example`.
pub fn dns_record(zone: &str, kind: &str, host: &str, set: Option<&str>) -> String {
    let zone = zone.trim_start_matches("/hostedzone/");
    let front = match zone.starts_with("arn:") {
        true => "",
        false => "arn:aws:route53:::hostedzone/",
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    // A wildcard is written as it is, or as `\052`.
    let host = host.replace("\\052", "*");
    match set.filter(|set| !set.is_empty()) {
        Some(set) => format!("{front}{zone}/{kind}/{set}/{host}"),
        None => format!("{front}{zone}/{kind}/{host}"),
    }
}

/// Segment behind the first one that is `name`, which is in lower case, without regard to case.
#[inline]
fn segment_after<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    // Most often that is the first of all.
    let front = path.strip_prefix('/').unwrap_or(path);
    match front.split_at_checked(name.len()) {
        Some((first, rest)) if rest.starts_with('/') && is_letters(first, name) => {
            let rest = rest.get(1..)?;
            let end = memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len());
            rest.get(..end).filter(|segment| !segment.is_empty())
        }
        _ => later_segment_after(path, name),
    }
}

/// Whether a text is `letters`, which are all in lower case, or the same in upper case.
#[inline]
fn is_letters(text: &str, letters: &str) -> bool {
    let pairs = text.bytes().zip(letters.bytes());
    // The bit that the cases of a letter differ in.
    let differ = pairs.fold(0, |all, (byte, letter)| all | ((byte | 0x20) ^ letter));
    text.len() == letters.len() && differ == 0
}

fn later_segment_after<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let mut start = 0;
    let mut is_next = false;
    for slash in memchr::memchr_iter(b'/', path.as_bytes()).chain([path.len()]) {
        let segment = path.get(start..slash)?;
        if is_next {
            return Some(segment).filter(|segment| !segment.is_empty());
        }
        is_next = segment.len() == name.len() && segment.eq_ignore_ascii_case(name);
        start = slash + 1;
    }
    None
}
