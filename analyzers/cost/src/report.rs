//! Writes the finding.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::findings::{
    CostDetails, CostLine, CostSpike, Details, Finding, FindingKind, Urgency,
};

use crate::culprits::Culprits;
use crate::labels::Labels;
use crate::ledger::{Covered, Ledger, Volume};
use crate::minutes::{Bytes, MINUTE, Sum};
use crate::prices::PriceId;
use crate::spikes::{self, Spike};

/// Nanoseconds of 30 days.
const MONTH: f64 = 30.0 * 86_400.0 * 1e9;
/// Spikes that are told, those that add most first.
const MAX_SPIKES: usize = 100;
/// Services that are named at the finding.
const SERVICES: usize = 10;

/// Service, team, environment and cloud of a line.
type Key = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// The finding on all volume; none if there was no row. Rows without a time count by volume only.
pub(crate) fn finding(
    ledger: &mut Ledger,
    labels: &Labels,
    culprits: &Culprits,
) -> Option<Finding> {
    if ledger.total.rows == 0 {
        return None;
    }
    let covered = ledger.covered();
    let scale = covered.and_then(|covered| monthly(ledger, covered));
    let pools = pools(ledger);
    let lines = lines(ledger, labels, &pools, scale);
    let spikes = spikes_of(ledger, &lines, culprits);
    // Not `sum`, which gives -0 for nothing.
    let total_cost = pools.iter().fold(0.0, |sum, (id, volume)| {
        sum + ledger.prices.amount(*id, volume.bytes)
    });
    let unlabelled = lines.iter().filter(|line| line.team.is_none());
    let details = CostDetails {
        currency: ledger.prices.currency().to_owned(),
        total_bytes: ledger.total.bytes,
        total_cost,
        unlabelled_bytes: unlabelled
            .map(|line| line.bytes)
            .fold(0, u64::saturating_add),
        spikes,
        prices: footnotes(ledger, &pools),
        lines,
    };
    let has_spikes = !details.spikes.is_empty();
    Some(Finding {
        id: "cost".to_owned(),
        kind: FindingKind::Cost,
        urgency: if has_spikes {
            Urgency::Warning
        } else {
            Urgency::Info
        },
        start: covered.map(|covered| covered.first),
        end: covered.map(|covered| covered.last),
        services: services(&details),
        resources: Vec::new(),
        title: title(&details, scale),
        explanation: explanation(ledger, &details, &pools, covered, scale),
        confidence: 0.9,
        change: details.spikes.iter().find_map(|spike| spike.change.clone()),
        evidence: Vec::new(),
        details: Details::Cost(details),
    })
}

/// Volume by price.
fn pools(ledger: &Ledger) -> BTreeMap<PriceId, Volume> {
    let mut pools: BTreeMap<PriceId, Volume> = BTreeMap::new();
    for (owner, volume) in &ledger.owners {
        if let Some(price) = owner.price {
            pools.entry(price).or_default().add(*volume);
        }
    }
    pools
}

fn lines(
    ledger: &Ledger,
    labels: &Labels,
    pools: &BTreeMap<PriceId, Volume>,
    scale: Option<f64>,
) -> Vec<CostLine> {
    let mut parts: BTreeMap<Key, BTreeMap<Option<PriceId>, Volume>> = BTreeMap::new();
    for (owner, volume) in &ledger.owners {
        let by_service = |find: fn(&Labels, &str) -> Option<String>| {
            owner
                .service
                .as_deref()
                .and_then(|service| find(labels, service))
        };
        let team = owner.team.clone();
        let environment = owner.environment.clone();
        let key = (
            owner.service.clone(),
            team.or_else(|| by_service(|labels, name| labels.team(name).map(str::to_owned))),
            environment
                .or_else(|| by_service(|labels, name| labels.environment(name).map(str::to_owned))),
            owner
                .price
                .and_then(|id| ledger.prices.provider(id))
                .map(str::to_owned),
        );
        parts
            .entry(key)
            .or_default()
            .entry(owner.price)
            .or_default()
            .add(*volume);
    }
    let mut lines: Vec<CostLine> = parts
        .into_iter()
        .map(|((service, team, environment, provider), parts)| {
            let mut sum = Volume::default();
            let mut cost = 0.0;
            for (price, volume) in parts {
                sum.add(volume);
                if let Some(id) = price {
                    let whole = pools.get(&id).map_or(volume.bytes, |pool| pool.bytes);
                    cost += ledger.prices.share(id, volume.bytes, whole);
                }
            }
            let monthly_cost = scale.map(|scale| cost * scale);
            let is_priced = provider.is_some();
            CostLine {
                service,
                team,
                environment,
                provider,
                rows: sum.rows,
                bytes: sum.bytes,
                cost,
                monthly_cost: monthly_cost.filter(|_| is_priced),
            }
        })
        .collect();
    lines.sort_by(|one, other| {
        other
            .cost
            .total_cmp(&one.cost)
            .then(other.bytes.cmp(&one.bytes))
            .then_with(|| key(one).cmp(&key(other)))
    });
    lines
}

fn key(line: &CostLine) -> [Option<&str>; 4] {
    [&line.service, &line.team, &line.environment, &line.provider].map(|value| value.as_deref())
}

/// How many times the covered time fits into 30 days; none if it is shorter than a minute, or if
/// more than a tenth of the volume tells no time.
fn monthly(ledger: &Ledger, covered: Covered) -> Option<f64> {
    let is_timed = ledger.untimed.bytes <= ledger.total.bytes / 10;
    (is_timed && covered.nanos >= MINUTE).then(|| MONTH / covered.nanos as f64)
}

fn spikes_of(ledger: &mut Ledger, lines: &[CostLine], culprits: &Culprits) -> Vec<CostSpike> {
    let mut teams: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for line in lines {
        if let (Some(service), Some(team)) = (&line.service, &line.team) {
            let bytes = teams.entry(service).or_default().entry(team).or_default();
            *bytes = bytes.saturating_add(line.bytes);
        }
    }
    let (width, total) = (ledger.width, ledger.total.bytes);
    let minutes = width as f64 / MINUTE as f64;
    let mut found = Vec::new();
    for (service, intervals) in &mut ledger.services {
        let ranked = teams
            .get(service.as_str())
            .and_then(|teams| teams.iter().rev().max_by_key(|(_, bytes)| **bytes));
        let intervals = intervals.all();
        let all: Vec<(i64, u64)> = intervals
            .iter()
            .map(|(at, bytes)| (*at, bytes.all))
            .collect();
        for spike in spikes::spikes(&all, width, total) {
            let start = Timestamp(spike.first.saturating_mul(width));
            let severity = severity(&intervals, &spike).map(str::to_owned);
            let within = spike.bytes / (spike.intervals() * minutes);
            let before = spike.before / minutes;
            found.push((
                spike.added(),
                CostSpike {
                    service: service.clone(),
                    team: ranked.map(|(team, _)| (*team).to_owned()),
                    start,
                    end: Timestamp(spike.last.saturating_add(1).saturating_mul(width)),
                    bytes_per_minute_before: before,
                    bytes_per_minute: within,
                    ratio: within / before,
                    severity,
                    change: culprits.of(service, start, width).map(str::to_owned),
                },
            ));
        }
    }
    found.sort_by(|(one_added, one), (other_added, other)| {
        other_added
            .total_cmp(one_added)
            .then_with(|| (&one.service, one.start).cmp(&(&other.service, other.start)))
    });
    found.truncate(MAX_SPIKES);
    found.into_iter().map(|(_, spike)| spike).collect()
}

/// The severity of most of what a spike adds, where it made little of the volume before.
fn severity(intervals: &[(i64, Bytes)], spike: &Spike) -> Option<&'static str> {
    let from = intervals.partition_point(|(at, _)| *at < spike.first);
    let (before, rest) = intervals.split_at(from);
    let within = rest.iter().take_while(|(at, _)| *at <= spike.last);
    let usual = before.iter().rev().take(spikes::BEFORE);
    let sum = |list: &mut dyn Iterator<Item = &(i64, Bytes)>| {
        list.fold(Bytes::default(), |mut sum, (_, bytes)| {
            sum.add(*bytes);
            sum
        })
    };
    let (within, before) = (sum(&mut within.into_iter()), sum(&mut usual.into_iter()));
    let kinds = [
        ("DEBUG", within.debug, before.debug),
        ("ERROR", within.error, before.error),
    ];
    let rose = kinds.into_iter().find(|(_, within_kind, before_kind)| {
        within_kind.saturating_mul(2) > within.all && before_kind.saturating_mul(4) < before.all
    });
    rose.map(|(word, ..)| word)
}

fn footnotes(ledger: &Ledger, pools: &BTreeMap<PriceId, Volume>) -> Vec<String> {
    let mut notes: Vec<String> = pools.keys().map(|id| ledger.prices.footnote(*id)).collect();
    let free: u64 = ledger
        .owners
        .iter()
        .filter(|(owner, _)| owner.price.is_none())
        .map(|(_, volume)| volume.bytes)
        .fold(0, u64::saturating_add);
    if free > 0 {
        notes.push(format!(
            "Logs of no known cloud, {}: no price known, not in the sums",
            size(free)
        ));
    }
    notes
}

/// Services that rose, then those that cost most.
fn services(details: &CostDetails) -> Vec<String> {
    let rose = details.spikes.iter().map(|spike| spike.service.as_str());
    let costly = details
        .lines
        .iter()
        .filter_map(|line| line.service.as_deref());
    let mut seen = BTreeSet::new();
    let mut services: Vec<String> = Vec::new();
    for service in rose.chain(costly) {
        if services.len() < SERVICES && seen.insert(service) {
            services.push(service.to_owned());
        }
    }
    services
}

fn title(details: &CostDetails, scale: Option<f64>) -> String {
    if !details.lines.iter().any(CostLine::has_price) {
        return format!("{} of logs, no price known", size(details.total_bytes));
    }
    let money = |amount: f64| money(amount, &details.currency);
    let month = match scale {
        Some(scale) => format!(
            "; {} in 30 days at this rate",
            money(details.total_cost * scale)
        ),
        None => String::new(),
    };
    format!(
        "{} of logs, list price {}{month}",
        size(details.total_bytes),
        money(details.total_cost)
    )
}

fn explanation(
    ledger: &Ledger,
    details: &CostDetails,
    pools: &BTreeMap<PriceId, Volume>,
    covered: Option<Covered>,
    scale: Option<f64>,
) -> String {
    let when = match covered {
        Some(covered) => format!(" from {} to {}", covered.first, covered.last),
        None => String::new(),
    };
    let mut told = vec![format!(
        "{} rows with {}{when}.",
        ledger.total.rows,
        size(details.total_bytes)
    )];
    if details.unlabelled_bytes > 0 {
        told.push(format!(
            "{} ({}) have no team: neither the rows nor the resources of their service name one.",
            size(details.unlabelled_bytes),
            percent(details.unlabelled_bytes, details.total_bytes)
        ));
    }
    for spike in details.spikes.iter().take(3) {
        told.push(format!(
            "{} logged {:.1} times as much as before from {} to {}.",
            spike.service, spike.ratio, spike.start, spike.end
        ));
    }
    told.extend(cheaper(ledger, pools, &details.currency));
    if ledger.beyond.rows > 0 {
        told.push(format!(
            "There are too many owners to tell apart: {} rows with {} stand without one.",
            ledger.beyond.rows,
            size(ledger.beyond.bytes)
        ));
    }
    if scale.is_none() {
        let why = match covered.is_some_and(|covered| covered.nanos >= MINUTE) {
            true => "More than a tenth of the logs tells no time",
            false => "The logs span less than a minute",
        };
        told.push(format!("{why}, which says nothing of a month."));
    }
    told.join(" ")
}

/// What the same volume would cost in the cheaper class of each cloud.
fn cheaper(ledger: &Ledger, pools: &BTreeMap<PriceId, Volume>, currency: &str) -> Vec<String> {
    let mut classes: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (id, volume) in pools {
        if let Some((other, name)) = ledger.prices.cheaper(*id) {
            let sums = classes.entry(name).or_default();
            sums.0 += ledger.prices.amount(*id, volume.bytes);
            sums.1 += ledger.prices.amount(other, volume.bytes);
        }
    }
    let worthwhile = classes
        .into_iter()
        .filter(|(_, (now, then))| now - then >= 0.01);
    worthwhile
        .map(|(name, (now, then))| {
            format!(
                "Kept as {name}, what costs {} would cost {}.",
                money(now, currency),
                money(then, currency)
            )
        })
        .collect()
}

/// `3.80 USD`.
fn money(amount: f64, currency: &str) -> String {
    if amount > 0.0 && amount < 0.005 {
        return format!("less than 0.01 {currency}");
    }
    format!("{amount:.2} {currency}")
}

/// `1.2 GB`; decimal units, as bills count.
fn size(bytes: u64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
    let mut value = bytes as f64;
    let mut unit = "bytes";
    for next in units.iter().skip(1) {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "bytes" {
        format!("{bytes} bytes")
    } else {
        format!("{value:.1} {unit}")
    }
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0 %".to_owned();
    }
    format!("{:.0} %", part as f64 / whole as f64 * 100.0)
}
