//! The log of the DHCP server Kea.
//!
//! Source: kea.readthedocs.io/en/latest/arm/logging.html ("Logging message format"), as of
//! 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, To, keep, put_text, severity, text, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "kea.log",
    summary: "Leases and messages of the DHCP server Kea",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const ID: usize = 0;
const MESSAGE: usize = 1;

static LINES: Lines = Lines {
    name: "kea.log",
    patterns: &[
        "{time:time} {level:level}{ }[kea-{part}/{pid}] {id:name} {message:rest}",
        // Behind a header of syslog.
        "{level:level}{ }[kea-{part}/{pid}] {id:name} {message:rest}",
    ],
    confidence: 94,
    constants: &[(Column::Process, "kea"), (Column::Service, "kea")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["id"], Column::Action),
        text(&["message"], Column::Body),
        keep(&["id"], ID),
        keep(&["message"], MESSAGE),
    ],
    extras: &[("part", "component"), ("pid", "pid")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let id = event.kept(ID).unwrap_or_default();
    if id.contains("_FAIL") || id.ends_with("_ERROR") {
        row.outcome(Outcome::Failure);
    } else if id.ends_with("_LEASE_ALLOC") || id.ends_with("_LEASE_RENEW") {
        row.outcome(Outcome::Success);
    }
    // `lease 10.0.0.7 has been allocated`
    let message = event.kept(MESSAGE).unwrap_or_default();
    let address = message
        .split_once("lease ")
        .and_then(|(_, behind)| behind.split(' ').next());
    if let Some(address) = address {
        put_text(address, To::SourceAddress, row);
    }
}
