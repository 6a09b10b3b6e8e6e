//! Entities of an alert: accounts, addresses, processes and machines that it is about.
//!
//! Source: learn.microsoft.com/azure/sentinel/entities-reference, as of 2026-11-29.

use nepho_codec::json::fields::{JsonFields, elements};
use nepho_codec::json::unescape;
use nepho_codec::table::{To, put_text};
use nepho_core::tables::{Column, Row};

/// Most entities that are looked into.
const MAX_ENTITIES: usize = 64;

/// Puts what the JSON array `entities` tells: the first account with a name, the first address
/// (rather one with a place on earth, which is the one from outside), the first process, and the
/// first host where the alert names none.
pub(super) fn put(entities: &str, row: &mut Row<'_>) {
    let mut address: Option<(bool, &str)> = None;
    for entity in elements(entities).into_iter().take(MAX_ENTITIES) {
        let Ok(entity) = JsonFields::parse(entity) else {
            continue;
        };
        let kind = entity.text("Type").unwrap_or_default().to_ascii_lowercase();
        match kind.as_str() {
            "account" => put_account(&entity, row),
            "ip" => {
                let is_outside = entity.raw("Location").is_some_and(|place| place != "null");
                if let Some(text) = entity.text("Address")
                    && address.is_none_or(|(held, _)| is_outside && !held)
                {
                    address = Some((is_outside, text));
                }
            }
            "process" => {
                let name = entity.text("ImageFile.Name");
                put_first(
                    Column::Process,
                    name.or_else(|| entity.text("ProcessId")),
                    row,
                );
            }
            "host" => {
                let name = entity.text("HostName");
                put_first(
                    Column::Host,
                    name.or_else(|| entity.text("NetBiosName")),
                    row,
                );
            }
            _ => {}
        }
    }
    if let Some((_, address)) = address {
        put_text(&unescape(address), To::SourceAddress, row);
    }
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
