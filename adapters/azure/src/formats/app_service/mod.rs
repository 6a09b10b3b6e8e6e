//! What the sites of App Service, and the platform on their behalf, write.

use nepho_codec::table::{Table, duration, keep, part, status, text, url};
use nepho_core::format::{Inside, Record};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{
    Family, FamilyFormat, QuickLine, details, extras, of_resource, parts, subscription,
};

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
    line: Some(line),
    quick_line: Some(QuickLine {
        categories: &["AppServiceConsoleLogs"],
        names: ["resultDescription", "ResultDescription", "", ""],
    }),
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
        keep(&["resultDescription"], details::LINE),
    ],
    extras: &[],
    finish: None,
};

/// The line that a program wrote to its console, such as that of a request.
fn line<'a>(record: &Record<'a>) -> Option<Inside<'a>> {
    if !record.text.contains("\"AppServiceConsoleLogs\"") {
        return None;
    }
    extras::with(record.text, |values| {
        let text = values.text(&["resultDescription"])?;
        let mut envelope = record.envelope.clone().with(Column::Provider, "azure");
        let time = values.text(&["time", "TimeGenerated"]);
        envelope.time = time.and_then(|time| nepho_codec::time::parse(&time));
        if let Some(id) = values.text(&["resourceId", "_ResourceId"]) {
            envelope = envelope.with(Column::Account, subscription(&id));
            if let Some(site) = of_resource(&id) {
                envelope = envelope.with(Column::Service, &*site);
            }
            envelope.resources.insert(0, id);
        }
        for (column, names) in [
            (Column::Action, &["operationName", "OperationName"][..]),
            (Column::Region, &["location"]),
            (Column::Host, &["ContainerId", "Host"]),
        ] {
            if let Some(value) = values.text(names) {
                envelope = envelope.with(column, &value);
            }
        }
        let text = text.trim_end().to_owned().into();
        Some(Inside { text, envelope })
    })?
}
