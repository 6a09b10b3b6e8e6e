//! Calls with what told of them.

use std::collections::BTreeMap;

use nepho_core::findings::Evidence;

use crate::directory::End;

/// What told of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Trace,
    LoadBalancer,
    Flow,
    Message,
    Iac,
}

impl Source {
    /// The word for it in tables and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::LoadBalancer => "load_balancer",
            Self::Flow => "flow",
            Self::Message => "message",
            Self::Iac => "iac",
        }
    }
}

/// What one source told of a call.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) count: u64,
    pub(crate) confidence: f64,
    pub(crate) evidence: Evidence,
}

/// All calls, by caller and callee.
#[derive(Default)]
pub(crate) struct Edges {
    pub(crate) edges: BTreeMap<(u32, End), BTreeMap<Source, Witness>>,
}

impl Edges {
    /// Notes a call; a call of a service to itself is none. The most certain evidence of each
    /// source is kept.
    pub(crate) fn add(
        &mut self,
        caller: u32,
        callee: End,
        source: Source,
        seen: (u64, f64),
        evidence: impl FnOnce() -> Evidence,
    ) {
        if callee == End::Service(caller) {
            return;
        }
        let (count, confidence) = seen;
        let witnesses = self.edges.entry((caller, callee)).or_default();
        match witnesses.get_mut(&source) {
            Some(held) => {
                held.count = held.count.saturating_add(count);
                if confidence > held.confidence {
                    held.confidence = confidence;
                    held.evidence = evidence();
                }
            }
            None => {
                witnesses.insert(
                    source,
                    Witness {
                        count,
                        confidence,
                        evidence: evidence(),
                    },
                );
            }
        }
    }

    /// Whether anything tells of this call.
    pub(crate) fn has(&self, caller: u32, callee: u32) -> bool {
        self.edges.contains_key(&(caller, End::Service(callee)))
    }
}

/// Confidence of what several sources tell independently: one of them must be right.
pub(crate) fn combined(witnesses: &BTreeMap<Source, Witness>) -> f64 {
    let doubt: f64 = witnesses
        .values()
        .map(|witness| 1.0 - witness.confidence.clamp(0.0, 1.0))
        .product();
    1.0 - doubt
}
