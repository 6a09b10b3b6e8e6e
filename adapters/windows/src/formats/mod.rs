//! One folder per format.

mod event_xml;
mod nxlog;
mod winlogbeat;
