//! What failing rows say apart from numbers and names: whether a failure is one that the service
//! has now and then.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Burst;
use super::timeline::Timeline;
use crate::observe::samples::Sample;

/// Words of a message that tell its shape.
const WORDS: usize = 16;

/// Shape of a failing row: its status and the words of its message without digits, which hold for
/// all messages that one statement of a program writes.
fn shape(sample: &Sample) -> u64 {
    let mut hasher = DefaultHasher::new();
    sample.status.hash(&mut hasher);
    let text = sample.evidence.text.as_str();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let is_plain = |word: &&str| word.len() > 1 && !word.bytes().any(|byte| byte.is_ascii_digit());
    for word in words.filter(is_plain).take(WORDS) {
        word.hash(&mut hasher);
    }
    hasher.finish()
}

/// Shapes of the failing rows of a service.
pub(crate) struct Shapes<'a>(pub(crate) &'a Timeline);

impl<'a> Shapes<'a> {
    /// Whether most failing rows of a burst say what others outside of it say as well.
    pub(crate) fn is_known(&self, burst: &Burst) -> bool {
        let is_within = |time: i64| burst.onset <= time && time <= burst.last;
        let outside = failing(self.0).filter(|(time, _)| !is_within(*time));
        let outside: HashSet<u64> = outside.map(|(_, sample)| shape(sample)).collect();
        let (mut known, mut all) = (0_usize, 0_usize);
        for (_, sample) in self.within(burst) {
            known += usize::from(outside.contains(&shape(sample)));
            all += 1;
        }
        known * 2 > all
    }

    /// When failing rows outside of a burst say what its own say.
    pub(crate) fn alike(&self, burst: &Burst) -> Vec<i64> {
        let own: HashSet<u64> = self.within(burst).map(|(_, one)| shape(one)).collect();
        let is_within = |time: i64| burst.onset <= time && time <= burst.last;
        failing(self.0)
            .filter(|(time, sample)| !is_within(*time) && own.contains(&shape(sample)))
            .map(|(time, _)| *time)
            .collect()
    }

    /// Whether the failing row at a time says what others further than `near` from a burst say, and
    /// none within it.
    pub(super) fn is_of_others(&self, burst: &Burst, time: i64, near: i64) -> bool {
        let mut held = failing(self.0).filter(|(held, _)| *held == time);
        let Some((_, sample)) = held.next() else {
            return false;
        };
        let own = shape(sample);
        let (first, last) = (
            burst.onset.saturating_sub(near),
            burst.last.saturating_add(near),
        );
        let mut is_elsewhere = false;
        for (time, _) in failing(self.0).filter(|(_, one)| shape(one) == own) {
            if burst.onset <= *time && *time <= burst.last {
                return false;
            }
            is_elsewhere |= *time < first || *time > last;
        }
        is_elsewhere
    }

    fn within(&self, burst: &Burst) -> impl Iterator<Item = &'a (i64, Sample)> {
        let (onset, last) = (burst.onset, burst.last);
        failing(self.0).filter(move |(time, _)| onset <= *time && *time <= last)
    }
}

fn failing(timeline: &Timeline) -> impl Iterator<Item = &(i64, Sample)> {
    timeline
        .samples
        .iter()
        .filter(|(_, sample)| !sample.warning)
}
