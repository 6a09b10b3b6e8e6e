//! Team and environment of services, as the resources that they run on are labelled.

use std::collections::{BTreeMap, HashMap};

use nepho_core::tables::Resource;

/// Services of which labels are kept.
const MAX_SERVICES: usize = 50_000;
/// Different labels of one service that are told apart.
const MAX_LABELS: usize = 64;

/// How many resources of a service have a label.
type Votes = BTreeMap<String, u64>;

/// Labels of all services, by name in lower case.
#[derive(Default)]
pub(crate) struct Labels {
    services: HashMap<String, (Votes, Votes)>,
}

impl Labels {
    /// Takes note of a resource.
    pub(crate) fn note(&mut self, resource: &Resource) {
        let Some(service) = resource
            .service
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
        else {
            return;
        };
        let service = service.to_lowercase();
        if self.services.len() >= MAX_SERVICES && !self.services.contains_key(&service) {
            return;
        }
        let (teams, environments) = self.services.entry(service).or_default();
        vote(teams, resource.team.as_deref());
        vote(environments, resource.environment.as_deref());
    }

    /// The team of a service: that of more than half of its resources that have one.
    pub(crate) fn team(&self, service: &str) -> Option<&str> {
        elected(&self.services.get(&service.to_lowercase())?.0)
    }

    /// The environment of a service, when all of its resources that have one agree: a service may
    /// run in several.
    pub(crate) fn environment(&self, service: &str) -> Option<&str> {
        let votes = &self.services.get(&service.to_lowercase())?.1;
        elected(votes).filter(|_| votes.len() == 1)
    }
}

fn vote(votes: &mut Votes, label: Option<&str>) {
    let Some(label) = label.map(str::trim).filter(|label| !label.is_empty()) else {
        return;
    };
    if let Some(held) = votes.get_mut(label) {
        *held += 1;
    } else if votes.len() < MAX_LABELS {
        votes.insert(label.to_owned(), 1);
    }
}

fn elected(votes: &Votes) -> Option<&str> {
    let all: u64 = votes.values().sum();
    let (label, count) = votes.iter().max_by_key(|(_, count)| **count)?;
    (count.saturating_mul(2) > all).then_some(label.as_str())
}
