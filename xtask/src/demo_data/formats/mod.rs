//! Writers of log files, one per vendor's format.

pub(crate) mod alb;
pub(crate) mod autoscaling;
pub(crate) mod azure_activity;
pub(crate) mod azure_resource;
pub(crate) mod cloudtrail;
mod cloudtrail_calls;
pub(crate) mod cloudwatch;
pub(crate) mod containers;
pub(crate) mod gcp;
pub(crate) mod gcp_audit;
pub(crate) mod plain;
pub(crate) mod vpc_flow;

use super::clock::{HOUR, Micros};
use super::story::{END, START};

/// A file of the scenario before it is compressed.
pub(crate) struct File {
    /// Path in the folder; ends in `.gz` or `.zst` if it is to be compressed.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    /// Events in it; zero for documents of infrastructure tools.
    pub(crate) rows: usize,
}

impl File {
    /// A file of lines, one event each.
    pub(crate) fn of_lines(path: impl Into<String>, lines: &[String]) -> Self {
        let mut bytes = lines.join("\n").into_bytes();
        bytes.push(b'\n');
        Self {
            path: path.into(),
            bytes,
            rows: lines.len(),
        }
    }

    /// A document of an infrastructure tool.
    pub(crate) fn document(path: impl Into<String>, text: String) -> Self {
        Self {
            path: path.into(),
            bytes: text.into_bytes(),
            rows: 0,
        }
    }
}

/// The hours of the afternoon. Vendors cut files every five minutes; hours keep the folder small.
pub(crate) fn hours() -> impl Iterator<Item = (Micros, Micros)> {
    (0..(END - START) / HOUR).map(|hour| (START + hour * HOUR, START + (hour + 1) * HOUR))
}
