//! Every Terraform document of the shared corpus: nothing panics, what cannot be read says where,
//! addresses are those of Terraform.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail"
)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

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
    let mut read_by = [0; 3];
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let uri = path.to_string_lossy();
        // All three feeds see every file: a wrong one must fail in order.
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
    assert!(read_by.iter().all(|count| *count > 0));
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

#[test]
fn addresses_are_those_that_terraform_lists() {
    let Some(files) = corpus() else { return };
    if Command::new("terraform").arg("version").output().is_err() {
        eprintln!("skipped: terraform is not on PATH");
        return;
    }
    let mut compared = 0;
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let uri = path.to_string_lossy();
        if recognise(&uri, &text) != Some("terraform.state") || !is_version_4(&text) {
            continue;
        }
        // Terraform passes over resources of this namespace, which only its own registry has,
        // without a word.
        if text.contains("registry.opentofu.org/-/") {
            continue;
        }
        let listed = Command::new("terraform")
            .args(["state", "list"])
            .arg(format!("-state={uri}"))
            .output()
            .unwrap();
        if !listed.status.success() {
            eprintln!("terraform does not read {uri}");
            continue;
        }
        let listed = String::from_utf8(listed.stdout).unwrap();
        let is_managed = |address: &&str| !format!(".{address}").contains(".data.");
        let expected: BTreeSet<&str> = listed.lines().filter(is_managed).collect();
        let out = read("terraform.state", &uri, &text);
        let found = out
            .resources
            .iter()
            .filter(|resource| resource.tool.is_some());
        let found = found.filter_map(|resource| resource.address.as_deref());
        let found: BTreeSet<&str> = found
            .map(|address| address.split(" (deposed").next().unwrap_or(address))
            .collect();
        assert_eq!(found, expected, "{uri}");
        compared += 1;
    }
    eprintln!("{compared} states agree with terraform");
    assert!(compared > 0);
}

fn is_version_4(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|state| state.get("version") == Some(&4.into()))
}
