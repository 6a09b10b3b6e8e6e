//! CPU readings of services and resources.

use std::collections::{BTreeMap, HashMap};

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::tables::{Column, LogsView};
use nepho_core::time::NANOS;

/// Above this many percent the CPU is high, below the other it is low.
const HIGH: f64 = 70.0;
const LOW: f64 = 20.0;
/// Readings that a judgment needs, and the share of them that must agree.
const READINGS: u32 = 5;
const SUSTAINED: f64 = 0.8;
/// High CPU must last through this time; low CPU through all of it.
const WINDOW: i64 = 1800 * NANOS;
/// Width of an interval of readings.
const WIDTH: i64 = 300 * NANOS;
/// Services and resources whose readings are kept, and intervals of each.
const MAX_SUBJECTS: usize = 4096;
const MAX_INTERVALS: usize = 2048;

/// Readings of one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readings {
    pub(crate) all: u32,
    pub(crate) high: u32,
    pub(crate) low: u32,
}

impl Readings {
    fn join(&mut self, other: Self) {
        self.all = self.all.saturating_add(other.all);
        self.high = self.high.saturating_add(other.high);
        self.low = self.low.saturating_add(other.low);
    }

    fn sustained(self, part: u32) -> bool {
        self.all >= READINGS && f64::from(part) >= SUSTAINED * f64::from(self.all)
    }
}

/// How readings of a metric are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// From 0 to 100.
    Percent,
    /// From 0 to 1.
    Fraction,
}

/// What the readings of one service or resource say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Load {
    /// Whether it is high; else it is low.
    pub(crate) is_high: bool,
    pub(crate) readings: Readings,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) evidence: Evidence,
}

/// Readings of one service or resource.
#[derive(Debug, Default)]
struct Subject {
    intervals: BTreeMap<i64, Readings>,
    /// The first high and the first other reading.
    first_high: Option<Evidence>,
    first: Option<Evidence>,
    provider: Option<String>,
}

/// Whose readings they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Whose {
    /// A service that the row names.
    Service(String),
    /// A resource.
    Resource(String),
}

/// All CPU readings.
#[derive(Default)]
pub(crate) struct Cpu {
    subjects: HashMap<Whose, Subject>,
    /// Readings that were not kept.
    pub(crate) overlooked: u64,
}

impl Cpu {
    /// Takes note of a row with a metric; `service` is its service if it speaks for itself.
    pub(crate) fn note(&mut self, rows: &LogsView<'_>, row: usize, service: Option<&str>) {
        let (Some(metric), Some(value)) = (rows.text(Column::Metric, row), rows.value(row)) else {
            return;
        };
        let Some(percent) = unit(metric).and_then(|unit| percent(unit, value)) else {
            return;
        };
        let alarm = |id: &str| id.starts_with("arn:") && id.contains(":alarm:");
        let whose = match service {
            Some(service) => Whose::Service(service.to_owned()),
            None => match rows.resources(row).find(|id| !alarm(id)) {
                Some(id) => Whose::Resource(id.to_owned()),
                None => return,
            },
        };
        if self.subjects.len() >= MAX_SUBJECTS && !self.subjects.contains_key(&whose) {
            self.overlooked += 1;
            return;
        }
        let readings = Readings {
            all: 1,
            high: u32::from(percent > HIGH),
            low: u32::from(percent < LOW),
        };
        let Some(time) = rows.time(row) else {
            return;
        };
        let subject = self.subjects.entry(whose).or_default();
        subject.note(rows, (row, time), readings, (metric, value));
        if subject.intervals.len() > MAX_INTERVALS {
            let lost = subject.intervals.pop_last();
            self.overlooked += lost.map_or(0, |(_, readings)| u64::from(readings.all));
        }
    }

    /// Services and resources whose CPU is high or low, by name, with the cloud of their readings.
    pub(crate) fn loads(&self) -> Vec<(&Whose, Option<&str>, Vec<Load>)> {
        let mut loads: Vec<_> = self
            .subjects
            .iter()
            .map(|(whose, subject)| (whose, subject.provider.as_deref(), subject.loads()))
            .filter(|(_, _, loads)| !loads.is_empty())
            .collect();
        loads.sort_by(|one, other| one.0.cmp(other.0));
        loads
    }
}

impl Subject {
    fn note(
        &mut self,
        rows: &LogsView<'_>,
        (row, time): (usize, Timestamp),
        readings: Readings,
        metric: (&str, f64),
    ) {
        self.intervals
            .entry(time.0.div_euclid(WIDTH))
            .or_default()
            .join(readings);
        if self.provider.is_none() || rows.text(Column::Provider, row) < self.provider.as_deref() {
            self.provider = rows.text(Column::Provider, row).map(str::to_owned);
        }
        let uri = rows.text(Column::Uri, row).unwrap_or_default();
        let text = || format!("{} = {}", metric.0, metric.1);
        let evidence = || Evidence::new(uri, u64::from(rows.line(row)), time, &text());
        let place = (Some(time), uri, u64::from(rows.line(row)));
        let earlier = |held: &Option<Evidence>| {
            held.as_ref()
                .is_none_or(|held| place < (held.time, held.uri.as_str(), held.line))
        };
        if readings.high > 0 && earlier(&self.first_high) {
            self.first_high = Some(evidence());
        }
        if earlier(&self.first) {
            self.first = Some(evidence());
        }
    }

    fn loads(&self) -> Vec<Load> {
        let mut all = Readings::default();
        self.intervals
            .values()
            .for_each(|readings| all.join(*readings));
        let (Some(first), Some(last)) =
            (self.intervals.keys().next(), self.intervals.keys().last())
        else {
            return Vec::new();
        };
        let load = |is_high: bool, readings: Readings, first: i64, last: i64| {
            let evidence = if is_high {
                self.first_high.as_ref()
            } else {
                self.first.as_ref()
            };
            Some(Load {
                is_high,
                readings,
                start: Timestamp(first.saturating_mul(WIDTH)),
                end: Timestamp(last.saturating_add(1).saturating_mul(WIDTH)),
                evidence: evidence?.clone(),
            })
        };
        let high = if all.sustained(all.high) {
            Some((all, *first, *last))
        } else {
            self.high_window()
        };
        let high = high.and_then(|(readings, first, last)| load(true, readings, first, last));
        let low = all
            .sustained(all.low)
            .then(|| load(false, all, *first, *last))
            .flatten();
        high.into_iter().chain(low).collect()
    }

    /// The first stretch of half an hour in which the CPU was high, prolonged while it stays so.
    fn high_window(&self) -> Option<(Readings, i64, i64)> {
        let mut found: Option<(Readings, i64, i64)> = None;
        for first in self.intervals.keys() {
            let end = first.saturating_add(WINDOW / WIDTH);
            let mut sum = Readings::default();
            let mut last = *first;
            for (index, readings) in self.intervals.range(*first..end) {
                sum.join(*readings);
                last = *index;
            }
            let is_high = sum.sustained(sum.high);
            match &mut found {
                Some((_, _, held)) if is_high && *first <= *held => *held = last,
                Some(_) => break,
                None if is_high => found = Some((sum, *first, last)),
                None => {}
            }
        }
        let (_, first, last) = found?;
        let mut sum = Readings::default();
        for readings in self
            .intervals
            .range(first..=last)
            .map(|(_, readings)| readings)
        {
            sum.join(*readings);
        }
        Some((sum, first, last))
    }
}

/// Unit of a metric of CPU use; none for metrics that tell something else of the CPU.
///
/// `CPUUtilization` (AWS) and `Percentage CPU` (Azure) are percent.
/// `compute.googleapis.com/instance/cpu/utilization` and the `system.cpu.utilization` of
/// OpenTelemetry are fractions; a name without a unit is taken as percent.
fn unit(metric: &str) -> Option<Unit> {
    let name = metric.to_ascii_lowercase();
    if !name.contains("cpu") {
        return None;
    }
    let others = [
        "credit",
        "second",
        "time",
        "count",
        "limit",
        "request",
        "reserv",
        "steal",
        "wait",
        "idle",
        "core",
        "nano",
        "milli",
        "throttl",
        "quota",
        "cost",
        "temperature",
        "freq",
    ];
    if others.iter().any(|word| name.contains(word)) {
        return None;
    }
    let has = |word: &str| name.contains(word);
    if has("percent") || has("pct") || name == "cpuutilization" || name == "cpu_utilization" {
        return Some(Unit::Percent);
    }
    if has("utilization") && (has("/") || has(".")) {
        return Some(Unit::Fraction);
    }
    (has("utilization") || has("usage") || has("load") || name == "cpu").then_some(Unit::Percent)
}

fn percent(unit: Unit, value: f64) -> Option<f64> {
    let percent = match unit {
        Unit::Percent => value,
        Unit::Fraction => value * 100.0,
    };
    percent.is_finite().then_some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_metrics_of_cpu_use_count() {
        let check =
            |metric: &str, expected: Option<Unit>| assert_eq!(unit(metric), expected, "{metric}");
        check("CPUUtilization", Some(Unit::Percent));
        check("Percentage CPU", Some(Unit::Percent));
        check("CpuPercentage", Some(Unit::Percent));
        check("cpu_usage", Some(Unit::Percent));
        check(
            "compute.googleapis.com/instance/cpu/utilization",
            Some(Unit::Fraction),
        );
        check("system.cpu.utilization", Some(Unit::Fraction));
        check("CPUCreditBalance", None);
        check("node_cpu_seconds_total", None);
        check("UsageNanoCores", None);
        check("MemoryUtilization", None);
    }
}
