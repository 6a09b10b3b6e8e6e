//! Requests to the blobs, queues, tables and files of a storage account.

use nepho_codec::table::{Event, Table, duration, keep, part, source_address, status, text, url};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Storage: requests to blobs, queues, tables and files",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.storage";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("objectKey", "object"),
        ("responseBodySize", "bytes"),
        ("requestBodySize", "received_bytes"),
        ("serviceType", "service_type"),
        ("accountName", "storage_account"),
        ("protocol", "protocol"),
        ("tlsVersion", "tls_version"),
        ("identity.type", "authentication"),
        ("AuthenticationType", "authentication"),
        ("statusText", "status_text"),
        ("serverLatencyMs", "server_milliseconds"),
        ("accessTier", "access_tier"),
        ("referrerHeader", "referrer"),
        ("clientRequestId", "client_request_id"),
    ],
    api: "Microsoft.Storage",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 7] = [
    "StorageRead",
    "StorageWrite",
    "StorageDelete",
    "StorageBlobLogs",
    "StorageQueueLogs",
    "StorageTableLogs",
    "StorageFileLogs",
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        status(&["statusCode"]),
        source_address(&["callerIpAddress"]),
        text(&["userAgentHeader"], Column::UserAgent),
        url(&["uri"]),
        part(&["uri"], Column::Peer, parts::host),
        duration(&["durationMs"], 1e6),
        part(
            &[
                "identity.requester.upn",
                "requesterUpn",
                "requesterUserName",
                "identity.requester.userName",
                "identity.requester.appId",
                "requesterAppId",
                "identity.requester.objectId",
                "requesterObjectId",
            ],
            Column::Actor,
            parts::plain,
        ),
        text(&["correlationId"], Column::RequestId),
        keep(&["statusText"], details::RESULT),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Status texts tell who asked and what went wrong in one word.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(word) = event.kept(details::RESULT) else {
        return;
    };
    if word.ends_with("Success") {
        row.outcome(Outcome::Success);
    } else if word.ends_with("Error") || row.status_so_far().is_some_and(|status| status >= 400) {
        row.outcome(Outcome::Failure);
    }
}
