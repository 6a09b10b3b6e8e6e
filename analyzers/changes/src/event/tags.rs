//! Tags and labels that a call gives a resource, as far as they tell who made the call or whose the
//! resource is.
//!
//! | tag | tells |
//! |---|---|
//! | `aws:cloudformation:stack-id` | the stack; nobody else can set it |
//! | any, with value `nepho/run/ID` or `nepho-run-ID` | the run (`docs/guides/run-ids.md`) |
//! | `git_commit` beside `yor_trace` | the commit that last changed the block of the resource |
//! | `goog-terraform-provisioned` = `true` | Terraform made it |
//! | those of [`nepho_core::owner`] | service, team and environment |
//!
//! What takes tags away names those of others, and tells nothing.
//!
//! docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html,
//! github.com/bridgecrewio/yor, and registry.terraform.io/providers/hashicorp/google (its argument
//! `add_terraform_attribution_label`), read 2026-11-29.

use std::collections::BTreeSet;

use nepho_core::key::Arn;
use nepho_core::owner::{Owner, is_owner_tag};
use nepho_core::run_id::marked;
use nepho_core::secret::may_be_kept;

use super::json::Json;
use super::words;

/// Deepest object that is searched for tags.
const DEPTH: usize = 6;
/// Items of a list that are searched.
const ITEMS: usize = 100;
/// Names of a tag's name in a list, and those of its value; keys of KMS have the second.
const NAMES: [&str; 4] = ["key", "Key", "tagKey", "TagKey"];
const VALUES: [&str; 4] = ["value", "Value", "tagValue", "TagValue"];
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
    /// Tags that may name the owner, and their values.
    owners: Vec<(String, String)>,
    /// Whether these are tags of something else that the call makes.
    is_of_other: bool,
}

impl Tags {
    /// Tags in the request of an operation.
    pub(super) fn of(operation: &str, request: &Json<'_>) -> Self {
        let mut tags = Self::default();
        if !TAKES_AWAY.iter().any(|word| operation.starts_with(word)) {
            tags.search(operation, request, false, 0);
        }
        if !tags.is_by_yor {
            tags.commit = None;
        }
        tags
    }

    /// Whose the resource is.
    pub(super) fn owner(&self) -> Option<Box<Owner>> {
        let tags = self.owners.iter();
        let owner = Owner::of(tags.map(|(name, value)| (name.as_str(), value.as_str())));
        let is_told = [&owner.service, &owner.team, &owner.environment];
        let is_told = is_told.into_iter().any(Option::is_some);
        is_told.then(|| Box::new(owner))
    }

    /// Looks through what is called tags or labels: an object of names and values, or a list of
    /// objects with key and value.
    fn search(&mut self, operation: &str, value: &Json<'_>, is_within: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match value {
            Json::List(items) => {
                for item in items.iter().take(ITEMS) {
                    self.search(operation, item, is_within, depth + 1);
                }
            }
            Json::Object(fields) => {
                let field =
                    |names: [&str; 4]| names.iter().find_map(|name| value.get(name)?.as_str());
                // An object of names and values may have one called `key`.
                let (name, value_of) = (field(NAMES), field(VALUES));
                let is_one = value_of.is_some() || fields.len() == 1;
                if let Some(name) = name.filter(|_| is_within && is_one) {
                    self.tag(name, value_of.unwrap_or_default());
                    return;
                }
                // Machines are started with tags for their disks as well.
                let kind = value.get("resourceType").and_then(Json::as_str);
                self.is_of_other =
                    operation == "RunInstances" && kind.is_some_and(|kind| kind != "instance");
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if is_within => self.tag(name, text),
                        _ => {
                            let is_within = is_within || is_tags(name);
                            self.search(operation, value, is_within, depth + 1);
                        }
                    }
                }
                self.is_of_other = false;
            }
            _ => {}
        }
    }

    fn tag(&mut self, name: &str, value: &str) {
        if !self.is_of_other && is_owner_tag(name) && may_be_kept(value) {
            self.owners.push((name.to_owned(), value.to_owned()));
        }
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

/// Keys of the tags that a call of AWS gives its resource or takes from it. Nothing of calls that
/// are about all tags: `PutBucketTagging`.
pub(super) fn keys(operation: &str, request: &Json<'_>) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let is_on_tags = |word: &&str| matches!(*word, "Tag" | "Tags" | "Untag");
    if words(operation).iter().any(is_on_tags) {
        add_keys(request, false, 0, &mut keys);
    }
    keys
}

/// Adds the keys within what is called tags: names in an object, keys in a list of objects, or
/// texts in a list.
fn add_keys(value: &Json<'_>, is_within: bool, depth: usize, keys: &mut BTreeSet<String>) {
    if depth > DEPTH {
        return;
    }
    match value {
        Json::Text(key) if is_within => _ = keys.insert(key.to_string()),
        Json::List(items) => {
            for item in items.iter().take(ITEMS) {
                add_keys(item, is_within, depth + 1, keys);
            }
        }
        Json::Object(fields) => {
            let field = |name: &&str| value.get(name)?.as_str();
            let key = NAMES.iter().find_map(field).filter(|_| is_within);
            if let Some(key) = key {
                keys.insert(key.to_owned());
                return;
            }
            for (name, value) in fields {
                let lower = name.to_ascii_lowercase();
                let is_named = is_tags(name) || lower.ends_with("tagkeys");
                match value {
                    Json::Text(_) if is_within && !is_list(&lower) => {
                        keys.insert(name.to_string());
                    }
                    // Some services hide what they were told.
                    Json::Text(_) => {}
                    _ => add_keys(value, is_within || is_named, depth + 1, keys),
                }
            }
        }
        _ => {}
    }
}

/// Whether a field holds the items of a list and is no tag.
fn is_list(name: &str) -> bool {
    matches!(name, "item" | "items" | "member" | "quantity")
}

fn is_tags(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("tag") || name.ends_with("tags") || name.ends_with("labels")
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
    fn tags_tell_whose_a_resource_is() {
        let check = |operation: &str, request: Json<'_>, expected: [Option<&str>; 3]| {
            let owner = Tags::of(operation, &request).owner().unwrap_or_default();
            let told = [&owner.service, &owner.team, &owner.environment];
            assert_eq!(told.map(Option::as_deref), expected, "{request:?}");
        };
        let pay = [Some("pay"), None, None];
        let tags = json!({"tags": [{"key": "service", "value": "pay"}, {"key": "cost", "value": "1"},
            {"key": "team", "value": "money"}, {"key": "Env", "value": "prod"}]});
        check(
            "CreateDBInstance",
            tags,
            [Some("pay"), Some("money"), Some("prod")],
        );
        let tags = json!({"tags": [{"tagKey": "service", "tagValue": "pay"}]});
        check("TagResource", tags, pay);
        let tags = json!({"Tagging": {"TagSet": {"Tag": {"Key": "Service", "Value": "pay"}}}});
        check("PutBucketTagging", tags, pay);
        let labels = json!({"instance": {"settings": {"userLabels": {"service": "pay"}}}});
        check("create", labels, pay);
        let tags = json!({"tags": {"service": "pay"}});
        check("UntagResource", tags.clone(), [None; 3]);
        check("TagResource", tags, pay);
        // Values that may be secrets, and other names.
        let tags = json!({"tags": {"owner": "password=hunter2", "password": "hunter2"}});
        check("TagResource", tags, [None; 3]);
        let of = |kind: &str, name: &str| serde_json::json!({"resourceType": kind, "tags": [{"key": "service", "value": name}]});
        let tags = json!({"tagSpecificationSet": {"items": [of("volume", "disks"), of("instance", "pay")]}});
        check("RunInstances", tags, pay);
        let tags = json!({"tagSpecificationSet": {"items": [of("volume", "pay")]}});
        check("CreateVolume", tags, pay);
    }

    #[test]
    fn keys_of_tags_are_found_in_every_form() {
        let check = |operation: &str, request: Json<'_>, expected: &[&str]| {
            let found: Vec<String> = keys(operation, &request).into_iter().collect();
            assert_eq!(found, expected, "{operation} {request:?}");
        };
        let set = json!({"resourcesSet": {"items": [{"resourceId": "sg-1"}]},
            "tagSet": {"items": [{"key": "a", "value": "1"}, {"key": "b"}]}});
        check("CreateTags", set, &["a", "b"]);
        let map = json!({"resourceARNList": ["arn:aws:sqs:eu-west-1:1:q"], "tags": {"a": "1"}});
        check("TagResources", map, &["a"]);
        let list = json!({"resourceArn": "arn:aws:sqs:eu-west-1:1:q", "tagKeys": ["a", "b"]});
        check("UntagResource20170331v2", list, &["a", "b"]);
        let both = json!({"addTags": [{"key": "a", "value": "1"}], "removeTagKeys": ["b"]});
        check("ChangeTagsForResource", both, &["a", "b"]);
        let key = json!({"keyId": "k", "tags": [{"tagKey": "a", "tagValue": "1"}]});
        check("TagResource", key, &["a"]);
        let within = json!({"Resource": "r", "TagKeys": {"Items": ["a"]}});
        check("UntagResource", within, &["a"]);
        let hidden = json!({"tags": "HIDDEN_DUE_TO_SECURITY_REASONS", "resourceArn": "a"});
        check("TagResource", hidden, &[]);
        let other = json!({"tags": {"a": "1"}, "queueName": "q"});
        check("CreateQueue", other, &[]);
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
