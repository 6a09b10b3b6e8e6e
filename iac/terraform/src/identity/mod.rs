//! Who a resource is, from the few attributes that may be read: key, aliases, owner, parent,
//! references.
//!
//! Everything here is a table or follows from one. Attribute names are those of the provider
//! documentation at registry.terraform.io (hashicorp/aws 6, google 7, azurerm 4), read 2026-11-21.

pub mod aliases;
pub mod attributes;
pub mod facets;
pub(crate) mod grants;
pub mod keys;
pub mod providers;
pub mod references;

mod documents;
mod flatmap;
mod hidden;
mod owner;
pub(crate) mod pattern;
mod shape;
mod variables;

pub use attributes::{Attributes, Prints};
pub use hidden::Hidden;
pub use variables::Variable;
