//! Runs the stories of `scenarios`, each as a test of its own name (`build.rs` lists them).

use std::fs;
use std::path::Path;

use nepho_tests::scenario::Scenario;

include!(concat!(env!("OUT_DIR"), "/stories.rs"));

fn run(name: &str) {
    let story = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(format!("{name}.md"));
    let text = fs::read_to_string(&story).unwrap();
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{name}.md: {error:#}"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("scenarios")
        .join(name);
    let problems = scenario
        .run(&folder)
        .unwrap_or_else(|error| panic!("{name}.md: {error:#}"));
    assert!(
        problems.is_empty(),
        "{name}.md, files in {}:\n- {}",
        folder.display(),
        problems.join("\n- ")
    );
}

#[test]
fn there_are_stories() {
    let count = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"))
        .unwrap()
        .count();
    assert!(count > 12, "{count}");
}
