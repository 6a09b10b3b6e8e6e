//! Nephoscope as a library: what broke first, what only followed, and which change did it.
//!
//! Two ways in:
//! - [`explain`] and [`parse`] read files, folders, globs and standard input, and find out by
//!   themselves what each file is;
//! - [`Analysis`] takes batches of table `logs` and the output of change feeds from wherever the
//!   program has them, and gives [`Conclusions`]. `docs/embedding.md` shows it.
//!
//! Components are chosen by features: `adapters`, `iac`, `analyzers`, or one by one
//! (`adapter-aws`).

mod linked {
    //! Keeps the component crates in the program; see `build.rs`.
    include!(concat!(env!("OUT_DIR"), "/linked.rs"));
}

mod analysis;
mod clusters;
mod complete;
mod containers;
mod engine;
mod feeds;
mod files;
mod follow;
mod for_files;
mod input;
mod learned;
mod mark;
mod memory;
mod merge;
mod names;
pub mod output;
mod owners;
mod pipeline;
mod places;
mod scopes;
mod service_names;
mod stacks;
mod store;
mod untimed;
mod versions;
mod zone;

pub use nepho_codec as codec;
pub use nepho_core as core;

#[cfg(feature = "analyzer-resources")]
pub use analyzer_resources as resources;

pub use analysis::{Analysis, Conclusions};
pub use clusters::ClusterName;
pub use engine::{Explanation, Options, RowSink, explain, parse};
pub use files::{FileSource, STANDARD_INPUT};
pub use follow::{Follow, News};
pub use input::{InputSummary, LeftOut, SkipKind, SkippedInput};
pub use memory::{keep_blocks, keep_little};
pub use names::{file_name, file_path};
pub use pipeline::{Progress, TimeRange, default_workers};
pub use service_names::ServiceName;
pub use store::{Saved, StateVersion, is_store, save};
pub use zone::Zone;
