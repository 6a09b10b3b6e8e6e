//! Access logs of load balancers as formats: what the kinds of balancers differ in is a [`Kind`].

use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::access::{Fields, address_and_port, broken};
use crate::delivered::Place;

/// What kinds of access logs differ in.
pub(crate) struct Kind {
    /// Whether a line is of this log, as far as its beginning tells.
    pub(crate) begins: fn(&str) -> bool,
    /// Takes a line apart. Kinds differ in how quotes within fields are written.
    pub(crate) split: for<'a> fn(&'a str) -> Fields<'a>,
    /// Whether its fields are those of this log. A line with others is left to other formats.
    pub(crate) fits: fn(&Fields<'_>) -> bool,
    /// Fields that all versions have. A line with fewer is cut off.
    pub(crate) fewest_fields: usize,
    /// See [`Format::marks`].
    pub(crate) marks: fn() -> Marks,
    /// Extras: position of a field, and its name.
    pub(crate) extras: &'static [(usize, &'static str)],
    /// Puts the fields into a row, or gives the reason why it cannot.
    pub(crate) put: fn(&Fields<'_>, &mut Row<'_>) -> Result<(), String>,
}

/// Format of one kind of access log.
pub(crate) struct BalancerFormat(pub(crate) &'static Kind);

impl Format for BalancerFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let text = sample.text;
        match (self.0.begins)(text) && (self.0.fits)(&(self.0.split)(text)) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![(self.0.marks)()]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(BalancerDecoder {
            kind: self.0,
            place: Place::of(stream),
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let fields = (self.0.split)(raw);
        for (position, name) in self.0.extras {
            let value = fields.get(*position);
            if !matches!(value, "" | "-") {
                found(name, value);
            }
        }
    }
}

struct BalancerDecoder {
    kind: &'static Kind,
    place: Place,
}

impl Decoder for BalancerDecoder {
    fn may_hold(&mut self, _record: &Record<'_>) -> bool {
        false
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !(self.kind.begins)(record.text) {
            return Verdict::NotMine;
        }
        let fields = (self.kind.split)(record.text);
        if !(self.kind.fits)(&fields) {
            return Verdict::NotMine;
        }
        if fields.len() < self.kind.fewest_fields {
            return Verdict::Reject(format!("cut off after {} fields", fields.len()));
        }
        let mut row = out.row(record);
        if let Err(reason) = (self.kind.put)(&fields, &mut row) {
            return Verdict::Reject(reason);
        }
        self.place.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Puts the time of a line, and gives it.
///
/// # Errors
/// The reason, if it is none.
pub(crate) fn put_time(name: &str, text: &str, row: &mut Row<'_>) -> Result<Timestamp, String> {
    let time = Timestamp::parse_rfc3339(text).ok_or_else(|| broken(name, text, "a time"))?;
    row.time(time);
    Ok(time)
}

/// Puts addresses and ports of the client, and of whom the balancer asked.
pub(crate) fn put_ends(client: &str, target: &str, row: &mut Row<'_>) {
    if let Some((address, port)) = address_and_port(client) {
        row.text(Column::SourceIp, address).source_port(port);
    }
    if let Some((address, port)) = address_and_port(target) {
        row.text(Column::Peer, address).peer_port(port);
    }
}
