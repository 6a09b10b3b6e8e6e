//! What Azure Resource Manager did: deployments of ARM templates and Bicep files, and stacks.
//!
//! | component | document |
//! |---|---|
//! | `azure.deployments` | deployments and their operations, one or a list |
//! | `azure.what_if` | result of a what-if operation |
//! | `azure.stacks` | deployment stacks, one or a list |
//!
//! Values of parameters, outputs and properties never leave the reader.

pub mod deployments;
mod error;
mod resource;
mod run;
pub mod stacks;
mod time;
mod value;
pub mod what_if;
