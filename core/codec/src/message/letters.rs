//! Levels that are a letter, a number or a topic at a place of their own, in layouts of single
//! programs.
//!
//! Sources, as of 2026-12-01: docs.gitea.com/administration/logging-config (`FLAGS`),
//! esphome.io/components/logger, docs.espressif.com (`esp_log`), docs.gluster.org, Icinga 2
//! (`lib/base/streamlogger.cpp`), stunnel(8) (`debug`), libvirt.org/kbase/debuglogs.html,
//! docs.ceph.com (`debug levels`), help.mikrotik.com (`Log`); from lines that users show and from
//! memory, not read again.

use nepho_core::severity::Severity;

use super::level::{self, Head};
use super::loggers::priority;
use crate::bytes::find_near;

/// Level, logger and message of a text that begins like one of these.
pub(super) fn split(text: &str) -> Option<Head<'_>> {
    match text.as_bytes() {
        [b'a'..=b'z' | b'.', ..] => gitea(text)
            .or_else(|| icinga(text))
            .or_else(|| routeros(text)),
        [_, b' ', b'(', b'0'..=b'9', b'0'..=b'9', ..] => esp_idf(text),
        [_, b' ', b'[', b'M', b'S', b'G', ..] => gluster(text),
        [b'L', b'O', b'G', number @ b'0'..=b'7', b'[', ..] => stunnel(text, number - b'0'),
        [b'0'..=b'9', ..] => ceph(text).or_else(|| libvirt(text)),
        _ => None,
    }
}

/// `cmd/web.go:223:runWeb() [E] message`: place, function and the initial of the level.
fn gitea(text: &str) -> Option<Head<'_>> {
    let head = text.as_bytes().get(..120).unwrap_or(text.as_bytes());
    let open = find_near(head, b'[')?;
    let [b' ', b'[', letter, b']', b' ', ..] = text.as_bytes().get(open.checked_sub(1)?..)? else {
        return None;
    };
    let place = text.get(..open - 1)?;
    let is_place = place.ends_with("()") && place.contains(".go:") && !place.contains(' ');
    let severity = match letter {
        b'T' => Severity::TRACE,
        b'C' => Severity::CRITICAL,
        letter => priority(*letter)?,
    };
    is_place.then_some(Head {
        severity: Some(severity),
        process: text.get(..place.find(':')?)?,
        body: text.get(open + 4..)?,
    })
}

/// `critical/ApiListener: message`.
fn icinga(text: &str) -> Option<Head<'_>> {
    let head = text.as_bytes().get(..12).unwrap_or(text.as_bytes());
    let end = find_near(head, b'/')?;
    let severity = match text.get(..end)? {
        "debug" => Severity::DEBUG,
        "notice" => Severity::NOTICE,
        "information" => Severity::INFO,
        "warning" => Severity::WARN,
        "critical" => Severity::CRITICAL,
        _ => return None,
    };
    let (name, body) = text.get(end + 1..)?.split_once(": ")?;
    let is_one = name.starts_with(|c: char| c.is_ascii_uppercase()) && level::is_name(name);
    is_one.then_some(Head {
        severity: Some(severity),
        process: name,
        body,
    })
}

/// Topics that the entries of RouterOS begin with.
const TOPICS: [&str; 26] = [
    "system",
    "firewall",
    "dhcp",
    "wireless",
    "interface",
    "pppoe",
    "ppp",
    "l2tp",
    "pptp",
    "sstp",
    "ovpn",
    "ipsec",
    "wireguard",
    "script",
    "account",
    "dns",
    "ntp",
    "route",
    "bgp",
    "ospf",
    "certificate",
    "hotspot",
    "radius",
    "caps",
    "bridge",
    "container",
];

/// `system,error,critical message`: topics, of which some are levels.
fn routeros(text: &str) -> Option<Head<'_>> {
    let head = text.as_bytes().get(..14).unwrap_or(text.as_bytes());
    let first = text.get(..find_near(head, b',')?)?;
    TOPICS.contains(&first).then_some(())?;
    let (topics, body) = text.split_once(' ')?;
    let is_topic = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b',';
    topics.bytes().all(is_topic).then_some(())?;
    let levels = topics.split(',').filter_map(|topic| match topic {
        "critical" => Some(Severity::CRITICAL),
        "error" => Some(Severity::ERROR),
        "warning" => Some(Severity::WARN),
        "info" => Some(Severity::INFO),
        "debug" => Some(Severity::DEBUG),
        _ => None,
    });
    Some(Head {
        severity: Some(levels.max()?),
        process: "",
        body,
    })
}

/// `E (1234) wifi: message`: the milliseconds since the start and the tag.
fn esp_idf(text: &str) -> Option<Head<'_>> {
    let severity = priority(*text.as_bytes().first()?).filter(|level| *level != Severity::FATAL)?;
    let (millis, rest) = text.get(3..)?.split_once(") ")?;
    let (tag, body) = rest.split_once(": ")?;
    let is_one = millis.bytes().all(|byte| byte.is_ascii_digit()) && level::is_name(tag);
    is_one.then_some(Head {
        severity: Some(severity),
        process: tag,
        body,
    })
}

/// `E [MSGID: 106026] [glusterd.c:12:init] 0-management: message`.
fn gluster(text: &str) -> Option<Head<'_>> {
    let severity = match text.as_bytes().first()? {
        b'T' => Severity::TRACE,
        b'N' => Severity::NOTICE,
        b'C' => Severity::CRITICAL,
        b'A' => Severity::ALERT,
        letter => priority(*letter)?,
    };
    let (_, body) = text.split_once("] ").filter(|(head, _)| {
        head.get(3..)
            .and_then(|id| id.strip_prefix("MSGID: "))
            .is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    })?;
    Some(Head {
        severity: Some(severity),
        process: "",
        body,
    })
}

/// `LOG3[28228:140093368055552]: message`: a level of syslog.
fn stunnel(text: &str, number: u8) -> Option<Head<'_>> {
    let head = text.get(..text.floor_char_boundary(60))?;
    Some(Head {
        severity: Severity::from_syslog(number),
        process: "",
        body: text.get(head.find("]: ")? + 3..)?,
    })
}

/// `1234: error : virNetSocketReadWire:1793 : message`: thread, level and place.
fn libvirt(text: &str) -> Option<Head<'_>> {
    let (thread, rest) = text.get(..text.floor_char_boundary(40))?.split_once(": ")?;
    let (word, _) = rest.split_once(" : ")?;
    let severity = match word {
        "debug" => Severity::DEBUG,
        "info" => Severity::INFO,
        "warning" => Severity::WARN,
        "error" => Severity::ERROR,
        _ => return None,
    };
    let is_one = thread.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| Head {
        severity: Some(severity),
        process: "",
        body: text.get(thread.len() + word.len() + 5..).unwrap_or(text),
    })
}

/// `7f0b6a1ff700 -1 osd.3 message` behind the time of a daemon of Ceph: the thread and how much is
/// told at least where the line is; -1 is what is always told, an error.
fn ceph(text: &str) -> Option<Head<'_>> {
    let body = text
        .get(12..)?
        .strip_prefix(" -1 ")
        .filter(|_| is_ceph(text))?;
    // A line of the cluster has a level of its own.
    (!body.starts_with("log_channel(")).then_some(Head {
        severity: Some(Severity::ERROR),
        process: "",
        body: text,
    })
}

/// Whether a text begins with the thread of a daemon of Ceph and with a number.
pub(super) fn is_ceph(text: &str) -> bool {
    let Some((thread, rest)) = text.split_at_checked(12) else {
        return false;
    };
    let is_part = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let number = rest.trim_start_matches(' ');
    let number = number.strip_prefix('-').unwrap_or(number);
    thread.starts_with("7f")
        && thread.bytes().all(is_part)
        && rest.starts_with(' ')
        && number.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_numbers_and_topics_are_levels() {
        let check = |text: &str, expected: (Severity, &str, &str)| {
            let found = split(text).map(|head| (head.severity, head.process, head.body));
            let (severity, process, body) = expected;
            assert_eq!(found, Some((Some(severity), process, body)), "{text}");
        };
        let error = Severity::ERROR;
        check(
            "cmd/web.go:223:runWeb() [E] boom",
            (error, "cmd/web.go", "boom"),
        );
        check(
            "...eb/routing/logger.go:102:func1() [W] slow",
            (Severity::WARN, "...eb/routing/logger.go", "slow"),
        );
        check(
            "critical/ApiListener: no host",
            (Severity::CRITICAL, "ApiListener", "no host"),
        );
        check(
            "system,error,critical login failure for user admin",
            (Severity::CRITICAL, "", "login failure for user admin"),
        );
        check(
            "firewall,info input: in:ether1",
            (Severity::INFO, "", "input: in:ether1"),
        );
        check("E (1234) wifi: boom", (error, "wifi", "boom"));
        check(
            "E [MSGID: 106026] [glusterd.c:12:init] 0-management: boom",
            (error, "", "[glusterd.c:12:init] 0-management: boom"),
        );
        check("LOG3[28228:140]: no peer", (error, "", "no peer"));
        check(
            "1234: error : virNetSocketReadWire:1793 : end",
            (error, "", "virNetSocketReadWire:1793 : end"),
        );
        let ceph = "7f0b6a1ff700 -1 osd.3 boom";
        check(ceph, (error, "", ceph));
    }

    #[test]
    fn lines_like_them_have_none() {
        for text in [
            "see list [E] of it",
            "main() [E] of it",
            "critical/high: 3",
            "warning/ApiListener is back",
            "system,user,3",
            "shop,error,7 orders",
            "dhcp,wireless are off",
            "E (1) wifi: up",
            "I (25) am here",
            "F (12) wifi: x",
            "E [MSG] x",
            "LOG9[1]: x",
            "LOG3[1] x",
            "12: error: x",
            "12: errors : x",
            "7f0b6a1ff700 10 osd.3 boom",
            "7 -1 0 boom",
        ] {
            assert!(split(text).is_none(), "{text}");
        }
    }
}
