//! Sentences of Junos, Firebox, `RouterOS`, BIG-IP and Pulse Secure.
//!
//! Sources, as of 2026-12-01: juniper.net (System Log Explorer), watchguard.com (Fireware Log
//! Catalog), wiki.mikrotik.com (Manual:System/Log), my.f5.com (K16197),
//! help.ivanti.com (Connect Secure, "Log Monitoring").

use nepho_codec::table::{To, put_text};
use nepho_core::tables::{Column, Outcome, Row};

use super::{Rule, VERDICTS, rule};
use crate::header::Header;

pub(super) static JUNOS: &[Rule] = &[
    rule(
        "session_create",
        Some(Outcome::Success),
        &["session created {client:ip}/{port:int}->{server:ip}/{server_port:int} {_:rest}"],
    ),
    rule(
        "session_deny",
        Some(Outcome::Failure),
        &["session denied {client:ip}/{port:int}->{server:ip}/{server_port:int} {_:rest}"],
    ),
    rule(
        "session_close",
        None,
        &[
            "session closed {reason}: {client:ip}/{port:int}->{server:ip}/{server_port:int} {_:rest}",
        ],
    ),
    rule(
        "commit",
        None,
        &["User '{user}' requested 'commit{_}' operation{_:rest}"],
    ),
    rule(
        "login",
        Some(Outcome::Success),
        &[
            "User '{user}' login, class '{_}' [{_:int}], ssh-connection '{client:ip} {port:int} \
             {server:ip} {server_port:int}'{_:rest}",
            "User '{user}' login, class '{_}' [{_:int}]{_:rest}",
        ],
    ),
    rule("logout", None, &["User '{user}' logout"]),
    rule(
        "command",
        None,
        &["User '{user}', command '{command:longest}'"],
    ),
    rule(
        "configure",
        None,
        &["User '{user}' {_:set|replace|delete|activate|deactivate}: {command:rest}"],
    ),
];

/// What the name of an event with structured data tells of a session, and its action.
pub(super) fn put_session(header: &Header<'_>, row: &mut Row<'_>) {
    let (action, outcome) = match header.message_id {
        "RT_FLOW_SESSION_CREATE" => ("session_create", Some(Outcome::Success)),
        "RT_FLOW_SESSION_DENY" => ("session_deny", Some(Outcome::Failure)),
        "RT_FLOW_SESSION_CLOSE" => ("session_close", None),
        name if name.ends_with("_BLOCKED") => ("block", Some(Outcome::Failure)),
        name if name.ends_with("_PERMITTED") => ("permit", Some(Outcome::Success)),
        _ => {
            let found = header.structured.split_once(" action=\"");
            if let Some(word) = found.and_then(|(_, rest)| rest.split('"').next()) {
                row.text(Column::Action, word);
                put_text(word, To::OutcomeOf(VERDICTS), row);
            }
            return;
        }
    };
    row.constant(Column::Action, action);
    if let Some(outcome) = outcome {
        row.outcome(outcome);
    }
}

pub(super) static FIREBOX: &[Rule] = &[
    rule(
        "",
        None,
        &[
            "msg_id=\"{_:quoted}\" {verdict:Allow|Deny} {_} {_:int} {protocol:tcp|udp} {_:int} {_:int} \
             {client:ip} {server:ip} {port:int} {server_port:int} {_:rest}",
            "msg_id=\"{_:quoted}\" {verdict:Allow|Deny} {_} {_:int} {protocol:name} {_:int} {_:int} \
             {client:ip} {server:ip} {_:rest}",
        ],
    ),
    rule(
        "login",
        Some(Outcome::Failure),
        &[
            "msg_id=\"{_:quoted}\" Authentication of {_} user [{user:longest}] from {client:ip} \
             {?was }rejected{_:rest}",
            "msg_id=\"{_:quoted}\" {_:Management|SSLVPN|SSL VPN|Firewall|IKEv2 VPN} user \
             {user:longest} from {client:ip} {?log in attempt was }rejected{_:rest}",
        ],
    ),
    rule(
        "login",
        Some(Outcome::Success),
        &[
            "msg_id=\"{_:quoted}\" Authentication of {_} user [{user:longest}] from {client:ip} was \
             accepted{_:rest}",
            "msg_id=\"{_:quoted}\" {_:Management|SSLVPN|SSL VPN|Firewall|IKEv2 VPN} user \
             {user:longest} from {client:ip} logged in{_:rest}",
        ],
    ),
    rule(
        "logout",
        None,
        &[
            "msg_id=\"{_:quoted}\" {_:Management|SSLVPN|SSL VPN|Firewall|IKEv2 VPN} user \
           {user:longest} from {client:ip} logged out{_:rest}",
        ],
    ),
];

pub(super) static ROUTER_OS: &[Rule] = &[
    rule(
        "login",
        Some(Outcome::Failure),
        &["login failure for user {user:longest} from {client:ip} via {_:word}"],
    ),
    rule(
        "login",
        Some(Outcome::Success),
        &[
            "user {user:longest} logged in from {client:ip} via {_:word}",
            "user {user:longest} logged in via {_:word}",
        ],
    ),
    rule(
        "logout",
        None,
        &[
            "user {user:longest} logged out from {client:ip} via {_:word}",
            "user {user:longest} logged out via {_:word}",
        ],
    ),
    rule(
        "",
        None,
        &["{?{rule:name}: }in:{_} proto {protocol:name}{? ({_})}, \
             {client:address}->{server:address}, {_:rest}"],
    ),
];

pub(super) static BIG_IP: &[Rule] = &[
    rule(
        "login",
        None,
        &[
            "{_:hex}:{_:int}: AUDIT - user {user:word} - RAW: {_} tty={tty:word} host={client:ip} attempts={_:rest}",
        ],
    ),
    rule(
        "command",
        None,
        &[
            "{_:hex}:{_:int}: AUDIT - {?client {_}, }user {user:word} - {command:rest}",
            "{_:hex}:{_:int}: AUDIT - {?pid={_:int} }{?folder={_} }{?module={_} }user={user:word} \
             folder={_} module={_} status=[{reason}] cmd_data={command:rest}",
            "{_:hex}:{_:int}: AUDIT - pid={_:int} user={user:word} folder={_} module={_} \
             status=[{reason}] cmd_data={command:rest}",
        ],
    ),
];

/// Connect Secure of Ivanti, before of Pulse Secure and Juniper: behind time, node and client stand
/// user, realm and roles, `mona(Users)[Staff] - Login succeeded for mona/Users from ...`.
pub(super) static PULSE: &[Rule] = &[
    rule(
        "login",
        Some(Outcome::Failure),
        &[
            "{_} - {_:word} - [{client:ip}] {user:longest}({_})[{_}] - {_:Login failed|Primary authentication failed}{reason:rest}",
        ],
    ),
    rule(
        "login",
        Some(Outcome::Success),
        &[
            "{_} - {_:word} - [{client:ip}] {user:longest}({_})[{_}] - {_:Login succeeded|Primary authentication successful}{_:rest}",
        ],
    ),
    rule(
        "logout",
        None,
        &["{_} - {_:word} - [{client:ip}] {user:longest}({_})[{_}] - Logout from {_:rest}"],
    ),
    rule(
        "",
        None,
        &["{_} - {_:word} - [{client:ip}] {user}({_})[{_}] - {_:rest}"],
    ),
];
