//! What came shortly before the end of an incident: what may have ended it, and what was taken back
//! by it.

use nepho_core::Timestamp;
use nepho_core::findings::Ending;
use nepho_core::tables::ChangeOutcome;
use nepho_core::time::NANOS;

use super::candidates::{Candidate, Candidates};
use super::class;
use super::reach::Reach;
use super::repairs::is_on_same;
use super::score::score;
use crate::blame::roots::Case;
use crate::blame::scene::Scene;
use crate::words;

/// How long failures may go on after what ended them: 5 minutes, as things that are cached or
/// started anew take.
const SOON: i64 = 300 * NANOS;
/// The same of a change that nothing is known to tie to the failure: 2 minutes.
const AT_ONCE: i64 = 120 * NANOS;
/// A change and what takes it back frame a failure that begins this soon after the first: 15
/// minutes.
const FRAME: i64 = 900 * NANOS;
/// Input that must follow the last failure for it to be the end: 1 minute.
const QUIET: i64 = 60 * NANOS;
/// Rows of a call tell when it was asked for or answered, so that the last failure may be a little
/// earlier: 5 seconds.
const LATER: i64 = 5 * NANOS;

/// The last failure of the service that broke first, if the input goes on without one.
fn end(scene: &Scene<'_>, case: &Case) -> Option<i64> {
    let burst = scene.bursts.get(case.primary)?;
    let timeline = scene.timelines.get(burst.timeline)?;
    let rest = timeline.activity.end_around(burst.last);
    (rest.saturating_sub(burst.last) > QUIET).then_some(burst.last)
}

/// Changes that were made in the last minutes of a failure, the last one first.
pub(super) fn before_end<'a, 'b>(
    scene: &Scene<'_>,
    case: &Case,
    candidates: &'b Candidates<'a>,
) -> Vec<(i64, &'b Candidate<'a>)> {
    let (Some(end), Some(burst)) = (end(scene, case), scene.bursts.get(case.primary)) else {
        return Vec::new();
    };
    let start = burst.onset.max(end.saturating_sub(SOON));
    let near = candidates.between(start, end.saturating_add(LATER));
    let done = |candidate: &&Candidate<'_>| {
        !candidate.is_vague
            && candidate.started > burst.onset
            && !matches!(
                candidate.change.outcome,
                ChangeOutcome::Failed | ChangeOutcome::Cancelled
            )
    };
    let near = near.into_iter().filter(done).rev();
    near.map(|candidate| (end.saturating_sub(candidate.time), candidate))
        .collect()
}

/// The change that may have ended a failure: one on the path to the service, or that takes back
/// what was done before the failure, or else the only one there is shortly before the end.
pub(super) fn of(
    scene: &Scene<'_>,
    case: &Case,
    candidates: &Candidates<'_>,
    reach: &Reach,
) -> Option<Ending> {
    let near = before_end(scene, case, candidates);
    let is_tied = |candidate: &Candidate<'_>| {
        score(scene, case.primary, candidate, reach).is_some()
            || framed_by(scene, case, candidate, candidates)
    };
    let tied = near.iter().find(|(_, candidate)| is_tied(candidate));
    let (distance, candidate, is_known) = match tied {
        Some((distance, candidate)) => (*distance, *candidate, true),
        None => {
            let is_at_once = |(distance, candidate): &&(i64, &Candidate<'_>)| {
                *distance <= AT_ONCE && !class::is_cosmetic(candidate.change)
            };
            let mut at_once = near.iter().filter(is_at_once);
            let (distance, only) = at_once.next()?;
            at_once
                .next()
                .is_none()
                .then_some((*distance, *only, false))?
        }
    };
    let change = candidate.change;
    let actor = change.actor.as_ref();
    let actor = actor.map_or_else(String::new, |actor| format!(" ({actor})"));
    let done = match change.id.starts_with("audit:") {
        true => change.address.clone(),
        false => format!("{} {} of {}", change.tool, change.action, change.address),
    };
    let when = match distance {
        ..0 => "with".to_owned(),
        _ => format!("{} after", words::duration(distance)),
    };
    let path = match is_known {
        true => "",
        false => "; nothing is known to tie the two",
    };
    Some(Ending {
        change: change.id.clone(),
        time: Timestamp(candidate.time),
        text: format!("{when} {done}{actor}{path}"),
    })
}

/// Whether a change is the second of two on one thing, of which the first was made shortly before
/// the failure.
fn framed_by(
    scene: &Scene<'_>,
    case: &Case,
    second: &Candidate<'_>,
    candidates: &Candidates<'_>,
) -> bool {
    let Some(burst) = scene.bursts.get(case.primary) else {
        return false;
    };
    let before = candidates.between(burst.onset.saturating_sub(FRAME), burst.onset);
    let mut first = before.into_iter().filter(|one| is_on_same(one, second));
    first.next().is_some()
}

/// What took a change back shortly before the end of a failure that began shortly after it: the
/// next change of the same thing. Where it is changed more often that tells nothing.
pub(super) fn frame<'a, 'b>(
    scene: &Scene<'_>,
    case: &Case,
    first: &Candidate<'_>,
    candidates: &'b Candidates<'a>,
) -> Option<(i64, &'b Candidate<'a>)> {
    let onset = scene.bursts.get(case.primary)?.onset;
    let is_near = first.time <= onset && onset.saturating_sub(first.time) <= FRAME;
    if !is_near || first.is_vague {
        return None;
    }
    let near = before_end(scene, case, candidates);
    let mut same = near.into_iter().filter(|(_, one)| is_on_same(first, one));
    let found = same.next()?;
    let all = candidates.between(first.started, found.1.time);
    let others = all.into_iter().filter(|one| {
        is_on_same(first, one)
            && one.change.id != first.change.id
            && one.change.id != found.1.change.id
    });
    (others.count() == 0).then_some(found)
}
