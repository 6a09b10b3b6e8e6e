//! Rows and bytes by owner and price, in bounded memory.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsView};
use nepho_core::time::NANOS;

use crate::minutes::{Bytes, Intervals, MINUTE};
use crate::prices::{PriceId, Prices, Rule};

/// Owners that are told apart; what comes beyond is counted without an owner.
const MAX_OWNERS: usize = 20_000;
/// Bytes of a name that are kept.
const NAME_BYTES: usize = 200;
/// Intervals held over all services (about 16 MB), and of all rows.
const MAX_INTERVALS: usize = 300_000;
const MAX_SPAN_INTERVALS: usize = 100_000;
/// A longer time without any row is no time of logging: one day.
const GAP: i64 = 86_400 * NANOS;
/// Combinations of columns whose owner is remembered.
const MAX_KNOWN: usize = 50_000;

/// To whom rows belong, as far as the rows themselves say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Owner {
    pub(crate) service: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) price: Option<PriceId>,
}

/// Rows and bytes of one owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Volume {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

impl Volume {
    pub(crate) fn add(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// Columns that say whose a row is and what it costs.
type Key<'a> = [Option<&'a str>; 6];

const COLUMNS: [Column; 6] = [
    Column::Service,
    Column::Team,
    Column::Environment,
    Column::Provider,
    Column::Region,
    Column::Format,
];

/// What rows with the same [`Key`] have in common.
#[derive(Clone, Copy)]
struct Common {
    rule: Option<Rule>,
    service: Option<usize>,
}

/// Place of an owner among all, and whether it stands for one beyond the limit.
#[derive(Clone, Copy)]
struct Account {
    owner: usize,
    is_beyond: bool,
}

/// The row before.
struct Last<'a> {
    key: Key<'a>,
    common: Common,
    price: Option<PriceId>,
    account: Account,
}

/// All that was counted.
pub(crate) struct Ledger {
    pub(crate) prices: Prices,
    numbers: HashMap<Owner, usize>,
    pub(crate) owners: Vec<(Owner, Volume)>,
    /// What was worked out before, by a hash of the key (and the price).
    known: HashMap<u64, Common>,
    accounts: HashMap<u64, Account>,
    service_numbers: HashMap<String, usize>,
    /// Bytes of each service over time.
    pub(crate) services: Vec<(String, Intervals<Bytes>)>,
    /// Width of the intervals of services, in nanoseconds.
    pub(crate) width: i64,
    intervals: usize,
    /// First and last time of rows per interval.
    pub(crate) span: Intervals<(i64, i64)>,
    span_width: i64,
    span_intervals: usize,
    pub(crate) total: Volume,
    /// Volume of rows that do not tell their time.
    pub(crate) untimed: Volume,
    /// Volume of owners beyond the limit.
    pub(crate) beyond: Volume,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            prices: Prices::default(),
            numbers: HashMap::new(),
            owners: Vec::new(),
            known: HashMap::new(),
            accounts: HashMap::new(),
            service_numbers: HashMap::new(),
            services: Vec::new(),
            width: MINUTE,
            intervals: 0,
            span: Intervals::default(),
            span_width: MINUTE,
            span_intervals: 0,
            total: Volume::default(),
            untimed: Volume::default(),
            beyond: Volume::default(),
        }
    }
}

impl Ledger {
    /// Counts the rows of a batch.
    pub(crate) fn read(&mut self, rows: &LogsView<'_>) {
        let mut last: Option<Last<'_>> = None;
        for row in 0..rows.len() {
            let key = COLUMNS.map(|column| rows.text(column, row));
            let held = last.take().filter(|held| held.key == key);
            let common = match &held {
                Some(held) => held.common,
                None => self.common(&key),
            };
            let price = common
                .rule
                .map(|rule| self.prices.of_event(rule, || rows.text(Column::Raw, row)));
            let account = match held.filter(|held| held.price == price) {
                Some(held) => held.account,
                None => self.account(&key, price),
            };
            self.count(rows, row, common.service, account);
            last = Some(Last {
                key,
                common,
                price,
                account,
            });
        }
    }

    #[inline]
    fn count(&mut self, rows: &LogsView<'_>, row: usize, service: Option<usize>, account: Account) {
        let volume = Volume {
            rows: 1,
            bytes: u64::from(rows.bytes(row)),
        };
        self.total.add(volume);
        if let Some((_, held)) = self.owners.get_mut(account.owner) {
            held.add(volume);
        }
        if account.is_beyond {
            self.beyond.add(volume);
        }
        let Some(Timestamp(time)) = rows.time(row) else {
            self.untimed.add(volume);
            return;
        };
        if let Some((_, intervals)) = service.and_then(|at| self.services.get_mut(at)) {
            let severity = rows.severity(row);
            let of = |is_such: bool| if is_such { volume.bytes } else { 0 };
            let bytes = Bytes {
                all: volume.bytes,
                debug: of(severity.is_some_and(|severity| severity < Severity::INFO)),
                error: of(severity.is_some_and(|severity| severity >= Severity::ERROR)),
            };
            self.intervals += usize::from(intervals.add(time, self.width, bytes));
        }
        self.span_intervals += usize::from(self.span.add(time, self.span_width, (time, time)));
        while self.intervals > MAX_INTERVALS {
            self.width = self.width.saturating_mul(2);
            let services = self.services.iter_mut();
            self.intervals = services.map(|(_, intervals)| intervals.halve()).sum();
        }
        while self.span_intervals > MAX_SPAN_INTERVALS {
            self.span_width = self.span_width.saturating_mul(2);
            self.span_intervals = self.span.halve();
        }
    }

    fn common(&mut self, key: &Key<'_>) -> Common {
        let hash = hash_of(key);
        if let Some(common) = self.known.get(&hash) {
            return *common;
        }
        let [service, _, _, provider, region, format] = *key;
        let common = Common {
            rule: self.prices.rule(provider, region, format),
            service: name(service).and_then(|name| self.service(name)),
        };
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(hash, common);
        common
    }

    /// Place of a service whose volume is kept over time; none beyond the limit.
    fn service(&mut self, name: String) -> Option<usize> {
        if let Some(place) = self.service_numbers.get(&name) {
            return Some(*place);
        }
        let place = self.services.len();
        if place >= MAX_OWNERS {
            return None;
        }
        self.services.push((name.clone(), Intervals::default()));
        self.service_numbers.insert(name, place);
        Some(place)
    }

    fn account(&mut self, key: &Key<'_>, price: Option<PriceId>) -> Account {
        let hash = hash_of(&(key, price));
        if let Some(account) = self.accounts.get(&hash) {
            return *account;
        }
        let [service, team, environment, ..] = *key;
        let mut owner = Owner {
            service: name(service),
            team: name(team),
            environment: name(environment),
            price,
        };
        let is_beyond = self.owners.len() >= MAX_OWNERS && !self.numbers.contains_key(&owner);
        if is_beyond {
            owner = Owner {
                price,
                ..Owner::default()
            };
        }
        let next = self.owners.len();
        let place = *self.numbers.entry(owner.clone()).or_insert(next);
        if place == next {
            self.owners.push((owner, Volume::default()));
        }
        let account = Account {
            owner: place,
            is_beyond,
        };
        if self.accounts.len() >= MAX_KNOWN {
            self.accounts.clear();
        }
        self.accounts.insert(hash, account);
        account
    }

    /// First and last time of the rows that tell it, and the nanoseconds that they cover: gaps of
    /// more than a day, as between logs of two years or before a row with a wrong clock, do not
    /// count.
    pub(crate) fn covered(&mut self) -> Option<Covered> {
        let spans = self.span.all();
        let (_, (first, _)) = *spans.first()?;
        let (_, (_, last)) = *spans.last()?;
        let mut nanos = 0_i64;
        let (mut start, mut end) = (first, first);
        for (_, (next, until)) in spans {
            if next.saturating_sub(end) > GAP {
                nanos = nanos.saturating_add(end.saturating_sub(start));
                start = next;
            }
            end = end.max(until);
        }
        nanos = nanos.saturating_add(end.saturating_sub(start));
        Some(Covered {
            first: Timestamp(first),
            last: Timestamp(last),
            nanos,
        })
    }
}

/// Time in which there were rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Covered {
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    /// Without long gaps.
    pub(crate) nanos: i64,
}

/// A name as it is kept; none for blanks.
fn name(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    let text = &text[..text.floor_char_boundary(NAME_BYTES)];
    (!text.is_empty()).then(|| text.to_owned())
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
