//! Feed `terraform.log`: what a run did and when, from the output of `apply -json`.

mod action;
mod message;
mod progress;
mod reason;
mod run;
mod tell;
mod text;

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
            None => text
                .lines()
                .map(|line| behind_time(line.trim()))
                .filter(|line| line.starts_with('{')),
        };
        // A log may begin with lines of something else, and its last line may be cut.
        match first.take(20).any(message::is_message) || is_text(head) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::new(document);
        let text = trim(document.text);
        let scope = scope::of_path(document.uri);
        let mut run = Run::new(document.uri, &scope);
        let before = out.rejects.len();
        // HCP Terraform marks beginning and end of a log that it keeps.
        let text = text.trim_matches(['\u{2}', '\u{3}']).trim();
        if array(text).is_some() {
            let messages: Vec<&RawValue> = serde_json::from_str(text)
                .map_err(|error| places.json_error(READ, &error, text))?;
            for message in messages {
                read_message(message.get(), &places, &mut run, out);
            }
        } else {
            let lines = text
                .lines()
                .map(|line| line.trim_matches(['\u{2}', '\u{3}', ' ', '\t']));
            for line in lines {
                read_message(behind_time(line), &places, &mut run, out);
            }
            if run.is_empty() {
                text::read(text, &places, &mut run, out);
            }
        }
        // A run of which nothing is told yet has a list without messages.
        let list = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let is_bare = list.unwrap_or(text).trim().is_empty();
        if run.is_empty() && !is_bare {
            out.rejects.truncate(before);
            let message = "the document holds no message of a run";
            return Err(places.error(ErrorKind::InvalidData, READ, message, document.text));
        }
        run.finish(out);
        Ok(())
    }
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

/// A message without the time that runners write before each line:
/// `2026-05-12T14:00:00.1234567Z {"@level":...`.
fn behind_time(line: &str) -> &str {
    if !line.starts_with(|first: char| first.is_ascii_digit()) {
        return line;
    }
    match line.split_once(' ') {
        Some((time, rest)) if rest.starts_with('{') && time.ends_with('Z') => rest,
        _ => line,
    }
}

/// Takes note of a message. Lines that are no JSON are what the runner and the initialization print
/// between the messages: they tell nothing of the run.
fn read_message(part: &str, places: &Places<'_>, run: &mut Run<'_>, out: &mut FeedOutput) {
    if !part.starts_with('{') {
        // A log that was rotated begins within a message.
        let is_message = ["\"@message\":", "\"@timestamp\":"]
            .iter()
            .any(|key| part.contains(key));
        if part.ends_with('}') && is_message {
            let reason = "message of a run: its beginning is missing";
            out.rejects.push(places.reject(part, reason));
        }
        return;
    }
    let message = Message::read(part).map_err(|error| describe(&error));
    if let Err(reason) = message.and_then(|message| run.take(&message, places.line(part), out)) {
        out.rejects
            .push(places.reject(part, format!("message of a run: {reason}")));
    }
}
