//! Rules of a web application firewall that a request hit.

use nepho_codec::table::{Event, Table, keep, outcome_of, source_address, source_port, text, url};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, details};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Web application firewall of Application Gateway, Front Door and CDN",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.waf";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("ruleName", "rule"),
        ("ruleId", "rule"),
        ("ruleSetType", "rule_set"),
        ("ruleSetVersion", "rule_set_version"),
        ("ruleGroup", "rule_group"),
        ("policy", "policy"),
        ("policyId", "policy"),
        ("policyMode", "policy_mode"),
        ("hostname", "request_host"),
        ("host", "request_host"),
        ("engine", "engine"),
    ],
    api: "Microsoft.Network",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 5] = [
    "ApplicationGatewayFirewallLog",
    "AGWFirewallLogs",
    "FrontDoorWebApplicationFirewallLog",
    "WebApplicationFirewallLogs",
    "TrafficControllerFirewallLog",
];

const MODE: usize = 20;

/// What became of the request. A challenge that is issued stands in the way of it; a request with
/// the answer to one, or with the cookie that an answer earned, goes on.
///
/// Source: learn.microsoft.com/azure/web-application-firewall/waf-javascript-challenge, as of
/// 2026-11-30.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Allow", Outcome::Success),
    ("Allowed", Outcome::Success),
    ("Block", Outcome::Failure),
    ("Blocked", Outcome::Failure),
    ("Deny", Outcome::Failure),
    ("Redirect", Outcome::Failure),
    ("JSChallenge", Outcome::Failure),
    ("JSChallengeIssued", Outcome::Failure),
    ("JSChallengeBlock", Outcome::Failure),
    ("JSChallengePass", Outcome::Success),
    ("JSChallengeValid", Outcome::Success),
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["action"], Column::Action),
        outcome_of(&["action"], OUTCOMES),
        source_address(&["clientIp", "socketIp"]),
        source_port(&["clientPort"]),
        url(&["requestUri"]),
        text(&["hostname", "host"], Column::Peer),
        text(&["instanceId"], Column::Host),
        text(
            &["transactionId", "trackingReference", "refString"],
            Column::RequestId,
        ),
        keep(
            &[
                "message",
                "details.msg",
                "details_msg",
                "details.message",
                "details_message",
            ],
            details::MESSAGE,
        ),
        keep(&["policyMode"], MODE),
    ],
    extras: &[],
    finish: Some(finish),
};

/// In a policy that only detects, a request passes whatever the action is.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let mode = event.kept(MODE);
    if mode.is_some_and(|mode| mode.eq_ignore_ascii_case("detection")) {
        row.outcome(Outcome::Success);
    }
}
