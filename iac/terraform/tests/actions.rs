//! Actions of Terraform 1.14 in run logs and plans.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{change, read, recognise};
use nepho_core::tables::{ChangeAction, ChangeOutcome, RunStatus};

const APPLY: &str = r#"{"@level":"info","@message":"Terraform 1.14.0","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:00Z","type":"version","terraform":"1.14.0","ui":"1.2"}
{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:01Z","type":"planned_action_invocation","invocation":{"action":{"addr":"action.aws_lambda_invoke.warm","module":"","action":"action.aws_lambda_invoke.warm","implied_provider":"aws","action_type":"aws_lambda_invoke","action_name":"warm","action_key":null},"lifecycle":{"resource":{"addr":"aws_instance.web","module":"","resource":"aws_instance.web","implied_provider":"aws","resource_type":"aws_instance","resource_name":"web","resource_key":null},"trigger_index":0,"actions_index":0,"trigger_event":"AfterCreate"}}}
{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:02Z","type":"apply_start","hook":{"resource":{"addr":"aws_instance.web","module":"","resource":"aws_instance.web","implied_provider":"aws","resource_type":"aws_instance","resource_name":"web","resource_key":null},"action":"create"}}
{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:09Z","type":"apply_complete","hook":{"resource":{"addr":"aws_instance.web","module":"","resource":"aws_instance.web","implied_provider":"aws","resource_type":"aws_instance","resource_name":"web","resource_key":null},"action":"create","id_key":"id","id_value":"i-0a1b2c3d4e5f60718","elapsed_seconds":7}}
{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:10Z","type":"action_start","hook":{"action":{"addr":"action.aws_lambda_invoke.warm","module":"","action":"action.aws_lambda_invoke.warm","implied_provider":"aws","action_type":"aws_lambda_invoke","action_name":"warm","action_key":null},"lifecycle":{"resource":{"addr":"aws_instance.web","module":"","resource":"aws_instance.web","implied_provider":"aws","resource_type":"aws_instance","resource_name":"web","resource_key":null},"trigger_index":0,"actions_index":0,"trigger_event":"AfterCreate"}}}
{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:11Z","type":"action_progress","hook":{"action":{"addr":"action.aws_lambda_invoke.warm","module":"","action":"action.aws_lambda_invoke.warm","implied_provider":"aws","action_type":"aws_lambda_invoke","action_name":"warm","action_key":null},"message":"CANARY-output","invoke":{}}}
"#;

const ENDED: &str = r#"{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:12Z","type":"action_END","hook":{"action":{"addr":"action.aws_lambda_invoke.warm","module":"","action":"action.aws_lambda_invoke.warm","implied_provider":"aws","action_type":"aws_lambda_invoke","action_name":"warm","action_key":null},"error":"invoking function: api error AccessDeniedException: not allowed, password=CANARY-1","lifecycle":{"resource":{"addr":"aws_instance.web","module":"","resource":"aws_instance.web","implied_provider":"aws","resource_type":"aws_instance","resource_name":"web","resource_key":null},"trigger_index":0,"actions_index":0,"trigger_event":"AfterCreate"}}}
"#;

const WARM: &str = "action.aws_lambda_invoke.warm";

#[test]
fn an_action_that_failed_tells_its_error() {
    let diagnostic = r#"{"@level":"error","@message":"Error: Error when invoking action","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:13Z","type":"diagnostic","diagnostic":{"severity":"error","summary":"Error when invoking action","detail":""}}"#;
    let text = format!("{APPLY}{}{diagnostic}\n", ENDED.replace("END", "errored"));
    let out = read("terraform.log", "shop/apply.jsonl", &text);
    assert!(out.rejects.is_empty(), "{:?}", out.rejects);
    let warm = change(&out, WARM);
    assert_eq!(
        (warm.action, warm.outcome),
        (ChangeAction::Update, ChangeOutcome::Failed)
    );
    let reason = "invoking function: api error AccessDeniedException: not allowed, password=***";
    assert_eq!(warm.reason.as_deref(), Some(reason));
    assert_eq!(warm.error_code.as_deref(), Some("AccessDeniedException"));
    assert_eq!(warm.parent.as_deref(), Some("i-0a1b2c3d4e5f60718"));
    assert_eq!(warm.resource_type, "aws_lambda_invoke");
    assert!(warm.is_root_failure);
    assert_eq!(out.runs[0].status, RunStatus::Partial);
    assert!(!format!("{out:?}").contains("CANARY"));
}

#[test]
fn an_action_that_was_invoked_has_its_time_and_trigger() {
    let text = format!("{APPLY}{}", ENDED.replace("END", "complete"));
    let out = read("terraform.log", "shop/apply.jsonl", &text);
    let warm = change(&out, WARM);
    assert_eq!(warm.outcome, ChangeOutcome::Applied);
    let times = [warm.started, warm.time].map(|time| time.map(|time| time.to_string()));
    let expected = ["2026-05-12T14:00:10Z", "2026-05-12T14:00:12Z"];
    assert_eq!(times, expected.map(|time| Some(time.to_owned())));
    let reason = "action, AfterCreate of aws_instance.web";
    assert_eq!(warm.reason.as_deref(), Some(reason));
    // Not begun before the run was cut off.
    let cut: Vec<&str> = APPLY.lines().take(4).collect();
    let out = read("terraform.log", "shop/apply.jsonl", &cut.join("\n"));
    assert_eq!(change(&out, WARM).outcome, ChangeOutcome::Unknown);
}

#[test]
fn messages_of_actions_alone_are_a_run_log() {
    let ended = ENDED
        .replace("END", "errored")
        .replace(r#""@module":"terraform.ui","#, "");
    assert_eq!(recognise("x", &ended), Some("terraform.log"));
}

#[test]
fn actions_of_a_plan_are_planned() {
    let plan = r#"{"format_version":"1.2","terraform_version":"1.14.0","planned_values":{},"resource_changes":[],
"prior_state":{"format_version":"1.0","terraform_version":"1.14.0","values":{"root_module":{"resources":[{"address":"aws_instance.web","mode":"managed","type":"aws_instance","name":"web","provider_name":"registry.terraform.io/hashicorp/aws","schema_version":1,"values":{"id":"i-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718"},"sensitive_values":{}}]}}},
"action_invocations":[{"address":"action.aws_lambda_invoke.warm","type":"aws_lambda_invoke","name":"warm","config_values":{"payload":"CANARY-1"},"provider_name":"registry.terraform.io/hashicorp/aws","lifecycle_action_trigger":{"triggering_resource_address":"aws_instance.web","action_trigger_event":"AfterUpdate","action_trigger_block_index":0,"actions_list_index":0}},
{"address":"action.aws_sns_publish.tell","type":"aws_sns_publish","name":"tell","invoke_action_trigger":{}},{"address":7}],
"timestamp":"2026-05-12T14:00:00Z"}"#;
    let out = read("terraform.plan", "shop/plan.json", plan);
    let warm = change(&out, WARM);
    assert_eq!(
        (warm.action, warm.outcome),
        (ChangeAction::Update, ChangeOutcome::Planned)
    );
    let instance = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718";
    assert_eq!(warm.parent.as_deref(), Some(instance));
    let reason = "action, AfterUpdate of aws_instance.web";
    assert_eq!(warm.reason.as_deref(), Some(reason));
    let tell = change(&out, "action.aws_sns_publish.tell");
    assert_eq!(tell.reason.as_deref(), Some("action, invoked"));
    assert_eq!(out.rejects.len(), 1);
    assert!(!format!("{:?}", out.changes).contains("CANARY"));
}

#[test]
fn each_resource_that_triggers_an_action_has_a_change_of_it() {
    // Of two instances: the second fails.
    let of = |text: &str| text.replace("aws_instance.web", "aws_instance.db");
    let log = [
        APPLY,
        &of(APPLY.split_once('\n').map_or("", |(_, rest)| rest)),
        &ENDED.replace("END", "complete"),
        &of(&ENDED.replace("END", "errored")),
    ];
    let out = read("terraform.log", "shop/apply.jsonl", &log.concat());
    let warm = out.changes.iter().filter(|change| change.address == WARM);
    let told: Vec<_> = warm.map(|change| (&change.id, change.outcome)).collect();
    let outcomes: Vec<_> = told.iter().map(|(_, outcome)| *outcome).collect();
    assert_eq!(outcomes, [ChangeOutcome::Applied, ChangeOutcome::Failed]);
    assert_ne!(told[0].0, told[1].0);

    let invocation = |resource: &str, event: &str| {
        format!(
            r#"{{"address":"{WARM}","type":"aws_lambda_invoke","name":"warm",
"lifecycle_action_trigger":{{"triggering_resource_address":"aws_instance.{resource}",
"action_trigger_event":"{event}","action_trigger_block_index":0,"actions_list_index":0}}}}"#
        )
    };
    let all = [
        ("web", "AfterUpdate"),
        ("db", "AfterUpdate"),
        ("db", "BeforeUpdate"),
    ];
    let all = all
        .map(|(resource, event)| invocation(resource, event))
        .join(",");
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[],
"action_invocations":[{all}],"timestamp":"2026-05-12T14:00:00Z"}}"#
    );
    let out = read("terraform.plan", "shop/plan.json", &plan);
    let mut ids: Vec<&str> = out
        .changes
        .iter()
        .map(|change| change.id.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
}
