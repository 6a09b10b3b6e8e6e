//! What the documents of others under `../shared/iac` tell.
#![expect(clippy::print_stderr, reason = "a test tells what it read")]

use std::collections::BTreeMap;

use nepho_conformance::feeds::read_all;
use nepho_conformance::inputs::documents_beside;
use nepho_core::format::Confidence;
use nepho_iac_terraform as _;

#[test]
fn rows_are_whole_and_sensitive_values_do_not_appear() {
    let documents = documents_beside(&["terraform", "opentofu"]);
    if documents.is_empty() {
        return;
    }
    let mut read_by: BTreeMap<&str, usize> = BTreeMap::new();
    read_all(&documents, &mut |name, text, feed, told| {
        let is_generated = name.contains("generated-terraform");
        assert!(!is_generated || !told.shown().contains("s3cr3t"), "{name}");
        if feed.1.sniff(name, text) == Confidence::NO || told.error.is_some() {
            return;
        }
        *read_by.entry(feed.0).or_default() += 1;
        for resource in &told.output.resources {
            assert!(!resource.key.is_empty() && !resource.aliases.contains(&resource.key));
        }
        for change in &told.output.changes {
            let has_both = !change.address.is_empty() && !change.resource_type.is_empty();
            assert!(has_both, "{change:?}");
        }
    });
    eprintln!("{} files, read: {read_by:?}", documents.len());
    // No lock is among them.
    for feed in [
        "terraform.state",
        "terraform.plan",
        "terraform.log",
        "terraform.hcp",
    ] {
        assert!(read_by.contains_key(feed), "{feed}: {read_by:?}");
    }
}
