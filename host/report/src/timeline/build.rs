//! Builds the timeline: changes with their services and their drift, put into runs.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::findings::{Details, Drift, Finding, WriteClass};
use nepho_core::rejects::Rejects;
use nepho_core::secret;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, NodeKind, Relation, RelationKind, Resource, Run,
};

use super::lives::Lives;
use super::names::Names;
use super::select::Asked;
use super::{
    ChangeSelection, ClassCount, Consequence, Maker, RewrittenState, TIMELINE_SCHEMA, Timeline,
    TimelineChange, drift, groups, is_failed, summary,
};
use crate::inputs::Inputs;

/// What a timeline is made from.
#[derive(Debug, Default)]
pub struct TimelineSource<'a> {
    /// What was read.
    pub inputs: Inputs,
    /// Changes; of two with the same id the later one counts.
    pub changes: Vec<Change>,
    /// Runs that documents tell of.
    pub runs: Vec<Run>,
    /// Findings; those on changes outside of infrastructure code tell of drift.
    pub findings: Vec<Finding>,
    /// Resources, for their names and the services that they belong to.
    pub resources: &'a [Resource],
    /// Relations, for the services that run on resources.
    pub relations: &'a [Relation],
    /// Input that could not be read.
    pub rejects: Rejects,
}

impl Timeline {
    /// Timeline of what was asked for.
    pub fn build(source: TimelineSource<'_>, selection: ChangeSelection) -> Self {
        let names = Names::of(source.resources);
        let services = Services::new(source.resources, source.relations, &names);
        let words = selection.resources.clone();
        let mut told: BTreeMap<String, (usize, Change)> = BTreeMap::new();
        for (place, change) in source.changes.into_iter().enumerate() {
            told.insert(change.id.clone(), (place, change));
        }
        let lives = Lives::of(told.values().map(|(_, change)| change), &names);
        let asked = Asked::of(&words, &names, &lives, source.relations);
        let all = told.values().map(|(_, change)| change);
        let mut drift = drift::drift(&source.findings, all, &source.runs, &names);
        let makers: BTreeMap<String, Vec<Maker>> = told
            .values()
            .map(|(_, change)| (change.id.clone(), drift::makers(change, &drift, &told)))
            .filter(|(_, makers)| !makers.is_empty())
            .collect();
        let by_hand = by_hand(&drift, &told);
        let ordered = by_time(told.into_values().collect());
        let choices = selection.choices(ordered.iter().map(|(_, change)| change));
        let mut planned = 0;
        let mut kept: Vec<Shown> = Vec::new();
        for (_, change) in ordered {
            if change.outcome == ChangeOutcome::Planned {
                planned += 1;
                continue;
            }
            let keys = names.of_change(&change);
            let mut shown = shown(&change, services.of(&keys, &lives), &drift);
            shown.made_by = makers.get(&change.id).cloned().unwrap_or_default();
            shown.followed_by = consequences(&change.id, &source.findings);
            shown.cluster = change.resource.as_deref().and_then(|id| names.cluster(id));
            if shown.parent.is_none() {
                shown.parent = names.parent_of(&change);
            }
            if selection.has(&shown) && asked.has(&change, &shown, &keys) {
                kept.push((change, shown));
            }
        }
        let ids: BTreeSet<&str> = kept.iter().map(|(change, _)| &*change.id).collect();
        drift.retain(|one| concerns(one, &ids));
        let counted = kept.iter().filter(|kept| is_counted(kept, &ids));
        let classes = classes(counted.map(|(_, shown)| shown));
        let entries = groups::entries(kept, &source.runs, &selection);
        let rewritten_states = rewritten(source.findings, &selection);
        let mut inputs = source.inputs;
        inputs.settle(0);
        let mut rejects = source.rejects;
        rejects.settle(inputs.totals.rejects);
        let mut timeline = Self {
            schema: TIMELINE_SCHEMA.to_owned(),
            generated_by: concat!("nepho ", env!("CARGO_PKG_VERSION")).to_owned(),
            summary: Vec::new(),
            selection,
            classes,
            entries,
            drift,
            rewritten_states,
            planned,
            choices,
            inputs,
            rejects,
        };
        timeline.summary = summary::sentences(&timeline, &by_hand);
        timeline
    }
}

/// A change, and how it is shown.
type Shown = (Change, TimelineChange);

/// Whether a difference is one that the changes with these ids made, closed or found.
fn concerns(drift: &Drift, ids: &BTreeSet<&str>) -> bool {
    let closed_by = drift.closed_by.as_deref().unwrap_or_default();
    let mut finders = drift.found_by.iter();
    ids.contains(&*drift.change) || ids.contains(closed_by) || finders.any(|id| ids.contains(&**id))
}

/// Whether a change counts among those with these ids, which are shown: what a tool found and
/// somebody made is no second change.
fn is_counted((change, shown): &Shown, ids: &BTreeSet<&str>) -> bool {
    let mut makers = shown.made_by.iter();
    let is_second = other_half(change).is_some_and(|first| ids.contains(first));
    !is_second && !makers.any(|maker| ids.contains(&*maker.change))
}

/// Changes by hand that took a difference back, whether they were asked for or not.
fn by_hand(drift: &[Drift], told: &BTreeMap<String, (usize, Change)>) -> BTreeSet<String> {
    let closers = drift.iter().filter_map(|one| one.closed_by.as_ref());
    let is_by_hand = |id: &&String| {
        let class = told.get(*id).and_then(|(_, change)| change.class);
        matches!(class, Some(WriteClass::Console | WriteClass::Script))
    };
    closers.filter(is_by_hand).cloned().collect()
}

/// Id of the row before, of the second of two rows that tell of one change: a swap of two slots, or
/// what goes on by another name.
fn other_half(change: &Change) -> Option<&str> {
    let operation = change.address.split(' ').next().unwrap_or_default();
    let is_swap = operation
        .to_ascii_lowercase()
        .ends_with("/slotsswap/action");
    let (first, _) = change.id.rsplit_once('-')?;
    let is_half = is_swap || change.action == ChangeAction::Move;
    (is_half && first.starts_with("audit:")).then_some(first)
}

/// Changes by time, those without one last.
fn by_time(mut ordered: Vec<(usize, Change)>) -> Vec<(usize, Change)> {
    ordered.sort_by_key(|(place, change)| {
        let time = change.time.or(change.started);
        // Audit logs tell time by the second: what is made comes before what is done to it.
        let rank = match change.action {
            _ if !change.id.starts_with("audit:") => 1,
            ChangeAction::Create => 0,
            ChangeAction::Delete => 2,
            _ => 1,
        };
        (time.is_none(), time, rank, *place)
    });
    ordered
}

/// States that were rewritten; those of one tool where only its changes were asked for.
fn rewritten(findings: Vec<Finding>, selection: &ChangeSelection) -> Vec<RewrittenState> {
    let mut rewritten: Vec<(String, RewrittenState)> = Vec::new();
    for finding in findings {
        if let Details::StateRewritten(details) = finding.details {
            let is_asked = selection.tools.is_empty() || selection.tools.contains(&details.tool);
            if is_asked {
                let state = RewrittenState {
                    title: finding.title,
                    explanation: finding.explanation,
                    details,
                };
                rewritten.push((finding.id, state));
            }
        }
    }
    rewritten.sort_by(|one, other| one.0.cmp(&other.0));
    rewritten.into_iter().map(|(_, state)| state).collect()
}

/// Incidents that a change is held responsible for.
fn consequences(change: &str, findings: &[Finding]) -> Vec<Consequence> {
    let is_of_it = |finding: &&Finding| finding.change.as_deref() == Some(change);
    let mut told: Vec<Consequence> = Vec::new();
    for finding in findings.iter().filter(is_of_it) {
        if let Details::Incident(details) = &finding.details {
            let title = finding.title.split("; cause: ").next().unwrap_or_default();
            let cause = details.considered.iter().find(|one| one.id == change);
            told.push(Consequence {
                title: title.to_owned(),
                start: finding.start,
                services: finding.services.clone(),
                path: cause.map(|cause| cause.path.clone()).unwrap_or_default(),
                confidence: finding.confidence,
            });
        }
    }
    told.sort_by(|a, b| (a.start, &a.title).cmp(&(b.start, &b.title)));
    told
}

fn classes<'a>(changes: impl Iterator<Item = &'a TimelineChange>) -> Vec<ClassCount> {
    let mut counts: BTreeMap<Option<WriteClass>, (u64, u64)> = BTreeMap::new();
    for change in changes {
        let count = counts.entry(change.class).or_default();
        count.0 += 1;
        count.1 += u64::from(is_failed(change.outcome));
    }
    let count = |(class, (changes, failed))| ClassCount {
        class,
        changes,
        failed,
    };
    counts.into_iter().map(count).collect()
}

fn shown(change: &Change, services: Vec<String>, drift: &[Drift]) -> TimelineChange {
    let is_made = change.action != ChangeAction::Drift;
    let opened = drift.iter().find(|one| is_made && one.change == change.id);
    let closed = |one: &&Drift| one.closed_by.as_ref() == Some(&change.id);
    let repairs: BTreeSet<String> = drift
        .iter()
        .filter(closed)
        .map(|one| one.change.clone())
        .collect();
    TimelineChange {
        followed_by: Vec::new(),
        id: change.id.clone(),
        time: change.time.or(change.started),
        not_before: change.not_before,
        tool: change.tool.clone(),
        action: change.action,
        outcome: change.outcome,
        class: change.class,
        address: change.address.clone(),
        previous_address: change.previous_address.clone(),
        resource: change.resource.clone(),
        key_confidence: change.key_confidence,
        provider: change.provider.clone(),
        cluster: None,
        parent: change.parent.clone(),
        resource_type: change.resource_type.clone(),
        services,
        actor: change.actor.clone(),
        attributes: change.attributes.clone(),
        replace_paths: change.replace_paths.clone(),
        reason: change
            .reason
            .as_deref()
            .map(|reason| secret::mask(reason).into_owned()),
        error_code: change.error_code.clone(),
        request_id: change.request_id.clone(),
        is_root_failure: change.is_root_failure,
        drift_of: opened.map(|one| one.address.clone()),
        repairs: repairs.into_iter().collect(),
        made_by: Vec::new(),
        uri: change.uri.clone(),
        line: change.line,
    }
}

/// Services by the key of a resource.
#[derive(Debug, Default)]
struct Services {
    by_key: BTreeMap<String, BTreeSet<String>>,
}

impl Services {
    fn new(resources: &[Resource], relations: &[Relation], names: &Names) -> Self {
        let mut services = Self::default();
        for resource in resources {
            if let Some(service) = &resource.service {
                services.add(names.identity(&resource.key), service);
            }
        }
        for relation in relations {
            let is_service = relation.from_kind == NodeKind::Service;
            if is_service
                && relation.to_kind == NodeKind::Resource
                && relation.kind == RelationKind::RunsOn
            {
                services.add(names.identity(&relation.to), &relation.from);
            }
        }
        services
    }

    fn add(&mut self, key: String, service: &str) {
        let held = self.by_key.entry(key).or_default();
        held.insert(service.to_owned());
    }

    /// Services of resources with these keys; of those that nothing is known of any more, services
    /// of what stood at their address before or after them.
    fn of(&self, keys: &BTreeSet<String>, lives: &Lives) -> Vec<String> {
        match self.of_keys(keys) {
            own if own.is_empty() => self.of_keys(&lives.kin(keys)),
            own => own,
        }
    }

    fn of_keys(&self, keys: &BTreeSet<String>) -> Vec<String> {
        let found = keys.iter().filter_map(|key| self.by_key.get(key));
        let found: BTreeSet<&String> = found.flatten().collect();
        found.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_and_a_new_name_are_one_change_each() {
        let check = |id: &str, address: &str, action: ChangeAction, expected: Option<&str>| {
            let change = Change {
                id: id.to_owned(),
                address: address.to_owned(),
                action,
                ..Change::default()
            };
            assert_eq!(other_half(&change), expected, "{id} {address}");
        };
        let (update, first) = (ChangeAction::Update, Some("audit:0a1b"));
        let swap = "MICROSOFT.WEB/SITES/SLOTS/SLOTSSWAP/ACTION shop";
        check("audit:0a1b-1", swap, update, first);
        check("audit:0a1b", swap, update, None);
        let rename = "ModifyDBInstance old";
        check("audit:0a1b-1", rename, ChangeAction::Move, first);
        // Of several machines each is ended; what a document moves has an id of another kind.
        let ended = "TerminateInstances i-2";
        check("audit:0a1b-1", ended, ChangeAction::Delete, None);
        check("terraform:s-1", "aws_instance.a", ChangeAction::Move, None);
    }
}
