//! Weighs every change near an incident and holds one responsible, or none.

use nepho_core::Timestamp;
use nepho_core::findings::incident::{ChangeVerdict, ConsideredChange};
use nepho_core::findings::{Ending, Evidence};
use nepho_core::tables::{Change, ChangeOutcome, NodeKind};
use nepho_core::time::NANOS;

use super::candidates::{Candidate, Candidates};
use super::class;
use super::doubt::Doubt;
use super::early::{self, Early};
use super::ending;
use super::reach::Reach;
use super::repairs::Repairs;
use super::score::{Score, Tie, score};
use crate::account::Account;
use crate::blame::roots::Case;
use crate::blame::scene::{Lost, Scene};
use crate::callers;
use crate::place::Place;
use crate::words;

/// How long before the first failure a change is weighed: 2 hours.
const WINDOW: i64 = 2 * 3600 * NANOS;
/// How long after it changes are listed, to say that they came later: 30 minutes.
const AFTER: i64 = 1800 * NANOS;
/// Score from which the best change is held responsible.
const CAUSE: f64 = 0.25;
/// Score from which a change is possible.
const POSSIBLE: f64 = 0.1;
/// A change that only shares a name must fit what the messages tell this well.
const NAMESAKE_FIT: f64 = 0.8;
/// A runner-up with this share of the best score leaves the verdict in doubt.
const CLOSE: f64 = 0.8;
/// What is left of the score of a change that began after another service of the incident had
/// failed, where the clocks of the two cannot be compared.
const BEHIND: f64 = 0.2;
/// More trust in a change that was taken back shortly before the failure ended.
const FRAMED: f64 = 1.3;
/// Times that a failure came before a change that are told.
const BEFORE_TOLD: usize = 4;
/// Changes that are listed.
const LISTED: usize = 50;

/// Verdict on the changes near an incident.
#[derive(Debug, Default)]
pub(crate) struct Weighed {
    /// Id of the change held responsible.
    pub cause: Option<String>,
    /// Changes, the most likely first.
    pub considered: Vec<ConsideredChange>,
    /// What was checked, in sentences.
    pub checked: Vec<String>,
    /// Whether another change is nearly as likely as the cause.
    pub is_close: bool,
    /// Whether nothing tells what of its resource the cause changed.
    pub is_untold: bool,
    /// What may have ended the failure.
    pub ending: Option<Ending>,
}

impl Weighed {
    /// Takes the changes that may have to do with one of the times that a case came again: what
    /// was so before them they did not cause.
    pub(crate) fn came_before(
        &mut self,
        scene: &Scene<'_>,
        first: &Case,
        again: &[&Case],
        later: Self,
    ) {
        let cases = std::iter::once(first).chain(again.iter().copied());
        let onsets = cases.filter_map(|case| Some(scene.bursts.get(case.primary)?.onset));
        let onsets: Vec<i64> = onsets.collect();
        self.ending = later.ending;
        for mut change in later.considered {
            let is_known = self.considered.iter().any(|held| held.id == change.id);
            if change.verdict == ChangeVerdict::Cleared || is_known {
                continue;
            }
            let time = change.time.map_or(i64::MAX, |time| time.0);
            let before = onsets.iter().filter(|onset| **onset < time);
            let before: Vec<String> = before.map(|onset| words::clock(second(*onset))).collect();
            let times = words::list(&before, BEFORE_TOLD);
            change.verdict = ChangeVerdict::Cleared;
            change.why = format!("the same failure came before it as well, at {times}");
            self.considered.push(change);
        }
    }
}

/// A change with its verdict.
struct Judged<'a, 'b> {
    candidate: &'a Candidate<'b>,
    score: Option<Score>,
    /// Who had failed before it began.
    early: Option<Early>,
    /// What was done to the same thing shortly before the end.
    taken_back: Option<String>,
    verdict: ChangeVerdict,
    /// Why it is not the cause or is; of a change that repaired something, from the beginning.
    why: String,
}

/// Weighs the changes near a case. Those that repaired an earlier one are not its cause.
pub(crate) fn weigh(
    scene: &Scene<'_>,
    case: &Case,
    candidates: &Candidates<'_>,
    repairs: &Repairs,
) -> Weighed {
    let Some(burst) = scene.bursts.get(case.primary) else {
        return Weighed::default();
    };
    let domain = scene
        .timelines
        .get(burst.timeline)
        .map_or(0, |timeline| timeline.domain);
    let latest = burst.onset.saturating_add(scene.clocks.tolerance(domain));
    let near = candidates.between(
        burst.onset.saturating_sub(WINDOW),
        burst.onset.saturating_add(AFTER),
    );
    let reach = Reach::of(scene, case.primary);
    let mut judged: Vec<Judged<'_, '_>> = near
        .into_iter()
        .map(|candidate| {
            let is_early = candidate.started <= latest;
            let early = early::failed(scene, case, candidate).filter(|_| is_early);
            let repair = repairs.of(&candidate.change.id).filter(|_| is_early);
            let may_be = repair.is_none() && early.as_ref().is_none_or(|early| !early.is_sure);
            let mut score = match is_early && may_be {
                true => score(scene, case.primary, candidate, &reach),
                false => None,
            };
            if let Some(score) = score.as_mut().filter(|_| early.is_some()) {
                score.total *= BEHIND;
            }
            let frame = ending::frame(scene, case, candidate, candidates);
            let frame = frame.filter(|_| is_early && early.is_none() && repair.is_none());
            if let Some(score) = score.as_mut().filter(|_| frame.is_some()) {
                score.total = (score.total * FRAMED).min(1.0);
            }
            Judged {
                candidate,
                score,
                early,
                taken_back: frame.map(|(distance, other)| taken_back(distance, other)),
                verdict: ChangeVerdict::Cleared,
                why: repair.map(str::to_owned).unwrap_or_default(),
            }
        })
        .collect();
    judged.sort_by(|first, second| {
        let total =
            |judged: &Judged<'_, '_>| judged.score.as_ref().map_or(0.0, |score| score.total);
        let distance = |judged: &Judged<'_, '_>| {
            judged
                .candidate
                .time
                .saturating_sub(burst.onset)
                .saturating_abs()
        };
        total(second).total_cmp(&total(first)).then_with(|| {
            (distance(first), &first.candidate.change.id)
                .cmp(&(distance(second), &second.candidate.change.id))
        })
    });
    judge(scene, case, &mut judged, latest, &reach);
    let mut weighed = Weighed {
        cause: judged
            .iter()
            .find(|judged| judged.verdict == ChangeVerdict::Cause)
            .map(|judged| judged.candidate.change.id.clone()),
        ..Weighed::default()
    };
    weighed.ending = ending::of(scene, case, candidates, &reach);
    weighed.is_close = weighed.cause.is_some() && is_close(&judged);
    weighed.is_untold = judged.iter().any(|judged| {
        judged.verdict == ChangeVerdict::Cause && class::is_untold(judged.candidate.change)
    });
    weighed.checked = checked(scene, case, &judged, candidates, latest);
    // The cause is in the list wherever it stands.
    judged.sort_by_key(|judged| judged.verdict);
    weighed.considered = judged.iter().take(LISTED).map(considered).collect();
    weighed
}

fn judge(
    scene: &Scene<'_>,
    case: &Case,
    judged: &mut [Judged<'_, '_>],
    latest: i64,
    reach: &Reach,
) {
    let service = scene.service(&scene.bursts[case.primary]);
    let is_before = |one: &&Judged<'_, '_>| one.score.is_some();
    let earlier = judged.iter().filter(is_before).map(|one| one.candidate);
    let is_new = scene.is_of_callers() && callers::is_new(scene, earlier, reach);
    let mut cause = None;
    let mut best = 0.0_f64;
    for item in judged {
        if !item.why.is_empty() {
            continue;
        }
        let Some(score) = &item.score else {
            item.why = why_cleared(scene, case, item, latest);
            if let Some(taken_back) = &item.taken_back {
                item.verdict = ChangeVerdict::Possible;
                let before = before(scene, case, item.candidate);
                item.why = format!("it came {before}, and {taken_back}; {}", item.why);
            }
            continue;
        };
        let may_be_cause = match scene.is_of_callers() {
            true => {
                callers::may_explain(scene, case.primary, item.candidate, reach, score)
                    && !(is_new && item.candidate.touches(|node| reach.is_own(node)))
            }
            false => match score.tie {
                Tie::Path => true,
                Tie::Name => score.semantic >= NAMESAKE_FIT,
                Tie::Hint => false,
            },
        };
        let has_cause = cause.is_some();
        let another = cause.and_then(|cause| loss_of_another(scene, case, item.candidate, cause));
        if !has_cause && may_be_cause && score.total >= CAUSE {
            cause = Some(item.candidate);
            best = score.total;
            item.verdict = ChangeVerdict::Cause;
            item.why = why_cause(scene, case, item.candidate, score);
            if let Some(taken_back) = &item.taken_back {
                item.why.push_str(&format!("; {taken_back}"));
            }
        } else if score.total >= POSSIBLE {
            item.verdict = ChangeVerdict::Possible;
            item.why = if let Some(lost) = another {
                format!("it touches {lost}, which {service} lost as well")
            } else if has_cause && score.total >= CLOSE * best {
                let standing = standing(service, score, true);
                format!("{standing} and explains the failure nearly as well")
            } else {
                let standing = standing(service, score, has_cause);
                let end = if has_cause {
                    ""
                } else {
                    ": too thin to blame it"
                };
                let weakness = weakness(scene, case, item, score);
                format!("{standing}, but {weakness}{end}")
            };
        } else {
            let weakness = weakness(scene, case, item, score);
            item.why = format!("{}, but {weakness}", standing(service, score, false));
        }
    }
}

/// Where a change stands that may have to do with the failure.
fn standing(service: &str, score: &Score, has_cause: bool) -> String {
    match (score.doubt, has_cause) {
        (Some(Doubt::Loose), _) => score.path.join("; "),
        (_, true) => format!("it lies on the path to {service} as well"),
        (_, false) => format!("it lies on the path to {service}"),
    }
}

/// `DeleteFunctionConcurrency resize followed on the same 49 s before the last`.
fn taken_back(distance: i64, other: &Candidate<'_>) -> String {
    format!(
        "{} followed on the same {} before the last failure",
        other.change.address,
        words::duration(distance.max(0))
    )
}

/// What a change touches of that which messages name as lost, where the cause is of another.
fn loss_of_another<'a>(
    scene: &Scene<'a>,
    case: &Case,
    candidate: &Candidate<'_>,
    cause: &Candidate<'_>,
) -> Option<&'a str> {
    let mut losses = scene.losses(case.primary);
    let is_another = |lost: &Lost| {
        candidate.touches(|node| node == lost.node) && !cause.touches(|node| node == lost.node)
    };
    let lost = losses.find(|lost| lost.is_named && is_another(lost))?;
    Some(scene.graph.node(lost.node).label.as_str())
}

fn is_close(judged: &[Judged<'_, '_>]) -> bool {
    let mut scores = judged
        .iter()
        .filter(|judged| judged.verdict != ChangeVerdict::Cleared)
        .filter_map(|judged| judged.score.as_ref());
    match (scores.next(), scores.next()) {
        (Some(first), Some(second)) => second.total >= CLOSE * first.total,
        _ => false,
    }
}

fn before(scene: &Scene<'_>, case: &Case, candidate: &Candidate<'_>) -> String {
    let onset = scene.bursts[case.primary].onset;
    if candidate.is_vague {
        return format!(
            "somewhen after {}",
            words::moment(Timestamp(candidate.started))
        );
    }
    if candidate.time <= onset {
        format!(
            "{} before the first failure",
            words::duration(onset.saturating_sub(candidate.time))
        )
    } else {
        "as the failures began".to_owned()
    }
}

fn why_cause(scene: &Scene<'_>, case: &Case, candidate: &Candidate<'_>, score: &Score) -> String {
    let latest = match candidate.is_vague {
        true => "by ",
        false => "at ",
    };
    let mut why = format!(
        "it took effect {latest}{}, {}, and lies on the path to {} ({})",
        words::clock(Timestamp(candidate.time)),
        before(scene, case, candidate),
        scene.service(&scene.bursts[case.primary]),
        if score.path.is_empty() && scene.is_of_callers() {
            "it is who called".to_owned()
        } else if score.path.is_empty() {
            "it is the service itself".to_owned()
        } else {
            score.path.join("; ")
        },
    );
    let trouble = scene.voices[case.primary].troubles.first();
    if let Some((trouble, _)) = trouble.filter(|_| score.semantic >= 0.6) {
        why.push_str(&format!(
            "; it fits what the messages tell of: {}",
            trouble.words()
        ));
    }
    if score.tie == Tie::Name {
        why.push_str("; only the name ties it to the failure, no id does");
    }
    if let Some(doubt) = score.doubt {
        why.push_str("; ");
        why.push_str(doubt.words());
    }
    if class::is_untold(candidate.change) {
        why.push_str("; nothing tells what it changed");
    }
    why
}

/// Why a change that its run never came to did nothing.
const NOT_BEGUN: &str = "it was not begun";

/// What speaks most against a change that lies on the path.
fn weakness(scene: &Scene<'_>, case: &Case, judged: &Judged<'_, '_>, score: &Score) -> String {
    let candidate = judged.candidate;
    if candidate.change.outcome == ChangeOutcome::Cancelled {
        return NOT_BEGUN.to_owned();
    }
    let least = score.time.min(score.kind).min(score.semantic);
    if let Some(harmless) = score.harmless {
        return harmless.words().to_owned();
    }
    if let Some(early) = &judged.early {
        return behind(candidate, early);
    }
    if let Some(doubt) = score.doubt {
        return doubt.words().to_owned();
    }
    if score.tie == Tie::Hint {
        return "for which pods it is, nothing tells".to_owned();
    }
    if score.kind <= least {
        return if class::is_cosmetic(candidate.change) {
            "it changed only tags, descriptions, backups or what is watched".to_owned()
        } else {
            format!(
                "a change of this kind ({}) rarely breaks anything",
                candidate.change.action
            )
        };
    }
    if score.time <= least {
        return format!("it took effect {}", before(scene, case, candidate));
    }
    match (
        score.classes.first(),
        scene.voices[case.primary].troubles.first(),
    ) {
        (Some(class), Some((trouble, _))) => {
            format!(
                "it changes {} while the messages tell of {}",
                class.words(),
                trouble.words()
            )
        }
        _ => "nothing in the messages points to it".to_owned(),
    }
}

fn why_cleared(scene: &Scene<'_>, case: &Case, judged: &Judged<'_, '_>, latest: i64) -> String {
    let onset = scene.bursts[case.primary].onset;
    let candidate = judged.candidate;
    if candidate.change.outcome == ChangeOutcome::Cancelled {
        return NOT_BEGUN.to_owned();
    }
    if candidate.started > latest {
        let later = words::duration(candidate.started.saturating_sub(onset));
        return format!(
            "it began at {}, {later} after the first failure",
            words::clock(Timestamp(candidate.started))
        );
    }
    if let Some(early) = &judged.early {
        return behind(candidate, early);
    }
    let service = scene.service(&scene.bursts[case.primary]);
    let touched = touched(candidate);
    let mut owners: Vec<String> = candidate
        .nodes
        .iter()
        .flat_map(|(node, _)| scene.graph.backward.of(*node))
        .map(|edge| scene.graph.node(edge.node))
        .filter(|node| node.kind == NodeKind::Service && *node.key != *service)
        .map(|node| node.key.to_string())
        .collect();
    owners.sort();
    owners.dedup();
    let owned = if owners.is_empty() {
        String::new()
    } else {
        format!(" of {}", words::list(&owners, 3))
    };
    let known = if candidate.nodes.is_empty() {
        ", which nothing ties to a service"
    } else {
        ""
    };
    let place = elsewhere(scene, case, candidate);
    let place = place.map_or_else(String::new, |place| format!(", {place}"));
    format!("it touches {touched}{owned}{known}{place}: no path to {service}")
}

/// That a change began after another service of the incident had failed.
fn behind(candidate: &Candidate<'_>, early: &Early) -> String {
    let later = words::duration(candidate.started.saturating_sub(early.onset));
    let clocks = match early.is_sure {
        true => "",
        false => ", as far as their clocks agree",
    };
    format!(
        "it began at {}, {later} after {} had begun to fail{clocks}",
        words::clock(Timestamp(candidate.started)),
        early.service
    )
}

/// Where a change is, if that is another account or place than those of the failing rows of the
/// service that broke first.
fn elsewhere(scene: &Scene<'_>, case: &Case, candidate: &Candidate<'_>) -> Option<String> {
    let burst = &scene.bursts[case.primary];
    let service = scene.service(burst);
    let told = candidate.change.resource.iter().map(String::as_str);
    let nodes = candidate.nodes.iter();
    let mut ids = told.chain(nodes.map(|(node, _)| &*scene.graph.node(*node).key));
    if let Some(account) = ids.clone().filter_map(Account::of_id).next()
        && account.is_away(&scene.homes(burst))
    {
        return Some(format!(
            "in another account than the failing rows of {service} ({})",
            account.name()
        ));
    }
    let failing = scene.places(burst);
    let place = ids.next().map(Place::of_id).unwrap_or_default();
    let is_away = place.is_away_from_all(&failing);
    is_away.then(|| place.difference(&failing, service))
}

fn touched<'a>(candidate: &Candidate<'a>) -> &'a str {
    let change = candidate.change;
    let id = change.resource.as_deref().or(change.parent.as_deref());
    id.map_or(change.address.as_str(), nepho_core::key::short_name)
}

/// What a change did, in words.
pub(crate) fn what(change: &Change) -> String {
    let mut what = change.action.to_string();
    if !change.attributes.is_empty() {
        what.push_str(" of ");
        what.push_str(&words::list(&change.attributes, 6));
    }
    match change.outcome {
        ChangeOutcome::Failed => what.push_str(" (failed)"),
        ChangeOutcome::RolledBack => what.push_str(" (rolled back)"),
        ChangeOutcome::Unknown => what.push_str(" (interrupted)"),
        ChangeOutcome::Cancelled => what.push_str(" (not begun)"),
        ChangeOutcome::Applied | ChangeOutcome::Planned => {}
    }
    what
}

fn considered(judged: &Judged<'_, '_>) -> ConsideredChange {
    let change = judged.candidate.change;
    let text = format!(
        "{} {} {}: {}",
        change.tool,
        change.action,
        change.address,
        what(change)
    );
    ConsideredChange {
        id: change.id.clone(),
        tool: change.tool.clone(),
        address: change.address.clone(),
        action: change.action.to_string(),
        resource: change.resource.clone().or_else(|| change.parent.clone()),
        actor: change.actor.clone(),
        time: Some(Timestamp(judged.candidate.time)),
        what: what(change),
        scope: change.scope.clone(),
        verdict: judged.verdict,
        why: judged.why.clone(),
        score: judged.score.as_ref().map_or(0.0, |score| score.total),
        path: judged
            .score
            .as_ref()
            .map_or_else(Vec::new, |score| score.path.clone()),
        evidence: vec![Evidence::new(
            &change.uri,
            change.line,
            change.time.or(change.started),
            &text,
        )],
    }
}

/// The second that a time lies in.
pub(super) fn second(time: i64) -> Timestamp {
    Timestamp(time.saturating_sub(time.rem_euclid(NANOS)))
}

fn checked(
    scene: &Scene<'_>,
    case: &Case,
    judged: &[Judged<'_, '_>],
    candidates: &Candidates<'_>,
    latest: i64,
) -> Vec<String> {
    let onset = scene.bursts[case.primary].onset;
    let service = scene.service(&scene.bursts[case.primary]);
    let window = format!(
        "between {} and {}, the two hours before the first failure",
        words::moment(second(onset.saturating_sub(WINDOW))),
        words::clock(second(onset))
    );
    let early = judged
        .iter()
        .filter(|judged| judged.candidate.started <= latest)
        .filter(|judged| judged.early.as_ref().is_none_or(|early| !early.is_sure))
        .count() as u64;
    let on_path = judged
        .iter()
        .filter(|judged| judged.score.is_some())
        .count() as u64;
    let mut checked = Vec::new();
    if candidates.list.is_empty() && candidates.untimed == 0 {
        checked.push("The input tells of no change at all.".to_owned());
    } else if early == 0 {
        checked.push(format!("No change is known {window}."));
    } else {
        let lie = if on_path == 1 { "lies" } else { "lie" };
        checked.push(format!(
            "{} {window}: {on_path} {lie} on the path of {service} and its dependencies.",
            words::count(early, "change", "changes")
        ));
    }
    let late = judged.len() as u64 - early;
    if late > 0 {
        checked.push(format!(
            "{} in the half hour after the first failure: too late to be the cause.",
            words::count(late, "change", "changes")
        ));
    }
    if candidates.planned > 0 {
        checked.push(format!(
            "{} only planned: a plan changes nothing.",
            words::count(candidates.planned as u64, "change was", "changes were")
        ));
    }
    if candidates.untimed > 0 {
        checked.push(format!(
            "{} no time and could not be weighed.",
            words::count(candidates.untimed as u64, "change has", "changes have")
        ));
    }
    if judged.len() > LISTED {
        checked.push(format!(
            "{} of these changes, the least likely, are not listed.",
            judged.len() - LISTED
        ));
    }
    checked
}
