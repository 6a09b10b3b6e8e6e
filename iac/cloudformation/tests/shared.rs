//! Every recorded document under `../shared/iac/cloudformation` is read without a panic.
//!
//! The recordings are test snapshots of LocalStack: lists of events inside of other JSON, with
//! masked times.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that reports what it read"
)]

use std::fs;
use std::path::{Path, PathBuf};

use nepho_core::feed::{Document, FeedOutput};
use nepho_core::registry::{Kind, Make, find};
use nepho_core::tables::ChangeOutcome;
use nepho_iac_cloudformation as _;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found)
        } else {
            found.push(path)
        }
    }
}

#[test]
fn every_recorded_document_is_read_or_refused_with_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/iac/cloudformation");
    if !folder.is_dir() {
        eprintln!("no shared data at {}: nothing tested", folder.display());
        return;
    }
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    assert!(!paths.is_empty());
    for name in ["cloudformation.events", "cloudformation.resources"] {
        let Make::Feed(make) = find(Kind::Feed, name).unwrap().make else {
            unreachable!("{name} is a feed");
        };
        let feed = make();
        let (mut read, mut refused, mut all) = (0, 0, FeedOutput::default());
        for path in &paths {
            let Ok(text) = fs::read_to_string(path) else {
                continue;
            };
            let uri = path.display().to_string();
            let mut out = FeedOutput::default();
            feed.sniff(&uri, &text);
            match feed.read(
                &Document {
                    uri: &uri,
                    text: &text,
                    modified: None,
                },
                &mut out,
            ) {
                Ok(()) => read += 1,
                Err(error) => {
                    assert!(
                        error.origin().is_some_and(|origin| origin.line.is_some()),
                        "{error}"
                    );
                    refused += 1;
                }
            }
            assert!(
                out.rejects
                    .iter()
                    .all(|reject| reject.end > reject.start && reject.line > 0)
            );
            all.changes.extend(out.changes);
            all.resources.extend(out.resources);
        }
        let count = |outcome| {
            all.changes
                .iter()
                .filter(|change| change.outcome == outcome)
                .count()
        };
        eprintln!(
            "{name}: {read} read, {refused} refused, {} changes ({} applied, {} failed, {} rolled back), {} resources",
            all.changes.len(),
            count(ChangeOutcome::Applied),
            count(ChangeOutcome::Failed),
            count(ChangeOutcome::RolledBack),
            all.resources.len(),
        );
        assert!(read > 0);
        assert!(!all.resources.is_empty());
        // Masked times must not become times.
        assert!(all.changes.iter().all(|change| change.time.is_none()));
    }
}
