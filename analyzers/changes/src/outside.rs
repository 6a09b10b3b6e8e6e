//! Findings on changes outside infrastructure code: who did what to what, by what means.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::findings::{
    Details, Drift, Evidence, Finding, FindingKind, OutsideChange, Urgency, WriteClass,
};
use nepho_core::key;
use nepho_core::tables::{ChangeAction, Outcome};

use crate::emit::{self, is_outside};
use crate::failures::Failure;
use crate::known::Known;
use crate::store::Write;

/// Findings at most; the rest is summed up in the last one.
const FINDINGS: usize = 200;
/// Resources listed per finding.
const RESOURCES: usize = 20;
/// Addresses told per finding.
const ADDRESSES: usize = 5;
/// Rows quoted per finding.
const QUOTED: usize = 3;

/// Writes of one actor, by the same means, of one kind.
struct Group<'a> {
    writes: Vec<&'a Write>,
    failed: u64,
}

impl Group<'_> {
    /// The gravest of what its writes open, hide or hand out, and whether it is grave. None of
    /// those that were refused.
    fn effect(&self, accounts: &BTreeSet<&str>) -> Option<(String, bool)> {
        let done = self
            .writes
            .iter()
            .filter(|write| write.event.outcome != Some(Outcome::Failure));
        let effects = done.filter_map(|write| write.event.effect.as_deref());
        let known = |account: &str| accounts.contains(account);
        let told = effects.filter_map(|one| Some((one.words(&known)?, one.is_grave())));
        told.max_by_key(|(words, is_grave)| (*is_grave, std::cmp::Reverse(words.clone())))
    }
}

type Key<'a> = (&'a str, WriteClass, &'a str, &'a str);

/// Findings, people and scripts first. `counted` tells of writes that are no outside changes,
/// in sentences.
pub(crate) fn findings(
    writes: &[Write],
    known: &Known,
    failures: &BTreeMap<u64, Failure>,
    drifts: &BTreeMap<u64, Vec<Drift>>,
    counted: &[String],
) -> Vec<Finding> {
    let mut told: Vec<OutsideChange> = Vec::new();
    let mut urgencies = Vec::new();
    let mut evidence = Vec::new();
    let closers: BTreeSet<&str> = drifts
        .values()
        .flatten()
        .filter_map(|drift| drift.closed_by.as_deref())
        .collect();
    let mut order: Vec<(Key<'_>, Group<'_>)> = groups(writes, failures).into_iter().collect();
    let accounts = accounts(writes);
    // What opens or hides things first, people and scripts before tools, what touches managed
    // resources before the rest, then by time.
    order.sort_by_cached_key(|(key, group)| {
        let effect = group.effect(&accounts);
        let is_managed = group
            .writes
            .iter()
            .any(|write| managed(write, known).next().is_some());
        (
            std::cmp::Reverse(effect.map(|(_, is_grave)| is_grave)),
            key.1 == WriteClass::IacUnregistered,
            !is_managed,
            group.writes.first().map(|write| write.time),
            *key,
        )
    });
    let left_out = order.len().saturating_sub(FINDINGS);
    order.truncate(FINDINGS);
    for (key, group) in &order {
        let Some(mut outside) = outside(*key, group, known, drifts) else {
            continue;
        };
        outside.effect = group.effect(&accounts).map(|(words, _)| words);
        let mut writes = group.writes.iter();
        let restores = writes.all(|write| {
            let mut places = 0..write.identities.len();
            places.any(|place| closers.contains(&*emit::id(write, place)))
        });
        urgencies.push((urgency(&outside, group, &accounts), restores));
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
        .map(|(index, ((outside, (urgency, restores)), evidence))| {
            finding(index + 1, outside, urgency, restores, evidence)
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

/// Accounts that the writes were made in.
fn accounts(writes: &[Write]) -> BTreeSet<&str> {
    let writes = writes.iter();
    writes.map(|write| write.event.account.as_str()).collect()
}

/// Writes outside of known runs, by who made them, by what means and what they did.
fn groups<'a>(
    writes: &'a [Write],
    failures: &BTreeMap<u64, Failure>,
) -> BTreeMap<Key<'a>, Group<'a>> {
    let mut groups: BTreeMap<Key<'a>, Group<'a>> = BTreeMap::new();
    for write in writes.iter().filter(|write| is_outside(write.class)) {
        // What was tried again, and what was gone already, is no failure.
        if failures
            .get(&write.hash)
            .is_some_and(|failure| *failure != Failure::Real)
        {
            continue;
        }
        let event = &write.event;
        let key = (
            event.actor.as_str(),
            write.class,
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
    groups
}

fn managed<'a>(write: &'a Write, known: &'a Known) -> impl Iterator<Item = &'a str> {
    // What a tool makes itself is managed by nobody else.
    let is_tool = write.class == WriteClass::IacUnregistered;
    let identities = write.identities.iter();
    let declared = identities
        .clone()
        .flat_map(|identity| known.declared(identity));
    let made = identities.filter(move |_| !is_tool);
    let made = made.filter(|identity| known.declared(identity).next().is_none());
    declared.chain(made.flat_map(|identity| known.addresses(identity)))
}

fn outside(
    key: Key<'_>,
    group: &Group<'_>,
    known: &Known,
    drifts: &BTreeMap<u64, Vec<Drift>>,
) -> Option<OutsideChange> {
    let (actor, class, api, action) = key;
    let resources: BTreeSet<&str> = group
        .writes
        .iter()
        .flat_map(|write| &write.identities)
        .map(AsRef::as_ref)
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
        resources: resources
            .into_iter()
            .take(RESOURCES)
            .map(str::to_owned)
            .collect(),
        managed: group
            .writes
            .iter()
            .flat_map(|write| managed(write, known))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        count: group.writes.len() as u64,
        failed: group.failed,
        first: times().min()?,
        last: times().max()?,
        drift: group
            .writes
            .iter()
            .filter_map(|write| drifts.get(&write.hash))
            .flatten()
            .cloned()
            .collect(),
        effect: None,
        addresses: addresses(group),
    })
}

fn addresses(group: &Group<'_>) -> Vec<String> {
    let told = group.writes.iter();
    let told = told.filter_map(|write| write.event.source_ip.as_deref());
    let told: BTreeSet<&str> = told.collect();
    told.into_iter()
        .take(ADDRESSES)
        .map(str::to_owned)
        .collect()
}

fn urgency(outside: &OutsideChange, group: &Group<'_>, accounts: &BTreeSet<&str>) -> Urgency {
    let is_grave = group.effect(accounts).is_some_and(|(_, is_grave)| is_grave);
    let ends = group
        .writes
        .iter()
        .any(|write| write.event.subject.action == Some(ChangeAction::Delete));
    let is_by_tool = outside.class == WriteClass::IacUnregistered;
    if is_grave && !is_by_tool {
        return Urgency::Critical;
    }
    if outside.effect.is_some() {
        return Urgency::Warning;
    }
    if outside.failed == outside.count || is_by_tool && outside.managed.is_empty() {
        Urgency::Info
    } else if !outside.managed.is_empty() || ends {
        Urgency::Warning
    } else {
        Urgency::Info
    }
}

fn quote(write: &Write) -> Evidence {
    let event = &write.event;
    let target = write.target.as_deref().unwrap_or("no resource");
    let end = match event.outcome {
        Some(Outcome::Failure) => " (refused)",
        _ => "",
    };
    let text = format!(
        "{} by {} with {}: {target}{end}",
        event.operation, event.actor, event.means.tool
    );
    Evidence::new(&write.uri, u64::from(write.line), write.time, &text)
}

fn finding(
    number: usize,
    outside: OutsideChange,
    urgency: Urgency,
    restores: bool,
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
    if let Some(effect) = &outside.effect {
        explanation.push_str(&format!(" It {effect}."));
    }
    explanation.push_str(&of_managed(&outside, restores));
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
        title: match &outside.effect {
            Some(effect) => format!("{actor} {means}: {} on {subject} {effect}", outside.action),
            None => format!("{actor} {means}: {} on {subject}", outside.action),
        },
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

/// What is said of managed resources that it is of; nothing of none.
fn of_managed(outside: &OutsideChange, restores: bool) -> String {
    if outside.managed.is_empty() {
        return String::new();
    }
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
    format!(
        " Infrastructure code manages {}{more}: {}.",
        listed.join(", "),
        match restores {
            true => "this took back what was done before".to_owned(),
            false => what_next(&outside.drift),
        }
    )
}

/// What was done about it, or may be.
fn what_next(drift: &[Drift]) -> String {
    let closed: BTreeSet<Timestamp> = drift.iter().filter_map(|one| one.closed).collect();
    let is_open = drift.is_empty() || drift.iter().any(|one| one.closed.is_none());
    match (closed.first(), is_open) {
        (Some(time), false) => format!("this was undone at {time}"),
        (Some(time), true) => {
            format!("a part of this was undone at {time}, and the next apply may undo the rest")
        }
        (None, _) => "the next apply may undo this, or trip over it".to_owned(),
    }
}

fn period(first: Timestamp, last: Timestamp) -> String {
    if first == last {
        format!("at {first}")
    } else {
        format!("from {first} to {last}")
    }
}
