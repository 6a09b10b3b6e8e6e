//! Tells Activity Log, resource logs and metrics apart.

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Control plane: what was done to a resource.
    Activity,
    /// What a resource itself logs.
    Resource,
    /// A request that a gateway took for a service behind it.
    Access,
    /// A reading of a metric.
    Metric,
    /// Not a record of Azure.
    Other,
}

/// What of a record tells its kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Head<'a> {
    /// Category, or the table of a Log Analytics export.
    pub(crate) category: &'a str,
    /// Operation.
    pub(crate) operation: &'a str,
    /// Resource id.
    pub(crate) resource: &'a str,
    /// There are fields that only the Activity Log has: the id of the event, the caller with his
    /// authorization.
    pub(crate) has_activity_fields: bool,
    /// There is a metric with a reading.
    pub(crate) has_metric: bool,
    /// There are `properties`, a time, or the address of a caller.
    pub(crate) has_event_fields: bool,
}

/// Categories of the Activity Log; the last three are those of old exports.
///
/// Source: learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema, "Categories", read
/// 2026-11-21.
const ACTIVITY: [&str; 12] = [
    "Administrative",
    "Security",
    "ServiceHealth",
    "ResourceHealth",
    "Alert",
    "Autoscale",
    "Recommendation",
    "Policy",
    "Action",
    "Write",
    "Delete",
    "AzureActivity",
];

/// Categories of requests that gateways took.
///
/// Source: learn.microsoft.com/azure/azure-monitor/reference/supported-logs/logs-index, read
/// 2026-11-21.
const ACCESS: [&str; 4] = [
    "ApplicationGatewayAccessLog",
    "FrontDoorAccessLog",
    "AzureCdnAccessLog",
    "GatewayLogs",
];

/// Kind of a record.
pub(crate) fn kind(head: &Head<'_>) -> Kind {
    if head.has_metric {
        return Kind::Metric;
    }
    let is_path = head.resource.starts_with('/');
    if head.has_activity_fields {
        return Kind::Activity;
    }
    if is_one_of(head.category, &ACTIVITY) && (is_path || head.operation.contains('/')) {
        return Kind::Activity;
    }
    if is_one_of(head.category, &ACCESS) {
        return Kind::Access;
    }
    let is_named = !head.category.is_empty() || !head.operation.is_empty();
    let is_full = !head.category.is_empty() && !head.operation.is_empty() && head.has_event_fields;
    if (is_path && is_named) || is_full {
        return Kind::Resource;
    }
    Kind::Other
}

/// Whether `word` is one of `words`, without regard to case.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|held| held.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_one_kind() {
        let base = Head {
            has_event_fields: true,
            ..Head::default()
        };
        let check = |head: Head<'_>, expected: Kind| assert_eq!(kind(&head), expected, "{head:?}");
        check(
            Head {
                category: "Administrative",
                operation: "Microsoft.Web/sites/write",
                resource: "/subscriptions/s",
                ..base
            },
            Kind::Activity,
        );
        check(
            Head {
                category: "AuditEvent",
                operation: "x",
                resource: "/subscriptions/s",
                ..base
            },
            Kind::Resource,
        );
        check(
            Head {
                category: "FrontdoorAccessLog",
                operation: "x",
                resource: "/subscriptions/s",
                ..base
            },
            Kind::Access,
        );
        check(
            Head {
                category: "StorageRead",
                operation: "GetBlob",
                ..base
            },
            Kind::Resource,
        );
        check(
            Head {
                has_metric: true,
                resource: "/subscriptions/s",
                ..base
            },
            Kind::Metric,
        );
        check(
            Head {
                has_activity_fields: true,
                operation: "x",
                ..base
            },
            Kind::Activity,
        );
        check(
            Head {
                category: "books",
                ..base
            },
            Kind::Other,
        );
        check(
            Head {
                resource: "i-0123",
                category: "x",
                ..base
            },
            Kind::Other,
        );
    }
}
