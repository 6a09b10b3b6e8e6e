//! What the alerts and incidents of Microsoft Defender have in common: severities, and the
//! evidence that names users, devices and addresses.
//!
//! Source: learn.microsoft.com/graph/api/resources/security-alertevidence, read 2026-11-27.

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
    let mut actor = None;
    for item in elements(evidence).into_iter().take(MAX_RESOURCES) {
        let Ok(fields) = JsonFields::parse(item) else {
            continue;
        };
        put(row, Column::Action, fields.text("detectionStatus"));
        put(row, Column::Host, fields.text("deviceDnsName"));
        let device = ["vmMetadata.resourceId", "mdeDeviceId", "azureAdDeviceId"];
        let is_device = fields.text("deviceDnsName").is_some();
        if let Some(device) = device.iter().find_map(|path| fields.text(path))
            && is_device
        {
            row.resource(&unescape(device));
        }
        actor = actor.or_else(|| user(&fields));
    }
    if let Some(actor) = actor {
        put(row, Column::Actor, Some(actor));
    }
}

/// The user that a piece of evidence names. Accounts without a principal name count only where
/// the evidence is about a user: those of processes are often of the system.
fn user<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    let kind = ["@odata.type", "at_sign_odata_type"];
    let kind = kind.iter().find_map(|path| fields.text(path));
    let is_person = kind.is_none_or(|kind| {
        ["userEvidence", "mailboxEvidence"]
            .iter()
            .any(|name| kind.ends_with(name))
    });
    let names: &[&str] = match is_person {
        true => &[
            "userAccount.userPrincipalName",
            "primaryAddress",
            "userAccount.accountName",
            "loggedOnUsers[0].accountName",
        ],
        false => &[
            "userAccount.userPrincipalName",
            "loggedOnUsers[0].accountName",
        ],
    };
    names
        .iter()
        .find_map(|path| fields.text(path).filter(|name| !name.is_empty()))
}

fn put(row: &mut Row<'_>, column: Column, value: Option<&str>) {
    if let Some(value) = value
        && !row.has(column)
    {
        row.text(column, &unescape(value));
    }
}
