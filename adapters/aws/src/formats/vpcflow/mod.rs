//! VPC flow logs, in the order that their header names, and what those of transit gateways share
//! with them.

mod layout;
mod recognize;
mod tokens;

use nepho_codec::bytes::whole_number;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::NANOS;

use crate::access::broken;
use crate::delivered::Place;
use layout::{Field, Layout};
use recognize::{fits_beginning, looks_like_flow, recognize};
use tokens::Tokens;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.vpcflow",
    summary: "VPC flow logs, any custom order",
    permissions: &["s3:GetObject", "s3:ListBucket", "logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(FlowFormat(Flows::Vpc))),
});

/// Digits of seconds since 1970, up to the year 2286.
const EPOCH_DIGITS: usize = 10;

/// What a flow log is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flows {
    /// Network interfaces of a VPC.
    Vpc,
    /// Attachments of a transit gateway.
    TransitGateway,
}

impl Flows {
    fn format(self) -> &'static str {
        match self {
            Self::Vpc => "aws.vpcflow",
            Self::TransitGateway => "aws.tgw_flow",
        }
    }

    /// Whether lines of this layout are of such a log.
    fn has(self, layout: &Layout) -> bool {
        let is_transit = layout.has(Field::TransitGateway) || layout.has(Field::TransitAttachment);
        is_transit == (self == Self::TransitGateway)
    }
}

/// Format of the flow logs of one kind.
pub(super) struct FlowFormat(pub(super) Flows);

impl Format for FlowFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        // No field of a flow record holds these, and most other text does.
        let bytes = sample.text.as_bytes();
        let is_other = memchr::memchr3(b'=', b'[', b'"', bytes).is_some()
            || memchr::memchr2(b'(', b'|', bytes).is_some()
            || is_printed(bytes);
        if sample.json.is_some() || is_other {
            return Confidence::NO;
        }
        let tokens = Tokens::split(sample.text);
        let has = |layout: &Layout| self.0.has(layout);
        let is_mine = match (Layout::of_header(&tokens), header_of(sample.stream)) {
            (Some(header), _) => has(&header),
            (None, Some(header)) if header.count() == tokens.len() => has(&header),
            (None, Some(header)) if fits_beginning(&header, &tokens) => has(&header),
            _ => match recognize(&tokens, true, has) {
                Some(is_mine) => is_mine,
                None => self.0 == Flows::Vpc && looks_like_flow(&tokens),
            },
        };
        if is_mine {
            Confidence::CERTAIN
        } else {
            Confidence::NO
        }
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FlowDecoder {
            header: header_of(stream),
            rows: Rows {
                flows: self.0,
                place: Place::of(stream),
                last_time: None,
            },
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let tokens = Tokens::split(raw);
        let named = [
            (Field::Protocol, "protocol"),
            (Field::Packets, "packets"),
            (Field::Bytes, "bytes"),
            (Field::Direction, "flow_direction"),
            (Field::PacketSource, "pkt_src_ip"),
            (Field::PacketDestination, "pkt_dst_ip"),
            (Field::RejectReason, "reject_reason"),
            (Field::LostNoRoute, "packets_lost_no_route"),
            (Field::LostBlackhole, "packets_lost_blackhole"),
            (Field::LostMtu, "packets_lost_mtu_exceeded"),
            (Field::LostTtl, "packets_lost_ttl_expired"),
            (Field::TcpFlags, "tcp_flags"),
            (Field::TrafficPath, "traffic_path"),
            (Field::SourceService, "pkt_src_aws_service"),
            (Field::DestinationService, "pkt_dst_aws_service"),
            (Field::Zone, "zone"),
            (Field::SublocationType, "sublocation_type"),
            (Field::Sublocation, "sublocation"),
            (Field::EcsCluster, "ecs_cluster"),
        ];
        let mut tell = |layout: &Layout| {
            for (field, name) in named {
                if let Some(value) = layout.get(field, &tokens) {
                    found(name, value);
                }
            }
        };
        match header_of(stream).filter(|header| header.count() == tokens.len()) {
            Some(header) => tell(&header),
            None => recognize(&tokens, true, tell).unwrap_or_default(),
        }
    }
}

/// Whether a line stands behind a time as whoever prints it writes it, or behind a priority of
/// syslog: it is found inside.
fn is_printed(line: &[u8]) -> bool {
    matches!(
        line,
        [b'<', ..] | [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..]
    )
}

/// Layout that the first line of the stream names.
fn header_of(stream: &Stream) -> Option<Layout> {
    Layout::of_header(&Tokens::split(stream.header.as_deref()?))
}

struct FlowDecoder {
    header: Option<Layout>,
    rows: Rows,
}

impl Decoder for FlowDecoder {
    fn may_hold(&mut self, _record: &Record<'_>) -> bool {
        false
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if record.text.starts_with('{') || is_printed(record.text.as_bytes()) {
            return Verdict::NotMine;
        }
        let flows = self.rows.flows;
        let mut tokens = Tokens::default();
        tokens.find(record.text);
        if let Some(header) = Layout::of_header(&tokens) {
            if !flows.has(&header) {
                return Verdict::NotMine;
            }
            // Files that were put together have a header each.
            self.header = Some(header);
            return Verdict::Structure;
        }
        let rows = &mut self.rows;
        let result = match &self.header {
            Some(header) if !flows.has(header) => return Verdict::NotMine,
            Some(header) if header.count() == tokens.len() => {
                Some(rows.put(header, true, &tokens, record, out))
            }
            // Shapes tell where nothing else does; a line that the header does not fit is broken.
            header => recognize(&tokens, header.is_none(), |layout| {
                flows
                    .has(layout)
                    .then(|| rows.put(layout, header.is_some(), &tokens, record, out))
            })
            .flatten(),
        };
        match result {
            Some(Ok(())) => Verdict::Rows,
            Some(Err(reason)) => Verdict::Reject(reason),
            None if self.is_broken(&tokens) => Verdict::Reject(self.count_reason(tokens.len())),
            None => Verdict::NotMine,
        }
    }
}

impl FlowDecoder {
    /// Whether a line that no layout fits is one of this log nevertheless: it was cut short, or
    /// has the id of an interface.
    fn is_broken(&self, tokens: &Tokens<'_>) -> bool {
        let is_cut = |header: &Layout| fits_beginning(header, tokens);
        self.header.as_ref().is_some_and(is_cut)
            || (self.rows.flows == Flows::Vpc && looks_like_flow(tokens))
    }

    fn count_reason(&self, count: usize) -> String {
        match &self.header {
            Some(header) => format!(
                "the line has {count} fields, the header names {}",
                header.count()
            ),
            None => {
                format!("no known order has {count} fields like these, and no header names them")
            }
        }
    }
}

/// Makes rows of lines whose layout is known.
struct Rows {
    flows: Flows,
    place: Place,
    /// The end of the last flow, as it was written and as a time. Many flows end together.
    last_time: Option<([u8; EPOCH_DIGITS], Timestamp)>,
}

impl Rows {
    /// Adds the row of a line, or says what is wrong with it.
    fn put(
        &mut self,
        layout: &Layout,
        has_header: bool,
        tokens: &Tokens<'_>,
        record: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> Result<(), String> {
        let get = |field: Field| layout.get(field, tokens);
        let mut row = out.row(record);
        let bytes = |field: Field| layout.bytes(field, tokens);
        let end = Some(bytes(Field::End)).filter(|text| !text.is_empty());
        match end.or_else(|| get(Field::Start).map(str::as_bytes)) {
            Some(text) => {
                row.time(self.time(text)?);
            }
            None if !has_header && record.envelope.time.is_none() => {
                return Err("no header names the fields, and none of them is a time".to_owned());
            }
            None => {}
        }
        row.constant(Column::Format, self.flows.format())
            .constant(Column::Provider, "aws");
        let text = |field: Field| known(layout, field, tokens);
        row.text_here(Column::Account, text(Field::Account));
        row.text_here(Column::Region, text(Field::Region));
        row.text_here(Column::Service, text(Field::EcsService));
        row.text_here(Column::SourceIp, text(Field::Source));
        row.text_here(Column::Peer, text(Field::Destination));
        if let Some(port) = port(layout, Field::SourcePort, "srcport", tokens)? {
            row.source_port(port);
        }
        if let Some(port) = port(layout, Field::DestinationPort, "dstport", tokens)? {
            row.peer_port(port);
        }
        if !put_common_protocol(bytes(Field::Protocol), &mut row) {
            row.text(Column::Method, get(Field::Protocol).unwrap_or_default());
        }
        if self.flows == Flows::TransitGateway {
            put_lost(get, &mut row);
        }
        put_action(bytes(Field::Action), &mut row)?;
        put_status(bytes(Field::Status), &mut row)?;
        if let Some(reason) = get(Field::RejectReason) {
            row.text(Column::Body, reason);
        }
        for place in layout.resources() {
            row.resource(tokens.get(place));
        }
        self.place.fill(&mut row);
        row.commit();
        Ok(())
    }

    /// Time from seconds since 1970.
    #[inline]
    fn time(&mut self, text: &[u8]) -> Result<Timestamp, String> {
        let digits = <&[u8; EPOCH_DIGITS]>::try_from(text).ok();
        match (digits, &self.last_time) {
            (Some(digits), Some((held, time))) if digits == held => Ok(*time),
            _ => {
                let time = epoch(&String::from_utf8_lossy(text))?;
                self.last_time = digits.map(|digits| (*digits, time));
                Ok(time)
            }
        }
    }
}

/// Packets that a transit gateway lost are a failure, and say why in the body.
fn put_lost<'a>(get: impl Fn(Field) -> Option<&'a str>, row: &mut Row<'_>) {
    for (field, reason) in [
        (Field::LostNoRoute, "packets lost: no route"),
        (Field::LostBlackhole, "packets lost: blackhole route"),
        (Field::LostMtu, "packets lost: MTU exceeded"),
        (Field::LostTtl, "packets lost: TTL expired"),
    ] {
        if get(field).is_some_and(|count| count.parse::<u64>().is_ok_and(|count| count > 0)) {
            row.constant(Column::Body, reason).outcome(Outcome::Failure);
            return;
        }
    }
}

/// Time from seconds since 1970.
fn epoch(text: &str) -> Result<Timestamp, String> {
    let seconds = whole_number(text).and_then(|seconds| i64::try_from(seconds).ok());
    let nanos = seconds.and_then(|seconds| seconds.checked_mul(NANOS));
    nanos
        .map(Timestamp)
        .ok_or_else(|| broken("end", text, "a number of seconds since 1970"))
}

/// Text of a field; empty where the line has none, as of interfaces that are gone already.
#[inline(always)]
fn known<'a>(layout: &Layout, field: Field, tokens: &Tokens<'a>) -> &'a str {
    match layout.text(field, tokens) {
        "unknown" => "",
        text => text,
    }
}

/// Number of a port, where the line has one.
#[inline(always)]
fn port(
    layout: &Layout,
    field: Field,
    name: &str,
    tokens: &Tokens<'_>,
) -> Result<Option<u16>, String> {
    match layout.number(field, tokens) {
        Some(port @ 0..=0xffff) => Ok(Some(port as u16)),
        _ => no_port(name, layout.get(field, tokens)),
    }
}

#[cold]
fn no_port(name: &str, text: Option<&str>) -> Result<Option<u16>, String> {
    match text {
        Some(text) => Err(broken(name, text, "a port number")),
        None => Ok(None),
    }
}

/// Puts the protocol of this number; those that are not seen every day keep it.
pub(super) fn put_protocol(number: &str, row: &mut Row<'_>) {
    if !put_common_protocol(number.as_bytes(), row) {
        row.text(Column::Method, number);
    }
}

/// Puts the name of the protocols that are seen every day (iana.org/assignments/protocol-numbers,
/// read 2026-11-21); gives whether it is one.
#[inline]
fn put_common_protocol(number: &[u8], row: &mut Row<'_>) -> bool {
    match number {
        b"6" => row.constant(Column::Method, "tcp"),
        b"17" => row.constant(Column::Method, "udp"),
        b"1" => row.constant(Column::Method, "icmp"),
        b"58" => row.constant(Column::Method, "icmp6"),
        _ => return false,
    };
    true
}

/// Reads what became of the flow.
#[inline]
fn put_action(action: &[u8], row: &mut Row<'_>) -> Result<(), String> {
    // Compared as one number, which a pattern is not.
    if action == b"ACCEPT" {
        row.constant(Column::Action, "ACCEPT")
            .outcome(Outcome::Success);
    } else if action == b"REJECT" {
        row.constant(Column::Action, "REJECT")
            .outcome(Outcome::Failure);
    } else if !action.is_empty() {
        let other = String::from_utf8_lossy(action);
        return Err(broken("action", &other, "ACCEPT or REJECT"));
    }
    Ok(())
}

/// Reads whether there was a flow; a line without one (`NODATA`, `SKIPDATA`) says so in its body.
#[inline]
fn put_status(status: &[u8], row: &mut Row<'_>) -> Result<(), String> {
    match status {
        b"" | b"OK" => {}
        b"NODATA" => {
            row.constant(Column::Body, "NODATA");
        }
        b"SKIPDATA" => {
            row.constant(Column::Body, "SKIPDATA");
        }
        other => {
            let other = String::from_utf8_lossy(other);
            return Err(broken("log-status", &other, "OK, NODATA or SKIPDATA"));
        }
    }
    Ok(())
}
