//! Work without a customer: the order worker, the mailer, the invoices.

use super::front::LAST_START;
use super::order::{CALLS, Call};
use super::{Access, Door, Entry, Level, Simulation};
use crate::demo_data::clock::{MILLI, Micros, SECOND};
use crate::demo_data::story::{START, Service};

/// Address of Google Cloud's way out to the other clouds.
const GOOGLE_EXIT: &str = "192.0.2.77";

impl Simulation {
    /// All background work.
    pub(super) fn background(&mut self) {
        self.every(8.0, Self::pack_order);
        self.every(7.0, Self::send_mail);
        self.every(11.0, Self::render_invoice);
    }

    fn every(&mut self, seconds: f64, work: fn(&mut Self, Micros)) {
        let mut time = START;
        loop {
            time += self.rng.waiting(seconds * SECOND as f64) as Micros;
            if time > LAST_START {
                return;
            }
            work(self, time);
        }
    }

    /// The worker takes an order from the queue and fetches its details from checkout.
    fn pack_order(&mut self, start: Micros) {
        let trace = self.trace(start);
        let order = format!("ord-{}", 880_000 + self.rng.below(900) * 3);
        let host = self.rng.below(2) as usize;
        let path = format!("/api/orders/{order}");
        let mut now = start + 3 * MILLI;
        let mut fetched = false;
        for number in 1..=CALLS {
            let arrival = now + self.between_clouds();
            let call = Call {
                method: "GET",
                path: &path,
                door: Door::Edge,
                client: GOOGLE_EXIT,
                trace: &trace,
                order: &order,
            };
            let (end, status) = self.call_checkout(arrival, &call);
            now = end + self.between_clouds();
            fetched = status < 500;
            if fetched {
                break;
            }
            now += SECOND * number;
        }
        let message = if fetched {
            format!("order {order} fetched from checkout and packed")
        } else {
            format!("cannot fetch order {order} from checkout: 503 after {CALLS} attempts")
        };
        self.write(Entry {
            time: now,
            service: Service::OrderWorker,
            host,
            level: if fetched { Level::Info } else { Level::Error },
            message,
            method: "GET",
            path,
            answer: Some((if fetched { 200 } else { 503 }, now - start)),
            trace: Some(trace),
            upstream: Some(Service::Checkout.name()),
            order: Some(order),
        });
    }

    /// The mailer sends what waits in its own queue; it calls nobody of the shop.
    fn send_mail(&mut self, start: Micros) {
        let order = format!("ord-{}", 880_000 + self.rng.below(900) * 3);
        let failed = self.noise();
        let took = self.rng.latency(140 * MILLI);
        let message = if failed {
            format!("mail for {order} was put back: 451 greylisted")
        } else {
            format!("mail for {order} handed to the relay")
        };
        self.write(Entry {
            time: start + took,
            service: Service::Mailer,
            host: 0,
            level: if failed { Level::Error } else { Level::Info },
            message,
            method: "SMTP",
            path: String::new(),
            answer: Some((if failed { 451 } else { 250 }, took)),
            trace: None,
            upstream: None,
            order: Some(order),
        });
    }

    /// A scheduler asks for an invoice; the service renders it from its own storage.
    fn render_invoice(&mut self, start: Micros) {
        let trace = self.trace(start);
        let number = 52_000 + start / (7 * SECOND);
        let failed = self.noise();
        let took = self.rng.latency(210 * MILLI);
        let status = if failed { 500 } else { 200 };
        let message = if failed {
            format!("invoice {number} not rendered: font server closed the connection")
        } else {
            format!("invoice {number} rendered in {} ms", took / MILLI)
        };
        self.write(Entry {
            time: start + took,
            service: Service::Invoices,
            host: 0,
            level: if failed { Level::Error } else { Level::Info },
            message,
            method: "POST",
            path: "/render".to_owned(),
            answer: Some((status, took)),
            trace: Some(trace.clone()),
            upstream: None,
            order: None,
        });
        self.pass(Access {
            end: start + took + 4 * MILLI,
            took: took + 6 * MILLI,
            door: Door::CloudRun,
            service: Service::Invoices,
            host: 0,
            client: "192.0.2.201".to_owned(),
            method: "POST",
            path: "/render".to_owned(),
            status,
            answered: true,
            trace,
        });
    }
}
