//! Cloudflare audit logs: changes of the settings of an account (Logpush and REST API, versions 1
//! and 2).

use nepho_codec::table::{
    JsonFormats, Need, Table, http_status, outcome_of, resource, source_address, text, time, url,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.audit",
    summary: "Cloudflare audit logs: Logpush and REST API, versions 1 and 2",
    permissions: &["Account Settings: Read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 4] = [&PUSHED, &PUSHED_V2, &API, &API_V2];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "cloudflare"),
    (Column::Service, "cloudflare"),
];

const RESULTS: &[(&str, Outcome)] = &[
    ("true", Outcome::Success),
    ("success", Outcome::Success),
    ("false", Outcome::Failure),
    ("failure", Outcome::Failure),
];

/// Logpush `audit_logs`.
static PUSHED: Table = Table {
    name: "cloudflare.audit",
    needs: &[
        Need::Has("ActionType"),
        Need::HasAny(&["ActorID", "ActorEmail", "ActorIP", "ActorType"]),
        Need::Has("When"),
        // Which fields are pushed is chosen; any of these is enough beside those above.
        Need::HasAny(&[
            "ResourceType",
            "ResourceID",
            "OwnerID",
            "Interface",
            "ActionResult",
        ]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["When"]),
        text(&["ActionType"], Column::Action),
        text(&["ActorEmail", "ActorID", "ActorType"], Column::Actor),
        source_address(&["ActorIP"]),
        text(&["ID"], Column::RequestId),
        resource(&["ResourceID"]),
        outcome_of(&["ActionResult"], RESULTS),
    ],
    extras: &[
        ("ResourceType", "target_kind"),
        ("Interface", "interface"),
        ("ActorType", "actor_kind"),
        ("OwnerID", "owner"),
        ("Metadata.zone_name", "zone"),
    ],
    finish: None,
};

/// Logpush `audit_logs_v2`.
static PUSHED_V2: Table = Table {
    name: "cloudflare.audit",
    needs: &[
        Need::Has("ActionType"),
        Need::HasAny(&["AuditLogID", "ActionTimestamp"]),
        Need::HasAny(&["ActorID", "ActorEmail", "ActorIPAddress", "ActorType"]),
        Need::HasAny(&["ResourceType", "ResourceProduct", "AccountID"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["ActionTimestamp"]),
        text(&["ActionType"], Column::Action),
        text(&["AccountID", "AccountName"], Column::Account),
        text(&["ActorEmail", "ActorID", "ActorType"], Column::Actor),
        source_address(&["ActorIPAddress"]),
        text(&["Raw.user_agent", "Raw.UserAgent"], Column::UserAgent),
        text(&["Raw.method", "Raw.Method"], Column::Method),
        url(&["Raw.uri", "Raw.URI"]),
        http_status(&["Raw.status_code", "Raw.StatusCode"]),
        text(&["AuditLogID"], Column::RequestId),
        text(&["ActionDescription"], Column::Body),
        resource(&["ResourceID"]),
        resource(&["ZoneID"]),
        outcome_of(&["ActionResult"], RESULTS),
    ],
    extras: &[
        ("ResourceType", "target_kind"),
        ("ResourceProduct", "product"),
        ("ActorContext", "interface"),
        ("ActorType", "actor_kind"),
        ("ZoneName", "zone"),
    ],
    finish: None,
};

/// `/accounts/{id}/audit_logs`, `/user/audit_logs`.
static API: Table = Table {
    name: "cloudflare.audit",
    needs: &[
        Need::Has("action.type"),
        Need::HasAny(&["actor.email", "actor.id", "actor.type"]),
        Need::Has("when"),
        Need::HasAny(&["owner.id", "resource.type", "interface", "action.result"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["when"]),
        text(&["action.type"], Column::Action),
        text(&["owner.id"], Column::Account),
        text(&["actor.email", "actor.id", "actor.type"], Column::Actor),
        source_address(&["actor.ip"]),
        text(&["id"], Column::RequestId),
        text(&["action.info"], Column::Body),
        resource(&["resource.id"]),
        outcome_of(&["action.result"], RESULTS),
    ],
    extras: &[
        ("resource.type", "target_kind"),
        ("interface", "interface"),
        ("actor.type", "actor_kind"),
        ("metadata.zone_name", "zone"),
    ],
    finish: None,
};

/// `/accounts/{id}/logs/audit`.
static API_V2: Table = Table {
    name: "cloudflare.audit",
    needs: &[
        Need::Has("action.type"),
        Need::Has("action.time"),
        Need::HasAny(&["actor.email", "actor.id", "actor.type"]),
        Need::HasAny(&["resource.product", "resource.type", "raw.cf_ray_id"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["action.time"]),
        text(&["action.type"], Column::Action),
        text(&["account.id", "account.name"], Column::Account),
        text(&["actor.email", "actor.id", "actor.type"], Column::Actor),
        source_address(&["actor.ip_address"]),
        text(&["raw.user_agent"], Column::UserAgent),
        text(&["raw.method"], Column::Method),
        url(&["raw.uri"]),
        http_status(&["raw.status_code"]),
        text(&["id"], Column::RequestId),
        text(&["action.description"], Column::Body),
        resource(&["resource.id"]),
        resource(&["zone.id"]),
        outcome_of(&["action.result"], RESULTS),
    ],
    extras: &[
        ("resource.type", "target_kind"),
        ("resource.product", "product"),
        ("actor.context", "interface"),
        ("actor.type", "actor_kind"),
        ("zone.name", "zone"),
        ("raw.cf_ray_id", "ray_id"),
    ],
    finish: None,
};
