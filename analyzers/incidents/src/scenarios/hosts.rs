//! Machines that messages name by their address.

use super::*;

/// Web loses the machine behind it, and a change touched both that and the one that asked.
fn cut_off(text: &str) -> Story {
    let machine = |name: &str| format!("arn:aws:ec2:eu-west-1:111122223333:instance/{name}");
    let mut story = shop().every(
        GCP,
        "2024-05-01T10:00:07Z",
        4,
        60,
        &format!("web ERROR {text}"),
    );
    // The lower number is that of whoever asked.
    for (name, address) in [("i-1", "10.2.0.9"), ("i-2", "10.1.0.4")] {
        let mut stopped = change(name, "2024-05-01T10:00:00Z", "aws_instance", &["ami"]);
        stopped.resource = Some(machine(name));
        story = story
            .resource(&machine(name), "aws_instance", &[name, address])
            .change(stopped);
    }
    story
}

#[test]
fn whoever_asked_is_not_what_was_lost() {
    let check = |text: &str, expected: &str| {
        let expected = format!("web <  | {expected}");
        assert_eq!(cut_off(text).verdicts(), [expected], "{text}");
    };
    check(
        "upstream timed out, client: 10.2.0.9, server: _, upstream: \"http://10.1.0.4:80/\"",
        "i-2",
    );
    check("read tcp 10.2.0.9:51234->10.1.0.4:80: i/o timeout", "i-2");
    check(
        "request from 10.2.0.9: connect to 10.1.0.4: timed out",
        "i-2",
    );
    check("10.2.0.9 10.1.0.4 timed out", "none");
}

#[test]
fn what_azure_reaches_by_a_host_is_lost_when_it_is_deleted() {
    let check = |message: &str, id: &str, kind: &str, expected: &str| {
        let mut deleted = change("x", "2024-05-01T10:00:00Z", kind, &[]);
        deleted.id = "audit:1".to_owned();
        deleted.action = ChangeAction::Delete;
        deleted.resource = Some(format!("/subscriptions/s/resourcegroups/g/providers/{id}"));
        let story = Story::default()
            .every(AZURE, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
            .every(
                AZURE,
                "2024-05-01T10:00:20Z",
                4,
                60,
                &format!("web ERROR {message}"),
            )
            .change(deleted);
        assert_eq!(story.verdicts(), [format!("web <  | {expected}")], "{id}");
    };
    let record = "microsoft.network/privatednszones/a";
    let zone = "microsoft.network/privatednszones/privatelink.postgres.database.azure.com/a";
    let lookup = "could not resolve orders.postgres.database.azure.com: NXDOMAIN";
    check(lookup, &format!("{zone}/orders"), record, "audit:1");
    check(lookup, &format!("{zone}/invoices"), record, "none");
    let other = "microsoft.network/privatednszones/privatelink.mysql.database.azure.com/a/orders";
    check(lookup, other, record, "none");
    let queues = "microsoft.servicebus/namespaces/queues";
    let entity = "The messaging entity 'sb://bus.servicebus.windows.net/orders' could not be found";
    let space = "microsoft.servicebus/namespaces/bus/queues";
    check(entity, &format!("{space}/orders"), queues, "audit:1");
    check(entity, &format!("{space}/orders-old"), queues, "none");
    let other = "microsoft.servicebus/namespaces/train/queues/orders";
    check(entity, other, queues, "none");
    let containers = "microsoft.storage/storageaccounts/blobservices/containers";
    let blob = "https://sa.blob.core.windows.net/up/x 404 The specified container does not exist";
    let account = "microsoft.storage/storageaccounts/sa/blobservices/default/containers";
    check(blob, &format!("{account}/up"), containers, "audit:1");
    check(blob, &format!("{account}/down"), containers, "none");
    let share = "microsoft.storage/storageaccounts/sa/fileservices/default/shares/up";
    check(blob, share, containers, "none");
}

#[test]
fn a_balancer_is_lost_with_its_listener() {
    let of = |rest: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:{rest}");
    let check = |message: &str, call: &str, id: &str, expected: &str| {
        let kind = "AWS::ElasticLoadBalancingV2::Listener";
        let mut deleted = change(call, "2024-05-01T10:00:00Z", kind, &[]);
        deleted.id = "audit:1".to_owned();
        deleted.action = ChangeAction::Delete;
        deleted.resource = Some(of(id));
        let story = Story::default()
            .resource(
                &of("loadbalancer/app/pay/0a1b0a1b0a1b0a1b"),
                "aws_lb",
                &["pay-1234567890.eu-west-1.elb.amazonaws.com"],
            )
            .every(
                "aws/111122223333",
                "2024-05-01T09:00:00Z",
                4,
                900,
                "web INFO answered",
            )
            .every(
                "aws/111122223333",
                "2024-05-01T10:00:20Z",
                4,
                60,
                &format!("web ERROR {message}"),
            )
            .change(deleted);
        let found = story.verdicts();
        assert_eq!(found, [format!("web <  | {expected}")], "{message} {id}");
    };
    let refused = "connect to pay-1234567890.eu-west-1.elb.amazonaws.com:443: connection refused";
    let slow = "https://pay-1234567890.eu-west-1.elb.amazonaws.com/charge: i/o timeout";
    let own = "listener/app/pay/0a1b0a1b0a1b0a1b/2c3d2c3d2c3d2c3d";
    let other = "listener/app/mail/9f9f9f9f9f9f9f9f/2c3d2c3d2c3d2c3d";
    check(refused, "DeleteListener pay", own, "audit:1");
    check(slow, "DeleteListener pay", own, "audit:1");
    check(refused, "DeleteListener mail", other, "none");
    check(
        "NullPointerException in charge()",
        "DeleteListener pay",
        own,
        "none",
    );
}

/// Web is not let in to a database of MySQL, which it calls.
fn not_let_in(message: &str, changed: &[Change]) -> Vec<String> {
    let home = "aws/111122223333";
    let orders = "arn:aws:rds:eu-west-1:111122223333:db:orders";
    let mut story = Story::default()
        .resource(
            orders,
            "aws_db_instance",
            &["orders", "orders.c1.eu-west-1.rds.amazonaws.com"],
        )
        .edge("web", RelationKind::Calls, orders)
        .every(home, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
        .every(
            home,
            "2024-05-01T10:00:20Z",
            4,
            60,
            &format!("web ERROR {message}"),
        );
    for change in changed {
        story = story.change(change.clone());
    }
    story.verdicts()
}

#[test]
fn a_database_lets_nobody_in_after_its_password_was_changed() {
    let host = "orders.c1.eu-west-1.rds.amazonaws.com";
    let denied =
        "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.5' (using password: YES)";
    let named = format!("mysql {host}: {denied}");
    let modified = |database: &str, attributes: &[&str]| {
        let address = format!("ModifyDBInstance {database}");
        let kind = "AWS::RDS::DBInstance";
        let mut modified = change(&address, "2024-05-01T10:00:00Z", kind, attributes);
        modified.id = "audit:1".to_owned();
        modified.resource = Some(format!("arn:aws:rds:eu-west-1:111122223333:db:{database}"));
        modified
    };
    let user = |name: &str| format!("{}{name}", Change::DATABASE_USER);
    let check = |message: &str, modified: Change, expected: &str| {
        let found = not_let_in(message, std::slice::from_ref(&modified));
        assert_eq!(
            found,
            [format!("web <  | {expected}")],
            "{message} {modified:?}"
        );
    };
    let password = "masterUserPassword";
    for message in [denied, &named] {
        check(message, modified("orders", &[password]), "audit:1");
        check(
            message,
            modified("orders", &[password, &user("app")]),
            "audit:1",
        );
        check(
            message,
            modified("orders", &[password, &user("admin")]),
            "none",
        );
        check(message, modified("invoices", &[password]), "none");
    }
}

#[test]
fn a_secret_that_has_the_name_of_the_database_may_be_its_password() {
    let named = "mysql orders.c1.eu-west-1.rds.amazonaws.com: Access denied for user \
                 'app'@'10.0.0.5' (using password: YES)";
    let check = |message: &str, call: &str, secret: &str, expected: &str| {
        let address = format!("{call} {secret}");
        let kind = "AWS::SecretsManager::Secret";
        let mut rotated = change(&address, "2024-05-01T10:00:00Z", kind, &[]);
        rotated.id = "audit:1".to_owned();
        let arn = format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{secret}-a1b2c3");
        // The name is told where no answer tells the ARN.
        let ids = [arn.as_str(), secret];
        for id in ids.into_iter().filter(|id| *id != "orders") {
            rotated.resource = Some(id.to_owned());
            let found = not_let_in(message, std::slice::from_ref(&rotated));
            assert_eq!(
                found,
                [format!("web <  | {expected}")],
                "{message} {call} {id}"
            );
        }
    };
    check(named, "RotateSecret", "prod/orders/mysql", "audit:1");
    check(named, "PutSecretValue", "orders", "audit:1");
    check(named, "RotateSecret", "prod/orders-archive/mysql", "none");
    check(named, "RotateSecret", "prod/web/db", "audit:1");
    check(named, "RotateSecret", "prod/web-admin/db", "none");
    check(named, "TagResource", "orders", "none");
    check("connection timed out", "RotateSecret", "orders", "none");
}

#[test]
fn a_host_stands_for_programs_that_name_no_service() {
    let failing = |level: &str| {
        let text = format!("- {level} could not connect to order-db:5432: timed out");
        Story::default()
            .every(AWS, "2024-05-01T09:30:00Z", 5, 720, "- INFO order placed")
            .every(AWS, "2024-05-01T10:00:07Z", 4, 60, &text)
            .in_stream("web-1")
    };
    let incidents = failing("ERROR").incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].primary.service, "web-1");
    // What has no level may be a record of anything.
    assert!(failing("-").incidents().is_empty());
}
