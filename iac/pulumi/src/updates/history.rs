//! One update of the history of a stack.
//!
//! Sources: `UpdateInfo` in `sdk/go/common/apitype/history.go`, `updateInfoJSON` of `pulumi stack
//! history --json`, `UpdateInfo` of the REST API (pulumi.com/docs/reference/cloud-rest-api), read
//! 2026-11-28.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::findings::{Details, Finding, FindingKind, StateRewritten, Urgency};
use nepho_core::tables::{Run, Via};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::words::{count, operation, plain, status};
use crate::reason::redact;

/// An update as backends and the command line tell it. It has no `Debug`: the configuration must
/// not be printed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update<'a> {
    kind: String,
    start_time: Option<Moment>,
    end_time: Option<Moment>,
    message: Option<String>,
    environment: Option<Environment>,
    #[serde(borrow)]
    config: Option<&'a RawValue>,
    result: Option<String>,
    version: Option<u64>,
    resource_changes: Option<BTreeMap<String, u64>>,
}

/// An update as the API wraps it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(borrow)]
    info: &'a RawValue,
    version: Option<u64>,
    requested_by: Option<Person>,
    github_commit_info: Option<Commit>,
}

/// A person of Pulumi Cloud.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Person {
    github_login: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Commit {
    slug: Option<String>,
    sha: Option<String>,
}

/// Seconds since 1970, or RFC 3339.
#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(i64),
    Text(String),
}

/// What is read of the environment of an update (`sdk/go/common/util/gitutil` and
/// `pkg/backend/updates.go`).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Environment {
    #[serde(rename = "git.head")]
    head: Option<String>,
    #[serde(rename = "git.author")]
    author: Option<String>,
    #[serde(rename = "git.committer")]
    committer: Option<String>,
    #[serde(rename = "vcs.kind")]
    host: Option<String>,
    #[serde(rename = "vcs.owner")]
    owner: Option<String>,
    #[serde(rename = "vcs.repo")]
    repository: Option<String>,
    #[serde(rename = "github.login")]
    github_owner: Option<String>,
    #[serde(rename = "github.repo")]
    github_repository: Option<String>,
    #[serde(rename = "ci.system")]
    pipeline: Option<String>,
    #[serde(rename = "ci.pr.number")]
    pull_request: Option<String>,
    #[serde(rename = "ci.build.url")]
    build_url: Option<String>,
}

/// A state that was replaced by hand.
pub(super) struct Imported {
    scope: String,
    time: Option<Timestamp>,
    version: u64,
    actor: Option<String>,
}

type Told = (Option<Run>, Option<Imported>);

/// Reads an update of the stack `scope`. No run for one that only gives the stack another name.
pub(super) fn read(text: &str, scope: &str) -> Result<Told, &'static str> {
    let listed: Option<Listed<'_>> = serde_json::from_str(text).ok();
    let info = listed.as_ref().map_or(text, |listed| listed.info.get());
    let update: Update<'_> = serde_json::from_str(info)
        .map_err(|_| "the update has no `kind`, or a field of another type than expected")?;
    let operation = operation(&update.kind).ok_or("the update is of an unknown `kind`")?;
    let Some(operation) = operation else {
        return Ok((None, None));
    };
    let environment = update.environment.unwrap_or_default();
    let version = update
        .version
        .or(listed.as_ref().and_then(|listed| listed.version));
    let version = version.filter(|version| *version > 0);
    let started = update.start_time.and_then(Moment::time);
    let name = match (started, version) {
        (Some(started), _) => format!("{scope}@{started}"),
        (None, Some(version)) => format!("{scope}#{version}"),
        (None, None) => return Err("the update tells neither when it began nor its version"),
    };
    let changes = update.resource_changes.unwrap_or_default();
    let person = listed
        .as_ref()
        .and_then(|listed| listed.requested_by.as_ref());
    let commit = listed
        .as_ref()
        .and_then(|listed| listed.github_commit_info.as_ref());
    let actor = person
        .and_then(Person::word)
        .or_else(|| plain(environment.author.as_deref()))
        .or_else(|| plain(environment.committer.as_deref()));
    let secrets = update.config.map(secrets).unwrap_or_default();
    let message = update.message.filter(|message| !message.trim().is_empty());
    let revision = commit.and_then(|commit| plain(commit.sha.as_deref()));
    let repository = commit.and_then(|commit| plain(commit.slug.as_deref()));
    let imported = (update.kind == "import").then(|| Imported {
        scope: scope.to_owned(),
        time: started,
        version: version.unwrap_or_default(),
        actor: actor.clone(),
    });
    let run = Run {
        id: name,
        scope: scope.to_owned(),
        operation,
        status: status(update.result.as_deref().unwrap_or_default(), &changes),
        started,
        ended: update.end_time.and_then(Moment::time),
        actor,
        via: environment.pipeline.as_ref().map(|_| Via::Ci),
        pull_request: plain(environment.pull_request.as_deref()),
        created: count(&changes, "create"),
        updated: count(&changes, "update"),
        replaced: count(&changes, "replace"),
        deleted: count(&changes, "delete"),
        revision: plain(environment.head.as_deref()).or(revision),
        repository: environment.repository().or(repository),
        message: message.map(|message| redact(&message, &secrets)),
        url: plain(environment.build_url.as_deref()),
        serial_from: version.map(|version| version - 1),
        serial_to: version,
        ..Run::default()
    };
    Ok((Some(run), imported))
}

impl Moment {
    fn time(self) -> Option<Timestamp> {
        match self {
            Self::Seconds(seconds) => Timestamp::from_seconds(seconds).filter(|_| seconds > 0),
            Self::Text(text) => Timestamp::parse_rfc3339(&text),
        }
    }
}

impl Person {
    /// The word by which logs know the person best.
    pub(super) fn word(&self) -> Option<String> {
        plain(self.github_login.as_deref()).or_else(|| plain(self.name.as_deref()))
    }
}

impl Environment {
    fn repository(&self) -> Option<String> {
        let owner = self.owner.as_ref().or(self.github_owner.as_ref());
        let name = self
            .repository
            .as_ref()
            .or(self.github_repository.as_ref())?;
        let parts = [self.host.as_ref(), owner, Some(name)];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        plain(Some(&parts.join("/")))
    }
}

impl Imported {
    /// The alarm: whoever imports a state decides what Pulumi believes.
    pub(super) fn at(self, uri: &str) -> Finding {
        let Self {
            scope,
            time,
            version,
            actor,
        } = self;
        let who = actor.as_deref().unwrap_or("somebody");
        Finding {
            id: format!("state-rewritten-{scope}-{version}"),
            kind: FindingKind::StateRewritten,
            urgency: Urgency::Warning,
            start: time,
            end: time,
            services: Vec::new(),
            resources: Vec::new(),
            title: format!("the state of `{scope}` was replaced by an import"),
            explanation: format!(
                "The history of the stack has an update of kind `import`: {who} replaced its state \
                 by another document (`pulumi stack import`). What Pulumi holds for its own may \
                 differ from what it made."
            ),
            confidence: 0.9,
            change: None,
            evidence: Vec::new(),
            details: Details::StateRewritten(StateRewritten {
                tool: "pulumi".to_owned(),
                lineages: vec![format!("pulumi:{scope}")],
                scope,
                serial: version,
                uris: vec![uri.to_owned()],
            }),
        }
    }
}

/// Values of a configuration that are marked as secret and stand in clear text.
fn secrets(config: &RawValue) -> Vec<String> {
    let entries: BTreeMap<String, Value> = serde_json::from_str(config.get()).unwrap_or_default();
    let is_secret = |entry: &Value| entry.get("secret").and_then(Value::as_bool) == Some(true);
    let mut found = Vec::new();
    for entry in entries.values().filter(|entry| is_secret(entry)) {
        for field in ["value", "string", "objectValue", "object"] {
            texts(entry.get(field), &mut found);
        }
    }
    found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found
}

fn texts(value: Option<&Value>, found: &mut Vec<String>) {
    match value {
        Some(Value::String(text)) => found.push(text.clone()),
        Some(Value::Array(list)) => list.iter().for_each(|value| texts(Some(value), found)),
        Some(Value::Object(map)) => map.values().for_each(|value| texts(Some(value), found)),
        _ => {}
    }
}
