//! How right the provenance of changes is on real audit logs: accounts on which Terraform and other
//! tools were run, and events that others collected.
//!
//! What must come out is told by hand for each operation, from the records as they are: which
//! parameter names what is changed, who made the write, and whether it came to anything.

mod labels;
mod unsettled;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nepho::core::findings::{Details, Drift, WriteClass};
use nepho::core::tables::{Change, ChangeAction, ChangeOutcome};
use nepho::core::{Timestamp, key};
use nepho::{Conclusions, Options};
use serde_json::Value;

use super::Figure;
use labels::{COLLECTED, CREATES, OUTSIDE, TARGETS};

pub use unsettled::Unsettled;

/// Folder of the data, if it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/iac");
    folder.join("cloudtrail").is_dir().then_some(folder)
}

/// All figures; none where the data are not there.
///
/// # Errors
/// When the data cannot be read.
pub fn figures() -> Result<Vec<Figure>> {
    let Some(folder) = folder() else {
        return Ok(Vec::new());
    };
    let account = Account::read(&folder)?;
    let mut figures = vec![
        account.runs(),
        account.retries(),
        account.targets(),
        account.creations(),
        account.outside(),
        account.noise(),
        account.by_hand(),
    ];
    figures.push(collected(&folder)?);
    Ok(figures)
}

/// Where the real account differs from what the specification says of it; nothing where the data
/// are not there.
///
/// # Errors
/// When the data cannot be read.
pub fn unsettled() -> Result<Vec<Unsettled>> {
    match folder() {
        Some(folder) => Ok(unsettled::of(&Account::read(&folder)?)),
        None => Ok(Vec::new()),
    }
}

/// The real account: its records, and what was made of them.
struct Account {
    records: Vec<Value>,
    // Changes by time and operation.
    changes: BTreeMap<(Timestamp, String), Vec<Change>>,
    drift: Vec<Drift>,
}

impl Account {
    fn read(folder: &Path) -> Result<Self> {
        let trail = folder.join("cloudtrail/invictus-ir-aws_dataset");
        let conclusions = read(&trail)?;
        Ok(Self {
            changes: by_place(&conclusions),
            drift: drift(&conclusions),
            records: records(&trail)?,
        })
    }

    /// Runs that stand in the user agents of writes that succeeded.
    fn runs(&self) -> Figure {
        let expected: BTreeSet<&str> = self
            .writes()
            .filter(|one| !is_failed(one))
            .filter_map(run)
            .collect();
        let found: BTreeSet<&str> = self.all().map(|change| change.run.as_str()).collect();
        let mut figure = named("runs told by user agents");
        for run in expected {
            count(&mut figure, found.contains(run), || format!("run {run}"));
        }
        figure
    }

    /// Failed calls of Terraform, all of which went through later: none is a failure.
    fn retries(&self) -> Figure {
        let mut figure = named("failed calls of Terraform that are retries");
        let failed: BTreeSet<&str> = self
            .all()
            .filter(|change| change.outcome == ChangeOutcome::Failed)
            .map(|change| change.request_id.as_deref().unwrap_or_default())
            .collect();
        for record in self
            .writes()
            .filter(|one| is_terraform(one) && is_failed(one))
        {
            let request = record["requestID"].as_str().unwrap_or_default();
            count(&mut figure, !failed.contains(request), || describe(record));
        }
        figure
    }

    /// What each write changes.
    fn targets(&self) -> Figure {
        let mut figure = named("targets of writes of the account");
        for record in self.writes().filter(|one| !is_failed(one)) {
            let Some(expected) = expected_target(record) else {
                continue;
            };
            let is_right = self.of(record).any(|change| is_of(change, &expected));
            count(&mut figure, is_right, || {
                format!("{}: {expected}", describe(record))
            });
        }
        figure
    }

    /// What Terraform made, and nothing else.
    fn creations(&self) -> Figure {
        let mut figure = named("creations by Terraform");
        for record in self
            .writes()
            .filter(|one| is_terraform(one) && !is_failed(one))
        {
            // The answer tells which version of a parameter was put.
            let is_first = record["responseElements"]["version"] == 1;
            let is_creation = CREATES.contains(&operation(record))
                || operation(record) == "PutParameter" && is_first;
            let is_right = self.of(record).any(|change| {
                (change.action == ChangeAction::Create) == is_creation
                    && change.class == Some(WriteClass::IacUnregistered)
            });
            count(&mut figure, is_right, || describe(record));
        }
        figure
    }

    /// The class of each write that Terraform did not make.
    fn outside(&self) -> Figure {
        let mut figure = named("classes of writes outside of Terraform");
        for record in self.writes().filter(|one| !is_terraform(one)) {
            let expected = OUTSIDE.iter().find(|(name, _)| *name == operation(record));
            let expected = expected
                .map(|(_, class)| *class)
                .filter(|_| !is_failed(record));
            let found = self.of(record).next().and_then(|change| change.class);
            count(&mut figure, found == expected, || {
                format!("{}: {found:?}", describe(record))
            });
        }
        figure
    }

    /// Writes of the agent on an instance that Terraform made: they are no drift.
    fn noise(&self) -> Figure {
        let mut figure = named("writes of agents on managed resources that are no drift");
        let drifts: BTreeSet<&str> = self.drift.iter().map(|one| one.change.as_str()).collect();
        for record in self.writes().filter(|one| is_agent(one)) {
            let is_right = self
                .of(record)
                .any(|change| !drifts.contains(change.id.as_str()));
            count(&mut figure, is_right, || describe(record));
        }
        figure
    }

    /// Writes of the attack tool on what Terraform made: these are drift, and nothing else is.
    fn by_hand(&self) -> Figure {
        let mut figure = named("writes by hand on managed resources that are drift");
        let ids: BTreeMap<&str, &str> = self
            .all()
            .map(|change| (change.id.as_str(), change.address.as_str()))
            .collect();
        let told: BTreeSet<&str> = self
            .drift
            .iter()
            .filter_map(|one| ids.get(one.change.as_str())?.split(' ').next())
            .collect();
        // `SendCommand` runs something on an instance, and sets nothing that is declared of it.
        let expected =
            BTreeSet::from(["PutEventSelectors", "PutBucketLifecycle", "DeleteFlowLogs"]);
        for operation in expected.union(&told) {
            let is_right = expected.contains(operation) && told.contains(operation);
            count(&mut figure, is_right, || (*operation).to_owned());
        }
        figure
    }

    fn writes(&self) -> impl Iterator<Item = &Value> {
        self.records
            .iter()
            .filter(|record| record["readOnly"] == false)
    }

    fn all(&self) -> impl Iterator<Item = &Change> {
        self.changes.values().flatten()
    }

    /// Changes that were made of a record.
    fn of<'a>(&'a self, record: &'a Value) -> impl Iterator<Item = &'a Change> {
        let time = record["eventTime"]
            .as_str()
            .and_then(Timestamp::parse_rfc3339);
        let request = record["requestID"].as_str();
        let key = time.map(|time| (time, operation(record).to_owned()));
        let found = key.and_then(|key| self.changes.get(&key));
        found
            .into_iter()
            .flatten()
            .filter(move |change| request.is_none() || change.request_id.as_deref() == request)
    }
}

/// Events that others collected, by file: which resource each changes.
fn collected(folder: &Path) -> Result<Figure> {
    let mut figure = named("targets of collected events of AWS and Google Cloud");
    let mut changes = Vec::new();
    for place in [
        "cloudtrail/cloud-custodian-cwe",
        "cloudtrail/stratus-red-team",
        "gcp-audit/cloud-custodian",
    ] {
        changes.extend(read(&folder.join(place))?.changes);
    }
    for (file, name, target) in COLLECTED {
        let found = changes
            .iter()
            .find(|change| change.uri.ends_with(file) && change.address.starts_with(name));
        let is_right = found.is_some_and(|change| match target {
            Some(target) => change
                .resource
                .as_deref()
                .is_some_and(|held| held.ends_with(target)),
            None => change.resource.is_none(),
        });
        count(&mut figure, is_right, || {
            format!("{file} {name}: {:?}", found.map(|change| &change.resource))
        });
    }
    let reads = changes.iter().filter(|change| {
        let file = change.uri.rsplit('/').next().unwrap_or_default();
        !COLLECTED
            .iter()
            .any(|(held, name, _)| file == *held && change.address.starts_with(name))
    });
    for change in reads {
        count(&mut figure, false, || {
            format!("{} {}: nothing was changed", change.uri, change.address)
        });
    }
    Ok(figure)
}

fn read(folder: &Path) -> Result<Conclusions> {
    let explanation = nepho::explain(&Options {
        paths: vec![folder.to_string_lossy().into_owned()],
        ..Options::default()
    })?;
    Ok(explanation.conclusions)
}

fn records(folder: &Path) -> Result<Vec<Value>> {
    let mut records = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let document: Value = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
            records.extend(document["Records"].as_array().cloned().unwrap_or_default());
        }
    }
    Ok(records)
}

fn by_place(conclusions: &Conclusions) -> BTreeMap<(Timestamp, String), Vec<Change>> {
    let mut changes: BTreeMap<(Timestamp, String), Vec<Change>> = BTreeMap::new();
    for change in &conclusions.changes {
        let operation = change.address.split(' ').next().unwrap_or_default();
        if let Some(time) = change.time {
            let key = (time, operation.to_owned());
            changes.entry(key).or_default().push(change.clone());
        }
    }
    changes
}

fn drift(conclusions: &Conclusions) -> Vec<Drift> {
    let outside = conclusions
        .findings
        .iter()
        .filter_map(|finding| match &finding.details {
            Details::OutsideChange(outside) => Some(outside.drift.clone()),
            _ => None,
        });
    outside.flatten().collect()
}

fn expected_target(record: &Value) -> Option<String> {
    let (_, pointer) = TARGETS
        .iter()
        .find(|(name, _)| *name == operation(record))?;
    record.pointer(pointer)?.as_str().map(str::to_owned)
}

/// Whether a change is one of the resource that goes by `name`.
fn is_of(change: &Change, name: &str) -> bool {
    change.resource.as_deref().is_some_and(|held| {
        held == name
            || key::short_name(held) == name
            || held.ends_with(&format!("/{}", name.trim_start_matches('/')))
            || held.ends_with(&format!(":{name}"))
    })
}

fn operation(record: &Value) -> &str {
    record["eventName"].as_str().unwrap_or_default()
}

fn agent(record: &Value) -> &str {
    record["userAgent"].as_str().unwrap_or_default()
}

fn is_terraform(record: &Value) -> bool {
    agent(record).contains("Terraform/")
}

fn is_agent(record: &Value) -> bool {
    agent(record).contains("amazon-ssm-agent")
}

fn is_failed(record: &Value) -> bool {
    record.get("errorCode").is_some()
}

/// The id behind the word that the tool appends.
fn run(record: &Value) -> Option<&str> {
    agent(record).split_once("stratus-red-team_")?.1.get(..36)
}

fn describe(record: &Value) -> String {
    format!(
        "{} {}",
        record["eventTime"].as_str().unwrap_or_default(),
        operation(record)
    )
}

fn named(name: &str) -> Figure {
    Figure {
        name: name.to_owned(),
        ..Figure::default()
    }
}

/// Counts one answer; `words` tell what is wrong with it.
fn count(figure: &mut Figure, is_right: bool, words: impl FnOnce() -> String) {
    figure.total += 1;
    figure.right += usize::from(is_right);
    if !is_right {
        figure.wrong.push(words());
    }
}
