//! What systems and devices write differently from the rest.

use std::net::Ipv4Addr;

use nepho_codec::time::{from_number, prefix};
use nepho_core::Timestamp;
use nepho_core::time::Reference;

use super::{FACILITIES, Header, SEVERITIES, is_host, is_number, named, tag};

/// A line of `journalctl -o short-full`, `Tue 2026-05-12 14:00:00 UTC web-1 sshd[12]: text`, or `-o
/// short-unix`, `1778594400.123456 web-1 sshd[12]: text` (journalctl(1), as of 2026-11-28). Only
/// the kernel has no number.
pub(super) fn of_journalctl(text: &str, reference: Reference) -> Option<Header<'_>> {
    let bytes = text.as_bytes();
    let is_full = bytes.get(3) == Some(&b' ') && bytes.get(8) == Some(&b'-');
    let (time, rest) = match is_full {
        true => {
            let text = text.get(4..)?;
            let (time, length) = prefix(text, reference)?;
            (time, text.get(length..)?.strip_prefix(' ')?)
        }
        false => {
            let is_unix = bytes.get(10) == Some(&b'.') && bytes.get(17) == Some(&b' ');
            let (time, rest) = text.split_at_checked(17).filter(|_| is_unix)?;
            (from_number(time)?, rest.strip_prefix(' ')?)
        }
    };
    let header = Header {
        time: Some(time),
        ..Header::default()
    };
    let header = named(header, rest)?;
    let is_sure = !header.pid.is_empty() || header.process == "kernel";
    (is_sure && !header.host.is_empty()).then_some(header)
}

/// A line of `journalctl -o short-monotonic`, `[   12.345678] web-1 sshd[12]: text`: it tells no
/// time, only how long the machine was up; `-o short-delta` also how long after the line before,
/// `[   12.345678 <    0.100000 >]`. Lines of dmesg have no host.
pub(crate) fn of_monotonic(text: &str) -> Option<Header<'_>> {
    let (uptime, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let uptime = uptime.split(" <").next().unwrap_or(uptime);
    if !has_uptime(text)
        || uptime
            .split_once('.')
            .is_none_or(|(_, part)| part.len() != 6)
    {
        return None;
    }
    let header = named(Header::default(), rest)?;
    let is_sure = !header.pid.is_empty() || header.process == "kernel";
    (is_sure && !header.host.is_empty()).then_some(header)
}

/// A time with a year before the month, `2026 May 12 14:00:00`, as syslog-ng and templates of
/// rsyslog write it: what follows the year, and the reference with a time in that year.
pub(super) fn behind_year(text: &str, reference: Reference) -> Option<(&str, Reference)> {
    let (year, rest) = text.split_at_checked(4)?;
    let rest = rest.strip_prefix(' ')?;
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit());
    let (day, clock) = (rest.get(..6)?, rest.get(6..15)?);
    if !is_year || !day.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let (near, _) = prefix(&format!("{day} {year}{clock}"), reference)?;
    let near = Some(near);
    Some((rest, Reference { near, ..reference }))
}

/// A line of Meraki's devices, `<134>1 1563249630.774247467 MX84 flows allow src=10.0.0.7 ...`: a
/// time in seconds, the host and the message (documentation.meraki.com, "Syslog Event Types and Log
/// Samples", as of 2026-11-28).
pub(super) fn of_meraki(priority: Option<u8>, time: Timestamp, text: &str) -> Option<Header<'_>> {
    let (host, message) = text.split_once(' ')?;
    is_host(host).then_some(Header {
        priority,
        time: Some(time),
        host,
        message,
        ..Header::default()
    })
}

/// Whether `log show --style syslog` of macOS wrote a line: microseconds, a zone without a colon
/// and two blanks, `2026-05-12 14:00:00.123456-0700  mac sshd[12]: text` (log(1), as of
/// 2026-11-27).
pub(super) fn is_of_macos(written: &str, rest: &str) -> bool {
    let bytes = written.as_bytes();
    rest.starts_with(' ')
        && bytes.len() == 31
        && bytes.get(10) == Some(&b' ')
        && matches!(bytes.get(26), Some(b'+' | b'-'))
}

/// `host process[pid]: message`, where processes have the names of applications, with blanks:
/// `mac Google Chrome Helper[12]: text`.
pub(super) fn of_macos<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let (host, rest) = text.split_once(' ').filter(|(host, _)| is_host(host))?;
    for (close, _) in rest.match_indices("]:") {
        let (name, pid) = rest.get(..close)?.rsplit_once('[')?;
        let message = rest.get(close + 2..)?;
        let is_pid = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
        if is_pid && (message.is_empty() || message.starts_with(' ')) {
            let is_name = (1..=64).contains(&name.len()) && !name.starts_with(' ');
            return is_name.then_some(Header {
                host,
                process: name,
                pid,
                message: message.strip_prefix(' ').unwrap_or(message),
                ..header
            });
        }
    }
    None
}

/// The first of the hosts that syslog-ng chains, `web-1/10.0.0.7`, without the source that it puts
/// before them, `s_net@web-1` (options `chain-hostnames` and `use-fqdn` of its manual).
pub(super) fn origin(host: &str) -> &str {
    let host = host.split('/').next().unwrap_or(host);
    host.rsplit('@').next().unwrap_or(host)
}

/// Levels of syslog by their names, from 0 to 7, and what else AIX and OpenWrt call them.
const LEVELS: [(&str, u8); 12] = [
    ("emerg", 0),
    ("alert", 1),
    ("crit", 2),
    ("err", 3),
    ("error", 3),
    ("warning", 4),
    ("warn", 4),
    ("notice", 5),
    ("info", 6),
    ("debug", 7),
    ("panic", 0),
    ("emergency", 0),
];

/// The priority that a line names, and what follows it: `auth|security:info sshd[12]: text` of AIX,
/// `daemon.notice netifd: text` of OpenWrt.
pub(super) fn leveled(text: &str) -> Option<(u8, &str)> {
    let (word, rest) = text.split_once(' ').filter(|(word, _)| word.len() <= 40)?;
    let (facility, level) = word.split_once([':', '.'])?;
    let facility = facility.split('|').next().unwrap_or(facility);
    Some((priority_of(facility, level)?, rest))
}

/// A line with its priority between brackets before the host: `<auth.info> web-1 shop: x`,
/// `<4.6> web-1 shop[12]: x` (options `-v` and `-vv` of syslogd(8) of FreeBSD, as of 2026-11-30).
///
/// Only a tag tells such a line from a text. Versions look like numbers of a priority, so behind
/// these the tag must have the number of a process, or be that of the kernel.
pub(super) fn of_verbose<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let (inner, rest) = text.strip_prefix('<')?.split_once("> ")?;
    let (facility, level) = inner.split_once('.')?;
    let number = |text: &str, end: u8| {
        let number = text.parse::<u8>().ok().filter(|number| *number < end);
        number.filter(|_| is_number(text))
    };
    let named_priority = priority_of(facility, level);
    let priority = match named_priority {
        Some(priority) => priority,
        None => number(facility, 24)? * 8 + number(level, 8)?,
    };
    let found = named(header, rest).filter(|found| !found.process.is_empty())?;
    let has_number = is_number(found.pid) || found.process == "kernel";
    let priority = found.priority.or(Some(priority));
    (named_priority.is_some() || has_number).then_some(Header { priority, ..found })
}

/// Priority by the names of its facility and its level.
fn priority_of(facility: &str, level: &str) -> Option<u8> {
    let facility = FACILITIES.iter().position(|name| *name == facility)?;
    let (_, level) = LEVELS.iter().find(|(name, _)| *name == level)?;
    Some(u8::try_from(facility).ok()? * 8 + level)
}

/// A line of Solaris, whose message begins with its number and its priority:
/// `[ID 800047 auth.notice] text` (syslogd(8) of Solaris, as of 2026-11-27).
pub(super) fn of_solaris(header: Header<'_>) -> Option<Header<'_>> {
    let rest = header.message.strip_prefix("[ID ")?;
    let (inner, message) = rest.split_once("] ")?;
    let (message_id, name) = inner.split_once(' ')?;
    let (facility, level) = name.split_once('.')?;
    let number = priority_of(facility, level)?;
    let is_id = !message_id.is_empty() && message_id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some(Header {
        priority: header.priority.or(Some(number)),
        message_id,
        message,
        ..header
    })
}

/// A line of ChromeOS, which has a level and no host: `2026-05-12T14:00:00.123456Z NOTICE kernel:
/// text` (`/var/log/messages`, whose form is told in `kernel_log_collector.sh` of its platform2,
/// read 2026-11-28). Applications write such lines with a module where the process stands.
pub(super) fn of_chromeos<'a>(
    header: Header<'a>,
    written: &str,
    rest: &'a str,
) -> Option<Header<'a>> {
    let (level, rest) = named_level(rest)?;
    let bytes = written.as_bytes();
    let is_fine = bytes.get(10) == Some(&b'T') && bytes.get(19) == Some(&b'.') && bytes.len() > 26;
    let (process, pid, message) = tag(rest, false).filter(|_| is_fine)?;
    let is_sure = !pid.is_empty() || is_daemon(process) || has_uptime(message);
    is_sure.then_some(Header {
        level: Some(level),
        process,
        pid,
        message,
        ..header
    })
}

/// Whether a message begins with the time of the kernel: `[  316.587330] text`; the journal may put
/// how long after the line before behind it, ` <    0.100000 >`.
pub(crate) fn has_uptime(message: &str) -> bool {
    let inner = message.trim_start().strip_prefix('[');
    let time = inner.and_then(|rest| Some(rest.split_once(']')?.0.trim_start()));
    let time = time.and_then(|time| time.split(" <").next());
    time.is_some_and(|time| time.contains('.') && time.parse::<f64>().is_ok())
}

/// The level in capitals, which rsyslog writes with `%syslogseverity-text:::uppercase%`, and what
/// follows it: `May 12 14:00:00.123456 sw-1 NOTICE swss#orchagent: text` of SONiC (its
/// `rsyslog.conf`, read 2026-11-28).
pub(super) fn named_level(text: &str) -> Option<(u8, &str)> {
    if !text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let (word, rest) = text.split_once(' ').filter(|(word, _)| word.len() <= 7)?;
    if !word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let found = SEVERITIES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(word));
    Some((u8::try_from(found?).ok()?, rest))
}

/// Whether this is the kernel or a program that writes lines without the number of its process.
pub(super) fn is_daemon(process: &str) -> bool {
    matches!(
        process,
        "kernel"
            | "sudo"
            | "su"
            | "doas"
            | "login"
            | "rsyslogd"
            | "syslogd"
            | "systemd"
            | "sshd"
            | "CRON"
            | "crond"
            | "dhclient"
            // VMware ESXi
            | "vmkernel"
            | "vobd"
            | "Hostd"
            | "Vpxa"
            | "Fdm"
            | "Rhttpproxy"
    )
}

/// Last labels of most names of hosts.
const TOPS: [&str; 15] = [
    "arpa", "cloud", "com", "corp", "dev", "edu", "example", "gov", "home", "internal", "lan",
    "local", "net", "org", "test",
];

/// Whether this is the whole name of a host, or its address, rather than a word of a text.
pub(super) fn is_domain(host: &str) -> bool {
    if host.starts_with(|c: char| c.is_ascii_digit()) && host.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    // Names of packages and modules have dots as well, and other ends.
    let mut labels = host.rsplit('.');
    labels.next().is_some_and(|last| TOPS.contains(&last))
        && labels.clone().count() > 1
        && labels.all(|label| !label.is_empty())
}
