//! Writes the generated reference under `docs/reference`, or with `--check` compares it with what is committed.

mod cli;
mod components;
mod source;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A generated file: its name below `docs/reference`, and its content.
type Page = (&'static str, String);

fn main() -> Result<()> {
    let is_check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(_) => bail!("usage: reference [--check]"),
    };
    let folder = root().join("docs/reference");
    let mut stale = Vec::new();
    for (name, content) in pages()? {
        let path = folder.join(name);
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        // A checkout may have turned the line ends.
        if committed.replace("\r\n", "\n") == content {
            continue;
        }
        if is_check {
            stale.push(format!("docs/reference/{name}"));
        } else {
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("create `{}`", folder.display()))?;
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

fn pages() -> Result<Vec<Page>> {
    Ok(vec![
        ("catalog.json", nepho_tests::catalog::json()),
        ("components.md", components::page(&root())),
        ("tables.md", tables::page()?),
        ("report.md", nepho_report::reference_markdown()),
        ("report.schema.json", nepho_report::schema_text()),
        ("cli.md", cli::page(&root())?),
    ])
}

/// Root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
