//! Feed `cloudformation.stacksets`: operations of stack sets and what they did to the stacks in the
//! accounts. See `README.md`.

mod operation;
mod pushed;
mod reply;
#[cfg(test)]
mod tests;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::key::{Arn, canonical};
use nepho_core::tables::{Relation, RelationKind, Resource};
use nepho_core::{Result, Timestamp};
use nepho_iac_common::head::has_key;

use self::reply::Replies;
use crate::document::{Fields, items, json_head, nothing_found, reject};
use crate::stack::Place;
use crate::wire::STACK;

pub(crate) use self::pushed::Pushed;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.stacksets",
    summary: "Operations of CloudFormation StackSets, their results and stack instances",
    permissions: &[
        "cloudformation:DescribeStackSetOperation",
        "cloudformation:ListStackInstances",
        "cloudformation:ListStackSetOperationResults",
        "cloudformation:ListStackSetOperations"
    ],
    make: Make::Feed(|| Box::new(StackSets)),
});

/// Reads answers of the API about stack sets.
#[derive(Debug)]
pub struct StackSets;

/// Type of the sets.
const STACK_SET: &str = "AWS::CloudFormation::StackSet";

impl ChangeFeed for StackSets {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["StackSetOperation", "StackInstance", "Summaries"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let Some(head) = json_head(head) else {
            return Confidence::NO;
        };
        let has = |names: &[&str]| names.iter().all(|name| has_key(head, name));
        let is_one =
            has(&["StackSetOperation", "OperationId"]) || has(&["StackInstance", "StackSetId"]);
        let is_list = has(&["Summaries", "OperationId", "Action"])
            || has(&["Summaries", "StackSetId", "Account", "Region"]);
        match is_one || is_list {
            true => Confidence::CERTAIN,
            false if has(&["Summaries", "Account", "Region", "Status"]) => Confidence(80),
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let found = items(document, is_told);
        let is_list = has_key(document.text, "Summaries");
        if found.found.is_empty() && (!found.has_json || !is_list || !found.rejects.is_empty()) {
            return Err(nothing_found(document, &found, "operations of stack sets"));
        }
        let mut replies = Replies::default();
        for item in &found.found {
            if let Err(reason) = replies.add(item) {
                out.rejects.push(reject(document, item, reason.to_owned()));
            }
        }
        out.rejects.extend(found.rejects);
        replies.tell(document, out);
        Ok(())
    }
}

/// Whether an object is an operation, the result of one, or a stack instance.
fn is_told(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    (has("OperationId") && has("Action")) || (has("Account") && has("Region"))
}

/// Name of the set with this id (`shop:0a1b`) or ARN.
fn name_of(set: &str) -> &str {
    let id = id_of(set);
    id.split_once(':').map_or(id, |(name, _)| name)
}

/// Id of the set with this id or ARN: the API tells the one, events the other.
fn id_of(set: &str) -> &str {
    let resource = Arn::parse(set).map_or(set, |arn| arn.resource);
    resource.strip_prefix("stackset/").unwrap_or(resource)
}

/// A stack that a set put into an account.
struct Member<'a> {
    /// Id or ARN of the set.
    set: &'a str,
    /// Id of the stack; none while it is not made.
    stack: &'a str,
    /// When it was seen to be gone.
    valid_to: Option<Timestamp>,
    line: u64,
}

impl Member<'_> {
    /// Row of the stack, and its relation to the set.
    fn tell(&self, document: &Document<'_>, out: &mut FeedOutput) {
        let place = Place::of(self.stack);
        out.resources.push(Resource {
            key: canonical(self.stack),
            name: Some(crate::stack::name_of(self.stack).to_owned()),
            provider: Some("aws".to_owned()),
            resource_type: STACK.to_owned(),
            address: address(place.account.as_deref(), place.region.as_deref()),
            account: place.account,
            region: place.region,
            tool: Some("cloudformation".to_owned()),
            scope: Some(name_of(self.set).to_owned()),
            valid_to: self.valid_to,
            uri: document.uri.to_owned(),
            line: self.line,
            ..Resource::default()
        });
        out.relations.push(Relation {
            from: canonical(self.stack),
            to: canonical(self.set),
            kind: RelationKind::ManagedBy,
            source: "cloudformation.stacksets".to_owned(),
            confidence: 1.0,
            observations: 1,
            valid_to: self.valid_to,
            uri: document.uri.to_owned(),
            line: self.line,
            evidence: "stack instance of the set".to_owned(),
            ..Relation::default()
        });
    }
}

/// Row of a set.
fn set_row(set: &str, document: &Document<'_>, line: u64) -> Resource {
    let place = Arn::parse(set).map(|_| Place::of(set)).unwrap_or_default();
    Resource {
        key: canonical(set),
        aliases: match id_of(set) {
            id if id == set => Vec::new(),
            id => vec![id.to_owned()],
        },
        name: Some(name_of(set).to_owned()),
        provider: Some("aws".to_owned()),
        resource_type: STACK_SET.to_owned(),
        account: place.account,
        region: place.region,
        uri: document.uri.to_owned(),
        line,
        ..Resource::default()
    }
}

/// Address of a stack in its set: `111122223333/eu-west-1`.
fn address(account: Option<&str>, region: Option<&str>) -> Option<String> {
    Some(format!("{}/{}", account?, region?))
}
