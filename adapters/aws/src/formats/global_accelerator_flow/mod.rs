//! Flow logs of Global Accelerator.
//!
//! Source:
//! docs.aws.amazon.com/global-accelerator/latest/dg/monitoring-global-accelerator.flow-logs.html
//! ("Flow log file record syntax"),
//! docs.aws.amazon.com/athena/latest/ug/querying-global-accelerator-flow-logs.html (order of the
//! fields), read 2026-11-30.

use nepho_codec::table::{
    Event, LineDecoder, LineFormat, Lines, keep, outcome_of, part, peer_address, peer_port,
    resource, source_address, source_port, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.global_accelerator_flow",
    summary: "Global Accelerator flow logs",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(GlobalAccelerator(LineFormat::new(&LINES)))),
});

/// What the line begins with that names the fields of the others.
const HEADER: &str = "version aws_account_id accelerator_id ";

const STATUS: usize = 0;
const REASON: usize = 1;
const ACCELERATOR: usize = 2;
const ACCOUNT: usize = 3;

static LINES: Lines = Lines {
    name: "aws.global_accelerator_flow",
    patterns: &[
        "{version:number} {account:word} {accelerator:word} {client:word} {client_port:word} \
         {ip:word} {port:word} {endpoint:word} {endpoint_port:word} {protocol:TCP|UDP|6|17|-} \
         {family:IPV4|IPV6|IPv4|IPv6|-} {packets:word} {bytes:word} {start:word} {end:word} \
         {action:ACCEPT|REJECT|-} {status:OK|NODATA|SKIPDATA} \
         {source:word} {source_port:word} {region:word} {edge:word}{? {direction:INGRESS|EGRESS|-}\
         {? {vpc:word}{? {reason:word}}}}",
    ],
    confidence: 93,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["end", "start"]),
        text(&["account"], Column::Account),
        text(&["region"], Column::Region),
        source_address(&["client"]),
        source_port(&["client_port"]),
        peer_address(&["endpoint", "ip"]),
        peer_port(&["endpoint_port", "port"]),
        text(&["action"], Column::Action),
        outcome_of(
            &["action"],
            &[("ACCEPT", Outcome::Success), ("REJECT", Outcome::Failure)],
        ),
        part(&["protocol"], Column::Method, protocol),
        keep(&["accelerator"], ACCELERATOR),
        keep(&["account"], ACCOUNT),
        resource(&["vpc"]),
        keep(&["status"], STATUS),
        keep(&["reason"], REASON),
    ],
    extras: &[
        ("packets", "packets"),
        ("bytes", "bytes"),
        ("ip", "accelerator_ip"),
        ("source", "accelerator_source_ip"),
        ("edge", "edge_location"),
        ("direction", "flow_direction"),
        ("reason", "reject_reason"),
    ],
    finish: Some(finish),
};

/// A protocol by its name; the number is that of IANA, which the vendor's page tells of.
fn protocol(number: &str) -> &str {
    match number {
        "6" => "TCP",
        "17" => "UDP",
        name => name,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(account), Some(id)) = (event.kept(ACCOUNT), event.kept(ACCELERATOR)) {
        let arn = format!("arn:aws:globalaccelerator::{account}:accelerator/{id}");
        row.resource(&arn);
    }
    match (event.kept(STATUS).as_deref(), event.kept(REASON)) {
        (Some(status @ ("NODATA" | "SKIPDATA")), _) => {
            row.text(Column::Body, status);
        }
        (_, Some(reason)) => {
            row.text(Column::Body, &reason);
        }
        _ => {}
    }
}

/// Lines of a table, and the header above them.
struct GlobalAccelerator(LineFormat);

impl Format for GlobalAccelerator {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.text.starts_with(HEADER) {
            true => Confidence(LINES.confidence),
            false => self.0.sniff(sample),
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let mut marks = self.0.marks();
        marks.push(Marks::of_start(HEADER));
        marks
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FlowDecoder(LineDecoder::new(&LINES)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

struct FlowDecoder(LineDecoder);

impl Decoder for FlowDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        match record.text.starts_with(HEADER) {
            true => Verdict::Structure,
            false => self.0.decode(record, out),
        }
    }
}
