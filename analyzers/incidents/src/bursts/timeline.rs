//! The counts of one service over all its sources, on one corrected clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::activity::Activity;
use super::moments::Moments;
use super::significant;
use crate::clock::Clocks;
use crate::observe::Observer;
use crate::observe::buckets::Cell;
use crate::observe::samples::Sample;

/// Counts of a service over time.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// Number of the service.
    pub service: u32,
    /// Cloud, where its rows tell.
    pub provider: Option<String>,
    /// Clock domain with most of its failures, the earliest of equals.
    pub domain: u32,
    /// Intervals by their start, in corrected time; an interval is `width` long.
    pub points: Vec<(i64, Cell)>,
    /// Width of an interval, in nanoseconds.
    pub width: i64,
    /// How its failures are counted.
    pub moments: Moments,
    /// Failing rows with their corrected time, by time.
    pub samples: Vec<(i64, Sample)>,
    /// When the service could have been seen.
    pub activity: Arc<Activity>,
}

/// Timelines of all services that have failures or warnings; the others' health is known without.
///
/// A service that fails in some of the places where it runs and not in others is looked at where
/// it fails: the others go by the same name.
pub(crate) fn timelines(observer: &mut Observer, clocks: &Clocks) -> Vec<Timeline> {
    let mut by_service: Vec<Vec<usize>> = vec![Vec::new(); observer.services.len()];
    for (index, series) in observer.series.iter().enumerate() {
        if let Some(list) = by_service.get_mut(series.service as usize) {
            list.push(index);
        }
    }
    let all: Vec<u32> =
        (0..u32::try_from(observer.domains.list().len()).unwrap_or(u32::MAX)).collect();
    let mut maker = Maker {
        everywhere: Arc::new(Activity::of(&observer.domains, &all, clocks)),
        activities: BTreeMap::new(),
        clocks,
        observer,
    };
    let mut timelines = Vec::new();
    let mut services = Vec::new();
    for (service, list) in (0_u32..).zip(&by_service) {
        if let Some(timeline) = maker.make(service, list) {
            timelines.push(timeline);
            services.push(list);
        }
    }
    let failing = |timeline: &&Timeline| timeline.points.iter().any(|(_, cell)| cell.failures > 0);
    let count = timelines.iter().filter(failing).count();
    for (timeline, list) in timelines.iter_mut().zip(services) {
        if let Some(part) = maker.where_it_fails(timeline.service, list, count) {
            *timeline = part;
        }
    }
    timelines
}

/// Makes timelines of series.
struct Maker<'a> {
    everywhere: Arc<Activity>,
    activities: BTreeMap<Vec<u32>, Arc<Activity>>,
    clocks: &'a Clocks,
    observer: &'a mut Observer,
}

impl Maker<'_> {
    /// Timeline of some series of a service; `None` if nothing is wrong in them.
    fn make(&mut self, service: u32, list: &[usize]) -> Option<Timeline> {
        let width = self.observer.width;
        let mut merged = Merged::default();
        for index in list {
            merged.add(self.observer, *index, width, self.clocks);
        }
        if merged.failures == 0 && merged.warnings == 0 {
            return None;
        }
        merged.domains.sort_unstable();
        merged.domains.dedup();
        let domains = std::mem::take(&mut merged.domains);
        // A service that logs nothing but errors is silent, not absent, while other sources speak.
        let activity = if merged.rows == merged.failures + merged.warnings {
            Arc::clone(&self.everywhere)
        } else {
            let (held, clocks) = (&self.observer.domains, self.clocks);
            let made = self.activities.entry(domains);
            Arc::clone(
                made.or_insert_with_key(|domains| Arc::new(Activity::of(held, domains, clocks))),
            )
        };
        merged.samples.sort();
        let moments = Moments::of(merged.points.values());
        Some(Timeline {
            service,
            provider: merged.provider,
            domain: merged.domain.map_or(0, |(_, domain)| domain),
            points: merged.points.into_iter().collect(),
            width,
            moments,
            samples: merged.samples,
            activity,
        })
    }

    /// Timeline of a service in the places where its failures stand out, when it runs in others as
    /// well. `services` is how many services have failures at all.
    fn where_it_fails(
        &mut self,
        service: u32,
        list: &[usize],
        services: usize,
    ) -> Option<Timeline> {
        let place = |index: &usize| self.observer.series.get(*index).map(|series| series.place);
        let places: Vec<u32> = list.iter().filter_map(place).collect();
        let groups = self.observer.places.groups(&places);
        if groups.len() < 2 {
            return None;
        }
        let mut kept: Vec<usize> = Vec::new();
        for group in groups {
            let place = |index: usize| self.observer.series.get(index).map(|series| series.place);
            let is_of = |index: &usize| place(*index).is_some_and(|place| group.contains(&place));
            let part: Vec<usize> = list.iter().copied().filter(is_of).collect();
            let timeline = self.make(service, &part);
            let fails =
                timeline.is_some_and(|part| !significant::bursts(0, &part, services).is_empty());
            if fails {
                kept.extend(part);
            }
        }
        let is_part = !kept.is_empty() && kept.len() < list.len();
        kept.sort_unstable();
        is_part.then(|| self.make(service, &kept)).flatten()
    }
}

#[derive(Default)]
struct Merged {
    points: BTreeMap<i64, Cell>,
    samples: Vec<(i64, Sample)>,
    domains: Vec<u32>,
    provider: Option<String>,
    domain: Option<(u64, u32)>,
    rows: u64,
    failures: u64,
    warnings: u64,
}

impl Merged {
    fn add(&mut self, observer: &mut Observer, index: usize, width: i64, clocks: &Clocks) {
        let Some(series) = observer.series.get_mut(index) else {
            return;
        };
        let ahead = clocks.ahead(series.domain);
        let mut failures = 0;
        for (number, mut cell) in series.buckets.cells() {
            cell.shift(ahead);
            let start = number.saturating_mul(width).saturating_sub(ahead);
            let start = start.saturating_sub(start.rem_euclid(width));
            self.rows += u64::from(cell.rows);
            self.warnings += u64::from(cell.warnings);
            failures += u64::from(cell.failures);
            self.points.entry(start).or_default().join(&cell);
        }
        self.failures += failures;
        if self.domain.is_none_or(|(most, _)| failures > most) {
            self.domain = Some((failures, series.domain));
            self.provider = series.provider.clone().or(self.provider.take());
        }
        self.domains.push(series.domain);
        let samples = series
            .samples
            .iter()
            .map(|sample| (sample.time.0.saturating_sub(ahead), sample.clone()));
        self.samples.extend(samples);
    }
}

impl Timeline {
    /// Rows, failures and warnings in a stretch of time.
    pub(crate) fn totals(&self, start: i64, end: i64) -> (u64, u64, u64) {
        let from = self.points.partition_point(|(point, _)| *point < start);
        let mut totals = (0, 0, 0);
        for (point, cell) in self.points.iter().skip(from) {
            if *point >= end {
                break;
            }
            totals.0 += u64::from(cell.rows);
            totals.1 += u64::from(cell.failures);
            totals.2 += u64::from(cell.warnings);
        }
        totals
    }
}
