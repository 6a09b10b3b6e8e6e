//! What was found, in a few lines, to be read beside what was expected.

use std::fmt::Write;

use nepho::Explanation;
use nepho::core::findings::IncidentDetails;

use super::expected::{Found, cause};

/// The findings, the calls between services, and the rejects.
pub(super) fn summary(explanation: &Explanation) -> String {
    let found = Found::of(explanation);
    let mut lines = Vec::new();
    for incident in &found.incidents {
        add_incident(incident, &mut lines);
    }
    lines.extend(found.clocks.iter().map(|clock| {
        let ahead = clock.ahead_nanos / 1_000_000;
        format!(
            "clock domain={} ahead={ahead}ms applied={}",
            clock.domain, clock.applied
        )
    }));
    lines.extend(found.scalings.iter().map(|scaling| {
        format!(
            "scaling group={} service={:?} symptoms={:?}",
            scaling.group, scaling.service, scaling.symptoms
        )
    }));
    lines.extend(found.spikes.iter().map(|spike| {
        format!(
            "cost-spike service={} team={:?} x{:.1}",
            spike.service, spike.team, spike.ratio
        )
    }));
    lines.extend(found.outsides.iter().map(|outside| {
        format!(
            "outside actor={} action={} managed={:?}",
            outside.actor, outside.action, outside.managed
        )
    }));
    for drift in found.outsides.iter().flat_map(|outside| &outside.drift) {
        let closed = drift
            .closed
            .map_or("no".to_owned(), |time| time.to_string());
        lines.push(format!("drift address={} closed={closed}", drift.address));
    }
    lines.extend(explanation.conclusions.changes.iter().map(|change| {
        let class = change.class.map_or("none", |class| class.as_str());
        format!(
            "change address=\"{}\" class={class} run={} actor={:?} ending={}",
            change.address, change.run, change.actor, change.outcome
        )
    }));
    for relation in &explanation.conclusions.relations {
        if relation.from_kind.as_str() == "service" {
            lines.push(format!(
                "{} -{}-> {} ({})",
                relation.from, relation.kind, relation.to, relation.source
            ));
        }
    }
    let rows: u64 = explanation.inputs.iter().map(|input| input.rows).sum();
    lines.push(format!("rows={rows} rejects={}", explanation.reject_count));
    for reject in &explanation.rejects {
        lines.push(format!(
            "  {}:{}: {}",
            reject.uri, reject.line, reject.reason
        ));
    }
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn add_incident(incident: &IncidentDetails, lines: &mut Vec<String>) {
    let failure = &incident.primary;
    let names: Vec<&str> = incident
        .secondary
        .iter()
        .map(|failure| failure.service.as_str())
        .collect();
    let cause = cause(incident).map_or("none", |cause| &cause.address);
    lines.push(format!(
        "incident primary={} secondary={} change={cause} onset={} via={:?}",
        failure.service,
        names.join(","),
        failure.onset,
        failure.via
    ));
    for failure in std::iter::once(failure).chain(&incident.secondary) {
        lines.push(format!(
            "  {} {}: {}",
            failure.onset, failure.service, failure.reason
        ));
    }
    for change in &incident.considered {
        lines.push(format!(
            "  {} {} ({:.2}): {} {:?}",
            change.verdict, change.address, change.score, change.why, change.path
        ));
    }
    lines.extend(
        incident
            .checked
            .iter()
            .map(|checked| format!("  checked: {checked}")),
    );
}
