//! What a cluster tells of the pods of services: no rows of their own, but what is wrong with them.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView};

/// Format of the events of a cluster.
const EVENTS: &str = "kubernetes.events";
/// Services of which something is kept.
const SERVICES: usize = 4_096;

/// What a cluster told of first, by service.
#[derive(Debug, Default)]
pub(crate) struct Notices(BTreeMap<String, (Timestamp, String)>);

impl Notices {
    /// Takes note of a row, if it is an event that tells of something wrong.
    pub(super) fn add(&mut self, view: &LogsView<'_>, row: usize) {
        if view.text(Column::Format, row) != Some(EVENTS) || !view.is_failure(row) {
            return;
        }
        let (service, time) = (view.text(Column::Service, row), view.time(row));
        let (Some(service), Some(time)) = (service, time) else {
            return;
        };
        let held = self.0.get(service);
        let is_new = held.is_none() && self.0.len() < SERVICES;
        if is_new || held.is_some_and(|(first, _)| time < *first) {
            let text = view.evidence(row).text;
            self.0.insert(service.to_owned(), (time, text));
        }
    }

    /// When a cluster first told of something wrong with a service, and what.
    pub(crate) fn first(&self, service: &str) -> Option<(Timestamp, &str)> {
        let (time, text) = self.0.get(service)?;
        Some((*time, text))
    }
}
