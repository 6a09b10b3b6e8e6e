//! Changes of items that streams of `DynamoDB` hand to functions and to streams of Kinesis.

use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, To, keep, part, text, time};
use nepho_core::tables::{Column, Row};

use crate::rules::account_of;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.dynamodb_stream",
    summary: "Changes of items in DynamoDB streams",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TABLE_NAME: usize = 0;
const ARN: usize = 1;

static TABLE: Table = Table {
    name: "aws.dynamodb_stream",
    needs: &[
        Need::Is("eventSource", "aws:dynamodb"),
        Need::Has("eventName"),
        Need::Has("dynamodb"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "dynamodb.amazonaws.com"),
    ],
    fields: &[
        time(&["dynamodb.ApproximateCreationDateTime"]),
        text(&["awsRegion"], Column::Region),
        part(&["eventSourceARN"], Column::Account, account_of),
        text(&["eventName"], Column::Action),
        text(&["userIdentity.principalId"], Column::Actor),
        text(&["eventID"], Column::RequestId),
        Field {
            from: &["eventSourceARN"],
            to: To::ResourcePart(table_of),
        },
        keep(&["tableName"], TABLE_NAME),
        keep(&["eventSourceARN"], ARN),
    ],
    extras: &[
        ("dynamodb.SequenceNumber", "sequence_number"),
        ("dynamodb.SizeBytes", "bytes"),
        ("dynamodb.StreamViewType", "view"),
    ],
    finish: Some(finish),
};

/// Streams of Kinesis name the table alone.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(name) = event.kept(TABLE_NAME)
        && event.kept_value(ARN).is_none()
    {
        row.resource(&name);
    }
}

/// ARN of the table that a stream is of.
fn table_of(arn: &str) -> &str {
    arn.split_once("/stream/").map_or(arn, |(table, _)| table)
}

#[cfg(test)]
mod tests {
    use super::table_of;

    #[test]
    fn a_stream_is_of_a_table() {
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
        assert_eq!(
            table_of(&format!("{table}/stream/2026-05-12T00:00:00.000")),
            table
        );
        assert_eq!(table_of(table), table);
    }
}
