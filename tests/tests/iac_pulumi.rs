//! Feeds of Pulumi on the data beside the repository (`../shared/iac`). Skipped where they are
//! absent.
#![cfg(feature = "full")]

use nepho as _;
use nepho_tests::iac::{pulumi, say};

#[test]
fn operations_are_those_that_the_engine_counted_and_showed() {
    let figures = pulumi::figures();
    if figures.is_empty() {
        say("../shared/iac is not there: what needs it is skipped");
        return;
    }
    for figure in &figures {
        say(&format!(
            "{}: {} of {}",
            figure.name, figure.right, figure.total
        ));
        figure.wrong.iter().for_each(|wrong| say(wrong));
    }
    for figure in &figures {
        assert!(figure.total > 0, "{}: nothing to compare", figure.name);
        assert_eq!(figure.right, figure.total, "{}", figure.name);
    }
}
