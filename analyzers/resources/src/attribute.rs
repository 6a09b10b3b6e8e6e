//! Finds out which service, team and environment a resource belongs to.
//!
//! In this order: tags, the resource it is a facet of, log rows of a service that name it, its
//! name. The first that tells fills the row; every one that tells of a service becomes a relation
//! `runs_on`.

use std::collections::{HashMap, HashSet};

use nepho_core::key::{self, Home, Homes};
use nepho_core::tables::{NodeKind, Relation, RelationKind};

use crate::graph::ResourceGraph;
use crate::learned::Learned;
use crate::merge::Merged;
use crate::names::{self, ServiceNames};
use crate::resolve::Directory;

/// Source of what rows of a service tell.
const LOG: &str = "log";
/// A tag is a statement of the owner, though it may be outdated.
const TAG_CONFIDENCE: f64 = 0.95;
/// A facet belongs to whom its resource belongs.
const PARENT_CONFIDENCE: f64 = 0.85;
/// Nearly all rows that name the resource are of this service.
const SOLE_CONFIDENCE: f64 = 0.9;
/// Several services name it: a cluster, a shared host.
const SHARED_CONFIDENCE: f64 = 0.6;

/// Services and resources that log rows of earlier runs named together, each for one service only,
/// as a stored map has them.
pub(crate) fn remembered(relations: &[Relation]) -> Vec<(String, String)> {
    let is_sole = |row: &&Relation| {
        row.kind == RelationKind::RunsOn && row.source == LOG && row.confidence >= SOLE_CONFIDENCE
    };
    let pairs = relations.iter().filter(is_sole);
    pairs
        .map(|row| (row.from.clone(), row.to.clone()))
        .collect()
}

/// Fills in the owners of `merged` and gives the relations `runs_on`, by service and resource.
pub(crate) fn attribute(
    merged: &mut [Merged],
    graph: &ResourceGraph,
    directory: &Directory,
    learned: &Learned,
    remembered: &[(String, String)],
) -> Vec<Relation> {
    let mut spoken = learned.services();
    spoken.extend(remembered.iter().map(|(service, _)| service.as_str()));
    spoken.sort_unstable();
    spoken.dedup();
    let spelling: HashMap<String, &str> = spoken
        .iter()
        .rev()
        .map(|service| (service.to_ascii_lowercase(), *service))
        .collect();
    let mut relations = Vec::new();
    by_tag(merged, &spelling, &mut relations);
    by_parent(merged, graph, directory, &mut relations);
    by_log_rows(merged, directory, learned, &mut relations);
    by_earlier_rows(merged, directory, remembered);
    let tagged: Vec<String> = merged
        .iter()
        .filter_map(|one| one.row.service.clone())
        .collect();
    let mut services: Vec<&str> = spoken
        .iter()
        .copied()
        .chain(tagged.iter().map(String::as_str))
        .collect();
    services.sort_unstable();
    services.dedup();
    let mut homes = Homes::default();
    for (service, id, _) in learned.pairs() {
        homes.add(service, id);
    }
    for (service, group) in learned.groups() {
        homes.add(service, group);
    }
    for told in &relations {
        homes.add(&told.from, &told.to);
    }
    by_whole_name(merged, &services, &mut homes);
    by_name(
        merged,
        &ServiceNames::new(&services),
        &homes,
        &mut relations,
    );
    fill_habits(merged, learned);
    environment_by_name(merged);
    relations.sort_by(|one, other| {
        (&one.from, &one.to, &one.source).cmp(&(&other.from, &other.to, &other.source))
    });
    relations
}

fn runs_on(
    service: &str,
    one: &Merged,
    source: &str,
    confidence: f64,
    evidence: String,
) -> Relation {
    Relation {
        from_kind: NodeKind::Service,
        from: service.to_owned(),
        to_kind: NodeKind::Resource,
        to: one.row.key.clone(),
        kind: RelationKind::RunsOn,
        source: source.to_owned(),
        confidence,
        observations: 1,
        valid_from: None,
        valid_to: None,
        uri: one.row.uri.clone(),
        line: one.row.line,
        evidence,
        ..Relation::default()
    }
}

/// What a person would call the resource.
fn label(one: &Merged) -> &str {
    let row = &one.row;
    row.address
        .as_deref()
        .or(row.name.as_deref())
        .unwrap_or_else(|| key::short_name(&row.key))
}

/// A tag names the service; log rows decide how it is spelled.
fn by_tag(merged: &mut [Merged], spelling: &HashMap<String, &str>, relations: &mut Vec<Relation>) {
    for one in merged {
        let Some(service) = one
            .row
            .service
            .as_mut()
            .filter(|service| !service.trim().is_empty())
        else {
            one.row.service = None;
            continue;
        };
        if let Some(spoken) = spelling.get(&service.trim().to_ascii_lowercase()) {
            *service = (*spoken).to_owned();
        }
        let service = service.clone();
        let evidence = format!("{} is tagged with service {service}", label(one));
        relations.push(runs_on(&service, one, "tag", TAG_CONFIDENCE, evidence));
    }
}

fn by_parent(
    merged: &mut [Merged],
    graph: &ResourceGraph,
    directory: &Directory,
    relations: &mut Vec<Relation>,
) {
    for index in 0..merged.len() {
        let Some(one) = merged.get(index).filter(|one| one.row.parent.is_some()) else {
            continue;
        };
        let mut row = one.row.clone();
        let had_service = row.service.is_some();
        for ancestor in graph.ancestors(&row.key) {
            let Some(parent) = directory
                .only(ancestor)
                .and_then(|number| merged.get(number as usize))
            else {
                continue;
            };
            row.service = row.service.or_else(|| parent.row.service.clone());
            row.team = row.team.or_else(|| parent.row.team.clone());
            row.environment = row.environment.or_else(|| parent.row.environment.clone());
            row.provider = row.provider.or_else(|| parent.row.provider.clone());
            row.account = row.account.or_else(|| parent.row.account.clone());
            row.region = row.region.or_else(|| parent.row.region.clone());
        }
        if let Some(service) = row.service.as_ref().filter(|_| !had_service) {
            let parent = row.parent.as_deref().unwrap_or_default();
            let evidence = format!("{} is a part of {parent}", label(one));
            relations.push(runs_on(service, one, "parent", PARENT_CONFIDENCE, evidence));
        }
        if let Some(one) = merged.get_mut(index) {
            one.row = row;
        }
    }
}

/// One service's part in the rows that name a resource.
struct Share<'a> {
    service: &'a str,
    count: u64,
    first: &'a nepho_core::findings::Evidence,
}

fn by_log_rows(
    merged: &mut [Merged],
    directory: &Directory,
    learned: &Learned,
    relations: &mut Vec<Relation>,
) {
    let mut shares: HashMap<u32, Vec<Share<'_>>> = HashMap::new();
    for (service, id, pair) in learned.pairs() {
        let Some(number) = directory.only(id) else {
            continue;
        };
        let held = shares.entry(number).or_default();
        match held.iter_mut().find(|share| share.service == service) {
            Some(share) => share.count += pair.count,
            None => held.push(Share {
                service,
                count: pair.count,
                first: &pair.first,
            }),
        }
    }
    for (number, shares) in shares {
        let Some(one) = merged.get_mut(number as usize) else {
            continue;
        };
        let total: u64 = shares.iter().map(|share| share.count).sum();
        for share in &shares {
            let is_sole = share.count.saturating_mul(5) >= total.saturating_mul(4);
            let confidence = if is_sole {
                SOLE_CONFIDENCE
            } else {
                SHARED_CONFIDENCE
            };
            relations.push(Relation {
                observations: share.count,
                uri: share.first.uri.clone(),
                line: share.first.line,
                ..runs_on(
                    share.service,
                    one,
                    LOG,
                    confidence,
                    share.first.text.clone(),
                )
            });
            if is_sole && one.row.service.is_none() {
                one.row.service = Some(share.service.to_owned());
            }
        }
    }
}

/// What log rows of earlier runs told; the relations are there already.
fn by_earlier_rows(merged: &mut [Merged], directory: &Directory, remembered: &[(String, String)]) {
    for (service, resource) in remembered {
        let number = directory.only(resource);
        let found = number.and_then(|number| merged.get_mut(number as usize));
        if let Some(one) = found.filter(|one| one.row.service.is_none()) {
            one.row.service = Some(service.clone());
        }
    }
}

/// Takes note of functions, sites and services of ECS that have the very name of a service: what
/// only has the name in its own is then something else.
fn by_whole_name(merged: &[Merged], services: &[&str], homes: &mut Homes) {
    let names: HashSet<String> = services.iter().map(|name| name.to_lowercase()).collect();
    let named = merged.iter().filter_map(|one| {
        let name = one.row.name.as_deref()?.to_lowercase();
        let is_named = one.row.service.is_none() && names.contains(&name);
        is_named.then_some((name, one.row.key.as_str()))
    });
    let own: Vec<(String, &str)> = named
        .filter(|(name, id)| matches!(Home::of(id), Some(Home::Own(..))) && homes.may_be(name, id))
        .collect();
    for (name, id) in own {
        homes.add(&name, id);
    }
}

fn by_name(
    merged: &mut [Merged],
    names: &ServiceNames<'_>,
    homes: &Homes,
    relations: &mut Vec<Relation>,
) {
    for one in merged {
        let Some(name) = one.row.name.clone() else {
            continue;
        };
        // A resource that several services share has an owner of none of their names.
        if one.row.service.is_some() || one.row.resource_type == "host" {
            continue;
        }
        // Settings of a site of Azure have the names that Azure gives them: `web`.
        let kind = key::azure_type(&one.row.key);
        if kind.is_some_and(|kind| kind.ends_with("/config")) {
            continue;
        }
        let guess = names.guess(&name);
        if let Some(guess) = guess.filter(|guess| homes.may_be(guess.service, &one.row.key)) {
            let evidence = format!("the name {name} contains service {}", guess.service);
            relations.push(runs_on(
                guess.service,
                one,
                "name",
                guess.confidence,
                evidence,
            ));
            one.row.service = Some(guess.service.to_owned());
        }
    }
}

/// Team and environment of a resource without tags are those of its service.
fn fill_habits(merged: &mut [Merged], learned: &Learned) {
    let mut by_service: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    for one in merged {
        let row = &mut one.row;
        let Some(service) = &row.service else {
            continue;
        };
        if row.environment.is_some() && row.team.is_some() {
            continue;
        }
        let (environment, team) = by_service.entry(service.clone()).or_insert_with(|| {
            let (environment, team) = learned.habits(service);
            (environment.map(str::to_owned), team.map(str::to_owned))
        });
        row.environment = row.environment.take().or_else(|| environment.clone());
        row.team = row.team.take().or_else(|| team.clone());
    }
}

fn environment_by_name(merged: &mut [Merged]) {
    for row in merged.iter_mut().map(|one| &mut *one.row) {
        if row.environment.is_none() {
            row.environment = row
                .name
                .as_deref()
                .and_then(names::environment)
                .map(str::to_owned);
        }
    }
}
