//! Text log of PostgreSQL, with the usual prefixes of its lines.

mod prefix;

use nepho_codec::table::address;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::{Reference, fraction, zone_offset};

use crate::postgresql::{describe, severity};
use prefix::Prefix;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "postgresql.log",
    summary: "PostgreSQL server log as text",
    permissions: &[],
    make: Make::Format(|| Box::new(PostgresqlLog)),
});

/// Bytes of a line in which its severity must stand.
const MAX_PREFIX: usize = 400;

struct PostgresqlLog;

impl Format for PostgresqlLog {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Line::parse(sample.text, Reference::ANY) {
            Some(line) if line.is_rds => Confidence(95),
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let mark = |places: &[&[u8]]| {
            let mut places = places.iter().map(|bytes| bytes_of(bytes));
            let first = places.next().unwrap_or([true; 256]);
            Marks {
                then: places.collect(),
                ..Marks::beginning(first).with(&[": "])
            }
        };
        let digit = b"0123456789";
        vec![
            mark(&[digit, digit, digit, digit, b"-"]),
            // Seconds since 1970.
            mark(&[digit, digit, digit, digit, digit]),
            mark(&[b"[", digit]),
            mark(&[b"<", b" "]),
            // `user=`, `db=` and `pid=`.
            mark(&[b"u", b"s", b"e", b"r", b"="]),
            mark(&[b"d", b"b", b"="]),
            mark(&[b"p", b"i", b"d", b"="]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(PostgresqlLogDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(line) = Line::parse(raw, Reference::ANY) else {
            return;
        };
        let values = [
            (line.prefix.database, "database"),
            (line.prefix.application, "application"),
            (line.prefix.process_id, "pid"),
            (line.state, "sql_state"),
            (Some(line.severity), "severity_text"),
        ];
        for (value, name) in values {
            if let Some(value) = value {
                found(name, value);
            }
        }
    }
}

struct PostgresqlLogDecoder;

impl Decoder for PostgresqlLogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = Line::parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let process = record.envelope.get(Column::Process).unwrap_or_default();
        if line.is_untimed && !is_server(process) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "postgresql.log");
        if let Some(time) = line.time {
            row.time(time);
        }
        describe(line.severity, line.message, &mut row);
        if line.is_rds {
            row.constant(Column::Provider, "aws");
        }
        if let Some(user) = line.prefix.user {
            row.text(Column::Actor, user);
        }
        if let Some((address, port)) = line.prefix.client.and_then(address) {
            row.text(Column::SourceIp, address);
            if let Some(port) = line.prefix.port.or(port) {
                row.source_port(port);
            }
        }
        row.commit();
        Verdict::Rows
    }
}

/// A line, taken apart.
struct Line<'a> {
    time: Option<Timestamp>,
    prefix: Prefix<'a>,
    /// Whether the prefix is that of RDS, `%t:%r:%u@%d:[%p]:`.
    is_rds: bool,
    /// Whether neither a time nor the number of syslog stands before the prefix.
    is_untimed: bool,
    severity: &'a str,
    /// Code of the error, where the verbosity is high.
    state: Option<&'a str>,
    message: &'a str,
}

impl<'a> Line<'a> {
    /// `None` for text that is no line of this log.
    fn parse(text: &'a str, reference: Reference) -> Option<Self> {
        let (is_numbered, rest) = match syslog_number(text) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("< ").unwrap_or(text)),
        };
        let (time, rest, is_untimed) = match stamp(rest, reference) {
            Some((time, length)) => (time, rest.get(length..)?, false),
            // The time stands before the number then, and syslog has taken it.
            None if is_numbered => (None, rest, false),
            None => (None, rest, true),
        };
        if is_untimed && !may_name_ends(rest) {
            return None;
        }
        let (start, end) = severity_word(rest)?;
        let prefix = rest.get(..start)?;
        if is_untimed && !names_ends(prefix) {
            return None;
        }
        let is_rds = prefix.starts_with(':') && prefix.contains('@') && prefix.ends_with("]:");
        let prefix = Prefix::parse(prefix);
        let message = rest.get(end..)?.trim_start().strip_prefix(':')?;
        let message = message.trim_start_matches(' ');
        let (state, message) = match message.split_once(": ") {
            Some((state, message)) if is_state(state) => (Some(state), message),
            _ => (None, message),
        };
        Some(Self {
            time,
            prefix,
            is_rds,
            is_untimed,
            severity: rest.get(start..end)?,
            state,
            message: message.trim_end(),
        })
    }
}

/// What follows `[4-1] `, the number of the message and of its part, which the server writes when
/// it logs to syslog.
fn syslog_number(text: &str) -> Option<&str> {
    let after_number = |text: &str| {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        (rest.len() < text.len()).then(|| text.len() - rest.len())
    };
    let text = text.strip_prefix('[')?;
    let part = text.get(after_number(text)?..)?.strip_prefix('-')?;
    part.get(after_number(part)?..)?.strip_prefix("] ")
}

/// Whether a line may begin with a prefix for [`names_ends`].
fn may_name_ends(text: &str) -> bool {
    let starts = ["user=", "db=", "pid="];
    starts.iter().any(|start| text.starts_with(start))
        || matches!(text.as_bytes(), [b'[', b'0'..=b'9', ..])
}

/// Whether a prefix names user and database, and leaves the time to what the server writes to,
/// such as the journal or the runtime of a container: `user=%u,db=%d `, `pid=%p,user=%u,db=%d `,
/// `db=%d,user=%u `, `[%p]: [%l-1] db=%d,user=%u `. Others write such pairs as well, so nothing
/// else may stand in it.
fn names_ends(prefix: &str) -> bool {
    const NAMES: [&str; 6] = ["user", "db", "app", "client", "host", "pid"];
    let pairs = match prefix.strip_prefix('[') {
        Some(rest) => {
            let numbers = rest.split_once("]: ");
            numbers
                .filter(|(number, _)| is_number(number))
                .and_then(|(_, rest)| syslog_number(rest))
        }
        None => Some(prefix),
    };
    let Some(pairs) = pairs.and_then(|pairs| pairs.strip_suffix(' ')) else {
        return false;
    };
    let is_pair = |pair: &str| {
        let Some((name, value)) = pair.split_once('=') else {
            return false;
        };
        // Only applications have names with blanks.
        let is_value = !value.contains(['=', '"', '\'']) && (name == "app" || !value.contains(' '));
        NAMES.contains(&name) && is_value
    };
    let has = |name: &str| pairs.split(',').any(|pair| pair.starts_with(name));
    pairs.split(',').all(is_pair) && has("user=") && has("db=")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a process that syslog or the journal names is the server: `postgres`,
/// `/usr/lib/postgresql/16/bin/postgres`.
fn is_server(process: &str) -> bool {
    let name = process.rsplit('/').next().unwrap_or(process);
    name.is_empty() || name.starts_with("postgres")
}

/// Time at the start of a line and its length: `2024-05-01 10:00:00.123 CEST` (`%m`, `%t`) or
/// `1714557600.123` (`%n`). The inner `None` is a time in a zone that has no known offset.
fn stamp(text: &str, reference: Reference) -> Option<(Option<Timestamp>, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(10) == Some(&b'.') {
        let length = 14;
        let time = time::from_number(text.get(..length)?)?;
        return (bytes.get(length) == Some(&b' ')).then_some((Some(time), length));
    }
    (bytes.get(4) == Some(&b'-') && bytes.get(10) == Some(&b' ')).then_some(())?;
    let (time, length) = time::prefix(text, reference)?;
    let (_, clock_end) = fraction(bytes, 19);
    if length > clock_end {
        return Some((Some(time), length));
    }
    // The server always writes a zone: `+03` where it has no name.
    let zone = text.get(clock_end..)?.strip_prefix(' ')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | ':');
    if zone.starts_with(['+', '-']) {
        let zone = zone.split(|c| !is_part(c)).next()?.trim_end_matches(':');
        let offset = zone_offset(zone.as_bytes())?;
        let seconds = offset - i64::from(reference.zone_seconds);
        let time = time.plus(-seconds * nepho_core::time::NANOS);
        return Some((Some(time), clock_end + 1 + zone.len()));
    }
    let name = zone.split(|c: char| !c.is_ascii_uppercase()).next()?;
    let is_known = reference.zone_seconds != 0;
    (2..=5)
        .contains(&name.len())
        .then_some((is_known.then_some(time), clock_end + 1 + name.len()))
        .filter(|_| severity(name).is_none())
}

/// Range of the severity, behind which a colon and two blanks stand. RDS is seen with one blank,
/// right behind the colon of its own prefix.
fn severity_word(rest: &str) -> Option<(usize, usize)> {
    let line = rest.split('\n').next()?;
    let mut from = 0;
    while let Some(found) = line.get(from..).and_then(|line| line.find(": ")) {
        let colon = from + found;
        if colon > MAX_PREFIX {
            return None;
        }
        // In French a blank stands before the colon.
        let before = line.get(..colon)?.trim_end();
        let start = before.trim_end_matches(char::is_alphanumeric).len();
        let is_severity = severity(before.get(start..)?).is_some();
        let is_marked = line.get(colon..)?.starts_with(":  ")
            || line.get(colon..) == Some(": ")
            || before.get(..start)?.ends_with("]:");
        if is_severity && is_marked {
            return Some((start, before.len()));
        }
        from = colon + 1;
    }
    None
}

/// Whether text is a code such as `42P01`.
fn is_state(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 5
        && bytes.all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'F' | 'H' | 'P' | 'X'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str, &str)>) {
        let line = Line::parse(text, Reference::default());
        let found = line.map(|line| {
            let time = line.time.map(|time| time.to_string());
            (time.unwrap_or_default(), line.severity, line.message)
        });
        let found = found
            .as_ref()
            .map(|(time, word, message)| (&**time, *word, *message));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn times_have_a_zone_of_any_kind() {
        let good = |time| Some((time, "LOG", "started"));
        check(
            "2024-05-01 10:00:00.5 CEST [7] LOG:  started",
            good("2024-05-01T08:00:00.500Z"),
        );
        check(
            "2024-05-01 10:00:00 +03 [7] LOG:  started",
            good("2024-05-01T07:00:00Z"),
        );
        check(
            "2024-05-01 10:00:00 +0530:[7]:LOG:  started",
            good("2024-05-01T04:30:00Z"),
        );
        check("2024-05-01 10:00:00 IST [7] LOG:  started", good(""));
        check(
            "1714557600.123 [7] LOG:  started",
            good("2024-05-01T10:00:00.123Z"),
        );
        check(
            "[4-1] 2024-05-01 10:00:00 UTC LOG:  started",
            good("2024-05-01T10:00:00Z"),
        );
        check("[4-1] user=app,db=shop LOG:  started", good(""));
        check("[7]: [8-1] db=shop,user=app LOG:  started", good(""));
        check(
            "user=app,db=shop,app=psql,client=10.0.0.7 LOG:  started",
            good(""),
        );
        check("pid=7,user=app,db=shop LOG:  started", good(""));
        check(
            "2024-05-01 10:00:00 UTC app=caf\u{e9}: x LOG:  started",
            good("2024-05-01T10:00:00Z"),
        );
        check(
            "< 2024-05-01 10:00:00 UTC >LOG:  started",
            good("2024-05-01T10:00:00Z"),
        );
        check(
            "2024-05-01 13:00:00 MSK [7] app@shop \u{41e}\u{428}\u{418}\u{411}\u{41a}\u{410}:  \u{43d}\u{435}\u{442}",
            Some((
                "2024-05-01T10:00:00Z",
                "\u{41e}\u{428}\u{418}\u{411}\u{41a}\u{410}",
                "\u{43d}\u{435}\u{442}",
            )),
        );
        check(
            "2024-05-01 10:00:00 UTC [7] \u{81f4}\u{547d}\u{9519}\u{8bef}:  \u{5173}\u{95ed}",
            Some((
                "2024-05-01T10:00:00Z",
                "\u{81f4}\u{547d}\u{9519}\u{8bef}",
                "\u{5173}\u{95ed}",
            )),
        );
        check("2024-05-01 10:00:00 LOG:  started", None);
        check("2024-05-01T10:00:00Z LOG:  started", None);
    }

    #[test]
    fn other_logs_are_left_alone() {
        // Clients print errors and notices of the server like this, and others anything.
        check("FATAL:  out of memory", None);
        check("NOTICE:  disk is full", None);
        check("DETAIL:  Key (id)=(7) already exists.", None);
        check("2024-05-01 10:00:00 UTC [7] ERROR: broken", None);
        check("2024-05-01 10:00:00 UTC [7] request failed: timeout", None);
        check("[4-1] LOG: started", None);
        check("[7]: LOG:  started", None);
        check("user=app LOG:  started", None);
        check("user=app,db=shop LOG: started", None);
        check("user=app,db=shop started LOG", None);
        check("pid=7 level=info msg=\"a: b\"", None);
        for text in [
            "[2026-05-01 10:00:00] user=app db=shop ERROR:  broken",
            "[4711] GET /search?user=bob&db=shop HINT:  none",
            "[0.123456] user=app db=shop NOTICE:  broken",
            "[7] user=app,db=shop ERROR:  broken",
            "[12/40] migrated user=app db=shop WARNING:  slow",
            "user=ada action=login db=users result=FATAL:  no such user",
            "user=bob,db=shop msg=\"retry\" ERROR:  timeout",
            "user=bob query took 5s db=shop see ERROR:  timeout",
            "pid=7 user=app db=shop host=db-1 DEBUG:  query took 3ms",
            "user=app,db=shop duration: 3 ms  LOG:  statement: SELECT 1",
            "user='a b',db=\"c d\" LOG:  x",
        ] {
            check(text, None);
        }
        check("2024-05-01 10:00:00 UTC", None);
        check("", None);
    }

    #[test]
    fn the_server_has_its_name() {
        assert!(is_server("") && is_server("postgres") && is_server("postgresql"));
        assert!(is_server("/usr/lib/postgresql/16/bin/postgres"));
        assert!(!is_server("shop") && !is_server("pgbouncer"));
    }

    #[test]
    fn codes_are_no_part_of_the_message() {
        let line = "2024-05-01 10:00:00 UTC [7] ERROR:  42P01: relation \"x\" does not exist";
        let message = "relation \"x\" does not exist";
        check(line, Some(("2024-05-01T10:00:00Z", "ERROR", message)));
        assert!(!is_state("START"));
        assert!(is_state("00000"));
    }
}
