//! Feed `terraform.hcp`: runs as HCP Terraform and Terraform Enterprise tell of them.

mod api;
mod included;
mod notification;
pub(crate) mod status;
mod task;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys, ScopeName};
use nepho_core::format::Confidence;
use nepho_core::tables::{self, Change};
use nepho_core::{Result, secret};
use serde::Deserialize;
use serde_json::value::RawValue;

use api::Around;
use included::Included;

use crate::place::{Places, describe, trim};
use crate::scope;
use crate::state::elements;
use nepho_iac_common::outer;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "terraform.hcp",
    summary: "Runs in notifications, run tasks, API documents and audit trails of HCP Terraform",
    permissions: &[],
    make: Make::Feed(|| Box::new(Hcp)),
});

/// Reads payloads of HCP Terraform, one or several in a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hcp;

/// What is attempted, for errors.
const READ: &str = "terraform.hcp: read the payloads";

/// Longest message that is kept, in characters.
const LONGEST: usize = 300;

/// What the outermost keys of a payload are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Notification,
    Task,
    Api,
}

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    included: Option<&'a RawValue>,
}

impl ChangeFeed for Hcp {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["payload_version", "data"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        match shape(trim(head)) {
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
            let payload = match payloads.next() {
                Some(Ok(payload)) => payload,
                Some(Err(error)) if start == 0 => {
                    return Err(places.json_error(READ, &error, text));
                }
                Some(Err(error)) => {
                    let rest = text.get(start..).unwrap_or("");
                    let reason = format!("payload of HCP Terraform: {}", describe(&error));
                    out.rejects.push(places.reject(rest.trim(), reason));
                    return Ok(());
                }
                None => return Ok(()),
            };
            if let Err((reason, part)) = read_payload(payload, &places, out) {
                let reason = format!("payload of HCP Terraform: {reason}");
                out.rejects.push(places.reject(part, reason));
            }
        }
    }
}

/// Shape of a payload by the keys that it begins with.
fn shape(text: &str) -> Option<Shape> {
    let keys = outer::keys(text, 24);
    let has = |key: &str| keys.contains(&key);
    if has("payload_version")
        && (has("notification_configuration_id") || has("notifications") || has("trigger_scope"))
    {
        return Some(Shape::Notification);
    }
    let of_task = ["access_token", "task_result_id"];
    if has("payload_version") && has("stage") && of_task.into_iter().any(has) {
        return Some(Shape::Task);
    }
    let item = outer::value(text, "data", 24)?;
    if is_empty_page(text, item) {
        return Some(Shape::Api);
    }
    let item = item.trim_start_matches(['[', ' ', '\n', '\r', '\t']);
    let kind = outer::value(item, "type", 24)?;
    let is_item = kind.starts_with("\"runs\"") || kind.starts_with("\"state-versions\"");
    let item_keys = outer::keys(item, 24);
    let is_event = kind.starts_with("\"Resource\"")
        && ["auth", "timestamp", "resource"]
            .iter()
            .all(|key| item_keys.contains(key));
    (is_item || is_event).then_some(Shape::Api)
}

/// Whether a document with these `data` is a page of a list of the API with nothing on it.
fn is_empty_page(text: &str, data: &str) -> bool {
    let data = data.strip_prefix('[').map(str::trim_start);
    let links = outer::value(text, "links", 24).unwrap_or_default();
    let links = links.split('}').next().unwrap_or_default();
    let lists = ["/runs", "/state-versions"];
    let is_list = lists.iter().any(|list| links.contains(list));
    data.is_some_and(|data| data.starts_with(']')) && links.contains("/api/v2/") && is_list
}

/// What a workspace is called that other documents know by its id.
fn scope_name((id, name): (Option<&str>, Option<&str>)) -> Option<ScopeName> {
    let id = id.filter(|id| id.starts_with("ws-"))?;
    let name = name.filter(|name| !name.is_empty())?;
    Some(ScopeName {
        id: id.to_owned(),
        name: name.to_owned(),
    })
}

fn read_payload<'a>(
    payload: &'a RawValue,
    places: &Places<'_>,
    out: &mut FeedOutput,
) -> std::result::Result<(), (&'static str, &'a str)> {
    let text = payload.get();
    let fail = |error: serde_json::Error| (describe(&error), text);
    match shape(text) {
        Some(Shape::Notification) => {
            let payload: notification::Payload<'_> = serde_json::from_str(text).map_err(fail)?;
            out.scope_names.extend(scope_name(payload.workspace()));
            out.changes.extend(payload.drift().map(|drift| Change {
                tool: "terraform".to_owned(),
                uri: places.uri().to_owned(),
                line: places.line(text),
                ..drift
            }));
            out.runs
                .extend(payload.run().map(|run| placed(run, text, places)));
            Ok(())
        }
        Some(Shape::Task) => {
            let payload: task::Payload<'_> = serde_json::from_str(text).map_err(fail)?;
            out.scope_names.extend(scope_name(payload.workspace()));
            out.runs
                .extend(payload.run().map(|run| placed(run, text, places)));
            Ok(())
        }
        Some(Shape::Api) => {
            let outer: Outer<'_> = serde_json::from_str(text).map_err(fail)?;
            let items = match outer.data {
                Some(data) if data.get().starts_with('[') => {
                    elements(Some(data)).map_err(|(error, part)| (describe(&error), part))?
                }
                Some(data) => vec![data],
                None => Vec::new(),
            };
            let around = Around {
                included: Included::read(outer.included),
                workspace: scope::of_address(places.uri()),
            };
            let workspaces = around.included.workspaces();
            out.scope_names.extend(workspaces.filter_map(scope_name));
            for item in items {
                match api::run(item, &around) {
                    Ok(run) => out
                        .runs
                        .extend(run.map(|run| placed(run, item.get(), places))),
                    Err(reason) => {
                        let reason = format!("item of a document of HCP Terraform: {reason}");
                        out.rejects.push(places.reject(item.get(), reason));
                    }
                }
            }
            Ok(())
        }
        None => Err(("it is none of the payloads that are known", text)),
    }
}

fn placed(run: tables::Run, part: &str, places: &Places<'_>) -> tables::Run {
    tables::Run {
        tool: "terraform".to_owned(),
        uri: places.uri().to_owned(),
        line: places.line(part),
        ..run
    }
}

/// What a person wrote, on one line, without secrets, and cut.
fn masked(text: Option<&str>) -> Option<String> {
    Some(secret::told(text?, LONGEST)).filter(|text| !text.is_empty())
}
