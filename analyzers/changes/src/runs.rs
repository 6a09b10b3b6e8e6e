//! Joins writes seen in audit logs to the runs of infrastructure tools.
//!
//! The surest way comes first: the id that the cloud gave the request, which documents of tools
//! quote where they failed; the id of the run, where the recommended set-up is used
//! (`docs/guides/run-ids.md`); then resource and time, and at last the time of the run alone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::key::Arn;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome, Run};
use nepho_core::time::NANOS;

use crate::called::Called;
use crate::event::{Cloud, normal};
use crate::fitting::Makers;
use crate::known::Known;
use crate::starters::{self, Projects};
use crate::store::Write;

/// A write and a change of the same resource belong together this close: 2 minutes.
const NEAR: i64 = 120 * NANOS;
/// Tool whose scopes are stacks.
const STACKS: &str = "cloudformation";
/// Shortest part of a file's name that is taken for the id of a run.
const SHORTEST: usize = 4;

/// Tool, scope and id of a run.
pub(crate) type RunKey<'a> = (&'a str, &'a str, &'a str);

/// The same, to be kept.
pub(crate) type RunId = (String, String, String);

/// What joining tells.
#[derive(Default)]
pub(crate) struct Joined {
    /// Changes of feeds that a write tells more of.
    pub told: Vec<Change>,
    /// Runs of writes, by the hashes of these, where it is one run only.
    pub runs: BTreeMap<u64, RunId>,
    /// Hashes of writes of known runs that fit no change of these, with the run, where it is one.
    pub unlisted: BTreeMap<u64, Option<RunId>>,
    /// What calls told of what changes set.
    pub called: Called,
}

/// What surely ties a write to a run: an id, or a resource and the time.
#[derive(Default)]
struct Sure<'a> {
    run: Option<RunKey<'a>>,
    matching: Vec<&'a Change>,
}

impl<'a> Sure<'a> {
    fn of(write: &Write, index: &Index<'a>) -> Self {
        if !is_tool(write) && !may_be_tool(write) && !index.is_marked(write) {
            return Self::default();
        }
        let run = index.told_run(write);
        let mut matching = matching(write, index, run);
        matching.extend(of_stack(write, index));
        Self { run, matching }
    }

    /// The runs that it is sure of.
    fn runs(&self) -> BTreeSet<RunKey<'a>> {
        let of_matching = self.matching.iter().map(|change| key(change));
        of_matching.chain(self.run).collect()
    }
}

fn is_tool(write: &Write) -> bool {
    write.class == WriteClass::Iac
}

/// The Activity Log names no user agent, so that time and resource have to do.
fn may_be_tool(write: &Write) -> bool {
    write.event.cloud == Cloud::Azure && write.class == WriteClass::Script
}

/// Changes of feeds in all the ways in which a write finds them.
struct Index<'a> {
    by_resource: BTreeMap<Arc<str>, Vec<&'a Change>>,
    by_request: HashMap<&'a str, Vec<&'a Change>>,
    by_run: BTreeMap<RunKey<'a>, Vec<&'a Change>>,
    windows: BTreeMap<RunKey<'a>, (Timestamp, Timestamp)>,
    // Runs by tool and scope.
    of_scopes: HashMap<&'a str, HashMap<&'a str, Vec<RunKey<'a>>>>,
    // Runs of Infrastructure Manager by what their deployments are called without the project.
    of_deployments: HashMap<&'a str, Vec<RunKey<'a>>>,
    // Runs by what may be their id; a text that stands for several stands for none.
    names: HashMap<String, BTreeSet<RunKey<'a>>>,
    // Runs with the files that told of them.
    told: HashSet<(RunKey<'a>, &'a str)>,
    projects: Projects,
}

impl<'a> Index<'a> {
    fn of(
        changes: &'a BTreeMap<String, Change>,
        runs: &'a [Run],
        writes: &[Write],
        known: &Known,
    ) -> Self {
        let names = runs.iter().map(|run| run.id.as_str());
        let names = names.chain(changes.values().map(|change| change.run.as_str()));
        let names = names.chain(writes.iter().filter_map(starters::deployment));
        let mut index = Self {
            by_resource: BTreeMap::new(),
            by_request: HashMap::new(),
            by_run: BTreeMap::new(),
            windows: BTreeMap::new(),
            of_scopes: HashMap::new(),
            of_deployments: HashMap::new(),
            names: HashMap::new(),
            told: HashSet::new(),
            projects: Projects::of(names, known),
        };
        for change in changes
            .values()
            .filter(|change| change.outcome != ChangeOutcome::Planned)
        {
            // What a run only found is nothing that it called for.
            let touched = match change.action {
                ChangeAction::Drift => BTreeSet::new(),
                _ => known.touched(change),
            };
            for id in touched {
                index.by_resource.entry(id).or_default().push(change);
            }
            if let Some(request) = &change.request_id {
                index.by_request.entry(request).or_default().push(change);
            }
            let key = key(change);
            index.by_run.entry(key).or_default().push(change);
            index.name(key, &change.run, &change.uri);
            if let Some((start, end)) = interval(change) {
                index.widen(key, start, end);
            }
        }
        for run in runs {
            let key = (family(&run.tool), run.scope.as_str(), run.id.as_str());
            index.name(key, &run.id, &run.uri);
            let started = run.started.or(run.ended);
            if let (Some(start), Some(end)) = (started, run.ended.or(run.started)) {
                index.widen(key, start, end);
            }
        }
        let runs: BTreeSet<_> = index.windows.keys().chain(index.by_run.keys()).collect();
        for run in runs {
            let of_tool = index.of_scopes.entry(run.0).or_default();
            of_tool.entry(run.1).or_default().push(*run);
            if let Some(name) = starters::of_run(run.2) {
                index.of_deployments.entry(name).or_default().push(*run);
            }
        }
        index
    }

    /// Runs of a tool in a scope.
    fn runs_in(&self, tool: &str, scope: &str) -> &[RunKey<'a>] {
        let runs = self.of_scopes.get(tool).and_then(|runs| runs.get(scope));
        runs.map_or(&[], Vec::as_slice)
    }

    /// Where runs worked and as whom.
    fn makers(
        &self,
        writes: &[Write],
        sure: &[Sure<'a>],
        runs: &'a [Run],
        known: &Known,
    ) -> Makers<'a> {
        let mut makers = Makers::default();
        runs.iter().for_each(|run| makers.add_run(run));
        for (run, changes) in &self.by_run {
            for change in changes {
                makers.add_change(*run, change, known);
            }
        }
        for (write, sure) in writes.iter().zip(sure) {
            // Of a call that several runs may have made nobody knows whose it is.
            if let Some(run) = only(&sure.runs()) {
                makers.add_call(run, write);
            }
        }
        makers
    }

    fn widen(&mut self, key: RunKey<'a>, start: Timestamp, end: Timestamp) {
        let window = self.windows.entry(key).or_insert((start, end));
        *window = (window.0.min(start), window.1.max(end));
    }

    /// A run goes by its id and by what its file is called.
    fn name(&mut self, key: RunKey<'a>, id: &'a str, uri: &'a str) {
        // All changes of a run tell the same.
        if !self.told.insert((key, uri)) {
            return;
        }
        let mut add = |name: &str| {
            if name.len() >= SHORTEST {
                self.names.entry(normal(name)).or_default().insert(key);
            }
        };
        add(id);
        file_names(uri).for_each(&mut add);
    }

    /// Whether a call of another tool carries the mark of a known run. The bare name of a session
    /// is not enough: somebody may be called like a file.
    fn is_marked(&self, write: &Write) -> bool {
        let marked = write.marks.run.as_deref().map(normal);
        let found = marked.and_then(|id| self.names.get(&id));
        write.class == WriteClass::Script && found.is_some_and(|runs| runs.len() == 1)
    }

    /// The run that a write tells of by its id.
    fn told_run(&self, write: &Write) -> Option<RunKey<'a>> {
        let marks = &write.marks;
        let marked = marks.run.as_deref().map(normal);
        let told = marked.iter().chain(&marks.maybe).find_map(|id| {
            let found = self.names.get(id)?;
            found.first().copied().filter(|_| found.len() == 1)
        });
        told.or_else(|| self.run_of_stack(marks.stack.as_deref()?, write.time))
    }

    /// The run of Infrastructure Manager that a call for this deployment started.
    fn run_of_deployment(&self, deployment: &str, time: Timestamp) -> Option<RunKey<'a>> {
        let named = starters::without_project(deployment);
        let named = named.and_then(|name| self.of_deployments.get(name));
        let own = named.into_iter().flatten();
        let own = own.filter(|(_, _, id)| starters::is_of(id, deployment, &self.projects));
        let of_deployment: Vec<_> = own
            .filter_map(|run| Some((*run, *self.windows.get(run)?)))
            .collect();
        starters::at(&of_deployment, time, NEAR)
    }

    /// The one run of a stack that went on at a time.
    fn run_of_stack(&self, stack: &str, time: Timestamp) -> Option<RunKey<'a>> {
        let is_now = |run: &&RunKey<'_>| {
            let window = self.windows.get(*run);
            window.is_some_and(|window| is_within(time, *window))
        };
        let mut runs = self.runs_in(STACKS, stack).iter().filter(is_now);
        let run = runs.next()?;
        runs.next().is_none().then_some(*run)
    }
}

/// Folders that may be a part of the id of a run, in which a `/` may stand.
const FOLDERS: usize = 2;

/// What a run may be called after its file: `runs/apply-gh-4711.2.jsonl` is that of
/// `apply-gh-4711.2`, of `gh-4711.2` and of `4711.2`.
fn file_names(uri: &str) -> impl Iterator<Item = &str> {
    let start = uri
        .rmatch_indices('/')
        .nth(FOLDERS)
        .map_or(0, |(at, _)| at + 1);
    let path = uri.get(start..).unwrap_or(uri);
    let wholes = std::iter::successors(Some(path), |name| without_ending(name));
    wholes.flat_map(|whole| {
        let cuts = whole
            .char_indices()
            .filter(|(_, c)| matches!(c, '-' | '_' | '/'));
        let tails = cuts.filter_map(|(at, _)| whole.get(at + 1..));
        std::iter::once(whole).chain(tails)
    })
}

/// The name of a file without its ending, which begins with a letter: that of `gh-4711.2` is none.
fn without_ending(name: &str) -> Option<&str> {
    let (front, ending) = name.rsplit_once('.')?;
    let is_ending = ending.starts_with(|c: char| c.is_ascii_alphabetic())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Some(front).filter(|_| is_ending)
}

/// From when to when a change can have happened.
pub(crate) fn interval(change: &Change) -> Option<(Timestamp, Timestamp)> {
    let end = change.time.or(change.started)?;
    let start = [change.not_before, change.started, change.time];
    Some((start.into_iter().flatten().min().unwrap_or(end), end))
}

/// Sets the class of each write to `iac` or `iac_unregistered`, and gives the changes of feeds that
/// a write tells more of: who did it, and when, where the feed knows no time or only an interval.
pub(crate) fn join(
    writes: &mut [Write],
    changes: &BTreeMap<String, Change>,
    runs: &[Run],
    known: &Known,
) -> Joined {
    let index = Index::of(changes, runs, writes, known);
    let sure = writes.iter().map(|write| Sure::of(write, &index));
    let sure: Vec<Sure<'_>> = sure.collect();
    let makers = index.makers(writes, &sure, runs, known);
    let mut joined = Joined::default();
    let mut told: BTreeMap<String, Change> = BTreeMap::new();
    let mut registered: BTreeMap<Box<str>, Option<RunId>> = BTreeMap::new();
    // Runs of which it is told who started and who made them.
    let mut starts: HashSet<(RunKey<'_>, String)> = HashSet::new();
    let mut made: HashSet<RunKey<'_>> = HashSet::new();
    for (write, Sure { run, matching }) in writes.iter_mut().zip(sure) {
        let is_tool = is_tool(write);
        if !is_tool && !may_be_tool(write) && run.is_none() {
            continue;
        }
        if let Some(run) = started(write, &index, &mut starts, &mut told) {
            joined.runs.insert(write.hash, run);
            continue;
        }
        for change in &matching {
            tell(change, write, &mut told);
            joined.called.add(change, write, known);
        }
        // Whoever made one call of a run made the run. The first who is told counts.
        let of_run = match run {
            Some(run) if write.event.actor != "unknown" && made.insert(run) => {
                index.by_run.get(&run)
            }
            _ => None,
        };
        for change in of_run.into_iter().flatten() {
            tell_actor(change, write, &mut told);
        }
        let windows: BTreeSet<RunKey<'_>> = match is_tool {
            true => windows(write, &index.windows)
                .filter(|run| makers.fit(run, write))
                .collect(),
            false => BTreeSet::new(),
        };
        let in_window = !windows.is_empty();
        let of_matching = matching.iter().map(|change| key(change)).collect();
        let one = run
            .or_else(|| only(&of_matching))
            .or_else(|| only(&windows))
            .map(|(tool, scope, id)| (tool.to_owned(), scope.to_owned(), id.to_owned()));
        if let Some(run) = &one {
            joined.runs.insert(write.hash, run.clone());
        }
        if !matching.is_empty() || run.is_some() || in_window {
            write.class = WriteClass::Iac;
            if let Some(correlation) = &write.correlation {
                registered.insert(correlation.clone(), one.clone());
            }
            if matching.is_empty() {
                joined.unlisted.insert(write.hash, one);
            }
        } else if is_tool {
            write.class = WriteClass::IacUnregistered;
        }
    }
    // Azure's tools set one correlation id per run.
    for write in writes.iter_mut() {
        let class = write.class;
        let is_open = matches!(class, WriteClass::IacUnregistered | WriteClass::Script);
        let run = write.correlation.as_deref();
        let run = run.and_then(|correlation| registered.get(correlation));
        if let Some(run) = run.filter(|_| is_open) {
            write.class = WriteClass::Iac;
            joined.unlisted.insert(write.hash, run.clone());
        }
    }
    joined.told = told.into_values().collect();
    joined
}

/// The run that a call of Infrastructure Manager started, whose changes are by who called.
fn started<'a>(
    write: &mut Write,
    index: &Index<'a>,
    starts: &mut HashSet<(RunKey<'a>, String)>,
    told: &mut BTreeMap<String, Change>,
) -> Option<RunId> {
    let deployment = starters::deployment(write)?;
    let run = index.run_of_deployment(deployment, write.time)?;
    let actor = write.event.actor.clone();
    // All calls of one say the same.
    let is_new = starts.insert((run, actor.clone()));
    let of_run = index.by_run.get(&run).filter(|_| is_new);
    let of_run = of_run.into_iter().flatten();
    for change in of_run.filter(|change| change.action != ChangeAction::Drift) {
        let row = told
            .entry(change.id.clone())
            .or_insert_with(|| (*change).clone());
        if actor != "unknown" && row.actor.as_deref().is_none_or(starters::is_account) {
            row.actor = Some(actor.clone());
        }
    }
    write.class = WriteClass::Iac;
    let (tool, scope, id) = run;
    Some((tool.to_owned(), scope.to_owned(), id.to_owned()))
}

/// What the writes of runs that documents tell of tell besides: where they came from, and who made
/// them where it was one principal.
pub(crate) fn learned(writes: &[Write], joined: &BTreeMap<u64, RunId>, runs: &[Run]) -> Vec<Run> {
    let mut by_run: BTreeMap<RunKey<'_>, Vec<&Write>> = BTreeMap::new();
    for write in writes {
        if let Some((tool, scope, id)) = joined.get(&write.hash) {
            by_run.entry((tool, scope, id)).or_default().push(write);
        }
    }
    let mut learned = Vec::new();
    for run in runs {
        let key = (family(&run.tool), run.scope.as_str(), run.id.as_str());
        // Each once: a run may stand in several documents.
        let Some(writes) = by_run.remove(&key) else {
            continue;
        };
        // Whoever had it started says more than the account that it then acts with.
        let starting = writes
            .iter()
            .filter(|write| starters::deployment(write).is_some());
        let starting: Vec<&Write> = starting.copied().collect();
        let makers = if starting.is_empty() {
            &writes
        } else {
            &starting
        };
        let one = |told: &dyn Fn(&Write) -> Option<String>| {
            let all: BTreeSet<String> = makers.iter().filter_map(|write| told(write)).collect();
            let mut all = all.into_iter();
            all.next().filter(|_| all.next().is_none())
        };
        let evidence: BTreeSet<&str> = writes.iter().map(|write| &*write.uri).collect();
        learned.push(Run {
            id: run.id.clone(),
            told_id: one(&|write| write.marks.run.clone()),
            tool: run.tool.clone(),
            scope: run.scope.clone(),
            actor: one(&|write| Some(write.event.actor.clone()).filter(|who| who != "unknown")),
            source_ip: one(&|write| write.event.source_ip.clone()),
            evidence: evidence.into_iter().map(str::to_owned).collect(),
            ..Run::default()
        });
    }
    learned
}

fn only<'a>(runs: &BTreeSet<RunKey<'a>>) -> Option<RunKey<'a>> {
    runs.first().copied().filter(|_| runs.len() == 1)
}

/// The run that a change is of.
pub(crate) fn key(change: &Change) -> RunKey<'_> {
    (family(&change.tool), &change.scope, &change.run)
}

/// Tools that share a way to call the clouds.
pub(crate) fn family(tool: &str) -> &str {
    match tool {
        // Infrastructure Manager applies with Terraform.
        "opentofu" | "infra_manager" => "terraform",
        "cdk" => "cloudformation",
        other => other,
    }
}

fn matching<'a>(write: &Write, index: &Index<'a>, run: Option<RunKey<'a>>) -> Vec<&'a Change> {
    let by_request = write.request.as_deref();
    let by_request = by_request.and_then(|request| index.by_request.get(request));
    let mut matching: Vec<&Change> = by_request.into_iter().flatten().copied().collect();
    for identity in &write.identities {
        let of_target = index.by_resource.get(identity);
        let of_target = of_target.into_iter().flatten().filter(|change| {
            // A run that is told does away with guessing by time.
            run.map_or_else(|| is_near(write, change), |run| key(change) == run)
        });
        matching.extend(of_target.copied());
    }
    matching.sort_by(|one, other| one.id.cmp(&other.id));
    matching.dedup_by(|one, other| one.id == other.id);
    matching
}

/// Changes of the runs of a stack that a call of CloudFormation itself began: a run may go on for
/// long after the call.
fn of_stack<'a>(write: &Write, index: &Index<'a>) -> Vec<&'a Change> {
    let target = write.target.as_deref().and_then(Arn::parse);
    let Some(target) = target.filter(|target| target.service == STACKS) else {
        return Vec::new();
    };
    // `stack/NAME` or `stack/NAME/ID`.
    let Some(name) = target.resource.split('/').nth(1) else {
        return Vec::new();
    };
    let runs = index.runs_in(STACKS, name).iter();
    let changes = runs.filter_map(|run| index.by_run.get(run));
    let near = changes.filter(|changes| changes.iter().any(|change| is_near(write, change)));
    near.flatten().copied().collect()
}

/// Whether a write was made when a change was, by its tool.
pub(crate) fn is_near(write: &Write, change: &Change) -> bool {
    let is_tool =
        write.class != WriteClass::Iac || family(&change.tool) == family(&write.event.means.tool);
    let Some((start, end)) = interval(change) else {
        return is_tool && write.class == WriteClass::Iac;
    };
    is_tool && write.time >= start.plus(-NEAR) && write.time <= end.plus(NEAR)
}

/// Runs of the tool at the time of which a write was made.
fn windows<'a>(
    write: &Write,
    windows: &BTreeMap<RunKey<'a>, (Timestamp, Timestamp)>,
) -> impl Iterator<Item = RunKey<'a>> {
    let family = family(&write.event.means.tool);
    let is_own = move |((tool, _, _), window): &(&RunKey<'_>, &(Timestamp, Timestamp))| {
        *tool == family && is_within(write.time, **window)
    };
    windows.iter().filter(is_own).map(|(run, _)| *run)
}

/// Whether a time is that of a run from `start` to `end`, or near it.
fn is_within(time: Timestamp, (start, end): (Timestamp, Timestamp)) -> bool {
    time >= start.plus(-NEAR) && time <= end.plus(NEAR)
}

/// Adds who did it, and when where the feed knows no time or an interval only: the last success
/// counts.
fn tell(change: &Change, write: &Write, told: &mut BTreeMap<String, Change>) {
    tell_actor(change, write, told);
    let is_success = write.event.outcome == Some(Outcome::Success);
    let lacks_time = change.time.is_none() && change.started.is_none();
    let is_within = change.not_before.is_some_and(|start| {
        write.time >= start && change.time.is_none_or(|end| write.time <= end)
    });
    if !is_success || !lacks_time && !is_within {
        return;
    }
    let row = told
        .entry(change.id.clone())
        .or_insert_with(|| change.clone());
    row.time = if is_within && row.not_before.is_some() {
        Some(write.time)
    } else {
        row.time.max(Some(write.time))
    };
    if is_within {
        row.not_before = None;
    }
}

fn tell_actor(change: &Change, write: &Write, told: &mut BTreeMap<String, Change>) {
    // Whoever looked is not who made the difference.
    let is_finding = change.action == ChangeAction::Drift;
    if is_finding || change.actor.is_some() || write.event.actor == "unknown" {
        return;
    }
    let row = told
        .entry(change.id.clone())
        .or_insert_with(|| change.clone());
    if row.actor.is_none() {
        row.actor = Some(write.event.actor.clone());
    }
}
