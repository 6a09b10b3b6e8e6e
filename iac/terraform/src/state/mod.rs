//! Feed `terraform.state`: resources and relations of a state file. No state tells when or by whom
//! it was changed.

mod v3;
mod v4;
pub(crate) mod values;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::{ErrorKind, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::graph::{Graph, Instance, Source};
use crate::place::{Places, trim};
use crate::{head, scope};

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

/// What is attempted, for errors.
const READ: &str = "terraform.state: read the state";

/// Outermost fields of all versions of a state, none of them parsed.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    format_version: Option<&'a RawValue>,
    #[serde(borrow)]
    encrypted_data: Option<&'a RawValue>,
    #[serde(borrow)]
    resources: Option<&'a RawValue>,
    #[serde(borrow)]
    modules: Option<&'a RawValue>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
}

impl ChangeFeed for State {
    fn sniff(&self, name: &str, head: &str) -> Confidence {
        let keys = head::keys(trim(head), 24);
        let has = |key: &str| keys.contains(&key);
        let is_plan = has("planned_values")
            || has("variables")
            || has("resource_changes")
            || has("prior_state");
        let is_named = name.ends_with(".tfstate") || name.ends_with(".tfstate.backup");
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

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::new(document);
        let text = trim(document.text);
        let head: Head<'_> =
            serde_json::from_str(text).map_err(|error| places.json_error(READ, &error, text))?;
        let instances = read_instances(&head, &places, text, out)?;
        add(instances, document.uri, scope::tool_of_text(text), out);
        Ok(())
    }
}

/// Whether the first member with this key (in quotes) is a number.
fn has_number(head: &str, key: &str) -> bool {
    let value = head.split_once(key).map_or("", |(_, rest)| rest);
    let value = value.trim_start_matches([' ', ':', '\t', '\n']);
    value.starts_with(|c: char| c.is_ascii_digit())
}

/// Adds resources and relations of instances to `out`, and gives their graph.
pub(crate) fn add(instances: Vec<Instance>, uri: &str, tool: &str, out: &mut FeedOutput) -> Graph {
    let scope = scope::of_path(uri);
    let source = Source {
        uri,
        scope: &scope,
        tool,
    };
    let graph = Graph::new(instances, &source);
    out.resources.extend(graph.resources(&source));
    out.relations.extend(graph.relations(&source));
    graph
}

fn read_instances(
    head: &Head<'_>,
    places: &Places<'_>,
    text: &str,
    out: &mut FeedOutput,
) -> Result<Vec<Instance>> {
    let unsupported =
        |message: &str| Err(places.error(ErrorKind::Unsupported, READ, message, text));
    if head.encrypted_data.is_some() {
        return unsupported(
            "OpenTofu encrypted this state; where the key is configured, run `tofu state pull > state.tfstate` and read that file",
        );
    }
    let instances = if head.format_version.is_some() {
        values::read(head.values, places, out)
    } else {
        match head.version.map(RawValue::get) {
            Some("4") => v4::read(head.resources, places, out),
            Some("3") => v3::read(head.modules, places, out),
            Some("1" | "2") => {
                return unsupported(
                    "states of version 1 and 2 are not read; run `terraform state pull > state.tfstate` with Terraform 0.12 or later, which writes version 4",
                );
            }
            Some(version) if version.bytes().all(|byte| byte.is_ascii_digit()) => {
                return unsupported("this state is newer than version 4, the newest that is read");
            }
            _ => {
                return Err(places.error(
                    ErrorKind::InvalidData,
                    READ,
                    "there is no number in `version`",
                    text,
                ));
            }
        }
    };
    instances.map_err(|(error, part)| places.json_error(READ, &error, part))
}

/// Instances, or what is wrong with which part.
pub(crate) type Instances<'a> = std::result::Result<Vec<Instance>, (serde_json::Error, &'a str)>;

/// Elements of a JSON array, unparsed; none for `null` or a field that is not there.
pub(crate) fn elements<'a>(
    array: Option<&'a RawValue>,
) -> std::result::Result<Vec<&'a RawValue>, (serde_json::Error, &'a str)> {
    let Some(array) = array else {
        return Ok(Vec::new());
    };
    let elements: Option<Vec<&'a RawValue>> =
        serde_json::from_str(array.get()).map_err(|error| (error, array.get()))?;
    Ok(elements.unwrap_or_default())
}
