//! What lies on the way from a service to what its messages name, and what only lies near.

use super::*;

pub(super) const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:checkout";
pub(super) const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";
const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";
const CACHE: &str = "arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:sess";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-12ab-34cd-56ef-1234567890ab";
const SUBNET: &str = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1";
const LIST: &str = "arn:aws:ec2:eu-west-1:111122223333:network-acl/acl-1";
pub(super) const ROUTES: &str = "arn:aws:ec2:eu-west-1:111122223333:route-table/rtb-1";
pub(super) const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1";
const PROXY: &str = "arn:aws:rds:eu-west-1:111122223333:db-proxy:prx-1";
const OTHERS: &str = "arn:aws:ec2:eu-west-1:111122223333:network-acl/acl-2";

const LOST: &str = "connect ETIMEDOUT orders.c1a2b3.eu-west-1.rds.amazonaws.com:5432";

/// Checkout, a function in a subnet, uses several things and complains; one change before.
pub(super) fn story(complaint: &str, changed: &str, kind: &str, call: &str) -> Story {
    let mut change = change(call, "2024-05-01T10:00:00Z", kind, &[]);
    change.id = "audit:1".to_owned();
    change.resource = Some(changed.to_owned());
    Story::default()
        .resource(FUNCTION, "aws_lambda_function", &["checkout"])
        .resource(
            DATABASE,
            "aws_db_instance",
            &["orders.c1a2b3.eu-west-1.rds.amazonaws.com"],
        )
        .resource(QUEUE, "aws_sqs_queue", &[])
        .resource(CACHE, "aws_elasticache_replication_group", &[])
        .resource(KEY, "aws_kms_key", &[])
        .resource(SUBNET, "aws_subnet", &[])
        .resource(LIST, "aws_network_acl", &[])
        .resource(OTHERS, "aws_network_acl", &[])
        .resource(ROUTES, "aws_route_table", &[])
        .resource(GROUP, "aws_security_group", &[])
        .resource(PROXY, "aws_db_proxy", &[])
        .edge("checkout", RelationKind::RunsOn, FUNCTION)
        .edge(FUNCTION, RelationKind::Contains, SUBNET)
        .edge(FUNCTION, RelationKind::Uses, DATABASE)
        .edge(FUNCTION, RelationKind::Uses, QUEUE)
        .edge(FUNCTION, RelationKind::Uses, CACHE)
        .edge(FUNCTION, RelationKind::Uses, KEY)
        .edge(FUNCTION, RelationKind::Uses, PROXY)
        .edge(PROXY, RelationKind::Routes, DATABASE)
        .edge(SUBNET, RelationKind::Attached, LIST)
        .edge(SUBNET, RelationKind::Attached, ROUTES)
        .edge(SUBNET, RelationKind::PermitsNet, CACHE)
        .edge(DATABASE, RelationKind::Attached, GROUP)
        .every(AWS, "2024-05-01T09:30:00Z", 5, 360, "checkout INFO placed")
        .every(
            AWS,
            "2024-05-01T10:00:20Z",
            4,
            60,
            &format!("checkout ERROR {complaint}"),
        )
        .change(change)
}

/// The same, of which the change tells more.
fn story_of(change: impl FnOnce(&mut Change), changed: &str, call: &str) -> Story {
    let kind = match changed {
        GROUP => "AWS::EC2::SecurityGroup",
        LIST => "AWS::EC2::NetworkAcl",
        _ => "AWS::EC2::RouteTable",
    };
    let mut story = story(LOST, changed, kind, call);
    if let Some(held) = story.changes.last_mut() {
        change(held);
    }
    story
}

fn check(complaint: &str, changed: &str, kind: &str, call: &str, expected: &str) {
    let found = story(complaint, changed, kind, call).verdicts();
    assert_eq!(found, [format!("checkout <  | {expected}")], "{call}");
}

#[test]
fn what_a_service_uses_besides_is_not_why_it_loses_another_thing() {
    let none = |changed: &str, kind: &str, call: &str| check(LOST, changed, kind, call, "none");
    none(QUEUE, "sqs.queue", "SetQueueAttributes jobs");
    none(QUEUE, "sqs.queue", "PurgeQueue jobs");
    let group = "elasticache.replicationgroup";
    none(CACHE, group, "ModifyReplicationGroup sess");
    none(KEY, "kms.key", "PutKeyPolicy 0a1b2c3d");
    none(OTHERS, "ec2.networkacl", "CreateNetworkAclEntry acl-2");
    // What the messages mean, and what is before it.
    check(LOST, DATABASE, "rds.db", "StopDBInstance orders", "audit:1");
    let revoke = "RevokeSecurityGroupIngress sg-1";
    check(LOST, GROUP, "ec2.securitygroup", revoke, "audit:1");
    check(LOST, PROXY, "rds.dbproxy", "ModifyDBProxy prx-1", "audit:1");
}

#[test]
fn the_network_of_the_caller_lies_on_the_way_to_what_it_calls() {
    let cause = |changed: &str, kind: &str, call: &str| check(LOST, changed, kind, call, "audit:1");
    cause(LIST, "ec2.networkacl", "CreateNetworkAclEntry acl-1");
    cause(LIST, "ec2.networkacl", "DeleteNetworkAclEntry acl-1");
    cause(ROUTES, "ec2.routetable", "DeleteRoute rtb-1");
}

#[test]
fn where_messages_name_nothing_all_that_is_used_may_be_meant() {
    let text = "connect ETIMEDOUT";
    let call = "StopDBInstance orders";
    check(text, DATABASE, "rds.db", call, "audit:1");
    check(text, QUEUE, "sqs.queue", "DeleteQueue jobs", "audit:1");
}

const ZONE: &str = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ";

#[test]
fn names_in_a_zone_are_not_found_when_it_is_taken_from_the_network() {
    let check = |text: &str, call: &str, expected: &str| {
        let story = story(text, ZONE, "AWS::Route53::HostedZone", call);
        let story = story.resource(ZONE, "aws_route53_zone", &["shop.internal"]);
        assert_eq!(story.verdicts(), [format!("checkout <  | {expected}")]);
    };
    let call = "DisassociateVPCFromHostedZone Z0123456789ABCDEFGHIJ";
    check("getaddrinfo ENOTFOUND db.shop.internal", call, "audit:1");
    check("getaddrinfo ENOTFOUND db.mail.internal", call, "none");
    check("TypeError: x is not a function", call, "none");
}

#[test]
fn who_may_call_a_function_is_not_what_it_may_call() {
    let refused = "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/c/c is not \
                   authorized to perform: dynamodb:PutItem because no identity-based policy \
                   allows the dynamodb:PutItem action";
    let kind = "AWS::Lambda::Function";
    check(refused, FUNCTION, kind, "RemovePermission checkout", "none");
    let update = "UpdateFunctionConfiguration checkout";
    check(refused, FUNCTION, kind, update, "audit:1");
}

#[test]
fn ranges_in_which_neither_end_lies_are_others() {
    let check = |changed: &str, call: &str, range: &str, expected: &str| {
        let told = format!("{}{range}", Change::CLOSED_RANGE);
        let story = story_of(|change| change.attributes.push(told), changed, call);
        let story = story
            .resource(SUBNET, "aws_subnet", &["10.0.1.0/24", "2001:db8:1::/64"])
            .resource(DATABASE, "aws_db_instance", &["10.0.2.9"]);
        let expected = format!("checkout <  | {expected}");
        assert_eq!(story.verdicts(), [expected], "{call} {range}");
    };
    let revoke = "RevokeSecurityGroupIngress sg-1";
    check(GROUP, revoke, "192.168.77.0/24", "none");
    check(GROUP, revoke, "10.0.0.0/16", "audit:1");
    check(GROUP, revoke, "10.0.1.0/24", "audit:1");
    // Where it comes from outside, nobody knows the address.
    check(GROUP, revoke, "203.0.113.7/32", "audit:1");
    check(GROUP, revoke, "0.0.0.0/0", "audit:1");
    check(GROUP, revoke, "::/0", "audit:1");
    check(GROUP, revoke, "2001:db8::/32", "audit:1");
    check(GROUP, revoke, "2001:db8:7::/64", "none");
    // Of what is called no such address is known.
    check(
        GROUP,
        "RevokeSecurityGroupEgress sg-1",
        "2001:db8:7::/64",
        "audit:1",
    );
    check(ROUTES, "DeleteRoute rtb-1", "10.0.2.0/24", "audit:1");
    check(ROUTES, "DeleteRoute rtb-1", "10.0.7.0/24", "none");
    let deny = "CreateNetworkAclEntry acl-1";
    check(LIST, deny, "10.0.2.0/24", "audit:1");
    check(LIST, deny, "10.0.1.0/24", "audit:1");
    check(LIST, deny, "10.0.7.0/24", "none");
}

#[test]
fn what_was_undone_before_has_broken_nothing() {
    let check = |undone: &str, changed: &str, call: &str, expected: &str| {
        let undone = time(&format!("2024-05-01T{undone}Z"));
        let early = time("2024-05-01T09:50:00Z");
        let tell = |change: &mut Change| {
            change.time = Some(early);
            change.attributes = vec!["ingress".to_owned(), "ipPermissions".to_owned()];
            change.undone = Some(undone);
        };
        let found = story_of(tell, changed, call).verdicts();
        assert_eq!(found, [format!("checkout <  | {expected}")], "{undone}");
    };
    let revoke = "RevokeSecurityGroupIngress sg-1";
    check("09:50:20", GROUP, revoke, "none");
    check("09:59:40", GROUP, revoke, "none");
    check("10:00:10", GROUP, revoke, "audit:1");
    check("10:05:00", GROUP, revoke, "audit:1");
}

#[test]
fn a_record_that_leads_to_where_it_led_has_broken_nothing() {
    let record = "arn:aws:route53:::hostedzone/Z1/CNAME/db.shop.internal";
    let check = |host: &str, expected: &str| {
        let kind = "AWS::Route53::RecordSet";
        let call = "ChangeResourceRecordSets db.shop.internal";
        let lost =
            "connect ETIMEDOUT orders.c1a2b3.eu-west-1.rds.amazonaws.com:5432 db.shop.internal";
        let mut story = story(lost, record, kind, call)
            .resource(record, "aws_route53_record", &["db.shop.internal"])
            .edge(FUNCTION, RelationKind::Uses, record)
            .edge(record, RelationKind::Routes, DATABASE);
        if let Some(change) = story.changes.last_mut() {
            let leads = format!("{}{host}", Change::LEADS_TO);
            change.attributes = vec!["records".to_owned(), leads];
        }
        assert_eq!(
            story.verdicts(),
            [format!("checkout <  | {expected}")],
            "{host}"
        );
    };
    check("orders.c1a2b3.eu-west-1.rds.amazonaws.com", "none");
    check("10.0.9.9", "audit:1");
}

#[test]
fn a_state_tells_whether_a_rule_is_for_what_comes_in() {
    let own = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-7";
    let rule = "terraform:prod:aws_security_group_rule.db";
    let check = |name: &str, direction: Option<&str>, expected: &str| {
        let kind = "aws_security_group_rule";
        let mut story = story_of(
            |change| {
                change.id = format!("change:{kind}.{name}");
                change.address = format!("{kind}.{name}");
                change.resource_type = kind.to_owned();
                change.action = ChangeAction::Delete;
            },
            rule,
            "",
        )
        .resource(own, "aws_security_group", &[])
        .resource(rule, kind, &[]);
        if let Some(direction) = direction {
            let told = nepho_core::setting::hash("type", direction);
            story = story.with_settings(&[("type", told.unwrap())]);
        }
        let story = story.edge(FUNCTION, RelationKind::Attached, own).edge(
            rule,
            RelationKind::DependsOn,
            own,
        );
        let found = story.verdicts();
        let expected = expected.replace("RULE", &format!("{kind}.{name}"));
        assert_eq!(found, [format!("checkout <  | {expected}")], "{name}");
    };
    check("db", None, "none");
    check("db", Some("egress"), "RULE");
    check("web_to_db", None, "RULE");
    check("web_to_db", Some("ingress"), "none");
}

#[test]
fn settings_of_a_database_are_no_error_in_a_program() {
    let complaint = "TypeError: Cannot read properties of undefined (reading 'sku')";
    let (kind, call) = ("AWS::RDS::DBInstance", "ModifyDBInstance orders");
    let incidents = story(complaint, DATABASE, kind, call).incidents();
    let found = &incidents[0].considered[0];
    assert_eq!(found.verdict, ChangeVerdict::Possible, "{}", found.why);
    check(
        complaint,
        FUNCTION,
        "AWS::Lambda::Function",
        "UpdateFunctionCode",
        "audit:1",
    );
}

#[test]
fn what_is_called_like_the_service_is_told_with_its_type() {
    let (kind, call) = ("AWS::Lambda::Function", "UpdateFunctionCode");
    let incidents = story("panic: nil map", FUNCTION, kind, call).incidents();
    let path = incidents[0].considered[0].path.join("; ");
    assert_eq!(path, "checkout runs on checkout (aws_lambda_function)");
}
