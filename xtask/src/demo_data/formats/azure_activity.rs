//! Azure Activity Log as a storage account keeps it: an object with `records`.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema, section "Schema
//! from storage account and event hubs" (read 2026-11-21).

use super::File;
use super::azure_resource::site;
use crate::demo_data::clock::{Micros, SECOND, at, iso_ticks};
use crate::demo_data::json::{Json, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{AZURE_CLOCK, SEED, SUBSCRIPTION, Service, TENANT};

/// An operation: time, on what, which, by whom, how it is categorized.
struct Operation {
    time: Micros,
    resource: String,
    name: &'static str,
    category: &'static str,
    actor: &'static str,
}

/// The afternoon of the subscription. Nothing in it has to do with the failure.
pub(crate) fn file() -> File {
    let mut rng = Rng::for_part(SEED, "azure activity");
    let records: Vec<Json> = operations(&mut rng)
        .iter()
        .flat_map(|operation| records(operation, &mut rng))
        .collect();
    let path = format!(
        "azure/insights-activity-logs/resourceId=/SUBSCRIPTIONS/{}/y=2026/m=05/d=12/PT1H.json.zst",
        SUBSCRIPTION.to_uppercase()
    );
    let rows = records.len();
    File {
        path,
        bytes: object! { "records" => records }.to_string().into_bytes(),
        rows,
    }
}

fn operations(rng: &mut Rng) -> Vec<Operation> {
    let group = format!(
        "/SUBSCRIPTIONS/{}/RESOURCEGROUPS/SHOP-PRODUCTION",
        SUBSCRIPTION.to_uppercase()
    );
    let vault = format!("{group}/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/SHOP-KEYS");
    let storage = format!("{group}/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/SHOPLOGS");
    let backup = "b4c1d7e2-0a9f-4e3b-8c6d-5f2e1a0b9c8d";
    let mut all = vec![
        Operation {
            time: at(13, 12, 40, 220),
            resource: format!("{}/SLOTS/STAGING", site(Service::Web)),
            name: "MICROSOFT.WEB/SITES/SLOTS/CONFIG/WRITE",
            category: "Administrative",
            actor: "jonas@shop.example.com",
        },
        Operation {
            time: at(13, 47, 2, 810),
            resource: vault,
            name: "MICROSOFT.KEYVAULT/VAULTS/SECRETS/READ",
            category: "Administrative",
            actor: "jonas@shop.example.com",
        },
    ];
    let mut time = at(13, 2, 0, 0);
    while time < at(15, 58, 0, 0) {
        all.push(Operation {
            time,
            resource: storage.clone(),
            name: "MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION",
            category: "Administrative",
            actor: backup,
        });
        time += rng.between(420, 660) * SECOND;
    }
    all.sort_by_key(|operation| operation.time);
    all
}

/// An operation is told twice: when it starts and when it ends.
fn records(operation: &Operation, rng: &mut Rng) -> Vec<Json> {
    let correlation = rng.uuid();
    let took = rng.between(90, 900) * 1000;
    let is_person = operation.actor.contains('@');
    let steps = [("Start", "Started.", 0), ("Success", "Succeeded.OK", took)];
    steps
        .into_iter()
        .map(|(kind, signature, later)| {
            object! {
                "time" => iso_ticks(AZURE_CLOCK.shows(operation.time + later)),
                "resourceId" => &operation.resource,
                "operationName" => operation.name,
                "category" => operation.category,
                "resultType" => kind,
                "resultSignature" => signature,
                "durationMs" => later / 1000,
                "callerIpAddress" => if is_person { "203.0.113.191" } else { "198.51.100.33" },
                "correlationId" => &correlation,
                "identity" => object! {
                    "authorization" => object! {
                        "scope" => &operation.resource,
                        "action" => operation.name,
                        "evidence" => object! {
                            "role" => if is_person { "Contributor" } else { "Backup Operator" },
                            "principalType" => if is_person { "User" } else { "ServicePrincipal" },
                        },
                    },
                    "claims" => claims(operation.actor, is_person),
                },
                "level" => "Information",
                "location" => "global",
                "tenantId" => TENANT,
            }
        })
        .collect()
}

fn claims(actor: &str, is_person: bool) -> Json {
    let claims = object! {
        "aud" => "https://management.azure.com/",
        "iss" => format!("https://sts.windows.net/{TENANT}/"),
        "appid" => if is_person { "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" } else { actor },
    };
    if is_person {
        claims.with(
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
            actor,
        )
    } else {
        claims.with(
            "http://schemas.microsoft.com/identity/claims/objectidentifier",
            actor,
        )
    }
}
