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
    complete.sort_by_key(|one| one.begin);
    for deployment in &complete {
        let deleted = deleted(deployment, snapshots, known, better);
        let change = known
            .iter()
            .find(|change| change.run == deployment.snapshot.lineage);
        for id in deleted {
            let delete = delete(deployment, &id, change);
            better.insert(delete.id.clone(), delete);
        }
        out.relations.extend(ended(deployment, snapshots));
    }
}

/// Resources of the group that were there and that the deployment leaves out.
fn deleted(
    deployment: &Deployment<'_>,
    snapshots: &[Snapshot],
    known: &[Change],
    better: &BTreeMap<String, Change>,
) -> BTreeSet<String> {
    // The last that is known of each resource before the deployment: whether it was there.
    let mut last: BTreeMap<&str, (Timestamp, bool)> = BTreeMap::new();
    let mut note = |id, time, is_there| {
        let held = last.entry(id).or_insert((time, is_there));
        if held.0 <= time {
            *held = (time, is_there);
        }
    };
    let is_inside = |id: &str| is_within(id, deployment.group) && id != deployment.group;
    let mut later: BTreeSet<&str> = BTreeSet::new();
    for snapshot in snapshots {
        let ids = snapshot.members.values();
        let ids = ids.filter_map(|member| member.resource.as_deref());
        for id in ids.filter(|id| is_inside(id)) {
            match snapshot.time {
                Some(time) if time < deployment.begin => note(id, time, true),
                // A state that was written afterwards knows better.
                Some(time) if time > deployment.end && snapshot.tool != "arm" => {
                    later.insert(id);
                }
                _ => {}
            }
        }
    }
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let told_again = |change: &&Change| !better.contains_key(&change.id);
    let changes = known.iter().filter(told_again).chain(better.values());
    for change in changes.filter(|one| one.outcome == ChangeOutcome::Applied) {
        let time = change.time.or(change.started);
        let (Some(id), Some(time)) = (change.resource.as_deref(), time) else {
            continue;
        };
        let is_deleted = change.action == ChangeAction::Delete;
        if is_inside(id) && time <= deployment.begin && (is_deleted || is_there(change.action)) {
            note(id, time, !is_deleted);
        }
        if is_deleted && change.run == deployment.snapshot.lineage {
            told.insert(id);
        }
    }
    let found = last.into_iter().filter(|(id, (_, is_there))| {
        let is_left_out = *is_there && !deployment.holds(whole(id, deployment.group));
        let is_known = told.contains(id) || later.contains(id);
        is_left_out && !is_known && !is_kept(whole(id, deployment.group))
    });
    found.map(|(id, _)| id.to_owned()).collect()
}

/// Edges that earlier deployments told of what the deployment puts again, without them.
fn ended(deployment: &Deployment<'_>, snapshots: &[Snapshot]) -> Vec<Relation> {
    let place = Place {
        uri: &deployment.snapshot.uri,
        line: 0,
    };
    let mut ended = Vec::new();
    let earlier = snapshots
        .iter()
        .filter(|one| one.tool == "arm" && one.time < Some(deployment.begin));
    for snapshot in earlier {
        for (id, member) in &deployment.snapshot.members {
            let before = snapshot.members.get(id).map(|before| &before.attributes);
            let gone = before.into_iter().flatten().map(|(to, _)| to);
            let gone =
                gone.filter(|to| key::is_azure_id(to) && !member.attributes.contains_key(*to));
            for to in gone {
                let evidence = "dependencies of the deployment";
                let edge = resource::relation(
                    id,
                    RelationKind::DependsOn,
                    to,
                    snapshot.time,
                    evidence,
                    place,
                );
                ended.extend(edge.map(|edge| Relation {
                    valid_to: Some(deployment.end),
                    seen_to: Some(deployment.end),
                    ..edge
                }));
            }
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
