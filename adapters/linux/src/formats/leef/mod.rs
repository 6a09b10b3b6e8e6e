//! Events of security devices in the Log Event Extended Format of IBM QRadar.
//!
//! Source: "LEEF event components" and "Predefined LEEF event attributes"
//! (ibm.com/docs/en/dsm?topic=overview-leef-event-components), read 2026-11-28.

use std::borrow::Cow;

use nepho_codec::ip::is_ip;
use nepho_core::format::bytes_of;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::device_events::{self, Head, Keys, Pairs};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Events of security devices (LEEF)",
    permissions: &[],
    make: Make::Format(|| Box::new(Leef)),
});

const NAME: &str = "leef.event";

static KEYS: Keys = Keys {
    time: &["devTime"],
    source: &["src"],
    source_port: &["srcPort"],
    peer: &["dst"],
    peer_port: &["dstPort"],
    actor: &["usrName", "accountName", "identSrc"],
    action: &["action", "act"],
    outcome: &["outcome", "action", "act"],
    method: &["proto"],
    url: &["url"],
    user_agent: &[],
    request_id: &[],
    host: &["devName", "identHostName"],
    process: &[],
    body: &["msg", "message"],
    resource: &["resource"],
};

const EXTRAS: &[(&str, &str)] = &[
    ("cat", "category"),
    ("reason", "reason"),
    ("policy", "rule"),
    ("srcBytes", "bytes"),
    ("dstBytes", "bytes_received"),
    ("role", "role"),
    ("realm", "realm"),
];

/// Reads events in LEEF.
#[derive(Debug)]
pub struct Leef;

impl Format for Leef {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text) {
            Some(_) => Confidence(93),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"L")).with(&["LEEF:", "|"])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LeefDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some((head, pairs)) = parse(raw) {
            device_events::extras(&head, &pairs, EXTRAS, found);
        }
    }
}

/// Header and attributes of an event.
fn parse<'a>(text: &'a str) -> Option<(Head<'a>, Pairs<'a>)> {
    let rest = text.strip_prefix("LEEF:")?;
    let mut parts = rest.splitn(6, '|');
    let format = parts.next()?.trim();
    let [vendor, product, version, class] =
        [parts.next()?, parts.next()?, parts.next()?, parts.next()?].map(str::trim);
    let rest = parts.next().unwrap_or_default();
    let (delimiter, rest) = match format {
        "1.0" => ('\t', rest),
        "2.0" => split_delimiter(rest),
        _ => return None,
    };
    let pairs: Vec<_> = split_pairs(rest, delimiter)
        .into_iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    let value = |name: &str| {
        let found = pairs.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| *value).unwrap_or_default()
    };
    let severity = value("sev");
    // Such a time could be read with the month first.
    let is_day_first = value("devTimeFormat").starts_with("dd/MM/");
    let pair = |(key, value): &(&'a str, &'a str)| match *key {
        "devTime" if is_day_first => (*key, year_first(value).into()),
        _ => (*key, Cow::Borrowed(*value)),
    };
    let pairs = pairs.iter().map(pair).collect();
    (!product.is_empty() && !class.is_empty()).then(|| {
        let head = Head {
            vendor: vendor.into(),
            product: product.into(),
            version: version.into(),
            class: class.into(),
            name: "".into(),
            severity: severity.into(),
        };
        (head, pairs)
    })
}

/// What rsyslog writes for a tab (`$EscapeControlCharactersOnReceive`).
const TAB: &str = "#011";

/// The pairs of an event. Where tabs should part them and do not, rsyslog wrote their number,
/// firewalls of Palo Alto Networks bars, and what shows or copies a line blanks. Bars and blanks
/// stand in values as well, so that all pairs must look like some, or there is one.
fn split_pairs(rest: &str, delimiter: char) -> Vec<&str> {
    if rest.contains(delimiter) || delimiter != '\t' {
        return rest.split(delimiter).collect();
    }
    if rest.contains(TAB) {
        return rest.split(TAB).collect();
    }
    let bars: Vec<&str> = rest.split('|').filter(|pair| !pair.is_empty()).collect();
    let is_single = |pair: &&str| {
        let mut words = pair.split(' ').skip(1);
        key_of(pair).is_some() && words.all(|word| key_of(word).is_none())
    };
    if bars.len() > 1 && bars.iter().all(is_single) {
        return bars;
    }
    let blanks = split_at_blanks(rest);
    // One value may have an equals sign behind a blank.
    let is_known = |pair: &&str| key_of(pair).is_some_and(|key| PREDEFINED.contains(&key));
    let begins_known = blanks.first().is_some_and(is_known);
    let is_likely = begins_known && blanks.iter().all(|pair| is_likely(pair));
    match blanks.iter().filter(|pair| is_known(pair)).count() {
        0 | 1 => vec![rest],
        _ if is_likely => blanks,
        _ => vec![rest],
    }
}

/// Some of the attributes that the format defines itself, by which pairs are told from text.
const PREDEFINED: [&str; 17] = [
    "cat",
    "devTime",
    "devTimeFormat",
    "proto",
    "sev",
    "src",
    "dst",
    "srcPort",
    "dstPort",
    "usrName",
    "identSrc",
    "identHostName",
    "accountName",
    "srcBytes",
    "dstBytes",
    "policy",
    "resource",
];

/// Whether the value of a pair is of the kind that its key tells: an address or a number.
fn is_likely(pair: &str) -> bool {
    let Some((key, value)) = pair.split_once('=') else {
        return false;
    };
    let value = value.trim();
    match key.trim() {
        _ if value.is_empty() => true,
        "src" | "dst" | "identSrc" => is_ip(value),
        "sev" | "srcPort" | "dstPort" | "srcBytes" | "dstBytes" => {
            value.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => true,
    }
}

/// Key of a pair; `None` if it does not begin with one.
fn key_of(pair: &str) -> Option<&str> {
    let (key, _) = pair.split_once('=')?;
    let key = key.trim();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!key.is_empty() && key.bytes().all(is_name)).then_some(key)
}

/// Attributes of free text, which may have anything behind a blank.
const TEXTS: [&str; 2] = ["msg", "message"];

/// Pairs with nothing but blanks between them: one begins where a blank stands before its key. All
/// that is behind a text belongs to it.
fn split_at_blanks(rest: &str) -> Vec<&str> {
    let word = |start: usize| {
        let text = rest.get(start..).unwrap_or_default();
        text.split(' ').next().unwrap_or_default()
    };
    let is_text = |word: &str| key_of(word).is_some_and(|key| TEXTS.contains(&key));
    let mut pairs = Vec::new();
    let (mut start, mut is_last) = (0, is_text(word(0)));
    for (blank, _) in rest.match_indices(' ') {
        if is_last {
            break;
        }
        let word = word(blank + 1);
        if key_of(word).is_some() {
            pairs.push(rest.get(start..blank).unwrap_or_default());
            start = blank + 1;
            is_last = is_text(word);
        }
    }
    pairs.push(rest.get(start..).unwrap_or_default());
    pairs
}

/// `2026-05-12 14:00:00` of `12/05/2026 14:00:00`.
fn year_first(time: &str) -> String {
    let mut parts = time.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(day), Some(month), Some(rest)) => match rest.split_at_checked(4) {
            Some((year, clock)) => format!("{year}-{month}-{day}{clock}"),
            None => time.to_owned(),
        },
        _ => time.to_owned(),
    }
}

/// The delimiter that version 2 names, `^|` or its number `x5E|`, and what follows. It may be left
/// out, and is a tab then.
fn split_delimiter(text: &str) -> (char, &str) {
    let Some((named, rest)) = text.split_once('|').filter(|(named, _)| named.len() <= 4) else {
        return ('\t', text);
    };
    let mut chars = named.chars();
    let number = named
        .strip_prefix("0x")
        .or_else(|| named.strip_prefix('x'))
        .and_then(|number| u8::from_str_radix(number, 16).ok());
    match (number, chars.next(), chars.next()) {
        (Some(number), _, Some(_)) => (char::from(number), rest),
        (_, Some(one), None) => (one, rest),
        (_, None, _) => ('\t', rest),
        // A pair that has a bar in its value.
        _ => ('\t', text),
    }
}

struct LeefDecoder;

impl Decoder for LeefDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some((head, pairs)) = parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        device_events::fill(&head, &pairs, &KEYS, &mut row);
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_named_or_tabs() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let (_, pairs) = parse(text).expect("an event");
            let pairs: Vec<(&str, &str)> =
                pairs.iter().map(|(key, value)| (*key, &**value)).collect();
            assert_eq!(pairs, expected, "{text}");
        };
        let two = [("src", "10.0.0.7"), ("msg", "a b")];
        check("LEEF:1.0|E|Gate|1|7|src=10.0.0.7\tmsg=a b", &two);
        check("LEEF:2.0|E|Gate|1|7|^|src=10.0.0.7^msg=a b", &two);
        check("LEEF:2.0|E|Gate|1|7|x5E|src=10.0.0.7^msg=a b", &two);
        check("LEEF:2.0|E|Gate|1|7|0x5E|src=10.0.0.7^msg=a b", &two);
        check("LEEF:2.0|E|Gate|1|7||src=10.0.0.7\tmsg=a b", &two);
        check("LEEF:2.0|E|Gate|1|7|src=10.0.0.7\tmsg=a b", &two);
        check("LEEF:1.0|E|Gate|1|7|src=10.0.0.7#011msg=a b", &two);
        check("LEEF:1.0|E|Gate|1|7|src=10.0.0.7|msg=a b", &two);
        check(
            "LEEF:1.0|E|Gate|1|7|src=10.0.0.7 msg=a b",
            &[("src", "10.0.0.7 msg=a b")],
        );
        check(
            "LEEF:1.0|E|Gate|1|7|sev=6    Action=Open File    src=10.0.0.7 File=",
            &[
                ("sev", "6"),
                ("Action", "Open File"),
                ("src", "10.0.0.7"),
                ("File", ""),
            ],
        );
        check(
            "LEEF:1.0|E|Gate|1|7|src=10.0.1.7 dst=10.0.0.5 sev=5 msg=x|url=y",
            &[
                ("src", "10.0.1.7"),
                ("dst", "10.0.0.5"),
                ("sev", "5"),
                ("msg", "x|url=y"),
            ],
        );
        check(
            "LEEF:1.0|E|Gate|1|7|src=10.0.1.7 sev=5 msg=login src=10.0.0.8 of ada",
            &[
                ("src", "10.0.1.7"),
                ("sev", "5"),
                ("msg", "login src=10.0.0.8 of ada"),
            ],
        );
        for value in [
            "denied rule user src=10.0.0.7 to dst=10.0.0.8 by policy",
            "login from src=10.0.0.7 user sev=high cat food",
        ] {
            let text = format!("LEEF:1.0|E|Gate|1|7|msg={value}");
            check(&text, &[("msg", value)]);
        }
        check(
            "LEEF:1.0|E|Gate|1|7|sev=5 cat=login src=10.0.0.7 to dst=10.0.0.8",
            &[("sev", "5 cat=login src=10.0.0.7 to dst=10.0.0.8")],
        );
        check(
            "LEEF:1.0|E|Gate|1|7|msg=retry count=3",
            &[("msg", "retry count=3")],
        );
        // There are no escapes.
        check(
            "LEEF:1.0|E|Gate|1|7|usrName=CORP\\nadia",
            &[("usrName", "CORP\\nadia")],
        );
        check(
            "LEEF:1.0|E|Gate|1|7|devTime=12/05/2026 14:00:00\tdevTimeFormat=dd/MM/yyyy HH:mm:ss",
            &[
                ("devTime", "2026-05-12 14:00:00"),
                ("devTimeFormat", "dd/MM/yyyy HH:mm:ss"),
            ],
        );
        check("LEEF:1.0|E|Gate|1|7|", &[]);
        assert!(parse("LEEF:3.0|E|Gate|1|7|a=b").is_none());
        assert!(parse("LEEF:1.0|E").is_none());
    }
}
