//! References to services behind private end points, and to what takes requests and events.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{check_edge, read, resource};
use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind::{
    self, Attached, Contains, DataFlow, DependsOn, Routes, Uses,
};

fn state(text: &str) -> FeedOutput {
    read("terraform.state", "pay.tfstate", text)
}

#[test]
fn private_end_points_lead_to_the_service_behind_them() {
    let out = state(include_str!("../src/state/fixtures/private-links.tfstate"));
    let routes = |from: &str, to: &str| check_edge(&out, from, to, Routes);
    routes("aws_vpc_endpoint.pay", "aws_vpc_endpoint_service.pay");
    routes("aws_vpc_endpoint_service.pay", "aws_lb.pay");
    let psc = "google_compute_forwarding_rule.psc";
    routes(psc, "google_compute_service_attachment.pay");
    routes(
        "google_compute_service_attachment.pay",
        "google_compute_forwarding_rule.ilb",
    );
    routes("azurerm_private_endpoint.db", "azurerm_mssql_server.pay");
    let link = "azurerm_private_endpoint.link";
    routes(link, "azurerm_private_link_service.pay");
    // A service of another account is known by its id; one of AWS is none of ours.
    let ends = |address: &str| -> Vec<&str> {
        let key = &resource(&out, address).key;
        let from = out.relations.iter().filter(|edge| edge.from == *key);
        from.map(|edge| edge.to.as_str()).collect()
    };
    let other = "vpce-svc-0ffffffffffffff00";
    assert_eq!(ends("aws_vpc_endpoint.other"), [other]);
    assert!(ends("aws_vpc_endpoint.s3").is_empty());
}

#[test]
fn what_answers_and_what_takes_is_found_by_id_name_and_host() {
    let out = state(include_str!("../src/state/fixtures/targets.tfstate"));
    let vault = "azurerm_key_vault.pay";
    let layer = "arn:aws:lambda:eu-west-1:111122223333:layer:tools:7";
    let certificate =
        "arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d-0000-4000-8000-000000000002";
    let acl = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/web/1a2b3c4d-0000-4000-8000-000000000001";
    let machine = "arn:aws:states:eu-west-1:111122223333:statemachine:orders";
    let machine = &machine.replace("statemachine", "stateMachine");
    let expected: [(&str, &str, RelationKind); 17] = [
        ("aws_elb.web", "aws_instance.web", Routes),
        ("aws_cloudfront_distribution.web", acl, Attached),
        ("aws_cloudfront_distribution.web", certificate, Uses),
        ("aws_route_table.a", "aws_internet_gateway.a", Routes),
        ("aws_lambda_function.mail", layer, Uses),
        (
            "aws_cloudwatch_log_group.web",
            "aws_lambda_function.mail",
            DataFlow,
        ),
        (
            "aws_scheduler_schedule.nightly",
            "aws_lambda_function.mail",
            DataFlow,
        ),
        (
            "aws_pipes_pipe.orders",
            "arn:aws:sqs:eu-west-1:111122223333:orders",
            DataFlow,
        ),
        ("aws_pipes_pipe.orders", machine, DataFlow),
        (
            "google_compute_target_pool.web",
            "google_compute_instance.web",
            Routes,
        ),
        (
            "google_pubsub_topic.jobs",
            "google_cloudfunctions2_function.jobs",
            DataFlow,
        ),
        (
            "azurerm_application_gateway.web",
            "azurerm_linux_web_app.shop",
            Routes,
        ),
        (
            "azurerm_cdn_frontdoor_origin_group.shop",
            "azurerm_cdn_frontdoor_origin.shop",
            Routes,
        ),
        (
            "azurerm_cdn_frontdoor_origin.shop",
            "azurerm_linux_web_app.shop",
            Routes,
        ),
        (
            "azurerm_servicebus_topic.events",
            "azurerm_servicebus_namespace.pay",
            Contains,
        ),
        (
            "azurerm_storage_account.files",
            "azurerm_eventhub.orders",
            DataFlow,
        ),
        ("azurerm_disk_encryption_set.disks", vault, Uses),
    ];
    for (from, to, kind) in expected {
        check_edge(&out, from, to, kind);
    }
    let gateway = "tgw-0a1b2c3d4e5f60718";
    let table = &resource(&out, "aws_route_table.a").key;
    let mut edges = out.relations.iter();
    assert!(edges.any(|edge| edge.from == *table && edge.to == gateway));
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn replicas_need_what_they_go_on_from() {
    let out = state(include_str!("../src/state/fixtures/replicas.tfstate"));
    let server = "azurerm_postgresql_flexible_server.orders";
    let world = "aws_rds_global_cluster.world";
    let carts = "aws_elasticache_global_replication_group.carts";
    let expected = [
        (
            "aws_db_instance.replica",
            "aws_db_instance.orders",
            DependsOn,
        ),
        ("aws_rds_cluster.copy", "aws_rds_cluster.shop", DependsOn),
        ("aws_rds_cluster.shop", world, Attached),
        ("aws_rds_cluster.far", world, Attached),
        ("aws_elasticache_replication_group.cart", carts, Attached),
        (
            "aws_elasticache_replication_group.cart_far",
            carts,
            Attached,
        ),
        (
            "google_sql_database_instance.replica",
            "google_sql_database_instance.orders",
            DependsOn,
        ),
        (
            "azurerm_postgresql_flexible_server.replica",
            server,
            DependsOn,
        ),
        (
            "azurerm_mssql_database.second",
            "azurerm_mssql_database.pay",
            DependsOn,
        ),
    ];
    for (from, to, kind) in expected {
        check_edge(&out, from, to, kind);
    }
    // What was promoted, or only restored from another, does not.
    for name in ["promoted", "restored"] {
        let address = format!("azurerm_postgresql_flexible_server.{name}");
        let key = &resource(&out, &address).key;
        let mut edges = out.relations.iter();
        assert!(edges.all(|edge| edge.from != *key), "{name}");
    }
}
