//! Gateways, load balancers and state machines, whose logs have names of their own, and the
//! services behind them.

use super::*;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
const API: &str = "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5";
const MACHINE: &str = "arn:aws:states:eu-west-1:111122223333:stateMachine:order-flow";

/// Orders fails in code from ten on, and a door ten seconds later.
fn story(door: &str, message: &str) -> Story {
    Story::default()
        .every(AWS, "2024-05-01T09:00:00Z", 4, 900, "orders INFO done")
        .every(
            AWS,
            "2024-05-01T10:00:00Z",
            4,
            60,
            "orders ERROR TypeError: x is undefined",
        )
        .every(
            AWS,
            "2024-05-01T09:00:00Z",
            4,
            900,
            &format!("{door} INFO done"),
        )
        .every(
            AWS,
            "2024-05-01T10:00:10Z",
            4,
            60,
            &format!("{door} ERROR {message}"),
        )
        .resource(FUNCTION, "aws_lambda_function", &["orders"])
        .edge("orders", RelationKind::RunsOn, FUNCTION)
}

#[test]
fn what_a_door_leads_to_fails_first() {
    let check = |story: &Story, expected: &[&str]| assert_eq!(story.verdicts(), expected);
    let joined = ["orders < a1b2c3d4e5 | none"];
    let message = "The Lambda function returned an error";
    let gateway =
        || story("a1b2c3d4e5", message).resource(API, "aws_apigatewayv2_api", &["a1b2c3d4e5"]);
    check(
        &gateway().edge(API, RelationKind::Routes, FUNCTION),
        &joined,
    );
    // An API that leads elsewhere.
    let other = "arn:aws:lambda:eu-west-1:111122223333:function:mails";
    let apart = ["a1b2c3d4e5 <  | none", "orders <  | none"];
    let elsewhere = gateway().edge(API, RelationKind::Routes, other);
    let mut found = elsewhere.verdicts();
    found.sort();
    assert_eq!(found, apart);
    let machine = story("order-flow", "while executing the state 'Charge'").resource(
        MACHINE,
        "aws_sfn_state_machine",
        &["order-flow"],
    );
    check(
        &machine.edge(MACHINE, RelationKind::Routes, FUNCTION),
        &["orders < order-flow | none"],
    );
}

#[test]
fn a_site_is_behind_the_door_that_is_called_by_its_host() {
    let site = "/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/orders-web";
    let host = "orders-web.azurewebsites.net";
    let story = story(host, "500")
        .resource(site, "azurerm_linux_web_app", &[host])
        .edge("orders", RelationKind::RunsOn, site);
    assert_eq!(story.verdicts(), [format!("orders < {host} | none")]);
}

#[test]
fn an_upstream_of_an_ingress_is_a_service_of_the_cluster() {
    let service = "k8s:////service/shop/web";
    let pods = "k8s:///apps/deployment/shop/orders";
    let of = |door: &str| {
        story(door, "502")
            .resource(service, "Service", &[])
            .resource(pods, "Deployment", &[])
            .edge(service, RelationKind::Routes, pods)
            .edge("orders", RelationKind::RunsOn, pods)
            .verdicts()
    };
    assert_eq!(of("shop-web-80"), ["orders < shop-web-80 | none"]);
    assert_eq!(of("shop-mail-80").len(), 2);
}
