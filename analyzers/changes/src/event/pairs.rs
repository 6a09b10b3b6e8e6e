//! The table `pairs.txt`: opposite calls that say different things of what they are on.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use super::json::Json;
use super::{Cloud, Event};

/// Texts of a call that are compared; of what has more nothing is said.
const TEXTS: usize = 200;
/// Deepest object that is looked into.
const DEPTH: usize = 12;
/// Parameters that say nothing of the value of a thing, in lower case.
const PLAIN: [&str; 6] = [
    "@type",
    "clienttoken",
    "description",
    "dryrun",
    "requestid",
    "revisionid",
];

/// Calls by operation.
static TABLE: LazyLock<HashMap<String, Vec<Call>>> = LazyLock::new(|| {
    let mut table: HashMap<String, Vec<Call>> = HashMap::new();
    let lines = include_str!("../../data/pairs.txt").lines();
    for (line, text) in lines.enumerate() {
        for (operation, call) in parse(line, text) {
            table.entry(operation).or_default().push(call);
        }
    }
    table
});

/// What a call does to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Adds,
    Sets,
    Takes,
}

/// A call of a line.
#[derive(Debug)]
struct Call {
    line: usize,
    api: &'static str,
    effect: Effect,
    key: &'static str,
    value: &'static str,
}

/// How a thing is: gone, or there with the value of this hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Gone,
    There(u64),
}

/// A thing that a call is on, and how it is before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keyed {
    /// Line of the table, and hash of the key.
    pub thing: (usize, u64),
    /// Where the call itself tells it.
    pub before: Option<State>,
    pub after: State,
}

impl Keyed {
    /// The thing that a write is on, if the table knows it.
    pub(super) fn of(event: &Event, json: &Json<'_>) -> Option<Self> {
        let operation = match event.cloud {
            Cloud::Aws => Cow::Borrowed(event.operation.as_str()),
            Cloud::Azure => event.operation.to_ascii_lowercase().into(),
            Cloud::Google => {
                let mut versions = ["v1.", "beta.", "alpha."].into_iter();
                let bare = versions.find_map(|version| event.operation.strip_prefix(version));
                bare.unwrap_or(&event.operation).into()
            }
            Cloud::Kubernetes => return None,
        };
        let target = event.subject.target.as_deref().unwrap_or_default();
        let calls = TABLE.get(operation.as_ref())?.iter();
        let api = event
            .api
            .strip_suffix(".amazonaws.com")
            .unwrap_or(&event.api);
        let mut calls = calls.filter(|call| call.api.eq_ignore_ascii_case(api));
        let mut record = Record::new(json, target);
        // A name is used in every account and region.
        if event.cloud == Cloud::Aws {
            record.place = format!("{} {}", event.account, event.region);
        }
        calls.find_map(|call| call.keyed(&record))
    }
}

impl Call {
    fn keyed(&self, record: &Record<'_>) -> Option<Keyed> {
        let mut key = Vec::new();
        for part in self.key.split('+') {
            match part.strip_suffix('?') {
                Some(paths) => key.push(record.texts(paths).unwrap_or_default()),
                None => key.push(record.texts(part)?),
            }
        }
        let value = || match self.value {
            "" => Some(0),
            paths => record.texts(paths).map(|texts| hash(&texts)),
        };
        Some(Keyed {
            thing: (self.line, hash(&(&record.place, key))),
            before: match self.effect {
                Effect::Adds => Some(State::Gone),
                // Without a value there is no other way to be there.
                Effect::Takes if self.value.is_empty() => Some(State::There(0)),
                Effect::Takes | Effect::Sets => None,
            },
            after: match self.effect {
                Effect::Takes => State::Gone,
                _ => State::There(value()?),
            },
        })
    }
}

/// A record, as paths lead into it.
struct Record<'a> {
    json: &'a Json<'a>,
    body: Json<'a>,
    target: &'a str,
    place: String,
}

impl<'a> Record<'a> {
    fn new(json: &'a Json<'a>, target: &'a str) -> Self {
        let body = &json["properties"]["requestbody"];
        Self {
            json,
            body: body.as_str().map(Json::parse).unwrap_or_default(),
            target,
            place: String::new(),
        }
    }

    /// Texts at the first of the paths that holds something, in order.
    fn texts(&self, paths: &str) -> Option<Vec<String>> {
        paths.split('|').find_map(|path| {
            let mut found = Vec::new();
            if path == "t" {
                found.push(self.target.to_owned());
            } else {
                let (root, rest) = path.split_once('.').unwrap_or((path, ""));
                let root = match root {
                    "q" => &self.json["requestParameters"],
                    "r" => &self.json["responseElements"],
                    "p" => &self.json["protoPayload"],
                    _ => &self.body,
                };
                collect(root, rest, "", 0, &mut found);
            }
            found.retain(|text| !text.is_empty());
            found.sort_unstable();
            (!found.is_empty() && found.len() <= TEXTS).then_some(found)
        })
    }
}

/// Texts behind a path; of what lies deeper than the path with the names of the fields.
fn collect(value: &Json<'_>, path: &str, name: &str, depth: usize, found: &mut Vec<String>) {
    if depth > DEPTH || found.len() > TEXTS {
        return;
    }
    let mut add = |text: &str| match name {
        "" => found.push(text.to_owned()),
        name => found.push(format!("{name}={text}")),
    };
    match value {
        Json::Text(text) => add(text),
        Json::Number(Some(number)) => add(&number.to_string()),
        Json::Bool(told) => add(&told.to_string()),
        Json::List(items) => {
            for item in items {
                collect(item, path, name, depth + 1, found);
            }
        }
        Json::Object(fields) => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            for (key, value) in fields {
                let lower = key.to_ascii_lowercase();
                if lower == "items" {
                    collect(value, path, name, depth + 1, found);
                } else if path.is_empty() && !PLAIN.contains(&&*lower) {
                    collect(value, "", &lower, depth + 1, found);
                } else if !path.is_empty() && key.eq_ignore_ascii_case(first) {
                    collect(value, rest, name, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The calls of a line, by their operations.
fn parse(line: usize, text: &'static str) -> Vec<(String, Call)> {
    let words: Vec<&'static str> = text.split_ascii_whitespace().collect();
    let [api, adds, key, takes, other, rest @ ..] = words.as_slice() else {
        return Vec::new();
    };
    if text.starts_with('#') {
        return Vec::new();
    }
    let option = |name: &str| {
        let mut found = rest.iter().filter_map(|word| word.split_once('='));
        found
            .find(|(word, _)| *word == name)
            .map_or("", |(_, value)| value)
    };
    let sets = option("sets");
    let own = if *key == "-" { other } else { key };
    let (sets, set_key) = sets.split_once(':').unwrap_or((sets, own));
    let calls = [
        (*adds, Effect::Adds, *key),
        (*takes, Effect::Takes, *other),
        (sets, Effect::Sets, set_key),
    ];
    let calls = calls
        .into_iter()
        .filter(|(operation, _, _)| !matches!(*operation, "" | "-"));
    let calls = calls.map(|(operation, effect, key)| {
        let call = Call {
            line,
            api,
            effect,
            key,
            value: option("value"),
        };
        (operation.to_owned(), call)
    });
    calls.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_line_of_the_table_is_understood() {
        let text = include_str!("../../data/pairs.txt");
        let lines = text.lines().enumerate();
        for (line, text) in lines.filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
            let calls = parse(line, text);
            assert!(!calls.is_empty(), "{text}");
            for (_, call) in calls {
                for path in call.key.split(['+', '|']).chain(call.value.split('|')) {
                    let root = path.trim_end_matches('?').split('.').next().unwrap();
                    assert!(
                        ["", "q", "r", "p", "b", "t"].contains(&root),
                        "{path} in {text}"
                    );
                }
                assert!(!matches!(call.key, "-" | ""), "{text}");
            }
        }
    }

    fn keyed(api: &str, operation: &str, record: serde_json::Value) -> Option<Keyed> {
        let json = Json::from(record);
        let record = Record::new(&json, "vm");
        let mut calls = TABLE.get(operation)?.iter().filter(|call| call.api == api);
        calls.find_map(|call| call.keyed(&record))
    }

    #[test]
    fn calls_on_one_thing_have_one_key() {
        let of = |operation: &str, request: serde_json::Value, response: serde_json::Value| {
            let record = json!({"requestParameters": request, "responseElements": response});
            keyed("ec2", operation, record).unwrap()
        };
        let both = json!({"volumeId": "vol-1", "instanceId": "i-1", "device": "/dev/sdf"});
        let attached = of("AttachVolume", both, json!(null));
        let one = json!({"volumeId": "vol-1"});
        let detached = of("DetachVolume", one, json!({"instanceId": "i-1"}));
        assert_eq!(attached.thing, detached.thing);
        assert_eq!(detached.before, Some(attached.after));
        assert_eq!(attached.before, Some(detached.after));
        let route = |gateway: &str| json!({"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway});
        let made = of("CreateRoute", route("igw-1"), json!(null));
        let replaced = of("ReplaceRoute", route("igw-2"), json!(null));
        let deleted = of("DeleteRoute", route(""), json!(null));
        assert_eq!((made.thing, made.thing), (replaced.thing, deleted.thing));
        assert_ne!(made.after, replaced.after);
        assert_eq!((replaced.before, deleted.before), (None, None));
    }

    #[test]
    fn disks_of_azure_tell_what_is_done_to_them() {
        let of = |list: &str| {
            let body = format!(r#"{{"{list}": [{{"diskId": "d-1"}}]}}"#);
            let operation = "microsoft.compute/virtualmachines/attachdetachdatadisks/action";
            let record = json!({"properties": {"requestbody": body}});
            keyed("microsoft.compute", operation, record).unwrap()
        };
        let (attached, detached) = (of("dataDisksToAttach"), of("dataDisksToDetach"));
        assert_eq!(attached.thing, detached.thing);
        assert_eq!(attached.after, State::There(0));
        assert_eq!(detached.after, State::Gone);
    }
}
