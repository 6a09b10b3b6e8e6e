//! Runs analyzers over tables: feeds them batches, then lets them conclude in the order of what
//! they read and write.

#[cfg(feature = "analyzer-resources")]
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::feed::{FeedOutput, Snapshot};
use nepho_core::findings::Finding;
use nepho_core::registry::{Kind, Make, components};
use nepho_core::tables::{Change, Relation, Resource, Run, Table};
use nepho_core::{Error, ErrorKind, Result, Timestamp};

use crate::clusters::{self, ClusterName};
use crate::complete::{self, Evidence};
use crate::memory;
use crate::merge::merge;
use crate::owners::OwnerRules;
use crate::scopes::Scopes;
use crate::store::{Rows, StateVersion};
use crate::{learned, untimed, versions};

/// The analyzer that knows rules: it says whose resources are, and what of that rules overrule. All
/// others are told of resources as rules have them.
const KNOWS_RULES: &str = "resources";

/// Rows that are handed on at once, each of which is held a few times meanwhile.
const MOST_ROWS: usize = 2_048;

/// What the analyzers concluded.
#[derive(Clone, Debug, Default)]
pub struct Conclusions {
    /// Conclusions of all analyzers, in the order of the analyzers.
    pub findings: Vec<Finding>,
    /// Changes of infrastructure code and those seen only in audit logs; one row per id.
    pub changes: Vec<Change>,
    /// Runs of infrastructure tools.
    pub runs: Vec<Run>,
    /// Resources: the rows of the feeds, and behind them those that the analyzers merged.
    pub resources: Vec<Resource>,
    /// Edges between services and resources: those of the feeds, and behind them those of the
    /// analyzers.
    pub relations: Vec<Relation>,
    /// How many of the resources are rows of the feeds.
    pub declared_resources: usize,
    /// How many of the relations are rows of the feeds.
    pub declared_relations: usize,
    /// Resources with the owners that calls gave them by tags, which the merged rows have as well.
    pub tagged: Vec<Resource>,
    /// Changes of earlier runs, of a stored map: when resources began and ended.
    pub lives: Vec<Change>,
    /// Versions of states: those of a stored map, and behind them those that were read.
    pub versions: Vec<StateVersion>,
}

#[cfg(feature = "analyzer-resources")]
impl Conclusions {
    /// The map of all resources and services.
    pub fn map(&self) -> analyzer_resources::map::ResourceMap {
        self.map_with(&analyzer_resources::rules::Rules::default())
    }

    /// The map of all resources and services, with the owners that rules tell.
    pub fn map_with(
        &self,
        rules: &analyzer_resources::rules::Rules,
    ) -> analyzer_resources::map::ResourceMap {
        let split = self.declared_resources.min(self.resources.len());
        let (declared, resources) = self.resources.split_at(split);
        let split = self.declared_relations.min(self.relations.len());
        let (declared_relations, relations) = self.relations.split_at(split);
        let changes = self.all_changes();
        let tables = analyzer_resources::map::Tables {
            declared,
            resources,
            declared_relations,
            relations,
            changes: &changes,
            runs: &self.runs,
        };
        analyzer_resources::map::ResourceMap::with_rules(&tables, rules)
    }

    /// Changes of this run and of earlier ones.
    fn all_changes(&self) -> Cow<'_, [Change]> {
        if self.lives.is_empty() {
            return Cow::Borrowed(&self.changes);
        }
        let told: HashSet<&str> = self.changes.iter().map(|row| &*row.id).collect();
        let before = self.lives.iter().filter(|row| !told.contains(&*row.id));
        Cow::Owned(before.chain(&self.changes).cloned().collect())
    }
}

/// A run of the linked analyzers over one body of logs and changes.
///
/// ```
/// let mut analysis = nepho::Analysis::new()?;
/// // analysis.logs(&batch)?; analysis.feed(output)?;
/// let conclusions = analysis.finish()?;
/// assert!(conclusions.changes.is_empty());
/// # Ok::<(), nepho::core::Error>(())
/// ```
pub struct Analysis {
    analyzers: Vec<(&'static str, Box<dyn Analyzer>)>,
    /// Changes that the analyzers do not know yet: what several documents tell is put together
    /// before.
    pending: Vec<Change>,
    changes: Vec<Change>,
    /// Places of the changes by their ids.
    change_places: HashMap<String, usize>,
    runs: Vec<Run>,
    snapshots: Vec<Snapshot>,
    findings: Vec<Finding>,
    resources: Vec<Resource>,
    relations: Vec<Relation>,
    owners: OwnerRules,
    evidence: Evidence,
    /// Of stored maps.
    lives: Vec<Change>,
    versions: Vec<StateVersion>,
    /// Names of these versions.
    stored: HashSet<String>,
    clusters: clusters::Documents,
    scopes: Scopes,
    /// What documents tell, until all are read: any of them may tell which cluster or which scope
    /// another is of.
    held: Vec<FeedOutput>,
    /// What stored maps tell of lives, likewise.
    held_lives: Vec<Change>,
}

impl fmt::Debug for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analysis")
            .field("findings", &self.findings.len())
            .finish_non_exhaustive()
    }
}

impl Analysis {
    /// Run of all linked analyzers.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if analyzers wait for each other in a circle.
    pub fn new() -> Result<Self> {
        let linked = components()
            .into_iter()
            .filter_map(|component| match component.make {
                Make::Analyzer(make) => Some((component.name, make())),
                _ => None,
            });
        Self::with(linked.collect())
    }

    /// Run of these analyzers, by name.
    ///
    /// # Errors
    /// As [`Analysis::new`].
    pub fn with(analyzers: Vec<(&'static str, Box<dyn Analyzer>)>) -> Result<Self> {
        Ok(Self {
            analyzers: in_order(analyzers)?,
            pending: Vec::new(),
            changes: Vec::new(),
            change_places: HashMap::new(),
            runs: Vec::new(),
            snapshots: Vec::new(),
            findings: Vec::new(),
            resources: Vec::new(),
            relations: Vec::new(),
            owners: OwnerRules::default(),
            evidence: Evidence::default(),
            lives: Vec::new(),
            versions: Vec::new(),
            stored: HashSet::new(),
            clusters: clusters::Documents::default(),
            scopes: Scopes::default(),
            held: Vec::new(),
            held_lives: Vec::new(),
        })
    }

    /// Run of all linked analyzers, with rules that say whose resources are: they win over what
    /// tags, logs and names tell.
    ///
    /// # Errors
    /// As [`Analysis::new`].
    #[cfg(feature = "analyzer-resources")]
    pub fn with_rules(rules: &analyzer_resources::rules::Rules) -> Result<Self> {
        let mut analysis = Self::new()?;
        for (name, analyzer) in &mut analysis.analyzers {
            if *name == KNOWS_RULES {
                let ruled = analyzer_resources::Resources::with_rules(rules.clone());
                *analyzer = Box::new(ruled);
            }
        }
        analysis.owners = rules.clone();
        Ok(analysis)
    }

    /// The same run, with the clusters that objects of documents are of.
    #[must_use]
    pub fn with_clusters(mut self, names: Vec<ClusterName>) -> Self {
        self.clusters.names = names;
        self
    }

    /// Takes rows of table `logs`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] if the batch has another schema.
    pub fn logs(&mut self, batch: &RecordBatch) -> Result<()> {
        self.settle()?;
        for (_, analyzer) in &mut self.analyzers {
            if analyzer.reads().contains(&Table::Logs) {
                analyzer.update(Table::Logs, batch)?;
            }
        }
        Ok(())
    }

    /// Takes rows of table `logs` that tell of calls shortly before the times that were asked for.
    pub(crate) fn calls_before(&mut self, batch: &RecordBatch) -> Result<()> {
        self.settle()?;
        for (_, analyzer) in &mut self.analyzers {
            analyzer.update_before(batch)?;
        }
        Ok(())
    }

    /// Takes what a change feed told.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] for a bug.
    pub fn feed(&mut self, output: FeedOutput) -> Result<()> {
        self.held.push(output);
        Ok(())
    }

    /// Takes what documents told, with names that were settled already.
    pub(crate) fn feed_settled(&mut self, output: FeedOutput) -> Result<()> {
        self.take(output)
    }

    /// Takes what earlier runs learned of resources and edges.
    pub(crate) fn remember(&mut self, mut rows: Rows) -> Result<()> {
        let mut lives = FeedOutput {
            changes: rows.take_lives(),
            ..FeedOutput::default()
        };
        self.clusters.remember(&lives);
        self.held_lives.append(&mut lives.changes);
        let uris = rows.versions.iter().map(|version| version.uri.clone());
        self.stored.extend(uris);
        for output in rows.into_documents() {
            self.clusters.remember(&output);
            self.feed(output)?;
        }
        Ok(())
    }

    /// Takes beginnings and ends of resources that earlier runs learned of, each once.
    fn take_lives(&mut self, lives: Vec<Change>) -> Result<()> {
        let mut told = HashSet::new();
        let newest = lives.into_iter().rev();
        let mut lives: Vec<Change> = newest.filter(|row| told.insert(row.id.clone())).collect();
        lives.reverse();
        for (name, analyzer) in &mut self.analyzers {
            if *name == KNOWS_RULES {
                tell(&mut **analyzer, Table::Changes, &lives, Change::to_batch)?;
            }
        }
        self.lives.append(&mut lives);
        Ok(())
    }

    fn take(&mut self, output: FeedOutput) -> Result<()> {
        // What is stored of a version is no state that another can be compared with.
        let is_stored = |one: &Snapshot| self.stored.contains(&one.uri);
        let (stored, read): (Vec<_>, Vec<_>) = output.snapshots.into_iter().partition(is_stored);
        self.versions.extend(stored.iter().map(StateVersion::of));
        self.snapshots.extend(read);
        self.evidence.add(&output.changes, &output.runs);
        if !output.runs.is_empty() {
            let batch = Run::to_batch(&output.runs)?;
            for (_, analyzer) in &mut self.analyzers {
                if analyzer.reads().contains(&Table::Runs) {
                    analyzer.update(Table::Runs, &batch)?;
                }
            }
            self.runs.extend(output.runs);
        }
        self.pending.extend(output.changes);
        let mut fresh = Output {
            resources: output.resources,
            relations: output.relations,
            findings: output.findings,
            ..Output::default()
        };
        self.tell_first(&fresh.resources, &fresh.relations)?;
        self.hand_on(&mut fresh)?;
        self.findings.append(&mut fresh.findings);
        Ok(())
    }

    /// Hands on what was held back, and the changes that were told so far, each write once.
    fn settle(&mut self) -> Result<()> {
        if !self.held.is_empty() || !self.held_lives.is_empty() {
            let mut held = std::mem::take(&mut self.held);
            let mut lives = FeedOutput {
                changes: std::mem::take(&mut self.held_lives),
                ..FeedOutput::default()
            };
            let mut all: Vec<&mut FeedOutput> = held.iter_mut().collect();
            all.push(&mut lives);
            self.clusters.settle(&mut all);
            self.scopes.settle(&mut all);
            self.take_lives(lives.changes)?;
            for output in held {
                self.take(output)?;
            }
        }
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut fresh = Output {
            changes: std::mem::take(&mut self.pending),
            ..Output::default()
        };
        complete::scopes(&mut fresh.changes, &self.runs);
        untimed::tell(&mut self.runs, &self.snapshots);
        complete::times(&mut fresh.changes, &self.runs);
        merge(&mut fresh.changes, &self.changes, &self.runs);
        self.hand_on(&mut fresh)
    }

    /// Gives what documents declare to the analyzers that need it before the logs.
    fn tell_first(&mut self, resources: &[Resource], relations: &[Relation]) -> Result<()> {
        let owners = &self.owners;
        let first = |analyzer: &dyn Analyzer, table| {
            analyzer.reads_first().contains(&table) && analyzer.reads().contains(&table)
        };
        for (_, analyzer) in &mut self.analyzers {
            if first(&**analyzer, Table::Resources) {
                for rows in resources.chunks(MOST_ROWS) {
                    let batch = match owners.is_empty() {
                        true => Resource::to_batch(rows)?,
                        false => {
                            let mut rows = rows.to_vec();
                            owners.apply(&mut rows);
                            Resource::to_batch(&rows)?
                        }
                    };
                    analyzer.update(Table::Resources, &batch)?;
                }
            }
            if first(&**analyzer, Table::Relations) {
                tell(
                    &mut **analyzer,
                    Table::Relations,
                    relations,
                    Relation::to_batch,
                )?;
            }
        }
        Ok(())
    }

    /// Takes what the snapshots tell together: changes between them, and when what they hold held.
    fn compare(&mut self) -> Result<()> {
        self.settle()?;
        let mut snapshots = std::mem::take(&mut self.snapshots);
        let mut output = FeedOutput::default();
        for component in components() {
            if let (Kind::Feed, Make::Feed(make)) = (component.kind, component.make) {
                make().compare(&snapshots, &self.changes, &mut output);
            }
        }
        // What follows from settled snapshots has their scopes.
        self.clusters.settle_compared(&mut output);
        self.take(output)?;
        self.settle()?;
        let read = versions::of(&snapshots);
        let stored = self.versions.iter().cloned();
        snapshots.extend(stored.map(StateVersion::into_snapshot));
        self.versions.extend(read);
        versions::settle(
            &snapshots,
            &self.changes,
            &mut self.resources,
            &mut self.relations,
        );
        Ok(())
    }

    /// Lets every analyzer conclude; no more rows will come.
    ///
    /// # Errors
    /// Those of the analyzers.
    pub fn finish(mut self) -> Result<Conclusions> {
        self.compare()?;
        let mut findings = std::mem::take(&mut self.findings);
        let (declared_resources, declared_relations) = (self.resources.len(), self.relations.len());
        let unruled = (!self.owners.is_empty()).then(|| self.resources.clone());
        self.owners.apply(&mut self.resources);
        let mut analyzers = std::mem::take(&mut self.analyzers);
        let mut early = self.early_resources(&mut analyzers);
        let mut tagged = Vec::new();
        // What an analyzer held is let go of before the next one concludes.
        self.analyzers = analyzers.into_iter().rev().collect();
        while let Some((name, mut analyzer)) = self.analyzers.pop() {
            let unruled = unruled.as_deref().filter(|_| name == KNOWS_RULES);
            self.tell_rows(
                &mut *analyzer,
                unruled,
                (declared_resources, declared_relations),
            )?;
            early.retain(|(teller, _)| *teller != name);
            for (_, rows) in &early {
                tell(&mut *analyzer, Table::Resources, rows, Resource::to_batch)?;
            }
            let mut output = Output::default();
            analyzer.advance(Timestamp::MAX, &mut output)?;
            drop(analyzer);
            memory::give_back();
            let written = self.resources.len();
            self.hand_on(&mut output)?;
            if name == KNOWS_RULES {
                // It merged what analyzers before it told.
                tagged.extend(self.resources.drain(declared_resources..written));
            }
            findings.append(&mut output.findings);
        }
        complete::runs(&mut self.runs, &self.changes, &self.evidence);
        Ok(Conclusions {
            findings,
            changes: self.changes,
            runs: self.runs,
            resources: self.resources,
            relations: self.relations,
            declared_resources,
            declared_relations,
            tagged,
            lives: self.lives,
            versions: self.versions,
        })
    }

    /// What the logs tell of resources by themselves, by the analyzer that found it out.
    fn early_resources(&self, analyzers: &mut [Named]) -> Vec<(&'static str, Vec<Resource>)> {
        let early = analyzers.iter_mut().map(|(name, analyzer)| {
            let mut rows = analyzer.early_resources();
            self.owners.apply(&mut rows);
            (*name, rows)
        });
        early.filter(|(_, rows)| !rows.is_empty()).collect()
    }

    /// Gives all resources and relations to an analyzer that is about to conclude, but for those
    /// that it was told first. `unruled` are the declared ones as nobody applied rules to them.
    fn tell_rows(
        &self,
        analyzer: &mut dyn Analyzer,
        unruled: Option<&[Resource]>,
        (resources, relations): (usize, usize),
    ) -> Result<()> {
        let is_told = |table: Table| analyzer.reads_first().contains(&table);
        let (told_resources, told_relations) =
            (is_told(Table::Resources), is_told(Table::Relations));
        let (declared, written) = self.resources.split_at(resources);
        if !told_resources {
            let declared = unruled.unwrap_or(declared);
            tell(analyzer, Table::Resources, declared, Resource::to_batch)?;
        }
        tell(analyzer, Table::Resources, written, Resource::to_batch)?;
        let (declared, written) = self.relations.split_at(relations);
        if !told_relations {
            tell(analyzer, Table::Relations, declared, Relation::to_batch)?;
        }
        tell(analyzer, Table::Relations, written, Relation::to_batch)
    }

    /// Gives changes and findings to the analyzers that read them, and keeps all rows for the
    /// result.
    fn hand_on(&mut self, output: &mut Output) -> Result<()> {
        output.changes.iter_mut().for_each(complete::change);
        for (_, analyzer) in &mut self.analyzers {
            tell(
                &mut **analyzer,
                Table::Changes,
                &output.changes,
                Change::to_batch,
            )?;
            tell(&mut **analyzer, Table::Runs, &output.runs, Run::to_batch)?;
            tell(
                &mut **analyzer,
                Table::Findings,
                &output.findings,
                Finding::to_batch,
            )?;
        }
        self.resources.append(&mut output.resources);
        self.relations.append(&mut output.relations);
        learned::add(&mut self.runs, output.runs.drain(..));
        for change in output.changes.drain(..) {
            let next = self.changes.len();
            let place = *self.change_places.entry(change.id.clone()).or_insert(next);
            match self.changes.get_mut(place) {
                Some(held) => *held = change,
                None => self.changes.push(change),
            }
        }
        Ok(())
    }
}

/// Gives rows to an analyzer that reads their table, some at a time.
fn tell<R>(
    analyzer: &mut dyn Analyzer,
    table: Table,
    rows: &[R],
    to_batch: impl Fn(&[R]) -> Result<RecordBatch>,
) -> Result<()> {
    if analyzer.reads().contains(&table) {
        for rows in rows.chunks(MOST_ROWS) {
            analyzer.update(table, &to_batch(rows)?)?;
        }
    }
    Ok(())
}

type Named = (&'static str, Box<dyn Analyzer>);

/// Analyzers in an order in which each comes after those that it waits for and those that write
/// what it reads; by name where that leaves a choice.
fn in_order(mut left: Vec<Named>) -> Result<Vec<Named>> {
    left.sort_by_key(|(name, _)| *name);
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |candidate: &Named| {
            let mut others = left.iter().filter(|other| other.0 != candidate.0);
            !others.any(|other| waits_for(candidate, other))
        };
        let Some(free) = left.iter().position(is_free) else {
            let names: Vec<_> = left.iter().map(|(name, _)| *name).collect();
            return Err(Error::new(
                ErrorKind::Internal,
                "order the analyzers",
                format!(
                    "{} wait for each other: `waits_for` has to say which is first",
                    names.join(", ")
                ),
            ));
        };
        ordered.push(left.remove(free));
    }
    Ok(ordered)
}

/// Whether an analyzer must come after another one: it says so, or reads what the other writes,
/// which does not say that it waits itself.
fn waits_for((name, analyzer): &Named, (other, writer): &Named) -> bool {
    if analyzer.waits_for().contains(other) {
        return true;
    }
    let written = writer.writes().iter();
    let mut written = written.filter(|table| **table != Table::Findings);
    let reads = written.any(|table| analyzer.reads().contains(table));
    reads && !writer.waits_for().contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads and writes tables, and tells by the names of its findings what it was given.
    struct Told {
        reads: &'static [Table],
        writes: &'static [Table],
        waits_for: &'static [&'static str],
        early: &'static str,
        given: Vec<String>,
    }

    const NOTHING: Told = Told {
        reads: &[],
        writes: &[],
        waits_for: &[],
        early: "",
        given: Vec::new(),
    };

    impl Analyzer for Told {
        fn reads(&self) -> &'static [Table] {
            self.reads
        }

        fn writes(&self) -> &'static [Table] {
            self.writes
        }

        fn waits_for(&self) -> &'static [&'static str] {
            self.waits_for
        }

        fn early_resources(&mut self) -> Vec<Resource> {
            let row = Resource {
                key: self.early.to_owned(),
                ..Resource::default()
            };
            Some(row)
                .filter(|row| !row.key.is_empty())
                .into_iter()
                .collect()
        }

        fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
            if table == Table::Resources {
                let rows = Resource::from_batch(rows)?;
                self.given.extend(rows.into_iter().map(|row| row.key));
            }
            Ok(())
        }

        fn advance(&mut self, _: Timestamp, out: &mut Output) -> Result<()> {
            let run = Run {
                id: self.given.join(" "),
                scope: format!("{:?}", self.writes),
                ..Run::default()
            };
            out.runs.push(run);
            Ok(())
        }
    }

    fn names(
        analyzers: Vec<(&'static str, Told)>,
    ) -> std::result::Result<Vec<&'static str>, String> {
        let boxed = analyzers.into_iter().map(|(name, one)| {
            let one: Box<dyn Analyzer> = Box::new(one);
            (name, one)
        });
        let ordered = in_order(boxed.collect()).map_err(|error| error.to_string())?;
        Ok(ordered.into_iter().map(|(name, _)| name).collect())
    }

    const BOTH: [Table; 2] = [Table::Changes, Table::Resources];

    fn changes() -> Told {
        Told {
            reads: &BOTH,
            writes: &[Table::Changes],
            ..NOTHING
        }
    }

    fn resources(waits_for: &'static [&'static str]) -> Told {
        Told {
            reads: &BOTH,
            writes: &[Table::Resources],
            waits_for,
            early: "of logs",
            ..NOTHING
        }
    }

    #[test]
    fn who_reads_what_another_writes_comes_later_unless_the_other_waits() {
        let last = || Told {
            reads: &BOTH,
            ..NOTHING
        };
        let all = vec![("a", last()), ("b", resources(&["z"])), ("z", changes())];
        assert_eq!(names(all), Ok(vec!["z", "b", "a"]));
        let absent = vec![("a", last()), ("b", resources(&["absent"]))];
        assert_eq!(names(absent), Ok(vec!["b", "a"]));
    }

    #[test]
    fn two_that_wait_for_each_other_are_refused() {
        let wrong = |waits_for| names(vec![("b", resources(waits_for)), ("z", changes())]);
        assert!(wrong(&[]).is_err_and(|error| error.contains("b, z wait for each other")));
        let circle = vec![
            (
                "a",
                Told {
                    waits_for: &["b"],
                    ..NOTHING
                },
            ),
            (
                "b",
                Told {
                    waits_for: &["a"],
                    ..NOTHING
                },
            ),
        ];
        assert!(names(circle).is_err());
    }

    #[test]
    fn what_logs_tell_of_resources_is_given_to_those_before() {
        let later = Told {
            reads: &BOTH,
            ..NOTHING
        };
        let all: Vec<Named> = vec![
            ("first", Box::new(changes())),
            ("second", Box::new(resources(&["first"]))),
            ("third", Box::new(later)),
        ];
        let analysis = Analysis::with(all).unwrap();
        let conclusions = analysis.finish().unwrap();
        let given: Vec<&str> = conclusions.runs.iter().map(|run| &*run.id).collect();
        assert_eq!(given, ["of logs", "", ""]);
    }

    #[test]
    fn stored_lives_have_the_scopes_that_documents_need_now() {
        let life = |scope: &str| Change {
            id: format!("terraform:{scope}:2:random_pet.a:create"),
            tool: "terraform".to_owned(),
            resource: Some(format!("terraform:{scope}:random_pet.a")),
            uri: "eu/net/prod/terraform.tfstate".to_owned(),
            ..Change::default()
        };
        let state = |uri: &str, lineage: &str| FeedOutput {
            snapshots: vec![Snapshot {
                tool: "terraform".to_owned(),
                scope: "prod".to_owned(),
                lineage: lineage.to_owned(),
                uri: uri.to_owned(),
                ..Snapshot::default()
            }],
            ..FeedOutput::default()
        };
        let states = [
            state("eu/net/prod/terraform.tfstate", "1"),
            state("eu/app/prod/terraform.tfstate", "2"),
            state("us/net/prod/terraform.tfstate", "3"),
        ];
        for (count, expected) in [(1, "prod"), (2, "net/prod"), (3, "eu/net/prod")] {
            let mut analysis = Analysis::with(Vec::new()).unwrap();
            // As runs stored them that knew one state, two and three.
            let rows = Rows {
                lives: ["prod", "net/prod", "eu/net/prod"].map(life).into(),
                ..Rows::default()
            };
            analysis.remember(rows).unwrap();
            for state in &states[..count] {
                analysis.feed(state.clone()).unwrap();
            }
            let lives = analysis.finish().unwrap().lives;
            assert_eq!(lives, [life(expected)]);
        }
    }
}
