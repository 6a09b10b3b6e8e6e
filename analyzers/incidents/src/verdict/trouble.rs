//! What the failing rows of a service say is wrong, in words.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::findings::{Trouble as Told, TroubleKind};

use super::beneath;
use super::harmless::tells_expiry;
use super::outside;
use crate::blame::roots::Case;
use crate::blame::scene::{MESSAGES, Scene};
use crate::blame::subject;
use crate::blame::texture::{self, Trouble};
use crate::blame::zone;
use crate::words;

/// Share of the rows looked at from which what they say is what the incident is about.
const LEAST: f64 = 0.25;
/// Names of hosts that are told.
const NAMES: usize = 3;

/// One row that says what is wrong.
struct Said<'a> {
    kind: Trouble,
    subject: Option<String>,
    text: &'a str,
    cause: &'a str,
}

/// What the rows of a burst say is wrong; `None` where too few do.
///
/// Where they do not tell of the trouble of their own, what stopped beneath the service does, or
/// whom they called.
pub(super) fn told(scene: &Scene<'_>, case: &Case, again: &[&Case]) -> Option<Told> {
    let beneath = || {
        let stopped = beneath::stopped(scene, case, again)?;
        let what = phrase(Trouble::Exhaustion, stopped.limit.as_deref());
        Some(Told {
            kind: TroubleKind::Exhaustion,
            share: stopped.share,
            text: match stopped.limit {
                Some(_) => format!("{what}, as {} logs", stopped.service),
                None => format!("containers of {} that stopped", stopped.service),
            },
            subject: stopped.limit,
        })
    };
    own(scene, case)
        .or_else(beneath)
        .or_else(|| upstream(scene, case))
}

/// That a host of somebody else answers with errors.
fn upstream(scene: &Scene<'_>, case: &Case) -> Option<Told> {
    let lost = scene.lost.get(case.primary).copied().flatten()?;
    let share = outside::failed(scene, case.primary)?;
    let subject = scene.graph.node(lost.node).label.clone();
    Some(Told {
        kind: TroubleKind::Upstream,
        share,
        text: format!("errors that {subject} answers with"),
        subject: Some(subject),
    })
}

fn own(scene: &Scene<'_>, case: &Case) -> Option<Told> {
    let burst = case.primary;
    let samples = scene.samples(scene.bursts.get(burst)?).take(MESSAGES);
    let samples: Vec<_> = samples.map(|(_, sample)| sample).collect();
    let said = samples.iter().filter_map(|sample| {
        said(
            &sample.evidence.text,
            sample.cause.as_deref().unwrap_or_default(),
            sample.status,
        )
    });
    let said: Vec<Said<'_>> = said.collect();
    let mut counts: BTreeMap<Trouble, usize> = BTreeMap::new();
    for one in &said {
        *counts.entry(one.kind).or_default() += 1;
    }
    let (kind, count) = counts
        .into_iter()
        .max_by_key(|(kind, count)| (*count, std::cmp::Reverse(*kind)))?;
    let share = count as f64 / samples.len().max(1) as f64;
    if share < LEAST {
        return None;
    }
    let own: Vec<&Said<'_>> = said.iter().filter(|one| one.kind == kind).collect();
    let lost = scene.lost.get(burst).copied().flatten();
    let warned = lost.filter(|_| kind == Trouble::Connection);
    let warned =
        warned.and_then(|lost| beneath::warned(scene, lost.node, scene.bursts.get(burst)?));
    let lost = lost.map(|lost| scene.graph.node(lost.node).label.clone());
    let subject = match kind {
        Trouble::NameResolution => names(scene, case, &own),
        Trouble::Connection => lost.or_else(|| most(&own)),
        _ => most(&own),
    };
    let mut text = phrase(kind, subject.as_deref());
    if let Some(warned) = warned {
        text.push_str(&format!(", which warns of `{warned}`"));
    }
    if kind == Trouble::Certificate {
        text.push_str(&expiry(&own).unwrap_or_default());
    }
    Some(Told {
        kind: kind_of(kind),
        subject,
        share,
        text,
    })
}

fn said<'a>(text: &'a str, cause: &'a str, status: Option<i32>) -> Option<Said<'a>> {
    let lower = text.to_lowercase();
    let of_cause = || texture::of_row(&cause.to_lowercase(), status);
    let kind = match subject::is_of_pool(&lower) {
        true => Trouble::Exhaustion,
        false => texture::of_message(&lower).or_else(of_cause)?,
    };
    // Of exceptions the one that led to the others is meant.
    let (first, second) = match kind {
        Trouble::Code => (cause, text),
        _ => (text, cause),
    };
    Some(Said {
        kind,
        subject: subject::of(kind, first).or_else(|| subject::of(kind, second)),
        text,
        cause,
    })
}

/// What most of the rows name.
fn most(said: &[&Said<'_>]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for subject in said.iter().filter_map(|one| one.subject.as_deref()) {
        *counts.entry(subject).or_default() += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
    best.map(|(name, _)| name.to_owned())
}

/// The names that were looked up, by all services that could not; of several with what they all
/// end with.
fn names(scene: &Scene<'_>, case: &Case, said: &[&Said<'_>]) -> Option<String> {
    let mut names: Vec<String> = said.iter().filter_map(|one| one.subject.clone()).collect();
    let zone = zone::of(scene, case.primary);
    for follower in &case.followers {
        let is_same = zone.is_some() && zone::of(scene, follower.burst) == zone;
        let voice = scene.voices.get(follower.burst).filter(|_| is_same);
        names.extend(voice.into_iter().flat_map(zone::names));
    }
    names.sort();
    names.dedup();
    let list = words::list(&names, NAMES);
    match (names.len(), zone) {
        (0, _) => None,
        (2.., Some(zone)) if names.iter().all(|name| zone::of_name(name) == Some(&zone)) => {
            Some(format!("{} names in {zone} ({list})", names.len()))
        }
        _ => Some(list),
    }
}

fn phrase(kind: Trouble, subject: Option<&str>) -> String {
    let Some(subject) = subject else {
        return kind.words().to_owned();
    };
    let is_exception = kind == Trouble::Throttling && subject.ends_with("Exception");
    match kind {
        _ if is_exception => format!("{} ({subject})", kind.words()),
        Trouble::Connection => format!("{} to {subject}", kind.words()),
        Trouble::NameResolution | Trouble::Certificate | Trouble::Throttling => {
            format!("{} of {subject}", kind.words())
        }
        Trouble::Access => format!("{} ({subject})", kind.words()),
        Trouble::Missing | Trouble::Code | Trouble::Exhaustion => {
            format!("{}: {subject}", kind.words())
        }
    }
}

/// `, which expired at 02:30:00`, where messages tell that a certificate ended by its time.
fn expiry(said: &[&Said<'_>]) -> Option<String> {
    let tells = |one: &&&Said<'_>| {
        tells_expiry(&one.text.to_lowercase()) || tells_expiry(&one.cause.to_lowercase())
    };
    said.iter().find(tells)?;
    let mut ends = said
        .iter()
        .filter_map(|one| end(one.text).or_else(|| end(one.cause)));
    let at = ends.next().map(words::moment);
    Some(match at {
        Some(at) => format!(", which expired at {at}"),
        None => ", which has expired".to_owned(),
    })
}

/// The end of a certificate's time that a message tells: `NotAfter: Tue Nov 24 02:30:00 UTC 2026`
/// of Java, `is after 2026-11-24T02:30:00Z` of Go.
fn end(text: &str) -> Option<Timestamp> {
    if let Some((_, rest)) = text.split_once(" is after ") {
        let word = rest.split([' ', ',', '"', '\'']).next()?;
        return Timestamp::parse_rfc3339(word);
    }
    let (_, rest) = text.split_once("NotAfter: ")?;
    let mut parts = rest.split_whitespace().skip(1);
    let (month, day, clock) = (parts.next()?, parts.next()?, parts.next()?);
    let zone = parts.next()?;
    let year = parts.next()?.get(..4)?;
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = months.find(month.get(..3)?)? / 3 + 1;
    let day: u32 = day.parse().ok()?;
    let time = format!("{year}-{month:02}-{day:02}T{clock}Z");
    Timestamp::parse_rfc3339(&time).filter(|_| matches!(zone, "UTC" | "GMT"))
}

fn kind_of(trouble: Trouble) -> TroubleKind {
    match trouble {
        Trouble::Connection => TroubleKind::Connection,
        Trouble::Access => TroubleKind::Access,
        Trouble::Throttling => TroubleKind::Throttling,
        Trouble::NameResolution => TroubleKind::NameResolution,
        Trouble::Exhaustion => TroubleKind::Exhaustion,
        Trouble::Certificate => TroubleKind::Certificate,
        Trouble::Missing => TroubleKind::Missing,
        Trouble::Code => TroubleKind::Code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read() {
        let expected = Timestamp::parse_rfc3339("2026-11-24T02:30:00Z");
        let java = "CertificateExpiredException: NotAfter: Tue Nov 24 02:30:00 UTC 2026";
        assert_eq!(end(java), expected);
        let go = "x509: certificate has expired: current time 2026-11-24T02:30:05Z is after \
                  2026-11-24T02:30:00Z";
        assert_eq!(end(go), expected);
        assert_eq!(end("NotAfter: soon"), None);
    }
}
