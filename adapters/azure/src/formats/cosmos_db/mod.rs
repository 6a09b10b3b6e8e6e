//! Requests to the databases of Cosmos DB, and to their settings.

use nepho_codec::table::{Table, duration, keep, part, source_address, status, text};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat, details, parts};

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

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        status(&["statusCode", "httpStatusCode", "errorCode"]),
        source_address(&["clientIpAddress", "Address"]),
        text(&["userAgent"], Column::UserAgent),
        text(&["httpMethod"], Column::Method),
        text(&["activityId"], Column::RequestId),
        text(&["regionName", "region"], Column::Region),
        duration(&["durationMs", "duration"], 1e6),
        part(&["aadPrincipalId", "userId"], Column::Actor, parts::plain),
        keep(&["result", "resultDescription"], details::DESCRIPTION),
    ],
    extras: &[],
    finish: None,
};
