//! Turns what was collected into calls, once all services and resources are known.

use nepho_core::findings::Evidence;

use crate::Services;
use crate::access::Client;
use crate::directory::{Directory, End, Place};
use crate::edges::{Edges, Source};
use crate::messages::Strength;
use crate::peers::Peer;
use crate::tally::{Seen, Tally};
use crate::traces::infer::{self, Call};

/// Callees that are known by nothing but what their callers say.
const MAX_SILENT: usize = 5_000;

/// Calls from all sources, and how many peers could not be kept as services of their own.
pub(crate) fn edges(from: &Services, directory: &mut Directory) -> (Edges, u64) {
    let mut edges = Edges::default();
    for target in from.access.targets.sorted() {
        // An address that the infrastructure tells of needs no guess from a load balancer.
        directory.add_target(target.what.address, target.what.service);
    }
    crate::iac::add(&from.told.references, directory, &mut edges);
    add_clients(from, &from.access.private, directory, &mut edges);
    add_clients(from, &from.access.public, directory, &mut edges);
    add_flows(from, directory, &mut edges);
    let overlooked = add_peers(from, directory, &mut edges);
    add_traces(from, &mut edges);
    (edges, overlooked)
}

fn add_clients(from: &Services, clients: &Tally<Client>, directory: &Directory, edges: &mut Edges) {
    for seen in clients.sorted() {
        let client = seen.what;
        let place = from.place(client.scope, seen);
        let source = if client.by_balancer {
            Source::LoadBalancer
        } else {
            Source::Message
        };
        for (caller, share) in directory.services_at(client.address, place) {
            let text = || {
                format!(
                    "request of {} to {}",
                    client.address,
                    directory.services.name(client.service)
                )
            };
            let callee = End::Service(client.service);
            edges.add(caller, callee, source, (seen.count, 0.85 * share), || {
                seen.first.evidence_or(&from.files, &text())
            });
        }
    }
}

fn add_flows(from: &Services, directory: &Directory, edges: &mut Edges) {
    for seen in from.flows.0.sorted() {
        let flow = seen.what;
        let place = from.place(flow.scope, seen);
        let callers = directory.services_at(flow.client, place);
        if callers.is_empty() {
            continue;
        }
        // A connection that was always refused was wanted, but may have been a probe.
        let base = if seen.failures == seen.count {
            0.6
        } else {
            0.75
        };
        for (callee, callee_share) in directory.callees_at(flow.server, place) {
            for (caller, share) in &callers {
                let confidence = base * share * callee_share;
                let text = || format!("{} to {} port {}", flow.client, flow.server, flow.port);
                edges.add(
                    *caller,
                    callee,
                    Source::Flow,
                    (seen.count, confidence),
                    || seen.first.evidence_or(&from.files, &text()),
                );
            }
        }
    }
}

/// Confidence that a word of this strength is a peer.
fn certainty(peer: &Peer) -> f64 {
    match peer.strength {
        Strength::Called => 0.85,
        Strength::Named => 0.7,
        Strength::Mentioned => 0.45,
    }
}

fn add_peers(from: &Services, directory: &mut Directory, edges: &mut Edges) -> u64 {
    let mut unknown: Vec<&Seen<Peer>> = Vec::new();
    for seen in from.peers.sorted() {
        let peer = &seen.what;
        let found = directory.find(&peer.word, peer.port, from.place(peer.scope, seen));
        if found.is_empty() && peer.strength == Strength::Called && !peer.is_caller {
            unknown.push(seen);
        }
        let source = if peer.by_balancer {
            Source::LoadBalancer
        } else {
            Source::Message
        };
        for (end, share) in found {
            let confidence = certainty(peer) * share;
            match end {
                End::Service(caller) if peer.is_caller => {
                    let callee = End::Service(peer.service);
                    edges.add(caller, callee, source, (seen.count, confidence), || {
                        seen.first.evidence(&from.files)
                    });
                }
                End::Resource(_) if peer.is_caller => {}
                callee => edges.add(
                    peer.service,
                    callee,
                    source,
                    (seen.count, confidence),
                    || seen.first.evidence(&from.files),
                ),
            }
        }
    }
    add_silent(from, &unknown, directory, edges)
}

/// Makes services of callees that nothing else is known of, the most often named first.
fn add_silent(
    from: &Services,
    unknown: &[&Seen<Peer>],
    directory: &mut Directory,
    edges: &mut Edges,
) -> u64 {
    let mut unknown = unknown.to_vec();
    unknown.sort_by_key(|seen| std::cmp::Reverse(seen.count));
    let known = directory.services.len();
    let mut overlooked = 0;
    for seen in unknown {
        if directory.services.len() >= known + MAX_SILENT {
            overlooked += seen.count;
            continue;
        }
        let peer = &seen.what;
        let callee = directory.service(&silent_name(&peer.word, peer.port));
        let source = if peer.by_balancer {
            Source::LoadBalancer
        } else {
            Source::Message
        };
        edges.add(
            peer.service,
            End::Service(callee),
            source,
            (seen.count, 0.6),
            || seen.first.evidence(&from.files),
        );
    }
    overlooked
}

/// What a callee without logs is called: its host; an address with its port, which tells what it
/// is.
fn silent_name(word: &str, port: Option<u16>) -> String {
    match (word.parse::<std::net::IpAddr>(), port) {
        (Ok(address), Some(port)) => std::net::SocketAddr::new(address, port).to_string(),
        _ => crate::hosts::kubernetes_service(word)
            .unwrap_or(word)
            .to_owned(),
    }
}

/// Adds what traces tell. An order of rows counts only for a callee that nothing else names a
/// caller of, and never against the direction of another source.
fn add_traces(from: &Services, edges: &mut Edges) {
    let traces = from.traces.shared();
    let calls = infer::calls(&traces, &|service| from.nodes.provider_number(service));
    for call in calls.iter().filter(|call| call.is_nested) {
        add_call(from, call, edges);
    }
    let called: std::collections::HashSet<End> =
        edges.edges.keys().map(|(_, callee)| *callee).collect();
    for call in calls.iter().filter(|call| !call.is_nested) {
        let callee = End::Service(call.callee);
        let is_known = edges.has(call.caller, call.callee);
        if is_known || !called.contains(&callee) && !edges.has(call.callee, call.caller) {
            add_call(from, call, edges);
        }
    }
}

fn add_call(from: &Services, call: &Call<'_>, edges: &mut Edges) {
    let (caller, callee) = (
        from.nodes.names.name(call.caller),
        from.nodes.names.name(call.callee),
    );
    let manner = if call.is_nested {
        "within the span of"
    } else {
        "after"
    };
    let span = call
        .trace
        .spans
        .iter()
        .find(|span| span.service == call.callee);
    let evidence = || {
        let text = format!("trace {}: {callee} {manner} {caller}", call.trace.id);
        match span {
            Some(span) => from.files.evidence(span.place, Some(span.time()), &text),
            None => Evidence::new("", 0, None, &text),
        }
    };
    edges.add(
        call.caller,
        End::Service(call.callee),
        Source::Trace,
        (call.count, call.confidence),
        evidence,
    );
}

impl Services {
    /// Where and when something was first seen.
    fn place<T>(&self, scope: u32, seen: &Seen<T>) -> Place<'_> {
        let (provider, account) = self.scopes.name(scope).split_once('\n').unwrap_or_default();
        Place {
            provider: Some(provider).filter(|text| !text.is_empty()),
            account: Some(account).filter(|text| !text.is_empty()),
            time: seen.first.time,
        }
    }
}
