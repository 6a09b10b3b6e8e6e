//! Every Terraform document of the shared corpus: nothing panics, and what cannot be read says
//! where.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail"
)]

mod common;

use std::path::{Path, PathBuf};

use common::{FEEDS, read, recognise, try_read};

/// Files of the corpus, sorted; `None` with a note where it is absent.
fn corpus() -> Option<Vec<PathBuf>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/iac");
    let mut files = Vec::new();
    let mut folders = vec![shared.join("terraform"), shared.join("opentofu")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    if files.is_empty() {
        eprintln!("skipped: {} is absent", shared.display());
        return None;
    }
    Some(files)
}

#[test]
fn every_document_is_read_or_says_where_it_cannot_be() {
    let Some(files) = corpus() else { return };
    let (mut changes, mut resources, mut relations, mut rejects, mut unknown) = (0, 0, 0, 0, 0);
    let mut read_by = [0; 5];
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let uri = path.to_string_lossy();
        // All feeds see every file: a wrong one must fail in order.
        for feed in FEEDS {
            if let Err(error) = try_read(feed, &uri, &text) {
                let origin = error.origin().expect("a place");
                assert!(
                    origin.line.is_some_and(|line| line > 0) && origin.uri == uri,
                    "{error}"
                );
            }
        }
        let Some(feed) = recognise(&uri, &text) else {
            unknown += 1;
            continue;
        };
        match try_read(feed, &uri, &text) {
            Ok(out) => {
                read_by[FEEDS.iter().position(|name| *name == feed).unwrap()] += 1;
                changes += out.changes.len();
                resources += out.resources.len();
                relations += out.relations.len();
                rejects += out.rejects.len();
                for reject in &out.rejects {
                    eprintln!("{}:{}: {}", reject.uri, reject.line, reject.reason);
                }
                for resource in &out.resources {
                    assert!(!resource.key.is_empty() && !resource.aliases.contains(&resource.key));
                }
                for change in &out.changes {
                    assert!(
                        !change.address.is_empty() && !change.resource_type.is_empty(),
                        "{change:?}"
                    );
                }
            }
            Err(error) => eprintln!("{error}"),
        }
    }
    eprintln!(
        "{} files: states {}, plans {}, logs {}, others {unknown}; {resources} resources, {relations} relations, {changes} changes, {rejects} rejects",
        files.len(),
        read_by[0],
        read_by[1],
        read_by[2],
    );
    // No lock is among them.
    assert!(read_by.iter().take(4).all(|count| *count > 0));
}

#[test]
fn values_that_documents_mark_as_sensitive_do_not_appear() {
    let Some(files) = corpus() else { return };
    for path in files
        .iter()
        .filter(|path| path.to_string_lossy().contains("generated-terraform"))
    {
        let text = std::fs::read_to_string(path).unwrap();
        let uri = path.to_string_lossy();
        if let Some(feed) = recognise(&uri, &text) {
            assert!(
                !format!("{:?}", read(feed, &uri, &text)).contains("s3cr3t"),
                "{uri}"
            );
        }
    }
}
