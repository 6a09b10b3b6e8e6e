//! Deployments in mode `Complete`, each in a document of its own.

use nepho_core::Timestamp;
use nepho_core::feed::Member;
use nepho_core::tables::{ChangeAction, ChangeOutcome, Relation};
use serde_json::json;

use super::*;

const GROUP: &str = "/subscriptions/s/resourceGroups/shop";

fn id(rest: &str) -> String {
    format!("{GROUP}/providers/{rest}")
}

/// A deployment at an hour: mode, state, what it put, and what depends on what.
fn deployment(
    hour: u8,
    mode: &str,
    state: &str,
    outputs: &[&str],
    dependencies: &[(&str, &str)],
) -> String {
    let outputs: Vec<Value> = outputs.iter().map(|rest| json!({"id": id(rest)})).collect();
    let dependencies = dependencies
        .iter()
        .map(|(from, to)| json!({"id": id(from), "dependsOn": [{"id": id(to)}]}));
    json!({"id": id("Microsoft.Resources/deployments/main"), "name": "main",
        "type": "Microsoft.Resources/deployments",
        "properties": {"mode": mode, "provisioningState": state, "duration": "PT10S",
            "timestamp": format!("2024-05-01T{hour:02}:00:10Z"),
            "correlationId": format!("{hour:032}"), "outputResources": outputs,
            "dependencies": dependencies.collect::<Vec<Value>>()}})
    .to_string()
}

/// What all deployments, and other snapshots, tell together.
fn compared(documents: &[String], others: &[Snapshot]) -> FeedOutput {
    let mut read = FeedOutput::default();
    for (number, text) in documents.iter().enumerate() {
        let document = Document {
            uri: &format!("{number}.json"),
            text,
            modified: None,
        };
        assert!(Deployments.read(&document, &mut read).is_ok());
    }
    read.snapshots.extend_from_slice(others);
    let mut out = FeedOutput::default();
    Deployments.compare(&read.snapshots, &read.changes, &mut out);
    out
}

/// What was deleted, with the hour.
fn deleted(out: &FeedOutput) -> Vec<String> {
    let deleted = out
        .changes
        .iter()
        .filter(|one| one.action == ChangeAction::Delete);
    deleted
        .map(|change| {
            assert_eq!(change.outcome, ChangeOutcome::Applied);
            let hour = change.time.map(|time| time.to_string()[11..13].to_owned());
            let group = GROUP.to_lowercase();
            let id = change.address.strip_prefix(&group).unwrap_or("another");
            let id = id.trim_start_matches("/providers/microsoft.");
            format!("{} {id}", hour.unwrap_or_default())
        })
        .collect()
}

const SITE: &str = "Microsoft.Web/sites/web";
const CONFIG: &str = "Microsoft.Web/sites/web/config/appsettings";
const CACHE: &str = "Microsoft.Cache/redis/sessions";
const RULE: &str = "Microsoft.Cache/redis/sessions/firewallRules/all";
const VAULT: &str = "Microsoft.KeyVault/vaults/keys";
const ROLE: &str = "Microsoft.Authorization/roleAssignments/one";

#[test]
fn what_a_complete_deployment_leaves_out_is_deleted() {
    let all = [SITE, CONFIG, CACHE, RULE, VAULT, ROLE];
    let first = deployment(10, "Incremental", "Succeeded", &all, &[(SITE, CACHE)]);
    // Of the vault it puts a part only, so that the vault is there.
    let secret = "Microsoft.KeyVault/vaults/keys/secrets/a";
    let second = deployment(11, "Complete", "Succeeded", &[SITE, secret], &[]);
    let out = compared(&[first.clone(), second], &[]);
    let expected = [
        "11 cache/redis/sessions",
        "11 cache/redis/sessions/firewallrules/all",
    ];
    assert_eq!(deleted(&out), expected);
    let nothing = deployment(12, "complete", "Succeeded", &[], &[]);
    let again = deployment(13, "Incremental", "Succeeded", &[CACHE], &[]);
    let out = compared(&[first, nothing, again], &[]);
    assert_eq!(deleted(&out).len(), 5);
    let made = out
        .changes
        .iter()
        .find(|change| change.action == ChangeAction::Create);
    let made = made.map(|change| change.address.clone());
    assert_eq!(made, Some(id(CACHE).to_lowercase()));
}

#[test]
fn a_deployment_that_failed_or_is_of_another_kind_ends_nothing() {
    let first = deployment(
        10,
        "Incremental",
        "Succeeded",
        &[SITE, CACHE],
        &[(SITE, CACHE)],
    );
    for (mode, state) in [
        ("Complete", "Failed"),
        ("Complete", "Canceled"),
        ("Complete", "Running"),
        ("Incremental", "Succeeded"),
    ] {
        let second = deployment(11, mode, state, &[SITE], &[]);
        let out = compared(&[first.clone(), second.clone()], &[]);
        assert_eq!(deleted(&out), [""; 0], "{mode} {state}");
        assert!(out.relations.is_empty());
    }
    // Nor does one of another group.
    let second = deployment(11, "Complete", "Succeeded", &[SITE], &[]);
    let other = second.replace("resourceGroups/shop", "resourceGroups/shop2");
    assert_eq!(deleted(&compared(&[first, other], &[])), [""; 0]);
}

#[test]
fn a_dependency_that_is_not_told_again_has_ended() {
    let before = [(SITE, CACHE), (SITE, VAULT)];
    let all = [SITE, CACHE, VAULT];
    let first = deployment(10, "Incremental", "Succeeded", &all, &before);
    let second = deployment(11, "Complete", "Succeeded", &all, &[(SITE, VAULT)]);
    let out = compared(&[first, second], &[]);
    assert_eq!(deleted(&out), [""; 0]);
    let at = |text: &str| Timestamp::parse_rfc3339(text);
    let ended: Vec<&Relation> = out.relations.iter().collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].to, id(CACHE).to_lowercase());
    assert_eq!(ended[0].valid_from, at("2024-05-01T10:00:00Z"));
    assert_eq!(ended[0].valid_to, at("2024-05-01T11:00:10Z"));
}

#[test]
fn a_dependency_ends_once_and_again_after_it_was_told_again() {
    let all = [SITE, CACHE];
    let with = |hour| deployment(hour, "Incremental", "Succeeded", &all, &[(SITE, CACHE)]);
    let without = |hour| deployment(hour, "Complete", "Succeeded", &all, &[]);
    let spans = |documents: &[String]| -> Vec<String> {
        let hour = |time: Option<Timestamp>| {
            let text = time.map(|time| time.to_string()).unwrap_or_default();
            text.get(11..13).unwrap_or_default().to_owned()
        };
        let ended = compared(documents, &[]).relations.into_iter();
        let ended = ended.map(|one| format!("{}-{}", hour(one.valid_from), hour(one.valid_to)));
        ended.collect()
    };
    // The documents come in any order.
    assert_eq!(spans(&[without(14), with(10), without(12)]), ["10-12"]);
    let again = [with(10), without(12), with(13), without(14), without(15)];
    assert_eq!(spans(&again), ["10-12", "13-14"]);
}

#[test]
fn what_another_tool_made_in_the_group_is_deleted_too_unless_it_has_it_later() {
    let state = |hour: u8| Snapshot {
        tool: "terraform".to_owned(),
        time: Timestamp::parse_rfc3339(&format!("2024-05-01T{hour:02}:00:00Z")),
        members: [("azurerm_redis_cache.sessions".to_owned(), id(CACHE))]
            .into_iter()
            .map(|(address, id)| {
                let member = Member {
                    resource: Some(id.to_lowercase()),
                    ..Member::default()
                };
                (address, member)
            })
            .collect(),
        ..Snapshot::default()
    };
    let complete = deployment(11, "Complete", "Succeeded", &[SITE], &[]);
    let documents = [complete];
    let out = compared(&documents, &[state(9)]);
    assert_eq!(deleted(&out), ["11 cache/redis/sessions"]);
    let out = compared(&documents, &[state(9), state(12)]);
    assert_eq!(deleted(&out), [""; 0]);
}
