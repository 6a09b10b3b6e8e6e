//! Who started runs of Infrastructure Manager: whoever called it to make, change or delete a
//! deployment. What the run then calls for is called by its service account, which is no person.
//!
//! Methods: cloud.google.com/infrastructure-manager/docs/audit-logging; a revision is named after
//! its deployment: .../docs/reference/rest/v1/projects.locations.deployments.revisions (read
//! 2026-11-29).

use std::collections::{BTreeSet, HashMap};

use nepho_core::Timestamp;

use crate::event::Cloud;
use crate::known::Known;
use crate::store::Write;

/// Tool of such runs.
pub(crate) const TOOL: &str = "infra_manager";
/// What the ids of deployments begin with.
const API: &str = "//config.googleapis.com/";

/// The deployment that a call starts a run of: `projects/P/locations/L/deployments/D`.
pub(crate) fn deployment(write: &Write) -> Option<&str> {
    let event = &write.event;
    let is_call = event.cloud == Cloud::Google && event.means.tool == TOOL;
    let target = write.target.as_deref().filter(|_| is_call)?;
    let name = target.strip_prefix(API)?;
    let is_refused = event.error.as_deref() == Some("PERMISSION_DENIED");
    (!is_refused && name.contains("/deployments/")).then_some(name)
}

/// Whether a run is one of a deployment: `D/revisions/R`, or the end of it, `D#delete`.
///
/// One of the two may have the number of the project where the other has its id: they are the same
/// where documents tell so, or where it can be no other project.
pub(crate) fn is_of(run: &str, deployment: &str, projects: &Projects) -> bool {
    let (Some((project, rest)), Some((other, name))) = (within(run), within(deployment)) else {
        return false;
    };
    let end = rest.strip_prefix(name);
    projects.is_same(project, other)
        && end.is_some_and(|end| end == "#delete" || end.starts_with("/revisions/"))
}

/// What a run is called like its deployment, without the project.
pub(crate) fn of_run(run: &str) -> Option<&str> {
    let (_, rest) = within(run)?;
    let before = rest.split_once("/revisions/").map(|(before, _)| before);
    before.or_else(|| rest.strip_suffix("#delete"))
}

/// What a deployment is called without the project.
pub(crate) fn without_project(deployment: &str) -> Option<&str> {
    Some(within(deployment)?.1)
}

/// Which number is which project.
pub(crate) struct Projects {
    /// Ids by numbers, as documents tell; `None` where they tell several.
    ids: HashMap<String, Option<String>>,
    /// Whether no more than one number and one id are about.
    is_one: bool,
}

impl Projects {
    /// Those that runs and deployments are named after.
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str>, known: &Known) -> Self {
        let names = names.filter(|name| name.contains("/deployments/"));
        let all: BTreeSet<&str> = names
            .filter_map(within)
            .map(|(project, _)| project)
            .collect();
        let (numbers, ids): (Vec<&str>, Vec<&str>) =
            all.into_iter().partition(|project| is_number(project));
        Self {
            is_one: numbers.len() <= 1 && ids.len() <= 1,
            ids: match numbers.is_empty() {
                true => HashMap::new(),
                false => known.projects(),
            },
        }
    }

    fn is_same(&self, project: &str, other: &str) -> bool {
        let (number, id) = match (is_number(project), is_number(other)) {
            (true, false) => (project, other),
            (false, true) => (other, project),
            _ => return project == other,
        };
        let is_told = |told: &Option<String>| told.as_deref() == Some(id);
        match self.ids.get(number) {
            Some(told) => is_told(told),
            None => self.is_one && !self.ids.values().any(is_told),
        }
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The project of a name, and what stands behind it.
fn within(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("projects/")?.split_once('/')
}

/// The one of these that went on at a time, else the one that did so nearly.
pub(crate) fn at<R: Copy>(
    runs: &[(R, (Timestamp, Timestamp))],
    time: Timestamp,
    near: i64,
) -> Option<R> {
    [0, near].into_iter().find_map(|near| {
        let mut there = runs
            .iter()
            .filter(|(_, (start, end))| time >= start.plus(-near) && time <= end.plus(near));
        let (run, _) = there.next()?;
        there.next().is_none().then_some(*run)
    })
}

/// Whether an actor is a service account of Google, which acts for whoever started a run.
pub(crate) fn is_account(actor: &str) -> bool {
    actor.ends_with(".gserviceaccount.com")
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::Resource;

    use super::*;

    #[test]
    fn a_revision_is_of_its_deployment_alone() {
        let check = |run: &str, deployment: &str, expected: bool| {
            let names = [run, deployment].into_iter();
            let projects = Projects::of(names, &Known::default());
            assert_eq!(
                is_of(run, deployment, &projects),
                expected,
                "{run} of {deployment}"
            );
            // Whatever may be its own is found by the name.
            let is_named = of_run(run) == without_project(deployment);
            assert!(is_named || !expected, "{run} of {deployment}");
        };
        let orders = "projects/shop/locations/europe-west1/deployments/orders";
        check(&format!("{orders}/revisions/r-2"), orders, true);
        check(&format!("{orders}#delete"), orders, true);
        check(&format!("{orders}-2/revisions/r-2"), orders, false);
        check(orders, orders, false);
        let number = "projects/123/locations/europe-west1/deployments/orders";
        check(&format!("{number}/revisions/r-2"), orders, true);
        let other = "projects/cart/locations/europe-west1/deployments/orders";
        check(&format!("{other}/revisions/r-2"), orders, false);
    }

    #[test]
    fn a_number_is_a_project_only_where_it_can_be_no_other() {
        let of = |project: &str| format!("projects/{project}/locations/l/deployments/orders");
        let run = format!("{}/revisions/r-2", of("123"));
        let check = |others: &[&str], aliases: &[&str], expected: [bool; 2]| {
            let mut known = Known::default();
            known.add(&Resource {
                key: "//pubsub.googleapis.com/projects/shop/topics/t".to_owned(),
                aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
                ..Resource::default()
            });
            let others: Vec<String> = others.iter().map(|project| of(project)).collect();
            let found = ["shop", "cart"].map(|project| {
                let deployment = of(project);
                let names = others.iter().chain([&run, &deployment]);
                let projects = Projects::of(names.map(String::as_str), &known);
                is_of(&run, &deployment, &projects)
            });
            assert_eq!(found, expected, "{others:?} {aliases:?}");
        };
        check(&["shop", "cart"], &[], [false, false]);
        check(&["shop", "456"], &[], [false, false]);
        let told = ["projects/123/topics/t"];
        check(&["shop", "cart"], &told, [true, false]);
        check(&["cart"], &told, [true, false]);
        // The number of the project is another.
        check(&[], &["projects/456/topics/t"], [false, true]);
    }

    #[test]
    fn of_several_runs_the_one_at_the_time_counts() {
        let span = |start: i64, end: i64| (Timestamp(start), Timestamp(end));
        let runs = [(1, span(0, 10)), (2, span(12, 20)), (3, span(20, 30))];
        let found = [5, 11, 15, 20, 40].map(|time| at(&runs, Timestamp(time), 5));
        assert_eq!(found, [Some(1), None, Some(2), None, None]);
        assert_eq!(at(&runs, Timestamp(33), 5), Some(3));
    }
}
