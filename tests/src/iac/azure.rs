//! Deployments of Azure against the requests that were recorded with them
//! (`../shared/iac/azure/arm-deployments`).

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::registry::{Make, components};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RunStatus};
use serde_json::Value;

use super::feeds::{Read, folder, read_all};
use super::{Figure, named};

/// All figures on Azure; none where the data are absent.
///
/// | figure | right is |
/// |---|---|
/// | documents | read whole, or refused with a reason and its place |
/// | correlation ids | the header `x-ms-correlation-request-id` of the request that began the run |
/// | starts | the time at which the answer to the request says that it was accepted |
/// | resources | every id of `outputResources` or `resources` is a change, of no more |
/// | what-if | the actions and attribute names of the changes, none of what stays |
/// | created | new by what-if before the first deployment, updated after it |
pub fn figures() -> Vec<Figure> {
    let Some(folder) = folder("azure/arm-deployments") else {
        return Vec::new();
    };
    let all = read_all(&folder, "azure.");
    vec![
        documents(&all),
        correlations(&all),
        starts(&all),
        resources(&all),
        what_if(&all),
        created(&all),
    ]
}

fn documents(all: &[Read]) -> Figure {
    let mut figure = named("azure: documents read or refused with a reason");
    for read in all {
        let is_read = read.feed.is_some_and(|feed| feed.starts_with("azure."))
            && read.refused.is_none()
            && read.out.rejects.is_empty();
        let is_refused = read.feed.is_none() && read.refused.is_some();
        // A list without elements is read, and tells nothing.
        let body: Value = serde_json::from_str(&read.text).unwrap_or_default();
        let is_empty = body["value"].as_array().is_some_and(Vec::is_empty);
        figure.check(is_read || is_refused || is_empty, || {
            format!(
                "{}: {:?} {:?}",
                read.path.display(),
                read.feed,
                read.refused
            )
        });
    }
    figure
}

/// Requests of the recording that `read` is part of, by file.
fn requests(read: &Read) -> BTreeMap<String, Value> {
    let index = read.path.with_file_name("index.json");
    let text = std::fs::read_to_string(index).unwrap_or_default();
    let list: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    list.into_iter()
        .map(|one| (one["file"].as_str().unwrap_or_default().to_owned(), one))
        .collect()
}

fn file(read: &Read) -> String {
    let name = read.path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Documents that answered a request to deploy.
fn puts(all: &[Read]) -> impl Iterator<Item = (&Read, Value)> {
    all.iter().filter_map(|read| {
        let request = requests(read).remove(&file(read))?;
        (request["method"] == "PUT").then_some((read, request))
    })
}

fn correlations(all: &[Read]) -> Figure {
    let mut figure = named("azure: correlation ids");
    for (read, request) in puts(all) {
        let header = request["x-ms-correlation-request-id"][0].as_str();
        let told = read.out.runs.first().map(|run| run.id.as_str());
        figure.check(told.is_some() && told == header, || {
            format!("{}: {told:?}, {header:?}", read.path.display())
        });
    }
    figure
}

fn starts(all: &[Read]) -> Figure {
    let mut figure = named("azure: starts of runs");
    let mut accepted: BTreeMap<String, Timestamp> = BTreeMap::new();
    for (read, request) in puts(all) {
        let body: Value = serde_json::from_str(&read.text).unwrap_or_default();
        let told = &body["properties"]["timestamp"];
        let told = told
            .as_str()
            .or(body["systemData"]["lastModifiedAt"].as_str());
        let id = request["x-ms-correlation-request-id"][0].as_str();
        if let (Some(id), Some(time)) = (id, told.and_then(Timestamp::parse_rfc3339)) {
            accepted.insert(id.to_owned(), time);
        }
    }
    for run in all.iter().flat_map(|read| &read.out.runs) {
        if let Some(expected) = accepted.get(&run.id) {
            figure.check(run.started == Some(*expected), || {
                format!("{}: {:?}, {expected}", run.uri, run.started)
            });
        }
    }
    figure
}

fn resources(all: &[Read]) -> Figure {
    let mut figure = named("azure: resources of deployments and stacks");
    for read in all {
        let body: Value = serde_json::from_str(&read.text).unwrap_or_default();
        let single = [body.clone()];
        let items = body["value"].as_array().map_or(&single[..], Vec::as_slice);
        let mut expected = BTreeSet::new();
        for item in items {
            let run = item["properties"]["correlationId"]
                .as_str()
                .unwrap_or_default();
            for name in ["outputResources", "resources"] {
                let ids = item["properties"][name].as_array().into_iter().flatten();
                let ids = ids.filter_map(|one| one["id"].as_str());
                expected.extend(ids.map(|id| (run.to_owned(), id.to_ascii_lowercase())));
            }
        }
        let applied = read
            .out
            .changes
            .iter()
            .filter(|one| one.outcome == ChangeOutcome::Applied);
        let told: BTreeSet<(String, String)> = applied
            .map(|one| (one.run.clone(), one.resource.clone().unwrap_or_default()))
            .collect();
        for one in expected.union(&told) {
            let is_right = expected.contains(one) && told.contains(one);
            figure.check(is_right, || format!("{}: {one:?}", read.path.display()));
        }
    }
    figure
}

fn what_if(all: &[Read]) -> Figure {
    let mut figure = named("azure: what-if");
    for read in all.iter().filter(|read| read.feed == Some("azure.what_if")) {
        let body: Value = serde_json::from_str(&read.text).unwrap_or_default();
        let changes = body["properties"]["changes"].as_array();
        for change in changes.into_iter().flatten() {
            let expected = match change["changeType"].as_str() {
                Some("Create") => Some(ChangeAction::Create),
                Some("Modify" | "Deploy") => Some(ChangeAction::Update),
                Some("Delete") => Some(ChangeAction::Delete),
                _ => None,
            };
            let id = key::canonical(change["resourceId"].as_str().unwrap_or_default());
            let told = read
                .out
                .changes
                .iter()
                .find(|one| one.resource.as_deref() == Some(&id));
            let mut names: Vec<&str> = change["delta"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|delta| delta["children"].is_null())
                .filter_map(|delta| delta["path"].as_str())
                .collect();
            names.sort_unstable();
            let is_right = told.map(|one| one.action) == expected
                && told.is_none_or(|one| {
                    one.attributes == names && one.outcome == ChangeOutcome::Planned
                });
            figure.check(is_right, || {
                format!("{}: {id}: {told:?}", read.path.display())
            });
        }
    }
    figure
}

/// Over each recording as one body of input.
fn created(all: &[Read]) -> Figure {
    let mut figure = named("azure: created or updated");
    let mut recordings: BTreeMap<_, Vec<&Read>> = BTreeMap::new();
    for read in all {
        let recording = recordings.entry(read.path.parent()).or_default();
        recording.push(read);
    }
    for reads in recordings.into_values() {
        let held = held(&reads);
        let mut planned = BTreeSet::new();
        let new = held.values().filter(|one| {
            one.outcome == ChangeOutcome::Planned && one.action == ChangeAction::Create
        });
        planned.extend(new.map(|one| one.address.as_str()));
        let mut applied: Vec<&Change> = held
            .values()
            .filter(|one| one.outcome == ChangeOutcome::Applied)
            .collect();
        applied.sort_by_key(|one| one.started);
        let mut seen = BTreeSet::new();
        for one in applied {
            let is_first = seen.insert(one.address.as_str());
            let expected = match is_first && planned.contains(one.address.as_str()) {
                true => ChangeAction::Create,
                false => ChangeAction::Update,
            };
            figure.check(one.action == expected, || {
                format!("{}: {}", one.id, one.action)
            });
        }
        // A deployment that puts nothing changes nothing.
        let runs = reads.iter().flat_map(|read| &read.out.runs);
        let empty = runs.filter(|run| {
            run.status == RunStatus::Succeeded
                && run.operation == nepho_core::tables::RunOperation::Destroy
        });
        for run in empty {
            let none = held.values().all(|one| one.run != run.id);
            figure.check(none, || format!("{}: it changes something", run.id));
        }
    }
    figure
}

/// The changes as the program holds them, by id.
fn held(reads: &[&Read]) -> BTreeMap<String, Change> {
    let mut held = BTreeMap::new();
    let mut snapshots = Vec::new();
    for read in reads {
        let changes = read.out.changes.iter();
        held.extend(changes.map(|one| (one.id.clone(), one.clone())));
        snapshots.extend(read.out.snapshots.clone());
    }
    let known: Vec<Change> = held.values().cloned().collect();
    let mut out = FeedOutput::default();
    for component in components() {
        if let Make::Feed(make) = component.make {
            make().compare(&snapshots, &known, &mut out);
        }
    }
    held.extend(out.changes.into_iter().map(|one| (one.id.clone(), one)));
    held
}
