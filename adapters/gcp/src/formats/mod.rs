//! One folder per format.

pub mod audit;
pub mod autoscaling;
pub mod dns;
pub mod firewall;
pub mod http_lb;
pub mod log;
pub mod vpc_flow;
