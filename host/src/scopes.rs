//! Tells scopes of Terraform apart that are called alike: `net/prod` and `app/prod`.
//!
//! A document is of the workspace that its folder or its name tells. Where two states of different
//! lineages are called alike, the folders above tell them apart, or their own names where they lie
//! in one folder (`env:/prod/net.tfstate`); what else was read follows the state that it is beside.
//! Templates of CloudFormation learn their stacks ([`Stacks`]).

mod runs;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_iac_common::file_name;

use runs::Beside;

use crate::stacks::Stacks;

/// Tools whose scopes are told by paths.
const TOOLS: [&str; 2] = ["terraform", "opentofu"];

/// Whether these are states and logs of Terraform or OpenTofu.
pub(crate) fn is_terraform(tool: &str) -> bool {
    TOOLS.contains(&tool)
}

/// Folders that say nothing of what lies in them.
const PLAIN: [&str; 4] = [".", "..", "terraform.tfstate.d", "env:"];

/// End of the name of a scope that is called after a file, where a folder is called alike.
pub(crate) const FILE: &str = ".tfstate";

/// Folder in which Terragrunt runs Terraform, within that of the unit.
const TERRAGRUNT: &str = ".terragrunt-cache";

/// Where a document lies, but for what its scope is called after.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Folders {
    /// Folders, and the word in its own name.
    names: Vec<String>,
    /// Whether the scope is called after the file, and not after a folder.
    is_of_file: bool,
}

/// Folders of the states of each lineage.
type Lineages = BTreeMap<String, BTreeSet<Folders>>;

/// States that were read so far.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    by_scope: BTreeMap<String, Lineages>,
    /// Names of those that documents know by an id.
    by_id: BTreeMap<String, String>,
    /// Documents that are called after runs.
    by_run: BTreeMap<String, Beside>,
    stacks: Stacks,
}

/// Better words for a scope that is called like others.
struct Names {
    /// Folders that are told.
    depth: usize,
    /// Whether files are told from folders that are called alike.
    tells_files: bool,
    by_folders: BTreeMap<Folders, String>,
}

impl Scopes {
    /// Gives the rows in `outputs` scopes that are told apart.
    pub(crate) fn settle(&mut self, outputs: &mut [&mut FeedOutput]) {
        self.stacks.settle(outputs);
        for told in outputs.iter().flat_map(|output| &output.scope_names) {
            let held = self.by_id.entry(told.id.clone());
            held.or_insert_with(|| told.name.clone());
        }
        if !self.by_id.is_empty() {
            let called = |_: &str, scope: &str| self.by_id.get(scope).cloned();
            outputs.iter_mut().for_each(|output| tell(output, &called));
        }
        self.by_run.extend(runs::find(outputs));
        if !self.by_run.is_empty() {
            let beside = |uri: &str, scope: &str| {
                let beside = self.by_run.get(uri).filter(|beside| beside.own == scope);
                beside.map(|beside| beside.scope.clone())
            };
            outputs.iter_mut().for_each(|output| tell(output, &beside));
        }
        for snapshot in outputs.iter().flat_map(|output| &output.snapshots) {
            if !is_terraform(&snapshot.tool) || snapshot.lineage.is_empty() {
                continue;
            }
            let lineages = self.by_scope.entry(snapshot.scope.clone()).or_default();
            let held = lineages.entry(snapshot.lineage.clone()).or_default();
            held.insert(folders(&snapshot.uri, &snapshot.scope));
        }
        let shared = self.shared();
        if !shared.is_empty() {
            let better = |uri: &str, scope: &str| {
                let beside = self.by_run.get(uri).filter(|beside| beside.scope == scope);
                let uri = beside.map_or(uri, |beside| &beside.state);
                shared.get(scope)?.find(uri, scope)
            };
            outputs.iter_mut().for_each(|output| tell(output, &better));
        }
    }

    /// Gives rows the scopes that their documents alone tell, as they were before the last
    /// [`Scopes::settle`]. An id stands for one name for ever, so that names are kept.
    pub(crate) fn take_back(&self, output: &mut FeedOutput) {
        self.stacks.take_back(output);
        let shared = self.shared();
        let own = |uri: &str, scope: &str| {
            let beside = self.by_run.get(uri);
            let place = beside.map_or(uri, |beside| &beside.state);
            let mut shared = shared.iter();
            let own = shared.find(|(own, names)| names.find(place, own).as_deref() == Some(scope));
            let own = own.map(|(own, _)| *own);
            let of_run = beside.filter(|beside| beside.scope == own.unwrap_or(scope));
            let own = of_run.map(|beside| beside.own.as_str()).or(own);
            own.map(str::to_owned)
        };
        if !shared.is_empty() || !self.by_run.is_empty() {
            tell(output, &own);
        }
    }

    /// Scopes that states of several histories are called by.
    fn shared(&self) -> BTreeMap<&str, Names> {
        let shared = self.by_scope.iter().filter_map(|(scope, lineages)| {
            let names = Names::of(scope, lineages)?;
            Some((scope.as_str(), names))
        });
        shared.collect()
    }
}

impl Names {
    /// `None` if all states of the scope lie in one place or are of one lineage.
    fn of(scope: &str, lineages: &Lineages) -> Option<Self> {
        let groups = groups(lineages);
        if groups.len() < 2 {
            return None;
        }
        let first: Vec<&Folders> = groups.iter().filter_map(BTreeSet::first).collect();
        let deepest = first.iter().map(|folders| folders.names.len()).max()?;
        let depths =
            |tells_files: bool| (1..=deepest.max(1)).map(move |depth| (depth, tells_files));
        let (depth, tells_files) = depths(false).chain(depths(true)).find(|how| {
            let names = first.iter().map(|folders| folders.name(scope, *how));
            names.collect::<BTreeSet<_>>().len() == first.len()
        })?;
        let mut by_folders = BTreeMap::new();
        for group in groups {
            let name = group.first()?.name(scope, (depth, tells_files));
            by_folders.extend(group.into_iter().map(|folders| (folders, name.clone())));
        }
        Some(Self {
            depth,
            tells_files,
            by_folders,
        })
    }

    /// Name of the scope of a document, if a state with this scope lies in its folder or in one
    /// that is called alike.
    fn find(&self, uri: &str, scope: &str) -> Option<String> {
        let folders = folders(uri, scope);
        if let Some(name) = self.by_folders.get(&folders) {
            return Some(name.clone());
        }
        let name = folders.name(scope, (self.depth, self.tells_files));
        self.by_folders
            .values()
            .any(|held| *held == name)
            .then_some(name)
    }
}

/// Folders of states that are of one history: those of one lineage, and all states of a folder.
fn groups(lineages: &Lineages) -> Vec<BTreeSet<Folders>> {
    let mut groups: Vec<BTreeSet<Folders>> = Vec::new();
    let mut places: BTreeMap<Folders, usize> = BTreeMap::new();
    for held in lineages.values() {
        let mut joined = held.clone();
        let of_others = held.iter().filter_map(|folders| places.get(folders));
        for group in of_others.copied().collect::<BTreeSet<usize>>() {
            let other = groups.get_mut(group).map(std::mem::take);
            joined.extend(other.unwrap_or_default());
        }
        let place = groups.len();
        places.extend(joined.iter().map(|folders| (folders.clone(), place)));
        groups.push(joined);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

impl Folders {
    /// `net/prod`, with so many folders at most; `net/prod.tfstate` where files are told.
    fn name(&self, scope: &str, (depth, tells_files): (usize, bool)) -> String {
        let told = self.names.get(self.names.len().saturating_sub(depth)..);
        let told = told.unwrap_or_default().iter().map(String::as_str);
        let name = told.chain([scope]).collect::<Vec<&str>>().join("/");
        match tells_files && self.is_of_file {
            true => format!("{name}{FILE}"),
            false => name,
        }
    }
}

fn folders(uri: &str, scope: &str) -> Folders {
    let path = match uri.split_once('?') {
        Some((path, _)) if uri.contains("://") => path,
        _ => uri,
    };
    let mut folders: Vec<&str> = path.split(['/', '\\']).collect();
    let file = folders.pop().unwrap_or_default();
    if let Some(cache) = folders.iter().position(|folder| *folder == TERRAGRUNT) {
        folders.truncate(cache);
    }
    let own = folders.iter().rposition(|folder| *folder == scope);
    if let Some(own) = own {
        folders.remove(own);
    }
    let word = file_name::says(file);
    let told = folders.into_iter();
    let told = told.filter(|folder| !folder.is_empty() && !PLAIN.contains(folder));
    let mut names: Vec<String> = told.map(str::to_owned).collect();
    let is_of_file = own.is_none() && word == scope;
    names.extend(Some(word).filter(|word| !word.is_empty() && word != scope));
    Folders { names, is_of_file }
}

/// Folders of a document, and what its own name says.
pub(crate) fn parts(uri: &str) -> Vec<String> {
    let mut parts: Vec<String> = uri.split(['/', '\\']).map(str::to_owned).collect();
    let word = parts.pop().map(|file| file_name::says(&file));
    parts.extend(word);
    parts
}

/// The better word for a scope in a document, if there is one.
type Better<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// Writes the better words into all rows.
fn tell(output: &mut FeedOutput, better: &Better<'_>) {
    for row in &mut output.resources {
        fill(&mut row.key, &row.uri, better);
        row.parent
            .iter_mut()
            .for_each(|id| fill(id, &row.uri, better));
        let is_own = row.tool.as_deref().is_none_or(is_terraform);
        if let Some(scope) = row.scope.as_mut().filter(|_| is_own) {
            better(&row.uri, scope)
                .into_iter()
                .for_each(|name| *scope = name);
        }
    }
    for row in &mut output.relations {
        fill(&mut row.from, &row.uri, better);
        fill(&mut row.to, &row.uri, better);
    }
    for row in output
        .changes
        .iter_mut()
        .filter(|row| is_terraform(&row.tool))
    {
        let ids = row.resource.iter_mut().chain(&mut row.parent);
        ids.chain([&mut row.id])
            .for_each(|id| fill(id, &row.uri, better));
        if let Some(name) = better(&row.uri, &row.scope) {
            row.scope = name;
        }
    }
    for row in output.runs.iter_mut().filter(|row| is_terraform(&row.tool)) {
        if let Some(name) = better(&row.uri, &row.scope) {
            row.scope = name;
        }
    }
    for one in output
        .snapshots
        .iter_mut()
        .filter(|one| is_terraform(&one.tool))
    {
        for member in one.members.values_mut() {
            let ids = member.resource.iter_mut().chain(&mut member.parent);
            ids.for_each(|id| fill(id, &one.uri, better));
        }
        if let Some(name) = better(&one.uri, &one.scope) {
            one.scope = name;
        }
    }
}

/// Writes a better word into an id within a scope, `terraform:prod:datadog_monitor.m`.
fn fill(id: &mut String, uri: &str, better: &Better<'_>) {
    let Some((tool, rest)) = id.split_once(':') else {
        return;
    };
    let told = rest.split_once(':').filter(|_| is_terraform(tool));
    let Some((scope, rest)) = told else { return };
    if let Some(name) = better(uri, scope) {
        *id = format!("{tool}:{name}:{rest}");
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::feed::{ScopeName, Snapshot};
    use nepho_core::tables::{Change, Relation, Resource, Run};

    use super::*;

    /// What a state tells.
    fn state(uri: &str, lineage: &str) -> FeedOutput {
        let key = "terraform:prod:datadog_monitor.m";
        FeedOutput {
            snapshots: vec![Snapshot {
                tool: "terraform".to_owned(),
                scope: "prod".to_owned(),
                lineage: lineage.to_owned(),
                uri: uri.to_owned(),
                ..Snapshot::default()
            }],
            resources: vec![Resource {
                key: key.to_owned(),
                tool: Some("terraform".to_owned()),
                scope: Some("prod".to_owned()),
                uri: uri.to_owned(),
                ..Resource::default()
            }],
            relations: vec![Relation {
                from: "arn:aws:s3:::m".to_owned(),
                to: key.to_owned(),
                uri: uri.to_owned(),
                ..Relation::default()
            }],
            ..FeedOutput::default()
        }
    }

    /// What a log tells.
    fn log(uri: &str) -> FeedOutput {
        FeedOutput {
            changes: vec![Change {
                id: "terraform:prod:2026-05-12T14:00:00Z:datadog_monitor.m:update".to_owned(),
                tool: "terraform".to_owned(),
                scope: "prod".to_owned(),
                uri: uri.to_owned(),
                ..Change::default()
            }],
            ..FeedOutput::default()
        }
    }

    /// Scopes of what is told, in order.
    fn scopes(mut outputs: Vec<FeedOutput>) -> Vec<String> {
        let mut scopes = Scopes::default();
        let read = format!("{outputs:?}");
        scopes.settle(&mut outputs.iter_mut().collect::<Vec<_>>());
        let once = format!("{outputs:?}");
        scopes.settle(&mut outputs.iter_mut().collect::<Vec<_>>());
        assert_eq!(format!("{outputs:?}"), once);
        outputs.iter_mut().for_each(|one| scopes.take_back(one));
        assert_eq!(format!("{outputs:?}"), read);
        scopes.settle(&mut outputs.iter_mut().collect::<Vec<_>>());
        assert_eq!(format!("{outputs:?}"), once);
        let scope = |output: FeedOutput| {
            let of_state = output.resources.into_iter().filter_map(|row| {
                let scope = row.scope?;
                assert_eq!(row.key, format!("terraform:{scope}:datadog_monitor.m"));
                assert_eq!(output.relations[0].to, row.key);
                assert_eq!(output.snapshots[0].scope, scope);
                Some(scope)
            });
            let of_log = output.changes.into_iter().map(|row| {
                let id = format!("terraform:{}:2026-05-12T14:00:00Z:", row.scope);
                assert!(row.id.starts_with(&id), "{}", row.id);
                row.scope
            });
            of_state.chain(of_log).collect::<Vec<_>>()
        };
        outputs.into_iter().flat_map(scope).collect()
    }

    #[test]
    fn states_of_two_lineages_that_are_called_alike_are_two() {
        let told = scopes(vec![
            state("iac/net/prod/terraform.tfstate", "a"),
            state("iac/app/terraform.tfstate.d/prod/terraform.tfstate", "b"),
            log("iac/net/prod/apply.jsonl"),
            log("logs/app/prod/apply.jsonl"),
            log("logs/prod/apply.jsonl"),
        ]);
        assert_eq!(
            told,
            ["net/prod", "app/prod", "net/prod", "app/prod", "prod"]
        );
        let told = scopes(vec![
            state("s3://b/env:/prod/net/terraform.tfstate?versionId=1", "a"),
            state("s3://b/env:/prod/app/terraform.tfstate?versionId=1", "b"),
        ]);
        assert_eq!(told, ["net/prod", "app/prod"]);
        // As many folders as it takes.
        let told = scopes(vec![
            state("eu/net/prod/terraform.tfstate", "a"),
            state("us/net/prod/terraform.tfstate", "b"),
            state("us/app/prod/.terragrunt-cache/x/y/terraform.tfstate", "c"),
        ]);
        assert_eq!(told, ["eu/net/prod", "us/net/prod", "us/app/prod"]);
    }

    #[test]
    fn states_of_two_lineages_in_one_folder_are_two_by_their_names() {
        let told = scopes(vec![
            state("s3://b/env:/prod/net.tfstate?versionId=1", "a"),
            state("s3://b/env:/prod/app.tfstate?versionId=1", "b"),
            log("s3://b/env:/prod/net-apply.jsonl"),
            log("s3://b/env:/prod/apply.jsonl"),
        ]);
        assert_eq!(told, ["net/prod", "app/prod", "net/prod", "prod"]);
        // A file and a folder that are called alike.
        let told = scopes(vec![
            state("net/prod.tfstate", "a"),
            state("net/prod/terraform.tfstate", "b"),
            log("net/prod-apply.jsonl"),
            log("net/prod/apply.jsonl"),
        ]);
        let file = "net/prod.tfstate";
        assert_eq!(told, [file, "net/prod", file, "net/prod"]);
        let told = scopes(vec![
            state("prod.tfstate", "a"),
            state("prod/terraform.tfstate", "b"),
        ]);
        assert_eq!(told, ["prod.tfstate", "prod"]);
        // One that is called after its scope is told by its folder.
        let told = scopes(vec![
            state("net/prod.tfstate", "a"),
            state("app/prod/terraform.tfstate", "b"),
            log("net/prod-apply.jsonl"),
        ]);
        assert_eq!(told, ["net/prod", "app/prod", "net/prod"]);
    }

    #[test]
    fn a_workspace_that_is_known_by_its_id_is_the_one_of_its_name() {
        let run = |scope: &str| Run {
            tool: "terraform".to_owned(),
            scope: scope.to_owned(),
            ..Run::default()
        };
        let mut api = FeedOutput {
            runs: vec![run("ws-XdeUVMWShTesDMME"), run("ws-0000000000000000")],
            ..FeedOutput::default()
        };
        let mut notification = FeedOutput {
            runs: vec![run("shop")],
            scope_names: vec![ScopeName {
                id: "ws-XdeUVMWShTesDMME".to_owned(),
                name: "shop".to_owned(),
            }],
            ..FeedOutput::default()
        };
        Scopes::default().settle(&mut [&mut api, &mut notification]);
        let scopes: Vec<&str> = api.runs.iter().map(|run| &*run.scope).collect();
        assert_eq!(scopes, ["shop", "ws-0000000000000000"]);
    }

    #[test]
    fn copies_of_a_state_and_a_state_made_anew_are_of_one_scope() {
        let one = |first: (&str, &str), second: (&str, &str)| {
            let told = scopes(vec![state(first.0, first.1), state(second.0, second.1)]);
            assert_eq!(told, ["prod", "prod"]);
        };
        one(("prod/1.tfstate", "a"), ("backup/prod/1.tfstate", "a"));
        one(("net/prod/1.tfstate", "a"), ("net/prod/2.tfstate", "b"));
        one(
            ("net/prod.tfstate", "a"),
            ("net/prod/terraform.tfstate", "a"),
        );
        let told = scopes(vec![
            state("net/prod/1.tfstate", "a"),
            state("backup/net/prod/1.tfstate", "a"),
            state("app/prod/1.tfstate", "b"),
        ]);
        assert_eq!(told, ["net/prod", "net/prod", "app/prod"]);
    }
}
