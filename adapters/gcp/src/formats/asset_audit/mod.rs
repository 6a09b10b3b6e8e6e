//! Assets of Cloud Asset Inventory and Security Command Center: as a feed tells of changes, and as
//! the API lists them.
//!
//! Source: `TemporalAsset` in cloud.google.com/python/docs/reference/cloudasset/latest, read
//! 2026-11-27.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, resource, text, time};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.asset_audit",
    summary: "Google Cloud assets: changes that a feed tells of, and inventories",
    permissions: &["cloudasset.assets.searchAllResources"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DELETED: usize = 0;
const BEFORE: usize = 1;

static TABLE: Table = Table {
    name: "gcp.asset_audit",
    needs: &[
        Need::HasAny(&[
            "asset.assetType",
            "assetType",
            "asset.securityCenterProperties.resourceType",
            "securityCenterProperties.resourceType",
        ]),
        Need::HasAny(&["asset.name", "name"]),
        Need::HasAny(&[
            "asset.updateTime",
            "updateTime",
            "window.startTime",
            "priorAssetState",
            "asset.securityCenterProperties",
            "securityCenterProperties",
            "asset.ancestors",
            "ancestors",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        time(&[
            "window.startTime",
            "asset.updateTime",
            "updateTime",
            "readTime",
            "asset.createTime",
            "createTime",
        ]),
        part(&["asset.name", "name"], Column::Account, entry::owner),
        part(
            &["asset.ancestors[0]", "ancestors[0]"],
            Column::Account,
            entry::last_segment,
        ),
        part(
            &["asset.resource.location", "resource.location"],
            Column::Region,
            entry::region,
        ),
        part(
            &["asset.assetType", "assetType"],
            Column::Service,
            entry::first_segment,
        ),
        text(
            &[
                "asset.osInventory.osInfo.hostname",
                "osInventory.osInfo.hostname",
            ],
            Column::Host,
        ),
        text(
            &[
                "asset.accessLevel.description",
                "asset.servicePerimeter.description",
                "accessLevel.description",
                "servicePerimeter.description",
            ],
            Column::Body,
        ),
        resource(&[
            "asset.securityCenterProperties.resourceName",
            "securityCenterProperties.resourceName",
            "asset.name",
            "name",
        ]),
        keep(&["deleted", "asset.deleted"], DELETED),
        keep(&["priorAssetState"], BEFORE),
    ],
    extras: &[
        ("asset.assetType", "resource_type"),
        ("assetType", "resource_type"),
        (
            "asset.securityCenterProperties.resourceType",
            "resource_type",
        ),
        ("securityCenterProperties.resourceType", "resource_type"),
        ("asset.resource.parent", "parent"),
        ("resource.parent", "parent"),
    ],
    finish: Some(finish),
};

/// What happened to the asset; an inventory does not tell.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(DELETED).as_deref() == Some("true") {
        row.constant(Column::Action, "delete");
        return;
    }
    match event.kept(BEFORE).as_deref() {
        Some("DOES_NOT_EXIST" | "DELETED") => row.constant(Column::Action, "create"),
        Some(_) => row.constant(Column::Action, "update"),
        None => row,
    };
}
