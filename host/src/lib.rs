//! Nephoscope as a library.

mod linked {
    //! Keeps the component crates in the program; see `build.rs`.
    include!(concat!(env!("OUT_DIR"), "/linked.rs"));
}

pub use nepho_codec as codec;
pub use nepho_core as core;
