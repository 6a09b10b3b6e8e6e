//! What the crates under `iac/` share: reading documents of infrastructure tools, and finding what
//! became of the resources between two of them.
//!
//! Of documents:
//!
//! | module | what it does |
//! |---|---|
//! | [`address`] | addresses of resources as Terraform writes them |
//! | [`file_name`] | what the name of a document says besides what it is |
//! | [`head`] | what the beginning of a document tells |
//! | [`outer`] | the keys of the outermost object, of a beginning as well |
//! | [`items`] | a document to its objects, whole ones of damaged documents too |
//! | [`yaml`] | YAML to JSON values, within bounds |
//! | [`lines`] | on which line a byte stands |
//! | [`place`] | rejects and errors that say where |
//! | [`text`] | which values may be kept, and how hosts and addresses are written |
//! | [`owner`] | tags that name service, team and environment |
//! | [`edges`] | what references between resources mean, and which way the edges run |
//! | [`variables`] | which resources environment variables and settings name; values are not kept |
//! | [`images`] | the registry that an image comes from, the vault that a reference names |
//! | [`permits`] | what network rules let reach what |
//! | [`reason`] | messages without values and secrets, and the ids of requests in them |
//!
//! States, checkpoints and releases tell what there is, not what was done. Two versions of one
//! history ([`Snapshot`](nepho_core::feed::Snapshot)s with the same lineage) give the changes
//! between them; all histories of one body of input tell what moved from one to another:
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

pub mod address;
pub mod edges;
pub mod file_name;
pub mod head;
pub mod images;
pub mod items;
pub mod lines;
pub mod outer;
pub mod permits;
pub mod place;
pub mod reason;
pub mod text;
pub mod variables;
pub mod yaml;

pub mod compare;
pub mod elsewhere;
pub mod fingerprint;
pub mod history;
pub mod members;
pub mod rules;
pub mod told;

pub use compare::compare;
pub use members::{Difference, differences};
pub use nepho_core::owner;
pub use rules::Rules;
