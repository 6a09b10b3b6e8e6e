//! Recorded change sets and drift against what stands in them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{Figure, named};
use super::read;
use super::recorded::Case;

/// The word for the action of a `ResourceChange`.
pub(super) fn action(change: &Value) -> Option<&'static str> {
    Some(match change["Action"].as_str()? {
        "Add" => "create",
        "Remove" => "delete",
        "Import" => "import",
        "Modify" if change["Replacement"] == "True" => "replace",
        "Modify" => "update",
        _ => return None,
    })
}

fn sets(cases: &[Case]) -> impl Iterator<Item = (&str, &Value)> {
    cases.iter().flat_map(|case| {
        let answers = case.content.as_object().into_iter().flatten();
        let sets = answers.filter(|(_, answer)| answer["Changes"].is_array());
        sets.map(|(_, set)| (case.name.as_str(), set))
    })
}

fn changes(set: &Value) -> impl Iterator<Item = &Value> {
    let changes = set["Changes"].as_array().into_iter().flatten();
    changes
        .map(|change| &change["ResourceChange"])
        .filter(|change| {
            let kind = change["ResourceType"].as_str().unwrap_or_default();
            kind != "AWS::CDK::Metadata" && kind != "AWS::CloudFormation::Stack"
        })
}

fn details(change: &Value) -> impl Iterator<Item = &Value> {
    change["Details"].as_array().into_iter().flatten()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The attribute of a detail, by its path without `/Properties`, else by its name.
fn attribute(detail: &Value) -> String {
    let target = &detail["Target"];
    match target["Path"].as_str() {
        Some(path) => path.trim_start_matches("/Properties/").replace('/', "."),
        None => word(&target["Name"]).to_owned(),
    }
}

/// Planned changes.
pub(super) fn change_sets(cases: &[Case]) -> Figure {
    let mut figure = named("cloudformation: planned changes");
    for (name, set) in sets(cases) {
        let out = read("cloudformation.changesets", "set.json", &set.to_string());
        let mut told = out.changes.iter();
        for change in changes(set) {
            let names: BTreeSet<String> = details(change).map(attribute).collect();
            let found = told.next();
            let is_right = found.is_some_and(|found| {
                found.address == word(&change["LogicalResourceId"])
                    && Some(found.action.to_string().as_str()) == action(change)
                    && found.outcome.to_string() == "planned"
                    && found.attributes.iter().cloned().collect::<BTreeSet<_>>() == names
            });
            figure.check(is_right, || format!("{name}: {found:?}, not {change}"));
        }
        let more = told.next();
        if more.is_some() {
            figure.check(false, || format!("{name}: {more:?} is not announced"));
        }
    }
    figure
}

/// Resources that cause a planned change.
pub(super) fn causes(cases: &[Case]) -> Figure {
    let mut figure = named("cloudformation: causes of planned changes");
    for (name, set) in sets(cases) {
        let out = read("cloudformation.changesets", "set.json", &set.to_string());
        let told: BTreeSet<(&str, &str)> = out
            .relations
            .iter()
            .map(|edge| (edge.from.as_str(), edge.to.as_str()))
            .collect();
        // Topics are known by their ARN, parameters by name.
        let key = |logical: &str| {
            let id = changes(set)
                .find(|change| change["LogicalResourceId"] == logical)
                .and_then(|change| change["PhysicalResourceId"].as_str());
            id.map(str::to_owned)
        };
        let mut expected = BTreeSet::new();
        for change in changes(set) {
            for detail in details(change).filter(|detail| {
                matches!(
                    word(&detail["ChangeSource"]),
                    "ResourceAttribute" | "ResourceReference"
                )
            }) {
                let cause = word(&detail["CausingEntity"]).split('.').next();
                let (from, to) = (key(word(&change["LogicalResourceId"])), cause.and_then(key));
                expected.extend(from.zip(to));
            }
        }
        for (from, to) in &expected {
            let is_right = told
                .iter()
                .any(|edge| edge.0.contains(from.as_str()) && edge.1.contains(to.as_str()));
            figure.check(is_right, || {
                format!("{name}: {from} -> {to} not in {told:?}")
            });
        }
        if told.len() != expected.len() {
            figure.check(false, || format!("{name}: {told:?}, not {expected:?}"));
        }
    }
    figure
}

/// Drift.
pub(super) fn drift(cases: &[Case]) -> Figure {
    let mut figure = named("cloudformation: drift");
    for case in cases {
        let answers = case.content.as_object().into_iter().flatten();
        for (_, answer) in answers.filter(|(_, answer)| answer["StackResourceDrift"].is_object()) {
            let out = read("cloudformation.drift", "drift.json", &answer.to_string());
            let differences = answer["StackResourceDrift"]["PropertyDifferences"].as_array();
            let expected: BTreeSet<String> = differences
                .into_iter()
                .flatten()
                .map(|one| {
                    word(&one["PropertyPath"])
                        .trim_start_matches('/')
                        .replace('/', ".")
                })
                .collect();
            let told = out.changes.first();
            let names = told.map(|change| change.attributes.iter().cloned().collect());
            figure.check(names.as_ref() == Some(&expected), || {
                format!("{}: {told:?}, not {expected:?}", case.name)
            });
        }
    }
    figure
}
