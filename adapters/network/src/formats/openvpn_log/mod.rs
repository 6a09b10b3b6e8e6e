//! The log of `OpenVPN`: who connected, who was refused, and what became of tunnels.
//!
//! Source: `src/openvpn/error.c` (`x_msg_va`), `ssl.c`, `ssl_verify.c`, `multi.c`, `forward.c` and
//! `init.c` of github.com/OpenVPN/openvpn, as of 2026-11-30.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, source_address, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "openvpn.log",
    summary: "Clients that OpenVPN let in or refused, and states of tunnels",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, may_fit))),
});

/// What messages begin with.
const WORDS: [&str; 28] = [
    "TLS",
    "MULTI",
    "VERIFY",
    "SIG",
    "OpenVPN",
    "Initialization",
    "Peer",
    "PUSH:",
    "SENT",
    "Control",
    "Data",
    "Outgoing",
    "Incoming",
    "Connection",
    "Authenticate/",
    "Bad",
    "peer",
    "Re-using",
    "WARNING:",
    "Delayed",
    "Fatal",
    "Client",
    "AUTH:",
    "Options",
    "TCP",
    "TUN/TAP",
    "UDP",
    "Inactivity",
];
/// Whether a line may be of this log, by the word behind its time: that of a client, which has an
/// address with a port, or one that messages begin with. It costs less than a look at the pattern.
fn may_fit(text: &str) -> bool {
    let bytes = text.as_bytes();
    // An object in which such a line stands is of whoever wrote it there.
    if bytes.first() == Some(&b'{') {
        return false;
    }
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    let time = match (is(4, b'-') && is(19, b' '), is(3, b' ') && is(24, b' ')) {
        (true, _) => "2026-05-12 14:00:00 ".len(),
        (_, true) => "Tue May 12 14:00:00 2026 ".len(),
        _ => 0,
    };
    let mut words = text.get(time..).unwrap_or_default().split(' ');
    let word = words.find(|word| !word.starts_with("us=")).unwrap_or("");
    let is_client = || word.ends_with(|last: char| last.is_ascii_digit()) && word.contains(':');
    // Most words differ in the first letter.
    let first = word.as_bytes().first();
    let begins = |start: &str| start.as_bytes().first() == first && word.starts_with(start);
    WORDS.iter().any(|start| begins(start)) || is_client()
}

const KIND: usize = 0;
const REST: usize = 1;

static LINES: Lines = Lines {
    name: "openvpn.log",
    patterns: &[
        // Of one client: `user/address:port` once it has a name.
        "{?{time:time} }{?us={_:int} }{?{user}/}{client:address} \
         {?[{user}] }{kind:Peer Connection Initiated with |Inactivity timeout|SIGUSR1[|SIGTERM[|\
         TLS Error: |TLS Auth Error: |TLS: |TLS_ERROR: |VERIFY |MULTI: |MULTI_sva: |\
         PUSH: |SENT CONTROL [|Control Channel|Data Channel|Outgoing Data Channel|\
         Incoming Data Channel|Connection reset, restarting|Authenticate/Decrypt packet error|\
         Bad compression stub|peer info: |Re-using SSL/TLS context|WARNING: |Delayed exit|\
         Fatal TLS error|Client }{rest:rest}",
        // Of the process.
        "{time:time} {?us={_:int} }{kind:OpenVPN 2|Initialization Sequence Completed|\
         TLS Error: |TLS_ERROR: |MULTI: |AUTH: Received control message: |SIGTERM[|SIGUSR1[|\
         SIGHUP[|Options error: |TCP/UDP: |TUN/TAP device |UDPv4 link |TCPv4_SERVER link |\
         TCPv4_CLIENT link |Inactivity timeout|VERIFY |\
         Control Channel: |Data Channel: }{rest:rest}",
    ],
    confidence: 93,
    constants: &[(Column::Process, "openvpn"), (Column::Service, "openvpn")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        text(&["user"], Column::Actor),
        keep(&["kind"], KIND),
        keep(&["rest"], REST),
    ],
    extras: &[],
    finish: Some(finish),
};

/// What a line tells, by what it begins with and a word behind that.
const MEANINGS: &[(&str, &str, &str, Outcome)] = &[
    ("Peer Connection", "", "connect", Outcome::Success),
    (
        "TLS: ",
        "authentication succeeded",
        "authenticate",
        Outcome::Success,
    ),
    (
        "TLS: ",
        "authentication failed",
        "authenticate",
        Outcome::Failure,
    ),
    ("TLS Auth Error", "", "authenticate", Outcome::Failure),
    ("AUTH: ", "AUTH_FAILED", "authenticate", Outcome::Failure),
    (
        "SENT CONTROL",
        "AUTH_FAILED",
        "authenticate",
        Outcome::Failure,
    ),
    ("TLS Error", "handshake failed", "connect", Outcome::Failure),
    (
        "TLS Error",
        "key negotiation failed",
        "connect",
        Outcome::Failure,
    ),
    ("VERIFY ", "ERROR", "verify", Outcome::Failure),
    ("VERIFY ", "OK", "verify", Outcome::Success),
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    let rest = event.kept(REST).unwrap_or_default();
    let body = format!("{kind}{rest}");
    row.text(Column::Body, body.trim_end());
    let meaning = MEANINGS
        .iter()
        .find(|(start, word, ..)| kind.starts_with(start) && rest.contains(word));
    if let Some((_, _, action, outcome)) = meaning {
        row.text(Column::Action, action).outcome(*outcome);
    }
    // `... for username 'mona' `
    if !row.has(Column::Actor)
        && let Some((_, behind)) = rest.split_once("username '")
        && let Some((user, _)) = behind.split_once('\'')
    {
        row.text(Column::Actor, user);
    }
    if is_end(&kind, &rest) {
        row.text(Column::Action, "disconnect");
    }
    let is_error = [
        "TLS Error",
        "TLS Auth Error",
        "TLS_ERROR",
        "Fatal",
        "Options error",
        "Cannot",
    ]
    .iter()
    .any(|word| kind.starts_with(word));
    let is_warning = kind.starts_with("WARNING") || kind.starts_with("Authenticate/");
    let is_refused = meaning.is_some_and(|(.., outcome)| *outcome == Outcome::Failure);
    if is_error {
        row.severity(Severity::ERROR);
    } else if is_warning || is_refused {
        row.severity(Severity::WARN);
    }
}

/// Whether a line tells that a client, or the process, is gone.
fn is_end(kind: &str, rest: &str) -> bool {
    kind.starts_with("Connection reset")
        || kind.starts_with("SIGTERM")
        || kind.starts_with("SIGUSR1") && rest.contains("client-instance")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_that_hold_a_line_are_not_mine() {
        assert!(may_fit("10.0.0.9:50000 TLS Error: TLS handshake failed"));
        assert!(!may_fit(
            r#"{"log":"10.0.0.9:50000 TLS Error: TLS handshake failed","time":"14:00"}"#
        ));
        assert!(!may_fit(
            r#"{"host":"vpn-1:50000 TLS Error: TLS handshake failed"}"#
        ));
    }
}
