//! Block `resources`: one line per resource, written as a Terraform state.
//!
//! Source: `internal/states/statefile/version4.go` of github.com/hashicorp/terraform (read
//! 2026-11-21).

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::document::Block;
use super::words::{Pairs, words};

/// Account and region of all resources of AWS in stories.
pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const REGION: &str = "eu-west-1";

/// A resource of a story.
#[derive(Debug)]
pub(super) struct Resource {
    /// `aws_security_group.db`.
    pub address: String,
    /// Attribute `id`.
    pub id: String,
    /// Address of the resource that this one is a rule, policy or attachment of.
    pub parent: Option<String>,
    attributes: Map<String, Value>,
    dependencies: Vec<String>,
}

/// Resources of a block; `known` are those of the blocks before it.
pub(super) fn parse(block: &Block<'_>, known: &mut Vec<Resource>) -> Result<()> {
    for (number, text) in block.lines() {
        let resource = resource(text, known).with_context(|| format!("line {number}"))?;
        known.push(resource);
    }
    Ok(())
}

/// State version 4 that holds the resources.
pub(super) fn state(resources: &[Resource]) -> String {
    let resources: Vec<Value> = resources.iter().map(entry).collect();
    let state = json!({
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 42,
        "lineage": "0a1b2c3d-0000-1111-2222-333344445555",
        "outputs": {},
        "resources": resources,
        "check_results": null,
    });
    format!("{state:#}\n")
}

/// Type and name of an address.
pub(super) fn split_address(address: &str) -> Result<(&str, &str)> {
    let (kind, name) = address
        .split_once('.')
        .with_context(|| format!("`{address}` is not TYPE.NAME"))?;
    Ok((kind, name))
}

fn resource(text: &str, known: &[Resource]) -> Result<Resource> {
    let words = words(text)?;
    let Some((address, rest)) = words.split_first() else {
        bail!("the line is empty")
    };
    let (kind, name) = split_address(address)?;
    let mut pairs = Pairs::parse(rest)?;
    let find = |address: &str| {
        let found = known.iter().find(|resource| resource.address == address);
        found.with_context(|| format!("`{address}` is not told before"))
    };
    let mut attributes = Map::new();
    let mut dependencies = Vec::new();
    let id = pairs.take("id").unwrap_or_else(|| name.replace('_', "-"));
    let parent = pairs.take("parent");
    if let Some(parent) = &parent {
        let attribute = parent_attribute(kind)?;
        attributes.insert(attribute.to_owned(), find(parent)?.id.as_str().into());
        dependencies.push(parent.clone());
    }
    for other in pairs.take_list("uses") {
        refer(kind, find(&other)?, &mut attributes);
        dependencies.push(other);
    }
    owner(kind, &mut pairs, &mut attributes);
    if let Some(host) = pairs.take("host") {
        attributes.insert("address".to_owned(), host.as_str().into());
        attributes.insert("endpoint".to_owned(), host.into());
    }
    if let Some(arn) = arn(kind, &id) {
        attributes.insert("arn".to_owned(), arn.into());
    }
    for (key, value) in pairs.rest() {
        attributes.insert(key, value.into());
    }
    attributes.insert("id".to_owned(), id.as_str().into());
    Ok(Resource {
        address: address.clone(),
        id,
        parent,
        attributes,
        dependencies,
    })
}

/// Tags of AWS and Azure, labels of Google Cloud; a scaling group has a block per tag.
fn owner(kind: &str, pairs: &mut Pairs, attributes: &mut Map<String, Value>) {
    let mut tags = Map::new();
    for key in ["service", "team", "env"] {
        if let Some(value) = pairs.take(key) {
            tags.insert(key.to_owned(), value.into());
        }
    }
    if kind == "aws_autoscaling_group" {
        let tag = |(key, value): (String, Value)| json!({"key": key, "value": value, "propagate_at_launch": true});
        attributes.insert("tag".to_owned(), tags.into_iter().map(tag).collect());
    } else if !tags.is_empty() {
        let attribute = if kind.starts_with("google_") {
            "labels"
        } else {
            "tags"
        };
        attributes.insert(attribute.to_owned(), Value::Object(tags));
    }
}

/// Attribute by which a rule, policy or attachment names what it belongs to.
fn parent_attribute(kind: &str) -> Result<&'static str> {
    Ok(match kind {
        "aws_security_group_rule" | "aws_vpc_security_group_ingress_rule" => "security_group_id",
        "aws_iam_role_policy" | "aws_iam_role_policy_attachment" => "role",
        "aws_s3_bucket_policy" => "bucket",
        "aws_autoscaling_policy" => "autoscaling_group_name",
        "aws_lambda_alias" => "function_name",
        "google_sql_database" => "instance",
        _ => bail!("no attribute is known by which `{kind}` names its parent"),
    })
}

/// Sets the attribute by which a resource names one that it needs, where there is one;
/// `dependencies` tell the rest.
fn refer(kind: &str, other: &Resource, attributes: &mut Map<String, Value>) {
    let path: &[&str] = match (
        kind,
        split_address(&other.address).map_or("", |(kind, _)| kind),
    ) {
        ("aws_ecs_service", "aws_security_group") => &["network_configuration", "security_groups"],
        ("aws_lambda_function", "aws_security_group") => &["vpc_config", "security_group_ids"],
        (_, "aws_security_group") => &["vpc_security_group_ids"],
        _ => return,
    };
    let Some((list, blocks)) = path.split_last() else {
        return;
    };
    let mut at = attributes;
    for block in blocks {
        let held = at.entry(*block).or_insert_with(|| json!([{}]));
        let Some(inner) = held.get_mut(0).and_then(Value::as_object_mut) else {
            return;
        };
        at = inner;
    }
    if let Some(ids) = at.entry(*list).or_insert_with(|| json!([])).as_array_mut() {
        ids.push(other.id.as_str().into());
    }
}

/// ARN of types whose states hold one.
fn arn(kind: &str, id: &str) -> Option<String> {
    let (service, path) = match kind {
        "aws_security_group" => ("ec2", format!("security-group/{id}")),
        "aws_instance" => ("ec2", format!("instance/{id}")),
        "aws_db_instance" => ("rds", format!("db:{id}")),
        "aws_elasticache_replication_group" => ("elasticache", format!("replicationgroup:{id}")),
        "aws_lambda_function" => ("lambda", format!("function:{id}")),
        "aws_ecs_service" => ("ecs", format!("service/shop/{id}")),
        "aws_sqs_queue" => ("sqs", id.to_owned()),
        "aws_sns_topic" => ("sns", id.to_owned()),
        "aws_redshift_cluster" => ("redshift", format!("cluster:{id}")),
        "aws_dynamodb_table" => ("dynamodb", format!("table/{id}")),
        "aws_cloudwatch_dashboard" => {
            return Some(format!("arn:aws:cloudwatch::{ACCOUNT}:dashboard/{id}"));
        }
        "aws_iam_role" => return Some(format!("arn:aws:iam::{ACCOUNT}:role/{id}")),
        "aws_s3_bucket" => return Some(format!("arn:aws:s3:::{id}")),
        _ => return None,
    };
    Some(format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{path}"))
}

fn entry(resource: &Resource) -> Value {
    let (kind, name) = split_address(&resource.address).unwrap_or_default();
    let provider = match kind.split('_').next() {
        Some("azurerm") => "azurerm",
        Some("google") => "google",
        _ => "aws",
    };
    json!({
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": format!("provider[\"registry.terraform.io/hashicorp/{provider}\"]"),
        "instances": [{
            "schema_version": 1,
            "attributes": resource.attributes,
            "sensitive_attributes": [],
            "dependencies": resource.dependencies,
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_a_state_with_references() {
        let text = "aws_security_group.db id=sg-0db0000000000000a\n\
                    aws_security_group_rule.orders id=sgrule-1 parent=aws_security_group.db\n\
                    aws_db_instance.orders id=order-db host=order-db.internal service=order-db uses=aws_security_group.db";
        let mut resources = Vec::new();
        parse(
            &Block {
                kind: "resources",
                argument: "",
                text,
                line: 1,
            },
            &mut resources,
        )
        .unwrap();
        let state: Value = serde_json::from_str(&state(&resources)).unwrap();
        let instance = |index: usize| &state["resources"][index]["instances"][0];
        assert_eq!(state["resources"][2]["type"], "aws_db_instance");
        assert_eq!(
            instance(1)["attributes"]["security_group_id"],
            "sg-0db0000000000000a"
        );
        assert_eq!(
            instance(2)["attributes"]["vpc_security_group_ids"],
            json!(["sg-0db0000000000000a"])
        );
        assert_eq!(
            instance(2)["attributes"]["arn"],
            "arn:aws:rds:eu-west-1:111122223333:db:order-db"
        );
        assert_eq!(instance(2)["attributes"]["tags"]["service"], "order-db");
        assert_eq!(
            instance(2)["dependencies"],
            json!(["aws_security_group.db"])
        );
    }

    #[test]
    fn a_reference_to_what_is_not_there_is_refused() {
        let error = resource("aws_db_instance.orders uses=aws_security_group.db", &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`aws_security_group.db` is not told before"
        );
    }
}
