//! Evidence from access logs: which address asked a service, and on which address its targets
//! listen.

use std::net::IpAddr;

use nepho_core::role::Role;
use nepho_core::tables::{Column, LogsView};

use crate::hosts;
use crate::sighting::{Files, Sighting};
use crate::tally::Tally;

/// Private addresses that are kept, of clients and of targets.
pub(crate) const MAX_PRIVATE: usize = 50_000;
/// Public addresses of clients that are kept. Most are of users; those of other services come often
/// and so stay.
pub(crate) const MAX_PUBLIC: usize = 20_000;

/// An address that asked a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Client {
    pub(crate) service: u32,
    pub(crate) address: IpAddr,
    /// Number of the provider and account that saw it.
    pub(crate) scope: u32,
    /// Whether a load balancer tells of it, not the service itself.
    pub(crate) by_balancer: bool,
}

/// An address on which a target of a service listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Target {
    pub(crate) service: u32,
    pub(crate) address: IpAddr,
    pub(crate) scope: u32,
}

/// What access logs told so far.
pub(crate) struct Access {
    pub(crate) private: Tally<Client>,
    pub(crate) public: Tally<Client>,
    pub(crate) targets: Tally<Target>,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            private: Tally::new(MAX_PRIVATE),
            public: Tally::new(MAX_PUBLIC),
            targets: Tally::new(MAX_PRIVATE),
        }
    }
}

impl Access {
    /// Takes note of the client of a row of `service`.
    pub(crate) fn note_client(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        place: (u32, u32, Role),
        is_failure: bool,
        files: &mut Files,
    ) {
        let (service, scope, role) = place;
        let Some(address) = rows
            .text(Column::SourceIp, row)
            .and_then(|text| text.parse::<IpAddr>().ok())
        else {
            return;
        };
        let client = Client {
            service,
            address,
            scope,
            by_balancer: role == Role::Access,
        };
        if hosts::is_private(address) {
            self.private.note(
                client,
                is_failure,
                || client,
                || Sighting::of(rows, row, files),
            );
        } else if !address.is_loopback() {
            // Public clients are many; the message of each is not worth its memory.
            self.public.note(
                client,
                is_failure,
                || client,
                || Sighting::place(rows, row, files),
            );
        }
    }

    /// Takes note of the target that a load balancer chose for a request to `service`.
    pub(crate) fn note_target(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        service: u32,
        scope: u32,
        files: &mut Files,
    ) {
        let peer = rows
            .text(Column::Peer, row)
            .map(|peer| hosts::split_port(peer).0);
        let Some(address) = peer
            .and_then(|text| text.parse::<IpAddr>().ok())
            .filter(|address| hosts::is_private(*address))
        else {
            return;
        };
        let target = Target {
            service,
            address,
            scope,
        };
        self.targets
            .note(target, false, || target, || Sighting::of(rows, row, files));
    }

    pub(crate) fn forgotten(&self) -> u64 {
        self.private.forgotten() + self.public.forgotten() + self.targets.forgotten()
    }
}
