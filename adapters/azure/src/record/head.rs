//! What tells the kind of a record, from the fields that detection has.

use std::borrow::Cow;

use nepho_codec::json::unescape;
use nepho_core::format::Fields;

use super::decoder::is_of_shape;
use super::kind::{Head, is_early_sign_in};
use super::parts;

impl<'a> Head<'a> {
    /// Whether a record with these keys may be one of Azure.
    pub(crate) fn may_fit(has_key: &dyn Fn(&str) -> bool) -> bool {
        const OPERATIONS: [&str; 6] = [
            "operationName",
            "operation_name",
            "OperationNameValue",
            "category",
            "Type",
            "EventName",
        ];
        const PLACES: [&str; 9] = [
            "resourceId",
            "resource_id",
            "_ResourceId",
            "flowLogResourceID",
            "properties",
            "time",
            "callerIpAddress",
            "eventDataId",
            "TimeGenerated",
        ];
        OPERATIONS.iter().any(|key| has_key(key)) && PLACES.iter().any(|key| has_key(key))
    }

    /// Category of the record with these fields, or the table that it is a row of.
    pub(crate) fn category(fields: &'a dyn Fields) -> &'a str {
        let paths = [
            "category.value",
            "category",
            "Category",
            "CategoryValue",
            "Type",
        ];
        let found = paths.iter().find_map(|path| fields.get(path));
        found.unwrap_or_default()
    }

    /// Table of Log Analytics that the record with these fields is a row of, or nothing.
    pub(crate) fn table(fields: &'a dyn Fields) -> &'a str {
        let table = fields.get("Type").unwrap_or_default();
        let is_row = table != "AzureDiagnostics" && fields.get("TimeGenerated").is_some();
        if is_row { table } else { "" }
    }

    /// Resource of the record with these fields.
    pub(crate) fn resource(fields: &'a dyn Fields) -> Cow<'a, str> {
        let paths = [
            "resourceId",
            "ResourceId",
            "resourceID",
            "ResourceID",
            "resourceid",
            "resource_id",
            "_ResourceId",
            "flowLogResourceID",
        ];
        let found = paths.iter().find_map(|path| fields.get(path));
        found.map(unescape).unwrap_or_default()
    }

    /// Whether the record with these fields is of a tenant, and has the members that tell a change
    /// to its directory.
    pub(crate) fn has_shape(fields: &'a dyn Fields) -> bool {
        if parts::tenant(&Self::resource(fields)).is_empty() {
            return false;
        }
        let text = fields.get("properties").unwrap_or_default();
        // The object may stand there as a string.
        let is_escaped = text.starts_with("{\\");
        let object = if is_escaped {
            unescape(text)
        } else {
            text.into()
        };
        is_of_shape(&object)
    }

    /// Head of the record with these fields, of the resource that [`Head::resource`] gives. Names
    /// of fields compare with case here, so the usual cases are listed.
    pub(crate) fn of(fields: &'a dyn Fields, resource: &'a str) -> Self {
        let first = |paths: &[&str]| paths.iter().find_map(|path| fields.get(path));
        let any = |paths: &[&str]| first(paths).is_some();
        let category = Self::category(fields);
        let operation = first(&[
            "operationName.value",
            "operation_name.value",
            "OperationNameValue",
            "operationName",
            "OperationName",
            "operationname",
            "operation_name",
            "EventName",
        ])
        .unwrap_or_default();
        let has_tenant = any(&["tenantId", "TenantId", "properties", "Properties"]);
        Self {
            category,
            table: Self::table(fields),
            operation,
            resource,
            has_activity_fields: any(&[
                "eventDataId",
                "event_data_id",
                "identity.authorization",
                "authorization.scope",
                "OperationNameValue",
            ]),
            has_metric: any(&["metricName", "MetricName", "metricname"])
                && any(&[
                    "average", "total", "count", "maximum", "minimum", "Average", "Total", "Count",
                    "Maximum", "Minimum",
                ]),
            has_event_fields: any(&[
                "properties",
                "Properties",
                "time",
                "Time",
                "callerIpAddress",
                "calleripaddress",
                "durationMs",
                "durationms",
                "TimeGenerated",
            ]),
            has_shape: Self::has_shape(fields),
            has_line: first(&["RawData"]).is_some_and(|line| !line.is_empty()),
            is_early_sign_in: is_early_sign_in(category, operation, has_tenant),
        }
    }
}
