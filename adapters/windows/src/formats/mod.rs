//! One folder per format.

mod dns_debug;
mod event_json;
mod event_list;
mod event_text;
mod event_xml;
mod firewall;
mod nxlog;
mod snare;
mod winlogbeat;
