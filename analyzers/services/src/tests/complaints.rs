//! Who calls whom by what messages say.

use super::*;

#[test]
fn a_cascade_without_trace_ids_is_read_from_messages() {
    let world = World::with(
        &[
            info(0, "checkout", "started"),
            info(0, "cart", "started"),
            error(
                7_000,
                "checkout",
                "could not connect to order-db:5432: timed out",
            ),
            error(9_000, "cart", "503 from checkout"),
            Event {
                severity: Some(Severity::WARN),
                ..info(10_000, "web", "slow response from cart, 2.1 s")
            },
        ],
        &[database()],
        &[],
    );
    let to_database = format!("checkout>{DATABASE}:message");
    world.check(&["cart>checkout:message", &to_database, "web>cart:message"]);
    let relation = world
        .out
        .relations
        .iter()
        .find(|relation| relation.to == DATABASE)
        .unwrap();
    assert_eq!(relation.to_kind, NodeKind::Resource);
    assert_eq!((relation.uri.as_str(), relation.line), ("app.log", 3));
    assert_eq!(
        relation.evidence,
        "could not connect to order-db:5432: timed out"
    );
    assert_eq!(world.status("order-db"), MapStatus::Silent);
    assert_eq!(world.status("checkout"), MapStatus::Degraded);
    assert_eq!(world.status("web"), MapStatus::Healthy);
}

#[test]
fn a_callee_that_nobody_knows_is_a_silent_service() {
    let world = World::of(&[
        error(
            1,
            "checkout",
            "could not connect to order-db:5432: timed out",
        ),
        error(2, "checkout", "dial tcp 10.0.1.5:5432: i/o timeout"),
        error(
            3,
            "checkout",
            "Get \"http://ratings.shop.svc.cluster.local/5\": EOF",
        ),
    ]);
    world.check(&[
        "checkout>10.0.1.5:5432:message",
        "checkout>order-db:message",
        "checkout>ratings:message",
    ]);
    assert!(
        world
            .out
            .relations
            .iter()
            .all(|relation| relation.to_kind == NodeKind::Service)
    );
    assert_eq!(world.status("ratings"), MapStatus::Silent);
}

#[test]
fn whoever_is_asked_for_something_is_a_callee() {
    World::of(&[
        info(0, "checkout", "started"),
        info(0, "web", "started"),
        error(1, "worker", "cannot fetch order 12 from checkout: 503"),
        // What a service reads of its callers.
        error(2, "checkout", "error reading body from web: unexpected EOF"),
        error(3, "checkout", "could not load settings from environment"),
    ])
    .check(&["worker>checkout:message"]);
}

#[test]
fn messages_without_a_level_complain_by_their_words() {
    let silent = |at: i64, service: &str, body: &str| Event {
        severity: None,
        ..error(at, service, body)
    };
    World::of(&[
        silent(0, "checkout", "order placed"),
        silent(1, "cart", "503 from checkout"),
        silent(2, "web", "answer from cart"),
    ])
    .check(&["cart>checkout:message"]);
}

#[test]
fn oneself_localhost_and_plain_words_are_no_callees() {
    World::of(&[
        error(1, "checkout", "could not connect to localhost:5432"),
        error(2, "checkout", "dial tcp 127.0.0.1:6379: connection refused"),
        error(3, "checkout", "503 from checkout"),
        error(
            4,
            "checkout",
            "error from database, connection to backend lost, calling home failed",
        ),
        error(5, "checkout", "main.go:42 retry-after:30 status:500"),
        info(6, "checkout", "connect to order-db:5432 took 3 ms"),
    ])
    .check(&[]);
}

#[test]
fn names_of_services_in_hosts_are_recognized() {
    let known = ["cart", "payments", "search", "ledger", "mailer"].map(|name| info(0, name, "up"));
    let mut events = known.to_vec();
    events.extend([
        error(
            1,
            "web",
            "Get \"http://cart.shop.svc.cluster.local:8080/x\": timeout",
        ),
        error(
            2,
            "web",
            "upstream: \"https://payments-7hq2x-uc.a.run.app/pay\" failed",
        ),
        error(3, "web", "connect ECONNREFUSED search.internal:9200"),
        error(
            4,
            "web",
            "circuit open: host=internal-ledger-123456789.eu-west-1.elb.amazonaws.com port=443",
        ),
        error(
            5,
            "web",
            "request to https://mailer.azurewebsites.net/send timed out",
        ),
    ]);
    World::of(&events).check(&[
        "web>cart:message",
        "web>ledger:message",
        "web>mailer:message",
        "web>payments:message",
        "web>search:message",
    ]);
}

#[test]
fn a_caller_in_a_message_is_on_the_other_side() {
    World::of(&[
        info(0, "web-frontend", "up"),
        error(1, "cart", "rejected request from web-frontend: rate limit"),
    ])
    .check(&["web-frontend>cart:message"]);
}

#[test]
fn column_peer_is_evidence_in_any_row() {
    let world = World::of(&[
        info(1, "web", "request done").text(Column::Peer, "cart:8080"),
        info(2, "cart", "up"),
        info(3, "web", "request done").text(Column::Peer, "10.9.9.9"),
        info(4, "web", "charged").text(Column::Peer, "payments.example.com"),
    ]);
    world.check(&["web>cart:message", "web>payments.example.com:message"]);
}

#[test]
fn secrets_in_messages_do_not_reach_the_evidence() {
    let world = World::of(&[error(
        1,
        "web",
        "connect postgres://app:hunter2secret@order-db:5432/shop refused",
    )]);
    world.check(&["web>order-db:message"]);
    let text = format!("{:?}", world.out);
    assert!(!text.contains("hunter2secret"));
}

#[test]
fn a_host_of_a_cloud_is_no_other_resource_of_its_first_label() {
    let called = |host: &str, resources: &[Resource]| {
        let body = format!("could not connect to {host}:5432: timed out");
        let calls = World::with(&[error(1, "web", &body)], resources, &[]).calls();
        let calls: Vec<&str> = calls
            .iter()
            .map(|call| call.rsplit_once(':').unwrap().0)
            .collect();
        assert_eq!(calls.len(), 1, "{host}");
        calls[0].strip_prefix("web>").unwrap().to_owned()
    };
    let check = |host: &str, expected: bool| {
        let found = called(host, &[database()]) == DATABASE;
        assert_eq!(found, expected, "{host}");
    };
    check("order-db.abc.eu-west-1.rds.amazonaws.com", true);
    check("order-db.abc.us-east-2.rds.amazonaws.com", false);
    check("order-db.xyz.eu-west-1.rds.amazonaws.com", false);
    check("order-db.postgres.database.azure.com", false);
    check("order-db.data.shop.example", false);
    // Names within a network are given by its owner.
    check("order-db.internal", true);
    let server = "/subscriptions/s/resourcegroups/g/providers/microsoft.dbforpostgresql/flexibleservers/order-db";
    let azure = Resource {
        provider: Some("azure".to_owned()),
        ..resource(
            server,
            "azurerm_postgresql_flexible_server",
            None,
            &["order-db"],
        )
    };
    let both = [database(), azure];
    assert_eq!(
        called("order-db.postgres.database.azure.com", &both),
        server
    );
}

#[test]
fn the_url_of_a_queue_in_a_message_is_the_queue() {
    let key = "arn:aws:sqs:eu-west-1:111122223333:orders";
    let called = |url: &str| {
        let body = format!("QueueDoesNotExist: The specified queue does not exist: {url}");
        World::with(
            &[error(1, "web", &body)],
            &[resource(key, "aws_sqs_queue", None, &[])],
            &[],
        )
        .calls()
    };
    let own = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders";
    assert_eq!(called(own), [format!("web>{key}:message")]);
    let other = "https://sqs.us-east-1.amazonaws.com/111122223333/orders";
    assert!(called(other).is_empty());
}
