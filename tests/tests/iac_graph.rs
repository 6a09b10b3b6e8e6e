//! Edges of the map on the data that lies beside the repository (`../shared/iac`). Skipped where it
//! is not there.
#![cfg(feature = "full")]
#![expect(
    clippy::print_stderr,
    clippy::expect_used,
    reason = "helpers of a test tell what is passed over, and may end it"
)]

use std::path::Path;

#[test]
fn edges_that_others_expect_are_found() {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("iac-graph");
    let Some(figures) = nepho_tests::iac::graph::figures(&work).expect("figures") else {
        eprintln!("../shared/iac is not there: what needs it is skipped");
        return;
    };
    for figure in &figures {
        eprintln!("{}: {} of {}", figure.name, figure.right, figure.total);
    }
    let wrong: Vec<&String> = figures.iter().flat_map(|figure| &figure.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
