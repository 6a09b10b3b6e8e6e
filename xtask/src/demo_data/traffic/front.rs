//! What customers do: browse, search, log in, fill the cart, order.

use super::{Access, Door, Entry, Level, Simulation, WITHIN_CLOUD};
use crate::demo_data::clock::{MILLI, Micros, SECOND, at};
use crate::demo_data::story::{END, POOL_EMPTY, RECOVERED, START, Service};

/// Requests of customers per second.
const RATE: f64 = 0.94;

/// Address of Azure's way out to the other clouds.
pub(super) const AZURE_EXIT: &str = "198.51.100.24";

impl Simulation {
    /// All requests of customers.
    pub(super) fn front(&mut self) {
        // The first order that finds no connection: its time is part of the story.
        self.place_order(POOL_EMPTY + 60 * MILLI);
        let mut time = START as f64;
        loop {
            // Trade ebbs a little towards the end of the lunch hour and rises again.
            let phase = (time - START as f64) / (END - START) as f64;
            let rate = RATE * (1.0 + 0.12 * (phase * 6.0).cos());
            time += self.rng.waiting(SECOND as f64 / rate);
            if time + 15.0 * SECOND as f64 > END as f64 {
                return;
            }
            self.customer_request(time as Micros);
        }
    }

    fn customer_request(&mut self, time: Micros) {
        // Who gets an error orders again.
        let insistence = if (POOL_EMPTY..RECOVERED).contains(&time) {
            0.06
        } else {
            0.0
        };
        let dice = self.rng.fraction();
        if dice < 0.12 + insistence {
            self.place_order(time);
        } else if dice < 0.26 {
            self.view_cart(time);
        } else if dice < 0.32 {
            self.log_in(time);
        } else if dice < 0.50 {
            self.look_up(time, Service::Search);
        } else {
            self.look_up(time, Service::Catalog);
        }
    }

    pub(super) fn customer(&mut self) -> String {
        format!("203.0.113.{}", self.rng.between(4, 59))
    }

    /// The line in the access log of App Service with which a request of a customer ends.
    pub(super) fn web_answers(
        &mut self,
        (start, end): (Micros, Micros),
        (method, path): (&'static str, &str),
        status: u16,
        trace: &str,
    ) {
        let client = self.customer();
        let host = self.rng.below(2) as usize;
        self.pass(Access {
            end,
            took: end - start,
            door: Door::AppService,
            service: Service::Web,
            host,
            client,
            method,
            path: path.to_owned(),
            status,
            answered: true,
            trace: trace.to_owned(),
        });
    }

    /// Pages that only read: the catalog or the search behind the edge load balancer.
    fn look_up(&mut self, start: Micros, service: Service) {
        let trace = self.trace(start);
        let product = self.rng.between(1, 240);
        let (path, page, typical, message) = match service {
            Service::Search => (
                format!("/api/search?q={}", self.rng.pick(&WORDS)),
                "/search".to_owned(),
                38 * MILLI,
                "query answered",
            ),
            _ => (
                format!("/api/products/{product}"),
                format!("/products/{product}"),
                14 * MILLI,
                "product served",
            ),
        };
        let took = self.rng.latency(typical);
        let arrival = start + 4 * MILLI + self.between_clouds();
        let failed = self.noise();
        let status = if failed { 500 } else { 200 };
        let host = self.rng.below(2) as usize;
        self.write(Entry {
            time: arrival + took,
            service,
            host,
            level: if failed { Level::Error } else { Level::Info },
            message: if failed {
                "cache answered with an incomplete entry"
            } else {
                message
            }
            .to_owned(),
            method: "GET",
            path: path.clone(),
            answer: Some((status, took)),
            trace: Some(trace.clone()),
            upstream: None,
            order: None,
        });
        self.edge_answers(
            (arrival, arrival + took + MILLI),
            service,
            host,
            ("GET", &path),
            status,
            &trace,
        );
        let end = arrival + took + self.between_clouds() + 9 * MILLI;
        let shown = if failed { 502 } else { 200 };
        self.web_answers((start, end), ("GET", &page), shown, &trace);
        if failed {
            self.web_line(
                end,
                Level::Error,
                ("GET", &page),
                (502, end - start),
                Some(service),
                &trace,
            );
        }
    }

    /// The line of the edge load balancer for a request that was answered.
    pub(super) fn edge_answers(
        &mut self,
        (start, end): (Micros, Micros),
        service: Service,
        host: usize,
        (method, path): (&'static str, &str),
        status: u16,
        trace: &str,
    ) {
        self.pass(Access {
            end,
            took: end - start,
            door: Door::Edge,
            service,
            host,
            client: AZURE_EXIT.to_owned(),
            method,
            path: path.to_owned(),
            status,
            answered: true,
            trace: trace.to_owned(),
        });
    }

    /// A line on the console of web.
    pub(super) fn web_line(
        &mut self,
        time: Micros,
        level: Level,
        (method, path): (&'static str, &str),
        (status, took): (u16, Micros),
        upstream: Option<Service>,
        trace: &str,
    ) {
        let name = upstream.map(Service::name).unwrap_or_default();
        let message = match status {
            502 if took >= 4 * SECOND => format!("upstream {name} timed out after 4000 ms"),
            502 => format!("bad answer from {name}"),
            _ if level == Level::Warn => format!("slow response from {name}"),
            _ => format!("{method} {path}"),
        };
        let host = self.rng.below(2) as usize;
        self.write(Entry {
            time,
            service: Service::Web,
            host,
            level,
            message,
            method,
            path: path.to_owned(),
            answer: Some((status, took)),
            trace: Some(trace.to_owned()),
            upstream: upstream.map(Service::name),
            order: None,
        });
    }

    /// Log-in: web asks identity, both in Azure.
    fn log_in(&mut self, start: Micros) {
        let trace = self.trace(start);
        let took = self.rng.latency(46 * MILLI);
        // A mistyped password is no failure of the service.
        let status = if self.rng.chance(0.04) { 401 } else { 200 };
        let arrival = start + 3 * MILLI + WITHIN_CLOUD;
        let host = self.rng.below(2) as usize;
        let message = if status == 401 {
            "password refused"
        } else {
            "token issued"
        };
        self.write(Entry {
            time: arrival + took,
            service: Service::Identity,
            host,
            level: if status == 401 {
                Level::Warn
            } else {
                Level::Info
            },
            message: message.to_owned(),
            method: "POST",
            path: "/oauth/token".to_owned(),
            answer: Some((status, took)),
            trace: Some(trace.clone()),
            upstream: None,
            order: None,
        });
        self.pass(Access {
            end: arrival + took + MILLI,
            took: took + MILLI,
            door: Door::AppService,
            service: Service::Identity,
            host,
            client: "10.40.1.12".to_owned(),
            method: "POST",
            path: "/oauth/token".to_owned(),
            status,
            answered: true,
            trace: trace.clone(),
        });
        self.web_answers(
            (start, arrival + took + 5 * MILLI),
            ("POST", "/login"),
            status,
            &trace,
        );
    }

    /// The cart with its prices: web, cart, pricing.
    fn view_cart(&mut self, start: Micros) {
        let trace = self.trace(start);
        let host = self.rng.below(3) as usize;
        let arrival = start + 5 * MILLI + self.between_clouds();
        let asked = arrival + 3 * MILLI + WITHIN_CLOUD;
        let priced = self.rng.latency(9 * MILLI);
        let failed = self.noise();
        self.write(Entry {
            time: asked + priced,
            service: Service::Pricing,
            host: 0,
            level: if failed { Level::Error } else { Level::Info },
            message: if failed {
                "price list is being reloaded"
            } else {
                "basket priced"
            }
            .to_owned(),
            method: "POST",
            path: "/api/prices".to_owned(),
            answer: Some((if failed { 500 } else { 200 }, priced)),
            trace: Some(trace.clone()),
            upstream: None,
            order: None,
        });
        let end = asked + priced + WITHIN_CLOUD + 6 * MILLI;
        let status = if failed { 502 } else { 200 };
        self.write(Entry {
            time: end,
            service: Service::Cart,
            host,
            level: if failed { Level::Error } else { Level::Info },
            message: if failed {
                "500 from pricing"
            } else {
                "cart shown"
            }
            .to_owned(),
            method: "GET",
            path: "/api/cart".to_owned(),
            answer: Some((status, end - arrival)),
            trace: Some(trace.clone()),
            upstream: Some(Service::Pricing.name()),
            order: None,
        });
        self.edge_answers(
            (arrival, end + MILLI),
            Service::Cart,
            host,
            ("GET", "/api/cart"),
            status,
            &trace,
        );
        let shown = end + self.between_clouds() + 8 * MILLI;
        let level = if failed { Level::Error } else { Level::Info };
        self.web_line(
            shown,
            level,
            ("GET", "/cart"),
            (status, shown - start),
            Some(Service::Cart),
            &trace,
        );
        self.web_answers((start, shown + 2 * MILLI), ("GET", "/cart"), status, &trace);
    }
}

const WORDS: [&str; 12] = [
    "kettle", "lamp", "desk", "chair", "rug", "mug", "shelf", "clock", "mirror", "basket", "towel",
    "vase",
];

/// Last moment at which background work may begin.
pub(super) const LAST_START: Micros = at(15, 59, 40, 0);
