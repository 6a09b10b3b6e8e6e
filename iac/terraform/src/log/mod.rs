//! Feed `terraform.log`: what a run did and when, from the output of `apply -json`.

mod message;
mod progress;
mod reason;
mod run;
mod tell;

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

impl ChangeFeed for Log {
    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let text = trim(trim(head).trim_matches(['\u{2}', '\u{3}']));
        // Of an array only the beginning may be known: the first message is cut out of it.
        let first = match text.strip_prefix('[') {
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
                .map(str::trim)
                .filter(|line| line.starts_with('{')),
        };
        // A log may begin with lines of something else, and its last line may be cut.
        match first.take(20).any(message::is_message) {
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
        if text.starts_with('[') {
            let messages: Vec<&RawValue> = serde_json::from_str(text)
                .map_err(|error| places.json_error(READ, &error, text))?;
            for message in messages {
                read_message(message.get(), &places, &mut run, out);
            }
        } else {
            let lines = text
                .lines()
                .map(|line| line.trim_matches(['\u{2}', '\u{3}', ' ', '\t']));
            for line in lines.filter(|line| !line.is_empty() && !is_heading(line)) {
                read_message(line, &places, &mut run, out);
            }
        }
        if run.is_empty() && out.rejects.len() > before {
            out.rejects.truncate(before);
            let message = "the document holds no message of a run";
            return Err(places.error(ErrorKind::InvalidData, READ, message, document.text));
        }
        run.finish(out);
        Ok(())
    }
}

/// Whether it is a line that runners print before the messages begin.
fn is_heading(line: &str) -> bool {
    let headings = [
        "Terraform v",
        "OpenTofu v",
        "on linux_",
        "on darwin_",
        "on windows_",
        "Initializing plugins and modules",
        "Running plan in",
        "Running apply in",
        "Preparing the remote",
    ];
    headings.iter().any(|heading| line.starts_with(heading))
}

fn read_message(part: &str, places: &Places<'_>, run: &mut Run<'_>, out: &mut FeedOutput) {
    if !part.starts_with('{') {
        out.rejects
            .push(places.reject(part, "message of a run: the line is not JSON"));
        return;
    }
    let message = Message::read(part).map_err(|error| describe(&error));
    if let Err(reason) = message.and_then(|message| run.take(&message, places.line(part), out)) {
        out.rejects
            .push(places.reject(part, format!("message of a run: {reason}")));
    }
}
