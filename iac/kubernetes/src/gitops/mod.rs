//! Feed `kubernetes.gitops`: events of Flux, Argo CD and Argo Rollouts. See `README.md`.

mod argo;
mod event;
mod flux;
mod rollouts;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_iac_common::head::has_key;
use nepho_iac_common::items::{Item, Items};
use nepho_iac_common::place::Places;
use serde_json::Value;

use self::event::Event;
use crate::document::{self, Part};
use crate::object::Place;
use crate::objects::Objects;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "kubernetes.gitops",
    summary: "Events of Flux, Argo CD and Argo Rollouts: what was synced, and how it went",
    permissions: &[],
    make: Make::Feed(|| Box::new(Gitops)),
});

/// Reads events.
#[derive(Debug)]
pub struct Gitops;

impl ChangeFeed for Gitops {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["involvedObject", "regarding"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has_object = has_key(head, "involvedObject") || has_key(head, "regarding");
        let is_told = head.contains(".toolkit.fluxcd.io") || head.contains("argoproj.io/");
        if !head.starts_with(['{', '[']) || !has_object || !is_told {
            return Confidence::NO;
        }
        // Events of the rest of the cluster are logs: a document with any of them is left to these.
        let items = Items::of(head, &["items"]);
        let ours = |item: &Item<'_>| {
            let value: Value = serde_json::from_str(item.text).unwrap_or_default();
            let place = Place { uri: "", line: 0 };
            Event::of(&value, place).is_ok_and(|event| event.is_ours())
        };
        match !items.whole.is_empty() && items.whole.iter().take(200).all(ours) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let parts = document::parts(&places);
        let is_event = |part: &Part| part.value.get("kind").is_none_or(|kind| kind == "Event");
        // Other objects may stand behind the events of a list.
        if !parts.whole.iter().all(is_event) {
            return Objects.read(document, out);
        }
        let mut events = Events::default();
        for part in &parts.whole {
            let place = Place {
                uri: document.uri,
                line: part.line,
            };
            if let Err(reason) = events.add(&part.value, place) {
                let mut reject = places.reject(part.range.0, part.range.1, reason);
                reject.line = part.line;
                out.rejects.push(reject);
            }
        }
        let is_known = !events.is_empty();
        events.finish(out);
        for (start, end, reason) in &parts.broken {
            out.rejects.push(places.reject(*start, *end, *reason));
        }
        if !is_known && let Some(reject) = out.rejects.first().cloned() {
            out.rejects.clear();
            let start = reject.start as usize;
            return Err(places.error("kubernetes.gitops", reject.reason.as_str(), start));
        }
        Ok(())
    }
}

/// Events of one document.
#[derive(Default)]
pub(crate) struct Events {
    /// By the object that they are about.
    by_object: BTreeMap<String, Vec<Event>>,
}

impl Events {
    /// Takes an event.
    ///
    /// # Errors
    /// Why it tells nothing.
    pub(crate) fn add(
        &mut self,
        value: &Value,
        place: Place<'_>,
    ) -> std::result::Result<(), &'static str> {
        let event = Event::of(value, place)?;
        if !event.is_ours() {
            return Err(
                "an event that tells of no change; a file of events alone is read as a log",
            );
        }
        self.by_object.entry(event.key()).or_default().push(event);
        Ok(())
    }

    /// Whether none was taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_object.is_empty()
    }

    /// Adds what the events of each object tell, in the order of time.
    pub(crate) fn finish(self, out: &mut FeedOutput) {
        for mut events in self.by_object.into_values() {
            events.sort_by_key(|event| event.time);
            match events.first().map(|event| event.group.as_str()) {
                Some("argoproj.io") if events[0].kind == "Application" => argo::tell(&events, out),
                Some("argoproj.io") => rollouts::tell(&events, out),
                Some(_) => flux::tell(&events, out),
                None => {}
            }
        }
    }
}
