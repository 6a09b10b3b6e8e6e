//! Policies of endpoints of a VPC, which hold for whoever calls through one.
//!
//! docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html and
//! docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html (read 2026-11-29). An
//! endpoint without a policy of its own lets everything through.

use serde_json::Value;

use super::document::{Document, Statement};
use super::{Deed, Denies, Whom};
use crate::callers::refusal::Layer;

/// What a call that modifies an endpoint does to those who call through it, and the id of the
/// endpoint; `None` where it leaves the policy as it is.
pub(super) fn read(event: &Value, account: &str, time: i64) -> Option<(Deed, String)> {
    let request = &event["requestParameters"];
    let inner = &request["ModifyVpcEndpointRequest"];
    let request = if inner.is_object() { inner } else { request };
    let of = |names: [&str; 2]| names.into_iter().find_map(|name| request.get(name));
    let id = of(["VpcEndpointId", "vpcEndpointId"])?.as_str()?;
    let is_reset = of(["ResetPolicy", "resetPolicy"]).is_some_and(is_true);
    let document = of(["PolicyDocument", "policyDocument"]).and_then(Value::as_str);
    if !is_reset && document.is_none() {
        return None;
    }
    let mut deed = Deed {
        layer: Some(Layer::Endpoint),
        ..Deed::new(
            time,
            Whom::Through {
                endpoint: id.to_owned(),
                account: account.to_owned(),
            },
        )
    };
    match document.map(Document::parse) {
        // All is let through again.
        _ if is_reset => {}
        Some(Some(document)) => {
            deed.takes = !document.allows.contains(&Statement::all());
            deed.keeps.clone_from(&document.allows);
            deed.denies = Denies::of(document);
        }
        _ => {
            deed.takes = true;
            deed.denies = Denies::Perhaps;
        }
    }
    Some((deed, id.to_owned()))
}

/// Whether it says yes, in either spelling of logs.
fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}
