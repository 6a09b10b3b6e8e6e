//! The tables that flow between components, as Arrow record batches with fixed schemas.
//!
//! [`logs`] is the large one and has its own builder and reader; the others are small and are
//! written and read as plain Rust structs ([`changes::Change`], [`resources::Resource`], ...)
//! through [`rows`].

pub mod changes;
mod clock;
mod copies;
mod envelope;
mod log_columns;
pub mod logs;
pub mod logs_builder;
pub mod logs_view;
pub mod rejects;
pub mod relations;
pub mod resources;
mod room;
pub mod rows;
pub mod runs;
mod views;

pub use changes::{Change, ChangeAction, ChangeOutcome};
pub use envelope::Envelope;
pub use logs::{Column, Outcome};
pub use logs_builder::{BlockId, LogsBuilder, Row};
pub use logs_view::LogsView;
pub use rejects::Reject;
pub use relations::{NodeKind, Relation, RelationKind};
pub use resources::Resource;
pub use runs::{Run, RunOperation, RunStatus, TimePrecision, Via};

/// Version of all table schemas. A change of a schema is a new version.
pub const SCHEMA_VERSION: u32 = 3;

/// Name of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row per log event: [`logs`].
    Logs,
    /// One row per change that infrastructure code made or planned: [`changes`].
    Changes,
    /// One row per run of an infrastructure tool: [`runs`].
    Runs,
    /// One row per version of a cloud resource: [`resources`].
    Resources,
    /// One row per version of an edge between services and resources: [`relations`].
    Relations,
    /// One row per conclusion: [`crate::findings`].
    Findings,
    /// One row per piece of input that could not be read: [`rejects`].
    Rejects,
}
