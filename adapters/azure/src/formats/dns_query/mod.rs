//! Queries of names that DNS security policies of Azure let through, or did not.

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

/// Codes of answers, by number and by name, in any case (RFC 6895, section 2.3; 11: RFC 8490; 23:
/// RFC 7873). That a name does not exist is an answer.
const CODES: &[(&str, Outcome)] = &[
    ("0", Outcome::Success),
    ("NOERROR", Outcome::Success),
    ("1", Outcome::Failure),
    ("FORMERR", Outcome::Failure),
    ("2", Outcome::Failure),
    ("SERVFAIL", Outcome::Failure),
    ("3", Outcome::Success),
    ("NXDOMAIN", Outcome::Success),
    ("4", Outcome::Failure),
    ("NOTIMP", Outcome::Failure),
    ("5", Outcome::Failure),
    ("REFUSED", Outcome::Failure),
    ("6", Outcome::Failure),
    ("YXDOMAIN", Outcome::Failure),
    ("7", Outcome::Failure),
    ("YXRRSET", Outcome::Failure),
    ("8", Outcome::Failure),
    ("NXRRSET", Outcome::Failure),
    ("9", Outcome::Failure),
    ("NOTAUTH", Outcome::Failure),
    ("10", Outcome::Failure),
    ("NOTZONE", Outcome::Failure),
    ("11", Outcome::Failure),
    ("DSOTYPENI", Outcome::Failure),
    ("16", Outcome::Failure),
    ("BADVERS", Outcome::Failure),
    ("BADSIG", Outcome::Failure),
    ("17", Outcome::Failure),
    ("BADKEY", Outcome::Failure),
    ("18", Outcome::Failure),
    ("BADTIME", Outcome::Failure),
    ("19", Outcome::Failure),
    ("BADMODE", Outcome::Failure),
    ("20", Outcome::Failure),
    ("BADNAME", Outcome::Failure),
    ("21", Outcome::Failure),
    ("BADALG", Outcome::Failure),
    ("22", Outcome::Failure),
    ("BADTRUNC", Outcome::Failure),
    ("23", Outcome::Failure),
    ("BADCOOKIE", Outcome::Failure),
];

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
        outcome_of(&["ResponseCode"], CODES),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_failure_is_known() {
        for code in (1..=11).chain(16..=23).filter(|code| *code != 3) {
            let code = code.to_string();
            let found = CODES.iter().find(|(held, _)| *held == code);
            assert_eq!(
                found.map(|(_, outcome)| *outcome),
                Some(Outcome::Failure),
                "{code}"
            );
        }
    }
}
