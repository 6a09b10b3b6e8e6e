//! Names that a template tells without being deployed: its stack, its exports and imports.

use serde_json::Value;

use super::edges::placeholders;

/// Names of files that say nothing of the stack; the folder does.
const COMMON: [&str; 8] = [
    "template",
    "cloudformation",
    "cfn",
    "stack",
    "main",
    "index",
    "packaged",
    "serverless",
];

/// Name of the stack that the file is for, as far as the path tells: the CDK names the file after
/// the stack, and so do most people.
pub(crate) fn scope_of(uri: &str) -> String {
    let mut parts = uri.trim_end_matches('/').rsplit(['/', '\\']);
    let stem = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    let name = stem(parts.next().unwrap_or(uri));
    let is_common = COMMON.contains(&name.to_ascii_lowercase().as_str());
    match parts.next().map(stem) {
        Some(folder) if is_common && !folder.is_empty() => folder,
        _ => name,
    }
}

/// Id of an export, which is unique in a region of an account.
pub(super) fn export_key(name: &str) -> String {
    format!("cloudformation:export:{name}")
}

/// Id of an output of the stack whose template is called so: whoever nests it refers to its
/// outputs.
pub(super) fn output_key(scope: &str, output: &str) -> String {
    format!("cloudformation:output:{scope}:{output}")
}

/// The name that `value` gives, as far as the template itself tells it: text, the name of the
/// stack, and parameters with a default that is not secret.
pub(super) fn resolve(value: &Value, template: &Value, scope: &str) -> Option<String> {
    if let Value::String(text) = value {
        return Some(text.clone()).filter(|text| !text.is_empty());
    }
    let (function, argument) = value
        .as_object()
        .filter(|map| map.len() == 1)?
        .iter()
        .next()?;
    match (function.as_str(), argument) {
        ("Ref", Value::String(name)) => variable(name, template, scope),
        ("Fn::Sub", Value::String(text)) => substitute(text, None, template, scope),
        ("Fn::Sub", Value::Array(parts)) => {
            let text = parts.first()?.as_str()?;
            substitute(text, parts.get(1), template, scope)
        }
        ("Fn::Join", Value::Array(parts)) => {
            let separator = parts.first()?.as_str()?;
            let parts: Option<Vec<String>> = parts
                .get(1)?
                .as_array()?
                .iter()
                .map(|part| resolve_flat(part, template, scope))
                .collect();
            Some(parts?.join(separator))
        }
        _ => None,
    }
}

/// As [`resolve`], but for text and variables only: names are not nested without end.
fn resolve_flat(value: &Value, template: &Value, scope: &str) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        value => variable(value.get("Ref")?.as_str()?, template, scope),
    }
}

fn substitute(text: &str, given: Option<&Value>, template: &Value, scope: &str) -> Option<String> {
    let mut whole = text.to_owned();
    for name in placeholders(text) {
        let value = match given.and_then(|given| given.get(name)) {
            Some(value) => resolve_flat(value, template, scope),
            None => variable(name, template, scope),
        };
        let value = value?;
        whole = whole.replace(&format!("${{{name}}}"), &value);
    }
    (!whole.contains("${")).then_some(whole)
}

fn variable(name: &str, template: &Value, scope: &str) -> Option<String> {
    if name == "AWS::StackName" {
        return Some(scope.to_owned());
    }
    let parameter = template.get("Parameters")?.get(name)?;
    let is_secret = parameter
        .get("NoEcho")
        .is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"));
    let default = parameter.get("Default")?.as_str()?;
    (!is_secret).then(|| default.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_stack() {
        let check = |uri: &str, scope: &str| assert_eq!(scope_of(uri), scope);
        check("cdk.out/Shop.template.json", "Shop");
        check("infra/network/template.yaml", "network");
        check("template.yaml", "template");
        check("vpc.yml", "vpc");
    }

    #[test]
    fn names_are_resolved_as_far_as_the_template_tells() {
        let template = serde_json::json!({"Parameters": {
            "Net": {"Default": "net"}, "Key": {"Default": "canary", "NoEcho": true}}});
        let check = |value: Value, expected: Option<&str>| {
            assert_eq!(resolve(&value, &template, "shop").as_deref(), expected);
        };
        check(serde_json::json!("a"), Some("a"));
        check(
            serde_json::json!({"Fn::Sub": "${Net}-VpcId"}),
            Some("net-VpcId"),
        );
        check(
            serde_json::json!({"Fn::Sub": "${AWS::StackName}-VpcId"}),
            Some("shop-VpcId"),
        );
        check(
            serde_json::json!({"Fn::Join": [":", [{"Ref": "Net"}, "x"]]}),
            Some("net:x"),
        );
        check(serde_json::json!({"Fn::Sub": "${Key}-x"}), None);
        check(serde_json::json!({"Fn::Sub": "${Other}-x"}), None);
        check(serde_json::json!(7), None);
    }
}
