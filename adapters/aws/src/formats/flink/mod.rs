//! What applications of Managed Service for Apache Flink write.

use nepho_codec::table::{JsonFormat, Need, Table, part, resource, severity, text};
use nepho_core::tables::Column;

use crate::rules::{account_of, last_step, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.flink",
    summary: "Application logs of Managed Service for Apache Flink",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "aws.flink",
    needs: &[
        Need::Has("applicationARN"),
        Need::Has("messageType"),
        Need::HasAny(&["message", "logger"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        part(&["applicationARN"], Column::Account, account_of),
        part(&["applicationARN"], Column::Region, region_of),
        part(&["applicationARN"], Column::Service, last_step),
        severity(&["messageType"]),
        text(&["logger"], Column::Process),
        text(&["message"], Column::Body),
        resource(&["applicationARN"]),
    ],
    extras: &[
        ("threadName", "thread"),
        ("locationInformation", "location"),
        ("applicationVersionId", "version"),
        ("throwableInformation[0]", "exception"),
    ],
    finish: None,
};
