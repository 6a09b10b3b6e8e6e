//! What the recordings under `../shared/iac/pulumi` tell.

use std::collections::BTreeMap;

use nepho_conformance::documents::Told;
use nepho_conformance::feeds::read_all;
use nepho_conformance::inputs::documents_beside;
use nepho_core::ErrorKind;
use nepho_core::format::Confidence;
use nepho_iac_pulumi as _;

#[test]
fn what_a_feed_takes_for_its_own_it_reads_and_nothing_else() {
    let documents = documents_beside(&["pulumi"]);
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    let mut claimed: BTreeMap<&str, usize> = BTreeMap::new();
    read_all(&documents, &mut |name, text, feed, told| {
        if !matches!(feed.0, "pulumi.state" | "pulumi.events") {
            return;
        }
        let is_claimed = feed.1.sniff(name, text) > Confidence::NO;
        *claims.entry(name.to_owned()).or_default() += usize::from(is_claimed);
        *claimed.entry(feed.0).or_default() += usize::from(is_claimed);
        match told.error {
            Some(ref error) => {
                assert!(!told.has_rows(), "{name}");
                assert!(
                    !is_claimed || error.kind() == ErrorKind::Unsupported,
                    "{error}"
                );
            }
            None => assert!(is_claimed, "{name} is read but not claimed"),
        }
    });
    assert!(claims.values().all(|claims| *claims <= 1), "{claims:?}");
    assert!(claimed.values().all(|claimed| *claimed > 0), "{claimed:?}");
}

/// What the feed of states tells of a recorded state.
fn state(name: &str, check: &dyn Fn(&str, Told)) {
    let documents = documents_beside(&["pulumi/checkpoint/pulumi"]);
    let documents: Vec<_> = documents
        .into_iter()
        .filter(|input| input.name.ends_with(name))
        .collect();
    read_all(&documents, &mut |_, text, feed, told| {
        if feed.0 == "pulumi.state" {
            check(text, told);
        }
    });
}

#[test]
fn recorded_states_give_their_resources() {
    for name in [
        "checkpoint-v3.json",
        "checkpoint-secrets.json",
        "crawler.json",
    ] {
        state(name, &|text, told| {
            assert!(
                told.error.is_none() && told.output.rejects.is_empty(),
                "{name}"
            );
            assert!(!told.shown().contains("1b47061264138c4ac30d75fd1eb44270"));
            assert!(!told.shown().contains("ciphertext"));
            let resources = told.output.resources;
            // Every resource with an id is one of a cloud here.
            assert_eq!(
                resources.len(),
                text.matches("\"custom\": true").count(),
                "{name}"
            );
            let mut all = resources.iter();
            assert!(all.all(|found| found.provider.as_deref() == Some("aws") && found.line > 1));
        });
    }
}

#[test]
fn a_recorded_state_of_unknown_features_is_refused() {
    state("checkpoint-v4-unsupported-feature.json", &|_, told| {
        let kind = told.error.map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Unsupported));
    });
}
