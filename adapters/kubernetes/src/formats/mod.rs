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
pub mod hubble_flow;
pub mod klog;
pub mod kubectl;
