//! Writes seen in audit logs, each once, in bounded memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::tables::{ChangeAction, Outcome};

use crate::event::{Cloud, Event};
use crate::known::Known;
use crate::names::Named;

/// A write, out of all the rows that tell of it.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    /// What the rows tell.
    pub event: Event,
    /// When it succeeded, or else when it was first told of.
    pub time: Timestamp,
    /// Hash that identifies it.
    pub hash: u64,
    /// What each of its targets is known as, once [`Write::identify`] was called.
    pub identities: Vec<Arc<str>>,
    /// File of the row that told of it first.
    pub uri: String,
    /// Line there.
    pub line: u64,
}

/// All writes, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Store {
    // Beyond it those with the highest hashes go, always the same ones.
    limit: usize,
    // By hash first, so that the highest are found.
    writes: BTreeMap<(u64, String), Write>,
    /// Rows of writes that there was no room for.
    pub beyond: u64,
}

impl Store {
    /// Empty store for so many writes (20,000 are about 10 MB).
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Takes a row that tells of a write.
    pub(crate) fn add(&mut self, event: Event, time: Timestamp, uri: &str, line: u64) {
        let text = identity(&event, time);
        let hash = hash(text.as_bytes());
        let key = (hash, text);
        if let Some(held) = self.writes.get_mut(&key) {
            held.fold(event, time);
            return;
        }
        self.writes.insert(
            key,
            Write {
                event,
                time,
                hash,
                identities: Vec::new(),
                uri: uri.to_owned(),
                line,
            },
        );
        if self.writes.len() > self.limit {
            self.writes.pop_last();
            self.beyond += 1;
        }
    }

    /// Tells `known` the ids of all targets.
    pub(crate) fn tell_seen(&self, known: &mut Known) {
        for write in self.writes.values() {
            write.event.targets().for_each(|id| known.add_seen(id));
            if let Some(at) = write.named() {
                write.event.targets().for_each(|id| known.add_name(id, &at));
            }
        }
    }

    /// All writes by time, with what their targets are known as.
    pub(crate) fn into_sorted(self, known: &Known) -> Vec<Write> {
        let mut writes: Vec<Write> = self.writes.into_values().collect();
        writes.iter_mut().for_each(|write| write.identify(known));
        writes.sort_by_key(|write| (write.time, write.hash));
        writes
    }
}

impl Write {
    /// Finds out what its targets are known as.
    fn identify(&mut self, known: &Known) {
        let at = self.named();
        let targets = self.event.targets();
        let identity = |id: &String| match &at {
            Some(at) => known.identity_at(id, at),
            None => known.identity(id),
        };
        self.identities = targets.map(identity).collect();
    }

    /// Where the names that it tells hold: those of AWS are repeated in other places.
    fn named(&self) -> Option<Named> {
        let event = &self.event;
        let named = Named::new(&event.account, &event.region, &event.subject.resource_type);
        (event.cloud == Cloud::Aws).then_some(named)
    }

    /// Takes what another row tells of the same write. Rows come in any order.
    fn fold(&mut self, row: Event, time: Timestamp) {
        if self.event.subject.target.is_none() {
            self.event.subject.target = row.subject.target;
        }
        // Of the rows of one operation only the last tells that the resource is new.
        if row.subject.action == Some(ChangeAction::Create) {
            self.event.subject.action = row.subject.action;
        }
        if self.event.actor == "unknown" {
            self.event.actor = row.actor;
        }
        self.event.owner = self.event.owner.take().or(row.owner);
        if self.event.marks.run.is_none() {
            self.event.marks = row.marks;
        }
        match (self.event.outcome, row.outcome) {
            (Some(Outcome::Success), Some(Outcome::Success)) => self.time = self.time.max(time),
            // Whatever was said on the way, the end counts.
            (_, Some(Outcome::Success)) => {
                self.event.outcome = row.outcome;
                self.event.error = None;
                self.time = time;
            }
            (Some(Outcome::Success), _) => {}
            (held, told) => {
                self.event.outcome = held.or(told);
                self.event.error = self.event.error.take().or(row.error);
                self.time = self.time.min(time);
            }
        }
    }
}

/// What is the same in all rows of one write. CloudTrail has one row; the others share an id, but
/// not with writes of the same run to other resources.
fn identity(event: &Event, time: Timestamp) -> String {
    let target = event.subject.target.as_deref().unwrap_or_default();
    match (&event.id, event.cloud) {
        (Some(id), Cloud::Aws | Cloud::Kubernetes) => id.clone(),
        (Some(id), _) => format!("{id} {} {target}", event.operation.to_ascii_lowercase()),
        (None, _) => format!("{} {} {} {target}", time.0, event.actor, event.operation),
    }
}

/// FNV-1a with a final mix (Appleby, MurmurHash3 `fmix64`).
fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}
