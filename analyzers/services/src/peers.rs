//! Peers that services name, in messages and in column `peer`, until they can be resolved.

use nepho_core::role::Role;
use nepho_core::tables::{Column, LogsView};

use crate::hosts;
use crate::messages::{Candidate, Strength, scan};
use crate::sighting::{Files, Sighting};
use crate::tally::{Seen, Tally};

/// Peers that are kept.
pub(crate) const MAX_PEERS: usize = 131_072;
/// Words that are kept because they may turn out to be the name of something. Most are chance, so
/// they have a place of their own and crowd nothing out.
pub(crate) const MAX_MENTIONED: usize = 16_384;

/// A peer as a service named it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Peer {
    pub(crate) service: u32,
    /// Host, address or name in lower case.
    pub(crate) word: Box<str>,
    pub(crate) port: Option<u16>,
    pub(crate) strength: Strength,
    pub(crate) is_caller: bool,
    /// Number of the provider and account of the row.
    pub(crate) scope: u32,
    /// Whether a load balancer tells of it.
    pub(crate) by_balancer: bool,
}

/// All peers, by how sure it is that they are.
pub(crate) struct Peers {
    pub(crate) named: Tally<Peer>,
    pub(crate) mentioned: Tally<Peer>,
}

impl Default for Peers {
    fn default() -> Self {
        Self {
            named: Tally::new(MAX_PEERS),
            mentioned: Tally::new(MAX_MENTIONED),
        }
    }
}

impl Peers {
    /// Takes note of the peers that the message of a row names.
    pub(crate) fn note_message(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        (service, scope): (u32, u32),
        is_failure: bool,
        files: &mut Files,
    ) {
        let Some(body) = rows.text(Column::Body, row) else {
            return;
        };
        scan::scan(body, &mut |candidate| {
            self.note(&candidate, (service, scope, false), is_failure, || {
                Sighting::of(rows, row, files)
            });
        });
    }

    /// Takes note of column `peer`: a field of its own, so a name in it is no chance.
    ///
    /// An address is a peer even if nothing else is known of it only where the row is a failure;
    /// the targets of a load balancer are instances of the service itself.
    pub(crate) fn note_column(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        place: (u32, u32, Role),
        is_failure: bool,
        files: &mut Files,
    ) {
        let (service, scope, role) = place;
        let Some(text) = rows.text(Column::Peer, row) else {
            return;
        };
        let text = text
            .split_once("://")
            .map_or(text, |(_, rest)| rest.split('/').next().unwrap_or(rest));
        let (word, port) = hosts::split_port(text);
        let port = port.or_else(|| rows.peer_port(row));
        let is_address = word.parse::<std::net::IpAddr>().is_ok();
        if !is_address && !hosts::is_host_name(word) {
            return;
        }
        let strength = match role {
            Role::Access if is_address || hosts::is_bare(word) => Strength::Named,
            _ if is_address && !is_failure => Strength::Named,
            _ => Strength::Called,
        };
        let candidate = Candidate {
            word,
            port,
            strength,
            is_caller: false,
        };
        self.note(
            &candidate,
            (service, scope, role == Role::Access),
            is_failure,
            || Sighting::of(rows, row, files),
        );
    }

    fn note(
        &mut self,
        candidate: &Candidate<'_>,
        place: (u32, u32, bool),
        is_failure: bool,
        sight: impl FnOnce() -> Sighting,
    ) {
        let word = candidate.word.trim_end_matches('.');
        if hosts::is_nobody(word) {
            return;
        }
        let (service, scope, by_balancer) = place;
        let key = (
            service,
            scope,
            by_balancer,
            Lower(word),
            candidate.port,
            candidate.strength,
            candidate.is_caller,
        );
        let make = || Peer {
            service,
            word: word.to_ascii_lowercase().into(),
            port: candidate.port,
            strength: candidate.strength,
            is_caller: candidate.is_caller,
            scope,
            by_balancer,
        };
        let tally = if candidate.strength > Strength::Mentioned {
            &mut self.named
        } else {
            &mut self.mentioned
        };
        tally.note(key, is_failure, make, sight);
    }
}

impl Peers {
    /// Peers in the order of what they are, the mentioned ones last.
    pub(crate) fn sorted(&self) -> Vec<&Seen<Peer>> {
        let mut all = self.named.sorted();
        all.extend(self.mentioned.sorted());
        all
    }

    pub(crate) fn forgotten(&self) -> u64 {
        self.named.forgotten() + self.mentioned.forgotten()
    }
}

/// Text that is hashed without regard to case.
struct Lower<'a>(&'a str);

impl std::hash::Hash for Lower<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}
