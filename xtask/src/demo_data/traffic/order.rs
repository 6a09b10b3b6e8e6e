//! An order on its way from web through cart to checkout and the order database.

use super::front::AZURE_EXIT;
use super::{Access, Door, Entry, Level, Simulation, WITHIN_CLOUD};
use crate::demo_data::clock::{MILLI, Micros, SECOND};
use crate::demo_data::story::{
    DATABASE_HOST, Machine, POOL_EMPTY, RECOVERED, Service, checkout_size, database_loss,
};

/// How long web waits for cart.
const PATIENCE_OF_WEB: Micros = 4 * SECOND;
/// Calls that cart and the worker make before they give up.
pub(super) const CALLS: u64 = 3;
/// How long checkout waits for a connection to its database; it tries twice.
const CONNECT_TIMEOUT: Micros = 1_200 * MILLI;

/// A call of checkout.
pub(super) struct Call<'a> {
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    pub(super) door: Door,
    pub(super) client: &'a str,
    pub(super) trace: &'a str,
    pub(super) order: &'a str,
}

impl Simulation {
    /// One order of a customer.
    pub(super) fn place_order(&mut self, start: Micros) {
        let trace = self.trace(start);
        let order = self.order_id();
        let host = self.rng.below(3) as usize;
        let arrival = start + 6 * MILLI + self.between_clouds();
        let (answered, status) = self.cart_orders(arrival, host, &trace, &order);
        let back = answered + self.between_clouds() + 5 * MILLI;
        let deadline = start + PATIENCE_OF_WEB;
        let in_time = back < deadline;
        let hung_up = deadline + self.between_clouds();
        let end = if in_time { answered + MILLI } else { hung_up };
        self.pass(Access {
            end,
            took: end - arrival,
            door: Door::Edge,
            service: Service::Cart,
            host,
            client: AZURE_EXIT.to_owned(),
            method: "POST",
            path: "/api/cart/order".to_owned(),
            // 460: the client closed the connection before the answer came.
            status: if in_time { status } else { 460 },
            answered: in_time,
            trace: trace.clone(),
        });
        let (shown_at, shown) = match (in_time, status) {
            (true, 201) => (back, 201),
            (true, _) => (back, 502),
            (false, _) => (deadline, 502),
        };
        let took = shown_at - start;
        let level = match shown {
            502 => Level::Error,
            _ if took > SECOND => Level::Warn,
            _ => Level::Info,
        };
        let request = ("POST", "/orders");
        self.web_line(
            shown_at,
            level,
            request,
            (shown, took),
            Some(Service::Cart),
            &trace,
        );
        self.web_answers((start, shown_at + 2 * MILLI), request, shown, &trace);
    }

    /// What cart does with an order: when it answers, and with which status.
    fn cart_orders(
        &mut self,
        arrival: Micros,
        host: usize,
        trace: &str,
        order: &str,
    ) -> (Micros, u16) {
        let client = Machine::of(Service::Cart, host).ip;
        let mut now = arrival + 4 * MILLI;
        // With all its threads waiting for checkout, cart turns orders away.
        let crowded = (POOL_EMPTY + 100 * SECOND..RECOVERED).contains(&now);
        if crowded && self.rng.chance(0.3) {
            let message = "order refused: all calls to checkout are waiting";
            self.cart_line(now, host, message, Some((503, now - arrival)), trace, order);
            return (now, 503);
        }
        for number in 1..=CALLS {
            let call = Call {
                method: "POST",
                path: "/api/orders",
                door: Door::Internal,
                client: &client,
                trace,
                order,
            };
            let (end, status) = self.call_checkout(now + WITHIN_CLOUD, &call);
            now = end + WITHIN_CLOUD + MILLI;
            if status < 500 {
                self.cart_line(
                    now,
                    host,
                    "order placed",
                    Some((201, now - arrival)),
                    trace,
                    order,
                );
                return (now, 201);
            }
            let message =
                format!("{status} from checkout: POST /api/orders, attempt {number} of {CALLS}");
            self.cart_line(now, host, &message, None, trace, order);
            now += 200 * MILLI * number;
        }
        let message = "order not placed: checkout does not answer";
        self.cart_line(now, host, message, Some((503, now - arrival)), trace, order);
        (now, 503)
    }

    fn cart_line(
        &mut self,
        time: Micros,
        host: usize,
        message: &str,
        answer: Option<(u16, Micros)>,
        trace: &str,
        order: &str,
    ) {
        let failed = answer.is_none_or(|(status, _)| status >= 500);
        self.write(Entry {
            time,
            service: Service::Cart,
            host,
            level: if failed { Level::Error } else { Level::Info },
            message: message.to_owned(),
            method: "POST",
            path: "/api/cart/order".to_owned(),
            answer,
            trace: Some(trace.to_owned()),
            upstream: Some(Service::Checkout.name()),
            order: Some(order.to_owned()),
        });
    }

    /// One request to checkout: when it is answered, and with which status.
    pub(super) fn call_checkout(&mut self, start: Micros, call: &Call<'_>) -> (Micros, u16) {
        // A fifth of the requests goes to the one instance that still writes to a file.
        let size = checkout_size(start) as u64;
        let other = self.rng.below(size - 1) as usize;
        let is_first = start < POOL_EMPTY + SECOND && start > POOL_EMPTY;
        let host = match (self.rng.chance(0.2) && !is_first, other) {
            (true, _) => FILE_WRITER,
            (false, FILE_WRITER) => size as usize - 1,
            (false, other) => other,
        };
        let lost = is_first || self.rng.chance(database_loss(start));
        let (end, status) = if lost {
            self.checkout_without_database(start, host, call)
        } else {
            self.checkout_serves(start, host, call)
        };
        self.pass(Access {
            end: end + MILLI,
            took: end + MILLI - start,
            door: call.door,
            service: Service::Checkout,
            host,
            client: call.client.to_owned(),
            method: call.method,
            path: call.path.to_owned(),
            status,
            answered: true,
            trace: call.trace.to_owned(),
        });
        (end + 2 * MILLI, status)
    }

    fn checkout_serves(&mut self, start: Micros, host: usize, call: &Call<'_>) -> (Micros, u16) {
        let mut now = start + 800;
        let request = format!("{} {}", call.method, call.path);
        self.checkout_line(now, host, &format!("{request} received"), None, None, call);
        let steps: &[&str] = match call.method {
            "POST" => &["customer verified", "stock reserved", "payment authorized"],
            _ => &["reader verified"],
        };
        for step in steps {
            now += self.rng.latency(22 * MILLI);
            self.checkout_line(now, host, step, None, None, call);
        }
        now += self.rng.latency(16 * MILLI);
        if self.noise() {
            let answer = Some((500, now - start));
            self.checkout_line(
                now,
                host,
                "payment provider sent an unknown code",
                answer,
                None,
                call,
            );
            return (now, 500);
        }
        let (message, status) = match call.method {
            "POST" => ("order stored in order-db", 201),
            _ => ("order read from order-db", 200),
        };
        let answer = Some((status, now - start));
        self.checkout_line(now, host, message, answer, Some("order-db"), call);
        (now, status)
    }

    fn checkout_without_database(
        &mut self,
        start: Micros,
        host: usize,
        call: &Call<'_>,
    ) -> (Micros, u16) {
        let mut now = start + 1_900;
        let message = format!("could not connect to {DATABASE_HOST}:5432: timed out");
        for _ in 0..2 {
            now += CONNECT_TIMEOUT + self.rng.below(9 * MILLI);
            self.checkout_line(now, host, &message, None, Some("order-db"), call);
        }
        now += self.rng.between(300, 900);
        let answer = Some((503, now - start));
        self.checkout_line(
            now,
            host,
            "Database connection timeout",
            answer,
            Some("order-db"),
            call,
        );
        (now, 503)
    }

    fn checkout_line(
        &mut self,
        time: Micros,
        host: usize,
        message: &str,
        answer: Option<(u16, Micros)>,
        upstream: Option<&'static str>,
        call: &Call<'_>,
    ) {
        let failed =
            message.starts_with("could not") || answer.is_some_and(|(status, _)| status >= 500);
        self.write(Entry {
            time,
            service: Service::Checkout,
            host,
            level: if failed { Level::Error } else { Level::Info },
            message: message.to_owned(),
            method: call.method,
            path: call.path.to_owned(),
            answer,
            trace: Some(call.trace.to_owned()),
            upstream,
            order: Some(call.order.to_owned()),
        });
    }
}

/// Number of the instance of checkout that writes a plain text file instead of shipping JSON.
pub(crate) const FILE_WRITER: usize = 3;
