//! Events as converters of files of the event log write them: the members of the XML as objects,
//! with the attributes in `#attributes`, in an object beside the element, or with `@` before.
//!
//! Source: github.com/omerbenamram/evtx (`evtx_dump -o json`, with and without
//! `--separate-json-attributes`), as of 2026-12-01.

use nepho_codec::table::{
    Field, Need, Table, keep, peer_address, peer_port, severity_of, source_address, source_port,
    text, time,
};
use nepho_core::tables::Column;

use super::{ID, KEYWORDS, LEVELS, PROVIDER_NAME, STATUS, SUBJECT, TARGET, finish};

const PROVIDERS: &[&str] = &[
    "Event.System.Provider.#attributes.Name",
    "Event.System.Provider_attributes.Name",
    "Event.System.Provider.@Name",
    "Event.System.Provider.Name",
];

const IDS: &[&str] = &["Event.System.EventID.#text", "Event.System.EventID"];

pub(super) static TABLE: Table = Table {
    name: "windows.event_json",
    needs: &[
        Need::HasAny(PROVIDERS),
        Need::HasAny(IDS),
        Need::Has("Event.System.Channel"),
        Need::Has("Event.System.Computer"),
    ],
    constants: &[],
    fields: FIELDS,
    extras: &[
        ("Event.System.EventID", "event_id"),
        // Where it is an object, this is the number in it.
        ("Event.System.EventID.#text", "event_id"),
        ("Event.System.Channel", "channel"),
        ("Event.System.EventRecordID", "record"),
        ("Event.EventData.LogonType", "logon_type"),
        ("Event.EventData.CommandLine", "command"),
        ("Event.EventData.Status", "status"),
        ("Event.EventData.QueryName", "dns_question"),
    ],
    finish: Some(finish),
};

const FIELDS: &[Field] = &[
    time(&[
        "Event.System.TimeCreated.#attributes.SystemTime",
        "Event.System.TimeCreated_attributes.SystemTime",
        "Event.System.TimeCreated.@SystemTime",
        "Event.System.TimeCreated.SystemTime",
    ]),
    severity_of(&["Event.System.Level"], LEVELS),
    text(&["Event.System.Computer"], Column::Host),
    text(PROVIDERS, Column::Process),
    // Of Sysmon; what signed in or was changed is put by the number of the event.
    text(&["Event.EventData.User"], Column::Actor),
    source_address(&[
        "Event.EventData.IpAddress",
        "Event.EventData.SourceIp",
        "Event.EventData.ClientAddress",
    ]),
    source_port(&["Event.EventData.IpPort", "Event.EventData.SourcePort"]),
    peer_address(&["Event.EventData.DestinationIp"]),
    peer_port(&["Event.EventData.DestinationPort"]),
    keep(IDS, ID),
    keep(PROVIDERS, PROVIDER_NAME),
    keep(&["Event.EventData.SubjectUserName"], SUBJECT),
    keep(&["Event.EventData.TargetUserName"], TARGET),
    keep(&["Event.EventData.Status"], STATUS),
    keep(&["Event.System.Keywords"], KEYWORDS),
];
