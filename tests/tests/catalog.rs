//! No component vanishes silently: what is linked is what is committed.
#![cfg(feature = "full")]

use nepho_core::registry::components;

const COMMITTED: &str = include_str!("../../docs/reference/catalog.json");

#[test]
fn the_linked_components_are_those_of_the_committed_catalog() {
    let linked = nepho_tests::catalog::json();
    assert!(
        linked == COMMITTED,
        "docs/reference/catalog.json is not what is linked; run `cargo xtask docs` and look at \
         what changed. Linked now:\n{linked}"
    );
}

#[test]
fn names_are_unique_among_their_kind_and_summaries_are_one_line() {
    let all = components();
    for pair in all.windows(2) {
        let key = |at: usize| (pair[at].kind, pair[at].name);
        assert!(key(0) < key(1), "{} is registered twice", pair[1].name);
    }
    for component in all {
        let summary = component.summary;
        let is_line = !summary.is_empty() && !summary.contains('\n') && !summary.ends_with('.');
        assert!(is_line, "{}: `{summary}`", component.name);
    }
}
