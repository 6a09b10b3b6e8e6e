//! Reads fixtures the way the host does.
#![allow(dead_code, reason = "not every test file uses all of it")]

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::registry::{Kind, Make, components};
use nepho_core::tables::{Change, RelationKind, Resource};
use nepho_iac_terraform as _;

/// The feed of this name.
pub(crate) fn feed(name: &str) -> Box<dyn ChangeFeed> {
    let component = components()
        .into_iter()
        .find(|c| c.kind == Kind::Feed && c.name == name)
        .expect(name);
    match component.make {
        Make::Feed(make) => make(),
        _ => panic!("{name} is no feed"),
    }
}

/// All feeds of this crate.
pub(crate) const FEEDS: [&str; 6] = [
    "terraform.state",
    "terraform.plan",
    "terraform.log",
    "terraform.hcp",
    "terraform.lock",
    "terraform.webhooks",
];

/// The feed that recognises a document.
pub(crate) fn recognise(uri: &str, text: &str) -> Option<&'static str> {
    let sure = |name: &&&str| feed(name).sniff(uri, text);
    FEEDS
        .iter()
        .max_by_key(sure)
        .filter(|name| sure(name).0 > 0)
        .copied()
}

/// Reads a document.
pub(crate) fn try_read(name: &str, uri: &str, text: &str) -> Result<FeedOutput> {
    let mut out = FeedOutput::default();
    feed(name).read(
        &Document {
            uri,
            text,
            modified: None,
        },
        &mut out,
    )?;
    Ok(out)
}

/// Reads a document that must be readable.
pub(crate) fn read(name: &str, uri: &str, text: &str) -> FeedOutput {
    try_read(name, uri, text).unwrap_or_else(|error| panic!("{error}"))
}

/// The resource at an address.
pub(crate) fn resource<'a>(out: &'a FeedOutput, address: &str) -> &'a Resource {
    let found = out
        .resources
        .iter()
        .find(|resource| resource.address.as_deref() == Some(address));
    found.unwrap_or_else(|| panic!("no {address}"))
}

/// The change at an address.
pub(crate) fn change<'a>(out: &'a FeedOutput, address: &str) -> &'a Change {
    out.changes
        .iter()
        .find(|change| change.address == address)
        .unwrap_or_else(|| panic!("no {address}"))
}

/// Kinds of the edges between two addresses; an end that holds a colon or a slash is a key.
pub(crate) fn kinds(out: &FeedOutput, from: &str, to: &str) -> Vec<RelationKind> {
    let key = |end: &str| match end.contains([':', '/']) {
        true => end.to_owned(),
        false => resource(out, end).key.clone(),
    };
    let (from, to) = (key(from), key(to));
    let edges = out.relations.iter();
    let between = edges.filter(|edge| edge.from == from && edge.to == to);
    between.map(|edge| edge.kind).collect()
}

/// Checks that there is one edge between two addresses (or keys).
pub(crate) fn check_edge(out: &FeedOutput, from: &str, to: &str, kind: RelationKind) {
    assert_eq!(kinds(out, from, to), [kind], "{from} -> {to}");
}
