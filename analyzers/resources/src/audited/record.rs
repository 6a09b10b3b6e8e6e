//! One record of an audit log, and how the table's paths lead into it.

use nepho_core::key::{self, partition_of};
use serde_json::Value;

/// Values at one path that are kept.
const MOST: usize = 200;
/// Longest text that may be an id.
const LONGEST: usize = 2048;
/// Names of the attributes of the Activity Log that hold what was sent and what was answered.
const BODIES: [&str; 2] = ["responseBody", "requestbody"];
/// Names of the parameters of AWS that hold policies.
const POLICIES: [&str; 3] = ["policyDocument", "assumeRolePolicyDocument", "bucketPolicy"];

/// Where a call was made.
pub(super) struct Place<'a> {
    pub account: &'a str,
    pub region: &'a str,
}

/// A record and what its row tells of it.
pub(super) struct Record<'a> {
    json: &'a Value,
    /// Documents within it, the answers first.
    bodies: Vec<Value>,
    answers: usize,
    /// The resource that the call is on.
    target: &'a str,
    place: Place<'a>,
}

impl<'a> Record<'a> {
    pub(super) fn new(json: &'a Value, target: &'a str, place: Place<'a>) -> Self {
        let (bodies, answers) = bodies(json);
        Self {
            json,
            bodies,
            answers,
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

    /// Ids at the first of the paths that holds something, with `e` as one element of a list. `&`
    /// stands between such groups of paths of which each counts.
    pub(super) fn words(&self, paths: &str, element: &Value) -> Vec<String> {
        let groups = paths.split('&');
        groups
            .flat_map(|group| self.first(group, element))
            .collect()
    }

    fn first(&self, paths: &str, element: &Value) -> Vec<String> {
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
            "a" | "b" => {
                let count = if part == "a" {
                    self.answers
                } else {
                    usize::MAX
                };
                for body in self.bodies.iter().take(count) {
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
            "@principal" => return self.principal(id),
            "@resource" => {
                let whole = id.trim_end_matches("/*").trim_end_matches(":*");
                return (!whole.contains(['*', '?'])).then(|| key::canonical(whole));
            }
            "@host" => {
                let host = id.trim_end_matches('.').to_ascii_lowercase();
                let bare = host.strip_prefix("dualstack.").unwrap_or(&host);
                return Some(bare.to_owned());
            }
            // `PROJECT:NAME`, or the name alone.
            "@instance" => {
                let (project, name) = id.rsplit_once(':').unwrap_or((self.place.account, id));
                let name = format!("projects/{project}/instances/{name}");
                return key::google_name("cloudsql", &name).filter(|_| !project.is_empty());
            }
            "@rrset" => {
                let text = |path| self.words(path, element).into_iter().next();
                let (zone, kind) = (text("l.zone_name")?, text("e.type")?);
                let project = self.place.account;
                let name = format!("projects/{project}/managedZones/{zone}/rrsets/{id}/{kind}");
                return key::google_name("dns", &name).filter(|_| !project.is_empty());
            }
            "@record" => {
                let text = |path| self.words(path, element).into_iter().next();
                let (zone, kind) = (text("q.hostedZoneId")?, text("e.resourceRecordSet.type")?);
                let set = text("e.resourceRecordSet.setIdentifier");
                return Some(key::dns_record(&zone, &kind, id, set.as_deref()));
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

    /// Whom a policy names, but for the account itself, of which its own policies decide.
    fn principal(&self, id: &str) -> Option<String> {
        let principal = key::aws_principal(id)?;
        let is_own = principal
            .strip_suffix(":root")
            .is_some_and(|account| account.ends_with(&format!(":{}", self.place.account)));
        (!is_own).then_some(principal)
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
    if let Some((cluster, _)) = id.split_once("/nodePools/") {
        return Some(cluster);
    }
    key::azure_parent(id).or_else(|| {
        let at = id.to_ascii_lowercase().rfind("/providers/")?;
        id.get(..at).filter(|scope| !scope.is_empty())
    })
}

/// Documents within a record: what the Activity Log says was answered and sent, and the policy that
/// a call of AWS sets; and how many of them are answers.
///
/// learn.microsoft.com/azure/role-based-access-control/change-history-report, read 2026-11-29.
fn bodies(json: &Value) -> (Vec<Value>, usize) {
    if let Some(request) = json.get("requestParameters") {
        let policies = POLICIES.iter().filter_map(|name| field(request, name));
        return (policies.filter_map(document).collect(), 0);
    }
    let properties = field(json, "properties").or_else(|| field(json, "properties_d"));
    let Some(properties) = properties.and_then(document) else {
        return (Vec::new(), 0);
    };
    let [answered, sent] = BODIES.map(|name| field(&properties, name).and_then(document));
    let answers = usize::from(answered.is_some());
    (answered.into_iter().chain(sent).collect(), answers)
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
            let Some((name, word)) = condition.trim_end_matches(']').split_once('=') else {
                return collect(inner, rest, found);
            };
            let mut elements = Vec::new();
            collect(inner, "", &mut elements);
            let is = |value: &&Value| field(value, name).and_then(Value::as_str) == Some(word);
            let elements = elements.into_iter().filter(is);
            elements.for_each(|element| collect(element, rest, found));
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
        check(&record, "p.deltas[action=ADD].role", &["a", "c"]);
        check(&record, "p.absent&p.deltas.role", &["a", "b", "c"]);
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
        check(&told, "a.properties.principalId", &["p-1"]);
        check(&sent, "a.properties.principalId", &[]);
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
