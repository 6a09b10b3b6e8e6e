//! Explains the demo scenario and compares with its truth, `host/cli/demo/expected.json`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nepho::core::Timestamp;
use nepho::core::findings::{
    ChangeVerdict, ConsideredChange, Details, IncidentDetails, ScalingDetails, ServiceFailure,
};
use nepho::core::time::NANOS;
use nepho::{Explanation, Options};
use nepho_report::{Inputs, Report, TextOptions, Verbosity, render_html, render_text};
use serde_json::Value;

/// How far an onset may be from the true one: the clocks are known to a second or so.
const ONSET_TOLERANCE: i64 = 5 * NANOS;
/// How many rows a failure leaves at most on average: its own, and those of a load balancer or of a
/// second log.
const ROWS_PER_FAILURE: f64 = 2.5;

/// What is not as the truth has it.
struct Check {
    truth: Value,
    problems: Vec<String>,
}

#[test]
fn the_demo_is_explained_as_it_was_made() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/cli/demo");
    let truth = serde_json::from_str(&fs::read_to_string(folder.join("expected.json"))?)?;
    let paths = vec![folder.join("data").to_string_lossy().into_owned()];
    let explanation = nepho::explain(&Options {
        paths,
        ..Options::default()
    })?;
    let mut check = Check {
        truth,
        problems: Vec::new(),
    };
    check.input(&explanation, &folder.join("data"));
    let incidents = details(&explanation, |details| match details {
        Details::Incident(details) => Some(details),
        _ => None,
    });
    let names: Vec<&str> = incidents
        .iter()
        .map(|incident| incident.primary.service.as_str())
        .collect();
    check.equal(
        "incidents",
        &names.join(","),
        &text(&check.truth, "/primary/service"),
    );
    // An incident too many is told above; the others are compared all the same.
    let primary = text(&check.truth, "/primary/service");
    let incident = incidents
        .iter()
        .find(|incident| incident.primary.service == primary);
    let incident = incident.context("no incident of the primary service")?;
    check.failures(incident);
    check.changes(incident);
    check.clocks(&explanation);
    check.scaling(&explanation);
    check.by_hand(&explanation);
    check.cost(&explanation);
    check.secrets(explanation);
    ensure!(
        check.problems.is_empty(),
        "the demo is not understood:\n- {}",
        check.problems.join("\n- ")
    );
    Ok(())
}

fn details<'a, T>(explanation: &'a Explanation, pick: fn(&'a Details) -> Option<T>) -> Vec<T> {
    explanation
        .conclusions
        .findings
        .iter()
        .filter_map(|finding| pick(&finding.details))
        .collect()
}

/// Text at a JSON pointer; numbers as they are written.
fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => format!("nothing at {pointer}"),
    }
}

fn time(value: &Value, pointer: &str) -> Timestamp {
    Timestamp::parse_rfc3339(&text(value, pointer)).unwrap_or(Timestamp::MIN)
}

fn list(value: &Value, pointer: &str) -> Vec<Value> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn number(value: &Value, pointer: &str) -> f64 {
    value
        .pointer(pointer)
        .and_then(Value::as_f64)
        .unwrap_or(f64::NAN)
}

fn is_near(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs()
}

impl Check {
    fn equal(&mut self, what: &str, found: &str, expected: &str) {
        self.ensure(found == expected, || {
            format!("{what}: `{found}`, not `{expected}`")
        });
    }

    fn ensure(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(problem());
        }
    }

    /// Every file is read, every event is a row, every broken line is told where it stands.
    fn input(&mut self, explanation: &Explanation, data: &Path) {
        self.ensure(explanation.skipped.is_empty(), || {
            format!("skipped: {:?}", explanation.skipped)
        });
        let broken = list(&self.truth, "/broken_lines");
        let rows: u64 = explanation.inputs.iter().map(|input| input.rows).sum();
        let events = number(&self.truth, "/rows");
        #[expect(clippy::cast_precision_loss, reason = "a demo has few rows")]
        let missing = (events - rows as f64).abs();
        self.ensure(missing <= broken.len() as f64, || {
            format!("{rows} rows of {events} events")
        });
        for line in broken {
            let path: PathBuf = data.join(text(&line, "/path"));
            let is_told = explanation.rejects.iter().any(|reject| {
                Path::new(&reject.uri) == path && reject.line.to_string() == text(&line, "/line")
            });
            // What is left of a line of text is text: its row is told to have no time, or its bytes
            // to be repaired.
            let is_repaired = explanation.inputs.iter().any(|input| {
                Path::new(&input.uri) == path && input.repaired_blocks + input.untimed_rows > 0
            });
            self.ensure(is_told || is_repaired, || {
                format!("broken line is not told: {line}")
            });
        }
        let allowed = list(&self.truth, "/broken_lines").len() as u64;
        let rejects = explanation.reject_count;
        self.ensure(rejects <= allowed, || {
            format!(
                "{rejects} rejects, but {allowed} lines are broken: {:?}",
                explanation.rejects
            )
        });
    }

    /// Who broke first, who followed in which order, and who did not.
    fn failures(&mut self, incident: &IncidentDetails) {
        let expected = self.truth["primary"].clone();
        self.failure(&incident.primary, &expected);
        let expected = list(&self.truth, "/secondary");
        let names: Vec<String> = expected
            .iter()
            .map(|failure| text(failure, "/service"))
            .collect();
        let found: Vec<&str> = incident
            .secondary
            .iter()
            .map(|failure| failure.service.as_str())
            .collect();
        self.equal("secondary services", &found.join(","), &names.join(","));
        for (found, expected) in incident.secondary.iter().zip(&expected) {
            self.failure(found, expected);
        }
        let lost = text(&self.truth, "/lost_dependency");
        self.equal(
            "lost dependency",
            incident.primary.via.as_deref().unwrap_or("none"),
            &lost,
        );
    }

    fn failure(&mut self, found: &ServiceFailure, expected: &Value) {
        let service = text(expected, "/service");
        self.equal("service", &found.service, &service);
        let onset = time(expected, "/onset");
        self.ensure(found.onset.since(onset).abs() <= ONSET_TOLERANCE, || {
            format!("onset of {service}: {}, not {onset}", found.onset)
        });
        let last = time(expected, "/last");
        self.ensure(found.last.since(last).abs() <= 60 * NANOS, || {
            format!("end of {service}: {}, not {last}", found.last)
        });
        let errors = number(expected, "/errors");
        #[expect(clippy::cast_precision_loss, reason = "a demo has few rows")]
        let per_failure = found.errors as f64 / errors;
        self.ensure((0.9..ROWS_PER_FAILURE).contains(&per_failure), || {
            format!(
                "errors of {service}: {} rows of {errors} failures",
                found.errors
            )
        });
        self.ensure(!found.evidence.is_empty(), || {
            format!("nothing is quoted of {service}")
        });
    }

    /// The change that did it, and those that did not.
    fn changes(&mut self, incident: &IncidentDetails) {
        let cause = incident
            .considered
            .iter()
            .find(|change| Some(&change.id) == incident.cause.as_ref());
        let expected = self.truth["cause"].clone();
        match cause {
            Some(cause) => self.cause(cause, &expected),
            None => self
                .problems
                .push(format!("no change is held responsible, not {expected}")),
        }
        for innocent in list(&self.truth, "/innocent") {
            let (tool, address) = (text(&innocent, "/tool"), text(&innocent, "/address"));
            let truth = time(&innocent, "/time");
            let found = incident.considered.iter().find(|change| {
                let is_then = change
                    .time
                    .is_some_and(|time| time.since(truth).abs() < 60 * NANOS);
                change.tool == tool && change.address == address && is_then
            });
            let verdict = found.map(|change| change.verdict);
            let actor = found
                .and_then(|change| change.actor.clone())
                .unwrap_or_default();
            self.equal(
                &format!("actor of {address}"),
                &actor,
                &text(&innocent, "/actor"),
            );
            self.ensure(verdict == Some(ChangeVerdict::Cleared), || {
                format!(
                    "innocent change {address} of {tool} at {truth}: {verdict:?}: {:?}",
                    found.map(|change| &change.why)
                )
            });
        }
    }

    fn cause(&mut self, cause: &ConsideredChange, expected: &Value) {
        self.equal("tool of the cause", &cause.tool, &text(expected, "/tool"));
        self.equal(
            "address of the cause",
            &cause.address,
            &text(expected, "/address"),
        );
        self.equal(
            "action of the cause",
            &cause.action,
            &text(expected, "/action"),
        );
        self.equal(
            "actor of the cause",
            cause.actor.as_deref().unwrap_or("nobody"),
            &text(expected, "/actor"),
        );
        let truth = time(expected, "/time");
        let is_then = cause
            .time
            .is_some_and(|time| time.since(truth).abs() <= 2 * NANOS);
        self.ensure(is_then, || {
            format!("time of the cause: {:?}, not {truth}", cause.time)
        });
        for attribute in list(expected, "/attributes") {
            let attribute = attribute.as_str().unwrap_or_default().to_owned();
            self.ensure(cause.what.contains(&attribute), || {
                format!(
                    "what the cause changed: `{}` without {attribute}",
                    cause.what
                )
            });
        }
    }

    fn clocks(&mut self, explanation: &Explanation) {
        let clocks = details(explanation, |details| match details {
            Details::Clock(clock) => Some(clock),
            _ => None,
        });
        let expected = list(&self.truth, "/clocks");
        for clock in &expected {
            let domain = format!("{}/{}", text(clock, "/provider"), text(clock, "/account"));
            #[expect(clippy::cast_possible_truncation, reason = "seconds of a demo")]
            let ahead = number(clock, "/ahead_seconds") as i64 * NANOS;
            let found = clocks.iter().find(|found| found.domain == domain);
            let is_near = found.is_some_and(|found| {
                found.applied && found.ahead_nanos.saturating_sub(ahead).abs() <= NANOS
            });
            self.ensure(is_near, || {
                format!("clock of {domain}: {found:?}, not {clock}")
            });
        }
        self.ensure(clocks.len() <= expected.len(), || {
            format!("more clocks are off than true: {clocks:?}")
        });
    }

    fn scaling(&mut self, explanation: &Explanation) {
        let group = text(&self.truth, "/scaling/group");
        let scaling = details(explanation, |details| match details {
            Details::Scaling(scaling) => Some(scaling),
            _ => None,
        });
        match scaling.iter().find(|scaling| scaling.group == group) {
            Some(scaling) => self.group(scaling),
            None => self
                .problems
                .push(format!("nothing is told of the group {group}")),
        }
    }

    fn group(&mut self, scaling: &ScalingDetails) {
        let expected = self.truth["scaling"].clone();
        let service = scaling.service.as_deref().unwrap_or("none");
        self.equal(
            "service of the group",
            service,
            &text(&expected, "/service"),
        );
        for symptom in list(&expected, "/symptoms") {
            let is_told = scaling.symptoms.iter().any(|told| symptom == told.as_str());
            self.ensure(is_told, || {
                format!("symptom {symptom} is not among {:?}", scaling.symptoms)
            });
        }
        let shown = |size: Option<u64>| size.map_or("null".to_owned(), |size| size.to_string());
        self.equal(
            "minimum of the group",
            &shown(scaling.minimum),
            &text(&expected, "/minimum"),
        );
        self.equal(
            "maximum of the group",
            &shown(scaling.maximum),
            &text(&expected, "/maximum"),
        );
        let sizes: BTreeSet<u64> = scaling.events.iter().filter_map(|event| event.to).collect();
        for step in list(&expected, "/steps") {
            let to = step
                .pointer("/to")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            self.ensure(sizes.contains(&to), || {
                format!("the group is never at {to}: {sizes:?}")
            });
        }
    }

    /// Changes of the group by hand, one of them refused.
    fn by_hand(&mut self, explanation: &Explanation) {
        let outside = details(explanation, |details| match details {
            Details::OutsideChange(outside) => Some(outside),
            _ => None,
        });
        for (pointer, failed) in [("/scaling/by_hand", 0), ("/scaling/refused", 1)] {
            let (actor, action) = (
                text(&self.truth, &format!("{pointer}/actor")),
                text(&self.truth, &format!("{pointer}/action")),
            );
            let is_told = outside
                .iter()
                .any(|told| told.actor == actor && told.action == action && told.failed == failed);
            self.ensure(is_told, || {
                format!("{action} by {actor} is not told: {outside:?}")
            });
        }
    }

    fn cost(&mut self, explanation: &Explanation) {
        let expected = self.truth["cost"].clone();
        let costs = details(explanation, |details| match details {
            Details::Cost(cost) => Some(cost),
            _ => None,
        });
        let spikes: Vec<_> = costs.iter().flat_map(|cost| &cost.spikes).collect();
        let service = text(&expected, "/spike_service");
        let Some(spike) = spikes.iter().find(|spike| spike.service == service) else {
            self.problems
                .push(format!("no rise of the logs of {service}: {spikes:?}"));
            return;
        };
        self.equal(
            "team of the rise",
            spike.team.as_deref().unwrap_or("none"),
            &text(&expected, "/spike_team"),
        );
        let ratio = number(&expected, "/ratio");
        self.ensure(is_near(spike.ratio, ratio, 0.2), || {
            format!("rise by {}, not {ratio}", spike.ratio)
        });
        for (what, found, truth) in [
            ("begin", spike.start, time(&expected, "/start")),
            ("end", spike.end, time(&expected, "/end")),
        ] {
            let is_then = found.since(truth).abs() <= 300 * NANOS;
            self.ensure(is_then, || {
                format!("{what} of the rise: {found}, not {truth}")
            });
        }
        let bytes: u64 = costs
            .iter()
            .flat_map(|cost| &cost.lines)
            .map(|line| line.bytes)
            .sum();
        let total: u64 = costs.iter().map(|cost| cost.total_bytes).sum();
        self.equal(
            "bytes of all owners",
            &bytes.to_string(),
            &total.to_string(),
        );
    }

    /// What stands where documents hold secrets is in no output.
    fn secrets(&mut self, explanation: Explanation) {
        let mut outputs = vec![("result", format!("{explanation:?}"))];
        let conclusions = explanation.conclusions;
        let report = Report::build(
            Inputs::default(),
            conclusions.findings,
            conclusions.changes,
            explanation.rejects,
        );
        let options = TextOptions {
            verbosity: Verbosity::Full,
            ..TextOptions::default()
        };
        outputs.push(("text", render_text(&report, &options)));
        outputs.push(("page", render_html(&report)));
        outputs.push(("JSON", report.to_json()));
        let secrets = list(&self.truth, "/never_shown");
        self.ensure(!secrets.is_empty(), || {
            "the truth names no secret".to_owned()
        });
        for secret in secrets.iter().filter_map(Value::as_str) {
            for (name, output) in &outputs {
                self.ensure(!output.contains(secret), || {
                    format!("{name} shows {secret}")
                });
            }
        }
    }
}
