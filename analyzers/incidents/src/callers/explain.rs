//! Whether a change explains that calls were refused.

use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction};

use super::few;
use super::rights::is_denial as denies_by_name;
use crate::account::Account;
use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;
use crate::bursts::Strength;
use crate::place::Place;
use crate::verdict::candidates::Candidate;
use crate::verdict::class;
use crate::verdict::reach::Reach;
use crate::verdict::score::{Score, Tie, named_in_messages};

/// Fit to what the messages tell that a cause needs.
const FIT: f64 = 0.8;

/// Whether whoever calls was made shortly before: who never could do a thing has lost nothing.
pub(crate) fn is_new<'a>(
    scene: &Scene<'_>,
    mut candidates: impl Iterator<Item = &'a Candidate<'a>>,
    reach: &Reach,
) -> bool {
    candidates.any(|candidate| {
        let id = candidate.change.resource.as_deref().map(key::canonical);
        let is_named = |node: u32| Some(&*scene.graph.node(node).key) == id.as_deref();
        let is_it = |node: u32| reach.is_own(node) && is_named(node);
        candidate.change.action == ChangeAction::Create
            && !class::is_modifier(&candidate.change.resource_type)
            && candidate.touches(is_it)
    })
}

/// Whether a change on the path can have made calls fail.
///
/// A right that is added takes none away, unless it is a rule of what was called or one that
/// denies; of what is gone only its end is the cause, if it was not the caller who ended it. Where
/// the record of the change tells what it did to rights, that decides.
pub(crate) fn may_explain(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
    score: &Score,
) -> bool {
    let voice = scene.voices.get(burst);
    let trouble = voice.and_then(|voice| voice.troubles.first());
    let change = candidate.change;
    let lost = scene.lost.get(burst).copied().flatten();
    let is_on_lost = lost.is_some_and(|lost| {
        candidate.touches(|node| node == lost.node) && reach.hops(lost.node) == Some(0)
    });
    let adds = change.action == ChangeAction::Create
        || ["Attach", "Add"]
            .iter()
            .any(|verb| change.id.starts_with("audit:") && change.address.starts_with(verb));
    if is_in_other_region(scene, burst, change) {
        return false;
    }
    let fits = match trouble.map(|(trouble, _)| *trouble) {
        Some(Trouble::Missing) => {
            let is_it = is_on_lost || named_in_messages(scene, burst, change);
            class::ends_use(change)
                && is_it
                && !is_by_caller(scene, burst, change)
                && !is_in_other_account(scene, burst, change)
        }
        Some(Trouble::Access) => match took(scene, burst, change) {
            Some(took) => took,
            None => !adds || is_on_lost || is_denial(change) || is_denied(scene, burst),
        },
        _ => !adds,
    };
    fits && score.tie == Tie::Path
        && score.semantic >= FIT
        && (!is_of_few(scene, burst) || is_direct(scene, burst, candidate, reach, is_on_lost))
}

/// Whether a change was made by whoever was refused.
fn is_by_caller(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    scene.bursts.get(burst).is_some_and(|burst| {
        let actor = change.actor.as_deref().unwrap_or_default().to_lowercase();
        let caller = scene.service(burst).to_lowercase();
        let name = caller.rsplit('/').next().unwrap_or(&caller);
        actor.split('/').any(|part| part == name)
    })
}

/// Whether a change took from the caller what was refused; `None` where no record of it tells.
fn took(scene: &Scene<'_>, burst: usize, change: &Change) -> Option<bool> {
    let seen = scene.seen?;
    let (deed, told) = (seen.deeds.get(change.id.as_str())?, seen.told.get(burst)?);
    if is_of_other_project(scene, burst, change) {
        return Some(false);
    }
    let fits = told.refused.iter().any(|one| deed.fits(&one.refusal));
    Some(told.is_meant(seen.rights, deed) != Some(false) && fits)
}

/// Whether the record of a change tells that it did not take from the caller what was refused.
pub(crate) fn is_beside(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let voice = scene.voices.get(burst);
    let trouble = voice.and_then(|voice| voice.troubles.first());
    let is_refused = trouble.is_some_and(|(trouble, _)| *trouble == Trouble::Access);
    is_refused && took(scene, burst, change) == Some(false)
}

/// Whether a change is of another account of the same cloud than the calls that failed, and none of
/// them names its id: names are those of an account.
fn is_in_other_account(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let account = change.resource.as_deref().and_then(Account::of_id);
    let burst_of = scene.bursts.get(burst);
    account
        .zip(burst_of)
        .is_some_and(|(account, burst)| account.is_away(&scene.homes(burst)))
        && !named_in_messages(scene, burst, change)
}

/// Words in calls on something that has copies in other regions, which they may make or end.
const COPIES: [&str; 2] = ["Replica", "Regions"];

/// Whether a change is in another region than the calls that failed, none of which names its id:
/// what is called lies where the call was made, and names are those of a region.
fn is_in_other_region(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let (Some(id), Some(burst_of)) = (&change.resource, scene.bursts.get(burst)) else {
        return false;
    };
    let told = change.attributes.iter().chain([&change.address]);
    let mut told = told.map(|words| words.replace("replica", "Replica"));
    let is_of_copies = told.any(|words| COPIES.iter().any(|word| words.contains(word)));
    let messages = scene.voices.get(burst).map(|voice| &voice.messages);
    let mut peers = messages
        .into_iter()
        .flatten()
        .filter_map(|message| message.peer.as_ref());
    let id_of = key::canonical(id);
    !is_of_copies
        && Place::of_id(id).is_in_other_region(&scene.places(burst_of))
        && !peers.any(|peer| peer.eq_ignore_ascii_case(&id_of))
        && !named_in_messages(scene, burst, change)
}

/// Whether a change is of a project of Google Cloud in which nothing was refused. An account is
/// used in all projects.
fn is_of_other_project(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let id = change.resource.as_deref().unwrap_or_default();
    let account = Account::of_id(id)
        .filter(|account| account.is_of_google() && !id.contains("/serviceAccounts/"));
    let burst = scene.bursts.get(burst);
    account
        .zip(burst)
        .is_some_and(|(account, burst)| account.is_away(&scene.homes(burst)))
}

/// Whether messages tell of a rule that denies.
fn is_denied(scene: &Scene<'_>, burst: usize) -> bool {
    let told = scene.seen.and_then(|seen| seen.told.get(burst));
    let mut refused = told.into_iter().flat_map(|told| &told.refused);
    refused.any(|one| one.refusal.is_explicit == Some(true))
}

fn is_of_few(scene: &Scene<'_>, burst: usize) -> bool {
    let burst = scene.bursts.get(burst);
    burst.is_some_and(|burst| burst.strength != Strength::Significant)
}

fn is_direct(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
    is_on_lost: bool,
) -> bool {
    let seen = scene
        .seen
        .and_then(|seen| Some((seen, seen.told.get(burst)?)));
    seen.is_some_and(|(seen, told)| few::is_direct(seen, told, candidate, reach, is_on_lost))
}

/// Whether a change is of a policy that denies, as its type tells or what a tool calls it. The
/// names of whom a policy is given to tell nothing.
fn is_denial(change: &Change) -> bool {
    let kind = change.resource_type.to_lowercase().replace('_', "");
    if ["denyassignment", "denypolic"]
        .iter()
        .any(|word| kind.contains(word))
    {
        return true;
    }
    let names = [Some(&change.address), change.resource.as_ref()]
        .into_iter()
        .flatten();
    let mut last = names.filter_map(|name| name.rsplit(['.', ':', '/']).next());
    !change.id.starts_with("audit:") && last.any(denies_by_name)
}
