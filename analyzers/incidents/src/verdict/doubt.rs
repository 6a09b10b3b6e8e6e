//! What nothing tells of a change that may be the cause all the same.

use nepho_core::key::{self, Home};
use nepho_core::tables::Change;

use super::candidates::Candidate;
use super::class;
use super::harmless;
use super::limits;
use super::loose;
use super::outside;
use super::reach::Reach;
use super::stranger;
use crate::account::Account;
use crate::blame::scene::Scene;
use crate::place::Place;

/// What is not known, and speaks against a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// What a policy said before it was put.
    Before,
    /// Whether what has the name of the service in its own is the service.
    Part,
    /// A host outside answered with an error of its own.
    Answered,
    /// Whether it lies on the way to a host outside.
    Outside,
    /// Which port it closed, and whose address the messages name.
    Port,
    /// What the group is for whose port it closed.
    Loose,
    /// Of which version of a function the failing rows are.
    Version,
    /// Whether those that still run are too few.
    Fewer,
    /// In which region they are.
    Region,
    /// The same, where others elsewhere have the name of what was changed.
    Regions,
    /// Whether what it set can lead to trouble like this.
    Effect,
}

impl Doubt {
    /// What is not known, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Before => "nothing tells what this policy said before",
            Self::Part => "nothing but a part of its name ties it to the service",
            Self::Answered => {
                "the messages name a host outside, which was reached and failed by itself"
            }
            Self::Outside => {
                "the messages name a host outside, and nothing tells that it is on the way there"
            }
            Self::Port => {
                "nothing tells which ports it closed, nor whose address the messages name"
            }
            Self::Loose => "nothing tells what the rule is for",
            Self::Version => "nothing tells of which version of the function the failing rows are",
            Self::Fewer => "nothing tells that those that are left are too few",
            Self::Region => "nothing tells in which region the failing rows are",
            Self::Regions => {
                "nothing tells in which of the regions that have this function the failing rows are"
            }
            Self::Effect => "nothing tells that what it set can lead to failures like these",
        }
    }

    /// What is left of the score. All but two leave a change that is possible, and none that is
    /// held responsible; a smaller number is, where just that fits what the messages tell.
    pub(crate) fn share(self) -> f64 {
        match self {
            Self::Region => 0.9,
            Self::Fewer => 0.4,
            Self::Effect => 0.25,
            Self::Before
            | Self::Part
            | Self::Answered
            | Self::Outside
            | Self::Port
            | Self::Loose
            | Self::Version
            | Self::Regions => 0.2,
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
    if is_part(scene, burst, candidate, reach) {
        return Some(Doubt::Part);
    }
    if stranger::is_unclear(scene, burst, candidate, reach) {
        return Some(Doubt::Port);
    }
    if loose::lost(scene, burst, candidate).is_some() {
        let is_seen = loose::refused(scene, burst, candidate).is_some();
        return (!is_seen).then_some(Doubt::Loose);
    }
    if let Some(doubt) = outside::doubt(scene, burst, candidate, reach) {
        return Some(doubt);
    }
    // Rows of who calls a function tell no version of it.
    let is_own = candidate.touches(|node| reach.is_own(node));
    let leads = is_own && aliased(candidate.change).next().is_some();
    if leads && versions(scene, burst).is_empty() {
        return Some(Doubt::Version);
    }
    if limits::is_smaller(candidate.change) {
        return Some(Doubt::Fewer);
    }
    region(scene, burst, candidate, reach).or_else(|| {
        let is_of_rights = scene.deeds.contains_key(candidate.change.id.as_str());
        let effect = class::effect(candidate.change);
        (!is_of_rights && effect == class::Effect::Unsure).then_some(Doubt::Effect)
    })
}

/// Words that names of functions and services of a cloud have besides that of the service.
const NEUTRAL: [&str; 16] = [
    "api",
    "app",
    "backend",
    "ecs",
    "fn",
    "func",
    "function",
    "lambda",
    "live",
    "prd",
    "prod",
    "production",
    "server",
    "service",
    "svc",
    "task",
];
/// Words before the name of a service that tell of another environment than the one that matters.
const OTHERS: [&str; 12] = [
    "dev",
    "development",
    "int",
    "preprod",
    "qa",
    "sandbox",
    "staging",
    "stage",
    "stg",
    "test",
    "testing",
    "uat",
];

/// Whether all that a change touches of what the service runs on are functions and the like that
/// may be something else: nothing tells of them but that the name of the service is a part of
/// theirs.
fn is_part(scene: &Scene<'_>, burst: usize, candidate: &Candidate<'_>, reach: &Reach) -> bool {
    let (Some(burst), Some(service)) = (scene.bursts.get(burst), scene.nodes.get(burst)) else {
        return false;
    };
    let name = scene.service(burst);
    let own = candidate.nodes.iter().map(|(node, _)| *node);
    let mut own = own.filter(|node| reach.is_own(*node)).peekable();
    own.peek().is_some()
        && own.all(|node| {
            scene.graph.is_guess(*service, node) && may_be_other(name, &scene.graph.node(node).key)
        })
}

/// Whether a function or service of a cloud is more than the service of this name: `cart-batch`,
/// `stage-cart`, and not `prod-cart-fn`.
fn may_be_other(service: &str, id: &str) -> bool {
    if !matches!(Home::of(id), Some(Home::Own(..))) {
        return false;
    }
    let words = |name: &str| -> Vec<String> {
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect()
    };
    let short = key::short_name(id);
    let (all, own) = (words(short), words(service));
    let place = words(id.strip_suffix(short).unwrap_or_default());
    let Some(at) = all.windows(own.len().max(1)).position(|part| part == own) else {
        return false;
    };
    let (before, after) = (&all[..at], &all[at + own.len()..]);
    let is_more = |word: &String| {
        !NEUTRAL.contains(&word.as_str())
            && !place.contains(word)
            && !word.contains(|c: char| c.is_ascii_digit())
    };
    before.iter().any(|word| OTHERS.contains(&word.as_str())) || after.iter().any(is_more)
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
        .map(|node| &*scene.graph.node(node).key)
        .find(|id| id.contains(":lambda:") && Place::of_id(id).tells_region())?;
    let like = scene.graph.resources_of(key::short_name(function));
    let mut like = like.into_iter().map(|node| &*scene.graph.node(node).key);
    let (account, place) = (Account::of_id(function), Place::of_id(function));
    let is_other = |id: &str| {
        id.contains(":lambda:")
            && Account::of_id(id) == account
            && Place::of_id(id).is_away_from(&place)
    };
    match like.any(is_other) {
        true => Some(Doubt::Regions),
        false => Some(Doubt::Region),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_more_in_its_name_may_be_something_else() {
        let check = |service: &str, name: &str, expected: bool| {
            let ecs = format!("arn:aws:ecs:eu-west-1:111122223333:service/shop/{name}");
            assert_eq!(may_be_other(service, &ecs), expected, "{name}");
        };
        check("cart", "cart", false);
        check("cart", "prod-cart-service", false);
        check("cart", "shop-cart-eu-west-1", false);
        check("cart", "cart-7f3a9c", false);
        check("cart", "cart-worker", true);
        check("cart", "cart-stage", true);
        check("cart", "stage-cart", true);
        check("order-cart", "order-cart-batch", true);
        check("", "cart-batch", false);
        // Of other things names are made of more.
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/cart-sessions";
        assert!(!may_be_other("cart", table));
    }
}
