//! Clock domains: groups of sources that are taken to share one clock.

use std::collections::{BTreeSet, HashMap};

/// Domains told apart; further ones share the last.
const DOMAINS: usize = 4096;
/// Intervals of activity held over all domains before they are joined two by two.
const INTERVALS: usize = 100_000;
/// Width of an interval of activity before any were joined: 5 minutes, in nanoseconds.
const FIRST_WIDTH: i64 = 300_000_000_000;

/// One clock domain.
#[derive(Debug)]
pub(crate) struct Domain {
    /// `gcp/shop-prod`, or the folder of the files.
    pub name: String,
    /// Whether a cloud keeps the clock: its rows tell their provider.
    pub is_cloud: bool,
    /// Numbers of the intervals in which it has rows.
    pub active: BTreeSet<i64>,
    /// First and last time.
    pub first: i64,
    /// See `first`.
    pub last: i64,
}

/// All clock domains, and when each was active.
#[derive(Debug)]
pub(crate) struct Domains {
    list: Vec<Domain>,
    by_name: HashMap<String, u32>,
    width: i64,
    intervals: usize,
}

impl Default for Domains {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            by_name: HashMap::new(),
            width: FIRST_WIDTH,
            intervals: 0,
        }
    }
}

impl Domains {
    /// Number of the domain of rows with this provider and account, or from this file.
    pub(crate) fn intern(
        &mut self,
        provider: Option<&str>,
        account: Option<&str>,
        uri: Option<&str>,
    ) -> u32 {
        let name = domain_name(provider, account, uri);
        if let Some(id) = self.by_name.get(&name) {
            return *id;
        }
        let id = u32::try_from(self.list.len().min(DOMAINS - 1)).unwrap_or(u32::MAX);
        if self.list.len() < DOMAINS {
            self.list.push(Domain {
                name: name.clone(),
                is_cloud: provider.is_some(),
                active: BTreeSet::new(),
                first: i64::MAX,
                last: i64::MIN,
            });
            self.by_name.insert(name, id);
        }
        id
    }

    /// Notes a row of a service.
    pub(crate) fn note(&mut self, id: u32, time: i64) {
        let Some(domain) = self.list.get_mut(id as usize) else {
            return;
        };
        domain.first = domain.first.min(time);
        domain.last = domain.last.max(time);
        self.intervals += usize::from(domain.active.insert(time.div_euclid(self.width)));
        while self.intervals > INTERVALS {
            self.width = self.width.saturating_mul(2);
            self.intervals = 0;
            for domain in &mut self.list {
                domain.active = domain
                    .active
                    .iter()
                    .map(|index| index.div_euclid(2))
                    .collect();
                self.intervals += domain.active.len();
            }
        }
    }

    /// All domains, in the order of their numbers.
    pub(crate) fn list(&self) -> &[Domain] {
        &self.list
    }

    /// Number of the domain of this name.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// Width of the intervals of activity, in nanoseconds.
    pub(crate) fn width(&self) -> i64 {
        self.width
    }
}

/// Provider and account, or the folder of the file where no provider is known.
pub(crate) fn domain_name(
    provider: Option<&str>,
    account: Option<&str>,
    uri: Option<&str>,
) -> String {
    match (provider, account) {
        // Azure writes the same subscription in large letters in one log and in small ones in the
        // next.
        (Some(provider), Some(account)) => format!("{provider}/{}", account.to_ascii_lowercase()),
        (Some(provider), None) => provider.to_owned(),
        _ => {
            let uri = uri.unwrap_or_default();
            let folder = uri
                .rsplit_once(['/', '\\'])
                .map_or(".", |(folder, _)| folder);
            folder.to_owned()
        }
    }
}
