//! Access log of Internet Information Services, in the extended format of the W3C.

mod layout;

use nepho_codec::message::json::url_path;
use nepho_codec::table::put_status;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::ends::{put_client, service_of};
use layout::{Fields, Layout, fields_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "IIS access logs (W3C extended)",
    permissions: &[],
    make: Make::Format(|| {
        Box::new(Iis {
            defaults: Layout::all(None),
        })
    }),
});

const NAME: &str = "iis.access";
const CONFIDENCE: Confidence = Confidence(88);
/// Sets of fields that a decoder remembers.
const MAX_LAYOUTS: usize = 8;

struct Iis {
    defaults: Vec<Layout>,
}

impl Iis {
    /// Whether a line has one of the sets of fields that IIS writes by itself.
    fn is_default(&self, line: &str) -> bool {
        // All of them begin with the date.
        if line.as_bytes().get(10) != Some(&b' ') {
            return false;
        }
        let count = fields_of(line);
        let mut fitting = self.defaults.iter().filter(|held| held.count() == count);
        fitting.any(|layout| layout.read(line).is_some())
    }
}

impl Format for Iis {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let line = sample.text;
        let is_mine = match line.bytes().next() {
            Some(b'#') => is_directive(line),
            Some(b'0'..=b'9') => {
                let named = sample.stream.header.as_deref().and_then(Layout::parse);
                let is_named = named.is_some_and(|layout| layout.read(line).is_some());
                is_named || self.is_default(line)
            }
            _ => false,
        };
        match is_mine {
            true => CONFIDENCE,
            false => Confidence::NO,
        }
    }

    fn first_bytes(&self) -> Option<[bool; 256]> {
        let mut bytes = [false; 256];
        for (byte, may_begin) in (0..=u8::MAX).zip(&mut bytes) {
            *may_begin = byte.is_ascii_digit() || byte == b'#';
        }
        Some(bytes)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(IisDecoder {
            layouts: Layout::all(stream.header.as_deref()),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let layouts = Layout::all(stream.header.as_deref());
        let Some(fields) = layouts.iter().find_map(|layout| layout.read(raw)) else {
            return;
        };
        let named = [
            ("sc-bytes", "bytes"),
            ("cs-bytes", "bytes_received"),
            ("sc-substatus", "substatus"),
            ("sc-win32-status", "win32_status"),
            ("s-reason", "reason"),
            ("s-queuename", "queue"),
            ("s-sitename", "site"),
            ("cs(Referer)", "referer"),
            ("X-Forwarded-For", "x_forwarded_for"),
        ];
        for (field, name) in named {
            let value = fields.get(field);
            if !value.is_empty() {
                found(name, value);
            }
        }
    }
}

/// Whether a line is one of the directives of a file of IIS.
fn is_directive(line: &str) -> bool {
    line.starts_with("#Software: Microsoft ")
        || line.trim_end() == "#Version: 1.0"
        || line.starts_with("#Date: 2")
        || Layout::parse(line).is_some()
}

struct IisDecoder {
    layouts: Vec<Layout>,
}

impl Decoder for IisDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let line = record.text.trim_end();
        if line.starts_with('#') {
            // Lines of a block whose header stands in an earlier one are still tried with that of
            // the file and the usual sets.
            if let Some(layout) = Layout::parse(line) {
                self.layouts.retain(|held| *held != layout);
                self.layouts.insert(0, layout);
                self.layouts.truncate(MAX_LAYOUTS);
            }
            return match is_directive(line) {
                true => Verdict::Structure,
                false => Verdict::NotMine,
            };
        }
        let mut layouts = self.layouts.iter();
        let Some(fields) = layouts.find_map(|layout| layout.read(line)) else {
            return Verdict::NotMine;
        };
        // The standard has all times in UTC.
        let stamp = format!("{}T{}Z", fields.get("date"), fields.get("time"));
        let Some(time) = Timestamp::parse_rfc3339(&stamp) else {
            return Verdict::Reject(format!("time: `{stamp}` is not a time"));
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME).time(time);
        put(&fields, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn put(fields: &Fields<'_>, row: &mut Row<'_>) {
    // The error log of http.sys has the target as it was sent.
    row.text(Column::Method, fields.get("cs-method"))
        .text(Column::Path, url_path(fields.get("cs-uri")))
        .text(Column::Path, fields.get("cs-uri-stem"))
        .text(Column::Actor, fields.get("cs-username"))
        .text(Column::Host, fields.get("s-computername"))
        .text(Column::Peer, fields.get("s-ip"));
    // Blanks are written as plus signs.
    let agent = fields.get("cs(User-Agent)");
    match agent.contains('+') {
        true => row.text(Column::UserAgent, &agent.replace('+', " ")),
        false => row.text(Column::UserAgent, agent),
    };
    // Sites of a machine are numbered, those of Azure have the name of the app.
    let site = fields.get("s-sitename");
    if !site.starts_with("W3SVC") {
        row.text(Column::Service, site);
    }
    row.text(Column::Service, service_of(fields.get("cs-host")));
    put_client(fields.get("c-ip"), row);
    if let Ok(port) = fields.get("c-port").parse() {
        row.source_port(port);
    }
    if let Ok(port) = fields.get("s-port").parse() {
        row.peer_port(port);
    }
    if let Ok(status) = fields.get("sc-status").parse() {
        put_status(status, row);
    }
    if let Some(nanos) = time::duration(fields.get("time-taken"), 1e6) {
        row.duration(nanos);
    }
}
