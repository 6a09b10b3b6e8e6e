//! Log of the Windows Firewall, `pfirewall.log`.
//!
//! Source: learn.microsoft.com/windows/security/operating-system-security/network-security/
//! windows-firewall/configure-logging, and the fields that the file itself names, as of 2026-11-30.

use nepho_codec::table::{
    Event, LineFormat, Lines, keep, outcome_of, peer_address, peer_port, source_address,
    source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.firewall",
    summary: "Packets that the Windows Firewall let pass or dropped",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const PROTOCOL: usize = 0;

const OUTCOMES: &[(&str, Outcome)] = &[("ALLOW", Outcome::Success), ("DROP", Outcome::Failure)];

static LINES: Lines = Lines {
    name: "windows.firewall",
    patterns: &[
        "{time:time} {action:ALLOW|DROP} {protocol:word} {source:ip} {peer:ip} {source_port:word} \
         {peer_port:word} {bytes:word} {_:word} {_:word} {_:word} {_:word} {_:word} {_:word} \
         {_:word} {path:SEND|RECEIVE|FORWARD|UNKNOWN|-}{? {pid:int}}",
    ],
    confidence: 95,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["action"], Column::Action),
        outcome_of(&["action"], OUTCOMES),
        keep(&["protocol"], PROTOCOL),
        source_address(&["source"]),
        source_port(&["source_port"]),
        peer_address(&["peer"]),
        peer_port(&["peer_port"]),
    ],
    extras: &[("bytes", "bytes"), ("path", "direction"), ("pid", "pid")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(protocol) = event.kept(PROTOCOL) {
        row.text(Column::Method, &protocol.to_ascii_lowercase());
    }
    row.text(Column::Body, event.text);
}
