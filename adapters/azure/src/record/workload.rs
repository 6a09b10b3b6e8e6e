//! Which logs are of an application, and what the application is called.

use std::borrow::Cow;

use nepho_core::key;

use super::kind::is_one_of;

/// Categories whose records an application, or its platform on its behalf, writes.
///
/// Sources: learn.microsoft.com/azure/azure-monitor/reference/supported-logs/logs-index and the
/// tables reference (`AppRequests`, `ContainerAppConsoleLogs`, ...), read 2026-11-21.
const CATEGORIES: [&str; 30] = [
    "AppServiceHTTPLogs",
    "AppServiceConsoleLogs",
    "AppServiceAppLogs",
    "AppServicePlatformLogs",
    "AppServiceAuthenticationLogs",
    "FunctionAppLogs",
    "ContainerAppConsoleLogs",
    "ContainerAppConsoleLogs_CL",
    "ContainerAppSystemLogs",
    "ContainerAppSystemLogs_CL",
    "ContainerLog",
    "ContainerLogV2",
    "ContainerInstanceLog",
    "ContainerInstanceLog_CL",
    "ApplicationConsole",
    "AppPlatformLogsforSpring",
    "AppRequests",
    "AppDependencies",
    "AppTraces",
    "AppExceptions",
    "AppEvents",
    "AppPageViews",
    "AppAvailabilityResults",
    "AppPerformanceCounters",
    "AppMetrics",
    "AppBrowserTimings",
    "AppSystemEvents",
    "ContainerEventLogs",
    "AppPlatformContainerEventLogs",
    "AppEnvSpringAppConsoleLogs",
];

/// Whether records of this category are of an application.
pub(crate) fn is_application(category: &str) -> bool {
    is_one_of(category, &CATEGORIES)
}

/// Id of a pod in the cluster that the user tells, otherwise in the one that its row is of.
pub(crate) fn pod(told: Option<&str>, resource: &str, namespace: &str, name: &str) -> String {
    match told.unwrap_or(resource) {
        "" => format!("{namespace}/{name}"),
        cluster => key::kubernetes(cluster, "", "pod", namespace, name),
    }
}

/// Types of resources that are an application, with the name behind.
const TYPES: [&str; 6] = [
    "sites",
    "containerApps",
    "jobs",
    "staticSites",
    "containerGroups",
    "components",
];

/// Name of the application that a resource id names: `shop` of
/// `.../providers/Microsoft.Web/sites/shop/slots/blue`.
///
/// Names of such resources compare without case, and some logs write ids in capitals; such a name
/// comes in lower case.
pub(crate) fn of_resource(id: &str) -> Option<Cow<'_, str>> {
    let mut rest = id;
    loop {
        let (segment, behind) = segment_of(rest)?;
        rest = behind;
        if segment.eq_ignore_ascii_case("providers") {
            break;
        }
    }
    let (_, mut rest) = segment_of(rest)?;
    while let Some((kind, behind)) = segment_of(rest) {
        let (name, next) = segment_of(behind).unwrap_or((behind, ""));
        if is_one_of(kind, &TYPES) && !name.is_empty() {
            return Some(without_capitals(name));
        }
        rest = next;
    }
    None
}

/// First segment of a path and what follows it; `None` if nothing does.
fn segment_of(path: &str) -> Option<(&str, &str)> {
    let at = memchr::memchr(b'/', path.as_bytes())?;
    Some((path.get(..at)?, path.get(at + 1..)?))
}

/// Name at the end of a resource id.
pub(crate) fn last_name(id: &str) -> Cow<'_, str> {
    without_capitals(id.trim_end_matches('/').rsplit('/').next().unwrap_or(id))
}

/// `name`, in lower case if it is written in capitals throughout.
pub(crate) fn without_capitals(name: &str) -> Cow<'_, str> {
    let has_lower = name.bytes().any(|byte| byte.is_ascii_lowercase());
    let has_upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
    if has_upper && !has_lower {
        name.to_ascii_lowercase().into()
    } else {
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applications_are_named_by_their_resource() {
        let check = |id: &str, expected: Option<&str>| {
            assert_eq!(of_resource(id).as_deref(), expected, "{id}")
        };
        check(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/Shop/slots/blue",
            Some("Shop"),
        );
        check(
            "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.WEB/SITES/SHOP-WEB",
            Some("shop-web"),
        );
        check(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.App/containerApps/cart",
            Some("cart"),
        );
        check(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/orders",
            None,
        );
        check("/RESOURCE_ID", None);
    }

    #[test]
    fn pods_are_in_the_cluster_that_is_told() {
        let cluster = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";
        let own = cluster.to_lowercase();
        assert_eq!(
            pod(None, cluster, "shop", "web-1"),
            format!("k8s://{own}//pod/shop/web-1")
        );
        assert_eq!(
            pod(Some("prod"), cluster, "shop", "web-1"),
            "k8s://prod//pod/shop/web-1"
        );
        assert_eq!(pod(None, "", "shop", "web-1"), "shop/web-1");
    }
}
