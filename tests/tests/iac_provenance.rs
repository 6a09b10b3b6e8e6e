//! Provenance of changes on real audit logs (`../shared/iac`). Skipped where they are not there.

#![expect(
    clippy::print_stderr,
    reason = "the figures, and what is passed over, are printed"
)]

use anyhow::{Result, ensure};
use nepho_tests::iac::provenance::{DISAGREEMENTS, figures, folder};

#[test]
fn the_provenance_of_real_changes_is_right() -> Result<()> {
    if folder().is_none() {
        eprintln!("../shared/iac is absent: nothing is tested");
        return Ok(());
    }
    let figures = figures()?;
    for figure in &figures {
        eprintln!("{:4} of {:4}  {}", figure.right, figure.total, figure.name);
        for wrong in &figure.wrong {
            eprintln!("              wrong: {wrong}");
        }
    }
    eprintln!("not settled (what, the specification, here, why):");
    for (what, specified, here, why) in DISAGREEMENTS {
        eprintln!("  {what} | {specified} | {here} | {why}");
    }
    ensure!(figures.len() >= 8, "{} figures", figures.len());
    for figure in &figures {
        ensure!(figure.total > 0, "nothing is counted: {}", figure.name);
        ensure!(
            figure.wrong.is_empty(),
            "{}: {:?}",
            figure.name,
            figure.wrong
        );
    }
    Ok(())
}
