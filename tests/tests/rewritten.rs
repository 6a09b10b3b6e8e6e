//! A JSON record reads alike however its writer wrote it: the order of members, white space, and
//! which characters are escaped tell nothing.

#![expect(
    clippy::print_stdout,
    reason = "a test tells what it measured or passed over"
)]

use nepho as _;
use nepho_conformance::inputs::{all_fixtures, corpus_cases};
use nepho_conformance::told::{Told, told};
use nepho_core::tables::Column;
use serde_json::Value;

/// A way to write a value of JSON.
type Write = fn(&Value) -> String;

const REVERSED: &str = "members in reverse order";

/// Ways to write the same, by who writes so.
const WAYS: [(&str, Write); 5] = [
    ("PHP and Swift: `\\/`", |value| {
        escaped(value, |char| char == '/')
    }),
    (".NET: `\\u002B`", |value| {
        escaped(value, |char| {
            !char.is_ascii() || matches!(char, '+' | '\'' | '&' | '<' | '>' | '`')
        })
    }),
    ("Python: no character but ASCII", |value| {
        escaped(value, |char| !char.is_ascii())
    }),
    ("indented", |value| format!("{value:#}")),
    (REVERSED, reversed),
];

/// What has an order: texts that list members as they stand, and what is known by its first member
/// before all of it is read.
const ORDERED: [&str; 3] = ["format=aws.ecr_scan", "/wrappings/", "/iac/"];

/// A value, with escapes for characters of its texts that need none.
fn escaped(value: &Value, is_escaped: fn(char) -> bool) -> String {
    written(value, &|text| {
        let mut out = String::with_capacity(text.len());
        for char in Value::from(text).to_string().chars() {
            match char {
                '/' if is_escaped('/') => out.push_str("\\/"),
                _ if is_escaped(char) => {
                    let mut units = [0; 2];
                    let units = char.encode_utf16(&mut units).iter();
                    out.extend(units.map(|unit| format!("\\u{unit:04X}")));
                }
                _ => out.push(char),
            }
        }
        out
    })
}

/// A value, with its texts written by `text`.
fn written(value: &Value, text: &dyn Fn(&str) -> String) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let members = members
                .map(|(key, value)| format!("{}:{}", Value::from(&**key), written(value, text)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(|value| written(value, text)).collect();
            format!("[{}]", elements.join(","))
        }
        Value::String(held) => text(held),
        _ => value.to_string(),
    }
}

/// A value with the members of its objects in reverse order.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members =
                members.map(|(key, value)| format!("{}:{}", Value::from(&**key), reversed(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(reversed).collect();
            format!("[{}]", elements.join(","))
        }
        _ => value.to_string(),
    }
}

/// The objects among records: lines, or else a whole text.
fn objects(text: &str) -> Vec<Value> {
    let whole = serde_json::from_str(text).ok().into_iter();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let found: Vec<Value> = match text.lines().nth(1) {
        Some(_) => whole.chain(lines).collect(),
        None => whole.collect(),
    };
    found.into_iter().filter(Value::is_object).collect()
}

/// What is read of a text in any order, but for the text itself and its place.
fn read(text: &str) -> Vec<String> {
    let rows = told(text.as_bytes(), &[Column::Raw, Column::Outer]);
    let mut rows: Vec<_> = rows.into_iter().map(|Told { text, .. }| text).collect();
    rows.sort_unstable();
    rows
}

/// Checks all ways to write these texts; gives the number of objects.
fn check(texts: impl Iterator<Item = (String, String)>) -> usize {
    let mut objects_read = 0;
    let mut wrong = Vec::new();
    for (name, text) in texts {
        for object in objects(&text) {
            objects_read += 1;
            let plain = read(&object.to_string());
            for (way, write) in WAYS {
                let found = read(&write(&object));
                if found == plain || way == REVERSED && is_ordered(&name, &plain) {
                    continue;
                }
                wrong.push(format!("{name}, {way}\n  {plain:?}\n  {found:?}\n"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{objects_read} objects");
    objects_read
}

fn is_ordered(name: &str, rows: &[String]) -> bool {
    let is_it = |mark: &&str| name.contains(mark) || rows.iter().any(|row| row.contains(mark));
    ORDERED.iter().any(is_it)
}

#[test]
fn fixtures_read_alike_however_they_are_written() {
    let inputs = all_fixtures().into_iter();
    let texts = inputs.filter_map(|input| Some((input.name, String::from_utf8(input.text).ok()?)));
    let objects = check(texts);
    assert!(objects > 1_000, "{objects}");
}

#[test]
fn cases_of_the_corpus_read_alike_however_they_are_written() {
    let cases = corpus_cases().unwrap_or_default().into_iter();
    check(cases.map(|case| {
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("input"))
    }));
}
