//! What switches, routers and firewalls tell in syslog of users, commands and connections.
//!
//! Sentences are in tables, by the device that writes them: [`cisco`], [`others`]; devices that
//! write pairs of key and value are in [`pairs`]. A line that no rule knows stays as it is.

mod cisco;
mod others;
mod pairs;

use nepho_codec::table::{Field, LineDecoder, LineFormat, Lines, outcome_of, peer_address};
use nepho_codec::table::{peer_port, source_address, source_port, text};
use nepho_core::format::{Format, Stream};
use nepho_core::tables::{Column, Outcome, Row};

use crate::header::Header;

/// Sentences that say the same.
struct Rule {
    /// What was done; empty where the line has the word for it (`verdict`).
    action: &'static str,
    /// How it ended, where no word of the line tells.
    outcome: Option<Outcome>,
    lines: Lines,
}

const fn rule(
    action: &'static str,
    outcome: Option<Outcome>,
    patterns: &'static [&'static str],
) -> Rule {
    let lines = Lines {
        name: "linux.syslog",
        patterns,
        confidence: 0,
        constants: &[],
        fields: FIELDS,
        extras: EXTRAS,
        finish: None,
    };
    Rule {
        action,
        outcome,
        lines,
    }
}

const FIELDS: &[Field] = &[
    text(&["user"], Column::Actor),
    text(&["protocol"], Column::Method),
    text(&["verdict"], Column::Action),
    source_address(&["client"]),
    source_port(&["port"]),
    peer_address(&["server"]),
    peer_port(&["server_port"]),
    outcome_of(&["verdict"], VERDICTS),
];

const EXTRAS: &[(&str, &str)] = &[
    ("command", "command"),
    ("rule", "rule"),
    ("reason", "reason"),
    ("packets", "packets"),
    ("tty", "tty"),
];

/// Words of devices, and how it ended.
const VERDICTS: &[(&str, Outcome)] = &[
    ("permitted", Outcome::Success),
    ("allow", Outcome::Success),
    ("accept", Outcome::Success),
    ("succeeded", Outcome::Success),
    ("was accepted", Outcome::Success),
    ("success", Outcome::Success),
    ("denied", Outcome::Failure),
    ("deny", Outcome::Failure),
    ("drop", Outcome::Failure),
    ("reject", Outcome::Failure),
    ("block", Outcome::Failure),
    ("prevent", Outcome::Failure),
    ("failed", Outcome::Failure),
    ("rejected", Outcome::Failure),
    ("was rejected", Outcome::Failure),
];

/// Which device wrote a line, by its header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    /// IOS and NX-OS; the mnemonic is the message id.
    Cisco,
    Junos,
    Firebox,
    RouterOs,
    BigIp,
    Pulse,
    Pairs(pairs::Kind),
}

fn device(header: &Header<'_>) -> Option<Device> {
    if header.level.is_some() && !header.message_id.is_empty() {
        return Some(Device::Cisco);
    }
    if let Some(kind) = pairs::kind(header) {
        return Some(Device::Pairs(kind));
    }
    match header.process {
        "PulseSecure" | "Juniper" => Some(Device::Pulse),
        "RT_FLOW" | "RT_IDP" | "RT_IDS" | "RT_UTM" | "mgd" => Some(Device::Junos),
        "system" | "firewall" if header.level.is_some() => Some(Device::RouterOs),
        _ if header.message.starts_with("msg_id=\"") => Some(Device::Firebox),
        _ if header.level.is_some() && header.message.contains(": AUDIT - ") => Some(Device::BigIp),
        _ => None,
    }
}

/// Whether a line is pairs of key and value that its device names differently from applications.
pub(crate) fn is_pairs(header: &Header<'_>) -> bool {
    matches!(device(header), Some(Device::Pairs(_)))
}

/// Reads what devices tell.
pub(crate) struct Devices {
    cisco: Vec<(&'static Rule, LineDecoder)>,
    junos: Vec<(&'static Rule, LineDecoder)>,
    firebox: Vec<(&'static Rule, LineDecoder)>,
    router_os: Vec<(&'static Rule, LineDecoder)>,
    big_ip: Vec<(&'static Rule, LineDecoder)>,
    pulse: Vec<(&'static Rule, LineDecoder)>,
}

impl Default for Devices {
    fn default() -> Self {
        let compile = |rules: &'static [Rule]| {
            let rules = rules.iter();
            rules
                .map(|rule| (rule, LineDecoder::new(&rule.lines)))
                .collect()
        };
        Self {
            cisco: compile(cisco::RULES),
            junos: compile(others::JUNOS),
            firebox: compile(others::FIREBOX),
            router_os: compile(others::ROUTER_OS),
            big_ip: compile(others::BIG_IP),
            pulse: compile(others::PULSE),
        }
    }
}

impl Devices {
    /// Sets ends, user, action and outcome, as far as the line tells.
    pub(crate) fn fill(&mut self, header: &Header<'_>, row: &mut Row<'_>) {
        let rules = match device(header) {
            Some(Device::Cisco) => &mut self.cisco,
            Some(Device::Junos) => {
                others::put_session(header, row);
                &mut self.junos
            }
            Some(Device::Firebox) => &mut self.firebox,
            Some(Device::RouterOs) => &mut self.router_os,
            Some(Device::BigIp) => &mut self.big_ip,
            Some(Device::Pulse) => &mut self.pulse,
            Some(Device::Pairs(kind)) => return pairs::fill(kind, header, row),
            None => return,
        };
        let message = said(header);
        for (rule, lines) in rules {
            if !lines.scan(message) {
                continue;
            }
            lines.fill(message, row);
            if !rule.action.is_empty() {
                row.constant(Column::Action, rule.action);
            }
            if let Some(outcome) = rule.outcome {
                row.outcome(outcome);
            }
            return;
        }
    }
}

/// The sentence of a message: of Junos behind its name, `UI_COMMIT: User 'mona' requested ...`.
fn said<'a>(header: &Header<'a>) -> &'a str {
    let message = header.message.trim();
    let is_name = |name: &str| {
        let is_of_name = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9');
        name.len() > 3 && name.bytes().all(is_of_name)
    };
    match message.split_once(": ") {
        Some((name, rest)) if is_name(name) => rest.trim_start(),
        _ => message,
    }
}

/// Hands out what of a line has no column.
pub(crate) fn extras(header: &Header<'_>, found: &mut dyn FnMut(&str, &str)) {
    let rules = match device(header) {
        Some(Device::Cisco) => cisco::RULES,
        Some(Device::Junos) => others::JUNOS,
        Some(Device::Firebox) => others::FIREBOX,
        Some(Device::RouterOs) => others::ROUTER_OS,
        Some(Device::BigIp) => others::BIG_IP,
        Some(Device::Pulse) => others::PULSE,
        Some(Device::Pairs(_)) | None => return,
    };
    let message = said(header);
    for rule in rules {
        let mut is_found = false;
        LineFormat::new(&rule.lines).extras(message, &Stream::default(), &mut |name, value| {
            is_found = true;
            found(name, value);
        });
        if is_found {
            return;
        }
    }
}
