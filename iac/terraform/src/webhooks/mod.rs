//! Feed `terraform.webhooks`: what services send that run Terraform for others. See `README.md`.

mod atlantis;
mod env0;
mod scalr;
mod spacelift;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::tables::Run;
use nepho_core::{Result, Timestamp, secret};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::head;
use crate::place::{Places, describe, trim};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "terraform.webhooks",
    summary: "Runs of Atlantis, Spacelift, env0 and Scalr, from their webhooks",
    permissions: &[],
    make: Make::Feed(|| Box::new(Webhooks)),
});

/// Reads webhooks, one or several in a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Webhooks;

/// What is attempted, for errors.
const READ: &str = "terraform.webhooks: read the payloads";
/// Longest text that is kept, in characters.
const LONGEST: usize = 300;
/// Outermost keys that are looked at.
const KEYS: usize = 24;

/// Who sent a payload.
#[derive(Clone, Copy)]
enum Sender {
    AtlantisApply,
    AtlantisDrift,
    Spacelift,
    Env0,
    Scalr,
}

impl ChangeFeed for Webhooks {
    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let text = trim(head);
        let first = text.strip_prefix('[').map_or(text, str::trim_start);
        match sender(first) {
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::new(document);
        let text = trim(document.text);
        let mut payloads = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        loop {
            let start = payloads.byte_offset();
            match payloads.next() {
                Some(Ok(payload)) if payload.get().starts_with('[') => {
                    let all: Vec<&RawValue> = serde_json::from_str(payload.get())
                        .map_err(|error| places.json_error(READ, &error, payload.get()))?;
                    all.into_iter().for_each(|one| take(one, &places, out));
                }
                Some(Ok(payload)) => take(payload, &places, out),
                Some(Err(error)) if start == 0 => {
                    return Err(places.json_error(READ, &error, text));
                }
                Some(Err(error)) => {
                    let rest = text.get(start..).unwrap_or("");
                    let reason = format!("webhook: {}", describe(&error));
                    out.rejects.push(places.reject(rest.trim(), reason));
                    return Ok(());
                }
                None => return Ok(()),
            }
        }
    }
}

/// Who sent a payload, by the keys that it begins with.
fn sender(text: &str) -> Option<Sender> {
    let keys = head::keys(text, KEYS);
    let has = |names: &[&str]| names.iter().all(|name| keys.contains(name));
    let starts = |key: &str, words: &[&str]| {
        let value = head::value(text, key, KEYS).unwrap_or_default();
        words.iter().any(|word| value.starts_with(word))
    };
    if has(&["Pull", "Repo", "Workspace", "Success"]) {
        return Some(Sender::AtlantisApply);
    }
    if has(&["detection_id", "projects", "repository"]) {
        return Some(Sender::AtlantisDrift);
    }
    if has(&["account", "run", "stack", "state"]) {
        return Some(Sender::Spacelift);
    }
    if has(&["type", "data"]) && starts("type", &["\"com.env0.", "\"com.env-zero."]) {
        return Some(Sender::Env0);
    }
    let is_run = starts("event_name", &["\"run:"]) || starts("event-name", &["\"run:"]);
    (has(&["run", "workspace"]) && is_run).then_some(Sender::Scalr)
}

fn take(payload: &RawValue, places: &Places<'_>, out: &mut FeedOutput) {
    let text = payload.get();
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let runs = match sender(text) {
        Some(Sender::AtlantisApply) => atlantis::applied(&value).map(|run| vec![run]),
        Some(Sender::AtlantisDrift) => atlantis::drifted(&value),
        Some(Sender::Spacelift) => spacelift::run(&value).map(|run| vec![run]),
        Some(Sender::Env0) => env0::runs(&value),
        Some(Sender::Scalr) => scalr::run(&value).map(|run| vec![run]),
        None => None,
    };
    let Some(runs) = runs else {
        let reason = "webhook: it tells of no run";
        out.rejects.push(places.reject(text, reason));
        return;
    };
    out.runs.extend(runs.into_iter().map(|run| Run {
        tool: "terraform".to_owned(),
        uri: places.uri().to_owned(),
        line: places.line(text),
        ..run
    }));
}

/// Value at a path of names.
fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(*name))
}

/// Text at a path, on one line, without secrets, and cut; `None` for none.
fn text(value: &Value, path: &[&str]) -> Option<String> {
    let text = at(value, path)?.as_str()?;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let masked = secret::mask_error(&line);
    let kept: String = masked.chars().take(LONGEST).collect();
    (!kept.is_empty()).then_some(kept)
}

/// Number at a path.
fn number(value: &Value, path: &[&str]) -> Option<u64> {
    at(value, path)?.as_u64()
}

/// Time at a path, in seconds since 1970 or as text; one without a zone is UTC.
fn time(value: &Value, path: &[&str]) -> Option<Timestamp> {
    let value = at(value, path)?;
    match value.as_i64() {
        Some(seconds) => Timestamp::from_seconds(seconds).filter(|_| seconds > 0),
        None => {
            let text = value.as_str()?;
            let parsed = Timestamp::parse_rfc3339(text);
            parsed.or_else(|| Timestamp::parse_rfc3339(&format!("{text}Z")))
        }
    }
}
