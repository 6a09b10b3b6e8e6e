//! Edges that only the inside of documents, or the look from both sides, shows.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{check_edge, kinds, read, resource};
use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind::{
    Attached, Contains, DataFlow, DependsOn, Peers, PermitsIam, Routes, Scales, Uses,
};

const DEAD_LETTERS: &str = include_str!("../src/state/fixtures/dead-letters.tfstate");
const DOORS: &str = include_str!("../src/state/fixtures/doors.tfstate");
const FEDERATION: &str = include_str!("../src/state/fixtures/federation.tfstate");
const GRANTS: &str = include_str!("../src/state/fixtures/grants.tfstate");
const LINES: &str = include_str!("../src/state/fixtures/lines.tfstate");
const RECORDS: &str = include_str!("../src/state/fixtures/records.tfstate");
const TUNNELS: &str = include_str!("../src/state/fixtures/tunnels.tfstate");

fn state(text: &str) -> FeedOutput {
    read("terraform.state", "shop.tfstate", text)
}

#[test]
fn messages_flow_to_the_queue_for_what_nobody_could_take() {
    let out = state(DEAD_LETTERS);
    let flows = |from: &str, to: &str| check_edge(&out, from, to, DataFlow);
    flows("aws_sqs_queue.orders", "aws_sqs_queue.orders_dead");
    // Told by the queue that takes them.
    let refunds = "arn:aws:sqs:eu-west-1:111122223333:refunds";
    flows(refunds, "aws_sqs_queue.orders_dead");
    // Told by a resource that stands for an attribute of the queue.
    let shared = "arn:aws:sqs:eu-west-1:111122223333:shared-dead";
    flows("aws_sqs_queue.mails", shared);
    let letters = "arn:aws:sqs:eu-west-1:111122223333:letters";
    flows(letters, "aws_sqs_queue.mails");
    let subscription = "aws_sns_topic_subscription.placed";
    flows(subscription, "aws_sqs_queue.orders_dead");
    flows("aws_sns_topic.placed", "aws_sqs_queue.orders");
    let function = "aws_lambda_function.invoice";
    flows(function, "aws_sqs_queue.orders_dead");
    let failed = "arn:aws:sqs:eu-west-1:111122223333:failed-invoices";
    flows(function, failed);
    flows(function, "aws_sns_topic.placed");
    let pull = "google_pubsub_subscription.billing";
    flows(pull, "google_pubsub_topic.orders_dead");
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn what_is_no_document_names_nothing() {
    let out = state(DEAD_LETTERS);
    let broken = &resource(&out, "aws_sqs_queue.broken").key;
    assert!(!out.relations.iter().any(|edge| edge.from == *broken));
    assert_eq!(out.rejects, []);
    let dead = "aws_sqs_queue.orders_dead";
    assert_eq!(kinds(&out, "aws_sqs_queue.secret", dead), []);
}

#[test]
fn flat_states_tell_of_redrive_policies_too() {
    let queue = |name: &str, more: &str| {
        format!(
            r#""aws_sqs_queue.{name}":{{"type":"aws_sqs_queue","primary":{{"id":"q","attributes":{{"id":"https://sqs.eu-west-1.amazonaws.com/111122223333/{name}"{more}}}}}}}"#
        )
    };
    let policy = r#","redrive_policy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:111122223333:b\",\"maxReceiveCount\":3}""#;
    let out = state(&format!(
        r#"{{"version":3,"terraform_version":"0.11.14","serial":1,"lineage":"l","modules":[{{"path":["root"],"resources":{{{},{}}}}}]}}"#,
        queue("a", policy),
        queue("b", "")
    ));
    check_edge(&out, "aws_sqs_queue.a", "aws_sqs_queue.b", DataFlow);
}

#[test]
fn records_of_azure_lead_to_what_their_values_name() {
    let out = state(RECORDS);
    let leads = |from: &str, to: &str| check_edge(&out, from, to, Routes);
    leads("azurerm_dns_a_record.apex", "azurerm_public_ip.web");
    leads("azurerm_dns_a_record.old", "azurerm_public_ip.web");
    leads("azurerm_dns_cname_record.www", "azurerm_linux_web_app.shop");
    let private = "azurerm_private_dns_a_record.db";
    leads(private, "azurerm_linux_virtual_machine.db");
    let found = |from: &str, to: &str| {
        let from = &resource(&out, from).key;
        let mut edges = out.relations.iter();
        edges.any(|edge| edge.from == *from && edge.to == to && edge.kind == Routes)
    };
    // What another document or cloud has: a host, or an address that only one in the world has.
    let balancer = "pay-1.eu-west-1.elb.amazonaws.com";
    assert!(found("azurerm_dns_cname_record.pay", balancer));
    let database = "orders-db.c1x2.eu-west-1.rds.amazonaws.com";
    assert!(found("azurerm_private_dns_cname_record.orders", database));
    assert!(found("azurerm_dns_mx_record.mail", "mail.partner.example"));
    assert!(found("azurerm_dns_a_record.old", "203.0.113.77"));
    assert!(!found("azurerm_dns_a_record.old", "10.9.9.9"));
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn records_of_google_lead_to_all_that_a_policy_may_choose() {
    let out = state(RECORDS);
    let leads = |from: &str, to: &str| check_edge(&out, from, to, Routes);
    leads("google_dns_record_set.media", "azurerm_linux_web_app.shop");
    leads("google_dns_record_set.split", "azurerm_public_ip.web");
    let balancer = "google_compute_forwarding_rule.orders";
    leads("google_dns_record_set.failover", balancer);
    let to: Vec<&str> = out.relations.iter().map(|edge| edge.to.as_str()).collect();
    for other in [
        "203.0.113.78",
        "203.0.113.79",
        "203.0.113.80",
        "mail.partner.example",
    ] {
        assert!(to.contains(&other), "{other}");
    }
    // As the audit log calls it.
    let aliases = &resource(&out, "google_dns_record_set.media").aliases;
    let zone = "//dns.googleapis.com/projects/shop/managedZones/z";
    let record = format!("{zone}/rrsets/media.shop.example./CNAME");
    assert!(aliases.contains(&record), "{aliases:?}");
}

#[test]
fn records_of_one_name_are_all_kept() {
    let out = state(RECORDS);
    let (blue, green) = ("aws_route53_record.blue", "aws_route53_record.green");
    check_edge(&out, blue, "aws_lb.blue", Routes);
    check_edge(&out, green, "aws_lb.green", Routes);
    // As the audit log calls them, in the partition of the zone.
    let has = |address: &str, alias: &str| {
        let aliases = &resource(&out, address).aliases;
        assert!(aliases.iter().any(|own| own == alias), "{aliases:?}");
    };
    let zone = "arn:aws-cn:route53:::hostedzone/Z0123456789ABC";
    has(blue, &format!("{zone}/A/blue/api.shop.example"));
    has(green, &format!("{zone}/A/green/api.shop.example"));
    // The name stands for both.
    has("aws_lb.blue", "api.shop.example");
    has("aws_lb.green", "api.shop.example");
}

/// Checks that each of the first is permitted to act as or on the second.
fn permitted(out: &FeedOutput, pairs: &[(&str, &str)]) {
    for (from, to) in pairs {
        check_edge(out, from, to, PermitsIam);
    }
}

const GITHUB: &str = "token.actions.githubusercontent.com";
const TENANT: &str = "sts.windows.net/0a1b2c3d-0000-4000-8000-000000000009";

#[test]
fn roles_are_taken_on_by_whom_they_trust() {
    let out = state(FEDERATION);
    let github = "aws_iam_openid_connect_provider.github";
    let eks = "aws_iam_openid_connect_provider.eks";
    let pairs = [
        (github, "aws_iam_role.deploy"),
        (eks, "aws_iam_role.orders"),
        ("k8s:////serviceaccount/shop/orders", "aws_iam_role.orders"),
        ("aws_iam_saml_provider.entra", "aws_iam_role.people"),
        ("aws_iam_role.deploy", "aws_iam_role.audit"),
        ("arn:aws:iam::444455556666:root", "aws_iam_role.audit"),
        // The issuers that the providers stand for: a host, a cluster, a tenant.
        ("aws_eks_cluster.shop", eks),
    ];
    permitted(&out, &pairs);
    let from = |to: &str| -> Vec<&str> {
        let to = &resource(&out, to).key;
        let edges = out.relations.iter();
        let own = edges.filter(|edge| edge.to == *to && edge.kind == PermitsIam);
        own.map(|edge| edge.from.as_str()).collect()
    };
    assert_eq!(from(github), [GITHUB]);
    assert_eq!(from("aws_iam_saml_provider.entra"), [TENANT]);
    // Neither everybody, nor whom a statement denies, nor the account itself.
    assert!(from("aws_iam_role.closed").is_empty());
    assert_eq!(from("aws_iam_role.audit").len(), 2);
    let account = resource(&out, "aws_organizations_account.audit");
    let root = "arn:aws:iam::444455556666:root".to_owned();
    assert!(account.aliases.contains(&root));
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn pools_of_google_stand_for_identities_of_others() {
    let out = state(FEDERATION);
    let (aws, azure) = (
        "google_iam_workload_identity_pool_provider.aws",
        "google_iam_workload_identity_pool_provider.azure",
    );
    let pool = "google_iam_workload_identity_pool.others";
    let account = "google_service_account.mail";
    let bucket = "google_storage_bucket.media";
    let pairs = [
        ("arn:aws:iam::111122223333:root", aws),
        (TENANT, azure),
        (aws, pool),
        (azure, pool),
        // By the number of the project.
        (pool, account),
        // The one role among those behind the pool.
        ("arn:aws:iam::111122223333:role/orders", account),
        (account, bucket),
        (
            "//iam.googleapis.com/projects/other/serviceAccounts/feed@other.iam.gserviceaccount.com",
            bucket,
        ),
        (
            "//iam.googleapis.com/projects/shop/serviceAccounts/look@shop.iam.gserviceaccount.com",
            "//cloudresourcemanager.googleapis.com/projects/shop",
        ),
    ];
    permitted(&out, &pairs);
    let evidence = out.relations.iter().map(|edge| edge.evidence.as_str());
    let role = "roles/storage.objectAdmin in google_storage_bucket_iam_member.media";
    assert_eq!(evidence.filter(|text| text.contains(role)).count(), 1);
    // The audit log tells the role and the member that were taken out.
    let member = resource(&out, "google_storage_bucket_iam_member.media");
    let told = member.aliases.iter();
    assert!(
        told.clone()
            .any(|word| word.contains("/roles/storage.objectAdmin/"))
    );
}

#[test]
fn identities_of_azure_are_taken_on_by_subjects_of_issuers() {
    let out = state(FEDERATION);
    let identity = "azurerm_user_assigned_identity.orders";
    let key = &resource(&out, identity).key;
    let github = |edge: &&nepho_core::tables::Relation| edge.from == GITHUB && edge.to == *key;
    assert_eq!(out.relations.iter().filter(github).count(), 1);
    let pairs = [
        ("azurerm_kubernetes_cluster.shop", identity),
        ("k8s:////serviceaccount/shop/orders", identity),
    ];
    permitted(&out, &pairs);
}

#[test]
fn tunnels_join_the_gateways_of_two_clouds() {
    let out = state(TUNNELS);
    let peers = |from: &str, to: &str| check_edge(&out, from, to, Peers);
    let routes = |from: &str, to: &str| check_edge(&out, from, to, Routes);
    let (connection, azure) = (
        "aws_vpn_connection.azure",
        "azurerm_virtual_network_gateway.gateway",
    );
    // From AWS to Azure, as the customer gateway has the address of the gateway there.
    routes("aws_vpn_gateway.main", connection);
    peers(connection, "aws_customer_gateway.azure");
    peers("aws_customer_gateway.azure", azure);
    let address = "azurerm_public_ip.gateway";
    assert_eq!(kinds(&out, "aws_customer_gateway.azure", address), []);
    // From Azure to AWS, by the address of the first tunnel.
    let tunnel = "azurerm_virtual_network_gateway_connection.aws";
    routes(azure, tunnel);
    peers(tunnel, "azurerm_local_network_gateway.aws");
    peers("azurerm_local_network_gateway.aws", connection);
    // From Google to AWS, by the second, and back.
    let tunnel = "google_compute_vpn_tunnel.aws";
    routes("google_compute_ha_vpn_gateway.shop", tunnel);
    peers(tunnel, "google_compute_external_vpn_gateway.aws");
    peers(tunnel, connection);
    peers("google_compute_external_vpn_gateway.aws", connection);
    let google = "google_compute_ha_vpn_gateway.shop";
    peers("aws_customer_gateway.google", google);
    // What no resource of the document has is left to other documents.
    let office = &resource(&out, "aws_customer_gateway.office").key;
    let office = out.relations.iter().find(|edge| edge.from == *office);
    let office = office.map(|edge| (edge.to.as_str(), edge.kind));
    assert_eq!(office, Some(("203.0.113.99", Peers)));
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn leased_lines_join_gateways_to_what_they_run_over() {
    let out = state(LINES);
    let routes = |from: &str, to: &str| check_edge(&out, from, to, Routes);
    let association = "aws_dx_gateway_association.office";
    routes("aws_vpn_gateway.office", association);
    routes(association, "aws_dx_gateway.office");
    let interface = "aws_dx_private_virtual_interface.office";
    routes("aws_dx_gateway.office", interface);
    routes(interface, "aws_dx_connection.line");
    check_edge(&out, "aws_dx_lag.lines", "aws_dx_connection.line", Attached);
    let attachment = "google_compute_interconnect_attachment.office";
    routes("google_compute_router.office", attachment);
    routes(attachment, "google_compute_interconnect.line");
    assert_eq!(kinds(&out, attachment, "google_compute_router.office"), []);
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn an_alarm_scales_by_a_policy() {
    let out = state(LINES);
    let alarm = "aws_cloudwatch_metric_alarm.busy";
    check_edge(&out, alarm, "aws_autoscaling_policy.more", Scales);
    check_edge(&out, alarm, "aws_sns_topic.alarms", DependsOn);
    let group = "aws_autoscaling_group.web";
    check_edge(&out, "aws_autoscaling_policy.more", group, Scales);
}

#[test]
fn policies_of_an_identity_permit_what_they_name() {
    let out = state(GRANTS);
    let role = "aws_iam_role.orders";
    let policy = "aws_iam_policy.secrets";
    let pairs = [
        (role, "aws_s3_bucket.media"),
        (role, "aws_dynamodb_table.carts"),
        (role, "aws_sqs_queue.orders_in"),
        (role, "aws_sqs_queue.orders_out"),
        (policy, "aws_secretsmanager_secret.db"),
        // What no resource of the document is, and is named as a whole.
        (
            policy,
            "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000077",
        ),
    ];
    permitted(&out, &pairs);
    check_edge(&out, role, policy, Attached);
    check_edge(&out, "aws_iam_user.ci", policy, Attached);
    let mut evidence = out.relations.iter().map(|edge| edge.evidence.as_str());
    let told = "aws_iam_role.orders references aws_s3_bucket.media \
                (policy.Resource in aws_iam_role_policy.orders)";
    assert!(evidence.any(|text| text == told));
    // Neither what all may, nor what is denied or left out, nor a pattern that nothing fits.
    let own = &resource(&out, role).key;
    let edges = out.relations.iter();
    let own = edges.filter(|edge| edge.from == *own && edge.kind == PermitsIam);
    assert_eq!(own.count(), 4);
    let text = format!("{out:?}");
    assert!(!text.contains("canary") && !text.contains("invoices-"));
}

#[test]
fn policies_of_a_resource_permit_principals() {
    let out = state(GRANTS);
    let logs = "aws_s3_bucket.logs";
    let pairs = [
        ("arn:aws:iam::444455556666:role/feed", logs),
        ("aws_s3_bucket.media", "aws_lambda_function.thumbs"),
    ];
    permitted(&out, &pairs);
    let key = &resource(&out, logs).key;
    let edges = out.relations.iter();
    let others = edges.filter(|edge| edge.to == *key && edge.kind == PermitsIam);
    assert_eq!(others.count(), 1);
}

#[test]
fn role_assignments_permit_identities_by_their_object_id() {
    let out = state(GRANTS);
    let vault = "azurerm_key_vault.shop";
    let pairs = [
        ("azurerm_user_assigned_identity.orders", vault),
        ("azurerm_linux_web_app.shop", vault),
    ];
    permitted(&out, &pairs);
    let evidence = out.relations.iter().map(|edge| edge.evidence.as_str());
    let role = "Key Vault Secrets User in azurerm_role_assignment.orders";
    assert_eq!(evidence.filter(|text| text.contains(role)).count(), 1);
}

#[test]
fn nodes_depend_on_their_cluster() {
    let home = "projects/shop/locations/europe-west1-b/clusters/c1";
    let one = |kind: &str, name: &str, attributes: &str| {
        format!(
            r#"{{"mode":"managed","type":"google_container_{kind}","name":"{name}","provider":"provider[\"registry.terraform.io/hashicorp/google\"]","instances":[{{"schema_version":0,"attributes":{attributes}}}]}}"#
        )
    };
    let cluster =
        format!(r#"{{"id":"{home}","name":"c1","location":"europe-west1-b","project":"shop"}}"#);
    let pool = format!(
        r#"{{"id":"{home}/nodePools/np","name":"np","cluster":"c1","location":"europe-west1-b","project":"shop"}}"#
    );
    let out = state(&format!(
        r#"{{"version":4,"serial":1,"lineage":"l","resources":[{},{}]}}"#,
        one("cluster", "c1", &cluster),
        one("node_pool", "np", &pool)
    ));
    let (cluster, pool) = (
        "google_container_cluster.c1",
        "google_container_node_pool.np",
    );
    check_edge(&out, pool, cluster, DependsOn);
    assert_eq!(kinds(&out, cluster, pool), []);
}

#[test]
fn accounts_lie_in_the_units_of_their_organization() {
    let own = "arn:aws:organizations::999922223333";
    let resource = |kind: &str, name: &str, id: &str, what: &str, above: &str| {
        serde_json::json!({"mode": "managed", "type": kind, "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 0, "attributes": {"id": id, "name": name,
                "arn": format!("{own}:{what}/o-0a1b2c3d4e/{id}"), "parent_id": above}}]})
    };
    let unit = "aws_organizations_organizational_unit";
    let text = serde_json::json!({"version": 4, "terraform_version": "1.9.0", "serial": 1,
    "lineage": "3f1c0000-0000-4000-8000-000000000002", "resources": [
        resource(unit, "all", "ou-ab12-11112222", "ou", "r-ab12"),
        resource(unit, "shop", "ou-ab12-33334444", "ou", "ou-ab12-11112222"),
        resource("aws_organizations_account", "prod", "111122223333", "account", "ou-ab12-33334444"),
    ]});
    let out = state(&text.to_string());
    let shop = format!("{unit}.shop");
    check_edge(&out, "aws_organizations_account.prod", &shop, Contains);
    check_edge(&out, &shop, &format!("{unit}.all"), Contains);
}

#[test]
fn what_machines_pools_and_schedules_call_is_told() {
    let out = state(DOORS);
    let flow = "aws_sfn_state_machine.flow";
    check_edge(&out, flow, "aws_lambda_function.charge", Routes);
    check_edge(&out, flow, "aws_lambda_function.mailer", Routes);
    check_edge(&out, flow, "aws_sqs_queue.jobs", DataFlow);
    check_edge(&out, flow, "aws_dynamodb_table.carts", Uses);
    let users = "aws_cognito_user_pool.users";
    check_edge(&out, users, "aws_lambda_function.greet", Routes);
    check_edge(&out, "aws_apigatewayv2_api.api", users, DependsOn);
    let load = "aws_iam_role.load";
    check_edge(&out, "aws_redshift_cluster.sales", load, DependsOn);
    check_edge(&out, "aws_scheduler_schedule.nightly", load, DependsOn);
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn doors_of_google_lead_to_what_runs_without_servers() {
    let out = state(DOORS);
    let backend = "google_compute_backend_service.checkout";
    let group = "google_compute_region_network_endpoint_group.checkout";
    let checkout = "google_cloud_run_v2_service.checkout";
    check_edge(
        &out,
        backend,
        "google_compute_security_policy.edge",
        Attached,
    );
    check_edge(&out, backend, group, Routes);
    check_edge(&out, group, checkout, Routes);
    let trigger = "google_eventarc_trigger.placed";
    let billing = "google_cloud_run_v2_service.billing";
    check_edge(&out, "google_pubsub_topic.placed", trigger, DataFlow);
    check_edge(&out, trigger, billing, DataFlow);
}

#[test]
fn variables_name_what_the_document_has_by_its_name() {
    let out = state(DOORS);
    let cart = "aws_lambda_function.cart";
    check_edge(&out, cart, "aws_dynamodb_table.carts", Uses);
    // Another word than that of its kind tells nothing, nor does a name that nothing has.
    assert_eq!(kinds(&out, cart, "aws_lambda_function.mailer"), []);
    assert!(!format!("{out:?}").contains("nowhere"));
    let orders = "google_sql_database_instance.orders";
    let checkout = "google_cloud_run_v2_service.checkout";
    check_edge(&out, checkout, "google_storage_bucket.media", Uses);
    check_edge(&out, checkout, orders, Uses);
    check_edge(&out, "google_cloud_run_v2_service.billing", orders, Uses);
}
