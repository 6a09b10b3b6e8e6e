//! Messages name somebody of whom the map knows nothing: a host of somebody else, or an address.

use super::ways::{DATABASE, FUNCTION, GROUP, ROUTES, story};
use super::*;

const FAILED: &str = "POST https://api.payments.example/v1/charges: 503 Service Unavailable";
const SILENT: &str = "Post \"https://api.payments.example/v1/charges\": dial tcp: i/o timeout";

/// Verdict on a call on `changed` where messages name `called`.
fn verdict(complaint: &str, called: &str, changed: &str, kind: &str, call: &str) -> ChangeVerdict {
    let story = story(complaint, changed, kind, call).calls("checkout", called);
    let incidents = story.incidents();
    incidents[0].considered[0].verdict
}

#[test]
fn what_fails_by_itself_outside_is_broken_by_no_change_here() {
    let check = |complaint: &str, changed: &str, kind: &str, call: &str, is_cause: bool| {
        let found = verdict(complaint, "api.payments.example", changed, kind, call);
        let is_found = found == ChangeVerdict::Cause;
        assert_eq!(is_found, is_cause, "{complaint} {call}");
        // It is told all the same.
        assert!(is_cause || found == ChangeVerdict::Possible, "{call}");
    };
    let database = "AWS::RDS::DBInstance";
    let rules = "AWS::EC2::SecurityGroup";
    let function = "AWS::Lambda::Function";
    let routes = "AWS::EC2::RouteTable";
    check(FAILED, FUNCTION, function, "UpdateFunctionCode", false);
    // Its own way out, and what runs, may be why it is not reached.
    check(SILENT, ROUTES, routes, "DeleteRoute rtb-1", true);
    check(SILENT, FUNCTION, function, "UpdateFunctionCode", true);
    let others = [
        (DATABASE, database, "ModifyDBInstance orders"),
        (GROUP, rules, "RevokeSecurityGroupEgress sg-1"),
    ];
    for (changed, kind, call) in others {
        for complaint in [FAILED, SILENT] {
            let found = verdict(complaint, "api.payments.example", changed, kind, call);
            assert_ne!(found, ChangeVerdict::Cause, "{complaint} {call}");
        }
    }
    // A database may have a name that nothing ties to it.
    let lost = "dial tcp db.shop.example:5432: i/o timeout";
    let stopped = verdict(
        lost,
        "db.shop.example",
        DATABASE,
        database,
        "StopDBInstance",
    );
    assert_eq!(stopped, ChangeVerdict::Cause);
}

#[test]
fn an_address_may_be_of_what_a_closed_port_was_for() {
    let check = |address: &str, closed: &str, expected: ChangeVerdict| {
        let complaint = format!("dial tcp {address}: i/o timeout");
        let call = "RevokeSecurityGroupIngress sg-1";
        let mut story = story(&complaint, GROUP, "AWS::EC2::SecurityGroup", call);
        if let Some(change) = story.changes.last_mut() {
            change.attributes = vec![closed.to_owned()];
        }
        let incidents = story.calls("checkout", address).incidents();
        let found = &incidents[0].considered[0];
        assert_eq!(found.verdict, expected, "{address} {closed}");
        let is_told = found.path.last().is_some_and(|last| last.contains(address));
        assert_eq!(
            is_told,
            found.verdict == ChangeVerdict::Cause,
            "{:?}",
            found.path
        );
    };
    let (closed, cause) = ("closed port 5432", ChangeVerdict::Cause);
    check("10.0.4.17:5432", closed, cause);
    check("orders-db.internal:5432", closed, cause);
    check("10.0.4.17:5432", "ipPermissions", ChangeVerdict::Possible);
    check("10.0.4.17:5432", "closed port 22", ChangeVerdict::Cleared);
    check("203.0.113.7:5432", closed, ChangeVerdict::Cleared);
    check("db.partner.example:5432", closed, ChangeVerdict::Cleared);
}

#[test]
fn a_rule_of_which_nothing_tells_what_it_is_for_may_have_closed_a_port() {
    let check = |address: &str, closed: &str, expected: ChangeVerdict| {
        let call = "RevokeSecurityGroupIngress sg-9";
        let complaint = format!("cart ERROR dial tcp {address}: i/o timeout");
        let mut change = change(call, "2024-05-01T09:59:00Z", "", &["ipPermissions", closed]);
        change.id = "audit:1".to_owned();
        change.resource = Some("sg-9".to_owned());
        let story = Story::default()
            .change(change)
            .edge("sg-9", RelationKind::PermitsNet, "sg-8")
            .calls("cart", address)
            .every(AWS, "2024-05-01T08:00:00Z", 5, 4000, "cart INFO GET /")
            .every(AWS, "2024-05-01T10:00:00Z", 7, 60, &complaint);
        let incidents = story.incidents();
        let found = &incidents[0].considered[0];
        assert_eq!(found.verdict, expected, "{address} {closed}");
        let why = "it closed the port of ";
        let is_told = found.why.starts_with(why) && found.why.contains("what the rule is for");
        assert_eq!(
            is_told,
            expected == ChangeVerdict::Possible,
            "{}",
            found.why
        );
    };
    let possible = ChangeVerdict::Possible;
    check("10.0.4.17:5432", "closed port 5432", possible);
    let endpoint = "orders.cluster-abc.eu-west-1.rds.amazonaws.com:5432";
    check(endpoint, "closed port 5000-6000", possible);
    check("10.0.4.17:5432", "closed port 22", ChangeVerdict::Cleared);
    check(
        "203.0.113.7:5432",
        "closed port 5432",
        ChangeVerdict::Cleared,
    );
}

#[test]
fn flows_tell_what_a_rule_closed() {
    let check = |port: u16, id: &str, refused: &str, expected: ChangeVerdict| {
        let call = "RevokeSecurityGroupIngress sg-9";
        let names = ["ipPermissions", "closed port 5432"];
        let mut change = change(call, "2024-05-01T09:59:00Z", "", &names);
        change.id = "audit:1".to_owned();
        change.resource = Some(id.to_owned());
        let complaint = "cart ERROR dial tcp 10.0.4.17:5432: i/o timeout";
        let story = Story::default()
            .change(change)
            .calls("cart", "10.0.4.17:5432")
            .every(AWS, "2024-05-01T08:00:00Z", 5, 4000, "cart INFO GET /")
            .every(AWS, "2024-05-01T10:00:00Z", 7, 60, complaint)
            .flows(AWS, "2024-05-01T08:00:00Z", 60, ("10.0.4.17", port), true)
            .flows(AWS, refused, 60, ("10.0.4.17", port), false);
        let incidents = story.incidents();
        let found = &incidents[0].considered[0];
        assert_eq!(found.verdict, expected, "{port} {refused}");
        let told = "flows reached 10.0.4.17:5432 before, and were refused from 09:59:20 on";
        let is_told = found.why.contains(told);
        assert_eq!(is_told, expected == ChangeVerdict::Cause, "{}", found.why);
    };
    let at = "2024-05-01T09:59:20Z";
    check(5432, "sg-9", at, ChangeVerdict::Cause);
    // Another port, and one that was refused before.
    check(6379, "sg-9", at, ChangeVerdict::Possible);
    let before = "2024-05-01T09:00:00Z";
    check(5432, "sg-9", before, ChangeVerdict::Possible);
    let abroad = "arn:aws:ec2:eu-west-1:999988887777:security-group/sg-9";
    check(5432, abroad, at, ChangeVerdict::Cleared);
}

#[test]
fn flows_tell_what_a_rule_without_ports_closed() {
    let check = |call: &str, refused: &str, expected: ChangeVerdict| {
        let group = "microsoft.network/networksecuritygroups";
        let address = format!("{group}/{call}");
        let kind = "Microsoft.Network/networkSecurityGroups/securityRules";
        let mut change = change(&address, "2024-05-01T09:59:00Z", kind, &[]);
        change.id = "audit:1".to_owned();
        change.resource = Some(format!("{group}/data/securityrules/allow-postgres"));
        let complaint =
            "cart ERROR connection to server at \"10.0.4.17\", port 5432 failed: timed out";
        let story = Story::default()
            .change(change)
            .calls("cart", "10.0.4.17:5432")
            .every(AZURE, "2024-05-01T08:00:00Z", 5, 4000, "cart INFO GET /")
            .every(AZURE, "2024-05-01T10:00:00Z", 7, 60, complaint)
            .flows(AZURE, "2024-05-01T08:00:00Z", 60, ("10.0.4.17", 5432), true)
            .flows(AZURE, refused, 60, ("10.0.4.17", 5432), false);
        let found = &story.incidents()[0].considered[0];
        assert_eq!(found.verdict, expected, "{call} {refused}: {}", found.why);
    };
    let (cause, cleared) = (ChangeVerdict::Cause, ChangeVerdict::Cleared);
    let call = "securityrules/delete allow-postgres";
    check(call, "2024-05-01T09:59:20Z", cause);
    // They were refused before, or long after.
    check(call, "2024-05-01T09:58:20Z", cleared);
    check(call, "2024-05-01T10:09:20Z", cleared);
}

#[test]
fn what_refuses_no_flows_did_not_close_a_port() {
    let check = |kind: &str, action: ChangeAction, expected: ChangeVerdict| {
        let mut change = change("call x-1", "2024-05-01T09:59:00Z", kind, &[]);
        change.id = "audit:1".to_owned();
        change.resource = Some("x-1".to_owned());
        change.action = action;
        let complaint = "cart ERROR dial tcp 10.0.4.17:5432: i/o timeout";
        let end = ("10.0.4.17", 5432);
        let story = Story::default()
            .change(change)
            .calls("cart", "10.0.4.17:5432")
            .every(AWS, "2024-05-01T08:00:00Z", 5, 4000, "cart INFO GET /")
            .every(AWS, "2024-05-01T10:00:00Z", 7, 60, complaint)
            .flows(AWS, "2024-05-01T08:00:00Z", 60, end, true)
            .flows(AWS, "2024-05-01T09:59:20Z", 60, end, false);
        let found = &story.incidents()[0].considered[0];
        assert_eq!(found.verdict, expected, "{kind}: {}", found.why);
    };
    let (cause, cleared) = (ChangeVerdict::Cause, ChangeVerdict::Cleared);
    check("AWS::EC2::NetworkAcl", ChangeAction::Update, cause);
    check("AWS::EC2::NetworkAcl", ChangeAction::Create, cleared);
    check("AWS::EC2::SecurityGroup", ChangeAction::Create, cleared);
    check("AWS::EC2::RouteTable", ChangeAction::Update, cleared);
    let listener = "AWS::ElasticLoadBalancingV2::Listener";
    check(listener, ChangeAction::Create, cleared);
    check("compute.firewalls", ChangeAction::Create, cause);
}
