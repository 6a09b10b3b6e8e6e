//! Names of Google Cloud resources: made of plans against the names of Cloud Asset Inventory that
//! lie beside them, made of attributes against those of ids.

use std::fs;
use std::path::{Path, PathBuf};

use nepho_core::key::types::google::{asset_type, full_name, is_of_parent, name_of, other_names};
use nepho_core::key::{google_project, google_with_project};
use serde_json::Value;

use super::data::{Instance, files};
use super::{compare, named};
use crate::iac::Figure;

/// Project of plans whose provider does not tell one, as the expected names write it.
const PROJECT: &str = "{{.Provider.project}}";

/// Names of assets on all plans that carry the expected ones.
///
/// Left out are names with `placeholder-`, which the source makes up for what a plan does not know,
/// and billing information, which is a second asset of a project.
pub(super) fn assets(folder: &Path) -> Figure {
    let mut figure = named("names of Google assets on plans");
    let folder = folder.join("terraform/plan-json/gcp-terraform-validator");
    for path in files(&folder) {
        let name = path.to_string_lossy().into_owned();
        let Some(start) = name.strip_suffix(".tfplan.json") else {
            continue;
        };
        let texts = [path.clone(), PathBuf::from(format!("{start}.json"))];
        let [Ok(plan), Ok(expected)] = texts.map(fs::read_to_string) else {
            continue;
        };
        // Plans write the folder with or without its collection in front; both are templates.
        let folder = match plan.contains("folders/{{.FolderID}}") {
            true => "7",
            false => "folders/7",
        };
        let filled = |text: &str| serde_json::from_str(&text.replace("{{.FolderID}}", folder));
        let (Ok(plan), Ok(Value::Array(expected))) = (filled(&plan), filled(&expected)) else {
            continue;
        };
        let project = project(&plan);
        let (names, mut unknown) = names(&plan, project);
        let file = start.rsplit('/').next().unwrap_or(start);
        for asset in &expected {
            let text = |name: &str| asset.get(name).and_then(Value::as_str).unwrap_or_default();
            let name = text("name").replace(PROJECT, project);
            if name.contains("placeholder-") || name.ends_with("/billingInfo") {
                continue;
            }
            let found = names.iter().find(|found| **found == name);
            // What a plan does not know yet has no name.
            let kind = unknown.iter().position(|kind| kind == text("asset_type"));
            match (found, kind) {
                (None, Some(at)) => {
                    unknown.remove(at);
                    figure.total += 1;
                    figure.right += 1;
                }
                (found, _) => compare(&mut figure, file, found.map(String::as_str), &name),
            }
        }
    }
    figure
}

/// Project of the provider.
fn project(plan: &Value) -> &str {
    let constant = "/configuration/provider_config/google/expressions/project/constant_value";
    let project = plan.pointer(constant).and_then(Value::as_str);
    project.unwrap_or(PROJECT)
}

/// Names of the resources of a plan, and the types of those without one.
fn names(plan: &Value, project: &str) -> (Vec<String>, Vec<String>) {
    let (mut names, mut unknown) = (Vec::new(), Vec::new());
    let changes = plan.get("resource_changes").and_then(Value::as_array);
    for change in changes.into_iter().flatten() {
        let kind = change
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let attribute = |name: &str| {
            let sides = ["/change/after", "/change/before"];
            sides.iter().find_map(|side| {
                let value = change.pointer(side)?.get(name)?.as_str()?;
                Some(value).filter(|value| !value.is_empty())
            })
        };
        match name_of(kind, attribute, Some(project)) {
            Some(name) => {
                names.extend(other_names(kind, &name, attribute));
                names.push(name);
            }
            None => unknown.extend(asset_type(kind)),
        }
    }
    (names, unknown)
}

/// Names from attributes against those from ids or self links, of all instances that tell both.
///
/// Recordings have the project of ids replaced, and not that of the attribute, so projects are not
/// compared.
pub(super) fn attributes(instances: &[Instance]) -> Figure {
    let mut figure = named("names of Google resources by attributes");
    for instance in instances {
        let kind = instance.kind.as_str();
        let known = ["self_link", "id"].iter().find_map(|name| {
            let name = full_name(kind, instance.text(name)?)?;
            Some(name).filter(|name| name.starts_with("//"))
        });
        let made = name_of(kind, |name| instance.text(name), None);
        if let (Some(known), Some(made), false) = (known, made, is_of_parent(kind)) {
            let project = google_project(&made).unwrap_or_default();
            let known = google_with_project(&known, project).unwrap_or(known);
            compare(&mut figure, kind, Some(&made), &known);
        }
    }
    figure
}
