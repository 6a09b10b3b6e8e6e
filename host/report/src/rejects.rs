//! Input that could not be read: how much, why, and where it stands.

use std::collections::BTreeMap;

use nepho_core::tables::Reject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rejects that are listed one by one.
const LISTED: usize = 100;

/// Reasons that are counted apart; further ones are counted under [`OTHER`].
const REASONS: usize = 1000;

/// Stands for all reasons beyond [`REASONS`].
const OTHER: &str = "(other reasons)";

/// Rejects of a report. Its size does not grow with the number of rejects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejects {
    /// How many.
    pub total: u64,
    /// How many for each reason, the most frequent first. What a reason quotes is left out, so that
    /// equal mistakes count together.
    pub by_reason: Vec<ReasonCount>,
    /// The first 100 by file and place.
    pub first: Vec<Reject>,
}

/// Rejects for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonCount {
    /// The reason, without the words it quotes.
    pub reason: String,
    /// How many.
    pub count: u64,
}

impl Rejects {
    /// Counts a reject, and lists it if it is among the first by file and place.
    pub fn add(&mut self, reject: Reject) {
        self.total = self.total.saturating_add(1);
        self.count(general_reason(&reject.reason));
        let place = |reject: &Reject| {
            (
                reject.uri.clone(),
                reject.start,
                reject.end,
                reject.reason.clone(),
            )
        };
        let full = self.first.len() >= LISTED;
        if full
            && self
                .first
                .last()
                .is_some_and(|last| place(last) <= place(&reject))
        {
            return;
        }
        let position = self
            .first
            .partition_point(|listed| place(listed) <= place(&reject));
        self.first.insert(position, reject);
        self.first.truncate(LISTED);
    }

    fn count(&mut self, reason: String) {
        let known = self
            .by_reason
            .iter_mut()
            .find(|known| known.reason == reason);
        if let Some(known) = known {
            known.count = known.count.saturating_add(1);
        } else if self.by_reason.len() < REASONS || reason == OTHER {
            self.by_reason.push(ReasonCount { reason, count: 1 });
        } else {
            self.count(OTHER.to_owned());
        }
    }

    /// Brings reasons into their order, and takes `total` for the total if it is larger (rejects
    /// that were counted but not handed over).
    pub(crate) fn settle(&mut self, total: u64) {
        let mut merged = BTreeMap::<String, u64>::new();
        for reason in self.by_reason.drain(..) {
            let sum = merged.entry(reason.reason).or_default();
            *sum = sum.saturating_add(reason.count);
        }
        for (reason, count) in merged {
            self.by_reason.push(ReasonCount { reason, count });
        }
        self.by_reason
            .sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(&b.reason)));
        self.total = self.total.max(total);
    }
}

impl From<Vec<Reject>> for Rejects {
    fn from(rejects: Vec<Reject>) -> Self {
        let mut all = Self::default();
        for reject in rejects {
            all.add(reject);
        }
        all
    }
}

/// `reason` with what stands between backticks, and every number, left out.
fn general_reason(reason: &str) -> String {
    let mut general = String::new();
    for (index, part) in reason.split('`').enumerate() {
        match index % 2 {
            0 => push_without_numbers(&mut general, part),
            _ => general.push_str("`...`"),
        }
    }
    general
}

fn push_without_numbers(general: &mut String, text: &str) {
    let mut in_number = false;
    for c in text.chars() {
        if !c.is_ascii_digit() {
            general.push(c);
        } else if !in_number {
            general.push('N');
        }
        in_number = c.is_ascii_digit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(uri: &str, start: u64, reason: &str) -> Reject {
        let reason = reason.to_owned();
        Reject {
            uri: uri.to_owned(),
            start,
            end: start + 1,
            line: 0,
            reason,
        }
    }

    #[test]
    fn equal_mistakes_count_together() {
        let mut rejects = Rejects::from(vec![
            reject("a", 1, "`44x` is not a port number"),
            reject("a", 2, "`99y` is not a port number"),
            reject("a", 3, "ends after 17 bytes"),
        ]);
        rejects.settle(0);
        let counts: Vec<_> = rejects
            .by_reason
            .iter()
            .map(|r| (r.reason.as_str(), r.count))
            .collect();
        assert_eq!(
            counts,
            [("`...` is not a port number", 2), ("ends after N bytes", 1)]
        );
    }

    #[test]
    fn the_first_hundred_do_not_depend_on_the_order_of_arrival() {
        let forward: Vec<_> = (0..500).map(|n| reject("file", n, "bad")).collect();
        let backward: Vec<_> = forward.iter().rev().cloned().collect();
        let (forward, backward) = (Rejects::from(forward), Rejects::from(backward));
        assert_eq!(forward, backward);
        assert_eq!(forward.total, 500);
        assert_eq!(forward.first.last().map(|last| last.start), Some(99));
    }

    #[test]
    fn reasons_without_end_do_not_fill_the_memory() {
        let mut rejects = Rejects::default();
        for n in 0..REASONS as u32 + 50 {
            let word: String = n
                .to_string()
                .bytes()
                .map(|b| char::from(b - b'0' + b'a'))
                .collect();
            rejects.add(reject("file", 0, &word));
        }
        assert_eq!(rejects.by_reason.len(), REASONS + 1);
        assert_eq!(rejects.by_reason.last().map(|last| last.count), Some(50));
    }
}
