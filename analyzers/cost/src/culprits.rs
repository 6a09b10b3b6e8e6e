//! The change that came right before a service logged more.

use std::collections::HashMap;

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeOutcome, Resource};
use nepho_core::time::NANOS;

/// Time before a rise in which a change is looked for: 15 minutes.
const BEFORE: i64 = 900 * NANOS;
/// Changes and resources that are kept.
const MAX_CHANGES: usize = 200_000;
const MAX_RESOURCES: usize = 200_000;

/// Changes by time, and the services of resources.
#[derive(Default)]
pub(crate) struct Culprits {
    services: HashMap<String, String>,
    changes: Vec<Held>,
}

/// What is kept of a change.
struct Held {
    id: String,
    time: Timestamp,
    resource: String,
    address: String,
}

impl Culprits {
    /// Takes note of the service of a resource.
    pub(crate) fn note(&mut self, resource: &Resource) {
        if let Some(service) = &resource.service
            && self.services.len() < MAX_RESOURCES
        {
            self.services
                .insert(resource.key.clone(), service.to_lowercase());
        }
    }

    /// Takes note of a change that was made.
    pub(crate) fn add(&mut self, change: Change) {
        let is_made = !matches!(
            change.outcome,
            ChangeOutcome::Failed | ChangeOutcome::Planned | ChangeOutcome::Cancelled
        );
        let (Some(time), true) = (change.time, is_made) else {
            return;
        };
        if self.changes.len() < MAX_CHANGES {
            self.changes.push(Held {
                id: change.id,
                time,
                resource: change.resource.unwrap_or_default(),
                address: change.address,
            });
        }
    }

    /// The last change of a service before it began to log more at some time in the interval of
    /// this width from `start` on.
    pub(crate) fn of(&self, service: &str, start: Timestamp, width: i64) -> Option<&str> {
        let service = service.to_lowercase();
        let is_near =
            |change: &&Held| change.time >= start.plus(-BEFORE) && change.time <= start.plus(width);
        let near = self.changes.iter().filter(is_near);
        let own = near.filter(|change| self.is_of(change, &service));
        let last = own.max_by_key(|change| (change.time, std::cmp::Reverse(&change.id)))?;
        Some(&last.id)
    }

    /// Whether a change is of something of a service: what is labelled so, or has its name.
    fn is_of(&self, change: &Held, service: &str) -> bool {
        let told = self.services.get(&change.resource);
        let name = key::short_name(&change.resource);
        let address = change.address.rsplit(['.', '/']).next().unwrap_or_default();
        told.is_some_and(|told| told == service)
            || [name, address]
                .into_iter()
                .any(|name| begins_with(name, service))
    }
}

/// Whether a name is that of a service, or that and further words: `checkout-config`.
fn begins_with(name: &str, service: &str) -> bool {
    let name = name.to_lowercase();
    let rest = name.strip_prefix(service);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::begins_with;

    #[test]
    fn a_thing_has_the_name_of_its_service() {
        let check = |name: &str, expected: bool| {
            assert_eq!(begins_with(name, "cart"), expected, "{name}");
        };
        check("cart", true);
        check("Cart-Config", true);
        check("cartography", false);
        check("my-cart", false);
    }
}
