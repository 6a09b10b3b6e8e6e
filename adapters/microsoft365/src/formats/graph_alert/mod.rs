//! Alerts of the older Microsoft Graph security API (`/security/alerts`), which gathers those of
//! all providers.

use nepho_codec::json::fields::JsonFields;
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, To, keep, peer_address, peer_port, put_text, resource,
    severity_of, source_address, source_port, text, time,
};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::evidence::pieces;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.graph_alert",
    summary: "Alerts of the older Microsoft Graph security API",
    permissions: &["SecurityEvents.Read.All"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;
const USERS: usize = 2;

/// Most states of users that are looked into.
const MAX_USERS: usize = 32;

static TABLE: Table = Table {
    name: "microsoft365.graph_alert",
    needs: &[
        Need::Has("id"),
        Need::Has("title"),
        Need::Has("severity"),
        Need::HasAny(&["vendorInformation.provider", "vendorInformation.vendor"]),
        Need::HasAny(&["azureTenantId", "eventDateTime", "createdDateTime"]),
    ],
    constants: &[
        (Column::Provider, "microsoft365"),
        (Column::Service, "microsoft.graph"),
    ],
    fields: &[
        time(&["eventDateTime", "createdDateTime", "lastModifiedDateTime"]),
        text(&["category"], Column::Action),
        text(&["azureTenantId", "azureSubscriptionId"], Column::Account),
        text(&["processes[0].accountName"], Column::Actor),
        text(&["id"], Column::RequestId),
        source_address(&[
            "networkConnections[0].sourceAddress",
            "hostStates[0].publicIpAddress",
            "hostStates[0].privateIpAddress",
        ]),
        source_port(&["networkConnections[0].sourcePort"]),
        peer_address(&["networkConnections[0].destinationAddress"]),
        peer_port(&["networkConnections[0].destinationPort"]),
        text(
            &["hostStates[0].fqdn", "hostStates[0].netBiosName"],
            Column::Host,
        ),
        text(&["processes[0].name"], Column::Process),
        resource(&["securityResources[].resource"]),
        resource(&["hostStates[0].fqdn"]),
        severity_of(&["severity"], RANKS),
        keep(&["title"], TITLE),
        keep(&["description"], DESCRIPTION),
        keep(&["userStates"], USERS),
    ],
    extras: &[
        ("vendorInformation.provider", "product"),
        ("vendorInformation.vendor", "vendor"),
        ("status", "status"),
        ("networkConnections[0].destinationDomain", "domain"),
        ("fileStates[0].name", "file"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_user(event.kept_container(USERS).unwrap_or_default(), row);
    match (event.kept(TITLE), event.kept(DESCRIPTION)) {
        (Some(title), Some(description)) if !description.is_empty() => {
            row.text_of(Column::Body, &[&title, ": ", &description]);
        }
        (Some(title), _) => {
            row.text(Column::Body, &title);
        }
        _ => {}
    }
}

/// Puts the user who did it: the sender of a mail, else who signed in, else the first who did not
/// merely receive it. Where all are recipients, the alert is about the first.
fn put_user(states: &str, row: &mut Row<'_>) {
    let mut best: Option<(u8, JsonFields<'_>)> = None;
    for state in pieces(states).into_iter().take(MAX_USERS) {
        let Ok(state) = JsonFields::parse(state) else {
            continue;
        };
        let rank = rank_of(&state);
        if best.as_ref().is_none_or(|(held, _)| rank < *held) {
            best = Some((rank, state));
        }
    }
    let Some((_, user)) = best else {
        return;
    };
    if let Some(name) = name_of(&user) {
        row.text(Column::Actor, &unescape(name));
    }
    if let Some(address) = user.text("logonIp") {
        put_text(&unescape(address), To::SourceAddress, row);
    }
}

fn name_of<'a>(state: &JsonFields<'a>) -> Option<&'a str> {
    let paths = ["userPrincipalName", "accountName", "aadUserId"];
    let mut names = paths.iter().filter_map(|path| state.text(path));
    names.find(|name| !name.is_empty())
}

/// How surely it was this user, by what `userSecurityState` tells; the lowest is the surest.
fn rank_of(state: &JsonFields<'_>) -> u8 {
    if name_of(state).is_none() {
        return 4;
    }
    let role = state.text("emailRole").unwrap_or_default();
    let has = |path: &str| state.text(path).is_some_and(|value| !value.is_empty());
    match role {
        role if role.eq_ignore_ascii_case("sender") => 0,
        role if role.eq_ignore_ascii_case("recipient") => 3,
        _ if has("logonIp") || has("logonDateTime") || has("logonId") => 1,
        _ => 2,
    }
}
