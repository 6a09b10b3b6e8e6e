//! The steps that are gathered are those that the engine counts in its own summary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nepho_core::feed::Document;

use super::run::End;
use super::*;

/// Steps that the engine does not count: parts of a replacement, and the look before a refresh.
const NOT_COUNTED: [&str; 7] = [
    "create-replacement",
    "delete-replaced",
    "read-replacement",
    "import-replacement",
    "discard-replaced",
    "remove-pending-replace",
    "refresh",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect());
    let mut entries: Vec<PathBuf> = entries.unwrap_or_default();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
}

/// What the summary of a log counts, and whether it is of a preview. `None` where a log has no
/// summary.
fn summary(text: &str) -> Option<(BTreeMap<String, u64>, bool)> {
    let values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    values.flatten().find_map(|event| {
        let summary = event.get("summaryEvent")?;
        let counts = serde_json::from_value(summary.get("resourceChanges")?.clone()).ok()?;
        Some((
            counts,
            summary
                .get("isPreview")
                .and_then(serde_json::Value::as_bool)
                .unwrap_or(false),
        ))
    })
}

fn counted(run: &Run<'_>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for step in &run.steps {
        // Groups are done as soon as they are begun; providers that nobody asked for are not
        // counted.
        let is_done = step.end == End::Done || (step.end == End::Open && !step.is_custom);
        let is_default = step.metadata.urn.contains("pulumi:providers:")
            && step.metadata.urn.contains("::default");
        if is_done && !is_default && !NOT_COUNTED.contains(&step.metadata.op.as_str()) {
            *counts.entry(step.metadata.op.clone()).or_insert(0) += 1;
        }
    }
    counts
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that reports what it read")]
fn recorded_logs_agree_with_their_summary_and_previews_change_nothing() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/iac/pulumi/engine-events");
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    if paths.is_empty() {
        eprintln!("no shared data at {}: nothing tested", folder.display());
        return;
    }
    let (mut agree, mut disagree, mut previews, mut changes, mut resources) =
        (0, Vec::new(), 0, 0, 0);
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let uri = path.display().to_string();
        let document = Document {
            uri: &uri,
            text: &text,
            modified: None,
        };
        assert_eq!(
            EngineEvents.sniff(&uri, &text),
            Confidence::CERTAIN,
            "{uri}"
        );
        let mut out = FeedOutput::default();
        assert!(EngineEvents.read(&document, &mut out).is_ok(), "{uri}");
        assert!(out.rejects.is_empty(), "{uri}: {:?}", out.rejects);
        changes += out.changes.len();
        resources += out.resources.len();
        let Some((expected, is_preview)) = summary(&text) else {
            continue;
        };
        if is_preview || text.contains("\"planning\":true") || text.contains("\"planning\": true") {
            previews += 1;
            assert!(out.changes.is_empty() && out.resources.is_empty(), "{uri}");
            continue;
        }
        let places = Places::of(&document);
        let mut runs = Runs::of(&uri);
        for event in stream::documents(&text, "events", &places).0 {
            if let Ok(event) = serde_json::from_str(event) {
                runs.add(event, 1);
            }
        }
        match runs.all.first().map(counted) == Some(expected) {
            true => agree += 1,
            false => disagree.push(uri),
        }
    }
    eprintln!(
        "{} logs: {agree} agree with their summary, {} do not, {previews} previews; {changes} changes, {resources} resources",
        paths.len(),
        disagree.len(),
    );
    assert!(agree >= 19 * disagree.len(), "{disagree:#?}");
}
