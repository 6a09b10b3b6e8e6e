//! What stopped beneath the service that broke first: a process out of memory, a container that is
//! started again and again.
//!
//! A few such rows are no burst of failures by themselves, and may come again with each of them.

use nepho_core::tables::RelationKind;
use nepho_core::time::NANOS;

use crate::blame::roots::Case;
use crate::blame::scene::Scene;
use crate::blame::subject;
use crate::blame::texture::{self, Trouble};
use crate::bursts::Burst;
use crate::bursts::timeline::Timeline;
use crate::observe::samples::Sample;

/// How long before the first failure something may have stopped: 1 minute.
pub(super) const BEFORE: i64 = 60 * NANOS;
/// Reasons and messages of events of Kubernetes that tell that a container stopped, in lower case
/// (kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure, read
/// 2026-12-01).
const STOPPED: [&str; 4] = ["oomkill", "back-off restarting", "crashloop", "evicted"];

/// Letters that are quoted of a warning.
const WARNING: usize = 120;

/// What stopped.
pub(super) struct Stopped<'a> {
    /// The service that it is of.
    pub service: &'a str,
    /// The row that tells of it.
    pub sample: &'a Sample,
    /// What was used up, where it is told.
    pub limit: Option<String>,
    /// Share of the times that the failure came in which it stopped as well.
    pub share: f64,
}

/// What stopped of that which the service that broke first calls or stands on, at least every
/// second time that it failed.
pub(super) fn stopped<'a>(scene: &Scene<'a>, case: &Case, again: &[&Case]) -> Option<Stopped<'a>> {
    let node = *scene.nodes.get(case.primary)?;
    let edges = scene.graph.forward.of(node).iter();
    let calls = edges.filter(|edge| {
        matches!(
            edge.kind,
            RelationKind::Calls | RelationKind::Routes | RelationKind::DataFlow
        )
    });
    let lost = scene.losses(case.primary).map(|lost| lost.node);
    let mut beneath: Vec<u32> = calls.map(|edge| edge.node).chain(lost).collect();
    beneath.sort_unstable();
    beneath.dedup();
    let cases = || std::iter::once(case).chain(again.iter().copied());
    let bursts = cases().filter_map(|case| scene.bursts.get(case.primary));
    let bursts: Vec<&Burst> = bursts.collect();
    let found = beneath.into_iter().filter_map(|node| {
        let (service, timeline) = timeline_of(scene, node)?;
        let rows = bursts.iter().filter_map(|burst| within(timeline, burst));
        let rows: Vec<&Sample> = rows.collect();
        let share = rows.len() as f64 / bursts.len() as f64;
        let sample = *rows.first().filter(|_| share >= 0.5)?;
        Some(Stopped {
            service,
            sample,
            limit: subject::of(Trouble::Exhaustion, &sample.text()),
            share,
        })
    });
    found.max_by(|one, other| one.share.total_cmp(&other.share))
}

/// What a service that was lost warns of while others fail without it, or its cluster: `Failed to
/// pull image "x"`. `None` of one that warned before as well.
pub(super) fn warned(scene: &Scene<'_>, node: u32, burst: &Burst) -> Option<String> {
    let start = burst.onset.saturating_sub(BEFORE);
    let is_meant = |time: i64| (start..=burst.last).contains(&time);
    let own = timeline_of(scene, node).and_then(|(_, timeline)| {
        let warnings = timeline.samples.iter().filter(|(_, sample)| sample.warning);
        let (time, sample) = warnings.min_by_key(|(time, _)| *time)?;
        is_meant(*time).then_some(sample.evidence.text.as_str())
    });
    let of_cluster = || {
        let (time, text) = scene.observer.notices.first(&scene.graph.node(node).key)?;
        is_meant(time.0).then_some(text)
    };
    let text = own.or_else(of_cluster)?.trim();
    let text = text.lines().next().filter(|line| !line.is_empty())?;
    Some(crate::words::cut(text, WARNING))
}

fn timeline_of<'a>(scene: &Scene<'a>, node: u32) -> Option<(&'a str, &'a Timeline)> {
    let key = &*scene.graph.node(node).key;
    let mut timelines = scene.timelines.iter().filter_map(|timeline| {
        let service = scene.services.get(timeline.service as usize)?;
        Some((service.as_str(), timeline))
    });
    timelines.find(|(service, _)| *service == key)
}

/// The first row at the time of a burst that tells that something stopped; what tells a limit
/// comes first.
fn within<'a>(timeline: &'a Timeline, burst: &Burst) -> Option<&'a Sample> {
    let start = burst.onset.saturating_sub(BEFORE);
    let first = timeline.samples.partition_point(|(time, _)| *time < start);
    let inside = || {
        let rest = timeline.samples.iter().skip(first);
        rest.take_while(|(time, _)| *time <= burst.last)
            .map(|(_, sample)| sample)
    };
    let lower = |sample: &&Sample| sample.text().to_lowercase();
    let is_limit =
        |sample: &&Sample| texture::of_message(&lower(sample)) == Some(Trouble::Exhaustion);
    let has_stopped = |sample: &&Sample| {
        let text = lower(sample);
        STOPPED.iter().any(|words| text.contains(words))
    };
    inside()
        .find(is_limit)
        .or_else(|| inside().find(has_stopped))
}
