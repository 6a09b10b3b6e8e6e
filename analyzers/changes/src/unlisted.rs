//! Calls of a run that its documents do not list: they stand in the run, told by the audit log.

use std::collections::BTreeMap;

use nepho_core::tables::{Change, Outcome, Run};

use crate::emit;
use crate::known::Known;
use crate::names::Named;
use crate::runs::{RunId, family, key};
use crate::store::Write;

/// Why a change is told that no document of its run tells of.
const REASON: &str = "told by the audit log; the documents of the run do not list it";
/// What tools keep their own books in: a call on it is no change that a run is made for.
const BOOKS: [&str; 3] = ["sh.helm.release.", "argoproj.io/", ".toolkit.fluxcd.io/"];

/// Rows for such calls, by time; and how many there was no room for.
pub(crate) fn changes(
    writes: &[Write],
    unlisted: &BTreeMap<u64, Option<RunId>>,
    told: (&BTreeMap<String, Change>, &[Run]),
    known: &Known,
) -> (Vec<Change>, u64) {
    if unlisted.is_empty() {
        return (Vec::new(), 0);
    }
    let mut nameless: BTreeMap<_, Vec<&Change>> = BTreeMap::new();
    let (changes, runs) = told;
    for change in changes.values().filter(|change| change.resource.is_none()) {
        nameless.entry(key(change)).or_default().push(change);
    }
    let is_told = |write: &&Write| {
        let Some(run) = unlisted.get(&write.hash) else {
            return false;
        };
        // What a document has no id for may be what the call made.
        let of_run = run.as_ref();
        let of_run = of_run.and_then(|run| nameless.get(&(&*run.0, &*run.1, &*run.2)));
        let named = Named::new("", "", &write.event.subject.resource_type);
        let mut of_run = of_run.into_iter().flatten();
        write.event.outcome != Some(Outcome::Failure)
            && !is_of_books(write)
            && !of_run.any(|change| named.is_alike(&change.resource_type))
    };
    let (chosen, beyond) = emit::choose(writes.iter().filter(is_told).collect(), known);
    let mut rows = Vec::new();
    for write in chosen {
        let run = unlisted.get(&write.hash).and_then(Option::as_ref);
        for mut row in emit::rows(write, run.map(|run| &run.2), known) {
            row.reason = Some(REASON.to_owned());
            if let Some((tool, scope, id)) = run {
                let mut of_run = runs.iter().filter(|run| {
                    family(&run.tool) == tool && run.scope == *scope && run.id == *id
                });
                row.tool = of_run.next().map_or(tool, |run| &run.tool).clone();
                row.scope.clone_from(scope);
            }
            rows.push(row);
        }
    }
    (rows, beyond)
}

/// Whether a call is on the run itself: its stack, its deployment, its release.
fn is_of_books(write: &Write) -> bool {
    let event = &write.event;
    let is_of_service = matches!(
        &*event.api,
        "cloudformation.amazonaws.com" | "config.googleapis.com"
    );
    let operation = event.operation.to_ascii_lowercase();
    let mut targets = write.targets();
    is_of_service
        || operation.starts_with("microsoft.resources/deployment")
        || targets.any(|target| BOOKS.iter().any(|book| target.contains(book)))
}
