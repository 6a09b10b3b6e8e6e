//! Feed `terraform.webhooks`: what services send that run Terraform for others. See `README.md`.

mod atlantis;
mod env0;
mod scalr;
mod spacelift;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::tables::Run;
use nepho_core::{Result, Timestamp, secret};
use nepho_iac_common::items::{Item, Items};
use nepho_iac_common::outer;
use nepho_iac_common::place::Places;
use serde_json::Value;

use crate::place::trim;

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
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has("detection_id")
            || keys.has_all(&["Pull", "Workspace"])
            || keys.has_all(&["type", "data"])
            || (keys.has("run") && keys.has_any(&["stack", "workspace"]))
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let text = trim(head);
        let first = text.strip_prefix('[').map_or(text, str::trim_start);
        match sender(first) {
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let items = Items::of(document.text, &[]);
        if items.whole.is_empty() {
            let (start, _) = items.broken.first().copied().unwrap_or_default();
            return Err(places.error("terraform.webhooks", "no payload is whole", start));
        }
        for item in &items.whole {
            take(item, &places, out);
        }
        for (start, end) in &items.broken {
            let reason = "webhook: this is not valid JSON";
            out.rejects.push(places.reject(*start, *end, reason));
        }
        Ok(())
    }
}

/// Who sent a payload, by the keys that it begins with.
fn sender(text: &str) -> Option<Sender> {
    let keys = outer::keys(text, KEYS);
    let has = |names: &[&str]| names.iter().all(|name| keys.contains(name));
    let starts = |key: &str, words: &[&str]| {
        let value = outer::value(text, key, KEYS).unwrap_or_default();
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

fn take(payload: &Item<'_>, places: &Places<'_>, out: &mut FeedOutput) {
    let text = payload.text;
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
        out.rejects.push(places.reject_part(text, reason));
        return;
    };
    out.runs.extend(runs.into_iter().map(|run| Run {
        tool: "terraform".to_owned(),
        uri: places.uri.to_owned(),
        line: places.line(payload.start),
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
    Some(secret::told(text, LONGEST)).filter(|text| !text.is_empty())
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
