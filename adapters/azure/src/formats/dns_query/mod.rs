//! Queries of names that DNS security policies of Azure let through, or did not.

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{
    Event, Table, duration, keep, outcome_of, source_address, source_port, text,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure DNS security policy: queries of names and their answers",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.dns_query";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("QueryName", "dns_question"),
        ("QueryType", "dns_type"),
        ("ResponseCode", "dns_response"),
        ("ResolverPolicyRuleAction", "rule_action"),
        ("ResolutionPath", "resolution_path"),
        ("VirtualNetworkId", "network"),
    ],
    api: "Microsoft.Network",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 2] = ["DnsResponse", "DNSQueryLogs"];

const RULE: usize = 20;
const QUESTION: usize = 21;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        source_address(&["SourceIpAddress"]),
        source_port(&["SourcePort"]),
        text(&["Transport"], Column::Method),
        text(&["DestinationIpAddress"], Column::Peer),
        duration(&["QueryResponseTime"], 1e6),
        outcome_of(&["ResponseCode"], ANSWERS),
        keep(&["ResolverPolicyRuleAction"], RULE),
        keep(&["QueryName"], QUESTION),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.severity(Severity::INFO);
    if let Some(question) = event.kept(QUESTION) {
        row.text(Column::Body, &question);
    }
    // A name that is blocked is answered all the same.
    let rule = event.kept(RULE);
    if rule.is_some_and(|rule| rule.eq_ignore_ascii_case("block")) {
        row.outcome(Outcome::Failure);
    }
}
