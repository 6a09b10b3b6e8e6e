//! Calls that take something from one resource and give it to another.

use super::*;

/// A call of EC2 in an hour of a day.
fn ec2<'a>(time: &'a str, operation: &'a str, request: Value, answer: Value) -> Called<'a> {
    (time, "ec2", operation, request, answer)
}

const TEN: &str = "2024-05-01T10:00:00Z";
const ELEVEN: &str = "2024-05-01T11:00:00Z";
const NOON: &str = "2024-05-01T12:00:00Z";

fn associate<'a>(time: &'a str, instance: &str, address: &str, id: &str) -> Called<'a> {
    let request = json!({"instanceId": instance, "allocationId": address,
        "allowReassociation": true});
    ec2(
        time,
        "AssociateAddress",
        request,
        json!({"associationId": id}),
    )
}

#[test]
fn an_address_is_of_one_instance_at_a_time() {
    let (one, two) = ("i-0000000a", "i-0000000b");
    let calls = [
        associate(TEN, one, "eipalloc-0000000a", "eipassoc-1"),
        associate(ELEVEN, two, "eipalloc-0000000a", "eipassoc-2"),
        ec2(
            NOON,
            "DisassociateAddress",
            json!({"associationId": "eipassoc-2"}),
            Value::Null,
        ),
    ];
    let expected = [
        format!("{one} attached eipalloc-0000000a 10:00-11:00"),
        format!("{two} attached eipalloc-0000000a 11:00-12:00"),
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn an_instance_has_one_address_unless_it_is_for_another_private_one() {
    let mut second = associate(ELEVEN, "i-0000000a", "eipalloc-0000000b", "eipassoc-2");
    let first = associate(TEN, "i-0000000a", "eipalloc-0000000a", "eipassoc-1");
    let expected = [
        "i-0000000a attached eipalloc-0000000a 10:00-11:00",
        "i-0000000a attached eipalloc-0000000b 11:00-?",
    ];
    assert_eq!(told(&[first.clone(), second.clone()]), expected);
    second.3["privateIpAddress"] = json!("10.0.0.9");
    let third = associate(NOON, "i-0000000b", "eipalloc-0000000b", "eipassoc-3");
    let expected = [
        "i-0000000a attached eipalloc-0000000a 10:00-?",
        "i-0000000a attached eipalloc-0000000b 11:00-12:00",
        "i-0000000b attached eipalloc-0000000b 12:00-?",
    ];
    assert_eq!(told(&[first, second, third]), expected);
}

#[test]
fn who_is_declared_to_have_an_address_loses_it_to_another() {
    let own = "arn:aws:ec2:eu-west-1:111122223333";
    let row = |key: &str| Resource {
        key: key.to_owned(),
        aliases: vec![key::short_name(key).to_owned()],
        tool: Some("terraform".to_owned()),
        ..Resource::default()
    };
    let instance = format!("{own}:instance/i-0000000a");
    let address = format!("{own}:elastic-ip/eipalloc-0000000a");
    let declared = Relation {
        from: instance.clone(),
        to: address.clone(),
        kind: RelationKind::Attached,
        source: "terraform".to_owned(),
        ..Relation::default()
    };
    let calls = [associate(
        ELEVEN,
        "i-0000000b",
        "eipalloc-0000000a",
        "eipassoc-2",
    )];
    let out = conclude(&calls, &[row(&instance), row(&address)], &[declared]);
    let ended = out.relations.iter().find(|row| row.valid_to.is_some());
    let ended = ended.map(|row| (row.from.as_str(), row.valid_to));
    assert_eq!(ended, Some((&*instance, Timestamp::parse_rfc3339(ELEVEN))));
}

#[test]
fn a_second_list_of_rules_takes_the_place_of_the_first() {
    let balancer =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c91";
    let list = |name: &str| {
        format!("arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/{name}/0a1b2c3d")
    };
    let call = |time, name: &str| {
        let request = json!({"resourceArn": balancer, "webACLArn": list(name)});
        (time, "wafv2", "AssociateWebACL", request, Value::Null)
    };
    let groups = json!({"loadBalancerArn": balancer, "securityGroups": ["sg-0000000a"]});
    let calls = [
        (
            TEN,
            "elasticloadbalancing",
            "SetSecurityGroups",
            groups,
            Value::Null,
        ),
        call(TEN, "old"),
        call(ELEVEN, "new"),
    ];
    let out = conclude(&calls, &[], &[]);
    let told = out.relations.iter().filter(|row| row.source == SOURCE);
    let told: Vec<(&str, Option<Timestamp>)> =
        told.map(|row| (row.to.as_str(), row.valid_to)).collect();
    let at = Timestamp::parse_rfc3339(ELEVEN);
    let (new, old) = (list("new"), list("old"));
    assert_eq!(told, [(&*new, None), (&*old, at), ("sg-0000000a", None)]);
}

#[test]
fn a_subnet_follows_the_table_that_replaced_its_own() {
    let made = json!({"subnetId": "subnet-0000000a", "routeTableId": "rtb-0000000a"});
    let replaced = |old: &str, table: &str| json!({"associationId": old, "routeTableId": table});
    let answer = |id: &str| json!({"newAssociationId": id});
    let replace = "ReplaceRouteTableAssociation";
    let one = "2024-05-01T13:00:00Z";
    let calls = [
        ec2(
            one,
            "DisassociateRouteTable",
            json!({"associationId": "rtbassoc-3"}),
            Value::Null,
        ),
        ec2(
            NOON,
            replace,
            replaced("rtbassoc-2", "rtb-0000000c"),
            answer("rtbassoc-3"),
        ),
        ec2(
            ELEVEN,
            replace,
            replaced("rtbassoc-1", "rtb-0000000b"),
            answer("rtbassoc-2"),
        ),
        ec2(
            TEN,
            "AssociateRouteTable",
            made,
            json!({"associationId": "rtbassoc-1"}),
        ),
        // Nobody tells what is associated by this.
        ec2(
            ELEVEN,
            replace,
            replaced("rtbassoc-8", "rtb-0000000b"),
            answer("rtbassoc-9"),
        ),
    ];
    let expected = [
        "subnet-0000000a attached rtb-0000000a 10:00-11:00",
        "subnet-0000000a attached rtb-0000000b 11:00-12:00",
        "subnet-0000000a attached rtb-0000000c 12:00-13:00",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_key_that_is_no_unique_id_ends_nothing_that_came_after() {
    let balancer =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c91";
    let list = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/new/0a1b2c3d";
    let off = json!({"resourceArn": balancer});
    let on = json!({"resourceArn": balancer, "webACLArn": list});
    let call = |time, operation, request| (time, "wafv2", operation, request, Value::Null);
    let calls = [
        call(TEN, "DisassociateWebACL", off.clone()),
        call(ELEVEN, "AssociateWebACL", on),
        call(NOON, "DisassociateWebACL", off),
    ];
    let expected = ["50dc6c495c0c91 attached 0a1b2c3d 11:00-12:00"];
    assert_eq!(told(&calls), expected);
}

#[test]
fn an_account_lies_in_the_unit_that_it_was_moved_to() {
    let unit = |id: &str| Resource {
        key: format!("arn:aws:organizations::999922223333:ou/o-0a1b2c3d4e/{id}"),
        aliases: vec![id.to_owned()],
        tool: Some("terraform".to_owned()),
        ..Resource::default()
    };
    let moved = |to: &str| json!({"accountId": "111122223333", "destinationParentId": to});
    let call =
        |time: &'static str, request| (time, "organizations", "MoveAccount", request, Value::Null);
    let (shop, old) = ("ou-ab12-33334444", "ou-ab12-11112222");
    let calls = [
        call("2024-05-01T10:00:00Z", moved(old)),
        call("2024-05-01T12:00:00Z", moved(shop)),
    ];
    let out = conclude(&calls, &[unit(shop), unit(old)], &[]);
    let rows = out.relations.iter().filter(|row| row.source == SOURCE);
    let told: Vec<(&str, bool)> = rows
        .inspect(|row| assert_eq!(row.from, "arn:aws:iam::111122223333:root"))
        .map(|row| (key::short_name(&row.to), row.valid_to.is_some()))
        .collect();
    assert_eq!(told, [(old, true), (shop, false)]);
}
