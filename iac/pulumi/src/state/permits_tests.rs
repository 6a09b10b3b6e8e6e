//! What network rules of states let reach what.

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::tables::RelationKind;
use serde_json::{Value, json};

use super::State;

/// Evidence of the edges that a state of these resources gives: name, type, id, outputs.
fn permits(resources: &[(&str, &str, &str, Value)]) -> Vec<String> {
    let urn = |name: &str, kind: &str| format!("urn:pulumi:prod::shop::{kind}::{name}");
    let rows: Vec<Value> = resources
        .iter()
        .map(|(name, kind, id, outputs)| {
            json!({"urn": urn(name, kind), "custom": true, "type": kind, "id": id, "inputs": {}, "outputs": outputs})
        })
        .collect();
    let manifest = json!({"time": "2024-05-01T10:00:00Z", "magic": "x"});
    let state = json!({"version": 3, "deployment": {"manifest": manifest, "resources": rows}});
    let text = state.to_string();
    let document = Document {
        uri: "stack.json",
        text: &text,
        modified: None,
    };
    let mut out = FeedOutput::default();
    assert!(State.read(&document, &mut out).is_ok());
    assert!(!format!("{out:?}").contains("canary"));
    let edges = out
        .relations
        .iter()
        .filter(|edge| edge.kind == RelationKind::PermitsNet);
    edges.map(|edge| edge.evidence.clone()).collect()
}

#[test]
fn groups_of_aws_let_members_and_networks_in() {
    let group = "aws:ec2/securityGroup:SecurityGroup";
    let found = permits(&[
        (
            "vpc",
            "aws:ec2/vpc:Vpc",
            "vpc-0a1b2c3d4e5f60718",
            json!({"cidrBlock": "10.0.0.0/16"}),
        ),
        (
            "one",
            "aws:ec2/subnet:Subnet",
            "subnet-0a1b2c3d4e5f60718",
            json!({"cidrBlock": "10.0.1.0/24", "vpcId": "vpc-0a1b2c3d4e5f60718"}),
        ),
        (
            "web",
            group,
            "sg-0a1b2c3d4e5f60711",
            json!({"vpcId": "vpc-0a1b2c3d4e5f60718"}),
        ),
        (
            "data",
            group,
            "sg-0a1b2c3d4e5f60712",
            json!({"vpcId": "vpc-0a1b2c3d4e5f60718",
            "description": "canary-1",
            "ingress": [{"securityGroups": ["sg-0a1b2c3d4e5f60711"], "cidrBlocks": ["0.0.0.0/0"]}]}),
        ),
        (
            "office",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "sgr-0a1b2c3d4e5f60718",
            json!({"securityGroupId": "sg-0a1b2c3d4e5f60711", "cidrIpv4": "10.0.0.0/20"}),
        ),
        (
            "out",
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            "sgrule-1",
            json!({"type": "egress", "securityGroupId": "sg-0a1b2c3d4e5f60711", "cidrBlocks": ["10.0.1.0/24"]}),
        ),
        (
            "server",
            "aws:ec2/instance:Instance",
            "i-0a1b2c3d4e5f60718",
            json!({"vpcSecurityGroupIds": ["sg-0a1b2c3d4e5f60711"]}),
        ),
        (
            "orders",
            "aws:rds/instance:Instance",
            "orders",
            json!({"vpcSecurityGroupIds": ["sg-0a1b2c3d4e5f60712"], "arn": "arn:aws:rds:eu-west-1:111122223333:db:orders"}),
        ),
    ]);
    assert_eq!(
        found,
        [
            "data lets server reach orders",
            "out lets server reach one",
            "office lets one reach server"
        ]
    );
}

#[test]
fn a_range_is_that_of_the_own_network_before_others() {
    let network = |name: &'static str, id: &'static str| {
        (
            name,
            "aws:ec2/vpc:Vpc",
            id,
            json!({"cidrBlock": "10.0.0.0/16"}),
        )
    };
    let found = permits(&[
        network("shop", "vpc-0a1b2c3d4e5f60711"),
        network("bank", "vpc-0a1b2c3d4e5f60712"),
        (
            "data",
            "aws:ec2/securityGroup:SecurityGroup",
            "sg-0a1b2c3d4e5f60711",
            json!({"vpcId": "vpc-0a1b2c3d4e5f60711", "ingress": [{"cidrBlocks": ["10.0.0.0/16"]}]}),
        ),
    ]);
    assert_eq!(found, ["data lets shop reach data"]);
}

#[test]
fn the_first_rule_of_a_group_of_azure_that_fits_decides() {
    let id = |rest: &str| {
        format!(
            "/subscriptions/11112222-3333-4444-5555-666677778888/resourceGroups/shop/providers/Microsoft.Network/{rest}"
        )
    };
    let group = id("networkSecurityGroups/data");
    let rule = |priority: u32, access: &str, from: &str| {
        json!({"name": format!("r{priority}"), "access": access, "direction": "Inbound", "priority": priority,
            "protocol": "*", "sourceAddressPrefix": from, "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "5432"})
    };
    let subnet =
        |range: &str, group: Value| json!({"addressPrefix": range, "networkSecurityGroup": group});
    let found = permits(&[
        (
            "group",
            "azure-native:network:NetworkSecurityGroup",
            &group,
            json!({"securityRules": [
            rule(100, "Deny", "10.0.2.0/24"), rule(200, "Allow", "10.0.2.0/25"), rule(300, "Allow", "10.0.1.0/24")]}),
        ),
        (
            "web",
            "azure-native:network:Subnet",
            &id("virtualNetworks/shop/subnets/web"),
            subnet("10.0.1.0/24", Value::Null),
        ),
        (
            "jobs",
            "azure-native:network:Subnet",
            &id("virtualNetworks/shop/subnets/jobs"),
            subnet("10.0.2.0/25", Value::Null),
        ),
        (
            "data",
            "azure-native:network:Subnet",
            &id("virtualNetworks/shop/subnets/data"),
            subnet("10.0.3.0/24", json!({"id": group})),
        ),
    ]);
    assert_eq!(found, ["group lets web reach data"]);
}

#[test]
fn firewalls_of_google_let_tags_and_ranges_in() {
    let network = "projects/shop/global/networks/main";
    let instance = |tags: &[&str]| {
        json!({"tags": tags, "networkInterfaces": [{"network": format!("https://www.googleapis.com/compute/v1/{network}")}],
            "metadata": {"key": "canary-1"}})
    };
    let firewall = |outputs: Value| {
        let mut outputs = outputs;
        outputs["network"] = json!(format!("https://www.googleapis.com/compute/v1/{network}"));
        outputs["direction"] = json!("INGRESS");
        outputs
    };
    let kind = "gcp:compute/firewall:Firewall";
    let found = permits(&[
        ("main", "gcp:compute/network:Network", network, json!({})),
        (
            "apps",
            "gcp:compute/subnetwork:Subnetwork",
            "projects/shop/regions/europe-west1/subnetworks/apps",
            json!({"ipCidrRange": "10.0.1.0/24", "network": format!("https://www.googleapis.com/compute/v1/{network}")}),
        ),
        (
            "web",
            "gcp:compute/instance:Instance",
            "projects/shop/zones/europe-west1-b/instances/web",
            instance(&["web"]),
        ),
        (
            "db",
            "gcp:compute/instance:Instance",
            "projects/shop/zones/europe-west1-b/instances/db",
            instance(&["db"]),
        ),
        (
            "to-db",
            kind,
            "projects/shop/global/firewalls/to-db",
            firewall(
                json!({"sourceTags": ["web"], "targetTags": ["db"], "priority": 900, "allows": [{"protocol": "tcp"}]}),
            ),
        ),
        (
            "from-apps",
            kind,
            "projects/shop/global/firewalls/from-apps",
            firewall(
                json!({"sourceRanges": ["10.0.0.0/16"], "targetTags": ["web"], "priority": 1000, "allows": [{"protocol": "tcp"}]}),
            ),
        ),
        (
            "back",
            kind,
            "projects/shop/global/firewalls/back",
            firewall(
                json!({"sourceTags": ["db"], "targetTags": ["web"], "priority": 1000, "allows": [{"protocol": "tcp"}]}),
            ),
        ),
        (
            "no-db",
            kind,
            "projects/shop/global/firewalls/no-db",
            firewall(
                json!({"sourceTags": ["db"], "priority": 500, "denies": [{"protocol": "all"}]}),
            ),
        ),
    ]);
    assert_eq!(
        found,
        ["to-db lets web reach db", "from-apps lets apps reach web"]
    );
}

#[test]
fn a_firewall_that_is_disabled_neither_lets_in_nor_denies() {
    let instance = |name: &'static str| {
        let tags = json!({"tags": [name]});
        (name, "gcp:compute/instance:Instance", name, tags)
    };
    let firewall =
        |name: &'static str, outputs: Value| (name, "gcp:compute/firewall:Firewall", name, outputs);
    let found = permits(&[
        instance("web"),
        instance("db"),
        firewall(
            "to-db",
            json!({"sourceTags": ["web"], "targetTags": ["db"], "disabled": false, "allows": [{"protocol": "tcp"}]}),
        ),
        firewall(
            "back",
            json!({"sourceTags": ["db"], "targetTags": ["web"], "disabled": true, "allows": [{"protocol": "tcp"}]}),
        ),
        firewall(
            "none",
            json!({"priority": 10, "disabled": true, "denies": [{"protocol": "all"}]}),
        ),
    ]);
    assert_eq!(found, ["to-db lets web reach db"]);
}
