//! What became of the resources between two versions of what a tool declared.
//!
//! States, checkpoints and releases tell what there is, not what was done. Two versions of one
//! history ([`Snapshot`](nepho_core::feed::Snapshot)s with the same lineage) give the changes
//! between them; all histories of one body of input tell what moved from one to another.
//!
//! | module | what it does |
//! |---|---|
//! | [`fingerprint`] | numbers that differ where values differ, so that no value is kept |
//! | [`rules`] | what a tool must tell for its snapshots to be compared |
//! | [`members`] | two sets of members to differences |
//! | [`history`] | snapshots to versions of histories, and findings on histories that were rewritten |
//! | [`elsewhere`] | where else a resource is or was declared |
//! | [`told`] | what other documents told already |
//! | [`mod@compare`] | all of it: snapshots to changes, runs and findings |
//!
//! The crate knows no tool. Every crate under `iac/` may use it.

pub mod compare;
pub mod elsewhere;
pub mod fingerprint;
pub mod history;
pub mod members;
pub mod rules;
pub mod told;

pub use compare::compare;
pub use members::{Difference, differences};
pub use rules::Rules;
