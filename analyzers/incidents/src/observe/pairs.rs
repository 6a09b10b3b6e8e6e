//! Rows of different clocks that belong to the same request, as a bounded sample.

use std::collections::{BTreeMap, HashMap, HashSet};

use nepho_core::hash;

use super::buckets::Health;

/// Requests held at most; beyond that every second one is let go, always the same ones.
const REQUESTS: usize = 50_000;
/// Clock domains held per request.
const DOMAINS: usize = 6;

/// First time at which each clock domain saw a request that nothing tells failed, for a sample of
/// all requests.
///
/// Whoever waits for an answer that does not come writes a failure when the time is up: what lies
/// between that and the rows of the callee is the timeout, which scatters as little as a clock.
#[derive(Debug)]
pub(crate) struct Pairs {
    // Only requests whose hash is below this are in the sample.
    limit: u64,
    // The lowest of the domains that saw it, which mostly is the only one.
    lowest: HashMap<u64, (u32, i64)>,
    // The others, where there are any.
    others: HashMap<u64, Vec<(u32, i64)>>,
    // Requests of which some row tells of a failure.
    failed: HashSet<u64>,
}

impl Default for Pairs {
    fn default() -> Self {
        Self {
            limit: u64::MAX,
            lowest: HashMap::new(),
            others: HashMap::new(),
            failed: HashSet::new(),
        }
    }
}

impl Pairs {
    /// Notes that a clock domain saw a trace or request. A failure spoils it; a warning is not
    /// taken, since it may be written late as well.
    pub(crate) fn add(&mut self, id: &str, domain: u32, time: i64, health: Health) {
        let hash = hash::of(id.bytes());
        if hash > self.limit {
            return;
        }
        match health {
            Health::Well => self.saw(hash, domain, time),
            Health::Warning => {}
            Health::Failure => {
                self.failed.insert(hash);
            }
        }
        while self.lowest.len().max(self.failed.len()) > REQUESTS {
            self.limit /= 2;
            let limit = self.limit;
            self.lowest.retain(|hash, _| *hash <= limit);
            self.others.retain(|hash, _| *hash <= limit);
            self.failed.retain(|hash| *hash <= limit);
        }
    }

    fn saw(&mut self, hash: u64, domain: u32, time: i64) {
        let mut saw = (domain, time);
        let lowest = self.lowest.entry(hash).or_insert(saw);
        if domain == lowest.0 {
            lowest.1 = lowest.1.min(time);
        } else {
            if domain < lowest.0 {
                std::mem::swap(lowest, &mut saw);
            }
            note(self.others.entry(hash).or_default(), saw);
        }
    }

    /// For every two domains, the lower number first: how much later the second saw each common
    /// request.
    pub(crate) fn differences(&self) -> BTreeMap<(u32, u32), Vec<i64>> {
        let mut differences: BTreeMap<(u32, u32), Vec<i64>> = BTreeMap::new();
        let others = self.others.iter();
        for (hash, others) in others.filter(|(hash, _)| !self.failed.contains(hash)) {
            let mut seen: Vec<(u32, i64)> = self.lowest.get(hash).into_iter().copied().collect();
            seen.extend(others);
            for (index, (first, first_time)) in seen.iter().enumerate() {
                for (second, second_time) in seen.iter().skip(index + 1) {
                    let (key, difference) = if first < second {
                        ((*first, *second), second_time.saturating_sub(*first_time))
                    } else {
                        ((*second, *first), first_time.saturating_sub(*second_time))
                    };
                    differences.entry(key).or_default().push(difference);
                }
            }
        }
        for list in differences.values_mut() {
            list.sort_unstable();
        }
        differences
    }
}

/// Adds when a domain saw a request to when others did.
fn note(others: &mut Vec<(u32, i64)>, (domain, time): (u32, i64)) {
    match others.iter_mut().find(|(held, _)| *held == domain) {
        Some((_, first)) => *first = (*first).min(time),
        None => {
            // The lowest numbers stay, so that the order of rows does not matter.
            others.push((domain, time));
            others.sort_unstable();
            others.truncate(DOMAINS - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_same_in_any_order_and_stays_small() {
        let ids: Vec<String> = (0..120_000).map(|n| format!("trace-{n}")).collect();
        let differences = |ids: &mut dyn Iterator<Item = &String>| {
            let mut pairs = Pairs::default();
            for id in ids {
                pairs.add(id, 1, 10, Health::Well);
                pairs.add(id, 0, 4, Health::Well);
            }
            pairs.differences()
        };
        let forward = differences(&mut ids.iter());
        assert_eq!(forward, differences(&mut ids.iter().rev()));
        let list = forward.get(&(0, 1)).map(Vec::as_slice).unwrap_or_default();
        assert!(
            list.len() > 10_000 && list.len() <= REQUESTS,
            "{}",
            list.len()
        );
        assert!(list.iter().all(|difference| *difference == 6));
    }
    #[test]
    fn a_request_that_failed_tells_nothing_of_clocks() {
        let count = |health: Health| {
            let mut pairs = Pairs::default();
            // Whichever row comes first.
            pairs.add("trace-00000001", 0, 4, health);
            pairs.add("trace-00000001", 0, 5, Health::Well);
            pairs.add("trace-00000001", 1, 30, Health::Well);
            pairs.add("trace-00000002", 1, 30, Health::Well);
            pairs.add("trace-00000002", 0, 5, Health::Well);
            pairs.add("trace-00000002", 0, 4, health);
            let found = pairs.differences();
            found.get(&(0, 1)).cloned().unwrap_or_default()
        };
        assert_eq!(count(Health::Well), [26, 26]);
        assert_eq!(count(Health::Warning), [25, 25]);
        assert!(count(Health::Failure).is_empty());
    }
}
