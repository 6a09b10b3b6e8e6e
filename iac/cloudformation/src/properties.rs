//! What `ResourceProperties` may tell: the parent of a facet, owner tags, which other resources are
//! named, and which values must not be quoted. The properties themselves are dropped.
//!
//! Property names are those of the template reference
//! (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference), read 2026-11-21.

use std::collections::BTreeMap;

use nepho_iac_common::owner::Owner;
use nepho_iac_common::permits::plain;
use nepho_iac_common::reason::in_order;
use nepho_iac_common::variables::{self, Variable};
use serde_json::Value;

use crate::identity::identify;
use crate::stack::Place;

/// Parts of property names whose values are secret.
const SENSITIVE: [&str; 9] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "credential",
    "userdata",
    "authorization",
];

/// Properties whose values are settings of a program, and so may be anything.
const SETTINGS: [&str; 3] = ["environment", "environmentvariables", "variables"];

/// The properties of one resource, parsed for as long as they are looked at.
pub(crate) struct Properties(Value);

impl Properties {
    /// Properties as events tell them: an object as JSON text.
    pub(crate) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json)
            .ok()
            .filter(Value::is_object)
            .map(Self)
    }

    /// Properties as a template declares them.
    pub(crate) fn of(value: Value) -> Option<Self> {
        Some(value).filter(Value::is_object).map(Self)
    }

    /// Logical id of the resource of the same template that one of type `kind` is a facet of.
    pub(crate) fn declared_parent(&self, kind: &str) -> Option<String> {
        let (property, _) = facet(kind)?;
        let value = match self.0.get(property)? {
            Value::Array(list) => list.first()?,
            value => value,
        };
        let name = match value.get("Ref").or_else(|| value.get("Fn::GetAtt"))? {
            Value::Array(parts) => parts.first()?.as_str()?,
            value => value.as_str()?.split('.').next()?,
        };
        Some(name.to_owned())
    }

    /// Owner as the tags name it.
    pub(crate) fn owner(&self) -> Owner {
        Owner::of(self.tags().into_iter())
    }

    /// Zone, of what lies in one alone.
    pub(crate) fn zone(&self) -> Option<String> {
        let zone = self.0.get("AvailabilityZone")?.as_str()?;
        (!zone.is_empty()).then(|| zone.to_owned())
    }

    /// Canonical id of the resource that one of type `kind` is a facet of.
    pub(crate) fn parent(
        &self,
        kind: &str,
        known: &BTreeMap<String, String>,
        place: &Place,
    ) -> Option<String> {
        let (property, parent_kind) = facet(kind)?;
        let value = match self.0.get(property)? {
            Value::Array(list) => list.first()?.as_str()?,
            value => value.as_str()?,
        };
        if let Some(key) = known.get(value) {
            return Some(key.clone());
        }
        // Without the parent at hand a name is not enough: it may be any resource's.
        let identity = identify(parent_kind, value, "", "", place)?;
        identity.key.starts_with("arn:").then_some(identity.key)
    }

    /// Paths of properties that name a `known` resource, and its canonical id.
    pub(crate) fn references(&self, known: &BTreeMap<String, String>) -> Vec<(String, String)> {
        let mut references = Vec::new();
        visit_paths(&self.0, "", &mut |path, text| {
            if let Some(key) = known.get(text) {
                references.push((path.to_owned(), key.clone()));
            }
        });
        references.sort();
        references.dedup();
        references
    }

    /// Environment variables, and what their values name.
    pub(crate) fn variables(&self) -> Vec<Variable> {
        variables::all(&self.0)
    }

    /// Properties by which network rules are told, of types that have some.
    pub(crate) fn rules(&self, kind: &str) -> Option<Value> {
        plain::is_looked_at(kind).then(|| plain::pick(self.0.clone()))
    }

    /// Values that must not be quoted, the longest first.
    pub(crate) fn sensitive(&self) -> Vec<String> {
        let mut values = Vec::new();
        for (property, value) in self.0.as_object().into_iter().flatten() {
            let is_setting = SETTINGS.contains(&property.to_ascii_lowercase().as_str());
            visit(value, property, &mut |name, text| {
                let name = name.to_ascii_lowercase().replace(['_', '-'], "");
                let is_sensitive = is_setting || SENSITIVE.iter().any(|word| name.contains(word));
                if is_sensitive && !text.starts_with("arn:") {
                    values.push(text.to_owned());
                }
            });
        }
        in_order(values)
    }

    fn tags(&self) -> Vec<(&str, &str)> {
        match self.0.get("Tags") {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(|tag| Some((tag.get("Key")?.as_str()?, tag.get("Value")?.as_str()?)))
                .collect(),
            Some(Value::Object(map)) => map
                .iter()
                .filter_map(|(tag, value)| Some((tag.as_str(), value.as_str()?)))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Calls `found` with every text below `value` and the name of the property that it is the value
/// of.
fn visit(value: &Value, name: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => found(name, text),
        Value::Array(list) => list.iter().for_each(|value| visit(value, name, found)),
        Value::Object(map) => map
            .iter()
            .for_each(|(name, value)| visit(value, name, found)),
        _ => {}
    }
}

/// As [`visit`], but with the path of the text, without positions in lists.
pub(crate) fn visit_paths(value: &Value, path: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(list) => list
            .iter()
            .for_each(|value| visit_paths(value, path, found)),
        Value::Object(map) => map.iter().for_each(|(name, value)| match path {
            "" => visit_paths(value, name, found),
            path => visit_paths(value, &format!("{path}.{name}"), found),
        }),
        _ => {}
    }
}

/// Property that names the parent of a facet.
pub(crate) fn parent_property(kind: &str) -> Option<&'static str> {
    facet(kind).map(|(property, _)| property)
}

/// Property that names the parent of a facet, and the parent's type.
fn facet(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress" => {
            ("GroupId", "AWS::EC2::SecurityGroup")
        }
        "AWS::EC2::Route" | "AWS::EC2::SubnetRouteTableAssociation" => {
            ("RouteTableId", "AWS::EC2::RouteTable")
        }
        "AWS::EC2::NetworkAclEntry" => ("NetworkAclId", "AWS::EC2::NetworkAcl"),
        "AWS::EC2::VPCGatewayAttachment" => ("VpcId", "AWS::EC2::VPC"),
        "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => ("Roles", "AWS::IAM::Role"),
        "AWS::IAM::RolePolicy" => ("RoleName", "AWS::IAM::Role"),
        "AWS::S3::BucketPolicy" => ("Bucket", "AWS::S3::Bucket"),
        "AWS::SQS::QueuePolicy" | "AWS::SQS::QueueInlinePolicy" => ("Queues", "AWS::SQS::Queue"),
        "AWS::SNS::TopicPolicy" => ("Topics", "AWS::SNS::Topic"),
        "AWS::SNS::Subscription" => ("TopicArn", "AWS::SNS::Topic"),
        "AWS::Lambda::Permission"
        | "AWS::Lambda::Version"
        | "AWS::Lambda::Alias"
        | "AWS::Lambda::EventSourceMapping"
        | "AWS::Lambda::Url"
        | "AWS::Lambda::EventInvokeConfig" => ("FunctionName", "AWS::Lambda::Function"),
        "AWS::Route53::RecordSet" => ("HostedZoneId", "AWS::Route53::HostedZone"),
        "AWS::AutoScaling::ScalingPolicy"
        | "AWS::AutoScaling::LifecycleHook"
        | "AWS::AutoScaling::ScheduledAction" => {
            ("AutoScalingGroupName", "AWS::AutoScaling::AutoScalingGroup")
        }
        "AWS::Logs::SubscriptionFilter" | "AWS::Logs::MetricFilter" | "AWS::Logs::LogStream" => {
            ("LogGroupName", "AWS::Logs::LogGroup")
        }
        "AWS::KMS::Alias" => ("TargetKeyId", "AWS::KMS::Key"),
        "AWS::EFS::MountTarget" => ("FileSystemId", "AWS::EFS::FileSystem"),
        "AWS::Cognito::UserPoolClient" => ("UserPoolId", "AWS::Cognito::UserPool"),
        "AWS::ElasticLoadBalancingV2::Listener" => (
            "LoadBalancerArn",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
        ),
        "AWS::ElasticLoadBalancingV2::ListenerRule" => {
            ("ListenerArn", "AWS::ElasticLoadBalancingV2::Listener")
        }
        _ if kind.starts_with("AWS::ApiGateway::") => ("RestApiId", "AWS::ApiGateway::RestApi"),
        _ if kind.starts_with("AWS::ApiGatewayV2::") => ("ApiId", "AWS::ApiGatewayV2::Api"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b";

    #[test]
    fn tags_name_the_owner_and_other_tags_are_not_read() {
        let json = r#"{"Tags":[{"Key":"example:Team","Value":"pay"},{"Key":"Service","Value":"checkout"},{"Key":"Secret","Value":"x"},{"Key":"env","Value":"prod"}]}"#;
        let owner = Properties::parse(json)
            .map(|properties| properties.owner())
            .unwrap_or_default();
        assert_eq!(owner.service.as_deref(), Some("checkout"));
        assert_eq!(owner.team.as_deref(), Some("pay"));
        assert_eq!(owner.environment.as_deref(), Some("prod"));
        assert_eq!(owner.name, None);
    }

    #[test]
    fn a_facet_finds_its_parent() {
        let known = BTreeMap::from([("sg-1".to_owned(), "key-1".to_owned())]);
        let place = Place::of(PLACE);
        let check = |kind: &str, json: &str, expected: Option<&str>| {
            let parent = Properties::parse(json)
                .and_then(|properties| properties.parent(kind, &known, &place));
            assert_eq!(parent.as_deref(), expected);
        };
        check(
            "AWS::EC2::SecurityGroupIngress",
            r#"{"GroupId":"sg-1"}"#,
            Some("key-1"),
        );
        check(
            "AWS::EC2::SecurityGroupIngress",
            r#"{"GroupId":"sg-2"}"#,
            Some("arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2"),
        );
        check("AWS::SQS::QueuePolicy", r#"{"Queues":["q"]}"#, None);
        check("AWS::EC2::Instance", r#"{"GroupId":"sg-1"}"#, None);
        check("AWS::EC2::SecurityGroupIngress", r#"{"GroupId":7}"#, None);
    }

    #[test]
    fn known_resources_are_found_and_secrets_are_told() {
        let known = BTreeMap::from([("sg-1".to_owned(), "key-1".to_owned())]);
        let json = r#"{"VPCSecurityGroups":["sg-1","sg-9"],"MasterUserPassword":"orange-tree","Environment":{"Variables":{"A":"blue-sky"}},"Name":"x"}"#;
        let properties = Properties::parse(json);
        let references = properties
            .as_ref()
            .map(|properties| properties.references(&known))
            .unwrap_or_default();
        assert_eq!(
            references,
            [("VPCSecurityGroups".to_owned(), "key-1".to_owned())]
        );
        let sensitive = properties
            .map(|properties| properties.sensitive())
            .unwrap_or_default();
        assert_eq!(sensitive, ["orange-tree", "blue-sky"]);
    }
}
