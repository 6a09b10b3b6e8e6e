//! Resources as a run left them, as rows of table `resources`.

use nepho_core::feed::FeedOutput;

use super::described::{described, properties};
use super::fold::is_gone;
use super::run::{End, Step};
use crate::identity::Known;

/// Adds the resource of these steps as the run left it.
pub(super) fn resources(steps: &[&Step<'_>], known: &Known, uri: &str, out: &mut FeedOutput) {
    let done = steps
        .iter()
        .filter(|step| (step.end == End::Done || step.is_partial) && step.is_custom);
    // What deletes a replaced resource comes last and says nothing of the one that took its place.
    let told = done
        .clone()
        .rev()
        .find(|step| step.metadata.op != "delete-replaced");
    let Some(step) = told else { return };
    let is_gone = is_gone(step);
    let state = if is_gone {
        &step.metadata.old
    } else {
        &step.metadata.new
    };
    let Some(state) = state.as_ref() else { return };
    let properties = properties(state);
    let described = described(step, state, &properties);
    let Some(mut resource) = described.resource(uri, step.line) else {
        return;
    };
    resource.parent = described
        .parent(known)
        .filter(|parent| *parent != resource.key);
    let is_new = done
        .clone()
        .any(|step| matches!(step.metadata.op.as_str(), "create" | "create-replacement"));
    resource.valid_from = done
        .clone()
        .find_map(|step| step.ended)
        .filter(|_| is_new && !is_gone);
    resource.valid_to = step.ended.filter(|_| is_gone && !state.retain_on_delete);
    if matches!(step.metadata.op.as_str(), "read" | "discard") {
        resource.tool = None;
    }
    out.resources.push(resource);
}
