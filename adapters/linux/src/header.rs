//! The header of a syslog line, in all shapes that daemons write it.
//!
//! Sources, as of 2026-11-27: RFC 3164 section 4, RFC 5424 section 6, RFC 6587 section 3.4 (octet
//! counting), rsyslog.com/doc/configuration/templates (reserved templates), and the manual pages
//! syslog(3) and syslog.conf(5).

mod cisco;
mod devices;
mod marks;
mod months;
mod systems;

use nepho_codec::time::{from_number, prefix};
use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Envelope, Row};
use nepho_core::time::Reference;

pub(crate) use devices::MERAKI;
pub(crate) use marks::{bare_marks, marks, may_begin};
use systems::{
    behind_year, is_daemon, is_domain, is_of_macos, leveled, named_level, of_chromeos,
    of_journalctl, of_macos, of_meraki, of_solaris, of_verbose, origin,
};
pub(crate) use systems::{has_uptime, of_monotonic};

/// A line of syslog, taken apart. What it does not tell is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// Facility times eight plus severity.
    pub(crate) priority: Option<u8>,
    /// Severity that the message names itself, from 0 to 7.
    pub(crate) level: Option<u8>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) host: &'a str,
    pub(crate) process: &'a str,
    pub(crate) pid: &'a str,
    pub(crate) message_id: &'a str,
    /// Structured data of RFC 5424 with its brackets.
    pub(crate) structured: &'a str,
    pub(crate) message: &'a str,
}

impl Header<'_> {
    /// Severity by the priority (RFC 5424, table 2), or as the message names it.
    pub(crate) fn severity(&self) -> Option<Severity> {
        let level = self.priority.map(|priority| priority & 7);
        Severity::from_syslog(level.or(self.level)?)
    }

    /// The severity as RFC 5424 calls it, for the words tell more than a column does.
    pub(crate) fn severity_text(&self) -> Option<&'static str> {
        let level = self.priority.map(|priority| priority & 7);
        SEVERITIES.get(usize::from(level.or(self.level)?)).copied()
    }

    /// Whether there is nothing before the message but a priority.
    pub(crate) fn is_bare(&self) -> bool {
        self.time.is_none() && self.host.is_empty()
    }

    /// Name of the program: that of the process without its folder.
    pub(crate) fn program(&self) -> &str {
        program(self.process)
    }

    /// Name of the facility (RFC 5424, table 1).
    pub(crate) fn facility(&self) -> Option<&'static str> {
        facility(self.priority? >> 3)
    }
}

/// Puts a host where it belongs, and of a machine of EC2 that it is one.
pub(crate) fn fill_host(host: &str, row: &mut Row<'_>) {
    row.text(Column::Host, host);
    if let Some(region) = ec2_region(host) {
        row.constant(Column::Provider, "aws")
            .text(Column::Region, region);
    }
}

/// Envelope of what stands in a line of this host, as [`fill_host`]; what is around tells more.
pub(crate) fn with_host(envelope: Envelope, host: &str) -> Envelope {
    if host.is_empty() {
        return envelope;
    }
    let is_told = envelope.get(Column::Provider).is_some();
    let envelope = envelope.with(Column::Host, host);
    match ec2_region(host).filter(|_| !is_told) {
        Some("") => envelope.with(Column::Provider, "aws"),
        Some(region) => envelope
            .with(Column::Provider, "aws")
            .with(Column::Region, region),
        None => envelope,
    }
}

/// Region that the name of a machine of EC2 has; empty if it has none. EC2 calls machines by their
/// address, `ip-10-0-0-7` or `ip-10-0-0-7.eu-west-1.compute.internal` (docs.aws.amazon.com/AWSEC2/
/// latest/UserGuide/hostname-types.html, as of 2026-11-27).
fn ec2_region(host: &str) -> Option<&str> {
    let rest = host.strip_prefix("ip-")?;
    let (address, domain) = rest.split_once('.').unwrap_or((rest, ""));
    let parts = address.split('-');
    if parts.clone().count() != 4 || !parts.into_iter().all(|part| part.parse::<u8>().is_ok()) {
        return None;
    }
    Some(match domain.strip_suffix(".compute.internal") {
        Some(region) => region,
        None if domain == "ec2.internal" => "us-east-1",
        None => "",
    })
}

/// A name without its folder and without what PAM adds: `/usr/sbin/sshd`, `su(pam_unix)`.
pub(crate) fn program(process: &str) -> &str {
    let name = process.rsplit('/').next().unwrap_or(process);
    name.split(['(', '[', ']'])
        .next()
        .unwrap_or(name)
        .trim_end()
}

const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "ntp", "security", "console", "clock", "local0", "local1", "local2", "local3", "local4",
    "local5", "local6", "local7",
];

/// Names of severities of syslog, from 0 to 7 (syslog.conf(5)).
const SEVERITIES: [&str; 8] = [
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
];

/// Name of a facility of syslog, from 0 to 23.
pub(crate) fn facility(number: u8) -> Option<&'static str> {
    FACILITIES.get(usize::from(number)).copied()
}

/// Parts of a line; `None` if it is none of syslog.
pub(crate) fn parse(text: &str, reference: Reference) -> Option<Header<'_>> {
    let text = without_count(text);
    let (priority, rest) = priority(text);
    if priority.is_some()
        && let Some(rest) = rest.strip_prefix("1 ")
        && let Some(header) = current(priority, rest)
    {
        return Some(header);
    }
    if let Some(header) = of_journalctl(rest, reference).filter(|_| priority.is_none()) {
        return Some(header);
    }
    if let Some(header) = of_monotonic(text) {
        return Some(header);
    }
    cisco::parse(priority, rest, reference)
        .or_else(|| devices::parse(priority, rest, reference))
        .or_else(|| {
            let (rest, reference) = behind_year(rest, reference)?;
            classic(priority, rest, reference)
        })
        .or_else(|| classic(priority, rest, reference))
        .or_else(|| untimed(priority?, rest))
}

/// What is left of a line whose time a collector has taken out: `sshd[12]: text`, `web-1 sshd[12]:
/// text`. Any program may write such, so that the sentence has to tell the rest.
pub(crate) fn bare(text: &str) -> Option<Header<'_>> {
    const LONGEST: usize = 96;
    let head = text.as_bytes().get(..LONGEST).unwrap_or(text.as_bytes());
    let end = head.windows(3).position(|part| part == b"]: ")?;
    let (words, pid) = text.get(..end)?.rsplit_once('[')?;
    let (host, process) = words.rsplit_once(' ').unwrap_or(("", words));
    let is_sure = is_number(pid)
        && !pid.starts_with('0')
        && is_process(process)
        && (host.is_empty() || is_host(host));
    is_sure.then(|| Header {
        host,
        process,
        pid,
        message: text.get(end + 3..).unwrap_or_default(),
        ..Header::default()
    })
}

/// A message behind a priority and no time, as programs write to `/dev/log`: `<14>app[12]: text`
/// (RFC 3164, section 4.3.3).
fn untimed(priority: u8, text: &str) -> Option<Header<'_>> {
    let text = text.trim_start_matches(' ');
    // `<6>[    1.000000] text` is the kernel's.
    if text.is_empty() || text.starts_with('[') || prefix(text, Reference::ANY).is_some() {
        return None;
    }
    let header = Header {
        priority: Some(priority),
        ..Header::default()
    };
    let is_tag = |header: &Header<'_>| !header.pid.is_empty() || !is_level(header.process);
    let found = tagged(header, text, true).filter(is_tag);
    Some(found.unwrap_or(Header {
        message: text,
        ..header
    }))
}

/// The text behind the number of its bytes (RFC 6587, octet counting).
fn without_count(text: &str) -> &str {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(count..).unwrap_or_default();
    match rest.strip_prefix(' ') {
        Some(rest) if (1..=7).contains(&count) && priority(rest).0.is_some() => rest,
        _ => text,
    }
}

/// `<165>` at the start of a line, and what follows it.
pub(crate) fn priority(text: &str) -> (Option<u8>, &str) {
    let found = text.strip_prefix('<').and_then(|rest| {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u8 = rest.get(..end).filter(|_| end <= 3)?.parse().ok()?;
        let rest = rest.get(end..)?.strip_prefix('>')?;
        // The greatest is facility 23 and severity 7.
        (number <= 191).then_some((number, rest))
    });
    match found {
        Some((number, rest)) => (Some(number), rest),
        None => (None, text),
    }
}

/// RFC 5424 behind the version: `time host app procid msgid [structured data] message`.
fn current(priority: Option<u8>, text: &str) -> Option<Header<'_>> {
    if let Some((time, rest)) = text.split_once(' ')
        && time.contains('.')
        && let Some(time) = from_number(time)
    {
        return of_meraki(priority, time, rest);
    }
    let mut parts = text.splitn(6, ' ');
    let time = parts.next()?;
    // Devices leave out all between the host and the event.
    if let Some((host, message)) = text.get(time.len() + 1..)?.split_once(' ')
        && is_device_event(message)
    {
        return Some(Header {
            priority,
            time: Some(Timestamp::parse_rfc3339(time)?),
            host,
            message,
            ..Header::default()
        });
    }
    let (host, process, pid, message_id) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let rest = parts.next().unwrap_or_default();
    let time = match time {
        "-" => None,
        time => Some(Timestamp::parse_rfc3339(time)?),
    };
    // Some senders leave out the structured data altogether.
    let (structured, rest) = match rest.strip_prefix('-') {
        Some(after) if after.is_empty() || after.starts_with(' ') => ("", after),
        _ => rest.split_at(structured_end(rest)),
    };
    let message = rest.strip_prefix(' ').unwrap_or(rest);
    Some(Header {
        priority,
        level: None,
        time,
        host: unless_nil(host),
        process: unless_nil(process),
        pid: unless_nil(pid),
        message_id: unless_nil(message_id),
        structured,
        message: message.strip_prefix('\u{feff}').unwrap_or(message),
    })
}

/// Whether an event in CEF or LEEF begins here.
fn is_device_event(text: &str) -> bool {
    text.starts_with("CEF:") || text.starts_with("LEEF:")
}

fn unless_nil(text: &str) -> &str {
    match text {
        "-" => "",
        text => text,
    }
}

/// Position after the elements `[id name="value"]...` at the start of `text`. In values `"`, `\`
/// and `]` stand behind a `\`.
fn structured_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while bytes.get(end) == Some(&b'[') {
        let mut at = end + 1;
        let mut in_value = false;
        loop {
            match bytes.get(at) {
                None => return end,
                Some(b'\\') if in_value => at += 1,
                Some(b'"') => in_value = !in_value,
                Some(b']') if !in_value => break,
                _ => {}
            }
            at += 1;
        }
        end = at + 1;
    }
    end
}

/// RFC 3164 and what is written like it: `time host process[pid]: message`.
fn classic(priority: Option<u8>, text: &str, reference: Reference) -> Option<Header<'_>> {
    let text = text.trim_start_matches(' ');
    let first = *text.as_bytes().first()?;
    let is_iso = first.is_ascii_digit();
    if !is_iso && !first.is_ascii_alphabetic() {
        return None;
    }
    if first.is_ascii_lowercase() {
        return of_local_month(priority, text, reference);
    }
    let (time, length) = match prefix(text, reference) {
        Some((time, length)) => (Some(time), length),
        // Without a year only the place where it ends is known.
        None => match prefix(text, Reference::ANY) {
            Some((_, length)) => (None, length),
            None => return of_local_month(priority, text, reference),
        },
    };
    let rest = text.get(length..)?;
    if is_iso {
        return iso(priority, time, text.get(..length)?, rest);
    }
    // `Mar 11 09:39:39: --- last message repeated 5 times ---`
    if let Some(message) = rest.strip_prefix(": ") {
        let message = message.trim_start();
        return message.starts_with("---").then_some(Header {
            priority,
            time,
            message,
            ..Header::default()
        });
    }
    // Junos puts two blanks there in its files.
    let rest = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(' '))?;
    let zoned = rest
        .strip_prefix("UTC ")
        .or_else(|| rest.strip_prefix("GMT "));
    let (time, rest) = match zoned {
        Some(rest) => {
            let reference = Reference {
                zone_seconds: 0,
                ..reference
            };
            (prefix(text, reference).map(|(time, _)| time), rest)
        }
        None => (time, rest),
    };
    let header = Header {
        priority,
        time,
        ..Header::default()
    };
    let found = of_verbose(header, rest).or_else(|| named(header, rest))?;
    // `Tue May 12 2026 14:00:00 GMT+0000 (UTC) - error: message` of programs in JavaScript.
    (found.host != "-" || !is_level(found.process) || priority.is_some()).then_some(found)
}

/// A line of `journalctl` in a language whose months are not those of English. Nothing but a host
/// and a program with its number, or one that never has any, tells it from prose.
fn of_local_month(priority: Option<u8>, text: &str, reference: Reference) -> Option<Header<'_>> {
    let (time, length) = match months::local(text, reference) {
        Some((time, length)) => (Some(time), length),
        None => (None, months::local(text, Reference::ANY)?.1),
    };
    let header = Header {
        priority,
        time,
        ..Header::default()
    };
    let found = named(header, text.get(length..)?.strip_prefix(' ')?)?;
    let is_sure = is_number(found.pid) || is_daemon(found.process);
    (is_sure && !found.host.is_empty()).then_some(found)
}

/// A line that begins with a time of ISO 8601, as rsyslog writes files.
fn iso<'a>(
    priority: Option<u8>,
    time: Option<Timestamp>,
    written: &str,
    rest: &'a str,
) -> Option<Header<'a>> {
    let rest = rest.strip_prefix(' ')?;
    let is_of_macos = is_of_macos(written, rest);
    // Collectors put their own time before a line: `2026-05-12T14:00:00.000Z May 12 14:00:00 ...`.
    if let Some(near) = time
        && rest.starts_with(|c: char| c.is_ascii_uppercase())
    {
        let reference = Reference {
            near: Some(near),
            ..Reference::default()
        };
        if let Some(found) = classic(priority, rest, reference) {
            return Some(Header { time, ..found });
        }
    }
    let header = Header {
        priority,
        time,
        ..Header::default()
    };
    if is_of_macos {
        return of_macos(header, rest.get(1..)?);
    }
    if let Some(found) = of_chromeos(header, written, rest) {
        return Some(found);
    }
    let header = named(header, rest)?;
    // The logger of Erlang writes its level there (`logger_formatter`, erlang.org/doc).
    if priority.is_none() && header.host.is_empty() && header.pid.is_empty() {
        let is_level = matches!(
            header.process,
            "debug" | "info" | "notice" | "warning" | "error" | "critical" | "alert" | "emergency"
        );
        (!is_level).then_some(())?;
    }
    // Applications write lines like this as well. Those of rsyslog have `T`, a process, and its
    // number or a time that is finer than seconds and has a numeric zone. Some daemons have no
    // number, and syslog-ng and `journalctl -o short-iso` no fractions. Behind a time with a blank
    // in it, as templates of rsyslog have it, host, process and number must stand.
    let has_zone = has_numeric_zone(written.as_bytes());
    let is_fine = has_zone && written.bytes().any(|byte| matches!(byte, b'.' | b','));
    let is_sure = priority.is_some()
        || written.as_bytes().get(10) == Some(&b'T') && is_device_event(header.message)
        || written.as_bytes().get(10) == Some(&b'T')
            && !header.process.is_empty()
            && (!header.pid.is_empty() || is_fine || is_daemon(header.process))
        || marks::has_blank(written.as_bytes()) && !header.host.is_empty() && is_number(header.pid);
    is_sure.then_some(header)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a time ends with `+02:00` or `+0200`.
fn has_numeric_zone(time: &[u8]) -> bool {
    match time {
        [.., b'+' | b'-', _, _, b':', _, _] => true,
        [.., b'+' | b'-', a, b, c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// `host process[pid]: message`; the host may be missing.
fn named<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let is_sure = header.priority.is_some();
    let text = match text.strip_prefix(' ') {
        // The host is empty.
        Some(rest) => return tagged(header, rest, true),
        None => text,
    };
    // `--- last message repeated 5 times ---`
    if text.starts_with("--- ") {
        return tagged(header, text, true);
    }
    let (host, rest) = text.split_once(' ').unwrap_or((text, ""));
    // OpenWrt writes facility and level where the host would stand.
    if leveled(text).is_some() {
        return tagged(header, text, true);
    }
    // The tag stands where the host would.
    if host.ends_with(':') {
        return tagged(header, text, true);
    }
    // BusyBox writes what the kernel says of a host without a name.
    if !is_host(host) && host != "(none)" {
        return is_sure.then_some(Header {
            message: text,
            ..header
        });
    }
    // AIX
    if let Some(rest) = rest.strip_prefix("Message forwarded from ")
        && let Some((host, rest)) = rest.split_once(": ").filter(|(host, _)| is_host(host))
    {
        return tagged(Header { host, ..header }, rest, false);
    }
    let host = origin(host);
    let header = Header { host, ..header };
    if let Some(found) = devices::behind_host(header, rest, Reference::ANY) {
        return Some(found);
    }
    // A whole name of a host needs no tag: `May 12 14:00:00 web-1.example.com Job ended`.
    tagged(header, rest, false).or_else(|| {
        (is_domain(host) && !rest.is_empty()).then_some(Header {
            message: rest,
            ..header
        })
    })
}

/// `process[pid]: message`
fn tagged<'a>(header: Header<'a>, text: &'a str, needs_tag: bool) -> Option<Header<'a>> {
    let text = text.trim_start_matches(' ');
    let (header, text) = match leveled(text) {
        Some((priority, rest)) => {
            let priority = header.priority.or(Some(priority));
            (Header { priority, ..header }, rest)
        }
        None => (header, text),
    };
    if let Some((level, rest)) = named_level(text)
        && let Some((process, pid, message)) = tag(rest, false)
    {
        return Some(Header {
            level: Some(level),
            process,
            pid,
            message: message.trim_start(),
            ..header
        });
    }
    if is_device_event(text) {
        return Some(Header {
            message: text,
            ..header
        });
    }
    if let Some((process, pid, message)) = tag(text, header.priority.is_some()) {
        let header = Header {
            process,
            pid,
            message,
            ..header
        };
        return Some(of_solaris(header).unwrap_or(header));
    }
    if let Some(process) = untagged(text) {
        return Some(Header {
            process,
            message: text,
            ..header
        });
    }
    let is_sure = header.priority.is_some() && !needs_tag;
    is_sure.then_some(Header {
        message: text,
        ..header
    })
}

/// Process of what daemons of syslog write of themselves without a tag; empty for what they write
/// of the line before.
///
/// Source: `syslogd.c` of sysklogd 1.5 (debian.org), as of 2026-11-29.
fn untagged(text: &str) -> Option<&'static str> {
    const BEGINNINGS: [(&str, &str); 5] = [
        ("last message repeated ", ""),
        ("last message buffered ", ""),
        ("--", ""),
        ("exiting on signal ", "syslogd"),
        ("syslogd ", "syslogd"),
    ];
    let found = BEGINNINGS.iter().find(|(start, _)| text.starts_with(start));
    found.map(|(_, process)| *process)
}

/// Process, its number and the message of `process[pid]: message`.
///
/// Behind a priority no blank is needed: `process:message`.
fn tag(text: &str, is_sure: bool) -> Option<(&str, &str, &str)> {
    let end = text.find([' ', '\n']).unwrap_or(text.len());
    let word = text.get(..end)?;
    let rest = text.get(end..)?;
    let (name, is_closed) = match word.strip_suffix(':') {
        Some(name) => (name, !name.contains(':')),
        // `process[12] message`
        None => (word, word.ends_with(']')),
    };
    if !is_closed && is_sure && !word.contains('[') {
        let (name, message) = word.split_once(':')?;
        // Addresses, hosts with a port and levels are no processes.
        let before = message.split(['{', '"']).next().unwrap_or_default();
        let is_other = message.starts_with(['/', ':', '\\'])
            || message.starts_with(|c: char| c.is_ascii_digit())
            || before.trim_end_matches(':').contains(':')
            || is_level(name);
        let is_tag = is_process(name) && !is_other;
        return is_tag.then(|| (name, "", text.get(name.len() + 1..).unwrap_or_default()));
    }
    if !is_closed {
        let (name, _) = word.split_once("]:")?;
        let open = name.find('[')?;
        let message = text.get(name.len() + 2..)?;
        return is_process(name.get(..open)?).then_some((
            name.get(..open)?,
            name.get(open + 1..)?,
            message,
        ));
    }
    // The level that Kerberos of MIT adds: `krb5kdc[12](info): text`.
    let name = match name.rfind("](") {
        Some(end) if name.ends_with(')') => name.get(..=end).unwrap_or(name),
        _ => name,
    };
    let (process, pid) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((process, pid)) => (process, pid),
        None => (name, ""),
    };
    // `gdm-password]: x` and `gdm-password][12]: x`
    let process = match process.strip_suffix(']') {
        Some(name) if !name.contains('[') => name,
        _ => process,
    };
    is_process(process).then(|| (process, pid, rest.strip_prefix(' ').unwrap_or(rest)))
}

fn is_process(name: &str) -> bool {
    // `polkitd(authority=local)`
    let has_options = name.ends_with(')') && name.contains('(');
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || has_options && matches!(byte, b'=' | b',')
                || matches!(
                    byte,
                    b'-' | b'_'
                        | b'.'
                        | b'/'
                        | b'('
                        | b')'
                        | b'@'
                        | b'%'
                        | b'+'
                        | b']'
                        | b'~'
                        | b'#'
                )
        })
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a word is the name or the address of a machine rather than a level or a text.
fn is_host(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:%".contains(&byte);
    let is_chain = word.contains(['/', '@']);
    let is_name = match is_chain {
        // The first must be that of a host as well.
        true => {
            let mut parts = word.split(['/', '@']);
            let is_first = parts.next().is_some_and(is_host);
            is_first && parts.all(|part| !part.is_empty() && part.bytes().all(is_part))
        }
        false => !word.is_empty() && word.bytes().all(is_part),
    };
    is_name && !matches!(word, "stdout" | "stderr") && (word.len() < 3 || !is_level(word))
}

fn is_level(word: &str) -> bool {
    Severity::from_word(word).is_some() && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
