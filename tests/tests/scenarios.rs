//! Runs the stories of `scenarios`, each as a test of its own name (`build.rs` lists them).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use nepho_tests::scenario::Scenario;

include!(concat!(env!("OUT_DIR"), "/stories.rs"));

fn run(name: &str) -> Result<()> {
    let file = format!("scenarios/{name}.md");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file))?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("scenarios")
        .join(name);
    let scenario = Scenario::parse(&text).with_context(|| file.clone())?;
    let problems = scenario.run(&folder).with_context(|| file.clone())?;
    ensure!(
        problems.is_empty(),
        "{file}, written to {}:\n- {}",
        folder.display(),
        problems.join("\n- ")
    );
    Ok(())
}

#[test]
fn there_are_stories() -> Result<()> {
    let count = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"))?.count();
    ensure!(count > 12, "{count}");
    Ok(())
}
