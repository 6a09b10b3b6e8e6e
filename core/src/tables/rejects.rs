//! Table `rejects`: every piece of input that did not become a row, with its place and the reason.

use serde::{Deserialize, Serialize};

use crate::row_struct;

row_struct! {
    table "rejects";
    /// A piece of input that could not be read.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Reject {
        /// File path or object address.
        pub uri: String,
        /// First byte in the decompressed stream.
        pub start: u64,
        /// Last byte plus one.
        pub end: u64,
        /// Line of the first byte, from one; 0 when unknown.
        pub line: u64,
        /// What is wrong, and what to do where something can be done.
        pub reason: String,
    }
}
