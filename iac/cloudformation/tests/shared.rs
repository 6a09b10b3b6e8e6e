//! What the recordings under `../shared/iac/cloudformation` tell: test snapshots of LocalStack,
//! lists of events inside of other JSON, with masked times.

use std::collections::BTreeMap;

use nepho_conformance::feeds::read_all;
use nepho_conformance::inputs::documents_beside;
use nepho_core::feed::FeedOutput;
use nepho_iac_cloudformation as _;

#[test]
fn recordings_tell_resources_and_no_times() {
    let documents = documents_beside(&["cloudformation"]);
    if documents.is_empty() {
        return;
    }
    let mut all: BTreeMap<&str, FeedOutput> = BTreeMap::new();
    read_all(&documents, &mut |_, _, feed, told| {
        let sum = all.entry(feed.0).or_default();
        sum.changes.extend(told.output.changes);
        sum.resources.extend(told.output.resources);
    });
    for name in ["cloudformation.events", "cloudformation.resources"] {
        let sum = &all[name];
        assert!(!sum.resources.is_empty(), "{name}");
        // Masked times must not become times.
        assert!(sum.changes.iter().all(|change| change.time.is_none()));
    }
    assert!(!all["cloudformation.events"].changes.is_empty());
}
