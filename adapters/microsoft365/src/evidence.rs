//! What the alerts and incidents of Microsoft Defender have in common: severities, and the
//! evidence that names users, devices and addresses.
//!
//! Source: learn.microsoft.com/graph/api/resources/security-alertevidence, as of 2026-11-27.

use nepho_codec::json::fields::{JsonFields, elements};
use nepho_codec::json::unescape;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

/// Severities of alerts and incidents.
pub(crate) const SEVERITIES: &[(&str, Severity)] = &[
    ("informational", Severity::INFO),
    ("low", Severity::WARN),
    ("medium", Severity::ERROR),
    ("high", Severity::CRITICAL),
];

/// Most resources that the evidence of one alert adds.
const MAX_RESOURCES: usize = 32;

/// Puts what the evidence of an alert (a JSON array) tells into columns that are empty so far: the
/// user, the device, and whether it was detected, blocked or prevented. Devices and users are
/// resources.
pub(crate) fn describe(evidence: &str, row: &mut Row<'_>) {
    let mut best: Option<(usize, &str)> = None;
    for item in elements(evidence).into_iter().take(MAX_RESOURCES) {
        let Ok(fields) = JsonFields::parse(item) else {
            continue;
        };
        put(row, Column::Action, fields.text("detectionStatus"));
        put(row, Column::Host, fields.text("deviceDnsName"));
        let resource = RESOURCES.iter().find_map(|path| fields.text(path));
        if let Some(resource) = resource {
            row.resource(&unescape(resource));
        }
        if let Some((rank, name)) = user(&fields)
            && best.is_none_or(|(held, _)| rank < held)
        {
            best = Some((rank, name));
        }
    }
    put(row, Column::Actor, best.map(|(_, name)| name));
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

/// Where users stand, the surest first.
const USERS: [&str; 4] = [
    "userAccount.userPrincipalName",
    "primaryAddress",
    "userAccount.accountName",
    "loggedOnUsers[0].accountName",
];

/// The user that a piece of evidence names, and how sure that is. Accounts without a principal name
/// count only where the evidence is about a user: those of processes are often of the system.
fn user<'a>(fields: &JsonFields<'a>) -> Option<(usize, &'a str)> {
    let kind = ["@odata.type", "at_sign_odata_type"];
    let kind = kind.iter().find_map(|path| fields.text(path));
    let is_process = kind.is_some_and(|kind| !kind.ends_with("userEvidence"));
    USERS
        .iter()
        .enumerate()
        .filter(|(_, path)| !(is_process && **path == "userAccount.accountName"))
        .find_map(|(rank, path)| {
            let name = fields.text(path).filter(|name| !name.is_empty())?;
            Some((rank, name))
        })
}

fn put(row: &mut Row<'_>, column: Column, value: Option<&str>) {
    if let Some(value) = value
        && !row.has(column)
    {
        row.text(column, &unescape(value));
    }
}
