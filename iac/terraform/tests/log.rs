//! Feed `terraform.log` on our own fixtures.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{change, read, recognise, try_read};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use nepho_core::{ErrorKind, Timestamp};

const ORDERS: &str = include_str!("../src/log/fixtures/orders-apply.jsonl");
const FAILED: &str = include_str!("../src/log/fixtures/orders-failed.jsonl");

fn text(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "none".to_owned(), |time| time.to_string())
}

#[test]
fn a_run_log_is_recognised_and_other_logs_are_not() {
    assert_eq!(recognise("x", ORDERS), Some("terraform.log"));
    assert_eq!(
        recognise("x", &ORDERS[..700]),
        Some("terraform.log"),
        "cut in the middle"
    );
    assert_eq!(
        recognise(
            "x",
            r#"[{"@level":"info","@message":"m","type":"outputs","outputs":{}}, {"@le"#
        ),
        Some("terraform.log")
    );
    let debug = r#"{"@level":"debug","@message":"m","@module":"terraform","@timestamp":"2026-03-14T15:09:26Z"}"#;
    for text in [debug, "", "[1]", "[", r#"{"type":"log"}"#] {
        assert_eq!(recognise("x", text), None, "{text}");
    }
}

#[test]
fn each_resource_has_one_change_with_exact_times() {
    let out = read("terraform.log", "orders-apply.jsonl", ORDERS);
    let found: Vec<(&str, &str, &str)> = out
        .changes
        .iter()
        .map(|c| (c.address.as_str(), c.action.as_str(), c.outcome.as_str()))
        .collect();
    let expected = [
        ("aws_security_group.db", "update", "applied"),
        ("aws_security_group_rule.db_from_app", "create", "applied"),
        ("aws_db_instance.orders", "replace", "applied"),
        ("aws_lb.front", "move", "applied"),
        ("aws_s3_bucket_policy.media", "delete", "applied"),
    ];
    assert_eq!(found, expected);
    let group = change(&out, "aws_security_group.db");
    assert_eq!(text(group.started), "2026-03-14T15:09:26.100Z");
    assert_eq!(text(group.time), "2026-03-14T15:09:27.535897Z");
    let database = change(&out, "aws_db_instance.orders");
    assert_eq!(text(database.started), "2026-03-14T15:09:29Z");
    assert_eq!(text(database.time), "2026-03-14T15:20:01Z");
    assert_eq!(database.reason.as_deref(), Some("cannot_update"));
    assert_eq!(
        text(change(&out, "aws_lb.front").time),
        "2026-03-14T15:20:04Z"
    );
    assert_eq!(
        change(&out, "aws_lb.front").reason.as_deref(),
        Some("moved from aws_lb.shop")
    );
}

#[test]
fn ids_and_parents_come_from_the_log_as_far_as_it_tells() {
    let out = read("terraform.log", "orders-apply.jsonl", ORDERS);
    assert_eq!(
        change(&out, "aws_security_group.db").resource.as_deref(),
        Some("sg-0a1b2c3d4e5f60718")
    );
    assert_eq!(
        change(&out, "aws_db_instance.orders").resource.as_deref(),
        Some("db-KLMNOPQRST23456789")
    );
    let rule = change(&out, "aws_security_group_rule.db_from_app");
    assert_eq!(
        (rule.resource.as_deref(), rule.parent.as_deref()),
        (Some("sgrule-1234567890"), None)
    );
    let policy = change(&out, "aws_s3_bucket_policy.media");
    assert_eq!(
        (policy.resource.as_deref(), policy.parent.as_deref()),
        (None, Some("shop-media"))
    );
    assert!(
        out.changes
            .iter()
            .all(|change| change.tool == "terraform" && change.scope == "orders")
    );
    assert!(
        out.changes
            .iter()
            .all(|change| change.run == "2026-03-14T15:09:20Z" && change.revision.is_none())
    );
}

#[test]
fn a_record_has_the_key_that_audit_logs_know_it_by() {
    let hook = r#"{"resource":{"addr":"aws_route53_record.db","module":"","resource":"aws_route53_record.db","implied_provider":"aws","resource_type":"aws_route53_record","resource_name":"db","resource_key":null},"action":"delete","id_key":"id","id_value":"Z0123456789ABC_db.shop.example_CNAME"#;
    let line = |at: &str, kind: &str, more: &str| {
        format!(
            r#"{{"@level":"info","@message":"x","@module":"terraform.ui","@timestamp":"{at}","type":"{kind}"{more}}}"#
        )
    };
    let log = [
        line(
            "2026-03-14T15:09:20Z",
            "version",
            r#","terraform":"1.11.4","ui":"1.2""#,
        ),
        line(
            "2026-03-14T15:09:26Z",
            "apply_start",
            &format!(r#","hook":{hook}"}}"#),
        ),
        line(
            "2026-03-14T15:09:44Z",
            "apply_complete",
            &format!(r#","hook":{hook}","elapsed_seconds":18}}"#),
        ),
    ];
    let out = read("terraform.log", "apply.jsonl", &log.join("\n"));
    let record = change(&out, "aws_route53_record.db");
    assert_eq!(record.action, ChangeAction::Delete);
    assert_eq!(
        (record.resource.as_deref(), record.parent.as_deref()),
        (
            Some("arn:aws:route53:::hostedzone/Z0123456789ABC/CNAME/db.shop.example"),
            Some("Z0123456789ABC")
        )
    );
}

#[test]
fn broken_lines_are_rejected_and_the_rest_is_read() {
    let out = read("terraform.log", "orders-apply.jsonl", ORDERS);
    let lines: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(
        lines,
        [12, 23],
        "a line cut off, a message without its field"
    );
    let cut = &out.rejects[0];
    let part = &ORDERS[usize::try_from(cut.start).unwrap()..usize::try_from(cut.end).unwrap()];
    assert_eq!(Some(part), ORDERS.lines().nth(11));
}

#[test]
fn a_message_without_its_beginning_is_rejected_and_a_list_of_none_is_read() {
    let (_, messages) = ORDERS.split_once("\n{").unwrap();
    let rest = messages.get(3..).unwrap();
    let out = read("terraform.log", "a", rest);
    assert_eq!(out.rejects[0].line, 1);
    assert_eq!(out.rejects[0].start, 0);
    for none in ["", "[]", "[\n]\n"] {
        let out = read("terraform.log", "a", none);
        assert!(out.changes.is_empty() && out.rejects.is_empty());
    }
    assert!(try_read("terraform.log", "a", "other text").is_err());
}

#[test]
fn what_runners_print_around_the_messages_is_passed_over() {
    let messages: Vec<&str> = ORDERS
        .lines()
        .filter(|line| line.starts_with('{') && line.ends_with('}'))
        .collect();
    let wrapped = format!(
        "[command]/home/runner/_temp/terraform-bin apply -json\nInitializing the backend...\n{}\nReleasing state lock. This may take a few moments...\nError: Process completed with exit code 1.\n",
        messages.join("\n")
    );
    let timed: Vec<String> = wrapped
        .lines()
        .map(|line| format!("2026-05-12T14:00:00.1234567Z {line}"))
        .collect();
    let plain = read("terraform.log", "x", &messages.join("\n"));
    for text in [wrapped, timed.join("\n")] {
        assert_eq!(recognise("x", &text), Some("terraform.log"));
        let out = read("terraform.log", "x", &text);
        assert_eq!(out.changes.len(), plain.changes.len());
        assert_eq!(out.rejects.len(), plain.rejects.len());
    }
    for text in [
        "[command]/usr/bin/terraform apply",
        "[2026-05-12] {}",
        "[ 1 ]",
    ] {
        assert_eq!(recognise("x", text), None, "{text}");
    }
}

#[test]
fn the_output_for_people_tells_what_was_done() {
    let text =
        "\u{1b}[1maws_security_group.web: Refreshing state... [id=sg-0f1e2d3c4b5a69788]\u{1b}[0m

Terraform will perform the following actions:

  # aws_security_group.web will be updated in-place
  ~ resource \"aws_security_group\" \"web\" {
        description = \"canary\"
    }

  # aws_db_instance.orders must be replaced
  # aws_lb.front will be created

Plan: 2 to add, 1 to change, 1 to destroy.
\u{1b}[0m\u{1b}[1maws_security_group.web: Modifying... [id=sg-0f1e2d3c4b5a69788]\u{1b}[0m
aws_db_instance.orders: Destroying... [id=db-OLD1234567]
aws_security_group.web: Modifications complete after 1s [id=sg-0f1e2d3c4b5a69788]
aws_db_instance.orders: Destruction complete after 1m2s
aws_db_instance.orders: Creating...
\u{2577}
\u{2502} Error: creating RDS DB Instance (orders): password=canary
\u{2502} 
\u{2502}   with aws_db_instance.orders,
\u{2502}   on db.tf line 1, in resource \"aws_db_instance\" \"orders\":
\u{2575}
";
    let told = |text: &str| {
        assert_eq!(recognise("apply.log", text), Some("terraform.log"));
        let out = read("terraform.log", "apply.log", text);
        assert!(out.rejects.is_empty());
        assert!(!format!("{out:?}").contains("canary"));
        let changes: Vec<_> = out
            .changes
            .iter()
            .map(|change| (change.address.clone(), change.action, change.outcome))
            .collect();
        (changes, out)
    };
    let (changes, out) = told(text);
    let of = |address: &str, action, outcome| (address.to_owned(), action, outcome);
    let orders = "aws_db_instance.orders";
    let expected = [
        of(
            "aws_security_group.web",
            ChangeAction::Update,
            ChangeOutcome::Applied,
        ),
        of(orders, ChangeAction::Replace, ChangeOutcome::Failed),
        of(orders, ChangeAction::Delete, ChangeOutcome::Applied),
        of(
            "aws_lb.front",
            ChangeAction::Create,
            ChangeOutcome::Cancelled,
        ),
    ];
    assert_eq!(changes, expected);
    let group = change(&out, "aws_security_group.web");
    assert_eq!(group.resource.as_deref(), Some("sg-0f1e2d3c4b5a69788"));
    let reason = "creating RDS DB Instance (orders): password=***";
    let database = change(&out, "aws_db_instance.orders");
    assert_eq!(database.reason.as_deref(), Some(reason));
    // With the times of a runner.
    let timed: Vec<String> = text
        .lines()
        .map(|line| format!("2026-05-12T14:00:00.1234567Z {line}"))
        .collect();
    let (changes, out) = told(&timed.join("\n"));
    assert_eq!(changes, expected);
    let group = change(&out, "aws_security_group.web");
    assert_eq!(
        group.time.map(|time| time.to_string()).as_deref(),
        Some("2026-05-12T14:00:00.123456700Z")
    );
    // A plan alone is still refused, and its feed reads what was done behind a long one.
    let plan = text.split("Plan: ").next().unwrap();
    assert_eq!(recognise("plan.log", plan), Some("terraform.plan"));
    let out = read("terraform.plan", "apply.log", text);
    assert_eq!(out.changes.len(), 4);
    let other = "cart.service: Creating... a basket\ncart.service: Creation complete after 1s\n";
    assert_eq!(recognise("x.log", other), None);
}

#[test]
fn a_replacement_has_the_id_of_the_new_one_whichever_comes_first() {
    let hook = |kind: &str, action: &str, id: &str| {
        format!(
            r#"{{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-05-12T14:00:00Z","type":"{kind}","hook":{{"resource":{{"addr":"aws_instance.web","resource_type":"aws_instance"}},"action":"{action}","id_key":"id","id_value":"{id}"}}}}"#
        )
    };
    let old = [
        hook("apply_start", "delete", "i-0aaaaaaaaaaaaaaa0"),
        hook("apply_complete", "delete", "i-0aaaaaaaaaaaaaaa0"),
    ];
    let new = [
        hook("apply_start", "create", ""),
        hook("apply_complete", "create", "i-0aaaaaaaaaaaaaaa1"),
    ];
    for lines in [[new.clone(), old.clone()], [old.clone(), new.clone()]] {
        let out = read("terraform.log", "x", &lines.concat().join("\n"));
        let web = change(&out, "aws_instance.web");
        assert_eq!(web.action, ChangeAction::Replace);
        assert_eq!(web.resource.as_deref(), Some("i-0aaaaaaaaaaaaaaa1"));
    }
}

#[test]
fn a_failure_has_its_reason_and_what_was_not_done_is_not_told_as_done() {
    let out = read("terraform.log", "orders-failed.jsonl", FAILED);
    assert!(out.rejects.is_empty());
    let database = change(&out, "aws_db_instance.orders");
    assert_eq!(
        (database.outcome, text(database.time).as_str()),
        (ChangeOutcome::Failed, "2026-03-14T15:09:32Z")
    );
    let reason = "modifying RDS DB Instance (order-db): InvalidParameterValue: password=***";
    assert_eq!(database.reason.as_deref(), Some(reason));
    assert_eq!(database.tool, "opentofu");
    let web = change(&out, "aws_instance.web");
    assert_eq!(
        (web.action, web.outcome),
        (ChangeAction::Replace, ChangeOutcome::Failed),
        "deleted and not created"
    );
    let slow = change(&out, "aws_instance.slow");
    assert_eq!(
        (slow.outcome, slow.time),
        (ChangeOutcome::Unknown, None),
        "the log ends before the creation does"
    );
    let later = change(&out, "aws_lb.later");
    assert_eq!(later.outcome, ChangeOutcome::Cancelled);
}

#[test]
fn a_plan_log_gives_only_planned_changes() {
    let plan: Vec<&str> = ORDERS.lines().take(10).collect();
    let out = read("terraform.log", "orders-plan.jsonl", &plan.join("\n"));
    assert_eq!(out.changes.len(), 5);
    assert!(
        out.changes
            .iter()
            .all(|change| change.outcome == ChangeOutcome::Planned && change.time.is_none())
    );
}

fn strip(changes: &[Change]) -> Vec<Change> {
    let without_line = |change: &Change| Change {
        line: 0,
        ..change.clone()
    };
    changes.iter().map(without_line).collect()
}

#[test]
fn an_array_of_the_messages_gives_the_same_changes() {
    let lines: Vec<&str> = ORDERS.lines().filter(|line| line.ends_with("}")).collect();
    let array = format!("[\n{}\n]", lines.join(",\n"));
    let (lines, array) = (
        read("terraform.log", "a", ORDERS),
        read("terraform.log", "a", &array),
    );
    assert_eq!(strip(&lines.changes), strip(&array.changes));
    let error = try_read("terraform.log", "a", "[{\"type\":\"version\"},\n{\"x\":").unwrap_err();
    assert_eq!(
        (error.kind(), error.origin().and_then(|origin| origin.line)),
        (ErrorKind::InvalidData, Some(2))
    );
}

#[test]
fn runs_one_after_the_other_in_one_file_stay_apart() {
    let both = format!("{ORDERS}{}", FAILED);
    let out = read("terraform.log", "orders.jsonl", &both);
    assert_eq!(out.changes.len(), 5 + 5);
    let database: Vec<&str> = out
        .changes
        .iter()
        .filter(|c| c.address == "aws_db_instance.orders")
        .map(|c| c.tool.as_str())
        .collect();
    assert_eq!(database, ["terraform", "opentofu"]);
}

#[test]
fn odd_times_do_not_hinder_the_reading() {
    let line = |time: &str, elapsed: &str| {
        format!(
            r#"{{"@level":"info","@message":"m","@timestamp":"{time}","type":"apply_complete","hook":{{"resource":{{"addr":"module.a.aws_lb.x[0]"}},"action":"create","elapsed_seconds":{elapsed}}}}}"#
        )
    };
    let out = read(
        "terraform.log",
        "x.jsonl",
        &line("2026-99-99T00:00:00Z", "5"),
    );
    assert_eq!(
        (out.changes[0].outcome, out.changes[0].time),
        (ChangeOutcome::Applied, None)
    );
    assert_eq!(out.changes[0].resource_type, "aws_lb");
    let out = read(
        "terraform.log",
        "x.jsonl",
        &line("2026-01-01T00:00:10Z", "10"),
    );
    assert_eq!(text(out.changes[0].started), "2026-01-01T00:00:00Z");
    for elapsed in ["-1", "1e300"] {
        assert_eq!(
            read(
                "terraform.log",
                "x.jsonl",
                &line("2026-01-01T00:00:10Z", elapsed)
            )
            .changes[0]
                .started,
            None
        );
    }
}

/// Our messages in what a runner writes around each.
fn wrapped(wrap: impl Fn(&str) -> String) -> String {
    ORDERS.lines().map(wrap).collect()
}

/// A line as runtimes cut it.
fn in_two(line: &str) -> (&str, &str) {
    line.split_at(line.floor_char_boundary(line.len() / 2))
}

#[test]
fn what_runners_write_around_messages_is_taken_off() {
    const TIME: &str = "2026-03-14T15:09:20.123456Z";
    let quoted = |line: &str| serde_json::Value::from(line).to_string();
    let docker = |line: &str, end: &str| {
        let line = quoted(&format!("{line}{end}"));
        format!(r#"{{"log":{line},"stream":"stdout","time":"{TIME}"}}"#) + "\n"
    };
    let event = |line: &str| format!(r#"{{"id":"1","timestamp":1,"message":{}}},"#, quoted(line));
    let events = wrapped(event);
    let events = events.trim_end_matches(',');
    let head = r#"{"messageType":"DATA_MESSAGE","logGroup":"/aws/codebuild/apply","logEvents":"#;
    let logs = [
        wrapped(|line| docker(line, "\n")),
        wrapped(|line| docker(in_two(line).0, "") + &docker(in_two(line).1, "\n")),
        wrapped(|line| format!("{TIME} stdout F {line}\n")),
        wrapped(|line| {
            let (first, second) = in_two(line);
            format!("{TIME} stdout P {first}\n{TIME} stdout F {second}\n")
        }),
        wrapped(|line| format!("{TIME} 01O {line}\n")),
        wrapped(|line| {
            let (first, second) = in_two(line);
            format!("{TIME} 01O {first}\n{TIME} 01O+{second}\n")
        }),
        wrapped(|line| format!("{TIME} {line}\n")),
        wrapped(|line| docker(&format!("{TIME} 01O {line}"), "\n")),
        format!("{head}[{events}]}}"),
        format!(
            "{{\n  \"events\": [\n{}\n]}}",
            events.replace("},{", "},\n{")
        ),
    ];
    let plain = read("terraform.log", "orders.jsonl", ORDERS);
    for log in logs {
        let name = log.get(..200).unwrap_or(&log);
        assert_eq!(recognise("x", &log), Some("terraform.log"), "{name}");
        let out = read("terraform.log", "orders.jsonl", &log);
        assert_eq!(strip(&out.changes), strip(&plain.changes), "{name}");
        assert_eq!(out.runs.len(), 1, "{name}");
        assert!(!format!("{out:?}").contains("canary"));
    }
    // Others write to the same file as well: it stays a log.
    let two = format!("{head}[{events}]}}\n{{\"logGroup\":\"/shop/web\",\"logEvents\":[]}}\n");
    assert_eq!(recognise("x", &two), None);
}

#[test]
fn each_unit_of_terragrunt_is_a_run() {
    let quoted = |line: &str| serde_json::Value::from(line).to_string();
    let pretty =
        |unit: &str, line: &str| format!("15:09:20.123 STDOUT [{unit}] terraform: {line}\n");
    let pairs = |unit: &str, line: &str| {
        let line = quoted(line);
        format!("time=2026-03-14T15:09:20Z level=stdout prefix={unit} tf-path=tofu msg={line}\n")
    };
    let json = |unit: &str, line: &str| {
        let line = quoted(line);
        format!(r#"{{"level":"stdout","msg":{line},"prefix":"{unit}","tf-path":"tofu"}}"#) + "\n"
    };
    let both = |wrap: &dyn Fn(&str, &str) -> String| {
        wrapped(|line| wrap("live/orders", line) + &wrap("live/cart", line))
    };
    let plain = read("terraform.log", "live/orders/apply.jsonl", ORDERS);
    for log in [both(&pretty), both(&pairs), both(&json)] {
        assert_eq!(recognise("x", &log), Some("terraform.log"), "{log}");
        let out = read("terraform.log", "run.log", &log);
        assert_eq!(out.changes.len(), plain.changes.len() * 2, "{log}");
        let scopes: Vec<&str> = out.runs.iter().map(|run| run.scope.as_str()).collect();
        assert_eq!(scopes, ["cart", "orders"]);
    }
}

#[test]
fn text_for_people_is_read_behind_the_names_of_streams() {
    let steps = "aws_lb.web: Creating...\naws_lb.web: Creation complete after 2s [id=x]";
    for mark in ["stdout F ", "01O ", "00O+"] {
        let lines = steps.lines();
        let log: String = lines
            .map(|line| format!("2026-03-14T15:09:20.123456Z {mark}{line}\n"))
            .collect();
        assert_eq!(recognise("x", &log), Some("terraform.log"), "{log}");
        let out = read("terraform.log", "web.log", &log);
        let done = out.changes.first().map(|change| change.outcome);
        assert_eq!(done, Some(ChangeOutcome::Applied), "{log}");
    }
}
