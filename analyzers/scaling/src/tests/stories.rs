//! A test per symptom, and what must not give one.

use nepho_core::findings::{ScalingSymptom as Symptom, Urgency};
use nepho_core::tables::{Column, Resource};

use super::*;

#[test]
fn growth_that_ends_the_failures_is_not_called_ineffective() {
    let mut lines = requests("2024-05-01T09:50:00Z", 2, 300, "checkout", 4);
    lines.extend(requests("2024-05-01T10:00:00Z", 2, 900, "checkout", 0));
    for instance_id in ["i-1", "i-2"] {
        lines.push(instance(
            "2024-05-01T09:58:00Z",
            "checkout-asg",
            instance_id,
            4,
            6,
        ));
    }
    let findings = findings(&lines);
    let (finding, details) = only(&findings);
    assert_eq!(finding.id, "scaling-checkout-asg");
    assert_eq!(details.service.as_deref(), Some("checkout"));
    // The failures before are a finding; the growth that ended them is not.
    assert_eq!(details.symptoms, [Symptom::ErrorRate]);
    assert_eq!(sizes(details), [(Some(4), Some(6))]);
    assert_eq!(
        details.series.iter().map(|point| point.rows).sum::<u64>(),
        1200
    );
}

#[test]
fn quiet_growth_is_told_and_nothing_is_wrong() {
    let lines = [instance("2024-05-01T10:00:00Z", "web-asg", "i-1", 2, 3)];
    let findings = findings(&lines);
    let (finding, details) = only(&findings);
    assert_eq!(
        (finding.urgency, &details.symptoms[..]),
        (Urgency::Info, &[Symptom::Scaled][..])
    );
    assert_eq!(finding.title, "web-asg went from 2 to 3 instances");
    assert_eq!(details.service, None);
    assert_eq!(details.provider.as_deref(), Some("aws"));
    let event = &details.events[0];
    assert_eq!(event.time.to_string(), "2024-05-01T10:00:00Z");
    assert_eq!(event.action, "EC2 Instance Launch Successful");
    assert!(
        event
            .reason
            .as_deref()
            .unwrap()
            .starts_with("a monitor alarm requests"),
        "{event:?}"
    );
    assert!(finding.evidence[0].text.contains("from 2 to 3"));
}

#[test]
fn healthy_services_give_no_finding() {
    assert_eq!(
        findings(&requests("2024-05-01T10:00:00Z", 1, 900, "checkout", 0)),
        []
    );
    assert_eq!(findings(&[]), []);
}

#[test]
fn growth_that_changes_nothing_is_ineffective() {
    let mut lines = requests("2024-05-01T10:00:00Z", 2, 900, "checkout", 0);
    lines.extend(requests("2024-05-01T10:30:00Z", 2, 900, "checkout", 2));
    lines.push(call(
        "2024-05-01T09:00:00Z",
        "UpdateAutoScalingGroup",
        r#"{"autoScalingGroupName":"checkout-asg","minSize":2,"maxSize":12}"#,
    ));
    lines.push(instance(
        "2024-05-01T10:35:00Z",
        "checkout-asg",
        "i-1",
        4,
        8,
    ));
    lines.push(instance(
        "2024-05-01T10:41:00Z",
        "checkout-asg",
        "i-2",
        8,
        12,
    ));
    let findings = findings(&lines);
    let (finding, details) = only(&findings);
    assert_eq!(
        details.symptoms,
        [Symptom::AtMaximum, Symptom::Ineffective, Symptom::ErrorRate]
    );
    assert_eq!((details.minimum, details.maximum), (Some(2), Some(12)));
    assert_eq!(finding.urgency, Urgency::Warning);
    let advice = &details.recommendation;
    assert!(
        advice.contains("above 12 only after")
            && advice.contains("8 more instances changed nothing (50 %"),
        "{advice}"
    );
    assert!(
        finding
            .evidence
            .iter()
            .any(|row| row.text.contains("order-db")),
        "{finding:#?}"
    );
}

#[test]
fn growth_ahead_of_load_without_trouble_is_not_ineffective() {
    let mut lines = requests("2024-05-01T10:00:00Z", 2, 2000, "checkout", 0);
    lines.push(instance(
        "2024-05-01T10:20:00Z",
        "checkout-asg",
        "i-1",
        4,
        12,
    ));
    assert_eq!(symptoms(&lines), [Symptom::Scaled]);
}

#[test]
fn small_growth_is_not_called_ineffective() {
    let mut lines = requests("2024-05-01T10:00:00Z", 2, 2000, "checkout", 2);
    lines.push(instance(
        "2024-05-01T10:20:00Z",
        "checkout-asg",
        "i-1",
        10,
        12,
    ));
    assert_eq!(symptoms(&lines), [Symptom::ErrorRate]);
}

#[test]
fn slow_requests_that_stay_slow_are_told_with_their_share() {
    let start = Timestamp::parse_rfc3339("2024-05-01T10:00:00Z").unwrap();
    let mut lines: Vec<Line> = (0..2000)
        .map(|at| {
            request(
                start.plus(at * 2 * NANOS),
                "search",
                200,
                if at % 4 == 0 { 2500 } else { 30 },
            )
        })
        .collect();
    lines.push(instance("2024-05-01T10:20:00Z", "search-asg", "i-1", 2, 4));
    let findings = findings(&lines);
    let (_, details) = only(&findings);
    assert_eq!(details.symptoms, [Symptom::Ineffective, Symptom::Slow]);
    assert!(
        details.recommendation.contains("2 more instances"),
        "{}",
        details.recommendation
    );
}

#[test]
fn a_wish_above_the_maximum_is_at_maximum_and_no_failure() {
    let refused = call(
        "2024-05-01T14:43:00Z",
        "SetDesiredCapacity",
        r#"{"autoScalingGroupName":"checkout-asg","desiredCapacity":16}"#,
    )
    .failed()
    .text(Column::Body, "ValidationException: New SetDesiredCapacity value 16 is above max value 12 for the AutoScalingGroup.");
    let findings = findings(&[refused]);
    let (finding, details) = only(&findings);
    assert_eq!(details.symptoms, [Symptom::AtMaximum]);
    assert_eq!(details.maximum, Some(12));
    assert!(!details.events[0].succeeded);
    assert_eq!(finding.title, "checkout-asg is at its maximum of 12");
    assert!(
        details
            .recommendation
            .starts_with("Raise the maximum above 12:"),
        "{}",
        details.recommendation
    );
}

#[test]
fn at_the_maximum_with_failing_requests_is_critical() {
    let mut lines = requests("2024-05-01T10:00:00Z", 1, 600, "web", 10);
    lines.push(call(
        "2024-05-01T09:00:00Z",
        "UpdateAutoScalingGroup",
        r#"{"autoScalingGroupName":"web","maxSize":"6"}"#,
    ));
    lines.push(instance("2024-05-01T10:01:00Z", "web", "i-1", 5, 6));
    let findings = findings(&lines);
    let (finding, details) = only(&findings);
    assert_eq!(details.symptoms, [Symptom::AtMaximum, Symptom::ErrorRate]);
    assert_eq!(finding.urgency, Urgency::Critical);
}

#[test]
fn a_maximum_that_is_raised_in_time_is_not_reached() {
    let limit = |time: &str, maximum: u32| {
        let request = format!(r#"{{"autoScalingGroupName":"web","maxSize":{maximum}}}"#);
        call(time, "UpdateAutoScalingGroup", &request)
    };
    let grown = instance("2024-05-01T10:01:00Z", "web", "i-1", 5, 6);
    let lines = [
        limit("2024-05-01T09:00:00Z", 6),
        limit("2024-05-01T09:30:00Z", 12),
        grown.clone(),
    ];
    assert_eq!(symptoms(&lines), [Symptom::Scaled]);
    let lines = [
        limit("2024-05-01T09:00:00Z", 6),
        limit("2024-05-01T11:30:00Z", 12),
        grown,
    ];
    assert_eq!(symptoms(&lines), [Symptom::AtMaximum]);
}

fn turns(gap: i64, count: i64) -> Vec<Line> {
    let start = Timestamp::parse_rfc3339("2024-05-01T10:00:00Z").unwrap();
    (0..count)
        .map(|at| {
            let time = start.plus(at * gap * 60 * NANOS).to_string();
            let (from, to) = if at % 2 == 0 { (4, 6) } else { (6, 4) };
            instance(&time, "web-asg", "i-1", from, to)
        })
        .collect()
}

#[test]
fn a_group_that_turns_three_times_within_an_hour_flaps() {
    let findings = findings(&turns(9, 4));
    let (_, details) = only(&findings);
    assert_eq!(details.symptoms, [Symptom::Flapping]);
    assert!(
        details
            .recommendation
            .starts_with("Hold back scaling in: 4 changes in 27 minutes"),
        "{}",
        details.recommendation
    );
    assert_eq!(details.events.len(), 4);
}

#[test]
fn slow_or_few_turns_are_no_flapping() {
    assert_eq!(symptoms(&turns(9, 3)), [Symptom::Scaled], "two turns");
    assert_eq!(
        symptoms(&turns(29, 6)),
        [Symptom::Flapping],
        "turns 29 minutes apart: three within an hour"
    );
    assert_eq!(
        symptoms(&turns(31, 6)),
        [Symptom::Scaled],
        "turns half an hour apart"
    );
    assert_eq!(
        symptoms(&turns(240, 8)),
        [Symptom::Scaled],
        "a daily rhythm"
    );
}

#[test]
fn a_launch_that_failed_says_why() {
    let message = "We currently do not have sufficient m5.large capacity in the Availability Zone you requested.";
    let mut line = launch(
        "2024-05-01T10:00:00Z",
        "EC2 Instance Launch Unsuccessful",
        "web-asg",
        "",
    );
    line = line.text(
        Column::Body,
        &format!("{message} (At 2024-05-01T10:00:00Z a user request changing the desired capacity from 3 to 4.)"),
    );
    let findings = findings(&[line.clone(), line]);
    let (finding, details) = only(&findings);
    assert_eq!(details.symptoms, [Symptom::Failed]);
    assert_eq!(details.events.len(), 1);
    assert!(!details.events[0].succeeded);
    assert_eq!(details.events[0].reason.as_deref(), Some(message));
    assert!(
        finding.explanation.contains("2 activities failed"),
        "{}",
        finding.explanation
    );
    assert!(
        details.recommendation.contains("m5.large capacity"),
        "{}",
        details.recommendation
    );
}

fn cpu(minutes: i64, metric: &str, values: &[f64]) -> Vec<Line> {
    let start = Timestamp::parse_rfc3339("2024-05-01T10:00:00Z").unwrap();
    (0..)
        .zip(values)
        .map(|(at, value)| {
            let line = Line::at("2024-05-01T10:00:00Z", "azure.metrics", "azure")
                .text(Column::Service, "shop-web")
                .text(Column::Metric, metric);
            let time = start.plus(at * minutes * 60 * NANOS);
            Line {
                time,
                value: Some(*value),
                ..line
            }
        })
        .collect()
}

#[test]
fn sustained_cpu_is_high_or_low() {
    let check = |metric: &str, values: &[f64], expected: &[Symptom]| {
        let findings = findings(&cpu(5, metric, values));
        let found: Vec<_> = findings
            .iter()
            .flat_map(|finding| details(finding).symptoms.clone())
            .collect();
        assert_eq!(found, expected, "{metric} {values:?}");
    };
    check(
        "Percentage CPU",
        &[90.0, 80.0, 71.0, 95.0, 60.0],
        &[Symptom::CpuHigh],
    );
    check("Percentage CPU", &[90.0, 80.0, 71.0, 60.0, 60.0], &[]);
    check("Percentage CPU", &[90.0, 80.0, 99.0, 95.0], &[]);
    check(
        "CPUUtilization",
        &[3.0, 0.5, 19.0, 2.0, 1.0],
        &[Symptom::CpuLow],
    );
    check(
        "compute.googleapis.com/instance/cpu/utilization",
        &[0.9, 0.8, 0.9, 0.9, 0.9],
        &[Symptom::CpuHigh],
    );
    check("CPUCreditBalance", &[90.0, 90.0, 90.0, 90.0, 90.0], &[]);
    check(
        "Percentage CPU",
        &[f64::NAN, f64::INFINITY, 90.0, 90.0, 90.0],
        &[],
    );
}

#[test]
fn half_an_hour_of_high_cpu_in_a_quiet_day_is_told() {
    let mut values = vec![40.0; 100];
    values[50..58].fill(95.0);
    let findings = findings(&cpu(5, "Percentage CPU", &values));
    let (finding, details) = only(&findings);
    assert_eq!(details.symptoms, [Symptom::CpuHigh]);
    assert_eq!(
        (details.group.as_str(), details.provider.as_deref()),
        ("shop-web", Some("azure"))
    );
    assert!(
        finding.evidence[0].text.contains("Percentage CPU = 95"),
        "{finding:#?}"
    );
}

#[test]
fn cpu_of_a_group_is_told_with_the_group() {
    let mut lines: Vec<Line> = cpu(5, "CPUUtilization", &[95.0; 6]);
    for line in &mut lines {
        line.texts = vec![
            (Column::Format, "aws.alarm".to_owned()),
            (Column::Provider, "aws".to_owned()),
            (Column::Service, "aws.cloudwatch".to_owned()),
            (Column::Metric, "CPUUtilization".to_owned()),
        ];
        line.resources = vec![
            "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:cpu-high".to_owned(),
            "web-asg".to_owned(),
        ];
    }
    lines.push(instance("2024-05-01T10:01:00Z", "web-asg", "i-1", 2, 3));
    assert_eq!(symptoms(&lines), [Symptom::CpuHigh]);
}

#[test]
fn error_rates_need_a_hundred_requests_within_five_minutes() {
    let check = |step: i64, count: i64, failing: i64, expected: bool| {
        let lines = requests("2024-05-01T10:00:00Z", step, count, "web", failing);
        assert_eq!(
            !findings(&lines).is_empty(),
            expected,
            "{step} {count} {failing}"
        );
    };
    check(2, 140, 10, true);
    check(2, 90, 10, false);
    check(30, 2000, 2, false);
    check(2, 1000, 25, false);
}

#[test]
fn a_request_that_two_sources_tell_counts_once() {
    let told = requests("2024-05-01T10:00:00Z", 4, 75, "cart", 3);
    let by_balancer = told.iter().map(|line| {
        let line = line.clone();
        line.text(Column::Format, "aws.alb")
    });
    let both: Vec<Line> = told.iter().cloned().chain(by_balancer).collect();
    assert!(findings(&both).is_empty());
    let told = requests("2024-05-01T10:00:00Z", 2, 150, "cart", 3);
    let by_balancer = told.iter().cloned();
    let by_balancer = by_balancer.map(|line| line.text(Column::Format, "aws.alb"));
    let both: Vec<Line> = told.iter().cloned().chain(by_balancer).collect();
    let found = findings(&both);
    let text = &only(&found).0.explanation;
    assert!(text.contains("33 % of 150 requests failed"), "{text}");
}

#[test]
fn bad_minutes_are_told_without_the_good_ones_around_them() {
    let mut lines = requests("2024-05-01T10:00:00Z", 1, 600, "web", 0);
    lines.extend(requests("2024-05-01T10:10:00Z", 1, 180, "web", 1));
    lines.extend(requests("2024-05-01T10:13:00Z", 1, 600, "web", 0));
    let findings = findings(&lines);
    let (finding, _) = only(&findings);
    let times = [finding.start, finding.end].map(|time| time.unwrap().to_string());
    assert_eq!(times, ["2024-05-01T10:10:00Z", "2024-05-01T10:13:00Z"]);
    assert!(
        finding.explanation.contains("60 % of 300 requests failed"),
        "{}",
        finding.explanation
    );
}

#[test]
fn a_service_without_a_group_is_told_by_its_own_name() {
    let findings = findings(&requests("2024-05-01T10:00:00Z", 1, 300, "web", 10));
    let (finding, details) = only(&findings);
    assert_eq!(finding.id, "scaling-web");
    assert_eq!(
        (details.group.as_str(), details.service.as_deref()),
        ("web", Some("web"))
    );
    assert_eq!(finding.services, ["web"]);
    assert!(details.events.is_empty());
    assert!(
        details
            .recommendation
            .contains("10 % of 300 requests failed"),
        "{}",
        details.recommendation
    );
}

#[test]
fn audit_rows_are_no_requests_of_a_service() {
    let lines: Vec<Line> = requests("2024-05-01T10:00:00Z", 1, 300, "ec2.amazonaws.com", 2);
    assert_eq!(findings(&lines), []);
}

#[test]
fn a_tag_says_which_service_runs_on_a_group() {
    let resource = Resource {
        key: "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:5b8c8f2e:autoScalingGroupName/blue".to_owned(),
        service: Some("Checkout".to_owned()),
        ..Resource::default()
    };
    let mut lines = requests("2024-05-01T10:00:00Z", 1, 60, "checkout", 0);
    lines.push(instance("2024-05-01T10:01:00Z", "blue", "i-1", 2, 3));
    let findings = findings_with(&lines, &[resource]);
    assert_eq!(only(&findings).1.service.as_deref(), Some("checkout"));
}

#[test]
fn a_document_tells_the_maximum_that_no_row_does() {
    tells_the_maximum("min_size", "max_size");
    tells_the_maximum("min_capacity", "max_capacity");
    tells_the_maximum("min_node_count", "max_node_count");
}

fn tells_the_maximum(least: &str, most: &str) {
    use nepho_core::setting::{hash, text};
    let settings = [(least, "2"), (most, "6")];
    let hashed = settings.map(|(name, value)| (name, hash(name, value).unwrap()));
    let resource = Resource {
        key: "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:5b8c8f2e:autoScalingGroupName/blue".to_owned(),
        settings: text(hashed.into_iter()),
        ..Resource::default()
    };
    let line = |to: u64| instance("2024-05-01T10:01:00Z", "blue", "i-1", to - 1, to);
    let found = findings_with(&[line(6)], std::slice::from_ref(&resource));
    let (_, details) = only(&found);
    assert_eq!(details.symptoms, [ScalingSymptom::AtMaximum]);
    assert_eq!((details.minimum, details.maximum), (Some(2), Some(6)));
    let found = findings_with(&[line(5)], &[resource]);
    assert_eq!(only(&found).1.symptoms, [ScalingSymptom::Scaled]);
}

#[test]
fn groups_of_one_name_in_two_clouds_have_their_own_ids() {
    let mut other = instance("2024-05-01T10:01:00Z", "web", "i-1", 2, 3);
    other.texts.retain(|(column, _)| *column != Column::Account);
    let other = other.text(Column::Account, "444455556666");
    let findings = findings(&[instance("2024-05-01T10:01:00Z", "web", "i-1", 2, 3), other]);
    let ids: Vec<_> = findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "scaling-web-aws-111122223333",
            "scaling-web-aws-444455556666"
        ]
    );
}

#[test]
fn a_series_has_at_most_240_points() {
    let mut lines = requests("2024-05-01T10:00:00Z", 60, 3000, "web", 0);
    lines.push(instance("2024-05-01T10:01:00Z", "web-asg", "i-1", 2, 3));
    let findings = findings(&lines);
    let series = &only(&findings).1.series;
    assert!((100..=240).contains(&series.len()), "{}", series.len());
    assert_eq!(series.iter().map(|point| point.rows).sum::<u64>(), 3000);
    assert!(series.windows(2).all(|pair| pair[0].time < pair[1].time));
}

#[test]
fn times_at_the_ends_of_the_range_do_no_harm() {
    let mut lines = requests("2024-05-01T10:00:00Z", 60, 4, "web", 2);
    lines.push(request(Timestamp::MIN, "web", 500, 1));
    lines.push(request(Timestamp::MAX, "web", 500, i64::MAX / 1_000_000));
    let mut early = instance("2024-05-01T10:00:00Z", "web", "i-1", u64::MAX, 0);
    early.time = Timestamp::MIN;
    let mut late = instance("2024-05-01T10:00:00Z", "web", "i-1", 0, u64::MAX);
    late.time = Timestamp::MAX;
    lines.extend([early, late]);
    assert_eq!(findings(&lines).len(), 1);
}
