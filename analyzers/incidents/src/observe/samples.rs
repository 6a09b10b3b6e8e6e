//! A few failing rows per interval of one series: what a verdict quotes and learns from.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;

use super::buckets::FIRST_WIDTH;

/// Failing rows kept per interval.
const FAILURES_KEPT: usize = 2;
/// Warnings kept per interval.
const WARNINGS_KEPT: usize = 1;

/// A failing row, copied out of its batch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sample {
    /// When it happened. First, so that samples sort by it.
    pub time: Timestamp,
    /// Place, time and message.
    pub evidence: Evidence,
    /// What a stack trace beyond the quoted message tells that led to it.
    pub cause: Option<String>,
    /// What is quoted instead of the message, where that is a JSON document.
    pub brief: Option<String>,
    /// The other end, where the row names it.
    pub peer: Option<String>,
    /// Protocol status.
    pub status: Option<i32>,
    /// Version of the function that it is of, where it tells.
    pub version: Option<String>,
    /// Whether it is a warning only.
    pub warning: bool,
    /// Number of the clock domain, which tells the account.
    pub domain: u32,
    /// Number of the place.
    pub place: u32,
}

impl Sample {
    /// Place, time and what a person reads of it.
    pub(crate) fn quote(&self) -> Evidence {
        let mut quote = self.evidence.clone();
        if let Some(brief) = &self.brief {
            quote.text.clone_from(brief);
        }
        quote
    }

    /// The message, and what led to it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match &self.cause {
            Some(cause) => format!("{}\n{cause}", self.evidence.text).into(),
            None => self.evidence.text.as_str().into(),
        }
    }
}

/// The earliest failing rows and warnings per interval.
#[derive(Debug)]
pub(crate) struct Samples {
    width: i64,
    intervals: BTreeMap<(i64, bool), Vec<Sample>>,
}

impl Default for Samples {
    fn default() -> Self {
        Self {
            width: FIRST_WIDTH,
            intervals: BTreeMap::new(),
        }
    }
}

impl Samples {
    /// Whether a row of this time would be kept; only then is it worth copying out.
    pub(crate) fn wants(&self, time: i64, warning: bool) -> bool {
        let held = self.intervals.get(&(time.div_euclid(self.width), warning));
        held.is_none_or(|held| {
            held.len() < kept(warning) || held.last().is_none_or(|last| time <= last.time.0)
        })
    }

    /// Keeps a row, unless its interval holds enough earlier ones. Beyond `budget` intervals they
    /// are joined.
    pub(crate) fn add(&mut self, sample: Sample, budget: usize) {
        let index = sample.time.0.div_euclid(self.width);
        insert(&mut self.intervals, (index, sample.warning), sample);
        while self.intervals.len() > budget.max(2) {
            self.width = self.width.saturating_mul(2);
            let mut joined = BTreeMap::new();
            for ((index, warning), samples) in std::mem::take(&mut self.intervals) {
                for sample in samples {
                    insert(&mut joined, (index.div_euclid(2), warning), sample);
                }
            }
            self.intervals = joined;
        }
    }

    /// All rows that are kept.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Sample> {
        self.intervals.values().flatten()
    }
}

fn kept(warning: bool) -> usize {
    if warning {
        WARNINGS_KEPT
    } else {
        FAILURES_KEPT
    }
}

fn insert(intervals: &mut BTreeMap<(i64, bool), Vec<Sample>>, key: (i64, bool), sample: Sample) {
    let held = intervals.entry(key).or_default();
    let position = held.partition_point(|other| *other <= sample);
    if position < kept(key.1) {
        held.insert(position, sample);
        held.truncate(kept(key.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(second: i64) -> Sample {
        let time = Timestamp(second * 1_000_000_000);
        Sample {
            time,
            evidence: Evidence::new("a.log", 1, time, "broken"),
            cause: None,
            brief: None,
            peer: None,
            status: None,
            version: None,
            domain: 0,
            place: 0,
            warning: false,
        }
    }

    #[test]
    fn the_earliest_rows_stay_whatever_the_order() {
        let kept = |seconds: &[i64]| {
            let mut samples = Samples::default();
            for second in seconds {
                if samples.wants(second * 1_000_000_000, false) {
                    samples.add(sample(*second), 3);
                }
            }
            samples
                .iter()
                .map(|sample| sample.time.0 / 1_000_000_000)
                .collect::<Vec<_>>()
        };
        let forward = kept(&[1, 2, 3, 15, 45, 75, 200]);
        assert_eq!(forward, kept(&[200, 75, 3, 45, 2, 15, 1]));
        assert_eq!(forward.first(), Some(&1));
    }
}
