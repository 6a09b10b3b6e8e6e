//! Canonical ids of cloud resources, so that the same resource has one name in logs and in IaC.
//!
//! | cloud | canonical form | source |
//! |---|---|---|
//! | AWS | ARN as it is, without a trailing `:*` of log groups | docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html |
//! | Azure | id in lower case, without a trailing slash | learn.microsoft.com/azure/azure-resource-manager (ids compare without case) |
//! | Google Cloud | full name `//service.googleapis.com/projects/...` | cloud.google.com/asset-inventory/docs/resource-name-format |
//! | Kubernetes | `k8s://cluster/group/kind/namespace/name` ([`kubernetes`]), its uid and names as aliases | kubernetes.io/docs/reference/using-api/api-concepts |
//!
//! (Pages read 2026-11-21.) Anything else (short ids, names) is an alias, compared in lower case.

/// Canonical form of a resource id as logs and IaC write it.
///
/// Text that is none of the known forms comes back trimmed and unchanged.
pub fn canonical(id: &str) -> String {
    let id = id.trim();
    if id.starts_with("arn:") {
        return id.strip_suffix(":*").unwrap_or(id).to_owned();
    }
    if is_azure_id(id) {
        return id.trim_end_matches('/').to_ascii_lowercase();
    }
    if let Some(name) = google_full_name(id) {
        return name;
    }
    id.to_owned()
}

/// Canonical id of a Kubernetes object: `k8s://cluster/group/kind/namespace/name`.
///
/// `kind` is compared without case, and stands in lower case. What is not told is empty: the
/// cluster where one object only knows itself, the group of the core objects (`k8s:////pod/shop/web`),
/// the namespace of what lies in none. The version is left out, for an object has several at once.
/// Its uid, `namespace/name` and name are aliases.
pub fn kubernetes(cluster: &str, group: &str, kind: &str, namespace: &str, name: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    format!("k8s://{cluster}/{group}/{kind}/{namespace}/{name}")
}

/// Kind in lower case of a resource as the paths and audit events of Kubernetes write it:
/// `deployment` of `deployments`, `ingress` of `ingresses`, `networkpolicy` of `networkpolicies`.
///
/// Kinds and resources are tied by convention only; the names of kinds that end in `s` and were
/// not thought of here keep it or lose it wrongly.
pub fn kubernetes_kind(resource: &str) -> String {
    let resource = resource.to_ascii_lowercase();
    if resource == "endpoints" {
        return resource;
    }
    if let Some(stem) = resource.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let has_es = ["sses", "shes", "ches", "xes", "statuses", "prometheuses"]
        .iter()
        .any(|end| resource.ends_with(end));
    let stem = if has_es {
        resource.strip_suffix("es")
    } else {
        resource.strip_suffix('s')
    };
    stem.unwrap_or(&resource).to_owned()
}

/// Whether `id` is an Azure resource id (or a scope within a tenant or subscription).
pub fn is_azure_id(id: &str) -> bool {
    ["/subscriptions/", "/tenants/", "/providers/"]
        .iter()
        .any(|prefix| {
            id.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
}

/// Full name of a Google Cloud resource from a self link or a full name.
fn google_full_name(id: &str) -> Option<String> {
    if id.starts_with("//") && id.contains(".googleapis.com/") {
        return Some(id.to_owned());
    }
    let rest = id
        .strip_prefix("https://www.googleapis.com/")
        .or_else(|| id.strip_prefix("https://compute.googleapis.com/"));
    if let Some(path) = rest {
        let path = path.strip_prefix("compute/").unwrap_or(path);
        let (version, path) = path.split_once('/')?;
        return is_api_version(version).then(|| format!("//compute.googleapis.com/{path}"));
    }
    let (host, path) = id.strip_prefix("https://")?.split_once('/')?;
    let (version, path) = path.split_once('/')?;
    (host.ends_with(".googleapis.com") && is_api_version(version))
        .then(|| format!("//{host}/{path}"))
}

fn is_api_version(text: &str) -> bool {
    text == "beta"
        || text == "alpha"
        || text
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Parts of an ARN: `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// Service name: `ec2`.
    pub service: &'a str,
    /// Region; empty for global resources.
    pub region: &'a str,
    /// Account id; empty for S3 buckets.
    pub account: &'a str,
    /// The rest: `security-group/sg-1`, `function:name`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Parts of `id`, or `None` if it is not an ARN.
    pub fn parse(id: &'a str) -> Option<Self> {
        let mut parts = id.splitn(6, ':');
        (parts.next() == Some("arn")).then_some(())?;
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next().filter(|resource| !resource.is_empty())?,
        })
    }
}

/// Subscription of an Azure resource id.
pub fn azure_subscription(id: &str) -> Option<&str> {
    segment_after(id, "subscriptions")
}

/// Resource group of an Azure resource id.
pub fn azure_resource_group(id: &str) -> Option<&str> {
    segment_after(id, "resourcegroups")
}

/// Provider namespace of an Azure resource id, as written: `Microsoft.Compute`. That of the
/// innermost resource.
pub fn azure_namespace(id: &str) -> Option<&str> {
    let mut found = None;
    let mut segments = id.split('/');
    while let Some(segment) = segments.next() {
        if segment.eq_ignore_ascii_case("providers") {
            found = segments
                .next()
                .filter(|namespace| !namespace.is_empty())
                .or(found);
        }
    }
    found
}

/// Project of a Google Cloud name: `projects/P/...` anywhere in it.
pub fn google_project(name: &str) -> Option<&str> {
    segment_after(name, "projects")
}

fn segment_after<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = path.split('/');
    segments
        .by_ref()
        .find(|segment| segment.eq_ignore_ascii_case(name))?;
    segments.next().filter(|segment| !segment.is_empty())
}

/// The last part of a resource id, which is usually its name or short id:
/// `sg-1` of `arn:aws:ec2:eu-west-1:1:security-group/sg-1`.
pub fn short_name(id: &str) -> &str {
    let id = id.trim_end_matches(":*").trim_end_matches('/');
    match Arn::parse(id) {
        Some(arn) => match arn.resource.rsplit_once('/') {
            // `task-definition/search:61`: the part behind the colon is a version.
            Some((_, last)) => last,
            None => arn.resource.rsplit(':').next().unwrap_or(arn.resource),
        },
        None => id.rsplit('/').next().unwrap_or(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_resource_has_one_canonical_id() {
        let check = |id: &str, expected: &str| assert_eq!(canonical(id), expected);
        check(
            "arn:aws:logs:eu-west-1:1:log-group:/shop:*",
            "arn:aws:logs:eu-west-1:1:log-group:/shop",
        );
        check(
            "/SUBSCRIPTIONS/S/resourceGroups/RG/providers/Microsoft.Web/sites/A/",
            "/subscriptions/s/resourcegroups/rg/providers/microsoft.web/sites/a",
        );
        check(
            "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i",
            "//compute.googleapis.com/projects/p/zones/z/instances/i",
        );
        check(
            "https://run.googleapis.com/v2/projects/p/locations/l/services/s",
            "//run.googleapis.com/projects/p/locations/l/services/s",
        );
        check(" sg-0123 ", "sg-0123");
    }

    #[test]
    fn an_object_of_kubernetes_has_one_id() {
        let id = kubernetes("", "apps", "Deployment", "shop", "web");
        assert_eq!(id, "k8s:///apps/deployment/shop/web");
        assert_eq!(canonical(&id), id);
        assert_eq!(short_name(&id), "web");
        assert_eq!(
            kubernetes("prod", "", "Pod", "shop", "web-0"),
            "k8s://prod//pod/shop/web-0"
        );
        assert_eq!(kubernetes("", "", "Node", "", "n1"), "k8s:////node//n1");
    }

    #[test]
    fn resources_of_kubernetes_have_a_kind() {
        for (resource, kind) in [
            ("deployments", "deployment"),
            ("ingresses", "ingress"),
            ("ingressclasses", "ingressclass"),
            ("networkpolicies", "networkpolicy"),
            ("endpoints", "endpoints"),
            ("leases", "lease"),
            ("helmreleases", "helmrelease"),
            ("gateways", "gateway"),
            ("componentstatuses", "componentstatus"),
        ] {
            assert_eq!(kubernetes_kind(resource), kind);
        }
    }

    #[test]
    fn parts_of_ids_are_found() {
        let id = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Sql/servers/x/providers/Microsoft.Insights/y";
        assert_eq!(azure_subscription(id), Some("S"));
        assert_eq!(azure_resource_group(id), Some("RG"));
        assert_eq!(azure_namespace(id), Some("Microsoft.Insights"));
        assert_eq!(
            google_project("//compute.googleapis.com/projects/p/zones/z"),
            Some("p")
        );
        assert_eq!(short_name("arn:aws:lambda:eu-west-1:1:function:pay"), "pay");
        assert_eq!(
            short_name("arn:aws:ecs:eu-west-1:1:task-definition/search:61"),
            "search:61"
        );
        assert_eq!(
            Arn::parse("arn:aws:s3:::bucket").map(|arn| arn.resource),
            Some("bucket")
        );
    }
}
