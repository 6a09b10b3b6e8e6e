//! Audit logs of `CloudHSM`: commands that a module ran, each a few lines.
//!
//! Source: docs.aws.amazon.com/cloudhsm/latest/userguide/interpreting-audit-logs.html and
//! `cloudhsm-audit-log-reference.html`, read 2026-11-30.

use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "CloudHSM audit logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(CloudHsm)),
});

const NAME: &str = "aws.cloudhsm_audit";

/// Values that have no column.
const EXTRAS: [(&str, &str); 6] = [
    ("Sequence No", "sequence"),
    ("Reboot counter", "reboots"),
    ("Command Type(hex)", "command_type"),
    ("Log type", "log_type"),
    ("User Type", "user_type"),
    ("Session Handle", "session"),
];

/// Handles of keys, which are resources.
const KEYS: [&str; 4] = [
    "Priv/Secret Key Handle",
    "Public Key Handle",
    "Key Handle",
    "Wrapping Key Handle",
];

/// Commands about a user, who is told as the one that is managed, not as who gave the command.
const OF_USERS: [&str; 5] = [
    "CN_CREATE_USER",
    "CN_CREATE_CO",
    "CN_CREATE_APPLIANCE_USER",
    "CN_DELETE_USER",
    "CN_CHANGE_PSWD",
];

/// Handle where there is no key.
const NO_KEY: &str = "0";

struct CloudHsm;

impl Format for CloudHsm {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match time(sample.text).and(value(sample.text, "Opcode")) {
            Some(_) => Confidence(96),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::of_start("Time: ").with(&["usecs:", "Opcode"])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(HsmDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        for (key, name) in EXTRAS {
            if let Some(value) = value(raw, key) {
                found(name, value);
            }
        }
    }
}

struct HsmDecoder;

impl Decoder for HsmDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let text = record.text;
        let (Some(time), Some(code)) = (time(text), value(text, "Opcode")) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        let response = value(text, "Response").unwrap_or_default();
        // `CN_LOGIN (0xd)`
        let action = code.split(' ').next().unwrap_or(code);
        row.constant(Column::Format, NAME)
            .constant(Column::Provider, "aws")
            .constant(Column::Service, "cloudhsm.amazonaws.com")
            .time(time)
            .text(Column::Action, action)
            .text_of(Column::Body, &[code, ": ", response]);
        if !response.is_empty() {
            row.outcome(match response.contains("SUCCESS") {
                true => Outcome::Success,
                false => Outcome::Failure,
            });
        }
        if let Some(user) = value(text, "User Name") {
            match OF_USERS.contains(&action) {
                true => row.resource_of(&["user/", user]),
                false => row.text(Column::Actor, user),
            };
        }
        for key in KEYS {
            if let Some(handle) = value(text, key).filter(|handle| *handle != NO_KEY) {
                row.resource_of(&["key/", handle]);
            }
        }
        row.commit();
        Verdict::Rows
    }
}

/// Value of a line `key : value`.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| {
        let behind = line.trim_start().strip_prefix(key)?;
        behind.trim_start().strip_prefix(':')
    })?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// Time of `Time: 05/12/26 14:00:00.250250, usecs:1778594400250250`, by the microseconds.
fn time(text: &str) -> Option<Timestamp> {
    let line = text.strip_prefix("Time: ")?.lines().next()?;
    let (_, micros) = line.split_once(", usecs:")?;
    let micros: i64 = micros.trim().parse().ok()?;
    micros.checked_mul(1000).map(Timestamp)
}
