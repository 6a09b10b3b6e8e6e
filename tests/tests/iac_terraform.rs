//! How right the feeds of Terraform are on the data beside the repository. Skipped where they are
//! absent. The same figures are printed by `cargo run -p nepho-tests --bin iac_accuracy terraform`.

use nepho_tests::iac::{say, terraform};

#[test]
fn all_cases_of_terraform_are_right() {
    let figures = terraform::figures();
    for figure in &figures {
        say(&format!(
            "{}: {} / {}",
            figure.name, figure.right, figure.total
        ));
    }
    for figure in &figures {
        assert!(figure.total > 0, "{}: no cases", figure.name);
        // What others expect and a state does not tell is explained, and nothing else is wrong.
        let is_explained = |wrong: &&String| {
            let mut explained = terraform::EXPLAINED.iter();
            explained.any(|(case, _)| wrong.starts_with(case))
        };
        let wrong: Vec<&String> = figure
            .wrong
            .iter()
            .filter(|wrong| !is_explained(wrong))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", figure.name);
    }
}
