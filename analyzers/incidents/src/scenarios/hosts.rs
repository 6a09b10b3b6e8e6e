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
