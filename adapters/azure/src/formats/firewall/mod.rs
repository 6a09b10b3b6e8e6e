//! Azure Firewall: what it let pass and what it did not.
//!
//! The older categories write text (`properties.msg`), which [`message`] takes apart; those that
//! begin with `AZFW` have a field for each part.

mod message;

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{
    Event, Table, duration, keep, outcome_of, part, peer_port, severity_of, source_address,
    source_port, text, url,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use self::message::Message;
use crate::record::{Family, FamilyFormat, details, extras::Values, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Firewall: network, application, NAT and DNS decisions, as text and structured",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.firewall";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("Protocol", "protocol"),
        ("RuleCollection", "rule_collection"),
        ("RuleCollectionGroup", "rule_collection_group"),
        ("Policy", "policy"),
        ("QueryName", "dns_question"),
        ("QueryType", "dns_type"),
        ("ResponseCode", "dns_response"),
        ("SignatureId", "signature"),
        ("TranslatedIp", "translated_ip"),
        ("TranslatedPort", "translated_port"),
        ("WebCategory", "web_category"),
        ("Flag", "flag"),
        ("FlowRate", "flow_rate"),
    ],
    more: Some(more),
    api: "Microsoft.Network",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 18] = [
    "AzureFirewallNetworkRule",
    "AzureFirewallApplicationRule",
    "AzureFirewallDnsProxy",
    "AZFWNetworkRule",
    "AZFWApplicationRule",
    "AZFWNatRule",
    "AZFWThreatIntel",
    "AZFWIdpsSignature",
    "AZFWDnsQuery",
    "AZFWDnsAdditional",
    "AZFWDnsFlowTrace",
    "AZFWFqdnResolveFailure",
    "AZFWInternalFqdnResolutionFailure",
    "AZFWFatFlow",
    "AZFWFlowTrace",
    "AZFWApplicationRuleAggregation",
    "AZFWNetworkRuleAggregation",
    "AZFWNatRuleAggregation",
];

const TRANSLATED: usize = 20;

/// What became of the traffic; `Alert` has none.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Allow", Outcome::Success),
    ("DNAT", Outcome::Success),
    ("DNAT'ed", Outcome::Success),
    ("Deny", Outcome::Failure),
    ("Drop", Outcome::Failure),
    ("Reset", Outcome::Failure),
];

/// Severity of a signature.
const SEVERITIES: &[(&str, Severity)] = &[
    ("1", Severity::ERROR),
    ("2", Severity::WARN),
    ("3", Severity::INFO),
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["Protocol"], Column::Method),
        source_address(&["SourceIp"]),
        source_port(&["SourcePort"]),
        part(
            &["DestinationIp", "Fqdn", "TargetUrl", "ServerIp"],
            Column::Peer,
            parts::host,
        ),
        peer_port(&["DestinationPort", "ServerPort"]),
        url(&["TargetUrl"]),
        text(&["Action"], Column::Action),
        outcome_of(&["Action"], OUTCOMES),
        outcome_of(&["ResponseCode"], ANSWERS),
        severity_of(&["Severity"], SEVERITIES),
        duration(&["RequestDurationSecs"], 1e9),
        keep(&["msg"], details::MESSAGE),
        keep(&["TranslatedIp"], TRANSLATED),
        keep(
            &[
                "ThreatDescription",
                "Description",
                "ActionReason",
                "ErrorMessage",
                "Error",
            ],
            details::DESCRIPTION,
        ),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(text) = event.kept(details::MESSAGE) {
        Message::parse(&text).fill(row);
    }
    // NAT rules tell no action: those that are logged were applied.
    if event.kept(TRANSLATED).is_some() && !row.has(Column::Action) {
        decide("DNAT", row);
    }
}

/// The rule that was hit, and what only a text tells.
fn more(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    let text = values.text(&["msg"]).unwrap_or_default();
    let message = Message::parse(&text);
    for (name, value) in message.extras() {
        found(name, value);
    }
    let rule = values.text(&["Rule", "ThreatDescription", "Description", "SignatureId"]);
    if let Some(rule) = rule {
        found("rule", &rule);
    }
    // The category of a signature has the name of that of the record.
    if let Some(category) = values.inside(&["Category"]) {
        found("signature_category", &category);
    }
}

/// Puts a decision, and what it means, into a row.
fn decide(action: &str, row: &mut Row<'_>) {
    row.text(Column::Action, action);
    let known = OUTCOMES
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(action));
    if let Some((_, outcome)) = known {
        row.outcome(*outcome);
    }
}
