//! The table `edges.txt`: which calls make and break which edges.

use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_core::key::{self, partition_of};
use nepho_core::tables::RelationKind;
use serde_json::Value;

/// Ends of one call that are kept.
const MOST: usize = 200;
/// Longest text that may be an id.
const LONGEST: usize = 2048;

/// Calls by operation.
static TABLE: LazyLock<HashMap<&'static str, Vec<Call>>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Vec<Call>> = HashMap::new();
    for (operation, call) in include_str!("edges.txt").lines().filter_map(parse) {
        table.entry(operation).or_default().push(call);
    }
    table
});

/// What a call does to an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Breaks,
    Makes,
    /// It makes the edges that it names, and breaks the others of their kind.
    Sets,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct Call {
    api: &'static str,
    pub effect: Effect,
    pub kind: RelationKind,
    from: &'static str,
    to: &'static str,
    key: &'static str,
}

/// Where a call was made.
pub(super) struct Place<'a> {
    pub account: &'a str,
    pub region: &'a str,
}

/// The call of an operation of an API (`ec2.amazonaws.com`, `compute.googleapis.com`).
pub(super) fn call(api: &str, operation: &str) -> Option<&'static Call> {
    let google = || api.ends_with(".googleapis.com").then_some(api);
    let name = api.strip_suffix(".amazonaws.com").or_else(google)?;
    let calls = TABLE.get(operation)?;
    calls.iter().find(|call| call.api == name)
}

impl Call {
    /// The dependents that a record names.
    pub(super) fn from(&self, record: &Value, place: &Place<'_>) -> Vec<String> {
        words(self.from, record, place)
    }

    /// The dependencies.
    pub(super) fn to(&self, record: &Value, place: &Place<'_>) -> Vec<String> {
        words(self.to, record, place)
    }

    /// What the edges are known by when they are broken.
    pub(super) fn key(&self, record: &Value, place: &Place<'_>) -> Option<String> {
        words(self.key, record, place).into_iter().next()
    }
}

fn parse(line: &'static str) -> Option<(&'static str, Call)> {
    let words: Vec<&'static str> = line.split_ascii_whitespace().collect();
    let [api, operation, effect, from, kind, to, key] = words[..] else {
        return None;
    };
    let effect = match effect {
        "makes" => Effect::Makes,
        "breaks" => Effect::Breaks,
        "sets" => Effect::Sets,
        _ => return None,
    };
    let kind = match kind {
        "attached" => RelationKind::Attached,
        "routes" => RelationKind::Routes,
        "depends_on" => RelationKind::DependsOn,
        "data_flow" => RelationKind::DataFlow,
        _ => return None,
    };
    let call = Call {
        api,
        effect,
        kind,
        from,
        to,
        key,
    };
    (!api.starts_with('#')).then_some((operation, call))
}

/// What stands at the first of the paths that holds something.
fn words(paths: &str, record: &Value, place: &Place<'_>) -> Vec<String> {
    let found = paths.split('|').map(|path| {
        let (path, pattern) = path.split_once('>').unwrap_or((path, "{}"));
        let mut found = Vec::new();
        let (part, rest) = path.split_once('.').unwrap_or((path, ""));
        let root = match part {
            "q" => &record["requestParameters"],
            "r" => &record["responseElements"],
            "p" => &record["protoPayload"],
            _ => &Value::Null,
        };
        collect(root, rest, &mut found);
        let ids = found.into_iter().filter_map(|id| full(id, pattern, place));
        ids.collect::<Vec<String>>()
    });
    let mut found = found.filter(|ids| !ids.is_empty());
    found.next().unwrap_or_default()
}

/// Texts at a path. EC2 writes a list as an object with `items`.
fn collect<'a>(value: &'a Value, path: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, path, found)),
        Value::Object(fields) => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(value) = fields.get(first) {
                collect(value, rest, found);
            } else if let Some(items) = fields.get("items") {
                collect(items, path, found);
            }
        }
        Value::String(text) if path.is_empty() && found.len() < MOST => found.push(text),
        _ => {}
    }
}

/// An id as it is, a name as the ARN that the pattern says.
fn full(id: &str, pattern: &str, place: &Place<'_>) -> Option<String> {
    let id = id.trim();
    if id.is_empty() || id.len() > LONGEST {
        return None;
    }
    if pattern == "{}" || id.starts_with("arn:") {
        return Some(key::canonical(id));
    }
    if place.account.is_empty() {
        return None;
    }
    let text = pattern.replace("{p}", partition_of(place.region));
    let text = text.replace("{r}", place.region);
    Some(text.replace("{a}", place.account).replace("{}", id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_understood() {
        let text = include_str!("edges.txt");
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let calls: Vec<&Call> = TABLE.values().flatten().collect();
        assert_eq!(calls.len(), lines.count());
        for call in calls {
            for paths in [call.from, call.to, call.key] {
                for path in paths.split('|') {
                    let is_path =
                        path == "-" || ["q.", "r.", "p."].iter().any(|at| path.starts_with(at));
                    assert!(is_path, "{call:?}");
                }
            }
            let is_named = call.from != "-" && call.to != "-";
            assert!(is_named || call.effect == Effect::Breaks && call.key != "-");
        }
    }

    #[test]
    fn the_first_path_that_holds_something_counts() {
        let record = serde_json::json!({
            "requestParameters": {"groupSet": {"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]},
                "instanceId": null, "roleName": "deploy"},
            "responseElements": {"instanceId": "i-1"}});
        let place = Place {
            account: "111122223333",
            region: "cn-north-1",
        };
        let check = |paths: &str, expected: &[&str]| {
            assert_eq!(words(paths, &record, &place), expected, "{paths}");
        };
        check("q.groupSet.groupId", &["sg-1", "sg-2"]);
        check("q.instanceId|r.instanceId", &["i-1"]);
        check(
            "q.roleName>arn:{p}:iam::{a}:role/{}",
            &["arn:aws-cn:iam::111122223333:role/deploy"],
        );
        check("-", &[]);
        check("q.absent", &[]);
    }
}
