//! Tells Activity Log, resource logs and metrics apart.

use crate::formats::{OF_SHAPE, SIGN_INS, family_of, family_of_table};

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Control plane: what was done to a resource.
    Activity,
    /// What a resource itself logs.
    Resource,
    /// Of a family of logs that has a format of its own, of this name.
    Family(&'static str),
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
    /// Table of Log Analytics that it is a row of, but for `AzureDiagnostics`.
    pub(crate) table: &'a str,
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
    /// It is of a tenant and has the members of a change to its directory.
    pub(crate) has_shape: bool,
    /// There is a line of a file, in a custom table of Log Analytics.
    pub(crate) has_line: bool,
    /// It is a sign-in as the first exports had it: [`is_early_sign_in`].
    pub(crate) is_early_sign_in: bool,
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

/// Operation of all sign-ins. The first exports have the category `SignIn` and no resource.
///
/// Source: learn.microsoft.com/entra/identity/monitoring-health/concept-sign-ins, and the schema as
/// it was documented in May 2018 (MicrosoftDocs/azure-docs,
/// `reference-azure-monitor-sign-ins-log-schema`), as of 2026-11-30.
const SIGN_IN: &str = "Sign-in activity";

/// Categories of flow logs, which have decoders of their own.
const FLOWS: [&str; 2] = ["NetworkSecurityGroupFlowEvent", "FlowLogFlowEvent"];

/// Tables of Log Analytics that are no resource logs, and that other formats read.
const TABLES: [&str; 17] = [
    "Syslog",
    "Event",
    "SecurityEvent",
    "CommonSecurityLog",
    "Perf",
    "InsightsMetrics",
    "NTANetAnalytics",
    "AzureNetworkAnalytics_CL",
    "OfficeActivity",
    "SecurityAlert",
    "SecurityIncident",
    "SecurityRecommendation",
    "SecurityRegulatoryCompliance",
    "AWSCloudTrail",
    "GCPAuditLogs",
    "AzureDevOpsAuditing",
    "W3CIISLog",
];

/// Kind of a record.
pub(crate) fn kind(head: &Head<'_>) -> Kind {
    if head.has_metric {
        return Kind::Metric;
    }
    // Events of Defender XDR are streamed in the same envelope, and are no resource's.
    let is_line = head.has_line && head.table.ends_with("_CL");
    let is_hunting = head.category.starts_with("AdvancedHunting-");
    if is_line || is_hunting || is_one_of(head.category, &FLOWS) || is_one_of(head.table, &TABLES) {
        return Kind::Other;
    }
    if let Some(family) = family_of_table(head.table) {
        return Kind::Family(family.name);
    }
    // Custom tables are what users made them, unless they have the columns of a log of Azure.
    let is_plain = head.category == head.table && head.operation.is_empty();
    if is_plain && head.table.ends_with("_CL") {
        return Kind::Other;
    }
    let is_path = head.resource.starts_with('/');
    let is_event = is_path || !head.operation.is_empty() || head.has_event_fields;
    if is_event && let Some(family) = family_of(head.category, head.resource) {
        return Kind::Family(family.name);
    }
    if is_event && head.is_early_sign_in {
        return Kind::Family(SIGN_INS.name);
    }
    if head.has_shape {
        return Kind::Family(OF_SHAPE.name);
    }
    if head.has_activity_fields {
        return Kind::Activity;
    }
    if is_one_of(head.category, &ACTIVITY) && (is_path || head.operation.contains('/')) {
        return Kind::Activity;
    }
    let is_named = !head.category.is_empty() || !head.operation.is_empty();
    let is_full = !head.category.is_empty() && !head.operation.is_empty() && head.has_event_fields;
    if (is_path && is_named) || is_full {
        return Kind::Resource;
    }
    Kind::Other
}

/// Whether a category is the one that the first exports had for sign-ins.
pub(crate) fn is_early_category(category: &str) -> bool {
    category.eq_ignore_ascii_case("SignIn")
}

/// Whether a record is a sign-in as the first exports had it. Others call theirs so as well: it
/// must be one with a tenant, or with `properties`.
pub(crate) fn is_early_sign_in(category: &str, operation: &str, has_tenant: bool) -> bool {
    has_tenant && operation == SIGN_IN && is_early_category(category)
}

/// Whether `word` is one of `words`, without regard to case.
pub(crate) fn is_one_of(word: &str, words: &[&str]) -> bool {
    let is_it = |held: &&str| *held == word || held.eq_ignore_ascii_case(word);
    let mut alike = words.iter().filter(|held| held.len() == word.len());
    alike.any(is_it)
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
                category: "Odd",
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
            Kind::Family("azure.frontdoor_access"),
        );
        check(
            Head {
                category: "StorageRead",
                operation: "GetBlob",
                ..base
            },
            Kind::Family("azure.storage"),
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
                category: "UserManagement",
                table: "AuditLogs",
                ..base
            },
            Kind::Family("azure.entra_audit"),
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

    #[test]
    fn sign_ins_of_the_first_exports_are_told_by_their_operation() {
        let check = |head: &Head<'_>, expected| assert_eq!(kind(head), expected, "{head:?}");
        let sign_in = Head {
            category: "SignIn",
            operation: "Sign-in activity",
            has_event_fields: true,
            is_early_sign_in: true,
            ..Head::default()
        };
        check(&sign_in, Kind::Family("azure.entra_signin"));
        let other = Head {
            operation: "Login",
            is_early_sign_in: false,
            ..sign_in
        };
        check(&other, Kind::Resource);
        let bare = Head {
            operation: "",
            is_early_sign_in: false,
            ..sign_in
        };
        check(&bare, Kind::Other);
        assert!(is_early_sign_in("SignIn", SIGN_IN, true));
        assert!(!is_early_sign_in("SignIn", SIGN_IN, false));
        assert!(!is_early_sign_in("SignIn", "Login", true));
        assert!(!is_early_sign_in("Login", SIGN_IN, true));
    }
}
