//! Audit records of changes that name an actor: the log of a tool does not say who ran it,
//! CloudTrail does.
//!
//! Source:
//! docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
//! (read 2026-11-21).

use anyhow::{Result, bail};
use nepho::core::time::NANOS;
use serde_json::{Value, json};

use super::changes::{Change, Ending};
use super::resources::{ACCOUNT, REGION, Resource, split_address};

/// CloudTrail file with one record per change that names an actor; `None` if none does.
pub(super) fn records(changes: &[Change], resources: &[Resource]) -> Result<Option<String>> {
    let mut records = Vec::new();
    for change in changes
        .iter()
        .filter(|change| change.ending != Ending::Planned)
    {
        if let Some(actor) = &change.actor {
            records.push(record(change, actor, resources)?);
        }
    }
    Ok((!records.is_empty()).then(|| json!({"Records": records}).to_string()))
}

fn record(change: &Change, actor: &str, resources: &[Resource]) -> Result<Value> {
    let find = |address: &str| {
        resources
            .iter()
            .find(|resource| resource.address == address)
    };
    let own = find(&change.address);
    let parent = own.and_then(|own| own.parent.as_deref()).and_then(find);
    let (kind, _) = split_address(&change.address)?;
    let (Some(own), "terraform") = (own, change.tool.as_str()) else {
        bail!(
            "`by` needs a change of Terraform, and `{}` among the resources",
            change.address
        );
    };
    let group = parent.map_or(own.id.as_str(), |parent| parent.id.as_str());
    let (api, call, request) = match (kind, change.action.as_str()) {
        ("aws_security_group_rule" | "aws_vpc_security_group_ingress_rule", "delete") => (
            "ec2",
            "RevokeSecurityGroupIngress",
            json!({"groupId": group, "ipPermissions": {}}),
        ),
        (
            "aws_security_group_rule"
            | "aws_vpc_security_group_ingress_rule"
            | "aws_security_group",
            _,
        ) => (
            "ec2",
            "AuthorizeSecurityGroupIngress",
            json!({"groupId": group, "ipPermissions": {}}),
        ),
        ("aws_db_instance", "update") => (
            "rds",
            "ModifyDBInstance",
            json!({"dBInstanceIdentifier": own.id}),
        ),
        ("aws_ecs_service", "update") => (
            "ecs",
            "UpdateService",
            json!({"cluster": "shop", "service": own.id}),
        ),
        _ => bail!(
            "no call of AWS is known for `{} {kind}`: write the audit record as a `file`",
            change.action
        ),
    };
    let time = change.time.plus(-NANOS);
    Ok(json!({
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT, "userName": actor,
                         "arn": format!("arn:aws:iam::{ACCOUNT}:user/{actor}")},
        "eventTime": nepho::core::Timestamp(time.0.div_euclid(NANOS) * NANOS),
        "eventSource": format!("{api}.amazonaws.com"),
        "eventName": call,
        "awsRegion": REGION,
        "sourceIPAddress": "10.1.2.3",
        "userAgent": "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.94.1",
        "requestParameters": request,
        "responseElements": {"_return": true},
        "requestID": format!("request-{}", time.0),
        "eventID": format!("event-{}-{}", time.0, change.address),
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }))
}
