//! Probes that Azure Front Door sends to the origins behind it.

use nepho_codec::table::{Event, Table, duration, keep, part, peer_address, status, text, url};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, Naming, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Health probes of Azure Front Door that failed",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.frontdoor_healthprobe";

/// The family.
pub(super) static FAMILY: Family = Family {
    naming: Naming::Backend,
    extras: &[
        ("pop", "pop"),
        ("connectionLatencyMilliseconds", "connection_milliseconds"),
        ("DNSLatencyMicroseconds", "dns_microseconds"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 1] = ["FrontDoorHealthProbeLog"];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["httpVerb"], Column::Method),
        url(&["probeURL"]),
        status(&["httpStatusCode"]),
        part(&["originName", "probeURL"], Column::Peer, parts::host),
        peer_address(&["originIP"]),
        text(&["healthProbeId"], Column::RequestId),
        duration(&["totalLatencyMilliseconds"], 1e6),
        keep(&["originName", "probeURL", "originIP"], details::BACKEND),
        keep(&["result"], details::DESCRIPTION),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Only 200 counts as healthy. Where nothing answered there is no status, and the result is the
/// name of an error.
///
/// Source: learn.microsoft.com/azure/frontdoor/monitor-front-door, "Health probe log": `Result` is
/// "either `Success` or a description of the error", as of 2026-11-30.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let is_healthy = match row.status_so_far() {
        Some(status) => Some(status == 200),
        None => event
            .kept(details::DESCRIPTION)
            .filter(|result| !["", "-", "N/A"].contains(&&**result))
            .map(|result| {
                let healthy = ["Success", "Healthy"];
                healthy.iter().any(|word| result.eq_ignore_ascii_case(word))
            }),
    };
    match is_healthy {
        Some(true) => {
            row.outcome(Outcome::Success);
        }
        Some(false) => {
            row.outcome(Outcome::Failure);
        }
        None => {}
    }
}
