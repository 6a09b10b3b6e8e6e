//! One record of an audit log, and how the table's paths lead into it.

use nepho_core::key::{self, partition_of};
use serde_json::Value;

/// Values at one path that are kept.
const MOST: usize = 200;
/// Longest text that may be an id.
const LONGEST: usize = 2048;
/// Names of the attributes of the Activity Log that hold what was sent and what was answered.
const BODIES: [&str; 2] = ["responseBody", "requestbody"];

/// Where a call was made.
pub(super) struct Place<'a> {
    pub account: &'a str,
    pub region: &'a str,
}

/// A record and what its row tells of it.
pub(super) struct Record<'a> {
    json: &'a Value,
    bodies: Vec<Value>,
    /// The resource that the call is on.
    target: &'a str,
    place: Place<'a>,
}

impl<'a> Record<'a> {
    pub(super) fn new(json: &'a Value, target: &'a str, place: Place<'a>) -> Self {
        Self {
            json,
            bodies: bodies(json),
            target,
            place,
        }
    }

    /// Values at a path, or at the first of several behind `|` that leads to one: lists are walked
    /// through.
    pub(super) fn elements<'v>(&'v self, paths: &str) -> Vec<&'v Value> {
        let found = paths.split('|').map(|path| self.values(path, &Value::Null));
        let mut found = found.filter(|values| !values.is_empty());
        found.next().unwrap_or_default()
    }

    /// Ids at the first of the paths that holds something, with `e` as one element of a list.
    pub(super) fn words(&self, paths: &str, element: &Value) -> Vec<String> {
        let found = paths.split('|').map(|path| {
            let (path, form) = path.split_once('>').unwrap_or((path, "{}"));
            if path == "t" {
                let target = self.project_by_id(key::canonical(self.target));
                return self.full(&target, form, element).into_iter().collect();
            }
            let values = self.values(path, element);
            let texts = values.into_iter().filter_map(text);
            let ids = texts.filter_map(|id| self.full(&id, form, element));
            ids.take(MOST).collect::<Vec<String>>()
        });
        let mut found = found.filter(|ids| !ids.is_empty());
        found.next().unwrap_or_default()
    }

    /// The parts of a key, which `+` stands between, as one word; `None` if one of them is missing.
    pub(super) fn joined(&self, parts: &str, element: &Value) -> Option<String> {
        let words = parts.split('+');
        let words = words.map(|paths| self.words(paths, element).into_iter().next());
        let words: Option<Vec<String>> = words.collect();
        words.map(|words| words.join("\n"))
    }

    fn values<'v>(&'v self, path: &str, element: &'v Value) -> Vec<&'v Value> {
        let (part, rest) = path.split_once('.').unwrap_or((path, ""));
        let mut found = Vec::new();
        let root = match part {
            "q" => &self.json["requestParameters"],
            "r" => &self.json["responseElements"],
            "p" => &self.json["protoPayload"],
            "l" => &self.json["resource"]["labels"],
            "e" => element,
            "b" => {
                for body in &self.bodies {
                    if found.is_empty() {
                        collect(body, rest, &mut found);
                    }
                }
                return found;
            }
            _ => return found,
        };
        collect(root, rest, &mut found);
        found
    }

    /// An id as it is, a name as the id that the form says.
    fn full(&self, id: &str, form: &str, element: &Value) -> Option<String> {
        let id = id.trim();
        if id.is_empty() || id.len() > LONGEST {
            return None;
        }
        match form {
            "{}" => return Some(key::canonical(id)),
            "^" => return above(id).map(key::canonical),
            "@member" => {
                let member = key::google_member(id)?;
                return key::google_service_account(&member).or(Some(member));
            }
            _ if id.starts_with("arn:") => return Some(key::canonical(id)),
            _ => {}
        }
        if self.place.account.is_empty() {
            return None;
        }
        let form = match form {
            "@rule" => match self.words("q.eventBusName", element).first() {
                Some(bus) if key::short_name(bus) != "default" => {
                    let bus = key::short_name(bus);
                    format!("arn:{{p}}:events:{{r}}:{{a}}:rule/{bus}/{{}}")
                }
                _ => "arn:{p}:events:{r}:{a}:rule/{}".to_owned(),
            },
            form => form.to_owned(),
        };
        let text = form.replace("{p}", partition_of(self.place.region));
        let text = text.replace("{r}", self.place.region);
        let text = text.replace("{a}", self.place.account).replace("{}", id);
        Some(key::canonical(&text))
    }

    /// A name of Google's with the id of the project, where it has its number.
    fn project_by_id(&self, name: String) -> String {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let has_number = key::google_project(&name).is_some_and(is_number);
        if !has_number || is_number(self.place.account) {
            return name;
        }
        key::google_with_project(&name, self.place.account).unwrap_or(name)
    }
}

/// What an id of Azure is a part of or is given for: the network of a peering, the scope of an
/// assignment.
fn above(id: &str) -> Option<&str> {
    key::azure_parent(id).or_else(|| {
        let at = id.to_ascii_lowercase().rfind("/providers/")?;
        id.get(..at).filter(|scope| !scope.is_empty())
    })
}

/// What a record of the Activity Log says was sent and answered, each a document within a text.
///
/// learn.microsoft.com/azure/role-based-access-control/change-history-report, read 2026-11-29.
fn bodies(json: &Value) -> Vec<Value> {
    let properties = field(json, "properties").or_else(|| field(json, "properties_d"));
    let Some(properties) = properties.and_then(document) else {
        return Vec::new();
    };
    let found = BODIES.iter().filter_map(|name| field(&properties, name));
    found.filter_map(document).collect()
}

/// A document, which may be within a text.
fn document(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        Value::Object(_) => Some(value.clone()),
        _ => None,
    }
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let fields = value.as_object()?;
    fields.get(name).or_else(|| {
        let mut other = fields.iter();
        let found = other.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Values at a path. EC2 writes a list as an object with `items`. A name may say what a field of
/// the objects that count is, as in `bindingDeltas[action=ADD]`.
fn collect<'v>(value: &'v Value, path: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, path, found)),
        Value::Object(fields) if !path.is_empty() => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let (name, condition) = first.split_once('[').unwrap_or((first, ""));
            if name == "*" {
                let inner = fields.values();
                return inner.for_each(|value| collect(value, rest, found));
            }
            let Some(inner) = field(value, name) else {
                if let Some(items) = fields.get("items") {
                    collect(items, path, found);
                }
                return;
            };
            let before = found.len();
            collect(inner, rest, found);
            if let Some((name, word)) = condition.trim_end_matches(']').split_once('=') {
                let mut place = 0;
                found.retain(|value| {
                    place += 1;
                    let is = field(value, name).and_then(Value::as_str) == Some(word);
                    place <= before || is
                });
            }
        }
        Value::Object(fields) => match fields.get("items") {
            Some(items) => collect(items, path, found),
            None => found.push(value),
        },
        Value::Null => {}
        _ if path.is_empty() => found.push(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(record: &Value, paths: &str, expected: &[&str]) {
        let place = Place {
            account: "111122223333",
            region: "cn-north-1",
        };
        let found = Record::new(record, "", place).words(paths, &Value::Null);
        assert_eq!(found, expected, "{paths}");
    }

    #[test]
    fn the_first_path_that_holds_something_counts() {
        let record = json!({
            "requestParameters": {"groupSet": {"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]},
                "instanceId": null, "roleName": "deploy", "rule": "nightly",
                "eventBusName": "shop"},
            "responseElements": {"instanceId": "i-1"}});
        check(&record, "q.groupSet.groupId", &["sg-1", "sg-2"]);
        check(&record, "q.instanceId|r.instanceId", &["i-1"]);
        check(
            &record,
            "q.roleName>arn:{p}:iam::{a}:role/{}",
            &["arn:aws-cn:iam::111122223333:role/deploy"],
        );
        check(
            &record,
            "q.rule>@rule",
            &["arn:aws-cn:events:cn-north-1:111122223333:rule/shop/nightly"],
        );
        check(&record, "-", &[]);
        check(&record, "q.absent", &[]);
    }

    #[test]
    fn elements_are_those_whose_field_is_as_told() {
        let record = json!({"protoPayload": {"deltas": [{"action": "ADD", "role": "a"},
            {"action": "REMOVE", "role": "b"}, {"action": "ADD", "role": "c"}]}});
        check(&record, "p.deltas[action=ADD].role", &[]);
        let place = Place {
            account: "",
            region: "",
        };
        let record = Record::new(&record, "", place);
        let added = record.elements("p.deltas[action=ADD]");
        let roles: Vec<Option<&str>> = added.iter().map(|it| it["role"].as_str()).collect();
        assert_eq!(roles, [Some("a"), Some("c")]);
    }

    #[test]
    fn bodies_of_azure_are_documents_within_texts_in_any_letters() {
        let body = json!({"Properties": {"PrincipalId": "p-1"}}).to_string();
        let sent = json!({"properties": {"requestbody": body}});
        check(&sent, "b.properties.principalId", &["p-1"]);
        let told = json!({"Properties": json!({"responseBody": body}).to_string()});
        check(&told, "b.properties.principalId", &["p-1"]);
        check(&json!({"properties": {"requestbody": "{"}}), "b.x", &[]);
    }

    #[test]
    fn what_an_id_of_azure_lies_in_is_its_network_or_its_scope() {
        let check = |id: &str, expected: &str| assert_eq!(above(id), Some(expected), "{id}");
        let group = "/subscriptions/s/resourceGroups/r";
        let role = "providers/Microsoft.Authorization/roleAssignments/a";
        check(&format!("{group}/{role}"), group);
        check(&format!("/subscriptions/s/{role}"), "/subscriptions/s");
        let network = format!("{group}/providers/Microsoft.Network/virtualNetworks/hub");
        check(&format!("{network}/{role}"), &network);
        check(&format!("{network}/virtualNetworkPeerings/p"), &network);
    }
}
