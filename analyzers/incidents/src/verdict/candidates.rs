//! Changes by time, each with the nodes of the graph that it touches.

use std::collections::HashSet;

use nepho_core::findings::WriteClass;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeOutcome};

use super::class;
use super::pods::Pods;
use crate::account::Account;
use crate::clock::Clocks;
use crate::graph::{Graph, secret_name};
use crate::observe::domains::{Domains, domain_name};

/// A change that happened at a known time.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    /// The change.
    pub change: &'a Change,
    /// When it was complete, corrected where its clock is known.
    pub time: i64,
    /// When it began to have an effect at the earliest.
    pub started: i64,
    /// Whether it happened somewhen between the two, at once.
    pub is_vague: bool,
    /// Whether it was applied by a run of which other changes failed.
    pub is_of_partial_run: bool,
    /// Nodes that it touches, each with how sure that is.
    pub nodes: Vec<(u32, f64)>,
}

impl Candidate<'_> {
    /// Whether it touches a node of a kind.
    pub(crate) fn touches(&self, is_meant: impl Fn(u32) -> bool) -> bool {
        self.nodes.iter().any(|(node, _)| is_meant(*node))
    }
}

/// All changes that can be weighed.
#[derive(Debug, Default)]
pub(crate) struct Candidates<'a> {
    /// By time.
    pub list: Vec<Candidate<'a>>,
    /// Places of those that happened somewhen.
    vague: Vec<usize>,
    /// Changes that were only planned.
    pub planned: usize,
    /// Changes whose time is not known.
    pub untimed: usize,
}

impl<'a> Candidates<'a> {
    /// Changes with what they touch.
    pub(crate) fn prepare(
        changes: impl Iterator<Item = &'a Change>,
        graph: &Graph,
        domains: &Domains,
        clocks: &Clocks,
    ) -> Self {
        let mut prepared = Self::default();
        let changes: Vec<&Change> = changes.collect();
        let failed = changes
            .iter()
            .filter(|change| change.outcome == ChangeOutcome::Failed && !change.run.is_empty());
        let failed: HashSet<&str> = failed.map(|change| change.run.as_str()).collect();
        let mut ids = changes
            .iter()
            .filter_map(|change| change.resource.as_deref());
        let pods = match ids.any(|id| id.starts_with("k8s:///")) {
            true => Pods::of(graph),
            false => Pods::default(),
        };
        for change in changes {
            if change.outcome == ChangeOutcome::Planned {
                prepared.planned += 1;
                continue;
            }
            if is_in_the_background(change) {
                continue;
            }
            let Some(time) = change.time.or(change.started) else {
                prepared.untimed += 1;
                continue;
            };
            let ahead = domain(change, domains).map_or(0, |domain| clocks.ahead(domain));
            let started = [change.not_before, change.started];
            let started = started
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(time)
                .min(time);
            prepared.list.push(Candidate {
                change,
                time: time.0.saturating_sub(ahead),
                started: started.0.saturating_sub(ahead),
                is_vague: change.not_before.is_some_and(|start| start < time),
                is_of_partial_run: change.outcome == ChangeOutcome::Applied
                    && failed.contains(change.run.as_str()),
                nodes: nodes(change, graph, &pods),
            });
        }
        prepared.list.sort_by(|first, second| {
            (first.time, &first.change.id).cmp(&(second.time, &second.change.id))
        });
        let vague = prepared.list.iter().enumerate();
        let vague = vague.filter(|(_, candidate)| candidate.is_vague);
        prepared.vague = vague.map(|(place, _)| place).collect();
        prepared
    }

    /// Changes that were complete between two times, both included, or may have been.
    pub(crate) fn between(&self, start: i64, end: i64) -> Vec<&Candidate<'a>> {
        let before = |time: i64| self.list.partition_point(|one| one.time < time);
        let (first, last) = (before(start), before(end.saturating_add(1)));
        let within = self.list.get(first..last).unwrap_or_default();
        let later = self.vague.partition_point(|place| *place < last);
        let later = self.vague.get(later..).unwrap_or_default().iter();
        let later = later.filter_map(|place| self.list.get(*place));
        let later = later.filter(|candidate| candidate.started <= end);
        within.iter().chain(later).collect()
    }
}

/// Whether the cloud itself or an agent on the resource made the change, or it is a call that was
/// refused: these follow from something else.
fn is_in_the_background(change: &Change) -> bool {
    let is_refused = change.id.starts_with("audit:") && change.outcome == ChangeOutcome::Failed;
    is_refused
        || matches!(
            change.class,
            Some(WriteClass::Runtime | WriteClass::Service)
        )
}

/// Clock domain of a change that was read from an audit log. Tools have clocks of their own.
fn domain(change: &Change, domains: &Domains) -> Option<u32> {
    if !change.id.starts_with("audit:") {
        return None;
    }
    let resource = change.resource.as_deref().or(change.parent.as_deref())?;
    let (provider, account) = if let Some(arn) = key::Arn::parse(resource) {
        ("aws", arn.account)
    } else if let Some(subscription) = key::azure_subscription(resource) {
        ("azure", subscription)
    } else {
        ("gcp", key::google_project(resource)?)
    };
    domains.find(&domain_name(Some(provider), Some(account), None))
}

/// The one resource that goes by the last part of an id and lies in the same account,
/// subscription or project.
fn namesake(id: &str, graph: &Graph) -> Option<u32> {
    let found = graph.resources_of(key::short_name(id));
    let (Some(account), [only]) = (Account::of_id(id), found.as_slice()) else {
        return None;
    };
    let key = &graph.node(*only).key;
    (Account::of_id(key) == Some(account) && !are_two(id, key)).then_some(*only)
}

/// The one resource whose ARN ends with an id that AWS made, where a tool tells the id alone:
/// `sg-0db1a2b3c4d5e6f70` is of one security group and no other.
fn whole_of(id: &str, graph: &Graph) -> Option<u32> {
    let (_, digits) = id.rsplit_once('-')?;
    let is_made = digits.len() == 17 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut named = graph.named(id).into_iter().filter(|node| {
        let arn = key::Arn::parse(&graph.node(*node).key);
        arn.is_some_and(|arn| arn.resource.rsplit('/').next() == Some(id))
    });
    let found = named.next().filter(|_| is_made)?;
    named.next().is_none().then_some(found)
}

/// Whether two ARNs of one form name two things, which share no more than the end: secrets
/// `shop/db` and `mail/db`.
fn are_two(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (key::Arn::parse(one), key::Arn::parse(other)) else {
        return false;
    };
    let parts = |arn: &key::Arn<'_>| -> Vec<String> {
        let parts = arn.resource.split(['/', ':']);
        parts.map(str::to_owned).collect()
    };
    let (first, second) = (parts(&one), parts(&other));
    let differ = |(one, other): (&String, &String)| one != other && one != "*" && other != "*";
    one.service == other.service
        && first.len() == second.len()
        && first.iter().zip(&second).any(differ)
}

/// What an assignment of a role of Azure is for: its id is that of this and a name behind it.
fn scope_of_assignment(id: &str) -> Option<String> {
    const ASSIGNMENTS: &str = "/providers/microsoft.authorization/roleassignments/";
    let id = key::canonical(id);
    let (scope, _) = id.split_once(ASSIGNMENTS)?;
    (!scope.is_empty()).then(|| scope.to_owned())
}

/// The load balancer of a listener or of a rule of one, whose id holds that of the balancer:
/// `listener/app/web/BALANCER/LISTENER`. Whoever calls the balancer calls the listener.
fn balancer(id: &str) -> Option<String> {
    let (front, own) = id.split_once(":listener")?;
    let own = own.strip_prefix("-rule").unwrap_or(own).strip_prefix('/')?;
    let mut parts = own.splitn(4, '/');
    let (kind, name, balancer) = (parts.next()?, parts.next()?, parts.next()?);
    let is_arn = front.contains(":elasticloadbalancing:") && parts.next().is_some();
    is_arn.then(|| format!("{front}:loadbalancer/{kind}/{name}/{balancer}"))
}

fn nodes(change: &Change, graph: &Graph, pods: &Pods) -> Vec<(u32, f64)> {
    let mut found: Vec<(u32, f64)> = Vec::new();
    let mut add = |node: u32, sure: f64| match found.iter_mut().find(|(held, _)| *held == node) {
        Some((_, held)) => *held = held.max(sure),
        None => found.push((node, sure)),
    };
    // A record is one of many in its zone, which have nothing to do with each other.
    let is_record = class::is_record(&change.resource_type);
    let parent = change.parent.clone().filter(|_| !is_record);
    let bare = change
        .address
        .rsplit_once('[')
        .map_or(change.address.as_str(), |(bare, _)| bare);
    let addresses = [change.address.as_str(), bare];
    let mut exact = addresses
        .iter()
        .filter_map(|address| graph.in_scope(&change.tool, &change.scope, address));
    let placed = exact.next();
    let scope = change.resource.as_deref().and_then(scope_of_assignment);
    let balancer = change.resource.as_deref().and_then(balancer);
    let wholes = [&parent, &scope, &balancer].map(|whole| (whole, 0.95));
    for (id, trust) in std::iter::once((&change.resource, 1.0)).chain(wholes) {
        let Some(id) = id.as_deref().map(key::canonical) else {
            continue;
        };
        match graph.resource(&id) {
            Some(node) => {
                add(node, trust);
                if let Some(same) = whole_of(&id, graph) {
                    add(same, 0.95 * trust);
                }
            }
            // A state says what the name of it stands for.
            None if placed.is_some() => {}
            None => {
                let mut named = graph.resources_of(&id);
                if named.is_empty() {
                    named.extend(namesake(&id, graph));
                }
                // Calls name a secret without what AWS puts behind the name.
                if named.is_empty()
                    && let Some(name) = secret_name(&id)
                {
                    let same = graph.resources_of(name).into_iter();
                    named.extend(same.filter(|node| *graph.node(*node).key == *name));
                }
                // All pods of a workload are what it is.
                for pod in pods.of_workload(&id) {
                    add(pod, 0.85 * trust);
                }
                // Names are those of an environment.
                named.retain(|node| !graph.is_of_other_environment(*node, &change.scope));
                // Several that share the name share the trust.
                let sure = 0.85 * trust / named.len().max(1) as f64;
                named.into_iter().for_each(|node| add(node, sure));
            }
        }
    }
    placed.into_iter().for_each(|node| add(node, 0.95));
    for address in addresses {
        let only = graph.at_address(&change.tool, address);
        let only = only.filter(|node| !graph.is_of_other_environment(*node, &change.scope));
        if let Some(node) = only.filter(|_| placed.is_none()) {
            add(node, 0.95);
        }
    }
    let mut facet = if is_record { found.len() } else { 0 };
    while let Some((node, sure)) = found.get(facet).copied() {
        let parent = graph.node(node).parent;
        if let Some(parent) = parent.filter(|parent| found.iter().all(|(held, _)| held != parent)) {
            found.push((parent, sure * 0.95));
        }
        facet += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;

    use super::*;

    #[test]
    fn a_listener_tells_its_balancer() {
        let of = |rest: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:{rest}");
        let whole = of("loadbalancer/app/web/0a1b");
        for part in [
            "listener/app/web/0a1b/2c3d",
            "listener-rule/app/web/0a1b/2c3d/4e5f",
        ] {
            assert_eq!(balancer(&of(part)), Some(whole.clone()), "{part}");
        }
        for other in [
            "targetgroup/web/0a1b",
            "listener/app/web/0a1b",
            "loadbalancer/app/web/0a1b",
        ] {
            assert_eq!(balancer(&of(other)), None, "{other}");
        }
        assert_eq!(
            balancer("arn:aws:globalaccelerator::1:accelerator/a/listener/b"),
            None
        );
    }

    #[test]
    fn what_a_run_did_of_which_the_rest_failed_is_told_apart() {
        let change = |run: &str, address: &str, outcome: ChangeOutcome| Change {
            id: format!("{run}:{address}"),
            time: Some(Timestamp(1)),
            run: run.to_owned(),
            address: address.to_owned(),
            outcome,
            ..Change::default()
        };
        let changes = [
            change("1", "a", ChangeOutcome::Applied),
            change("1", "b", ChangeOutcome::Failed),
            change("2", "a", ChangeOutcome::Applied),
        ];
        let candidates = Candidates::prepare(
            changes.iter(),
            &Graph::default(),
            &Domains::default(),
            &Clocks::default(),
        );
        let list = candidates.list.iter();
        let partial: Vec<bool> = list.map(|one| one.is_of_partial_run).collect();
        assert_eq!(partial, [true, false, false]);
    }

    #[test]
    fn what_happened_somewhen_counts_from_its_beginning_on() {
        let change = |id: &str, not_before: Option<i64>, time: i64| Change {
            id: id.to_owned(),
            not_before: not_before.map(Timestamp),
            time: Some(Timestamp(time)),
            ..Change::default()
        };
        let changes = [
            change("late and vague", Some(15), 40),
            change("later", None, 30),
            change("too late", Some(25), 50),
            change("within", Some(1), 20),
            change("first", None, 10),
            change("early", Some(1), 5),
        ];
        let candidates = Candidates::prepare(
            changes.iter(),
            &Graph::default(),
            &Domains::default(),
            &Clocks::default(),
        );
        let found = candidates.between(10, 20).into_iter();
        let found: Vec<&str> = found.map(|one| &*one.change.id).collect();
        assert_eq!(found, ["first", "within", "late and vague"]);
    }
}
