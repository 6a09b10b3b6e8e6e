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
