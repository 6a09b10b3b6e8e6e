//! Log formats of Google Workspace.
//!
//! Audit logs of Workspace that arrive through Cloud Logging are entries of Google Cloud
//! (`gcp.audit`).

pub mod formats;
