//! Calls of clouds that were refused or failed, by who made them, and the change that did it.
//!
//! Audit logs tell of roles, users and accounts of services, which are no services of the map. What
//! they fail at is told only where a change explains it: somebody who tries what was never allowed
//! is no incident.

mod explain;
mod few;
mod ledger;
mod principal;
mod refusal;
mod rights;

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};

use nepho_core::findings::{Details, Finding, Urgency};
use nepho_core::key;
use nepho_core::role;
use nepho_core::tables::{Change, Column, LogsView, NodeKind, Relation, RelationKind, Resource};
use nepho_core::words::Words;

use crate::blame::roots::Case;
use crate::blame::scene::Scene;
use crate::blame::texture::{self, Trouble};
use crate::bursts::timeline::Timeline;
use crate::bursts::{self, Burst, Strength};
use crate::clock::Clocks;
use crate::graph::Graph;
use crate::graph::collect::Collected;
use crate::observe::Observer;
use crate::observe::buckets::Health;
use crate::verdict::candidates::Candidates;
use crate::verdict::repairs::Repairs;
use crate::verdict::{report, weigh};
use crate::words;

pub(crate) use explain::{is_beside, is_new, may_explain};
use ledger::{Ledger, Refused};
use principal::Principal;
pub(crate) use refusal::Refusal;
pub(crate) use rights::Deed;
use rights::Rights;

/// Principals that are looked at; calls of further ones are counted only.
const PRINCIPALS: usize = 40_000;
/// Actors whose principals are remembered; those of others are read again out of each row.
const REMEMBERED: usize = 40_000;

/// Callers seen so far.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    observer: Observer,
    /// Numbers of the ids of principals by hashes of what names them in rows: the actor, the
    /// provider and the cluster. Sessions of one role are one.
    actors: HashMap<u64, Option<u32>>,
    ids: Words,
    hasher: RandomState,
    principals: BTreeMap<String, Principal>,
    ledger: Ledger,
    rights: Rights,
    /// Bursts of few calls that were not weighed.
    few_beyond: u64,
}

/// What is known of the bursts of callers besides what is known of those of services.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    rights: &'a Rights,
    /// What changes did to rights, by their ids.
    deeds: BTreeMap<&'a str, &'a Deed>,
    /// By burst.
    told: Vec<Told>,
}

/// Who was refused in a burst, and what.
#[derive(Debug, Default)]
struct Told {
    principal: Principal,
    refused: Vec<Refused>,
}

impl Told {
    fn refusals(&self) -> Vec<&Refusal> {
        self.refused.iter().map(|one| &one.refusal).collect()
    }

    /// Whether a call was about the rights of the principal; `None` where calls do not tell.
    fn is_meant(&self, rights: &Rights, deed: &Deed) -> Option<bool> {
        rights.is_of(deed, &self.principal, &self.refusals())
    }

    /// What was changed by calls that were about the rights of the principal.
    fn rules<'a>(
        &self,
        rights: &Rights,
        deeds: &[(&'a Change, &Deed)],
    ) -> impl Iterator<Item = &'a str> {
        let meant = deeds
            .iter()
            .filter(|(_, deed)| self.is_meant(rights, deed) == Some(true));
        meant.filter_map(|(change, _)| change.resource.as_deref())
    }
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
                _ => role::is_call(format, api),
            };
            last = Some((format, api, is_audit));
            if is_audit && view.is_timed(row) {
                self.rights.note(view, row);
                self.note(view, row);
            }
        }
    }

    /// Takes note of what calls did to rights, and of nothing else: they were made before the
    /// times that are looked at.
    pub(crate) fn update_before(&mut self, view: &LogsView<'_>) {
        for row in (0..view.len()).filter(|row| view.is_timed(*row)) {
            self.rights.note(view, row);
        }
    }

    fn note(&mut self, view: &LogsView<'_>, row: usize) {
        let Some(actor) = view.text(Column::Actor, row) else {
            return;
        };
        let api = view.text(Column::Service, row).unwrap_or_default();
        let is_of_cluster = rights::kubernetes::is_of_cluster(api, view.text(Column::Format, row));
        let cluster = is_of_cluster.then(|| rights::kubernetes::cluster(view, row));
        let provider = view.text(Column::Provider, row);
        let hash = self.hasher.hash_one((actor, provider, &cluster));
        let id = match self.actors.get(&hash) {
            Some(id) => id.map(|id| self.ids.name(id).to_owned()),
            None => self.meet(hash, Principal::of(view, row)),
        };
        let Some(id) = id else {
            return;
        };
        if !self.principals.contains_key(&id) {
            self.observer.beyond += 1;
            return;
        }
        let failure = view.is_failure(row);
        let message = failure.then(|| message(view, row)).flatten();
        let trouble = message.as_deref().and_then(trouble);
        let health = match trouble {
            Some(_) => Health::Failure,
            None => Health::Well,
        };
        match (trouble, message) {
            (Some(Trouble::Access), Some(message)) => {
                self.ledger.note(view, row, &id, Some(&message));
            }
            _ if !failure => {
                self.ledger.note(view, row, &id, None);
                if let Some(cluster) = &cluster {
                    // Why the cluster allowed it.
                    let raw = view.text(Column::Raw, row).unwrap_or_default();
                    self.rights.bindings.note(cluster, &id, raw);
                }
            }
            _ => {}
        }
        let peer = trouble.and_then(|_| subject(view, row));
        self.observer.add(view, row, &id, health, peer.as_deref());
    }

    /// Id of whoever an actor is, who is remembered as far as there is room.
    fn meet(&mut self, actor: u64, principal: Option<Principal>) -> Option<String> {
        let id = principal.as_ref().map(|principal| principal.id.clone());
        if self.actors.len() < REMEMBERED {
            let ids = &mut self.ids;
            let number = id.as_ref().map(|id| ids.number(id, REMEMBERED));
            // There are no more ids than actors, so that each has a number.
            self.actors.insert(actor, number.flatten());
        }
        let is_room = self.principals.len() < PRINCIPALS;
        let met = principal.filter(|one| is_room && !self.principals.contains_key(&one.id));
        self.principals.extend(met.map(|one| (one.id.clone(), one)));
        id
    }

    /// What was not looked at, in sentences.
    pub(crate) fn limits(&self) -> Vec<String> {
        let mut limits = Vec::new();
        if self.observer.beyond > 0 {
            limits.push(format!(
                "{} by principals beyond the first {} were not looked at.",
                words::count(self.observer.beyond, "call", "calls"),
                self.principals.len()
            ));
        }
        let beyond = self.ledger.beyond + self.few_beyond;
        if beyond > 0 {
            limits.push(format!(
                "{} were not looked at one by one: {} kinds of calls that were allowed, {} that were \
                 refused and {} bursts are.",
                words::count(beyond, "call", "calls"),
                ledger::ALLOWED,
                ledger::REFUSED,
                few::MOST
            ));
        }
        if self.rights.beyond > 0 {
            limits.push(format!(
                "Of {} on rights it was not looked up what they say: their records are too long, or \
                 they are beyond the first {}.",
                words::count(self.rights.beyond, "call", "calls"),
                rights::DEEDS
            ));
        }
        if self.rights.bindings.beyond > 0 {
            limits.push(format!(
                "{} of who is bound to a role in a cluster were not read: there are too many.",
                words::count(self.rights.bindings.beyond, "record", "records")
            ));
        }
        limits
    }

    /// Takes note of a resource that documents tell of.
    pub(crate) fn resource(&mut self, row: &Resource) {
        self.rights.note_stated(row);
    }

    /// Looks up, once all calls are known, what those on rights did.
    pub(crate) fn settle(&mut self) {
        self.rights.settle();
    }

    /// What changes did to rights, by their ids.
    pub(crate) fn deeds<'a>(
        &'a self,
        changes: impl Iterator<Item = &'a Change>,
    ) -> HashMap<&'a str, &'a Deed> {
        let of_change =
            |change: &'a Change| Some((change.id.as_str(), self.rights.of_change(change)?));
        changes.filter_map(of_change).collect()
    }

    /// Findings on callers whose calls failed because of a change, one for each change.
    pub(crate) fn conclude<'a>(
        mut self,
        collected: &mut Collected,
        changes: impl Iterator<Item = &'a Change>,
    ) -> Vec<Finding> {
        // Audit logs of one cloud share a clock.
        let clocks = Clocks::default();
        let changes: Vec<&Change> = changes.collect();
        let timelines = bursts::timeline::timelines(&mut self.observer, &clocks);
        let found = self.bursts(&timelines, &changes);
        if found.is_empty() {
            return Vec::new();
        }
        let told = self.told(&timelines, &found);
        let limits = self.limits();
        self.name();
        let rights = std::mem::take(&mut self.rights);
        let of_change = |change: &&'a Change| Some((*change, rights.of_change(change)?));
        let deeds: Vec<(&Change, &Deed)> = changes.iter().filter_map(of_change).collect();
        for (burst, told) in found.iter().zip(&told) {
            if let Some(timeline) = timelines.get(burst.timeline) {
                let rules = told.rules(&rights, &deeds);
                self.relate(timeline, burst, told, rules, collected);
            }
        }
        let graph = Graph::build(collected, &self.observer.services);
        let deeds = deeds.into_iter();
        let seen = Seen {
            rights: &rights,
            deeds: deeds
                .map(|(change, deed)| (change.id.as_str(), deed))
                .collect(),
            told,
        };
        let mut scene = Scene::new(&timelines, &found, &graph, &clocks, &self.observer);
        scene.seen = Some(&seen);
        let domains = &self.observer.domains;
        let candidates = Candidates::prepare(changes.into_iter(), &graph, domains, &clocks);
        let mut findings: Vec<Finding> = Vec::new();
        for (primary, burst) in found.iter().enumerate() {
            let case = Case {
                primary,
                rivals: Vec::new(),
                followers: Vec::new(),
            };
            let mut weighed = weigh::weigh(&scene, &case, &candidates, &Repairs::default());
            weighed.checked.extend(limits.iter().cloned());
            if weighed.cause.is_some() {
                let mut finding = report::finding(&scene, &case, &[], weighed, String::new());
                let is_few = burst.strength != Strength::Significant;
                if is_few {
                    finding.confidence *= few::doubt(burst.failures);
                    finding.urgency = Urgency::Warning;
                }
                self.add(&mut findings, finding, seen.told.get(primary), is_few);
            }
        }
        findings
    }

    /// Bursts of calls that failed: those that stand out, and a few right after a change.
    fn bursts(&mut self, timelines: &[Timeline], changes: &[&Change]) -> Vec<Burst> {
        let mut found = bursts::find(timelines);
        found.retain(|burst| burst.strength == Strength::Significant);
        let services = &self.observer.services;
        let (few, beyond) = few::bursts(&self.ledger, timelines, services, &found, changes);
        self.few_beyond = beyond;
        found.extend(few);
        found
    }

    /// Who was refused in each burst, and what.
    fn told(&self, timelines: &[Timeline], found: &[Burst]) -> Vec<Told> {
        let mut refused: BTreeMap<&str, Vec<Refused>> = BTreeMap::new();
        for (principal, one) in self.ledger.refused() {
            refused.entry(principal).or_default().push(one);
        }
        let told = |burst: &Burst| {
            let timeline = timelines.get(burst.timeline)?;
            let id = self.observer.services.get(timeline.service as usize)?;
            let principal = self.principals.get(id)?.clone();
            let during = |one: &&Refused| one.first <= burst.last && burst.onset <= one.last;
            let refused = refused.get(id.as_str()).into_iter().flatten();
            Some(Told {
                principal,
                refused: refused.filter(during).cloned().collect(),
            })
        };
        found
            .iter()
            .map(|burst| told(burst).unwrap_or_default())
            .collect()
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

    /// Tells the graph what a caller is, what it called in vain, and what rules it is subject to.
    fn relate<'a>(
        &self,
        timeline: &Timeline,
        burst: &Burst,
        told: &Told,
        rules: impl Iterator<Item = &'a str>,
        collected: &mut Collected,
    ) {
        let Some(name) = self.observer.services.get(timeline.service as usize) else {
            return;
        };
        let ids = std::iter::once(&told.principal.id).chain(&told.principal.others);
        let ids = ids.map(|id| (id.as_str(), RelationKind::RunsOn));
        let during = |time: i64| (burst.onset..=burst.last).contains(&time);
        let peers = timeline.samples.iter().filter(|(time, _)| during(*time));
        let peers = peers.filter_map(|(_, sample)| sample.peer.as_deref());
        let peers = peers.map(|peer| (peer, RelationKind::Calls));
        let rules = rules.map(|rule| (rule, RelationKind::DependsOn));
        for (to, kind) in ids.chain(peers).chain(rules) {
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

    /// Adds what a caller suffered; of a change that is told already it is one more that followed.
    fn add(
        &self,
        findings: &mut Vec<Finding>,
        mut finding: Finding,
        told: Option<&Told>,
        is_few: bool,
    ) {
        let Details::Incident(details) = &mut finding.details else {
            return;
        };
        let failure = &mut details.primary;
        failure.principal = told.map(|told| told.principal.id.clone());
        finding.resources.extend(failure.principal.clone());
        let calls = words::count(failure.errors, "call", "calls");
        failure.reason = format!("the audit log tells of {calls} that failed");
        if is_few {
            failure
                .reason
                .push_str(", and had succeeded before the change");
        }
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

/// The beginning of what a row says, in lower case.
fn message(view: &LogsView<'_>, row: usize) -> Option<String> {
    let body = view.text(Column::Body, row)?;
    let end = body.floor_char_boundary(2000);
    Some(body[..end].to_lowercase())
}

/// What a failing call tells of, as far as a change can be behind it.
fn trouble(message: &str) -> Option<Trouble> {
    texture::of_message(message).filter(|trouble| {
        matches!(
            trouble,
            Trouble::Access | Trouble::Missing | Trouble::Throttling
        )
    })
}

/// What a call was on.
fn subject(view: &LogsView<'_>, row: usize) -> Option<String> {
    let object = view.resources(row).find(|id| id.starts_with("k8s://"));
    let id = object.or_else(|| view.resources(row).next())?;
    let api = view.text(Column::Service, row).unwrap_or_default();
    let is_partial = api.ends_with(".googleapis.com") && id.starts_with("projects/");
    Some(match is_partial {
        true => key::canonical(&format!("//{api}/{id}")),
        // What is refused of an object is as a rule the bucket's to permit.
        false => key::canonical(ledger::bucket(id)),
    })
}
