//! Makes the scenario that `nepho demo` shows: one afternoon of a shop on three clouds.
//!
//! [`story`] says what happens, [`traffic`] simulates the requests, [`formats`] and [`iac`] write
//! down what each vendor's logs and documents would hold, [`damage`] breaks a few lines.

mod clock;
mod damage;
mod expected;
mod formats;
mod iac;
mod json;
mod pack;
mod readme;
mod rng;
mod story;
mod traffic;

use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, bail};

use formats::{
    File, alb, autoscaling, azure_activity, azure_resource, cloudtrail, cloudwatch, containers,
    gcp, plain, vpc_flow,
};
use iac::{cloudformation, pulumi, terraform_plan, terraform_run, terraform_state};
use pack::Folder;
use story::Service;
use traffic::{Door, Ledger};

/// Most bytes that the folder may have.
const LIMIT: usize = 3_000_000;

/// Writes the folder `host/cli/demo`, or with `--check` compares it.
///
/// # Errors
/// If the folder cannot be written, is too large, or differs.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/cli/demo");
    let folder = make()?;
    let bytes: usize = folder.values().map(Vec::len).sum();
    if bytes > LIMIT {
        bail!("the scenario has {bytes} bytes, {LIMIT} are allowed");
    }
    let mut output = std::io::stdout().lock();
    match arguments {
        [] => {
            pack::write(&root, &folder)?;
            writeln!(
                output,
                "demo-data: {} files, {bytes} bytes written",
                folder.len()
            )?;
        }
        [only] if only == "--check" => {
            pack::check(&root, &folder)?;
            writeln!(
                output,
                "demo-data: {} files as they should be",
                folder.len()
            )?;
        }
        _ => bail!("usage: cargo xtask demo-data [--check]"),
    }
    Ok(())
}

/// The whole folder, in memory.
fn make() -> Result<Folder> {
    let ledger = traffic::simulate();
    let mut files = files(&ledger);
    let damages = damage::apply(&mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let facts = expected::measure(&ledger, &files);
    let mut folder = Folder::new();
    for file in &files {
        folder.insert(
            format!("data/{}", file.path),
            pack::compress(&file.path, &file.bytes)?,
        );
    }
    let packed = folder.values().map(Vec::len).sum();
    folder.insert(
        "README.md".to_owned(),
        readme::text(&facts, &files, packed).into_bytes(),
    );
    folder.insert(
        "expected.json".to_owned(),
        expected::document(&facts, &damages).into_bytes(),
    );
    folder.insert("index.txt".to_owned(), index(&files).into_bytes());
    Ok(folder)
}

fn files(ledger: &Ledger) -> Vec<File> {
    let mut files = cloudwatch::firehose(ledger, Service::Checkout, true);
    files.extend(cloudwatch::firehose(ledger, Service::Cart, false));
    files.push(cloudwatch::filtered(ledger));
    files.extend(alb::files(ledger, Door::Edge));
    files.extend(alb::files(ledger, Door::Internal));
    files.extend(cloudtrail::files());
    files.extend(vpc_flow::files());
    files.push(autoscaling::file());
    files.push(azure_resource::web(ledger));
    files.extend(azure_resource::identity(ledger));
    files.push(azure_activity::file());
    files.extend(gcp::files(ledger));
    files.push(containers::docker(ledger));
    files.push(containers::mailer_pod(ledger));
    files.push(plain::checkout_text(ledger));
    files.push(plain::catalog_logfmt(ledger));
    files.extend(terraform_state::files());
    files.extend(terraform_run::files());
    files.push(terraform_plan::file());
    files.push(cloudformation::file());
    files.extend(pulumi::files());
    files
}

/// A line for each file: path, events, bytes before compression.
fn index(files: &[File]) -> String {
    files
        .iter()
        .map(|file| format!("{}\t{}\t{}\n", file.path, file.rows, file.bytes.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenario_is_the_same_every_time() {
        let first = files(&traffic::simulate());
        let second = files(&traffic::simulate());
        assert_eq!(index(&first), index(&second));
        let same = |(one, other): (&File, &File)| one.bytes == other.bytes;
        assert!(first.iter().zip(&second).all(same));
    }

    #[test]
    fn the_failure_spreads_from_checkout_in_the_order_of_the_story() {
        let ledger = traffic::simulate();
        let facts = expected::measure(&ledger, &[]);
        let order: Vec<Service> = facts.failures.iter().map(|failure| failure.0).collect();
        let story = [
            Service::Checkout,
            Service::Cart,
            Service::Web,
            Service::OrderWorker,
        ];
        assert_eq!(order, story);
        let first = facts.failures[0].1;
        assert!((clock::at(14, 31, 53, 0)..clock::at(14, 31, 54, 0)).contains(&first));
        assert!(
            (2.7..4.0).contains(&facts.storm_ratio),
            "{}",
            facts.storm_ratio
        );
    }
}
