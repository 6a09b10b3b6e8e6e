//! One incident: who broke first, who followed, which change did it, which did not.

use nepho_core::Timestamp;
use nepho_core::findings::{
    ChangeVerdict, ConsideredChange, IncidentDetails, ServiceFailure, Urgency,
};

use super::canvas::{Canvas, Tone, bad, dim, plain, span, strong, warn};
use crate::build::{cause, with_verdict};
use crate::model::{Conclusion, Report};
use crate::words;

/// Changes of one verdict that are listed unless everything is asked for.
const CHANGES_SHOWN: usize = 6;

/// Share of the rows from which it is not told that others say something else: many are of a
/// gateway and say no more than a status.
const MOST: f64 = 0.5;

/// Times that an incident came again that are listed unless everything is asked for.
const TIMES: usize = 8;

pub(super) fn write(canvas: &mut Canvas, report: &Report, incident: &Conclusion<IncidentDetails>) {
    let details = &incident.details;
    let failures = || std::iter::once(&details.primary).chain(&details.secondary);
    let last = failures().map(|failure| failure.last).max();
    canvas.heading(&format!("{}: {}", incident.id, incident.title), "");
    let onset = details.primary.onset;
    let range = match (incident.end, last) {
        (None, Some(last)) if last > onset && is_last(report, onset, last) => format!(
            "since {} UTC, still going on at {} UTC ({})",
            words::date_time(onset),
            words::time_near(last, onset),
            words::duration(last.since(onset))
        ),
        _ => words::time_range(onset, last.unwrap_or(onset)),
    };
    let urgency = match incident.urgency {
        Urgency::Critical => bad(incident.urgency.as_str()),
        Urgency::Warning => warn(incident.urgency.as_str()),
        Urgency::Info => plain(incident.urgency.as_str()),
    };
    canvas.labelled(
        "When",
        Tone::Strong,
        &[
            plain(range),
            plain(", "),
            urgency,
            plain(format!(", confidence {:.2}", incident.confidence)),
        ],
    );
    write_primary(canvas, &details.primary);
    for (index, failure) in details.secondary.iter().enumerate() {
        write_secondary(canvas, failure, &details.primary, index == 0);
    }
    write_trouble(canvas, details);
    write_recurrences(canvas, details);
    match cause(details) {
        Some(change) => write_cause(canvas, report, change, details.primary.onset),
        None => canvas.labelled("Cause", Tone::Bad, &[strong("No change explains this.")]),
    }
    if let Some(ending) = &details.ended_by {
        canvas.labelled("Ended", Tone::Good, &[plain(&ending.text)]);
    }
    write_others(canvas, details, ChangeVerdict::Possible, "Possible");
    write_others(canvas, details, ChangeVerdict::Cleared, "Cleared");
    if details.cause.is_none() || canvas.is_full() {
        for (index, sentence) in details.checked.iter().enumerate() {
            canvas.labelled(
                if index == 0 { "Checked" } else { "" },
                Tone::Strong,
                &[plain(sentence)],
            );
        }
    }
    if canvas.is_full() && !incident.explanation.is_empty() {
        canvas.labelled("In words", Tone::Strong, &[plain(&incident.explanation)]);
    }
}

/// Whether hardly anything that was read is later than the last failure of an incident.
fn is_last(report: &Report, onset: Timestamp, last: Timestamp) -> bool {
    const MINUTE: i64 = 60_000_000_000;
    let end = report.inputs.totals.last;
    let near = (last.since(onset) / 20).max(MINUTE);
    end.is_some_and(|end| end.since(last) <= near)
}

fn write_primary(canvas: &mut Canvas, failure: &ServiceFailure) {
    let mut spans = vec![bad(&failure.service)];
    spans.push(plain(provider(failure)));
    spans.push(plain(format!(
        " from {} UTC, ",
        words::time_of_day(failure.onset)
    )));
    spans.push(plain(extent(failure)));
    let label = match failure.principal {
        Some(_) => "Calls of",
        None if failure.was_failing => "Failing",
        None => "Broke first",
    };
    canvas.labelled(label, Tone::Bad, &spans);
    canvas.labelled("", Tone::Plain, &[plain(&failure.reason)]);
    canvas.evidence_list(&failure.evidence, 3);
}

/// `a refused certificate of pay.example, which expired at ... (60 % of the rows quoted)`.
fn write_trouble(canvas: &mut Canvas, details: &IncidentDetails) {
    let Some(trouble) = &details.trouble else {
        return;
    };
    let mut text = trouble.text.clone();
    if trouble.share < MOST {
        let share = words::percent(trouble.share, 1.0);
        text.push_str(&format!(" (as {share} of the rows looked at say)"));
    }
    canvas.labelled("Trouble", Tone::Bad, &[strong(text)]);
}

/// Each time that it came again, with how much failed.
fn write_recurrences(canvas: &mut Canvas, details: &IncidentDetails) {
    let onset = details.primary.onset;
    let times: Vec<String> = details
        .recurrences
        .iter()
        .map(|one| {
            format!(
                "{} ({} of {})",
                words::time_near(one.start, onset),
                words::number(one.errors),
                words::number(one.rows)
            )
        })
        .collect();
    if times.is_empty() {
        return;
    }
    let times: Vec<&str> = times.iter().map(String::as_str).collect();
    let most = if canvas.is_full() { times.len() } else { TIMES };
    canvas.labelled("Again at", Tone::Warn, &[plain(words::list(&times, most))]);
}

fn write_secondary(
    canvas: &mut Canvas,
    failure: &ServiceFailure,
    primary: &ServiceFailure,
    is_first: bool,
) {
    let offset = failure.onset.since(primary.onset);
    let sign = if offset < 0 { '-' } else { '+' };
    let when = match primary.was_failing && failure.was_failing {
        true => "as well".to_owned(),
        false => format!("{sign}{}", words::duration(offset)),
    };
    let mut spans = vec![plain(format!("{when:<8} "))];
    spans.push(strong(&failure.service));
    spans.push(plain(provider(failure)));
    if let Some(via) = &failure.via {
        spans.push(plain(format!(" through {via}")));
    }
    spans.push(dim(format!(", {}", extent(failure))));
    let label = match failure.principal {
        _ if !is_first => "",
        Some(_) => "Also of",
        None => "Followed",
    };
    canvas.labelled(label, Tone::Warn, &spans);
    if canvas.is_full() && !failure.reason.is_empty() {
        canvas.labelled("", Tone::Plain, &[dim(&failure.reason)]);
    }
    canvas.evidence_list(&failure.evidence, 1);
}

fn provider(failure: &ServiceFailure) -> String {
    failure
        .provider
        .as_ref()
        .map(|provider| format!(" ({provider})"))
        .unwrap_or_default()
}

/// `4,211 of 8,902 rows failed (47 %)`.
fn extent(failure: &ServiceFailure) -> String {
    match failure.rows {
        0 => words::count(failure.errors, "failure", "failures"),
        rows => format!(
            "{} of {} failed ({})",
            words::number(failure.errors),
            words::count(rows, "row", "rows"),
            words::percent(failure.errors as f64, rows as f64)
        ),
    }
}

fn write_cause(canvas: &mut Canvas, report: &Report, change: &ConsideredChange, onset: Timestamp) {
    canvas.labelled("Cause", Tone::Bad, &[bad(&change.address)]);
    canvas.labelled("", Tone::Plain, &[plain(what_when_who(change, onset))]);
    if !change.what.is_empty() && change.what != change.action {
        canvas.labelled("", Tone::Plain, &[strong("changed: "), plain(&change.what)]);
    }
    let known = report.changes.iter().find(|known| known.id == change.id);
    if let Some(known) = known.filter(|known| !known.attributes.is_empty()) {
        canvas.labelled(
            "",
            Tone::Plain,
            &[strong("attributes: "), plain(known.attributes.join(", "))],
        );
    }
    if let Some(revision) = known.and_then(|known| known.revision.as_ref()) {
        canvas.labelled("", Tone::Plain, &[strong("revision: "), plain(revision)]);
    }
    if !change.why.is_empty() {
        canvas.labelled("", Tone::Plain, &[strong("why: "), plain(&change.why)]);
    }
    if !change.path.is_empty() {
        canvas.labelled(
            "",
            Tone::Plain,
            &[strong("path: "), plain(change.path.join("; "))],
        );
    }
    if canvas.is_full() {
        canvas.labelled(
            "",
            Tone::Plain,
            &[strong("score: "), plain(format!("{:.2}", change.score))],
        );
        if let Some(resource) = &change.resource {
            canvas.labelled("", Tone::Plain, &[strong("resource: "), plain(resource)]);
        }
    }
    canvas.evidence_list(&change.evidence, 2);
}

/// `terraform update in shop-prod by alice at 14:31:26 UTC, 41 s before`.
fn what_when_who(change: &ConsideredChange, onset: Timestamp) -> String {
    let mut text = format!("{} {}", change.tool, change.action);
    if !change.scope.is_empty() {
        text.push_str(&format!(" in {}", change.scope));
    }
    match &change.actor {
        Some(actor) => text.push_str(&format!(" by {actor}")),
        None => text.push_str(", by whom is not known"),
    }
    match change.time {
        Some(time) => {
            let side = if time <= onset {
                "before"
            } else {
                "after the first failure"
            };
            let distance = words::duration(onset.since(time));
            text.push_str(&format!(
                " at {} UTC, {distance} {side}",
                words::time_near(time, onset)
            ));
        }
        None => text.push_str(", time not known"),
    }
    text
}

fn write_others(
    canvas: &mut Canvas,
    details: &IncidentDetails,
    verdict: ChangeVerdict,
    label: &str,
) {
    let changes = with_verdict(details, verdict);
    let groups = alike(&changes, details.primary.onset, canvas.is_full());
    let most = if canvas.is_full() {
        groups.len()
    } else {
        CHANGES_SHOWN
    };
    let tone = match verdict {
        ChangeVerdict::Cleared => Tone::Good,
        _ => Tone::Warn,
    };
    for (index, (change, count)) in groups.iter().take(most).enumerate() {
        let mut head = format!(" ({} {}", change.tool, change.action);
        if *count > 1 {
            head.push_str(&format!(", {count} times"));
        }
        if let Some(time) = change.time {
            head.push_str(&format!(
                ", {}",
                words::time_near(time, details.primary.onset)
            ));
        }
        let text = format!("{head}): {}", change.why);
        let label = if index == 0 { label } else { "" };
        canvas.labelled(label, tone, &[span(&change.address, tone), plain(text)]);
        if canvas.is_full() {
            let score = format!("score {:.2}  path {}", change.score, path(change));
            canvas.labelled("", Tone::Plain, &[dim(score)]);
            canvas.evidence_list(&change.evidence, 0);
        }
    }
    let left: usize = groups.iter().skip(most).map(|(_, count)| count).sum();
    if left > 0 {
        canvas.labelled(
            "",
            Tone::Plain,
            &[dim(format!("and {left} more (-v shows all)"))],
        );
    }
}

/// Changes with how often they were made: the same thing done to the same address counts as one,
/// unless `is_full`. What was done after the onset may be the repair.
fn alike<'a>(
    changes: &[&'a ConsideredChange],
    onset: Timestamp,
    is_full: bool,
) -> Vec<(&'a ConsideredChange, usize)> {
    let is_after = |change: &ConsideredChange| change.time.is_some_and(|time| time > onset);
    let mut groups: Vec<(&ConsideredChange, usize)> = Vec::new();
    for change in changes {
        let same = groups.iter_mut().find(|(known, _)| {
            !is_full
                && is_after(known) == is_after(change)
                && (&known.tool, &known.action, &known.address)
                    == (&change.tool, &change.action, &change.address)
        });
        match same {
            Some((known, count)) => {
                *count += 1;
                // The last one before the failure says most.
                if !is_after(change) && change.time > known.time {
                    *known = change;
                }
            }
            None => groups.push((change, 1)),
        }
    }
    groups
}

fn path(change: &ConsideredChange) -> String {
    if change.path.is_empty() {
        "none".to_owned()
    } else {
        change.path.join("; ")
    }
}
