//! What nothing tells of a change that may be the cause all the same.

use nepho_core::key;
use nepho_core::tables::Change;

use super::candidates::Candidate;
use super::harmless;
use super::reach::Reach;
use crate::account::Account;
use crate::blame::scene::Scene;
use crate::place::Place;

/// What is not known, and speaks against a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// What a policy said before it was put.
    Before,
    /// Of which version of a function the failing rows are.
    Version,
    /// In which region they are.
    Region,
    /// The same, where others elsewhere have the name of what was changed.
    Regions,
}

impl Doubt {
    /// What is not known, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Before => "nothing tells what this policy said before",
            Self::Version => "nothing tells of which version of the function the failing rows are",
            Self::Region => "nothing tells in which region the failing rows are",
            Self::Regions => {
                "nothing tells in which of the regions that have this function the failing rows are"
            }
        }
    }

    /// What is left of the score. All but one leave a change that is possible, and none that is
    /// held responsible.
    pub(crate) fn share(self) -> f64 {
        match self {
            Self::Region => 0.9,
            Self::Before | Self::Version | Self::Regions => 0.2,
        }
    }
}

/// What is not known of a change that is not harmless.
pub(super) fn of(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<Doubt> {
    if harmless::may_have_taken(scene, burst, candidate) {
        return Some(Doubt::Before);
    }
    let leads = aliased(candidate.change).next().is_some();
    if leads && versions(scene, burst).is_empty() {
        return Some(Doubt::Version);
    }
    region(scene, burst, candidate, reach)
}

/// Versions of a function that a call lets an alias lead to.
pub(super) fn aliased(change: &Change) -> impl Iterator<Item = &str> {
    let attributes = change.attributes.iter();
    attributes.filter_map(|name| name.strip_prefix(Change::VERSION))
}

/// Versions of the function that the failing rows of a burst are of, as far as they tell.
pub(super) fn versions<'a>(scene: &Scene<'a>, burst: usize) -> Vec<&'a str> {
    let burst = scene.bursts.get(burst).into_iter();
    let samples = burst.flat_map(|burst| scene.samples(burst));
    samples
        .filter_map(|(_, sample)| sample.version.as_deref())
        .collect()
}

/// Rows that come from the log group of a function tell its name and account, and its region only
/// where whoever exported them adds it.
fn region(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<Doubt> {
    let places = scene.places(scene.bursts.get(burst)?);
    if places.is_empty() || places.iter().any(Place::tells_region) {
        return None;
    }
    let own = candidate.nodes.iter().map(|(node, _)| *node);
    let function = own
        .filter(|node| reach.is_own(*node))
        .map(|node| scene.graph.node(node).key.as_str())
        .find(|id| id.contains(":lambda:") && Place::of_id(id).tells_region())?;
    let like = scene.graph.resources_of(key::short_name(function));
    let mut like = like.into_iter().map(|node| &scene.graph.node(node).key);
    let (account, place) = (Account::of_id(function), Place::of_id(function));
    let is_other = |id: &String| {
        id.contains(":lambda:")
            && Account::of_id(id) == account
            && Place::of_id(id).is_away_from(&place)
    };
    match like.any(is_other) {
        true => Some(Doubt::Regions),
        false => Some(Doubt::Region),
    }
}
