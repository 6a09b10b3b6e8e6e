//! Calls of clouds that were refused or failed, by who made them, and the change that did it.
//!
//! Audit logs tell of roles, users and accounts of services, which are no services of the map. What
//! they fail at is told only where a change explains it: somebody who tries what was never allowed
//! is no incident.

mod principal;

use std::collections::{BTreeMap, HashMap};

use nepho_core::findings::{Details, Finding};
use nepho_core::key;
use nepho_core::role::Role;
use nepho_core::tables::{
    Change, ChangeAction, Column, LogsView, NodeKind, Relation, RelationKind,
};

use crate::blame::roots::Case;
use crate::blame::scene::{Scene, Voice};
use crate::blame::texture::{self, Trouble};
use crate::bursts::{self, Strength};
use crate::clock::Clocks;
use crate::graph::Graph;
use crate::graph::collect::Collected;
use crate::observe::Observer;
use crate::observe::buckets::Health;
use crate::verdict::candidates::{Candidate, Candidates};
use crate::verdict::reach::Reach;
use crate::verdict::score::Score;
use crate::verdict::{class, report, weigh};
use crate::words;

use principal::Principal;

/// Principals that are looked at; calls of further ones are counted only.
const PRINCIPALS: usize = 40_000;
/// Actors whose principals are remembered; those of others are read again out of each row.
const REMEMBERED: usize = 40_000;
/// Fit to what the messages tell that a cause needs.
const FIT: f64 = 0.8;

/// Callers seen so far.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    observer: Observer,
    /// Ids of principals by the actors of rows; sessions of one role are one.
    actors: HashMap<String, Option<String>>,
    principals: BTreeMap<String, Principal>,
}

impl Callers {
    /// Takes note of the audit rows of a batch.
    pub(crate) fn update(&mut self, view: &LogsView<'_>) {
        let mut last: Option<(Option<&str>, Option<&str>, bool)> = None;
        for row in 0..view.len() {
            let format = view.text(Column::Format, row);
            let api = view.text(Column::Service, row);
            let is_audit = match last {
                Some((held, of, is_audit)) if held == format && of == api => is_audit,
                _ => is_call(format, api),
            };
            last = Some((format, api, is_audit));
            if is_audit && view.is_timed(row) {
                self.note(view, row);
            }
        }
    }

    fn note(&mut self, view: &LogsView<'_>, row: usize) {
        let Some(actor) = view.text(Column::Actor, row) else {
            return;
        };
        let id = match self.actors.get(actor) {
            Some(id) => id.clone(),
            None => self.meet(actor, Principal::of(view, row)),
        };
        let Some(id) = id else {
            return;
        };
        if !self.principals.contains_key(&id) {
            self.observer.beyond += 1;
            return;
        }
        let is_failed = view.is_failure(row) && trouble(view, row).is_some();
        let health = match is_failed {
            true => Health::Failure,
            false => Health::Well,
        };
        let peer = is_failed.then(|| subject(view, row)).flatten();
        self.observer.add(view, row, &id, health, peer.as_deref());
    }

    /// Id of whoever an actor is, who is remembered as far as there is room.
    fn meet(&mut self, actor: &str, principal: Option<Principal>) -> Option<String> {
        let id = principal.as_ref().map(|principal| principal.id.clone());
        if self.actors.len() < REMEMBERED {
            self.actors.insert(actor.to_owned(), id.clone());
        }
        let is_room = self.principals.len() < PRINCIPALS;
        let met = principal.filter(|one| is_room && !self.principals.contains_key(&one.id));
        self.principals.extend(met.map(|one| (one.id.clone(), one)));
        id
    }

    /// What was not looked at, in a sentence.
    pub(crate) fn limit(&self) -> Option<String> {
        (self.observer.beyond > 0).then(|| {
            format!(
                "{} by principals beyond the first {} were not looked at.",
                words::count(self.observer.beyond, "call", "calls"),
                self.principals.len()
            )
        })
    }

    /// Findings on callers whose calls failed because of a change, one for each change.
    pub(crate) fn conclude<'a>(
        mut self,
        collected: &mut Collected,
        changes: impl Iterator<Item = &'a Change>,
    ) -> Vec<Finding> {
        // Audit logs of one cloud share a clock.
        let clocks = Clocks::default();
        let timelines = bursts::timeline::timelines(&mut self.observer, &clocks);
        let mut found = bursts::find(&timelines);
        found.retain(|burst| burst.strength == Strength::Significant);
        if found.is_empty() {
            return Vec::new();
        }
        self.name();
        for burst in &found {
            let Some(timeline) = timelines.get(burst.timeline) else {
                continue;
            };
            let during = |time: i64| (burst.onset..=burst.last).contains(&time);
            let peers = timeline.samples.iter().filter(|(time, _)| during(*time));
            let peers = peers.filter_map(|(_, sample)| sample.peer.as_deref());
            self.relate(timeline.service, peers, collected);
        }
        let graph = Graph::build(collected, &self.observer.services);
        let mut scene = Scene::new(&timelines, &found, &graph, &clocks, &self.observer);
        scene.is_of_callers = true;
        let candidates = Candidates::prepare(changes, &graph, &self.observer.domains, &clocks);
        let mut findings: Vec<Finding> = Vec::new();
        for primary in 0..found.len() {
            let case = Case {
                primary,
                rivals: Vec::new(),
                followers: Vec::new(),
            };
            let mut weighed = weigh::weigh(&scene, &case, &candidates);
            weighed.checked.extend(self.limit());
            if weighed.cause.is_some() {
                let finding = report::finding(&scene, &case, weighed, String::new());
                self.add(&mut findings, finding);
            }
        }
        findings
    }

    /// Calls each by its short name, unless two share it.
    fn name(&mut self) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for principal in self.principals.values() {
            *counts.entry(&principal.name).or_default() += 1;
        }
        for service in &mut self.observer.services {
            let principal = self.principals.get(service.as_str());
            if let Some(principal) = principal.filter(|one| counts.get(&*one.name) == Some(&1)) {
                service.clone_from(&principal.name);
            }
        }
    }

    /// Tells the graph what a caller is, and what it called in vain.
    fn relate<'a>(
        &self,
        caller: u32,
        peers: impl Iterator<Item = &'a str>,
        collected: &mut Collected,
    ) {
        let Some(name) = self.observer.services.get(caller as usize) else {
            return;
        };
        let ids = self.principal(name).into_iter().flat_map(|one| {
            let ids = std::iter::once(&one.id).chain(&one.others);
            ids.map(|id| (id.as_str(), RelationKind::RunsOn))
        });
        let peers = peers.map(|peer| (peer, RelationKind::Calls));
        for (to, kind) in ids.chain(peers) {
            collected.relation(Relation {
                from_kind: NodeKind::Service,
                from: name.clone(),
                to_kind: NodeKind::Resource,
                to: to.to_owned(),
                kind,
                ..Relation::default()
            });
        }
    }

    /// Whoever goes by a name in the findings.
    fn principal(&self, name: &str) -> Option<&Principal> {
        let mut principals = self.principals.values();
        principals.find(|one| one.id == name || one.name == name)
    }

    /// Adds what a caller suffered; of a change that is told already it is one more that followed.
    fn add(&self, findings: &mut Vec<Finding>, mut finding: Finding) {
        let Details::Incident(details) = &mut finding.details else {
            return;
        };
        let failure = &mut details.primary;
        let principal = self.principal(&failure.service);
        failure.principal = principal.map(|one| one.id.clone());
        finding.resources.extend(failure.principal.clone());
        let calls = words::count(failure.errors, "call", "calls");
        failure.reason = format!("the audit log tells of {calls} that failed");
        let held = findings
            .iter_mut()
            .find(|held| held.change == finding.change);
        if let Some(held) = held
            && let Details::Incident(first) = &mut held.details
        {
            let failure = details.primary.clone();
            held.end = held.end.zip(finding.end).map(|(one, other)| one.max(other));
            if !held.services.contains(&failure.service) {
                held.services.push(failure.service.clone());
                held.resources.extend(failure.principal.clone());
                first.secondary.push(failure);
            }
            return;
        }
        let (_, cause) = finding.title.split_once("; cause: ").unwrap_or_default();
        finding.title = format!(
            "{calls} of {} failed; cause: {cause}",
            details.primary.service
        );
        findings.push(finding);
    }
}

/// Whether rows tell of calls of a cloud.
fn is_call(format: Option<&str>, api: Option<&str>) -> bool {
    // What watchers found is nobody's call.
    let watchers = ["finding", "defender", "guardduty", "falco", "config_"];
    let name = format.unwrap_or_default();
    Role::of(format, api) == Role::Audit && !watchers.iter().any(|word| name.contains(word))
}

/// What a failing call tells of, as far as a change can be behind it.
fn trouble(view: &LogsView<'_>, row: usize) -> Option<Trouble> {
    let body = view.text(Column::Body, row)?;
    let end = body.floor_char_boundary(2000);
    texture::of_message(&body[..end].to_lowercase()).filter(|trouble| {
        matches!(
            trouble,
            Trouble::Access | Trouble::Missing | Trouble::Throttling
        )
    })
}

/// What a call was on.
fn subject(view: &LogsView<'_>, row: usize) -> Option<String> {
    let id = view.resources(row).next()?;
    let api = view.text(Column::Service, row).unwrap_or_default();
    let is_partial = api.ends_with(".googleapis.com") && id.starts_with("projects/");
    Some(match is_partial {
        true => key::canonical(&format!("//{api}/{id}")),
        false => key::canonical(id),
    })
}

/// Whether whoever calls was made shortly before: who never could do a thing has lost nothing.
pub(crate) fn is_new<'a>(
    scene: &Scene<'_>,
    mut candidates: impl Iterator<Item = &'a Candidate<'a>>,
    reach: &Reach,
) -> bool {
    candidates.any(|candidate| {
        let id = candidate.change.resource.as_deref().map(key::canonical);
        let is_it =
            |node: u32| reach.is_own(node) && Some(&scene.graph.node(node).key) == id.as_ref();
        candidate.change.action == ChangeAction::Create
            && !class::is_modifier(&candidate.change.resource_type)
            && candidate.touches(is_it)
    })
}

/// Whether a change on the path can have made calls fail.
///
/// A right that is added takes none away, unless it is a rule of what was called or one that
/// denies; of what is gone only its end is the cause, if it was not the caller who ended it.
pub(crate) fn may_explain(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
    score: &Score,
) -> bool {
    let voice = scene.voices.get(burst);
    let trouble = voice.and_then(|voice| voice.troubles.first());
    let change = candidate.change;
    let lost = scene.lost.get(burst).copied().flatten();
    let is_on_lost = lost.is_some_and(|lost| {
        candidate.touches(|node| node == lost.node) && reach.hops(lost.node) == Some(0)
    });
    let adds = change.action == ChangeAction::Create
        || ["Attach", "Add"]
            .iter()
            .any(|verb| change.id.starts_with("audit:") && change.address.starts_with(verb));
    let is_told = |voice: &Voice| {
        let mut messages = voice.messages.iter();
        messages.any(|message| message.text.contains("explicit deny"))
    };
    let denies = voice.is_some_and(is_told) || is_denial(change);
    let ends = matches!(change.action, ChangeAction::Delete | ChangeAction::Replace);
    let is_own = scene.bursts.get(burst).is_some_and(|burst| {
        let actor = change.actor.as_deref().unwrap_or_default().to_lowercase();
        let caller = scene.service(burst).to_lowercase();
        let name = caller.rsplit('/').next().unwrap_or(&caller);
        actor.split('/').any(|part| part == name)
    });
    let fits = match trouble.map(|(trouble, _)| *trouble) {
        Some(Trouble::Missing) => ends && is_on_lost && !is_own,
        Some(Trouble::Access) => !adds || is_on_lost || denies,
        _ => !adds,
    };
    fits && !score.is_namesake && score.semantic >= FIT
}

/// Whether a change is of a policy that denies, as its name tells.
fn is_denial(change: &Change) -> bool {
    let names = [Some(&change.address), change.resource.as_ref()];
    names.into_iter().flatten().any(|name| {
        let name = name.to_lowercase();
        name.contains("deny") || name.contains("quarantine")
    })
}
