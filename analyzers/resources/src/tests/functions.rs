//! Which function or service of a cloud a service runs on, where several have its name in theirs.

use nepho_core::key;

use super::*;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function";

fn function(name: &str) -> Resource {
    named(&format!("{FUNCTION}:{name}"), "aws_lambda_function.f")
}

fn named(id: &str, address: &str) -> Resource {
    Resource {
        name: Some(key::short_name(id).to_owned()),
        ..declared(id, address, &[])
    }
}

/// Names of what a service of these rows is found to run on.
fn found(resources: &[Resource], rows: &[Row<'_>], service: &str) -> Vec<String> {
    let out = run(resources, &[], rows);
    let edges = out.relations.iter();
    let own = edges.filter(|edge| edge.kind == RelationKind::RunsOn && edge.from == service);
    let mut names: Vec<String> = own
        .map(|edge| key::short_name(&edge.to).to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_log_group_tells_which_function_a_service_is() {
    let all = [
        function("orders"),
        function("orders-batch"),
        function("stage-orders"),
    ];
    let texts = [
        (Column::Format, "generic.json"),
        (Column::Service, "orders"),
    ];
    let rows: [Row<'_>; 1] = [(&texts, &["/aws/lambda/orders"])];
    assert_eq!(found(&all, &rows, "orders"), ["orders"]);
    // That the function itself is not known makes no other one it.
    assert!(found(&all[1..], &rows, "orders").is_empty());
    // A group is no resource that is found.
    let out = run(&all, &[], &rows);
    assert!(
        !out.resources
            .iter()
            .any(|row| row.key.contains("/aws/lambda/"))
    );
    // A service of several functions has rows of the groups of all.
    let rows: [Row<'_>; 2] = [
        (&texts, &["/aws/lambda/orders-batch"]),
        (&texts, &["/aws/lambda/orders-mail"]),
    ];
    let all = [function("orders-batch"), function("orders-mail")];
    assert_eq!(
        found(&all, &rows, "orders"),
        ["orders-batch", "orders-mail"]
    );
}

#[test]
fn groups_of_a_service_are_bounded() {
    let mut learned = Learned::default();
    let texts = [
        (Column::Format, "generic.json"),
        (Column::Service, "orders"),
    ];
    for number in 0..100 {
        let group = format!("/aws/lambda/orders-{number}");
        let ids = [group.as_str()];
        let rows: [Row<'_>; 1] = [(&texts, &ids)];
        let batch = logs(&rows);
        let view = LogsView::new(&batch).unwrap();
        learned.read(&view);
        learned.read(&view);
    }
    let groups: Vec<(&str, &str)> = learned.groups().collect();
    assert_eq!(groups.len(), 64);
    assert_eq!(groups[0], ("orders", "/aws/lambda/orders-0"));
}

#[test]
fn what_has_the_very_name_of_a_service_is_it() {
    let texts = [
        (Column::Format, "generic.json"),
        (Column::Service, "orders"),
    ];
    let rows: [Row<'_>; 1] = [(&texts, &[])];
    let all = [function("orders"), function("orders-stage")];
    assert_eq!(found(&all, &rows, "orders"), ["orders"]);
    assert_eq!(found(&all[1..], &rows, "orders"), ["orders-stage"]);
    let ecs = |name: &str| {
        let id = format!("arn:aws:ecs:eu-west-1:111122223333:service/shop/{name}");
        named(&id, "aws_ecs_service.s")
    };
    let all = [ecs("orders"), ecs("orders-worker")];
    assert_eq!(found(&all, &rows, "orders"), ["orders"]);
}

#[test]
fn what_grows_a_group_does_not_run_on_it() {
    let all = [named(
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:1:autoScalingGroupName/web-asg",
        "aws_autoscaling_group.web",
    )];
    let check = |service: &str, expected: usize| {
        let texts = [
            (Column::Format, "kubernetes.klog"),
            (Column::Service, service),
        ];
        let rows: [Row<'_>; 1] = [(&texts, &["web-asg"])];
        assert_eq!(found(&all, &rows, service).len(), expected, "{service}");
    };
    check("checkout", 1);
    check("cluster-autoscaler", 0);
    check("karpenter", 0);
}
