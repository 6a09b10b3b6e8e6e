//! Edges of the map on the data that lies beside the repository (`../shared/iac`). Skipped where it
//! is not there.
#![cfg(feature = "full")]

use nepho_tests::iac::{graph, say};

#[test]
fn edges_that_others_expect_are_found() {
    let figures = graph::figures();
    for figure in &figures {
        say(&format!(
            "{}: {} of {}",
            figure.name, figure.right, figure.total
        ));
    }
    let wrong: Vec<&String> = figures.iter().flat_map(|figure| &figure.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
