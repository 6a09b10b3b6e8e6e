//! Formats of which a record holds one event, or a list of them.
//!
//! The security services answer `GetFindings` with `{"Findings": [...]}`, and EventBridge carries
//! findings in `detail.findings`. Each element becomes a row that keeps the element as its event;
//! of an EventBridge event the rows take over what it tells.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Event, JsonFormat, Table, TableDecoder};
use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

/// A table, and the paths under which a record may hold several of its events.
pub(crate) struct Listed {
    pub(crate) table: &'static Table,
    pub(crate) lists: &'static [&'static str],
    /// Whether an event for which the needs of the table hold is one, where they do not tell.
    pub(crate) is_mine: Option<fn(&Event<'_>) -> bool>,
}

impl Listed {
    fn sure(&self, sample: &Sample<'_>) -> Confidence {
        let confidence = JsonFormat(self.table).sniff(sample);
        let Some(is_mine) = self.is_mine.filter(|_| confidence > Confidence::NO) else {
            return confidence;
        };
        let mut decoder = TableDecoder::new(self.table);
        match decoder.scan(sample.text) && is_mine(&decoder.event(sample.text)) {
            true => confidence,
            false => Confidence::NO,
        }
    }
}

impl Format for Listed {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let alone = self.sure(sample);
        let Some(fields) = sample.json.filter(|_| alone == Confidence::NO) else {
            return alone;
        };
        let lists = self.lists.iter().filter_map(|list| fields.get(list));
        let confidences = lists.map(|list| {
            let first = elements(list).first().copied().unwrap_or_default();
            let Ok(fields) = JsonFields::parse(first) else {
                return Confidence::NO;
            };
            self.sure(&Sample {
                text: first,
                json: Some(&fields),
                stream: sample.stream,
            })
        });
        confidences.max().unwrap_or(Confidence::NO)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        let first = |list: &&str| has_key(list.split('.').next().unwrap_or(list));
        JsonFormat(self.table).may_fit(has_key) || self.lists.iter().any(first)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ListedDecoder {
            name: self.table.name,
            decoder: TableDecoder::new(self.table),
            lists: self.lists,
            is_mine: self.is_mine,
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(self.table).extras(raw, stream, found);
    }
}

struct ListedDecoder {
    name: &'static str,
    decoder: TableDecoder,
    lists: &'static [&'static str],
    is_mine: Option<fn(&Event<'_>) -> bool>,
}

impl ListedDecoder {
    fn scan(&mut self, text: &str) -> bool {
        let fits = self.decoder.scan(text);
        fits && self
            .is_mine
            .is_none_or(|is_mine| is_mine(&self.decoder.event(text)))
    }
}

impl Decoder for ListedDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if self.scan(record.text) {
            let mut row = out.row(record);
            row.constant(Column::Format, self.name);
            self.decoder.fill(record.text, &mut row);
            row.commit();
            return Verdict::Rows;
        }
        let Ok(fields) = JsonFields::parse(record.text) else {
            return Verdict::NotMine;
        };
        let found = self.lists.iter().find_map(|list| fields.raw(list));
        let events = found.map(elements).unwrap_or_default();
        if !events.first().is_some_and(|event| self.scan(event)) {
            return Verdict::NotMine;
        }
        for event in events {
            let part = Record {
                text: event,
                bytes: u32::try_from(event.len()).unwrap_or(u32::MAX),
                ..*record
            };
            let mut row = out.row(&part);
            row.constant(Column::Format, self.name)
                .constant(Column::Provider, "aws");
            // One that lacks something is still told of, by its text.
            if self.scan(event) {
                self.decoder.fill(event, &mut row);
            }
            put_outside(&fields, &mut row);
            row.commit();
        }
        Verdict::Rows
    }
}

/// Puts what an EventBridge event tells of the events in it.
fn put_outside(outside: &JsonFields<'_>, row: &mut Row<'_>) {
    let (Some(kind), Some(source)) = (outside.text("detail-type"), outside.text("source")) else {
        return;
    };
    let place = |name| outside.text(name).map(unescape).unwrap_or_default();
    row.text(Column::Action, &unescape(kind))
        .text(Column::Service, &unescape(source))
        .text(Column::Account, &place("account"))
        .text(Column::Region, &place("region"));
    if let Some(time) = outside.text("time").and_then(time::parse) {
        row.time(time);
    }
    for resource in outside.raw("resources").map(elements).unwrap_or_default() {
        row.resource(&unescape(resource.trim_matches('"')));
    }
}
