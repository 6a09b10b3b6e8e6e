//! The place of a state in its history, as a snapshot.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::feed::{Document as Input, Member, Snapshot};
use nepho_iac_common::fingerprint;
use serde_json::value::RawValue;

use super::document::Document;
use super::stream::Told;
use super::v4::text;
use crate::scope;

/// Lineage and serial number of a state.
pub(super) struct History {
    lineage: String,
    serial: u64,
    /// Whether there is a list of resources, which an empty state has as well.
    has_list: bool,
}

impl History {
    /// `None` if the state names neither: version 1 has no lineage.
    pub(super) fn of(head: &Document<'_>) -> Option<Self> {
        let serial = head.serial.and_then(|serial| serial.get().parse().ok());
        let lineage = text(head.lineage.map(RawValue::get)).ok().flatten();
        (serial.is_some() || lineage.is_some()).then(|| Self {
            lineage: lineage.unwrap_or_default().into_owned(),
            serial: serial.unwrap_or(0),
            has_list: head.has_resources || head.modules.is_some(),
        })
    }

    /// As [`History::of`], for a state that was read from a stream.
    pub(super) fn of_stream(told: &Told) -> Option<Self> {
        let serial = told.serial.as_ref().and_then(|serial| serial.parse().ok());
        let lineage = told.lineage.as_deref();
        let lineage = lineage.and_then(|lineage| serde_json::from_str(lineage).ok());
        let lineage: Option<String> = lineage.flatten();
        (serial.is_some() || lineage.is_some()).then(|| Self {
            lineage: lineage.unwrap_or_default(),
            serial: serial.unwrap_or(0),
            has_list: told.has_list,
        })
    }

    /// The snapshot of a state that was read.
    pub(super) fn snapshot(
        self,
        document: &Input<'_>,
        tool: &str,
        members: BTreeMap<String, Member>,
    ) -> Snapshot {
        let digest = fingerprint::of_bytes(document.text.as_bytes());
        self.snapshot_of(document.uri, document.modified, tool, digest, members)
    }

    /// The snapshot of a state with this fingerprint.
    pub(super) fn snapshot_of(
        self,
        uri: &str,
        time: Option<Timestamp>,
        tool: &str,
        digest: u64,
        members: BTreeMap<String, Member>,
    ) -> Snapshot {
        Snapshot {
            tool: tool.to_owned(),
            scope: scope::of_path(uri),
            lineage: self.lineage,
            serial: self.serial,
            time,
            digest,
            is_complete: self.has_list,
            members,
            uri: uri.to_owned(),
        }
    }

    /// The snapshot of a state that is encrypted: nothing is known of what it holds.
    pub(super) fn sealed(self, document: &Input<'_>, tool: &str) -> Snapshot {
        Snapshot {
            is_complete: false,
            // Each encryption of the same state has other bytes.
            digest: 0,
            ..self.snapshot(document, tool, BTreeMap::new())
        }
    }
}
