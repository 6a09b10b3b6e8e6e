//! `manifest.json`: which construct became which resource of which stack.

use std::collections::BTreeMap;

use nepho_core::feed::{Document, FeedOutput, StackOfTemplate};
use nepho_core::tables::Resource;
use nepho_iac_common::lines::Lines;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::path::CdkPath;
use crate::document::{item_at, reject, text};
use crate::stack::address_key;

#[derive(Deserialize)]
struct Manifest<'a> {
    #[serde(borrow)]
    artifacts: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct Artifact<'a> {
    #[serde(rename = "type", default, deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    environment: Option<String>,
    #[serde(default)]
    properties: Properties,
    #[serde(default, borrow)]
    metadata: BTreeMap<String, &'a RawValue>,
}

/// Of the properties only the names: parameters and tags hold values.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    #[serde(default, deserialize_with = "text")]
    stack_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    template_file: Option<String>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(rename = "type", default, deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
}

/// Adds the resources of all stacks of a manifest.
///
/// # Errors
/// When it is not JSON, or has no artifacts.
pub(super) fn read(
    document: &Document<'_>,
    text: &str,
    out: &mut FeedOutput,
) -> serde_json::Result<()> {
    let manifest: Manifest<'_> = serde_json::from_str(text)?;
    let lines = Lines::of(document.text);
    for (id, raw) in manifest.artifacts {
        let item = item_at(&lines, raw.get());
        match serde_json::from_str::<Artifact<'_>>(raw.get()) {
            Ok(artifact) => read_stack(document, &lines, &id, &artifact, out),
            Err(_) => {
                let reason = "the artifact is not as the CDK writes it".to_owned();
                out.rejects.push(reject(document, &item, reason));
            }
        }
    }
    Ok(())
}

fn read_stack(
    document: &Document<'_>,
    lines: &Lines<'_>,
    id: &str,
    artifact: &Artifact<'_>,
    out: &mut FeedOutput,
) {
    if artifact.kind.as_deref() != Some("aws:cloudformation:stack") {
        return;
    }
    let stack = artifact.properties.stack_name.as_deref().unwrap_or(id);
    if let Some(file) = &artifact.properties.template_file {
        let folder = document.uri.rfind(['/', '\\']).map_or(0, |end| end + 1);
        let folder = document.uri.get(..folder).unwrap_or_default();
        out.stacks.push(StackOfTemplate {
            template: format!("{folder}{file}"),
            stack: stack.to_owned(),
        });
    }
    let place = artifact.environment.as_deref().unwrap_or_default();
    let place = place
        .strip_prefix("aws://")
        .and_then(|place| place.split_once('/'));
    let known = |word: &str| Some(word.to_owned()).filter(|word| !word.starts_with("unknown-"));
    for (path, raw) in &artifact.metadata {
        let entries: Vec<Entry<'_>> = serde_json::from_str(raw.get()).unwrap_or_default();
        let logical = entries
            .iter()
            .find(|entry| entry.kind.as_deref() == Some("aws:cdk:logicalId"))
            .and_then(|entry| serde_json::from_str::<String>(entry.data?.get()).ok());
        let Some(logical) = logical else {
            continue;
        };
        let path = path.trim_start_matches('/');
        let construct = CdkPath::parse(path).construct;
        if is_of_cdk(path) {
            continue;
        }
        let line = lines.line_of(raw.get());
        out.resources.push(Resource {
            key: address_key("cdk", stack, &logical),
            aliases: aliases(id, stack, &logical, path),
            name: Some(construct),
            provider: Some("aws".to_owned()),
            account: place.and_then(|(account, _)| known(account)),
            region: place.and_then(|(_, region)| known(region)),
            tool: Some("cdk".to_owned()),
            scope: Some(stack.to_owned()),
            address: Some(logical),
            uri: document.uri.to_owned(),
            line,
            ..Resource::default()
        });
    }
}

/// Other words for the resource: its path, and its address in the template, which is named after
/// the artifact and not after the stack.
fn aliases(id: &str, stack: &str, logical: &str, path: &str) -> Vec<String> {
    let mut aliases = vec![format!("cdk:{path}")];
    if id != stack {
        aliases.push(address_key("cdk", id, logical));
    }
    aliases
}

/// Whether a path is that of a parameter or a rule which the CDK puts into every stack.
fn is_of_cdk(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let parent = path.split('/').nth(1).unwrap_or_default();
    matches!(last, "BootstrapVersion" | "CheckBootstrapVersion") || parent == "CDKMetadata"
}
