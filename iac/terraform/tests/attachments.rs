//! Attachments that are a part of one of their ends: the edge goes from who needs to what is
//! needed, whichever end has the part.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{kinds, read};
use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind;
use serde_json::{Value, json};

fn state(resources: &[Value]) -> FeedOutput {
    let text = json!({"version": 4, "terraform_version": "1.9.0", "serial": 1,
        "lineage": "3f1c0000-0000-4000-8000-000000000001", "resources": resources});
    read("terraform.state", "shop.tfstate", &text.to_string())
}

/// A resource whose address is its type and `a`.
fn managed(kind: &str, attributes: Value, needs: &[&str]) -> Value {
    let provider = kind.split('_').next().unwrap_or_default();
    json!({"mode": "managed", "type": kind, "name": "a",
        "provider": format!("provider[\"registry.terraform.io/hashicorp/{provider}\"]"),
        "instances": [{"schema_version": 0, "attributes": attributes, "dependencies": needs}]})
}

/// Type of an end with the attributes of it, and the attribute of the attachment with its value.
type End<'a> = (&'a str, Value, &'a str, &'a str);

/// Checks that an attachment has the first end need the second, and not the other way round.
fn check(kind: &str, [from, to]: [End<'_>; 2]) {
    let address = |end: &End<'_>| format!("{}.a", end.0);
    let (dependent, needed) = (address(&from), address(&to));
    let mut own = json!({"id": "attachment-1"});
    for (_, _, path, value) in [&from, &to] {
        match path.split_once('.') {
            Some((list, field)) => own[list] = json!([{field: value}]),
            None => own[*path] = json!(value),
        }
    }
    let out = state(&[
        managed(from.0, from.1, &[]),
        managed(to.0, to.1, &[]),
        managed(kind, own, &[&dependent, &needed]),
    ]);
    let told = kinds(&out, &dependent, &needed);
    let is_told = !told.is_empty() && !told.contains(&RelationKind::DependsOn);
    assert!(is_told, "{kind}: {told:?}");
    assert_eq!(kinds(&out, &needed, &dependent), [], "{kind}");
}

fn id(id: &str) -> Value {
    json!({"id": id})
}

fn named(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name})
}

const INSTANCE: &str = "i-0a1b2c3d4e5f60718";

fn instance() -> End<'static> {
    ("aws_instance", id(INSTANCE), "instance_id", INSTANCE)
}

#[test]
fn attachments_to_networks_of_aws_do_not_turn_edges_round() {
    const SUBNET: &str = "subnet-0a1b2c3d4e5f60718";
    const TABLE: &str = "rtb-0a1b2c3d4e5f60718";
    const NETWORK: &str = "vpc-0a1b2c3d4e5f60718";
    const END: &str = "vpce-0a1b2c3d4e5f60718";
    const VPN: &str = "vgw-0a1b2c3d4e5f60718";
    const ACL: &str = "acl-0a1b2c3d4e5f60718";
    const GATEWAY: &str = "igw-0a1b2c3d4e5f60718";
    let subnet = || ("aws_subnet", id(SUBNET), "subnet_id", SUBNET);
    let table = || ("aws_route_table", id(TABLE), "route_table_id", TABLE);
    let network = || ("aws_vpc", id(NETWORK), "vpc_id", NETWORK);
    let vpn = || ("aws_vpn_gateway", id(VPN), "vpn_gateway_id", VPN);
    let list = ("aws_network_acl", id(ACL), "network_acl_id", ACL);
    let path = "internet_gateway_id";
    let gateway = ("aws_internet_gateway", id(GATEWAY), path, GATEWAY);
    let end = ("aws_vpc_endpoint", id(END), "vpc_endpoint_id", END);
    check("aws_route_table_association", [subnet(), table()]);
    check("aws_network_acl_association", [subnet(), list]);
    check("aws_vpc_endpoint_route_table_association", [table(), end]);
    check("aws_vpn_gateway_route_propagation", [table(), vpn()]);
    check("aws_vpn_gateway_attachment", [network(), vpn()]);
    check("aws_internet_gateway_attachment", [network(), gateway]);
}

#[test]
fn attachments_to_machines_of_aws_do_not_turn_edges_round() {
    const CARD: &str = "eni-0a1b2c3d4e5f60718";
    const ADDRESS: &str = "eipalloc-0a1b2c3d4e5f60718";
    let group =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0a1b2c3d4e5f6071";
    let own = json!({"id": group, "arn": group});
    let target = |path| ("aws_lb_target_group", own.clone(), path, group);
    let path = "autoscaling_group_name";
    let scaled = || ("aws_autoscaling_group", named("web", "web"), path, "web");
    let path = "network_interface_id";
    let card = ("aws_network_interface", id(CARD), path, CARD);
    let address = ("aws_eip", id(ADDRESS), "allocation_id", ADDRESS);
    check("aws_network_interface_attachment", [instance(), card]);
    check("aws_eip_association", [instance(), address]);
    let balanced = target("lb_target_group_arn");
    check("aws_autoscaling_attachment", [balanced, scaled()]);
    let kind = "aws_autoscaling_traffic_source_attachment";
    check(kind, [target("traffic_source.identifier"), scaled()]);
}

#[test]
fn mappings_of_domains_of_aws_do_not_turn_edges_round() {
    let host = "api.shop.example";
    let domain = |kind| {
        let own = json!({"id": host, "domain_name": host});
        (kind, own, "domain_name", host)
    };
    let api = |kind| (kind, id("a1b2c3d4e5"), "api_id", "a1b2c3d4e5");
    let from = domain("aws_apigatewayv2_domain_name");
    let to = api("aws_apigatewayv2_api");
    check("aws_apigatewayv2_api_mapping", [from, to]);
    let from = domain("aws_api_gateway_domain_name");
    let to = api("aws_api_gateway_rest_api");
    check("aws_api_gateway_base_path_mapping", [from, to]);
}

#[test]
fn a_network_acl_names_its_subnets_and_does_not_need_them() {
    let subnet = "subnet-0a1b2c3d4e5f60718";
    let acl = json!({"id": "acl-0a1b2c3d4e5f60718", "subnet_ids": [subnet]});
    let out = state(&[
        managed("aws_subnet", id(subnet), &[]),
        managed("aws_network_acl", acl, &["aws_subnet.a"]),
    ]);
    let told = |from: &str, to: &str| kinds(&out, from, to);
    assert_eq!(
        told("aws_subnet.a", "aws_network_acl.a"),
        [RelationKind::Attached]
    );
    assert_eq!(told("aws_network_acl.a", "aws_subnet.a"), []);
}

#[test]
fn attachments_of_azure_do_not_turn_edges_round() {
    let own = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/shop/providers";
    let card = format!("{own}/Microsoft.Network/networkInterfaces/web");
    let pool = format!("{own}/Microsoft.Network/applicationGateways/web/backendAddressPools/web");
    let balanced = format!("{own}/Microsoft.Network/loadBalancers/web/backendAddressPools/web");
    let rule = format!("{own}/Microsoft.Network/loadBalancers/web/inboundNatRules/ssh");
    let machine = format!("{own}/Microsoft.Compute/virtualMachines/web");
    let disk = format!("{own}/Microsoft.Compute/disks/data");
    let network_card = || {
        (
            "azurerm_network_interface",
            id(&card),
            "network_interface_id",
            &*card,
        )
    };
    check(
        "azurerm_network_interface_application_gateway_backend_address_pool_association",
        [
            (
                "azurerm_application_gateway",
                id(&pool),
                "backend_address_pool_id",
                &*pool,
            ),
            network_card(),
        ],
    );
    check(
        "azurerm_network_interface_backend_address_pool_association",
        [
            (
                "azurerm_lb_backend_address_pool",
                id(&balanced),
                "backend_address_pool_id",
                &*balanced,
            ),
            network_card(),
        ],
    );
    check(
        "azurerm_network_interface_nat_rule_association",
        [
            ("azurerm_lb_nat_rule", id(&rule), "nat_rule_id", &*rule),
            network_card(),
        ],
    );
    check(
        "azurerm_virtual_machine_data_disk_attachment",
        [
            (
                "azurerm_linux_virtual_machine",
                id(&machine),
                "virtual_machine_id",
                &*machine,
            ),
            ("azurerm_managed_disk", id(&disk), "managed_disk_id", &*disk),
        ],
    );
}

#[test]
fn attachments_of_google_do_not_turn_edges_round() {
    let own = "https://www.googleapis.com/compute/v1/projects/shop/zones/europe-west1-b";
    let linked = |collection: &str| {
        let link = format!("{own}/{collection}/web");
        let short = format!("projects/shop/zones/europe-west1-b/{collection}/web");
        (json!({"id": short, "self_link": link, "name": "web"}), link)
    };
    let (machine, machine_link) = linked("instances");
    let (group, group_link) = linked("instanceGroups");
    let (ends, ends_link) = linked("networkEndpointGroups");
    let (disk, disk_link) = linked("disks");
    let instance = || {
        (
            "google_compute_instance",
            machine.clone(),
            "instance",
            &*machine_link,
        )
    };
    check(
        "google_compute_instance_group_membership",
        [
            (
                "google_compute_instance_group",
                group,
                "instance_group",
                &*group_link,
            ),
            instance(),
        ],
    );
    check(
        "google_compute_network_endpoint",
        [
            (
                "google_compute_network_endpoint_group",
                ends,
                "network_endpoint_group",
                &*ends_link,
            ),
            instance(),
        ],
    );
    check(
        "google_compute_attached_disk",
        [
            instance(),
            ("google_compute_disk", disk, "disk", &*disk_link),
        ],
    );
}
