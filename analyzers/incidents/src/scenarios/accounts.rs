//! Services and what they use in several accounts.

use super::*;

/// Checkout runs on a machine of its account in a group that lies in `account`, in which a rule was
/// changed before it lost its database.
fn shared_group(account: &str) -> Story {
    let machine = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1";
    let group = format!("arn:aws:ec2:eu-west-1:{account}:security-group/sg-9");
    let mut rule = change(
        "aws_security_group.shared",
        "2024-05-01T10:00:00Z",
        "aws_security_group",
        &["egress"],
    );
    rule.resource = Some(group.clone());
    outage(shop())
        .resource(machine, "aws_instance", &["i-1"])
        .resource(&group, "aws_security_group", &["sg-9"])
        .edge("checkout", RelationKind::RunsOn, machine)
        .edge(machine, RelationKind::Attached, &group)
        .change(rule)
}

#[test]
fn a_network_shared_by_another_account_can_be_the_cause() {
    for account in ["111122223333", "444455556666"] {
        assert_eq!(
            shared_group(account).verdicts(),
            ["checkout < cart,web | aws_security_group.shared"],
            "{account}"
        );
    }
}

#[test]
fn what_a_service_of_the_same_name_uses_in_another_account_is_not_the_cause() {
    let other = "arn:aws:ec2:eu-west-1:444455556666:instance/i-2";
    let group = "arn:aws:ec2:eu-west-1:444455556666:security-group/sg-9";
    let story = shared_group("444455556666")
        .resource(other, "aws_instance", &["i-2"])
        .edge("checkout", RelationKind::RunsOn, other)
        .edge(other, RelationKind::Attached, group);
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn a_thing_of_the_same_name_in_another_project_is_not_the_cause() {
    let check = |text: &str, runs_in: &str, cause: &str| {
        let mut topic = change(
            "google_pubsub_topic.orders",
            "2024-05-01T10:00:00Z",
            "google_pubsub_topic",
            &[],
        );
        topic.action = ChangeAction::Delete;
        topic.resource = Some("//pubsub.googleapis.com/projects/shop-dev/topics/orders".to_owned());
        let machine = format!("//run.googleapis.com/projects/{runs_in}/locations/l/services/web");
        let story = shop()
            .every(
                GCP,
                "2024-05-01T10:00:07Z",
                4,
                60,
                &format!("web ERROR {text} not found"),
            )
            .change(topic)
            .resource(&machine, "google_cloud_run_v2_service", &[])
            .edge("web", RelationKind::RunsOn, &machine);
        let expected = format!("web <  | {cause}");
        assert_eq!(story.verdicts(), [expected], "{text} {runs_in}");
    };
    let orders = "google_pubsub_topic.orders";
    check("projects/shop-prod/topics/orders", "shop-prod", "none");
    check("projects/shop-prod/topics/orders", "shop-dev", "none");
    check("projects/shop-dev/topics/orders", "shop-prod", orders);
    check("topics/orders", "shop-dev", orders);
    check("topics/orders", "shop-prod", "none");
}

#[test]
fn the_apply_of_another_environment_is_not_the_cause() {
    let check = |scope: &str, cause: &str| {
        let db = "arn:aws:rds:eu-west-1:111122223333:db:orders";
        let address = "aws_db_instance.orders";
        let mut apply = change(address, "2024-05-01T10:00:00Z", "aws_db_instance", &[]);
        apply.scope = scope.to_owned();
        apply.resource = Some("orders".to_owned());
        let story = Story::default()
            .every(AWS, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
            .every(
                AWS,
                "2024-05-01T10:00:20Z",
                4,
                60,
                "web ERROR could not connect to orders:5432: timed out",
            )
            .resource(db, "aws_db_instance", &["orders"])
            .managed("infra/prod", address)
            .calls("web", db)
            .change(apply);
        assert_eq!(story.verdicts(), [format!("web <  | {cause}")], "{scope}");
    };
    check("infra/stage", "none");
    check("infra/prod", "aws_db_instance.orders");
    // Logs and states may lie in folders of different names.
    check("runs", "aws_db_instance.orders");
}

#[test]
fn a_part_in_another_account_than_the_failing_rows_is_not_the_cause() {
    let function = |account: &str| format!("arn:aws:lambda:eu-west-1:{account}:function:shop");
    let check = |applied: &str, is_tagged: bool, cause: &str| {
        let mut apply = change(
            "aws_lambda_function.f",
            "2024-05-01T10:00:00Z",
            "aws_lambda_function",
            &["environment"],
        );
        apply.resource = Some(function(applied));
        let mut story = shop()
            .every(
                "aws/111122223333",
                "2024-05-01T10:00:07Z",
                4,
                60,
                "web ERROR internal error: configuration invalid",
            )
            .change(apply);
        for account in ["111122223333", "444455556666"] {
            story = story.resource(&function(account), "aws_lambda_function", &["shop"]);
            if is_tagged || account == applied {
                story = story.edge("web", RelationKind::RunsOn, &function(account));
            }
        }
        assert_eq!(story.verdicts(), [format!("web <  | {cause}")], "{applied}");
        let incident = &story.incidents()[0];
        let is_told = incident.considered[0].why.contains("(444455556666)");
        assert_eq!(is_told, cause == "none", "{}", incident.considered[0].why);
    };
    check("111122223333", true, "aws_lambda_function.f");
    check("444455556666", true, "none");
    check("444455556666", false, "none");
}

#[test]
fn a_deployment_of_the_same_name_elsewhere_is_not_the_cause() {
    let pod = "k8s://prod//pod/shop/web-6c9d8f7b5-xk2zq";
    let check = |place: &str, cause: &str| {
        let (cluster, space) = place.split_once('/').unwrap();
        let id = format!("k8s://{cluster}/apps/deployment/{space}/web");
        let mut patched = change(
            "patch deployment web",
            "2024-05-01T10:00:00Z",
            "deployment",
            &["template"],
        );
        patched.id = "audit:1".to_owned();
        patched.resource = Some(id.clone());
        let story = Story::default()
            .resource(pod, "pod", &[])
            .resource(&id, "deployment", &["web"])
            .edge("web", RelationKind::RunsOn, pod)
            .every(
                "kubernetes/111122223333",
                "2024-05-01T10:00:07Z",
                4,
                60,
                "web ERROR panic: missing config",
            )
            .change(patched);
        assert_eq!(story.verdicts(), [format!("web <  | {cause}")]);
    };
    check("prod/shop", "audit:1");
    check("stage/shop", "none");
    check("prod/stage", "none");
}
