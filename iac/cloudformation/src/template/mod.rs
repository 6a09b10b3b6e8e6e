//! Feed `cloudformation.template`: templates in JSON and YAML, for what depends on what. See
//! `README.md`.

mod declared;
mod edges;
mod names;
mod permits;
mod short_forms;
mod value;

#[cfg(test)]
mod tests;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_iac_common::head::has_key;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.template",
    summary: "Templates of CloudFormation and the CDK: resources, and what they depend on",
    permissions: &["cloudformation:GetTemplate"],
    make: Make::Feed(|| Box::new(Templates)),
});

/// Reads templates.
#[derive(Debug)]
pub struct Templates;

impl ChangeFeed for Templates {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["Resources", "TemplateBody"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        if head.starts_with(['{', '[']) {
            sniff_json(head)
        } else {
            sniff_yaml(head)
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let template = value::read(document)?;
        declared::tell(document, &template, out);
        Ok(())
    }
}

fn sniff_json(head: &str) -> Confidence {
    let others = [
        "eventVersion",
        "eventSource",
        "StackEvents",
        "OperationEvents",
        "terraform_version",
    ];
    if others.iter().any(|key| has_key(head, key)) {
        return Confidence::NO;
    }
    // Findings of Security Hub have a list of resources.
    let has_resources = has_value(head, "Resources", &["{"]);
    if has_resources && has_key(head, "AWSTemplateFormatVersion") {
        return Confidence::CERTAIN;
    }
    if has_key(head, "TemplateBody") && has_key(head, "StagesAvailable") {
        return Confidence::CERTAIN;
    }
    let has_types = has_value(head, "Type", &["\"AWS::", "\"Custom::", "\"Alexa::"]);
    match has_resources && has_types {
        true => Confidence(85),
        false => Confidence::NO,
    }
}

/// Whether the key occurs with a value that begins with one of these.
fn has_value(head: &str, key: &str, starts: &[&str]) -> bool {
    let quoted = format!("\"{key}\"");
    let mut found = head.match_indices(&quoted);
    found.any(|(at, quoted)| {
        let rest = head.get(at + quoted.len()..).unwrap_or_default();
        let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| starts.iter().any(|start| value.starts_with(start)))
    })
}

fn sniff_yaml(head: &str) -> Confidence {
    let mut has_resources = false;
    let mut has_version = false;
    let mut has_types = false;
    for line in head.lines() {
        let words = line.trim_end();
        has_resources |= words == "Resources:" || words.starts_with("Resources: #");
        has_version |= words.starts_with("AWSTemplateFormatVersion:");
        let kind = words.trim_start().strip_prefix("Type:").map(str::trim);
        let kind = kind.map(|kind| kind.trim_start_matches(['"', '\'']));
        has_types |=
            kind.is_some_and(|kind| kind.starts_with("AWS::") || kind.starts_with("Custom::"));
    }
    match (has_version, has_resources, has_types) {
        (true, ..) => Confidence::CERTAIN,
        (false, true, true) => Confidence(85),
        _ => Confidence::NO,
    }
}
