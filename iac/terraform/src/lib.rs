//! Change feed of Terraform and OpenTofu: state files, plans and run logs.
//!
//! | feed | document | gives |
//! |---|---|---|
//! | `terraform.state` | state versions 1 to 4, `show -json` of a state | resources, relations, snapshots; changes between two states |
//! | `terraform.plan` | `show -json` of a plan | planned changes, drift, resources, relations, a run |
//! | `terraform.log` | output of `apply -json`, `plan -json`, `refresh -json` | changes with exact times, runs |
//! | `terraform.hcp` | notifications, API documents and audit trails of HCP Terraform | runs |
//! | `terraform.webhooks` | webhooks of Atlantis, Spacelift, env0 and Scalr | runs |
//! | `terraform.lock` | lock files, rows of the table of locks | runs with who holds the lock |
//!
//! Attribute values are skipped while they are parsed, but for the paths that the tables of
//! [`identity`] name: what identifies a resource, what it refers to, and who owns it.

pub mod hcp;
pub mod lock;
pub mod log;
pub mod plan;
pub mod state;
pub mod webhooks;

pub mod identity;

mod graph;
mod import;
mod place;
mod scan;
mod scope;

use nepho_iac_common::address;
