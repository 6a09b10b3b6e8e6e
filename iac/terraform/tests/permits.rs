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
    assert_eq!(edges(&text, RelationKind::Attached), [pair("b", "f")]);
}

#[test]
fn a_firewall_without_tags_is_for_all_of_its_network() {
    let instance = |name: &str, network: &str, account: &str| {
        resource(
            "google_compute_instance",
            name,
            &format!(
                r#"{{"id":"projects/p/zones/z/instances/{name}","network_interface":[{{"network":"https://www.googleapis.com/compute/v1/projects/p/global/networks/{network}"}}],"service_account":[{{"email":"{account}"}}]}}"#
            ),
        )
    };
    let rule = |name: &str, more: &str| {
        resource(
            "google_compute_firewall",
            name,
            &format!(
                r#"{{"id":"projects/p/global/firewalls/{name}","network":"https://www.googleapis.com/compute/v1/projects/p/global/networks/n"{more}}}"#
            ),
        )
    };
    let text = [
        instance("a", "n", "a@p.iam.gserviceaccount.com"),
        instance("b", "n", "b@p.iam.gserviceaccount.com"),
        instance("c", "other", "c@p.iam.gserviceaccount.com"),
        rule("all", ""),
        rule(
            "one",
            r#","target_service_accounts":["b@p.iam.gserviceaccount.com"]"#,
        ),
    ]
    .join(",");
    assert_eq!(
        edges(&text, RelationKind::Attached),
        [pair("a", "all"), pair("b", "all"), pair("b", "one")]
    );
}

#[test]
fn a_firewall_reaches_every_instance_it_is_for() {
    let instance = |number: usize| {
        let networks = match number {
            0 => {
                r#"{"network":"projects/p/global/networks/other"},{"network":"projects/p/global/networks/few"}"#
            }
            _ => r#"{"network":"projects/p/global/networks/n"}"#,
        };
        resource(
            "google_compute_instance",
            &format!("vm-{number}"),
            &format!(
                r#"{{"id":"projects/p/zones/z/instances/vm-{number}","tags":["web"],"network_interface":[{networks}]}}"#
            ),
        )
    };
    let rule = |name: &str, more: &str| {
        let attributes = format!(r#"{{"id":"projects/p/global/firewalls/{name}",{more}}}"#);
        resource("google_compute_firewall", name, &attributes)
    };
    let mut text: Vec<String> = (0..41).map(instance).collect();
    text.extend([
        rule("all", r#""network":"projects/p/global/networks/n""#),
        rule("second", r#""network":"projects/p/global/networks/few""#),
        rule(
            "tagged",
            r#""network":"projects/p/global/networks/n","target_tags":["web"]"#,
        ),
    ]);
    let text = text.join(",");
    let attached = edges(&text, RelationKind::Attached);
    let of = |name: &str| -> Vec<&str> {
        let found = attached.iter().filter(|(_, rule)| rule == name);
        found.map(|(member, _)| member.as_str()).collect()
    };
    assert_eq!(of("all"), ["n"]);
    assert_eq!(of("second"), ["vm-0"]);
    assert_eq!(of("tagged").len(), 41);
    let within = edges(&text, RelationKind::Contains);
    assert!(within.contains(&pair("vm-40", "n")), "{within:?}");
}

/// Subnets of two networks with the same ranges, and a database in one of them.
fn subnets(rules: &str) -> String {
    let subnet = |name: &str, network: &str, range: &str| {
        let attributes =
            format!(r#"{{"id":"{name}","vpc_id":"{network}","cidr_block":"{range}"}}"#);
        resource("aws_subnet", name, &attributes)
    };
    let network = |id: &str| {
        let attributes = format!(r#"{{"id":"{id}","cidr_block":"10.0.0.0/16"}}"#);
        resource("aws_vpc", id, &attributes)
    };
    [
        network("vpc-0aaaaaaaaaaaaaaa1"),
        network("vpc-0bbbbbbbbbbbbbbb1"),
        subnet("subnet-0aaaaaaaaaaaaaaa1", "vpc-0aaaaaaaaaaaaaaa1", "10.0.1.0/24"),
        subnet("subnet-0bbbbbbbbbbbbbbb1", "vpc-0bbbbbbbbbbbbbbb1", "10.0.1.0/24"),
        resource("aws_eip", "out", r#"{"id":"eipalloc-0aaaaaaaaaaaaaaa1","public_ip":"198.51.100.7"}"#),
        resource("aws_instance", "jump", r#"{"id":"i-0ccccccccccccccc1","private_ip":"10.0.1.9","public_ip":"198.51.100.7"}"#),
        resource("aws_instance", "db", r#"{"id":"i-0bbbbbbbbbbbbbbb1","private_ip":"10.0.2.5","vpc_security_group_ids":["sg-0bbbbbbbbbbbbbbb1"]}"#),
        rules.to_owned(),
    ]
    .join(",")
}

#[test]
fn a_range_stands_for_the_subnet_or_machine_that_has_it() {
    let check = |rules: &str, expected: &[(&str, &str)]| {
        let expected: Vec<_> = expected.iter().map(|(from, to)| pair(from, to)).collect();
        let found = edges(&subnets(rules), RelationKind::PermitsNet);
        assert_eq!(found, expected, "{rules}");
    };
    let group = |rules: &str| {
        let attributes =
            format!(r#"{{"id":"sg-0bbbbbbbbbbbbbbb1","vpc_id":"vpc-0bbbbbbbbbbbbbbb1"{rules}}}"#);
        resource("aws_security_group", "db", &attributes)
    };
    let with = |kind: &str, rule: &str| {
        let attributes =
            format!(r#"{{"id":"sgr-1","security_group_id":"sg-0bbbbbbbbbbbbbbb1",{rule}}}"#);
        [group(""), resource(kind, "r", &attributes)].join(",")
    };
    let (db, jump) = ("i-0bbbbbbbbbbbbbbb1", "i-0ccccccccccccccc1");
    let subnet = "subnet-0bbbbbbbbbbbbbbb1";
    check(
        &group(
            r#","ingress":[{"cidr_blocks":["10.0.1.0/24","0.0.0.0/0"]},{"cidr_blocks":["10.7.0.0/16"]}]"#,
        ),
        &[(subnet, db)],
    );
    // A wider range is that of the subnets in it, those of the network of the group first.
    check(
        &group(r#","ingress":[{"cidr_blocks":["10.0.0.0/17"]}]"#),
        &[(subnet, db)],
    );
    check(
        &group(r#","egress":[{"cidr_blocks":["0.0.0.0/0","10.0.1.9/32"]}]"#),
        &[(db, jump)],
    );
    check(
        &with(
            "aws_security_group_rule",
            r#""type":"ingress","cidr_blocks":["10.0.1.7/24"]"#,
        ),
        &[(subnet, db)],
    );
    check(
        &with(
            "aws_security_group_rule",
            r#""type":"egress","cidr_blocks":["10.0.0.0/16"]"#,
        ),
        &[(db, "vpc-0bbbbbbbbbbbbbbb1")],
    );
    check(
        &with(
            "aws_vpc_security_group_ingress_rule",
            r#""cidr_ipv4":"198.51.100.7/32""#,
        ),
        &[(jump, db)],
    );
    check(
        &with(
            "aws_vpc_security_group_egress_rule",
            r#""cidr_ipv4":"10.0.1.0/24""#,
        ),
        &[(db, subnet)],
    );
    check(
        &with(
            "aws_vpc_security_group_ingress_rule",
            r#""cidr_ipv4":"0.0.0.0/0""#,
        ),
        &[],
    );
}

#[test]
fn a_range_of_several_networks_means_at_most_one() {
    let text = resource(
        "aws_security_group",
        "db",
        r#"{"id":"sg-0bbbbbbbbbbbbbbb1","ingress":[{"cidr_blocks":["10.0.1.0/24"]}]}"#,
    );
    let state = format!(
        "{{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[{}]}}",
        subnets(&text)
    );
    let out = read("terraform.state", "net.tfstate", &state);
    let found = out.relations.iter();
    let found = found.filter(|edge| edge.kind == RelationKind::PermitsNet);
    let confidences: Vec<f64> = found.map(|edge| edge.confidence).collect();
    assert_eq!(confidences, [0.4, 0.4]);
}

#[test]
fn a_group_lets_its_members_go_to_those_of_another() {
    let group =
        r#"{"id":"sg-0ccccccccccccccc1","egress":[{"security_groups":["sg-0bbbbbbbbbbbbbbb1"]}]}"#;
    let member =
        r#"{"id":"i-0ccccccccccccccc1","vpc_security_group_ids":["sg-0ccccccccccccccc1"]}"#;
    let text = [
        resource("aws_security_group", "job", group),
        resource("aws_instance", "job", member),
    ]
    .join(",");
    assert_eq!(
        edges(&servers(&text), RelationKind::PermitsNet),
        [pair("i-0ccccccccccccccc1", "i-0bbbbbbbbbbbbbbb1")]
    );
}

#[test]
fn a_firewall_lets_ranges_and_accounts_reach_its_targets() {
    let network = "projects/p/global/networks/n";
    let instance = |name: &str, more: &str| {
        let attributes = format!(
            r#"{{"id":"projects/p/zones/z/instances/{name}","network_interface":[{{"network":"{network}"}}],"service_account":[{{"email":"{name}@p.iam.gserviceaccount.com"}}]{more}}}"#
        );
        resource("google_compute_instance", name, &attributes)
    };
    let check = |rule: &str, expected: &[(&str, &str)]| {
        let attributes =
            format!(r#"{{"id":"projects/p/global/firewalls/f","network":"{network}",{rule}}}"#);
        let text = [
            instance("web", ""),
            instance("db", r#","tags":["db"]"#),
            resource("google_compute_subnetwork", "apps", &format!(r#"{{"id":"projects/p/regions/r/subnetworks/apps","network":"{network}","ip_cidr_range":"10.1.0.0/20","secondary_ip_range":[{{"range_name":"pods","ip_cidr_range":"10.8.0.0/14"}}]}}"#)),
            resource("google_compute_firewall", "f", &attributes),
        ]
        .join(",");
        let expected: Vec<_> = expected.iter().map(|(from, to)| pair(from, to)).collect();
        assert_eq!(edges(&text, RelationKind::PermitsNet), expected, "{rule}");
    };
    let allow = r#""allow":[{"protocol":"tcp","ports":["5432"]}]"#;
    check(
        &format!(
            r#"{allow},"direction":"INGRESS","source_ranges":["10.1.0.0/20","0.0.0.0/0"],"target_tags":["db"]"#
        ),
        &[("apps", "db")],
    );
    check(
        &format!(r#"{allow},"source_ranges":["10.8.0.0/14"]"#),
        &[("apps", "db"), ("apps", "web")],
    );
    check(
        &format!(
            r#"{allow},"source_service_accounts":["web@p.iam.gserviceaccount.com"],"target_service_accounts":["db@p.iam.gserviceaccount.com"]"#
        ),
        &[("web", "db")],
    );
    check(
        &format!(
            r#"{allow},"direction":"EGRESS","destination_ranges":["10.1.0.0/20"],"target_tags":["db"]"#
        ),
        &[("db", "apps")],
    );
    check(
        r#""deny":[{"protocol":"all"}],"source_ranges":["10.1.0.0/20"],"target_tags":["db"]"#,
        &[],
    );
}

#[test]
fn a_firewall_that_denies_everything_goes_before_those_with_higher_numbers() {
    let network = r#""network":"projects/p/global/networks/n""#;
    let rule = |name: &str, more: &str| {
        let attributes =
            format!(r#"{{"id":"projects/p/global/firewalls/{name}",{network},{more}}}"#);
        resource("google_compute_firewall", name, &attributes)
    };
    let instance = |name: &str| {
        let attributes =
            format!(r#"{{"id":"projects/p/zones/z/instances/{name}","tags":["{name}"]}}"#);
        resource("google_compute_instance", name, &attributes)
    };
    let check = |deny: &str, is_drawn: bool| {
        let text = [
            instance("web"),
            instance("db"),
            rule("yes", r#""allow":[{"protocol":"tcp"}],"direction":"INGRESS","priority":900,"source_tags":["web"],"target_tags":["db"]"#),
            rule("no", deny),
        ]
        .join(",");
        let found = edges(&text, RelationKind::PermitsNet);
        assert_eq!(!found.is_empty(), is_drawn, "{deny}: {found:?}");
    };
    let all = r#""deny":[{"protocol":"all"}],"direction":"INGRESS""#;
    check(
        &format!(r#"{all},"priority":900,"source_ranges":["0.0.0.0/0"]"#),
        false,
    );
    check(
        &format!(r#"{all},"priority":10,"source_tags":["web","x"],"target_tags":["db"]"#),
        false,
    );
    check(&format!(r#"{all},"source_ranges":["0.0.0.0/0"]"#), true);
    check(&format!(r#"{all},"priority":10,"source_tags":["x"]"#), true);
    check(
        &format!(r#"{all},"priority":10,"source_ranges":["10.0.0.0/8"]"#),
        true,
    );
    check(&format!(r#"{all},"priority":10,"target_tags":["x"]"#), true);
    check(
        r#""deny":[{"protocol":"udp"}],"priority":10,"source_tags":["web"]"#,
        true,
    );
    check(
        r#""deny":[{"protocol":"all"}],"direction":"EGRESS","priority":10"#,
        true,
    );
    // A rule that is disabled denies nothing.
    check(
        &format!(r#"{all},"priority":900,"source_ranges":["0.0.0.0/0"],"disabled":true"#),
        true,
    );
    check(
        &format!(r#"{all},"priority":900,"source_ranges":["0.0.0.0/0"],"disabled":false"#),
        false,
    );
}

#[test]
fn a_firewall_that_is_disabled_lets_nobody_in() {
    let instance = |name: &str| {
        let attributes =
            format!(r#"{{"id":"projects/p/zones/z/instances/{name}","tags":["{name}"]}}"#);
        resource("google_compute_instance", name, &attributes)
    };
    let drawn = |disabled: &str, kind: RelationKind| {
        let rule = format!(
            r#"{{"id":"projects/p/global/firewalls/f","source_tags":["web"],"target_tags":["db"],"disabled":{disabled}}}"#
        );
        let rule = resource("google_compute_firewall", "f", &rule);
        edges(&[instance("web"), instance("db"), rule].join(","), kind)
    };
    let expected = [pair("web", "db")];
    assert_eq!(drawn("false", RelationKind::PermitsNet), expected);
    assert_eq!(drawn("true", RelationKind::PermitsNet), []);
    // States of version 3 hold truth values as texts.
    assert_eq!(drawn("\"true\"", RelationKind::PermitsNet), []);
    // Whoever enables it changes what reaches the instance.
    assert_eq!(drawn("true", RelationKind::Attached), [pair("db", "f")]);
}

#[test]
fn many_members_and_ranges_stay_bounded() {
    let instance = |number: usize| {
        let attributes = format!(
            r#"{{"id":"i-0aaaaaaaaaaaaa{number:03}","vpc_security_group_ids":["sg-0bbbbbbbbbbbbbbb1"]}}"#
        );
        resource("aws_instance", &format!("i-{number}"), &attributes)
    };
    let subnet = |number: usize| {
        let attributes = format!(
            r#"{{"id":"subnet-0aaaaaaaaaaaaa{number:03}","vpc_id":"vpc-0aaaaaaaaaaaaa{number:03}","cidr_block":"10.0.1.0/24"}}"#
        );
        resource("aws_subnet", &format!("s-{number}"), &attributes)
    };
    let group = r#"{"id":"sg-0bbbbbbbbbbbbbbb1","ingress":[{"cidr_blocks":["10.0.1.0/24"]}]}"#;
    let mut text: Vec<String> = (0..400).map(instance).collect();
    text.extend((0..400).map(subnet));
    text.push(resource("aws_security_group", "db", group));
    let found = edges(&text.join(","), RelationKind::PermitsNet);
    assert_eq!(found.len(), 32 * 32);
}

const AZURE: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";

/// A network of Azure: two machines in the subnet `apps`, of which the one is in the application
/// group `web` and the other has a group of rules of its own, and the subnet `data`, to which a
/// group of rules is tied.
fn azure(rules: &str) -> String {
    let of = |kind: &str, name: &str, id: &str, more: &str| {
        resource(kind, name, &format!(r#"{{"id":"{AZURE}/{id}"{more}}}"#))
    };
    let subnet = |name: &str, range: &str| {
        let id = format!("virtualNetworks/n/subnets/{name}");
        let more = format!(r#","address_prefixes":["{range}"]"#);
        of("azurerm_subnet", name, &id, &more)
    };
    let machine = |name: &str, address: &str| {
        let interface = format!(
            r#","private_ip_address":"{address}","ip_configuration":[{{"private_ip_address":"{address}","subnet_id":"{AZURE}/virtualNetworks/n/subnets/apps"}}]"#
        );
        let vm = format!(
            r#"{{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{name}","private_ip_address":"{address}","network_interface_ids":["{AZURE}/networkInterfaces/{name}-nic"]}}"#
        );
        [
            of(
                "azurerm_network_interface",
                name,
                &format!("networkInterfaces/{name}-nic"),
                &interface,
            ),
            resource("azurerm_linux_virtual_machine", name, &vm),
        ]
        .join(",")
    };
    let tied = |kind: &str, attributes: &str, needs: &str| {
        format!(
            r#"{{"mode":"managed","type":"{kind}","name":"tie","provider":"provider[\"registry.terraform.io/hashicorp/azurerm\"]","instances":[{{"attributes":{attributes},"dependencies":["{needs}"]}}]}}"#
        )
    };
    [
        subnet("apps", "10.0.1.0/24"),
        subnet("data", "10.0.2.0/24"),
        machine("web", "10.0.1.4"),
        machine("job", "10.0.1.5"),
        of("azurerm_application_security_group", "web", "applicationSecurityGroups/web", ""),
        tied("azurerm_network_interface_application_security_group_association", &format!(r#"{{"id":"{AZURE}/networkInterfaces/web-nic|{AZURE}/applicationSecurityGroups/web","network_interface_id":"{AZURE}/networkInterfaces/web-nic","application_security_group_id":"{AZURE}/applicationSecurityGroups/web"}}"#), "azurerm_application_security_group.web"),
        tied("azurerm_subnet_network_security_group_association", &format!(r#"{{"id":"{AZURE}/virtualNetworks/n/subnets/data","subnet_id":"{AZURE}/virtualNetworks/n/subnets/data","network_security_group_id":"{AZURE}/networkSecurityGroups/data"}}"#), "azurerm_network_security_group.data"),
        tied("azurerm_network_interface_security_group_association", &format!(r#"{{"id":"{AZURE}/networkInterfaces/job-nic|{AZURE}/networkSecurityGroups/job","network_interface_id":"{AZURE}/networkInterfaces/job-nic","network_security_group_id":"{AZURE}/networkSecurityGroups/job"}}"#), "azurerm_network_security_group.job"),
        rules.to_owned(),
    ]
    .join(",")
}

/// A group of rules of Azure with these blocks.
fn rules(name: &str, blocks: &[String]) -> String {
    let blocks = blocks.join(",");
    resource(
        "azurerm_network_security_group",
        name,
        &format!(r#"{{"id":"{AZURE}/networkSecurityGroups/{name}","security_rule":[{blocks}]}}"#),
    )
}

/// A block of a rule: whether it allows, its number, its ports, and who is let in.
fn block(access: &str, priority: u32, port: &str, source: &str) -> String {
    format!(
        r#"{{"access":"{access}","description":"canary","destination_address_prefix":"*","destination_port_range":"{port}","direction":"Inbound","name":"r","priority":{priority},"protocol":"Tcp",{source},"source_port_range":"*"}}"#
    )
}

fn check_azure(rules: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(from, to)| pair(from, to)).collect();
    let found = edges(&azure(rules), RelationKind::PermitsNet);
    assert_eq!(found, expected, "{rules}");
}

#[test]
fn a_security_group_of_azure_lets_in_whom_its_rules_allow() {
    let group = format!(
        r#""source_application_security_group_ids":["{AZURE}/applicationSecurityGroups/web"]"#
    );
    let allow = |name: &str, source: &str| rules(name, &[block("Allow", 100, "5432", source)]);
    check_azure(&allow("data", &group), &[("web", "data")]);
    check_azure(
        &allow("data", r#""source_address_prefix":"10.0.1.0/24""#),
        &[("apps", "data")],
    );
    check_azure(
        &allow(
            "data",
            r#""source_address_prefixes":["10.0.1.5","10.0.1.4/32"]"#,
        ),
        &[("job", "data"), ("web", "data")],
    );
    check_azure(&allow("job", &group), &[("web", "job")]);
    for source in ["*", "Internet", "VirtualNetwork", "10.9.0.0/16"] {
        let source = format!(r#""source_address_prefix":"{source}""#);
        check_azure(&allow("data", &source), &[]);
    }
}

#[test]
fn a_rule_of_azure_that_denies_goes_before_those_with_higher_numbers() {
    let apps = r#""source_address_prefix":"10.0.1.0/24""#;
    let network = r#""source_address_prefix":"10.0.0.0/16""#;
    let check = |deny: (u32, &str, &str), expected: &[(&str, &str)]| {
        let deny = block("Deny", deny.0, deny.1, deny.2);
        let allow = block("Allow", 200, "5432", apps);
        check_azure(&rules("data", &[allow, deny]), expected);
    };
    let drawn = [("apps", "data")];
    check((100, "*", apps), &[]);
    check((100, "5000-6000", network), &[]);
    check((100, "*", r#""source_address_prefix":"*""#), &[]);
    check((300, "*", apps), &drawn);
    check((100, "22", apps), &drawn);
    check((100, "*", r#""source_address_prefix":"10.0.1.4""#), &drawn);
    check((100, "*", r#""source_address_prefix":"Internet""#), &drawn);
}

#[test]
fn a_rule_of_azure_that_stands_for_itself_is_one_of_its_group() {
    let rule = |name: &str, attributes: &str| {
        let attributes = format!(
            r#"{{"access":"Allow","id":"{AZURE}/networkSecurityGroups/job/securityRules/{name}","priority":100,"protocol":"*",{attributes}}}"#
        );
        [
            rules("job", &[]),
            resource("azurerm_network_security_rule", name, &attributes),
        ]
        .join(",")
    };
    check_azure(
        &rule(
            "out",
            r#""direction":"Outbound","source_address_prefix":"*","destination_address_prefix":"10.0.2.0/24""#,
        ),
        &[("job", "data")],
    );
    check_azure(
        &rule(
            "in",
            r#""direction":"Inbound","source_address_prefix":"10.0.2.0/24","destination_address_prefix":"10.0.1.5""#,
        ),
        &[("data", "job")],
    );
    check_azure(
        &rule(
            "in",
            r#""direction":"Inbound","source_address_prefix":"10.0.2.0/24","destination_address_prefix":"10.0.1.9""#,
        ),
        &[],
    );
    let denied = [
        rule("in", r#""direction":"Inbound","source_address_prefix":"10.0.2.0/24""#),
        resource("azurerm_network_security_rule", "no", &format!(r#"{{"access":"Deny","direction":"Inbound","id":"{AZURE}/networkSecurityGroups/job/securityRules/no","priority":90,"protocol":"*","source_address_prefix":"10.0.2.0/24"}}"#)),
    ]
    .join(",");
    check_azure(&denied, &[]);
}

#[test]
fn secrets_keys_and_accounts_are_needed_by_what_names_them() {
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-db-a1b2c3";
    let containers =
        format!(r#"[{{\"secrets\":[{{\"name\":\"DB\",\"valueFrom\":\"{secret}:password::\"}}]}}]"#);
    let text = [
        resource("aws_secretsmanager_secret", "db", &format!(r#"{{"id":"{secret}","arn":"{secret}"}}"#)),
        resource("aws_ecs_task_definition", "t", &format!(r#"{{"arn":"arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:1","container_definitions":"{containers}"}}"#)),
        resource("google_secret_manager_secret", "pw", r#"{"id":"projects/shop/secrets/pw","secret_id":"pw"}"#),
        resource("google_sql_database_instance", "sql", r#"{"id":"orders","name":"orders","project":"shop","self_link":"https://sqladmin.googleapis.com/sql/v1beta4/projects/shop/instances/orders","private_ip_address":"10.2.0.5"}"#),
        resource("google_cloud_run_v2_service", "api", r#"{"id":"projects/shop/locations/l/services/api","template":[{"service_account":"api@shop.iam.gserviceaccount.com","containers":[{"env":[{"name":"DB","value":"10.2.0.5"},{"name":"X","value":"10.2.0.6"},{"name":"S","value":"","value_source":[{"secret_key_ref":[{"secret":"pw","version":"latest"}]}]}]}]}]}"#),
    ]
    .join(",");
    assert_eq!(
        edges(&text, RelationKind::Uses),
        [
            pair("api", "orders"),
            pair("api", "pw"),
            pair("shop:1", "orders-db-a1b2c3"),
        ]
    );
    assert_eq!(
        edges(&text, RelationKind::DependsOn),
        [pair("api", "api@shop.iam.gserviceaccount.com")]
    );
}

#[test]
fn a_subnet_of_azure_lies_in_the_network_of_its_id() {
    let network =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vn";
    let text = [
        resource("azurerm_virtual_network", "vn", &format!(r#"{{"id":"{network}"}}"#)),
        resource("azurerm_subnet", "app", &format!(r#"{{"id":"{network}/subnets/app","virtual_network_name":"vn"}}"#)),
        resource("azurerm_linux_web_app", "w", &format!(r#"{{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/w","virtual_network_subnet_id":"{network}/subnets/app"}}"#)),
    ]
    .join(",");
    assert_eq!(
        edges(&text, RelationKind::Contains),
        [pair("app", "vn"), pair("w", "app")]
    );
}

#[test]
fn a_function_is_no_part_of_itself() {
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:worker";
    let role = "arn:aws:iam::111122223333:role/worker";
    let text = [
        resource("aws_iam_role", "r", &format!(r#"{{"id":"worker","name":"worker","arn":"{role}"}}"#)),
        resource("aws_lambda_function", "f", &format!(r#"{{"id":"worker","function_name":"worker","arn":"{function}","role":"arn:aws:iam::111122223333:role/lambda-exec"}}"#)),
        resource("aws_lambda_event_source_mapping", "m", &format!(r#"{{"id":"91eaeb7e-c976-1234-9451-8709db01f137","function_name":"{function}","function_arn":"{function}","event_source_arn":"arn:aws:sqs:eu-west-1:111122223333:jobs"}}"#)),
    ]
    .join(",");
    assert_eq!(
        edges(&text, RelationKind::DependsOn),
        [pair("worker", "lambda-exec")]
    );
    let flows = edges(&text, RelationKind::DataFlow);
    assert_eq!(flows, [pair("worker", "jobs")]);
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

#[test]
fn an_image_is_from_its_registry_also_from_that_of_another_document() {
    let host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
    let web = "arn:aws:ecr:eu-west-1:111122223333:repository/shop/web";
    let containers = format!(
        r#"[{{\"image\":\"{host}/shop/web:1\"}},{{\"image\":\"{host}/jobs@sha256:0a\"}},{{\"image\":\"nginx:1\"}}]"#
    );
    let text = [
        resource("aws_ecr_repository", "web", &format!(r#"{{"id":"shop/web","arn":"{web}","name":"shop/web","repository_url":"{host}/shop/web"}}"#)),
        resource("aws_ecs_task_definition", "t", &format!(r#"{{"arn":"arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:1","container_definitions":"{containers}"}}"#)),
        resource("aws_lambda_function", "f", &format!(r#"{{"arn":"arn:aws:lambda:eu-west-1:111122223333:function:f","image_uri":"{host}/shop/web:2"}}"#)),
        resource("google_artifact_registry_repository", "r", r#"{"id":"projects/shop/locations/europe-west1/repositories/images","repository_id":"images","project":"shop","location":"europe-west1"}"#),
        resource("google_cloud_run_v2_service", "api", r#"{"id":"projects/shop/locations/europe-west1/services/api","template":[{"containers":[{"image":"europe-west1-docker.pkg.dev/shop/images/api:1"}]}]}"#),
        resource("azurerm_container_app", "app", r#"{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.App/containerApps/app","template":[{"container":[{"image":"shop.azurecr.io/app:1"}]}],"key_vault_key_id":"https://keys.vault.azure.net/keys/k/1"}"#),
    ]
    .join(",");
    assert_eq!(
        edges(&text, RelationKind::Uses),
        [
            pair("api", "images"),
            pair("app", "keys.vault.azure.net"),
            pair("app", "shop.azurecr.io"),
            pair("f", "web"),
            pair("shop:1", "jobs"),
            pair("shop:1", "web"),
        ]
    );
}
