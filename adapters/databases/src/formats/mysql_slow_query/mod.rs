//! Slow query log of MySQL, Percona Server and MariaDB: one event is a block of lines.

mod block;

use nepho_codec::table::{To, address, put_text};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome};

use crate::mysql::command;
use crate::service;
use block::Block;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.slow_query",
    summary: "MySQL, Percona and MariaDB slow query log",
    permissions: &[],
    make: Make::Format(|| Box::new(SlowQuery)),
});

/// Names of values in a block, and their normalised names.
const EXTRAS: [(&str, &str); 14] = [
    ("Rows_examined", "rows_examined"),
    ("Rows_sent", "rows_sent"),
    ("Rows_affected", "rows_affected"),
    ("Lock_time", "lock_time"),
    ("Bytes_sent", "bytes"),
    ("Bytes_received", "bytes_received"),
    ("Schema", "database"),
    ("Id", "thread"),
    ("Thread_id", "thread"),
    ("Last_errno", "error_code"),
    ("Errno", "error_code"),
    ("Full_scan", "full_scan"),
    ("Full_join", "full_join"),
    ("Tmp_table_on_disk", "tmp_table_on_disk"),
];

struct SlowQuery;

impl Format for SlowQuery {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match block::is_block(sample.text) || block::is_header(sample.text) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let beginning = |first| Marks::beginning(nepho_core::format::bytes_of(first));
        vec![
            beginning(b"#").with(&[": "]),
            beginning(b"T"),
            Marks::beginning([true; 256]).with(&[", Version: ", "started with:"]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(SlowQueryDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let block = Block::parse(raw);
        for (key, value) in &block.values {
            let known = EXTRAS.iter().find(|(name, _)| name == key);
            if let Some((_, normalised)) = known {
                found(normalised, value);
            }
        }
        if let Some(database) = block.database {
            found("database", database);
        }
    }
}

struct SlowQueryDecoder;

impl Decoder for SlowQueryDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if block::is_header(record.text) {
            return Verdict::Structure;
        }
        if !block::is_block(record.text) {
            return Verdict::NotMine;
        }
        let block = Block::parse(record.text);
        if block.is_empty() {
            // Before 5.7 the time stands there once for all blocks of a second.
            return Verdict::Structure;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "mysql.slow_query");
        let is_set = block
            .timestamp
            .is_some_and(|time| put_text(time, To::Time, &mut row));
        if !is_set && let Some(time) = block.time {
            put_text(time, To::Time, &mut row);
        }
        row.text(Column::Actor, block.user);
        let mut hosts = block.hosts.into_iter();
        if let Some((address, _)) = hosts.find_map(address) {
            row.text(Column::SourceIp, address);
        }
        if let Some(seconds) = block.value("Query_time") {
            put_text(seconds, To::Duration(1e9), &mut row);
        }
        let is_failed = |name| block.value(name).is_some_and(|code| code != "0");
        if is_failed("Errno") || is_failed("Last_errno") || is_failed("Killed") {
            row.outcome(Outcome::Failure);
        }
        row.text(Column::Body, block.sql);
        if let Some(command) = command(block.sql) {
            row.constant(Column::Action, command);
        }
        row.constant(Column::Process, "mysqld");
        service::fill(&mut row, "mysql");
        row.commit();
        Verdict::Rows
    }
}
