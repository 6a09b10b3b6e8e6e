//! What log rows tell of resources, in bounded memory.
//!
//! Kept are the ids of column `resources`, the hosts that wrote rows of a service, cloud end points
//! named as `peer`, which service named which resource how often (with the first row as evidence),
//! and the address of each network interface. Rows of audit logs that failed teach nothing: they
//! may name what does not exist; likewise those that only tell that a creation began.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::key;
use nepho_core::role::Role;
use nepho_core::tables::{Column, LogsView, Outcome, Resource};
use nepho_core::words::Words;

use crate::identity::{is_full_id, is_public_host};
use crate::seen::Seen;
use crate::{config_item, describe};

/// Pods of one service in one namespace that are kept: each tells the same but for its name, and
/// there is a new one for each start.
const MAX_PODS: u32 = 100;
/// Distinct ids that are kept.
pub const MAX_IDS: usize = 40_000;
/// Distinct services that are kept.
pub const MAX_SERVICES: usize = 20_000;
/// Services of AWS whose resources lie in no region.
const GLOBAL: [&str; 5] = [
    "cloudfront",
    "globalaccelerator",
    "iam",
    "organizations",
    "route53",
];
/// Pairs of service and resource that are kept.
pub const MAX_PAIRS: usize = 40_000;

/// Log groups of functions that are kept for a service.
const MAX_GROUPS: usize = 64;

/// What the rows that name a resource say of it, by the numbers of the words.
pub(crate) struct Mention {
    provider: Option<u32>,
    account: Option<u32>,
    region: Option<u32>,
    uri: Option<u32>,
    line: u32,
    /// When a row named it first; `Timestamp::MAX` where no row has a time.
    first: Timestamp,
    /// Addresses that may be its own: those at an end of every connection that it recorded.
    addresses: Option<Vec<IpAddr>>,
}

/// How often a service named a resource.
pub(crate) struct Pair {
    pub(crate) count: u64,
    pub(crate) first: Evidence,
}

/// Environments and teams that the rows of a service carry, with their counts.
#[derive(Default)]
pub(crate) struct Habits {
    environments: HashMap<Box<str>, u64>,
    teams: HashMap<Box<str>, u64>,
}

/// What was learned from logs so far.
#[derive(Default)]
pub struct Learned {
    ids: Words,
    mentions: Vec<Mention>,
    /// What many mentions have in common.
    common: Words,
    services: Words,
    habits: Vec<Habits>,
    pairs: HashMap<(u32, u32), Pair>,
    /// How many pods are among the ids, by service and a hash of their namespace.
    pods: HashMap<(u32, u64), u32>,
    /// Log groups of functions that rows of a service are from.
    groups: HashMap<u32, Vec<String>>,
    /// Role and service by a hash of format and service.
    speakers: HashMap<u64, (Role, Option<u32>)>,
    overlooked: u64,
}

impl fmt::Debug for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learned").finish_non_exhaustive()
    }
}

/// Number of the service that the last row was of, since neighbors are mostly of one service.
struct LastService<'a> {
    format: Option<&'a str>,
    service: Option<&'a str>,
    environment: Option<&'a str>,
    team: Option<&'a str>,
    role: Role,
    number: Option<u32>,
    rows: u64,
}

impl Learned {
    /// Rows' ids, services and pairs that were passed over because a limit was reached.
    pub fn overlooked(&self) -> u64 {
        self.overlooked
    }

    /// Distinct ids, services and pairs that are kept.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.mentions.len(), self.habits.len(), self.pairs.len())
    }

    /// Namespaces of which pods are counted, for each service anew.
    #[cfg(test)]
    pub(crate) fn namespaces(&self) -> usize {
        self.pods.len()
    }

    /// Takes note of a batch.
    pub fn read(&mut self, rows: &LogsView<'_>) {
        let mut last: Option<LastService<'_>> = None;
        let has_hosts = !rows.is_empty_column(Column::Host);
        let has_peers = !rows.is_empty_column(Column::Peer);
        for row in 0..rows.len() {
            let current = self.service_of(rows, row, &mut last);
            let (role, service) = (current.role, current.number);
            if role == Role::Audit && is_nothing(rows, row) {
                continue;
            }
            for id in rows.resources(row) {
                if id.starts_with("/aws/lambda/") && key::function_of_group(id).is_some() {
                    self.note_group(service, id);
                    continue;
                }
                // An id that is held was looked at before.
                let kept = if self.ids.find(id).is_some() {
                    Some(id)
                } else {
                    describe::kept_id(id)
                };
                if let Some(id) = kept {
                    self.mention(rows, row, id, role, service);
                }
            }
            if has_hosts && role == Role::Workload && service.is_some() {
                self.mention_host(rows, row, service);
            }
            if has_peers {
                self.mention_end_point(rows, row);
            }
        }
        if let Some(last) = last {
            self.close(&last);
        }
    }

    fn service_of<'a, 'b>(
        &mut self,
        rows: &LogsView<'a>,
        row: usize,
        last: &'b mut Option<LastService<'a>>,
    ) -> &'b mut LastService<'a> {
        let format = rows.text(Column::Format, row);
        let service = rows.text(Column::Service, row);
        let environment = rows.text(Column::Environment, row);
        let team = rows.text(Column::Team, row);
        let is_same = last.as_ref().is_some_and(|held| {
            (held.service, held.format, held.environment, held.team)
                == (service, format, environment, team)
        });
        if !is_same && let Some(ended) = last.take() {
            self.close(&ended);
        }
        let current = last.get_or_insert_with(|| {
            let (role, number) = self.speaker(format, service);
            LastService {
                format,
                service,
                environment,
                team,
                role,
                number,
                rows: 0,
            }
        });
        current.rows += 1;
        current
    }

    /// Role and number of what writes rows of this format and service, worked out once.
    fn speaker(&mut self, format: Option<&str>, service: Option<&str>) -> (Role, Option<u32>) {
        let mut hasher = DefaultHasher::new();
        (format, service).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(known) = self.speakers.get(&key) {
            return *known;
        }
        let role = Role::of(format, service);
        // A flow log that names a service names the one that the interface belongs to.
        let named = service.filter(|_| role.names_a_service() || role == Role::Flow);
        let named = named.filter(|name| !grows_groups(name));
        let number = named.and_then(|name| self.service_number(name));
        if self.speakers.len() >= MAX_SERVICES {
            self.speakers.clear();
        }
        self.speakers.insert(key, (role, number));
        (role, number)
    }

    fn service_number(&mut self, name: &str) -> Option<u32> {
        let number = self.services.number(name, MAX_SERVICES);
        match number {
            Some(number) if number as usize == self.habits.len() => {
                self.habits.push(Habits::default())
            }
            None => self.overlooked += 1,
            _ => {}
        }
        number
    }

    /// Counts the environment and team of a run of rows.
    fn close(&mut self, run: &LastService<'_>) {
        let Some(habits) = run
            .number
            .and_then(|number| self.habits.get_mut(number as usize))
        else {
            return;
        };
        for (word, counts) in [
            (run.environment, &mut habits.environments),
            (run.team, &mut habits.teams),
        ] {
            let Some(word) = word else { continue };
            if let Some(count) = counts.get_mut(word) {
                *count += run.rows;
            } else if counts.len() < 8 {
                counts.insert(word.into(), run.rows);
            }
        }
    }

    fn mention(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        id: &str,
        role: Role,
        service: Option<u32>,
    ) {
        let pods = service.and_then(|service| self.pods_of(service, id));
        let known = pods.and_then(|pods| self.pods.get(&pods));
        if known.is_some_and(|known| *known >= MAX_PODS) {
            self.overlooked += 1;
            return;
        }
        let Some(number) = self.id_number(rows, row, id) else {
            return;
        };
        if let Some(pods) = pods {
            *self.pods.entry(pods).or_default() += 1;
        }
        if role == Role::Flow {
            let is_end = id.starts_with("eni-") || id.starts_with("i-");
            if !is_end {
                return;
            }
            let ends = [
                rows.text(Column::SourceIp, row),
                rows.text(Column::Peer, row),
            ];
            if let Some(mention) = self.mentions.get_mut(number as usize) {
                mention.narrow(&ends);
            }
        }
        if let Some(service) = service {
            self.count_pair(rows, row, service, number);
        }
    }

    /// Service and namespace of a pod that was not met before.
    fn pods_of(&self, service: u32, id: &str) -> Option<(u32, u64)> {
        let (namespace, _) = pod(id)?;
        let is_new = self.ids.find(id).is_none();
        is_new.then(|| (service, config_item::number(namespace)))
    }

    /// A log group is no part of a service, but tells which function is.
    fn note_group(&mut self, service: Option<u32>, group: &str) {
        let Some(service) = service else { return };
        let held = self.groups.entry(service).or_default();
        if held.len() < MAX_GROUPS && !held.iter().any(|one| one == group) {
            held.push(group.to_owned());
        }
    }

    /// Log groups of functions that rows of a service are from, by service and group.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&str, &str)> {
        self.groups.iter().flat_map(|(service, groups)| {
            let service = self.services.name(*service);
            groups.iter().map(move |group| (service, group.as_str()))
        })
    }

    fn mention_host(&mut self, rows: &LogsView<'_>, row: usize, service: Option<u32>) {
        let host = rows.text(Column::Host, row);
        let Some(host) = host.filter(|host| describe::is_host(host)) else {
            return;
        };
        // A pod that the row names as such is no machine.
        if rows.resources(row).any(|id| is_pod(id, host)) {
            return;
        }
        let id = format!("host:{host}");
        self.mention(rows, row, &id, Role::Workload, service);
    }

    /// Takes note of the end point of a managed service, such as the host name of a database.
    fn mention_end_point(&mut self, rows: &LogsView<'_>, row: usize) {
        let peer = rows.text(Column::Peer, row).map(describe::host_part);
        if let Some(host) =
            peer.filter(|host| is_public_host(host) && describe::end_point_type(host).is_some())
        {
            self.id_number(rows, row, host);
        }
    }

    fn id_number(&mut self, rows: &LogsView<'_>, row: usize, id: &str) -> Option<u32> {
        let Some(number) = self.ids.number(id, MAX_IDS) else {
            self.overlooked += 1;
            return None;
        };
        if number as usize == self.mentions.len() {
            let common = &mut self.common;
            // Bounded by the mentions, each of which has at most four.
            let mut word = |column| common.number(rows.text(column, row)?, usize::MAX);
            self.mentions.push(Mention {
                provider: word(Column::Provider),
                account: word(Column::Account),
                region: word(Column::Region),
                uri: word(Column::Uri),
                line: rows.line(row),
                first: Timestamp::MAX,
                addresses: None,
            });
        }
        if let Some(mention) = self.mentions.get_mut(number as usize)
            && let Some(time) = rows.time(row)
        {
            mention.first = mention.first.min(time);
        }
        Some(number)
    }

    fn count_pair(&mut self, rows: &LogsView<'_>, row: usize, service: u32, id: u32) {
        if let Some(pair) = self.pairs.get_mut(&(service, id)) {
            pair.count += 1;
        } else if self.pairs.len() < MAX_PAIRS {
            let first = rows.evidence(row);
            self.pairs.insert((service, id), Pair { count: 1, first });
        } else {
            self.overlooked += 1;
        }
    }

    /// Tells when each id was first named.
    pub(crate) fn tell_seen(&self, seen: &mut Seen) {
        let mentions = self.ids.iter().zip(&self.mentions);
        for ((_, id), mention) in mentions.filter(|(_, one)| one.first != Timestamp::MAX) {
            seen.note(id, mention.first);
        }
    }

    /// Rows of table `resources` for what was learned: ids that a service named, full ids (their
    /// name may tell an owner), interfaces whose address is known, and end points. Of any other id
    /// the rows tell nothing but that it is there, and of those whose name is chance only if
    /// somebody else knows the id.
    pub(crate) fn resources(
        &self,
        is_known: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = Resource> {
        let named: HashSet<u32> = self.pairs.keys().map(|(_, id)| *id).collect();
        let mentions = self.ids.iter().zip(&self.mentions);
        mentions.filter_map(move |((number, id), mention)| {
            let has_address = mention
                .addresses
                .as_ref()
                .is_some_and(|found| found.len() == 1);
            let is_full = id.contains('/') || id.starts_with("arn:");
            let may_tell = is_full && (!has_chance_name(id) || is_known(id));
            let tells = named.contains(&number) || may_tell || has_address || is_public_host(id);
            tells.then(|| mention.describe(id, &self.common))
        })
    }

    /// Lets go of what only the rows of table `resources` are made of.
    pub(crate) fn forget_mentions(&mut self) {
        self.mentions = Vec::new();
        self.common = Words::default();
    }

    /// Names of services that rows speak of, sorted.
    pub(crate) fn services(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.services.iter().map(|(_, name)| name).collect();
        names.sort_unstable();
        names
    }

    /// Which service named which id, by service and id.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str, &Pair)> {
        let mut pairs: Vec<(&str, &str, &Pair)> = Vec::with_capacity(self.pairs.len());
        for (&(service, id), pair) in &self.pairs {
            let (service, id) = (self.services.name(service), self.ids.name(id));
            pairs.push((service, id, pair));
        }
        pairs.sort_unstable_by_key(|(service, id, _)| (*service, *id));
        pairs
    }

    /// The environment and the team that the rows of a service carry, where four of five agree.
    pub(crate) fn habits(&self, service: &str) -> (Option<&str>, Option<&str>) {
        let number = self.services.find(service);
        match number.and_then(|number| self.habits.get(number as usize)) {
            Some(habits) => (prevailing(&habits.environments), prevailing(&habits.teams)),
            None => (None, None),
        }
    }
}

/// Whether an id that is none of a cloud's ends in at least 32 hexadecimal digits, as that of a
/// version of a secret does:
/// `https://shop.vault.azure.net/secrets/pw/4387e9f3d6e14c459867679a90fd0f79`
/// (learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates, read 2026-11-29).
/// Every log of a vault names thousands.
fn has_chance_name(id: &str) -> bool {
    let name = key::short_name(id);
    let digits = name.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes = name.bytes().filter(|byte| *byte == b'-').count();
    digits >= 32 && digits + dashes == name.len() && !is_full_id(id)
}

/// Whether the row of an audit log may name what does not exist: a call that failed, or the
/// beginning of a creation, whose end another row tells.
fn is_nothing(rows: &LogsView<'_>, row: usize) -> bool {
    match rows.outcome(row) {
        Some(outcome) => outcome == Outcome::Failure,
        None => {
            let operation = rows.text(Column::Action, row).unwrap_or_default();
            let method = operation.rsplit('.').next().unwrap_or_default();
            method == "insert" || method == "create" || method.starts_with("Create")
        }
    }
}

impl Mention {
    /// Strikes out candidates for the own address that are at no end of this connection.
    fn narrow(&mut self, ends: &[Option<&str>]) {
        let is_settled = self.addresses.as_ref().is_some_and(Vec::is_empty);
        if is_settled {
            return;
        }
        let found: Vec<IpAddr> = ends
            .iter()
            .flatten()
            .filter_map(|end| end.parse().ok())
            .collect();
        if found.is_empty() {
            return;
        }
        match &mut self.addresses {
            Some(addresses) => addresses.retain(|address| found.contains(address)),
            None => self.addresses = Some(found),
        }
    }

    fn describe(&self, id: &str, words: &Words) -> Resource {
        let of = |number: Option<u32>| number.map(|number| words.name(number).to_owned());
        let mut row = describe::describe(id);
        row.provider = row.provider.or_else(|| of(self.provider));
        let arn = key::Arn::parse(id);
        // A policy of AWS itself lies in no account.
        let is_of_aws = arn.as_ref().is_some_and(|arn| arn.account == "aws");
        // Audit logs of Google are those of the project of the resource, which some of its names
        // tell by its number.
        let is_told = |account: &String| {
            let is_project = account.bytes().any(|byte| byte.is_ascii_alphabetic());
            is_project || row.provider.as_deref() != Some("gcp")
        };
        let told = row.account.clone().filter(is_told);
        let of_row = of(self.account);
        row.account = told.or(of_row).or(row.account).filter(|_| !is_of_aws);
        // Azure writes subscriptions in either case.
        if row.provider.as_deref() == Some("azure") {
            row.account = row.account.map(|account| account.to_ascii_lowercase());
        }
        // Calls of services that have no regions are logged in one.
        let is_global = arn.is_some_and(|arn| GLOBAL.contains(&arn.service));
        row.region = row
            .region
            .or_else(|| of(self.region))
            .filter(|_| !is_global);
        if let Some([address]) = self.addresses.as_deref() {
            row.aliases.push(address.to_string());
        }
        row.uri = of(self.uri).unwrap_or_default();
        row.line = u64::from(self.line);
        row
    }
}

/// Namespace, with all before it, and name of a pod.
fn pod(id: &str) -> Option<(&str, &str)> {
    let (namespace, name) = id.rsplit_once('/')?;
    let is_pod = namespace.starts_with("k8s://") && namespace.contains("//pod/");
    is_pod.then_some((namespace, name))
}

/// Whether an id is that of a pod of this name.
fn is_pod(id: &str, name: &str) -> bool {
    id.ends_with(name) && pod(id).is_some_and(|(_, own)| own == name)
}

/// Whether a service grows groups of nodes: those that its rows name, and their machines, are not
/// its own.
fn grows_groups(service: &str) -> bool {
    service == "karpenter" || service.ends_with("cluster-autoscaler")
}

fn prevailing(counts: &HashMap<Box<str>, u64>) -> Option<&str> {
    let total: u64 = counts.values().sum();
    let (word, count) = counts.iter().max_by_key(|(word, count)| (**count, *word))?;
    (count.saturating_mul(5) >= total.saturating_mul(4)).then_some(word)
}
