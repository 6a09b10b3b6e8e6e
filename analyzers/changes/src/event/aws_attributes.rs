//! Names of attributes that calls of AWS hand over as data: `{"attributes": {"VisibilityTimeout":
//! "60"}}`, `{"attributeName": "DisplayName", "attributeValue": "****"}`, `{"attributes": [{"key":
//! "idle_timeout.timeout_seconds", "value": "60"}]}`.
//!
//! docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html,
//! docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html and
//! docs.aws.amazon.com/elasticloadbalancing/latest/APIReference, `ModifyLoadBalancerAttributes`
//! (read 2026-11-29).

use super::json::Json;

/// Parameters whose value is the name of an attribute.
const NAMING: [&str; 2] = ["attributeName", "attribute"];
/// Parameters with the value of the attribute that another one names.
const VALUES: [&str; 2] = ["attributeValue", "value"];
/// Fields of the elements of a list with the name of an attribute.
const FIELDS: [&str; 2] = ["key", "name"];
/// Longest name.
const LONGEST: usize = 64;

/// Names of the attributes that a parameter of a request hands over; the parameter's own name for
/// all others.
pub(super) fn told<'a>(parameter: &'a str, request: &'a Json<'_>) -> Vec<&'a str> {
    let names = |parameter: &str| request[parameter].as_str().filter(|name| is_name(name));
    if let Some(name) = names(parameter).filter(|_| NAMING.contains(&parameter)) {
        return vec![name];
    }
    if VALUES.contains(&parameter) && NAMING.iter().any(|other| names(other).is_some()) {
        return Vec::new();
    }
    let mut within = Vec::new();
    if parameter.to_ascii_lowercase().ends_with("attributes") {
        match &request[parameter] {
            Json::Object(fields) => within.extend(fields.iter().map(|(name, _)| name.as_ref())),
            Json::List(items) => {
                let name =
                    |item: &'a Json<'_>| FIELDS.iter().find_map(|field| item[*field].as_str());
                within.extend(items.iter().filter_map(name));
            }
            _ => {}
        }
    }
    within.retain(|name| is_name(name));
    match within.is_empty() {
        true => vec![parameter],
        false => within,
    }
}

/// Whether a text may be the name of an attribute.
fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn names_stand_within_maps_lists_and_beside_values() {
        let check = |request: &Json<'_>, expected: &[&str]| {
            let told: Vec<&str> = request.keys().flat_map(|key| told(key, request)).collect();
            assert_eq!(told, expected);
        };
        check(
            &json!({"attributes": {"RedrivePolicy": "canary", "VisibilityTimeout": "60"}}),
            &["RedrivePolicy", "VisibilityTimeout"],
        );
        check(
            &json!({"attributeName": "DisplayName", "attributeValue": "canary"}),
            &["DisplayName"],
        );
        check(
            &json!({"attributes": [{"key": "idle_timeout.timeout_seconds", "value": "canary"}]}),
            &["idle_timeout.timeout_seconds"],
        );
        let classic =
            json!({"loadBalancerAttributes": {"crossZoneLoadBalancing": {"enabled": true}}});
        check(&classic, &["crossZoneLoadBalancing"]);
        check(
            &json!({"attributes": {}, "value": "60"}),
            &["attributes", "value"],
        );
        check(&json!({"attributeName": "a canary"}), &["attributeName"]);
        check(&json!({"role": "arn"}), &["role"]);
    }
}
