//! Events of RDS, and of DMS, which notifies alike, as topics carry them.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, resource, text, time};
use nepho_core::tables::{Column, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.rds_event",
    summary: "RDS event notifications, and those of DMS",
    permissions: &["rds:DescribeEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const LINK: usize = 0;
const ID: usize = 1;
const ARN: usize = 2;
const SOURCE: usize = 3;

static TABLE: Table = Table {
    name: "aws.rds_event",
    needs: &[
        Need::Has("Event Source"),
        Need::Has("Event Time"),
        Need::Has("Event Message"),
        Need::HasAny(&["Identifier Link", "Source ARN", "Source ID"]),
    ],
    constants: &[(Column::Provider, "aws"), (Column::Service, "aws.rds")],
    fields: &[
        time(&["Event Time"]),
        part(&["Event ID"], Column::Action, event_id),
        text(&["Event Message"], Column::Body),
        resource(&["Source ARN"]),
        part(&["Source ARN"], Column::Account, account_of),
        part(&["Identifier Link"], Column::Region, region_of_link),
        part(&["Source ARN"], Column::Region, region_of),
        keep(&["Identifier Link"], LINK),
        keep(&["Event ID"], ID),
        keep(&["Source ARN"], ARN),
        keep(&["Source ID"], SOURCE),
    ],
    extras: &[
        ("Event Source", "source_type"),
        ("Source ID", "source_id"),
        ("Event ID", "event_id"),
        ("Identifier Link", "link"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(service) = event.kept(ID).as_deref().and_then(service_of) {
        row.text(Column::Service, &service);
    }
    if event.kept(ARN).is_none_or(|arn| arn.is_empty()) {
        let link = event.kept(LINK).unwrap_or_default();
        match event.kept(SOURCE) {
            Some(source) => row.resource(source.trim()),
            None => row.resource(source_of_link(&link)),
        };
    }
}

/// Id of an event at the end of the address of its page: `RDS-EVENT-0002` of
/// `http://docs.amazonwebservices.com/.../USER_Events.html#RDS-EVENT-0002`.
fn event_id(page: &str) -> &str {
    page.rsplit('#').next().unwrap_or(page).trim()
}

/// Region in the address of a console: `...home?region=eu-west-1#dbinstance:id=orders`.
fn region_of_link(link: &str) -> &str {
    let (_, rest) = link.split_once("region=").unwrap_or_default();
    rest.split(['#', '&', ';', ' ']).next().unwrap_or_default()
}

/// Name of the source behind the address of a console, where DMS has no field for it.
fn source_of_link(link: &str) -> &str {
    let (_, name) = link.split_once("SourceId:").unwrap_or_default();
    name.trim()
}

/// Service that an event is of, by its id: `aws.dms` of `DMS-EVENT-0079`.
fn service_of(page: &str) -> Option<String> {
    let (service, _) = event_id(page).split_once("-EVENT-")?;
    let is_name = !service.is_empty() && service.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| format!("aws.{}", service.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_tell_regions_and_sources() {
        let link = "https://console.aws.amazon.com/rds/home?region=eu-west-1#dbinstance:id=orders";
        assert_eq!(region_of_link(link), "eu-west-1");
        assert_eq!(region_of_link("https://console.aws.amazon.com/rds"), "");
        let link = "https://console.aws.amazon.com/dms/home?region=eu-west-2#tasks:ids=move\nSourceId: move ";
        assert_eq!(source_of_link(link), "move");
        assert_eq!(source_of_link("https://console.aws.amazon.com/rds"), "");
        assert_eq!(
            event_id("http://x/y.html#DMS-EVENT-0079 "),
            "DMS-EVENT-0079"
        );
        assert_eq!(event_id("RDS-EVENT-0006"), "RDS-EVENT-0006");
        let page = "http://x/y.html#DMS-EVENT-0079 ";
        assert_eq!(service_of(page).as_deref(), Some("aws.dms"));
        assert_eq!(service_of("http://x/y.html"), None);
    }
}
