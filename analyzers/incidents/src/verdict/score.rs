//! How well one change explains the first failure.

use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RelationKind};
use nepho_core::time::NANOS;

use super::candidates::Candidate;
use super::class::{self, Class};
use super::cluster;
use super::doubt::{self, Doubt};
use super::flags;
use super::harmless::{self, Harmless};
use super::loose;
use super::named::{Named, names_in_messages, server_of_door};
use super::pool;
use super::reach::Reach;
use super::stranger;
use super::zones;
use crate::account::Account;
use crate::blame::mention;
use crate::blame::scene::Scene;
use crate::blame::texture::{self, Trouble};
use crate::callers::{Deed, Refusal};
use crate::graph::secret_name;
use crate::place::Place;

/// What is left of the score per step from the service.
const PER_HOP: f64 = 0.8;
/// Time after which a change loses two thirds of its score: 15 minutes.
const DECAY: f64 = 900.0;
/// The same for names, certificates and access rights, which caches hide: 60 minutes.
const DECAY_CACHED: f64 = 3600.0;
/// Trust in a change that has nothing in common with the failing thing but the exact name.
const NAMESAKE: f64 = 0.55;

/// More trust in what a run did of which the rest failed: what belongs together is half done.
const PARTIAL: f64 = 1.15;

/// Force of a change that can have broken nothing.
const HARMLESS: f64 = 0.05;

/// Records of one change are this near to each other: 5 seconds.
const SAME: i64 = 5 * NANOS;

/// Score of a change, and what it is made of; each from 0 to 1.
#[derive(Clone, Debug)]
pub(crate) struct Score {
    /// Product of the others.
    pub total: f64,
    /// Nearness in time.
    pub time: f64,
    /// Force of what was done.
    pub kind: f64,
    /// Fit of what was changed to what the messages tell.
    pub semantic: f64,
    /// What ties it to the failure.
    pub tie: Tie,
    /// Steps from the change to the service, in words.
    pub path: Vec<String>,
    /// What the change touches.
    pub classes: Vec<Class>,
    /// Why the change can have broken nothing, where it can not.
    pub harmless: Option<Harmless>,
    /// What is not known of it, and speaks against it.
    pub doubt: Option<Doubt>,
}

/// What ties a change to a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// A way through the map, or what the messages say.
    Path,
    /// A name alone.
    Name,
    /// It is a rule for some in a place where something was lost; for whom is not told.
    Hint,
}

/// Score of a change for a primary burst; `None` when no path leads to what it touches.
///
/// `w_time * w_distance * w_kind * w_semantic * confidence(key)`, less for a change that did not
/// succeed, and more for one of a run that succeeded in part.
pub(crate) fn score(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<Score> {
    let change = candidate.change;
    let (near, path, tie) = tie(scene, burst, candidate, reach)?;
    let onset = scene.bursts.get(burst)?.onset;
    let classes = class::of_change(change);
    let semantic = semantic(scene, burst, candidate, reach, &classes);
    let is_cached = classes
        .iter()
        .any(|class| matches!(class, Class::Names | Class::Certificate | Class::Access));
    let time = nearness(
        candidate,
        onset,
        if is_cached { DECAY_CACHED } else { DECAY },
    );
    let harmless = harmless::of(scene, burst, candidate, reach);
    let kind = match harmless {
        Some(_) => HARMLESS,
        None => kind(change, &classes),
    };
    let half_done = match candidate.is_of_partial_run {
        true => PARTIAL,
        false => 1.0,
    };
    let doubt = match harmless {
        Some(_) => None,
        None => doubt::of(scene, burst, candidate, reach),
    };
    let sure = doubt.map_or(1.0, Doubt::share);
    let total = near * time * kind * semantic * outcome(change.outcome) * half_done * sure;
    Some(Score {
        total: total.min(1.0),
        time,
        kind,
        semantic,
        tie,
        path,
        classes,
        harmless,
        doubt,
    })
}

/// How near a change is to what failed, the way there in words, and what ties it.
fn tie(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<(f64, Vec<String>, Tie)> {
    let change = candidate.change;
    let reached = candidate
        .nodes
        .iter()
        .filter(|(node, _)| reach.ended(*node).is_none_or(|time| is_at(candidate, time)))
        .filter(|(node, _)| acts_on(scene, burst, candidate, reach, *node))
        .filter_map(|(node, sure)| {
            Some((
                *node,
                sure * PER_HOP.powi(i32::try_from(reach.hops(*node)?).ok()?),
            ))
        })
        .max_by(|first, second| first.1.total_cmp(&second.1).then(second.0.cmp(&first.0)));
    if let Some((node, near)) = reached {
        let mut path = reach.path(node);
        path.extend(stranger::told(scene, burst, candidate, reach, node));
        return Some((near, path, Tie::Path));
    }
    if named_in_messages(scene, burst, change) {
        let what = format!("its messages name {}", told(change));
        return Some((PER_HOP, vec![what], Tie::Path));
    }
    if let Some(zone) = zones::of_messages(scene, burst, candidate) {
        let what = format!("its messages name a host in {zone}");
        return Some((PER_HOP, vec![what], Tie::Path));
    }
    if let Some((whose, tie)) = robbed(scene, burst, change, reach) {
        return Some(match tie {
            Tie::Name => {
                let what = format!("{whose}, which is called as it, lost that right");
                (NAMESAKE, vec![what], tie)
            }
            _ => {
                let what = format!("{whose}, which its messages mean, lost that right");
                (PER_HOP, vec![what], tie)
            }
        });
    }
    if is_of_refused_role(scene, burst, change) {
        let what = format!(
            "its messages name a session of {}, which was refused",
            told(change)
        );
        return Some((PER_HOP, vec![what], Tie::Path));
    }
    if let Some(account) = barred(scene, burst, change) {
        let what =
            format!("it is for the account {account}, and its messages tell of such a policy");
        return Some((PER_HOP, vec![what], Tie::Path));
    }
    if let Some(what) = pool::tie(scene, burst, change) {
        return Some((PER_HOP * PER_HOP, vec![what], Tie::Path));
    }
    if let Some(node) = flags::application(scene, change, reach) {
        let label = &scene.graph.node(node).label;
        let mut path = vec![format!(
            "{label} has the name of the application that it is for"
        )];
        path.extend(reach.path(node));
        return Some((PER_HOP, path, Tie::Path));
    }
    if let Some((what, tie)) = cluster::tie(scene, burst, change) {
        return Some((PER_HOP, vec![what], tie));
    }
    if let Some(what) = secret_of_lost(scene, burst, change) {
        return Some((NAMESAKE, vec![what], Tie::Name));
    }
    if let Some(path) = loose::path(scene, burst, candidate) {
        return Some((PER_HOP, path, Tie::Path));
    }
    let node = namesake(scene, burst, candidate, reach)?;
    let mut path = vec![format!(
        "{} has the name of {}",
        change.address,
        scene.graph.node(node).label
    )];
    path.extend(reach.path(node));
    Some((NAMESAKE, path, Tie::Name))
}

/// Whether a rule of a network can have to do with what failed: one for what comes in with a loss
/// in that network alone, as answers to what went out come in anyway, one for some ports with none
/// but these. An address that nothing is known of may be in that network.
fn acts_on(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
    node: u32,
) -> bool {
    let change = candidate.change;
    let lost = scene.lost.get(burst).copied().flatten();
    let names_loss = lost.is_some_and(|lost| lost.is_named);
    if names_loss
        && reach.is_side(node)
        && stranger::is_incoming(scene, candidate)
        && stranger::closed(scene, burst, change, &reach.way(node)).is_none()
    {
        return false;
    }
    let mut ports = change
        .attributes
        .iter()
        .filter_map(|name| name.strip_prefix(Change::RULE_PORT))
        .peekable();
    if ports.peek().is_none() {
        return true;
    }
    let messages = scene
        .voices
        .get(burst)
        .map_or(&[][..], |voice| &voice.messages);
    ports.any(|port| {
        let end = format!(":{port}");
        let is_meant = |text: &str| mention::ends_with_port(text, &end);
        port.contains('-') || messages.iter().any(|message| is_meant(&message.text))
    })
}

/// Whether a change can have been made at a time that another record tells.
fn is_at(candidate: &Candidate<'_>, time: i64) -> bool {
    let (start, end) = (candidate.started, candidate.time);
    (start.saturating_sub(SAME)..=end.saturating_add(SAME)).contains(&time)
}

/// How near in time a change is, from 0 to 1; `decay` in seconds.
///
/// One that lies somewhere in an interval has the mean over the interval of `exp(-age / decay)`,
/// where what is behind the first failure counts nothing.
fn nearness(candidate: &Candidate<'_>, onset: i64, decay: f64) -> f64 {
    let age = |time: i64| onset.saturating_sub(time).max(0) as f64 / NANOS as f64;
    let length = candidate.time.saturating_sub(candidate.started) as f64 / NANOS as f64;
    if !candidate.is_vague || length <= 0.0 {
        return (-age(candidate.time) / decay).exp();
    }
    let (youngest, oldest) = (age(candidate.time), age(candidate.started));
    decay / length * ((-youngest / decay).exp() - (-oldest / decay).exp())
}

fn semantic(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
    classes: &[Class],
) -> f64 {
    let troubles: &[(Trouble, f64)] = scene.voices.get(burst).map_or(&[], |voice| &voice.troubles);
    let fit = class::match_of(troubles, classes);
    // Whatever is lost is explained by its own end.
    let ends_it = cluster::is_named(scene, burst, candidate.change)
        || class::ends_use(candidate.change)
            && (named_in_messages(scene, burst, candidate.change)
                || scene.losses(burst).any(|lost| {
                    candidate.nodes.iter().any(|(node, _)| *node == lost.node)
                        && reach.hops(lost.node) == Some(0)
                }));
    if ends_it { fit.max(0.95) } else { fit }
}

fn kind(change: &Change, classes: &[Class]) -> f64 {
    match change.action {
        ChangeAction::Delete | ChangeAction::Replace => 1.0,
        ChangeAction::Update if class::is_cosmetic(change) => 0.05,
        ChangeAction::Update if change.attributes.is_empty() && classes.is_empty() => 0.7,
        ChangeAction::Update => 0.95,
        // A new rule or policy acts on what was there; another new thing is rarely needed at once.
        ChangeAction::Create if class::is_modifier(&change.resource_type) => 0.9,
        ChangeAction::Create => 0.5,
        // The next apply takes such a difference back; the write behind it is weighed by itself.
        ChangeAction::Drift | ChangeAction::DriftRepaired => 0.5,
        ChangeAction::Import
        | ChangeAction::Move
        | ChangeAction::Forget
        | ChangeAction::Taint
        | ChangeAction::Untaint => 0.05,
    }
}

fn outcome(outcome: ChangeOutcome) -> f64 {
    match outcome {
        ChangeOutcome::Applied => 1.0,
        ChangeOutcome::Unknown => 0.8,
        ChangeOutcome::Failed => 0.75,
        ChangeOutcome::RolledBack => 0.7,
        ChangeOutcome::Planned | ChangeOutcome::Cancelled => 0.0,
    }
}

/// Whether failing messages contain the id of what a change touches, or of what that is a part of.
/// Ids of whole accounts and groups are in many ids and do not count.
pub(crate) fn named_in_messages(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let parent = change.parent.as_ref();
    let parent = parent.filter(|_| !class::is_record(&change.resource_type));
    let ids = change.resource.iter().chain(parent);
    let names: Vec<Named> = ids.flat_map(|id| names_in_messages(id)).collect();
    let voice = scene.voices.get(burst);
    let mut messages = voice.into_iter().flat_map(|voice| &voice.messages);
    messages.any(|message| {
        let mut names = names.iter();
        names.any(|named| {
            let is_named = match &named.project {
                _ if !named.is_of(&message.text) => false,
                Some(project) => {
                    let is_own = may_run_in(scene, burst, project);
                    mention::mentions_of_project(&message.text, &named.text, project, is_own)
                }
                None => mention::mentions(&message.text, &named.text),
            };
            is_named && !(named.is_bare && is_elsewhere(scene, burst, change))
        })
    })
}

/// Whoever lost by a change, in a whole project or more, the right that the messages say is
/// missing: named there, or what the service runs as where they name nobody. Of a service account
/// nothing may be known but that it is called as the service.
fn robbed<'a>(
    scene: &Scene<'a>,
    burst: usize,
    change: &Change,
    reach: &Reach,
) -> Option<(&'a str, Tie)> {
    let deed: &'a Deed = scene.deeds.get(change.id.as_str())?;
    let homes = scene.homes(scene.bursts.get(burst)?);
    let lost = scene.lost.get(burst).copied().flatten();
    let lost = lost.and_then(|lost| Account::of_id(&scene.graph.node(lost.node).key));
    let id = change.resource.as_deref().unwrap_or_default();
    let account = Account::of_id(id).filter(|_| !id.contains("/serviceAccounts/"));
    if account.is_some_and(|own| own.is_away(&homes) && lost.as_ref() != Some(&own)) {
        return None;
    }
    let is_own = |whose: &str| {
        let nodes = scene.graph.resources_of(whose);
        nodes.into_iter().any(|node| reach.hops(node).is_some())
    };
    let service = scene.service(scene.bursts.get(burst)?);
    let has_account = reach.has_account(scene);
    let is_called_so = |whose: &str| {
        let name = whose.split_once('@').map(|(name, _)| name);
        !has_account && name.is_some_and(|name| name.eq_ignore_ascii_case(service))
    };
    let mut messages = scene.voices.get(burst)?.messages.iter();
    messages.find_map(|message| {
        let text = message.text.as_str();
        let names_none = !text.contains(".gserviceaccount.com");
        let mut whose = deed.robbed(&Refusal::of(text)).into_iter();
        whose.find_map(|whose| {
            if mention::mentions(text, whose) || names_none && is_own(whose) {
                return Some((whose, Tie::Path));
            }
            (names_none && is_called_so(whose)).then_some((whose, Tie::Name))
        })
    })
}

/// Whether a change is of the role of AWS of which messages say that a session of it was refused:
/// `User: arn:aws:sts::111122223333:assumed-role/ROLE/SESSION is not authorized to perform: ...`
/// (docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, read 2026-11-30).
fn is_of_refused_role(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let session = |id: &String| {
        let arn = key::Arn::parse(id)?;
        let path = arn.resource.strip_prefix("role/")?;
        // The session does not tell the path of the role.
        let role = path.rsplit('/').next()?;
        let session = format!(":{}:assumed-role/{role}/", arn.account);
        (arn.service == "iam").then(|| session.to_lowercase())
    };
    let ids = change.resource.iter().chain(change.parent.as_ref());
    let sessions: Vec<String> = ids.filter_map(session).collect();
    let is_told = |text: &str| {
        let subject = text.split_once("is not authorized to perform");
        subject.is_some_and(|(subject, _)| sessions.iter().any(|one| subject.contains(one)))
    };
    let voice = scene.voices.get(burst);
    let mut messages = voice.into_iter().flat_map(|voice| &voice.messages);
    messages.any(|message| is_told(&message.text))
}

/// Account for which a change of a policy of its organization is, where messages tell that such a
/// policy refused something: that of whoever they name, or else of the failing rows.
fn barred(scene: &Scene<'_>, burst: usize, change: &Change) -> Option<String> {
    let deed = scene.deeds.get(change.id.as_str())?;
    let homes = scene.homes(scene.bursts.get(burst)?);
    let home = homes.first().map(Account::name);
    let mut messages = scene.voices.get(burst)?.messages.iter();
    messages.find_map(|message| {
        let refusal = Refusal::of(&message.text);
        let caller = message.text.split_once("user: arn:");
        let caller = caller.and_then(|(_, rest)| rest.split(':').nth(3));
        let account = caller.or(home)?;
        deed.bars(account, &refusal).then(|| account.to_owned())
    })
}

/// In words, that a call gives another value to a secret that has the name of the database which
/// let nobody in, or of the service that it did not let in, as a part of its own: `orders` of
/// `orders/db`.
///
/// docs.aws.amazon.com/secretsmanager/latest/apireference (read 2026-11-29).
fn secret_of_lost(scene: &Scene<'_>, burst: usize, change: &Change) -> Option<String> {
    const CALLS: [&str; 4] = [
        "PutSecretValue",
        "RotateSecret",
        "UpdateSecret",
        "UpdateSecretVersionStage",
    ];
    let call = change.address.split(' ').next()?;
    let is_meant = change.id.starts_with("audit:") && CALLS.contains(&call);
    if !is_meant || is_elsewhere(scene, burst, change) {
        return None;
    }
    let mut messages = scene.voices.get(burst)?.messages.iter();
    messages.find(|message| texture::refused_user(&message.text).is_some())?;
    let id = change.resource.as_deref()?;
    let bare = Some(id).filter(|id| !id.starts_with("arn:"));
    let secret = secret_name(id).or(bare)?.to_lowercase();
    let is_part = |name: &&str| {
        let mut parts = secret.split('/');
        parts.any(|part| part.len() > 2 && part == *name)
    };
    let mut names = scene
        .losses(burst)
        .flat_map(|lost| scene.graph.node(lost.node).names.iter());
    let found = names.find(|name| is_part(&&***name));
    let own = scene.service(scene.bursts.get(burst)?).to_lowercase();
    let own = Some(own).filter(|own| is_part(&own.as_str()));
    let name = found.map(|name| name.to_string()).or(own)?;
    Some(format!(
        "{secret} has {name} in its name, and a database let nobody in"
    ))
}

/// Whether the service of a burst runs in a project of Google Cloud, or nowhere that is known.
fn may_run_in(scene: &Scene<'_>, burst: usize, project: &str) -> bool {
    let service = scene.nodes.get(burst).copied().unwrap_or(u32::MAX);
    let edges = scene.graph.forward.of(service).iter();
    let runs_on = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
    let accounts = runs_on.filter_map(|edge| Account::of_id(&scene.graph.node(edge.node).key));
    let mut projects = accounts.filter(Account::is_of_google).peekable();
    projects.peek().is_none() || projects.any(|own| own.name().eq_ignore_ascii_case(project))
}

/// What a change touches, as a person calls it.
fn told(change: &Change) -> &str {
    let id = change.resource.as_deref().or(change.parent.as_deref());
    let short = |id| server_of_door(id).unwrap_or_else(|| key::short_name(id));
    id.map_or(change.address.as_str(), short)
}

/// Words at the end of a name that tell the type and not the thing.
const ENDINGS: [&str; 14] = [
    "sg",
    "security-group",
    "rule",
    "rules",
    "role",
    "policy",
    "instance",
    "cluster",
    "firewall",
    "nsg",
    "acl",
    "ingress",
    "egress",
    "db-instance",
];

/// What failed, when the change is called exactly like it.
///
/// Only for a change that nothing is known of: neither it nor what it touches has any edge. It is
/// of no other account, cloud or region than the failing rows.
fn namesake(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<u32> {
    let change = candidate.change;
    let is_known = candidate.nodes.iter().any(|(node, _)| {
        !scene.graph.forward.of(*node).is_empty() || !scene.graph.backward.of(*node).is_empty()
    });
    if is_known || change.id.starts_with("audit:") || is_elsewhere(scene, burst, change) {
        return None;
    }
    let bare = change
        .address
        .rsplit_once('[')
        .map_or(change.address.as_str(), |(bare, _)| bare);
    let name = base_name(bare.rsplit(['.', ':', '/']).next().unwrap_or(bare));
    if name.len() < 2 {
        return None;
    }
    let mut origins = reach.origins().into_iter();
    origins.find(|node| {
        !scene.graph.is_of_other_environment(*node, &change.scope)
            && scene
                .graph
                .node(*node)
                .names
                .iter()
                .any(|other| base_name(other) == name)
    })
}

/// Whether a change is of another account, cloud or region than the failing rows.
fn is_elsewhere(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let (Some(burst), Some(id)) = (scene.bursts.get(burst), change.resource.as_deref()) else {
        return false;
    };
    let account = Account::of_id(id);
    account.is_some_and(|account| account.is_away(&scene.homes(burst)))
        || Place::of_id(id).is_away_from_all(&scene.places(burst))
}

pub(super) fn base_name(name: &str) -> String {
    let mut name = name.to_lowercase().replace('_', "-");
    while let Some(shorter) = ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending)?.strip_suffix('-'))
    {
        name.truncate(shorter.len());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_as_near_as_its_parts_on_average() {
        let change = Change::default();
        let check = |started: i64, time: i64, expected: f64| {
            let candidate = Candidate {
                change: &change,
                time: time * NANOS,
                started: started * NANOS,
                is_vague: started < time,
                is_of_partial_run: false,
                nodes: Vec::new(),
            };
            let near = nearness(&candidate, 10_000 * NANOS, 900.0);
            assert!((near - expected).abs() < 1e-3, "{started}..{time}: {near}");
        };
        check(10_000, 10_000, 1.0);
        check(9_100, 9_100, 0.3679);
        // A short interval is as good as a moment, a day that holds the failure tells little.
        check(9_999, 10_000, 0.9994);
        check(0, 86_400, 0.0104);
        check(10_000, 20_000, 0.0);
    }

    #[test]
    fn names_are_compared_without_their_type() {
        assert_eq!(base_name("order_db_sg"), "order-db");
        assert_eq!(base_name("checkout-security-group-rule"), "checkout");
        assert_eq!(base_name("sg"), "sg");
    }
}
