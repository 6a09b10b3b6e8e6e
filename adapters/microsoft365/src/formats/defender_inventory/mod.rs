//! What the API of Microsoft Defender for Endpoint knows of devices: the devices themselves, what
//! was done to them, and vulnerabilities.

use nepho_codec::table::{
    JsonFormats, Need, Table, outcome_of, resource, severity_of, source_address, text, time,
};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.defender_inventory",
    summary: "Microsoft Defender for Endpoint: devices, actions on devices, vulnerabilities",
    permissions: &["Machine.Read.All", "Vulnerability.Read.All"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 3] = [&DEVICE, &ACTION, &VULNERABILITY];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "microsoft365"),
    (Column::Service, "microsoft.defender"),
];

/// How an action on a device ended; one that is `Pending` or `InProgress` has not.
const STATUSES: &[(&str, Outcome)] = &[
    ("Succeeded", Outcome::Success),
    ("Failed", Outcome::Failure),
    ("TimeOut", Outcome::Failure),
    ("Cancelled", Outcome::Failure),
];

static DEVICE: Table = Table {
    name: "microsoft365.defender_inventory",
    needs: &[
        Need::Has("id"),
        Need::Has("computerDnsName"),
        Need::Has("lastSeen"),
        Need::HasAny(&["healthStatus", "riskScore", "osPlatform"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["lastSeen", "firstSeen"]),
        text(&["computerDnsName"], Column::Host),
        source_address(&["lastIpAddress", "lastExternalIpAddress"]),
        resource(&["id"]),
    ],
    extras: &[
        ("osPlatform", "operating_system"),
        ("healthStatus", "state"),
        ("riskScore", "risk_level"),
        ("exposureLevel", "exposure"),
        ("lastExternalIpAddress", "external_address"),
        ("onboardingStatus", "onboarding"),
    ],
    finish: None,
};

static ACTION: Table = Table {
    name: "microsoft365.defender_inventory",
    needs: &[
        Need::Has("machineId"),
        Need::Has("type"),
        Need::Has("status"),
        Need::Has("requestor"),
        Need::HasAny(&["creationDateTimeUtc", "lastUpdateDateTimeUtc"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["lastUpdateDateTimeUtc", "creationDateTimeUtc"]),
        text(&["type"], Column::Action),
        outcome_of(&["status"], STATUSES),
        text(&["requestor"], Column::Actor),
        text(&["computerDnsName"], Column::Host),
        text(&["id"], Column::RequestId),
        text(&["requestorComment"], Column::Body),
        resource(&["machineId"]),
    ],
    extras: &[("status", "state"), ("scope", "scope")],
    finish: None,
};

static VULNERABILITY: Table = Table {
    name: "microsoft365.defender_inventory",
    needs: &[
        Need::Has("id"),
        Need::HasAny(&["cvssV3", "cveId"]),
        Need::HasAny(&["publishedOn", "exposedMachines", "machineId"]),
        Need::HasAny(&["severity", "exploitVerified"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["updatedOn", "publishedOn", "lastSeenTimestamp"]),
        severity_of(&["severity"], RANKS),
        text(&["description", "name"], Column::Body),
        resource(&["cveId", "id"]),
        resource(&["machineId"]),
    ],
    extras: &[
        ("cvssV3", "score"),
        ("exposedMachines", "exposed"),
        ("productName", "product"),
        ("publicExploit", "public_exploit"),
    ],
    finish: None,
};
