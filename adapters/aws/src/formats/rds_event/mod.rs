//! Events of RDS, and of DMS, which notifies alike, as topics carry them; and what
//! `DescribeEvents` of RDS, `ElastiCache`, Redshift, `MemoryDB` and DMS answers
//! (docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Event.html,
//! docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Event.html,
//! docs.aws.amazon.com/redshift/latest/APIReference/API_Event.html, as of 2026-11-30).

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, resource, severity, text, time,
};
use nepho_core::tables::{Column, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.rds_event",
    summary: "RDS event notifications, and those of DMS; events of databases and caches by their APIs",
    permissions: &["rds:DescribeEvents"],
    make: Make::Format(|| Box::new(JsonFormats(&SHAPES))),
});

/// Messages, and what is answered.
static SHAPES: [&Table; 2] = [&TABLE, &ANSWER];

const LINK: usize = 0;
const ID: usize = 1;
const ARN: usize = 2;
const SOURCE: usize = 3;
const NAME: usize = 5;

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

const KIND: usize = 4;

/// Events of an answer. Lists of them are taken apart before.
static ANSWER: Table = Table {
    name: "aws.rds_event",
    needs: &[
        Need::Has("Message"),
        Need::Has("Date"),
        Need::HasAny(&["SourceIdentifier", "SourceName"]),
        Need::IsAny("SourceType", KINDS),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Date"]),
        severity(&["Severity"]),
        text(&["EventCategories[0]"], Column::Action),
        text(&["Message"], Column::Body),
        resource(&["SourceArn"]),
        part(&["SourceArn"], Column::Account, account_of),
        part(&["SourceArn"], Column::Region, region_of),
        keep(&["SourceArn"], ARN),
        keep(&["SourceIdentifier", "SourceName"], SOURCE),
        keep(&["SourceName"], NAME),
        keep(&["SourceType"], KIND),
    ],
    extras: &[
        ("SourceType", "source_type"),
        ("SourceIdentifier", "source_id"),
        ("SourceName", "source_id"),
        ("EventId", "event_id"),
    ],
    finish: Some(finish_answer),
};

/// Kinds of sources: of RDS, of `ElastiCache`, of Redshift, of `MemoryDB`, of DMS.
const KINDS: &[&str] = &[
    "db-instance",
    "db-cluster",
    "db-cluster-snapshot",
    "db-parameter-group",
    "db-security-group",
    "db-snapshot",
    "custom-engine-version",
    "db-proxy",
    "blue-green-deployment",
    "db-shard-group",
    "cache-cluster",
    "cache-parameter-group",
    "cache-security-group",
    "cache-subnet-group",
    "replication-group",
    "serverless-cache",
    "serverless-cache-snapshot",
    "user",
    "user-group",
    "cluster",
    "cluster-parameter-group",
    "cluster-security-group",
    "cluster-snapshot",
    "scheduled-action",
    "node",
    "parameter-group",
    "subnet-group",
    "acl",
    "replication-instance",
    "replication-task",
];

fn finish_answer(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    let service = match &*kind {
        // The others name the source in `SourceIdentifier`
        // (docs.aws.amazon.com/memorydb/latest/APIReference/API_Event.html, as of 2026-11-30).
        _ if event.kept_value(NAME).is_some() => "aws.memorydb",
        "replication-instance" | "replication-task" => "aws.dms",
        "replication-group" | "user" | "user-group" => "aws.elasticache",
        kind if kind.contains("cache") => "aws.elasticache",
        "cluster" | "scheduled-action" => "aws.redshift",
        kind if kind.starts_with("cluster-") => "aws.redshift",
        "node" | "parameter-group" | "subnet-group" | "acl" => "aws.memorydb",
        _ => "aws.rds",
    };
    row.constant(Column::Service, service);
    if event.kept(ARN).is_none_or(|arn| arn.is_empty())
        && let Some(source) = event.kept(SOURCE)
    {
        row.resource(&source);
    }
}

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
