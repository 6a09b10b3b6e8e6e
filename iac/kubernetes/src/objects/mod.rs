//! Feed `kubernetes.objects`: objects as `kubectl get` prints them and manifests declare them. See
//! `README.md`.

pub(crate) mod describe;

#[cfg(test)]
mod tests;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_iac_common::head::has_key;
use nepho_iac_common::items::Items;
use nepho_iac_common::place::Places;
use serde_json::Value;

use crate::document::{self, Part, is_json};
use crate::gitops::Events;
use crate::object::{Object, Place};
use crate::{argo, cloud, edges, flux, helm, managers, rollout};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "kubernetes.objects",
    summary: "Objects of Kubernetes (kubectl get, manifests): what there is, who wrote it, what it needs",
    permissions: &[],
    make: Make::Feed(|| Box::new(Objects)),
});

/// Reads objects.
#[derive(Debug)]
pub struct Objects;

impl ChangeFeed for Objects {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has("metadata")
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        if is_json(head) {
            sniff_json(head)
        } else {
            sniff_yaml(head)
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let parts = document::parts(&places);
        let mut objects = Vec::with_capacity(parts.whole.len());
        let mut events = Events::default();
        for part in &parts.whole {
            let place = Place {
                uri: document.uri,
                line: part.line,
            };
            let mut reject = |reason| {
                let mut reject = places.reject(part.range.0, part.range.1, reason);
                reject.line = part.line;
                out.rejects.push(reject);
            };
            match Object::of(&part.value, place) {
                Ok(object) if object.kind == "Event" => {
                    if let Err(reason) = events.add(&part.value, place) {
                        reject(reason);
                    }
                }
                Ok(object) => objects.push((object, part)),
                Err(reason) => reject(reason),
            }
        }
        let is_known = !objects.is_empty() || !events.is_empty();
        events.finish(out);
        read_objects(&objects, &places, out);
        for (start, end, reason) in &parts.broken {
            out.rejects.push(places.reject(*start, *end, *reason));
        }
        if !is_known && let Some(reject) = out.rejects.first().cloned() {
            out.rejects.clear();
            let start = reject.start as usize;
            return Err(places.error("kubernetes.objects", reject.reason.as_str(), start));
        }
        Ok(())
    }
}

fn read_objects(found: &[(Object<'_>, &Part)], places: &Places<'_>, out: &mut FeedOutput) {
    let mut plain = Vec::with_capacity(found.len());
    for (object, part) in found {
        if helm::is_record(object) {
            if let Err(reason) = helm::record(object, out) {
                let mut reject = places.reject(part.range.0, part.range.1, reason);
                reject.line = part.line;
                out.rejects.push(reject);
            }
        } else {
            plain.push(*object);
        }
    }
    for object in &plain {
        out.resources.push(describe::row(object));
        managers::writes(object, out);
        rollout::versions(object, out);
        cloud::managed(object, out);
        if argo::is_application(object) {
            argo::application(object, out);
        }
        if flux::is_flux(object.group) {
            flux::object(object, &plain, out);
        }
    }
    rollout::merge(out);
    cloud::relate(&plain, out);
    edges::relate(&plain, out);
}

/// Audit events and reviews are objects as well, but logs.
fn is_log(value: &Value) -> bool {
    let word = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    word("kind") == "AdmissionReview"
        || word("apiVersion").starts_with("audit.k8s.io/")
        || value.get("auditID").is_some()
}

/// Events are logs as well, unless other objects stand beside them.
fn is_event(value: &Value) -> bool {
    let kind = value.get("kind").and_then(Value::as_str);
    matches!(kind, Some("Event" | "EventList")) || value.get("involvedObject").is_some()
}

fn sniff_json(head: &str) -> Confidence {
    // Before anything is parsed: most of what is asked about are logs.
    if !has_key(head, "metadata") {
        return Confidence::NO;
    }
    // Keys come in the order of the alphabet, so the first object of a list is seen early.
    let items = Items::of(head, &["items"]);
    let is_list = has_key(head, "items");
    let is_object = |value: &Value| {
        let has = |name: &str| value.get(name).is_some();
        (has("apiVersion") && has("kind") || is_list) && has("metadata") && !is_log(value)
    };
    let mut whole = items.whole.iter().take(50).peekable();
    if whole.peek().is_none() {
        // One large object, or a list that begins with one.
        let begins = head.trim_start_matches(['{', '[', ' ', '\n', '\t', '\r']);
        let is_begun = begins.starts_with("\"apiVersion\"") || begins.starts_with("\"kind\"");
        let is_cut = head.len() >= 60 << 10 && has_key(head, "metadata");
        let is_log = [
            "\"Event\"",
            "\"EventList\"",
            "audit.k8s.io/",
            "\"AdmissionReview\"",
        ]
        .iter()
        .any(|word| head.contains(word));
        return match is_begun && is_cut && !is_log {
            true => Confidence::LIKELY,
            false => Confidence::NO,
        };
    }
    let mut has_plain = false;
    let all = whole.all(|item| {
        let value: Value = serde_json::from_str(item.text).unwrap_or_default();
        has_plain |= !is_event(&value);
        is_object(&value)
    });
    match all && has_plain {
        true => Confidence::CERTAIN,
        false => Confidence::NO,
    }
}

fn sniff_yaml(head: &str) -> Confidence {
    let has = |name: &str| {
        head.lines().take(400).any(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(':'))
        })
    };
    // The object that an event is about has its kind further in.
    let mut kinds = head.lines().filter_map(|line| {
        let line = line.strip_prefix("  ").or(line.strip_prefix("- "));
        line.unwrap_or_default().strip_prefix("kind: ")
    });
    let is_of_events = head.contains("kind: Event")
        && kinds.all(|kind| matches!(kind.trim_end(), "Event" | "EventList" | "List"));
    let is_log = head.contains("audit.k8s.io/") || is_of_events;
    // Templates are no YAML yet.
    let is_template = head.contains("{{");
    let is_ours =
        has("apiVersion") && has("kind") && (has("metadata") || has("items") || has("status"));
    match is_ours && !is_log && !is_template {
        true => Confidence::CERTAIN,
        false => Confidence::NO,
    }
}
