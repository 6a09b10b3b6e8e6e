//! Policies that Azure assigns to a scope: whoever is refused by one is told its id.
//!
//! learn.microsoft.com/azure/governance/policy/troubleshoot/general (read 2026-11-29).

use super::document::Statement;
use super::{Deed, Denies, Whom};
use crate::callers::refusal::Layer;

/// What a put of an assignment, which is `id`, does.
pub(super) fn read(operation: &str, id: &str, time: i64) -> Option<Deed> {
    let is_put = operation.eq_ignore_ascii_case("microsoft.authorization/policyassignments/write");
    is_put.then(|| Deed {
        layer: Some(Layer::Organization),
        denies: Denies::Told(vec![Statement::all()]),
        policy: Some(id.to_lowercase()),
        ..Deed::new(time, Whom::Refused)
    })
}
