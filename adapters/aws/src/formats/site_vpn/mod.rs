//! Site-to-Site VPN: the state of tunnels, and of the routes that are exchanged through them.

use nepho_codec::table::{Event, Field, JsonFormats, Need, Table, To, keep, part, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.site_vpn",
    summary: "Site-to-Site VPN tunnel and BGP logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&TUNNEL, &ROUTES];

const PHASE_1: usize = 0;
const PHASE_2: usize = 1;
const STATUS: usize = 2;
const DETAILS: usize = 3;

static TUNNEL: Table = Table {
    name: "aws.site_vpn",
    needs: &[
        Need::Has("ike_phase1_state"),
        Need::Has("ike_phase2_state"),
        Need::HasAny(&["event_timestamp", "timestamp"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["event_timestamp", "timestamp"]),
        text(&["details"], Column::Body),
        keep(&["ike_phase1_state"], PHASE_1),
        keep(&["ike_phase2_state"], PHASE_2),
    ],
    extras: &[
        ("ike_phase1_state", "ike_phase1"),
        ("ike_phase2_state", "ike_phase2"),
        ("dpd_enabled", "dpd"),
        ("nat_t_detected", "nat_traversal"),
    ],
    finish: Some(finish_tunnel),
};

static ROUTES: Table = Table {
    name: "aws.site_vpn",
    needs: &[
        Need::Starts("resource_id", "vpn-"),
        Need::IsAny("type", &["BGPStatus", "RouteStatus"]),
        Need::Has("status"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["event_timestamp", "timestamp"]),
        text(&["type"], Column::Action),
        Field {
            from: &["resource_id"],
            to: To::ResourcePart(connection_of),
        },
        part(&["resource_id"], Column::Peer, address_of),
        text(&["message.details"], Column::Body),
        keep(&["status"], STATUS),
        keep(&["message.details"], DETAILS),
    ],
    extras: &[
        ("status", "state"),
        ("message.prefix", "prefix"),
        ("message.nextHopIp", "next_hop"),
        ("message.asPath", "as_path"),
    ],
    finish: Some(finish_routes),
};

fn finish_tunnel(event: &Event<'_>, row: &mut Row<'_>) {
    let is_down = |number| {
        let state = event.kept(number);
        state.is_some_and(|state| state.eq_ignore_ascii_case("down"))
    };
    row.severity(match is_down(PHASE_1) || is_down(PHASE_2) {
        true => Severity::WARN,
        false => Severity::INFO,
    });
}

fn finish_routes(event: &Event<'_>, row: &mut Row<'_>) {
    let details = event.kept(DETAILS).unwrap_or_default();
    if details.starts_with("DENIED") {
        row.outcome(Outcome::Failure).severity(Severity::WARN);
        return;
    }
    row.severity(match &*event.kept(STATUS).unwrap_or_default() {
        "DOWN" => Severity::WARN,
        _ => Severity::INFO,
    });
}

/// Connection of `vpn-1234abcd_203.0.113.4`.
fn connection_of(id: &str) -> &str {
    id.split('_').next().unwrap_or(id)
}

/// Outside address of the tunnel in `vpn-1234abcd_203.0.113.4`.
fn address_of(id: &str) -> &str {
    id.split_once('_').map_or("", |(_, address)| address)
}
