//! Evidence from messages: the peers that a failing service names.
//!
//! Words that may be a peer are collected while reading ([`words`] cuts the text, [`context`] says
//! what stands around a word) and are resolved at the end, when all services and resources are
//! known. A word of plain letters is a peer only when it turns out to be a known service or
//! resource.

pub(crate) mod context;
pub(crate) mod scan;
pub(crate) mod words;

/// How sure it is that a word is a peer. The order is from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Strength {
    /// It stands somewhere in the text: a peer if a service or resource is called exactly so.
    Mentioned,
    /// The words around it say that it answers, or is asked: a peer if it is known.
    Named,
    /// An address, or a host that was called: a peer even if nothing else is known of it.
    Called,
}

/// A word that may be a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate<'a> {
    /// Host name, address or name, as it stands in the text.
    pub(crate) word: &'a str,
    pub(crate) port: Option<u16>,
    pub(crate) strength: Strength,
    /// Whether it is the caller of the service that writes, not its callee.
    pub(crate) is_caller: bool,
}
