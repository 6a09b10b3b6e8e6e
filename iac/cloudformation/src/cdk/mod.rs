//! Feed `cloudformation.cdk`: `manifest.json` and `tree.json` of a cloud assembly (`cdk.out`). See
//! `README.md`.

mod manifest;
pub(crate) mod path;
mod tree;

#[cfg(test)]
mod tests;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::{Error, ErrorKind, Origin, Result};
use nepho_iac_common::head::has_key;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.cdk",
    summary: "Cloud assemblies of the CDK (manifest.json, tree.json): constructs and their resources",
    permissions: &[],
    make: Make::Feed(|| Box::new(Assemblies)),
});

/// Reads the manifest and the tree of a cloud assembly.
#[derive(Debug)]
pub struct Assemblies;

impl ChangeFeed for Assemblies {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["artifacts", "tree"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let is_manifest = has_key(head, "artifacts")
            && ["aws:cloudformation:stack", "cdk:tree", "cdk:asset-manifest"]
                .iter()
                .any(|kind| head.contains(&format!("\"{kind}\"")));
        let is_tree = has_key(head, "tree") && head.contains("\"tree-0.1\"");
        match head.starts_with('{') && (is_manifest || is_tree) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let text = document.text.trim_start_matches('\u{feff}');
        let refuse = |line: usize, message: &str| {
            let origin = Origin {
                uri: document.uri.to_owned(),
                bytes: Some((0, document.text.len() as u64)),
                line: Some(line.max(1) as u64),
            };
            let operation = "cloudformation: read a cloud assembly";
            Error::new(ErrorKind::InvalidData, operation, message).at(origin)
        };
        if has_key(text, "artifacts") {
            return manifest::read(document, text, out)
                .map_err(|error| refuse(error.line(), "the manifest is not as the CDK writes it"));
        }
        if has_key(text, "tree") {
            return tree::read(document, text, out)
                .map_err(|error| refuse(error.line(), "the tree is not as the CDK writes it"));
        }
        Err(refuse(
            1,
            "the document holds neither a manifest nor a tree",
        ))
    }
}
