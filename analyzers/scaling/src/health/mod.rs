//! How services fared: rows, failures and slow requests per interval, in bounded memory.

pub(crate) mod cells;
pub(crate) mod cpu;

use std::collections::{BTreeMap, HashMap};

use nepho_core::Timestamp;
use nepho_core::findings::{Evidence, SeriesPoint};
use nepho_core::tables::{Column, LogsView};
use nepho_core::time::NANOS;

use cells::{Cell, Cells};

/// Width of an interval before any were joined: one minute.
pub(crate) const FIRST_WIDTH: i64 = 60 * NANOS;
/// Intervals held over all services before they are joined two by two (about 20 MB).
const INTERVALS: usize = 300_000;
/// Services that are told apart.
const MAX_SERVICES: usize = 20_000;
/// Clouds of one service that are told apart.
const MAX_PROVIDERS: usize = 16;
/// Formats that tell the requests of one service and are counted apart.
const MAX_SOURCES: usize = 8;
/// Bytes of a service name that are kept.
const NAME_BYTES: usize = 200;
/// A request that takes longer is slow: 1000 ms.
const SLOW: i64 = 1_000_000_000;
/// One failing row is kept per service and this time.
const SAMPLED: i64 = 300 * NANOS;
/// Failing rows kept of one service, and of all.
const MAX_SAMPLES: usize = 48;
const MAX_ALL_SAMPLES: usize = 20_000;
/// Points of a series at most.
const POINTS: usize = 240;

/// One service over time.
#[derive(Default)]
pub(crate) struct Service {
    pub(crate) name: String,
    providers: BTreeMap<String, u64>,
    cells: Cells,
    /// Requests by the format that tells them: what a load balancer and the service itself tell of
    /// one request are two rows.
    sources: Vec<(String, Cells)>,
    /// The first failing row of each stretch of [`SAMPLED`].
    samples: BTreeMap<i64, Evidence>,
}

/// All services.
pub(crate) struct Health {
    numbers: HashMap<String, u32>,
    pub(crate) services: Vec<Service>,
    /// Width of all intervals, in nanoseconds.
    pub(crate) width: i64,
    intervals: usize,
    samples: usize,
    /// Rows of services beyond the limit.
    pub(crate) overlooked: u64,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            services: Vec::new(),
            width: FIRST_WIDTH,
            intervals: 0,
            samples: 0,
            overlooked: 0,
        }
    }
}

impl Health {
    /// Number of a service; none beyond the limit.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        let name = &name[..name.floor_char_boundary(NAME_BYTES)];
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        if self.services.len() >= MAX_SERVICES {
            return None;
        }
        let number = u32::try_from(self.services.len()).ok()?;
        self.services.push(Service {
            name: name.to_owned(),
            ..Service::default()
        });
        self.numbers.insert(name.to_owned(), number);
        Some(number)
    }

    /// Number of a format among those that tell of a service.
    pub(crate) fn source(&mut self, service: u32, format: &str) -> usize {
        let Some(service) = self.services.get_mut(service as usize) else {
            return 0;
        };
        let sources = &mut service.sources;
        let held = sources.iter().position(|(held, _)| held == format);
        let is_room = sources.len() < MAX_SOURCES;
        held.unwrap_or_else(|| {
            if is_room {
                sources.push((format.to_owned(), Cells::default()));
            }
            sources.len() - 1
        })
    }

    /// The service of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Service> {
        self.services.get(*self.numbers.get(name)? as usize)
    }

    /// Counts neighboring rows of a service by cloud.
    pub(crate) fn count_provider(&mut self, service: u32, provider: Option<&str>, rows: u64) {
        let (Some(provider), Some(service)) = (provider, self.services.get_mut(service as usize))
        else {
            return;
        };
        if let Some(held) = service.providers.get_mut(provider) {
            *held += rows;
        } else if service.providers.len() < MAX_PROVIDERS {
            service.providers.insert(provider.to_owned(), rows);
        }
    }

    /// Takes note of a row of a service, and of the source that tells it.
    #[inline]
    pub(crate) fn note(
        &mut self,
        (service, source): (u32, usize),
        rows: &LogsView<'_>,
        row: usize,
    ) {
        let service = self.services.get_mut(service as usize);
        let Some((service, time)) = service.zip(rows.time(row)) else {
            return;
        };
        let is_failure = rows.tells_failure(row);
        let duration = rows.duration(row);
        let is_request = rows.status(row).is_some() || rows.outcome(row).is_some();
        let cell = Cell {
            rows: 1,
            failures: u32::from(is_failure),
            requests: u32::from(is_request),
            failed_requests: u32::from(is_request && is_failure),
            timed: u32::from(duration.is_some()),
            slow: u32::from(duration.is_some_and(|duration| duration > SLOW)),
        };
        let interval = time.0.div_euclid(self.width);
        self.intervals += usize::from(service.cells.add(interval, &cell));
        let source = service.sources.get_mut(source);
        if let Some((_, cells)) = source.filter(|_| is_request || duration.is_some()) {
            self.intervals += usize::from(cells.add(interval, &cell));
        }
        if is_failure {
            self.samples += service.sample(rows, (row, time), self.samples < MAX_ALL_SAMPLES);
        }
        while self.intervals > INTERVALS {
            self.width = self.width.saturating_mul(2);
            self.intervals = self
                .services
                .iter_mut()
                .map(|service| {
                    let sources = service.sources.iter_mut();
                    let told: usize = sources.map(|(_, cells)| cells.halve()).sum();
                    told + service.cells.halve()
                })
                .sum();
        }
    }

    /// Joins what is held open, before anything is looked up.
    pub(crate) fn settle(&mut self) {
        for service in &mut self.services {
            service.cells.close();
            for (_, cells) in &mut service.sources {
                cells.close();
            }
        }
    }
}

impl Service {
    /// Keeps the row if it is the first that failed in its stretch of time; gives how many more are
    /// held.
    fn sample(
        &mut self,
        rows: &LogsView<'_>,
        (row, time): (usize, Timestamp),
        has_room: bool,
    ) -> usize {
        let stretch = time.0.div_euclid(SAMPLED);
        let has_room = has_room && self.samples.len() < MAX_SAMPLES;
        let place = (
            Some(time),
            rows.text(Column::Uri, row).unwrap_or_default(),
            u64::from(rows.line(row)),
        );
        match self.samples.get_mut(&stretch) {
            Some(held) => {
                if place < (held.time, held.uri.as_str(), held.line) {
                    *held = rows.evidence(row);
                }
                0
            }
            None if has_room => {
                self.samples.insert(stretch, rows.evidence(row));
                1
            }
            None => 0,
        }
    }

    /// The cloud of most rows; of two with as many, the first by name.
    pub(crate) fn provider(&self) -> Option<&str> {
        let ranked = self.providers.iter().rev().max_by_key(|(_, rows)| **rows);
        ranked.map(|(provider, _)| provider.as_str())
    }

    /// What happened in the intervals that begin from `start` on and before `end`.
    pub(crate) fn within(&self, start: Timestamp, end: Timestamp, width: i64) -> Cell {
        let first = start.0.div_euclid(width);
        let last = end.0.div_euclid(width);
        let mut sum = Cell::default();
        for (_, cell) in self.cells.range(first, last) {
            sum.join(cell);
        }
        sum
    }

    /// All intervals by time: start and what happened.
    pub(crate) fn cells(&self, width: i64) -> impl Iterator<Item = (Timestamp, &Cell)> {
        self.cells
            .range(i64::MIN, i64::MAX)
            .map(move |(index, cell)| (Timestamp(index.saturating_mul(width)), cell))
    }

    /// Intervals with requests by time: start, and what each source tells.
    pub(crate) fn requests(&self, width: i64) -> Vec<(Timestamp, Vec<Cell>)> {
        let mut told: BTreeMap<i64, Vec<Cell>> = BTreeMap::new();
        for (number, (_, cells)) in self.sources.iter().enumerate() {
            for (index, cell) in cells.range(i64::MIN, i64::MAX) {
                let held = told.entry(index);
                let held = held.or_insert_with(|| vec![Cell::default(); self.sources.len()]);
                if let Some(held) = held.get_mut(number) {
                    *held = *cell;
                }
            }
        }
        let told = told.into_iter();
        told.map(|(index, cells)| (Timestamp(index.saturating_mul(width)), cells))
            .collect()
    }

    /// Rows and failures over time, in at most 240 intervals of equal width.
    pub(crate) fn series(&self, width: i64) -> Vec<SeriesPoint> {
        let mut factor = 1_i64;
        loop {
            let step = width.saturating_mul(factor);
            let mut points: Vec<SeriesPoint> = Vec::new();
            for (time, cell) in self.cells(width) {
                let time = time.floor(step);
                if points.last().is_none_or(|point| point.time != time) {
                    points.push(SeriesPoint {
                        time,
                        rows: 0,
                        errors: 0,
                    });
                }
                if let Some(point) = points.last_mut() {
                    point.rows += u64::from(cell.rows);
                    point.errors += u64::from(cell.failures);
                }
            }
            if points.len() <= POINTS || factor > i64::MAX / 4 {
                points.truncate(POINTS);
                return points;
            }
            factor *= 2;
        }
    }

    /// The first failing rows that were kept from `start` on.
    pub(crate) fn samples(
        &self,
        start: Timestamp,
        end: Timestamp,
    ) -> impl Iterator<Item = &Evidence> {
        self.samples
            .values()
            .filter(move |sample| (Some(start)..=Some(end)).contains(&sample.time))
    }
}
