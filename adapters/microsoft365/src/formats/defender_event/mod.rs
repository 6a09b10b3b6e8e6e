//! Events of the streaming API of Microsoft Defender XDR: rows of the tables of advanced hunting.

use std::borrow::Cow;

use nepho_codec::json::fields::{JsonFields, pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, To, keep, peer_address, peer_port, put_text,
    resource, severity_of, source_address, source_port, status, text, time, url,
};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.defender_event",
    summary: "Events of Microsoft Defender XDR: streaming API, tables of advanced hunting",
    permissions: &["SecurityEvents.Read.All"],
    make: Make::Format(|| Box::new(DefenderEvent(JsonFormat(&TABLE)))),
});

const CATEGORY: usize = 0;
const ACTION: usize = 1;
const FILE: usize = 2;
const INITIATOR: usize = 3;
const REMOTE: usize = 4;
const LOCAL: usize = 5;
const DETAILS: usize = 6;
const REMOTE_PORT: usize = 7;
const LOCAL_PORT: usize = 8;
const ERROR_CODE: usize = 9;
const ADDRESSES: usize = 10;
const COMMAND: usize = 11;
const RESULT: usize = 12;

static TABLE: Table = Table {
    name: "microsoft365.defender_event",
    needs: &[
        Need::Starts("category", "AdvancedHunting-"),
        Need::Has("properties"),
        Need::HasAny(&[
            "time",
            "tenantId",
            "properties.Timestamp",
            "properties.TimeGenerated",
        ]),
    ],
    constants: &[
        (Column::Provider, "microsoft365"),
        (Column::Service, "microsoft.defender"),
    ],
    fields: &[
        time(&["properties.Timestamp", "properties.TimeGenerated", "time"]),
        text(&["tenantId"], Column::Account),
        text(
            &[
                // What a cloud calls it; the type of action is only its kind.
                "properties.OperationName",
                "properties.ActionType",
                "properties.Category",
                "properties.DeliveryAction",
            ],
            Column::Action,
        ),
        text(
            &[
                "properties.AccountName",
                "properties.AccountUpn",
                "properties.AccountDisplayName",
                "properties.SenderFromAddress",
                "properties.InitiatingProcessAccountName",
                "properties.InitiatingProcessAccountUpn",
                "properties.AccountSid",
                "properties.InitiatingProcessAccountSid",
                "properties.AccountObjectId",
                "properties.AccountId",
                "properties.RawEventData.User.username",
                // Sign-ins of applications.
                "properties.ServicePrincipalName",
                "properties.ServicePrincipalId",
            ],
            Column::Actor,
        ),
        source_address(&[
            "properties.LocalIP",
            "properties.IPAddress",
            "properties.RequestSourceIP",
            "properties.SenderIPv4",
            "properties.SenderIPv6",
            "properties.SourceIPAddress",
            // What a device was seen as from outside.
            "properties.PublicIP",
        ]),
        source_port(&["properties.LocalPort", "properties.Port"]),
        peer_address(&["properties.DestinationIPAddress"]),
        peer_port(&["properties.DestinationPort"]),
        url(&[
            "properties.RemoteUrl",
            "properties.Url",
            "properties.RequestUri",
        ]),
        // Requests to Graph.
        text(&["properties.RequestMethod"], Column::Method),
        status(&["properties.ResponseStatusCode"]),
        text(&["properties.UserAgent"], Column::UserAgent),
        text(
            &[
                "properties.AlertId",
                "properties.ReportId",
                "properties.RequestId",
                "properties.CorrelationId",
                "properties.NetworkMessageId",
            ],
            Column::RequestId,
        ),
        text(&["properties.DeviceName"], Column::Host),
        text(
            &[
                "properties.Title",
                "properties.Subject",
                "properties.FailureReason",
                "properties.Description",
            ],
            Column::Body,
        ),
        resource(&["properties.DeviceId"]),
        resource(&["properties.CloudResourceId", "properties.AzureResourceId"]),
        resource(&["properties.ResourceId"]),
        resource(&["properties.RecipientEmailAddress"]),
        resource(&["properties.TargetAccountUpn"]),
        resource(&["properties.DestinationDeviceName"]),
        severity_of(
            &[
                "properties.Severity",
                "properties.VulnerabilitySeverityLevel",
            ],
            RANKS,
        ),
        keep(&["category"], CATEGORY),
        keep(
            &["properties.ActionType", "properties.DeliveryAction"],
            ACTION,
        ),
        keep(&["properties.FileName"], FILE),
        keep(&["properties.InitiatingProcessFileName"], INITIATOR),
        keep(&["properties.RemoteIP"], REMOTE),
        keep(&["properties.LocalIP"], LOCAL),
        keep(&["properties.AdditionalFields"], DETAILS),
        keep(&["properties.RemotePort"], REMOTE_PORT),
        keep(&["properties.LocalPort"], LOCAL_PORT),
        keep(&["properties.ErrorCode"], ERROR_CODE),
        keep(&["properties.IPAddress"], ADDRESSES),
        keep(&["properties.ProcessCommandLine"], COMMAND),
        keep(&["properties.ActionResult"], RESULT),
    ],
    extras: &[
        ("category", "category"),
        ("properties.Protocol", "protocol"),
        ("properties.FolderPath", "file_path"),
        ("properties.SHA256", "file_hash"),
        ("properties.Application", "application"),
        ("properties.ServiceSource", "source"),
        ("properties.LogonType", "logon_type"),
        ("properties.RegistryKey", "registry_key"),
        ("properties.QueryTarget", "query_target"),
        ("properties.InitiatingProcessId", "process_id"),
    ],
    finish: Some(finish),
};

/// Endings of action types that tell how it went: `LogonFailed`, `ConnectionSuccess`.
const ENDINGS: [(&str, Outcome); 8] = [
    ("Success", Outcome::Success),
    ("Accepted", Outcome::Success),
    ("Failed", Outcome::Failure),
    ("Failure", Outcome::Failure),
    ("Blocked", Outcome::Failure),
    ("Denied", Outcome::Failure),
    ("Rejected", Outcome::Failure),
    ("Unsuccessful", Outcome::Failure),
];

/// Values of `ActionResult`: what became of a mail that was moved or removed later.
const RESULTS: [(&str, Outcome); 3] = [
    ("Success", Outcome::Success),
    ("Failure", Outcome::Failure),
    ("Error", Outcome::Failure),
];

/// The table, and what stands within `AdditionalFields`.
struct DefenderEvent(JsonFormat);

impl Format for DefenderEvent {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        let table = fields.get("Type").unwrap_or_default();
        let has = |key: &str| fields.get(key).is_some();
        if is_table(table) && has("TimeGenerated") {
            return Confidence::CERTAIN;
        }
        match is_result(&has) {
            true => Confidence(90),
            false => self.0.sniff(sample),
        }
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(DefenderDecoder(TableDecoder::new(&TABLE)))
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key)
            || (has_key("Type") && has_key("TimeGenerated"))
            || is_result(has_key)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let streamed = streamed(raw);
        let raw = streamed.as_deref().unwrap_or(raw);
        self.0.extras(raw, stream, found);
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        let Some(details) = fields.text("properties.AdditionalFields") else {
            return;
        };
        let details = details_of(details);
        let Ok(details) = JsonFields::parse(&details) else {
            return;
        };
        for (path, name) in [
            ("query", "dns_question"),
            ("DnsQueryString", "dns_question"),
            ("qtype_name", "dns_type"),
            ("rcode_name", "dns_response_code"),
            ("server_name", "server_name"),
            ("direction", "direction"),
        ] {
            if let Some(value) = details.text(path) {
                found(name, &unescape(value));
            }
        }
    }
}

struct DefenderDecoder(TableDecoder);

impl Decoder for DefenderDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let mut streamed_text = None;
        if !self.0.scan(record.text) {
            streamed_text = streamed(record.text).filter(|text| self.0.scan(text));
            if streamed_text.is_none() {
                return Verdict::NotMine;
            }
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        self.0
            .fill(streamed_text.as_deref().unwrap_or(record.text), &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Tables of advanced hunting that Log Analytics has as well.
///
/// Source: learn.microsoft.com/azure/sentinel/connect-microsoft-365-defender, "Connect events", as
/// of 2026-11-28.
const TABLES: [&str; 25] = [
    "AlertEvidence",
    "AlertInfo",
    "BehaviorEntities",
    "BehaviorInfo",
    "CloudAppEvents",
    "CloudAuditEvents",
    "CloudProcessEvents",
    "DeviceEvents",
    "DeviceFileCertificateInfo",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "EmailAttachmentInfo",
    "EmailEvents",
    "EmailPostDeliveryEvents",
    "EmailUrlInfo",
    "IdentityDirectoryEvents",
    "IdentityLogonEvents",
    "IdentityQueryEvents",
    "UrlClickEvents",
];

fn is_table(name: &str) -> bool {
    TABLES.binary_search(&name).is_ok()
}

/// Whether keys are those of a row that a query of advanced hunting answered, of which no member
/// names the table.
fn is_result(has: &dyn Fn(&str) -> bool) -> bool {
    let is_event = has("ReportId")
        && (has("ActionType") || has("NetworkMessageId"))
        && ["DeviceId", "DeviceName", "AccountUpn", "AccountObjectId"]
            .iter()
            .chain(&["NetworkMessageId", "InitiatingProcessFileName"])
            .any(|key| has(key));
    has("Timestamp") && (is_alert(has) || is_event)
}

/// Whether keys are those of an alert, in the tables of advanced hunting.
fn is_alert(has: &dyn Fn(&str) -> bool) -> bool {
    has("AlertId") && has("ServiceSource") && has("Title")
}

/// A row of Log Analytics, or of an answer of advanced hunting, in the shape in which it is
/// streamed; `None` if it is none.
fn streamed(record: &str) -> Option<String> {
    let row = record.trim();
    let [table, time] = pick(row, ["Type", "TimeGenerated"])?;
    let table = match table.and_then(text_of).filter(|table| is_table(table)) {
        Some(table) => time.map(|_| table)?,
        None => table_of(&JsonFields::parse(row).ok()?)?,
    };
    Some(format!(
        r#"{{"category":"AdvancedHunting-{table}","properties":{row}}}"#
    ))
}

/// The table that a row of an answer is of, as far as that makes a difference here.
fn table_of(fields: &JsonFields<'_>) -> Option<&'static str> {
    let has = |key: &str| fields.raw(key).is_some();
    is_result(&has).then_some(())?;
    let is_sign_in = has("LogonType") && has("DeviceName") && !has("DestinationDeviceName");
    Some(match () {
        () if is_alert(&has) => "AlertInfo",
        () if is_sign_in => "DeviceLogonEvents",
        () if has("SenderFromAddress") => "EmailEvents",
        () => "Results",
    })
}

/// JSON text of `AdditionalFields`, which is an object or the text of one.
fn details_of(text: &str) -> Cow<'_, str> {
    match text.starts_with('{') && !text.starts_with("{\\") {
        true => Cow::Borrowed(text),
        false => unescape(text),
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or(Cow::Borrowed(""));
    let action = kept(ACTION);
    // The process that an event is of: the new one, or the one that did it.
    let process = match &*action {
        "ProcessCreated" => kept(FILE),
        _ => kept(INITIATOR),
    };
    row.text(Column::Process, &process);
    if !row.has(Column::Body) {
        row.text(Column::Body, &kept(COMMAND));
    }
    put_remote(event, row);
    // Requests that proxies passed on have the address of the client first.
    if let Some((client, _)) = kept(ADDRESSES).split_once(',') {
        put_text(client.trim(), To::SourceAddress, row);
    }
    let ending = ENDINGS.iter().find(|(ending, _)| action.ends_with(ending));
    let code = kept(ERROR_CODE);
    match (ending, &*code) {
        (Some((_, outcome)), _) => row.outcome(*outcome),
        (None, "") => match RESULTS.iter().find(|(word, _)| *word == kept(RESULT)) {
            Some((_, outcome)) => row.outcome(*outcome),
            None => row,
        },
        (None, "0") => row.outcome(Outcome::Success),
        (None, _) => row.outcome(Outcome::Failure),
    };
}

/// Types of action of sign-ins, in rows of queries that do not tell their table.
///
/// Source: learn.microsoft.com/defender-xdr/advanced-hunting-devicelogonevents-table, from memory.
const SIGN_INS: [&str; 3] = ["LogonAttempted", "LogonFailed", "LogonSuccess"];

/// Puts the remote end where it belongs: it is the client of sign-ins to a device, and of
/// connections of which the inspection of the network says that they came in.
fn put_remote(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or(Cow::Borrowed(""));
    let action = kept(ACTION);
    let is_sign_in = kept(CATEGORY).ends_with("DeviceLogonEvents") || SIGN_INS.contains(&&*action);
    let details = event.kept(DETAILS).unwrap_or(Cow::Borrowed(""));
    let comes_in = JsonFields::parse(&details)
        .ok()
        .and_then(|details| details.text("direction"))
        == Some("In");
    let (remote, remote_port) = (kept(REMOTE), kept(REMOTE_PORT).parse());
    if !(is_sign_in || comes_in) {
        row.text(Column::Peer, &remote);
        if let Ok(port) = remote_port {
            row.peer_port(port);
        }
        return;
    }
    if remote.is_empty() {
        return;
    }
    row.text(Column::SourceIp, &remote)
        .text(Column::Peer, &kept(LOCAL));
    if let Ok(port) = remote_port {
        row.source_port(port);
    }
    if let Ok(port) = kept(LOCAL_PORT).parse() {
        row.peer_port(port);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_others_are_left_alone() {
        assert!(TABLES.is_sorted());
        assert!(is_table("DeviceProcessEvents") && is_table("UrlClickEvents"));
        assert!(!is_table("DeviceTelemetryEvents") && !is_table(""));
    }
}
