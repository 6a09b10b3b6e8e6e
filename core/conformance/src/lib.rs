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
//! A crate of feeds has one likewise, `tests/damage.rs`, with `nepho_conformance::feeds!`: see
//! [`mod@feeds`].
//!
//! [`plain`] is a second, simple implementation of format tables; `differential` compares it with
//! the engine, in builds with debug assertions.

#![expect(clippy::expect_used, reason = "helpers of tests may end them")]

pub mod account;
#[cfg(debug_assertions)]
pub mod differential;
pub mod documents;
pub mod feeds;
pub mod golden;
pub mod inputs;
pub mod moto;
pub mod mutants;
pub mod mutate;
pub mod plain;
pub mod random;
pub mod told;

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

/// Tests of a crate of feeds: the crate, with what the planted values of its fixtures begin that
/// are not told even of a part of a document, and the folders of `../shared/iac` that it reads.
#[macro_export]
macro_rules! feeds {
    ($feeds:ident, $planted:literal, $folders:expr) => {
        use $feeds as _;

        #[test]
        fn damaged_documents_are_read_or_refused_with_their_place() {
            $crate::feeds::survive_damage(env!("CARGO_MANIFEST_DIR"), $planted);
        }

        #[test]
        fn no_planted_value_comes_out_of_whole_or_cut_documents() {
            $crate::feeds::keep_secrets(env!("CARGO_MANIFEST_DIR"), $planted);
        }

        #[test]
        fn brackets_without_end_are_survived() {
            $crate::feeds::survive_nesting();
        }

        #[test]
        fn documents_of_others_are_read_or_refused_with_their_place() {
            let documents = $crate::inputs::documents_beside(&$folders);
            $crate::feeds::read_all(&documents, &mut |_, _, _, _| {});
        }
    };
}
