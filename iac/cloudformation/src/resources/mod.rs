//! Feed `cloudformation.resources`: lists of the resources of a stack. See `README.md`.

use std::collections::BTreeSet;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::key::{self, Arn};
use nepho_core::tables::{Relation, RelationKind, Resource};
use nepho_iac_common::head::has_key;

use crate::document::{Fields, Item, items, json_head, nothing_found};
use crate::identity::identify;
use crate::refused;
use crate::stack::{self, Place};
use crate::status::{CREATE_COMPLETE, DELETE_COMPLETE, DELETE_SKIPPED};
use crate::wire::{CDK_METADATA, Row};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.resources",
    summary: "Resources of CloudFormation stacks (describe-stack-resources, list-stack-resources)",
    permissions: &[
        "cloudformation:DescribeStackResources",
        "cloudformation:ListStackResources"
    ],
    make: Make::Feed(|| Box::new(StackResources)),
});

/// Members that hold the resources, or the one.
const LISTS: [&str; 3] = [
    "StackResources",
    "StackResourceSummaries",
    "StackResourceDetail",
];

/// Reads lists of stack resources.
#[derive(Debug)]
pub struct StackResources;

impl ChangeFeed for StackResources {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&LISTS) || refused::may_fit(keys)
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        if refused::advice(head).is_some() {
            return Confidence::CERTAIN;
        }
        let has = |head| LISTS.iter().any(|list| has_key(head, list));
        match json_head(head).is_some_and(|head| has(head) && !has_key(head, "StackEvents")) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        if let Some(advice) = refused::advice(document.text) {
            return Err(refused::error(document, advice));
        }
        let found = items(document, is_resource);
        let is_list = ["StackResources", "StackResourceSummaries"]
            .iter()
            .any(|list| has_key(document.text, list));
        if found.found.is_empty() && (!found.has_json || !is_list || !found.rejects.is_empty()) {
            return Err(nothing_found(document, &found, "stack resources"));
        }
        // The CDK puts a resource of its own into every stack that it deploys.
        let note = format!("\"{CDK_METADATA}\"");
        let of_cdk: BTreeSet<(usize, Option<String>)> = found
            .found
            .iter()
            .filter(|item| item.text.contains(&note))
            .map(stack_of)
            .collect();
        for item in &found.found {
            let tool = match of_cdk.contains(&stack_of(item)) {
                true => "cdk",
                false => "cloudformation",
            };
            if let Some((resource, stack_id)) = resource(document, item, tool) {
                out.relations.extend(managed(&resource, &stack_id));
                out.resources.push(resource);
            }
        }
        out.rejects.extend(found.rejects);
        Ok(())
    }
}

fn is_resource(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    has("LogicalResourceId") && has("ResourceType") && has("ResourceStatus") && !has("EventId")
}

/// What tells the resources of one stack from those of another: its id, or the list.
fn stack_of(item: &Item<'_>) -> (usize, Option<String>) {
    let row = serde_json::from_str::<Row<'_>>(item.text).ok();
    let stack = row.and_then(|row| row.stack_id.or(row.stack_name));
    let page = if stack.is_none() { item.page } else { 0 };
    (page, stack)
}

/// A resource is managed by its stack, which the stack around it knows by its id.
fn managed(resource: &Resource, stack_id: &str) -> Option<Relation> {
    let stack = Arn::parse(stack_id).filter(|_| resource.tool.is_some())?;
    Some(Relation {
        from: resource.key.clone(),
        to: key::canonical(stack_id),
        kind: RelationKind::ManagedBy,
        source: "cloudformation".to_owned(),
        confidence: 1.0,
        observations: 1,
        valid_from: resource.valid_from,
        valid_to: resource.valid_to,
        uri: resource.uri.clone(),
        line: resource.line,
        evidence: format!("listed in `{}`", stack.resource),
        ..Relation::default()
    })
}

/// The resource of an item and the id of its stack, or `None` for one that does not exist in the
/// cloud (yet). A nested stack is one, whose id is that of the stack.
fn resource(document: &Document<'_>, item: &Item<'_>, tool: &str) -> Option<(Resource, String)> {
    let row: Row<'_> = serde_json::from_str(item.text).ok()?;
    let (status, time) = (row.status()?, row.time());
    let kind = row.resource_type?;
    let logical = row.logical_resource_id?;
    if kind == CDK_METADATA {
        return None;
    }
    let stack_id = row.stack_id.unwrap_or_default();
    let scope = row
        .stack_name
        .unwrap_or_else(|| stack::name_of(&stack_id).to_owned());
    let place = Place::of(&stack_id);
    let identity = identify(&kind, &row.physical_resource_id?, &scope, &logical, &place)?;
    let is_gone = status == DELETE_COMPLETE;
    let is_kept = status != DELETE_SKIPPED;
    let resource = Resource {
        key: identity.key,
        aliases: identity.aliases,
        name: Some(logical.clone()),
        provider: kind.starts_with("AWS::").then(|| "aws".to_owned()),
        resource_type: kind,
        account: place.account,
        region: place.region,
        tool: is_kept.then(|| tool.to_owned()),
        scope: Some(scope).filter(|scope| !scope.is_empty()),
        address: Some(logical),
        // The time is that of the last change of status: the resource may be older, unless it was
        // just created.
        valid_from: time.filter(|_| status == CREATE_COMPLETE),
        valid_to: time.filter(|_| is_gone),
        uri: document.uri.to_owned(),
        line: item.line,
        ..Resource::default()
    };
    Some((resource, stack_id))
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;

    use super::*;

    fn read(text: &str) -> Result<FeedOutput> {
        let mut out = FeedOutput::default();
        StackResources.read(
            &Document {
                uri: "r.json",
                text,
                modified: None,
            },
            &mut out,
        )?;
        Ok(out)
    }

    #[test]
    fn a_list_gives_its_resources() {
        let text = include_str!("fixtures/describe-stack-resources.json");
        assert_eq!(StackResources.sniff("r.json", text), Confidence::CERTAIN);
        let out = read(text).unwrap_or_default();
        let keys: Vec<&str> = out
            .resources
            .iter()
            .map(|resource| resource.key.as_str())
            .collect();
        assert_eq!(
            keys,
            [
                "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718",
                "arn:aws:rds:eu-west-1:111122223333:db:shop-orderdb-1x2y3z",
            ]
        );
        let db = out.resources.last().cloned().unwrap_or_default();
        assert_eq!(db.account.as_deref(), Some("111122223333"));
        assert_eq!(db.scope.as_deref(), Some("shop"));
        assert_eq!(
            db.valid_from,
            Timestamp::parse_rfc3339("2024-05-01T09:12:00Z")
        );
        assert_eq!(db.line, 17);
    }

    #[test]
    fn a_list_without_stack_names_and_an_empty_one_are_read() {
        let text = r#"{"StackResourceSummaries":[{"LogicalResourceId":"Assets","PhysicalResourceId":"shop-assets-1","ResourceType":"AWS::S3::Bucket","LastUpdatedTimestamp":"2024-05-01T09:12:00Z","ResourceStatus":"UPDATE_COMPLETE"}]}"#;
        let out = read(text).unwrap_or_default();
        let found: Vec<_> = out
            .resources
            .iter()
            .map(|found| (found.key.as_str(), found.valid_from))
            .collect();
        assert_eq!(found, [("arn:aws:s3:::shop-assets-1", None)]);
        assert!(read(r#"{"StackResources":[]}"#).is_ok());
    }

    #[test]
    fn stacks_of_the_cdk_are_told_by_its_metadata() {
        let row = |stack: &str, logical: &str, kind: &str| {
            format!(
                r#"{{"StackName":"{stack}","LogicalResourceId":"{logical}","PhysicalResourceId":"{logical}-1x","ResourceType":"{kind}","ResourceStatus":"CREATE_COMPLETE"}}"#
            )
        };
        let rows = [
            row("shop", "A", "AWS::S3::Bucket"),
            row("shop", "M", "AWS::CDK::Metadata"),
            row("pay", "B", "AWS::S3::Bucket"),
        ];
        let out = read(&format!("{{\"StackResources\":[{}]}}", rows.join(",")));
        let out = out.unwrap_or_default();
        let tools: Vec<_> = out
            .resources
            .iter()
            .filter_map(|row| row.tool.as_deref())
            .collect();
        assert_eq!(tools, ["cdk", "cloudformation"]);
    }

    #[test]
    fn what_is_no_list_is_an_error_with_its_place() {
        for text in ["{\n\"StackResources\": [", "", "plain", "{\"Records\":[]}"] {
            let error = read(text).err();
            assert!(
                error.is_some_and(|error| error.origin().is_some()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_nested_stack_leads_to_what_it_holds() {
        let arn = |name: &str| {
            format!("arn:aws:cloudformation:eu-west-1:111122223333:stack/{name}/0a1b2c3d")
        };
        let row = |stack: &str, logical: &str, kind: &str, physical: &str| {
            serde_json::json!({"StackName": stack, "StackId": arn(stack),
                "LogicalResourceId": logical, "PhysicalResourceId": physical,
                "ResourceType": kind, "ResourceStatus": "CREATE_COMPLETE"})
        };
        let nested = arn("shop-Net-1X");
        let list = serde_json::json!({"StackResources": [
            row("shop", "Net", "AWS::CloudFormation::Stack", &nested),
            row("shop-Net-1X", "Vpc", "AWS::EC2::VPC", "vpc-0a1b2c3d4e5f60718")]});
        let out = read(&list.to_string()).unwrap_or_default();
        let addresses: Vec<_> = out
            .resources
            .iter()
            .map(|row| (row.key.as_str(), row.address.as_deref()))
            .collect();
        let vpc = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d4e5f60718";
        assert_eq!(
            addresses,
            [(nested.as_str(), Some("Net")), (vpc, Some("Vpc"))]
        );
        let edges: Vec<_> = out
            .relations
            .iter()
            .map(|edge| (edge.from.as_str(), edge.kind, edge.to.clone()))
            .collect();
        assert_eq!(
            edges,
            [
                (nested.as_str(), RelationKind::ManagedBy, arn("shop")),
                (vpc, RelationKind::ManagedBy, nested.clone()),
            ]
        );
    }
}
