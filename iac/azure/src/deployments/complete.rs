//! What deployments in mode `Complete` end: a resource of their group that they do not hold any
//! more is deleted, and what a resource does not depend on any more has ended.
//!
//! Only a deployment that succeeded ends something, in the group that it was made in. What was
//! there before is told by earlier deployments and by changes and states of other tools.
//!
//! learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes and
//! .../deployment-complete-mode-deletion, read 2026-11-29.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::feed::{FeedOutput, Member, Snapshot};
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Relation, RelationKind};

use super::existence::is_there;
use crate::resource::{self, Place, container, extended, is_deployment, type_of};

/// Attribute of the member that stands for the deployment: when it ended, in nanoseconds.
pub(super) const ENDED: &str = "ended";
/// Why what is missing was deleted.
const REASON: &str = "the deployment in mode Complete does not hold the resource";

/// Types that lie in groups and are not deleted.
const KEPT: [&str; 5] = [
    "microsoft.authorization/",
    "microsoft.consumption/",
    "microsoft.insights/diagnosticsettings",
    "microsoft.resources/deployments",
    "microsoft.resources/tags",
];

/// One deployment, as its snapshot tells.
struct Deployment<'a> {
    snapshot: &'a Snapshot,
    group: &'a str,
    begin: Timestamp,
    end: Timestamp,
}

impl<'a> Deployment<'a> {
    fn of(snapshot: &'a Snapshot) -> Option<Self> {
        let own = snapshot.members.get(&snapshot.scope)?;
        let end = i64::try_from(*own.attributes.get(ENDED)?).ok()?;
        Some(Self {
            snapshot,
            group: group(&snapshot.scope)?,
            begin: snapshot.time?,
            end: Timestamp(end),
        })
    }

    /// Whether it holds a resource, or something in it.
    fn holds(&self, id: &str) -> bool {
        let near = self.snapshot.members.range(id.to_owned()..);
        let mut near = near.take_while(|(held, _)| held.starts_with(id));
        near.any(|(held, _)| is_within(held, id))
    }
}

/// That a resource was there at a time, as a snapshot tells.
struct Seen<'a> {
    id: &'a str,
    time: Timestamp,
    is_of_other_tool: bool,
}

/// That a change was applied which made a resource or deleted it.
struct Told {
    id: String,
    time: Timestamp,
    is_deleted: bool,
    run: String,
}

impl Told {
    fn of(change: &Change) -> Option<Self> {
        let is_deleted = change.action == ChangeAction::Delete;
        let counts = change.outcome == ChangeOutcome::Applied;
        (counts && (is_deleted || is_there(change.action))).then_some(())?;
        Some(Self {
            id: change.resource.clone()?,
            time: change.time.or(change.started)?,
            is_deleted,
            run: change.run.clone(),
        })
    }
}

/// What is known of the resources of one group.
#[derive(Default)]
struct Group<'a> {
    seen: Vec<Seen<'a>>,
    told: Vec<Told>,
}

/// Groups by id: those in which a deployment in mode `Complete` was made.
type Groups<'a> = BTreeMap<&'a str, Group<'a>>;

/// Edges that have not ended, by what depends: when each was told, and on what.
type Edges<'a> = BTreeMap<&'a str, Vec<(Option<Timestamp>, &'a str)>>;

/// Adds the deletions and the ends of edges. Changes in `better` are known besides `known`.
pub(super) fn end(
    snapshots: &[Snapshot],
    known: &[Change],
    better: &mut BTreeMap<String, Change>,
    out: &mut FeedOutput,
) {
    let ours = snapshots.iter().filter(|one| one.tool == "arm");
    let mut complete: Vec<Deployment<'_>> = ours
        .filter(|one| one.is_complete)
        .filter_map(Deployment::of)
        .collect();
    if complete.is_empty() {
        return;
    }
    complete.sort_by_key(|one| (one.begin, one.end));
    let mut groups = groups(&complete, snapshots, known, better);
    let mut edges = edges(snapshots);
    let mut runs: BTreeMap<&str, &Change> = BTreeMap::new();
    for change in known {
        runs.entry(&change.run).or_insert(change);
    }
    for deployment in &complete {
        let Some(group) = groups.get_mut(deployment.group) else {
            continue;
        };
        let change = runs.get(deployment.snapshot.lineage.as_str()).copied();
        for id in deleted(deployment, group) {
            let delete = delete(deployment, &id, change);
            group.told.extend(Told::of(&delete));
            better.insert(delete.id.clone(), delete);
        }
        out.relations.extend(ended(deployment, &mut edges));
    }
}

fn groups<'a>(
    complete: &[Deployment<'a>],
    snapshots: &'a [Snapshot],
    known: &[Change],
    better: &BTreeMap<String, Change>,
) -> Groups<'a> {
    let ids = complete.iter().map(|one| one.group);
    let mut groups: Groups<'a> = ids.map(|id| (id, Group::default())).collect();
    for snapshot in snapshots {
        let Some(time) = snapshot.time else {
            continue;
        };
        let ids = snapshot.members.values();
        for id in ids.filter_map(|member| member.resource.as_deref()) {
            if let Some(group) = group_of(id).and_then(|group| groups.get_mut(group)) {
                group.seen.push(Seen {
                    id,
                    time,
                    is_of_other_tool: snapshot.tool != "arm",
                });
            }
        }
    }
    let told_again = |change: &&Change| !better.contains_key(&change.id);
    let changes = known.iter().filter(told_again).chain(better.values());
    for told in changes.filter_map(Told::of) {
        if let Some(group) = group_of(&told.id).and_then(|group| groups.get_mut(group)) {
            group.told.push(told);
        }
    }
    groups
}

/// Resources of the group that were there and that the deployment leaves out.
fn deleted(deployment: &Deployment<'_>, group: &Group<'_>) -> BTreeSet<String> {
    // The last that is known of each resource before the deployment: whether it was there.
    let mut last: BTreeMap<&str, (Timestamp, bool)> = BTreeMap::new();
    let mut note = |id, time, is_there| {
        let held = last.entry(id).or_insert((time, is_there));
        if held.0 <= time {
            *held = (time, is_there);
        }
    };
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for seen in &group.seen {
        if seen.time < deployment.begin {
            note(seen.id, seen.time, true);
        } else if seen.time > deployment.end && seen.is_of_other_tool {
            // A state that was written afterwards knows better.
            known.insert(seen.id);
        }
    }
    for told in &group.told {
        if told.time <= deployment.begin {
            note(&told.id, told.time, !told.is_deleted);
        }
        if told.is_deleted && told.run == deployment.snapshot.lineage {
            known.insert(&told.id);
        }
    }
    let found = last.into_iter().filter(|(id, (_, is_there))| {
        let whole = whole(id, deployment.group);
        let is_left_out = *is_there && !deployment.holds(whole);
        is_left_out && !known.contains(id) && !is_kept(whole)
    });
    found.map(|(id, _)| id.to_owned()).collect()
}

/// Edges that deployments tell of.
fn edges(snapshots: &[Snapshot]) -> Edges<'_> {
    let mut edges = Edges::new();
    for snapshot in snapshots.iter().filter(|one| one.tool == "arm") {
        for (id, member) in &snapshot.members {
            let targets = member.attributes.keys().filter(|to| key::is_azure_id(to));
            for to in targets {
                let told = edges.entry(id).or_default();
                told.push((snapshot.time, to));
            }
        }
    }
    edges
}

/// Edges that earlier deployments told of what the deployment puts again, without them. They end
/// here, and are open no more.
fn ended(deployment: &Deployment<'_>, edges: &mut Edges<'_>) -> Vec<Relation> {
    let place = Place {
        uri: &deployment.snapshot.uri,
        line: 0,
    };
    let mut ended = Vec::new();
    for (id, member) in &deployment.snapshot.members {
        let Some(open) = edges.get_mut(id.as_str()) else {
            continue;
        };
        let is_gone = |(time, to): &mut (Option<Timestamp>, &str)| {
            *time < Some(deployment.begin) && !member.attributes.contains_key(*to)
        };
        for (time, to) in open.extract_if(.., is_gone) {
            let evidence = "dependencies of the deployment";
            let edge = resource::relation(id, RelationKind::DependsOn, to, time, evidence, place);
            ended.extend(edge.map(|edge| Relation {
                valid_to: Some(deployment.end),
                seen_to: Some(deployment.end),
                ..edge
            }));
        }
    }
    ended
}

fn delete(deployment: &Deployment<'_>, id: &str, known: Option<&Change>) -> Change {
    let run = &deployment.snapshot.lineage;
    Change {
        id: format!("arm:{run}:{id}"),
        time: Some(deployment.end),
        started: Some(deployment.begin),
        not_before: Some(deployment.begin),
        tool: known.map_or_else(|| "arm".to_owned(), |known| known.tool.clone()),
        scope: deployment.snapshot.scope.clone(),
        run: run.clone(),
        action: ChangeAction::Delete,
        outcome: ChangeOutcome::Applied,
        reason: Some(REASON.to_owned()),
        address: id.to_owned(),
        resource: Some(id.to_owned()),
        resource_type: type_of(id),
        parent: extended(id),
        actor: known.and_then(|known| known.actor.clone()),
        request_id: Some(run.clone()).filter(|id| id.len() == 32),
        uri: deployment.snapshot.uri.clone(),
        ..Change::default()
    }
}

/// Members for the deployment as a whole and for what it put, with what each depends on.
pub(super) fn members(
    scope: &str,
    end: Option<Timestamp>,
    outputs: &[&str],
    mut dependencies: BTreeMap<String, BTreeMap<String, u64>>,
) -> BTreeMap<String, Member> {
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    for id in outputs {
        let key = key::canonical(id);
        let member = Member {
            resource: Some(key.clone()),
            resource_type: type_of(id),
            attributes: dependencies.remove(&key).unwrap_or_default(),
            ..Member::default()
        };
        members.insert(key, member);
    }
    if let Some(end) = end.and_then(|end| u64::try_from(end.0).ok()) {
        let own = members.entry(scope.to_owned()).or_default();
        own.attributes.insert(ENDED.to_owned(), end);
    }
    members
}

/// Group that a deployment was made in, if it was made in one.
fn group(scope: &str) -> Option<&str> {
    let (group, _) = scope.split_once("/providers/")?;
    (is_deployment(scope) && group.contains("/resourcegroups/")).then_some(group)
}

/// Group that a resource lies in: `/subscriptions/S/resourcegroups/G`.
fn group_of(id: &str) -> Option<&str> {
    const MARK: &str = "/resourcegroups/";
    let name = id.find(MARK)? + MARK.len();
    let end = name + id.get(name..)?.find('/')?;
    id.get(..end)
}

/// The resource that lies right in the group: what a child or an extension is deleted with.
fn whole<'a>(id: &'a str, group: &str) -> &'a str {
    let mut whole = id;
    while let Some(outer) = container(whole).filter(|outer| outer != group) {
        match id.get(..outer.len()) {
            Some(start) if start.len() < whole.len() => whole = start,
            _ => break,
        }
    }
    whole
}

fn is_kept(whole: &str) -> bool {
    let kind = type_of(whole).to_ascii_lowercase();
    KEPT.iter().any(|kept| kind.starts_with(kept))
}

fn is_within(id: &str, whole: &str) -> bool {
    let rest = id.strip_prefix(whole);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
