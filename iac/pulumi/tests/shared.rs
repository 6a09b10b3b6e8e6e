//! Every recorded document under `../shared/iac/pulumi` is read without a panic, or refused with
//! its place.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that reports what it read"
)]

use std::fs;
use std::path::{Path, PathBuf};

use nepho_core::ErrorKind;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::registry::{Kind, Make, find};
use nepho_iac_pulumi as _;

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

fn feed(name: &str) -> Box<dyn ChangeFeed> {
    let Make::Feed(make) = find(Kind::Feed, name).unwrap().make else {
        unreachable!("{name} is a feed");
    };
    make()
}

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/iac/pulumi");
    if !folder.is_dir() {
        eprintln!("no shared data at {}: nothing tested", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn every_recorded_document_is_read_or_refused_with_its_place() {
    let Some(folder) = shared() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let feeds = ["pulumi.state", "pulumi.events"].map(|name| (name, feed(name)));
    let mut claimed = [0, 0];
    for path in &paths {
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        let uri = path.display().to_string();
        let mut claims = 0;
        for ((_, feed), claimed) in feeds.iter().zip(&mut claimed) {
            let is_claimed = feed.sniff(&uri, &text) > Confidence::NO;
            claims += usize::from(is_claimed);
            *claimed += usize::from(is_claimed);
            let mut out = FeedOutput::default();
            if let Err(error) = feed.read(
                &Document {
                    uri: &uri,
                    text: &text,
                    modified: None,
                },
                &mut out,
            ) {
                assert!(
                    error.origin().is_some_and(|origin| origin.line.is_some()),
                    "{error}"
                );
                assert!(out.changes.is_empty() && out.resources.is_empty(), "{uri}");
                assert!(
                    !is_claimed || error.kind() == ErrorKind::Unsupported,
                    "{error}"
                );
            } else {
                assert!(is_claimed, "{uri} is read but not claimed");
            }
        }
        assert!(claims <= 1, "{uri} is claimed twice");
    }
    eprintln!(
        "{} documents: {} states, {} event logs",
        paths.len(),
        claimed[0],
        claimed[1]
    );
    assert!(claimed.iter().all(|claimed| *claimed > 0));
}

#[test]
fn recorded_states_give_their_resources() {
    let Some(folder) = shared() else { return };
    let state = feed("pulumi.state");
    for (name, is_readable) in [
        ("checkpoint-v3.json", true),
        ("checkpoint-secrets.json", true),
        ("crawler.json", true),
        ("checkpoint-v4-unsupported-feature.json", false),
    ] {
        let text = fs::read_to_string(folder.join("checkpoint/pulumi").join(name)).unwrap();
        let mut out = FeedOutput::default();
        let result = state.read(
            &Document {
                uri: name,
                text: &text,
                modified: None,
            },
            &mut out,
        );
        if !is_readable {
            assert_eq!(
                result.err().map(|error| error.kind()),
                Some(ErrorKind::Unsupported)
            );
            continue;
        }
        assert!(result.is_ok() && out.rejects.is_empty(), "{name}");
        // Every resource with an id is one of a cloud here.
        assert_eq!(
            out.resources.len(),
            text.matches("\"custom\": true").count(),
            "{name}"
        );
        assert!(
            out.resources
                .iter()
                .all(|found| found.provider.as_deref() == Some("aws") && found.line > 1)
        );
        let arns = out
            .resources
            .iter()
            .filter(|found| found.key.starts_with("arn:aws:"))
            .count();
        let facets = out
            .resources
            .iter()
            .filter(|found| found.parent.is_some())
            .count();
        eprintln!(
            "{name}: {} resources, {arns} with an ARN, {facets} facets, {} relations",
            out.resources.len(),
            out.relations.len()
        );
        assert!(!format!("{out:?}").contains("1b47061264138c4ac30d75fd1eb44270"));
        assert!(!format!("{out:?}").contains("ciphertext"));
    }
}
