//! Errors that browsers met on the way to a zone (Logpush `nel_reports`, Network Error Logging).

use nepho_codec::table::{JsonFormat, Need, Table, outcome_of, text, time};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.network_error",
    summary: "Cloudflare Network Error Logging: what browsers met on the way",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "cloudflare.network_error",
    needs: &[
        Need::Has("LastKnownGoodColoCode"),
        Need::Has("Phase"),
        Need::Has("Type"),
        Need::HasAny(&["Timestamp", "ClientIPASN"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Timestamp"]),
        text(&["LastKnownGoodColoCode"], Column::Region),
        text(&["Type"], Column::Action),
        // Requests may have succeeded.
        outcome_of(
            &["Phase"],
            &[("dns", Outcome::Failure), ("connection", Outcome::Failure)],
        ),
        text(&["Type"], Column::Body),
    ],
    extras: &[
        ("Phase", "phase"),
        ("ClientIPASN", "client_asn"),
        ("ClientIPCountry", "country"),
    ],
    finish: None,
};
