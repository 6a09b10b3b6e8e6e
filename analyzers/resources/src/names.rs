//! Guesses the service of a resource from its name: `prod-checkout-asg` is of `checkout`.

use std::collections::{HashMap, HashSet};

/// Words that stand before the name of a service and say where it runs.
const PLACES: [&str; 14] = [
    "prod",
    "production",
    "prd",
    "staging",
    "stage",
    "stg",
    "dev",
    "development",
    "test",
    "qa",
    "uat",
    "sandbox",
    "preprod",
    "int",
];

/// Shortest service name that may be found behind another word; shorter ones (`api`, `web`, `db`)
/// are in too many names.
const SHORTEST_INNER: usize = 5;

/// Names of services, to be found in names of resources.
pub(crate) struct ServiceNames<'a> {
    by_words: HashMap<String, &'a str>,
    first_words: HashSet<String>,
}

/// A guess.
#[derive(Debug, PartialEq)]
pub(crate) struct Guess<'a> {
    pub(crate) service: &'a str,
    pub(crate) confidence: f64,
}

impl<'a> ServiceNames<'a> {
    pub(crate) fn new(services: &[&'a str]) -> Self {
        let mut names = Self {
            by_words: HashMap::new(),
            first_words: HashSet::new(),
        };
        for service in services {
            let words = words(service);
            if let Some(first) = words.first() {
                names.first_words.insert(first.clone());
                names.by_words.entry(words.join("-")).or_insert(service);
            }
        }
        names
    }

    /// The service whose name the resource's name is, or begins with; behind a place (`prod`), or
    /// behind one other word for longer names. The longest name wins.
    pub(crate) fn guess(&self, resource: &str) -> Option<Guess<'a>> {
        let words = words(resource);
        if words.len() > 16 {
            return None;
        }
        for start in 0..words.len().min(3) {
            if words
                .get(start)
                .is_none_or(|word| !self.first_words.contains(word))
            {
                continue;
            }
            let before = words.get(..start).unwrap_or_default();
            let only_places = before.iter().all(|word| PLACES.contains(&word.as_str()));
            for end in (start + 1..=words.len()).rev() {
                let joined = words.get(start..end).unwrap_or_default().join("-");
                let Some(service) = self.by_words.get(&joined) else {
                    continue;
                };
                if only_places {
                    let is_whole = end == words.len();
                    return Some(Guess {
                        service,
                        confidence: if is_whole { 0.5 } else { 0.35 },
                    });
                }
                if start == 1 && joined.len() >= SHORTEST_INNER {
                    return Some(Guess {
                        service,
                        confidence: 0.25,
                    });
                }
            }
        }
        None
    }
}

/// The environment that a name tells: the place word in it.
pub(crate) fn environment(resource: &str) -> Option<&'static str> {
    words(resource).iter().find_map(|word| match word.as_str() {
        "prod" | "production" | "prd" => Some("production"),
        "staging" | "stage" | "stg" => Some("staging"),
        "dev" | "development" => Some("development"),
        "test" | "qa" | "uat" => Some("test"),
        _ => None,
    })
}

fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resource: &str, expected: Option<(&str, f64)>) {
        let services = ["checkout", "web", "order-api", "order"];
        let names = ServiceNames::new(&services);
        let guess = names
            .guess(resource)
            .map(|guess| (guess.service, guess.confidence));
        assert_eq!(guess, expected, "{resource}");
    }

    #[test]
    fn a_name_begins_with_its_service() {
        check("checkout", Some(("checkout", 0.5)));
        check("checkout-asg", Some(("checkout", 0.35)));
        check("prod-checkout-sg", Some(("checkout", 0.35)));
        check("shop-checkout-sg", Some(("checkout", 0.25)));
        check("order_api.main", Some(("order-api", 0.35)));
        check("order-db", Some(("order", 0.35)));
        check("shop-web-sg", None);
        check("checkoutish", None);
        check("", None);
    }
}
