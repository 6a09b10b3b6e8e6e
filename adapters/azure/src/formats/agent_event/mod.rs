//! Tables `Event` and `SecurityEvent` of Log Analytics: the event logs of Windows machines.

use std::borrow::Cow;

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, resource, severity_of, source_address,
    source_port, text, time,
};
use nepho_codec::windows::is_sign_in;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{LEVELS, parts};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.agent_event",
    summary: "Windows event logs as Azure Monitor has them: tables Event and SecurityEvent",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&EVENT, &SECURITY];

static EVENT: Table = Table {
    name: "azure.agent_event",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("EventLog"),
        Need::Has("EventID"),
        Need::HasAny(&["RenderedDescription", "EventLevelName"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        // `EventLevel` is a number of another scale, in which 1 is an error.
        severity_of(&["EventLevelName"], LEVELS),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["Computer"], Column::Host),
        text(&["Source"], Column::Process),
        part(&["UserName"], Column::Actor, known),
        text(&["RenderedDescription"], Column::Body),
        resource(&["_ResourceId"]),
    ],
    extras: &[
        ("EventID", "event_id"),
        ("EventLog", "channel"),
        ("EventCategory", "category"),
    ],
    finish: None,
};

const ID: usize = 0;
const ACTIVITY: usize = 1;
const SUBJECT: usize = 2;
const TARGET: usize = 3;
const ACCOUNT: usize = 4;
const STATUS: usize = 5;

static SECURITY: Table = Table {
    name: "azure.agent_event",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("EventID"),
        Need::Has("Activity"),
        Need::HasAny(&["EventSourceName", "Channel", "AccountType"]),
        Need::Has("Computer"),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        part(&["Activity"], Column::Action, activity),
        text(&["Activity"], Column::Body),
        text(&["Computer"], Column::Host),
        text(&["EventSourceName"], Column::Process),
        source_address(&["IpAddress", "ClientIPAddress", "ClientAddress"]),
        source_port(&["IpPort"]),
        resource(&["_ResourceId"]),
        keep(&["EventID"], ID),
        keep(&["Activity"], ACTIVITY),
        keep(&["SubjectUserName", "SubjectAccount"], SUBJECT),
        keep(&["TargetUserName", "TargetAccount"], TARGET),
        keep(&["Account", "AccountName"], ACCOUNT),
        keep(&["Status"], STATUS),
    ],
    extras: &[
        ("EventID", "event_id"),
        ("Channel", "channel"),
        ("LogonType", "logon_type"),
        ("LogonTypeName", "logon_type"),
        ("WorkstationName", "workstation"),
        ("Status", "status"),
        ("SubStatus", "sub_status"),
        ("NewProcessName", "file_path"),
        ("CommandLine", "command"),
        ("ParentProcessName", "parent_process"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let id = event.kept(ID).unwrap_or_default();
    let kept = |number| {
        let name = event.kept(number).unwrap_or_default();
        if known(&name).is_empty() {
            Cow::Borrowed("")
        } else {
            name
        }
    };
    let (subject, target) = (kept(SUBJECT), kept(TARGET));
    if is_sign_in(&id) {
        row.text(Column::Actor, &target);
    } else {
        row.text(Column::Actor, &subject);
        if subject != target && !target.is_empty() {
            row.resource(&target);
        }
    }
    if !row.has(Column::Actor) {
        row.text(Column::Actor, &kept(ACCOUNT));
    }
    let outcome = outcome(
        &id,
        &event.kept(ACTIVITY).unwrap_or_default(),
        &kept(STATUS),
    );
    if let Some(outcome) = outcome {
        row.outcome(outcome);
    }
}

/// Outcome of a security event: by its number, its status or its words.
fn outcome(id: &str, activity: &str, status: &str) -> Option<Outcome> {
    match id {
        "4624" => Some(Outcome::Success),
        "4625" | "4771" => Some(Outcome::Failure),
        // Tickets of Kerberos and checks of NTLM have a status.
        "4768" | "4769" | "4776" if !status.is_empty() => match status {
            "0x0" | "0x00000000" => Some(Outcome::Success),
            _ => Some(Outcome::Failure),
        },
        _ if activity.ends_with("failed.") || activity.contains(" failed to ") => {
            Some(Outcome::Failure)
        }
        _ => None,
    }
}

/// What happened: `An account failed to log on.` of `4625 - An account failed to log on.`
fn activity(text: &str) -> &str {
    match text.split_once(" - ") {
        Some((id, rest)) if id.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// A name that is one.
fn known(name: &str) -> &str {
    match name {
        "N/A" | "-" | "-\\-" | "\\" => "",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_tells_its_outcome() {
        let check = |id: &str, activity: &str, status: &str, expected: Option<Outcome>| {
            assert_eq!(outcome(id, activity, status), expected, "{id} {activity}");
        };
        check(
            "4625",
            "4625 - An account failed to log on.",
            "0xc000006d",
            Some(Outcome::Failure),
        );
        check("4624", "", "", Some(Outcome::Success));
        check("4776", "", "0x0", Some(Outcome::Success));
        check("4776", "", "0xc000006a", Some(Outcome::Failure));
        check("4688", "4688 - A new process has been created.", "", None);
        assert_eq!(activity("4688 - A new - x"), "A new - x");
        assert_eq!(activity("a - b"), "a - b");
    }
}
