//! What the terminal shows.

#![expect(clippy::panic, reason = "a test may fail")]

mod shop;

use nepho_core::findings::{Ending, Recurrence, Trouble, TroubleKind};
use nepho_report::{Style, TextOptions, Verbosity, render_text};

fn short(report: &nepho_report::Report) -> String {
    render_text(report, &TextOptions::default())
}

/// Asserts that the parts stand in the text in this order.
fn check_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some(at) = rest.find(part) else {
            panic!("`{part}` is missing or not in its place in\n{text}");
        };
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn rows_are_quoted_with_status_and_duration() {
    let mut report = shop::report();
    for row in &mut report.incidents[0].details.primary.evidence {
        (row.status, row.duration_nanos) = (Some(503), Some(5_003_000_000));
    }
    check_order(
        &short(&report),
        &["Broke first", "timed out", "\"  status 503, 5.0 s"],
    );
}

#[test]
fn the_verdict_comes_first_and_evidence_is_quoted_with_its_place() {
    let text = short(&shop::report());
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.starts_with(
            "checkout broke first at 2026-05-01 14:32:07 UTC because \
             aws_security_group_rule.orders_from_checkout was changed by terraform \
             (dana@example.com) 41 s before; cart, web and mailer only followed."
        ),
        "{text}"
    );
    check_order(
        &words,
        &[
            "Broke first checkout (aws)",
            "logs/checkout.log.gz:1841 \"could not connect to order-db:5432: timed out",
            "Followed +3.1 s cart (aws) through checkout",
            "+12 s web (azure) through cart",
            "+41 s mailer (gcp)",
            "Cause aws_security_group_rule.orders_from_checkout",
            "terraform update in shop-prod by dana@example.com at 14:31:26 UTC, 41 s before",
            "attributes: ingress, tags",
            "iac/apply.jsonl:41 \"aws_security_group_rule",
            "Cleared urn:pulumi:prod::shop::gcp:run:Service::mailer (pulumi update, 14:25:40): checkout does not",
            "ThumbnailFunction (cloudformation update, 14:40:02): it came after the first failure",
            "checkout-asg (aws, service checkout): at its maximum, growth did not help; size 2 to 6",
            "volume price share in 30 days",
            "team payments 610 MB $0.30 61 %",
            "(no team) 130 MB",
            "Spike: checkout (team payments) logged 3.1 times",
            "AuthorizeSecurityGroupIngress 2 times by the web console",
            "managed by code: aws_security_group.orders",
            "39,113 rows | 6 services | 3 rejects",
            "Not read: logs/core.bin: binary file",
            "3 rejects: `...` is not JSON",
            "logs/checkout.log.gz:7",
            "gcp/shop-prod is 3.2 s ahead of aws/111122223333",
            "2 blocks have bytes that are no UTF-8",
        ],
    );
    assert!(!text.contains("hunter2"), "a secret is shown");
}

#[test]
fn an_abstention_is_said_plainly_with_what_was_checked() {
    let text = short(&shop::report_without_cause());
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    check_order(
        &words,
        &[
            "only followed. Its messages name order-db. No change explains this (2 were weighed and cleared).",
            "Cause No change explains this.",
            "Cleared urn:pulumi",
            "Checked Changes between 13:32 and 14:33 were weighed.",
        ],
    );
    assert!(!words.contains("because"), "{text}");
}

#[test]
fn what_messages_say_and_when_it_came_again_stand_beside_the_cause() {
    let mut report = shop::report_without_cause();
    let details = &mut report.incidents[0].details;
    details.trouble = Some(Trouble {
        kind: TroubleKind::Certificate,
        subject: Some("pay.example".to_owned()),
        share: 0.4,
        text: "a refused certificate of pay.example".to_owned(),
    });
    let again = |start: &str| Recurrence {
        start: shop::at(start),
        end: shop::at("15:02:00"),
        errors: 40,
        rows: 1_200,
    };
    details.recurrences = vec![again("14:44:07"), again("14:56:07")];
    details.ended_by = Some(Ending {
        change: "audit:1".to_owned(),
        time: shop::at("15:01:11"),
        text: "49 s after DeleteRule db (dana)".to_owned(),
    });
    let text = short(&report);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    check_order(
        &words,
        &[
            "Trouble a refused certificate of pay.example (as 40 % of the rows looked at say)",
            "Again at 14:44:07 (40 of 1,200) and 14:56:07 (40 of 1,200)",
            "Cause No change explains this.",
            "Ended 49 s after DeleteRule db (dana)",
        ],
    );
}

#[test]
fn no_incident_and_no_input_are_told_apart() {
    let quiet = short(&shop::quiet_report());
    assert!(
        quiet.starts_with("No incident found in 39,113 rows of 6 services.\n"),
        "{quiet}"
    );
    assert!(!quiet.contains("Broke first"), "{quiet}");
    let empty = short(&shop::empty_report());
    assert!(empty.starts_with("Nothing was read.\n"), "{empty}");
}

#[test]
fn what_nobody_can_tell_is_no_all_clear() {
    let mut inputs = shop::inputs();
    for file in &mut inputs.files {
        file.untimed = file.rows;
    }
    let text = short(&shop::quiet_report_of(inputs));
    let expected = "Whether there is an incident cannot be told: no time could be read of";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("`kubectl logs --timestamps`"), "{text}");
}

#[test]
fn rows_without_a_time_are_told_with_how_to_take_them() {
    let check = |formats: &[&str], expected: &[&str]| {
        let mut inputs = shop::inputs();
        let file = &mut inputs.files[0];
        file.untimed = 2;
        let name = |name: &&str| nepho_report::FormatCount {
            name: (*name).to_owned(),
            rows: 2,
        };
        file.formats = formats.iter().map(name).collect();
        let report = shop::quiet_report_of(inputs);
        let note = report.notes.iter().find(|note| note.contains("no time"));
        let note = note.map(String::as_str).unwrap_or_default();
        let ways: Vec<&str> = note.split('`').skip(1).step_by(2).collect();
        assert_eq!(ways, expected, "{note}");
    };
    check(&["aws.cloudtrail"], &[]);
    check(
        &["kubernetes.compose"],
        &["docker compose logs --timestamps"],
    );
    check(
        &["kubernetes.kubectl"],
        &["kubectl logs --timestamps", "stern --timestamps"],
    );
    check(
        &["generic.json", "generic.logfmt"],
        &["kubectl logs --timestamps", "docker logs --timestamps"],
    );
    check(
        &["linux.kernel", "postgresql.log"],
        &[
            "dmesg --time-format iso",
            "journalctl --dmesg",
            "%m",
            "log_line_prefix",
        ],
    );
}

#[test]
fn findings_of_security_services_are_told_of() {
    let mut inputs = shop::inputs();
    let format = &mut inputs.files[0].formats[0];
    (format.name, format.rows) = ("aws.guardduty".to_owned(), 2);
    let text = short(&shop::quiet_report_of(inputs));
    let expected = "2 rows are findings of security services (aws.guardduty)";
    assert!(text.contains(expected), "{text}");
    assert!(!short(&shop::quiet_report()).contains("of security services"));
}

#[test]
fn a_service_that_always_fails_is_told_when_asked_for() {
    let mut inputs = shop::inputs();
    inputs.selection.services = vec!["Checkout".to_owned()];
    let text = short(&shop::quiet_report_of(inputs));
    let verdict = text.lines().take(2).collect::<Vec<_>>().join(" ");
    assert!(verdict.contains("failed, as they do all along."), "{text}");
}

#[test]
fn an_incident_without_an_end_is_going_on() {
    let mut report = shop::report();
    report.incidents[0].end = Some(report.incidents[0].details.primary.last);
    assert!(!short(&report).contains("still going on"));
    report.incidents[0].end = None;
    report.inputs.totals.last = Some(shop::at("16:59:58"));
    assert!(!short(&report).contains("still going on"), "rows are later");
    report.inputs.totals.last = Some(shop::at("14:58:30"));
    let text = short(&report);
    assert!(text.contains("still going on at "), "{text}");
}

#[test]
fn what_came_after_the_onset_is_told_apart() {
    let mut report = shop::report();
    let details = &mut report.incidents[0].details;
    let known = details
        .considered
        .iter()
        .find(|change| change.address == "ThumbnailFunction");
    let mut before = known.expect("a change after the onset").clone();
    before.time = Some(shop::at("14:02:00"));
    details.considered.push(before);
    let text = short(&report);
    assert!(!text.contains("2 times, 14:"), "{text}");
    assert_eq!(text.matches("ThumbnailFunction (").count(), 2, "{text}");
}

#[test]
fn without_a_price_none_is_shown() {
    let mut report = shop::report();
    let details = &mut report.cost[0].details;
    details.total_cost = 0.0;
    for line in &mut details.lines {
        line.cost = 0.0;
        line.provider = None;
    }
    let text = short(&report);
    assert!(text.contains("no price known"), "{text}");
    assert!(!text.contains("$0"), "{text}");
}

#[test]
fn an_owner_without_a_price_has_no_share_of_it() {
    let mut report = shop::report();
    let details = &mut report.cost[0].details;
    let mut line = details.lines[0].clone();
    line.service = Some("self-hosted".to_owned());
    line.provider = None;
    (line.cost, line.monthly_cost) = (0.0, None);
    details.lines.push(line);
    let text = short(&report);
    let row = text.lines().find(|line| line.contains("self-hosted "));
    let row = row.unwrap_or_else(|| panic!("no row in\n{text}"));
    assert!(row.ends_with("no price"), "{row}");
}

#[test]
fn every_width_is_kept_and_plain_text_is_ascii() {
    for width in [72, 80, 100, 120, 160] {
        for verbosity in [Verbosity::Short, Verbosity::Full] {
            let options = TextOptions {
                width,
                verbosity,
                ..TextOptions::default()
            };
            for line in render_text(&shop::report(), &options).lines() {
                assert!(line.is_ascii(), "{line}");
                // A word that is longer than the line, such as a resource id, is never cut.
                let is_one_word = !line.trim().contains(' ');
                assert!(line.len() <= width || is_one_word, "{width}: {line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }
}

#[test]
fn full_text_adds_files_scores_and_paths() {
    let options = TextOptions {
        verbosity: Verbosity::Full,
        ..TextOptions::default()
    };
    let text = render_text(&shop::report(), &options);
    let short = short(&shop::report());
    for part in [
        "score: 0.91",
        "score 0.12",
        "In words",
        "EC2 Instance Launch Successful",
        "$0.50 per GB",
    ] {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
        assert!(!short.contains(part), "`{part}` is in the short text");
    }
}

#[test]
fn color_and_elapsed_time_only_come_when_asked_for() {
    let plain = short(&shop::report());
    assert!(!plain.contains('\u{1b}') && !plain.contains("Read 11.7 MB in"));
    let options = TextOptions {
        style: Style::Color,
        elapsed: Some(std::time::Duration::from_millis(410)),
        ..TextOptions::default()
    };
    let colored = render_text(&shop::report(), &options);
    assert!(
        colored.contains("\u{1b}[31m") && colored.contains("Read 11.7 MB in 0.41 s."),
        "{colored}"
    );
}

#[test]
fn escape_sequences_in_logs_do_not_reach_the_terminal() {
    let mut report = shop::report();
    report.incidents[0].details.primary.reason = "\u{1b}]0;owned\u{7} \u{202e}".to_owned();
    let text = short(&report);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    assert!(text.contains("\\x1b]0;owned\\x07"), "{text}");
}

#[test]
fn lines_and_bars_are_drawn_beyond_ascii_only_when_asked_for() {
    let options = TextOptions {
        unicode: true,
        ..TextOptions::default()
    };
    let drawn = render_text(&shop::report(), &options);
    assert!(
        drawn.contains('\u{2500}') && drawn.contains('\u{2588}'),
        "{drawn}"
    );
    let back = drawn
        .replace('\u{2500}', "-")
        .replace('\u{2588}', "#")
        .replace('\u{2591}', ".");
    assert_eq!(back, short(&shop::report()));
}
