//! Puts an incident into words.

use std::collections::{BTreeSet, HashMap};

use nepho_core::Timestamp;
use nepho_core::findings::incident::{IncidentDetails, Recurrence, ServiceFailure};
use nepho_core::findings::{
    ChangeVerdict, ConsideredChange, Details, Evidence, Finding, FindingKind, Urgency,
};
use nepho_core::time::NANOS;

use super::beneath;
use super::confidence;
use super::pauses;
use super::series::series;
use super::text;
use super::trouble;
use super::weigh::Weighed;
use crate::blame::links::Reason;
use crate::blame::roots::{Case, Follower};
use crate::blame::scene::Scene;
use crate::blame::zone;
use crate::bursts::timeline::Timeline;
use crate::bursts::{Burst, Strength};
use crate::words;

/// Failures from which an incident of several services is critical.
const MANY: u64 = 20;
/// Failures of the first service from which an incident is critical where they are half of its
/// rows.
const SOME: u64 = 3;
/// Failing rows quoted per service.
const QUOTED: usize = 5;
/// Failures this close to the end of the input may go on: 1 minute.
const ONGOING: i64 = 60 * NANOS;
/// Services of an incident whose curve is given, and more than one row quoted.
const DETAILED: usize = 100;
/// Time around an incident that its curves show at least: 5 minutes.
const AROUND: i64 = 300 * NANOS;

/// Finding of an incident.
///
/// `again` are the times that it came again.
pub(crate) fn finding(
    scene: &Scene<'_>,
    case: &Case,
    again: &[&Case],
    mut weighed: Weighed,
    id: String,
) -> Finding {
    let members = members_of_all(scene, case, again);
    let recurrences: Vec<Recurrence> = again
        .iter()
        .filter_map(|one| recurrence(scene, one))
        .collect();
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
    weighed.checked.extend(shorten(&mut failures));
    let mut primary = failures.remove(0);
    tell_stopped(scene, case, again, &mut primary);
    let cause = weighed
        .considered
        .iter()
        .find(|change| change.verdict == ChangeVerdict::Cause)
        .cloned();
    let mut services = vec![primary.service.clone()];
    services.extend(failures.iter().map(|failure| failure.service.clone()));
    let evidence = evidence(&primary, &failures, cause.as_ref());
    let trouble = trouble::told(scene, case, again);
    let half_fails = primary.errors >= SOME && primary.errors * 2 >= primary.rows;
    let errors = primary.errors + failures.iter().map(|one| one.errors).sum::<u64>();
    let is_wide = !failures.is_empty() && errors >= MANY;
    Finding {
        id,
        kind: FindingKind::Incident,
        urgency: if half_fails || is_wide {
            Urgency::Critical
        } else {
            Urgency::Warning
        },
        start: Some(Timestamp(start)),
        end: is_over(scene, &members).then_some(Timestamp(last)),
        title: text::title(&primary, &failures, cause.as_ref(), recurrences.len()),
        explanation: text::explanation(
            &primary,
            &failures,
            cause.as_ref(),
            &weighed,
            trouble.as_ref(),
            &recurrences,
        ),
        confidence: confidence::verdict(
            primary.confidence,
            cause.as_ref().map(|change| change.score),
            &weighed,
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
            trouble,
            recurrences,
            ended_by: weighed.ending,
        }),
    }
}

/// Says what stopped beneath the service that broke first.
fn tell_stopped(scene: &Scene<'_>, case: &Case, again: &[&Case], primary: &mut ServiceFailure) {
    let Some(stopped) = beneath::stopped(scene, case, again) else {
        return;
    };
    let (service, quote) = (stopped.service, stopped.sample.quote().text);
    let told = format!("; {service} logged \"{quote}\" at that time");
    primary.reason.push_str(&told);
}

/// Leaves the curves and all but one quote out of an incident with very many services, and says so.
fn shorten(failures: &mut [ServiceFailure]) -> Option<String> {
    for failure in failures.iter_mut().skip(DETAILED) {
        failure.series.clear();
        failure.evidence.truncate(1);
    }
    (failures.len() > DETAILED).then(|| {
        format!(
            "Curves are given for the first {DETAILED} of {} services only.",
            failures.len()
        )
    })
}

/// Whether the input goes on after the last failure of each service.
fn is_over(scene: &Scene<'_>, members: &[Member]) -> bool {
    members.iter().all(|member| {
        let last = member.burst.last;
        let timeline = scene.timelines.get(member.burst.timeline);
        timeline.is_none_or(|timeline| {
            timeline.activity.end_around(last).saturating_sub(last) > ONGOING
        })
    })
}

fn evidence(
    primary: &ServiceFailure,
    others: &[ServiceFailure],
    cause: Option<&ConsideredChange>,
) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = primary.evidence.iter().take(2).cloned().collect();
    evidence.extend(
        others
            .iter()
            .filter_map(|other| other.evidence.first().cloned())
            .take(10),
    );
    evidence.extend(
        cause
            .into_iter()
            .flat_map(|change| change.evidence.iter().cloned()),
    );
    evidence
}

/// A service of an incident; several bursts of it are one.
struct Member {
    burst: Burst,
    follower: Option<Follower>,
    /// From when to when it failed each time, where the incident came again.
    times: Vec<(i64, i64)>,
}

impl Member {
    fn of(burst: &Burst, follower: Option<Follower>) -> Self {
        Self {
            burst: burst.clone(),
            follower,
            times: Vec::new(),
        }
    }

    /// Takes another burst of the service.
    fn join(&mut self, burst: &Burst) {
        let own = &mut self.burst;
        own.onset = own.onset.min(burst.onset);
        own.last = own.last.max(burst.last);
        own.failures += burst.failures;
        own.warnings += burst.warnings;
        own.rows += burst.rows;
        own.strength = own.strength.max(burst.strength);
    }

    /// Takes what it was another time.
    fn come_again(&mut self, other: &Self) {
        if self.times.is_empty() {
            self.times.push((self.burst.onset, self.burst.last));
        }
        self.times.push((other.burst.onset, other.burst.last));
        self.join(&other.burst);
    }

    /// Rows of the service while it failed, failures among them.
    fn rows(&self, timeline: &Timeline) -> u64 {
        let whole = [(self.burst.onset, self.burst.last)];
        let times = match self.times.is_empty() {
            true => whole.as_slice(),
            false => &self.times,
        };
        let rows = times.iter().map(|(onset, last)| {
            let start = onset.saturating_sub(timeline.width);
            timeline.totals(start, last.saturating_add(1)).0
        });
        rows.sum()
    }
}

/// One of the times that an incident came again.
fn recurrence(scene: &Scene<'_>, case: &Case) -> Option<Recurrence> {
    let burst = scene.bursts.get(case.primary)?;
    let timeline = scene.timelines.get(burst.timeline)?;
    Some(Recurrence {
        start: Timestamp(burst.onset),
        end: Timestamp(burst.last),
        errors: burst.failures,
        rows: Member::of(burst, None).rows(timeline).max(burst.failures),
    })
}

/// Members of a case and of the times that it came again. Who followed once of many times did so
/// by chance.
fn members_of_all(scene: &Scene<'_>, case: &Case, again: &[&Case]) -> Vec<Member> {
    let mut all = members(scene, case);
    let mut others: Vec<Member> = Vec::new();
    for one in again {
        for member in members(scene, one) {
            let is_same = |held: &&mut Member| held.burst.timeline == member.burst.timeline;
            let held = all.iter_mut().find(is_same);
            match held.or_else(|| others.iter_mut().find(is_same)) {
                Some(held) => held.come_again(&member),
                None => others.push(member),
            }
        }
    }
    let is_often = |member: &Member| member.times.len().max(1) * 2 > again.len() + 1;
    all.extend(others.into_iter().filter(|member| is_often(member)));
    all
}

/// The primary service first, then the others by onset and distance.
fn members(scene: &Scene<'_>, case: &Case) -> Vec<Member> {
    let mut members = vec![Member::of(&scene.bursts[case.primary], None)];
    let mut followers = case.followers.clone();
    followers.sort_by_key(|follower| {
        (
            scene.bursts[follower.burst].onset,
            follower.distance,
            follower.burst,
        )
    });
    let mut places = HashMap::from([(members[0].burst.timeline, 0)]);
    for follower in followers {
        let burst = &scene.bursts[follower.burst];
        let place = *places.entry(burst.timeline).or_insert(members.len());
        match members.get_mut(place) {
            Some(member) => member.join(burst),
            None => members.push(Member::of(burst, Some(follower))),
        }
    }
    members
}

fn failure(scene: &Scene<'_>, case: &Case, member: &Member, window: (i64, i64)) -> ServiceFailure {
    let burst = &member.burst;
    let timeline = scene.timelines.get(burst.timeline);
    let rows = timeline.map_or(0, |timeline| member.rows(timeline));
    let (reason, via) = match &member.follower {
        Some(follower) => followed(scene, case, burst, follower),
        None => broke(scene, case),
    };
    ServiceFailure {
        service: scene.service(burst).to_owned(),
        principal: None,
        provider: timeline.and_then(|timeline| timeline.provider.clone()),
        onset: Timestamp(burst.onset),
        was_failing: !burst.has_quiet_time,
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
            .map(|(_, sample)| sample.quote())
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

/// Failures of a service while another failed.
fn errors_of(scene: &Scene<'_>, service: u32, burst: &Burst) -> u64 {
    let name = &*scene.graph.node(service).key;
    let mut timelines = scene.timelines.iter();
    let own = timelines.find(|timeline| {
        let own = scene.services.get(timeline.service as usize);
        own.is_some_and(|own| own == name)
    });
    own.map_or(0, |timeline| {
        let start = burst.onset.saturating_sub(beneath::BEFORE);
        timeline.totals(start, burst.last.saturating_add(1)).1
    })
}

fn broke(scene: &Scene<'_>, case: &Case) -> (String, Option<String>) {
    let burst = &scene.bursts[case.primary];
    let lost = scene.lost.get(case.primary).copied().flatten();
    let (mut reason, via) = match lost {
        Some(lost) => {
            let node = scene.graph.node(lost.node);
            let heard = match errors_of(scene, lost.node, burst) {
                _ if !scene.is_heard(lost.node) => "has no logs of its own".to_owned(),
                0 => match beneath::warned(scene, lost.node, burst) {
                    Some(text) => format!("warns of `{text}`"),
                    None => "shows no failure itself".to_owned(),
                },
                errors => format!(
                    "logged {} in that time, no more than it usually does",
                    words::count(errors, "error", "errors")
                ),
            };
            let how = if lost.is_named {
                let besides = scene.losses(case.primary).skip(1);
                let besides = besides.map(|lost| scene.graph.node(lost.node).label.clone());
                let besides: Vec<String> = besides.collect();
                match besides.is_empty() {
                    true => format!("its messages name {}, which {heard}", node.label),
                    false => format!(
                        "its messages name {}, which {heard}, and others name {}",
                        node.label,
                        words::list(&besides, besides.len())
                    ),
                }
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
    // A service whose failures pause follows more than once.
    let dependents: BTreeSet<&str> = case
        .followers
        .iter()
        .filter(|follower| follower.link.reason == Reason::Dependency)
        .filter_map(|follower| scene.bursts.get(follower.burst))
        .map(|burst| scene.service(burst))
        .collect();
    if !dependents.is_empty() {
        reason.push_str(&format!(
            ", and {} after it",
            words::count(
                dependents.len() as u64,
                "service that needs it failed",
                "services that need it failed"
            )
        ));
    }
    if !case.rivals.is_empty() {
        reason.push_str("; it and others depend on each other, it was the earliest");
    }
    let timeline = scene.timelines.get(burst.timeline);
    if let Some(share) = timeline.and_then(|timeline| pauses::failing(timeline, burst)) {
        reason.push_str(&format!(
            "; its failures come and go, it failed for {:.0} % of the time",
            share * 100.0
        ));
    }
    if !burst.has_quiet_time {
        reason.push_str(
            "; it was failing already when the rows begin, so that the true beginning is not known",
        );
    }
    reason.push_str(&correction(scene, burst));
    (reason, via)
}

/// The zone of the names that a service and the one that it followed could not resolve.
fn zone_of_both(scene: &Scene<'_>, follower: &Follower) -> Option<String> {
    let own = zone::of(scene, follower.burst)?;
    (zone::of(scene, follower.link.to)? == own).then_some(own)
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
        Reason::SharedLoss if zone_of_both(scene, follower).is_some() => {
            let zone = zone_of_both(scene, follower).unwrap_or_default();
            let how = format!("it could not resolve names in {zone} as {name} could not, {when}");
            (how, zone)
        }
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
