//! Stories of differences that tools found, and of who made them.

use nepho_core::Timestamp;
use nepho_core::findings::Drift;
use nepho_core::tables::{Change, ChangeAction, Resource};
use serde_json::{Value, json};

use crate::scenarios::{
    GROUP, TERRAFORM, applied, audited, conclude, event, group, outside, revoke,
};

const BROWSER: &str = "Mozilla/5.0 (X11)";
const EVE: &str = "arn:aws:iam::111122223333:user/eve";

/// What a plan of 15:00 found.
fn found(attributes: &[&str]) -> Change {
    Change {
        id: "terraform:prod:p1:aws_security_group.db:drift".to_owned(),
        action: ChangeAction::Drift,
        run: "p1".to_owned(),
        attributes: attributes.iter().map(|name| (*name).to_owned()).collect(),
        uri: "plan.json".to_owned(),
        ..applied("2024-05-01T15:00:00Z")
    }
}

/// Who made the first of these changes, and the drift that is told.
fn told(
    records: &[Value],
    resources: &[Resource],
    changes: &[Change],
) -> (Option<String>, Vec<Drift>) {
    let out = conclude(records, resources, changes);
    let first = out.changes.iter().find(|change| change.id == changes[0].id);
    let drifts = outside(&out).into_iter().flat_map(|one| &one.drift);
    (first.unwrap().actor.clone(), drifts.cloned().collect())
}

#[test]
fn what_a_plan_found_was_made_by_whoever_wrote_before() {
    let click = revoke("e-1", "2024-05-01T14:10:00Z", BROWSER);
    let finding = found(&["ingress"]);
    let out = conclude(
        std::slice::from_ref(&click),
        &[group()],
        std::slice::from_ref(&finding),
    );
    let change = out.changes.iter().find(|one| one.id == finding.id).unwrap();
    assert_eq!(change.actor.as_deref(), Some(EVE));
    assert_eq!(change.class, None);
    let drift = &outside(&out)[0].drift[0];
    assert_eq!(drift.change, audited(&out)[0].id);
    assert_eq!(
        drift.found,
        Timestamp::parse_rfc3339("2024-05-01T15:00:00Z")
    );
    assert_eq!(drift.found_by, std::slice::from_ref(&finding.id));
    // No state tells that the group is managed, but the plan does.
    let (actor, drifts) = told(&[click], &[], &[finding]);
    assert_eq!(actor.as_deref(), Some(EVE));
    assert_eq!(drifts.len(), 1);
    assert_eq!(
        (drifts[0].address.as_str(), drifts[0].resource.as_str()),
        ("aws_security_group.db", GROUP)
    );
}

#[test]
fn a_write_that_does_not_explain_what_was_found_made_nothing_of_it() {
    let actor = |time: &str, agent: &str, attributes: &[&str], more: &[Change]| {
        let mut changes = vec![found(attributes)];
        changes.extend_from_slice(more);
        told(&[revoke("e-1", time, agent)], &[group()], &changes).0
    };
    let eve = Some(EVE.to_owned());
    assert_eq!(
        actor("2024-05-01T14:10:00Z", BROWSER, &["ingress"], &[]),
        eve
    );
    assert_eq!(actor("2024-05-01T14:10:00Z", BROWSER, &[], &[]), eve);
    // It came after the plan; it is of something else; a run undid it before the plan; a run of
    // the tool itself set it.
    assert_eq!(
        actor("2024-05-01T15:10:00Z", BROWSER, &["ingress"], &[]),
        None
    );
    assert_eq!(actor("2024-05-01T14:10:00Z", BROWSER, &["tags"], &[]), None);
    let undone = applied("2024-05-01T14:30:00Z");
    assert_eq!(
        actor(
            "2024-05-01T14:10:00Z",
            BROWSER,
            &["ingress"],
            std::slice::from_ref(&undone)
        ),
        None
    );
    assert_eq!(
        actor(
            "2024-05-01T14:30:01Z",
            TERRAFORM,
            &["ingress"],
            std::slice::from_ref(&undone)
        ),
        None
    );
    // Who ran the plan is not who made the difference.
    assert_eq!(
        actor("2024-05-01T15:00:00Z", TERRAFORM, &["tags"], &[]),
        None
    );
}

#[test]
fn a_facet_is_a_difference_of_its_whole_and_what_is_gone_was_deleted() {
    let rule = Resource {
        key: "sgr-0123abcd0123abcd0".to_owned(),
        parent: Some(GROUP.to_owned()),
        resource_type: "aws_vpc_security_group_ingress_rule".to_owned(),
        tool: Some("terraform".to_owned()),
        address: Some("aws_vpc_security_group_ingress_rule.in".to_owned()),
        ..Resource::default()
    };
    let click = revoke("e-1", "2024-05-01T14:10:00Z", BROWSER);
    let finding = Change {
        address: "aws_vpc_security_group_ingress_rule.in".to_owned(),
        resource: Some(rule.key.clone()),
        resource_type: rule.resource_type.clone(),
        ..found(&["cidr_ipv4"])
    };
    let (actor, _) = told(std::slice::from_ref(&click), &[group(), rule], &[finding]);
    assert_eq!(actor.as_deref(), Some(EVE));
    let gone = Change {
        reason: Some("deleted".to_owned()),
        ..found(&[])
    };
    let request = json!({"groupId": "sg-0123abcd"});
    let api = "ec2.amazonaws.com";
    let name = "DeleteSecurityGroup";
    let time = "2024-05-01T14:20:00Z";
    let delete = event("e-2", time, api, name, "mallory", "aws-cli/2", request);
    let (actor, drifts) = told(&[click, delete], &[group()], &[gone]);
    assert_eq!(
        actor.as_deref(),
        Some("arn:aws:iam::111122223333:user/mallory")
    );
    let finders = |change: &Drift| change.found_by.len();
    assert_eq!(drifts.iter().map(finders).sum::<usize>(), 1);
}

#[test]
fn which_of_several_people_it_was_is_not_guessed() {
    let mut other = revoke("e-2", "2024-05-01T14:20:00Z", BROWSER);
    other["userIdentity"]["arn"] = json!("arn:aws:iam::111122223333:user/bob");
    let click = revoke("e-1", "2024-05-01T14:10:00Z", BROWSER);
    let (actor, drifts) = told(&[click, other], &[group()], &[found(&["ingress"])]);
    assert_eq!(actor, None);
    assert!(drifts.len() == 2 && drifts.iter().all(|drift| drift.found_by.len() == 1));
}

#[test]
fn an_agent_made_a_difference_only_where_it_names_it() {
    let agent = "aws-sdk-go/1.55 amazon-ssm-agent/3";
    let actor = |attributes: &[&str]| {
        let click = revoke("e-1", "2024-05-01T14:10:00Z", agent);
        told(&[click], &[group()], &[found(attributes)]).0
    };
    assert_eq!(actor(&["ingress"]).as_deref(), Some(EVE));
    assert_eq!(actor(&[]), None);
}

#[test]
fn what_argo_found_was_made_with_kubectl() {
    use arrow_array::RecordBatch;
    use nepho_core::analyzer::{Analyzer, Output};
    use nepho_core::tables::{Outcome, Table};
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
        "objectRef": {"resource": "deployments", "apiGroup": "apps", "namespace": "web", "name": "checkout"},
        "requestObject": {"spec": {"replicas": 0}}});
    let time = "2024-05-01T14:10:00Z";
    let logs: RecordBatch = crate::scenarios::rows(&[(time, columns, Some(Outcome::Success), raw)]);
    let finding = |since: &str| Change {
        tool: "argocd".to_owned(),
        address: "apps/Deployment/web/checkout".to_owned(),
        resource: Some("k8s:///apps/deployment/web/checkout".to_owned()),
        resource_type: "apps/Deployment".to_owned(),
        not_before: Timestamp::parse_rfc3339(since),
        ..found(&[])
    };
    let actor = |since: &str| {
        let mut analyzer = crate::Changes::default();
        analyzer.update(Table::Logs, &logs).unwrap();
        let batch = Change::to_batch(&[finding(since)]).unwrap();
        analyzer.update(Table::Changes, &batch).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        out.changes[0].actor.clone()
    };
    assert_eq!(
        actor("2024-05-01T12:00:00Z").as_deref(),
        Some("mona@example.com")
    );
    // The last sync was after it.
    assert_eq!(actor("2024-05-01T14:30:00Z"), None);
}
