//! The formats, one folder each.

mod audit;
mod defender_alert;
mod defender_event;
mod defender_incident;
mod defender_inventory;
mod graph_alert;
mod message_trace;
