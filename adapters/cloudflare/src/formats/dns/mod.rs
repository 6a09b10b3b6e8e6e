//! DNS queries that Cloudflare's name servers and its DNS firewall answered (Logpush `dns_logs`,
//! `dns_firewall_logs`).

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{
    Field, JsonFormats, Need, Table, duration, outcome_of, peer_address, source_address, text, time,
};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.dns",
    summary: "Cloudflare DNS queries: authoritative name servers and DNS firewall",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&TABLE, &FEW];

static TABLE: Table = Table {
    name: "cloudflare.dns",
    needs: &[
        Need::Has("QueryName"),
        // A job may push less than the code; the data center is a word of this vendor alone.
        Need::HasAny(&["ResponseCode", "ClientResponseCode", "ColoCode"]),
        Need::HasAny(&[
            "ColoCode",
            "EDNSSubnet",
            "EDNSSubnetLength",
            "ResponseCached",
            "ClusterID",
            "ClientResponseCode",
        ]),
        Need::HasAny(&["Timestamp", "SourceIP"]),
        Need::Lacks("TimeGenerated"),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: FIELDS,
    extras: EXTRAS,
    finish: None,
};

/// Records of a job that pushes a few fields. Others who log the DNS use the same names; that type
/// and code are numbers tells these from theirs.
static FEW: Table = Table {
    name: "cloudflare.dns",
    needs: &[
        Need::Has("QueryName"),
        Need::Number("QueryType"),
        Need::Number("ResponseCode"),
        Need::HasAny(&["Timestamp", "SourceIP"]),
        Need::Lacks("TimeGenerated"),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: FIELDS,
    extras: EXTRAS,
    finish: None,
};

const FIELDS: &[Field] = &[
    time(&["Timestamp"]),
    source_address(&["SourceIP"]),
    peer_address(&["UpstreamIP"]),
    text(&["ColoCode"], Column::Region),
    duration(&["UpstreamResponseTimeMs"], 1e6),
    outcome_of(&["ResponseCode", "ClientResponseCode"], ANSWERS),
];

const EXTRAS: &[(&str, &str)] = &[
    ("QueryName", "dns_question"),
    ("QueryType", "dns_type"),
    ("ResponseCode", "dns_response_code"),
    ("ClientResponseCode", "dns_response_code"),
    ("ResponseCached", "cache"),
    ("ClusterID", "cluster"),
    ("EDNSSubnet", "client_subnet"),
];
