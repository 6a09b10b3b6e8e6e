//! One row for each cloud and each way in which its types are told.

use super::*;
use Class::{Access, Capacity, Certificate, Compute, Data, Names, Network, Watching};

fn classes(resource_type: &str, attributes: &[&str]) -> Vec<Class> {
    of_change(&crate::testing::change(
        "x",
        "2024-05-01T10:00:00Z",
        resource_type,
        attributes,
    ))
}

/// Terraform, CloudFormation, Pulumi and calls of AWS; Terraform, the resource manager and the
/// Activity Log of Azure; Terraform, assets and calls of Google Cloud; objects of Kubernetes.
const ROWS: [(&[Class], &str); 26] = [
    (
        &[Network],
        "aws_security_group AWS::EC2::SecurityGroup ec2.security-group",
    ),
    (
        &[Network],
        "aws:ec2/securityGroup:SecurityGroup ec2/security-group aws_lb_listener_rule",
    ),
    (
        &[Network],
        "aws_route_table AWS::EC2::RouteTable aws_route AWS::EC2::Route aws_vpc",
    ),
    (
        &[Network],
        "azurerm_network_security_rule azurerm_route azurerm_lb azurerm_subnet",
    ),
    (
        &[Network],
        "Microsoft.Network/networkSecurityGroups/securityRules",
    ),
    (
        &[Network],
        "microsoft.network/routetables/routes microsoft.network/loadbalancers",
    ),
    (
        &[Network],
        "google_compute_firewall gcp:compute/firewall:Firewall google_compute_router",
    ),
    (
        &[Network],
        "compute.firewalls compute.routes compute.networks compute.routers",
    ),
    (
        &[Network],
        "compute.googleapis.com/Network compute.googleapis.com/UrlMap Ingress",
    ),
    (
        &[Access],
        "aws_kms_key AWS::KMS::Key aws_iam_policy iam.role aws:iam/role:Role",
    ),
    (
        &[Access],
        "azurerm_role_assignment Microsoft.Authorization/roleAssignments",
    ),
    (
        &[Access],
        "microsoft.keyvault/vaults/secrets google_service_account iam.serviceAccounts",
    ),
    (
        &[Access],
        "google_secret_manager_secret iam.googleapis.com/Role rolebinding Secret",
    ),
    (
        &[Capacity],
        "aws_autoscaling_group AWS::AutoScaling::AutoScalingGroup azurerm_service_plan",
    ),
    (
        &[Capacity],
        "microsoft.web/serverfarms microsoft.insights/autoscalesettings",
    ),
    (
        &[Capacity],
        "azurerm_monitor_autoscale_setting google_compute_autoscaler",
    ),
    (
        &[Capacity],
        "compute.autoscalers horizontalpodautoscaler ResourceQuota",
    ),
    (
        &[Names],
        "aws_route53_record AWS::Route53::RecordSet google_dns_record_set dns.changes",
    ),
    (
        &[Names],
        "azurerm_dns_a_record microsoft.network/dnszones/a dns.resourceRecordSets",
    ),
    (
        &[Certificate],
        "aws_acm_certificate AWS::CertificateManager::Certificate Certificate",
    ),
    (
        &[Certificate],
        "microsoft.web/certificates compute.sslCertificates",
    ),
    (
        &[Data],
        "aws_db_instance AWS::RDS::DBInstance sqs.queue aws_s3_bucket dynamodb/table",
    ),
    (
        &[Data],
        "azurerm_mssql_server microsoft.dbforpostgresql/flexibleservers cloudsql.instances",
    ),
    (
        &[Data],
        "microsoft.storage/storageaccounts storage.buckets google_pubsub_topic",
    ),
    (
        &[Compute],
        "aws_lambda_function AWS::ECS::Service ecs.service microsoft.web/sites",
    ),
    (
        &[Compute],
        "Microsoft.Web/sites/slots run.services google_compute_instance Deployment",
    ),
];

#[test]
fn types_have_their_classes_in_every_spelling() {
    let check = |expected: &[Class], types: &str| {
        for name in types.split_whitespace() {
            assert_eq!(classes(name, &[]), expected, "{name}");
        }
    };
    for (expected, types) in ROWS {
        check(expected, types);
    }
    check(
        &[Watching],
        "aws_cloudwatch_metric_alarm AWS::Logs::LogGroup dashboard",
    );
    check(
        &[Watching],
        "microsoft.insights/metricalerts monitoring.alertPolicies",
    );
    check(
        &[],
        "aws_websocket null_resource google_project microsoft.resources/resourcegroups",
    );
    check(
        &[Network, Compute],
        "AWS::ApiGateway::RestApi aws_apigatewayv2_route",
    );
}

#[test]
fn attributes_are_for_what_their_words_say() {
    let check = |attribute: &str, expected: &[Class]| {
        assert_eq!(classes("", &[attribute]), expected, "{attribute}");
    };
    check("ipPermissions.fromPort", &[Network]);
    check("vpc_security_group_ids", &[Network]);
    check("report_exporter", &[]);
    check("assume_role_policy", &[Access]);
    check("controller", &[]);
    check("dBInstanceClass", &[Capacity]);
    check("memorySize", &[Capacity]);
    check("maximumInstanceCount", &[Capacity]);
    check("max_node_count", &[Capacity]);
    check("reservedConcurrentExecutions", &[Capacity]);
    check("resource_records", &[Names]);
    check("throttle", &[]);
    check("minTlsVersion", &[Certificate]);
    check("spec.template.spec.containers.image", &[Compute]);
    check("environment.variables", &[Compute]);
    check(&format!("{}app", Change::DATABASE_USER), &[Access]);
}

#[test]
fn what_acts_on_others_is_known_in_every_spelling() {
    for modifier in [
        "aws_security_group_rule",
        "AWS::EC2::SecurityGroupIngress",
        "aws_iam_role_policy_attachment",
        "AWS::IAM::ManagedPolicy",
        "google_compute_firewall",
        "compute.firewalls",
        "compute.googleapis.com/Firewall",
        "microsoft.network/networksecuritygroups/securityrules",
        "Microsoft.Authorization/roleAssignments",
        "microsoft.network/dnszones/a",
        "aws_appautoscaling_policy",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "rolebinding",
    ] {
        assert!(is_modifier(modifier), "{modifier}");
    }
    for other in [
        "aws_autoscaling_group",
        "AWS::AutoScaling::AutoScalingGroup",
        "google_oracle_database_db_system",
        "google_compute_router",
        "AWS::Config::ConfigurationRecorder",
        "aws_route_table",
        "microsoft.network/routetables",
        "aws_instance",
    ] {
        assert!(!is_modifier(other), "{other}");
    }
}

#[test]
fn one_acts_as_roles_and_accounts() {
    let check = |resource_type: &str, expected: bool| {
        assert_eq!(is_identity(resource_type, "x"), expected, "{resource_type}");
    };
    for identity in [
        "aws_iam_role",
        "AWS::IAM::Role",
        "iam.role",
        "azurerm_user_assigned_identity",
        "microsoft.managedidentity/userassignedidentities",
        "google_service_account",
        "iam.googleapis.com/ServiceAccount",
        "serviceaccount",
    ] {
        check(identity, true);
    }
    check("aws_sqs_queue", false);
    check("azurerm_storage_account", false);
    check("kubernetes_controller", false);
}

#[test]
fn what_holds_much_is_known_in_every_spelling() {
    let check = |types: &str, expected: bool| {
        for name in types.split_whitespace() {
            assert_eq!(is_container(name), expected, "{name}");
        }
    };
    check("aws_vpc AWS::EC2::VPC aws:ec2/vpc:Vpc ec2/vpc", true);
    check(
        "azurerm_virtual_network azure-native:network:VirtualNetwork",
        true,
    );
    check(
        "Microsoft.Network/virtualNetworks microsoft.network/virtualnetworks",
        true,
    );
    check(
        "google_compute_network compute.networks compute.googleapis.com/Network",
        true,
    );
    check(
        "azurerm_resource_group microsoft.resources/resourcegroups",
        true,
    );
    check(
        "microsoft.resources/subscriptions/resourcegroups google_project project",
        true,
    );
    check(
        "aws_eks_cluster azurerm_kubernetes_cluster container.clusters",
        true,
    );
    check(
        "Microsoft.ContainerService/managedClusters AWS::ECS::Cluster",
        true,
    );
    check(
        "aws_route53_zone AWS::Route53::HostedZone dns.managedZones",
        true,
    );
    check(
        "azurerm_storage_account microsoft.storage/storageaccounts",
        false,
    );
    check(
        "google_service_account azurerm_cosmosdb_account aws_codebuild_project",
        false,
    );
    check(
        "aws_rds_cluster aws_subnet AWS::ResourceGroups::Group",
        false,
    );
}

#[test]
fn each_line_of_the_tables_has_a_known_label_and_no_entry_twice() {
    let check = |file: &str, is_known: &dyn Fn(&str) -> bool| {
        let mut seen = std::collections::HashSet::new();
        let lines = file.lines().filter(|line| !line.is_empty());
        for line in lines.filter(|line| !line.starts_with('#')) {
            let (label, entries) = line.split_once(':').unwrap();
            assert!(is_known(label), "{label}");
            for entry in entries.split_whitespace() {
                let words = Words::of(entry).whole().to_owned();
                assert!(seen.insert((label, words)), "{label}: {entry}");
            }
        }
    };
    let is_class = |word: &str| Class::from_word(word).is_some() || word == "neither";
    check(include_str!("types.txt"), &is_class);
    check(include_str!("attributes.txt"), &is_class);
    let is_act = |word: &str| Act::from_word(word).is_some() || word == "neither";
    check(include_str!("acts.txt"), &is_act);
    check(include_str!("containers.txt"), &|_| true);
}

#[test]
fn a_network_change_explains_a_timeout_and_not_a_null_pointer() {
    let network = [Class::Network];
    assert!(match_of(&[(Trouble::Connection, 1.0)], &network) > 0.9);
    assert!(match_of(&[(Trouble::Code, 1.0)], &network) < 0.3);
    assert!((match_of(&[], &network) - 0.65).abs() < 1e-9);
}

#[test]
fn records_of_all_tools_are_known() {
    for record in [
        "aws_route53_record",
        "AWS::Route53::RecordSet",
        "google_dns_record_set",
        "azurerm_private_dns_cname_record",
        "microsoft.network/privatednszones/a",
        "Microsoft.Network/dnsZones/CNAME",
        "cloudflare_record",
    ] {
        assert!(is_record(record), "{record}");
    }
    for other in [
        "aws_route53_zone",
        "microsoft.network/dnszones",
        "microsoft.network/privatednszones/virtualnetworklinks",
        "AWS::Config::ConfigurationRecorder",
        "aws_instance",
    ] {
        assert!(!is_record(other), "{other}");
    }
}

#[test]
fn tags_alone_are_cosmetic() {
    let check = |attributes: &[&str]| {
        is_cosmetic(&crate::testing::change(
            "x",
            "2024-05-01T10:00:00Z",
            "aws_instance",
            attributes,
        ))
    };
    assert!(check(&["tags", "tags_all", "tags.Owner"]));
    assert!(!check(&["tags", "ami"]));
    assert!(!check(&[]));
}
