//! One write, told twice: objects of a cluster remember who wrote them (`managedFields`), and the
//! documents of Helm, Argo CD and Flux tell the runs that wrote them. Such rows become one: that of
//! the run, which says more; the object knows the fields, and the time to the second.

use std::collections::{HashMap, HashSet};

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction, Run};
use nepho_core::time::NANOS;

/// Tools whose runs are told by documents of their own, while objects remember their writes.
const TOOLS: [&str; 3] = ["argocd", "flux", "helm"];
/// A write belongs to the run of the same resource this close: 2 minutes, as calls in audit logs.
const NEAR: i64 = 120 * NANOS;

/// Takes out of `fresh` what an object remembers of a write that a run tells, in `fresh` or in
/// `known`. Where the object's row is among the known ones already, that of the run takes its id
/// and so its place.
pub(crate) fn merge(fresh: &mut Vec<Change>, known: &[Change], runs: &[Run]) {
    if !fresh.iter().any(is_of_cluster) {
        return;
    }
    let runs: HashSet<&str> = runs.iter().map(|run| run.id.as_str()).collect();
    let is_told = |change: &Change| runs.contains(change.run.as_str());
    let rows = || known.iter().chain(&*fresh).filter(|one| is_of_cluster(one));
    let mut told: HashMap<&str, Vec<&Change>> = HashMap::new();
    for change in rows().filter(|one| is_told(one)) {
        let resource = change.resource.as_deref().unwrap_or_default();
        told.entry(resource).or_default().push(change);
    }
    // By the row of the run: the row of the object.
    let mut known_rows: HashMap<String, String> = HashMap::new();
    let mut gone: HashSet<String> = HashSet::new();
    // By the row of the run: what the object knows better.
    let mut better: HashMap<String, (Vec<String>, Option<Timestamp>)> = HashMap::new();
    let known_ids: HashSet<&str> = known.iter().map(|change| change.id.as_str()).collect();
    for remembered in rows().filter(|one| !is_told(one)) {
        let resource = remembered.resource.as_deref().unwrap_or_default();
        let of_resource = told.get(resource).into_iter().flatten();
        let near = of_resource.filter_map(|run| Some((distance(remembered, run)?, run)));
        let Some((_, run)) = near.min_by_key(|(distance, run)| (*distance, &run.id)) else {
            continue;
        };
        let (names, times) = (&remembered.attributes, (run.not_before, run.time));
        let is_within = times.0 <= remembered.time && remembered.time <= times.1;
        let time = remembered.time.filter(|_| times.0.is_some() && is_within);
        let held = better.entry(run.id.clone());
        held.or_insert_with(|| (names.clone(), time));
        match known_ids.contains(remembered.id.as_str()) {
            false => gone.extend([remembered.id.clone()]),
            true => {
                let held = known_rows.entry(run.id.clone());
                held.or_insert_with(|| remembered.id.clone());
            }
        }
    }
    fresh.retain(|change| !gone.contains(&change.id));
    for change in fresh {
        if let Some((names, time)) = better.remove(&change.id) {
            if change.attributes.is_empty() {
                change.attributes = names;
            }
            if time.is_some() {
                (change.time, change.not_before) = (time, None);
            }
        }
        if let Some(id) = known_rows.remove(&change.id) {
            change.id = id;
        }
    }
}

/// Whether it is a write of an object by one of the tools.
fn is_of_cluster(change: &Change) -> bool {
    let is_write = matches!(
        change.action,
        ChangeAction::Create | ChangeAction::Update | ChangeAction::Replace
    );
    let resource = change.resource.as_deref().unwrap_or_default();
    is_write && TOOLS.contains(&change.tool.as_str()) && resource.starts_with("k8s://")
}

/// How far what the object remembers is from what the run tells, in nanoseconds; `None` if it is
/// another write.
fn distance(remembered: &Change, run: &Change) -> Option<i64> {
    // The controller of Flux writes for Helm.
    let is_same = remembered.tool == run.tool
        || (remembered.tool == "flux" && run.tool == "helm")
        || (remembered.tool == "helm" && run.tool == "flux");
    let at = remembered.time.filter(|_| is_same)?;
    let times = [run.not_before, run.started, run.time];
    let first = times.into_iter().flatten().min()?;
    let last = times.into_iter().flatten().max()?;
    let distance = first.since(at).max(at.since(last)).max(0);
    (distance <= NEAR).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "k8s:///apps/Deployment/shop/web";

    fn change(id: &str, tool: &str, run: &str, resource: &str, second: i64) -> Change {
        Change {
            id: id.to_owned(),
            tool: tool.to_owned(),
            run: run.to_owned(),
            resource: Some(resource.to_owned()),
            action: ChangeAction::Update,
            time: Timestamp::from_seconds(1_800_000_000 + second),
            ..Change::default()
        }
    }

    fn runs() -> Vec<Run> {
        let run = |id: &str| Run {
            id: id.to_owned(),
            ..Run::default()
        };
        ["helm:shop/web:v2", "argocd:shop#3"].map(run).into()
    }

    fn check(fresh: &[Change], known: &[Change], expected: &[&str]) {
        let mut fresh = fresh.to_vec();
        merge(&mut fresh, known, &runs());
        let rows: Vec<String> = fresh
            .iter()
            .map(|change| format!("{} {}", change.id, change.run))
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_write_that_a_run_tells_is_told_once() {
        let release = change("r", "helm", "helm:shop/web:v2", WEB, 0);
        let remembered = change("m", "helm", "helm@t", WEB, 20);
        let expected = ["r helm:shop/web:v2"];
        check(&[remembered.clone(), release.clone()], &[], &expected);
        check(&[release.clone(), remembered.clone()], &[], &expected);
        let by_flux = Change {
            tool: "flux".to_owned(),
            ..remembered.clone()
        };
        check(&[by_flux, release.clone()], &[], &expected);
        // Told in an earlier document, and in a later one.
        check(
            std::slice::from_ref(&remembered),
            std::slice::from_ref(&release),
            &[],
        );
        check(&[release], &[remembered], &["m helm:shop/web:v2"]);
        let sync = Change {
            started: Timestamp::from_seconds(1_800_000_000),
            ..change("s", "argocd", "argocd:shop#3", WEB, 600)
        };
        let remembered = change("m", "argocd", "argocd-controller@t", WEB, 300);
        check(&[sync, remembered], &[], &["s argocd:shop#3"]);
    }

    #[test]
    fn the_object_knows_the_fields_and_the_time() {
        let second = |second: i64| Timestamp::from_seconds(1_800_000_000 + second);
        let sync = Change {
            started: second(0),
            not_before: second(0),
            ..change("s", "argocd", "argocd:shop#3", WEB, 600)
        };
        let remembered = Change {
            attributes: vec!["spec.replicas".to_owned()],
            ..change("m", "argocd", "argocd-controller@t", WEB, 300)
        };
        let mut fresh = vec![sync, remembered];
        merge(&mut fresh, &[], &runs());
        assert_eq!(fresh.len(), 1);
        assert_eq!(fresh[0].attributes, ["spec.replicas"]);
        assert_eq!((fresh[0].time, fresh[0].not_before), (second(300), None));
    }

    #[test]
    fn other_writes_stay() {
        let release = change("r", "helm", "helm:shop/web:v2", WEB, 0);
        for other in [
            change(
                "m",
                "helm",
                "helm@t",
                "k8s:///apps/Deployment/shop/cart",
                20,
            ),
            change("m", "helm", "helm@t", WEB, 121),
            change("m", "helm", "helm@t", WEB, -121),
            change("m", "argocd", "argocd-controller@t", WEB, 20),
            change("m", "kubectl", "kubectl@t", WEB, 20),
            Change {
                action: ChangeAction::Drift,
                ..change("m", "helm", "helm@t", WEB, 20)
            },
        ] {
            let expected = ["r helm:shop/web:v2", &format!("m {}", other.run)];
            check(&[release.clone(), other.clone()], &[], &expected);
        }
    }
}
