//! Edges of the map against what two other programs expect on the data beside the repository.
//!
//! - inframap (`generate/state_test.go`): who is connected to whom once security groups, ports and
//!   listeners are folded away. Its nodes for open ports of the internet are left out: they are not
//!   resources.
//! - workload-discovery (`additionalRelationships.test.mjs`): what a configuration item of AWS
//!   Config names. What its tests take from answers of other API calls is left out. Made-up ids of
//!   its fixtures (`kmsKeyArn`) are given the form of real ones.
//!
//! An edge is found if the map leads from the dependent to the dependency in a few steps, or, where
//! the two only belong together (a volume and an instance), the other way.

mod expected;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nepho::Options;
use nepho::resources::graph::Direction;
use nepho::resources::map::{Moment, ResourceMap};
use serde_json::{Value, json};

use super::Figure;
use expected::{DISCOVERY, INFRAMAP, NO_EDGES, VARIABLES};

/// Steps that may lie between two ends: listener, pool, member.
const STEPS: u32 = 4;

/// The figures; none if the data are not there.
pub fn figures() -> Vec<Figure> {
    let Some(shared) = super::data() else {
        return Vec::new();
    };
    let work = std::env::temp_dir().join(format!("nepho-iac-graph-{}", std::process::id()));
    let figures = measure(&shared, &work);
    // What cannot be removed lies in the folder for temporary files.
    let _ = std::fs::remove_dir_all(&work);
    figures.unwrap_or_else(|error| {
        let mut figure = Figure::new("edges of the map");
        figure.count("data", Some(format!("{error:#}")));
        vec![figure]
    })
}

fn measure(shared: &Path, work: &Path) -> anyhow::Result<Vec<Figure>> {
    std::fs::create_dir_all(work)?;
    Ok(vec![
        inframap(shared)?,
        discovery(shared, work)?,
        no_edges(shared, work)?,
    ])
}

fn map_of(path: &Path) -> anyhow::Result<ResourceMap> {
    let explanation = nepho::explain(&Options {
        paths: vec![path.to_string_lossy().into_owned()],
        ..Options::default()
    })?;
    Ok(explanation.conclusions.map())
}

/// Whether the map leads from one of the words to the other, or back by one step.
fn leads(map: &ResourceMap, from: &str, to: &str) -> bool {
    let snapshot = map.snapshot(&Moment::default(), false);
    let (from, to) = (map.find(from), map.find(to));
    let there = snapshot.reach(&from, STEPS, Direction::Needs);
    let back = snapshot.reach(&to, 1, Direction::Needs);
    to.iter().any(|node| there.contains_key(node))
        || from.iter().any(|node| back.contains_key(node))
}

fn inframap(shared: &Path) -> anyhow::Result<Figure> {
    let mut figure = Figure {
        name: "edges of inframap".to_owned(),
        ..Figure::default()
    };
    let folder = shared.join("terraform/state-v3v4/cycloidio-inframap");
    for (file, edges) in INFRAMAP {
        let map = map_of(&folder.join(file))?;
        let front = if file.starts_with("version_3") {
            "module.cycloid."
        } else {
            ""
        };
        for (from, to) in edges {
            let is_right = leads(&map, &format!("{front}{from}"), &format!("{front}{to}"));
            count(&mut figure, is_right, || format!("{file}: {from} -> {to}"));
        }
    }
    Ok(figure)
}

fn discovery(shared: &Path, work: &Path) -> anyhow::Result<Figure> {
    let mut figure = Figure {
        name: "edges of workload-discovery".to_owned(),
        ..Figure::default()
    };
    for (file, edges) in DISCOVERY {
        let items = fixture(shared, file)?;
        let map = map_of(&written(&items, work, file)?)?;
        for (from, to) in edges {
            let (one, other) = (id(&items, from), id(&items, to));
            let is_right = leads(&map, &one, &other);
            count(&mut figure, is_right, || format!("{file}: {from} -> {to}"));
        }
    }
    Ok(figure)
}

fn no_edges(shared: &Path, work: &Path) -> anyhow::Result<Figure> {
    let mut figure = Figure {
        name: "fixtures of workload-discovery without an edge".to_owned(),
        ..Figure::default()
    };
    for file in NO_EDGES {
        let items = fixture(shared, file)?;
        let map = map_of(&written(&items, work, file)?)?;
        // Each resource has an account and a region, which its item does not relate it to.
        let versions = map.graph().versions().iter();
        let told = versions.filter(|version| !version.is_holding()).count();
        count(&mut figure, told == 0, || format!("{file}: {told} edges"));
    }
    Ok(figure)
}

fn count(figure: &mut Figure, is_right: bool, what: impl Fn() -> String) {
    figure.total += 1;
    if is_right {
        figure.right += 1;
    } else {
        figure.wrong.push(what());
    }
}

/// Items of a fixture by name, with its placeholders filled in.
fn fixture(shared: &Path, file: &str) -> anyhow::Result<BTreeMap<String, Value>> {
    let folder = shared.join("graph/aws-config-relationships/workload-discovery");
    let mut whole: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(file))?)?;
    // Placeholders stand in placeholders.
    for _ in 0..4 {
        let known = whole.clone();
        fill(&mut whole, &known);
    }
    real_ids(&mut whole);
    let variables = VARIABLES.iter().find(|(name, _)| *name == file);
    for (name, path) in variables.map(|(_, all)| *all).unwrap_or_default() {
        if let Some(value) = whole.pointer(path).cloned() {
            whole["lambda"]["configuration"]["environment"]["variables"][*name] = value;
        }
    }
    let items = whole.as_object().into_iter().flatten();
    Ok(items
        .filter(|(name, _)| !name.starts_with('$'))
        .map(|(name, item)| (name.clone(), item.clone()))
        .collect())
}

fn fill(value: &mut Value, known: &Value) {
    match value {
        Value::String(text) => {
            while let Some((before, rest)) = text.split_once("${") {
                let Some((path, after)) = rest.split_once('}') else {
                    break;
                };
                let pointer = format!("/{}", path.replace('.', "/"));
                let found = known.pointer(&pointer).and_then(Value::as_str);
                *text = format!("{before}{}{after}", found.unwrap_or("eu-west-2"));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, known)),
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, known)),
        _ => {}
    }
}

/// Gives made-up ids the form of real ones.
fn real_ids(value: &mut Value) {
    match value {
        Value::String(text) => *text = real_id(text),
        Value::Array(values) => values.iter_mut().for_each(real_ids),
        Value::Object(fields) => fields.values_mut().for_each(real_ids),
        _ => {}
    }
}

fn real_id(text: &str) -> String {
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_made_up = stem.ends_with("Arn") && stem.len() > 3 && !text.contains([':', ' ']);
    match is_made_up {
        true => format!("arn:aws:example:eu-west-2:111122223333:thing/{text}"),
        false => text.replace("xxxxxxxxxxxx", "111122223333"),
    }
}

/// The items as AWS Config delivers them, in a file.
fn written(items: &BTreeMap<String, Value>, work: &Path, file: &str) -> anyhow::Result<PathBuf> {
    let mut list = Vec::new();
    let mut seen = BTreeSet::new();
    for item in items
        .values()
        .filter(|item| item.get("resourceType").is_some())
    {
        // A second item of one resource at the same time is for another test.
        let arn = item.get("arn").map(Value::to_string);
        if arn.is_some_and(|arn| !seen.insert(arn)) {
            continue;
        }
        let mut item = item.clone();
        item["configurationItemCaptureTime"] = json!("2024-05-01T10:00:00Z");
        item["configurationItemStatus"] = json!("OK");
        item["awsAccountId"] = json!("111122223333");
        if let Some(arn) = item.get("arn").cloned() {
            item["ARN"] = arn;
        }
        if item.get("resourceId").is_none() {
            item["resourceId"] = item
                .get("resourceName")
                .or(item.get("arn"))
                .cloned()
                .unwrap_or_default();
        }
        list.push(item);
    }
    let document =
        json!({"fileVersion": "1.0", "configSnapshotId": "s-1", "configurationItems": list});
    let path = work.join(format!("{}.json", file.replace(['/', '.'], "-")));
    std::fs::write(&path, format!("{document}\n"))?;
    Ok(path)
}

/// Id of the item with a name; an id itself otherwise.
fn id(items: &BTreeMap<String, Value>, name: &str) -> String {
    let Some(item) = items.get(name) else {
        return real_id(name);
    };
    let words = ["arn", "resourceId", "resourceName"];
    let word = words.iter().find_map(|word| item.get(word)?.as_str());
    word.unwrap_or(name).to_owned()
}
