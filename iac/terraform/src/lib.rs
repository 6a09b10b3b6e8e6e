//! Change feed of Terraform and OpenTofu: state files, plans and run logs.
//!
//! | feed | document | gives |
//! |---|---|---|
//! | `terraform.state` | state version 4 and 3, `show -json` of a state | resources, relations |
//! | `terraform.plan` | `show -json` of a plan | planned changes, resources, relations |
//! | `terraform.log` | output of `apply -json`, `plan -json`, `refresh -json` | changes with exact times |
//!
//! Attribute values are skipped while they are parsed, but for the paths that the tables of
//! [`identity`] name: what identifies a resource, what it refers to, and who owns it.

pub mod log;
pub mod plan;
pub mod state;

pub mod identity;

mod address;
mod graph;
mod head;
mod place;
mod scope;
