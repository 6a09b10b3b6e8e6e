//! A log format of one's own: a table that registers itself, found and used like those that are
//! built in.
#![expect(clippy::print_stdout, reason = "the example shows what it read")]

use nepho::codec::detect::decode_text;
use nepho::codec::table::{JsonFormat, Need, Table, resource, text, time};
use nepho::core::format::Stream;
use nepho::core::tables::{Column, LogsBuilder, LogsView};
use nepho::core::{Result, Timestamp, register};

register!(Component {
    kind: Kind::Format,
    name: "example.gate",
    summary: "Passages through the gates of a car park",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&GATE))),
});

static GATE: Table = Table {
    name: "example.gate",
    // All of these must hold for a record to be of this format.
    needs: &[Need::Has("gateId"), Need::Has("passedAt")],
    constants: &[],
    fields: &[
        time(&["passedAt"]),
        resource(&["gateId"]),
        text(&["direction"], Column::Action),
        text(&["driver.badge", "driver.plate"], Column::Actor),
    ],
    extras: &[],
    finish: None,
};

/// Format, actor and action of each record of a text.
pub(crate) fn passages(input: &[u8]) -> Result<Vec<[String; 3]>> {
    let mut rows = LogsBuilder::new(Timestamp::default());
    decode_text(input, Stream::default(), None, &mut rows)?;
    let batch = rows.finish()?;
    let view = LogsView::new(&batch)?;
    let columns = [Column::Format, Column::Actor, Column::Action];
    let value = |row, column| view.text(column, row).unwrap_or_default().to_owned();
    Ok((0..view.len())
        .map(|row| columns.map(|column| value(row, column)))
        .collect())
}

/// One record as a line, one within a wrapping that the engine undoes by itself.
pub(crate) const INPUT: &[u8] = br#"{"passedAt":"2026-05-12T14:00:07Z","gateId":"north","direction":"in","driver":{"plate":"K 12"}}
{"Records":[{"passedAt":"2026-05-12T17:41:30Z","gateId":"north","direction":"out","driver":{"badge":"b-7"}}]}
"#;

fn main() -> Result<()> {
    for [format, actor, action] in passages(INPUT)? {
        println!("{format}: {actor} {action}");
    }
    Ok(())
}
