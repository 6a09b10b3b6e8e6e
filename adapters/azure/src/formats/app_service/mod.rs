//! What the sites of App Service, and the platform on their behalf, write.

use nepho_codec::table::{Table, duration, keep, part, status, text, url};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure App Service: requests, console, application, platform and audit logs of sites",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.app_service";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("CsHost", "request_host"),
        ("Path", "file"),
        ("ScBytes", "bytes"),
        ("CsBytes", "received_bytes"),
        ("Protocol", "protocol"),
        ("ScSubStatus", "sub_status"),
        ("SubStatusCode", "sub_status"),
        ("HostName", "request_host"),
        ("ScWin32Status", "win32_status"),
        ("ContainerId", "container_id"),
        ("ExceptionClass", "exception"),
        ("XForwardedFor", "forwarded_for"),
        ("Stream", "stream"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 10] = [
    "AppServiceHTTPLogs",
    "AppServiceConsoleLogs",
    "AppServiceAppLogs",
    "AppServicePlatformLogs",
    "AppServiceEnvironmentPlatformLogs",
    "AppServiceAuditLogs",
    "AppServiceIPSecAuditLogs",
    "AppServiceFileAuditLogs",
    "AppServiceAntivirusScanAuditLogs",
    "AppServiceAuthenticationLogs",
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["CsMethod"], Column::Method),
        url(&["CsUriStem"]),
        status(&["ScStatus", "StatusCode"]),
        part(&["CIp", "UserAddress"], Column::SourceIp, parts::address),
        text(&["UserAgent", "CsUserAgent"], Column::UserAgent),
        duration(&["TimeTaken"], 1e6),
        part(
            &["UserDisplayName", "CsUsername", "User"],
            Column::Actor,
            parts::plain,
        ),
        text(
            &["ComputerName", "Host", "ContainerId", "InstanceId"],
            Column::Host,
        ),
        text(&["Logger", "Process"], Column::Process),
        keep(
            &[
                "resultDescription",
                "message",
                "msg",
                "Details",
                "ErrorMessage",
                "Exception",
            ],
            details::MESSAGE,
        ),
        keep(&["Result", "ScanStatus"], details::RESULT),
    ],
    extras: &[],
    finish: None,
};
