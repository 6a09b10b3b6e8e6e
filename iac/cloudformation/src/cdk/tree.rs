//! `tree.json`: the constructs, and which of them are resources of which type.

use std::collections::BTreeMap;

use nepho_core::feed::{Document, FeedOutput};
use nepho_core::tables::Resource;
use nepho_iac_common::lines::Lines;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::path::{CdkPath, services};
use crate::document::{item_at, reject, text};
use crate::wire::CDK_METADATA;

/// Nesting beyond which constructs are not followed.
const DEPTH: usize = 64;

#[derive(Deserialize)]
struct Tree<'a> {
    #[serde(borrow)]
    tree: &'a RawValue,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(default, deserialize_with = "text")]
    path: Option<String>,
    #[serde(default)]
    attributes: Attributes,
    #[serde(default, borrow)]
    children: BTreeMap<String, &'a RawValue>,
}

/// Of the attributes only the type: `aws:cdk:cloudformation:props` holds values.
#[derive(Default, Deserialize)]
struct Attributes {
    #[serde(
        rename = "aws:cdk:cloudformation:type",
        default,
        deserialize_with = "text"
    )]
    kind: Option<String>,
}

struct Found {
    path: String,
    kind: String,
    line: u64,
}

/// Adds the resources of a tree, by path: it knows no logical ids.
///
/// # Errors
/// When it is not JSON, or not a tree.
pub(super) fn read(
    document: &Document<'_>,
    text: &str,
    out: &mut FeedOutput,
) -> serde_json::Result<()> {
    let tree: Tree<'_> = serde_json::from_str(text)?;
    let root: Node<'_> = serde_json::from_str(tree.tree.get())?;
    let mut found = Vec::new();
    let lines = Lines::of(document.text);
    walk(document, &lines, root, 0, &mut found, out);
    let services = services(
        found
            .iter()
            .map(|one| (one.path.as_str(), one.kind.as_str(), one.path.as_str())),
    );
    for one in found {
        if one.kind == CDK_METADATA {
            continue;
        }
        out.resources.push(Resource {
            key: format!("cdk:{}", one.path),
            name: Some(CdkPath::parse(&one.path).construct),
            provider: one.kind.starts_with("AWS::").then(|| "aws".to_owned()),
            service: services.get(&one.path).cloned(),
            resource_type: one.kind,
            tool: Some("cdk".to_owned()),
            uri: document.uri.to_owned(),
            line: one.line,
            ..Resource::default()
        });
    }
    Ok(())
}

fn walk(
    document: &Document<'_>,
    lines: &Lines<'_>,
    node: Node<'_>,
    depth: usize,
    found: &mut Vec<Found>,
    out: &mut FeedOutput,
) {
    for raw in node.children.into_values() {
        let item = item_at(lines, raw.get());
        let child = serde_json::from_str::<Node<'_>>(raw.get());
        let Ok(child) = child else {
            let reason = "the construct is not as the CDK writes it".to_owned();
            out.rejects.push(reject(document, &item, reason));
            continue;
        };
        if let (Some(kind), Some(path)) = (&child.attributes.kind, &child.path) {
            found.push(Found {
                path: path.clone(),
                kind: kind.clone(),
                line: item.line,
            });
        }
        if depth < DEPTH {
            walk(document, lines, child, depth + 1, found, out);
        }
    }
}
