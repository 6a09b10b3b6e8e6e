//! Feed `azure.what_if`: what a deployment would change. See `README.md`.

#[cfg(test)]
mod tests;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::key;
use nepho_core::tables::{ChangeAction, ChangeOutcome, Run, RunOperation};
use nepho_iac_common::head::has_key;
use nepho_iac_common::items::{Item, Items};
use nepho_iac_common::place::Places;
use serde_json::Value;

use crate::error::{Values, failures};
use crate::resource::Place;
use crate::run::{change, correlation, status};
use crate::value::{at, list, properties, text};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "azure.what_if",
    summary: "What a deployment of an ARM template or Bicep file would change",
    permissions: &[],
    make: Make::Feed(|| Box::new(WhatIf)),
});

/// Deltas within deltas that are followed.
const DEEPEST: usize = 64;

/// Reads the results of what-if operations.
#[derive(Debug)]
pub struct WhatIf;

impl ChangeFeed for WhatIf {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has("changeType")
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let is_ours = ["changes", "changeType", "resourceId"]
            .iter()
            .all(|name| has_key(head, name));
        if head.starts_with('{') && is_ours && !has_key(head, "operationName") {
            Confidence::CERTAIN
        } else {
            Confidence::NO
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let items = Items::of(document.text, &[]);
        let mut is_known = false;
        for item in &items.whole {
            let end = item.start + item.text.len();
            let Ok(value) = serde_json::from_str::<Value>(item.text) else {
                let reason = "it is nested too deeply";
                out.rejects.push(places.reject(item.start, end, reason));
                continue;
            };
            let is_result = at(properties(&value), &["changes"]).is_some_and(Value::is_array);
            let place = Place {
                uri: document.uri,
                line: places.line(item.start),
            };
            if is_result {
                for reason in result(&value, place, out) {
                    out.rejects.push(places.reject(item.start, end, reason));
                }
                is_known = true;
            } else {
                let reason = "not the result of a what-if operation";
                out.rejects.push(places.reject(item.start, end, reason));
            }
        }
        // A result is one object: of a damaged one the changes that are whole are read.
        for (start, end) in &items.broken {
            let run = Run {
                id: "what-if".to_owned(),
                ..planned(&Value::Null, document.uri, places.line(*start))
            };
            for change in damaged(&document.text[*start..*end]) {
                let line = places.line(*start + change.start);
                let value: Value = serde_json::from_str(change.text).unwrap_or_default();
                let place = Place {
                    uri: document.uri,
                    line,
                };
                out.changes
                    .extend(planned_change(&run, &value, place).ok().flatten());
                is_known = true;
            }
            out.rejects
                .push(places.reject(*start, *end, "this is not valid JSON"));
        }
        if is_known {
            return Ok(());
        }
        let reject = out.rejects.pop();
        let (reason, start) = reject.map_or(("the document is empty".to_owned(), 0), |reject| {
            (reject.reason, reject.start)
        });
        Err(places.error("azure.what_if", reason, start as usize))
    }
}

/// Changes of a result that is cut off or damaged.
fn damaged(text: &str) -> Vec<Item<'_>> {
    let Some(array) = text
        .find("\"changes\"")
        .and_then(|at| Some(at + text[at..].find('[')?))
    else {
        return Vec::new();
    };
    let items = Items::of(&text[array..], &[]);
    let whole = items.whole.into_iter();
    whole
        .map(|item| Item {
            start: item.start + array,
            text: item.text,
        })
        .collect()
}

fn planned(value: &Value, uri: &str, line: u64) -> Run {
    let state = text(value, &["status"]).unwrap_or_default();
    let id = text(properties(value), &["correlationId"]);
    Run {
        id: id.map_or_else(|| "what-if".to_owned(), correlation),
        tool: "arm".to_owned(),
        scope: "what-if".to_owned(),
        operation: RunOperation::Plan,
        status: status(state),
        uri: uri.to_owned(),
        line,
        ..Run::default()
    }
}

/// Adds one result, and gives what of it cannot be read.
fn result(value: &Value, place: Place<'_>, out: &mut FeedOutput) -> Vec<&'static str> {
    let mut run = planned(value, place.uri, place.line);
    let error = at(value, &["error"]).or_else(|| at(properties(value), &["error"]));
    if let Some(error) = error.filter(|error| !error.is_null()) {
        let told = failures(error, &Values::default()).into_iter().next();
        run.message = told.map(|failure| failure.reason);
    }
    let mut unread = Vec::new();
    for name in ["changes", "potentialChanges"] {
        for one in list(properties(value), &[name]) {
            match planned_change(&run, one, place) {
                Ok(Some(mut change)) => {
                    if name == "potentialChanges" {
                        change.reason = Some("it may come to this change".to_owned());
                    }
                    out.changes.push(change);
                }
                Ok(None) => {}
                Err(reason) => unread.push(reason),
            }
        }
    }
    out.runs.push(run);
    unread
}

/// The change, if it is one.
fn planned_change(
    run: &Run,
    value: &Value,
    place: Place<'_>,
) -> std::result::Result<Option<nepho_core::tables::Change>, &'static str> {
    let id = text(value, &["resourceId"]).ok_or("a change without a resource")?;
    let kind = text(value, &["changeType"]).ok_or("a change without a type")?;
    let (action, reason) = match kind.to_ascii_lowercase().as_str() {
        "create" => (ChangeAction::Create, None),
        "delete" => (ChangeAction::Delete, None),
        "modify" => (ChangeAction::Update, None),
        "deploy" => (
            ChangeAction::Update,
            Some("it is deployed; whether that changes it is not told"),
        ),
        "nochange" | "noeffect" | "ignore" | "unsupported" => return Ok(None),
        _ => return Err("a change of an unknown type"),
    };
    let mut change = change(run, id, action, ChangeOutcome::Planned, place);
    // The id of a change that was planned is not that of the same change when it is made.
    change.id = format!("arm:what-if:{}:{}", run.id, key::canonical(id));
    change.reason = reason.map(str::to_owned);
    paths(list(value, &["delta"]), "", 0, &mut change.attributes);
    change.attributes.sort();
    change.attributes.dedup();
    Ok(Some(change))
}

/// Names of the attributes that change.
fn paths(deltas: &[Value], within: &str, depth: usize, found: &mut Vec<String>) {
    for delta in deltas {
        let name = text(delta, &["path"]).unwrap_or_default();
        let is_index = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let path = match (within, name) {
            ("", name) => name.to_owned(),
            (within, "") => within.to_owned(),
            (within, index) if is_index => format!("{within}[{index}]"),
            (within, name) => format!("{within}.{name}"),
        };
        let kind = text(delta, &["propertyChangeType"]).unwrap_or_default();
        if kind.eq_ignore_ascii_case("NoEffect") {
            continue;
        }
        let children = list(delta, &["children"]);
        if children.is_empty() || depth == DEEPEST {
            if !path.is_empty() {
                found.push(path);
            }
        } else {
            paths(children, &path, depth + 1, found);
        }
    }
}
