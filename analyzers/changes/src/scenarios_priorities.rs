//! Stories of rules of groups of Azure before which others decide.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, Table};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::audited;
use crate::scenarios_drift::azure;

const GROUP: &str =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/app";
const WRITE: &str = "Microsoft.Network/networkSecurityGroups/securityRules/write";
const DELETE: &str = "Microsoft.Network/networkSecurityGroups/securityRules/delete";

/// A rule for all ports that is put: its access, priority and source.
fn put(access: &str, priority: u64, source: &str) -> Value {
    let body = json!({"properties": {"access": access, "priority": priority,
        "direction": "Outbound", "protocol": "*",
        "sourceAddressPrefix": source, "sourcePortRange": "*",
        "destinationAddressPrefix": "*", "destinationPortRange": "*"}});
    json!({"properties": {"requestbody": body.to_string()}})
}

/// What the last call on rules tells of itself; each is on the rule of a name.
fn last(calls: &[(&str, &str, Value)]) -> Vec<String> {
    let told = (10..).zip(calls).map(|(hour, (name, operation, raw))| {
        let id = match *name {
            "" => GROUP.to_owned(),
            name => format!("{GROUP}/securityRules/{name}"),
        };
        (
            format!("2024-05-01T{hour}:00:00Z"),
            id,
            *operation,
            raw.clone(),
        )
    });
    let told: Vec<_> = told.collect();
    let told = told.iter();
    let told = told.map(|(time, id, operation, raw)| (&**time, *operation, &**id, raw.clone()));
    let mut analyzer = Changes::default();
    let logs = azure(&told.collect::<Vec<_>>());
    analyzer.update(Table::Logs, &logs).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let changes = audited(&out).into_iter();
    let last = changes.max_by_key(|change| change.time).unwrap();
    last.attributes.clone()
}

#[test]
fn a_rule_that_denies_does_nothing_behind_one_that_allows_the_same() {
    let check = |calls: &[(&str, &str, Value)], expected: bool| {
        let mut calls = calls.to_vec();
        calls.push(("deny", WRITE, put("Deny", 400, "10.0.1.0/24")));
        let told = last(&calls);
        let is_told = told.iter().any(|name| name == Change::OVERRULED);
        assert_eq!(is_told, expected, "{calls:?}");
    };
    let allow = |priority| ("allow", WRITE, put("Allow", priority, "10.0.0.0/16"));
    check(&[allow(300)], true);
    check(&[allow(500)], false);
    check(&[("allow", WRITE, put("Allow", 300, "10.0.1.7"))], false);
    check(&[], false);
    check(&[allow(300), ("allow", DELETE, Value::Null)], false);
    check(&[allow(300), allow(500)], false);
    // Which rules the group has then, nobody tells.
    let whole = "Microsoft.Network/networkSecurityGroups/write";
    check(&[allow(300), ("", whole, Value::Null)], false);
}

#[test]
fn a_rule_that_allows_is_not_open_behind_one_that_denies() {
    let check = |priority: u64, expected: bool| {
        let told = last(&[
            ("deny", WRITE, put("Deny", 300, "10.0.1.0/24")),
            ("allow", WRITE, put("Allow", 200, "*")),
            ("allow", WRITE, put("Allow", priority, "*")),
        ]);
        let is_open = |name: &String| name.starts_with(Change::OPEN_PORT);
        assert_eq!(told.iter().any(is_open), expected, "{priority} {told:?}");
    };
    check(250, true);
    check(400, false);
}
