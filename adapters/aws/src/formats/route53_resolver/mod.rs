//! Query logs of the Route 53 Resolver: what instances of a VPC asked the DNS.

use nepho_codec::dns::{dns_question, without_root};
use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    Event, JsonFormatWith, Need, Table, keep, resource, source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.route53_resolver",
    summary: "Route 53 Resolver query logs",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, question))),
});

const NAME: usize = 0;
const TYPE: usize = 1;
const CODE: usize = 2;
const FIREWALL: usize = 3;

static TABLE: Table = Table {
    name: "aws.route53_resolver",
    needs: &[
        Need::HasAny(&["query_timestamp", "vpc_id", "QueryTimestamp", "VpcId"]),
        // The table of Sentinel joins the words.
        Need::HasAny(&["query_name", "QueryName"]),
        Need::HasAny(&["vpc_id", "srcids", "srcaddr"]),
        Need::HasAny(&["rcode", "query_type"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["query_timestamp", "QueryTimestamp"]),
        text(&["account_id", "AccountId"], Column::Account),
        text(&["region"], Column::Region),
        text(
            &[
                "firewall_rule_action",
                "FirewallRuleAction",
                "query_type",
                "QueryType",
            ],
            Column::Action,
        ),
        text(&["transport"], Column::Method),
        source_address(&["srcaddr"]),
        source_port(&["srcport"]),
        resource(&["srcids.instance"]),
        resource(&["srcids.resolver_endpoint", "srcids.resolver-endpoint"]),
        resource(&["srcids.resolver_network_interface"]),
        resource(&["vpc_id", "VpcId"]),
        resource(&["firewall_rule_group_id"]),
        keep(&["query_name", "QueryName"], NAME),
        keep(&["query_type", "QueryType"], TYPE),
        keep(&["rcode"], CODE),
        keep(&["firewall_rule_action", "FirewallRuleAction"], FIREWALL),
    ],
    extras: &[
        ("query_type", "dns_type"),
        ("QueryType", "dns_type"),
        ("rcode", "response_code"),
        ("answers[0].Rdata", "dns_answer"),
        ("firewall_domain_list_id", "domain_list"),
    ],
    finish: Some(finish),
};

fn question(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    dns_question(fields, "query_name", found);
    dns_question(fields, "QueryName", found);
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(CODE).unwrap_or_default();
    let is_blocked = event.kept(FIREWALL).is_some_and(|action| action == "BLOCK");
    match &*code {
        _ if is_blocked => row.outcome(Outcome::Failure),
        "" => row,
        "NOERROR" => row.outcome(Outcome::Success),
        _ => row.outcome(Outcome::Failure),
    };
    let name = event.kept(NAME).unwrap_or_default();
    let kind = event.kept(TYPE).unwrap_or_default();
    let body = format!("{kind} {} {code}", without_root(&name));
    row.text(Column::Body, body.trim());
}
