//! What the alerts and incidents of Microsoft Defender have in common: the
//! evidence that names users, devices and addresses.
//!
//! Source: learn.microsoft.com/graph/api/resources/security-alertevidence, as of 2026-11-27.

use nepho_codec::json::fields::{JsonFields, elements, pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{To, put_text};
use nepho_core::tables::{Column, Row};

/// Most pieces of evidence that are looked into for one alert.
const MAX_PIECES: usize = 32;

/// Most alerts of an incident that are looked into.
const MAX_ALERTS: usize = 16;

/// JSON texts of what an array holds, or of the one object that exporters put in its place.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    match text.as_bytes().first() {
        Some(b'{') => vec![text],
        _ => elements(text),
    }
}

/// Evidence and entities of each alert of an incident: Graph has the one, the older API the other.
pub(crate) fn of_alerts(alerts: &str) -> impl Iterator<Item = [Option<&str>; 2]> {
    let alerts = pieces(alerts).into_iter().take(MAX_ALERTS);
    alerts.filter_map(|alert| {
        let [evidence, entities, of_shell] = pick(alert, ["evidence", "entities", "Evidence"])?;
        Some([evidence.or(of_shell), entities])
    })
}

/// Fields of a piece of evidence. The commands of PowerShell keep what is not of all evidence in a
/// member of its own, as Graph has it, and write the rest with capitals.
///
/// Source: learn.microsoft.com/powershell/module/microsoft.graph.security/get-mgsecurityalertv2 and
/// github.com/microsoftgraph/msgraph-sdk-powershell, "AdditionalProperties", as of 2026-11-30.
fn fields_of(item: &str) -> Option<JsonFields<'_>> {
    let fields = JsonFields::parse(item).ok()?;
    let more = fields.raw("AdditionalProperties");
    let more = more.and_then(|more| JsonFields::parse(more).ok());
    // Others keep what they like under this name.
    Some(more.filter(|more| kind(more).is_some()).unwrap_or(fields))
}

/// Who stands in evidence, the surest so far.
#[derive(Debug, Default)]
pub(crate) struct Users<'a> {
    best: Option<(usize, &'a str)>,
    /// Account that a process ran as: often one of the system.
    runner: Option<&'a str>,
}

impl<'a> Users<'a> {
    /// Puts what the evidence of an alert tells into columns that are empty so far: the device, and
    /// whether it was detected, blocked or prevented. Devices and users are resources; who the
    /// users are is kept until [`Self::put`].
    pub(crate) fn describe(&mut self, evidence: &'a str, row: &mut Row<'_>) {
        for item in pieces(evidence).into_iter().take(MAX_PIECES) {
            let Some(fields) = fields_of(item) else {
                continue;
            };
            put(row, Column::Action, fields.text("detectionStatus"));
            put(row, Column::Host, fields.text("deviceDnsName"));
            put_address(&fields, row);
            let resource = RESOURCES.iter().find_map(|path| fields.text(path));
            if let Some(resource) = resource {
                row.resource(&unescape(resource));
            }
            let of_process = is_of_process(&fields);
            self.take(named(&fields, &USERS, |path| {
                !(of_process && OF_USERS.contains(&path))
            }));
            self.runner = self
                .runner
                .or_else(|| fields.text(ACCOUNT).filter(|name| !name.is_empty()));
        }
    }

    /// Looks into entities of the older APIs; those of users and mailboxes count more than those of
    /// processes.
    pub(crate) fn take_entities(&mut self, entities: &'a str) {
        for item in pieces(entities).into_iter().take(MAX_PIECES) {
            let Ok(fields) = JsonFields::parse(item) else {
                continue;
            };
            let kind = fields.text("entityType").unwrap_or_default();
            let is_user = ["User", "MailBox"]
                .iter()
                .any(|held| kind.eq_ignore_ascii_case(held));
            let behind = if is_user { 0 } else { ENTITY_USERS.len() };
            let found = named(&fields, &ENTITY_USERS, |_| true);
            self.take(found.map(|(rank, name)| (rank + behind, name)));
        }
    }

    fn take(&mut self, found: Option<(usize, &'a str)>) {
        if let Some((rank, name)) = found
            && self.best.is_none_or(|(held, _)| rank < held)
        {
            self.best = Some((rank, name));
        }
    }

    /// Puts the actor into an empty column: the surest user, then who it is assigned to, then the
    /// account of a process.
    pub(crate) fn put(&self, assignee: Option<&str>, row: &mut Row<'_>) {
        put(row, Column::Actor, self.best.map(|(_, name)| name));
        if let Some(assignee) = assignee.filter(|_| !row.has(Column::Actor)) {
            row.text(Column::Actor, assignee);
        }
        put(row, Column::Actor, self.runner);
    }
}

/// The first address among entities of the older APIs.
pub(crate) fn address(entities: &str) -> Option<&str> {
    let mut entities = pieces(entities).into_iter().take(MAX_PIECES);
    entities.find_map(|entity| {
        let [address] = pick(entity, ["ipAddress"])?;
        text_of(address?).filter(|address| !address.is_empty())
    })
}

/// Where pieces of evidence about devices and resources of clouds have their ids.
const RESOURCES: [&str; 6] = [
    "vmMetadata.resourceId",
    "resourceId",
    "amazonResourceId",
    "fullResourceName",
    "mdeDeviceId",
    "azureAdDeviceId",
];

const ACCOUNT: &str = "userAccount.accountName";

/// Where users stand, the surest first.
const USERS: [&str; 6] = [
    "userAccount.userPrincipalName",
    "primaryAddress",
    ACCOUNT,
    "loggedOnUsers[0].accountName",
    "userAccount.azureAdUserId",
    "userAccount.userSid",
];

/// Those that count only where the evidence is about a user.
const OF_USERS: [&str; 3] = [ACCOUNT, "userAccount.azureAdUserId", "userAccount.userSid"];

/// Where users stand in entities of the older APIs, the surest first.
const ENTITY_USERS: [&str; 5] = [
    "userPrincipalName",
    "mailboxAddress",
    "accountName",
    "aadUserId",
    "userSid",
];

/// Whether evidence is not about a user: accounts without a principal name are often of the system
/// there.
fn is_of_process(fields: &JsonFields<'_>) -> bool {
    kind(fields).is_some_and(|kind| !kind.ends_with("userEvidence"))
}

/// What evidence is about. Some exporters spell `@odata.type` out.
fn kind<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    let paths = ["@odata.type", "at_sign_odata_type"];
    paths.iter().find_map(|path| fields.text(path))
}

/// The first of these that counts and names somebody, and its place.
fn named<'a>(
    fields: &JsonFields<'a>,
    paths: &[&str],
    counts: impl Fn(&str) -> bool,
) -> Option<(usize, &'a str)> {
    let mut paths = paths.iter().enumerate().filter(|(_, path)| counts(path));
    paths.find_map(|(rank, path)| {
        let name = fields.text(path).filter(|name| !name.is_empty())?;
        Some((rank, name))
    })
}

/// Puts the address of evidence about one into an empty column, unless it is known to be where
/// something went.
fn put_address(fields: &JsonFields<'_>, row: &mut Row<'_>) {
    let Some(address) = fields
        .text("ipAddress")
        .filter(|_| !row.has(Column::SourceIp))
    else {
        return;
    };
    let roles = elements(fields.raw("roles").unwrap_or_default());
    let mut roles = roles.into_iter().filter_map(text_of);
    let is_target = roles.any(|role| TARGETS.iter().any(|held| role.eq_ignore_ascii_case(held)));
    let to = if is_target {
        To::PeerAddress
    } else {
        To::SourceAddress
    };
    put_text(&unescape(address), to, row);
}

/// Roles of evidence that something went to.
const TARGETS: [&str; 2] = ["destination", "commandAndControl"];

fn put(row: &mut Row<'_>, column: Column, value: Option<&str>) {
    if let Some(value) = value
        && !row.has(column)
    {
        row.text(column, &unescape(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_properties_are_those_of_the_kind() {
        let check = |item: &str, expected: Option<&str>| {
            let fields = fields_of(item);
            let host = fields
                .as_ref()
                .and_then(|fields| fields.text("deviceDnsName"));
            assert_eq!(host, expected, "{item}");
        };
        let more =
            r##"{"@odata.type":"#microsoft.graph.security.deviceEvidence","deviceDnsName":"b"}"##;
        check(&format!(r#"{{"AdditionalProperties":{more}}}"#), Some("b"));
        check(
            r#"{"deviceDnsName":"a","AdditionalProperties":{"note":"x"}}"#,
            Some("a"),
        );
        check(
            r#"{"deviceDnsName":"a","AdditionalProperties":{}}"#,
            Some("a"),
        );
        check(
            r#"{"deviceDnsName":"a","AdditionalProperties":null}"#,
            Some("a"),
        );
        check("[]", None);
    }
}
