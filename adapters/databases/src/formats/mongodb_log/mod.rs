//! Log of MongoDB from version 4.4 on: one JSON object a line.

use nepho_codec::table::{Event, JsonFormat, Need, Table};
use nepho_codec::table::{duration, keep, severity_of, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

use crate::mongodb::SEVERITIES;
use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mongodb.log",
    summary: "MongoDB server log as JSON, from version 4.4 on",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const MESSAGE: usize = 0;
const ERROR: usize = 1;

static TABLE: Table = Table {
    name: "mongodb.log",
    needs: &[
        Need::Has("t.$date"),
        Need::IsAny(
            "s",
            &["F", "E", "W", "I", "D", "D1", "D2", "D3", "D4", "D5"],
        ),
        Need::Has("c"),
        Need::Has("ctx"),
        Need::Has("msg"),
    ],
    constants: &[(Column::Process, "mongod")],
    fields: &[
        time(&["t.$date"]),
        severity_of(&["s"], SEVERITIES),
        text(&["msg"], Column::Body),
        text(&["attr.type"], Column::Action),
        text(
            &["attr.principalName", "attr.user.user", "attr.user"],
            Column::Actor,
        ),
        source_address(&["attr.remote", "attr.client"]),
        duration(&["attr.durationMillis"], 1e6),
        duration(&["attr.durationMicros"], 1e3),
        keep(&["msg"], MESSAGE),
        keep(
            &[
                "attr.error.errmsg",
                "attr.error",
                "attr.errMsg",
                "attr.errMessage",
            ],
            ERROR,
        ),
    ],
    extras: &[
        ("c", "component"),
        ("ctx", "context"),
        ("id", "message_id"),
        ("s", "severity_text"),
        ("attr.ns", "namespace"),
        ("attr.appName", "application"),
        ("attr.planSummary", "plan"),
        ("attr.keysExamined", "keys_examined"),
        ("attr.docsExamined", "rows_examined"),
        ("attr.nreturned", "rows_sent"),
        ("attr.reslen", "bytes"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    match &*message {
        // The second since 6.0.
        "Authentication failed" | "Failed to authenticate" | "Checking authorization failed" => {
            row.outcome(Outcome::Failure);
        }
        "Authentication succeeded" | "Successfully authenticated" => {
            row.outcome(Outcome::Success);
        }
        _ => {}
    }
    if let Some(error) = event.kept(ERROR).filter(|error| !error.starts_with('{')) {
        row.text_of(Column::Body, &[&message, ": ", &error]);
    }
    service::fill(row, "mongodb");
}
