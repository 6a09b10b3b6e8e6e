//! The formats, one folder each.

mod access_request;
mod audit;
mod device_posture;
mod dns;
mod finding;
mod firewall_event;
mod gateway_dns;
mod gateway_http;
mod http_request;
mod network_error;
mod network_flow;
mod spectrum_flow;
mod worker;
mod worker_text;
