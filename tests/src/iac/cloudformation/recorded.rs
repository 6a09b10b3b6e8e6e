//! Recorded events against the change sets that caused them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nepho_core::feed::FeedOutput;
use serde_json::{Value, json};

use super::super::{Figure, files, named};
use super::read;

/// What one test of LocalStack recorded.
pub(super) struct Case {
    /// Name of the test.
    pub(super) name: String,
    /// The answers, by the name that the test gave them.
    pub(super) content: Value,
}

/// All cases below `folder`, in the order of files and names.
pub(super) fn cases(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for path in files(folder) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let tests: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        cases.extend(tests.into_iter().map(|(name, mut test)| Case {
            name: name.rsplit("::").next().unwrap_or_default().to_owned(),
            content: test["recorded-content"].take(),
        }));
    }
    cases
}

impl Case {
    /// Events by resource, as the API tells them. Newer recordings keep only some of the fields.
    fn by_resource(&self) -> Vec<(String, Vec<Value>)> {
        let Some(resources) = self.content["per-resource-events"].as_object() else {
            return Vec::new();
        };
        let own = |(logical, events): (&String, &Value)| {
            let events = events.as_array()?.iter().enumerate();
            let events: Vec<Value> = events
                .map(|(number, event)| {
                    let mut event = event.clone();
                    if event["EventId"].is_null() {
                        event["EventId"] = json!(format!("{logical}-{number}"));
                        event["StackId"] = self.content["create-change-set-1"]["StackId"].clone();
                        event["StackName"] = json!("<stack-name:1>");
                    }
                    event
                })
                .collect();
            let is_stack = events
                .iter()
                .any(|event| event["ResourceType"] == "AWS::CloudFormation::Stack");
            (!is_stack).then(|| (logical.clone(), events))
        };
        resources.iter().filter_map(own).collect()
    }

    /// Lists of events of a whole stack, or single events.
    fn lists(&self) -> Vec<Value> {
        let content = self.content.as_object().into_iter().flatten();
        let mut lists: Vec<Value> = content
            .filter_map(|(name, value)| match name.as_str() {
                "per-resource-events" => None,
                "events" => Some(value.clone()),
                "event_error" | "failed_description" => Some(json!([value])),
                _ => value
                    .get("StackEvents")
                    .or_else(|| value.get("events"))
                    .cloned(),
            })
            .collect();
        lists.retain(|list| list[0]["EventId"].is_string());
        lists
    }

    /// What the executed change sets announce for a resource, and its deletion where it is
    /// recorded.
    fn announced(&self, logical: &str, events: &[Value]) -> Vec<&'static str> {
        let mut announced = Vec::new();
        for name in ["describe-change-set-1", "describe-change-set-2"] {
            let changes = self.content[name]["Changes"]
                .as_array()
                .into_iter()
                .flatten();
            let change = changes
                .map(|change| &change["ResourceChange"])
                .find(|change| change["LogicalResourceId"] == logical);
            announced.extend(change.and_then(super::planned::action));
        }
        let has = |status: &str| events.iter().any(|event| event["ResourceStatus"] == status);
        let deletions = events
            .iter()
            .filter(|event| event["ResourceStatus"] == "DELETE_COMPLETE")
            .count();
        // Some recordings end before the cleanup of the second change set.
        if deletions == 0 {
            announced.retain(|action| *action != "delete");
        }
        if announced.is_empty() && has("CREATE_COMPLETE") {
            announced.push("create");
        }
        let expected = announced
            .iter()
            .filter(|action| matches!(**action, "replace" | "delete"))
            .count();
        if deletions > expected {
            announced.push("delete");
        }
        if has("DELETE_SKIPPED") {
            announced.push("forget");
        }
        announced
    }
}

fn told(out: &FeedOutput) -> Vec<String> {
    let changes = out.changes.iter();
    changes
        .map(|change| match change.outcome.to_string().as_str() {
            "applied" => change.action.to_string(),
            other => format!("{} {other}", change.action),
        })
        .collect()
}

/// Changes of each resource.
pub(super) fn changes(cases: &[Case]) -> Figure {
    let mut figure = named("cloudformation: changes of events");
    for case in cases {
        for (logical, events) in case.by_resource() {
            let text = json!({ "StackEvents": events }).to_string();
            let told = told(&read("cloudformation.events", "events.json", &text));
            let announced = case.announced(&logical, &events);
            // A recording may hold neither the creation nor a change set.
            if !announced.is_empty() {
                figure.check(told == announced, || {
                    format!("{} {logical}: {told:?}, not {announced:?}", case.name)
                });
            }
        }
        for list in case.lists() {
            let out = read("cloudformation.events", "events.json", &list.to_string());
            let told: Vec<String> = out
                .changes
                .iter()
                .map(|change| format!("{} {} {}", change.address, change.action, change.outcome))
                .collect();
            let (expected, _, _) = expected(&case.name);
            figure.check(told == expected, || {
                format!("{}: {told:?}, not {expected:?}", case.name)
            });
        }
    }
    figure
}

/// Root failures of each list.
pub(super) fn roots(cases: &[Case]) -> Figure {
    let mut figure = named("cloudformation: root failures");
    for case in cases {
        for list in case.lists() {
            let out = read("cloudformation.events", "events.json", &list.to_string());
            let told: Vec<String> = out
                .changes
                .iter()
                .filter(|change| change.is_root_failure)
                .map(|change| format!("{} {}", change.address, change.action))
                .collect();
            let (_, expected, _) = expected(&case.name);
            figure.check(told == expected, || {
                format!("{}: {told:?}, not {expected:?}", case.name)
            });
        }
    }
    figure
}

/// Runs of each list that has rows of the stack.
pub(super) fn runs(cases: &[Case]) -> Figure {
    let mut figure = named("cloudformation: runs");
    for case in cases {
        for list in case.lists() {
            let out = read("cloudformation.events", "events.json", &list.to_string());
            let told: Vec<String> = out
                .runs
                .iter()
                .map(|run| format!("{} {} {:?}", run.operation, run.status, run.orphans))
                .collect();
            let (_, _, expected) = expected(&case.name);
            figure.check(told == expected, || {
                format!("{}: {told:?}, not {expected:?}", case.name)
            });
        }
    }
    figure
}

type Expected = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

/// Changes, root failures and runs that a person reads from the list of a test.
fn expected(name: &str) -> Expected {
    match name {
        "test_blocked_stack_deletion" => (
            &[
                "BrokenPolicy create failed",
                "BrokenPolicy delete failed",
                "BrokenPolicy forget applied",
            ],
            &["BrokenPolicy create", "BrokenPolicy delete"],
            &[
                "apply failed []",
                "destroy failed []",
                "destroy succeeded []",
            ],
        ),
        // The names tell the order in the template; the references tell the order of the work.
        "test_stack_deploy_order[A-B-C]"
        | "test_stack_deploy_order[B-A-C]"
        | "test_stack_deploy_order[C-B-A]" => (
            &[
                "A create applied",
                "B create applied",
                "C create applied",
                "C delete applied",
                "B delete applied",
                "A delete applied",
            ],
            &[],
            &[],
        ),
        "test_nested_conditions[prod-bucket-policy]" => (
            &["Bucket create applied", "Policy create applied"],
            &[],
            &["apply succeeded []"],
        ),
        "test_nested_conditions[prod-nobucket-nopolicy]" => (&[], &[], &["apply succeeded []"]),
        // An output asks for an attribute that there is not: no resource failed.
        "test_invalid_getatt_fails" => (
            &["<stack-name:1> create failed"],
            &["<stack-name:1> create"],
            &["apply failed []"],
        ),
        // The macro failed; of the list only the row that tells it was recorded.
        "test_failed_state[return_unsuccessful_with_message.py]"
        | "test_failed_state[raise_error.py]" => (
            &["<stack-name:1> create failed"],
            &["<stack-name:1> create"],
            &["apply running []"],
        ),
        _ => (&[], &[], &[]),
    }
}
