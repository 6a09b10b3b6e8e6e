//! Requests to a storage account in the logs that it kept before diagnostic settings: lines with
//! semicolons between the values, in the container `$logs`.
//!
//! Source: learn.microsoft.com/rest/api/storageservices/storage-analytics-log-format, read
//! 2026-11-28.

mod values;

use std::borrow::Cow;

use nepho_codec::message::json::url_path;
use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::record::parts;
use values::values;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Storage requests in the lines of Storage Analytics ($logs)",
    permissions: &["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
    make: Make::Format(|| Box::new(StorageAnalytics)),
});

const NAME: &str = "azure.storage_analytics";

/// Values of a line of version 1.0; later versions have more.
const VALUES: usize = 30;
/// Values up to the address of who asked. Lines that lack some behind it are read up to
/// [`SURE_VALUES`]: nothing tells which are missing.
const MIN_VALUES: usize = 16;
/// Values up to the length of the request.
const SURE_VALUES: usize = 22;

/// Reads lines of versions 1 and 2.
struct StorageAnalytics;

impl Format for StorageAnalytics {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json.is_none() && is_line(sample.text) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        ["1.0;", "2.0;"].map(Marks::of_start).into()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LineDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let values = sure(values(raw));
        for (place, word) in EXTRAS {
            if let Some(value) = values.get(place).filter(|value| !value.is_empty()) {
                found(word, value);
            }
        }
    }
}

/// Places of the values that have no column, with the names that `azure.storage` has for them.
const EXTRAS: [(usize, &str); 11] = [
    (0, "version"),
    (3, "status_text"),
    (6, "server_milliseconds"),
    (7, "authentication"),
    (9, "storage_account"),
    (10, "service_type"),
    (12, "object"),
    (18, "received_bytes"),
    (20, "bytes"),
    (28, "referrer"),
    (29, "client_request_id"),
];

/// The values of which the place is sure.
fn sure(mut values: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    if values.len() < VALUES {
        values.truncate(SURE_VALUES);
    }
    values
}

/// Whether a line begins with a version and a time.
fn is_line(line: &str) -> bool {
    let rest = line
        .strip_prefix("1.0;")
        .or_else(|| line.strip_prefix("2.0;"));
    let time = rest
        .and_then(|rest| rest.split_once(';'))
        .map(|(time, _)| time);
    time.is_some_and(|time| time.contains('T') && time::parse(time).is_some())
}

struct LineDecoder;

impl Decoder for LineDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let values = is_line(record.text).then(|| sure(values(record.text)));
        let Some(values) = values.filter(|values| values.len() >= MIN_VALUES) else {
            return Verdict::NotMine;
        };
        let value = |place: usize| values.get(place).map_or("", |value| value.as_ref());
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .constant(Column::Provider, "azure")
            .constant(Column::Service, "Microsoft.Storage");
        for (place, to) in COLUMNS {
            let text = value(*place);
            if !text.is_empty() {
                put_text(text, *to, &mut row);
            }
        }
        conclude(value(3), &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Places of the values that have a column. A later one for the same column overwrites an earlier
/// one: of who asked, version 2 tells the object and the name of the user.
const COLUMNS: &[(usize, To)] = &[
    (1, To::Time),
    (2, To::Text(Column::Action)),
    (4, To::Status),
    (5, To::Duration(1e6)),
    (8, To::Text(Column::Actor)),
    (9, To::Resource),
    (11, To::Part(Column::Path, url_path)),
    (11, To::Part(Column::Peer, parts::host)),
    (13, To::Text(Column::RequestId)),
    (15, To::SourceAddress),
    (27, To::Text(Column::UserAgent)),
    (30, To::Text(Column::Actor)),
    (35, To::Part(Column::Actor, user)),
];

/// A user principal name.
fn user(text: &str) -> &str {
    if text.contains('@') { text } else { "" }
}

/// Status texts tell who asked and what went wrong in one word.
fn conclude(word: &str, row: &mut Row<'_>) {
    if word.ends_with("Success") {
        row.outcome(Outcome::Success);
    } else if word.ends_with("Error") || row.status_so_far().is_some_and(|status| status >= 400) {
        row.outcome(Outcome::Failure);
    }
}
