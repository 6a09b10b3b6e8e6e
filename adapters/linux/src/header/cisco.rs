//! Lines of Cisco's IOS, NX-OS and ASA: `%FACILITY-SEVERITY-MNEMONIC: description` behind any of a
//! number, a host and a time.
//!
//! Sources, as of 2026-11-28: cisco.com/en/US/docs/switches/metro/me3600x_3800x/trash/swlog.html
//! (`seq no:timestamp: %facility-severity-MNEMONIC:description`), github.com/cisco/cisco-mibs
//! (CISCO-SYSLOG-MIB).

use nepho_codec::time::prefix;
use nepho_core::Timestamp;
use nepho_core::time::Reference;

use super::{Header, is_host};

/// Bytes of a line in which the name of the message must begin.
const HEAD: usize = 160;
/// Seconds from 1970 to 2000.
const Y2000: i64 = 946_684_800;

/// Parts of a line; `None` if it is none of these devices.
pub(super) fn parse(priority: Option<u8>, text: &str, reference: Reference) -> Option<Header<'_>> {
    let (at, mut header) = named(text)?;
    header.priority = priority;
    head(text.get(..at)?, reference, &mut header)?;
    Some(header)
}

/// Whether the name of a message stands in a line.
pub(super) fn is_named(text: &str) -> bool {
    named(text).is_some()
}

/// Position of the name of the message, and what it tells.
fn named(text: &str) -> Option<(usize, Header<'_>)> {
    let bytes = text.as_bytes();
    // Nearly all lines are of others.
    if !bytes[..bytes.len().min(HEAD)].contains(&b'%') {
        return None;
    }
    let is_named = |at: &usize| {
        let is_alone = *at == 0 || matches!(bytes[*at - 1], b' ' | b':');
        is_alone && bytes.get(at + 1).is_some_and(u8::is_ascii_uppercase)
    };
    let at = (0..bytes.len().min(HEAD))
        .filter(|at| bytes[*at] == b'%')
        .find(is_named)?;
    let (name, message) = text.get(at + 1..)?.split_once(':')?;
    let name = name.trim_end();
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.bytes().all(is_of_name) {
        return None;
    }
    // `ASA-session-6-302014`, `ASA-6-302014`, `PKT_INFRA-LINK-3-UPDOWN`.
    let (level, start) = name.match_indices('-').find_map(|(dash, _)| {
        match name.as_bytes().get(dash + 1..dash + 3)? {
            [level @ b'0'..=b'7', b'-'] => Some((level - b'0', dash)),
            _ => None,
        }
    })?;
    let message_id = name.get(start + 3..).filter(|id| !id.is_empty())?;
    let header = Header {
        level: Some(level),
        process: name.get(..start)?.trim_end_matches('-'),
        message_id,
        message: message.strip_prefix(' ').unwrap_or(message),
        ..Header::default()
    };
    Some((at, header))
}

/// Reads what stands before the name: what a relay wrote, then what the device wrote, each of it
/// a number, a host and a time, or some of them.
fn head<'a>(text: &'a str, mut reference: Reference, header: &mut Header<'a>) -> Option<()> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', ':']);
        if rest.is_empty() {
            return Some(());
        }
        let word = rest.split(' ').next().unwrap_or(rest);
        // IOS XR writes its card before the time, and the process behind it: `RP/0/RP0/CPU0:May 12
        // 14:00:00 UTC: config[65700]: `.
        if (word.starts_with("RP/") || word.starts_with("LC/"))
            && let Some((_card, behind)) = rest.split_once(':')
        {
            rest = behind;
            continue;
        }
        if let Some(number) = word
            .strip_suffix("]:")
            .and_then(|word| Some(word.split_once('[')?.1))
            && header.pid.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            header.pid = number;
            rest = rest.get(word.len()..)?;
            continue;
        }
        // `*`: the clock was never set; `.`: it has lost its source.
        let stamp = rest.trim_start_matches(['*', '.']);
        if let Some((time, length)) = time(stamp, reference) {
            let written = stamp.get(..length)?;
            let is_better = written.contains('.') && !rest.starts_with('*');
            if header.time.is_none() || is_better {
                header.time = time.or(header.time);
            }
            reference.near = time.or(reference.near);
            rest = stamp.get(length..)?;
            continue;
        }
        let word = word.trim_end_matches(':');
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number && !is_uptime(word) {
            if !header.host.is_empty() || !is_host(word) {
                return None;
            }
            header.host = word;
        }
        rest = rest.get(word.len()..)?;
    }
}

/// Time since the device was started: `00:00:24`, `1w2d`, `3d04h`.
fn is_uptime(word: &str) -> bool {
    let is_of_it = |byte: u8| byte.is_ascii_digit() || b":.ywdhm".contains(&byte);
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(is_of_it)
        && !word.contains('.')
}

/// A time with its zone, and its length. Without a year and a reference only the length is known.
fn time(text: &str, reference: Reference) -> Option<(Option<Timestamp>, usize)> {
    if let Some(found) = year_first(text, reference) {
        return Some(found);
    }
    let length = prefix(text, Reference::ANY)?.1;
    // IOS writes the zone behind the clock, with a colon.
    let rest = text.get(length..)?;
    let zone = rest.strip_prefix(' ').and_then(|rest| {
        let (zone, _) = rest.split_once(':')?;
        let is_zone = (2..=5).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase());
        is_zone.then_some(zone)
    });
    let Some(zone) = zone else {
        return Some((prefix(text, reference).map(|(time, _)| time), length));
    };
    let length = length + 1 + zone.len();
    let seconds = zone_seconds(zone);
    let reference = Reference {
        zone_seconds: seconds.map_or(reference.zone_seconds, |_| 0),
        ..reference
    };
    let time = prefix(text, reference).map(|(time, _)| time);
    let moved = |time: Timestamp| time.plus(seconds.unwrap_or_default() * 1_000_000_000);
    Some((time.map(moved), length))
}

/// Seconds from the local time of a named zone to UTC.
fn zone_seconds(zone: &str) -> Option<i64> {
    let mut text = *b"2000-01-01 00:00:00      ";
    text.get_mut(20..20 + zone.len())?
        .copy_from_slice(zone.as_bytes());
    let text = std::str::from_utf8(&text).ok()?.trim_end();
    let (time, length) = prefix(text, Reference::ANY)?;
    (length == text.len()).then_some(time.0 / 1_000_000_000 - Y2000)
}

/// `2026 May 12 14:00:00 UTC`, as NX-OS writes it.
fn year_first(text: &str, reference: Reference) -> Option<(Option<Timestamp>, usize)> {
    let bytes = text.as_bytes();
    let is_it = bytes.get(..4)?.iter().all(u8::is_ascii_digit)
        && bytes.get(4) == Some(&b' ')
        && bytes.get(5).is_some_and(u8::is_ascii_uppercase);
    if !is_it {
        return None;
    }
    // The year goes behind the day, which all times have that begin with a month.
    let mut buffer = [b' '; 40];
    let length = bytes.len().min(buffer.len());
    let (date, clock) = (bytes.get(5..11)?, bytes.get(11..length)?);
    buffer[..6].copy_from_slice(date);
    buffer[6] = b' ';
    buffer[7..11].copy_from_slice(&bytes[..4]);
    buffer[11..length].copy_from_slice(clock);
    let text = std::str::from_utf8(buffer.get(..length)?).ok()?;
    let (time, length) = prefix(text, reference)?;
    Some((Some(time), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, time: Option<&str>, host: &str, name: (&str, u8, &str)) {
        let reference = Reference {
            near: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z"),
            ..Reference::default()
        };
        let found = parse(None, text, reference).expect(text);
        assert_eq!(
            found.time,
            time.and_then(Timestamp::parse_rfc3339),
            "{text}"
        );
        assert_eq!(found.host, host, "{text}");
        let found = (found.process, found.level, found.message_id, found.message);
        assert_eq!(found, (name.0, Some(name.1), name.2, "text"), "{text}");
    }

    #[test]
    fn lines_of_all_systems_are_read() {
        let config = ("SYS", 5, "CONFIG_I");
        let time = Some("2026-05-05T13:58:46.411Z");
        check("%SYS-5-CONFIG_I: text", None, "", config);
        check(
            "29: sw-1: *May  5 13:58:46.411: %SYS-5-CONFIG_I: text",
            time,
            "sw-1",
            config,
        );
        check(
            "12: May  5 2026 13:58:46.411 UTC: %SYS-5-CONFIG_I: text",
            time,
            "",
            config,
        );
        check(
            "000012: May  5 13:58:46.411 UTC: %SYS-5-CONFIG_I: text",
            time,
            "",
            config,
        );
        check(
            "12: .May  5 15:58:46.411 CEST: %SYS-5-CONFIG_I: text",
            time,
            "",
            config,
        );
        check("4: 00:00:24: %SYS-5-CONFIG_I: text", None, "", config);
        check("4: 1w2d: %SYS-5-CONFIG_I: text", None, "", config);
        let time = Some("2026-05-05T13:58:46Z");
        check(
            ": 2026 May  5 13:58:46 UTC: %SYS-5-CONFIG_I: text",
            time,
            "",
            config,
        );
        check(
            "sw-1.a: 2026 May  5 13:58:46 UTC: %SYS-5-CONFIG_I: text",
            time,
            "sw-1.a",
            config,
        );
        check(
            "May 05 13:58:50 10.1.1.1 100: May  5 13:58:46.411: %SYS-5-CONFIG_I: text",
            Some("2026-05-05T13:58:46.411Z"),
            "10.1.1.1",
            config,
        );
        check(
            "May 05 13:58:46 10.1.1.1 100: *Mar  1 00:01:02.411: %SYS-5-CONFIG_I: text",
            time,
            "10.1.1.1",
            config,
        );
    }

    #[test]
    fn lines_of_firewalls_are_read() {
        let time = Some("2026-05-05T13:58:46Z");
        check(
            "May 05 2026 13:58:46: %ASA-6-302014: text",
            time,
            "",
            ("ASA", 6, "302014"),
        );
        check(
            "May 05 2026 13:58:46 FW1 : %ASA-6-302014: text",
            time,
            "FW1",
            ("ASA", 6, "302014"),
        );
        check(
            "May  5 13:58:46 fw-1 %ASA-4-106023: text",
            time,
            "fw-1",
            ("ASA", 4, "106023"),
        );
        let session = ("ASA-session", 7, "609001");
        check(
            ":May 05 13:58:46 GMT: %ASA-session-7-609001: text",
            time,
            "",
            session,
        );
        check(
            "%LINEPROTO-SP-5-UPDOWN : text",
            None,
            "",
            ("LINEPROTO-SP", 5, "UPDOWN"),
        );
    }

    #[test]
    fn other_lines_are_left_alone() {
        for text in [
            "May 12 14:00:00 web-1 shop[12]: sent %SYS-5-CONFIG_I: text",
            "May 12 14:00:00 web-1 shop: 10 %A-B: text",
            "%SYS-9-CONFIG_I: text",
            "100%SYS-5-CONFIG_I: text",
            "%s-5-x: text",
            "%",
        ] {
            assert_eq!(parse(None, text, Reference::ANY), None, "{text}");
        }
    }
}
