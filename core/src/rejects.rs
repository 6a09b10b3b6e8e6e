//! Counts of input that could not be read: how much, why, and where it stands.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tables::Reject;

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
    #[serde(skip)]
    places: Places,
}

/// Where each reason stands in [`Rejects::by_reason`]; empty where their order has changed.
#[derive(Clone, Debug, Default)]
struct Places(HashMap<String, usize>);

impl PartialEq for Places {
    /// Says nothing that the reasons do not say.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Places {}

/// Rejects for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonCount {
    /// The reason, without the words it quotes.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// The first of them by file and place.
    #[serde(default)]
    pub first: Option<Reject>,
}

/// File and place of a reject.
fn place(reject: &Reject) -> (&str, u64, u64, &str) {
    (&reject.uri, reject.start, reject.end, &reject.reason)
}

/// The earlier of two rejects by file and place.
fn earlier(one: Option<Reject>, other: Option<Reject>) -> Option<Reject> {
    let both = one.into_iter().chain(other);
    both.min_by(|one, other| place(one).cmp(&place(other)))
}

impl Rejects {
    /// Counts a reject, and lists it if it is among the first by file and place.
    pub fn add(&mut self, reject: &Reject) {
        self.total = self.total.saturating_add(1);
        self.count(general_reason(&reject.reason), reject);
        let full = self.first.len() >= LISTED;
        if full
            && self
                .first
                .last()
                .is_some_and(|last| place(last) <= place(reject))
        {
            return;
        }
        let position = self
            .first
            .partition_point(|listed| place(listed) <= place(reject));
        self.first.insert(position, reject.clone());
        self.first.truncate(LISTED);
    }

    fn count(&mut self, reason: String, reject: &Reject) {
        let held = self.place_of(&reason);
        if let Some(known) = held.and_then(|held| self.by_reason.get_mut(held)) {
            known.count = known.count.saturating_add(1);
            if known
                .first
                .as_ref()
                .is_some_and(|first| place(reject) < place(first))
            {
                known.first = Some(reject.clone());
            }
        } else if self.by_reason.len() < REASONS || reason == OTHER {
            let first = Some(reject.clone()).filter(|_| reason != OTHER);
            self.places.0.insert(reason.clone(), self.by_reason.len());
            self.by_reason.push(ReasonCount {
                reason,
                count: 1,
                first,
            });
        } else {
            self.count(OTHER.to_owned(), reject);
        }
    }

    /// Where a reason stands that was counted before.
    fn place_of(&mut self, reason: &str) -> Option<usize> {
        if self.places.0.len() != self.by_reason.len() {
            let known = self.by_reason.iter().enumerate();
            let known = known.map(|(place, known)| (known.reason.clone(), place));
            self.places = Places(known.collect());
        }
        self.places.0.get(reason).copied()
    }

    /// Adds what was counted apart.
    pub fn merge(&mut self, other: &Self) {
        self.total = self.total.saturating_add(other.total);
        self.first.extend_from_slice(&other.first);
        self.first.sort_by(|a, b| place(a).cmp(&place(b)));
        self.first.truncate(LISTED);
        self.by_reason.extend_from_slice(&other.by_reason);
        self.settle(0);
    }

    /// Brings reasons into their order, and takes `total` for the total if it is larger (rejects
    /// that were counted but not handed over).
    pub fn settle(&mut self, total: u64) {
        let mut merged = BTreeMap::<String, ReasonCount>::new();
        for reason in self.by_reason.drain(..) {
            match merged.get_mut(&reason.reason) {
                Some(held) => {
                    held.count = held.count.saturating_add(reason.count);
                    held.first = earlier(held.first.take(), reason.first);
                }
                None => _ = merged.insert(reason.reason.clone(), reason),
            }
        }
        self.places = Places::default();
        self.by_reason = merged.into_values().collect();
        self.by_reason
            .sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(&b.reason)));
        self.total = self.total.max(total);
    }
}

impl From<Vec<Reject>> for Rejects {
    fn from(rejects: Vec<Reject>) -> Self {
        let mut all = Self::default();
        for reject in rejects {
            all.add(&reject);
        }
        all
    }
}

/// What has one reason, in the order of arrival.
#[derive(Debug)]
pub struct Alike<'a, T> {
    /// The reason; of several that differ in what they quote, only what they have in common.
    pub reason: String,
    /// At least one.
    pub all: Vec<&'a T>,
}

/// Puts together what has one reason but for what that quotes, so that it is told once. The first
/// that came stands first.
pub fn alike<'a, T>(all: &'a [T], reason: impl Fn(&T) -> &str) -> Vec<Alike<'a, T>> {
    let mut groups: Vec<Alike<'a, T>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for one in all {
        let text = reason(one);
        let general = general_reason(text);
        match known.get(&general).and_then(|place| groups.get_mut(*place)) {
            Some(group) => {
                if group.reason != text {
                    group.reason = general;
                }
                group.all.push(one);
            }
            None => {
                known.insert(general, groups.len());
                groups.push(Alike {
                    reason: text.to_owned(),
                    all: vec![one],
                });
            }
        }
    }
    groups
}

/// What is wrong, without the place, which stands in the lines below and beside the reason.
pub fn first_line(reason: &str) -> &str {
    let end = reason.find("\n  at ").unwrap_or(reason.len());
    reason[..end].trim_end()
}

/// `reason` without its place, with what stands between backticks, and every number, left out.
pub fn general_reason(reason: &str) -> String {
    let mut general = String::new();
    for (index, part) in first_line(reason).split('`').enumerate() {
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
    fn a_reason_is_told_with_its_advice_and_the_first_place() {
        let advice =
            "terraform.plan: read the plan: this is for people; run `terraform show -json`";
        let rejects: Vec<Reject> = ["plans/k8s/2", "plans/k8s/1"]
            .map(|uri| reject(uri, 0, &format!("{advice}\n  at {uri}, bytes 0..9, line 1")))
            .into();
        let mut rejects = Rejects::from(rejects);
        rejects.settle(0);
        let [reason] = rejects.by_reason.as_slice() else {
            panic!("{rejects:?}");
        };
        assert_eq!(reason.count, 2);
        let first = reason.first.as_ref().unwrap();
        assert_eq!(first.uri, "plans/k8s/1");
        assert_eq!(first_line(&first.reason), advice);
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
    fn what_was_counted_apart_is_added() {
        let all: Vec<_> = (0..300).map(|n| reject("file", n, "bad")).collect();
        let (early, late) = all.split_at(170);
        let mut sum = Rejects::from(late.to_vec());
        sum.merge(&Rejects::from(early.to_vec()));
        assert_eq!(sum, Rejects::from(all));
    }

    #[test]
    fn what_is_counted_after_an_order_was_made_counts_with_what_was_before() {
        let mut rejects = Rejects::default();
        for reason in ["rare", "often", "often"] {
            rejects.add(&reject("file", 0, reason));
        }
        rejects.settle(0);
        for reason in ["rare", "often", "new"] {
            rejects.add(&reject("file", 0, reason));
        }
        let counts = rejects.by_reason.iter();
        let counts: Vec<_> = counts.map(|r| (r.reason.as_str(), r.count)).collect();
        assert_eq!(counts, [("often", 3), ("rare", 2), ("new", 1)]);
    }

    #[test]
    fn what_differs_in_what_it_quotes_is_alike() {
        let reasons = ["open `a`: denied", "gone", "open `b`: denied", "gone"];
        let groups = alike(&reasons, |reason| reason);
        let groups = groups
            .iter()
            .map(|group| (group.reason.as_str(), group.all.len()));
        let groups: Vec<_> = groups.collect();
        assert_eq!(groups, [("open `...`: denied", 2), ("gone", 2)]);
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
            rejects.add(&reject("file", 0, &word));
        }
        assert_eq!(rejects.by_reason.len(), REASONS + 1);
        assert_eq!(rejects.by_reason.last().map(|last| last.count), Some(50));
    }
}
