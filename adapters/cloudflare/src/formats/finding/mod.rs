//! What Cloudflare's detectors found: threats in packets, mails, files of cloud services, and
//! scripts of pages (Logpush `magic_ids_detections`, `email_security_alerts`, `casb_findings`,
//! `page_shield_events`).

use nepho_codec::table::{
    JsonFormats, Need, Table, outcome_of, peer_address, peer_port, resource, severity_of,
    source_address, source_port, text, time, url,
};
use nepho_core::severity::{RANKS, Severity};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.finding",
    summary: "Cloudflare detections: intrusions, mails, cloud services, scripts of pages",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 4] = [&INTRUSION, &MAIL, &CLOUD_SERVICE, &PAGE];

/// What became of the packets.
const ACTIONS: &[(&str, Outcome)] = &[("pass", Outcome::Success), ("block", Outcome::Failure)];

static INTRUSION: Table = Table {
    name: "cloudflare.finding",
    needs: &[
        Need::Has("SignatureID"),
        Need::Has("SignatureMessage"),
        Need::HasAny(&["SourceIP", "DestinationIP"]),
        Need::HasAny(&["Timestamp", "ColoCode"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Timestamp"]),
        text(&["ColoCode"], Column::Region),
        text(&["Action"], Column::Action),
        outcome_of(&["Action"], ACTIONS),
        source_address(&["SourceIP"]),
        source_port(&["SourcePort"]),
        peer_address(&["DestinationIP"]),
        peer_port(&["DestinationPort"]),
        text(&["Protocol"], Column::Method),
        text(&["SignatureMessage"], Column::Body),
        resource(&["SignatureID"]),
    ],
    extras: &[
        ("SignatureID", "rule"),
        ("SignatureRevision", "rule_revision"),
    ],
    finish: None,
};

/// Dispositions of mails (developers.cloudflare.com/cloudflare-one/email-security/reference/
/// dispositions-and-attributes, as of 2026-11-30).
const DISPOSITIONS: &[(&str, Severity)] = &[
    ("MALICIOUS", Severity::FATAL),
    ("SUSPICIOUS", Severity::ERROR),
    ("SPOOF", Severity::ERROR),
    ("SPAM", Severity::WARN),
    ("BULK", Severity::INFO),
    ("NONE", Severity::INFO),
];

static MAIL: Table = Table {
    name: "cloudflare.finding",
    needs: &[
        Need::Has("AlertID"),
        Need::Has("FinalDisposition"),
        Need::HasAny(&["MessageID", "SMTPEnvelopeFrom", "SMTPEnvelopeTo"]),
        Need::HasAny(&["Timestamp", "Subject"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Timestamp"]),
        severity_of(&["FinalDisposition"], DISPOSITIONS),
        text(&["FinalDisposition"], Column::Action),
        text(&["SMTPEnvelopeFrom", "From"], Column::Actor),
        source_address(&["SMTPHeloServerIP"]),
        text(&["Subject"], Column::Body),
        text(&["AlertID"], Column::RequestId),
        resource(&["SMTPEnvelopeTo[]"]),
    ],
    extras: &[
        ("From", "sender"),
        ("MessageID", "message_id"),
        ("AlertReasons[0]", "reason"),
        ("Origin", "origin"),
    ],
    finish: None,
};

static CLOUD_SERVICE: Table = Table {
    name: "cloudflare.finding",
    needs: &[
        Need::Has("DetectedTimestamp"),
        Need::HasAny(&["FindingTypeDisplayName", "FindingTypeID"]),
        Need::HasAny(&["AssetExternalID", "AssetDisplayName", "InstanceID"]),
        Need::HasAny(&[
            "IntegrationID",
            "IntegrationDisplayName",
            "FindingTypeSeverity",
        ]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["DetectedTimestamp"]),
        severity_of(&["FindingTypeSeverity"], RANKS),
        text(
            &["IntegrationPolicyVendor", "IntegrationDisplayName"],
            Column::Service,
        ),
        text(&["FindingTypeDisplayName"], Column::Body),
        text(&["InstanceID"], Column::RequestId),
        resource(&["AssetExternalID", "AssetDisplayName"]),
    ],
    extras: &[
        ("FindingTypeID", "rule"),
        ("AssetDisplayName", "asset"),
        ("AssetLink", "link"),
        ("IntegrationDisplayName", "integration"),
    ],
    finish: None,
};

static PAGE: Table = Table {
    name: "cloudflare.finding",
    needs: &[
        Need::Has("CSPDirective"),
        Need::Has("PageURL"),
        Need::HasAny(&["URL", "URLHost", "Host"]),
        Need::HasAny(&["Timestamp", "PolicyID"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Timestamp"]),
        text(&["Host"], Column::Service),
        text(&["Action"], Column::Action),
        url(&["PageURL"]),
        text(&["URLHost"], Column::Peer),
        text(&["CSPDirective"], Column::Body),
        resource(&["PolicyID"]),
    ],
    extras: &[("URL", "url"), ("PageURL", "page")],
    finish: None,
};
