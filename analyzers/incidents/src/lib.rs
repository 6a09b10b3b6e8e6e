//! Finds incidents: which service broke first, which only followed, and which change did it, if
//! any.
//!
//! 1. [`observe`] counts rows and failures per service, clock domain and interval, and keeps a few
//!    failing rows.
//! 2. [`clock`] finds clocks that are off by requests that several sources saw, and corrects them.
//! 3. [`bursts`] finds the times in which a service failed more than it usually does.
//! 4. [`blame`] joins the bursts of services that depend on each other and tells the first from
//!    those that followed.
//! 5. [`verdict`] weighs each change near an incident by time, distance, kind and fit, and holds
//!    one responsible or none.
//!
//! Nothing here is trained or random; the same rows give the same findings in whatever order they
//! come.

mod account;
mod blame;
mod bursts;
mod callers;
mod clock;
mod graph;
mod observe;
mod place;
#[cfg(test)]
mod scale;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod testing;
mod verdict;
mod words;

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::{Details, Finding};
use nepho_core::tables::{Change, LogsView, Relation, Resource, Table};
use nepho_core::{Result, Timestamp};

use blame::roots::Case;
use blame::scene::Scene;
use blame::{again, links, roots};
use callers::Callers;
use clock::Clocks;
use graph::Graph;
use graph::collect::Collected;
use observe::Observer;
use verdict::candidates::Candidates;
use verdict::repairs::Repairs;
use verdict::weigh::Weighed;
use verdict::{report, weigh};

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "incidents",
    summary: "What broke first, what followed, and the change that did it or none",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(Incidents::default())),
});

/// Incidents that are told one by one.
const TOLD: usize = 100;
/// Changes held at most; those beyond are counted and told.
const CHANGES: usize = 200_000;

/// Analyzer that writes findings `incident` and `clock`.
///
/// It concludes once, when the input has ended: rows come file after file, so that nothing is
/// complete before.
#[derive(Debug, Default)]
pub struct Incidents {
    observer: Observer,
    callers: Callers,
    collected: Collected,
    changes: BTreeMap<String, Change>,
    changes_beyond: u64,
}

impl Analyzer for Incidents {
    fn reads(&self) -> &'static [Table] {
        &[
            Table::Logs,
            Table::Changes,
            Table::Resources,
            Table::Relations,
        ]
    }

    fn writes(&self) -> &'static [Table] {
        &[Table::Findings]
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => {
                self.observer.update(rows)?;
                self.callers.update(&LogsView::new(rows)?);
            }
            Table::Changes => {
                for change in Change::from_batch(rows)? {
                    if self.changes.len() < CHANGES || self.changes.contains_key(&change.id) {
                        self.changes.insert(change.id.clone(), change);
                    } else {
                        self.changes_beyond += 1;
                    }
                }
            }
            Table::Resources => {
                for resource in Resource::from_batch(rows)? {
                    self.callers.resource(&resource);
                    self.collected.resource(resource);
                }
            }
            Table::Relations => {
                for relation in Relation::from_batch(rows)? {
                    self.collected.relation(relation);
                }
            }
            Table::Findings | Table::Rejects | Table::Runs => {}
        }
        Ok(())
    }

    fn update_before(&mut self, rows: &RecordBatch) -> Result<()> {
        self.callers.update_before(&LogsView::new(rows)?);
        Ok(())
    }

    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()> {
        if watermark == Timestamp::MAX {
            self.conclude(out);
        }
        Ok(())
    }
}

impl Incidents {
    fn conclude(&mut self, out: &mut Output) {
        let clocks = Clocks::estimate(&self.observer);
        out.findings.extend(clocks.findings(&self.observer));
        self.callers.settle();
        let mut findings = self.of_services(&clocks);
        let callers = std::mem::take(&mut self.callers);
        for mut finding in callers.conclude(&mut self.collected, self.changes.values()) {
            // What services tell of by themselves is no second incident.
            if findings.iter().all(|held| held.change != finding.change) {
                finding.id = format!("incident-{}", findings.len() + 1);
                findings.push(finding);
            }
        }
        out.findings.extend(findings);
    }

    /// Incidents of services.
    fn of_services(&mut self, clocks: &Clocks) -> Vec<Finding> {
        let timelines = bursts::timeline::timelines(&mut self.observer, clocks);
        let found = bursts::find(&timelines);
        if found.is_empty() {
            return Vec::new();
        }
        let graph = Graph::build(&self.collected, &self.observer.services);
        let mut scene = Scene::new(&timelines, &found, &graph, clocks, &self.observer);
        scene.deeds = self.callers.deeds(self.changes.values());
        let links = links::links(&scene);
        let mut cases = roots::cases(&scene, &links);
        let left_out = keep_the_largest(&scene, &mut cases);
        let candidates = Candidates::prepare(
            self.changes.values(),
            &graph,
            &self.observer.domains,
            clocks,
        );
        let mut repairs = Repairs::default();
        let weighed = cases.iter().map(|case| {
            let weighed = weigh::weigh(&scene, case, &candidates, &repairs);
            repairs.note(&scene, case, &weighed, &candidates);
            weighed
        });
        let mut weighed: Vec<Weighed> = weighed.collect();
        let causes: Vec<Option<String>> = weighed.iter().map(|one| one.cause.clone()).collect();
        let mut findings: Vec<Finding> = Vec::new();
        for (number, series) in (1..).zip(again::series(&scene, &cases, &causes)) {
            let Some(case) = cases.get(series.first) else {
                continue;
            };
            let mut own = weighed.get_mut(series.first).map(std::mem::take);
            let mut own = own.take().unwrap_or_default();
            let later = series.again.iter();
            let later: Vec<&Case> = later.filter_map(|place| cases.get(*place)).collect();
            for place in &series.again {
                if let Some(other) = weighed.get_mut(*place).map(std::mem::take) {
                    own.came_before(&scene, case, &later, other);
                }
            }
            own.checked.extend(self.limits(clocks));
            let id = format!("incident-{number}");
            findings.push(report::finding(&scene, case, &later, own, id));
        }
        if let (Some(last), false) = (findings.last_mut(), left_out.is_empty()) {
            let sentence = format!(
                "{} not told one by one; they began with {}.",
                words::count(
                    left_out.len() as u64,
                    "smaller incident is",
                    "smaller incidents are"
                ),
                words::list(&left_out, 20)
            );
            last.explanation = format!("{} {sentence}", last.explanation);
            if let Details::Incident(details) = &mut last.details {
                details.checked.push(sentence);
            }
        }
        findings
    }

    /// What the analyzer did not look at, or corrected, in sentences.
    fn limits(&self, clocks: &Clocks) -> Vec<String> {
        let mut limits = clocks.sentences(&self.observer);
        if self.changes_beyond > 0 {
            limits.push(format!(
                "{} changes beyond the first {CHANGES} were not weighed.",
                self.changes_beyond
            ));
        }
        if self.observer.beyond > 0 {
            limits.push(format!(
                "{} rows of services beyond the first {} were not looked at.",
                self.observer.beyond,
                self.observer.services.len()
            ));
        }
        limits.extend(self.callers.limits());
        limits
    }
}

/// Keeps the incidents with most services and failures and gives the names of the others' primary
/// services.
fn keep_the_largest(scene: &Scene<'_>, cases: &mut Vec<roots::Case>) -> Vec<String> {
    if cases.len() <= TOLD {
        return Vec::new();
    }
    let size = |case: &roots::Case| {
        let followers = case
            .followers
            .iter()
            .map(|follower| scene.bursts[follower.burst].failures)
            .sum::<u64>();
        (
            case.followers.len(),
            scene.bursts[case.primary].failures + followers,
        )
    };
    let mut sizes: Vec<_> = cases
        .iter()
        .enumerate()
        .map(|(index, case)| (std::cmp::Reverse(size(case)), index))
        .collect();
    sizes.sort_unstable();
    let mut kept = vec![false; cases.len()];
    for (_, index) in sizes.iter().take(TOLD) {
        kept[*index] = true;
    }
    let mut left_out = Vec::new();
    let mut index = 0;
    cases.retain(|case| {
        let keep = kept.get(index).copied().unwrap_or(false);
        index += 1;
        if !keep {
            left_out.push(scene.service(&scene.bursts[case.primary]).to_owned());
        }
        keep
    });
    left_out
}
