//! Requests to the databases of Cosmos DB, and to their settings.

use nepho_codec::table::{
    Event, Table, To, duration, keep, part, put_text, source_address, status, text,
};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::{Family, FamilyFormat, details, outcome, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Cosmos DB: requests, queries, control plane",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.cosmos_db";

/// The family.
pub(super) static FAMILY: Family = Family {
    namespaces: &["Microsoft.DocumentDB"],
    extras: &[
        ("requestResourceId", "object"),
        ("requestCharge", "request_units"),
        ("databaseName", "database"),
        ("collectionName", "collection"),
        ("requestLength", "received_bytes"),
        ("responseLength", "bytes"),
        ("requestResourceType", "resource_kind"),
        ("connectionMode", "connection_mode"),
        ("authTokenType", "authentication"),
        ("keyType", "key_type"),
        ("subStatusCode", "sub_status"),
        ("opCode", "operation_code"),
        ("errorCode", "error_code"),
        ("partitionId", "partition"),
        ("apiKind", "api"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 22] = [
    "DataPlaneRequests",
    "DataPlaneRequests5M",
    "DataPlaneRequests15M",
    "MongoRequests",
    "CassandraRequests",
    "GremlinRequests",
    "TableApiRequests",
    "QueryRuntimeStatistics",
    "PartitionKeyStatistics",
    "PartitionKeyRUConsumption",
    "ControlPlaneRequests",
    "CDBDataPlaneRequests",
    "CDBDataPlaneRequests5M",
    "CDBDataPlaneRequests15M",
    "CDBMongoRequests",
    "CDBCassandraRequests",
    "CDBGremlinRequests",
    "CDBTableApiRequests",
    "CDBQueryRuntimeStatistics",
    "CDBPartitionKeyStatistics",
    "CDBPartitionKeyRUConsumption",
    "CDBControlPlaneRequests",
];

const CODE: usize = 20;
const OPERATION: usize = 21;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        status(&["statusCode", "httpStatusCode", "httpstatusCode"]),
        source_address(&["clientIpAddress", "Address"]),
        text(&["userAgent"], Column::UserAgent),
        text(&["httpMethod"], Column::Method),
        text(&["activityId"], Column::RequestId),
        text(&["regionName", "region"], Column::Region),
        duration(&["durationMs", "duration"], 1e6),
        part(&["aadPrincipalId", "userId"], Column::Actor, parts::plain),
        keep(&["result", "resultDescription"], details::DESCRIPTION),
        keep(&["errorCode"], CODE),
        keep(&["opCode"], OPERATION),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Where there is an operation of the protocol of MongoDB or Cassandra, the code of an error is one
/// of that protocol, of which 0 is none; elsewhere it is a status of HTTP.
///
/// Source: learn.microsoft.com/azure/cosmos-db/monitor-resource-logs, the samples of
/// `MongoRequests`, `CassandraRequests` and `GremlinRequests`, as of 2026-11-30.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(code) = event.kept(CODE) else {
        return;
    };
    if event.kept_value(OPERATION).is_some() {
        if let Some(outcome) = outcome::of_word(&code) {
            row.outcome(outcome);
        }
    } else if row.status_so_far().is_none() {
        put_text(&code, To::Status, row);
    }
}
