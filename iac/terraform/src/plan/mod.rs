//! Feed `terraform.plan`: what a plan would change, and the resources that exist before it.

mod action;
mod change;
mod compare;
mod opaque;

pub(crate) use opaque::{is_text_plan, without_colors};

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::tables::{self, RunOperation, RunStatus};
use nepho_core::{ErrorKind, Result, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use change::List;

use crate::graph::Graph;
use crate::place::{Places, describe, trim};
use crate::scope;
use crate::state::{self, elements};
use nepho_iac_common::outer;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "terraform.plan",
    summary: "Planned changes in plans of Terraform and OpenTofu (show -json)",
    permissions: &[],
    make: Make::Feed(|| Box::new(Plan)),
});

/// Reads plans as `terraform show -json` writes them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan;

/// What is attempted, for errors.
const READ: &str = "terraform.plan: read the plan";

/// Outermost fields of a plan, none of them parsed. All others, among them the variables, are
/// skipped.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    format_version: Option<&'a RawValue>,
    /// HCP Terraform's redacted plan has this in place of the version.
    #[serde(borrow)]
    plan_format_version: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    prior_state: Option<&'a RawValue>,
    #[serde(borrow)]
    resource_changes: Option<&'a RawValue>,
    #[serde(borrow)]
    resource_drift: Option<&'a RawValue>,
    #[serde(borrow)]
    deferred_changes: Option<&'a RawValue>,
    /// Actions, since Terraform 1.14.
    #[serde(borrow)]
    action_invocations: Option<&'a RawValue>,
    /// Whether the planning ended with an error, and the plan holds only a part.
    #[serde(borrow)]
    errored: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct PriorState<'a> {
    #[serde(borrow)]
    values: Option<&'a RawValue>,
}

/// What all changes of a plan have in common.
struct Run<'a> {
    uri: &'a str,
    tool: &'static str,
    scope: String,
    /// As column `run`.
    id: String,
    /// What ids of changes are made with: the run that carries out the plan has its own.
    key: String,
    time: Option<Timestamp>,
    graph: Graph,
}

impl Run<'_> {
    /// The planning, as a run of its own.
    fn row(self, is_errored: bool) -> tables::Run {
        tables::Run {
            id: self.id,
            tool: self.tool.to_owned(),
            scope: self.scope,
            operation: RunOperation::Plan,
            status: match is_errored {
                true => RunStatus::Failed,
                false => RunStatus::Succeeded,
            },
            started: self.time,
            uri: self.uri.to_owned(),
            ..tables::Run::default()
        }
    }
}

impl ChangeFeed for Plan {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["format_version", "plan_format_version", "resource_changes"])
    }

    fn sniff(&self, name: &str, head: &str) -> Confidence {
        if opaque::is_text_plan(head) || opaque::is_binary_plan(name, head) {
            return Confidence::LIKELY;
        }
        let keys = outer::keys(json_of(head), 24);
        let has = |key: &str| keys.contains(&key);
        let is_versioned = has("format_version") || has("plan_format_version");
        let is_plan = [
            "planned_values",
            "resource_changes",
            "resource_drift",
            "prior_state",
            "output_changes",
            "variables",
        ];
        match is_versioned && is_plan.iter().any(|key| has(key)) {
            true => Confidence::CERTAIN,
            false if has("resource_changes") && has("planned_values") => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::new(document);
        let name = document.uri.rsplit(['/', '\\']).next().unwrap_or("");
        // What was done stands behind the plan, which may be long.
        if crate::log::is_text(document.text) {
            return crate::log::Log.read(document, out);
        }
        if let Some(advice) = opaque::advice(name, document.text) {
            return Err(places.error(ErrorKind::Unsupported, READ, advice, document.text));
        }
        let text = json_of(document.text);
        // What follows the plan is the output of a wrapper.
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let head = Head::deserialize(&mut deserializer)
            .map_err(|error| places.json_error(READ, &error, text))?;
        let version = head
            .format_version
            .or(head.plan_format_version)
            .map_or("", RawValue::get);
        if !["\"0.", "\"1."]
            .iter()
            .any(|known| version.starts_with(known))
        {
            let message = "the format version is none of 0.x and 1.x";
            return Err(places.error(ErrorKind::Unsupported, READ, message, text));
        }
        let tool = scope::tool_of_text(text);
        let graph = read_prior_state(head.prior_state, document.uri, tool, &places, out)?;
        let list =
            |part| elements(part).map_err(|(error, part)| places.json_error(READ, &error, part));
        let changes = list(head.resource_changes)?;
        let drift = list(head.resource_drift)?;
        let deferred = list(head.deferred_changes)?;
        let actions = list(head.action_invocations)?;
        let time = head
            .timestamp
            .and_then(|time| serde_json::from_str::<String>(time.get()).ok());
        let time = time.and_then(|time| Timestamp::parse_rfc3339(&time));
        let key = time.map_or_else(|| document.uri.to_owned(), |time| time.to_string());
        let named = scope::run_of_address(document.uri);
        let run = Run {
            uri: document.uri,
            tool,
            scope: scope::of_path(document.uri),
            id: named.map_or_else(|| key.clone(), str::to_owned),
            key,
            time,
            graph,
        };
        let lists = [
            (List::Drift, drift),
            (List::Changes, changes),
            (List::Deferred, deferred),
        ];
        for (list, parts) in lists {
            for part in parts {
                match change::read(part, list, &run, places.line(part.get())) {
                    Ok(found) => out.changes.extend(found),
                    Err(reason) => out
                        .rejects
                        .push(places.reject(part.get(), format!("change of a plan: {reason}"))),
                }
            }
        }
        for part in actions {
            match action::read(part, &run, places.line(part.get())) {
                Ok(found) => out.changes.push(found),
                Err(reason) => out
                    .rejects
                    .push(places.reject(part.get(), format!("action of a plan: {reason}"))),
            }
        }
        let is_errored = head.errored.is_some_and(|errored| errored.get() == "true");
        // A run that the API names is told by the API.
        if named.is_none() {
            out.runs.push(run.row(is_errored));
        }
        Ok(())
    }
}

/// Resources before the plan; what is wrong with them does not hinder the reading of the changes.
fn read_prior_state(
    prior: Option<&RawValue>,
    uri: &str,
    tool: &str,
    places: &Places<'_>,
    out: &mut FeedOutput,
) -> Result<Graph> {
    let mut graph = Graph::default();
    let values = prior.map(|prior| serde_json::from_str::<Option<PriorState<'_>>>(prior.get()));
    let values = match values {
        Some(Ok(prior)) => prior.and_then(|prior| prior.values),
        Some(Err(error)) => {
            let part = prior.map_or("", RawValue::get);
            out.rejects
                .push(places.reject(part, format!("prior state of a plan: {}", describe(&error))));
            None
        }
        None => None,
    };
    match state::values::read(values, places, out) {
        Ok(instances) => {
            instances
                .into_iter()
                .for_each(|instance| graph.add(instance));
            state::tell(&mut graph, uri, tool, out)?;
        }
        Err((error, part)) => {
            out.rejects
                .push(places.reject(part, format!("prior state of a plan: {}", describe(&error))));
        }
    }
    Ok(graph)
}

/// The JSON in the output of a command: wrappers print lines of their own around it.
fn json_of(text: &str) -> &str {
    let text = trim(text);
    if text.starts_with('{') {
        return text;
    }
    let start = text
        .find("{\"format_version\"")
        .or_else(|| text.find("\n{").map(|at| at + 1));
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}
