//! Access log of the Foundry registry.

use nepho_codec::table::{
    LineFormat, Lines, duration, http_status, request, source_address, text, time,
};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "foundry.access",
    summary: "Access log of the Foundry registry",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

static TABLE: Lines = Lines {
    name: "foundry.access",
    patterns: &[
        r#"{client:address} {user} [{time:time}] "{request:quoted}" {status:int} {took:word}{? id={id:word}}"#,
    ],
    confidence: 85,
    constants: &[(Column::Provider, "foundry")],
    fields: &[
        source_address(&["client"]),
        text(&["user"], Column::Actor),
        time(&["time"]),
        request(&["request"]),
        http_status(&["status"]),
        duration(&["took"], 1e6),
        text(&["id"], Column::RequestId),
    ],
    extras: &[],
    finish: None,
};
