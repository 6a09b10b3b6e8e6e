//! Changes of one run as its log, its plan and its states tell them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use nepho_core::feed::{Document, FeedOutput, Member, Snapshot};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use nepho_iac_common::differences;
use nepho_iac_terraform::state::{TerraformRules, members};
use serde_json::{Value, json};

use super::super::Figure;
use super::{read, text};

/// Addresses and what was done.
type Set = BTreeSet<(String, &'static str)>;

/// Runs whose documents agree.
pub(super) fn figures(data: &Path) -> Vec<Figure> {
    let mut all = Figure::new("Terraform: log, plan and states of a run agree, of runs");
    quintuples(data, &mut all);
    let mut generated = Figure::new("Terraform: log and states of a run agree, of runs");
    runs(data, &mut all, &mut generated);
    let mut known = Figure::new("Terraform: what a log told is not told again, of states");
    not_twice(data, &mut known);
    vec![all, generated, known]
}

/// What was to be done or was done, without what the tool only found.
fn set<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Set {
    changes
        .into_iter()
        .filter(|change| change.action != ChangeAction::Drift)
        .map(|change| (change.address.clone(), change.action.as_str()))
        .collect()
}

fn set_of(path: &Path) -> Result<Set, String> {
    match read(path) {
        None => Err(format!("{} is not recognized", path.display())),
        Some(Err(error)) => Err(error.to_string()),
        Some(Ok(out)) if !out.rejects.is_empty() => Err(format!("{:?}", out.rejects)),
        Some(Ok(out)) => Ok(set(&out.changes)),
    }
}

fn snapshot(uri: &str, text: &str) -> Result<Snapshot, String> {
    let document = Document {
        uri,
        text,
        modified: None,
    };
    let members: BTreeMap<String, Member> =
        members(&document, &mut FeedOutput::default()).map_err(|error| error.to_string())?;
    Ok(Snapshot {
        tool: "terraform".to_owned(),
        is_complete: true,
        members,
        ..Snapshot::default()
    })
}

fn between(before: &Snapshot, after: &Snapshot) -> Set {
    differences(&TerraformRules, before, after)
        .into_iter()
        .map(|found| (found.address.to_owned(), found.action.as_str()))
        .collect()
}

fn disagreement(sets: &[(&str, &Set)]) -> Option<String> {
    let is_same = sets.windows(2).all(|pair| pair[0].1 == pair[1].1);
    (!is_same).then(|| format!("{sets:?}"))
}

/// Runs of the equivalence tests: the state before is the one that the plan holds.
fn quintuples(data: &Path, figure: &mut Figure) {
    let folder = data.join("terraform/run-quintuple/opentofu-equivalence");
    let folders = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<_> = folders.map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders {
        let case = folder.file_name().unwrap_or_default().to_string_lossy();
        let checked = || -> Result<Option<String>, String> {
            let log = set_of(&folder.join("apply.json"))?;
            let plan = set_of(&folder.join("plan.json"))?;
            let plan_text = text(&folder.join("plan.json"));
            let document: Value =
                serde_json::from_str(&plan_text).map_err(|error| error.to_string())?;
            let prior = document.get("prior_state").cloned();
            let prior = prior.unwrap_or_else(|| json!({ "format_version": "1.0" }));
            let before = snapshot("prior.json", &prior.to_string())?;
            // Numbers and keys are written by the same writer, so that values can be compared.
            let after: Value = serde_json::from_str(&text(&folder.join("state.json")))
                .map_err(|error| error.to_string())?;
            let after = snapshot("state.json", &after.to_string())?;
            let states = between(&before, &after);
            Ok(disagreement(&[
                ("log", &log),
                ("plan", &plan),
                ("states", &states),
            ]))
        };
        figure.count(&case, checked().unwrap_or_else(Some));
    }
}

/// Runs of one state, made with Terraform 1.11.
fn runs(data: &Path, all: &mut Figure, pairs: &mut Figure) {
    let folder = data.join("terraform/generated-terraform-1.11.4");
    let logs = [
        "1-apply-create",
        "2-apply-update-replace",
        "3-apply-partial-failure",
        "4-apply-moved",
        "5-destroy",
    ];
    let mut before = Snapshot {
        is_complete: true,
        ..Snapshot::default()
    };
    for (position, name) in logs.iter().enumerate() {
        let number = position + 1;
        let state = folder.join(format!("{number}.tfstate"));
        let after = match snapshot(&state.to_string_lossy(), &text(&state)) {
            Ok(after) => after,
            Err(error) => {
                pairs.count(name, Some(error));
                continue;
            }
        };
        let states = between(&before, &after);
        let log = set_of(&folder.join(format!("{name}.jsonl")));
        let plan = folder.join(format!("{number}-plan.json"));
        let checked = match (log, plan.is_file()) {
            (Err(error), _) => Some(error),
            (Ok(log), false) => disagreement(&[("log", &log), ("states", &states)]),
            (Ok(log), true) => match set_of(&plan) {
                Err(error) => Some(error),
                Ok(plan) => {
                    let sets = [("log", &log), ("plan", &plan), ("states", &states)];
                    let problem = disagreement(&sets);
                    all.count(name, problem.clone());
                    problem
                }
            },
        };
        pairs.count(name, checked);
        before = after;
    }
}

/// All states of the runs, beside all logs but that of one run: only its changes are told by the
/// states.
fn not_twice(data: &Path, figure: &mut Figure) {
    use nepho_core::feed::ChangeFeed;
    use nepho_iac_terraform::state::State;

    let folder = data.join("terraform/generated-terraform-1.11.4");
    let outputs = super::super::files(&folder);
    let outputs: Vec<FeedOutput> = outputs.iter().filter_map(|path| read(path)?.ok()).collect();
    let snapshots: Vec<Snapshot> = outputs
        .iter()
        .flat_map(|out| out.snapshots.clone())
        .collect();
    let logs: Vec<&FeedOutput> = outputs
        .iter()
        .filter(|out| {
            let is_done = |change: &Change| change.outcome != ChangeOutcome::Planned;
            out.changes.iter().any(is_done)
        })
        .collect();
    // The first run made what the first state holds: no older state tells of it.
    for left_out in 0..=logs.len() {
        let known = logs
            .iter()
            .enumerate()
            .filter(|(position, _)| *position != left_out);
        let known: Vec<Change> = known.flat_map(|(_, out)| out.changes.clone()).collect();
        let mut told = FeedOutput::default();
        State.compare(&snapshots, &known, &mut told);
        let expected = match logs.get(left_out) {
            Some(log) if left_out > 0 => set(&log.changes),
            _ => Set::new(),
        };
        let found = set(&told.changes);
        let problem = (found != expected).then(|| format!("{found:?} for {expected:?}"));
        figure.count(&format!("without log {}", left_out + 1), problem);
    }
}
