//! Rows in a few words, and what their volume costs.

use nepho_core::findings::{CostDetails, CostLine, Details, Finding, Urgency};
use nepho_core::format::{Record, Stream};
use nepho_core::severity::Severity;
use nepho_core::tables::{BlockId, ChangeOutcome, Column, Envelope, LogsBuilder};
use nepho_core::time::NANOS;

use super::*;

/// One log row in a few words.
#[derive(Clone, Default)]
struct Line {
    time: Option<Timestamp>,
    bytes: u32,
    texts: Vec<(Column, String)>,
    raw: String,
    severity: Option<Severity>,
}

impl Line {
    fn text(mut self, column: Column, text: &str) -> Self {
        self.texts.push((column, text.to_owned()));
        self
    }

    fn team(self, team: &str) -> Self {
        self.text(Column::Team, team)
    }
}

fn line(second: i64, provider: &str, service: &str, bytes: u32) -> Line {
    let start = Timestamp::parse_rfc3339("2024-05-01T10:00:00Z").unwrap();
    Line {
        time: Some(start.plus(second * NANOS)),
        bytes,
        raw: "raw".to_owned(),
        ..Line::default()
    }
    .text(Column::Provider, provider)
    .text(Column::Service, service)
    .text(Column::Format, "generic.json")
}

fn batch(lines: &[Line]) -> RecordBatch {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let stream = Stream::default();
    let envelope = Envelope::default().with(Column::Uri, "app.log");
    for line in lines {
        let record = Record {
            text: &line.raw,
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: line.bytes,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        if let Some(time) = line.time {
            row.time(time);
        }
        if let Some(severity) = line.severity {
            row.severity(severity);
        }
        for (column, text) in &line.texts {
            row.text(*column, text);
        }
        row.commit();
    }
    builder.finish().unwrap()
}

fn run(batches: &[&[Line]], resources: &[Resource]) -> Option<Finding> {
    let mut analyzer = Cost::default();
    let mut out = Output::default();
    for lines in batches {
        analyzer.update(Table::Logs, &batch(lines)).unwrap();
    }
    analyzer
        .update(Table::Resources, &Resource::to_batch(resources).unwrap())
        .unwrap();
    analyzer.advance(Timestamp(0), &mut out).unwrap();
    assert!(
        out.findings.is_empty(),
        "nothing is concluded before the end"
    );
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert!(out.findings.len() <= 1);
    out.findings.pop()
}

/// Finding of the lines, which must be the same in any order and in any batches, and in which no
/// byte is lost.
fn finding_with(lines: &[Line], resources: &[Resource]) -> Finding {
    let finding = run(&[lines], resources).unwrap();
    let reversed: Vec<Line> = lines.iter().rev().cloned().collect();
    assert_eq!(
        run(&[&reversed], resources).as_ref(),
        Some(&finding),
        "in reverse"
    );
    let (odd, even): (Vec<_>, Vec<_>) = (0..)
        .zip(lines.iter().cloned())
        .partition(|(at, _)| at % 2 == 1);
    let [odd, even] =
        [odd, even].map(|part| part.into_iter().map(|(_, line)| line).collect::<Vec<_>>());
    assert_eq!(
        run(&[&odd, &even], resources).as_ref(),
        Some(&finding),
        "odd rows first"
    );
    let thirds: Vec<&[Line]> = lines.chunks(lines.len() / 3 + 1).rev().collect();
    assert_eq!(
        run(&thirds, resources).as_ref(),
        Some(&finding),
        "in three batches, the last first"
    );
    let details = details(&finding);
    assert_eq!(
        details.lines.iter().map(|line| line.bytes).sum::<u64>(),
        details.total_bytes
    );
    assert_eq!(
        details.total_bytes,
        lines.iter().map(|line| u64::from(line.bytes)).sum::<u64>()
    );
    assert_eq!(
        details.lines.iter().map(|line| line.rows).sum::<u64>(),
        lines.len() as u64
    );
    let sum: f64 = details.lines.iter().map(|line| line.cost).sum();
    assert!(
        (sum - details.total_cost).abs() <= 1e-9 * sum.max(1.0),
        "{sum} {}",
        details.total_cost
    );
    finding
}

fn finding(lines: &[Line]) -> Finding {
    finding_with(lines, &[])
}

fn details(finding: &Finding) -> &CostDetails {
    match &finding.details {
        Details::Cost(details) => details,
        other => unreachable!("{other:?}"),
    }
}

fn labels(line: &CostLine) -> [Option<&str>; 4] {
    [&line.service, &line.team, &line.environment, &line.provider].map(|value| value.as_deref())
}

const GIGABYTE: u32 = 1_000_000_000;

#[test]
fn volume_is_priced_by_service_and_cloud() {
    let lines = [
        line(0, "aws", "web", GIGABYTE),
        line(3600, "aws", "web", GIGABYTE),
        line(60, "azure", "search", GIGABYTE),
        line(90, "gcp", "cart", 1 << 30),
    ];
    let found = finding(&lines);
    let cost = details(&found);
    assert_eq!(
        cost.lines.iter().map(labels).collect::<Vec<_>>(),
        [
            [Some("search"), None, None, Some("azure")],
            [Some("web"), None, None, Some("aws")],
            [Some("cart"), None, None, Some("gcp")],
        ]
    );
    assert_eq!(
        cost.lines.iter().map(|line| line.cost).collect::<Vec<_>>(),
        [2.3, 1.0, 0.5]
    );
    // One hour is 1/720 of 30 days.
    assert_eq!(cost.lines[1].monthly_cost, Some(720.0));
    assert_eq!(cost.total_cost, 3.8);
    assert_eq!(cost.unlabelled_bytes, cost.total_bytes);
    assert_eq!(cost.prices.len(), 3);
    assert!(
        cost.prices[0].contains("https://aws.amazon.com/cloudwatch/pricing/")
            && cost.prices[0].contains("as of 2026-06-01"),
        "{:?}",
        cost.prices
    );
    assert_eq!((found.id.as_str(), found.urgency), ("cost", Urgency::Info));
    assert!(
        found
            .title
            .starts_with("4.1 GB of logs, list price 3.80 USD"),
        "{}",
        found.title
    );
    assert!(
        found
            .explanation
            .contains("Kept as Basic Logs, what costs 2.30 USD would cost 0.50 USD."),
        "{}",
        found.explanation
    );
}

#[test]
fn rows_then_resources_say_who_owns_a_service() {
    let resource = |service: &str, team: &str, environment: &str| Resource {
        service: Some(service.to_owned()),
        team: Some(team.to_owned()),
        environment: Some(environment.to_owned()),
        ..Resource::default()
    };
    let resources = [
        resource("Web", "storefront", "production"),
        resource("web", "storefront", "staging"),
        resource("web", "platform", "production"),
        resource("cart", "storefront", "production"),
        resource("queue", "one", "production"),
        resource("queue", "two", "production"),
    ];
    let lines = [
        line(0, "aws", "web", 10),
        line(1, "aws", "web", 20)
            .team("growth")
            .text(Column::Environment, "test"),
        line(2, "aws", "cart", 30),
        line(3, "aws", "queue", 40),
        line(4, "aws", "other", 50),
    ];
    let found = finding_with(&lines, &resources);
    let mut found: Vec<_> = details(&found).lines.iter().map(labels).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            [
                Some("cart"),
                Some("storefront"),
                Some("production"),
                Some("aws")
            ],
            [Some("other"), None, None, Some("aws")],
            [Some("queue"), None, Some("production"), Some("aws")],
            [Some("web"), Some("growth"), Some("test"), Some("aws")],
            [Some("web"), Some("storefront"), None, Some("aws")],
        ]
    );
}

#[test]
fn logs_of_no_known_cloud_are_shown_and_cost_nothing() {
    let mut bare = line(0, "", "", 70);
    bare.texts.clear();
    let lines = [line(0, "kubernetes", "web", 30), bare];
    let found = finding(&lines);
    let cost = details(&found);
    assert_eq!(
        cost.lines.iter().map(labels).collect::<Vec<_>>(),
        [[None, None, None, None], [Some("web"), None, None, None],]
    );
    assert_eq!(cost.total_cost, 0.0);
    assert_eq!(
        cost.prices,
        ["Logs of no known cloud, 100 bytes: no price known, not in the sums"]
    );
    assert_eq!(found.title, "100 bytes of logs, no price known");
    let hour = [
        line(0, "kubernetes", "web", 30),
        line(3600, "aws", "web", 30),
    ];
    let found = finding(&hour);
    let months = details(&found).lines.iter();
    let months = months.map(|line| (line.has_price(), line.monthly_cost.is_some()));
    assert_eq!(months.collect::<Vec<_>>(), [(true, true), (false, false)]);
}

#[test]
fn classes_and_regions_of_one_service_are_one_line() {
    let in_region = |region: &str| line(0, "aws", "web", GIGABYTE).text(Column::Region, region);
    let mut flow = line(0, "aws", "web", GIGABYTE);
    flow.texts[2].1 = "aws.cloudtrail".to_owned();
    let found = finding(&[in_region("us-east-1"), in_region("eu-west-1"), flow]);
    let cost = details(&found);
    assert_eq!(cost.lines.len(), 1);
    assert!(
        (cost.total_cost - 1.07).abs() < 1e-12,
        "{}",
        cost.total_cost
    );
    assert_eq!(cost.prices.len(), 3);
}

#[test]
fn audit_logs_of_google_are_free_only_where_the_bucket_is() {
    let entry = |log: &str| {
        let mut line = line(0, "gcp", "compute.googleapis.com", 1 << 30);
        line.texts[2].1 = "gcp.audit".to_owned();
        Line {
            raw: format!(r#"{{"logName":"projects/shop/logs/cloudaudit.googleapis.com%2F{log}"}}"#),
            ..line
        }
    };
    let lines: Vec<Line> = ["activity", "data_access", "activity", "system_event"]
        .map(entry)
        .to_vec();
    assert_eq!(details(&finding(&lines)).total_cost, 0.5);
}

#[test]
fn less_than_a_minute_says_nothing_of_a_month() {
    let found = finding(&[line(0, "aws", "web", 10), line(59, "aws", "web", 10)]);
    assert_eq!(details(&found).lines[0].monthly_cost, None);
    let found = finding(&[line(0, "aws", "web", 10), line(60, "aws", "web", 10)]);
    assert!(details(&found).lines[0].monthly_cost.is_some());
}

#[test]
fn a_row_with_a_wrong_clock_does_not_stretch_the_month() {
    let mut lost = line(0, "aws", "web", 0);
    lost.time = Some(Timestamp(0));
    let lines = [
        line(0, "aws", "web", GIGABYTE),
        line(3600, "aws", "web", 0),
        lost,
    ];
    assert_eq!(
        details(&finding(&lines)).lines[0].monthly_cost,
        Some(0.5 * 720.0)
    );
}

#[test]
fn rows_without_a_time_count_by_volume_only() {
    let untimed = |bytes: u32| Line {
        time: None,
        ..line(0, "aws", "web", bytes)
    };
    let found = finding(&[untimed(10), untimed(20)]);
    assert_eq!((found.start, found.end), (None, None));
    assert!(
        found.explanation.starts_with("2 rows with 30 bytes."),
        "{}",
        found.explanation
    );
    let hour = |more: Line| {
        let lines = [
            line(0, "aws", "web", GIGABYTE),
            line(3600, "aws", "web", 0),
            more,
        ];
        details(&finding(&lines)).lines[0].monthly_cost.is_some()
    };
    assert!(hour(untimed(GIGABYTE / 10)));
    assert!(!hour(untimed(GIGABYTE)));
}

/// Rows of one service every ten seconds; `loud` says how many bytes at each minute.
fn steady(minutes: i64, service: &str, loud: impl Fn(i64) -> u32) -> Vec<Line> {
    (0..minutes * 6)
        .map(|at| line(at * 10, "aws", service, loud(at / 6)))
        .collect()
}

#[test]
fn a_service_that_triples_its_volume_is_a_spike() {
    let mut lines = steady(60, "checkout", |minute| {
        if (30..40).contains(&minute) {
            3000
        } else {
            1000
        }
    });
    lines.extend(steady(60, "web", |_| 1000));
    for row in &mut lines {
        row.texts.push((Column::Team, "orders".to_owned()));
    }
    let found = finding(&lines);
    let [spike] = &details(&found).spikes[..] else {
        unreachable!("{:?}", details(&found).spikes)
    };
    assert_eq!(
        (spike.service.as_str(), spike.team.as_deref()),
        ("checkout", Some("orders"))
    );
    assert_eq!(spike.start.to_string(), "2024-05-01T10:30:00Z");
    assert_eq!(spike.end.to_string(), "2024-05-01T10:40:00Z");
    assert_eq!(
        (
            spike.bytes_per_minute_before,
            spike.bytes_per_minute,
            spike.ratio
        ),
        (6000.0, 18000.0, 3.0)
    );
    assert_eq!(found.urgency, Urgency::Warning);
    assert_eq!(found.services, ["checkout", "web"]);
}

#[test]
fn a_spike_tells_the_change_before_it_and_the_severity_that_rose() {
    let mut lines = steady(60, "checkout", |_| 1000);
    for second in 1800..3600 {
        let mut row = line(second, "gcp", "checkout", 900);
        row.severity = Some(Severity::DEBUG);
        lines.push(row);
    }
    let change = |id: &str, minute: i64, resource: &str| Change {
        id: id.to_owned(),
        time: line(minute * 60 - 20, "gcp", "", 0).time,
        address: format!("patch {resource}"),
        resource: Some(format!("k8s:////configmap/shop/{resource}")),
        outcome: ChangeOutcome::Applied,
        ..Change::default()
    };
    let changes = [
        change("early", 10, "checkout-config"),
        change("right", 30, "checkout-config"),
        change("other", 30, "cart-config"),
        change("late", 40, "checkout-config"),
    ];
    let mut analyzer = Cost::default();
    analyzer.update(Table::Logs, &batch(&lines)).unwrap();
    let changes = Change::to_batch(&changes).unwrap();
    analyzer.update(Table::Changes, &changes).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let found = &out.findings[0];
    let spike = &details(found).spikes[0];
    assert_eq!(spike.severity.as_deref(), Some("DEBUG"));
    assert_eq!(spike.change.as_deref(), Some("right"));
    assert_eq!(found.change.as_deref(), Some("right"));
}

#[test]
fn steady_and_growing_services_have_no_spike() {
    assert_eq!(details(&finding(&steady(60, "web", |_| 1000))).spikes, []);
    let growing = steady(120, "web", |minute| {
        1000 + 5 * u32::try_from(minute).unwrap()
    });
    assert_eq!(details(&finding(&growing)).spikes, []);
    let hourly: Vec<Line> = (0..20)
        .map(|at| line(at * 3600, "aws", "batch", 1_000_000))
        .collect();
    assert_eq!(details(&finding(&hourly)).spikes, []);
}

#[test]
fn owners_beyond_the_limit_are_counted_without_one() {
    let lines: Vec<Line> = (0..20_050)
        .map(|at| line(0, "aws", &format!("s{at}"), 7))
        .collect();
    let found = run(&[&lines], &[]).unwrap();
    let cost = details(&found);
    assert_eq!(cost.lines.len(), 20_001);
    assert_eq!(
        cost.lines.iter().map(|line| line.bytes).sum::<u64>(),
        7 * 20_050
    );
    let rest = cost
        .lines
        .iter()
        .find(|line| line.service.is_none())
        .unwrap();
    assert_eq!((rest.rows, rest.provider.as_deref()), (50, Some("aws")));
    assert!(
        found
            .explanation
            .contains("50 rows with 350 bytes stand without one"),
        "{}",
        found.explanation
    );
}

#[test]
fn no_row_gives_no_finding() {
    assert_eq!(run(&[&[]], &[]), None);
}

#[test]
fn times_at_the_ends_of_the_range_do_no_harm() {
    let mut lines = vec![
        line(0, "aws", "web", u32::MAX),
        line(0, "aws", "web", u32::MAX),
    ];
    lines[0].time = Some(Timestamp::MIN);
    lines[1].time = Some(Timestamp::MAX);
    assert_eq!(details(&finding(&lines)).lines[0].monthly_cost, None);
}
