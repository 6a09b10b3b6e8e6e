//! Whether devices are as their owner's rules want them (Logpush `device_posture_results`).

use nepho_codec::table::{JsonFormat, Need, Table, outcome_of, resource, text, time};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.device_posture",
    summary: "Cloudflare Zero Trust: checks of devices",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "cloudflare.device_posture",
    needs: &[
        Need::Has("PostureCheckType"),
        Need::HasAny(&["PostureEvaluatedResult", "PostureCheckName"]),
        Need::HasAny(&["DeviceID", "DeviceName", "Email", "UserUID"]),
        Need::Has("Timestamp"),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Timestamp"]),
        text(&["PostureCheckType"], Column::Action),
        outcome_of(
            &["PostureEvaluatedResult"],
            &[("true", Outcome::Success), ("false", Outcome::Failure)],
        ),
        text(&["Email", "UserUID"], Column::Actor),
        text(&["DeviceName"], Column::Host),
        text(&["PostureCheckName"], Column::Body),
        resource(&["DeviceID"]),
    ],
    extras: &[
        ("PolicyID", "rule"),
        ("OSVersion", "os_version"),
        ("ClientVersion", "client_version"),
        ("DeviceType", "device_type"),
    ],
    finish: None,
};
