//! What Pulumi manages and what it did: states, engine event logs, histories and webhooks.
//!
//! | component | document | gives |
//! |---|---|---|
//! | `pulumi.state` | `pulumi stack export`, checkpoint of a file backend | resources, relations, interrupted changes; of several: changes between them |
//! | `pulumi.events` | engine event log (`--event-log`, `pulumi up --json`) | changes with their times, runs, resources |
//! | `pulumi.updates` | history of a stack, webhooks | runs: who, what for, which commit |
//!
//! Values of inputs and outputs are skipped, but for those that the tables of `identity` name.

pub mod events;
mod identity;
mod reason;
pub mod state;
mod stream;
pub mod updates;
mod urn;
