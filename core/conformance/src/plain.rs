//! Format tables, run in the plainest way: a record is read by `serde_json`, and each path is
//! looked up in what came out.
//!
//! The engine in `nepho_codec::json::scan` predicts keys, compares wide words and skips what no
//! path leads to; this does none of that, and must give the same rows. Rules of both: keys match
//! without
//! case; a key with dots in it is a path; of several values of a path the last counts; numbers stay
//! as they are written. `finish` is not run; what it would be given is compared instead
//! ([`kept`]).

use std::collections::BTreeMap;
use std::fmt;

use nepho_codec::table::{Field, Need, Table, To, put_text};
use nepho_core::format::Record;
use nepho_core::tables::{Column, LogsBuilder, Row};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::account::uncolored;

/// Nesting that is read; the engine refuses more.
const MAX_DEPTH: usize = 512;

/// A JSON value: its text, and what is in it.
pub struct Json<'a> {
    text: &'a str,
    parts: Parts<'a>,
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").finish_non_exhaustive()
    }
}

enum Parts<'a> {
    None,
    /// In order, also members that stand there twice.
    Members(Vec<(String, Json<'a>)>),
    Elements(Vec<Json<'a>>),
}

impl<'a> Json<'a> {
    /// Reads an object; `None` if `serde_json` does not, or it is nested too deep.
    pub fn object(text: &'a str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        text.starts_with('{').then(|| Self::read(text, 0))?
    }

    fn read(text: &'a str, depth: usize) -> Option<Self> {
        let parts = match text.as_bytes().first() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => return None,
            Some(b'{') => {
                let members: Members<'a> = serde_json::from_str(text).ok()?;
                let mut read = Vec::with_capacity(members.0.len());
                for (key, value) in members.0 {
                    read.push((key, Self::read(value.get(), depth + 1)?));
                }
                Parts::Members(read)
            }
            Some(b'[') => {
                let elements: Vec<&'a RawValue> = serde_json::from_str(text).ok()?;
                let mut read = Vec::with_capacity(elements.len());
                for element in elements {
                    read.push(Self::read(element.get(), depth + 1)?);
                }
                Parts::Elements(read)
            }
            _ => Parts::None,
        };
        Some(Self { text, parts })
    }

    /// The JSON texts of all values that a path leads to, in the order in which they stand.
    fn values(&self, steps: &[Step<'_>], found: &mut Vec<&'a str>) {
        let Some(first) = steps.first() else {
            found.push(self.text);
            return;
        };
        match (first, &self.parts) {
            (Step::Key(_) | Step::Dotted(_), Parts::Members(members)) => {
                for (key, value) in members {
                    if let Some(count) = matching(key, steps) {
                        value.values(&steps[count..], found);
                    }
                }
            }
            (Step::Element(_) | Step::Each, Parts::Elements(elements)) => {
                for (number, element) in elements.iter().enumerate() {
                    if first.takes(number) {
                        element.values(&steps[1..], found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Members of a JSON object as text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, text: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                text.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Members)
    }
}

/// A step of a path.
enum Step<'a> {
    Key(&'a str),
    /// A key with dots in it, each behind a backslash.
    Dotted(&'a str),
    Element(usize),
    Each,
}

impl Step<'_> {
    /// Whether the step leads to the element with this number.
    fn takes(&self, number: usize) -> bool {
        match self {
            Self::Key(_) | Self::Dotted(_) => false,
            Self::Element(wanted) => *wanted == number,
            Self::Each => true,
        }
    }
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in parts(path) {
        if part.contains("\\.") {
            steps.push(Step::Dotted(part));
            continue;
        }
        let (key, indexes) = part.split_once('[').unwrap_or((part, ""));
        if !key.is_empty() {
            steps.push(Step::Key(key));
        }
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            let index = index.trim_end_matches(']').parse();
            steps.push(index.map_or(Step::Each, Step::Element));
        }
    }
    steps
}

/// Parts of a path between its dots; one behind a backslash belongs to a key.
fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in path.match_indices('.') {
        if !path[..at].ends_with('\\') {
            parts.push(&path[start..at]);
            start = at + 1;
        }
    }
    parts.push(&path[start..]);
    parts
}

/// How many steps a key is: one for each part between its dots.
fn matching(key: &str, steps: &[Step<'_>]) -> Option<usize> {
    if let Some(Step::Dotted(path)) = steps.first() {
        let wanted = path.replace("\\.", ".");
        return key.eq_ignore_ascii_case(&wanted).then_some(1);
    }
    let parts = key.split('.').count();
    let wanted = steps.get(..parts)?;
    let fits = key
        .split('.')
        .zip(wanted)
        .all(|(part, step)| matches!(step, Step::Key(step) if step.eq_ignore_ascii_case(part)));
    fits.then_some(parts)
}

/// What a table picks from a record, by path: JSON texts.
struct Picked<'a>(BTreeMap<&'static str, Vec<&'a str>>);

impl<'a> Picked<'a> {
    /// Picks the values of all paths of a table.
    fn of(table: &Table, json: &Json<'a>) -> Self {
        let mut paths: Vec<&'static str> = Vec::new();
        for field in table.fields {
            paths.extend(field.from);
        }
        for need in table.needs {
            paths.extend(paths_of(need));
        }
        let mut picked = BTreeMap::new();
        for path in paths {
            let mut found = Vec::new();
            json.values(&steps(path), &mut found);
            picked.insert(path, found);
        }
        Self(picked)
    }

    fn all(&self, path: &str) -> &[&'a str] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    /// The last value at a path, unless it is `null`; strings without their quotes.
    fn last(&self, path: &str) -> Option<&'a str> {
        let text = self.all(path).last()?;
        match text.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"'),
            None => (*text != "null").then_some(*text),
        }
    }
}

pub(crate) fn paths_of(need: &Need) -> Vec<&'static str> {
    match need {
        Need::HasAny(paths) => paths.to_vec(),
        Need::Has(path)
        | Need::Lacks(path)
        | Need::Is(path, _)
        | Need::IsAny(path, _)
        | Need::Starts(path, _)
        | Need::Contains(path, _)
        | Need::Number(path) => vec![path],
    }
}

/// Whether a record is one that the table is for.
fn holds(need: &Need, picked: &Picked<'_>) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    let text = |path| picked.last(path);
    match need {
        Need::Has(path) => text(path).is_some(),
        Need::HasAny(paths) => paths.iter().any(|path| text(path).is_some()),
        Need::Lacks(path) => text(path).is_none(),
        Need::Is(path, wanted) => text(path).is_some_and(|held| lower(held) == lower(wanted)),
        Need::IsAny(path, wanted) => text(path).is_some_and(|held| {
            let mut wanted = wanted.iter();
            wanted.any(|wanted| lower(held) == lower(wanted))
        }),
        Need::Starts(path, wanted) => {
            text(path).is_some_and(|held| lower(held).starts_with(&lower(wanted)))
        }
        Need::Contains(path, part) => text(path).is_some_and(|held| held.contains(part)),
        Need::Number(path) => text(path)
            .is_some_and(|held| !held.is_empty() && held.chars().all(|sign| sign.is_ascii_digit())),
    }
}

/// What the plain way makes of a record.
#[derive(Debug, PartialEq, Eq)]
pub enum Plain {
    /// `serde_json` does not read it.
    Unread,
    /// It is not one that the table is for.
    NotMine,
    /// It became a row; these are the values that are kept for `finish`.
    Row(Vec<Option<String>>),
}

/// Decodes a record, which was read to `json`, with a table, without its `finish`.
pub fn decode(
    table: &'static Table,
    json: &Json<'_>,
    record: &Record<'_>,
    out: &mut LogsBuilder,
) -> Plain {
    let picked = Picked::of(table, json);
    if !table.needs.iter().all(|need| holds(need, &picked)) {
        return Plain::NotMine;
    }
    let mut row = out.row(record);
    row.constant(Column::Format, table.name);
    for (column, value) in table.constants {
        row.constant(*column, value);
    }
    for field in table.fields {
        if !matches!(field.to, To::Keep(_)) && fill(field, &picked, &mut row).is_none() {
            return Plain::Unread;
        }
    }
    row.commit();
    kept(table, &picked).map_or(Plain::Unread, Plain::Row)
}

/// Fills a field from the first path with a usable value; `None` if `serde_json` refuses a string.
fn fill(field: &Field, picked: &Picked<'_>, row: &mut Row<'_>) -> Option<()> {
    for path in field.from {
        let all = picked.all(path);
        let counted = match path.contains("[]") {
            true => all,
            false => &all[all.len().saturating_sub(1)..],
        };
        let mut is_used = false;
        for value in counted {
            let text = text(value)?;
            is_used |= !text.is_empty() && put_text(&text, field.to, row);
        }
        if is_used {
            break;
        }
    }
    Some(())
}

/// Text of a JSON value: of a string what it says, without colors of a terminal, nothing for
/// `null`, of others what stands there.
fn text(value: &str) -> Option<String> {
    match value.as_bytes().first() {
        Some(b'"') => {
            let text: String = serde_json::from_str(value).ok()?;
            Some(uncolored(&text))
        }
        Some(b'n') => Some(String::new()),
        _ => Some(value.to_owned()),
    }
}

/// The values that are kept for `finish`, by number.
fn kept(table: &Table, picked: &Picked<'_>) -> Option<Vec<Option<String>>> {
    let mut kept = Vec::new();
    for field in table.fields {
        let To::Keep(number) = field.to else {
            continue;
        };
        if kept.len() <= number {
            kept.resize(number + 1, None);
        }
        kept[number] = None;
        for path in field.from.iter().filter(|path| !path.contains("[]")) {
            let value = picked.all(path).last();
            let text = text(value.unwrap_or(&"null"))?;
            if !text.is_empty() {
                kept[number] = Some(text);
                break;
            }
        }
    }
    Some(kept)
}
