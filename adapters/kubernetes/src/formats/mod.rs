//! One folder per format.

pub mod agent;
pub mod audit;
pub mod audit_text;
pub mod cloud_foundry;
pub mod compose;
pub mod coredns;
pub mod cri;
pub mod docker;
mod engine_events;
pub mod events;
pub mod falco;
mod gatekeeper_audit;
pub mod hubble_flow;
mod karpenter;
pub mod klog;
pub mod kubectl;
mod opa_audit;
mod pm2_log;
