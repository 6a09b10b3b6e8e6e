//! Aggregated events of CloudTrail: how often something was done within five minutes.

use nepho_codec::json::JsonFields;
use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{Event, JsonFormatWith, Need, Table, keep, text, time};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudtrail_aggregate",
    summary: "CloudTrail aggregated data events",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, extras))),
});

const PRIMARY: usize = 0;
const DETAILS: usize = 1;

static TABLE: Table = Table {
    name: "aws.cloudtrail_aggregate",
    needs: &[
        Need::Is("eventCategory", "Aggregated"),
        Need::Has("timeWindow.windowStart"),
        Need::Has("summary.primaryDimension"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timeWindow.windowStart"]),
        text(&["accountId"], Column::Account),
        text(&["awsRegion"], Column::Region),
        text(&["eventSource"], Column::Service),
        text(&["eventId"], Column::RequestId),
        keep(&["summary.primaryDimension"], PRIMARY),
        keep(&["summary.details"], DETAILS),
    ],
    extras: &[
        ("summary.primaryDimension.dimension", "dimension"),
        ("timeWindow.windowSize", "window"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_dimension(event.kept_container(PRIMARY).unwrap_or_default(), row);
    for dimension in elements(event.kept_container(DETAILS).unwrap_or_default()) {
        put_dimension(dimension, row);
    }
}

/// Puts the names of a dimension: all resources; the call and who made it where there is one.
fn put_dimension(dimension: &str, row: &mut Row<'_>) {
    let Ok(fields) = JsonFields::parse(dimension) else {
        return;
    };
    let names = elements(fields.raw("statistics").unwrap_or_default());
    let names: Vec<_> = names
        .into_iter()
        .filter_map(|entry| text_of(JsonFields::parse(entry).ok()?.raw("name")?))
        .map(unescape)
        .collect();
    match (fields.text("dimension").unwrap_or_default(), &*names) {
        ("resourceARN", names) => {
            for name in names {
                row.resource(name);
            }
        }
        ("eventName", [name]) => {
            row.text(Column::Action, name);
        }
        (dimension, [name]) if dimension.starts_with("userIdentity") => {
            row.text(Column::Actor, name);
        }
        _ => {}
    }
}

/// How often it was done in all.
fn extras(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    let counted = fields.raw("summary.primaryDimension.statistics");
    let counts = elements(counted.unwrap_or_default());
    let counts = counts
        .into_iter()
        .filter_map(|entry| JsonFields::parse(entry).ok()?.text("value")?.parse().ok());
    let count: u64 = counts.fold(0, u64::saturating_add);
    if count > 0 {
        found("count", &count.to_string());
    }
}
