//! Stories of runs, of drift, and of calls that failed.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::WriteClass;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome, Resource, Run, Table};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{
    GROUP, TERRAFORM, applied, audited, conclude, event, group, outside, revoke, rows, trail,
};

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text)
}

const EVE: &str = "arn:aws:iam::111122223333:user/eve";

#[test]
fn the_id_of_the_run_needs_no_time() {
    // The log of the run stands in a file that is named after it, and was written hours later.
    let mut change = applied("2024-05-01T18:00:03Z");
    change.uri = "runs/apply-gh-4711.jsonl".to_owned();
    let agent = format!("{TERRAFORM} nepho/run/gh-4711");
    let out = conclude(
        &[revoke("e-1", "2024-05-01T10:00:01Z", &agent)],
        &[group()],
        &[change.clone()],
    );
    assert!(out.findings.is_empty() && audited(&out).is_empty());
    assert_eq!(out.changes[0].actor.as_deref(), Some(EVE));
    let other = format!("{TERRAFORM} nepho/run/gh-4712");
    let out = conclude(
        &[revoke("e-1", "2024-05-01T10:00:01Z", &other)],
        &[group()],
        &[change],
    );
    assert_eq!(audited(&out)[0].run, "gh-4712");
    assert_eq!(audited(&out)[0].class, Some(WriteClass::IacUnregistered));
}

#[test]
fn a_run_learns_the_id_that_its_calls_carry() {
    // The document is called after nothing: resource and time join it, and the calls tell its id.
    let change = applied("2024-05-01T10:00:03Z");
    let run = Run {
        id: change.run.clone(),
        tool: change.tool.clone(),
        scope: change.scope.clone(),
        ..Run::default()
    };
    let told = |ids: &[&str]| {
        let mut analyzer = Changes::default();
        let calls: Vec<Value> = ids
            .iter()
            .map(|id| {
                let agent = format!("{TERRAFORM} nepho/run/{id}");
                revoke(id, "2024-05-01T10:00:01Z", &agent)
            })
            .collect();
        analyzer.update(Table::Logs, &trail(&calls)).unwrap();
        let resources = Resource::to_batch(&[group()]).unwrap();
        analyzer.update(Table::Resources, &resources).unwrap();
        let changes = Change::to_batch(std::slice::from_ref(&change)).unwrap();
        analyzer.update(Table::Changes, &changes).unwrap();
        let runs = Run::to_batch(std::slice::from_ref(&run)).unwrap();
        analyzer.update(Table::Runs, &runs).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        out.runs.first().and_then(|run| run.told_id.clone())
    };
    assert_eq!(told(&["gh-4711.2"]).as_deref(), Some("gh-4711.2"));
    // Calls of two ids: nobody knows which of them the run is.
    assert_eq!(told(&["gh-4711.2", "gh-4712.1"]), None);
}

#[test]
fn dots_and_slashes_may_stand_in_the_id_of_a_run() {
    let class = |uri: &str, id: &str| {
        let mut change = applied("2024-05-01T18:00:03Z");
        change.uri = uri.to_owned();
        let agent = format!("{TERRAFORM} nepho/run/{id}");
        let record = revoke("e-1", "2024-05-01T10:00:01Z", &agent);
        let out = conclude(&[record], &[group()], &[change]);
        audited(&out).first().and_then(|change| change.class)
    };
    let check = |uri: &str, id: &str| assert_eq!(class(uri, id), None, "{uri} {id}");
    check("runs/apply-gh-4711.2.jsonl", "gh-4711.2");
    check("runs/apply-gh-4711.2.jsonl", "4711.2");
    check("s3://logs/runs/apply-gh-4711.2.jsonl.gz", "gh-4711.2");
    check("apply-2026.11.29.json", "2026.11.29");
    check("runs/apply-team-a/4711.2.jsonl", "team-a/4711.2");
    check("team-a/4711.2.jsonl", "team-a/4711.2");
    // The second attempt is not the first, nor is it the run without a number.
    let unknown = Some(WriteClass::IacUnregistered);
    for id in ["gh-4711.1", "gh-4711"] {
        assert_eq!(class("apply-gh-4711.2.jsonl", id), unknown, "{id}");
    }
}

#[test]
fn a_session_named_after_a_run_is_that_run() {
    let run = Run {
        id: "01HVX".to_owned(),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        ..Run::default()
    };
    let mut record = revoke("e-1", "2024-05-01T10:00:01Z", TERRAFORM);
    record["userIdentity"] = json!({"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/deploy/01HVX@prod"});
    let check = |runs: &[Run], class: Option<WriteClass>| {
        let mut analyzer = Changes::default();
        analyzer
            .update(Table::Logs, &trail(std::slice::from_ref(&record)))
            .unwrap();
        analyzer
            .update(Table::Runs, &Run::to_batch(runs).unwrap())
            .unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        assert_eq!(outside(&out).first().map(|one| one.class), class);
    };
    check(&[run], None);
    check(&[], Some(WriteClass::IacUnregistered));
}

#[test]
fn a_run_of_hcp_is_known_by_its_id_in_the_user_agent() {
    let run = |id: &str| Run {
        id: id.to_owned(),
        tool: "terraform".to_owned(),
        scope: "acme/shop".to_owned(),
        ..Run::default()
    };
    let agent = format!("{TERRAFORM} run-CZcmD7eagjhyX0vN");
    let record = revoke("e-1", "2024-05-01T10:00:01Z", &agent);
    let class = |run: Run| {
        let mut analyzer = Changes::default();
        let logs = trail(std::slice::from_ref(&record));
        analyzer.update(Table::Logs, &logs).unwrap();
        let runs = Run::to_batch(&[run]).unwrap();
        analyzer.update(Table::Runs, &runs).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        let told = audited(&out).first().map(|change| change.run.clone());
        (outside(&out).first().map(|one| one.class), told)
    };
    // Its document lists no changes, so that the call is one of the run's.
    let own = Some("run-CZcmD7eagjhyX0vN".to_owned());
    assert_eq!(class(run("run-CZcmD7eagjhyX0vN")), (None, own));
    let unknown = Some(WriteClass::IacUnregistered);
    let told = Some("run-CZcmD7eagjhyX0vN".to_owned());
    assert_eq!(class(run("run-AAcmD7eagjhyX0vN")), (unknown, told));
}

#[test]
fn a_tag_tells_the_stack_that_a_call_was_made_for() {
    let queue = |stack: &str| {
        let id = format!("arn:aws:cloudformation:eu-west-1:111122223333:stack/{stack}/0a1b-2c3d");
        let tags = json!({"aws:cloudformation:stack-id": id});
        event(
            "e-1",
            "2024-05-01T10:00:01Z",
            "sqs.amazonaws.com",
            "CreateQueue",
            "ci",
            "cloudformation.amazonaws.com",
            json!({"queueName": "jobs", "tags": tags}),
        )
    };
    let change = |stack: &str| Change {
        id: format!("cloudformation:{stack}:1:Jobs:create"),
        tool: "cloudformation".to_owned(),
        scope: stack.to_owned(),
        address: "Jobs".to_owned(),
        resource: None,
        ..applied("2024-05-01T10:00:03Z")
    };
    // Two stacks are made at once.
    let out = conclude(&[queue("shop")], &[], &[change("shop"), change("blog")]);
    let actor = |stack: &str| {
        let own = out.changes.iter().find(|change| change.scope == stack);
        own.and_then(|change| change.actor.clone())
    };
    assert_eq!(
        actor("shop").as_deref(),
        Some("arn:aws:iam::111122223333:user/ci")
    );
    assert_eq!(actor("blog"), None);
}

#[test]
fn tags_of_what_a_tool_made_tell_the_run_and_the_commit() {
    let items = json!([
        {"key": "nepho-run", "value": "nepho/run/gh-4711.2"},
        {"key": "yor_trace", "value": "0a1b2c3d-0000-1111-2222-333344445555"},
        {"key": "git_commit", "value": "47accf06f13b503f3bab06fed7860e72f7523cac"},
    ]);
    let request = json!({"volumeId": "vol-0123abcd",
        "tagSpecificationSet": {"items": [{"resourceType": "volume", "tags": items}]}});
    let made = |agent: &str| {
        let name = "CreateVolume";
        let time = "2024-05-01T10:00:01Z";
        let api = "ec2.amazonaws.com";
        let record = event("e-1", time, api, name, "ci", agent, request.clone());
        let out = conclude(&[record], &[], &[]);
        let change = audited(&out)[0];
        (change.run.clone(), change.revision.clone())
    };
    let commit = "47accf06f13b503f3bab06fed7860e72f7523cac".to_owned();
    assert_eq!(made(TERRAFORM), ("gh-4711.2".to_owned(), Some(commit)));
    assert_eq!(made("Mozilla/5.0 (X11)").1, None);
}

#[test]
fn a_label_tells_that_terraform_made_a_resource() {
    let class = |labels: Value, operation: &str| {
        let columns = [
            "gcp.audit",
            "gcp",
            "compute.googleapis.com",
            operation,
            "ci@shop.iam.gserviceaccount.com",
            "google-api-go-client/0.5",
            "projects/shop/zones/z/instances/web",
        ];
        let raw = json!({"protoPayload": {"methodName": operation, "request": {"labels": labels}}});
        one(columns, Some(Outcome::Success), raw)[0].class
    };
    let label = json!([{"key": "goog-terraform-provisioned", "value": "true"}]);
    let unregistered = Some(WriteClass::IacUnregistered);
    assert_eq!(
        class(label.clone(), "v1.compute.instances.insert"),
        unregistered
    );
    let script = Some(WriteClass::Script);
    assert_eq!(class(json!([]), "v1.compute.instances.insert"), script);
    assert_eq!(class(label, "v1.compute.instances.setLabels"), script);
}

#[test]
fn the_request_that_a_failure_quotes_is_found_in_the_audit_log() {
    let mut change = applied("2024-05-01T10:00:03Z");
    change.tool = "cloudformation".to_owned();
    change.outcome = ChangeOutcome::Failed;
    change.resource = None;
    change.request_id = Some("3f1c0a52-aaaa-bbbb-cccc-000000000001".to_owned());
    let mut record = event(
        "e-1",
        "2024-05-01T09:00:00Z",
        "sqs.amazonaws.com",
        "CreateQueue",
        "eve",
        "cloudformation.amazonaws.com",
        json!({"queueName": "orders"}),
    );
    record["requestID"] = json!("3f1c0a52-aaaa-bbbb-cccc-000000000001");
    record["errorCode"] = json!("AccessDenied");
    let out = conclude(&[record], &[], &[change]);
    assert!(out.findings.is_empty(), "{:?}", out.findings);
    assert_eq!(out.changes[0].actor.as_deref(), Some(EVE));
}

#[test]
fn the_audit_log_tells_when_within_an_interval() {
    let mut change = applied("2024-05-02T02:00:00Z");
    change.not_before = time("2024-05-01T02:00:00Z");
    let out = conclude(
        &[revoke("e-1", "2024-05-01T10:00:01Z", TERRAFORM)],
        &[group()],
        &[change],
    );
    assert!(out.findings.is_empty());
    assert_eq!(out.changes[0].time, time("2024-05-01T10:00:01Z"));
    assert_eq!(out.changes[0].not_before, None);
}

#[test]
fn what_is_done_by_hand_is_drift_until_code_sets_it_again() {
    let click = revoke("e-1", "2024-05-01T10:00:00Z", "Mozilla/5.0 (X11)");
    let check = |changes: &[Change], closed: Option<&str>| {
        let out = conclude(std::slice::from_ref(&click), &[group()], changes);
        let drift = &outside(&out)[0].drift;
        assert_eq!(drift.len(), 1);
        assert_eq!(drift[0].change, audited(&out)[0].id);
        assert_eq!(drift[0].closed, closed.and_then(time));
    };
    check(&[], None);
    check(&[applied("2024-05-01T09:00:00Z")], None);
    check(
        &[applied("2024-05-02T03:00:00Z")],
        Some("2024-05-02T03:00:00Z"),
    );
    let failed = Change {
        outcome: ChangeOutcome::Failed,
        ..applied("2024-05-02T03:00:00Z")
    };
    check(&[failed], None);
    let part = |kind: &str| Change {
        resource: Some("part-1".to_owned()),
        parent: Some(GROUP.to_owned()),
        resource_type: kind.to_owned(),
        ..applied("2024-05-02T03:00:00Z")
    };
    check(
        &[part("aws_security_group_rule")],
        Some("2024-05-02T03:00:00Z"),
    );
    check(&[part("aws_network_interface_sg_attachment")], None);
}

#[test]
fn what_sets_something_else_of_the_resource_undoes_nothing() {
    let click = revoke("e-1", "2024-05-01T10:00:00Z", "Mozilla/5.0 (X11)");
    let closed = |click: &Value, action: ChangeAction, attributes: &[&str]| {
        let set = Change {
            action,
            attributes: attributes.iter().map(|name| (*name).to_owned()).collect(),
            ..applied("2024-05-02T03:00:00Z")
        };
        let out = conclude(std::slice::from_ref(click), &[group()], &[set]);
        outside(&out)[0].drift[0].closed.is_some()
    };
    use ChangeAction::{Delete, DriftRepaired, Replace, Update};
    assert!(!closed(&click, Update, &["tags", "tags_all"]));
    assert!(closed(&click, Update, &["tags", "ingress"]));
    assert!(closed(&click, Update, &["SecurityGroupIngress[0].CidrIp"]));
    assert!(!closed(&click, DriftRepaired, &["description"]));
    assert!(closed(&click, DriftRepaired, &["ingress"]));
    assert!(closed(&click, Replace, &["name"]) && closed(&click, Delete, &["name"]));
    let mut tagged = click.clone();
    tagged["eventName"] = json!("CreateTags");
    tagged["requestParameters"] = json!({"resourcesSet": {"items": [{"resourceId": "sg-0123abcd"}]}, "tagSet": {"items": []}});
    assert!(closed(&tagged, Update, &["tags_all"]));
    assert!(!closed(&tagged, Update, &["ingress"]));
}

#[test]
fn a_run_of_which_a_part_failed_shows_it() {
    let call = |id: &str, name: &str, code: Option<&str>| {
        let mut record = event(
            id,
            "2024-05-01T10:00:00Z",
            "s3.amazonaws.com",
            name,
            "eve",
            &format!("{TERRAFORM} nepho/run/88"),
            json!({"bucketName": id}),
        );
        if let Some(code) = code {
            record["errorCode"] = json!(code);
        }
        record
    };
    let records = [
        call("one", "DeleteBucket", None),
        call("two", "DeleteBucket", Some("BucketNotEmpty")),
        call("three", "DeleteBucket", Some("NoSuchBucket")),
    ];
    let out = conclude(&records, &[], &[]);
    let told: Vec<_> = audited(&out)
        .into_iter()
        .map(|change| {
            (
                change.run.as_str(),
                change.resource.clone().unwrap(),
                change.outcome,
            )
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&("88", "arn:aws:s3:::two".to_owned(), ChangeOutcome::Failed)));
    assert!(told.contains(&("88", "arn:aws:s3:::one".to_owned(), ChangeOutcome::Applied)));
    let failed = audited(&out)[0]
        .reason
        .clone()
        .or(audited(&out)[1].reason.clone());
    assert_eq!(failed.as_deref(), Some("BucketNotEmpty"));
}

#[test]
fn every_resource_of_a_call_has_a_row() {
    let request = json!({"instancesSet": {"items": [{"instanceId": "i-0000000a"}, {"instanceId": "i-0000000b"}]}});
    let record = event(
        "e-1",
        "2024-05-01T10:00:00Z",
        "ec2.amazonaws.com",
        "TerminateInstances",
        "eve",
        "aws-cli/2",
        request,
    );
    let out = conclude(&[record], &[], &[]);
    let told = audited(&out);
    assert_eq!(told.len(), 2);
    assert!(
        told.iter()
            .all(|change| change.action == ChangeAction::Delete)
    );
    assert_ne!(told[0].id, told[1].id);
}

fn one(columns: [&str; 7], outcome: Option<Outcome>, raw: Value) -> Vec<Change> {
    many(&[("2024-05-01T10:00:00Z", columns, outcome, raw)])
}

fn many(list: &[(&str, [&str; 7], Option<Outcome>, Value)]) -> Vec<Change> {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &rows(list)).unwrap();
    let resources: [Resource; 0] = [];
    analyzer
        .update(Table::Resources, &Resource::to_batch(&resources).unwrap())
        .unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    out.changes
}

#[test]
fn a_deployment_scaled_by_hand_is_told() {
    let columns = [
        "kubernetes.audit",
        "kubernetes",
        "kube-apiserver",
        "patch",
        "mona@example.com",
        "kubectl/v1.30.0",
        "checkout",
    ];
    let raw = json!({"auditID": "a-1", "verb": "patch", "stage": "ResponseComplete",
        "objectRef": {"resource": "deployments", "apiGroup": "apps", "namespace": "web", "name": "checkout", "subresource": "scale"},
        "requestObject": {"spec": {"replicas": 0}}});
    let told = one(columns, Some(Outcome::Success), raw.clone());
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].resource.as_deref(),
        Some("k8s:///apps/deployment/web/checkout")
    );
    assert_eq!(told[0].address, "patch deployment checkout");
    assert_eq!(
        (told[0].tool.as_str(), told[0].class),
        ("kubectl", Some(WriteClass::Script))
    );
    assert_eq!(told[0].attributes, ["scale", "replicas", Change::TO_NONE]);
    let mut reads = columns;
    reads[3] = "watch";
    assert!(one(reads, Some(Outcome::Success), raw).is_empty());
}

#[test]
fn a_network_policy_for_all_pods_tells_what_it_shuts() {
    let check = |spec: Value, expected: &[&str]| {
        let columns = [
            "kubernetes.audit",
            "kubernetes",
            "kube-apiserver",
            "create",
            "mona@example.com",
            "kubectl/v1.30.0",
            "deny",
        ];
        let raw = json!({"auditID": "a-2", "verb": "create", "stage": "ResponseComplete",
            "objectRef": {"resource": "networkpolicies", "apiGroup": "networking.k8s.io",
                "namespace": "shop", "name": "deny"},
            "requestObject": {"spec": spec}});
        let told = one(columns, Some(Outcome::Success), raw);
        assert_eq!(told[0].attributes, expected);
    };
    let (nothing_in, nothing_out) = (Change::NOTHING_IN, Change::NOTHING_OUT);
    check(json!({"podSelector": {}}), &[nothing_in]);
    check(
        json!({"podSelector": {}, "policyTypes": ["Egress"]}),
        &[nothing_out],
    );
    check(
        json!({"podSelector": {"matchLabels": {}}, "policyTypes": ["Ingress", "Egress"],
            "ingress": [], "egress": [{"ports": [{"port": 53}]}]}),
        &[nothing_in],
    );
    check(json!({"podSelector": {"matchLabels": {"app": "web"}}}), &[]);
    check(json!({"podSelector": {}, "ingress": [{}]}), &[]);
    check(json!({}), &[]);
}

#[test]
fn two_operations_of_one_azure_run_are_two_writes() {
    let rule =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/db";
    let row = |time, operation: &str, status| {
        let columns = [
            "azure.activity",
            "azure",
            "Microsoft.Network",
            "Microsoft.Network/networkSecurityGroups/write",
            "eve@example.com",
            "",
            rule,
        ];
        (
            time,
            columns,
            status,
            json!({"operationId": operation, "correlationId": "0F0E0D0C-0B0A-0908-0706-050403020100"}),
        )
    };
    let told = many(&[
        row("2024-05-01T10:00:05Z", "op-1", Some(Outcome::Success)),
        row("2024-05-01T10:00:00Z", "op-1", None),
        row("2024-05-01T10:01:00Z", "op-2", None),
        row("2024-05-01T10:01:05Z", "op-2", Some(Outcome::Failure)),
    ]);
    // The second failed: it changed nothing.
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].time, time("2024-05-01T10:00:05Z"));
}

#[test]
fn infrastructure_manager_calls_as_terraform_does() {
    let change = Change {
        tool: "infra_manager".to_owned(),
        ..applied("2026-05-12T14:00:00Z")
    };
    let call = revoke("1", "2026-05-12T14:00:30Z", TERRAFORM);
    let out = conclude(&[call], &[group()], &[change]);
    assert_eq!(
        out.changes[0].actor.as_deref(),
        Some("arn:aws:iam::111122223333:user/eve")
    );
    assert_eq!(out.changes.len(), 1, "{:?}", out.changes);
}

#[test]
fn what_a_tool_makes_is_managed_by_nobody_else() {
    let create = |id: &str, name: &str, agent: &str| {
        let api = "iam.amazonaws.com";
        let request = json!({"roleName": "orders"});
        let mut record = event(id, "2024-05-01T10:00:00Z", api, name, "eve", agent, request);
        record["responseElements"] = json!({"role": {"roleName": "orders"}});
        record
    };
    let agent = format!("{TERRAFORM} nepho/run/1");
    let records = [
        create("e-1", "CreateRole", &agent),
        create("e-2", "PutRolePolicy", &agent),
        create("e-3", "UpdateRole", "Mozilla/5.0 (X11)"),
    ];
    let out = conclude(&records, &[], &[]);
    let told = outside(&out);
    let managed = |action: &str| {
        let found = told.iter().find(|outside| outside.action == action);
        found.map(|outside| outside.managed.clone()).unwrap()
    };
    assert_eq!(managed("CreateRole"), [] as [String; 0]);
    assert_eq!(managed("PutRolePolicy"), [] as [String; 0]);
    assert_eq!(managed("UpdateRole"), ["terraform 1"]);
}

/// The function `orders` in the account and the state of an environment.
fn function(account: &str, scope: &str) -> Resource {
    Resource {
        key: format!("arn:aws:lambda:eu-west-1:{account}:function:orders"),
        aliases: vec!["orders".to_owned()],
        tool: Some("terraform".to_owned()),
        scope: Some(scope.to_owned()),
        address: Some("aws_lambda_function.f".to_owned()),
        ..Resource::default()
    }
}

#[test]
fn a_name_in_a_run_log_is_that_of_the_resource_in_its_scope() {
    let both = [
        function("111122223333", "prod"),
        function("444455556666", "stage"),
    ];
    let check = |resources: &[Resource], scope: &str, id: &str, expected: &str| {
        let mut change = applied("2024-05-01T10:00:03Z");
        change.scope = scope.to_owned();
        change.address = "aws_lambda_function.f".to_owned();
        change.resource = Some(id.to_owned());
        let out = conclude(&[], resources, &[change]);
        assert_eq!(
            out.changes[0].resource.as_deref(),
            Some(expected),
            "{scope} {id}"
        );
    };
    check(&both, "prod", "orders", &both[0].key);
    check(&both, "stage", "orders", &both[1].key);
    // Nobody knows what this scope holds, or what was there before.
    check(&both, "ci", "orders", "orders");
    check(&both, "prod", "orders-old", "orders-old");
    check(&both[1..], "stage", "orders", &both[1].key);
}

#[test]
fn what_is_applied_in_another_scope_undoes_no_drift() {
    let is_undone = |scope: &str| {
        let mut change = applied("2024-05-01T11:00:00Z");
        change.scope = scope.to_owned();
        change.address = "aws_lambda_function.f".to_owned();
        change.resource_type = "aws_lambda_function".to_owned();
        change.resource = Some("orders".to_owned());
        change.attributes.clear();
        // The state of production tells of another resource alone.
        let mut other = function("111122223333", "prod");
        other.key = "arn:aws:lambda:eu-west-1:111122223333:function:cart".to_owned();
        other.aliases = vec!["cart".to_owned()];
        other.address = Some("aws_lambda_function.cart".to_owned());
        let staging = function("444455556666", "stage");
        let mut by_hand = event(
            "e-1",
            "2024-05-01T10:00:00Z",
            "lambda.amazonaws.com",
            "UpdateFunctionConfiguration20150331v2",
            "eve",
            "console.amazonaws.com",
            json!({"functionName": "orders", "timeout": 3}),
        );
        by_hand["recipientAccountId"] = json!("444455556666");
        by_hand["resources"] = json!([{"ARN": staging.key}]);
        let out = conclude(&[by_hand], &[other, staging], &[change]);
        let mut drift = outside(&out).into_iter().flat_map(|group| &group.drift);
        drift.next().map(|drift| drift.closed.is_some())
    };
    assert_eq!(is_undone("stage"), Some(true));
    assert_eq!(is_undone("prod"), Some(false));
}

#[test]
fn the_calls_of_a_run_tell_what_it_changed() {
    let service = "arn:aws:ecs:eu-west-1:111122223333:service/shop/web";
    let mut change = applied("2024-05-01T10:00:03Z");
    change.address = "aws_ecs_service.web".to_owned();
    change.resource = Some(service.to_owned());
    change.resource_type = "aws_ecs_service".to_owned();
    change.attributes.clear();
    let call = |name: &str, request: Value| {
        let api = "ecs.amazonaws.com";
        event(
            name,
            "2024-05-01T10:00:01Z",
            api,
            name,
            "eve",
            TERRAFORM,
            request,
        )
    };
    let size = json!({"cluster": "shop", "service": "web", "desiredCount": 4});
    let update = call("UpdateService", size);
    let tags = call(
        "TagResource",
        json!({"resourceArn": service, "tags": [{"key": "team"}]}),
    );
    let told = |records: &[Value], change: &Change| {
        let out = conclude(records, &[], std::slice::from_ref(change));
        let mut changes = out.changes.into_iter();
        let found = changes.find(|found| found.id == change.id).unwrap();
        found.attributes
    };
    let both = [update.clone(), tags.clone()];
    assert_eq!(told(&both, &change), ["cluster", "desiredCount", "tags"]);
    assert_eq!(told(&[tags], &change), ["tags"]);
    // A plan says it in the words of the tool.
    change.attributes = vec!["desired_count".to_owned()];
    assert_eq!(told(&both, &change), ["desired_count"]);
    // Of another service nothing is taken.
    change.attributes.clear();
    change.resource = Some(service.replace("/web", "/cart"));
    assert!(told(&both, &change).is_empty());
}
