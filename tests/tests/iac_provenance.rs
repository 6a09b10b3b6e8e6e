//! Provenance of changes on real audit logs (`../shared/iac`). Skipped where they are not there.

#![expect(
    clippy::print_stderr,
    reason = "the figures, and what is passed over, are printed"
)]

use anyhow::{Result, ensure};
use nepho_tests::iac::provenance::{figures, folder, unsettled};

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
    let unsettled = unsettled()?;
    for one in &unsettled {
        eprintln!(
            "  {} | {} | {} | {}",
            one.what, one.specified, one.here, one.why
        );
    }
    let here: Vec<&str> = unsettled.iter().map(|one| one.here.as_str()).collect();
    let expected = [
        "30, 14 of them of writes",
        "27, 0 of them told as failures",
        "13, 9 by ssm-agent",
        "none, of 0 calls that delete",
        "the instance, of 4 of 4",
    ];
    ensure!(
        here == expected,
        "docs/accuracy.md says otherwise: {here:?}"
    );
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
