//! What is told of records from outside of them.

use std::sync::Arc;

use super::logs::Column;
use crate::Timestamp;
use crate::severity::Severity;

/// What the wrapping of a record, or the file that it stands in, says of all records in it.
///
/// A value is used where the record itself has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// Values of text columns.
    pub values: Vec<(Column, String)>,
    /// Time of the event, from the wrapping.
    pub time: Option<Timestamp>,
    /// Whether the time was taken, with its zone and finer than seconds, when the event was
    /// written, as container runtimes do. It counts more than a clock that writes no zone.
    pub is_clock: bool,
    /// Severity that the wrapping has for it, where the event does not tell its own.
    pub severity: Option<Severity>,
    /// Resources to add behind those of the record.
    pub resources: Vec<String>,
    /// Cluster of Kubernetes that the events are of, as the wrapping names it.
    pub cluster: Option<String>,
    /// Envelope around this one, shared by all that stands in it. What it says counts where this
    /// one says nothing.
    pub parent: Option<Arc<Envelope>>,
}

impl Envelope {
    /// Empty envelope within another.
    pub fn within(parent: Arc<Envelope>) -> Self {
        Self {
            parent: Some(parent),
            ..Self::default()
        }
    }

    /// This envelope with one more value; an earlier value of the column is replaced.
    #[must_use]
    pub fn with(mut self, column: Column, value: impl Into<String>) -> Self {
        self.values.retain(|(held, _)| *held != column);
        self.values.push((column, value.into()));
        self
    }

    /// Sets all values anew, in the memory of those that were held.
    pub fn refill(&mut self, values: &[(Column, &str)]) {
        self.values.truncate(values.len());
        for (place, (column, value)) in values.iter().enumerate() {
            match self.values.get_mut(place) {
                Some((held, text)) => {
                    *held = *column;
                    (*value).clone_into(text);
                }
                None => self.values.push((*column, (*value).to_owned())),
            }
        }
    }

    /// Cluster of Kubernetes that the events are of: a name, or an id among the resources.
    pub fn cluster(&self) -> Option<&str> {
        let is_cluster = |id: &&String| {
            let small = id.to_ascii_lowercase();
            small.starts_with("arn:") && small.contains(":cluster/") && small.contains(":eks:")
                || small.contains("/microsoft.containerservice/managedclusters/")
                || small.starts_with("//container.googleapis.com/") && small.contains("/clusters/")
        };
        let id = || self.resources.iter().find(is_cluster);
        let own = self.cluster.as_ref().or_else(id).map(String::as_str);
        own.or_else(|| self.parent.as_ref()?.cluster())
    }

    /// Value of a column, when the envelope has one. It is empty where a wrapping knows that there
    /// is none, so that nothing further out (the name of a file) stands in.
    pub fn get(&self, column: Column) -> Option<&str> {
        let found = self.values.iter().find(|(held, _)| *held == column);
        match (found, &self.parent) {
            (Some((_, value)), _) => Some(value.as_str()),
            (None, Some(parent)) => parent.get(column),
            (None, None) => None,
        }
    }
}
