//! Feed `terraform.log`: what a run did and when, from the output of `apply -json`.

mod action;
mod message;
mod progress;
mod reason;
mod run;
mod tell;
mod text;
mod wrapped;

use std::collections::BTreeMap;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::{ErrorKind, Result};
use serde_json::value::RawValue;

use crate::place::{Places, describe, trim};
use crate::scope;
use message::Message;
use run::Run;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "terraform.log",
    summary: "Changes in run logs of Terraform and OpenTofu (apply -json)",
    permissions: &[],
    make: Make::Feed(|| Box::new(Log)),
});

/// Reads run logs: lines of JSON, or one array of the same messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Log;

/// What is attempted, for errors.
const READ: &str = "terraform.log: read the messages";

/// Lines of JSON that are looked at to recognise a log.
const MESSAGES: usize = 20;

/// What an apply tells people at its end, if it had nothing to do.
const NOTHING_DONE: &str = "Resources: 0 added, 0 changed, 0 destroyed.";

impl ChangeFeed for Log {
    fn sniff(&self, name: &str, head: &str) -> Confidence {
        // As the API of HCP Terraform names it, also where nothing was to be done.
        if name.ends_with(".apply.log") && head.contains(NOTHING_DONE) {
            return Confidence::CERTAIN;
        }
        let text = trim(trim(head).trim_matches(['\u{2}', '\u{3}']));
        // Of an array only the beginning may be known: the first message is cut out of it.
        let first = match array(text) {
            Some(rest) => {
                let mut messages =
                    serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
                return match messages.next() {
                    Some(Ok(message)) if message::is_message(message.get()) => Confidence::CERTAIN,
                    _ => Confidence::NO,
                };
            }
            // The lines of all logs are asked about.
            None if !text.contains("\"@m") || wrapped::is_of_many(text) => Vec::new(),
            None => wrapped::lines(text),
        };
        let first = first.iter().map(|line| line.text.as_ref());
        let mut first = first.filter(|line| line.starts_with('{')).take(MESSAGES);
        // A log may begin with lines of something else, and its last line may be cut.
        match first.any(message::is_message) || is_text(head) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::new(document);
        // HCP Terraform marks beginning and end of a log that it keeps.
        let text = trim(document.text).trim_matches(['\u{2}', '\u{3}']).trim();
        let scope = scope::of_path(document.uri);
        let lines = match array(text) {
            Some(_) => Vec::new(),
            None => wrapped::lines(text),
        };
        let units = scopes(&lines);
        let mut runs = BTreeMap::new();
        let mut run = Run::new(document.uri, &scope);
        let before = out.rejects.len();
        if array(text).is_some() {
            let messages: Vec<&RawValue> = serde_json::from_str(text)
                .map_err(|error| places.json_error(READ, &error, text))?;
            for message in messages.into_iter().map(RawValue::get) {
                read_message(message, message, &places, &mut run, out);
            }
        } else {
            for line in &lines {
                let unit = line.unit.as_ref();
                let run = match unit.and_then(|unit| units.get_key_value(unit)) {
                    Some((unit, scope)) => runs
                        .entry(unit.as_str())
                        .or_insert_with(|| Run::new(document.uri, scope)),
                    None => &mut run,
                };
                read_message(line.text.trim(), line.place, &places, run, out);
            }
            runs.retain(|_, run| !run.is_empty());
            if run.is_empty() && runs.is_empty() {
                text::read(text, &places, &mut run, out);
            }
        }
        // A run of which nothing is told yet has a list without messages.
        let list = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let is_bare = list.unwrap_or(text).trim().is_empty();
        if run.is_empty() && runs.is_empty() && !is_bare {
            out.rejects.truncate(before);
            let message = "the document holds no message of a run";
            return Err(places.error(ErrorKind::InvalidData, READ, message, document.text));
        }
        for run in runs.into_values() {
            run.finish(out);
        }
        if !run.is_empty() || units.is_empty() {
            run.finish(out);
        }
        Ok(())
    }
}

/// Scope of each unit of Terragrunt that wrote to a log, by its name.
fn scopes(lines: &[wrapped::Line<'_>]) -> BTreeMap<String, String> {
    let units = lines.iter().filter_map(|line| line.unit.as_ref());
    units
        .map(|unit| (unit.clone(), scope::of_path(&format!("{unit}/apply.jsonl"))))
        .collect()
}

/// Whether it is the output of an apply for people.
pub(crate) fn is_text(text: &str) -> bool {
    text::is_apply(text)
}

/// What stands behind the bracket that opens an array of messages. A line of a runner may begin
/// with a bracket as well: `[command]/usr/bin/terraform apply -json`.
fn array(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('[')?;
    let first = rest.trim_start().bytes().next();
    matches!(first, None | Some(b'{' | b']')).then_some(rest)
}

/// Takes note of a message. Lines that are no JSON are what the runner and the initialization print
/// between the messages: they tell nothing of the run.
fn read_message(
    part: &str,
    place: &str,
    places: &Places<'_>,
    run: &mut Run<'_>,
    out: &mut FeedOutput,
) {
    if !part.starts_with('{') {
        // A log that was rotated begins within a message.
        let is_message = ["\"@message\":", "\"@timestamp\":"]
            .iter()
            .any(|key| part.contains(key));
        if part.ends_with('}') && is_message {
            let reason = "message of a run: its beginning is missing";
            out.rejects.push(places.reject(place, reason));
        }
        return;
    }
    let message = Message::read(part).map_err(|error| describe(&error));
    if let Err(reason) = message.and_then(|message| run.take(&message, places.line(place), out)) {
        out.rejects
            .push(places.reject(place, format!("message of a run: {reason}")));
    }
}
