//! Feed `pulumi.updates`: the history of a stack, and webhooks of Pulumi Cloud. See `README.md`.

mod history;
mod place;
mod webhook;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::tables::{Run, RunStatus};

use nepho_iac_common::head::{has_key, text_of};
use nepho_iac_common::place::Places;

use crate::stream;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "pulumi.updates",
    summary: "History of a Pulumi stack (stack history, backend, API), webhooks: runs, who and what for",
    permissions: &[],
    make: Make::Feed(|| Box::new(Updates)),
});

const FEED: &str = "pulumi.updates";

/// Reads histories and webhooks.
#[derive(Debug)]
pub struct Updates;

impl ChangeFeed for Updates {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["environment", "stackName", "updates"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has = |name: &str| has_key(head, name);
        if !head.starts_with(['{', '[']) {
            return Confidence::NO;
        }
        let is_history = ["startTime", "environment", "message", "config"]
            .iter()
            .all(|name| has(name))
            && text_of(head, "kind").is_some_and(|kind| words::operation(kind).is_some());
        let is_webhook = has("stackName") && has("projectName") && has("organization");
        let is_known = is_history || is_empty_list(head);
        match is_known || (is_webhook && webhook::MARKS.iter().any(|mark| has(mark))) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let (updates, rejects) = stream::documents(document.text, "updates", &places);
        out.rejects.extend(rejects);
        let scope = place::scope(document.uri);
        let mut told = Told::default();
        let mut is_read = false;
        for text in updates {
            let line = places.line_of(text);
            let read = match has_key(text, "stackName") {
                true => webhook::read(text).map(|run| (run, None)),
                false => history::read(text, &scope),
            };
            match read {
                Ok((run, finding)) => {
                    is_read = true;
                    out.findings
                        .extend(finding.map(|finding| finding.at(document.uri)));
                    told.add(run.map(|run| Run {
                        tool: "pulumi".to_owned(),
                        uri: document.uri.to_owned(),
                        line,
                        ..run
                    }));
                }
                Err(reason) => out.rejects.push(places.reject_part(text, reason)),
            }
        }
        out.runs.extend(told.runs);
        if !is_read && !is_empty_list(document.text) {
            let message = "no update of a stack in the document";
            return Err(places.error(FEED, message, 0));
        }
        Ok(())
    }
}

/// Whether the document is the list of updates of a stack that was never updated.
fn is_empty_list(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let start: String = text.split_whitespace().take(6).collect();
    ["{\"updates\":[]}", "{\"updates\":[],\"itemsPerPage\":"]
        .iter()
        .any(|list| start.starts_with(list))
}

/// Runs, each once: it is told when it begins and when it ends, in any order.
#[derive(Default)]
struct Told {
    runs: Vec<Run>,
    places: BTreeMap<String, usize>,
}

impl Told {
    fn add(&mut self, run: Option<Run>) {
        let Some(run) = run else { return };
        let known = self.places.get(&run.id).copied();
        match known.and_then(|place| self.runs.get_mut(place)) {
            None => {
                self.places.insert(run.id.clone(), self.runs.len());
                self.runs.push(run);
            }
            Some(known) if matches!(known.status, RunStatus::Running | RunStatus::Unknown) => {
                *known = run;
            }
            Some(_) => {}
        }
    }
}
