//! Everything known when blame is laid: who failed when, what they said, and how they are
//! connected.

use std::collections::HashMap;

use nepho_core::key::Home;
use nepho_core::tables::{NodeKind, RelationKind};

use super::mention;
use super::texture::{self, Trouble};
use crate::account::Account;
use crate::bursts::timeline::Timeline;
use crate::bursts::{Burst, Strength};
use crate::callers::{Deed, Seen};
use crate::clock::Clocks;
use crate::graph::Graph;
use crate::observe::Observer;
use crate::observe::domains::Domains;
use crate::observe::samples::Sample;
use crate::place::Place;

/// Failing rows of a burst that are read.
pub(crate) const MESSAGES: usize = 24;

/// Things that messages name besides what they name most, at most.
const BESIDES: usize = 3;
/// What is named besides is so by one message for each so many that name the first, at least.
const PER_NAMED: u32 = 8;

/// Nodes that are looked at behind a load balancer.
const ROUTED: usize = 64;

/// One failing row of a burst in lower case.
#[derive(Debug)]
pub(crate) struct Message {
    /// The message.
    pub text: String,
    /// The other end, where the row names it.
    pub peer: Option<String>,
}

/// What the rows of a burst say.
#[derive(Debug, Default)]
pub(crate) struct Voice {
    /// First failing rows.
    pub messages: Vec<Message>,
    /// Kinds of trouble with their share.
    pub troubles: Vec<(Trouble, f64)>,
}

/// Words of a service that suffers without a failure of its own, in lower case.
const DISTRESS: [&str; 9] = [
    "slow",
    "latency",
    "degraded",
    "retry",
    "retries",
    "circuit",
    "backlog",
    "response time",
    "took ",
];

impl Voice {
    /// Whether the messages tell of trouble, or of working slowly.
    pub(crate) fn is_distressed(&self) -> bool {
        let suffers = |message: &Message| DISTRESS.iter().any(|word| message.text.contains(word));
        !self.troubles.is_empty() || self.messages.iter().any(suffers)
    }

    /// Which of the messages mean a node, a bit for each.
    pub(crate) fn naming(&self, node: &crate::graph::Node) -> u32 {
        let means = |message: &&Message| {
            message
                .peer
                .as_ref()
                .is_some_and(|peer| mention::is_peer(peer, node))
                || node
                    .names
                    .iter()
                    .any(|name| mention::mentions(&message.text, name))
        };
        let numbered = self.messages.iter().zip(0..u32::BITS);
        let meant = numbered.filter(|(message, _)| means(message));
        meant.fold(0, |bits, (_, number)| bits | 1 << number)
    }
}

/// Dependency that a service lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lost {
    /// The node.
    pub node: u32,
    /// Whether messages name it; otherwise it is the only one that it can be.
    pub is_named: bool,
}

/// Bursts of all services with what is known around them.
pub(crate) struct Scene<'a> {
    /// Timelines that bursts point to.
    pub timelines: &'a [Timeline],
    /// All bursts.
    pub bursts: &'a [Burst],
    /// Services and resources.
    pub graph: &'a Graph,
    /// Clocks of the sources.
    pub clocks: &'a Clocks,
    /// Names of services.
    pub services: &'a [String],
    /// Clock domains of the rows.
    pub domains: &'a Domains,
    /// What was seen of all rows.
    pub observer: &'a Observer,
    /// Node of the service of each burst.
    pub nodes: Vec<u32>,
    /// Bursts by node, for services that fail.
    pub failing: HashMap<u32, Vec<usize>>,
    /// What each burst says.
    pub voices: Vec<Voice>,
    /// What each burst's service lost.
    pub lost: Vec<Option<Lost>>,
    /// What each burst's service lost besides, as other messages name it, by how many do.
    pub lost_besides: Vec<Vec<Lost>>,
    /// Whether a node is a service with rows of its own.
    pub is_heard: Vec<bool>,
    /// What is known besides, where the bursts are calls of somebody that failed, and not of
    /// services.
    pub seen: Option<&'a Seen<'a>>,
    /// What changes did to rights, by their ids, as calls tell it.
    pub deeds: HashMap<&'a str, &'a Deed>,
}

impl<'a> Scene<'a> {
    /// Scene of these bursts.
    pub(crate) fn new(
        timelines: &'a [Timeline],
        bursts: &'a [Burst],
        graph: &'a Graph,
        clocks: &'a Clocks,
        observer: &'a Observer,
    ) -> Self {
        let services = observer.services.as_slice();
        let mut is_heard = vec![false; graph.nodes.len()];
        for service in services {
            if let Some(heard) = graph
                .service(service)
                .and_then(|node| is_heard.get_mut(node as usize))
            {
                *heard = true;
            }
        }
        let mut scene = Self {
            timelines,
            bursts,
            graph,
            clocks,
            services,
            domains: &observer.domains,
            observer,
            nodes: Vec::with_capacity(bursts.len()),
            failing: HashMap::new(),
            voices: Vec::with_capacity(bursts.len()),
            lost: Vec::with_capacity(bursts.len()),
            lost_besides: Vec::with_capacity(bursts.len()),
            is_heard,
            seen: None,
            deeds: HashMap::new(),
        };
        for (index, burst) in bursts.iter().enumerate() {
            let node = graph.service(scene.service(burst)).unwrap_or(u32::MAX);
            scene.nodes.push(node);
            scene.failing.entry(node).or_default().push(index);
            scene.voices.push(scene.voice(burst));
        }
        for index in 0..bursts.len() {
            let mut lost = scene.lost(index).into_iter();
            scene.lost.push(lost.next());
            scene.lost_besides.push(lost.collect());
        }
        scene
    }

    /// All that the service of a burst lost, what most messages name first. Of calls of somebody
    /// that failed only that is looked at.
    pub(crate) fn losses(&self, burst: usize) -> impl Iterator<Item = Lost> {
        let first = self.lost.get(burst).copied().flatten();
        let besides = self
            .lost_besides
            .get(burst)
            .filter(|_| !self.is_of_callers());
        first
            .into_iter()
            .chain(besides.into_iter().flatten().copied())
    }

    /// Whether the bursts are calls of somebody that failed, and not of services.
    pub(crate) fn is_of_callers(&self) -> bool {
        self.seen.is_some()
    }

    /// Name of the service of a burst.
    pub(crate) fn service(&self, burst: &Burst) -> &'a str {
        let id = self
            .timelines
            .get(burst.timeline)
            .map_or(u32::MAX, |timeline| timeline.service);
        self.services.get(id as usize).map_or("", String::as_str)
    }

    /// Failing rows of a burst that were kept, by time; warnings where it has nothing else.
    pub(crate) fn samples(&self, burst: &Burst) -> impl Iterator<Item = &'a (i64, Sample)> {
        let (onset, last) = (burst.onset, burst.last);
        let warnings = burst.strength == Strength::Warnings;
        let all: &'a [(i64, Sample)] = self
            .timelines
            .get(burst.timeline)
            .map_or(&[], |timeline| &timeline.samples);
        let first = all.partition_point(|(time, _)| *time < onset);
        all[first..]
            .iter()
            .take_while(move |(time, _)| *time <= last)
            .filter(move |(_, sample)| sample.warning == warnings)
    }

    /// Accounts that the failing rows of a burst come from; none if some do not tell.
    pub(crate) fn homes(&self, burst: &Burst) -> Vec<Account> {
        let mut homes: Vec<Account> = Vec::new();
        for (_, sample) in self.samples(burst) {
            let domain = self.domains.list().get(sample.domain as usize);
            match domain.and_then(|domain| Account::of_domain(&domain.name)) {
                Some(home) if homes.contains(&home) => {}
                Some(home) => homes.push(home),
                None => return Vec::new(),
            }
        }
        homes
    }

    /// Places that the failing rows of a burst come from; none if some tell no cloud or cluster.
    pub(crate) fn places(&self, burst: &Burst) -> Vec<Place> {
        let mut numbers: Vec<u32> = self.samples(burst).map(|(_, one)| one.place).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.contains(&0) {
            return Vec::new();
        }
        let places = numbers.into_iter();
        places
            .map(|number| self.observer.places.get(number).clone())
            .collect()
    }

    /// What a burst's service runs on away from the places where it fails: what it is known to run
    /// on by rows from there, of which none fail, and what only has its name.
    pub(crate) fn homes_elsewhere(&self, burst: &Burst, service: u32) -> Vec<u32> {
        let failing = self.places(burst);
        let edges = self.graph.forward.of(service).iter();
        let runs_on = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
        let mut away = runs_on.filter_map(|edge| {
            let place = Place::of_id(&self.graph.node(edge.node).key);
            place
                .is_away_from_all(&failing)
                .then_some((edge.node, place))
        });
        let mut away = away.by_ref().peekable();
        if away.peek().is_none() {
            return Vec::new();
        }
        let number = self.timelines.get(burst.timeline).map(|one| one.service);
        let series = self.observer.series.iter();
        let own = series.filter(|series| Some(series.service) == number && series.place != 0);
        let own = own.map(|series| self.observer.places.get(series.place));
        // What carries no code, such as a database with the tag of a service, may be used from
        // everywhere.
        let others: Vec<&Place> = own.filter(|own| own.is_away_from_all(&failing)).collect();
        let is_heard = |place: &Place| others.iter().any(|own| !place.is_away_from(own));
        let is_left_out = |(node, place): &(u32, Place)| {
            self.graph.is_namesake(service, *node)
                || (is_host(&self.graph.node(*node).key) && is_heard(place))
        };
        away.filter(is_left_out).map(|(node, _)| node).collect()
    }

    /// Whether a node lies in another account than all of these, of the same cloud.
    pub(crate) fn is_away(&self, node: u32, homes: &[Account]) -> bool {
        let account = Account::of_id(&self.graph.node(node).key);
        account.is_some_and(|account| account.is_away(homes))
    }

    fn voice(&self, burst: &Burst) -> Voice {
        let messages: Vec<Message> = self
            .samples(burst)
            .take(MESSAGES)
            .map(|(_, sample)| Message {
                text: sample.text().to_lowercase(),
                peer: sample.peer.as_ref().map(|peer| peer.to_lowercase()),
            })
            .collect();
        let statuses = self.samples(burst).map(|(_, sample)| sample.status);
        let told = messages.iter().zip(statuses);
        let told = told.filter_map(|(message, status)| texture::of_row(&message.text, status));
        Voice {
            troubles: texture::shares(told),
            messages,
        }
    }

    /// Dependencies without failures of their own that the messages of a burst name, the one that
    /// most do first; or, where they tell of a lost connection and name nobody, the only silent one
    /// there is.
    fn lost(&self, index: usize) -> Vec<Lost> {
        let (Some(node), Some(voice), Some(burst)) = (
            self.nodes.get(index),
            self.voices.get(index),
            self.bursts.get(index),
        ) else {
            return Vec::new();
        };
        let node = *node;
        let trouble = voice.troubles.first().map(|(trouble, _)| *trouble);
        let is_connection = trouble == Some(Trouble::Connection);
        let is_refused = |message: &Message| texture::refused_user(&message.text).is_some();
        let is_refused = voice.messages.iter().any(is_refused);
        let mut candidates = self.called(node, voice, burst);
        let mut hosts = match is_connection || is_refused {
            true => self.hosts_of(node, voice, burst),
            false => Vec::new(),
        };
        // What the service is known to call is no mere host.
        hosts.retain(|host| !candidates.contains(host));
        candidates.extend(&hosts);
        candidates.sort_unstable();
        candidates.dedup();
        candidates.retain(|callee| *callee != node && !self.fails_during(*callee, burst));
        self.drop_namesakes_away(burst, &mut candidates);
        let named = self.named(node, voice, &candidates, &hosts);
        if !named.is_empty() {
            return named;
        }
        candidates.retain(|callee| !self.is_heard(*callee));
        match candidates.as_slice() {
            [only] if is_connection || is_refused && self.is_database(*only) => vec![Lost {
                node: self.as_resource(*only),
                is_named: false,
            }],
            _ => Vec::new(),
        }
    }

    /// Candidates that messages name; none where either of two machines may be the one that asked.
    fn named(&self, service: u32, voice: &Voice, candidates: &[u32], hosts: &[u32]) -> Vec<Lost> {
        let naming = candidates
            .iter()
            .map(|callee| (voice.naming(self.graph.node(*callee)), *callee));
        let named: Vec<(u32, u32)> = naming.filter(|(bits, _)| *bits != 0).collect();
        // An address of which nothing is known is often that of a host which is named beside it.
        let rank = |(bits, callee): (u32, u32)| (bits.count_ones(), self.is_known(callee));
        let best = named
            .iter()
            .copied()
            .max_by_key(|named| (rank(*named), std::cmp::Reverse(named.1)));
        let Some((bits, best)) = best else {
            return Vec::new();
        };
        // Of two machines that the same messages name either may be the one that asked.
        let is_unclear = hosts.contains(&best)
            && named.iter().any(|other| {
                rank(*other) == rank((bits, best))
                    && other.0 & bits != 0
                    && self.is_known(other.1)
                    && hosts.contains(&other.1)
                    && !self.is_same_host(best, other.1)
            });
        if is_unclear {
            return Vec::new();
        }
        let mut lost = vec![best];
        // Messages of what stands before a service name what the service itself runs on.
        let edges = self.graph.forward.of(service).iter();
        let runs_on = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
        let own: Vec<u32> = runs_on.map(|edge| edge.node).collect();
        let is_own = |node: u32| own.iter().any(|own| self.is_same_host(*own, node));
        let others: Vec<(u32, u32)> = named
            .into_iter()
            .filter(|(_, node)| !is_own(*node))
            .collect();
        self.add_named_besides(&others, bits, &mut lost);
        let lost = lost.into_iter().map(|node| Lost {
            node: self.as_resource(node),
            is_named: true,
        });
        lost.collect()
    }

    /// Adds what messages name that name nothing of `lost`, whose messages are `told`.
    fn add_named_besides(&self, named: &[(u32, u32)], mut told: u32, lost: &mut Vec<u32>) {
        let least = told.count_ones().div_ceil(PER_NAMED);
        while lost.len() <= BESIDES {
            let is_other = |node: u32| {
                let mut held = lost.iter();
                self.is_known(node)
                    && !self.is_interface(node)
                    && !held.any(|held| self.is_same_host(*held, node))
            };
            let others = named.iter().filter(|(_, node)| is_other(*node));
            let next = others
                .map(|(bits, node)| ((bits & !told).count_ones(), std::cmp::Reverse(*node), *bits))
                .max();
            let Some((_, node, bits)) = next.filter(|(count, ..)| *count >= least) else {
                return;
            };
            lost.push(node.0);
            told |= bits;
        }
    }

    /// What a service is known to call, and whom its messages say that they called.
    fn called(&self, node: u32, voice: &Voice, burst: &Burst) -> Vec<u32> {
        let edges = self.graph.forward.of(node).iter();
        let callees = edges.filter(|edge| {
            matches!(
                edge.kind,
                RelationKind::Calls | RelationKind::Routes | RelationKind::DataFlow
            )
        });
        let mut called: Vec<u32> = callees.map(|edge| edge.node).collect();
        let homes = self.homes(burst);
        let messages = voice.messages.iter();
        for peer in messages.filter_map(|message| message.peer.as_ref()) {
            let found = self.graph.resources_of(peer).into_iter();
            called.extend(found.filter(|to| self.graph.is_callee(peer, *to, &homes)));
        }
        called
    }

    /// Whether a node is an interface of a network, which flow logs name for what it belongs to.
    fn is_interface(&self, node: u32) -> bool {
        let kind = self.graph.node(node).resource_type.to_lowercase();
        kind.replace(['_', '-'], "").contains("networkinterface")
    }

    /// Whether a node is a database that knows users.
    fn is_database(&self, node: u32) -> bool {
        let node = self.graph.node(self.as_resource(node));
        let kind = node.resource_type.to_lowercase().replace('_', "");
        let words = ["sql", "rds", "dbinstance", "dbcluster", "mariadb"];
        words.iter().any(|word| kind.contains(word))
    }

    /// Drops what lies in another account or region than the failing rows and has the name of
    /// another.
    fn drop_namesakes_away(&self, burst: &Burst, candidates: &mut Vec<u32>) {
        let (homes, places) = (self.homes(burst), self.places(burst));
        let is_elsewhere = |node: u32| {
            let place = Place::of_id(&self.graph.node(node).key);
            self.is_away(node, &homes) || place.is_in_other_region(&places)
        };
        let (away, near) = candidates
            .iter()
            .partition::<Vec<u32>, _>(|node| is_elsewhere(**node));
        let is_named_alike = |one: u32, other: u32| {
            let names = &self.graph.node(other).names;
            self.graph
                .node(one)
                .names
                .iter()
                .any(|name| names.contains(name))
        };
        candidates.retain(|node| {
            !away.contains(node) || !near.iter().any(|other| is_named_alike(*node, *other))
        });
    }

    /// Resources whose host names or addresses the messages of a burst contain, other than those
    /// that the service or one that fails as well stands on.
    fn hosts_of(&self, service: u32, voice: &Voice, burst: &Burst) -> Vec<u32> {
        let is_of_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let mut found: Vec<u32> = Vec::new();
        for message in &voice.messages {
            let text = message.text.as_str();
            let mut start = 0;
            for word in text.split(|c| !is_of_host(c)) {
                let end = start + word.len();
                let host = word.trim_matches('.');
                let is_name = host.len() > 3 && host.contains('.');
                if is_name && !is_of_client(&text[..start], &text[end..]) {
                    found.extend(self.graph.resources_of(host));
                }
                start = end + text[end..].chars().next().map_or(0, char::len_utf8);
            }
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|resource| {
            let carried = self.carried_by(*resource);
            !carried.contains(&service)
                && !carried.iter().any(|other| self.fails_during(*other, burst))
        });
        found
    }

    /// Whether two nodes share a name or stand one for the other, as a record for its machine.
    fn is_same_host(&self, one: u32, other: u32) -> bool {
        let leads = |from: u32, to: u32| {
            let mut edges = self.graph.forward.of(from).iter();
            edges.any(|edge| edge.node == to)
        };
        let names = &self.graph.node(other).names;
        let mut own = self.graph.node(one).names.iter();
        one == other
            || own.any(|name| names.contains(name))
            || leads(one, other)
            || leads(other, one)
    }

    /// Services that run on a resource, or on what it routes to.
    fn carried_by(&self, resource: u32) -> Vec<u32> {
        let mut carried = Vec::new();
        let mut seen = vec![resource];
        let mut place = 0;
        while let Some(node) = seen.get(place).copied().filter(|_| place < ROUTED) {
            place += 1;
            let on = self.graph.backward.of(node).iter();
            carried.extend(
                on.filter(|edge| edge.kind == RelationKind::RunsOn)
                    .map(|edge| edge.node),
            );
            for edge in self.graph.forward.of(node) {
                let hands_on = matches!(edge.kind, RelationKind::Routes | RelationKind::DataFlow);
                if hands_on && !seen.contains(&edge.node) {
                    seen.push(edge.node);
                }
            }
        }
        carried
    }

    /// Whether anything but the name of a node is known.
    pub(crate) fn is_known(&self, node: u32) -> bool {
        !self.graph.node(node).resource_type.is_empty()
            || !self.graph.forward.of(node).is_empty()
            || self.is_heard(node)
    }

    /// Whether a node is a service that has rows.
    pub(crate) fn is_heard(&self, node: u32) -> bool {
        self.is_heard.get(node as usize).copied().unwrap_or(false)
    }

    /// Whether a node is a service that fails at the time of a burst.
    pub(crate) fn fails_during(&self, node: u32, burst: &Burst) -> bool {
        let bursts = self.failing.get(&node).into_iter().flatten();
        bursts
            .filter_map(|index| self.bursts.get(*index))
            .any(|other| other.strength != Strength::Warnings && overlap(other, burst))
    }

    /// The resource that a silent service stands for, when there is exactly one, so that all losses
    /// of it agree.
    fn as_resource(&self, node: u32) -> u32 {
        if self.graph.node(node).kind == NodeKind::Resource || self.is_heard(node) {
            return node;
        }
        match self.graph.forward.of(node) {
            [edge] if edge.kind == RelationKind::RunsOn => edge.node,
            _ => node,
        }
    }
}

/// Parts of ids of what runs code, in lower case.
const HOSTS: [&str; 5] = [
    ":ecs:",
    ":instance/i-",
    ":autoscaling:",
    "/microsoft.compute/virtualmachine",
    "//compute.googleapis.com/",
];

/// Whether a resource is something that runs the code of a service.
pub(crate) fn is_host(id: &str) -> bool {
    let small = id.to_ascii_lowercase();
    Home::of(id).is_some() || HOSTS.iter().any(|part| small.contains(part))
}

/// Words in lower case behind which stands whoever asked, not who failed to answer.
const CLIENT: [&str; 6] = [
    "client",
    "client_ip",
    "remote_addr",
    "connection from",
    "request from",
    "accepted from",
];

/// Whether the host between two parts of a text is told to be the one that asked:
/// `client: 10.2.0.9` of nginx, `10.2.0.9:51234->10.1.0.4:80` of Go, `'app'@'10.2.0.9'` of MySQL.
pub(crate) fn is_of_client(before: &str, behind: &str) -> bool {
    let label = before.trim_end_matches([' ', ':', '=', '"', '\'', '[', '/']);
    let is_labeled = CLIENT.iter().any(|word| {
        let front = label.strip_suffix(word);
        // `httpclient` asks others.
        front.is_some_and(|front| !front.ends_with(|c: char| c.is_alphanumeric() || c == '-'))
    });
    let port = behind.strip_prefix(':').unwrap_or(behind);
    let arrow = port.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_login = ["'@'", "\"@\"", "`@`"]
        .iter()
        .any(|sign| before.ends_with(sign));
    is_labeled || is_login || arrow.starts_with("->")
}

/// Whether two bursts are at the same time, or within two minutes of each other.
pub(crate) fn overlap(first: &Burst, second: &Burst) -> bool {
    const SLACK: i64 = 120 * nepho_core::time::NANOS;
    first.onset <= second.last.saturating_add(SLACK)
        && second.onset <= first.last.saturating_add(SLACK)
}
