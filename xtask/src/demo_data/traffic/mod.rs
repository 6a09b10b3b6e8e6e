//! The requests of the afternoon, simulated one by one through all services that they reach.

mod background;
mod front;
mod order;

use super::clock::{Micros, epoch_seconds};
pub(crate) use order::FILE_WRITER;

use super::rng::Rng;
use super::story::{SEED, Service};

/// How bad a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Info,
    Warn,
    Error,
}

impl Level {
    /// Upper-case word.
    pub(crate) fn upper(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }

    /// Lower-case word.
    pub(crate) fn lower(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// A line that a service writes.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// When it is written, by a perfect clock.
    pub(crate) time: Micros,
    pub(crate) service: Service,
    /// Number of the instance.
    pub(crate) host: usize,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Status and time taken, in the line that ends a request.
    pub(crate) answer: Option<(u16, Micros)>,
    pub(crate) trace: Option<String>,
    /// Service or resource that the line speaks of.
    pub(crate) upstream: Option<&'static str>,
    pub(crate) order: Option<String>,
}

/// Where requests are counted before they reach a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// The load balancer that faces the other clouds.
    Edge,
    /// The load balancer before checkout.
    Internal,
    /// The front end of Azure App Service.
    AppService,
    /// The front end of Cloud Run.
    CloudRun,
}

/// A request as its front end saw it.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// When it was answered.
    pub(crate) end: Micros,
    pub(crate) took: Micros,
    pub(crate) door: Door,
    pub(crate) service: Service,
    pub(crate) host: usize,
    pub(crate) client: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Status that the client got.
    pub(crate) status: u16,
    /// Whether the service behind the front end answered at all.
    pub(crate) answered: bool,
    pub(crate) trace: String,
}

/// Everything that was written down.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) entries: Vec<Entry>,
    pub(crate) accesses: Vec<Access>,
}

impl Ledger {
    /// Lines of a service by time.
    pub(crate) fn lines_of(&self, service: Service) -> Vec<&Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.service == service)
            .collect()
    }

    /// Requests through a door by time.
    pub(crate) fn through(&self, door: Door) -> Vec<&Access> {
        self.accesses
            .iter()
            .filter(|access| access.door == door)
            .collect()
    }
}

/// Part of requests that fail on an ordinary day, at each service.
const NOISE: f64 = 0.002;
/// One way between two clouds, typically.
const BETWEEN_CLOUDS: Micros = 12_000;
/// One way between two services of one cloud.
const WITHIN_CLOUD: Micros = 900;

/// The simulation: random numbers in, ledger out.
struct Simulation {
    rng: Rng,
    ledger: Ledger,
    orders: u64,
}

/// Runs the whole afternoon.
pub(crate) fn simulate() -> Ledger {
    let mut simulation = Simulation {
        rng: Rng::for_part(SEED, "traffic"),
        ledger: Ledger::default(),
        orders: 0,
    };
    simulation.front();
    simulation.background();
    let mut ledger = simulation.ledger;
    ledger.entries.sort_by_key(|entry| entry.time);
    ledger.accesses.sort_by_key(|access| access.end);
    ledger
}

impl Simulation {
    /// Trace id as AWS X-Ray and W3C both allow it: the time comes first.
    fn trace(&mut self, time: Micros) -> String {
        format!("{:08x}{}", epoch_seconds(time), self.rng.hex(24))
    }

    fn order_id(&mut self) -> String {
        self.orders += 1;
        format!("ord-{}", 880_000 + self.orders * 3)
    }

    fn between_clouds(&mut self) -> Micros {
        self.rng.latency(BETWEEN_CLOUDS)
    }

    fn noise(&mut self) -> bool {
        self.rng.chance(NOISE)
    }

    /// Adds a line; `answer` is given by the line that ends a request.
    fn write(&mut self, entry: Entry) {
        self.ledger.entries.push(entry);
    }

    fn pass(&mut self, access: Access) {
        self.ledger.accesses.push(access);
    }
}
