//! Tags and labels that a call gives a resource, as far as they tell who made the call.
//!
//! | tag | tells |
//! |---|---|
//! | `aws:cloudformation:stack-id` | the stack; nobody else can set it |
//! | any, with value `nepho/run/ID` or `nepho-run-ID` | the run (`docs/guides/run-ids.md`) |
//! | `git_commit` beside `yor_trace` | the commit that last changed the block of the resource |
//! | `goog-terraform-provisioned` = `true` | Terraform made it |
//!
//! What takes tags away names those of others, and tells nothing.
//!
//! docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html,
//! github.com/bridgecrewio/yor, and registry.terraform.io/providers/hashicorp/google (its argument
//! `add_terraform_attribution_label`), read 2026-11-29.

use nepho_core::key::Arn;

use super::json::Json;
use super::marks::marked;

/// Deepest object that is searched for tags.
const DEPTH: usize = 6;
/// Items of a list that are searched.
const ITEMS: usize = 100;
/// First words of operations that take tags away.
const TAKES_AWAY: [&str; 4] = ["Delete", "Remove", "Untag", "Clear"];

/// What tags tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags {
    /// Id of the run.
    pub run: Option<String>,
    /// Name of the stack of CloudFormation.
    pub stack: Option<String>,
    /// Commit.
    pub commit: Option<String>,
    /// Whether Terraform made the resource.
    pub is_by_terraform: bool,
    is_by_yor: bool,
}

impl Tags {
    /// Tags in the request of an operation.
    pub(super) fn of(operation: &str, request: &Json<'_>) -> Self {
        let mut tags = Self::default();
        if !TAKES_AWAY.iter().any(|word| operation.starts_with(word)) {
            tags.search(request, false, 0);
        }
        if !tags.is_by_yor {
            tags.commit = None;
        }
        tags
    }

    /// Looks through what is called tags or labels: an object of names and values, or a list of
    /// objects with key and value.
    fn search(&mut self, value: &Json<'_>, is_within: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match value {
            Json::List(items) => {
                for item in items.iter().take(ITEMS) {
                    self.search(item, is_within, depth + 1);
                }
            }
            Json::Object(fields) => {
                let field =
                    |names: [&str; 2]| names.iter().find_map(|name| value.get(name)?.as_str());
                if let (true, Some(name)) = (is_within, field(["key", "Key"])) {
                    self.tag(name, field(["value", "Value"]).unwrap_or_default());
                    return;
                }
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if is_within => self.tag(name, text),
                        _ => {
                            let is_within = is_within || is_tags(name);
                            self.search(value, is_within, depth + 1);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn tag(&mut self, name: &str, value: &str) {
        match name {
            "aws:cloudformation:stack-id" => self.stack = stack_of(value),
            "yor_trace" => self.is_by_yor = true,
            "git_commit" if is_commit(value) => self.commit = Some(value.to_owned()),
            "goog-terraform-provisioned" => self.is_by_terraform = value == "true",
            _ => {
                if let Some(run) = marked(value) {
                    self.run.get_or_insert(run);
                }
            }
        }
    }
}

fn is_tags(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("tag") || name.ends_with("tags") || name == "labels"
}

/// Name in the id of a stack: `arn:...:stack/NAME/ID`.
fn stack_of(id: &str) -> Option<String> {
    let name = Arn::parse(id)?.resource.strip_prefix("stack/")?;
    Some(name.split('/').next().unwrap_or(name).to_owned())
}

/// Whether a text is the hash of a commit.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 7..=64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn tags_are_found_in_every_form() {
        let stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b2c3d-0000";
        let run = |request: &Json<'_>| Tags::of("RunInstances", request).run;
        let value = "nepho/run/gh-4711.2";
        for request in [
            json!({"tags": {"run": value}}),
            json!({"tags": [{"key": "run", "value": value}]}),
            json!({"tagList": [{"Key": "run", "Value": value}]}),
            json!({"tagSpecificationSet": {"items": [{"resourceType": "instance",
                "tags": [{"key": "run", "value": value}]}]}}),
            json!({"resource": {"labels": {"run": "nepho-run-gh-4711.2"}}}),
        ] {
            assert_eq!(run(&request).as_deref(), Some("gh-4711.2"), "{request:?}");
        }
        assert_eq!(run(&json!({"description": value})), None);
        let request = json!({"tags": {"run": value, "aws:cloudformation:stack-id": stack}});
        let told = Tags::of("CreateQueue", &request);
        assert_eq!(told.stack.as_deref(), Some("shop"));
        assert_eq!(Tags::of("DeleteTags", &request), Tags::default());
    }

    #[test]
    fn a_commit_is_that_of_yor() {
        let commit = "47accf06f13b503f3bab06fed7860e72f7523cac";
        let told = |more: &str| {
            let request = json!({"tagSet": {"items": [{"key": "git_commit", "value": commit},
                {"key": more, "value": "b1"}]}});
            Tags::of("CreateTags", &request).commit
        };
        assert_eq!(told("yor_trace").as_deref(), Some(commit));
        assert_eq!(told("other"), None);
    }
}
