//! What Google's own tools deployed: Infrastructure Manager and Deployment Manager.
//!
//! | component | document |
//! |---|---|
//! | `google.infra_manager` | deployments, revisions, resources, previews and drift of Infrastructure Manager, one or a list |
//! | `google.deployment_manager` | operations, deployments and resources of Deployment Manager, one or a list |
//!
//! Values of variables, outputs and properties never leave the reader.

pub mod deployment_manager;
pub mod infra_manager;
mod objects;
mod value;
