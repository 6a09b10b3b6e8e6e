//! Events in the Open Cybersecurity Schema Framework (OCSF), as Amazon Security Lake and others
//! write them.

mod own;

use nepho_codec::dns::dns_question;
use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    Event, JsonFormatWith, Need, Table, http_status, keep, outcome_of, part, peer_port, resource,
    severity, severity_of, source_address, source_port, text, url,
};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::severity::{RANKS, Severity};
use nepho_core::tables::{Column, Outcome, Row};

use crate::provider;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "schemas.ocsf",
    summary: "OCSF events of Amazon Security Lake and others",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, question))),
});

const TIME: usize = 0;
const CLASS: usize = 1;
const CLOUD: usize = 2;
const VENDOR: usize = 3;
const OPERATION: usize = 4;
const TYPE: usize = 5;
const USER: usize = 6;
const DISPOSITION: usize = 7;
const DURATION: usize = 8;
const STATUS: usize = 9;
const CLASS_NAME: usize = 10;
const ACTION_ID: usize = 11;
const ACTION: usize = 12;
const DISPOSITION_ID: usize = 13;
const ACCOUNT_TYPE: usize = 14;
const API_ERROR: usize = 15;
const ANSWER: usize = 16;
const APPLICATION: usize = 17;
const WRITER: usize = 18;
const CORRELATION: usize = 19;
const CODE: usize = 20;
const ACTIVITY: usize = 21;
const UNMAPPED: usize = 22;
const PRODUCT: usize = 23;
const EMAIL: usize = 24;
const ORIGINAL_TIME: usize = 25;

static TABLE: Table = Table {
    name: "schemas.ocsf",
    needs: &[
        Need::Has("class_uid"),
        Need::HasAny(&["metadata.version", "metadata.product"]),
        Need::HasAny(&["category_uid", "type_uid", "activity_id", "severity_id"]),
    ],
    constants: &[],
    fields: &[
        severity(&["severity"]),
        severity_of(&["severity"], RANKS),
        severity_of(&["severity_id"], &SEVERITIES),
        http_status(&["http_response.code"]),
        outcome_of(&["status"], &STATUSES),
        outcome_of(&["compliance.status_id"], &CHECKS),
        outcome_of(&["compliance.status"], &CHECKS),
        text(
            &[
                "cloud.account.uid",
                "cloud.account_uid",
                "cloud.project_uid",
                // Security Lake tells the account of calls with their caller.
                "actor.user.account.uid",
                "actor.user.account_uid",
                "identity.user.account_uid",
            ],
            Column::Account,
        ),
        text(&["cloud.region"], Column::Region),
        text(
            &["api.service.name", "service.name", "dst_endpoint.svc_name"],
            Column::Service,
        ),
        part(
            &[
                "actor.user.name",
                "actor.user.email_addr",
                "actor.user.uid",
                "actor.user.full_name",
                // Before 1.0.
                "identity.user.name",
                "identity.user.uid",
                "actor.session.issuer",
                "actor.invoked_by",
            ],
            Column::Actor,
            known,
        ),
        // Findings tell what was seen as evidence.
        source_address(&["src_endpoint.ip", "evidences[0].src_endpoint.ip"]),
        source_port(&["src_endpoint.port", "evidences[0].src_endpoint.port"]),
        text(
            &[
                "dst_endpoint.ip",
                "dst_endpoint.hostname",
                "dst_endpoint.name",
                "evidences[0].dst_endpoint.ip",
            ],
            Column::Peer,
        ),
        peer_port(&["dst_endpoint.port", "evidences[0].dst_endpoint.port"]),
        text(
            &["http_request.http_method", "connection_info.protocol_name"],
            Column::Method,
        ),
        url(&[
            "http_request.url.path",
            "http_request.url.url_string",
            "http_request.url.text",
        ]),
        text(&["http_request.user_agent"], Column::UserAgent),
        text(&["device.hostname", "device.name"], Column::Host),
        text(&["actor.process.name", "process.name"], Column::Process),
        text(
            &[
                "metadata.uid",
                "api.request.uid",
                "http_request.uid",
                "finding_info.uid",
                "finding.uid",
            ],
            Column::RequestId,
        ),
        text(
            &[
                "message",
                "finding_info.title",
                "finding.title",
                "status_detail",
                "finding_info.desc",
                "finding.desc",
                "api.response.error_message",
            ],
            Column::Body,
        ),
        resource(&["resources[].uid"]),
        resource(&["resource.uid"]),
        resource(&["resource_details[].uid"]),
        resource(&["src_endpoint.instance_uid"]),
        resource(&["src_endpoint.interface_uid"]),
        resource(&["dst_endpoint.instance_uid"]),
        resource(&["dst_endpoint.interface_uid"]),
        keep(&["time", "time_dt"], TIME),
        keep(&["metadata.original_time"], ORIGINAL_TIME),
        keep(&["class_uid"], CLASS),
        keep(&["cloud.provider"], CLOUD),
        keep(&["cloud.account.type_id"], ACCOUNT_TYPE),
        keep(&["metadata.product.vendor_name"], VENDOR),
        keep(&["api.operation"], OPERATION),
        keep(&["api.response.error"], API_ERROR),
        keep(&["type_name"], TYPE),
        keep(&["user.name", "user.email_addr", "user.uid"], USER),
        keep(&["action_id"], ACTION_ID),
        keep(&["action"], ACTION),
        keep(&["disposition_id"], DISPOSITION_ID),
        keep(&["disposition"], DISPOSITION),
        keep(&["duration"], DURATION),
        keep(&["status_id"], STATUS),
        keep(&["class_name"], CLASS_NAME),
        keep(&["rcode", "rcode_id"], ANSWER),
        keep(&["actor.app_name"], APPLICATION),
        keep(&["metadata.log_provider"], WRITER),
        keep(&["metadata.correlation_uid"], CORRELATION),
        keep(&["metadata.event_code"], CODE),
        keep(&["activity_name"], ACTIVITY),
        keep(&["unmapped"], UNMAPPED),
        keep(&["metadata.product.name"], PRODUCT),
        keep(
            &["actor.user.email_addr", "identity.user.email_addr"],
            EMAIL,
        ),
    ],
    extras: &[
        ("severity_id", "severity_text"),
        ("class_name", "class"),
        ("metadata.product.name", "product"),
        ("cis_benchmark_result.rule.name", "rule"),
        ("policy.name", "rule"),
        ("firewall_rule.name", "rule"),
        ("firewall_rule.uid", "rule"),
        ("finding_info.analytic.name", "rule"),
        ("rule.name", "rule"),
        ("query.type", "dns_type"),
        ("rcode", "dns_response_code"),
        ("traffic.bytes", "bytes"),
        ("traffic.bytes_out", "source_bytes"),
        ("traffic.bytes_in", "destination_bytes"),
        ("traffic.packets", "packets"),
        ("connection_info.protocol_num", "protocol"),
        ("connection_info.direction", "flow_direction"),
        ("file.path", "file"),
        ("process.cmd_line", "command"),
        ("api.response.error", "error_code"),
    ],
    finish: Some(finish),
};

/// The name that was asked for, without the full stop that stands for the root.
fn question(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    for path in ["query.hostname", "evidences[0].query.hostname"] {
        dns_question(fields, path, found);
    }
}

/// `severity_id`, on the scale of [`RANKS`]: 0 is unknown, 99 another.
///
/// Source: schema.ocsf.io, base event, as of 2026-11-27.
const SEVERITIES: [(&str, Severity); 6] = [
    ("1", Severity::INFO),
    ("2", Severity::WARN),
    ("3", Severity::ERROR),
    ("4", Severity::FATAL),
    ("5", Severity::GRAVE),
    // Fatal: it is too late to do something about it.
    ("6", Severity::GRAVE),
];

const STATUSES: [(&str, Outcome); 2] =
    [("Success", Outcome::Success), ("Failure", Outcome::Failure)];

/// What a check of rules found, by `status` and `status_id` of `compliance`: a warning is neither.
///
/// Source: schema.ocsf.io/objects/compliance, as of 2026-11-29.
const CHECKS: [(&str, Outcome); 6] = [
    ("Pass", Outcome::Success),
    ("Passed", Outcome::Success),
    ("1", Outcome::Success),
    ("Fail", Outcome::Failure),
    ("Failed", Outcome::Failure),
    ("3", Outcome::Failure),
];

/// What a control did with what it saw, by id and name (profile security control, from 1.1 on).
const ACTIONS: &[(&str, &str, Outcome)] = &[
    ("1", "Allowed", Outcome::Success),
    ("2", "Denied", Outcome::Failure),
];

/// What became of it (`disposition_id`): what was kept from happening has failed. Of the others,
/// 7 is an action of the product's own, 8 to 19 tell how it was handled later or that it was only
/// noted, and 24 is what was done to an account.
///
/// Source: schema.ocsf.io, profile security control, as of 2026-11-28.
const DISPOSITIONS: &[(&str, &str, Outcome)] = &[
    ("1", "Allowed", Outcome::Success),
    ("2", "Blocked", Outcome::Failure),
    ("3", "Quarantined", Outcome::Failure),
    ("4", "Isolated", Outcome::Failure),
    ("5", "Deleted", Outcome::Failure),
    ("6", "Dropped", Outcome::Failure),
    ("20", "Count", Outcome::Success),
    ("21", "Reset", Outcome::Failure),
    ("22", "Captcha", Outcome::Failure),
    ("23", "Challenge", Outcome::Failure),
    ("25", "Rejected", Outcome::Failure),
    ("26", "Unauthorized", Outcome::Failure),
    ("27", "Error", Outcome::Failure),
];

/// Classes of which the user is who acts: authentication and authorization of a session.
const USER_ACTS: [&str; 2] = ["3002", "3003"];
/// Calls of an API. The class was another before 1.0, and had another name at first.
const API_ACTIVITY: &str = "6003";
const API_ACTIVITY_NAMES: [&str; 2] = ["API Activity", "Cloud API"];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.complete();
    let time = event.kept(TIME).and_then(|text| milliseconds(&text));
    let time = own::time(event).or(time);
    if let Some(time) = time.filter(|_| !own::is_untimed(event)) {
        row.time(time);
    }
    let class = event.kept(CLASS).unwrap_or_default();
    if !row.has(Column::Actor) && USER_ACTS.contains(&&*class) {
        row.text(Column::Actor, &event.kept(USER).unwrap_or_default());
    }
    // Verified Access of AWS has seconds where the schema has milliseconds, and as the name of a
    // user that for display ("OCSF version 1.0.0-rc.2 log examples for Verified Access" of its
    // user guide, as of 2026-12-01).
    let is_verified_access = event.kept(PRODUCT).as_deref() == Some("Verified Access");
    if let Some(email) = event.kept(EMAIL).filter(|_| is_verified_access) {
        row.text(Column::Actor, &email);
    }
    let unit = if is_verified_access { 1e9 } else { 1e6 };
    if let Some(nanos) = event
        .kept(DURATION)
        .and_then(|text| time::duration(&text, unit))
    {
        row.duration(nanos);
    }
    if own::is_own(event) {
        own::put(event, &class, row);
    } else {
        finish_of_others(event, &class, row);
    }
    if let Some(of) = event.kept(ACCOUNT_TYPE) {
        provider::put(cloud_of(&of), row);
    }
    // A product of the cloud itself tells it as well.
    provider::put(&event.kept(VENDOR).unwrap_or_default(), row);
    provider::put(&event.kept(CLOUD).unwrap_or_default(), row);
}

/// Action, who did it, and outcome, where the schema tells them in one of several ways.
fn finish_of_others(event: &Event<'_>, class: &str, row: &mut Row<'_>) {
    let name = event.kept(CLASS_NAME);
    let is_call = name.is_some_and(|name| API_ACTIVITY_NAMES.contains(&&*name));
    let type_name = event.kept(TYPE).unwrap_or_default();
    // `API Activity: Create`
    let activity = type_name.rsplit_once(": ");
    let operation = match class == API_ACTIVITY || is_call {
        true => event.kept(OPERATION),
        false => None,
    };
    row.text(
        Column::Action,
        activity.map_or("", |(_, activity)| activity),
    )
    .text(Column::Action, &event.kept(ACTIVITY).unwrap_or_default())
    .text(Column::Action, &operation.unwrap_or_default());
    if !row.has(Column::Actor) {
        let application = event.kept(APPLICATION).unwrap_or_default();
        row.text(Column::Actor, &application);
    }
    if !row.has(Column::RequestId) {
        let correlation = event.kept(CORRELATION).unwrap_or_default();
        row.text(Column::RequestId, &correlation);
    }
    put_outcome(event, class, row);
    if is_call && !row.has_outcome() {
        row.outcome(match event.kept(API_ERROR) {
            Some(_) => Outcome::Failure,
            None => Outcome::Success,
        });
    }
    if !row.has_outcome()
        && let Some(answer) = event.kept(ANSWER).as_deref().and_then(outcome_of_answer)
    {
        row.outcome(answer);
    }
}

/// A name that stands for somebody: `Unknown` is written where the schema asks for one.
fn known(name: &str) -> &str {
    match name {
        "Unknown" => "",
        name => name,
    }
}

/// Cloud that accounts of this type are of (schema.ocsf.io/objects/account, `type_id`).
fn cloud_of(account_type: &str) -> &'static str {
    match account_type {
        "3" | "4" | "10" => "aws",
        "5" | "11" => "gcp",
        "6" | "13" => "azure",
        _ => "",
    }
}

/// Outcome by the code of an answer of the DNS, by name or number; 99 is one that the schema does
/// not know.
fn outcome_of_answer(code: &str) -> Option<Outcome> {
    match code.to_ascii_lowercase().as_str() {
        "noerror" | "0" => Some(Outcome::Success),
        "" | "unknown" | "other" | "99" => None,
        _ => Some(Outcome::Failure),
    }
}

/// Whether a class is one of findings: 2001 to 2999.
fn is_finding(class: &str) -> bool {
    class.len() == 4 && class.starts_with('2')
}

/// Outcome by status, action and disposition.
fn put_outcome(event: &Event<'_>, class: &str, row: &mut Row<'_>) {
    // The status of a finding tells how far its handling is.
    let is_finding = is_finding(class);
    match event.kept(STATUS).as_deref() {
        Some("1") if !is_finding => {
            row.outcome(Outcome::Success);
        }
        Some("2") if !is_finding => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
    for (number, table) in [
        (ACTION_ID, ACTIONS),
        (ACTION, ACTIONS),
        (DISPOSITION_ID, DISPOSITIONS),
        (DISPOSITION, DISPOSITIONS),
    ] {
        if row.has_outcome() {
            return;
        }
        let Some(word) = event.kept(number) else {
            continue;
        };
        let found = table
            .iter()
            .find(|(id, name, _)| *id == word || name.eq_ignore_ascii_case(&word));
        match found {
            // What a finding is about was let through: that is no success.
            Some((_, _, Outcome::Success)) if is_finding => {}
            Some((_, _, outcome)) => {
                row.outcome(*outcome);
            }
            None => {}
        }
    }
}

/// Time of the schema's own type: milliseconds since 1970, whatever its size. Records that were
/// written to Parquet may have more digits, or text.
fn milliseconds(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(millis) if (0..10_000_000_000_000).contains(&millis) => {
            Some(Timestamp(millis.checked_mul(1_000_000)?))
        }
        _ => time::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_the_dns_are_outcomes() {
        assert_eq!(outcome_of_answer("NoError"), Some(Outcome::Success));
        assert_eq!(outcome_of_answer("NXDOMAIN"), Some(Outcome::Failure));
        assert_eq!(outcome_of_answer("2"), Some(Outcome::Failure));
        assert_eq!(outcome_of_answer("99"), None);
    }

    #[test]
    fn times_are_milliseconds() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(milliseconds(text).map(|time| time.0), expected, "{text}");
        };
        check("1714557600123", Some(1_714_557_600_123_000_000));
        check("1714557600", Some(1_714_557_600_000_000));
        check("1714557600123456", Some(1_714_557_600_123_456_000));
        check("2024-05-01T10:00:00.123Z", Some(1_714_557_600_123_000_000));
        check("soon", None);
    }
}
