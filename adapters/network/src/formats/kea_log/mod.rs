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
        // Its layout by default, which leaves the process to the header and ends with the thread.
        "{level:level}{ }[kea-{part}.{?0x}{_:hex}] {id:name} {message:rest}",
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
    let message = event.kept(MESSAGE).unwrap_or_default();
    if let Some(address) = leased(&message) {
        put_text(address, To::SourceAddress, row);
    }
}

/// Address of `lease 10.0.0.7 has been allocated`, which messages of DHCPv6 write as
/// `lease for address 2001:db8::7 and iaid=1`.
fn leased(message: &str) -> Option<&str> {
    let (_, behind) = message.split_once("lease ")?;
    let behind = behind.strip_prefix("for address ").unwrap_or(behind);
    behind.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_name_addresses_in_two_ways() {
        let four = "tid=0x1: lease 10.0.0.7 has been allocated for 3600 seconds";
        assert_eq!(leased(four), Some("10.0.0.7"));
        let six = "tid=0x2: lease for address 2001:db8::7 and iaid=1 has been allocated";
        assert_eq!(leased(six), Some("2001:db8::7"));
        assert_eq!(leased("configuration error"), None);
    }
}
