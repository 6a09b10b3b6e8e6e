//! Puts an incident into words.

use nepho_core::Timestamp;
use nepho_core::findings::incident::{IncidentDetails, SeriesPoint, ServiceFailure};
use nepho_core::findings::{
    ChangeVerdict, ConsideredChange, Details, Evidence, Finding, FindingKind, Urgency,
};
use nepho_core::time::NANOS;

use super::confidence;
use super::weigh::Weighed;
use crate::blame::links::Reason;
use crate::blame::roots::{Case, Follower};
use crate::blame::scene::Scene;
use crate::bursts::timeline::Timeline;
use crate::bursts::{Burst, Strength};
use crate::words;

/// Points of a curve at most.
const POINTS: i64 = 240;
/// Failing rows quoted per service.
const QUOTED: usize = 5;
/// Failures this close to the end of the input may go on: 1 minute.
const ONGOING: i64 = 60 * NANOS;
/// Services of an incident whose curve is given, and more than one row quoted.
const DETAILED: usize = 100;
/// Time around an incident that its curves show at least: 5 minutes.
const AROUND: i64 = 300 * NANOS;

/// Finding of an incident.
pub(crate) fn finding(scene: &Scene<'_>, case: &Case, weighed: Weighed, id: String) -> Finding {
    let members = members(scene, case);
    let start = scene.bursts[case.primary].onset;
    let last = members
        .iter()
        .map(|member| member.burst.last)
        .max()
        .unwrap_or(start);
    let margin = AROUND.max(last.saturating_sub(start) / 4);
    let window = (start.saturating_sub(margin), last.saturating_add(margin));
    let mut failures: Vec<ServiceFailure> = members
        .iter()
        .map(|member| failure(scene, case, member, window))
        .collect();
    for failure in failures.iter_mut().skip(DETAILED) {
        failure.series.clear();
        failure.evidence.truncate(1);
    }
    let mut weighed = weighed;
    if failures.len() > DETAILED {
        weighed.checked.push(format!(
            "Curves are given for the first {DETAILED} of {} services only.",
            failures.len()
        ));
    }
    let primary = failures.remove(0);
    let is_over = members.iter().all(|member| {
        let activity = scene
            .timelines
            .get(member.burst.timeline)
            .map(|timeline| &timeline.activity);
        activity.is_none_or(|activity| {
            activity
                .end_around(member.burst.last)
                .saturating_sub(member.burst.last)
                > ONGOING
        })
    });
    let cause = weighed
        .considered
        .iter()
        .find(|change| change.verdict == ChangeVerdict::Cause)
        .cloned();
    let mut services = vec![primary.service.clone()];
    services.extend(failures.iter().map(|failure| failure.service.clone()));
    let mut evidence: Vec<Evidence> = primary.evidence.iter().take(2).cloned().collect();
    evidence.extend(
        failures
            .iter()
            .filter_map(|failure| failure.evidence.first().cloned())
            .take(10),
    );
    evidence.extend(
        cause
            .iter()
            .flat_map(|change| change.evidence.iter().cloned()),
    );
    let half_fails = primary.errors * 2 >= primary.rows;
    Finding {
        id,
        kind: FindingKind::Incident,
        urgency: if half_fails || !failures.is_empty() {
            Urgency::Critical
        } else {
            Urgency::Warning
        },
        start: Some(Timestamp(start)),
        end: is_over.then_some(Timestamp(last)),
        title: title(&primary, &failures, cause.as_ref()),
        explanation: explanation(&primary, &failures, cause.as_ref(), &weighed),
        confidence: confidence::verdict(
            primary.confidence,
            cause.as_ref().map(|change| change.score),
            weighed.is_close,
        ),
        resources: cause
            .iter()
            .filter_map(|change| change.resource.clone())
            .collect(),
        change: weighed.cause.clone(),
        services,
        evidence,
        details: Details::Incident(IncidentDetails {
            primary,
            secondary: failures,
            cause: weighed.cause,
            considered: weighed.considered,
            checked: weighed.checked,
        }),
    }
}

/// A service of an incident; several bursts of it are one.
struct Member {
    burst: Burst,
    follower: Option<Follower>,
}

/// The primary service first, then the others by onset and distance.
fn members(scene: &Scene<'_>, case: &Case) -> Vec<Member> {
    let mut members = vec![Member {
        burst: scene.bursts[case.primary].clone(),
        follower: None,
    }];
    let mut followers = case.followers.clone();
    followers.sort_by_key(|follower| {
        (
            scene.bursts[follower.burst].onset,
            follower.distance,
            follower.burst,
        )
    });
    for follower in followers {
        let burst = &scene.bursts[follower.burst];
        match members
            .iter_mut()
            .find(|member| member.burst.timeline == burst.timeline)
        {
            Some(member) => {
                member.burst.onset = member.burst.onset.min(burst.onset);
                member.burst.last = member.burst.last.max(burst.last);
                member.burst.failures += burst.failures;
                member.burst.warnings += burst.warnings;
                member.burst.rows += burst.rows;
                member.burst.strength = member.burst.strength.max(burst.strength);
            }
            None => members.push(Member {
                burst: burst.clone(),
                follower: Some(follower),
            }),
        }
    }
    members
}

fn failure(scene: &Scene<'_>, case: &Case, member: &Member, window: (i64, i64)) -> ServiceFailure {
    let burst = &member.burst;
    let timeline = scene.timelines.get(burst.timeline);
    let mut rows = 0;
    if let Some(timeline) = timeline {
        rows = timeline
            .totals(
                burst.onset.saturating_sub(timeline.width),
                burst.last.saturating_add(1),
            )
            .0;
    }
    let (reason, via) = match &member.follower {
        Some(follower) => followed(scene, case, burst, follower),
        None => broke(scene, case),
    };
    ServiceFailure {
        service: scene.service(burst).to_owned(),
        provider: timeline.and_then(|timeline| timeline.provider.clone()),
        onset: Timestamp(burst.onset),
        last: Timestamp(burst.last),
        errors: burst.failures,
        rows: rows.max(burst.failures + burst.warnings),
        reason,
        via,
        confidence: match &member.follower {
            Some(follower) => confidence::follower(burst, &follower.link),
            None => confidence::primary(scene, case),
        },
        series: timeline.map_or_else(Vec::new, |timeline| series(timeline, window)),
        evidence: scene
            .samples(burst)
            .take(QUOTED)
            .map(|(_, sample)| sample.evidence.clone())
            .collect(),
    }
}

fn correction(scene: &Scene<'_>, burst: &Burst) -> String {
    let domain = scene
        .timelines
        .get(burst.timeline)
        .map_or(0, |timeline| timeline.domain);
    match scene.clocks.ahead(domain) {
        0 => String::new(),
        ahead => format!(
            "; its clock is {} {}, which is corrected here",
            words::duration(ahead),
            if ahead > 0 { "ahead" } else { "behind" }
        ),
    }
}

fn broke(scene: &Scene<'_>, case: &Case) -> (String, Option<String>) {
    let burst = &scene.bursts[case.primary];
    let lost = scene.lost.get(case.primary).copied().flatten();
    let (mut reason, via) = match lost {
        Some(lost) => {
            let node = scene.graph.node(lost.node);
            let heard = if scene.is_heard(lost.node) {
                "shows no failure itself"
            } else {
                "has no logs of its own"
            };
            let how = if lost.is_named {
                format!("its messages name {}, which {heard}", node.label)
            } else {
                format!(
                    "its messages tell of a lost connection, and {} is all it is known to call",
                    node.label
                )
            };
            (how, Some(node.label.clone()))
        }
        None if scene.graph.forward.of(scene.nodes[case.primary]).is_empty() => {
            ("nothing is known that it depends on".to_owned(), None)
        }
        None => (
            "nothing that it depends on failed before it".to_owned(),
            None,
        ),
    };
    let dependents = case
        .followers
        .iter()
        .filter(|follower| follower.link.reason == Reason::Dependency)
        .count();
    if dependents > 0 {
        reason.push_str(&format!(
            ", and {} after it",
            words::count(
                dependents as u64,
                "service that needs it failed",
                "services that need it failed"
            )
        ));
    }
    if !case.rivals.is_empty() {
        reason.push_str("; it and others depend on each other, it was the earliest");
    }
    if !burst.has_quiet_time {
        reason.push_str(
            "; the input begins with its failures, so the true beginning may lie earlier",
        );
    }
    reason.push_str(&correction(scene, burst));
    (reason, via)
}

fn followed(
    scene: &Scene<'_>,
    case: &Case,
    burst: &Burst,
    follower: &Follower,
) -> (String, Option<String>) {
    let source = &scene.bursts[follower.link.to];
    let name = scene.service(source).to_owned();
    let distance = burst.onset.saturating_sub(source.onset);
    let when = if distance >= 0 {
        format!("{} after it", words::duration(distance))
    } else {
        format!("{} before it showed there", words::duration(distance))
    };
    let what = if burst.strength == Strength::Warnings {
        "warned"
    } else {
        "failed"
    };
    let through = match follower.link.hops {
        0 => String::new(),
        hops => format!(
            " through {}",
            words::count(
                u64::from(hops),
                "other that is silent",
                "others that are silent"
            )
        ),
    };
    let loss = scene.lost.get(case.primary).copied().flatten();
    let (mut reason, via) = match follower.link.reason {
        Reason::Dependency if follower.link.is_named => (
            format!("its messages name {name}, which it depends on; it {what} {when}"),
            name,
        ),
        Reason::Dependency => (
            format!("it depends on {name}{through} and {what} {when}"),
            name,
        ),
        Reason::SharedLoss => {
            let lost = scene.lost.get(follower.burst).copied().flatten().or(loss);
            let lost = lost.map_or_else(
                || name.clone(),
                |lost| scene.graph.node(lost.node).label.clone(),
            );
            (format!("it lost {lost} as {name} did, {when}"), lost)
        }
        Reason::Caller => (
            format!("{name} calls it and failed first; it {what} {when}"),
            name,
        ),
    };
    reason.push_str(&correction(scene, burst));
    (reason, Some(via))
}

/// Curve of a service over a stretch of time, in at most [`POINTS`] equal intervals.
fn series(timeline: &Timeline, window: (i64, i64)) -> Vec<SeriesPoint> {
    let length = window.1.saturating_sub(window.0);
    let mut width = timeline.width;
    while length / width + 2 > POINTS {
        width = width.saturating_mul(2);
    }
    let first = window.0.saturating_sub(window.0.rem_euclid(width));
    let mut points: Vec<SeriesPoint> = Vec::new();
    let mut start = first;
    while start < window.1 && points.len() < POINTS as usize {
        points.push(SeriesPoint {
            time: Timestamp(start),
            rows: 0,
            errors: 0,
        });
        start = start.saturating_add(width);
    }
    let from = timeline.points.partition_point(|(point, _)| *point < first);
    for (point, cell) in timeline.points.iter().skip(from) {
        let index = usize::try_from(point.saturating_sub(first) / width).unwrap_or(usize::MAX);
        let Some(held) = points.get_mut(index) else {
            break;
        };
        held.rows += u64::from(cell.rows);
        held.errors += u64::from(cell.failures);
    }
    points
}

fn title(
    primary: &ServiceFailure,
    others: &[ServiceFailure],
    cause: Option<&ConsideredChange>,
) -> String {
    let names: Vec<String> = others.iter().map(|other| other.service.clone()).collect();
    let followed = if names.is_empty() {
        String::new()
    } else {
        format!("; {} followed", words::list(&names, 4))
    };
    let because = match cause {
        Some(change) => format!(
            "; cause: {} {} of {}",
            change.tool, change.action, change.address
        ),
        None => "; no change explains it".to_owned(),
    };
    format!("{} broke first{followed}{because}", primary.service)
}

fn explanation(
    primary: &ServiceFailure,
    others: &[ServiceFailure],
    cause: Option<&ConsideredChange>,
    weighed: &Weighed,
) -> String {
    let mut text = format!(
        "{} failed first, at {}",
        primary.service,
        words::moment(primary.onset)
    );
    if let Some(evidence) = primary.evidence.first() {
        text.push_str(&format!(": \"{}\"", evidence.text.trim()));
    }
    text.push_str(&format!(
        ". It is held to be the first because {}.",
        primary.reason
    ));
    if !others.is_empty() {
        let named: Vec<String> = others
            .iter()
            .map(|other| format!("{} at {}", other.service, words::clock(other.onset)))
            .collect();
        text.push_str(&format!(" Then followed {}.", words::list(&named, 8)));
    }
    match cause {
        Some(change) => {
            let actor = change
                .actor
                .as_ref()
                .map_or_else(String::new, |actor| format!(" by {actor}"));
            text.push_str(&format!(
                " Held responsible is the {} {} of {}{actor} ({}): {}.",
                change.tool, change.action, change.address, change.what, change.why
            ));
            if weighed.is_close {
                text.push_str(" Another change explains it nearly as well.");
            }
        }
        None => {
            text.push_str(" No change explains this. ");
            text.push_str(&weighed.checked.join(" "));
        }
    }
    text
}
