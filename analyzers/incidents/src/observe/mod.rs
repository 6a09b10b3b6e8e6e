//! Takes note of log rows: counts, samples and common requests per service and clock, in bounded
//! memory.

pub(crate) mod buckets;
pub(crate) mod domains;
pub(crate) mod flows;
pub(crate) mod notices;
pub(crate) mod pairs;
pub(crate) mod samples;

use std::collections::HashMap;

use nepho_core::findings::Evidence;
use nepho_core::role::Role;
use nepho_core::secret;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsView};
use nepho_core::{Result, Timestamp};

use crate::place::{Places, Row};
use arrow_array::RecordBatch;
use buckets::{Buckets, FIRST_WIDTH, Health};
use domains::Domains;
use flows::Flows;
use notices::Notices;
use pairs::Pairs;
use samples::{Sample, Samples};

/// Intervals held over all series before they are joined two by two (about 20 MB).
const INTERVALS: usize = 400_000;
/// Series (service and clock domain) held at most; rows of further ones are counted only.
const SERIES: usize = 40_000;
/// Intervals with samples, over all series.
const SAMPLED_INTERVALS: usize = 40_000;
/// Characters of what is quoted of a request.
const BRIEF: usize = 200;
/// Bytes of a service name that are kept.
const NAME_BYTES: usize = 200;

/// What is known of one service in one clock domain and place.
#[derive(Debug)]
pub(crate) struct Series {
    /// Number of the service.
    pub service: u32,
    /// Number of the clock domain.
    pub domain: u32,
    /// Number of the place.
    pub place: u32,
    /// Cloud.
    pub provider: Option<String>,
    /// Counts over time.
    pub buckets: Buckets,
    /// Failing rows to quote.
    pub samples: Samples,
}

/// What was seen of all services.
#[derive(Debug)]
pub(crate) struct Observer {
    /// Names of services by their number.
    pub services: Vec<String>,
    service_ids: HashMap<String, u32>,
    /// Clock domains.
    pub domains: Domains,
    /// Places of the rows.
    pub places: Places,
    /// One entry per service, domain and place.
    pub series: Vec<Series>,
    series_ids: HashMap<(u32, u32, u32), usize>,
    /// Width of the intervals of all series, in nanoseconds.
    pub width: i64,
    intervals: usize,
    /// Requests seen by more than one domain.
    pub pairs: Pairs,
    /// Flows of networks.
    pub flows: Flows,
    /// What clusters tell of the pods of services.
    pub notices: Notices,
    /// Rows of series beyond the limit.
    pub beyond: u64,
}

impl Default for Observer {
    fn default() -> Self {
        Self {
            services: Vec::new(),
            service_ids: HashMap::new(),
            domains: Domains::default(),
            places: Places::default(),
            series: Vec::new(),
            series_ids: HashMap::new(),
            width: FIRST_WIDTH,
            intervals: 0,
            pairs: Pairs::default(),
            flows: Flows::default(),
            notices: Notices::default(),
            beyond: 0,
        }
    }
}

/// Series of the row before, found again without a look-up while its names stay the same.
struct Last<'a> {
    source: [Option<&'a str>; 3],
    at: [Option<&'a str>; 2],
    domain: u32,
    format: Option<&'a str>,
    service: &'a str,
    counts: bool,
    series: Option<usize>,
}

impl Observer {
    /// Takes note of a batch of table `logs`.
    pub(crate) fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        let view = LogsView::new(batch)?;
        let mut last: Option<Last<'_>> = None;
        for row in 0..view.len() {
            self.flows.add(&view, row);
            self.notices.add(&view, row);
            let service = view.text(Column::Service, row);
            let Some(service) = service.or_else(|| host(&view, row)) else {
                continue;
            };
            if view.text(Column::Metric, row).is_some() {
                continue;
            }
            let provider = view.text(Column::Provider, row);
            let uri = if provider.is_some() {
                None
            } else {
                view.text(Column::Uri, row)
            };
            let source = [provider, view.text(Column::Account, row), uri];
            let at = [view.text(Column::Region, row), of_row(&view, row)];
            let format = view.text(Column::Format, row);
            let is_same = last.as_ref().is_some_and(|last| {
                last.service == service
                    && last.format == format
                    && last.source == source
                    && last.at == at
            });
            if !is_same {
                let known = last
                    .as_ref()
                    .filter(|last| last.source == source)
                    .map(|last| last.domain);
                let domain =
                    known.unwrap_or_else(|| self.domains.intern(source[0], source[1], source[2]));
                let counts = Role::of(format, Some(service)).names_a_service();
                last = Some(Last {
                    source,
                    at,
                    domain,
                    format,
                    service,
                    counts,
                    series: if counts {
                        let place = self.place(domain, at);
                        self.series(service, (domain, place), provider)
                    } else {
                        None
                    },
                });
            }
            if let Some(last) = &last {
                self.beyond += u64::from(last.counts && last.series.is_none());
                self.note(&view, row, last.domain, last.series);
            }
        }
        Ok(())
    }

    /// Takes note of a row of somebody who is no service, and of what the row was on.
    pub(crate) fn add(
        &mut self,
        view: &LogsView<'_>,
        row: usize,
        name: &str,
        health: Health,
        peer: Option<&str>,
    ) {
        let Some(time) = view.time(row) else {
            return;
        };
        let provider = view.text(Column::Provider, row);
        let account = view.text(Column::Account, row);
        let domain = self.domains.intern(provider, account, None);
        // What a row is of is what was called: only its account and region are those of the call.
        let place = self.place(domain, [view.text(Column::Region, row), None]);
        match self.series(name, (domain, 0), provider) {
            Some(series) => {
                self.count(view, (row, time), (domain, place, series), health, peer);
            }
            None => self.beyond += 1,
        }
    }

    /// Number of the place of rows with this domain, region and resource.
    fn place(&mut self, domain: u32, [region, resource]: [Option<&str>; 2]) -> u32 {
        let domain = self.domains.list().get(domain as usize);
        self.places.intern(&Row {
            domain: domain.map_or("", |domain| domain.name.as_str()),
            region,
            resource,
        })
    }

    fn series(
        &mut self,
        service: &str,
        (domain, place): (u32, u32),
        provider: Option<&str>,
    ) -> Option<usize> {
        let service = &service[..service.floor_char_boundary(NAME_BYTES)];
        let id = match self.service_ids.get(service) {
            Some(id) => *id,
            None if self.series.len() >= SERIES => return None,
            None => {
                let id = u32::try_from(self.services.len()).ok()?;
                self.services.push(service.to_owned());
                self.service_ids.insert(service.to_owned(), id);
                id
            }
        };
        if let Some(series) = self.series_ids.get(&(id, domain, place)) {
            return Some(*series);
        }
        if self.series.len() >= SERIES {
            return None;
        }
        self.series.push(Series {
            service: id,
            domain,
            place,
            provider: provider.map(str::to_owned),
            buckets: Buckets::default(),
            samples: Samples::default(),
        });
        self.series_ids
            .insert((id, domain, place), self.series.len() - 1);
        Some(self.series.len() - 1)
    }

    fn note(&mut self, view: &LogsView<'_>, row: usize, domain: u32, series: Option<usize>) {
        let Some(time) = view.time(row) else {
            return;
        };
        let ids = [Column::TraceId, Column::RequestId].map(|column| view.text(column, row));
        let ids = ids.map(|id| id.filter(|id| id.len() >= 8));
        let place = series.and_then(|at| Some((at, self.series.get(at)?.place)));
        if place.is_none() && ids == [None, None] {
            return;
        }
        let health = health(view, row);
        for id in ids.into_iter().flatten() {
            self.pairs.add(id, domain, time.0, health);
        }
        if let Some((series, place)) = place {
            let peer = view.text(Column::Peer, row);
            self.count(view, (row, time), (domain, place, series), health, peer);
        }
    }

    fn count(
        &mut self,
        view: &LogsView<'_>,
        (row, time): (usize, Timestamp),
        (domain, place, series): (u32, u32, usize),
        health: Health,
        peer: Option<&str>,
    ) {
        let budget = (SAMPLED_INTERVALS / self.series.len().max(1)).clamp(4, 512);
        let Some(series) = self.series.get_mut(series) else {
            return;
        };
        self.domains.note(domain, time.0);
        if health != Health::Well {
            let warning = health == Health::Warning;
            if series.samples.wants(time.0, warning) {
                let evidence = view.evidence(row);
                let sample = Sample {
                    time,
                    cause: cause(view, row, &evidence),
                    brief: brief(view, row),
                    evidence,
                    peer: peer.map(str::to_owned),
                    status: view.status(row),
                    version: version(view, row).map(str::to_owned),
                    warning,
                    domain,
                    place,
                };
                series.samples.add(sample, budget);
            }
        }
        self.intervals += usize::from(series.buckets.add(time.0, self.width, health));
        while self.intervals > INTERVALS {
            self.width = self.width.saturating_mul(2);
            self.intervals = self
                .series
                .iter_mut()
                .map(|series| series.buckets.halve())
                .sum();
        }
    }
}

/// Host that stands for the service of a message which names none; what it tells of is some program
/// there.
fn host<'a>(view: &LogsView<'a>, row: usize) -> Option<&'a str> {
    let is_message = view.severity(row).is_some() && view.text(Column::Action, row).is_none();
    view.text(Column::Host, row).filter(|_| is_message)
}

/// `POST /charge 502` of a row that has no message but a JSON document of a request.
fn brief(view: &LogsView<'_>, row: usize) -> Option<String> {
    let raw = view.text(Column::Raw, row)?;
    if view.text(Column::Body, row).is_some() || !raw.trim_start().starts_with('{') {
        return None;
    }
    let path = view.text(Column::Path, row);
    let status = view.status(row).map(|status| status.to_string());
    let called = path.or_else(|| view.text(Column::Action, row))?;
    let words = [
        view.text(Column::Method, row),
        Some(called),
        status.as_deref(),
    ];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    (words.len() > 1).then(|| secret::quoted(&words.join(" "), BRIEF))
}

/// What led to a failure, where the quoted part of the message does not tell it.
fn cause(view: &LogsView<'_>, row: usize, evidence: &Evidence) -> Option<String> {
    let body = view.text(Column::Body, row)?;
    let cause = crate::blame::cause::of(body)?;
    (!evidence.text.contains(&cause)).then_some(cause)
}

/// Id of what a row is of. A pod tells its namespace as well, which its cluster does not.
fn of_row<'a>(view: &LogsView<'a>, row: usize) -> Option<&'a str> {
    let mut ids = view.resources(row);
    let first = ids.next();
    let is_object = |id: &&str| id.starts_with("k8s://");
    first
        .filter(is_object)
        .or_else(|| ids.find(is_object))
        .or(first)
}

/// Version of the function of Lambda that a row is of, which the log stream tells that it is from:
/// `2024/05/01/[9]0a1b2c3d`, in a group of several functions `2024/05/01/cart[9]0a1b2c3d`
/// (docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html, read
/// 2026-11-29).
fn version<'a>(view: &LogsView<'a>, row: usize) -> Option<&'a str> {
    let (date, rest) = view.text(Column::Host, row)?.split_at_checked(11)?;
    let is_date = |byte: u8| byte.is_ascii_digit() || byte == b'/';
    let (version, _) = rest.split_once('[')?.1.split_once(']')?;
    (date.ends_with('/') && date.bytes().all(is_date)).then_some(version)
}

fn health(view: &LogsView<'_>, row: usize) -> Health {
    if view.tells_failure(row) {
        Health::Failure
    } else if view
        .severity(row)
        .is_some_and(|severity| severity >= Severity::WARN)
    {
        Health::Warning
    } else {
        Health::Well
    }
}
