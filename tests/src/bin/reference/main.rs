//! Writes the generated reference under `docs/reference` and the demo's output in the README, or
//! with `--check` compares them with what is committed.

mod cli;
mod components;
mod mapping;
mod readme;
mod source;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A generated file: its path in the repository, and its content.
type Page = (&'static str, String);

fn main() -> Result<()> {
    let is_check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(_) => bail!("usage: reference [--check]"),
    };
    let root = root();
    let mut stale = Vec::new();
    for (name, content) in pages(&root)? {
        let path = root.join(name);
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        // A checkout may have turned the line ends.
        if committed.replace("\r\n", "\n") == content {
            continue;
        }
        if is_check {
            stale.push(name);
        } else {
            std::fs::write(&path, content)
                .with_context(|| format!("write `{}`", path.display()))?;
        }
    }
    if !stale.is_empty() {
        bail!(
            "not what the code says: {}; run `cargo xtask docs` and commit the result",
            stale.join(", ")
        );
    }
    Ok(())
}

fn pages(root: &Path) -> Result<Vec<Page>> {
    Ok(vec![
        ("docs/reference/catalog.json", nepho_tests::catalog::json()),
        ("docs/reference/components.md", components::page(root)),
        ("docs/reference/tables.md", tables::page()?),
        ("docs/reference/mapping.md", mapping::page()?),
        (
            "docs/reference/report.md",
            nepho_report::reference_markdown(),
        ),
        (
            "docs/reference/report.schema.json",
            nepho_report::schema_text(),
        ),
        (
            "docs/reference/map.md",
            nepho_report::map_reference_markdown(),
        ),
        (
            "docs/reference/map.schema.json",
            nepho_report::map_schema_text(),
        ),
        (
            "docs/reference/changes.md",
            nepho_report::timeline_markdown(),
        ),
        (
            "docs/reference/changes.schema.json",
            nepho_report::timeline_schema_text(),
        ),
        ("docs/reference/cli.md", cli::page(root)?),
        ("README.md", readme::page(root)?),
    ])
}

/// Root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
