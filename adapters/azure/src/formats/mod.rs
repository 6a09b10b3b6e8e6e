//! One folder per format.
//!
//! Most logs of Azure are families of resource logs: what tells them from each other is a list of
//! categories, so a family has a line in `FAMILIES` besides.

pub mod activity;
pub mod activity_csv;
pub mod app_insights;
pub mod app_insights_export;
pub mod app_service;
pub mod containers;
pub mod cosmos_db;
pub mod data_factory;
pub mod defender_alert;
pub mod defender_assessment;
pub mod entra_audit;
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
pub mod graph_signin;
pub mod key_vault;
pub mod kube_audit;
pub mod kube_component;
pub mod messaging;
pub mod metrics;
pub mod nsg_flow;
pub mod resource;
pub mod sql;
pub mod storage;
pub mod vnet_flow;
pub mod waf;

use crate::record::Family;

/// Families of resource logs.
static FAMILIES: [&Family; 23] = [
    &app_insights::FAMILY,
    &app_service::FAMILY,
    &containers::FAMILY,
    &cosmos_db::FAMILY,
    &data_factory::FAMILY,
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

/// The family that records of this category, of this resource, are of.
pub(crate) fn family_of(category: &str, resource: &str) -> Option<&'static Family> {
    let mut families = FAMILIES.iter();
    families
        .find(|family| family.holds(category, resource))
        .copied()
}
