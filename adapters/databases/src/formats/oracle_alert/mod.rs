//! The alert log of an Oracle database or listener, as text and as XML (`log.xml`).
//!
//! Source: docs.oracle.com/en/database/oracle/oracle-database/19/admin/diagnosing-and-resolving-problems.html
//! ("Viewing the Alert Log"), V$DIAG_ALERT_EXT of the reference (types and levels of messages), as
//! of 2026-11-30.

use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, TimeMark, Verdict,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Alert log of an Oracle database or listener, text and XML",
    permissions: &[],
    make: Make::Format(|| Box::new(OracleAlert)),
});

const NAME: &str = "oracle.alert";
/// Last line of an entry in XML.
const END: &str = "</msg>";

/// Attributes of the XML that have no column.
const EXTRAS: [(&str, &str); 5] = [
    ("comp_id", "component"),
    ("type", "severity_text"),
    ("msg_id", "message_id"),
    ("module", "module"),
    ("pid", "pid"),
];

struct OracleAlert;

impl Format for OracleAlert {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Entry::parse(sample.text, sample.stream.reference()) {
            Some(_) => Confidence(92),
            None if sample.text == END => Confidence(92),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let time = TimeMark {
            before: "",
            after: Vec::new(),
        };
        let text = Marks {
            time: Some(time),
            ..Marks::beginning([true; 256]).with(&["\n"])
        };
        vec![Marks::of_start("<msg time="), Marks::of_start(END), text]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(AlertDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        for (name, called) in EXTRAS {
            if let Some(value) = attribute(raw, name) {
                found(called, value);
            }
        }
        if let Some(code) = code(raw) {
            found("error_code", code);
        }
    }
}

struct AlertDecoder;

impl Decoder for AlertDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if record.text == END {
            return Verdict::Structure;
        }
        let Some(entry) = Entry::parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .text(Column::Body, &entry.message)
            .text(Column::Host, entry.host)
            .text(Column::Process, entry.component);
        if let Some(time) = entry.time {
            row.time(time);
        }
        if let Some(severity) = entry.severity {
            row.severity(severity);
        }
        service::fill(&mut row, "oracle");
        row.commit();
        Verdict::Rows
    }
}

/// What an entry tells.
struct Entry<'a> {
    time: Option<Timestamp>,
    severity: Option<Severity>,
    host: &'a str,
    component: &'a str,
    message: String,
}

impl<'a> Entry<'a> {
    fn parse(text: &'a str, reference: Reference) -> Option<Self> {
        if text.starts_with("<msg time=") {
            return Self::of_xml(text, reference);
        }
        let (line, message) = text.split_once('\n')?;
        let (time, end) = time::prefix(line, reference)?;
        let message = message.trim();
        if end != line.trim_end().len() || !is_of_database(message) {
            return None;
        }
        Some(Self {
            time: Some(time),
            severity: code(message).map(|_| Severity::ERROR),
            host: "",
            component: "",
            message: message.to_owned(),
        })
    }

    fn of_xml(text: &'a str, reference: Reference) -> Option<Self> {
        attribute(text, "org_id")?;
        let time = attribute(text, "time")?;
        let (_, inside) = text.split_once("<txt>")?;
        let (message, _) = inside.split_once("</txt>").unwrap_or((inside, ""));
        let message = unescape(message.trim());
        let kind = attribute(text, "type").and_then(severity_of);
        Some(Self {
            time: time::parse_near(time, reference),
            severity: kind.or_else(|| code(&message).map(|_| Severity::ERROR)),
            host: attribute(text, "host_id").unwrap_or_default(),
            component: attribute(text, "comp_id").unwrap_or_default(),
            message,
        })
    }
}

/// Severity by the type of a message; what has none is told by its code.
fn severity_of(kind: &str) -> Option<Severity> {
    Some(match kind {
        "INCIDENT_ERROR" | "ERROR" => Severity::ERROR,
        "WARNING" => Severity::WARN,
        "NOTIFICATION" => Severity::INFO,
        "TRACE" => Severity::DEBUG,
        _ => return None,
    })
}

/// Value of an attribute of the element `msg`.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = text.strip_prefix("<msg ")?.split_once('>')?;
    for (at, _) in head.match_indices(name) {
        let is_start = at == 0
            || head
                .as_bytes()
                .get(at - 1)
                .is_some_and(u8::is_ascii_whitespace);
        let value = head.get(at + name.len()..)?.strip_prefix("='");
        if let Some(value) = value.filter(|_| is_start) {
            return value.split('\'').next();
        }
    }
    None
}

/// The first error of a message: `ORA-00600`, `TNS-12514`.
fn code(message: &str) -> Option<&str> {
    let mut found = ["ORA-", "TNS-"].into_iter().filter_map(|start| {
        let at = message.find(start)?;
        let code = message.get(at..at + 9)?;
        let digits = code.get(4..)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some((at, code))
    });
    let first = found.next()?;
    Some(
        found
            .next()
            .filter(|(at, _)| *at < first.0)
            .unwrap_or(first)
            .1,
    )
}

/// Whether a message below a time is one of a database: other programs write times alone as well.
fn is_of_database(message: &str) -> bool {
    const STARTS: [&str; 16] = [
        "Starting ORACLE instance",
        "Errors in file ",
        "Thread ",
        "ALTER DATABASE",
        "alter database",
        "ALTER SYSTEM",
        "Completed: ",
        "Archived Log entry",
        "LGWR",
        "ARC",
        "Beginning log switch checkpoint",
        "Completed checkpoint",
        "Shutting down ORACLE instance",
        "Resize operation completed",
        "Closing scheduler window",
        "opidrv aborting process",
    ];
    let mut lines = message.lines();
    code(message).is_some() || lines.any(|line| STARTS.iter().any(|start| line.starts_with(start)))
}

/// Text of XML without its five entities.
fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, sign) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ] {
        if text.contains(entity) {
            text = text.replace(entity, sign);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_counts() {
        assert_eq!(code("x TNS-12514: a ORA-00600: b"), Some("TNS-12514"));
        assert_eq!(code("ORA-00600: [1]"), Some("ORA-00600"));
        assert_eq!(code("ORA-6: no"), None);
        assert_eq!(code("none"), None);
    }

    #[test]
    fn attributes_have_names_of_their_own() {
        let text = "<msg time='1' host_id='a'\n id='b'>";
        assert_eq!(attribute(text, "id"), Some("b"));
        assert_eq!(attribute(text, "host_id"), Some("a"));
        assert_eq!(attribute(text, "pid"), None);
    }
}
