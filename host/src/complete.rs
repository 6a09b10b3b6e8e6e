//! Columns of changes and runs that follow from the others, whatever feed told the row.

use std::collections::{BTreeSet, HashMap};

use nepho_core::key;
use nepho_core::tables::{Change, ChangeOutcome, Run, RunOperation};

/// Documents that are named of a run.
const EVIDENCE: usize = 16;

/// Tool, scope and id of a run.
type RunKey = (String, String, String);

/// Which documents tell of which run.
#[derive(Default)]
pub(crate) struct Evidence(HashMap<RunKey, BTreeSet<String>>);

impl Evidence {
    /// Takes what a document tells, before what several tell is put together.
    pub(crate) fn add(&mut self, changes: &[Change], runs: &[Run]) {
        for change in changes.iter().filter(|change| !change.run.is_empty()) {
            self.add_one((&change.tool, &change.scope, &change.run), &change.uri);
        }
        for run in runs {
            self.add_one((&run.tool, &run.scope, &run.id), &run.uri);
        }
    }

    fn add_one(&mut self, (tool, scope, run): (&str, &str, &str), uri: &str) {
        let key = (tool.to_owned(), scope.to_owned(), run.to_owned());
        let held = self.0.entry(key).or_default();
        if !uri.is_empty() && held.len() < EVIDENCE && !held.contains(uri) {
            held.insert(uri.to_owned());
        }
    }
}

/// Cloud and key of the resource of a change.
pub(crate) fn change(change: &mut Change) {
    if let Some(resource) = &change.resource
        && change.key_confidence == 0.0
    {
        change.key_confidence = key::confidence(resource);
    }
    if change.provider.is_none() {
        let keys = [&change.resource, &change.parent].into_iter().flatten();
        let of_key = keys.filter_map(|key| key::provider(key)).next();
        change.provider = match of_key {
            Some(provider) => Some(provider.to_owned()),
            None => provider_of_type(&change.resource_type),
        };
    }
}

/// Scopes of changes whose run another document tells in another scope, as that of a preview, which
/// alone knows its deployment. Only runs that are named by where they lie are one wherever they are
/// told.
pub(crate) fn scopes(changes: &mut [Change], runs: &[Run]) {
    let mut by_run: HashMap<(&str, &str), BTreeSet<&str>> = HashMap::new();
    for run in runs.iter().filter(|run| run.id.contains('/')) {
        let scopes = by_run.entry((&*run.tool, &*run.id)).or_default();
        scopes.insert(&*run.scope);
    }
    for change in changes {
        let scopes = by_run.get(&(&*change.tool, &*change.run));
        let Some(scopes) = scopes.filter(|scopes| scopes.len() == 1) else {
            continue;
        };
        if let Some(scope) = scopes.first().filter(|scope| **scope != change.scope) {
            (*scope).clone_into(&mut change.scope);
        }
    }
}

/// Times of changes that a run made, as the run tells, which may be in another document.
pub(crate) fn times(changes: &mut [Change], runs: &[Run]) {
    let is_untimed = |change: &Change| {
        change.time.is_none() && !change.run.is_empty() && change.outcome != ChangeOutcome::Planned
    };
    if !changes.iter().any(is_untimed) {
        return;
    }
    let ended = runs
        .iter()
        .filter(|run| run.ended.is_some() && run.operation != RunOperation::Plan);
    let by_key: HashMap<(&str, &str, &str), &Run> = ended
        .map(|run| ((&*run.tool, &*run.scope, &*run.id), run))
        .collect();
    for change in changes.iter_mut().filter(|change| is_untimed(change)) {
        let key = (&*change.tool, &*change.scope, &*change.run);
        if let Some(run) = by_key.get(&key) {
            change.time = run.ended;
            change.not_before = change.not_before.or(run.started);
        }
    }
}

/// Provider of a type in the words of its tool: `aws_instance`, `AWS::EC2::Instance`,
/// `aws:ec2/instance:Instance`, `Microsoft.Web/sites`, `storage.v1.bucket`.
fn provider_of_type(resource_type: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let end = resource_type.find(|c: char| !is_name(c))?;
    let (name, rest) = resource_type.split_at(end);
    let name = name.to_ascii_lowercase();
    let known = match name.as_str() {
        "custom" => return None,
        "microsoft" if rest.starts_with('.') => "azure",
        "google" | "google-beta" | "google-native" | "gcp" => "gcp",
        "azurerm" | "azuread" | "azapi" | "azure" | "azure-native" => "azure",
        "awscc" | "aws-native" | "aws" => "aws",
        "kubernetes" | "helm" | "kubectl" => "kubernetes",
        other if !other.is_empty() && rest.starts_with(['_', ':']) => other,
        _ => return None,
    };
    Some(known.to_owned())
}

/// Counts, evidence, precision and principals of runs.
pub(crate) fn runs(runs: &mut [Run], changes: &[Change], evidence: &Evidence) {
    let mut by_run: HashMap<(&str, &str, &str), Vec<&Change>> = HashMap::new();
    for change in changes {
        let key = (&*change.tool, &*change.scope, &*change.run);
        by_run.entry(key).or_default().push(change);
    }
    for run in runs {
        let key = (run.tool.clone(), run.scope.clone(), run.id.clone());
        let of_run = by_run.get(&(&*key.0, &*key.1, &*key.2));
        run.tell_by(of_run.map(Vec::as_slice).unwrap_or_default());
        let told = evidence.0.get(&key).into_iter().flatten().cloned();
        let held = std::mem::take(&mut run.evidence);
        let all: BTreeSet<String> = held.into_iter().chain(told).collect();
        run.evidence = all.into_iter().take(EVIDENCE).collect();
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;
    use nepho_core::tables::{ChangeAction, TimePrecision, Via};
    use nepho_core::time::NANOS;

    use super::*;

    #[test]
    fn a_change_learns_its_cloud() {
        let check = |resource: Option<&str>, resource_type: &str, expected: (f64, Option<&str>)| {
            let mut row = Change {
                resource: resource.map(str::to_owned),
                resource_type: resource_type.to_owned(),
                ..Change::default()
            };
            change(&mut row);
            assert_eq!((row.key_confidence, row.provider.as_deref()), expected);
        };
        check(Some("arn:aws:s3:::m"), "x", (1.0, Some("aws")));
        check(
            Some("sg-0a1b2c3d"),
            "AWS::EC2::SecurityGroup",
            (0.9, Some("aws")),
        );
        check(None, "google_pubsub_topic", (0.0, Some("gcp")));
        check(None, "azure-native:web:WebApp", (0.0, Some("azure")));
        check(None, "Microsoft.Web/sites", (0.0, Some("azure")));
        check(None, "datadog_monitor", (0.0, Some("datadog")));
        check(None, "Deployment", (0.0, None));
        // Who makes a custom resource of CloudFormation, its type does not tell.
        check(None, "Custom::Mine", (0.0, None));
    }

    #[test]
    fn a_change_is_of_the_scope_of_its_run() {
        let run = |id: &str, scope: &str| Run {
            id: id.to_owned(),
            scope: scope.to_owned(),
            ..Run::default()
        };
        let runs = [
            run("previews/p-1", "orders"),
            run("previews/p-2", "orders"),
            run("previews/p-2", "cart"),
            run("7", "orders"),
        ];
        let check = |run: &str, expected: &str| {
            let mut rows = [Change {
                run: run.to_owned(),
                scope: "own".to_owned(),
                ..Change::default()
            }];
            scopes(&mut rows, &runs);
            assert_eq!(rows[0].scope, expected, "{run}");
        };
        check("previews/p-1", "orders");
        check("previews/p-2", "own");
        check("7", "own");
        check("", "own");
    }

    #[test]
    fn a_change_without_a_time_has_that_of_its_run() {
        let run = |id: &str, operation, ended: Option<i64>| Run {
            id: id.to_owned(),
            operation,
            started: Some(Timestamp(1)),
            ended: ended.map(Timestamp),
            ..Run::default()
        };
        let runs = [
            run("r", RunOperation::Apply, Some(9)),
            run("open", RunOperation::Apply, None),
            run("plan", RunOperation::Plan, Some(9)),
        ];
        let check = |run: &str, outcome, time: Option<i64>, expected: [Option<i64>; 2]| {
            let mut rows = [Change {
                run: run.to_owned(),
                outcome,
                time: time.map(Timestamp),
                ..Change::default()
            }];
            times(&mut rows, &runs);
            let told = [rows[0].not_before, rows[0].time];
            assert_eq!(told, expected.map(|time| time.map(Timestamp)), "{run}");
        };
        check("r", ChangeOutcome::Applied, None, [Some(1), Some(9)]);
        check("r", ChangeOutcome::Failed, None, [Some(1), Some(9)]);
        check("r", ChangeOutcome::Applied, Some(5), [None, Some(5)]);
        check("r", ChangeOutcome::Planned, None, [None, None]);
        check("open", ChangeOutcome::Applied, None, [None, None]);
        check("plan", ChangeOutcome::Applied, None, [None, None]);
        check("", ChangeOutcome::Applied, None, [None, None]);
    }

    #[test]
    fn a_run_is_counted_by_its_changes() {
        let change = |action, outcome| Change {
            run: "r".to_owned(),
            uri: "a.tfstate".to_owned(),
            action,
            outcome,
            ..Change::default()
        };
        let changes = [
            change(ChangeAction::Create, ChangeOutcome::Applied),
            change(ChangeAction::Create, ChangeOutcome::Failed),
            change(ChangeAction::Replace, ChangeOutcome::Applied),
        ];
        let run = Run {
            id: "r".to_owned(),
            uri: "log".to_owned(),
            ended: Some(Timestamp(NANOS)),
            actor: Some("maria@shop.example".to_owned()),
            updated: Some(7),
            ..Run::default()
        };
        let mut evidence = Evidence::default();
        evidence.add(&changes, std::slice::from_ref(&run));
        let mut rows = [run, Run::default()];
        runs(&mut rows, &changes, &evidence);
        let [run, other] = rows;
        let counts = [
            run.created,
            run.updated,
            run.replaced,
            run.deleted,
            run.failed,
        ];
        assert_eq!(counts, [1, 7, 1, 0, 1].map(Some));
        assert_eq!(run.evidence, ["a.tfstate", "log"]);
        assert_eq!(run.time_precision, TimePrecision::Second);
        assert_eq!(run.via, Some(Via::Human));
        assert_eq!(
            (other.created, other.time_precision),
            (None, TimePrecision::None)
        );
    }
}
