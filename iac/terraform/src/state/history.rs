//! The place of a state in its history, as a snapshot.

use std::collections::BTreeMap;

use nepho_core::feed::{Document as Input, Member, Snapshot};
use nepho_iac_common::fingerprint;

use super::document::Document;
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
        let lineage = text(head.lineage).ok().flatten();
        (serial.is_some() || lineage.is_some()).then(|| Self {
            lineage: lineage.unwrap_or_default().into_owned(),
            serial: serial.unwrap_or(0),
            has_list: head.has_resources || head.modules.is_some(),
        })
    }

    /// The snapshot of a state that was read.
    pub(super) fn snapshot(
        self,
        document: &Input<'_>,
        tool: &str,
        members: BTreeMap<String, Member>,
    ) -> Snapshot {
        Snapshot {
            tool: tool.to_owned(),
            scope: scope::of_path(document.uri),
            lineage: self.lineage,
            serial: self.serial,
            time: document.modified,
            digest: fingerprint::of_bytes(document.text.as_bytes()),
            is_complete: self.has_list,
            members,
            uri: document.uri.to_owned(),
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
