//! Stories of who changed what, and a real trail.

use std::path::Path;

use arrow_buffer::Buffer;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::{Details, OutsideChange, Urgency, WriteClass};
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Column, Envelope, LogsBuilder, Outcome, Resource, Table,
};
use nepho_core::time::NANOS;
use nepho_core::{Timestamp, key};
use serde_json::{Value, json};

use crate::Changes;

pub(crate) const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd";
pub(crate) const TERRAFORM: &str =
    "APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io) terraform-provider-aws/5.0";

/// Rows of CloudTrail records, as the decoder of that format sets them.
pub(crate) fn trail(records: &[Value]) -> arrow_array::RecordBatch {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let block = builder.attach(Buffer::from(Vec::<u8>::new()));
    let stream = Stream {
        uri: "trail.json".to_owned(),
        ..Stream::default()
    };
    let envelope = Envelope::default().with(Column::Uri, "trail.json");
    for (line, record) in (1..).zip(records) {
        let text = record.to_string();
        let one = Record {
            text: &text,
            block,
            offset: 0,
            line,
            bytes: 1,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&one);
        let field = |path: &str| {
            record
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        row.text(Column::Format, "aws.cloudtrail")
            .text(Column::Provider, "aws");
        row.text(Column::Account, field("/recipientAccountId"))
            .text(Column::Region, field("/awsRegion"));
        row.text(Column::Service, field("/eventSource"))
            .text(Column::Action, field("/eventName"));
        row.text(Column::Actor, field("/userIdentity/arn"))
            .text(Column::UserAgent, field("/userAgent"));
        row.text(Column::RequestId, field("/requestID"));
        row.outcome(if record.get("errorCode").is_some() {
            Outcome::Failure
        } else {
            Outcome::Success
        });
        if let Some(time) = Timestamp::parse_rfc3339(field("/eventTime")) {
            row.time(time);
        }
        for resource in record["resources"].as_array().into_iter().flatten() {
            row.resource(resource["ARN"].as_str().unwrap_or_default());
        }
        row.commit();
    }
    builder.finish().unwrap()
}

/// One record.
pub(crate) fn event(
    id: &str,
    time: &str,
    api: &str,
    name: &str,
    user: &str,
    agent: &str,
    request: Value,
) -> Value {
    json!({
        "eventID": id, "eventTime": time, "eventSource": api, "eventName": name, "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333", "userAgent": agent, "readOnly": false, "requestParameters": request,
        "userIdentity": {"type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/{user}")},
    })
}

pub(crate) fn revoke(id: &str, time: &str, agent: &str) -> Value {
    let request = json!({"groupId": "sg-0123abcd", "ipPermissions": {}});
    event(
        id,
        time,
        "ec2.amazonaws.com",
        "RevokeSecurityGroupIngress",
        "eve",
        agent,
        request,
    )
}

pub(crate) fn group() -> Resource {
    Resource {
        key: GROUP.to_owned(),
        aliases: vec!["sg-0123abcd".to_owned()],
        tool: Some("terraform".to_owned()),
        address: Some("aws_security_group.db".to_owned()),
        ..Resource::default()
    }
}

pub(crate) fn applied(time: &str) -> Change {
    Change {
        id: "terraform:prod:1:aws_security_group.db:update".to_owned(),
        time: Timestamp::parse_rfc3339(time),
        started: None,
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        run: "1".to_owned(),
        action: ChangeAction::Update,
        outcome: ChangeOutcome::Applied,
        address: "aws_security_group.db".to_owned(),
        resource: Some(GROUP.to_owned()),
        resource_type: "aws_security_group".to_owned(),
        parent: None,
        actor: None,
        revision: None,
        attributes: vec!["ingress".to_owned()],
        reason: None,
        uri: "apply.json".to_owned(),
        line: 3,
        ..Change::default()
    }
}

pub(crate) fn conclude(records: &[Value], resources: &[Resource], changes: &[Change]) -> Output {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &trail(records)).unwrap();
    analyzer
        .update(Table::Resources, &Resource::to_batch(resources).unwrap())
        .unwrap();
    analyzer
        .update(Table::Changes, &Change::to_batch(changes).unwrap())
        .unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    out
}

pub(crate) fn outside(out: &Output) -> Vec<&OutsideChange> {
    out.findings
        .iter()
        .filter_map(|finding| match &finding.details {
            Details::OutsideChange(outside) => Some(outside),
            _ => None,
        })
        .collect()
}

/// Rows of changes that only the audit log tells of.
pub(crate) fn audited(out: &Output) -> Vec<&Change> {
    out.changes
        .iter()
        .filter(|change| change.id.starts_with("audit:"))
        .collect()
}

#[test]
fn nothing_in_gives_nothing_out() {
    let out = conclude(&[], &[], &[]);
    assert!(out.findings.is_empty() && out.changes.is_empty());
}

#[test]
fn a_click_on_a_managed_group_is_told_and_can_be_weighed() {
    let out = conclude(
        &[revoke("e-1", "2024-05-01T10:00:00Z", "Mozilla/5.0 (X11)")],
        &[group()],
        &[],
    );
    let told = outside(&out);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].class, told[0].managed.as_slice()),
        (
            WriteClass::Console,
            &["aws_security_group.db".to_owned()][..]
        )
    );
    assert_eq!(out.findings[0].urgency, Urgency::Warning);
    let change = &out.changes[0];
    assert_eq!(
        (change.tool.as_str(), change.resource.as_deref()),
        ("console", Some(GROUP))
    );
    assert_eq!(change.address, "RevokeSecurityGroupIngress sg-0123abcd");
    assert_eq!(change.attributes, ["ingress", "ipPermissions"]);
    assert!(change.id.starts_with("audit:"));
}

#[test]
fn the_write_of_a_known_run_tells_who_did_it() {
    let records = [revoke("e-1", "2024-05-01T10:00:01Z", TERRAFORM)];
    let out = conclude(&records, &[group()], &[applied("2024-05-01T10:00:03Z")]);
    assert!(out.findings.is_empty());
    assert_eq!(out.changes.len(), 1);
    assert_eq!(
        out.changes[0].id,
        "terraform:prod:1:aws_security_group.db:update"
    );
    assert_eq!(
        out.changes[0].actor.as_deref(),
        Some("arn:aws:iam::111122223333:user/eve")
    );
    assert_eq!(
        out.changes[0].time,
        Timestamp::parse_rfc3339("2024-05-01T10:00:03Z")
    );
}

#[test]
fn the_audit_row_of_a_group_tells_who_changed_its_rule() {
    let rule = Resource {
        key: "sgrule-2846193075".to_owned(),
        parent: Some("sg-0123abcd".to_owned()),
        aliases: Vec::new(),
        address: Some("aws_security_group_rule.x".to_owned()),
        ..group()
    };
    let records = [revoke("e-1", "2024-05-01T10:00:01Z", TERRAFORM)];
    // A rule that was replaced has an id that the state does not know yet.
    for id in ["sgrule-2846193075", "sgrule-99"] {
        let mut change = applied("2024-05-01T10:00:03Z");
        change.address = "aws_security_group_rule.x".to_owned();
        change.resource = Some(id.to_owned());
        let out = conclude(&records, &[group(), rule.clone()], &[change]);
        assert!(out.findings.is_empty());
        let actor = out
            .changes
            .first()
            .and_then(|change| change.actor.as_deref());
        assert_eq!(actor, Some("arn:aws:iam::111122223333:user/eve"), "{id}");
    }
}

#[test]
fn whoever_updates_a_stack_did_what_it_changed() {
    let mut change = applied("2024-05-01T10:00:03Z");
    change.tool = "cloudformation".to_owned();
    change.scope = "shop".to_owned();
    change.resource = None;
    let update = |name: &str, time: &str| {
        event(
            name,
            time,
            "cloudformation.amazonaws.com",
            "UpdateStack",
            "eve",
            "aws-cli/2.13.0",
            json!({ "stackName": name }),
        )
    };
    let later = Change {
        id: "later".to_owned(),
        time: Timestamp::parse_rfc3339("2024-05-01T10:20:00Z"),
        ..change.clone()
    };
    let changes = [change.clone(), later];
    let out = conclude(&[update("shop", "2024-05-01T10:00:01Z")], &[], &changes);
    assert!(out.findings.is_empty());
    assert_eq!(out.changes.len(), 2);
    for change in &out.changes {
        let actor = change.actor.as_deref();
        assert_eq!(actor, Some("arn:aws:iam::111122223333:user/eve"));
    }
    let other = update("other", "2024-05-01T12:00:01Z");
    let out = conclude(&[other], &[], &[change]);
    assert_eq!(outside(&out)[0].class, WriteClass::IacUnregistered);
}

#[test]
fn the_plan_tells_what_of_a_resource_the_run_changed() {
    let plan = |time: &str, attribute: &str| Change {
        id: format!("plan-{time}"),
        run: time.to_owned(),
        time: None,
        started: Timestamp::parse_rfc3339(time),
        outcome: ChangeOutcome::Planned,
        attributes: vec![attribute.to_owned()],
        ..applied(time)
    };
    let mut run = applied("2024-05-01T10:00:03Z");
    run.attributes.clear();
    let plans = [
        plan("2024-05-01T09:00:00Z", "tags"),
        plan("2024-05-01T09:59:00Z", "ingress"),
        plan("2024-05-01T10:30:00Z", "egress"),
    ];
    let changes: Vec<Change> = plans.into_iter().chain([run]).collect();
    let out = conclude(&[], &[group()], &changes);
    let applied: Vec<_> = out
        .changes
        .iter()
        .filter(|change| change.outcome == ChangeOutcome::Applied)
        .collect();
    assert_eq!(applied.len(), 1);
    assert_eq!(applied[0].attributes, ["ingress"]);
    assert_eq!(applied[0].class, Some(WriteClass::Iac));
}

#[test]
fn the_plan_of_a_run_tells_what_it_changed_without_a_time() {
    let plan = |run: &str, attribute: &str| Change {
        id: format!("plan-{run}"),
        run: run.to_owned(),
        time: None,
        outcome: ChangeOutcome::Planned,
        attributes: vec![attribute.to_owned()],
        ..applied("2024-05-01T09:00:00Z")
    };
    let mut run = applied("2024-05-01T10:00:03Z");
    run.attributes.clear();
    let changes = [plan("0", "tags"), plan("1", "ingress"), run];
    let out = conclude(&[], &[group()], &changes);
    let mut applied = out.changes.iter();
    let applied = applied.find(|change| change.outcome == ChangeOutcome::Applied);
    assert_eq!(applied.unwrap().attributes, ["ingress"]);
}

#[test]
fn what_event_bridge_tells_is_no_write() {
    let mut launch = revoke("e-1", "2024-05-01T10:00:01Z", "");
    launch["eventSource"] = json!("aws.autoscaling");
    launch["eventName"] = json!("EC2 Instance Launch Successful");
    let out = conclude(&[launch], &[group()], &[]);
    assert!(out.findings.is_empty() && out.changes.is_empty());
}

#[test]
fn an_apply_that_no_run_accounts_for_is_told() {
    let records = [revoke("e-1", "2024-05-01T15:00:01Z", TERRAFORM)];
    let out = conclude(&records, &[group()], &[applied("2024-05-01T10:00:03Z")]);
    assert_eq!(outside(&out)[0].class, WriteClass::IacUnregistered);
    let told = audited(&out);
    assert_eq!(told[0].tool, "terraform");
    assert_eq!(told[0].class, Some(WriteClass::IacUnregistered));
    assert_eq!(told[0].run, "seen at 2024-05-01T15:00:01Z");
}

#[test]
fn refused_writes_are_counted_and_never_causes() {
    let mut refused = revoke("e-1", "2024-05-01T10:00:00Z", "aws-cli/2.13.0");
    refused["errorCode"] = json!("UnauthorizedOperation");
    let out = conclude(&[refused], &[group()], &[]);
    assert_eq!((outside(&out)[0].count, outside(&out)[0].failed), (1, 1));
    assert!(out.changes.is_empty());
}

#[test]
fn a_call_that_a_tool_repeats_until_it_succeeds_is_no_failure() {
    let mut first = revoke("e-1", "2024-05-01T10:00:00Z", TERRAFORM);
    first["errorCode"] = json!("Throttling");
    let out = conclude(
        &[first, revoke("e-2", "2024-05-01T10:00:09Z", TERRAFORM)],
        &[group()],
        &[],
    );
    assert_eq!((outside(&out)[0].count, outside(&out)[0].failed), (1, 0));
}

#[test]
fn the_same_record_delivered_twice_counts_once() {
    let record = revoke("e-1", "2024-05-01T10:00:00Z", "aws-cli/2.13.0");
    let out = conclude(&[record.clone(), record], &[], &[]);
    assert_eq!(outside(&out)[0].count, 1);
}

#[test]
fn the_two_accounts_of_a_call_tell_one_write() {
    let mut called = revoke("e-1", "2024-05-01T10:00:00Z", "Mozilla/5.0");
    called["sharedEventID"] = json!("s-1");
    called["recipientAccountId"] = json!("444455556666");
    let mut owned = revoke("e-2", "2024-05-01T10:00:00Z", "Mozilla/5.0");
    owned["sharedEventID"] = json!("s-1");
    let out = conclude(&[called, owned], &[group()], &[]);
    assert_eq!(outside(&out)[0].count, 1);
    assert_eq!(out.changes.len(), 1);
}

#[test]
fn what_a_call_renames_goes_on_by_another_id() {
    let renamed = |api: &str, name: &str, request: Value| {
        let time = "2024-05-01T10:00:00Z";
        let call = event("e-1", time, api, name, "eve", "aws-cli/2.13.0", request);
        let out = conclude(&[call], &[], &[]);
        let moved = out
            .changes
            .into_iter()
            .find(|change| change.action == ChangeAction::Move);
        moved.map(|change| (change.previous_address, change.resource, change.address))
    };
    let of = |before: &str, now: &str, address: &str| {
        let text = |text: &str| Some(text.to_owned());
        Some((text(before), text(now), address.to_owned()))
    };
    let request = json!({"dBInstanceIdentifier": "a", "newDBInstanceIdentifier": "B",
        "applyImmediately": true});
    let database = "arn:aws:rds:eu-west-1:111122223333:db:";
    assert_eq!(
        renamed("rds.amazonaws.com", "ModifyDBInstance", request),
        of(
            &format!("{database}a"),
            &format!("{database}b"),
            "ModifyDBInstance b"
        )
    );
    // Who does not ask for it at once waits for the next window.
    let later = json!({"dBInstanceIdentifier": "a", "newDBInstanceIdentifier": "b"});
    let other = json!({"dBInstanceIdentifier": "a", "dBInstanceClass": "db.t3.large"});
    for request in [later, other] {
        let same = renamed("rds.amazonaws.com", "ModifyDBInstance", request);
        assert_eq!(same, None);
    }
}

#[test]
fn agents_and_the_cloud_itself_are_not_told() {
    let agent = revoke(
        "e-1",
        "2024-05-01T10:00:00Z",
        "aws-sdk-go/1.4 amazon-ssm-agent/",
    );
    let mut service = revoke("e-2", "2024-05-01T10:00:00Z", "autoscaling.amazonaws.com");
    service["userIdentity"] =
        json!({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"});
    let out = conclude(&[agent, service], &[group()], &[]);
    assert!(out.findings.is_empty());
    let classes: Vec<_> = out.changes.iter().map(|change| change.class).collect();
    assert_eq!(classes.len(), 2, "both have rows, to be shown");
    assert!(classes.contains(&Some(WriteClass::Runtime)));
    assert!(classes.contains(&Some(WriteClass::Service)));
}

/// Rows of other clouds: format, provider, account, service, action, actor, user agent, resource,
/// outcome, raw.
pub(crate) fn rows(list: &[(&str, [&str; 7], Option<Outcome>, Value)]) -> arrow_array::RecordBatch {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let block = builder.attach(Buffer::from(Vec::<u8>::new()));
    let stream = Stream::default();
    let envelope = Envelope::default().with(Column::Uri, "audit.json");
    for (
        index,
        (time, [format, provider, service, action, actor, agent, resource], outcome, raw),
    ) in list.iter().enumerate()
    {
        let text = raw.to_string();
        let line = u32::try_from(index).unwrap() + 1;
        let one = Record {
            text: &text,
            block,
            offset: 0,
            line,
            bytes: 1,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&one);
        row.text(Column::Format, format)
            .text(Column::Provider, provider)
            .text(Column::Service, service);
        row.text(Column::Action, action)
            .text(Column::Actor, actor)
            .text(Column::UserAgent, agent)
            .resource(resource);
        if let Some(outcome) = outcome {
            row.outcome(*outcome);
        }
        row.time(Timestamp::parse_rfc3339(time).unwrap());
        row.commit();
    }
    builder.finish().unwrap()
}

#[test]
fn the_rows_of_one_azure_operation_are_one_write() {
    let rule =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/db";
    let row = |time, outcome| {
        let columns = [
            "azure.activity",
            "azure",
            "Microsoft.Network",
            "Microsoft.Network/networkSecurityGroups/write",
            "eve@example.com",
            "",
            rule,
        ];
        let raw = json!({"correlationId": "A-B", "claims": {"appid": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}});
        (time, columns, outcome, raw)
    };
    let mut analyzer = Changes::default();
    let batch = rows(&[
        row("2024-05-01T10:00:00Z", None),
        row("2024-05-01T10:00:05Z", Some(Outcome::Success)),
    ]);
    analyzer.update(Table::Logs, &batch).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert_eq!(
        (outside(&out)[0].count, outside(&out)[0].class),
        (1, WriteClass::Console)
    );
    assert_eq!(
        out.changes[0].time,
        Timestamp::parse_rfc3339("2024-05-01T10:00:05Z")
    );
    assert_eq!(
        out.changes[0].resource.as_deref(),
        Some(key::canonical(rule).as_str())
    );
}

#[test]
fn a_firewall_patched_with_gcloud_is_told() {
    let columns = [
        "gcp.log_entry",
        "gcp",
        "compute.googleapis.com",
        "v1.compute.firewalls.patch",
        "eve@example.com",
        "google-cloud-sdk gcloud/450.0.0",
        "projects/shop/global/firewalls/db",
    ];
    let mut analyzer = Changes::default();
    let batch = rows(&[(
        "2024-05-01T10:00:00Z",
        columns,
        Some(Outcome::Success),
        json!({"operation": {"id": "o-1"}}),
    )]);
    analyzer.update(Table::Logs, &batch).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert_eq!(
        out.changes[0].resource.as_deref(),
        Some("//compute.googleapis.com/projects/shop/global/firewalls/db")
    );
    assert_eq!(out.changes[0].tool, "gcloud");
    assert_eq!(outside(&out)[0].class, WriteClass::Script);
}

#[test]
fn more_writes_than_there_is_room_for_are_counted() {
    let records: Vec<Value> = (0..25_000)
        .map(|n| revoke(&format!("e-{n}"), "2024-05-01T10:00:00Z", "aws-cli/2.13.0"))
        .collect();
    let out = conclude(&records, &[], &[]);
    assert_eq!(outside(&out)[0].count, 20_000);
    assert!(
        out.findings[0]
            .explanation
            .contains("too many to be looked at: 5000"),
        "{}",
        out.findings[0].explanation
    );
    assert_eq!(out.changes.len(), 5_000);
}

#[test]
#[expect(clippy::print_stderr, reason = "says that there was nothing to test")]
fn a_real_trail_tells_what_was_done_beside_terraform() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/iac/cloudtrail/invictus-ir-aws_dataset");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("{} is absent: nothing is tested", folder.display());
        return;
    };
    let mut analyzer = Changes::default();
    let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    names.sort();
    let mut stored = 0;
    for name in names
        .iter()
        .filter(|name| name.extension().is_some_and(|ending| ending == "json"))
    {
        let text = std::fs::read_to_string(name).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let records = document["Records"].as_array().unwrap();
        let is_stored = |record: &&Value| {
            record["eventName"] == "PutParameter" && record.get("errorCode").is_none()
        };
        stored += records.iter().filter(is_stored).count();
        analyzer.update(Table::Logs, &trail(records)).unwrap();
    }
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let told = outside(&out);
    // The attack tool stops and deletes trails with its own user agent; what Terraform sets up for
    // it is told apart.
    let by = |class: WriteClass, action: &str| {
        told.iter()
            .filter(|one| one.class == class && one.action == action)
            .map(|one| (one.count, one.failed))
            .collect::<Vec<_>>()
    };
    assert_eq!(by(WriteClass::Script, "DeleteFlowLogs"), [(1, 0)]);
    assert_eq!(by(WriteClass::Script, "LeaveOrganization"), [(1, 1)]);
    // What was throttled and then went through is a retry.
    assert_eq!(
        by(WriteClass::IacUnregistered, "PutParameter"),
        [(stored as u64, 0)]
    );
    assert!(
        told.iter()
            .all(|one| one.action != "UpdateInstanceInformation"),
        "agents are no people"
    );
    let named = told.iter().filter(|one| !one.resources.is_empty()).count();
    assert!(
        named * 10 >= told.len() * 8,
        "{named} of {} name a resource",
        told.len()
    );
    assert!(
        out.changes
            .iter()
            .all(|change| change.outcome != ChangeOutcome::Failed)
    );
    assert!(out.changes.iter().all(|change| {
        change
            .time
            .is_some_and(|time| time.0 > 1_688_000_000 * NANOS)
    }));
}
