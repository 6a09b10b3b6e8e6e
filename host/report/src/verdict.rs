//! The verdict in a sentence or two per incident: what a person reads first, and perhaps alone.

use nepho_core::findings::{
    ChangeVerdict, ConsideredChange, IncidentDetails, OutsideChange, Urgency,
};
use nepho_core::key;

use crate::build::{cause, failing_all_along, with_verdict};
use crate::model::{Conclusion, Report};
use crate::text::outside::grave;
use crate::words;

/// Confidence from which a service is said to have followed, in a sentence.
const FOLLOWED: f64 = 0.4;

/// One text per incident; one that says that there is none if there is none.
pub(crate) fn sentences(report: &Report) -> Vec<String> {
    let mut sentences: Vec<String> = match report.incidents.is_empty() {
        true => vec![nothing_found(report)],
        false => report
            .incidents
            .iter()
            .map(|incident| sentence(&incident.details))
            .collect(),
    };
    sentences.extend(takeover(report));
    sentences
}

/// `But user/ci-legacy ends the audit log and did 10 more things to look at`: what somebody opened
/// or hid is no failure of a service, and may be worse than one.
fn takeover(report: &Report) -> Option<String> {
    let found = grave(report);
    let (actor, deeds) = found.first()?;
    let is_critical = |one: &&&Conclusion<OutsideChange>| one.urgency == Urgency::Critical;
    let first = deeds.iter().find(is_critical)?;
    let effect = first.details.effect.as_deref()?;
    let name = key::short_name(actor);
    let action = &first.details.action;
    let time = words::date_time(first.details.first);
    let more = match deeds.len() - 1 {
        0 => String::new(),
        more => format!(
            ", with {} of that kind",
            words::count(more as u64, "more call", "more calls")
        ),
    };
    let others = match found.len() - 1 {
        0 => String::new(),
        others => format!(
            "; so did {}",
            words::count(others as u64, "other", "others")
        ),
    };
    Some(format!(
        "To look at in any case: {action} by {name} at {time} UTC {effect}{more}{others}."
    ))
}

fn nothing_found(report: &Report) -> String {
    let totals = &report.inputs.totals;
    let changes = words::count(totals.changes, "change", "changes");
    if totals.rows == 0
        && let Some(mut text) = all_left_out(report)
    {
        if totals.changes > 0 {
            text.push_str(&format!(" {changes} of infrastructure code were read."));
        }
        return text;
    }
    match (totals.rows, totals.changes) {
        (0, 0) if totals.files == 0 => "Nothing was read.".to_owned(),
        (0, 0) => format!(
            "No log rows in {}.",
            words::count(totals.files, "file", "files")
        ),
        (0, _) => format!("No log rows were read; {changes} of infrastructure code were."),
        (rows, _) if !report.inputs.selection.services.is_empty() => {
            let asked = &report.inputs.selection.services;
            let (names, rows) = (asked.join(", "), words::count(rows, "row", "rows"));
            let is_asked =
                |service: &str| asked.iter().any(|name| name.eq_ignore_ascii_case(service));
            let nodes = &report.service_map.nodes;
            let nodes = nodes.iter().filter(|node| is_asked(&node.service));
            let (all, failed, count) = nodes.fold((0, 0, 0), |(all, failed, count), node| {
                (all + node.rows, failed + node.errors, count + 1)
            });
            let mut lines = report.cost.iter().flat_map(|cost| &cost.details.lines);
            let is_known =
                count > 0 || lines.any(|line| line.service.as_deref().is_some_and(is_asked));
            match (is_known, failed) {
                (true, 0) => format!("No incident of {names} found in {rows}."),
                (true, failed) => format!(
                    "No incident of {names} found in {rows}; {} of {} of it failed, as they do all \
                     along.",
                    words::number(failed),
                    words::count(all, "row", "rows")
                ),
                (false, _) => format!("None of {rows} is of {names}."),
            }
        }
        (all, _) => {
            let rows = words::count(all, "row", "rows");
            let failing = all_along(report);
            match totals.services {
                _ if totals.untimed == all => format!(
                    "Whether there is an incident cannot be told: no time could be read of {rows}."
                ),
                0 => format!("No incident found in {rows}{failing}; none of them names a service."),
                services => format!(
                    "No incident found in {rows} of {}{failing}.",
                    words::count(services, "service", "services")
                ),
            }
        }
    }
}

/// Where the rows lie of which none is in the range of times that was asked for.
fn all_left_out(report: &Report) -> Option<String> {
    let left_out = &report.inputs.totals.left_out;
    let range = words::time_range(left_out.first?, left_out.last?);
    Some(match left_out.rows {
        1 => format!("The only log row lies outside of the times asked for: {range}."),
        rows => format!(
            "All {} log rows lie outside of the times asked for: {range}.",
            words::number(rows)
        ),
    })
}

/// `; but checkout failed all along`: whoever gives only logs of an outage is not told that all is
/// well.
fn all_along(report: &Report) -> String {
    let failing = failing_all_along(report);
    let names: Vec<&str> = failing.iter().map(|node| node.service.as_str()).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("; but {} failed all along", words::list(&names, 5)),
    }
}

fn sentence(details: &IncidentDetails) -> String {
    let primary = &details.primary;
    let what = match (&primary.principal, primary.was_failing) {
        (Some(_), _) => format!("Calls of {} failed from", primary.service),
        (None, false) => format!("{} broke first at", primary.service),
        (None, true) => format!(
            "{} was failing already when its rows begin, at",
            primary.service
        ),
    };
    let mut text = format!("{what} {} UTC", words::date_time(primary.onset));
    if let Some(last) = details.recurrences.last() {
        let times = words::count(details.recurrences.len() as u64, "time", "times");
        let last = words::time_near(last.start, primary.onset);
        text.push_str(&format!(" and {times} more until {last}"));
    }
    let responsible = cause(details);
    if let Some(change) = responsible {
        text.push_str(&format!(
            " because {}",
            what_happened(change, primary.onset, primary.was_failing)
        ));
    }
    let followers = details.secondary.iter();
    let followers: Vec<&str> = followers
        .filter(|failure| failure.confidence >= FOLLOWED)
        .map(|failure| failure.service.as_str())
        .collect();
    if !followers.is_empty() && primary.principal.is_some() {
        text.push_str(&format!("; so did those of {}", words::list(&followers, 5)));
    } else if !followers.is_empty() {
        text.push_str(&format!("; {} only followed", words::list(&followers, 5)));
    }
    text.push('.');
    match (&details.trouble, &primary.via) {
        (Some(trouble), _) => {
            text.push_str(&format!(" Its messages tell of {}.", trouble.text));
        }
        // Whom they name is where to look where no word tells what is wrong.
        (None, Some(via)) if responsible.is_none() => {
            text.push_str(&format!(" Its messages name {via}."));
        }
        _ => {}
    }
    if responsible.is_none() {
        text.push_str(&abstention(details));
    }
    text
}

/// `aws_security_group.db was changed by terraform (alice) 41 s before`.
fn what_happened(
    change: &ConsideredChange,
    onset: nepho_core::Timestamp,
    was_failing: bool,
) -> String {
    let mut text = change.called().unwrap_or_else(|| {
        let (address, tool) = (&change.address, &change.tool);
        format!("{address} was {} by {tool}", done(&change.action))
    });
    if let Some(actor) = &change.actor {
        text.push_str(&format!(" ({actor})"));
    }
    match change.time {
        Some(time) if time <= onset && !was_failing => {
            text.push_str(&format!(" {} before", words::duration(onset.since(time))));
        }
        Some(time) => text.push_str(&format!(" at {}", words::time_near(time, onset))),
        None => {}
    }
    text
}

fn done(action: &str) -> &str {
    match action {
        "create" => "created",
        "replace" => "replaced",
        "delete" => "deleted",
        "import" => "imported",
        "move" => "moved",
        "forget" => "given up",
        _ => "changed",
    }
}

fn abstention(details: &IncidentDetails) -> String {
    let possible = with_verdict(details, ChangeVerdict::Possible);
    if let Some(change) = possible.first() {
        let more = match possible.len() {
            1 => String::new(),
            count => format!(" and {}", words::count(count as u64 - 1, "other", "others")),
        };
        return format!(
            " No change is held responsible; {}{more} may have to do with it.",
            change.address
        );
    }
    match details.considered.len() {
        0 => " No change explains this.".to_owned(),
        1 => " No change explains this (1 was weighed and cleared).".to_owned(),
        count => format!(
            " No change explains this ({} were weighed and cleared).",
            words::number(count as u64)
        ),
    }
}
