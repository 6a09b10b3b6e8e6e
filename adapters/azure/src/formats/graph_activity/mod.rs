//! Requests that applications sent to the Graph API of a tenant.

use nepho_codec::table::{Table, duration, part, status, text, url};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Microsoft Graph activity: requests to the Graph API of a tenant",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.graph_activity";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("appId", "application_id"),
        ("servicePrincipalId", "service_principal"),
        ("apiVersion", "api_version"),
        ("responseSizeBytes", "bytes"),
        ("clientRequestId", "client_request_id"),
        ("signInActivityId", "sign_in_id"),
        ("clientAuthMethod", "authentication"),
        ("scopes", "scopes"),
        ("roles", "roles"),
        ("sessionId", "session"),
    ],
    api: "Microsoft.aadiam",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

/// The second is of the older Azure AD Graph API.
const CATEGORIES: [&str; 2] = ["MicrosoftGraphActivityLogs", "AzureADGraphActivityLogs"];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["requestMethod", "httpMethod"], Column::Method),
        url(&["requestUri"]),
        status(&["responseStatusCode", "httpStatusCode"]),
        part(
            &["ipAddress", "callerIpAddress"],
            Column::SourceIp,
            parts::address,
        ),
        text(&["userAgent"], Column::UserAgent),
        text(&["userId", "servicePrincipalId", "appId"], Column::Actor),
        text(
            &["requestId", "operationId", "correlationId"],
            Column::RequestId,
        ),
        duration(&["durationMs"], 1e6),
        text(&["location"], Column::Region),
    ],
    extras: &[],
    finish: None,
};
