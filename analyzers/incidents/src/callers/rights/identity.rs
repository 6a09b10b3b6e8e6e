//! Policies of users, roles and groups of AWS, and their boundaries.
//!
//! docs.aws.amazon.com/IAM/latest/APIReference (read 2026-11-29).

use serde_json::Value;

use super::document::{Document, Statement, is_denial};
use super::{Deed, Denies, Rights, Whom, managed, stated};
use crate::callers::refusal::Layer;

/// Takes note of a call on a policy; `on` are the ids of users, roles and groups that it names.
pub(super) fn read(rights: &mut Rights, operation: &str, event: &Value, time: i64) -> Option<Deed> {
    let request = &event["requestParameters"];
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let document = Document::parse(text("policyDocument"));
    let policy = text("policyArn");
    let inline = |verb: &str| inline(operation.trim_start_matches(verb), event);
    match operation {
        "AttachRolePolicy" | "AttachUserPolicy" | "AttachGroupPolicy" => Some(Deed {
            layer: Some(Layer::Identity),
            denies: by_name(policy),
            policy: Some(policy.to_owned()),
            ..Deed::new(time, Whom::Led)
        }),
        "PutRolePolicy" | "PutUserPolicy" | "PutGroupPolicy" => {
            let name = inline("Put");
            rights.note_put(&name, time);
            rights.note_text(&name, time, document.clone());
            Some(Deed {
                layer: Some(Layer::Identity),
                // What the policy of this name said before, if there was one, few tell.
                takes: true,
                ends: Some(name.clone()),
                keeps: document.clone().unwrap_or_default().allows,
                says: document.as_ref().map(|document| document.says.clone()),
                denies: document.map_or_else(|| by_name(text("policyName")), Denies::of),
                policy: Some(name),
                ..Deed::new(time, Whom::Led)
            })
        }
        "DetachRolePolicy" | "DetachUserPolicy" | "DetachGroupPolicy" => Some(Deed {
            layer: Some(Layer::Identity),
            takes: !is_denial(last(policy)),
            took: managed::permits(policy),
            ends: Some(policy.to_owned()),
            is_end: true,
            ..Deed::new(time, Whom::Led)
        }),
        "DeleteRolePolicy" | "DeleteUserPolicy" | "DeleteGroupPolicy" => Some(Deed {
            layer: Some(Layer::Identity),
            takes: !is_denial(text("policyName")),
            ends: Some(inline("Delete")),
            is_end: true,
            ..Deed::new(time, Whom::Led)
        }),
        "CreatePolicy" => {
            let made = event["responseElements"]["policy"]["arn"].as_str()?;
            rights.note_text(made, time, document.clone());
            rights.note_content(made, time, document?);
            None
        }
        // A policy may be a boundary as well.
        "CreatePolicyVersion" if request["setAsDefault"].as_bool() == Some(true) => {
            rights.note_text(policy, time, document.clone());
            let document = document?;
            rights.note_content(policy, time, document.clone());
            Some(Deed {
                takes: true,
                keeps: document.allows.clone(),
                denies: Denies::of(document),
                ..Deed::new(time, Whom::Led)
            })
        }
        // Which version it was, the call does not say in words.
        "SetDefaultPolicyVersion" => {
            rights.note_text(policy, time, None);
            None
        }
        "PutRolePermissionsBoundary" | "PutUserPermissionsBoundary" => Some(Deed {
            layer: Some(Layer::Boundary),
            takes: true,
            denies: Denies::Perhaps,
            policy: Some(text("permissionsBoundary").to_owned()),
            ..Deed::new(time, Whom::Led)
        }),
        // Without a boundary nothing is taken.
        "DeleteRolePermissionsBoundary" | "DeleteUserPermissionsBoundary" => Some(Deed {
            layer: Some(Layer::Boundary),
            ..Deed::new(time, Whom::Led)
        }),
        _ => None,
    }
}

/// Name of a policy of a role, user or group alone, by the name that they have for it.
fn inline(kind: &str, event: &Value) -> String {
    let text = |name: &str| {
        event["requestParameters"][name]
            .as_str()
            .unwrap_or_default()
    };
    let account = event["recipientAccountId"].as_str().unwrap_or_default();
    let holders = ["roleName", "userName", "groupName"].map(text);
    stated::inline(kind, account, holders, text("policyName"))
}

/// What a new trust policy does: it decides who takes on the role, and not what the role may do.
pub(super) fn trust(operation: &str, on: &[String], time: i64) -> Option<Deed> {
    (operation == "UpdateAssumeRolePolicy").then(|| Deed {
        layer: Some(Layer::Other),
        takes: true,
        denies: Denies::Perhaps,
        ..Deed::new(time, Whom::Others(on.to_vec()))
    })
}

/// What a policy of this name or ARN denies, as far as that tells it. Those of AWS allow something,
/// unless they are named otherwise.
fn by_name(policy: &str) -> Denies {
    match is_denial(last(policy)) {
        true => Denies::Told(vec![Statement::all()]),
        false if policy.contains(":iam::aws:policy/") => Denies::Nothing,
        false => Denies::Perhaps,
    }
}

fn last(policy: &str) -> &str {
    policy.rsplit('/').next().unwrap_or(policy)
}
