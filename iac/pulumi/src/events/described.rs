//! States of resources in a log, as `identity` reads them.

use super::run::{Run, Step};
use super::wire::ResourceState;
use crate::identity::{Described, Known, Properties};

/// Resources of the run by their ids and keys.
pub(super) fn known(run: &Run<'_>) -> Known {
    let mut known = Known::default();
    for step in run.steps.iter().filter(|step| step.is_custom) {
        for state in [&step.metadata.old, &step.metadata.new]
            .into_iter()
            .flatten()
        {
            let properties = properties(state);
            let described = described(step, state, &properties);
            if let Some(key) = described.key() {
                known.add(&described, &key);
            }
        }
    }
    known
}

/// Properties that may be read: outputs, and inputs where there are none.
pub(super) fn properties(state: &ResourceState<'_>) -> Properties {
    Properties::read(state.outputs, &[]).or(Properties::read(state.inputs, &[]))
}

/// The resource of a step in this state.
pub(super) fn described<'s>(
    step: &'s Step<'_>,
    state: &'s ResourceState<'_>,
    properties: &'s Properties,
) -> Described<'s> {
    Described {
        urn: &step.metadata.urn,
        kind: &step.metadata.kind,
        id: state.id.as_deref().unwrap_or_default(),
        properties,
    }
}
