//! Which ports of private addresses networks let through and refused, from when on: what a rule
//! closed is refused from then on, and was let through before.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use foldhash::fast::RandomState;
use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView, Outcome};

/// First of the ports from which calls are made: what goes there are answers (the default of Linux,
/// docs.kernel.org/networking/ip-sysctl.html, read 2026-11-29).
pub(crate) const CALLERS: u16 = 32768;
/// Ends held at most; further ones are not looked at.
const ENDS: usize = 50_000;

/// When flows to one end were first let through, and first refused.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    passed: Option<i64>,
    refused: Option<i64>,
}

/// Flows by the address, and in the lower 16 bits the port, that was called.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    ends: HashMap<u64, Times, RandomState>,
}

/// An end that was let through before it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub address: Ipv4Addr,
    pub port: u16,
    /// When it was first refused.
    pub since: Timestamp,
}

impl Flows {
    /// Takes note of a row, if it is of a flow.
    pub(crate) fn add(&mut self, view: &LogsView<'_>, row: usize) {
        let Some(port) = view.peer_port(row).filter(|port| *port < CALLERS) else {
            return;
        };
        let (outcome, time) = (view.outcome(row), view.time(row));
        let (Some(outcome), Some(time)) = (outcome, time) else {
            return;
        };
        let is_of_flow = view.text(Column::Action, row).is_some();
        let address = view.text(Column::Peer, row).filter(|_| is_of_flow);
        let address = address.filter(|address| {
            let mut private = ["10.", "172.", "192.168."].iter();
            private.any(|begin| address.starts_with(begin))
        });
        let address = address.and_then(|address| address.parse::<Ipv4Addr>().ok());
        let Some(address) = address.filter(Ipv4Addr::is_private) else {
            return;
        };
        let end = u64::from(address.to_bits()) << 16 | u64::from(port);
        if self.ends.len() >= ENDS && !self.ends.contains_key(&end) {
            return;
        }
        let times = self.ends.entry(end).or_default();
        let first = match outcome {
            Outcome::Success => &mut times.passed,
            Outcome::Failure => &mut times.refused,
        };
        *first = Some(first.map_or(time.0, |first| first.min(time.0)));
    }

    /// The first end with one of these ports that was let through, and then refused, first within
    /// `times`.
    pub(crate) fn refused(&self, ports: &[u16], times: &RangeInclusive<i64>) -> Option<Refused> {
        let ends = self.ends.iter().filter_map(|(end, seen)| {
            let port = (end & u64::from(u16::MAX)) as u16;
            let address = Ipv4Addr::from_bits((end >> 16) as u32);
            let is_meant = ports.contains(&port);
            let since = seen
                .refused
                .filter(|since| is_meant && times.contains(since))?;
            let was_open = seen.passed.is_some_and(|passed| passed < since);
            was_open.then_some(Refused {
                address,
                port,
                since: Timestamp(since),
            })
        });
        ends.min_by_key(|end| (end.since, end.address, end.port))
    }
}
