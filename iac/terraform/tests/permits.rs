//! What network rules permit, on small states.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::read;
use nepho_core::tables::RelationKind;

/// Edges of a kind, as ends of ids.
fn edges(resources: &str, kind: RelationKind) -> Vec<(String, String)> {
    let state = format!(
        "{{\"version\":4,\"terraform_version\":\"1.9.0\",\"serial\":1,\"lineage\":\"l\",\
         \"resources\":[{resources}]}}"
    );
    let out = read("terraform.state", "net.tfstate", &state);
    let found = out.relations.iter().filter(|edge| edge.kind == kind);
    let short = |id: &str| nepho_core::key::short_name(id).to_owned();
    let mut found: Vec<_> = found
        .map(|edge| (short(&edge.from), short(&edge.to)))
        .collect();
    found.sort();
    found
}

fn resource(kind: &str, name: &str, attributes: &str) -> String {
    format!(
        "{{\"mode\":\"managed\",\"type\":\"{kind}\",\"name\":\"{name}\",\
         \"provider\":\"provider[\\\"registry.terraform.io/hashicorp/aws\\\"]\",\
         \"instances\":[{{\"attributes\":{attributes}}}]}}"
    )
}

fn pair(from: &str, to: &str) -> (String, String) {
    (from.to_owned(), to.to_owned())
}

/// A web server in one group, a database server in another.
fn servers(rule: &str) -> String {
    [
        resource(
            "aws_security_group",
            "web",
            r#"{"id":"sg-0aaaaaaaaaaaaaaa1"}"#,
        ),
        resource(
            "aws_security_group",
            "db",
            r#"{"id":"sg-0bbbbbbbbbbbbbbb1"}"#,
        ),
        resource(
            "aws_instance",
            "web",
            r#"{"id":"i-0aaaaaaaaaaaaaaa1","vpc_security_group_ids":["sg-0aaaaaaaaaaaaaaa1"]}"#,
        ),
        resource(
            "aws_instance",
            "db",
            r#"{"id":"i-0bbbbbbbbbbbbbbb1","vpc_security_group_ids":["sg-0bbbbbbbbbbbbbbb1"]}"#,
        ),
        rule.to_owned(),
    ]
    .join(",")
}

#[test]
fn a_rule_lets_members_reach_members() {
    let rule = |direction: &str, own: &str, other: &str| {
        let attributes = format!(
            r#"{{"id":"sgrule-1","type":"{direction}","security_group_id":"{own}","source_security_group_id":"{other}"}}"#
        );
        servers(&resource("aws_security_group_rule", "r", &attributes))
    };
    let (web, db) = ("sg-0aaaaaaaaaaaaaaa1", "sg-0bbbbbbbbbbbbbbb1");
    let expected = [pair("i-0aaaaaaaaaaaaaaa1", "i-0bbbbbbbbbbbbbbb1")];
    assert_eq!(
        edges(&rule("ingress", db, web), RelationKind::PermitsNet),
        expected
    );
    assert_eq!(
        edges(&rule("egress", web, db), RelationKind::PermitsNet),
        expected
    );
}

#[test]
fn a_group_that_admits_itself_lets_nobody_reach_itself() {
    let rule = resource(
        "aws_security_group_rule",
        "r",
        r#"{"id":"sgrule-1","type":"ingress","security_group_id":"sg-0bbbbbbbbbbbbbbb1","source_security_group_id":"sg-0bbbbbbbbbbbbbbb1"}"#,
    );
    assert_eq!(edges(&servers(&rule), RelationKind::PermitsNet), []);
}

#[test]
fn a_group_without_members_stands_for_those_that_are_not_told() {
    let text = [
        resource("aws_security_group", "lb", r#"{"id":"sg-0ccccccccccccccc1"}"#),
        resource(
            "aws_security_group",
            "app",
            r#"{"id":"sg-0ddddddddddddddd1","ingress":[{"security_groups":["sg-0ccccccccccccccc1"]}]}"#,
        ),
        resource(
            "aws_lb",
            "front",
            r#"{"arn":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188","security_groups":["sg-0ccccccccccccccc1"]}"#,
        ),
    ]
    .join(",");
    let found = edges(&text, RelationKind::PermitsNet);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "sg-0ddddddddddddddd1");
}

#[test]
fn tags_of_a_firewall_are_groups() {
    let text = [
        resource("google_compute_instance", "a", r#"{"id":"projects/p/zones/z/instances/a","tags":["web"]}"#),
        resource("google_compute_instance", "b", r#"{"id":"projects/p/zones/z/instances/b","tags":["db"]}"#),
        resource(
            "google_compute_firewall",
            "f",
            r#"{"id":"projects/p/global/firewalls/f","direction":"INGRESS","source_tags":["web"],"target_tags":["db"]}"#,
        ),
    ]
    .join(",");
    assert_eq!(edges(&text, RelationKind::PermitsNet), [pair("a", "b")]);
}

#[test]
fn a_peering_joins_two_networks_both_ways() {
    let network = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks";
    let text = [
        resource("azurerm_virtual_network", "one", &format!(r#"{{"id":"{network}/one"}}"#)),
        resource("azurerm_virtual_network", "two", &format!(r#"{{"id":"{network}/two"}}"#)),
        resource(
            "azurerm_virtual_network_peering",
            "p",
            &format!(
                r#"{{"id":"{network}/one/virtualNetworkPeerings/p","remote_virtual_network_id":"{network}/two"}}"#
            ),
        ),
    ]
    .join(",");
    assert_eq!(
        edges(&text, RelationKind::Peers),
        [pair("one", "two"), pair("two", "one")]
    );
}

#[test]
fn a_variable_that_names_a_host_of_another_cloud_is_an_edge_to_it() {
    let text = resource(
        "aws_lambda_function",
        "bill",
        r#"{"arn":"arn:aws:lambda:eu-west-1:111122223333:function:bill","environment":[{"variables":{"INVOICES":"https://u:canary@invoices-abc-ew.a.run.app/v1","SECRET":"canary","ACCOUNT":"111122223333"}}]}"#,
    );
    assert_eq!(
        edges(&text, RelationKind::Uses),
        [pair("bill", "invoices-abc-ew.a.run.app")]
    );
}

#[test]
fn a_record_of_one_cloud_may_lead_to_a_host_of_another() {
    let text = resource(
        "aws_route53_record",
        "www",
        r#"{"id":"Z1_www.example.com_CNAME","name":"www.example.com","zone_id":"Z1","type":"CNAME","records":["shop.azurewebsites.net"]}"#,
    );
    let found = edges(&text, RelationKind::Routes);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "shop.azurewebsites.net");
}
