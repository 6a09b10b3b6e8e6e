//! Damaged documents: no panic, every error has its place, and no planted value comes out.

use nepho_conformance::documents::feeds;
use nepho_conformance::feeds::mutants;
use nepho_core::feed::{Document, FeedOutput};
use nepho_iac_terraform::state::declared_from;

// What marks other values as secret may be lost with the part that is cut off.
nepho_conformance::feeds!(nepho_iac_terraform, "canary-p", ["terraform", "opentofu"]);

#[test]
fn damaged_states_are_streamed_and_compared() {
    let feeds = feeds();
    let state = feeds.iter().find(|(name, _)| *name == "terraform.state");
    let state = &state.expect("a feed of states").1;
    let mut all = FeedOutput::default();
    mutants(env!("CARGO_MANIFEST_DIR"), 2, &mut |name, text| {
        let mut streamed = FeedOutput::default();
        let told = declared_from(&mut text.as_bytes(), name, &mut streamed, &mut |_| {});
        if let Err(error) = told {
            assert!(error.origin().is_some_and(|origin| origin.line.is_some()));
        }
        let document = Document {
            uri: name,
            text,
            modified: None,
        };
        let mut out = FeedOutput::default();
        if state.sniff(name, text).0 > 0 && state.read(&document, &mut out).is_ok() {
            all.snapshots.extend(out.snapshots);
        }
    });
    // What was left of the states, compared all together.
    let mut out = FeedOutput::default();
    state.compare(&all.snapshots, &[], &mut out);
    assert!(!out.findings.is_empty() && !out.changes.is_empty());
    assert!(!format!("{out:?}").contains("canary"));
}
