//! Feed `terraform.lock`: who holds the lock of a state, and what for. While a lock is held it is
//! the one document of Terraform that names a person.
//!
//! `internal/states/statemgr/locker.go` (`LockInfo`) of github.com/hashicorp/terraform and
//! developer.hashicorp.com/terraform/language/backend/s3, read 2026-11-21.

use std::borrow::Cow;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::tables::{self, RunOperation, RunStatus};
use nepho_core::{Result, Timestamp, secret};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::place::{Places, describe, trim};
use crate::scope;
use crate::state::elements;
use nepho_iac_common::outer;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "terraform.lock",
    summary: "Runs that hold the lock of a state (lock files, rows of DynamoDB)",
    permissions: &[],
    make: Make::Feed(|| Box::new(Lock)),
});

/// Reads lock files and rows of the table of locks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lock;

/// Longest message that is kept, in characters.
const LONGEST: usize = 300;
/// What is attempted, for errors.
const READ: &str = "terraform.lock: read the lock";

/// Who holds a lock.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info<'a> {
    #[serde(borrow, rename = "ID")]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    operation: Option<Cow<'a, str>>,
    #[serde(borrow)]
    info: Option<Cow<'a, str>>,
    #[serde(borrow)]
    who: Option<Cow<'a, str>>,
    #[serde(borrow)]
    created: Option<Cow<'a, str>>,
    #[serde(borrow)]
    path: Option<Cow<'a, str>>,
}

/// A row of the table, as DynamoDB spells values (`{"S": "..."}`) or plain.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, rename = "LockID")]
    lock_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "Info")]
    info: Option<&'a RawValue>,
}

/// A reply to a query, or one to a request for a row.
#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow, rename = "Items")]
    items: Option<&'a RawValue>,
    #[serde(borrow, rename = "Item")]
    item: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "S")]
    text: Cow<'a, str>,
}

/// A text, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Plain<'a>(#[serde(borrow)] Cow<'a, str>);

impl ChangeFeed for Lock {
    fn may_fit(&self, name: &str, keys: &HeadKeys) -> bool {
        is_named(name) || keys.has_any(&["LockID", "Who"])
    }

    fn sniff(&self, name: &str, head: &str) -> Confidence {
        let text = trim(head);
        let keys = outer::keys(text, 24);
        let has = |key: &str| keys.contains(&key);
        let is_info = ["ID", "Operation", "Who", "Created"]
            .iter()
            .all(|key| has(key));
        // Rows of the same table that hold a digest have no `Info`.
        let is_reply = (has("Items") || has("Item")) && text.contains("\"LockID\"");
        if is_info || has("LockID") || is_reply {
            return Confidence::CERTAIN;
        }
        match is_named(name) {
            true => Confidence::LIKELY,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::new(document);
        let text = trim(document.text);
        let keys = outer::keys(text, 24);
        let reply: Reply<'_> =
            serde_json::from_str(text).map_err(|error| places.json_error(READ, &error, text))?;
        let rows = match (reply.items, reply.item) {
            (None, None) if !keys.contains(&"LockID") => {
                let run = held(text, None);
                return take(run, text, &places, out);
            }
            (None, None) => {
                let row: &RawValue = serde_json::from_str(text)
                    .map_err(|error| places.json_error(READ, &error, text))?;
                vec![row]
            }
            (items, item) => {
                let mut rows = elements(items)
                    .map_err(|(error, part)| places.json_error(READ, &error, part))?;
                rows.extend(item);
                rows
            }
        };
        for row in rows {
            take(read_row(row), row.get(), &places, out)?;
        }
        Ok(())
    }
}

/// Whether a file has the name of a lock.
fn is_named(name: &str) -> bool {
    name.ends_with(".tflock") || name.ends_with(".tfstate.lock.info")
}

fn take(
    run: std::result::Result<Option<tables::Run>, &'static str>,
    part: &str,
    places: &Places<'_>,
    out: &mut FeedOutput,
) -> Result<()> {
    match run {
        Ok(run) => out.runs.extend(run.map(|run| tables::Run {
            scope: match run.scope.is_empty() {
                true => scope::of_path(places.uri()),
                false => run.scope,
            },
            uri: places.uri().to_owned(),
            line: places.line(part),
            ..run
        })),
        Err(reason) => out
            .rejects
            .push(places.reject(part, format!("lock of a state: {reason}"))),
    }
    Ok(())
}

/// The run that a row tells of; `None` of a row that holds the digest of a state.
fn read_row(row: &RawValue) -> std::result::Result<Option<tables::Run>, &'static str> {
    let row: Row<'_> = serde_json::from_str(row.get()).map_err(|error| describe(&error))?;
    let Some(info) = row.info else {
        return Ok(None);
    };
    let info = text_of(info).ok_or("`Info` is no text")?;
    held(&info, row.lock_id.and_then(text_of).as_deref())
}

/// Text of a value of DynamoDB, typed or plain.
fn text_of(value: &RawValue) -> Option<String> {
    let typed = serde_json::from_str::<Typed<'_>>(value.get()).map(|typed| typed.text);
    let text =
        typed.or_else(|_| serde_json::from_str::<Plain<'_>>(value.get()).map(|plain| plain.0));
    text.ok().map(Cow::into_owned)
}

/// The run that holds a lock.
fn held(
    info: &str,
    lock_id: Option<&str>,
) -> std::result::Result<Option<tables::Run>, &'static str> {
    let info: Info<'_> = serde_json::from_str(info).map_err(|error| describe(&error))?;
    let id = info.id.as_deref().filter(|id| !id.is_empty());
    let Some(id) = id else {
        return Err("it has no `ID`");
    };
    let path = info
        .path
        .as_deref()
        .filter(|path| !path.is_empty())
        .or(lock_id);
    let operation = info.operation.as_deref().unwrap_or("");
    let started = info.created.as_deref().and_then(Timestamp::parse_rfc3339);
    let message = info.info.as_deref().filter(|info| !info.is_empty());
    Ok(Some(tables::Run {
        id: id.to_owned(),
        tool: "terraform".to_owned(),
        scope: path.map(scope::of_path).unwrap_or_default(),
        operation: match operation {
            "OperationTypePlan" => RunOperation::Plan,
            "OperationTypeRefresh" | "refresh" => RunOperation::Refresh,
            "import" | "OperationTypeImport" => RunOperation::Import,
            _ => RunOperation::Apply,
        },
        // A lock says that somebody began, and that the end is not known yet.
        status: RunStatus::Running,
        started,
        actor: info
            .who
            .as_deref()
            .filter(|who| !who.is_empty())
            .map(str::to_owned),
        message: message.map(|message| secret::told(message, LONGEST)),
        ..tables::Run::default()
    }))
}
