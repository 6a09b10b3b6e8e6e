//! Feed `terraform.state`: resources and relations of a state file. No state tells when or by whom
//! it was changed.

mod declared;
mod document;
mod flat;
mod history;
mod rules;
mod stream;
mod v4;
pub(crate) mod values;
mod window;

use nepho_core::feed::{ChangeFeed, FeedOutput, FeedSink, HeadKeys, Snapshot, Stream};
use nepho_core::format::Confidence;
use nepho_core::tables::Change;
use nepho_core::{ErrorKind, Result};
use serde_json::value::RawValue;

pub use declared::{Declared, declared, members};
pub(crate) use rules::FLAT;
pub use rules::TerraformRules;
pub use stream::declared_from;

use crate::graph::{Graph, Instance, Rows, Source};
use crate::place::{Places, trim};
use crate::scope;
use document::Document;
use history::History;
use nepho_iac_common::outer;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "terraform.state",
    summary: "Resources in state files of Terraform and OpenTofu",
    permissions: &[],
    make: Make::Feed(|| Box::new(State)),
});

/// Reads state files.
#[derive(Clone, Copy, Debug, Default)]
pub struct State;

/// Advice for a state that OpenTofu encrypted.
const ENCRYPTED: &str = "OpenTofu encrypted this state; where the key is configured, run `tofu state pull > state.tfstate` and read that file";

/// Advice for what may as well be a plan: OpenTofu encrypts both alike, and writes serial and
/// lineage beside a state alone (github.com/opentofu/opentofu `internal/encryption`).
const ENCRYPTED_PLAN: &str = "OpenTofu encrypted this state or plan; where the key is configured, run `tofu show -json FILE > plan.json` for a plan, `tofu state pull > state.tfstate` for a state, and read that file";

/// What is wrong with what is no JSON.
const NO_JSON: &str = "this is not valid JSON";

/// What is attempted, for errors.
const READ: &str = "terraform.state: read the state";

impl ChangeFeed for State {
    fn may_fit(&self, name: &str, keys: &HeadKeys) -> bool {
        is_named(name) || keys.has_any(&["version", "format_version", "encryption_version"])
    }

    fn sniff(&self, name: &str, head: &str) -> Confidence {
        let keys = outer::keys(trim(head), 24);
        let has = |key: &str| keys.contains(&key);
        let is_plan = has("planned_values")
            || has("variables")
            || has("resource_changes")
            || has("prior_state");
        let is_named = is_named(name);
        if has("encryption_version") && has("encrypted_data") {
            return Confidence::CERTAIN;
        }
        if has("format_version") && !is_plan && (has("values") || keys.len() == 1 || is_named) {
            return Confidence::CERTAIN;
        }
        let is_state =
            has("version") && (has("lineage") || has("serial") || has("terraform_version"));
        match is_state || (is_named && has("version")) {
            true => Confidence::CERTAIN,
            // EventBridge events have both keys as well, with a version in quotes.
            false if has("resources") && has_number(head, "\"version\"") => Confidence::LIKELY,
            // A broken state file must be reported as one.
            false if is_named => Confidence::LIKELY,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &nepho_core::feed::Document<'_>, out: &mut FeedOutput) -> Result<()> {
        if self.streams(document.text) {
            let stream = Stream {
                uri: document.uri,
                bytes: &mut document.text.as_bytes(),
                modified: document.modified,
            };
            return self.read_stream(stream, out);
        }
        let mut graph = Graph::default();
        let rejects = out.rejects.len();
        let history = read_instances(document, Depth::Fingerprints, out, &mut |instance| {
            graph.add(instance);
        })?;
        let is_whole = out.rejects.len() == rejects;
        let tool = scope::tool_of_text(document.text);
        tell(&mut graph, document.uri, tool, out)?;
        if let Some(history) = history.filter(|_| !is_in_plan_file(document.uri)) {
            let mut snapshot = history.snapshot(document, tool, graph.members());
            // What could not be read is not gone.
            snapshot.is_complete &= is_whole;
            out.snapshots.push(snapshot);
        }
        Ok(())
    }

    fn streams(&self, head: &str) -> bool {
        stream::is_streamed(head.trim_start())
    }

    fn read_stream(&self, stream: Stream<'_>, sink: &mut dyn FeedSink) -> Result<()> {
        let depth = match sink.wants_snapshots() {
            true => Depth::Fingerprints,
            false => Depth::Identity,
        };
        let mut graph = Graph::default();
        let mut take = |instance| graph.add(instance);
        let told = stream::read(stream.bytes, stream.uri, depth, sink, &mut take)?;
        tell(&mut graph, stream.uri, told.tool, sink)?;
        let history = History::of_stream(&told).filter(|_| !is_in_plan_file(stream.uri));
        if let Some(history) = history.filter(|_| sink.wants_snapshots()) {
            let (uri, time) = (stream.uri, stream.modified);
            let members = graph.members();
            let mut snapshot = history.snapshot_of(uri, time, told.tool, told.digest, members);
            // What could not be read is not gone.
            snapshot.is_complete &= told.is_whole;
            sink.take(FeedOutput {
                snapshots: vec![snapshot],
                ..FeedOutput::default()
            })?;
        }
        Ok(())
    }

    fn compare(&self, snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
        nepho_iac_common::compare(&TerraformRules, snapshots, known, out);
    }
}

/// Whether a file has the name of a state.
fn is_named(name: &str) -> bool {
    name.ends_with(".tfstate") || name.ends_with(".tfstate.backup")
}

/// Whether it is one of the states in a plan file, which are of no history: they have the serial
/// number of the state that was planned from, and what a refresh found besides.
fn is_in_plan_file(uri: &str) -> bool {
    let name = uri.rsplit(['/', '\\', '!']).next().unwrap_or(uri);
    name == "tfstate" || name == "tfstate-prev"
}

/// Whether the first member with this key (in quotes) is a number.
fn has_number(head: &str, key: &str) -> bool {
    let value = head.split_once(key).map_or("", |(_, rest)| rest);
    let value = value.trim_start_matches([' ', ':', '\t', '\n']);
    value.starts_with(|c: char| c.is_ascii_digit())
}

/// Tells of the resources and relations of a graph to which all instances were added.
///
/// # Errors
/// Those of the sink.
pub(crate) fn tell(
    graph: &mut Graph,
    uri: &str,
    tool: &str,
    sink: &mut dyn FeedSink,
) -> Result<()> {
    let scope = scope::of_path(uri);
    graph.seal(tool, &scope);
    let source = Source {
        uri,
        scope: &scope,
        tool,
    };
    let mut rows = Rows::new(sink);
    graph.resources(&source, &mut rows);
    graph.relations(&source, &mut rows);
    rows.end()
}

/// What is wanted of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What identifies it.
    Identity,
    /// Fingerprints of all its attributes as well.
    Fingerprints,
}

/// Gives the instances of a state to `take`, in the order of the document; what cannot be read goes
/// to the rejects. Gives the state's place in its history, if it has one.
fn read_instances(
    document: &nepho_core::feed::Document<'_>,
    depth: Depth,
    out: &mut FeedOutput,
    take: &mut dyn FnMut(Instance),
) -> Result<Option<History>> {
    let places = Places::new(document);
    let text = trim(document.text);
    let streamed = |out: &mut FeedOutput, take: &mut dyn FnMut(Instance)| {
        let mut bytes = document.text.trim_start_matches('\u{feff}').as_bytes();
        let told = stream::read(&mut bytes, document.uri, depth, out, take)?;
        Ok(History::of_stream(&told))
    };
    if stream::is_streamed(text) {
        return streamed(out, take);
    }
    let head: Document<'_> =
        serde_json::from_str(text).map_err(|error| places.json_error(READ, &error, text))?;
    let failure = |(error, part): Failure<'_>| places.json_error(READ, &error, part);
    let unsupported =
        |message: &str| Err(places.error(ErrorKind::Unsupported, READ, message, text));
    let history = History::of(&head);
    if head.encrypted_data.is_some() || head.encryption_version.is_some() {
        if head.serial.is_none() && head.lineage.is_none() {
            return unsupported(ENCRYPTED_PLAN);
        }
        // The place in the history may stand in clear: that there was a version is worth telling.
        if let Some(history) = history {
            let snapshot = history.sealed(document, scope::tool_of_text(document.text));
            out.snapshots.push(snapshot);
        }
        return unsupported(ENCRYPTED);
    }
    if head.format_version.is_some() {
        let instances = values::read(head.values, &places, out).map_err(failure)?;
        instances.into_iter().for_each(take);
        return Ok(None);
    }
    match head.version.map(RawValue::get) {
        Some("4") => return streamed(out, take),
        Some("1" | "2" | "3") => {
            if let Some(modules) = head.modules {
                flat::read(modules, &places, out, take).map_err(failure)?;
            }
        }
        Some(version) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => {
            return unsupported(match version {
                "0" => "there is no version 0 of a state",
                _ => "this state is newer than version 4, the newest that is read",
            });
        }
        _ => {
            let message = "there is no number in `version`";
            return Err(places.error(ErrorKind::InvalidData, READ, message, text));
        }
    }
    Ok(history)
}

/// What is wrong with which part.
pub(crate) type Failure<'a> = (serde_json::Error, &'a str);

/// Elements of a JSON array, unparsed; none for `null` or a field that is not there.
pub(crate) fn elements<'a>(
    array: Option<&'a RawValue>,
) -> std::result::Result<Vec<&'a RawValue>, Failure<'a>> {
    let Some(array) = array else {
        return Ok(Vec::new());
    };
    let elements: Option<Vec<&'a RawValue>> =
        serde_json::from_str(array.get()).map_err(|error| (error, array.get()))?;
    Ok(elements.unwrap_or_default())
}
