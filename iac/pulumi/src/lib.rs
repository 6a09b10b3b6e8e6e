//! What Pulumi manages and what it did: states and engine event logs.
//!
//! | component | document | gives |
//! |---|---|---|
//! | `pulumi.state` | `pulumi stack export`, checkpoint of a file backend | resources, relations, interrupted changes |
//! | `pulumi.events` | engine event log (`--event-log`, `pulumi up --json`) | changes with their times, resources |
//!
//! Values of inputs and outputs are skipped, but for those that the tables of `identity` name.

pub mod events;
mod identity;
mod place;
mod reason;
pub mod state;
mod stream;
mod urn;
