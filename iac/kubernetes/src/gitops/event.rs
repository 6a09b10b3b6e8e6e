//! One event, of the API server or as the notification controller of Flux sends it.
//!
//! fluxcd.io/flux/components/notification/events and
//! kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1, read 2026-11-28.

use nepho_core::{Timestamp, key};
use serde_json::Value;

use crate::flux::is_flux;
use crate::kinds;
use crate::object::{Place, address};
use crate::value::{at, members, text, time};

/// What an event says.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) group: String,
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) reason: String,
    /// As received: it must be masked before it is kept.
    pub(super) message: String,
    pub(super) is_error: bool,
    pub(super) time: Option<Timestamp>,
    /// Revision as Flux tells it: `main@sha1:731f...`.
    pub(super) revision: Option<String>,
    pub(super) uri: String,
    pub(super) line: u64,
}

impl Event {
    /// The event in `value`.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn of(value: &Value, place: Place<'_>) -> Result<Self, &'static str> {
        let about = at(value, &["involvedObject"]).or_else(|| at(value, &["regarding"]));
        let about = about.ok_or("an event that is about nothing")?;
        let word = |name: &str| text(about, &[name]).unwrap_or_default().to_owned();
        let (kind, name) = (word("kind"), word("name"));
        if kind.is_empty() || name.is_empty() {
            return Err("an event about an object without a name");
        }
        let first = |paths: &[&[&str]]| paths.iter().find_map(|path| time(value, path));
        let told = |name: &str| text(value, &[name]);
        let severity = told("severity").or(told("type")).unwrap_or_default();
        let metadata = members(value, &["metadata"]);
        let mut metadata = metadata.chain(members(value, &["metadata", "annotations"]));
        let revision = metadata
            .find(|(name, _)| {
                let group = name.strip_suffix("/revision").unwrap_or(name);
                is_flux(group) || *name == "revision"
            })
            .and_then(|(_, value)| value.as_str());
        Ok(Self {
            group: kinds::group_of(&word("apiVersion")).to_owned(),
            kind,
            namespace: word("namespace"),
            name,
            reason: told("reason").unwrap_or_default().to_owned(),
            message: told("message")
                .or(told("note"))
                .unwrap_or_default()
                .to_owned(),
            is_error: matches!(severity, "error" | "Warning"),
            time: first(&[
                &["timestamp"],
                &["series", "lastObservedTime"],
                &["lastTimestamp"],
                &["eventTime"],
                &["deprecatedLastTimestamp"],
                &["firstTimestamp"],
                &["metadata", "creationTimestamp"],
            ]),
            revision: revision.map(str::to_owned),
            uri: place.uri.to_owned(),
            line: place.line,
        })
    }

    /// Whether a controller told it that changes what is deployed.
    pub(super) fn is_ours(&self) -> bool {
        is_flux(&self.group)
            || (self.group == "argoproj.io"
                && matches!(self.kind.as_str(), "Application" | "Rollout"))
    }

    /// Canonical id of the object.
    pub(super) fn key(&self) -> String {
        key::kubernetes("", &self.group, &self.kind, &self.namespace, &self.name)
    }

    /// Address of the object.
    pub(super) fn address(&self) -> String {
        address(&self.group, &self.kind, &self.namespace, &self.name)
    }
}
