//! Templates, which tell what is to be and not what is: ARM templates, their parameters, Bicep.

use nepho_iac_common::head::{contains, text_of};
use nepho_iac_common::outer;

/// Names of the schemas of templates and parameters, for all scopes
/// (learn.microsoft.com/azure/azure-resource-manager/templates/syntax, read 2026-11-29).
const SCHEMAS: [&str; 2] = ["deploymenttemplate.json", "deploymentparameters.json"];

/// Advice for a template.
const ADVICE: &str = "this template tells what is to be, not what there is; run `az deployment group show --resource-group GROUP --name NAME > deployment.json` for what its deployment made, and read that file";

/// What to do with a template of this name; `None` of any other document.
pub(super) fn advice(name: &str, text: &str) -> Option<&'static str> {
    (is_json(text) || is_bicep(name, text)).then_some(ADVICE)
}

fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let schema = text_of(text, "$schema").unwrap_or_default();
    if !SCHEMAS.iter().any(|name| contains(schema, name)) {
        return false;
    }
    let keys = outer::keys(text, 24);
    let has = |key: &str| keys.contains(&key);
    has("$schema") && (has("contentVersion") || has("resources"))
}

/// Whether it is a file of Bicep, by its name or by the declaration of a resource:
/// `resource NAME 'Microsoft.Web/sites@2022-03-01' = {`.
fn is_bicep(name: &str, text: &str) -> bool {
    let is_named = name.ends_with(".bicep") || name.ends_with(".bicepparam");
    let is_json = text.trim_start().starts_with(['{', '[']);
    !is_json && (is_named || text.lines().take(400).any(is_declaration))
}

fn is_declaration(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_resource = words.next() == Some("resource") && words.next().is_some();
    let is_type = |word: &str| {
        let inner = word
            .strip_prefix('\'')
            .and_then(|word| word.strip_suffix('\''));
        inner.is_some_and(|inner| inner.contains('/') && inner.contains('@'))
    };
    is_resource
        && words.next().is_some_and(is_type)
        && matches!(words.next(), Some("=" | "existing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_from_what_names_them() {
        let check = |name: &str, text: &str, expected: bool| {
            assert_eq!(advice(name, text).is_some(), expected, "{name} {text}");
        };
        let schema = "https://schema.management.azure.com/schemas";
        let template = |kind: &str| {
            format!(
                r#"{{"$schema":"{schema}/2019-04-01/{kind}.json#","contentVersion":"1.0.0.0","resources":[]}}"#
            )
        };
        check("a.json", &template("deploymentTemplate"), true);
        check("a.json", &template("subscriptionDeploymentTemplate"), true);
        check("a.json", &template("deploymentParameters"), true);
        check("a.json", &template("createUIDefinition"), false);
        let quoting = format!(r#"{{"message":{}}}"#, template("deploymentTemplate"));
        check("a.json", &quoting, false);
        let bicep =
            "@description('x')\nresource plan 'Microsoft.Web/serverfarms@2022-03-01' = {\n}\n";
        check("main.txt", bicep, true);
        check("main.bicep", "module web './web.bicep' = {\n}\n", true);
        check(
            "a.log",
            "resource plan 'Microsoft.Web/serverfarms@2022-03-01' was not found\n",
            false,
        );
        check("a.log", "12:00 resource a 'b/c@1' = {\n", false);
    }
}
