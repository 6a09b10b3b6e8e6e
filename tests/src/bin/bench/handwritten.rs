//! A format that is only a table beside the same format written by hand over the same scanner.

use anyhow::Result;
use arrow_array::RecordBatch;
use nepho_codec::encoding::Text;
use nepho_codec::json::scan::{PathSet, Scanner};
use nepho_codec::table::{Need, Table, TableDecoder, resource, text, time};
use nepho_core::Timestamp;
use nepho_core::format::{Decoder, Record, Stream, Verdict};
use nepho_core::tables::{Column, Envelope, LogsBuilder};
use nepho_tests::generate::{self, Shape};

use crate::cpu::{median, timed};
use crate::say;

const FILE_BYTES: u64 = 32 << 20;
/// Bytes of lines that become one batch.
const BLOCK_BYTES: usize = 512 << 10;
const ROUNDS: usize = 9;

/// CloudTrail, the columns that every event has, as a table.
static TABLE: Table = Table {
    name: "bench.cloudtrail",
    needs: &[Need::Has("eventName"), Need::Has("eventSource")],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["eventTime"]),
        text(&["recipientAccountId"], Column::Account),
        text(&["awsRegion"], Column::Region),
        text(&["eventSource"], Column::Service),
        text(&["eventName"], Column::Action),
        text(&["userIdentity.arn"], Column::Actor),
        text(&["sourceIPAddress"], Column::SourceIp),
        text(&["userAgent"], Column::UserAgent),
        text(&["requestID"], Column::RequestId),
        text(&["errorMessage"], Column::Body),
        resource(&["resources[].ARN"]),
    ],
    extras: &[],
    finish: None,
};

/// Columns and paths of [`ByHand`] that are text.
const TEXTS: [(Column, &str); 9] = [
    (Column::Account, "recipientAccountId"),
    (Column::Region, "awsRegion"),
    (Column::Service, "eventSource"),
    (Column::Action, "eventName"),
    (Column::Actor, "userIdentity.arn"),
    (Column::SourceIp, "sourceIPAddress"),
    (Column::UserAgent, "userAgent"),
    (Column::RequestId, "requestID"),
    (Column::Body, "errorMessage"),
];
const SERVICE: usize = 2;
const ACTION: usize = 3;

/// The same, by hand.
struct ByHand {
    scanner: Scanner,
    time: usize,
    resources: usize,
}

impl ByHand {
    fn new() -> Self {
        let mut paths = PathSet::new();
        for (_, path) in TEXTS {
            paths.add(path);
        }
        let time = paths.add("eventTime");
        let resources = paths.add("resources[].ARN");
        Self {
            scanner: Scanner::new(paths),
            time,
            resources,
        }
    }
}

impl Decoder for ByHand {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if self.scanner.scan(record.text).is_err() {
            return Verdict::Reject("broken JSON".to_owned());
        }
        let scanner = &self.scanner;
        if !scanner.value(SERVICE).is_set() || !scanner.value(ACTION).is_set() {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "bench.cloudtrail");
        row.constant(Column::Provider, "aws");
        let when = scanner.value(self.time).raw(record.text);
        if let Some(time) = nepho_codec::time::parse_near(when, record.stream.reference()) {
            row.time(time);
        }
        for (slot, (column, _)) in TEXTS.iter().enumerate() {
            if let Some(text) = scanner.value(slot).text(record.text) {
                row.text(*column, &text);
            }
        }
        for value in scanner.values(self.resources) {
            if let Some(text) = value.text(record.text) {
                row.resource(&text);
            }
        }
        row.commit();
        Verdict::Rows
    }
}

pub(crate) fn run() -> Result<()> {
    let mut file = Vec::new();
    generate::write(Shape::CloudTrailLines, FILE_BYTES, 42, &mut file)?;
    let blocks = blocks(&String::from_utf8(file)?);
    let (mut table, mut by_hand) = (TableDecoder::new(&TABLE), ByHand::new());
    for block in &blocks {
        let same = read(block, &mut table)? == read(block, &mut by_hand)?;
        anyhow::ensure!(same, "the two decoders do not give the same rows");
    }
    let (mut table_times, mut hand_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (seconds, rows) = timed(|| read_all(&blocks, &mut table));
        rows?;
        table_times.push(seconds);
        let (seconds, rows) = timed(|| read_all(&blocks, &mut by_hand));
        rows?;
        hand_times.push(seconds);
    }
    let (table, by_hand) = (median(&mut table_times), median(&mut hand_times));
    let bytes: usize = blocks.iter().map(|block| block.as_str().len()).sum();
    say("tables: 11 columns of CloudTrail lines over the same scanner, MB per CPU second");
    say(&format!(
        "{:>12} {:>12} {:>9}",
        "table", "by hand", "percent"
    ));
    say(&format!(
        "{:>12.1} {:>12.1} {:>7.1} %",
        bytes as f64 / table / 1e6,
        bytes as f64 / by_hand / 1e6,
        by_hand / table * 100.0
    ));
    Ok(())
}

/// The lines of a text in blocks of about the size that the framer cuts.
fn blocks(text: &str) -> Vec<Text> {
    let mut blocks = Vec::new();
    let mut block = String::with_capacity(BLOCK_BYTES);
    for line in text.split_inclusive('\n') {
        if block.len() + line.len() > BLOCK_BYTES {
            blocks.push(Text::from(std::mem::take(&mut block)));
        }
        block.push_str(line);
    }
    blocks.push(Text::from(block));
    blocks
}

fn read_all(blocks: &[Text], decoder: &mut dyn Decoder) -> Result<()> {
    for block in blocks {
        std::hint::black_box(read(block, decoder)?);
    }
    Ok(())
}

/// The batch of one block.
fn read(block: &Text, decoder: &mut dyn Decoder) -> Result<RecordBatch> {
    let mut out = LogsBuilder::new(Timestamp(0));
    let (stream, envelope) = (Stream::default(), Envelope::default());
    let text = block.as_str();
    let id = out.attach(block.buffer());
    out.expect(text.len() / 1000);
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = text.get(start..end).unwrap_or_default();
        let record = Record {
            text: line,
            block: id,
            offset: start as u64,
            line: 1,
            bytes: u32::try_from(line.len()).unwrap_or(u32::MAX),
            envelope: &envelope,
            stream: &stream,
        };
        let verdict = decoder.decode(&record, &mut out);
        anyhow::ensure!(
            verdict == Verdict::Rows,
            "a line was not decoded: {verdict:?}"
        );
        start = end + 1;
    }
    Ok(out.finish()?)
}
