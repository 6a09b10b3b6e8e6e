//! Sign-ins to applications behind Cloudflare Access (Logpush `access_requests`, REST API).

use nepho_codec::table::{
    JsonFormats, Need, Table, outcome_of, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.access_request",
    summary: "Cloudflare Access: sign-ins to applications",
    permissions: &["Access: Audit Logs Read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&PUSHED, &API];

const ALLOWED: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

/// Logpush `access_requests`.
static PUSHED: Table = Table {
    name: "cloudflare.access_request",
    needs: &[
        Need::Has("Allowed"),
        Need::HasAny(&["AppDomain", "AppUUID"]),
        Need::HasAny(&["Email", "UserUID", "IPAddress"]),
        Need::HasAny(&["CreatedAt", "RayID"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["CreatedAt"]),
        text(&["Action"], Column::Action),
        text(&["AppDomain", "AppUUID"], Column::Service),
        text(&["Email", "UserUID"], Column::Actor),
        source_address(&["IPAddress"]),
        text(&["RayID"], Column::RequestId),
        text(&["PurposeJustificationResponse"], Column::Body),
        resource(&["AppUUID"]),
        outcome_of(&["Allowed"], ALLOWED),
    ],
    extras: &[
        ("Connection", "identity_provider"),
        ("Country", "country"),
        ("AppDomain", "domain"),
    ],
    finish: None,
};

/// `/accounts/{id}/access/logs/access_requests`.
static API: Table = Table {
    name: "cloudflare.access_request",
    needs: &[
        Need::Has("allowed"),
        Need::HasAny(&["app_domain", "app_uid"]),
        Need::HasAny(&["user_email", "ip_address"]),
        Need::HasAny(&["created_at", "ray_id"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["created_at"]),
        text(&["action"], Column::Action),
        text(&["app_domain", "app_uid"], Column::Service),
        text(&["user_email"], Column::Actor),
        source_address(&["ip_address"]),
        text(&["ray_id"], Column::RequestId),
        resource(&["app_uid"]),
        outcome_of(&["allowed"], ALLOWED),
    ],
    extras: &[
        ("connection", "identity_provider"),
        ("country", "country"),
        ("app_domain", "domain"),
    ],
    finish: None,
};
