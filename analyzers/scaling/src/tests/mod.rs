//! Rows of autoscalers in a few words, and the findings that follow.

mod clouds;
mod stories;

use arrow_array::RecordBatch;
use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::{Details, Finding, ScalingDetails, ScalingSymptom};
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{BlockId, Column, Envelope, LogsBuilder, Outcome, Resource, Table};
use nepho_core::time::NANOS;

use crate::Scaling;

/// One log row in a few words.
#[derive(Clone, Debug, Default)]
struct Line {
    time: Timestamp,
    texts: Vec<(Column, String)>,
    raw: String,
    resources: Vec<String>,
    outcome: Option<Outcome>,
    status: Option<i32>,
    duration: Option<i64>,
    value: Option<f64>,
    number: u32,
}

impl Line {
    fn at(time: &str, format: &str, provider: &str) -> Self {
        let time = Timestamp::parse_rfc3339(time).unwrap();
        Self {
            time,
            raw: "raw".to_owned(),
            ..Self::default()
        }
        .text(Column::Format, format)
        .text(Column::Provider, provider)
    }

    fn text(mut self, column: Column, text: &str) -> Self {
        self.texts.push((column, text.to_owned()));
        self
    }

    fn raw(mut self, raw: &str) -> Self {
        raw.clone_into(&mut self.raw);
        self
    }

    fn resource(mut self, id: &str) -> Self {
        self.resources.push(id.to_owned());
        self
    }

    fn failed(mut self) -> Self {
        self.outcome = Some(Outcome::Failure);
        self
    }
}

/// A request to a service.
fn request(time: Timestamp, service: &str, status: i32, millis: i64) -> Line {
    let line = Line::at("2024-05-01T00:00:00Z", "generic.json", "aws")
        .text(Column::Service, service)
        .text(
            Column::Body,
            if status < 500 {
                "GET /cart"
            } else {
                "could not connect to order-db:5432: timed out"
            },
        );
    Line {
        time,
        status: Some(status),
        duration: Some(millis * 1_000_000),
        ..line
    }
}

/// `count` requests, one every `step` seconds, of which every `failing`-th fails (none for 0).
fn requests(start: &str, step: i64, count: i64, service: &str, failing: i64) -> Vec<Line> {
    let start = Timestamp::parse_rfc3339(start).unwrap();
    (0..count)
        .map(|at| {
            let status = if failing > 0 && at % failing == 0 {
                503
            } else {
                200
            };
            request(start.plus(at * step * NANOS), service, status, 20)
        })
        .collect()
}

/// A launch or termination of EC2 Auto Scaling with sizes in its cause.
fn instance(time: &str, group: &str, instance: &str, from: u64, to: u64) -> Line {
    let (action, verb) = if to > from {
        ("EC2 Instance Launch Successful", "increasing")
    } else {
        ("EC2 Instance Terminate Successful", "shrinking")
    };
    let cause = format!(
        "At {time} a monitor alarm requests in state ALARM triggered policy target \
         changing the desired capacity from {from} to {to}.  At {time} an instance was handled in \
         response to a difference between desired and actual capacity, {verb} the capacity from \
         {from} to {to}."
    );
    launch(time, action, group, instance).text(Column::Body, &cause)
}

/// An event of EC2 Auto Scaling without a cause.
fn launch(time: &str, action: &str, group: &str, instance: &str) -> Line {
    let arn = format!(
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:5b8c8f2e:autoScalingGroupName/{group}"
    );
    let mut line = Line::at(time, "aws.autoscaling", "aws")
        .text(Column::Account, "111122223333")
        .text(Column::Service, "aws.autoscaling")
        .text(Column::Action, action)
        .resource(&arn)
        .resource(&format!(
            "arn:aws:ec2:eu-west-1:111122223333:instance/{instance}"
        ))
        .resource(group);
    // The event is told when the instance is there.
    line.time = line.time.plus(40 * NANOS);
    line.outcome = Some(if action.ends_with("Unsuccessful") {
        Outcome::Failure
    } else {
        Outcome::Success
    });
    line
}

/// A call that the audit log of AWS tells.
fn call(time: &str, action: &str, request: &str) -> Line {
    Line::at(time, "aws.cloudtrail", "aws")
        .text(Column::Account, "111122223333")
        .text(Column::Service, "autoscaling.amazonaws.com")
        .text(Column::Action, action)
        .text(Column::Actor, "arn:aws:iam::111122223333:user/amit")
        .raw(&format!(
            "{{\"eventName\":\"{action}\",\"requestParameters\":{request}}}"
        ))
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
            line: line.number,
            bytes: 3,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        row.time(line.time);
        for (column, text) in &line.texts {
            row.text(*column, text);
        }
        for id in &line.resources {
            row.resource(id);
        }
        if let Some(outcome) = line.outcome {
            row.outcome(outcome);
        }
        if let Some(status) = line.status {
            row.status(status);
        }
        if let Some(duration) = line.duration {
            row.duration(duration);
        }
        if let Some(value) = line.value {
            row.value(value);
        }
        row.commit();
    }
    builder.finish().unwrap()
}

fn run(batches: &[&[Line]], resources: &[Resource]) -> Vec<Finding> {
    let mut analyzer = Scaling::default();
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
    out.findings
}

/// Findings of the lines, which must be the same in any order and in any batches.
fn findings_with(lines: &[Line], resources: &[Resource]) -> Vec<Finding> {
    let mut lines = lines.to_vec();
    for (number, line) in (1..).zip(&mut lines) {
        line.number = number;
    }
    let findings = run(&[&lines], resources);
    let reversed: Vec<Line> = lines.iter().rev().cloned().collect();
    assert_eq!(run(&[&reversed], resources), findings, "in reverse");
    let (odd, even): (Vec<Line>, Vec<Line>) =
        lines.iter().cloned().partition(|line| line.number % 2 == 1);
    assert_eq!(run(&[&odd, &even], resources), findings, "odd lines first");
    let thirds: Vec<&[Line]> = lines.chunks(lines.len() / 3 + 1).rev().collect();
    assert_eq!(
        run(&thirds, resources),
        findings,
        "in three batches, the last first"
    );
    findings
}

fn findings(lines: &[Line]) -> Vec<Finding> {
    findings_with(lines, &[])
}

/// The only finding, with its details.
fn only(findings: &[Finding]) -> (&Finding, &ScalingDetails) {
    let [finding] = findings else {
        unreachable!("{} findings: {findings:#?}", findings.len());
    };
    (finding, details(finding))
}

fn details(finding: &Finding) -> &ScalingDetails {
    match &finding.details {
        Details::Scaling(details) => details,
        other => unreachable!("{other:?}"),
    }
}

fn sizes(details: &ScalingDetails) -> Vec<(Option<u64>, Option<u64>)> {
    details
        .events
        .iter()
        .map(|event| (event.from, event.to))
        .collect()
}

fn symptoms(lines: &[Line]) -> Vec<ScalingSymptom> {
    details(only(&findings(lines)).0).symptoms.clone()
}
