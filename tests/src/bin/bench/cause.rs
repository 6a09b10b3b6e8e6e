//! Root cause in a generated graph of services: one of them loses its database, the failure climbs
//! to its callers.

use anyhow::{Context, Result};
use nepho::Analysis;
use nepho_core::Timestamp;
use nepho_core::findings::{Details, FindingKind};
use nepho_core::tables::LogsBuilder;
use nepho_tests::generate::Random;

use crate::cpu::timed;
use crate::say;

/// Seconds of the generated logs; the failure begins in the middle.
const SECONDS: u64 = 600;

pub(crate) fn run() -> Result<()> {
    say("cause: analysis of a generated incident, CPU seconds");
    say(&format!(
        "{:>9} {:>10} {:>10} {:>12} {:>12} {:>8}",
        "services", "edges", "rows", "reading s", "verdict s", "right"
    ));
    for services in [1_000, 10_000] {
        let story = Story::new(services, 7);
        let mut analysis = Analysis::new()?;
        let (reading, rows) = timed(|| story.feed(&mut analysis));
        let rows = rows?;
        let (verdict, conclusions) = timed(|| analysis.finish());
        let conclusions = conclusions?;
        let incident = conclusions
            .findings
            .iter()
            .find(|finding| finding.kind == FindingKind::Incident);
        let primary = incident.and_then(|finding| match &finding.details {
            Details::Incident(details) => Some(details.primary.service.clone()),
            _ => None,
        });
        let right = primary.as_deref() == Some(&*name(story.culprit));
        let edges: usize = story.callees.iter().map(Vec::len).sum();
        say(&format!(
            "{services:>9} {edges:>10} {rows:>10} {reading:>12.2} {verdict:>12.2} {right:>8}"
        ));
        primary.context("no incident was found")?;
    }
    Ok(())
}

fn name(service: usize) -> String {
    format!("service-{service}")
}

/// A graph of services in which each calls some with higher numbers.
struct Story {
    callees: Vec<Vec<usize>>,
    /// When a service begins to fail, in seconds; `None` if it never does.
    failing: Vec<Option<u64>>,
    culprit: usize,
}

impl Story {
    fn new(services: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut callees = vec![Vec::new(); services];
        for (caller, list) in callees.iter_mut().enumerate() {
            let room = services - caller - 1;
            for _ in 0..random.below(5).min(room as u64) {
                let callee = caller + 1 + usize::try_from(random.below(room as u64)).unwrap_or(0);
                if !list.contains(&callee) {
                    list.push(callee);
                }
            }
        }
        let culprit = services * 3 / 4;
        let mut failing = vec![None; services];
        failing[culprit] = Some(SECONDS / 2);
        // Callers have lower numbers, so one pass from the culprit down finds all that it takes
        // with it.
        for caller in (0..culprit).rev() {
            let earliest = callees[caller]
                .iter()
                .filter_map(|callee| failing[*callee])
                .min();
            failing[caller] = earliest.map(|second| second + 2);
        }
        Self {
            callees,
            failing,
            culprit,
        }
    }

    /// Gives the logs of all services to the analysis; returns the number of rows.
    fn feed(&self, analysis: &mut Analysis) -> Result<u64> {
        let mut rows = 0;
        let mut text = String::new();
        for second in (0..SECONDS).step_by(10) {
            for service in 0..self.callees.len() {
                self.lines(service, second, &mut text);
                if text.len() > 256 << 10 {
                    rows += flush(&mut text, analysis)?;
                }
            }
        }
        rows += flush(&mut text, analysis)?;
        Ok(rows)
    }

    fn lines(&self, service: usize, second: u64, text: &mut String) {
        use std::fmt::Write;
        let time = Timestamp::from_seconds(1_778_590_800 + i64::try_from(second).unwrap_or(0))
            .unwrap_or_default();
        let own = name(service);
        let failing = self.failing[service].is_some_and(|since| second >= since);
        if !failing {
            let callee = self.callees[service]
                .first()
                .map_or_else(String::new, |callee| name(*callee));
            let _ = writeln!(
                text,
                r#"{{"time":"{time}","level":"info","service":"{own}","msg":"request done","peer":"{callee}"}}"#
            );
            return;
        }
        let since = self.failing[service].unwrap_or(0);
        let first =
            Timestamp::from_seconds(1_778_590_800 + i64::try_from(second.max(since)).unwrap_or(0))
                .unwrap_or_default();
        let cause = self.callees[service]
            .iter()
            .filter(|callee| self.failing[**callee].is_some_and(|at| at < since))
            .min();
        let message = match cause {
            Some(callee) => format!("503 from {}", name(*callee)),
            None => format!("could not connect to {own}-db:5432: timed out"),
        };
        for number in 0..3 {
            let time = first.plus(number * 500_000_000);
            let _ = writeln!(
                text,
                r#"{{"time":"{time}","level":"error","service":"{own}","msg":"{message}"}}"#
            );
        }
    }
}

fn flush(text: &mut String, analysis: &mut Analysis) -> Result<u64> {
    let mut out = LogsBuilder::new(Timestamp(0));
    let stream = nepho_core::format::Stream {
        uri: "generated.json".to_owned(),
        ..Default::default()
    };
    nepho_codec::detect::decode_text(text.as_bytes(), stream, Some("generic.json"), &mut out)?;
    text.clear();
    let batch = out.finish()?;
    analysis.logs(&batch)?;
    Ok(batch.num_rows() as u64)
}
