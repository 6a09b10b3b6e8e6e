//! A shop whose checkout loses its database: the findings that reports are rendered from in tests.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::expect_used, reason = "a test may fail")]

use nepho_core::Timestamp;
use nepho_core::findings::*;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Reject};
use nepho_report::{FormatCount, InputFile, Inputs, Report, SkippedFile, WrappingCount};

/// Time of day on the day of the incident.
pub(crate) fn at(time: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&format!("2026-05-01T{time}Z")).expect("a time of day")
}

pub(crate) fn quote(uri: &str, line: u64, time: &str, text: &str) -> Evidence {
    Evidence::new(uri, line, at(time), text)
}

fn series(onset_minute: usize) -> Vec<SeriesPoint> {
    let point = |minute: usize| {
        let failing = minute >= onset_minute;
        let rows = if failing {
            180 + (minute as u64 % 5) * 9
        } else {
            120 + (minute as u64 % 7) * 5
        };
        let errors = if failing {
            rows * (6 + minute as u64 % 3) / 10
        } else {
            1
        };
        let time = at("14:20:00").plus(minute as i64 * 60 * nepho_core::time::NANOS);
        SeriesPoint { time, rows, errors }
    };
    (0..40).map(point).collect()
}

pub(crate) fn failure(
    service: &str,
    provider: &str,
    onset: &str,
    via: Option<&str>,
    reason: &str,
) -> ServiceFailure {
    ServiceFailure {
        principal: None,
        service: service.to_owned(),
        provider: Some(provider.to_owned()),
        was_failing: false,
        onset: at(onset),
        last: at("14:58:12"),
        errors: 4211,
        rows: 8902,
        reason: reason.to_owned(),
        via: via.map(str::to_owned),
        confidence: 0.9,
        series: series(12),
        evidence: vec![quote(
            &format!("logs/{service}.log.gz"),
            1841,
            onset,
            &format!("{service}: request failed"),
        )],
    }
}

fn considered(
    address: &str,
    tool: &str,
    time: &str,
    verdict: ChangeVerdict,
    why: &str,
) -> ConsideredChange {
    ConsideredChange {
        id: format!("{tool}:shop-prod:run-7:{address}:update"),
        tool: tool.to_owned(),
        address: address.to_owned(),
        action: "update".to_owned(),
        resource: Some(format!("arn:aws:ec2:eu-west-1:111122223333:{address}")),
        actor: Some("dana@example.com".to_owned()),
        time: Some(at(time)),
        what: "ingress rules of the group".to_owned(),
        scope: "shop-prod".to_owned(),
        verdict,
        why: why.to_owned(),
        score: if verdict == ChangeVerdict::Cause {
            0.91
        } else {
            0.12
        },
        path: vec![],
        evidence: vec![quote(
            "iac/apply.jsonl",
            41,
            time,
            &format!("{address}: Modifications complete after 1s"),
        )],
    }
}

fn change_of(considered: &ConsideredChange) -> Change {
    Change {
        id: considered.id.clone(),
        time: considered.time,
        started: None,
        tool: considered.tool.clone(),
        scope: considered.scope.clone(),
        run: "run-7".to_owned(),
        action: ChangeAction::Update,
        outcome: ChangeOutcome::Applied,
        address: considered.address.clone(),
        resource: considered.resource.clone(),
        resource_type: "aws_security_group".to_owned(),
        parent: None,
        actor: None,
        revision: Some("4f2a91c".to_owned()),
        attributes: vec!["ingress".to_owned(), "tags".to_owned()],
        reason: None,
        uri: "iac/apply.jsonl".to_owned(),
        line: 41,
        ..Change::default()
    }
}

pub(crate) fn finding(
    id: &str,
    urgency: Urgency,
    title: &str,
    explanation: &str,
    details: Details,
) -> Finding {
    let kind = match &details {
        Details::Incident(_) => FindingKind::Incident,
        Details::Scaling(_) => FindingKind::Scaling,
        Details::Cost(_) => FindingKind::Cost,
        Details::OutsideChange(_) => FindingKind::OutsideChange,
        Details::StateRewritten(_) => FindingKind::StateRewritten,
        Details::Clock(_) => FindingKind::Clock,
        Details::ServiceMap(_) => FindingKind::ServiceMap,
    };
    Finding {
        id: id.to_owned(),
        kind,
        urgency,
        start: Some(at("14:32:07")),
        end: None,
        services: vec![],
        resources: vec![],
        title: title.to_owned(),
        explanation: explanation.to_owned(),
        confidence: 0.93,
        change: None,
        evidence: vec![],
        details,
    }
}

/// Changes that were weighed: the cause, and two that are innocent.
pub(crate) fn weighed() -> Vec<ConsideredChange> {
    let mut cause = considered(
        "aws_security_group_rule.orders_from_checkout",
        "terraform",
        "14:31:26",
        ChangeVerdict::Cause,
        "it is on the path from checkout to order-db and was complete 41 s before the first failure",
    );
    cause.path = [
        "checkout -calls-> order-db",
        "order-db -attached-> sg-0a1b",
        "sg-0a1b <-part of- the rule",
    ]
    .map(str::to_owned)
    .to_vec();
    vec![
        cause,
        considered(
            "urn:pulumi:prod::shop::gcp:run:Service::mailer",
            "pulumi",
            "14:25:40",
            ChangeVerdict::Cleared,
            "checkout does not depend on mailer",
        ),
        considered(
            "ThumbnailFunction",
            "cloudformation",
            "14:40:02",
            ChangeVerdict::Cleared,
            "it came after the first failure",
        ),
    ]
}

/// The incident: checkout first; cart, web and mailer follow.
pub(crate) fn incident(considered: Vec<ConsideredChange>) -> Finding {
    let cause = considered
        .iter()
        .find(|change| change.verdict == ChangeVerdict::Cause)
        .map(|change| change.id.clone());
    let mut primary = failure(
        "checkout",
        "aws",
        "14:32:07",
        Some("order-db"),
        "It failed first, and what it depends on has no failures of its own.",
    );
    primary.evidence = vec![
        quote(
            "logs/checkout.log.gz",
            1841,
            "14:32:07.120",
            "could not connect to order-db:5432: timed out password=hunter2",
        ),
        quote(
            "logs/checkout.log.gz",
            1850,
            "14:32:08.020",
            "could not connect to order-db:5432: timed out </script><script>alert(1)</script>",
        ),
    ];
    let details = IncidentDetails {
        primary,
        secondary: vec![
            failure(
                "cart",
                "aws",
                "14:32:10.100",
                Some("checkout"),
                "It calls checkout and failed 3.1 s later.",
            ),
            failure("web", "azure", "14:32:19", Some("cart"), "It calls cart."),
            failure(
                "mailer",
                "gcp",
                "14:32:48",
                Some("checkout"),
                "Its queue is filled by checkout.",
            ),
        ],
        cause,
        considered,
        checked: vec!["Changes between 13:32 and 14:33 were weighed.".to_owned()],
        trouble: None,
        recurrences: Vec::new(),
        ended_by: None,
    };
    finding(
        "anything",
        Urgency::Critical,
        "checkout lost order-db",
        "checkout cannot reach order-db.",
        Details::Incident(details),
    )
}

fn node(
    service: &str,
    provider: Option<&str>,
    rows: u64,
    errors: u64,
    status: MapStatus,
) -> MapNode {
    MapNode {
        service: service.to_owned(),
        provider: provider.map(str::to_owned),
        rows,
        errors,
        status,
    }
}

fn edge(from: &str, to: &str, count: u64) -> MapEdge {
    MapEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        sources: vec!["message".to_owned(), "trace".to_owned()],
        count,
        confidence: 0.95,
        evidence: vec![quote(
            "logs/web.jsonl",
            12,
            "14:01:02",
            &format!("{from} GET http://{to}/api"),
        )],
    }
}

pub(crate) fn map() -> ServiceMap {
    ServiceMap {
        nodes: vec![
            node("web", Some("azure"), 30_211, 4211, MapStatus::Degraded),
            node("cart", Some("aws"), 12_090, 4211, MapStatus::Degraded),
            node("checkout", Some("aws"), 8902, 4211, MapStatus::Degraded),
            node("mailer", Some("gcp"), 2044, 310, MapStatus::Degraded),
            node("catalog", Some("aws"), 22_410, 3, MapStatus::Healthy),
            node("search", Some("gcp"), 9120, 410, MapStatus::Degraded),
            node("order-db", None, 0, 0, MapStatus::Silent),
        ],
        edges: vec![
            edge("web", "cart", 9120),
            edge("web", "catalog", 18_000),
            edge("web", "search", 4000),
            edge("search", "catalog", 1200),
            edge("cart", "checkout", 4120),
            edge("checkout", "order-db", 8100),
            edge("checkout", "mailer", 610),
        ],
    }
}

fn scaling() -> ScalingDetails {
    let event = |time: &str, from, to, succeeded| ScalingEvent {
        time: at(time),
        from: Some(from),
        to: Some(to),
        action: "EC2 Instance Launch Successful".to_owned(),
        reason: Some("a monitor alarm in state ALARM".to_owned()),
        succeeded,
    };
    ScalingDetails {
        group: "checkout-asg".to_owned(),
        provider: Some("aws".to_owned()),
        service: Some("checkout".to_owned()),
        symptoms: vec![ScalingSymptom::AtMaximum, ScalingSymptom::Ineffective],
        events: vec![
            event("14:35:10", 2, 4, true),
            event("14:39:20", 4, 6, true),
            event("14:44:00", 6, 6, false),
        ],
        minimum: Some(2),
        maximum: Some(6),
        recommendation: "More instances do not help; restore the way to order-db.".to_owned(),
        series: series(12),
    }
}

fn line(
    service: Option<&str>,
    team: Option<&str>,
    environment: Option<&str>,
    bytes: u64,
) -> CostLine {
    CostLine {
        service: service.map(str::to_owned),
        team: team.map(str::to_owned),
        environment: environment.map(str::to_owned),
        provider: Some("aws".to_owned()),
        rows: bytes / 300,
        bytes,
        cost: bytes as f64 * 0.5e-9,
        monthly_cost: Some(bytes as f64 * 0.5e-9 * 720.0),
    }
}

pub(crate) fn cost() -> CostDetails {
    let lines = vec![
        line(
            Some("checkout"),
            Some("payments"),
            Some("prod"),
            610_000_000,
        ),
        line(Some("web"), Some("storefront"), Some("prod"), 220_000_000),
        line(
            Some("catalog"),
            Some("storefront"),
            Some("staging"),
            40_000_000,
        ),
        line(None, None, None, 130_000_000),
    ];
    CostDetails {
        currency: "USD".to_owned(),
        total_bytes: lines.iter().map(|line| line.bytes).sum(),
        total_cost: lines.iter().map(|line| line.cost).sum(),
        lines,
        unlabelled_bytes: 130_000_000,
        spikes: vec![CostSpike {
            severity: None,
            change: None,
            service: "checkout".to_owned(),
            team: Some("payments".to_owned()),
            start: at("14:32:00"),
            end: at("14:58:00"),
            bytes_per_minute_before: 400_000.0,
            bytes_per_minute: 1_240_000.0,
            ratio: 3.1,
        }],
        prices: vec!["aws CloudWatch Logs, eu-west-1: $0.50 per GB (2026-11-01)".to_owned()],
    }
}

fn outside() -> OutsideChange {
    OutsideChange {
        effect: None,
        addresses: Vec::new(),
        actor: "arn:aws:iam::111122223333:user/erin".to_owned(),
        class: WriteClass::Console,
        tool: None,
        action: "AuthorizeSecurityGroupIngress".to_owned(),
        api: "ec2.amazonaws.com".to_owned(),
        resources: vec!["arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b".to_owned()],
        managed: vec!["aws_security_group.orders".to_owned()],
        count: 2,
        failed: 0,
        first: at("14:51:00"),
        last: at("14:52:30"),
        drift: Vec::new(),
    }
}

pub(crate) fn inputs() -> Inputs {
    let file = |uri: &str, format: &str, rows: u64, provider: &str| InputFile {
        uri: uri.to_owned(),
        formats: vec![FormatCount {
            name: format.to_owned(),
            rows,
        }],
        wrappings: vec![WrappingCount {
            name: "gzip".to_owned(),
            count: 1,
        }],
        rows,
        bytes: rows * 300,
        stored_bytes: rows * 30,
        first: Some(at("13:00:01")),
        last: Some(at("14:59:58")),
        providers: vec![provider.to_owned()],
        ..InputFile::default()
    };
    let mut checkout = file("logs/checkout.log.gz", "generic.text", 8902, "aws");
    (checkout.rejects, checkout.repaired) = (3, 2);
    Inputs {
        files: vec![
            file("logs/web.jsonl", "azure.resource", 30_211, "azure"),
            checkout,
        ],
        skipped: vec![SkippedFile {
            uri: "logs/core.bin".to_owned(),
            reason: "binary file".to_owned(),
        }],
        ..Inputs::default()
    }
}

pub(crate) fn rejects() -> Vec<Reject> {
    let reject = |line| Reject {
        uri: "logs/checkout.log.gz".to_owned(),
        start: line * 100,
        end: line * 100 + 50,
        line,
        reason: "`{\"msg\":` is not JSON".to_owned(),
    };
    [9, 7, 8].map(reject).to_vec()
}

/// All findings but the incident.
pub(crate) fn surroundings() -> Vec<Finding> {
    let clock = ClockOffset {
        domain: "gcp/shop-prod".to_owned(),
        reference: "aws/111122223333".to_owned(),
        ahead_nanos: 3_200_000_000,
        pairs: 412,
        applied: true,
    };
    vec![
        finding("map", Urgency::Info, "", "", Details::ServiceMap(map())),
        finding(
            "scaling-checkout-asg",
            Urgency::Warning,
            "checkout-asg is at its maximum",
            "It grew from 2 to 6 and failures did not fall.",
            Details::Scaling(scaling()),
        ),
        finding("cost", Urgency::Warning, "", "", Details::Cost(cost())),
        finding(
            "outside-1",
            Urgency::Warning,
            "",
            "erin changed a managed group by hand.",
            Details::OutsideChange(outside()),
        ),
        finding("clock-gcp", Urgency::Info, "", "", Details::Clock(clock)),
    ]
}

pub(crate) fn report_of(considered: Vec<ConsideredChange>) -> Report {
    let changes = considered.iter().map(change_of).collect();
    let mut findings = surroundings();
    findings.push(incident(considered));
    Report::build(inputs(), findings, changes, rejects())
}

/// The whole afternoon: incident with cause, two innocent changes, scaling, cost.
pub(crate) fn report() -> Report {
    report_of(weighed())
}

/// The same, but no change explains it.
pub(crate) fn report_without_cause() -> Report {
    report_of(
        weighed()
            .into_iter()
            .filter(|change| change.verdict == ChangeVerdict::Cleared)
            .collect(),
    )
}

/// Logs, but no incident.
pub(crate) fn quiet_report() -> Report {
    quiet_report_of(inputs())
}

/// The same of other inputs.
pub(crate) fn quiet_report_of(inputs: Inputs) -> Report {
    let map = finding("map", Urgency::Info, "", "", Details::ServiceMap(map()));
    Report::build(inputs, vec![map], Vec::new(), Vec::new())
}

/// Nothing at all.
pub(crate) fn empty_report() -> Report {
    Report::build(Inputs::default(), Vec::new(), Vec::new(), Vec::new())
}

/// The incident within a map of 1,000 services.
pub(crate) fn large_report() -> Report {
    let mut map = map();
    for index in 0..993 {
        map.nodes.push(node(
            &format!("service-{index:03}"),
            Some("aws"),
            1000,
            2,
            MapStatus::Healthy,
        ));
        map.edges.push(edge(
            &format!("service-{index:03}"),
            &format!("service-{:03}", index / 3),
            50,
        ));
    }
    map.edges.push(edge("service-000", "web", 77));
    let findings = vec![
        incident(weighed()),
        finding("map", Urgency::Info, "", "", Details::ServiceMap(map)),
    ];
    Report::build(inputs(), findings, Vec::new(), Vec::new())
}
