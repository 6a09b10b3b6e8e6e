//! AppSync: requests to a GraphQL API, their execution, and the fields that were resolved.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, part, resource, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.appsync",
    summary: "AppSync request, execution and resolver logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const KIND: usize = 0;
const PARENT: usize = 1;
const FIELD: usize = 2;
const IN_ERROR: usize = 3;

static TABLE: Table = Table {
    name: "aws.appsync",
    needs: &[
        Need::Has("logType"),
        Need::Has("graphQLAPIId"),
        Need::Has("requestId"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["startTime"]),
        part(&["resolverArn"], Column::Account, account_of),
        part(&["resolverArn"], Column::Region, region_of),
        text(&["graphQLAPIId"], Column::Service),
        text(&["requestId"], Column::RequestId),
        text(&["logType"], Column::Action),
        http_status(&["statusCode"]),
        duration(&["latency", "duration"], 1.0),
        resource(&["resolverArn"]),
        keep(&["logType"], KIND),
        keep(&["parentType"], PARENT),
        keep(&["fieldName"], FIELD),
        keep(&["fieldInError"], IN_ERROR),
    ],
    extras: &[
        ("parsing.duration", "parsing_ns"),
        ("validation.duration", "validation_ns"),
        ("startOffset", "offset_ns"),
        ("returnType", "return_type"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    let field = match (event.kept(PARENT), event.kept(FIELD)) {
        (Some(parent), Some(field)) => Some(format!("{kind} {parent}.{field}")),
        _ => None,
    };
    row.text(Column::Body, field.as_deref().unwrap_or(&kind));
    if event.kept(IN_ERROR).is_some_and(|flag| flag == "true") {
        row.outcome(Outcome::Failure).severity(Severity::ERROR);
    }
}
