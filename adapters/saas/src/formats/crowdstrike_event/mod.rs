//! Events of the streaming API of CrowdStrike Falcon.
//!
//! Source: the fields by elastic.co/docs/reference/beats/filebeat/exported-fields-crowdstrike, as
//! of 2026-12-01.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, resource, severity_of, source_address, text, time,
};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "crowdstrike.event",
    summary: "CrowdStrike Falcon event streams: detections and audit events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULTS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

static TABLE: Table = Table {
    name: "crowdstrike.event",
    needs: &[
        Need::Has("metadata.eventType"),
        Need::Has("metadata.eventCreationTime"),
        Need::HasAny(&["metadata.customerIDString", "metadata.offset"]),
        Need::Has("event"),
    ],
    constants: &[
        (Column::Provider, "crowdstrike"),
        (Column::Service, "crowdstrike"),
    ],
    fields: &[
        time(&["metadata.eventCreationTime"]),
        text(&["metadata.customerIDString"], Column::Account),
        text(
            &["event.OperationName", "metadata.eventType"],
            Column::Action,
        ),
        text(&["event.UserId", "event.UserName"], Column::Actor),
        source_address(&["event.UserIp"]),
        text(
            &[
                "event.ComputerName",
                "event.HostnameField",
                "event.Hostname",
            ],
            Column::Host,
        ),
        text(&["event.FileName"], Column::Process),
        outcome_of(&["event.Success"], RESULTS),
        severity_of(&["event.SeverityName"], RANKS),
        text(
            &[
                "event.DetectDescription",
                "event.Description",
                "event.Message",
                "event.DetectName",
                "event.Name",
            ],
            Column::Body,
        ),
        text(
            &[
                "event.DetectId",
                "event.CompositeId",
                "event.IncidentID",
                "event.SessionId",
            ],
            Column::RequestId,
        ),
        resource(&["event.SensorId", "event.AgentIdString"]),
    ],
    extras: &[
        ("metadata.eventType", "event_type"),
        ("event.DetectName", "rule"),
        ("event.Tactic", "tactic"),
        ("event.Technique", "technique"),
        ("event.SeverityName", "severity_text"),
        ("event.ServiceName", "product"),
        ("event.CommandLine", "command"),
        ("event.PatternDispositionDescription", "disposition"),
    ],
    finish: None,
};
