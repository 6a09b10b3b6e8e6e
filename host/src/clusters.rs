//! Which cluster of Kubernetes the objects of a document are of: as the user says, else as the uid
//! of the namespace `kube-system` tells, in the document itself or in another of its folder.
//!
//! Ids of objects get it, so that objects of two clusters stay two. What no document tells keeps
//! ids without a cluster, unless only one cluster has an object of that name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use nepho_core::feed::FeedOutput;
use nepho_core::key::{Clusters, kubernetes_cluster};
use nepho_core::tables::{Change, Resource};
use nepho_core::{Error, ErrorKind};

use crate::for_files;

/// Tools that have a scope in each cluster: a release, an application, a namespace.
const WITHIN: [&str; 4] = ["argo-rollouts", "argocd", "flux", "helm"];
/// The one of them whose documents are snapshots, which are compared under the name of the cluster.
const COMPARED: &str = "helm";

/// The cluster that some files are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterName {
    /// Which files are; `None` for all.
    pub files: Option<glob::Pattern>,
    /// Name, id in the cloud, or uid of the cluster, in lower case.
    pub name: String,
}

impl FromStr for ClusterName {
    type Err = Error;

    /// Reads `prod`, or `dumps/prod/**=prod` for some files.
    fn from_str(text: &str) -> Result<Self, Error> {
        let what = "read `--cluster`";
        let (files, name) = for_files::parse(text, what)?;
        if name.is_empty() || name.contains(char::is_whitespace) {
            let given = "give `--cluster NAME`, or `--cluster FILES=NAME` for some files";
            let message = format!("`{name}` is no name of a cluster: {given}, without blanks");
            return Err(Error::new(ErrorKind::InvalidConfig, what, message));
        }
        Ok(Self {
            files,
            name: name.to_ascii_lowercase(),
        })
    }
}

/// Cluster of the file `uri`, as the last name that is for it says.
pub(crate) fn cluster_of<'a>(names: &'a [ClusterName], uri: &str) -> Option<&'a str> {
    let found = for_files::last(names, uri, |one| &one.files);
    found.map(|one| one.name.as_str())
}

/// Whether a document tells of objects of clusters.
fn has_objects(output: &FeedOutput) -> bool {
    let is = |id: &String| id.starts_with("k8s://");
    output.resources.iter().any(|row| is(&row.key))
        || output
            .changes
            .iter()
            .any(|row| row.resource.iter().any(is) || WITHIN.contains(&&*row.tool))
        || output
            .relations
            .iter()
            .any(|row| is(&row.from) || is(&row.to))
        || output.runs.iter().any(|row| WITHIN.contains(&&*row.tool))
        || output.snapshots.iter().any(|one| one.tool == "helm")
}

/// What is known of the clusters of all documents so far.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    /// What the user says.
    pub(crate) names: Vec<ClusterName>,
    /// Uids of clusters by document, and by folder.
    uids: BTreeMap<String, BTreeSet<String>>,
    folders: BTreeMap<String, BTreeSet<String>>,
    /// Documents of which rows were settled by an earlier run.
    stored: BTreeSet<String>,
    /// By document: ids that got a cluster, as the feed read them.
    bare: HashMap<String, HashMap<String, String>>,
    clusters: Clusters,
}

impl Documents {
    /// Gives the ids in `outputs`, which are as feeds read them, their clusters.
    pub(crate) fn settle(&mut self, outputs: &mut [&mut FeedOutput]) {
        let told = outputs.iter_mut().filter(|output| has_objects(output));
        let mut outputs: Vec<&mut FeedOutput> = told.map(|output| &mut **output).collect();
        for row in outputs.iter().flat_map(|output| &output.resources) {
            self.note_uid(row);
        }
        self.tell_all(&mut outputs, Rows::Read);
    }

    /// Takes the clusters out of scopes, runs and ids again, as the last [`Documents::settle`]
    /// wrote them: what was learned since may name them better, and the only cluster that had an
    /// object of a name may have been joined by another.
    pub(crate) fn take_back(&mut self, output: &mut FeedOutput) {
        if has_objects(output) {
            let places = self.places(output, Rows::Settled);
            self.tell(output, &places);
            for_ids(output, |uri, id| {
                let bare = self.bare.get(uri).and_then(|ids| ids.get(id));
                if let Some(bare) = bare {
                    id.clone_from(bare);
                }
            });
        }
    }

    /// Takes note that rows of this document were settled by an earlier run, and stored.
    pub(crate) fn remember(&mut self, output: &FeedOutput) {
        self.stored.extend(uris(output).map(str::to_owned));
    }

    /// Gives the ids in what was concluded from snapshots of settled documents their clusters.
    pub(crate) fn settle_compared(&mut self, output: &mut FeedOutput) {
        self.tell_all(&mut [output], Rows::Compared);
    }

    fn tell_all(&mut self, outputs: &mut [&mut FeedOutput], rows: Rows) {
        let mut bare: Vec<Option<String>> = Vec::new();
        for output in outputs.iter_mut() {
            for_ids(output, |_, id| {
                let is_bare = kubernetes_cluster(id).is_some_and(|(word, _)| word.is_empty());
                bare.push(is_bare.then(|| id.clone()));
            });
        }
        for output in outputs.iter_mut() {
            let places = self.places(output, rows);
            self.tell(output, &places);
        }
        self.clusters.settle();
        let mut bare = bare.into_iter();
        for output in outputs {
            for_ids(output, |uri, id| {
                if let Some(better) = self.clusters.resolve(id) {
                    *id = better;
                }
                let own = bare.next().flatten().filter(|own| own != id);
                if let Some(own) = own {
                    let of_document = self.bare.entry(uri.to_owned()).or_default();
                    of_document.insert(id.clone(), own);
                }
            });
        }
    }

    /// Clusters of the documents that these rows stand in.
    fn places(&self, output: &FeedOutput, rows: Rows) -> BTreeMap<String, Cluster> {
        let is_told_apart = self.uids.values().flatten().collect::<BTreeSet<_>>().len() > 1;
        let ambiguous = self.ambiguous();
        let mut places: BTreeMap<String, Cluster> = BTreeMap::new();
        for uri in uris(output) {
            if !places.contains_key(uri) {
                let mut cluster = self.cluster(uri, is_told_apart, &ambiguous);
                cluster.named = match rows {
                    Rows::Read if self.stored.contains(uri) => Named::Perhaps,
                    Rows::Read => Named::No,
                    Rows::Compared => Named::Compared,
                    Rows::Settled => Named::Settled,
                };
                places.insert(uri.to_owned(), cluster);
            }
        }
        places
    }

    /// Names that the user gives to several clusters.
    fn ambiguous(&self) -> BTreeSet<String> {
        let mut uids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for uri in self.uids.keys() {
            if let (Some(name), Some(uid)) = self.words(uri) {
                uids.entry(name).or_default().insert(uid);
            }
        }
        let several = uids.into_iter().filter(|(_, uids)| uids.len() > 1);
        several.map(|(name, _)| name.to_owned()).collect()
    }

    /// The uid of the namespace `kube-system` is that of its cluster.
    fn note_uid(&mut self, row: &Resource) {
        let Some((_, rest)) = kubernetes_cluster(&row.key) else {
            return;
        };
        if rest != "/namespace//kube-system" {
            return;
        }
        let is_uid = |alias: &&String| alias.len() == 36 && alias.matches('-').count() == 4;
        let Some(uid) = row.aliases.iter().find(is_uid) else {
            return;
        };
        let uid = uid.to_ascii_lowercase();
        let of_file = self.uids.entry(row.uri.clone()).or_default();
        of_file.insert(uid.clone());
        let folder = folder_of(&row.uri).to_owned();
        self.folders.entry(folder).or_default().insert(uid);
    }

    /// Words for the cluster of a document: what the user says, and the uid.
    fn words(&self, uri: &str) -> (Option<&str>, Option<&str>) {
        let only = |uids: &BTreeSet<String>| uids.len() == 1;
        let of_folder = || self.folders.get(folder_of(uri)).filter(|uids| only(uids));
        let uids = match self.uids.get(uri) {
            Some(uids) => Some(uids).filter(|uids| only(uids)),
            None => of_folder(),
        };
        let uid = uids.and_then(BTreeSet::first).map(String::as_str);
        (cluster_of(&self.names, uri), uid)
    }

    /// Writes the clusters of its document into the ids, and takes note of all ids.
    fn tell(&mut self, output: &mut FeedOutput, places: &BTreeMap<String, Cluster>) {
        let of = |uri: &str| places.get(uri).cloned().unwrap_or_default();
        for row in &mut output.resources {
            let cluster = of(&row.uri);
            if let (Some(name), Some(uid)) = (&cluster.name, &cluster.uid) {
                self.clusters.join(name, uid);
                if let Some(("", rest)) = kubernetes_cluster(&row.key) {
                    row.aliases.push(format!("k8s://{name}/{rest}"));
                }
            }
            cluster.fill(&mut row.key);
            row.parent.iter_mut().for_each(|id| cluster.fill(id));
            let aliases = row.aliases.iter().map(String::as_str);
            self.clusters.add_declared(&row.key, aliases);
            if let (Some(tool), Some(scope)) = (&row.tool, &mut row.scope)
                && WITHIN.contains(&&**tool)
            {
                cluster.before(scope);
            }
        }
        for row in &mut output.relations {
            let cluster = of(&row.uri);
            cluster.fill(&mut row.from);
            cluster.fill(&mut row.to);
            self.clusters.add(&row.from, true);
            self.clusters.add(&row.to, true);
        }
        for row in &mut output.changes {
            of(&row.uri).tell_change(row);
            if let Some(id) = &row.resource {
                self.clusters.add(id, true);
            }
        }
        for run in &mut output.runs {
            let cluster = of(&run.uri);
            if WITHIN.contains(&&*run.tool) && !cluster.is_named(&run.tool) {
                cluster.before_id(&mut run.id);
                cluster.before(&mut run.scope);
            }
        }
        for snapshot in &mut output.snapshots {
            let cluster = of(&snapshot.uri);
            if snapshot.tool == COMPARED {
                cluster.before(&mut snapshot.scope);
            }
            for member in snapshot.members.values_mut() {
                let ids = member.resource.iter_mut().chain(&mut member.parent);
                ids.for_each(|id| cluster.fill(id));
            }
        }
    }

    /// What is known of the cluster of a document. Uids are shown only where there are several, and
    /// no name tells these apart.
    fn cluster(&self, uri: &str, is_told_apart: bool, ambiguous: &BTreeSet<String>) -> Cluster {
        let (name, uid) = self.words(uri);
        let telling = name.filter(|name| uid.is_none() || !ambiguous.contains(*name));
        let label = telling.or(uid.filter(|_| is_told_apart));
        Cluster {
            name: name.map(str::to_owned),
            uid: uid.map(str::to_owned),
            label: label.map(str::to_owned),
            named: Named::No,
        }
    }
}

/// Where rows come from.
#[derive(Clone, Copy)]
enum Rows {
    /// Feeds read them, in this run or in one before.
    Read,
    /// They were concluded from settled snapshots.
    Compared,
    /// They were settled, which is to be taken back.
    Settled,
}

/// The cluster of a document.
#[derive(Clone, Default)]
struct Cluster {
    /// As the user says.
    name: Option<String>,
    uid: Option<String>,
    /// What scopes and runs are told apart by, where there are several clusters.
    label: Option<String>,
    named: Named,
}

/// Whether rows of a document have the label already.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Named {
    #[default]
    No,
    /// They were settled by an earlier run, which may have known the cluster or not.
    Perhaps,
    /// They were concluded from snapshots whose scopes have it.
    Compared,
    /// They have it, and are to lose it.
    Settled,
}

impl Cluster {
    /// Whether the scopes and runs of a tool have the label already.
    fn is_named(&self, tool: &str) -> bool {
        self.named == Named::Compared && tool == COMPARED
    }

    /// Writes the cluster into an id that has none.
    fn fill(&self, id: &mut String) {
        if let (Some(("", rest)), Some(word)) = (
            kubernetes_cluster(id),
            self.uid.as_ref().or(self.name.as_ref()),
        ) {
            *id = format!("k8s://{word}/{rest}");
        }
    }

    /// Writes the cluster in front of a scope, or takes it away.
    fn before(&self, scope: &mut String) {
        let Some(label) = &self.label else { return };
        let rest = scope.strip_prefix(label.as_str());
        if self.named == Named::Settled {
            let rest = rest.map(|rest| (rest.is_empty(), rest.strip_prefix('/')));
            match rest {
                Some((true, _)) => scope.clear(),
                Some((_, Some(own))) => *scope = own.to_owned(),
                _ => {}
            }
            return;
        }
        if self.named == Named::Perhaps
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            return;
        }
        match scope.is_empty() {
            true => scope.clone_from(label),
            false => *scope = format!("{label}/{scope}"),
        }
    }

    /// Writes the cluster in front of what follows the tool in an id.
    fn before_id(&self, id: &mut String) {
        let of_tool = id.split_once(':').filter(|(tool, _)| WITHIN.contains(tool));
        let Some((tool, rest)) = of_tool else {
            return self.before(id);
        };
        let mut rest = rest.to_owned();
        self.before(&mut rest);
        *id = format!("{tool}:{rest}");
    }

    fn tell_change(&self, row: &mut Change) {
        let of_object = row
            .resource
            .as_ref()
            .is_some_and(|id| id.starts_with("k8s://"));
        let is_told = of_object || WITHIN.contains(&&*row.tool);
        if is_told && !self.is_named(&row.tool) {
            self.before_id(&mut row.id);
            // The runs of other tools reach beyond a cluster.
            if row.tool != "pulumi" {
                self.before_id(&mut row.run);
                self.before(&mut row.scope);
            }
        }
        let ids = row.resource.iter_mut().chain(&mut row.parent);
        ids.for_each(|id| self.fill(id));
    }
}

/// Files that the rows stand in.
fn uris(output: &FeedOutput) -> impl Iterator<Item = &str> {
    let resources = output.resources.iter().map(|row| &row.uri);
    let relations = output.relations.iter().map(|row| &row.uri);
    let changes = output.changes.iter().map(|row| &row.uri);
    let runs = output.runs.iter().map(|row| &row.uri);
    let snapshots = output.snapshots.iter().map(|one| &one.uri);
    let uris = resources.chain(relations).chain(changes).chain(runs);
    uris.chain(snapshots).map(String::as_str)
}

/// Shows all ids to `look`, each with the document that it stands in.
fn for_ids(output: &mut FeedOutput, mut look: impl FnMut(&str, &mut String)) {
    for row in &mut output.resources {
        let ids = [&mut row.key].into_iter().chain(&mut row.parent);
        ids.for_each(|id| look(&row.uri, id));
    }
    for row in &mut output.relations {
        for id in [&mut row.from, &mut row.to] {
            look(&row.uri, id);
        }
    }
    for row in &mut output.changes {
        let ids = row.resource.iter_mut().chain(&mut row.parent);
        ids.for_each(|id| look(&row.uri, id));
    }
    for one in &mut output.snapshots {
        for member in one.members.values_mut() {
            let ids = member.resource.iter_mut();
            ids.for_each(|id| look(&one.uri, id));
        }
    }
}

fn folder_of(uri: &str) -> &str {
    uri.rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nepho_core::key::kubernetes;

    const ONE: &str = "6c1a2b3c-0001-4d5e-8f90-a1b2c3d4e5f6";
    const OTHER: &str = "6c1a2b3c-0002-4d5e-8f90-a1b2c3d4e5f6";

    fn row(uri: &str, kind: &str, name: &str, uid: Option<&str>) -> Resource {
        let namespace = if kind == "Namespace" { "" } else { "shop" };
        Resource {
            key: kubernetes("", "", kind, namespace, name),
            aliases: uid.map(str::to_owned).into_iter().collect(),
            uri: uri.to_owned(),
            ..Resource::default()
        }
    }

    fn change(uri: &str) -> Change {
        Change {
            id: "helm:shop/web:v2:release".to_owned(),
            run: "helm:shop/web:v2".to_owned(),
            tool: "helm".to_owned(),
            scope: "shop/web".to_owned(),
            resource: Some(kubernetes("", "", "Service", "shop", "web")),
            uri: uri.to_owned(),
            ..Change::default()
        }
    }

    fn settled(names: &[&str], uids: &[(&str, &str)], files: &[&str]) -> Vec<FeedOutput> {
        let namespaces = uids.iter().map(|(uri, uid)| FeedOutput {
            resources: vec![row(uri, "Namespace", "kube-system", Some(uid))],
            ..FeedOutput::default()
        });
        let services = files.iter().map(|uri| FeedOutput {
            resources: vec![row(uri, "Service", "web", None)],
            changes: vec![change(uri)],
            ..FeedOutput::default()
        });
        let mut outputs: Vec<FeedOutput> = namespaces.chain(services).collect();
        let mut documents = Documents {
            names: names.iter().filter_map(|name| name.parse().ok()).collect(),
            ..Documents::default()
        };
        documents.settle(&mut outputs.iter_mut().collect::<Vec<_>>());
        outputs.split_off(uids.len())
    }

    fn keys(outputs: &[FeedOutput]) -> Vec<String> {
        let rows = outputs.iter().flat_map(|output| &output.resources);
        rows.map(|row| row.key.clone()).collect()
    }

    fn web(cluster: &str) -> String {
        kubernetes(cluster, "", "Service", "shop", "web")
    }

    #[test]
    fn the_namespace_of_the_system_names_the_cluster_of_its_folder() {
        let told = settled(
            &[],
            &[("a/ns.yaml", ONE), ("b/ns.yaml", OTHER)],
            &["a/web.yaml", "b/web.yaml", "c/web.yaml"],
        );
        assert_eq!(keys(&told), [web(ONE), web(OTHER), web("")]);
        let runs = told.iter().flat_map(|output| &output.changes);
        let runs: Vec<(&str, &str)> = runs.map(|row| (&*row.run, &*row.scope)).collect();
        let (one, other) = (format!("{ONE}/shop/web"), format!("{OTHER}/shop/web"));
        let (one_run, other_run) = (format!("helm:{one}:v2"), format!("helm:{other}:v2"));
        assert_eq!(
            runs,
            [
                (&*one_run, &*one),
                (&other_run, &other),
                ("helm:shop/web:v2", "shop/web")
            ]
        );
    }

    #[test]
    fn one_cluster_is_that_of_all_its_objects() {
        let told = settled(&[], &[("a/ns.yaml", ONE)], &["a/web.yaml", "helm/web.json"]);
        assert_eq!(keys(&told), [web(ONE), web(ONE)]);
        let scopes = told.iter().flat_map(|output| &output.changes);
        assert!(
            scopes
                .map(|row| &row.scope)
                .all(|scope| scope == "shop/web")
        );
        assert_eq!(keys(&settled(&[], &[], &["web.yaml"])), [web("")]);
    }

    #[test]
    fn an_object_of_the_only_cluster_is_of_none_when_another_has_one_too() {
        let namespace = |uri: &str, uid: &str| FeedOutput {
            resources: vec![row(uri, "Namespace", "kube-system", Some(uid))],
            ..FeedOutput::default()
        };
        let service = |uri: &str| FeedOutput {
            resources: vec![row(uri, "Service", "web", None)],
            changes: vec![change(uri)],
            ..FeedOutput::default()
        };
        let mut documents = Documents::default();
        let mut read = vec![
            namespace("a/ns.yaml", ONE),
            service("a/web.yaml"),
            service("c/web.yaml"),
        ];
        documents.settle(&mut read.iter_mut().collect::<Vec<_>>());
        assert_eq!(keys(&read[1..]), [web(ONE), web(ONE)]);
        // The next look finds a second cluster.
        read.iter_mut().for_each(|one| documents.take_back(one));
        assert_eq!(keys(&read[1..]), [web(""), web("")]);
        read.extend([namespace("b/ns.yaml", OTHER), service("b/web.yaml")]);
        documents.settle(&mut read.iter_mut().collect::<Vec<_>>());
        assert_eq!(keys(&read[1..3]), [web(ONE), web("")]);
        assert_eq!(keys(&read[4..]), [web(OTHER)]);
        assert_eq!(read[2].changes[0].resource, Some(web("")));
    }

    #[test]
    fn the_user_names_clusters_by_their_files() {
        let names = ["a/*=Prod", "b/*=stage"];
        let told = settled(&names, &[("a/ns.yaml", ONE)], &["a/web.yaml", "b/web.yaml"]);
        assert_eq!(keys(&told), [web(ONE), web("stage")]);
        let aliases = told.first().and_then(|output| output.resources.first());
        assert!(aliases.is_some_and(|row| row.aliases.contains(&web("prod"))));
        let scopes = told.iter().flat_map(|output| &output.changes);
        let scopes: Vec<&str> = scopes.map(|row| &*row.scope).collect();
        assert_eq!(scopes, ["prod/shop/web", "stage/shop/web"]);
        // Of two clusters that the user calls the same only the uids tell which is which.
        let told = settled(
            &["prod"],
            &[("a/ns.yaml", ONE), ("b/ns.yaml", OTHER)],
            &["a/web.yaml", "b/web.yaml"],
        );
        assert_eq!(keys(&told), [web(ONE), web(OTHER)]);
        let scopes = told.iter().flat_map(|output| &output.changes);
        let scopes: Vec<&str> = scopes.map(|row| &*row.scope).collect();
        let expected = [ONE, OTHER].map(|uid| format!("{uid}/shop/web"));
        assert_eq!(scopes, expected);
        for wrong in ["", "a=", "[=prod", "two words"] {
            assert!(wrong.parse::<ClusterName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_namespace_may_be_called_like_the_cluster() {
        let told = settled(&["a/*=shop"], &[], &["a/web.yaml", "b/web.yaml"]);
        let changes = told.iter().flat_map(|output| &output.changes);
        let changes: Vec<(&str, &str)> = changes.map(|row| (&*row.run, &*row.scope)).collect();
        assert_eq!(
            changes,
            [
                ("helm:shop/shop/web:v2", "shop/shop/web"),
                ("helm:shop/web:v2", "shop/web")
            ]
        );
    }

    #[test]
    fn what_an_earlier_run_stored_is_named_once() {
        let mut documents = Documents {
            names: vec!["prod".parse().unwrap()],
            ..Documents::default()
        };
        let mut output = FeedOutput {
            changes: vec![change("a/web.yaml")],
            ..FeedOutput::default()
        };
        documents.settle(&mut [&mut output]);
        let once = format!("{output:?}");
        documents.remember(&output);
        documents.settle(&mut [&mut output]);
        assert_eq!(format!("{output:?}"), once);
        assert_eq!(output.changes[0].scope, "prod/shop/web");
    }

    #[test]
    fn what_was_concluded_from_named_snapshots_is_named_already() {
        let mut documents = Documents {
            names: vec!["shop".parse().unwrap()],
            ..Documents::default()
        };
        let mut output = FeedOutput {
            changes: vec![Change {
                scope: "shop/shop/web".to_owned(),
                ..change("a/web.yaml")
            }],
            ..FeedOutput::default()
        };
        documents.settle_compared(&mut output);
        let change = &output.changes[0];
        assert_eq!(
            (&*change.scope, &*change.run),
            ("shop/shop/web", "helm:shop/web:v2")
        );
        assert_eq!(change.resource, Some(web("shop")));
    }
}
