//! Decisions of Cloudflare's firewall, rate limits and bot rules (Logpush `firewall_events`, and
//! `firewallEventsAdaptive` of the GraphQL API, which calls some fields by other names).
//!
//! Source of the latter: developers.cloudflare.com/analytics/graphql-api/tutorials/
//! querying-firewall-events, from memory.

use nepho_codec::table::{
    Field, JsonFormats, Need, Table, http_status, outcome_of, resource, source_address,
    source_port, text, time, url,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.firewall_event",
    summary: "Cloudflare firewall events: WAF, rate limits, bot rules",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&TABLE, &FEW];

static TABLE: Table = Table {
    name: "cloudflare.firewall_event",
    needs: &[
        Need::Has("Action"),
        Need::HasAny(&["Source", "RuleID", "Kind", "MatchIndex", "RayID"]),
        Need::HasAny(&[
            "ClientRequestMethod",
            "ClientRequestPath",
            "ClientRequestHost",
            "ClientIP",
        ]),
        Need::HasAny(&["Datetime", "RayID", "EdgeColoCode"]),
        Need::Lacks("EdgeStartTimestamp"),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: FIELDS,
    extras: EXTRAS,
    finish: None,
};

/// Events of a job that does not push what was done.
static FEW: Table = Table {
    name: "cloudflare.firewall_event",
    needs: &[
        Need::Has("Datetime"),
        Need::Has("RayID"),
        Need::HasAny(&["RuleID", "Kind", "MatchIndex"]),
        Need::HasAny(&[
            "ClientRequestMethod",
            "ClientRequestPath",
            "ClientRequestHost",
            "ClientIP",
        ]),
        Need::Lacks("EdgeStartTimestamp"),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: FIELDS,
    extras: EXTRAS,
    finish: None,
};

const FIELDS: &[Field] = &[
    time(&["Datetime"]),
    text(&["Action"], Column::Action),
    text(&["ClientRequestHost", "ZoneName"], Column::Service),
    source_address(&["ClientIP"]),
    source_port(&["ClientSrcPort"]),
    text(
        &["ClientRequestMethod", "clientRequestHTTPMethodName"],
        Column::Method,
    ),
    url(&["ClientRequestPath"]),
    text(&["ClientRequestUserAgent", "userAgent"], Column::UserAgent),
    text(&["RayID", "rayName"], Column::RequestId),
    text(&["EdgeColoCode"], Column::Region),
    text(&["Description"], Column::Body),
    resource(&["RuleID"]),
    http_status(&["EdgeResponseStatus"]),
    outcome_of(&["Action"], ACTIONS),
];

const EXTRAS: &[(&str, &str)] = &[
    ("RuleID", "rule"),
    ("Source", "rule_source"),
    ("Ref", "rule_ref"),
    ("ZoneName", "zone"),
    ("ClientCountry", "country"),
    ("ClientRequestProtocol", "protocol"),
    ("OriginResponseStatus", "origin_status"),
    ("OriginatorRayID", "parent_request_id"),
];

/// What became of the request; challenges that were only put, and `log`, tell nothing of it.
const ACTIONS: &[(&str, Outcome)] = &[
    ("allow", Outcome::Success),
    ("bypass", Outcome::Success),
    ("skip", Outcome::Success),
    ("challengeSolved", Outcome::Success),
    ("challengeBypassed", Outcome::Success),
    ("jschallengeSolved", Outcome::Success),
    ("jschallengeBypassed", Outcome::Success),
    ("managedchallengeSkipped", Outcome::Success),
    ("managedchallengeBypassed", Outcome::Success),
    ("managedchallengeNonInteractiveSolved", Outcome::Success),
    ("managedchallengeInteractiveSolved", Outcome::Success),
    ("block", Outcome::Failure),
    ("drop", Outcome::Failure),
    ("connectionClose", Outcome::Failure),
    ("challengeFailed", Outcome::Failure),
    ("jschallengeFailed", Outcome::Failure),
    ("managedchallengeFailed", Outcome::Failure),
];
