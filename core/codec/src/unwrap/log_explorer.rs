//! Rows of the table that Logs Explorer of Google Cloud saves: a column for each path of an entry,
//! `jsonPayload.message`, `resource.labels.pod_name`. They become the entry again.
//!
//! Source: cloud.google.com/logging/docs/view/logs-explorer-interface, "Download logs", as of
//! 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;

/// Objects of which the names of members have dots of their own.
const LABELS: [&str; 2] = ["labels", "resource.labels"];

/// Columns that a table has at most; a row of more members is none of it.
const MAX_MEMBERS: usize = 1000;
/// Steps of a path that become objects; what is deeper stays one key.
const MAX_STEPS: usize = 32;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let members = fields.members();
    if !is_row(members) {
        return Opened::No;
    }
    Opened::Inside(vec![Inner {
        text: entry(members).into(),
        envelope: envelope(record),
    }])
}

/// Whether members are the columns of a row.
fn is_row(members: &[(&str, &str)]) -> bool {
    let mut keys = members.iter().map(|(key, _)| *key);
    let has = |name: &str| members.iter().any(|(key, _)| *key == name);
    let is_set = |(key, value): &(&str, &str)| *key == "resource" && *value != "null";
    keys.any(|key| key == "resource.type" || key.starts_with("resource.labels."))
        && !members.iter().any(is_set)
        && members.len() <= MAX_MEMBERS
        && (has("logName") || has("insertId"))
}

/// A value, or the members of an object in the order in which they came.
enum Node<'a> {
    Value(&'a str),
    Object(Vec<(&'a str, Node<'a>)>),
}

/// The entry of a row; columns without a value are left out.
fn entry(members: &[(&str, &str)]) -> String {
    let mut root = Vec::new();
    for (path, value) in members {
        if *value != "null" {
            put(&mut root, path, value);
        }
    }
    let mut text = String::new();
    write(&Node::Object(root), &mut text);
    text
}

/// Adds a column; one below another that has a value keeps its whole path.
fn put<'a>(root: &mut Vec<(&'a str, Node<'a>)>, path: &'a str, value: &'a str) {
    if !put_below(root, path, value) {
        root.push((path, Node::Value(value)));
    }
}

/// Adds a column to the objects that its path names; gives whether they are objects.
fn put_below<'a>(mut object: &mut Vec<(&'a str, Node<'a>)>, path: &'a str, value: &'a str) -> bool {
    let labels = LABELS.iter().find_map(|labels| {
        let rest = path.strip_prefix(labels)?.strip_prefix('.')?;
        Some((*labels, rest))
    });
    let mut steps: Vec<&str> = match labels {
        Some((labels, key)) => labels.split('.').chain([key]).collect(),
        None => path.splitn(MAX_STEPS, '.').collect(),
    };
    let last = steps.pop().unwrap_or(path);
    for step in steps {
        let at = object.iter().position(|(key, _)| *key == step);
        let at = at.unwrap_or_else(|| {
            object.push((step, Node::Object(Vec::new())));
            object.len() - 1
        });
        match &mut object[at].1 {
            Node::Object(members) => object = members,
            Node::Value(_) => return false,
        }
    }
    object.push((last, Node::Value(value)));
    true
}

fn write(node: &Node<'_>, text: &mut String) {
    match node {
        Node::Value(value) => text.push_str(value),
        Node::Object(members) => {
            for (index, (key, node)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "{\"" } else { ",\"" });
                text.push_str(key);
                text.push_str("\":");
                write(node, text);
            }
            text.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_objects() {
        let check = |row: &str, expected: &str| {
            let fields = JsonFields::parse(row).expect("an object");
            assert_eq!(entry(fields.members()), expected);
        };
        check(
            r#"{"insertId":"1","jsonPayload.a.b":"x","labels.k8s-pod/app.name":"y","jsonPayload.c":"z"}"#,
            r#"{"insertId":"1","jsonPayload":{"a":{"b":"x"},"c":"z"},"labels":{"k8s-pod/app.name":"y"}}"#,
        );
        check(
            r#"{"resource.labels.a.b":"x","resource.type":"t","severity":null}"#,
            r#"{"resource":{"labels":{"a.b":"x"},"type":"t"}}"#,
        );
        check(r#"{"a":"1","a.b":"2"}"#, r#"{"a":"1","a.b":"2"}"#);
        check("{}", "{}");
    }

    #[test]
    fn deep_paths_stay_one_key() {
        let path = ["a"; 150_000].join(".");
        let row = format!(r#"{{"insertId":"1","{path}":"x"}}"#);
        let fields = JsonFields::parse(&row).expect("an object");
        let text = entry(fields.members());
        assert_eq!(text.matches('{').count(), MAX_STEPS);
        let rest = &path[2 * (MAX_STEPS - 1)..];
        assert!(text.ends_with(&format!(r#"{{"{rest}":"x"{}"#, "}".repeat(MAX_STEPS))));
    }

    #[test]
    fn rows_of_very_many_columns_are_none() {
        let is_opened = |columns: usize| {
            let columns: String = (0..columns).map(|at| format!(",\"a.k{at}\":1")).collect();
            let row = format!(r#"{{"insertId":"1","resource.type":"t"{columns}}}"#);
            is_row(JsonFields::parse(&row).expect("an object").members())
        };
        assert!(is_opened(MAX_MEMBERS - 2));
        assert!(!is_opened(MAX_MEMBERS - 1));
    }
}
