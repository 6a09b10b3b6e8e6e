//! Event log files of Salesforce.
//!
//! Source: developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/
//! sforce_api_objects_eventlogfile_supportedeventtypes.htm, as of 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, resource, source_address, text,
    time, url,
};
use nepho_core::Timestamp;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "salesforce.audit",
    summary: "Salesforce event log files",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const LOGIN: usize = 0;
const TIME: usize = 1;

static TABLE: Table = Table {
    name: "salesforce.audit",
    needs: &[
        Need::Has("EVENT_TYPE"),
        Need::Has("ORGANIZATION_ID"),
        Need::HasAny(&["TIMESTAMP_DERIVED", "TIMESTAMP"]),
        Need::HasAny(&["REQUEST_ID", "USER_ID", "USER_ID_DERIVED"]),
    ],
    constants: &[
        (Column::Provider, "salesforce"),
        (Column::Service, "salesforce"),
    ],
    fields: &[
        time(&["TIMESTAMP_DERIVED"]),
        text(&["ORGANIZATION_ID"], Column::Account),
        text(&["EVENT_TYPE"], Column::Action),
        text(&["USER_NAME", "USER_ID_DERIVED", "USER_ID"], Column::Actor),
        source_address(&["CLIENT_IP", "SOURCE_IP"]),
        text(&["USER_AGENT", "BROWSER_TYPE"], Column::UserAgent),
        text(&["METHOD", "HTTP_METHOD"], Column::Method),
        url(&["URI", "URL"]),
        http_status(&["STATUS_CODE"]),
        duration(&["RUN_TIME"], 1e6),
        text(&["REQUEST_ID"], Column::RequestId),
        text(&["LOGIN_STATUS", "EXCEPTION_MESSAGE"], Column::Body),
        resource(&["ENTITY_NAME", "REPORT_ID_DERIVED", "DASHBOARD_ID_DERIVED"]),
        keep(&["LOGIN_STATUS"], LOGIN),
        keep(&["TIMESTAMP"], TIME),
    ],
    extras: &[
        ("LOGIN_KEY", "login"),
        ("SESSION_KEY", "session"),
        ("CPU_TIME", "cpu_time"),
        ("USER_TYPE", "actor_kind"),
        ("LOGIN_STATUS", "login_status"),
        ("API_TYPE", "interface"),
        ("TLS_PROTOCOL", "tls_version"),
    ],
    finish: Some(finish),
};

/// `LOGIN_NO_ERROR`, else `LOGIN_ERROR_...` tells how a sign-in ended.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let status = event.kept(LOGIN).unwrap_or_default();
    if status.starts_with("LOGIN_ERROR") {
        row.outcome(Outcome::Failure);
    } else if &*status == "LOGIN_NO_ERROR" {
        row.outcome(Outcome::Success);
    }
    if !row.is_time_known()
        && let Some(time) = event.kept(TIME).and_then(|time| compact(&time))
    {
        row.time(time);
    }
}

/// Time of `20260512140000.250`, in UTC.
fn compact(text: &str) -> Option<Timestamp> {
    let (clock, fraction) = text.split_at_checked(14)?;
    let mut written = String::with_capacity(24);
    for (at, digit) in clock.char_indices() {
        written.push_str(match at {
            4 | 6 => "-",
            8 => "T",
            10 | 12 => ":",
            _ => "",
        });
        written.push(digit);
    }
    Timestamp::parse_rfc3339(&format!("{written}{fraction}Z"))
}
