//! The services that speak for themselves: how many rows, how many failures, on which cloud.

use std::cmp::Reverse;

use nepho_core::Timestamp;
use nepho_core::words::Words;

/// Distinct services that are kept.
pub(crate) const MAX_SERVICES: usize = 50_000;
/// Providers beyond this number are not told apart.
const MAX_PROVIDERS: usize = 64;

/// Counts of one service.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) errors: u64,
    /// Rows by number of the provider.
    providers: Vec<(u32, u64)>,
}

/// All services with rows.
pub(crate) struct Nodes {
    pub(crate) names: Words,
    pub(crate) counts: Vec<Counts>,
    providers: Words,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    /// Rows of services beyond the limit.
    pub(crate) overlooked: u64,
}

impl Default for Nodes {
    fn default() -> Self {
        Self {
            names: Words::default(),
            counts: Vec::new(),
            providers: Words::default(),
            first: Timestamp::MAX,
            last: Timestamp::MIN,
            overlooked: 0,
        }
    }
}

impl Nodes {
    /// Number of a service; none for an empty name, and beyond the limit.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        let number = self
            .names
            .number(name, MAX_SERVICES)
            .filter(|_| !name.is_empty())?;
        if number as usize == self.counts.len() {
            self.counts.push(Counts::default());
        }
        Some(number)
    }

    #[inline]
    pub(crate) fn count(&mut self, service: u32, time: Option<Timestamp>, is_failure: bool) {
        if let Some(counts) = self.counts.get_mut(service as usize) {
            counts.rows += 1;
            counts.errors += u64::from(is_failure);
        }
        if let Some(time) = time {
            self.first = self.first.min(time);
            self.last = self.last.max(time);
        }
    }

    /// Counts `rows` more rows of a service on a provider.
    pub(crate) fn count_provider(&mut self, service: u32, provider: &str, rows: u64) {
        let number = self.providers.number(provider, MAX_PROVIDERS);
        let (Some(number), Some(counts)) = (number, self.counts.get_mut(service as usize)) else {
            return;
        };
        match counts
            .providers
            .iter_mut()
            .find(|(held, _)| *held == number)
        {
            Some((_, held)) => *held += rows,
            None => counts.providers.push((number, rows)),
        }
    }

    /// The provider of most rows of a service; of two with as many, the first by name.
    pub(crate) fn provider(&self, service: u32) -> Option<&str> {
        self.provider_number(service)
            .map(|number| self.providers.name(number))
    }

    /// Number of that provider.
    pub(crate) fn provider_number(&self, service: u32) -> Option<u32> {
        let providers = &self.counts.get(service as usize)?.providers;
        let ranked = providers
            .iter()
            .max_by_key(|(number, rows)| (*rows, Reverse(self.providers.name(*number))));
        ranked.map(|(number, _)| *number)
    }
}
