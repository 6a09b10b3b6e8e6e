//! Types of Azure against the map of `aztft` (MPL-2.0, read where it lies).

use std::path::Path;

use nepho_core::key::types::azure::arm_type;
use serde_json::Value;

use super::data::json;
use super::{compare, named};
use crate::iac::Figure;

/// Types of the resource manager for types of Terraform. Types that `aztft` made up to tell
/// associations apart (`subnets/natGateways`) count as wrong where ours name the resource itself.
pub(super) fn types(folder: &Path) -> Figure {
    let mut figure = named("types of the resource manager");
    let map = json(&folder.join("azure/id-map/magodo-aztft/map.json"));
    for (kind, entry) in map.iter().filter_map(Value::as_object).flatten() {
        let Some(plane) = entry
            .get("management_plane")
            .filter(|plane| !plane.is_null())
        else {
            continue;
        };
        let parts = plane.get("types").and_then(Value::as_array);
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let namespace = plane.get("provider").and_then(Value::as_str);
        let expected = format!("{}/{}", namespace.unwrap_or_default(), parts.join("/"));
        let found = arm_type(kind).map(str::to_ascii_lowercase);
        let expected = expected.to_ascii_lowercase();
        // The resource manager knows groups by both names.
        let expected = expected.replace("subscriptions/resourcegroups", "resourcegroups");
        compare(&mut figure, kind, found.as_deref(), &expected);
    }
    figure
}
