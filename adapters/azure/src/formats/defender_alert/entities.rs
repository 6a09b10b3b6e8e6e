//! Entities of an alert: accounts, addresses, processes and machines that it is about.
//!
//! Source: learn.microsoft.com/azure/sentinel/entities-reference, as of 2026-11-29; network
//! connections: `NetworkConnection` of github.com/microsoft/msticpy, as of 2026-11-29.

use nepho_codec::json::fields::{JsonFields, elements};
use nepho_codec::json::unescape;
use nepho_codec::table::{To, put_text};
use nepho_core::tables::{Column, Row};

/// Most entities that are looked into.
const MAX_ENTITIES: usize = 64;

/// An entity and its members.
type Entity<'a> = (&'a str, JsonFields<'a>);

/// Puts what the JSON array `entities` tells: who did it, the address it came from or, where it
/// `goes_out`, went to, the first process, and the first host where the alert names none.
///
/// The account that a process ran as, or that had the session, did it; without one, the first
/// account with a name. The ends of a connection are what they are; other addresses are the one
/// end that the alert is about, rather one with a place on earth, which is the one from outside.
pub(super) fn put(entities: &str, goes_out: bool, row: &mut Row<'_>) {
    let entities = elements(entities).into_iter().take(MAX_ENTITIES);
    let entities: Vec<_> = entities
        .filter_map(|raw| Some((raw, JsonFields::parse(raw).ok()?)))
        .collect();
    let of = |kinds: &'static [&'static str]| {
        let entities = entities.iter().map(|(_, entity)| entity);
        entities.filter(move |entity| {
            let kind = entity.text("Type").unwrap_or_default();
            kinds.iter().any(|held| kind.eq_ignore_ascii_case(held))
        })
    };
    for connection in of(&["network-connection", "networkconnection"]) {
        let end = |name: &str| address(&entities, connection.raw(name)?);
        for (name, to) in [
            ("SourceAddress", To::SourceAddress),
            ("DestinationAddress", To::PeerAddress),
        ] {
            if let Some(address) = end(name) {
                put_text(&unescape(address), to, row);
            }
        }
    }
    for entity in of(&["process", "host-logon-session"]) {
        if let Some(account) = entity.raw("Account").and_then(|raw| told(&entities, raw)) {
            put_account(&account, row);
        }
    }
    of(&["account"]).for_each(|account| put_account(account, row));
    for process in of(&["process"]) {
        let name = process.text("ImageFile.Name");
        let name = name.or_else(|| process.text("ProcessId"));
        put_first(Column::Process, name, row);
    }
    for host in of(&["host"]) {
        let name = host.text("HostName");
        put_first(Column::Host, name.or_else(|| host.text("NetBiosName")), row);
    }
    if row.has(Column::SourceIp) || row.has(Column::Peer) {
        return;
    }
    let is_outside = |ip: &&JsonFields<'_>| ip.raw("Location").is_some_and(|at| at != "null");
    let outside = of(&["ip"]).find(is_outside);
    let ip = outside.or_else(|| of(&["ip"]).next());
    if let Some(address) = ip.and_then(|ip| ip.text("Address")) {
        let to = match goes_out {
            true => To::PeerAddress,
            false => To::SourceAddress,
        };
        put_text(&unescape(address), to, row);
    }
}

/// The entity that `{"$ref":"4"}` names, or that stands in its place.
fn told<'a>(entities: &[Entity<'a>], raw: &'a str) -> Option<JsonFields<'a>> {
    let told = JsonFields::parse(raw).ok()?;
    let Some(id) = told.text("$ref") else {
        return Some(told);
    };
    let mut entities = entities.iter();
    let (raw, _) = entities.find(|(_, entity)| entity.text("$id") == Some(id))?;
    JsonFields::parse(raw).ok()
}

fn address<'a>(entities: &[Entity<'a>], raw: &'a str) -> Option<&'a str> {
    told(entities, raw)?.text("Address")
}

/// `name@suffix`, as people sign in; without a suffix the name alone, or the id of the directory.
fn put_account(account: &JsonFields<'_>, row: &mut Row<'_>) {
    if row.has(Column::Actor) {
        return;
    }
    let text = |path: &str| account.text(path).filter(|text| !text.is_empty());
    match (text("Name"), text("UPNSuffix")) {
        (Some(name), Some(suffix)) if !name.contains('@') => {
            let name = format!("{}@{}", unescape(name), unescape(suffix));
            row.text(Column::Actor, &name);
        }
        (name, _) => put_first(Column::Actor, name.or_else(|| text("AadUserId")), row),
    }
}

fn put_first(column: Column, text: Option<&str>, row: &mut Row<'_>) {
    if let Some(text) = text.filter(|_| !row.has(column)) {
        row.text(column, &unescape(text));
    }
}
