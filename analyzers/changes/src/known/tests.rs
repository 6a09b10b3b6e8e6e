//! What the input knows of resources, by all their names.

use super::*;

#[test]
fn a_short_id_is_the_resource_and_a_mere_name_is_not() {
    let mut known = Known::default();
    known.add(&Resource {
        key: "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd".to_owned(),
        aliases: vec!["sg-0123abcd".to_owned(), "orders".to_owned()],
        ..Resource::default()
    });
    let check = |id: &str, expected: &str| assert_eq!(&*known.identity(id), expected);
    let group = "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd";
    check("sg-0123abcd", group);
    check("arn:aws:ec2:x:2:y/sg-0123abcd", group);
    check("arn:aws:s3:::orders", "arn:aws:s3:::orders");
}

#[test]
fn more_words_that_logs_tell_are_those_of_the_resource() {
    let mut known = Known::default();
    known.add(&Resource {
        key: "sg-0123abcd".to_owned(),
        tool: Some("terraform".to_owned()),
        address: Some("aws_security_group.db".to_owned()),
        ..Resource::default()
    });
    let group = "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd";
    known.add(&Resource {
        key: group.to_owned(),
        aliases: vec!["sg-0123abcd".to_owned(), "orders-db".to_owned()],
        ..Resource::default()
    });
    for word in [group, "sg-0123abcd", "orders-db"] {
        let identity = known.identity(word);
        assert_eq!(&*identity, "sg-0123abcd");
        assert!(known.is_declared(&identity));
    }
}

#[test]
fn an_id_of_the_audit_log_is_what_a_document_calls_by_its_short_id() {
    let mut known = Known::default();
    let group = "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd";
    assert_eq!(&*known.identity("sg-0123abcd"), "sg-0123abcd");
    known.add_seen(group);
    known.add_seen(group);
    known.add_seen("arn:aws:s3:::orders");
    assert_eq!(&*known.identity("sg-0123abcd"), group);
    assert_eq!(&*known.identity("orders"), "orders");
    assert!(!known.has(group));
    // A state that knows the short id alone.
    known.add(&Resource {
        key: "sg-0123abcd".to_owned(),
        ..Resource::default()
    });
    assert_eq!(&*known.identity(group), "sg-0123abcd");
}

#[test]
fn an_arn_of_another_service_is_not_the_instance_that_it_ends_with() {
    let instance = "arn:aws:ec2:eu-west-1:1:instance/i-0a1b2c3d4e5f60718";
    let inventory = "arn:aws:ssm:eu-west-1:1:managed-instance-inventory/i-0a1b2c3d4e5f60718";
    for key in [instance, "i-0a1b2c3d4e5f60718"] {
        let mut known = Known::default();
        known.add(&Resource {
            key: key.to_owned(),
            aliases: vec!["i-0a1b2c3d4e5f60718".to_owned()],
            tool: Some("terraform".to_owned()),
            address: Some("aws_instance.web".to_owned()),
            ..Resource::default()
        });
        assert_eq!(&*known.identity(inventory), inventory);
        for seen in [inventory, instance] {
            known.add(&Resource {
                key: seen.to_owned(),
                ..Resource::default()
            });
        }
        assert_eq!(&*known.identity(inventory), inventory);
        assert!(!known.is_declared(inventory));
        assert_eq!(&*known.identity(instance), key);
    }
    let mut known = Known::default();
    known.add_seen(inventory);
    known.add_seen(instance);
    assert_eq!(&*known.identity("i-0a1b2c3d4e5f60718"), instance);
}

#[test]
fn a_part_that_no_document_tells_of_belongs_to_what_it_stands_in() {
    let mut known = Known::default();
    let of = |rest: &str| format!("/subscriptions/s/resourcegroups/g/providers/{rest}");
    let group = of("microsoft.network/networksecuritygroups/n");
    let site = of("microsoft.web/sites/shop");
    let network = of("microsoft.network/virtualnetworks/v");
    let secret = "//secretmanager.googleapis.com/projects/p/secrets/pw";
    let zone = "arn:aws:route53:::hostedzone/Z1";
    let names = "//dns.googleapis.com/projects/p/managedZones/z";
    for key in [&group, &site, &network, secret, zone, names] {
        known.add(&Resource {
            key: key.to_owned(),
            ..Resource::default()
        });
    }
    let check = |id: &str, expected: Option<&str>| {
        assert_eq!(known.parent(id).as_deref(), expected, "{id}");
    };
    let rule = format!("{group}/securityrules/deny");
    check(&rule, Some(&group));
    check(&format!("{zone}/A/www.shop.example"), Some(zone));
    check(&format!("{zone}/A/blue/www.shop.example"), Some(zone));
    check(&format!("{site}/config/appsettings"), Some(&site));
    let lock = "providers/microsoft.insights/diagnosticsettings/d";
    check(&format!("{site}/{lock}"), None);
    check(&format!("{network}/subnets/other"), None);
    check(&of("microsoft.web/sites/other/config/web"), None);
    check(&site, None);
    check(&format!("{secret}/versions/3"), Some(secret));
    check(&format!("{zone}/CNAME/db.shop.example"), Some(zone));
    check(zone, None);
    check(&format!("{names}/rrsets/db.shop.example./A"), Some(names));
    let extends = |kind: &str| format!("{site}/providers/microsoft.{kind}/x");
    check(&extends("advisor/suppressions"), None);
    check(&extends("authorization/roleassignments"), Some(&site));
}

#[test]
fn a_project_goes_by_its_id_and_its_number() {
    let mut known = Known::default();
    let of = |project: &str, rest: &str| {
        format!("//secretmanager.googleapis.com/projects/{project}/secrets/{rest}")
    };
    known.add(&Resource {
        key: of("shop", "pw"),
        aliases: vec![of("123456789012", "pw")],
        ..Resource::default()
    });
    let version = of("123456789012", "pw/versions/3");
    known.add(&Resource {
        key: version.clone(),
        ..Resource::default()
    });
    known.settle_projects();
    assert_eq!(*known.identity(&of("shop", "pw/versions/3")), *version);
    assert_eq!(
        *known.identity(&of("123456789012", "pw")),
        *of("shop", "pw")
    );
    let other = of("cart", "pw/versions/3");
    assert_eq!(*known.identity(&other), *other);
}

#[test]
fn a_call_names_no_path() {
    let mut known = Known::default();
    let of = |resource: &str| format!("arn:aws:iam::111122223333:{resource}");
    let [role, named] = ["role/service/orders", "role/orders"].map(of);
    known.add(&Resource {
        key: role.clone(),
        ..Resource::default()
    });
    assert_eq!(*known.identity(&named), *role);
    assert_eq!(*known.identity(&of("user/orders")), *of("user/orders"));
    // Somebody tells of one without a path.
    known.add(&Resource {
        key: named.clone(),
        ..Resource::default()
    });
    assert_eq!(*known.identity(&named), *named);
}

#[test]
fn a_call_means_the_resource_of_that_name_in_its_account_and_region() {
    let mut known = Known::default();
    let group = |account: &str| {
        format!(
            "arn:aws:autoscaling:eu-west-1:{account}:autoScalingGroup:u:autoScalingGroupName/web"
        )
    };
    let mut add = |key: &str, resource_type: &str| {
        known.add(&Resource {
            key: key.to_owned(),
            aliases: vec!["web".to_owned()],
            resource_type: resource_type.to_owned(),
            ..Resource::default()
        });
    };
    add(&group("111122223333"), "aws_autoscaling_group");
    add("arn:aws:sqs:eu-west-1:111122223333:web", "aws_sqs_queue");
    let check = |known: &Known, place: [&str; 3], expected: &str| {
        let [account, region, kind] = place;
        let at = Named::new(account, region, kind);
        assert_eq!(&*known.identity_at("web", &at), expected, "{place:?}");
    };
    let kind = "AWS::AutoScaling::AutoScalingGroup";
    let own = ["111122223333", "eu-west-1", kind];
    check(&known, own, &group("111122223333"));
    let key = |account: &str, region: &str| format!("name://aws/{account}/{region}/{kind}/web");
    let other = ["444455556666", "eu-west-1", kind];
    check(&known, other, &key("444455556666", "eu-west-1"));
    let away = ["111122223333", "us-east-1", kind];
    check(&known, away, &key("111122223333", "us-east-1"));
    known.add(&Resource {
        key: group("444455556666"),
        aliases: vec!["web".to_owned()],
        ..Resource::default()
    });
    check(&known, own, &group("111122223333"));
    check(&known, other, &group("444455556666"));
    // Names of which only calls tell.
    let mut known = Known::default();
    known.add_name("web", &Named::new("111122223333", "eu-west-1", kind));
    check(&known, own, "web");
    known.add_name("web", &Named::new("444455556666", "eu-west-1", kind));
    check(&known, own, &key("111122223333", "eu-west-1"));
}

#[test]
fn a_name_of_several_resources_stands_for_none() {
    let mut known = Known::default();
    let mut add = |key: &str, address: &str| {
        known.add(&Resource {
            key: key.to_owned(),
            aliases: vec!["Web-0123abcd".to_owned()],
            tool: Some("terraform".to_owned()),
            address: Some(address.to_owned()),
            ..Resource::default()
        });
    };
    add("i-1", "aws_instance.b");
    add("i-1", "aws_instance.a");
    add("i-1", "aws_instance.b");
    assert_eq!(&*known.identity("web-0123ABCD"), "i-1");
    let addresses: Vec<&str> = known.addresses("i-1").collect();
    assert_eq!(addresses, ["aws_instance.a", "aws_instance.b"]);
    known.add(&Resource {
        key: "i-2".to_owned(),
        aliases: vec!["web-0123abcd".to_owned()],
        ..Resource::default()
    });
    assert_eq!(&*known.identity("web-0123abcd"), "web-0123abcd");
}
