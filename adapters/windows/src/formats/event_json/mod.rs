//! Events of Windows as JSON of other collectors: Fluent Bit, the OpenTelemetry Collector, Vector,
//! Logstash, Winlogbeat before 7 and Wazuh, of converters of files of the event log, and what
//! PowerShell and the Event Viewer export.
//!
//! Sources, as of 2026-11-30:
//! docs.fluentbit.io/manual/pipeline/inputs/windows-event-log-winevtlog,
//! github.com/open-telemetry/opentelemetry-collector-contrib, `pkg/stanza/operator/input/windows`,
//! documentation.wazuh.com/current/user-manual/reference/ossec-conf/localfile.html,
//! elastic.co/guide/en/beats/winlogbeat/6.8/exported-fields-eventlog.html,
//! learn.microsoft.com/dotnet/api/system.diagnostics.eventing.reader.eventlogrecord.

mod converted;

use nepho_codec::message::sql_server;
use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, address, keep, outcome_of, peer_address, peer_port,
    severity_of, source_address, source_port, text, time,
};
use nepho_codec::windows::{PROVIDER, Security, by_keywords, known, sentence};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.event_json",
    summary: "Events of Windows as JSON of Fluent Bit, OpenTelemetry, Vector, Logstash, PowerShell",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 8] = [
    &FLUENT_BIT,
    &COLLECTED,
    &LOGSTASH,
    &POWERSHELL,
    &VIEWER,
    &WAZUH,
    &WAZUH_ALERT,
    &converted::TABLE,
];

const ID: usize = 0;
const PROVIDER_NAME: usize = 1;
const SUBJECT: usize = 2;
const TARGET: usize = 3;
const STATUS: usize = 4;
const KEYWORDS: usize = 5;
const WORDS: usize = 6;
const INSERTED_SUBJECT: usize = 7;
const INSERTED_TARGET: usize = 8;
const INSERTED_LOGON: usize = 9;
const INSERTED_LOGON_FAILURE: usize = 10;
const QUOTED: usize = 11;
const MESSAGE: usize = 12;

/// Fluent Bit, inputs `winevtlog` and `winlog`.
static FLUENT_BIT: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::HasAny(&["ProviderName", "SourceName"]),
        Need::Has("EventID"),
        Need::Has("Channel"),
        Need::HasAny(&["Computer", "ComputerName"]),
        Need::HasAny(&["StringInserts", "TimeCreated", "TimeGenerated"]),
        Need::HasAny(&[
            "Qualifiers",
            "ProviderGuid",
            "RecordNumber",
            "EventRecordID",
        ]),
        // Log Analytics has these.
        Need::Lacks("TenantId"),
        Need::Lacks("Type"),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// The OpenTelemetry Collector (`windowseventlog`) and Vector (`windows_event_log`).
static COLLECTED: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::Has("channel"),
        Need::Has("computer"),
        Need::Has("event_id"),
        Need::HasAny(&["provider.name", "provider_name", "provider"]),
        Need::HasAny(&["system_time", "timestamp", "record_id"]),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Winlogbeat before 7, and the pipelines of Logstash that were made for it.
static LOGSTASH: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::Has("computer_name"),
        Need::Has("event_id"),
        Need::Has("log_name"),
        Need::HasAny(&["source_name", "record_number", "provider_guid"]),
        Need::HasAny(&["@timestamp", "timestamp"]),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// `Get-WinEvent` with `ConvertTo-Json` or `Export-Csv`.
static POWERSHELL: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::Has("ProviderName"),
        Need::Has("Id"),
        Need::Has("TimeCreated"),
        Need::HasAny(&["LevelDisplayName", "Level"]),
        Need::HasAny(&["MachineName", "LogName"]),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// What the Event Viewer saves as a table. The text of the event stands behind the last column
/// that has a name; `nepho_codec::csv` calls it `Message`.
static VIEWER: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::Has("Date and Time"),
        Need::Has("Source"),
        Need::Has("Event ID"),
        Need::HasAny(&["Level", "Keywords", "Task Category"]),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// What the agent of Wazuh hands on of a channel of events.
static WAZUH: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::Has("win.system.providerName"),
        Need::Has("win.system.eventID"),
        Need::Has("win.system.channel"),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// The same in an alert of Wazuh, or in its archive.
static WAZUH_ALERT: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::Has("data.win.system.providerName"),
        Need::Has("data.win.system.eventID"),
        Need::Has("data.win.system.channel"),
    ],
    constants: &[],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Numbers and names of levels
/// (learn.microsoft.com/windows/win32/wes/eventmanifestschema-leveltype-complextype).
const LEVELS: &[(&str, Severity)] = &[
    ("0", Severity::INFO),
    ("1", Severity::CRITICAL),
    ("2", Severity::ERROR),
    ("3", Severity::WARN),
    ("4", Severity::INFO),
    ("5", Severity::TRACE),
    ("Critical", Severity::CRITICAL),
    ("Error", Severity::ERROR),
    ("Warning", Severity::WARN),
    ("Information", Severity::INFO),
    ("Verbose", Severity::TRACE),
];

const OUTCOMES: &[(&str, Outcome)] = &[
    ("Audit Success", Outcome::Success),
    ("Audit Failure", Outcome::Failure),
    ("SuccessAudit", Outcome::Success),
    ("FailureAudit", Outcome::Failure),
    ("AUDIT_SUCCESS", Outcome::Success),
    ("AUDIT_FAILURE", Outcome::Failure),
];

const AUDITED: &[&str] = &[
    "keywords[0]",
    "KeywordsDisplayNames[0]",
    "EventType",
    "Keywords",
    "win.system.severityValue",
    "data.win.system.severityValue",
];

const FIELDS: &[Field] = &[
    time(&[
        "win.system.systemTime",
        "data.win.system.systemTime",
        "TimeCreated",
        "system_time",
        "TimeGenerated",
        "@timestamp",
        "timestamp",
        "Date and Time",
    ]),
    severity_of(
        &[
            "Level",
            "level",
            "LevelDisplayName",
            "win.system.level",
            "data.win.system.level",
        ],
        LEVELS,
    ),
    outcome_of(AUDITED, OUTCOMES),
    text(
        &[
            "Computer",
            "computer",
            "computer_name",
            "MachineName",
            "ComputerName",
            "win.system.computer",
            "data.win.system.computer",
        ],
        Column::Host,
    ),
    text(
        &[
            "ProviderName",
            "provider.name",
            "provider_name",
            "source_name",
            "SourceName",
            "Source",
            "win.system.providerName",
            "data.win.system.providerName",
        ],
        Column::Process,
    ),
    text(&["Message", "message.message", "message"], Column::Body),
    source_address(&[
        "event_data.IpAddress",
        "event_data.ClientAddress",
        "event_data.SourceIp",
        "win.eventdata.ipAddress",
        "win.eventdata.sourceIp",
        "data.win.eventdata.ipAddress",
        "data.win.eventdata.sourceIp",
    ]),
    source_port(&[
        "event_data.IpPort",
        "event_data.SourcePort",
        "win.eventdata.ipPort",
        "win.eventdata.sourcePort",
        "data.win.eventdata.ipPort",
        "data.win.eventdata.sourcePort",
    ]),
    peer_address(&[
        "event_data.DestinationIp",
        "win.eventdata.destinationIp",
        "data.win.eventdata.destinationIp",
    ]),
    peer_port(&[
        "event_data.DestinationPort",
        "win.eventdata.destinationPort",
        "data.win.eventdata.destinationPort",
    ]),
    keep(
        &[
            "EventID",
            "event_id.id",
            "event_id",
            "Id",
            "Event ID",
            "win.system.eventID",
            "data.win.system.eventID",
        ],
        ID,
    ),
    keep(
        &[
            "ProviderName",
            "provider.name",
            "provider_name",
            "source_name",
            "SourceName",
            "Source",
            "win.system.providerName",
            "data.win.system.providerName",
        ],
        PROVIDER_NAME,
    ),
    keep(
        &[
            "event_data.SubjectUserName",
            "win.eventdata.subjectUserName",
            "data.win.eventdata.subjectUserName",
        ],
        SUBJECT,
    ),
    keep(
        &[
            "event_data.TargetUserName",
            "win.eventdata.targetUserName",
            "data.win.eventdata.targetUserName",
        ],
        TARGET,
    ),
    keep(
        &[
            "event_data.Status",
            "win.eventdata.status",
            "data.win.eventdata.status",
        ],
        STATUS,
    ),
    keep(&["win.system.message", "data.win.system.message"], QUOTED),
    keep(
        &[
            "Message",
            "message.message",
            "message",
            "win.system.message",
            "data.win.system.message",
        ],
        MESSAGE,
    ),
    keep(&["Keywords"], KEYWORDS),
    keep(AUDITED, WORDS),
    keep(&["StringInserts[1]"], INSERTED_SUBJECT),
    keep(&["StringInserts[5]"], INSERTED_TARGET),
    keep(&["StringInserts[18]"], INSERTED_LOGON),
    keep(&["StringInserts[19]"], INSERTED_LOGON_FAILURE),
];

const EXTRAS: &[(&str, &str)] = &[
    ("LevelDisplayName", "severity_text"),
    ("EventID", "event_id"),
    ("event_id", "event_id"),
    ("event_id.id", "event_id"),
    ("Id", "event_id"),
    ("Event ID", "event_id"),
    ("Task Category", "task"),
    ("win.system.eventID", "event_id"),
    ("data.win.system.eventID", "event_id"),
    ("win.system.channel", "channel"),
    ("data.win.system.channel", "channel"),
    ("win.system.eventRecordID", "record"),
    ("data.win.system.eventRecordID", "record"),
    ("win.eventdata.logonType", "logon_type"),
    ("data.win.eventdata.logonType", "logon_type"),
    ("win.eventdata.status", "status"),
    ("data.win.eventdata.status", "status"),
    ("rule.description", "rule"),
    ("Channel", "channel"),
    ("channel", "channel"),
    ("log_name", "channel"),
    ("LogName", "channel"),
    ("EventRecordID", "record"),
    ("record_id", "record"),
    ("record_number", "record"),
    ("RecordId", "record"),
    ("event_data.LogonType", "logon_type"),
    ("event_data.WorkstationName", "workstation"),
    ("event_data.Status", "status"),
    ("event_data.SubStatus", "sub_status"),
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    // Wazuh puts the message in quotes.
    if let Some(message) = event.kept(QUOTED) {
        row.text(Column::Body, message.trim_matches('"').trim());
    }
    if kept(PROVIDER_NAME).starts_with("MSSQL") {
        sql_server::sign_in(&kept(MESSAGE), row);
    }
    if kept(PROVIDER_NAME) != PROVIDER {
        return;
    }
    let id = kept(ID);
    let (mut subject, mut target) = (kept(SUBJECT), kept(TARGET));
    // Sign-ins begin alike: the subject is the second value of the event, the target the sixth.
    if matches!(&*id, "4624" | "4625") {
        if subject.is_empty() {
            subject = kept(INSERTED_SUBJECT);
        }
        if target.is_empty() {
            target = kept(INSERTED_TARGET);
        }
        let client = match &*id {
            "4624" => kept(INSERTED_LOGON),
            _ => kept(INSERTED_LOGON_FAILURE),
        };
        if let Some((client, _)) = address(&client) {
            row.text(Column::SourceIp, client);
        }
    }
    let word = kept(WORDS);
    let by_word = OUTCOMES
        .iter()
        .find(|(held, _)| held.eq_ignore_ascii_case(&word));
    let security = Security {
        id: &id,
        subject: known(&subject),
        target: known(&target),
        status: &kept(STATUS),
        outcome: by_word
            .map(|(_, outcome)| *outcome)
            .or_else(|| by_keywords(&kept(KEYWORDS))),
    };
    security.fill(row);
    if !row.has(Column::Body)
        && let Some(sentence) = sentence(&id)
    {
        row.constant(Column::Body, sentence);
    }
}
