//! Microsoft 365 audit log: what users and administrators did in Exchange, SharePoint, Teams, Entra
//! and the other workloads.

mod parameters;

use std::borrow::Cow;

use nepho_codec::json::fields::{JsonFields, elements};
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, keep, outcome_of, part, peer_address, severity_of,
    source_address, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.audit",
    summary: "Microsoft 365 audit log: Management Activity API, all workloads",
    permissions: &["ActivityFeed.Read", "ActivityFeed.ReadDlp"],
    make: Make::Format(|| Box::new(Audit(JsonFormats(&TABLES)))),
});

/// The tables, and what the parameters of a command tell besides.
struct Audit(JsonFormats);

impl Format for Audit {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        self.0.sniff(sample)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        self.0.decoder(stream)
    }

    fn reads_text(&self) -> bool {
        self.0.reads_text()
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
        parameters::found(raw, found);
    }
}

const OPERATION: usize = 0;
const LOGON_ERROR: usize = 1;
const PROPERTIES: usize = 2;
const SERVER: usize = 3;
const POLICIES: usize = 4;
const RESULT: usize = 5;
const OBJECT: usize = 6;
const MAILBOX: usize = 7;
const TEAM: usize = 8;
const SHARED_WITH: usize = 9;

static TABLES: [&Table; 3] = [&AUDIT, &PART, &OFFICE];

/// Events that tools have cut down: their workload, and whose they are.
static PART: Table = Table {
    name: "microsoft365.audit",
    needs: &[
        // What loggers of applications write has these.
        Need::Lacks("level"),
        Need::Lacks("msg"),
        Need::HasAny(&["Operation", "operation"]),
        Need::HasAny(&["Workload", "workload"]),
        Need::HasAny(&["UserId", "userid", "UserKey", "userkey"]),
        Need::HasAny(&[
            "OrganizationId",
            "organizationid",
            "RecordType",
            "recordtype",
            "UserType",
            "usertype",
        ]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

static AUDIT: Table = Table {
    name: "microsoft365.audit",
    // Some exporters write the keys in lower case.
    needs: &[
        Need::HasAny(&["CreationTime", "creationtime"]),
        Need::HasAny(&["RecordType", "recordtype"]),
        Need::HasAny(&["Id", "id"]),
        Need::HasAny(&[
            "Operation",
            "operation",
            "Workload",
            "workload",
            "OrganizationId",
            "ClientIP",
            "UserType",
            "UserKey",
        ]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Rows of the table `OfficeActivity` of Log Analytics, which renames some of the fields.
static OFFICE: Table = Table {
    name: "microsoft365.audit",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("OfficeWorkload"),
        Need::Has("Operation"),
        Need::HasAny(&["RecordType", "OrganizationId", "UserKey"]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

const CONSTANTS: &[(Column, &str)] = &[(Column::Provider, "microsoft365")];

const FIELDS: &[Field] = &[
    time(&["CreationTime", "TimeGenerated"]),
    text(&["Operation", "Activity"], Column::Action),
    text(&["UserId", "ActorUserId", "UserKey"], Column::Actor),
    text(&["OrganizationId"], Column::Account),
    text(
        &["Workload", "OfficeWorkload", "EventSource"],
        Column::Service,
    ),
    // Of the two that Exchange writes, `ClientIP` may be that of a service in between.
    source_address(&[
        "ClientIPAddress",
        "Client_IPAddress",
        "ClientIP",
        "ActorIpAddress",
        "UserIp",
        "SenderIp",
    ]),
    peer_address(&["OriginatingServer"]),
    text(&["UserAgent"], Column::UserAgent),
    text(&["Id", "OfficeId"], Column::RequestId),
    part(
        &["LogonError", "AlertDisplayName", "Name", "Subject"],
        Column::Body,
        known,
    ),
    severity_of(
        &[
            "Severity",
            "AlertSeverity",
            "PolicyDetails[0].Rules[0].Severity",
        ],
        RANKS,
    ),
    outcome_of(&["ResultStatus", "IsSuccess"], RESULTS),
    keep(&["Operation"], OPERATION),
    keep(&["LogonError"], LOGON_ERROR),
    keep(&["ExtendedProperties"], PROPERTIES),
    keep(&["OriginatingServer"], SERVER),
    keep(&["PolicyDetails"], POLICIES),
    keep(&["ResultStatus", "IsSuccess"], RESULT),
    keep(&["ObjectId", "OfficeObjectId"], OBJECT),
    keep(&["MailboxOwnerUPN", "MailboxGuid"], MAILBOX),
    keep(&["TeamGuid"], TEAM),
    keep(&["TargetUserOrGroupName"], SHARED_WITH),
];

const EXTRAS: &[(&str, &str)] = &[
    ("RecordType", "record_type"),
    ("UserType", "user_kind"),
    ("InterSystemsId", "correlation_id"),
    ("CorrelationId", "correlation_id"),
    ("ApplicationId", "application_id"),
    ("AppId", "application_id"),
    ("SiteUrl", "site"),
    ("Site_Url", "site"),
    ("SourceFileName", "file"),
    ("ItemType", "target_kind"),
    ("TeamName", "team"),
    ("ClientInfoString", "client"),
    ("P2Sender", "sender"),
    ("P1Sender", "sender"),
    ("Verdict", "verdict"),
];

/// Values of `ResultStatus`; others (`InProgress`) tell nothing yet.
const RESULTS: &[(&str, Outcome)] = &[
    ("Succeeded", Outcome::Success),
    ("Success", Outcome::Success),
    ("PartiallySucceeded", Outcome::Success),
    ("PartialSuccess", Outcome::Success),
    ("Completed", Outcome::Success),
    ("OK", Outcome::Success),
    ("True", Outcome::Success),
    ("Failed", Outcome::Failure),
    ("Failure", Outcome::Failure),
    ("Fail", Outcome::Failure),
    ("False", Outcome::Failure),
    ("Error", Outcome::Failure),
    ("Denied", Outcome::Failure),
    ("Blocked", Outcome::Failure),
    ("Timeout", Outcome::Failure),
    ("Canceled", Outcome::Failure),
    ("Cancelled", Outcome::Failure),
    ("Unauthorized", Outcome::Failure),
];

/// The value of a field that services fill with words for nothing.
fn known(value: &str) -> &str {
    match value {
        "Unknown" | "Not Available" | "N/A" | "None" => "",
        value => value,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or(Cow::Borrowed(""));
    for number in [OBJECT, MAILBOX, TEAM, SHARED_WITH] {
        row.resource(known(&kept(number)));
    }
    if !row.has(Column::Peer) {
        row.text(Column::Peer, server(&kept(SERVER)));
    }
    if let Some(properties) = event.kept_container(PROPERTIES)
        && !row.has(Column::UserAgent)
        && let Some(agent) = user_agent(properties)
    {
        row.text(Column::UserAgent, &agent);
    }
    let operation = kept(OPERATION);
    let is_blocked = event
        .kept_container(POLICIES)
        .is_some_and(|policies| policies.contains("\"BlockAccess\""));
    let has_failed = operation.ends_with("Failed")
        || operation.ends_with("Failure")
        || !known(&kept(LOGON_ERROR)).is_empty();
    // Services write what was done; those that know of failures say so.
    if is_blocked || (has_failed && !row.has_outcome()) || operation == "UserLoginFailed" {
        row.outcome(Outcome::Failure);
    } else if !row.has_outcome() && kept(RESULT).is_empty() {
        row.outcome(Outcome::Success);
    }
}

/// Address of `OriginatingServer`, or its name: `AM6PR01MB4535 (10.0.0.7)`,
/// `PAXP193MB2425 (15.20.5227.021)`, of which the second is a version.
fn server(text: &str) -> &str {
    let (name, rest) = text.split_once('(').unwrap_or((text, ""));
    let inner = rest.split(')').next().unwrap_or_default().trim();
    match inner.parse::<std::net::IpAddr>() {
        Ok(_) => inner,
        Err(_) => name.trim(),
    }
}

/// User agent in an array of names and values. Entra writes it within JSON text of its own for
/// changes of the directory.
fn user_agent(properties: &str) -> Option<String> {
    let mut inner = None;
    for property in elements(properties) {
        let Ok(fields) = JsonFields::parse(property) else {
            continue;
        };
        let (Some(name), Some(value)) = (fields.text("Name"), fields.text("Value")) else {
            continue;
        };
        match name {
            "UserAgent" => return Some(unescape(value).into_owned()),
            "additionalDetails" => inner = Some(unescape(value)),
            _ => {}
        }
    }
    let inner = inner?;
    let fields = JsonFields::parse(&inner).ok()?;
    fields
        .text("User-Agent")
        .map(|agent| unescape(agent).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_have_an_address_or_a_version() {
        let check = |text: &str, expected: &str| assert_eq!(server(text), expected);
        check("AM6PR01MB4535 (10.0.0.7)", "10.0.0.7");
        check("AM6PR01MB4535 (2001:db8::7)", "2001:db8::7");
        check("PAXP193MB2425 (15.20.5227.021)", "PAXP193MB2425");
        check("PAXP193MB2425", "PAXP193MB2425");
        check("(", "");
        check("", "");
    }

    #[test]
    fn user_agents_stand_in_properties() {
        let check = |properties: &str, expected: Option<&str>| {
            assert_eq!(user_agent(properties).as_deref(), expected);
        };
        check(
            r#"[{"Name":"UserAgent","Value":"curl/8.0"}]"#,
            Some("curl/8.0"),
        );
        check(
            r#"[{"Name":"additionalDetails","Value":"{\"User-Agent\":\"curl\/8.0\"}"}]"#,
            Some("curl/8.0"),
        );
        check(r#"[{"Name":"additionalDetails","Value":"{"}]"#, None);
        check(r#"[{"Name":"RequestType","Value":"Login:login"}, 3]"#, None);
    }
}
