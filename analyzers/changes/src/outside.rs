//! Findings on changes outside infrastructure code: who did what to what, by what means.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::findings::{
    Details, Evidence, Finding, FindingKind, OutsideChange, Urgency, WriteClass,
};
use nepho_core::key;
use nepho_core::tables::{ChangeAction, Outcome};
use nepho_core::time::NANOS;

use crate::emit::is_outside;
use crate::known::Known;
use crate::store::Write;

/// Findings at most; the rest is summed up in the last one.
const FINDINGS: usize = 200;
/// Resources listed per finding.
const RESOURCES: usize = 20;
/// Rows quoted per finding.
const QUOTED: usize = 3;
/// A failed call of a tool that succeeds within this time was tried again: 10 minutes.
const RETRY: i64 = 600 * NANOS;

/// Writes of one actor, by the same means, of one kind.
struct Group<'a> {
    writes: Vec<&'a Write>,
    failed: u64,
}

type Key<'a> = (&'a str, WriteClass, &'a str, &'a str);

/// Findings, people and scripts first. `counted` tells of writes that are no outside changes,
/// in sentences.
pub(crate) fn findings(writes: &[Write], known: &Known, counted: &[String]) -> Vec<Finding> {
    let retried = retried(writes);
    let mut groups: BTreeMap<Key<'_>, Group<'_>> = BTreeMap::new();
    for write in writes
        .iter()
        .filter(|write| is_outside(write.event.means.class))
    {
        if retried.contains(&write.hash) {
            continue;
        }
        let event = &write.event;
        let key = (
            event.actor.as_str(),
            event.means.class,
            event.api.as_str(),
            event.operation.as_str(),
        );
        let group = groups.entry(key).or_insert_with(|| Group {
            writes: Vec::new(),
            failed: 0,
        });
        group.writes.push(write);
        group.failed += u64::from(event.outcome == Some(Outcome::Failure));
    }
    let mut told: Vec<OutsideChange> = Vec::new();
    let mut urgencies = Vec::new();
    let mut evidence = Vec::new();
    let mut order: Vec<(Key<'_>, Group<'_>)> = groups.into_iter().collect();
    // People and scripts first, what touches managed resources before the rest, then by time.
    order.sort_by_key(|(key, group)| {
        let is_managed = group
            .writes
            .iter()
            .any(|write| managed(write, known).next().is_some());
        (
            key.1 == WriteClass::IacUnregistered,
            !is_managed,
            group.writes.first().map(|write| write.time),
            *key,
        )
    });
    let left_out = order.len().saturating_sub(FINDINGS);
    order.truncate(FINDINGS);
    for (key, group) in &order {
        let Some(outside) = outside(*key, group, known) else {
            continue;
        };
        urgencies.push(urgency(&outside, group));
        evidence.push(
            group
                .writes
                .iter()
                .take(QUOTED)
                .map(|write| quote(write))
                .collect::<Vec<_>>(),
        );
        told.push(outside);
    }
    let mut findings: Vec<Finding> = told
        .into_iter()
        .zip(urgencies)
        .zip(evidence)
        .enumerate()
        .map(|(index, ((outside, urgency), evidence))| {
            finding(index + 1, outside, urgency, evidence)
        })
        .collect();
    if let Some(last) = findings.last_mut() {
        if left_out > 0 {
            last.explanation.push_str(&format!(
                " {left_out} more kinds of writes outside infrastructure code are not listed."
            ));
        }
        for sentence in counted {
            last.explanation.push(' ');
            last.explanation.push_str(sentence);
        }
    }
    findings
}

/// Failed calls of infrastructure tools that the same call made good: retries are no failures.
fn retried(writes: &[Write]) -> BTreeSet<u64> {
    let same = |write: &Write| {
        (
            write.event.actor.clone(),
            write.event.api.clone(),
            write.event.operation.clone(),
        )
    };
    let mut successes: BTreeMap<_, Vec<&Write>> = BTreeMap::new();
    for write in writes
        .iter()
        .filter(|write| write.event.outcome == Some(Outcome::Success))
    {
        successes.entry(same(write)).or_default().push(write);
    }
    let is_tool = |write: &&Write| {
        matches!(
            write.event.means.class,
            WriteClass::Iac | WriteClass::IacUnregistered
        )
    };
    writes
        .iter()
        .filter(is_tool)
        .filter(|write| write.event.outcome == Some(Outcome::Failure))
        .filter(|write| {
            let after = successes.get(&same(write)).into_iter().flatten();
            after.into_iter().any(|success| {
                let (target, made) = (&write.event.subject.target, &success.event.subject.target);
                let waited = success.time.since(write.time);
                // A refused creation has no id yet.
                (0..=RETRY).contains(&waited) && (target.is_none() || target == made)
            })
        })
        .map(|write| write.hash)
        .collect()
}

fn managed<'a>(write: &'a Write, known: &'a Known) -> impl Iterator<Item = &'a String> {
    let target = write
        .event
        .subject
        .target
        .as_ref()
        .map(|id| known.identity(id));
    let addresses: Vec<&String> = target.map_or_else(Vec::new, |id| known.addresses(&id).collect());
    addresses.into_iter()
}

fn outside(key: Key<'_>, group: &Group<'_>, known: &Known) -> Option<OutsideChange> {
    let (actor, class, api, action) = key;
    let resources: BTreeSet<String> = group
        .writes
        .iter()
        .filter_map(|write| Some(known.identity(write.event.subject.target.as_ref()?)))
        .collect();
    let tools: BTreeSet<&str> = group
        .writes
        .iter()
        .map(|write| write.event.means.tool.as_str())
        .collect();
    let mut tool = tools.into_iter().take(3).collect::<Vec<_>>().join(", ");
    if tool.is_empty() {
        tool.push_str("unknown");
    }
    let times = || group.writes.iter().map(|write| write.time);
    Some(OutsideChange {
        actor: actor.to_owned(),
        class,
        tool: Some(tool),
        action: action.to_owned(),
        api: api.to_owned(),
        resources: resources.into_iter().take(RESOURCES).collect(),
        managed: group
            .writes
            .iter()
            .flat_map(|write| managed(write, known))
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        count: group.writes.len() as u64,
        failed: group.failed,
        first: times().min()?,
        last: times().max()?,
        drift: Vec::new(),
    })
}

fn urgency(outside: &OutsideChange, group: &Group<'_>) -> Urgency {
    let ends = group
        .writes
        .iter()
        .any(|write| write.event.subject.action == Some(ChangeAction::Delete));
    if outside.failed == outside.count
        || outside.class == WriteClass::IacUnregistered && outside.managed.is_empty()
    {
        Urgency::Info
    } else if !outside.managed.is_empty() || ends {
        Urgency::Warning
    } else {
        Urgency::Info
    }
}

fn quote(write: &Write) -> Evidence {
    let event = &write.event;
    let target = event.subject.target.as_deref().unwrap_or("no resource");
    let end = match event.outcome {
        Some(Outcome::Failure) => " (refused)",
        _ => "",
    };
    let text = format!(
        "{} by {} with {}: {target}{end}",
        event.operation, event.actor, event.means.tool
    );
    Evidence::new(&write.uri, write.line, write.time, &text)
}

fn finding(
    number: usize,
    outside: OutsideChange,
    urgency: Urgency,
    evidence: Vec<Evidence>,
) -> Finding {
    let actor = key::short_name(&outside.actor).to_owned();
    let tool = outside.tool.clone().unwrap_or_default();
    let means = match outside.class {
        WriteClass::Console => "in the console".to_owned(),
        WriteClass::IacUnregistered => {
            format!("with {tool}, in a run that the input does not tell of")
        }
        _ => format!("with {tool}"),
    };
    let times = if outside.count == 1 {
        "once".to_owned()
    } else {
        format!("{} times", outside.count)
    };
    let mut explanation = format!(
        "{actor} called {} of {} {means} {times}, {}",
        outside.action,
        outside.api,
        period(outside.first, outside.last)
    );
    match outside.failed {
        0 => {}
        failed if failed == outside.count => explanation.push_str("; all of it was refused"),
        failed => explanation.push_str(&format!("; {failed} of these were refused")),
    }
    explanation.push('.');
    if !outside.managed.is_empty() {
        let listed: Vec<&str> = outside
            .managed
            .iter()
            .take(10)
            .map(String::as_str)
            .collect();
        let more = outside.managed.len().saturating_sub(listed.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        explanation.push_str(&format!(
            " Infrastructure code manages {}{more}: the next apply may undo this, or trip over it.",
            listed.join(", ")
        ));
    }
    let subject = match outside.resources.as_slice() {
        [] => outside.api.clone(),
        [one] => key::short_name(one).to_owned(),
        several if several.len() == RESOURCES => format!("{RESOURCES} resources or more"),
        several => format!("{} resources", several.len()),
    };
    Finding {
        id: format!("outside-change-{number}"),
        kind: FindingKind::OutsideChange,
        urgency,
        start: Some(outside.first),
        end: Some(outside.last),
        services: Vec::new(),
        resources: outside.resources.clone(),
        title: format!("{actor} {means}: {} on {subject}", outside.action),
        explanation,
        confidence: if outside.class == WriteClass::IacUnregistered {
            0.7
        } else {
            0.85
        },
        change: None,
        evidence,
        details: Details::OutsideChange(outside),
    }
}

fn period(first: Timestamp, last: Timestamp) -> String {
    if first == last {
        format!("at {first}")
    } else {
        format!("from {first} to {last}")
    }
}
