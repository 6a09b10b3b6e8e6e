//! Which resources the name of an AWS operation names: `AttachRolePolicy` a role and a policy.

use std::collections::HashMap;

use super::aws_table::Service;

/// Names of operations that are remembered, of all services.
const REMEMBERED: usize = 20_000;

/// A resource as operations call it, and how it is named.
pub(super) type Noun = (&'static str, Naming);

/// How an operation names a parameter's noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// The table says so.
    Outright,
    /// `AddRoleToInstanceProfile` changes the profile.
    Receiver,
    /// `AttachRolePolicy` changes the role.
    Named,
    /// Not at all.
    Unnamed,
}

/// Finds the resources that operations name, each operation once: a service has hundreds of them.
#[derive(Debug, Default)]
pub(crate) struct Nouns {
    by_service: HashMap<String, HashMap<String, Vec<Noun>>>,
    remembered: usize,
}

impl Nouns {
    /// Resources that an operation names, each with how.
    pub(super) fn of(
        &mut self,
        name: &str,
        service: &'static Service,
        operation: &str,
        verb: &str,
    ) -> &[Noun] {
        let is_known = self
            .by_service
            .get(name)
            .is_some_and(|known| known.contains_key(operation));
        if !is_known {
            if self.remembered == REMEMBERED {
                *self = Self::default();
            }
            self.remembered += 1;
            let known = self.by_service.entry(name.to_owned()).or_default();
            known.insert(operation.to_owned(), nouns(service, operation, verb));
        }
        let known = self.by_service.get(name);
        known
            .and_then(|known| known.get(operation))
            .map_or(&[], Vec::as_slice)
    }
}

/// Resources that an operation names, each with how.
fn nouns(service: &'static Service, operation: &str, verb: &str) -> Vec<Noun> {
    let mut found: Vec<(usize, &'static str)> = service
        .parameters
        .iter()
        .filter_map(|parameter| Some((operation.find(parameter.noun)?, parameter.noun)))
        .collect();
    found.sort_unstable();
    found.dedup();
    let is_part = |start: usize, noun: &str| {
        // `Vpc` in `CreateVpcEndpoint` is a part of another name.
        found.iter().any(|(other, longer)| {
            longer.len() > noun.len()
                && *other <= start
                && start + noun.len() <= other + longer.len()
        })
    };
    found
        .iter()
        .filter(|(start, noun)| !is_part(*start, noun))
        .map(|(start, noun)| {
            let before = operation.get(..*start).unwrap_or_default();
            let moves = matches!(verb, "Add" | "Remove");
            let is_receiver = moves && (before.ends_with("To") || before.ends_with("From"));
            let naming = if is_receiver {
                Naming::Receiver
            } else {
                Naming::Named
            };
            (*noun, naming)
        })
        .collect()
}
