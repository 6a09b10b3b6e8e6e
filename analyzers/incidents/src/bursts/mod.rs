//! Finds when each service failed more than it usually does.

pub(crate) mod activity;
mod baseline;
pub(crate) mod blocks;
pub(crate) mod moments;
pub(crate) mod shapes;
mod significant;
pub(crate) mod timeline;
mod weak;

use timeline::Timeline;

/// How much a burst of failures says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// Warnings only: it may follow, it is never first.
    Warnings,
    /// A failure or two: it counts beside failures of services that it is connected with.
    Weak,
    /// Far more failures than usual.
    Significant,
}

/// A time in which a service failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Burst {
    /// Position of its timeline.
    pub timeline: usize,
    /// First failure, corrected.
    pub onset: i64,
    /// Last failure, corrected.
    pub last: i64,
    /// Failing rows.
    pub failures: u64,
    /// Failures, of which those of a moment count once.
    pub moments: f64,
    /// Warnings.
    pub warnings: u64,
    /// Rows.
    pub rows: u64,
    /// Failures (or warnings, for a burst of them) that were to be expected in this time.
    pub expected: f64,
    /// How much it says.
    pub strength: Strength,
    /// Whether the input shows the service without such failures.
    pub has_quiet_time: bool,
}

/// All bursts, by service and time.
pub(crate) fn find(timelines: &[Timeline]) -> Vec<Burst> {
    let failing = timelines
        .iter()
        .filter(|timeline| timeline.points.iter().any(|(_, cell)| cell.failures > 0))
        .count();
    let mut bursts = Vec::new();
    for (index, timeline) in timelines.iter().enumerate() {
        let mut found = significant::bursts(index, timeline, failing);
        let weak = weak::bursts(index, timeline, &found);
        found.extend(weak);
        found.sort_by_key(|burst| burst.onset);
        bursts.append(&mut found);
    }
    bursts
}
