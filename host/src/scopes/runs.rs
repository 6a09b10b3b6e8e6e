//! Documents of runs that are called after the id of their run: `apply-gh-4711.2.jsonl`.
//!
//! Their names tell no workspace. Such a document is of the state that lies beside it, where there
//! is one only.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_iac_common::file_name;

use super::is_terraform;

/// The state that a document lies beside.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Beside {
    /// Scope that the document alone tells.
    pub(super) own: String,
    /// Scope that the state tells.
    pub(super) scope: String,
    /// The state.
    pub(super) state: String,
}

/// Folders above a document in which a state is looked for: `runs/gh-4711.2/apply.jsonl`.
const ABOVE: usize = 3;

/// Documents that are called after runs, by their names, with the state that each lies beside.
pub(super) fn find(outputs: &[&mut FeedOutput]) -> BTreeMap<String, Beside> {
    let snapshots = outputs.iter().flat_map(|output| &output.snapshots);
    let mut by_folder: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    let (mut scopes, mut states) = (BTreeSet::new(), BTreeSet::new());
    for one in snapshots.filter(|one| is_terraform(&one.tool)) {
        let held = by_folder.entry(folder(&one.uri)).or_default();
        held.insert((&one.scope, &one.uri));
        scopes.insert(one.scope.as_str());
        states.insert(one.uri.as_str());
    }
    let of_changes = outputs.iter().flat_map(|output| &output.changes);
    let of_changes = of_changes.map(|row| (&row.tool, &row.uri, &row.scope));
    let of_runs = outputs.iter().flat_map(|output| &output.runs);
    let of_runs = of_runs.map(|row| (&row.tool, &row.uri, &row.scope));
    let told: BTreeSet<(&String, &String)> = of_changes
        .chain(of_runs)
        .filter(|(tool, uri, scope)| {
            is_terraform(tool) && !states.contains(uri.as_str()) && !scopes.contains(scope.as_str())
        })
        .map(|(_, uri, scope)| (uri, scope))
        .collect();
    let told = told
        .into_iter()
        .filter(|(uri, scope)| is_of_run(uri, scope));
    let beside = told.filter_map(|(uri, own)| {
        let mut above = Some(folder(uri));
        for _ in 0..ABOVE {
            if let Some(states) = by_folder.get(above?) {
                let scopes: BTreeSet<&str> = states.iter().map(|(scope, _)| *scope).collect();
                let (scope, state) = states.first().filter(|_| scopes.len() == 1)?;
                let beside = Beside {
                    own: own.clone(),
                    scope: (*scope).to_owned(),
                    state: (*state).to_owned(),
                };
                return Some((uri.clone(), beside));
            }
            above = above.filter(|path| !path.is_empty()).map(folder);
        }
        None
    });
    beside.collect()
}

/// Folder of a file or of a folder; empty for one that lies in none.
fn folder(uri: &str) -> &str {
    let path = uri.split_once('?').map_or(uri, |(path, _)| path);
    path.rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder)
}

/// Whether a document and with it its scope are called after a run, by its own name or that of its
/// folder.
fn is_of_run(uri: &str, scope: &str) -> bool {
    let path = uri.split_once('?').map_or(uri, |(path, _)| path);
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match file_name::says(file) {
        word if word.is_empty() => folder(path).ends_with(scope) && file_name::is_id_of_run(scope),
        word => word == scope && file_name::is_of_run(file),
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::feed::Snapshot;
    use nepho_core::tables::Run;

    use super::*;

    #[test]
    fn a_log_that_is_called_after_its_run_is_of_the_state_beside_it() {
        let state = |uri: &str, scope: &str| FeedOutput {
            snapshots: vec![Snapshot {
                tool: "terraform".to_owned(),
                scope: scope.to_owned(),
                uri: uri.to_owned(),
                ..Snapshot::default()
            }],
            ..FeedOutput::default()
        };
        let check = |uri: &str, own: &str, states: &[(&str, &str)], expected: Option<&str>| {
            let mut log = FeedOutput {
                runs: vec![Run {
                    tool: "terraform".to_owned(),
                    scope: own.to_owned(),
                    uri: uri.to_owned(),
                    ..Run::default()
                }],
                ..FeedOutput::default()
            };
            let mut states: Vec<FeedOutput> = states
                .iter()
                .map(|(uri, scope)| state(uri, scope))
                .collect();
            let mut outputs: Vec<&mut FeedOutput> = states.iter_mut().collect();
            outputs.push(&mut log);
            let found = find(&outputs);
            let scope = found.get(uri).map(|beside| beside.scope.as_str());
            assert_eq!(scope, expected, "{uri}");
        };
        let shop = [
            ("shop/terraform.tfstate", "shop"),
            ("shop/terraform.tfstate.backup", "shop"),
        ];
        check("shop/apply-gh-4711.2.jsonl", "gh", &shop, Some("shop"));
        check("shop/gh-4711.2.jsonl", "gh", &shop, Some("shop"));
        check(
            "shop/apply-01HVX3ABCDEF.jsonl",
            "01HVX3ABCDEF",
            &shop,
            Some("shop"),
        );
        check(
            "shop/runs/gh-4711.2/apply.jsonl",
            "gh-4711.2",
            &shop,
            Some("shop"),
        );
        // These tell a workspace.
        check("shop/net-apply.jsonl", "net", &shop, None);
        check("shop/eu1-apply.jsonl", "eu1", &shop, None);
        check("shop/net/apply.jsonl", "net", &shop, None);
        check("shop/us-east-1/apply.jsonl", "us-east-1", &shop, None);
        check("shop/prod2/apply.jsonl", "prod2", &shop, None);
        check(
            "shop/apply-gh-1.jsonl",
            "gh",
            &[("shop/gh.tfstate", "gh")],
            None,
        );
        let two = [("shop/net.tfstate", "net"), ("shop/app.tfstate", "app")];
        check("shop/apply-gh-4711.2.jsonl", "gh", &two, None);
        check("apply-gh-4711.2.jsonl", "gh", &[], None);
    }
}
