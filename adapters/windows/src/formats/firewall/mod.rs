//! Log of the Windows Firewall, `pfirewall.log`.
//!
//! Source: networkuptime.com/winfw, pages 04-07 and 04-08 (head of the file, fields, actions), read
//! 2026-12-01.

use nepho_codec::table::{
    Event, LineFormat, Lines, keep, outcome_of, peer_address, peer_port, source_address,
    source_port, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.firewall",
    summary: "Packets that the Windows Firewall let pass or dropped",
    permissions: &[],
    make: Make::Format(|| Box::new(Firewall(LineFormat::new(&LINES)))),
});

/// The head of the file; its fields are named without `pid` by older systems.
const HEAD: [&str; 4] = [
    "#Version: 1.5",
    "#Software: Microsoft Windows Firewall",
    "#Time Format: ",
    "#Fields: date time action protocol src-ip ",
];

fn is_head(line: &str) -> bool {
    HEAD.iter().any(|start| line.starts_with(start))
}

/// Lines of packets, and the head, which is none.
struct Firewall(LineFormat);

impl Format for Firewall {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match is_head(sample.text) {
            true => Confidence(95),
            false => self.0.sniff(sample),
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let heads = HEAD.iter().map(|start| Marks::of_start(start));
        heads.chain(self.0.marks()).collect()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FirewallDecoder(self.0.decoder(stream)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

struct FirewallDecoder(Box<dyn Decoder>);

impl Decoder for FirewallDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        match is_head(record.text) {
            true => Verdict::Structure,
            false => self.0.decode(record, out),
        }
    }
}

const PROTOCOL: usize = 0;

const OUTCOMES: &[(&str, Outcome)] = &[
    ("ALLOW", Outcome::Success),
    ("OPEN", Outcome::Success),
    ("OPEN-INBOUND", Outcome::Success),
    ("DROP", Outcome::Failure),
];

static LINES: Lines = Lines {
    name: "windows.firewall",
    patterns: &[
        "{time:time} {action:ALLOW|DROP|OPEN|OPEN-INBOUND|CLOSE} {protocol:word} {source:ip} {peer:ip} {source_port:word} \
         {peer_port:word} {bytes:word} {_:word} {_:word} {_:word} {_:word} {_:word} {_:word} \
         {_:word} {path:SEND|RECEIVE|FORWARD|UNKNOWN|-}{? {pid:int}}",
    ],
    confidence: 95,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["action"], Column::Action),
        outcome_of(&["action"], OUTCOMES),
        keep(&["protocol"], PROTOCOL),
        source_address(&["source"]),
        source_port(&["source_port"]),
        peer_address(&["peer"]),
        peer_port(&["peer_port"]),
    ],
    extras: &[("bytes", "bytes"), ("path", "direction"), ("pid", "pid")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(protocol) = event.kept(PROTOCOL) {
        row.text(Column::Method, &protocol.to_ascii_lowercase());
    }
    row.text(Column::Body, event.text);
}
