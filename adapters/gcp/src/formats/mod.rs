//! One folder per format.

pub mod app_engine_access;
pub mod armor_alert;
pub mod asset_audit;
pub mod audit;
pub mod autoscaling;
pub mod build;
pub mod dns;
pub mod error_report;
pub mod firewall_finding;
pub mod firewall_flow;
mod gcloud_text;
pub mod http_lb;
pub mod ids_finding;
pub mod lb_flow;
pub mod log;
pub mod monitoring_alert;
pub mod nat_flow;
pub mod scc_finding;
pub mod scc_source;
pub mod scheduler;
pub mod storage_access;
pub mod storage_object;
pub mod transparency_audit;
pub mod vpc_flow;
