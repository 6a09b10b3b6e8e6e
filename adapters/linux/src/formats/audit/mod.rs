//! Records of the Linux audit system: `type=SYSCALL msg=audit(1364481363.243:24287): ...`, and as
//! `ausearch --interpret` prints them: `msg=audit(05/12/2026 14:00:00.250:12) : ...`.
//!
//! Source: github.com/linux-audit/audit-documentation, `specs/messages/message-dictionary.csv` and
//! `specs/fields/field-dictionary.csv`, and auditd.conf(5) (`log_format`), as of 2026-11-27.

use std::borrow::Cow;

use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Records of the Linux audit system",
    permissions: &[],
    make: Make::Format(|| Box::new(Audit)),
});

const NAME: &str = "linux.audit";

/// Values that have no column.
const EXTRAS: &[(&str, &str)] = &[
    ("key", "rule"),
    ("SYSCALL", "syscall"),
    ("syscall", "syscall"),
    ("exe", "executable"),
    ("op", "operation"),
    ("operation", "operation"),
    ("profile", "profile"),
    ("pid", "pid"),
    ("ses", "session"),
    ("terminal", "tty"),
    ("unit", "unit"),
];

/// Reads records of the Linux audit system.
#[derive(Debug)]
pub struct Audit;

/// First letters of `node=`, `type=`, `audit:` and `audit(`. Behind the header of another log, such
/// as the time of the kernel, a record is found inside.
const BEGINNINGS: [char; 3] = ['n', 't', 'a'];

impl Format for Audit {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if is_searched(sample.text) {
            return Confidence(92);
        }
        match parse(sample.text).or_else(|| of_journal(sample.text)) {
            Some(_) => Confidence(92),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let first = nepho_core::format::bytes_of(b"nta");
        const UPPER: [bool; 256] = nepho_core::format::bytes_of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
        let of_journal = Marks {
            then: vec![UPPER; 2],
            ..Marks::beginning(UPPER)
        };
        vec![
            Marks::beginning(first).with(&["audit(", "):"]),
            Marks::beginning(first).with(&["audit(", ") :"]),
            Marks::of_start(SEARCHED),
            of_journal.with(&["="]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(AuditDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(line) = parse(raw).or_else(|| of_journal(raw)) else {
            return;
        };
        let mut held: Vec<&str> = Vec::new();
        pairs(line.fields, &mut |key, value| {
            let name = EXTRAS.iter().find(|(field, _)| *field == key);
            if let Some((_, name)) = name
                && !is_unset(value)
                && !held.contains(name)
            {
                held.push(name);
                found(name, &readable(value));
            }
        });
    }
}

/// What `ausearch` writes before the time of an event, above its records.
const SEARCHED: &str = "time->";

/// Whether a line tells the time of the records below it, which tell it as well.
fn is_searched(text: &str) -> bool {
    let time = text.strip_prefix(SEARCHED).unwrap_or_default();
    time::prefix(time, Reference::ANY).is_some()
}

/// Parts of a record.
struct Line<'a> {
    node: &'a str,
    kind: &'a str,
    /// `1364481363.243:24287`; the records of one event share it.
    id: &'a str,
    fields: &'a str,
}

fn parse(text: &str) -> Option<Line<'_>> {
    let text = Some(text).filter(|text| text.starts_with(BEGINNINGS))?;
    let (head, rest) = text.split_once("audit(")?;
    // Only what daemon and kernel write may stand before it.
    if head.len() > 200 || head.contains('\n') {
        return None;
    }
    let (id, fields) = rest.split_once(')')?;
    let fields = fields.trim_start_matches(' ').strip_prefix(':')?;
    let (seconds, serial) = id.rsplit_once(':')?;
    // A date and a clock, where they were interpreted.
    let is_time = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b':' | b' ');
    let is_id = id.len() <= 48
        && seconds.bytes().all(is_time)
        && serial.bytes().all(|byte| byte.is_ascii_digit())
        && !seconds.is_empty();
    if !is_id {
        return None;
    }
    let word = |name: &str| {
        let mut words = head.split(' ');
        words
            .find_map(|word| word.strip_prefix(name))
            .unwrap_or_default()
    };
    let kind = word("type=");
    let is_of_kernel = head.trim_end().is_empty() || head.contains("audit:");
    (is_of_kernel || !kind.is_empty()).then_some(Line {
        node: word("node="),
        kind,
        id,
        fields: fields.trim(),
    })
}

/// A record as journald writes it, whose header tells the time: its type and its fields,
/// `USER_LOGIN pid=812 uid=0 auid=1000 msg='op=login ...'` (`src/journal/journald-audit.c` of
/// github.com/systemd/systemd, as of 2026-11-28).
fn of_journal(text: &str) -> Option<Line<'_>> {
    let (kind, fields) = text.split_once(' ')?;
    let is_kind = |byte: u8| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit();
    if kind.len() < 3 || kind.len() > 32 || !kind.bytes().all(is_kind) {
        return None;
    }
    let first = fields.trim_start().split(' ').next()?;
    let is_field = first.split_once('=').is_some_and(|(key, _)| {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        !key.is_empty() && key.bytes().all(is_name)
    });
    (is_field || kind == "AVC" && first == "avc:").then(|| Line {
        node: "",
        kind,
        id: "",
        fields: fields.trim(),
    })
}

/// Types by their numbers, which is how the kernel itself writes them (`include/uapi/linux/audit.h`
/// of github.com/torvalds/linux and `lib/audit-records.h` of github.com/linux-audit).
const TYPES: [(&str, &str); 34] = [
    ("1006", "LOGIN"),
    ("1100", "USER_AUTH"),
    ("1101", "USER_ACCT"),
    ("1103", "CRED_ACQ"),
    ("1104", "CRED_DISP"),
    ("1105", "USER_START"),
    ("1106", "USER_END"),
    ("1107", "USER_AVC"),
    ("1110", "CRED_REFR"),
    ("1112", "USER_LOGIN"),
    ("1113", "USER_LOGOUT"),
    ("1123", "USER_CMD"),
    ("1130", "SERVICE_START"),
    ("1131", "SERVICE_STOP"),
    ("1300", "SYSCALL"),
    ("1302", "PATH"),
    ("1305", "CONFIG_CHANGE"),
    ("1306", "SOCKADDR"),
    ("1307", "CWD"),
    ("1309", "EXECVE"),
    ("1318", "OBJ_PID"),
    ("1320", "EOE"),
    ("1325", "NETFILTER_CFG"),
    ("1326", "SECCOMP"),
    ("1327", "PROCTITLE"),
    ("1334", "BPF"),
    ("1400", "AVC"),
    ("1401", "SELINUX_ERR"),
    ("1403", "MAC_POLICY_LOAD"),
    ("1404", "MAC_STATUS"),
    ("1420", "MAC_TASK_CONTEXTS"),
    ("1700", "ANOM_PROMISCUOUS"),
    ("1701", "ANOM_ABEND"),
    ("2000", "KERNEL"),
];

/// Types of records that tell who changed an account or its group, which is `acct`.
const OF_ACCOUNTS: [&str; 12] = [
    "ADD_USER",
    "DEL_USER",
    "ADD_GROUP",
    "DEL_GROUP",
    "USER_CHAUTHTOK",
    "GRP_CHAUTHTOK",
    "USER_MGMT",
    "GRP_MGMT",
    "CHGRP_ID",
    "CHUSER_ID",
    "ACCT_LOCK",
    "ACCT_UNLOCK",
];

/// Calls `found` for each field. Those of programs stand within `msg='...'`, those that the daemon
/// has looked up behind a separator.
fn pairs<'a>(text: &'a str, found: &mut dyn FnMut(&'a str, &'a str)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let is_end = |c: char| c.is_whitespace() || matches!(c, '\u{1d}' | '\'' | ',' | '{');
        let key = before.rsplit(is_end).next().unwrap_or(before);
        if let Some(inner) = after.strip_prefix('\'') {
            rest = inner;
            continue;
        }
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '\u{1d}' | '\'');
                let end = after.find(is_end).unwrap_or(after.len());
                let (value, next) = after.split_at(end);
                (without_list_marks(value), next)
            }
        };
        found(key, value);
        rest = next;
    }
}

/// A value without what separates it from the next one. Daemons up to 2.6 put some fields into
/// parentheses: `(hostname=?, addr=10.0.0.7, terminal=ssh res=success)`.
fn without_list_marks(value: &str) -> &str {
    let value = value.strip_suffix(',').unwrap_or(value);
    match value.strip_suffix(')') {
        Some(inner) if !inner.contains('(') => inner,
        _ => value,
    }
}

/// A value as text: the kernel writes text with blanks or quotes in it as hexadecimal digits.
fn readable(value: &str) -> Cow<'_, str> {
    let is_hex = value.len() >= 8
        && value.len().is_multiple_of(2)
        && value
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
        && value.bytes().any(|byte| byte.is_ascii_uppercase());
    if !is_hex {
        return Cow::Borrowed(value);
    }
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
    let bytes = value.as_bytes().chunks(2).map(|pair| match pair {
        // Arguments of a command are separated by zeros.
        [b'0', b'0'] => b' ',
        [high, low] => digit(*high) << 4 | digit(*low),
        _ => b' ',
    });
    match String::from_utf8(bytes.collect()) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(value),
    }
}

/// Whether a value says that there is none.
fn is_unset(value: &str) -> bool {
    matches!(
        value,
        "" | "?" | "-1" | "4294967295" | "(null)" | "(none)" | "unset"
    )
}

/// Fields that go to columns.
#[derive(Default)]
struct Found<'a> {
    account: &'a str,
    /// Who signed in at first, whatever became of them since: name, number.
    audit_user: [&'a str; 2],
    user: [&'a str; 2],
    command: &'a str,
    executable: &'a str,
    address: &'a str,
    port: &'a str,
    name: &'a str,
    result: &'a str,
    operation: &'a str,
}

fn find(fields: &str) -> Found<'_> {
    let mut all = Found::default();
    pairs(fields, &mut |key, value| {
        let place = match key {
            "acct" | "user" => &mut all.account,
            "AUID" => &mut all.audit_user[0],
            "auid" => &mut all.audit_user[1],
            "UID" => &mut all.user[0],
            "uid" => &mut all.user[1],
            "comm" => &mut all.command,
            "exe" => &mut all.executable,
            "addr" | "saddr" | "laddr" if value.parse::<std::net::IpAddr>().is_ok() => {
                &mut all.address
            }
            "rport" => &mut all.port,
            "name" | "unit" | "path" => &mut all.name,
            "success" | "res" | "result" | "apparmor" => &mut all.result,
            "op" | "operation" => &mut all.operation,
            _ => return,
        };
        if !is_unset(value) && place.is_empty() {
            *place = value;
        }
    });
    all
}

fn outcome(result: &str, fields: &str) -> Option<Outcome> {
    match result {
        "yes" | "success" | "Success" | "1" | "ALLOWED" => Some(Outcome::Success),
        "no" | "failed" | "Failed" | "0" | "DENIED" => Some(Outcome::Failure),
        // SELinux: `avc:  denied  { read } for ...`
        _ if fields.starts_with("avc:") && fields.contains(" denied ") => Some(Outcome::Failure),
        _ if fields.starts_with("avc:") && fields.contains(" granted ") => Some(Outcome::Success),
        _ => None,
    }
}

struct AuditDecoder;

impl Decoder for AuditDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        // Without a time and a number of its own, the journal must have named the sender.
        let is_sent_by_audit = || record.envelope.get(Column::Process) == Some("audit");
        let of_journal = || of_journal(record.text).filter(|_| is_sent_by_audit());
        if is_searched(record.text) {
            return Verdict::Structure;
        }
        let Some(line) = parse(record.text).or_else(of_journal) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        fill(&line, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn fill(line: &Line<'_>, row: &mut Row<'_>) {
    let found = find(line.fields);
    let (seconds, _) = line.id.rsplit_once(':').unwrap_or_default();
    let reference = row.record().stream.reference();
    if let Some(time) = time::parse_near(seconds, reference) {
        row.time(time);
    }
    row.constant(Column::Service, "auditd")
        .text(Column::Host, line.node)
        .text(Column::RequestId, line.id)
        .text(Column::Action, found.operation)
        .text(Column::Body, line.fields);
    // The kernel writes numbers for types.
    if line.kind.starts_with(|c: char| c.is_ascii_uppercase()) {
        row.text(Column::Action, line.kind);
    } else if found.operation.is_empty()
        && let Some((_, name)) = TYPES.iter().find(|(number, _)| *number == line.kind)
    {
        row.constant(Column::Action, name);
    }
    let [name, number] = found.audit_user;
    let [user, user_number] = found.user;
    let is_of_accounts = OF_ACCOUNTS.contains(&line.kind);
    let who = match is_of_accounts {
        true => [found.account, user_number, user, number, name],
        false => [user_number, user, number, name, found.account],
    };
    for actor in who {
        if !actor.is_empty() {
            row.text(Column::Actor, &readable(actor));
        }
    }
    let executable = found.executable.rsplit('/').next().unwrap_or_default();
    row.text(Column::Process, executable);
    if !found.command.is_empty() {
        row.text(Column::Process, &readable(found.command));
    }
    put_text(found.address, To::SourceAddress, row);
    put_text(found.port, To::SourcePort, row);
    if is_of_accounts && !found.account.is_empty() {
        row.resource(&readable(found.account));
    }
    if !found.name.is_empty() {
        row.resource(&readable(found.name));
    }
    if let Some(outcome) = outcome(found.result, line.fields) {
        row.outcome(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_within_messages_of_programs() {
        let mut all = Vec::new();
        let text = "pid=7 uid=0 msg='op=login acct=\"ada\" exe=\"/usr/sbin/sshd\" res=failed'\
                    \u{1d}UID=\"root\"";
        pairs(text, &mut |key, value| all.push((key, value)));
        assert_eq!(
            all,
            [
                ("pid", "7"),
                ("uid", "0"),
                ("op", "login"),
                ("acct", "ada"),
                ("exe", "/usr/sbin/sshd"),
                ("res", "failed"),
                ("UID", "root"),
            ]
        );
    }

    #[test]
    fn hexadecimal_text_is_read() {
        assert_eq!(readable("6C73002D6C"), "ls -l");
        assert_eq!(readable("root"), "root");
        assert_eq!(readable("12345678"), "12345678");
    }
}
