//! Evidence from flow logs: connections between addresses, refused ones among them.

use std::net::IpAddr;

use nepho_core::tables::{Column, LogsView, Outcome};

use crate::hosts;
use crate::sighting::{Files, Sighting};
use crate::tally::Tally;

/// Connections that are kept.
pub(crate) const MAX_FLOWS: usize = 50_000;

/// A connection, from client to server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Flow {
    pub(crate) client: IpAddr,
    pub(crate) server: IpAddr,
    pub(crate) port: u16,
    /// Number of the provider and account that saw it.
    pub(crate) scope: u32,
}

/// All connections; a failure is one that was refused.
pub(crate) struct Flows(pub(crate) Tally<Flow>);

impl Default for Flows {
    fn default() -> Self {
        Self(Tally::new(MAX_FLOWS))
    }
}

impl Flows {
    /// Takes note of a row of a flow log.
    pub(crate) fn note(&mut self, rows: &LogsView<'_>, row: usize, scope: u32, files: &mut Files) {
        let address = |column| {
            rows.text(column, row)
                .and_then(|text| text.parse::<IpAddr>().ok())
        };
        let (Some(source), Some(peer)) = (address(Column::SourceIp), address(Column::Peer)) else {
            return;
        };
        let is_inside = hosts::is_private(source) || hosts::is_private(peer);
        let is_group = |address: IpAddr| {
            address.is_multicast() || address.is_unspecified() || address.is_loopback()
        };
        if source == peer || !is_inside || is_group(source) || is_group(peer) {
            return;
        }
        let Some((client, server, port)) =
            directed(source, rows.source_port(row), peer, rows.peer_port(row))
        else {
            return;
        };
        let is_refused = rows.outcome(row) == Some(Outcome::Failure);
        let flow = Flow {
            client,
            server,
            port,
            scope,
        };
        // What the row says stands in the flow itself.
        self.0.note(
            flow,
            is_refused,
            || flow,
            || Sighting::place(rows, row, files),
        );
    }
}

/// Client, server and port: answers are logged as flows of their own, so the lower port is the
/// server's.
fn directed(
    source: IpAddr,
    source_port: Option<u16>,
    peer: IpAddr,
    peer_port: Option<u16>,
) -> Option<(IpAddr, IpAddr, u16)> {
    match (source_port, peer_port) {
        (Some(from), Some(to)) if from < to => Some((peer, source, from)),
        // Equal ports (123 to 123) do not tell who asked.
        (Some(from), Some(to)) if from == to => None,
        (_, Some(to)) => Some((source, peer, to)),
        (_, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_turned_around() {
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 1, 5]));
        assert_eq!(
            directed(one, Some(43210), other, Some(5432)),
            Some((one, other, 5432))
        );
        assert_eq!(
            directed(other, Some(5432), one, Some(43210)),
            Some((one, other, 5432))
        );
        assert_eq!(directed(one, Some(123), other, Some(123)), None);
        assert_eq!(
            directed(one, None, other, Some(443)),
            Some((one, other, 443))
        );
        assert_eq!(directed(one, Some(1), other, None), None);
    }
}
