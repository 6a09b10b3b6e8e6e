//! One folder per format.
//!
//! Most logs of Azure are families of resource logs: what tells them from each other is a list of
//! categories, so a family has a line in `FAMILIES` besides.

pub mod activity;
pub mod activity_csv;
pub mod agent_cef;
pub mod agent_event;
pub mod agent_perf;
pub mod agent_syslog;
pub mod agent_text;
pub mod app_insights;
pub mod app_insights_export;
pub mod app_insights_item;
pub mod app_service;
pub mod app_service_text;
pub mod common_alert;
pub mod containers;
pub mod cosmos_db;
pub mod custom_table;
pub mod data_factory;
pub mod database;
pub mod defender_alert;
pub mod defender_assessment;
pub mod defender_row;
pub mod devops_audit;
pub mod dns_query;
pub mod entra_audit;
pub mod entra_csv;
pub mod entra_provisioning;
pub mod entra_risk;
pub mod entra_signin;
pub mod event_grid;
pub mod firewall;
pub mod frontdoor_access;
pub mod frontdoor_healthprobe;
pub mod functions;
pub mod gateway_access;
pub mod gateway_performance;
pub mod graph_activity;
pub mod graph_directory_audit;
pub mod graph_provisioning;
pub mod graph_risk;
pub mod graph_signin;
pub mod iis_access;
pub mod key_vault;
pub mod kube_audit;
pub mod kube_component;
pub mod messaging;
pub mod metrics;
pub mod monitor_alert;
pub mod nsg_flow;
pub mod resource;
pub mod sentinel_incident;
pub mod sql;
pub mod storage;
pub mod storage_analytics;
pub mod traffic_flow;
pub mod vnet_flow;
pub mod waf;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::record::Family;

/// Families of resource logs.
static FAMILIES: [&Family; 25] = [
    &app_insights::FAMILY,
    &app_service::FAMILY,
    &containers::FAMILY,
    &cosmos_db::FAMILY,
    &data_factory::FAMILY,
    &database::FAMILY,
    &dns_query::FAMILY,
    &entra_audit::FAMILY,
    &entra_provisioning::FAMILY,
    &entra_risk::FAMILY,
    &entra_signin::FAMILY,
    &firewall::FAMILY,
    &frontdoor_access::FAMILY,
    &frontdoor_healthprobe::FAMILY,
    &functions::FAMILY,
    &gateway_access::FAMILY,
    &gateway_performance::FAMILY,
    &graph_activity::FAMILY,
    &key_vault::FAMILY,
    &kube_audit::FAMILY,
    &kube_component::FAMILY,
    &messaging::FAMILY,
    &sql::FAMILY,
    &storage::FAMILY,
    &waf::FAMILY,
];

/// Longer than any category is.
const MAX_CATEGORY: usize = 64;

/// Families by their categories in lower case.
type ByCategory = HashMap<String, Vec<&'static Family>, FixedState>;

static BY_CATEGORY: LazyLock<ByCategory> = LazyLock::new(|| {
    let mut families = ByCategory::default();
    for family in FAMILIES {
        for category in family.categories {
            families
                .entry(category.to_ascii_lowercase())
                .or_default()
                .push(family);
        }
    }
    families
});

/// The family that records of this category, of this resource, are of.
pub(crate) fn family_of(category: &str, resource: &str) -> Option<&'static Family> {
    let families = families_of(category)?;
    let found = families.iter().find(|family| family.is_of(resource));
    found.copied().or(match families {
        [only] if only.may_be_of(resource) => Some(only),
        _ => None,
    })
}

/// The family of sign-ins, which their operation tells.
pub(crate) static SIGN_INS: &Family = &entra_signin::FAMILY;

/// The family that a shape tells, where the category does not.
pub(crate) static OF_SHAPE: &Family = &entra_audit::FAMILY;

/// The family that the rows of this table of Log Analytics are of. Tables have names of their own,
/// so nothing else needs to tell it.
pub(crate) fn family_of_table(table: &str) -> Option<&'static Family> {
    match families_of(table)? {
        [family] => Some(family),
        _ => None,
    }
}

fn families_of(category: &str) -> Option<&'static [&'static Family]> {
    // Most records are of no table.
    if category.is_empty() {
        return None;
    }
    let mut lower = [0; MAX_CATEGORY];
    let lower = lower.get_mut(..category.len())?;
    lower.copy_from_slice(category.as_bytes());
    lower.make_ascii_lowercase();
    let families = BY_CATEGORY.get(std::str::from_utf8(lower).ok()?)?;
    Some(families)
}

#[cfg(test)]
mod tests {
    use nepho_codec::table::{JointDecoder, MAX_SLOTS};

    use super::*;
    use crate::record::{Place, details, joint};

    #[test]
    fn every_category_is_found_in_any_case() {
        for family in FAMILIES {
            for category in family.categories {
                let resource = match family.namespaces.first() {
                    Some(namespace) => format!("/subscriptions/s/providers/{namespace}/x/y"),
                    None => String::new(),
                };
                for category in [category.to_uppercase(), category.to_lowercase()] {
                    let found = family_of(&category, &resource).map(|family| family.name);
                    assert_eq!(found, Some(family.name), "{category}");
                }
            }
        }
        assert!(family_of(&"x".repeat(MAX_CATEGORY + 1), "").is_none());
    }

    #[test]
    fn every_path_of_a_family_has_a_slot() {
        let families = FAMILIES.map(|family| (family.name, family.place, family.table));
        let other = ("others", Place::Inside, &details::TABLE);
        for (name, place, table) in families.into_iter().chain([other]) {
            let decoder = JointDecoder::new(&joint::parts(place, table));
            assert!(decoder.paths() <= MAX_SLOTS, "{name}");
        }
    }
}
