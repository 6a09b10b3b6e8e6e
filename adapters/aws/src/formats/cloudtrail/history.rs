//! Rows of the event history that the console saves as a table.
//!
//! Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html,
//! read 2026-11-30; the columns are those of the page.

use nepho_codec::json::fields::{elements, pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{Event, Need, Table, keep, source_address, text, time};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::tables::{Column, Outcome, Row};

const ERROR_CODE: usize = 0;
const TIME: usize = 1;
const RESOURCES: usize = 2;

pub(super) static TABLE: Table = Table {
    name: "aws.cloudtrail",
    needs: &[
        Need::Has("Event name"),
        Need::Has("Event time"),
        Need::Contains("Event source", ".amazonaws.com"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Event time"]),
        text(&["AWS region"], Column::Region),
        text(&["Event source"], Column::Service),
        text(&["Event name"], Column::Action),
        text(&["User name"], Column::Actor),
        source_address(&["Source IP address"]),
        text(&["Request ID", "Event ID"], Column::RequestId),
        text(&["Error code"], Column::Body),
        text(&["Recipient Account Id"], Column::Account),
        text(&["User agent"], Column::UserAgent),
        keep(&["Error code"], ERROR_CODE),
        keep(&["Event time"], TIME),
        keep(&["Resources", "Resource name"], RESOURCES),
    ],
    extras: &[
        ("Error code", "error_code"),
        ("Read-only", "read_only"),
        ("AWS access key", "access_key_id"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let has_failed = event.kept(ERROR_CODE).is_some_and(|code| !code.is_empty());
    row.outcome(match has_failed {
        true => Outcome::Failure,
        false => Outcome::Success,
    });
    if !row.has_time()
        && let Some(time) = event.kept(TIME).and_then(|text| shown(&text))
    {
        row.time(time);
    }
    let resources = event.kept(RESOURCES).unwrap_or_default();
    for resource in elements(&resources) {
        let names = pick(resource, ["resourceName", "ResourceName"]).unwrap_or_default();
        let name = names.into_iter().flatten().find_map(text_of);
        row.resource(&unescape(name.unwrap_or_default()));
    }
    if !resources.starts_with('[') {
        for name in resources.split(", ") {
            row.resource(name);
        }
    }
}

/// Time as the console shows it, in the zone that was chosen there:
/// `May 12, 2026, 16:00:00 (UTC+02:00)`.
fn shown(text: &str) -> Option<Timestamp> {
    let (head, zone) = text.strip_suffix(')')?.rsplit_once(" (UTC")?;
    let (day, clock) = head.rsplit_once(", ")?;
    let zone = if zone.is_empty() { "+00:00" } else { zone };
    time::parse(&format!("{day} {clock} {zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_as_the_console_shows_them() {
        let check = |text: &str, expected: Option<&str>| {
            let time = expected.and_then(Timestamp::parse_rfc3339);
            assert_eq!(shown(text), time, "{text}");
        };
        let utc = Some("2026-05-12T14:00:00Z");
        check("May 12, 2026, 16:00:00 (UTC+02:00)", utc);
        check("May 12, 2026, 08:30:00 (UTC-05:30)", utc);
        check("May 12, 2026, 14:00:00 (UTC)", utc);
        check("May 12, 2026, 14:00:00", None);
    }
}
