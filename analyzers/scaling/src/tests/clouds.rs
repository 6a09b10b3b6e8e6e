//! What the rows of each cloud tell.

use nepho_core::findings::ScalingSymptom as Symptom;
use nepho_core::tables::Column;

use super::*;

#[test]
fn eight_launches_of_one_decision_are_one_change() {
    let mut lines: Vec<Line> = (0..8)
        .map(|at| {
            let mut line = instance("2024-05-01T10:00:00Z", "web-asg", &format!("i-{at}"), 4, 12);
            line.time = line.time.plus(at * 5 * NANOS);
            line
        })
        .collect();
    lines.push(call(
        "2024-05-01T10:00:00Z",
        "SetDesiredCapacity",
        r#"{"autoScalingGroupName":"web-asg","desiredCapacity":12}"#,
    ));
    let findings = findings(&lines);
    assert_eq!(sizes(only(&findings).1), [(Some(4), Some(12))]);
}

#[test]
fn launches_without_sizes_are_counted() {
    let up = |time: &str| launch(time, "EC2 Instance Launch Successful", "web-asg", "i-1");
    let down = |time: &str| launch(time, "EC2 Instance Terminate Successful", "web-asg", "i-1");
    let lines = [
        down("2024-05-01T09:00:00Z"),
        up("2024-05-01T10:00:00Z"),
        up("2024-05-01T10:30:00Z"),
    ];
    let counted = findings(&lines);
    let (finding, details) = only(&counted);
    assert_eq!(
        sizes(details),
        [(None, Some(0)), (None, Some(1)), (None, Some(2))]
    );
    assert!(
        finding.explanation.contains("counted from launches"),
        "{}",
        finding.explanation
    );
    // Where one size is known, the others follow from it.
    let known = [
        instance("2024-05-01T08:00:00Z", "web-asg", "i-0", 4, 5),
        up("2024-05-01T10:00:00Z"),
    ];
    let findings = findings(&known);
    assert_eq!(
        sizes(only(&findings).1),
        [(Some(4), Some(5)), (Some(5), Some(6))]
    );
}

#[test]
fn an_instance_that_is_replaced_does_not_change_the_size() {
    let body = "At 2024-05-01T10:00:00Z an instance was taken out of service in response to an ELB system health check failure.";
    let lines: Vec<Line> = (0..6)
        .map(|at| {
            let time = format!("2024-05-01T10:0{at}:00Z");
            let action = if at % 2 == 0 {
                "EC2 Instance Terminate Successful"
            } else {
                "EC2 Instance Launch Successful"
            };
            launch(&time, action, "web-asg", "i-1").text(Column::Body, body)
        })
        .collect();
    assert_eq!(symptoms(&lines), [Symptom::Scaled]);
}

#[test]
fn lifecycle_actions_and_reads_tell_nothing() {
    let hook = launch(
        "2024-05-01T10:00:00Z",
        "EC2 Instance-terminate Lifecycle Action",
        "web-asg",
        "i-1",
    );
    let look = call("2024-05-01T10:00:00Z", "DescribeAutoScalingGroups", "{}");
    let null = call("2024-05-01T10:00:00Z", "SetDesiredCapacity", "null");
    assert_eq!(findings(&[hook, look, null]), []);
}

#[test]
fn who_asks_for_the_size_that_there_is_changes_nothing() {
    let asked = |time: &str, size: u64| {
        call(
            time,
            "SetDesiredCapacity",
            &format!(r#"{{"autoScalingGroupName":"web","desiredCapacity":{size}}}"#),
        )
    };
    let first = asked("2024-05-01T10:00:00Z", 3);
    let grown = asked("2024-05-01T11:00:00Z", 4);
    let same = instance("2024-05-01T11:00:00Z", "web", "web-1", 3, 3);
    assert_eq!(findings(&[same]), []);
    assert_eq!(symptoms(&[first, grown]), [Symptom::Scaled]);
}

#[test]
fn a_size_that_was_set_tells_nothing_of_the_one_before() {
    let request = r#"{"cluster":"shop","service":"cart","desiredCount":6}"#;
    let mut update = call("2024-05-01T10:00:00Z", "UpdateService", request);
    update
        .texts
        .retain(|(column, _)| *column != Column::Service);
    let findings = findings(&[update.text(Column::Service, "ecs.amazonaws.com")]);
    let (finding, details) = only(&findings);
    assert_eq!(finding.title, "cart was set to 6 instances");
    assert_eq!(sizes(details), [(None, Some(6))]);
}

#[test]
fn services_of_ecs_and_scalable_targets_are_groups() {
    let mut update = call(
        "2024-05-01T10:00:00Z",
        "UpdateService",
        r#"{"cluster":"shop","service":"arn:aws:ecs:eu-west-1:111122223333:service/shop/cart","desiredCount":6}"#,
    );
    update
        .texts
        .retain(|(column, _)| *column != Column::Service);
    let update = update.text(Column::Service, "ecs.amazonaws.com");
    let activity = Line::at("2024-05-01T10:20:00Z", "aws.eventbridge", "aws")
        .text(Column::Account, "111122223333")
        .text(Column::Service, "aws.application-autoscaling")
        .text(Column::Action, "Application Auto Scaling Scaling Activity State Change")
        .raw(
            r#"{"source":"aws.application-autoscaling","detail":{"resourceId":"service/shop/cart","oldDesiredCapacity":6,
            "newDesiredCapacity":10,"minCapacity":2,"maxCapacity":10,"statusCode":"Overridden","scaledToMax":true}}"#,
        );
    let findings = findings(&[update, activity]);
    let (_, details) = only(&findings);
    assert_eq!(details.group, "cart");
    assert_eq!(sizes(details), [(None, Some(6)), (Some(6), Some(10))]);
    assert_eq!(details.symptoms, [Symptom::AtMaximum]);
    assert_eq!(
        details.events[0].reason.as_deref(),
        Some("requested by amit")
    );
}

#[test]
fn azure_autoscale_tells_sizes_limits_and_target() {
    let target = "/subscriptions/0b1f6471/resourceGroups/shop/providers/Microsoft.Compute/virtualMachineScaleSets/web-vmss";
    let description = format!(
        "The autoscale engine attempting to scale resource '{target}' from 3 instances count to 5 instances count."
    );
    let line = |time: &str, action: &str, properties: &str| {
        Line::at(time, "azure.activity", "azure")
            .text(Column::Action, action)
            .text(Column::Body, &description)
            .raw(&format!(
                r#"{{"operationName":"{action}","properties":{properties}}}"#
            ))
    };
    let properties = format!(
        r#"{{"Description":"{description}","ResourceName":"{target}","OldInstancesCount":"3","NewInstancesCount":"5",
        "ActiveAutoscaleProfile":{{"Capacity":{{"Minimum":"2","Maximum":"5","Default":"2"}}}}}}"#
    );
    let lines = [
        line(
            "2024-05-01T10:00:00Z",
            "Microsoft.Insights/AutoscaleSettings/Scaleup/Action",
            &properties,
        ),
        // The same in properties that are text, when the result is told.
        line(
            "2024-05-01T10:02:00Z",
            "Microsoft.Insights/AutoscaleSettings/ScaleupResult/Action",
            &serde_json::Value::String(properties.clone()).to_string(),
        ),
    ];
    let findings = findings(&lines);
    let (finding, details) = only(&findings);
    assert_eq!(details.group, "web-vmss");
    assert_eq!(finding.resources, [target.to_ascii_lowercase()]);
    assert_eq!(sizes(details), [(Some(3), Some(5))]);
    assert_eq!((details.minimum, details.maximum), (Some(2), Some(5)));
    assert_eq!(details.symptoms, [Symptom::AtMaximum]);
}

#[test]
fn google_groups_are_resized_by_calls_and_autoscalers() {
    let call = Line::at("2024-05-01T10:00:00Z", "gcp.audit", "gcp")
        .text(Column::Service, "compute.googleapis.com")
        .text(Column::Action, "v1.compute.instanceGroupManagers.resize")
        .raw(
            r#"{"protoPayload":{"methodName":"v1.compute.instanceGroupManagers.resize","request":{"size":"5"},
            "resourceName":"projects/shop/zones/europe-west1-b/instanceGroupManagers/web-mig",
            "authenticationInfo":{"principalEmail":"amit@example.com"}}}"#,
        );
    let autoscaler = |time: &str, payload: &str| {
        Line::at(time, "gcp.autoscaling", "gcp").raw(&format!(
            r#"{{"logName":"projects/shop/logs/autoscaler.googleapis.com%2Fresize",
            "resource":{{"type":"autoscaler","labels":{{"instance_group_manager_name":"web-mig"}}}},"jsonPayload":{payload}}}"#
        ))
    };
    let lines = [
        call,
        autoscaler("2024-05-01T10:20:00Z", r#"{"oldSize":5,"newSize":8}"#),
        autoscaler(
            "2024-05-01T10:30:00Z",
            r#"{"newStatus":{"details":"The number of instances has reached the max_num_replicas."}}"#,
        ),
    ];
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(details.group, "web-mig");
    assert_eq!(
        sizes(details),
        [(None, Some(5)), (Some(5), Some(8)), (None, None)]
    );
    assert_eq!(details.symptoms, [Symptom::AtMaximum]);
}

#[test]
fn the_cluster_autoscaler_of_gke_tells_nodes() {
    let line = |time: &str, payload: &str| {
        Line::at(time, "gcp.autoscaling", "gcp").raw(&format!(
            r#"{{"logName":"projects/shop/logs/container.googleapis.com%2Fcluster-autoscaler-visibility","jsonPayload":{payload}}}"#
        ))
    };
    let lines = [
        line(
            "2024-05-01T10:00:00Z",
            r#"{"decision":{"scaleUp":{"increasedMigs":[{"mig":{"name":"gke-shop-pool-grp","nodepool":"pool"},"requestedNodes":3}]}}}"#,
        ),
        line(
            "2024-05-01T10:40:00Z",
            r#"{"decision":{"scaleDown":{"nodesToBeRemoved":[{"node":{"name":"n","mig":{"name":"gke-shop-pool-grp","nodepool":"pool"}}}]}}}"#,
        ),
        line(
            "2024-05-01T10:50:00Z",
            r#"{"noDecisionStatus":{"noScaleUp":{"skippedMigs":[{"mig":{"name":"gke-shop-pool-grp","nodepool":"pool"},"reason":{"messageId":"no.scale.up.mig.skipped",
            "parameters":["max node group size reached"]}}]}}}"#,
        ),
    ];
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(details.group, "gke-shop-pool-grp");
    assert_eq!(
        sizes(details),
        [(None, Some(3)), (None, Some(2)), (None, None)]
    );
    assert_eq!(details.symptoms, [Symptom::AtMaximum]);
}

#[test]
fn cloud_run_tells_instances_and_when_there_was_none() {
    let line = |time: &str, body: &str| {
        Line::at(time, "gcp.log", "gcp")
            .text(Column::Service, "cart")
            .text(Column::Body, body)
    };
    let lines = [
        line(
            "2024-05-01T10:00:00Z",
            "Starting new instance. Reason: AUTOSCALING - Instance started due to configured scaling factors.",
        ),
        line(
            "2024-05-01T10:00:01Z",
            "Starting new instance. Reason: DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting.",
        ),
        line(
            "2024-05-01T10:05:00Z",
            "The request was aborted because there was no available instance.",
        ),
    ];
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(
        (details.group.as_str(), details.service.as_deref()),
        ("cart", Some("cart"))
    );
    assert_eq!(details.events.len(), 2);
    assert_eq!(details.symptoms, [Symptom::AtMaximum]);
}

fn kubernetes(time: &str, object: &str, body: &str) -> Line {
    Line::at(time, "kubernetes.event", "kubernetes")
        .text(Column::Body, body)
        .raw(&format!(
            r#"{{"involvedObject":{{"name":"{object}"}},"message":"x"}}"#
        ))
}

#[test]
fn pod_autoscalers_tell_their_new_size() {
    let lines = [
        kubernetes(
            "2024-05-01T10:00:00Z",
            "web",
            "New size: 3; reason: cpu resource utilization (percentage of request) above target",
        ),
        kubernetes(
            "2024-05-01T10:00:01Z",
            "web",
            "Scaled up replica set web-7d9 from 2 to 3",
        ),
        kubernetes(
            "2024-05-01T10:20:00Z",
            "web",
            "New size: 5; reason: cpu resource utilization (percentage of request) above target",
        ),
    ];
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(sizes(details), [(Some(2), Some(3)), (Some(3), Some(5))]);
    assert!(
        details.events[1]
            .reason
            .as_deref()
            .unwrap()
            .starts_with("cpu resource"),
        "{details:?}"
    );
}

#[test]
fn a_pod_autoscaler_without_metrics_does_not_scale() {
    let told = |minute: u32| {
        kubernetes(
            &format!("2024-05-01T10:{minute:02}:00Z"),
            "web",
            "failed to get cpu utilization: unable to get metrics for resource cpu",
        )
    };
    let lines: Vec<Line> = [0, 5, 10, 15].map(told).to_vec();
    let found = findings(&lines);
    let (finding, details) = only(&found);
    assert_eq!(details.symptoms, [ScalingSymptom::Blind]);
    assert!(
        finding.explanation.contains("(4 times told)"),
        "{}",
        finding.explanation
    );
    // A pod that starts has no metrics for a moment.
    assert!(findings(&[told(0), told(1)]).is_empty());
}

#[test]
fn the_steps_of_a_rollout_are_no_scaling() {
    let mut lines = Vec::new();
    for step in 0..3_u64 {
        let time = format!("2024-05-01T10:00:{step}0Z");
        lines.push(kubernetes(
            &time,
            "web",
            &format!("Scaled up replica set web-new from {step} to {}", step + 1),
        ));
        lines.push(kubernetes(
            &time,
            "web",
            &format!(
                "Scaled down replica set web-old from {} to {}",
                3 - step,
                2 - step
            ),
        ));
    }
    assert_eq!(findings(&lines), []);
}

#[test]
fn text_that_only_looks_like_scaling_tells_nothing() {
    let line = |format: &str, body: &str, raw: &str| {
        Line::at("2024-05-01T10:00:00Z", format, "gcp")
            .text(Column::Body, body)
            .text(Column::Service, "web")
            .raw(raw)
    };
    let lines = [
        line(
            "generic.text",
            "New size: 5; reason: user picked a shirt",
            "raw",
        ),
        line("generic.text", "Scaled up image from 3 to 5", "raw"),
        line(
            "generic.json",
            "New size: 5; reason: x",
            r#"{"involvedObject":"web"}"#,
        ),
        line(
            "gcp.log",
            "x",
            r#"{"logName":"autoscaler","jsonPayload":[]}"#,
        ),
        line("gcp.log", "x", &"[".repeat(100_000)),
        line(
            "gcp.autoscaling",
            "autoscaler",
            &format!("{}utoscaler", "{\"a\":".repeat(50_000)),
        ),
    ];
    assert_eq!(findings(&lines), []);
}

#[test]
fn an_audited_request_for_replicas_is_a_change() {
    let line = |verb: &str, request: &str| {
        Line::at("2024-05-01T10:00:00Z", "kubernetes.audit", "kubernetes")
            .text(Column::Action, verb)
            .text(Column::Service, "kube-apiserver")
            .text(Column::Path, "/apis/apps/v1/namespaces/shop/deployments/cart/scale")
            .raw(&format!(
                r#"{{"objectRef":{{"resource":"deployments","name":"cart","subresource":"scale"}},"requestObject":{request}}}"#
            ))
    };
    let lines = [
        line("patch", r#"{"spec":{"replicas":5}}"#),
        line("get", r#"{"spec":{"replicas":7}}"#),
        line("patch", r#"{"spec":{}}"#),
    ];
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(details.group, "cart");
    assert_eq!(sizes(details), [(None, Some(5))]);
}

#[test]
fn the_cluster_autoscaler_tells_plans_limits_and_failures() {
    let line = |time: &str, body: &str| {
        Line::at(time, "kubernetes.klog", "kubernetes")
            .text(Column::Service, "cluster-autoscaler")
            .text(Column::Body, body)
    };
    let lines = [
        line(
            "2024-05-01T10:00:00Z",
            "Final scale-up plan: [{web-asg 3->5 (max: 6)} {a/b/pool-b 0->1 (max: 3)}]",
        ),
        line(
            "2024-05-01T10:00:00Z",
            "Scale-up: setting group web-asg size to 5",
        ),
        line(
            "2024-05-01T10:00:01Z",
            "Event(v1.ObjectReference{Kind:\"ConfigMap\", Name:\"status\"}): type: 'Normal' reason: \
             'ScaledUpGroup' Scale-up: group web-asg size set to 5 instead of 3 (max: 6)",
        ),
        line(
            "2024-05-01T10:20:00Z",
            "Final scale-up plan: [{web-asg 5->6 (max: 6)}]",
        ),
        line(
            "2024-05-01T10:35:00Z",
            "Scale-up timed out for node group web-asg after 15m3.2s",
        ),
        line(
            "2024-05-01T10:36:00Z",
            "Skipping node group other - max size reached",
        ),
    ];
    let findings = findings(&lines);
    assert_eq!(findings.len(), 2, "{findings:?}");
    let details: Vec<_> = findings
        .iter()
        .filter_map(|finding| match &finding.details {
            Details::Scaling(details) => Some(details),
            _ => None,
        })
        .collect();
    let of = |group: &str| details.iter().find(|one| one.group == group).unwrap();
    assert_eq!(
        sizes(of("web-asg")),
        [(Some(3), Some(5)), (Some(5), Some(6)), (None, None)]
    );
    assert!(of("web-asg").symptoms.contains(&Symptom::AtMaximum));
    assert!(of("web-asg").symptoms.contains(&Symptom::Failed));
    assert_eq!(sizes(of("pool-b")), [(Some(0), Some(1))]);
}

#[test]
fn a_group_without_capacity_failed() {
    let line = |service: &str, body: &str| {
        Line::at("2024-05-01T10:00:00Z", "kubernetes.klog", "kubernetes")
            .text(Column::Service, service)
            .text(Column::Body, body)
    };
    let check = |body: &str, expected: &[Symptom]| {
        for service in ["cluster-autoscaler", "other"] {
            assert_eq!(symptoms(&[line(service, body)]), expected, "{body}");
        }
    };
    check(
        "Scale-up failed for group web-asg: launch template is not valid",
        &[Symptom::Failed],
    );
    check(
        "Disabling scale-up for node group web-asg until 2024-05-01 10:05:00; \
         errorClass=OutOfResource; errorCode=InsufficientInstanceCapacity",
        &[Symptom::Failed],
    );
    let address =
        "https://www.googleapis.com/compute/v1/projects/shop/zones/a/instanceGroups/pool-1";
    for rest in [" after 15m0s", ": a"] {
        let body = match rest {
            ": a" => format!("Scale-up failed for group {address}{rest}"),
            _ => format!("Scale-up timed out for node group {address}{rest}"),
        };
        let findings = findings(&[line("cluster-autoscaler", &body)]);
        assert_eq!(only(&findings).1.group, "pool-1", "{body}");
    }
    let other = "Disabling scale-up for node group web-asg until x; errorClass=Other; errorCode=y";
    assert_eq!(findings(&[line("other", other)]), []);
}

#[test]
fn karpenter_tells_nodes_of_its_pools() {
    let line = |time: &str, message: &str, rest: &str| {
        Line::at(time, "kubernetes.karpenter", "kubernetes")
            .text(Column::Service, "karpenter")
            .text(Column::Body, message)
            .raw(&format!(r#"{{"message":"{message}",{rest}}}"#))
    };
    let claim = r#""NodeClaim":{"name":"default-sfpsl"},"provider-id":"aws:///a/i-1""#;
    let lines = [
        line("2024-05-01T10:00:00Z", "launched nodeclaim", claim),
        line("2024-05-01T10:30:00Z", "deleted nodeclaim", claim),
        line(
            "2024-05-01T10:40:00Z",
            "failed launching nodeclaim",
            r#""NodeClaim":{"name":"default-q2wn9"},"error":"insufficient capacity""#,
        ),
        line(
            "2024-05-01T10:40:01Z",
            "deleted nodeclaim",
            r#""NodeClaim":{"name":"default-q2wn9"}"#,
        ),
        line(
            "2024-05-01T10:50:00Z",
            "could not schedule pod",
            r#""error":"all available instance types exceed limits for nodepool: \"default\"""#,
        ),
    ];
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(details.group, "default");
    assert_eq!(details.events.len(), 4, "{details:?}");
    assert!(details.symptoms.contains(&Symptom::Failed), "{details:?}");
    assert!(
        details.symptoms.contains(&Symptom::AtMaximum),
        "{details:?}"
    );
}
