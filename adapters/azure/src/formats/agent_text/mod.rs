//! Custom tables of Log Analytics with lines of files that the agents of machines read: the line
//! stands in `RawData`.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/vm/data-collection-log-text, as of 2026-11-28:
//! columns `TimeGenerated`, `RawData`, `Computer`, `FilePath`; names of custom tables end with
//! `_CL`.

use std::borrow::Cow;

use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::message::{Describer, logfmt_like};
use nepho_codec::table::{JsonFormat, Need, Table, TableDecoder, keep, part, resource, text, time};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder};

use crate::record::parts;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.agent_text",
    summary: "Lines of files of machines as Azure Monitor has them: custom tables with RawData",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(AgentText(JsonFormat(&TABLE)))),
});

const LINE: usize = 0;

static TABLE: Table = Table {
    name: "azure.agent_text",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("RawData"),
        Need::Contains("Type", "_CL"),
        // Tables of the Data Collector API have the column, and nothing in it.
        Need::Lacks("Log_s"),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["Computer"], Column::Host),
        resource(&["_ResourceId"]),
        keep(&["RawData"], LINE),
    ],
    extras: &[("Type", "table"), ("FilePath", "file")],
    finish: None,
};

/// The table, and what other formats know of its lines.
struct AgentText(JsonFormat);

impl Format for AgentText {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        self.0.sniff(sample)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let [line, computer, at, resource] = columns(record.text)?;
        let mut envelope = record.envelope.clone().with(Column::Provider, "azure");
        envelope.time = nepho_codec::time::parse(&at).or(envelope.time);
        if !computer.is_empty() {
            envelope = envelope.with(Column::Host, computer);
        }
        if !resource.is_empty() {
            envelope = envelope.with(Column::Account, parts::subscription(&resource));
            envelope.resources.push(resource.into_owned());
        }
        Some(Inside {
            text: line,
            envelope,
        })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        let [line, ..] = columns(record.text)?;
        Some(line)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(TextDecoder {
            table: TableDecoder::new(&TABLE),
            describer: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

/// Line, machine, time and resource of a row of a custom table with lines.
fn columns<'a>(record: &'a str) -> Option<[Cow<'a, str>; 4]> {
    let [line, table, computer, at, resource] = pick(
        record.trim(),
        [
            "RawData",
            "Type",
            "Computer",
            "TimeGenerated",
            "_ResourceId",
        ],
    )?;
    let value = |raw: Option<&'a str>| raw.and_then(text_of).unwrap_or_default();
    let is_mine = value(table).ends_with("_CL");
    let line = value(line.filter(|_| is_mine));
    let told = [line, value(computer), value(at), value(resource)].map(unescape);
    (!told[0].trim().is_empty()).then_some(told)
}

struct TextDecoder {
    table: TableDecoder,
    describer: Describer,
}

impl Decoder for TextDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let is_mine = self.table.scan(record.text);
        let line = self.table.event(record.text).kept(LINE);
        if !is_mine || line.is_none_or(|line| line.is_empty()) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        if let Some(line) = self.table.event(record.text).kept(LINE) {
            self.describer.describe(&line, &mut row);
            let trimmed = line.trim();
            if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
                row.text(Column::Body, trimmed);
            }
        }
        self.table.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}
