//! Queries and answers that dnsmasq logged (`log-queries`).
//!
//! Source: `src/cache.c` of thekelleys.org.uk/dnsmasq, `log_query`, and dnsmasq(8), as of
//! 2026-11-28.

use nepho_codec::table::{LineFormat, Lines, peer_address, source_address, source_port, text};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "dnsmasq.log",
    summary: "Queries and answers that dnsmasq logged",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

static LINES: Lines = Lines {
    name: "dnsmasq.log",
    patterns: &[
        "{?{_:int} {client:ip}/{port:int} }{action:query|auth}[{type:name}] {question:word} from {client:ip}",
        "{?{_:int} {client:ip}/{port:int} }{action:forwarded|forward} {question:word} to {server:ip}{?#{_:int}}",
        "{_:int} {client:ip}/{port:int} {action:reply|cached|config} {question:word} is {answer}",
    ],
    confidence: 90,
    constants: &[(Column::Process, "dnsmasq")],
    fields: &[
        text(&["action"], Column::Action),
        source_address(&["client"]),
        source_port(&["port"]),
        peer_address(&["server"]),
    ],
    extras: &[
        ("question", "dns_question"),
        ("type", "dns_type"),
        ("answer", "dns_answer"),
    ],
    finish: Some(|event, row| {
        row.text(Column::Body, event.text);
    }),
};
