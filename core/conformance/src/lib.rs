//! Suites that every component must pass.
//!
//! A crate of formats has one test file, `tests/golden.rs`:
//!
//! ```ignore
//! nepho_conformance::formats!(nepho_adapter_example);
//! ```
//!
//! It finds every file in folders `fixtures` and `wrappings` under `src`, decodes it as a file
//! would be, and compares the rows with the snapshot beside it ([`golden`]); it [accounts](account)
//! for
//! every byte of it; and it makes two hundred [mutants](mutate) of every fixture and expects that
//! nothing of them is lost either, and never a panic ([`mutants`]).
//!
//! [`plain`] is a second, simple implementation of format tables; `differential` compares it with
//! the engine, in builds with debug assertions.

#![expect(clippy::expect_used, reason = "helpers of tests may end them")]

pub mod account;
#[cfg(debug_assertions)]
pub mod differential;
pub mod documents;
pub mod golden;
pub mod inputs;
pub mod moto;
pub mod mutants;
pub mod mutate;
pub mod plain;
pub mod random;

/// Tests of the fixtures of a crate of formats.
#[macro_export]
macro_rules! formats {
    ($adapter:ident) => {
        use $adapter as _;

        #[test]
        fn fixtures_decode_as_their_snapshots_say() {
            $crate::golden::snapshots(env!("CARGO_MANIFEST_DIR"));
        }

        #[test]
        fn every_byte_of_a_fixture_and_of_its_mutants_is_accounted_for() {
            $crate::mutants::of_fixtures(env!("CARGO_MANIFEST_DIR"));
        }
    };
}
