//! Headers that devices write between the host, or the priority, and the message.
//!
//! Sources, as of 2026-12-01: developer-docs.netscaler.com (syslog message reference),
//! watchguard.com/help/docs/help-center (Fireware, "About Log Messages"), wiki.mikrotik.com
//! (Manual:System/Log), my.f5.com/manage/s/article/K16197 (BIG-IP log format), support.sophos.com
//! (UTM, log files), help.ui.com (remote syslog).

use nepho_codec::time::from_number;
use nepho_core::Timestamp;
use nepho_core::time::Reference;

use super::{Header, SEVERITIES, is_host, is_number, tag};

/// A line of a device that writes its own time behind the priority.
pub(super) fn parse(priority: Option<u8>, text: &str, reference: Reference) -> Option<Header<'_>> {
    let header = Header {
        priority,
        ..Header::default()
    };
    let text = text.trim_start_matches(' ');
    of_netscaler(header, text, reference)
        .or_else(|| of_utm(header, text, reference))
        .or_else(|| of_meraki(header, text))
}

/// What stands behind the time and the host of RFC 3164.
pub(super) fn behind_host<'a>(
    header: Header<'a>,
    text: &'a str,
    reference: Reference,
) -> Option<Header<'a>> {
    of_netscaler(header, text, reference)
        .or_else(|| of_meraki(header, text.strip_prefix("1 ")?))
        .or_else(|| of_firebox(header, text))
        .or_else(|| of_routeros(header, text))
        .or_else(|| of_big_ip(header, text))
        .or_else(|| of_access_point(header, text))
}

/// Kinds of events of Meraki.
pub(crate) const MERAKI: [&str; 13] = [
    "flows",
    "ip_flow_start",
    "ip_flow_end",
    "firewall",
    "vpn_firewall",
    "cellular_firewall",
    "bridge_anyconnect_client_vpn_firewall",
    "l7_firewall",
    "urls",
    "events",
    "ids-alerts",
    "security_event",
    "airmarshal_events",
];

/// Meraki, where a relay took the priority away:
/// `1778594400.123456789 MX84 flows src=10.0.0.7 ...`.
fn of_meraki<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    if !is_meraki_time(text.as_bytes()) {
        return None;
    }
    let (time, rest) = text.split_at_checked(20)?;
    let (host, message) = rest.strip_prefix(' ')?.split_once(' ')?;
    let kind = message.split(' ').next()?;
    let is_event = is_host(host) && MERAKI.contains(&kind);
    let time = from_number(time).filter(|_| is_event)?;
    Some(Header {
        time: Some(time),
        host,
        message,
        ..header
    })
}

/// Whether a line begins with seconds and nine digits of a fraction.
pub(super) fn is_meraki_time(bytes: &[u8]) -> bool {
    bytes.get(10) == Some(&b'.')
        && bytes.get(20) == Some(&b' ')
        && bytes[..20]
            .iter()
            .enumerate()
            .all(|(at, byte)| at == 10 || byte.is_ascii_digit())
}

/// NetScaler: `05/12/2026:14:00:00 GMT lb-1 0-PPE-0 : default SSLVPN LOGIN 7 0 : text`; the packet
/// engine counts as the number of the process, part and name of the event as process and message
/// id. Older versions write no partition (`default`), and other templates no host or numbers.
fn of_netscaler<'a>(header: Header<'a>, text: &'a str, reference: Reference) -> Option<Header<'a>> {
    let time = us_date(text, reference)?;
    let (head, rest) = text.get(19..)?.split_once(" : ")?;
    let (event, message) = rest.split_once(" : ")?;
    let mut head = head.split(' ').filter(|word| !word.is_empty()).rev();
    let engine = head.next().filter(|engine| engine.contains("-PPE-"))?;
    let host = head.next().filter(|host| *host != "GMT" && is_host(host));
    let mut words = event.split(' ').rev().skip_while(|word| is_number(word));
    let (name, part) = (words.next()?, words.next()?);
    let is_part = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_part(part).then_some(Header {
        time: Some(time),
        host: host.unwrap_or(header.host),
        process: part,
        pid: engine,
        message_id: name,
        message: message.trim_start(),
        ..header
    })
}

/// Whether a line begins with the day and the clock of a NetScaler.
pub(super) fn is_netscaler(text: &str) -> bool {
    us_date(text, Reference::ANY).is_some() && text.contains("-PPE-")
}

/// `05/12/2026:14:00:00`, month first unless there is no such month.
fn us_date(text: &str, reference: Reference) -> Option<Timestamp> {
    let bytes = text.as_bytes().get(..19)?;
    let is_date = bytes.iter().enumerate().all(|(at, byte)| match at {
        2 | 5 => *byte == b'/',
        10 | 13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    if !is_date {
        return None;
    }
    let (first, second) = (text.get(..2)?, text.get(3..5)?);
    let (year, clock) = (text.get(6..10)?, text.get(11..19)?);
    let parse = |month, day| Timestamp::parse_rfc3339(&format!("{year}-{month}-{day}T{clock}Z"));
    let time = parse(first, second).or_else(|| parse(second, first))?;
    Some(match text.get(19..)?.starts_with(" GMT ") {
        true => time,
        false => time.plus(-i64::from(reference.zone_seconds) * 1_000_000_000),
    })
}

/// Sophos UTM: `2026:05:12-14:00:00 fw-1 ulogd[12]: id="2001" ...`.
fn of_utm<'a>(header: Header<'a>, text: &'a str, reference: Reference) -> Option<Header<'a>> {
    if !is_utm_time(text.as_bytes()) {
        return None;
    }
    let (date, clock) = (text.get(..10)?.replace(':', "-"), text.get(11..19)?);
    let time = Timestamp::parse_rfc3339(&format!("{date}T{clock}Z"))?;
    let (host, rest) = text.get(19..)?.strip_prefix(' ')?.split_once(' ')?;
    let (process, pid, message) = tag(rest, false).filter(|_| is_host(host))?;
    Some(Header {
        time: Some(time.plus(-i64::from(reference.zone_seconds) * 1_000_000_000)),
        host,
        process,
        pid,
        message,
        ..header
    })
}

/// Whether a line begins with `2026:05:12-14:00:00 `.
pub(super) fn is_utm_time(bytes: &[u8]) -> bool {
    bytes.get(..20).is_some_and(|time| {
        time.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 | 13 | 16 => *byte == b':',
            10 => *byte == b'-',
            19 => *byte == b' ',
            _ => byte.is_ascii_digit(),
        })
    })
}

/// Firebox of WatchGuard: `80B502D2F1C3C fw-1 (2026-05-12T12:00:00) firewall: msg_id="..." ...`,
/// with its serial number, its name and the time in UTC, or without.
fn of_firebox<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let start = text.find(": msg_id=\"")?;
    let head = text.get(..start)?;
    let words = head.split(' ').count();
    let at = head.rfind(' ').map_or(0, |at| at + 1);
    let (process, pid, message) = tag(text.get(at..)?, false).filter(|_| words <= 4)?;
    let written = head
        .split_once('(')
        .and_then(|(_, rest)| rest.split(')').next());
    let told = written.and_then(|time| Timestamp::parse_rfc3339(&format!("{time}Z")));
    Some(Header {
        time: told.or(header.time),
        process,
        pid,
        message,
        ..header
    })
}

/// Topics of `RouterOS` that say what a line is of (wiki.mikrotik.com, "Topics").
const TOPICS: [&str; 26] = [
    "account",
    "bgp",
    "caps",
    "certificate",
    "container",
    "dhcp",
    "dns",
    "firewall",
    "health",
    "hotspot",
    "interface",
    "ipsec",
    "l2tp",
    "ntp",
    "ospf",
    "ovpn",
    "ppp",
    "pppoe",
    "pptp",
    "route",
    "script",
    "sstp",
    "system",
    "web-proxy",
    "wireguard",
    "wireless",
];

/// `RouterOS` of MikroTik: `system,error,critical text`. The first topic is the process, and the
/// worst level among them counts.
fn of_routeros<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let (topics, message) = text.split_once(' ')?;
    let (first, others) = topics.split_once(',')?;
    if !TOPICS.contains(&first) {
        return None;
    }
    let levels = others.split(',').filter_map(|topic| {
        Some(match topic {
            "critical" => 2,
            "error" => 3,
            "warning" => 4,
            "info" => 6,
            "debug" => 7,
            _ => return None,
        })
    });
    let level: u8 = levels.min()?;
    Some(Header {
        level: Some(level),
        process: first,
        message,
        ..header
    })
}

/// BIG-IP of F5: the level before the process, `notice mcpd[12]: text`.
fn of_big_ip<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let (word, rest) = text.split_once(' ')?;
    let word = if word == "error" { "err" } else { word };
    let level = SEVERITIES.iter().position(|name| *name == word)?;
    let (process, pid, message) = tag(rest, false)?;
    is_number(pid).then_some(Header {
        level: u8::try_from(level).ok(),
        process,
        pid,
        message,
        ..header
    })
}

/// Access points and switches of UniFi, `f09fc2000007,U6-Pro-6.2.44+14098: hostapd[12]: text`:
/// hardware address, model and version stand before the process.
fn of_access_point<'a>(header: Header<'a>, text: &'a str) -> Option<Header<'a>> {
    let (device, rest) = text.split_once(": ")?;
    let (address, version) = device.split_once(',')?;
    let is_address = address.len() == 12 && address.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_address || version.contains([' ', ',']) || !version.contains('-') {
        return None;
    }
    let (process, pid, message) = tag(rest, false)?;
    Some(Header {
        process,
        pid,
        message,
        ..header
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn check(text: &str, time: Option<&str>, expected: [&str; 5], level: Option<u8>) {
        let found = parse(text, Reference::default()).expect(text);
        assert_eq!(
            found.time,
            time.and_then(Timestamp::parse_rfc3339),
            "{text}"
        );
        let parts = [
            found.host,
            found.process,
            found.pid,
            found.message_id,
            found.message,
        ];
        assert_eq!(parts, expected, "{text}");
        assert_eq!(found.level, level, "{text}");
    }

    #[test]
    fn devices_write_heads_of_their_own() {
        let time = Some("2026-05-12T14:00:00Z");
        let event = "05/12/2026:14:00:00 GMT lb-1 0-PPE-0 : default AAA LOGIN_FAILED 7 0 :  text";
        let parts = ["lb-1", "AAA", "0-PPE-0", "LOGIN_FAILED", "text"];
        check(&format!("<134> {event}"), time, parts, None);
        check(
            &format!("May 12 14:00:00 10.0.0.7 {event}"),
            time,
            parts,
            None,
        );
        check(
            "2026:05:12-14:00:00 fw-1 ulogd[12]: text",
            time,
            ["fw-1", "ulogd", "12", "", "text"],
            None,
        );
        check(
            "<140>May 12 16:00:00 fw-1 80B502D2F1C3C (2026-05-12T14:00:00) firewall: msg_id=\"1\" text",
            time,
            ["fw-1", "firewall", "", "", "msg_id=\"1\" text"],
            None,
        );
        check(
            "May 12 14:00:00 gw-1 system,error,critical text",
            None,
            ["gw-1", "system", "", "", "text"],
            Some(2),
        );
        check(
            "May 12 14:00:00 lb-1 notice mcpd[12]: text",
            None,
            ["lb-1", "mcpd", "12", "", "text"],
            Some(5),
        );
        check(
            "May 12 14:00:00 ap-1 f09fc2000007,U6-Pro-6.2.44+14098: hostapd[12]: text",
            None,
            ["ap-1", "hostapd", "12", "", "text"],
            None,
        );
    }

    #[test]
    fn words_of_texts_are_no_heads() {
        let check = |text: &str| {
            let header = Header::default();
            assert_eq!(behind_host(header, text, Reference::ANY), None, "{text}");
        };
        check("system,disk text");
        check("billing,error text");
        check("error connecting to db: text");
        check("notice the gap: text");
        check("(2026) shop: text");
        check("05/12/2026:14:00:00 shop : text");
        check("1 1778594400.123456789 shop queue text");
        check("a b c d e shop: msg_id=\"1\" text");
        check("f09fc2000007,text: shop: text");
    }
}
