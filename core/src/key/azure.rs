//! Azure resource ids: `/subscriptions/S/resourceGroups/G/providers/NS/type/name[/child/name...]`.
//!
//! learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules and
//! .../extension-resource-types, read 2026-11-28. Ids compare without case.

/// Hosts in front of an id in URLs of the management API.
const HOSTS: [&str; 4] = [
    "https://management.azure.com",
    "https://management.chinacloudapi.cn",
    "https://management.usgovcloudapi.net",
    "https://management.core.windows.net",
];

/// Whether `id` is an Azure resource id (or a scope within a tenant or subscription).
pub fn is_azure_id(id: &str) -> bool {
    ["/subscriptions/", "/tenants/", "/providers/"]
        .iter()
        .any(|prefix| {
            id.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
}

/// The one spelling of an Azure id: lower case, without host, query, doubled or trailing slashes.
/// `None` if it is none.
pub(super) fn canonical(id: &str) -> Option<String> {
    let url = HOSTS.iter().find_map(|host| {
        let start = id.get(..host.len())?;
        start
            .eq_ignore_ascii_case(host)
            .then(|| id.get(host.len()..))?
    });
    let id = match url {
        Some(path) => path.split('?').next().unwrap_or(path),
        None => id,
    };
    if !is_azure_id(id) {
        return None;
    }
    let mut canonical = String::with_capacity(id.len());
    for segment in id.split('/').filter(|segment| !segment.is_empty()) {
        canonical.push('/');
        canonical.push_str(segment);
    }
    canonical.make_ascii_lowercase();
    if let Some(vault) = vault_of_policies(&canonical) {
        canonical.truncate(vault);
    }
    Some(canonical)
}

/// Length of the id of a key vault in front of an operation on its access policies, which is no
/// resource: `.../vaults/NAME/accessPolicies/remove`.
///
/// learn.microsoft.com/rest/api/keyvault/keyvault/vaults/update-access-policy, read 2026-11-29.
fn vault_of_policies(id: &str) -> Option<usize> {
    let (vault, operation) = id.rsplit_once("/accesspolicies/")?;
    let is_operation = ["add", "remove", "replace"].contains(&operation);
    let (_, name) = vault.rsplit_once("/microsoft.keyvault/vaults/")?;
    (is_operation && !name.contains('/')).then_some(vault.len())
}

/// Subscription of an Azure resource id.
pub fn azure_subscription(id: &str) -> Option<&str> {
    super::segment_after(id, "subscriptions")
}

/// Resource group of an Azure resource id.
pub fn azure_resource_group(id: &str) -> Option<&str> {
    super::segment_after(id, "resourcegroups")
}

/// Provider namespace of an Azure resource id, as written, of the outer resource where one stands
/// in another.
pub fn azure_outer_namespace(id: &str) -> Option<&str> {
    super::segment_after(id, "providers")
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

/// Type of the innermost resource of an id: `microsoft.network/virtualnetworks/subnets`.
///
/// A group is `microsoft.resources/resourcegroups`, a subscription
/// `microsoft.resources/subscriptions`.
pub fn azure_type(id: &str) -> Option<String> {
    is_azure_id(id).then_some(())?;
    let lower = id.to_ascii_lowercase();
    if let Some((_, inner)) = lower.rsplit_once("/providers/") {
        let mut segments = inner.split('/');
        let mut kind = segments.next()?.to_owned();
        for part in segments.step_by(2).filter(|part| !part.is_empty()) {
            kind.push('/');
            kind.push_str(part);
        }
        return kind.contains('/').then_some(kind);
    }
    let parts: Vec<&str> = lower.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["subscriptions", _] => Some("microsoft.resources/subscriptions".to_owned()),
        ["subscriptions", _, "resourcegroups", _] => {
            Some("microsoft.resources/resourcegroups".to_owned())
        }
        _ => None,
    }
}

/// Id of the resource that the one of this id lies in or extends: the parent of a child, what an
/// extension resource is attached to. `None` for what has only a group above it.
pub fn azure_parent(id: &str) -> Option<&str> {
    is_azure_id(id).then_some(())?;
    let id = id.trim_end_matches('/');
    let lower = id.to_ascii_lowercase();
    let at = lower.rfind("/providers/")?;
    let inner = lower.get(at + "/providers/".len()..)?;
    // Namespace, then pairs of type and name.
    if inner.split('/').count() > 3 {
        let (rest, _) = id.rsplit_once('/')?;
        return rest.rsplit_once('/').map(|(parent, _)| parent);
    }
    let scope = id.get(..at)?;
    let is_resource = scope.to_ascii_lowercase().contains("/providers/");
    is_resource.then_some(scope)
}
