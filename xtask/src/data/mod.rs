//! `cargo xtask data`: writes the tables of cloud resource types from packages of public
//! registries.
//!
//! Packages are pinned, downloaded with the ordinary clients (`pip`, `npm`) into `target/data` and
//! never kept in the repository; the tables under `core/src/key/data` are. Its README names the
//! packages and their licenses.

mod aws;
mod azure;
mod cloudformation;
mod discovery;
mod google;
mod packages;
mod pulumi;
mod text;

use std::fs;

use anyhow::{Context, Result};

use crate::run::{root, say};

/// Where the tables stand.
const FOLDER: &str = "core/src/key/data";

/// Downloads what is not there yet and writes all tables.
pub(crate) fn run() -> Result<()> {
    let folders = packages::fetch()?;
    let mut names = text::terraform_names(&folders.checkov)?;
    aws::add_names(&mut names, &folders)?;
    write("google.tsv", google::rows(&folders, &names)?)?;
    write("azure.tsv", azure::rows(&folders, &names)?)?;
    let cloudformation = cloudformation::rows(&folders)?;
    write("aws.tsv", aws::rows(&folders, &names, &cloudformation)?)?;
    write("cloudformation.tsv", cloudformation)
}

/// Writes a table with its rows in order.
fn write(name: &str, mut rows: Vec<String>) -> Result<()> {
    let key = |row: &str| row.split('\t').next().map(str::to_owned);
    rows.sort_by_key(|row| key(row));
    rows.dedup_by_key(|row| key(row));
    let text = rows.join("\n") + "\n";
    say(&format!(
        "{name}: {} rows, {} KiB",
        rows.len(),
        text.len() / 1024
    ));
    let path = root().join(FOLDER).join(name);
    fs::write(&path, text).with_context(|| format!("write {}", path.display()))
}
