//! Feed `terraform.state` on our own fixtures.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{check_edge, read, recognise, resource, try_read};
use nepho_core::ErrorKind;
use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind;

const ORDERS: &str = include_str!("../src/state/fixtures/orders.tfstate");
const LEGACY: &str = include_str!("../src/state/fixtures/legacy.tfstate");
const VERSION_1: &str = include_str!("../src/state/fixtures/version-1.tfstate");
const WORKER: &str = include_str!("../src/state/fixtures/worker-show.json");
const ENCRYPTED: &str = include_str!("../src/state/fixtures/encrypted.tfstate");

const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:order-db";

fn orders() -> FeedOutput {
    read("terraform.state", "infra/orders.tfstate", ORDERS)
}

#[test]
fn every_kind_of_state_is_recognised() {
    for (uri, text) in [
        ("a.tfstate", ORDERS),
        ("b", LEGACY),
        ("c.json", WORKER),
        ("d", ENCRYPTED),
        ("e.tfstate", "{\"versi"),
    ] {
        assert_eq!(recognise(uri, text), Some("terraform.state"), "{uri}");
    }
    for text in [
        "",
        "{}",
        "[1]",
        r#"{"version":"2.0","Resources":{}}"#,
        r#"{"format_version":"1.0","valid":true}"#,
    ] {
        assert_eq!(recognise("x.json", text), None, "{text}");
    }
}

#[test]
fn a_database_has_key_aliases_owner_and_place() {
    let out = orders();
    let database = resource(&out, "aws_db_instance.orders");
    assert_eq!(database.key, DATABASE);
    assert_eq!(
        database.aliases,
        [
            "db-ABCDEFGHIJ23456789",
            "order-db",
            "order-db.c1x2y3z4.eu-west-1.rds.amazonaws.com",
            "orders.example.com"
        ]
    );
    assert_eq!(database.name.as_deref(), Some("order-db"));
    assert_eq!(database.service.as_deref(), Some("orders"));
    assert_eq!(database.team.as_deref(), Some("payments"));
    assert_eq!(database.environment.as_deref(), Some("production"));
    assert_eq!(database.provider.as_deref(), Some("aws"));
    assert_eq!(database.account.as_deref(), Some("111122223333"));
    assert_eq!(database.region.as_deref(), Some("eu-west-1"));
    assert_eq!(
        (database.tool.as_deref(), database.scope.as_deref()),
        (Some("terraform"), Some("orders"))
    );
    assert!(
        ORDERS
            .lines()
            .nth(usize::try_from(database.line).unwrap() - 1)
            .unwrap()
            .trim()
            == "{"
    );
}

#[test]
fn facets_join_through_their_parents() {
    let out = orders();
    let check = |address: &str, parent: &str| {
        assert_eq!(resource(&out, address).parent.as_deref(), Some(parent))
    };
    check("aws_security_group_rule.db_from_app", GROUP);
    check(
        "aws_s3_bucket_policy.media",
        "arn:aws:s3:::shop-media-111122223333",
    );
    check(
        "aws_appautoscaling_target.checkout",
        "arn:aws:ecs:eu-west-1:111122223333:service/shop/checkout",
    );
    check("aws_route53_record.orders", "Z0123456789ABC");
    assert_eq!(
        resource(&out, "aws_security_group_rule.db_from_app").aliases,
        ["sgr-0a1b2c3d4e5f60718"]
    );
    let policy = resource(&out, "aws_s3_bucket_policy.media");
    assert_eq!(policy.key, "terraform:orders:aws_s3_bucket_policy.media");
    assert!(policy.aliases.is_empty());
}

#[test]
fn attributes_draw_edges_from_dependent_to_dependency() {
    let out = orders();
    let database = "aws_db_instance.orders";
    check_edge(
        &out,
        database,
        "aws_security_group.db",
        RelationKind::Attached,
    );
    check_edge(
        &out,
        database,
        "aws_db_subnet_group.orders",
        RelationKind::DependsOn,
    );
    check_edge(&out, database, "aws_kms_key.orders", RelationKind::Uses);
    check_edge(
        &out,
        "module.network.aws_subnet.private[1]",
        "module.network.aws_vpc.main",
        RelationKind::Contains,
    );
    check_edge(
        &out,
        "aws_lb.shop",
        "aws_lb_listener.https",
        RelationKind::Routes,
    );
    check_edge(
        &out,
        "aws_lb_listener.https",
        "aws_lb_target_group.checkout",
        RelationKind::Routes,
    );
    check_edge(
        &out,
        "aws_lb_target_group.checkout",
        "aws_ecs_service.checkout",
        RelationKind::Routes,
    );
    check_edge(
        &out,
        "aws_ecs_service.checkout",
        "arn:aws:ecs:eu-west-1:111122223333:cluster/shop",
        RelationKind::Contains,
    );
    check_edge(
        &out,
        "aws_appautoscaling_target.checkout",
        "aws_ecs_service.checkout",
        RelationKind::Scales,
    );
    check_edge(
        &out,
        "aws_route53_record.orders",
        database,
        RelationKind::Routes,
    );
    check_edge(
        &out,
        "aws_security_group_rule.db_from_app",
        "aws_security_group.app",
        RelationKind::DependsOn,
    );
    let edge = out
        .relations
        .iter()
        .find(|edge| edge.from == DATABASE && edge.to == GROUP)
        .unwrap();
    assert_eq!(
        edge.evidence,
        "aws_db_instance.orders references aws_security_group.db (vpc_security_group_ids)"
    );
    assert!(edge.line > 1 && edge.source == "terraform");
}

#[test]
fn dependencies_add_edges_but_not_what_is_needed_only_through_others() {
    let out = orders();
    let to: Vec<&str> = out
        .relations
        .iter()
        .filter(|edge| edge.from == DATABASE)
        .map(|edge| edge.to.as_str())
        .collect();
    assert!(to.contains(&"terraform:orders:random_password.orders"));
    assert!(
        !to.iter()
            .any(|key| key.contains(":subnet/") || key.contains(":vpc/")),
        "{to:?}"
    );
}

#[test]
fn instances_have_the_addresses_of_terraform() {
    let out = orders();
    let batch = resource(&out, r#"aws_instance.batch["night \"a\""]"#);
    assert_eq!(
        batch.aliases,
        [
            "10.0.1.7",
            "203.0.113.9",
            "i-0a1b2c3d4e5f60718",
            "ip-10-0-1-7.eu-west-1.compute.internal"
        ]
    );
    let old = resource(
        &out,
        r#"aws_instance.batch["night \"a\""] (deposed object 1a2b3c4d)"#,
    );
    assert!(old.key.ends_with("instance/i-0c1b2c3d4e5f60718"));
    assert!(
        !out.resources
            .iter()
            .any(|resource| resource.resource_type == "aws_caller_identity")
    );
}

#[test]
fn accounts_are_filled_in_where_all_agree() {
    let out = orders();
    let address = resource(&out, "aws_eip.nat");
    assert_eq!(address.key, "eipalloc-0a1b2c3d4e5f60718");
    assert_eq!(
        (address.account.as_deref(), address.region.as_deref()),
        (Some("111122223333"), Some("eu-west-1"))
    );
}

#[test]
fn a_state_of_version_3_is_read() {
    let out = read("terraform.state", "legacy.tfstate", LEGACY);
    assert!(out.rejects.is_empty());
    let web = resource(&out, "aws_instance.web[0]");
    assert_eq!(
        (web.key.as_str(), web.region.as_deref()),
        ("i-0a1b2c3d", Some("eu-central-1"))
    );
    assert_eq!(
        resource(&out, "aws_security_group.web").team.as_deref(),
        Some("storefront")
    );
    assert_eq!(
        resource(&out, "module.app.module.db.aws_db_instance.main").aliases,
        ["legacy-db"]
    );
    check_edge(
        &out,
        "aws_instance.web[0]",
        "aws_security_group.web",
        RelationKind::Attached,
    );
}

#[test]
fn a_state_of_version_1_is_read() {
    let out = read("terraform.state", "old.tfstate", VERSION_1);
    assert!(out.rejects.is_empty());
    let addresses: Vec<&str> = out
        .resources
        .iter()
        .filter_map(|resource| resource.address.as_deref())
        .collect();
    let expected = [
        "aws_instance.web[0]",
        "aws_instance.web[1]",
        "aws_security_group.web",
        "module.data.aws_db_instance.orders",
        "module.data.aws_db_instance.orders (deposed object 0)",
    ];
    assert_eq!(addresses, expected);
    assert_eq!(resource(&out, "aws_instance.web[0]").key, "i-0a1b2c3d");
    let members = &out.snapshots[0].members;
    let tainted = members.iter().filter(|(_, member)| member.is_tainted);
    let tainted: Vec<&String> = tainted.map(|(address, _)| address).collect();
    assert_eq!(tainted, ["aws_instance.web[1]"]);
    assert_eq!(
        (out.snapshots[0].serial, out.snapshots[0].lineage.as_str()),
        (4, "")
    );
    check_edge(
        &out,
        "aws_instance.web[0]",
        "aws_security_group.web",
        RelationKind::Attached,
    );
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn a_part_that_cannot_be_read_is_not_gone() {
    let whole = read("terraform.state", "orders.tfstate", ORDERS);
    assert!(whole.snapshots[0].is_complete);
    let broken = ORDERS.replacen("\"instances\": [", "\"instances\": [5, ", 1);
    let out = read("terraform.state", "orders.tfstate", &broken);
    assert_eq!(
        (out.rejects.len(), out.resources.len()),
        (1, whole.resources.len())
    );
    assert!(!out.snapshots[0].is_complete);
    let start = usize::try_from(out.rejects[0].start).unwrap();
    assert_eq!(broken.get(start..=start), Some("5"));
    let no_list = r#"{"version":4,"serial":1,"lineage":"a"}"#;
    assert!(!read("terraform.state", "x.tfstate", no_list).snapshots[0].is_complete);
}

#[test]
fn the_output_of_show_is_read() {
    let out = read("terraform.state", "worker-show.json", WORKER);
    let topic = resource(&out, "google_pubsub_topic.orders");
    assert_eq!(
        topic.key,
        "//pubsub.googleapis.com/projects/shop-prod/topics/orders"
    );
    assert_eq!(
        (topic.account.as_deref(), topic.team.as_deref()),
        (Some("shop-prod"), Some("payments"))
    );
    assert_eq!(topic.tool.as_deref(), Some("opentofu"));
    let worker = resource(
        &out,
        "module.worker[\"eu\"].google_cloud_run_v2_service.worker",
    );
    assert_eq!(
        worker.key,
        "//run.googleapis.com/projects/shop-prod/locations/europe-west1/services/worker"
    );
    assert_eq!(
        worker.aliases,
        [
            "projects/shop-prod/locations/europe-west1/services/worker",
            "worker",
            "worker-abc-ew.a.run.app"
        ]
    );
    assert_eq!(worker.region.as_deref(), Some("europe-west1"));
    assert_eq!(worker.name, None, "the name is sensitive");
    let member = resource(
        &out,
        "module.worker[\"eu\"].google_storage_bucket_iam_member.read",
    );
    assert_eq!(
        member.parent.as_deref(),
        Some("//storage.googleapis.com/shop-media")
    );
    let rule = resource(
        &out,
        "module.worker[\"eu\"].azurerm_network_security_rule.in",
    );
    assert!(
        rule.parent
            .as_deref()
            .unwrap()
            .ends_with("/networksecuritygroups/web")
    );
    check_edge(
        &out,
        "google_pubsub_topic.orders",
        "module.worker[\"eu\"].google_pubsub_subscription.orders",
        RelationKind::DataFlow,
    );
}

#[test]
fn what_cannot_be_read_says_why_where_and_what_to_do() {
    let check = |text: &str, kind: ErrorKind, line: Option<u64>, message: &str| {
        let error = try_read("terraform.state", "x.tfstate", text).unwrap_err();
        assert_eq!(
            (error.kind(), error.origin().and_then(|origin| origin.line)),
            (kind, line),
            "{error}"
        );
        assert!(error.to_string().contains(message), "{error}");
    };
    check(
        ENCRYPTED,
        ErrorKind::Unsupported,
        Some(1),
        "tofu state pull",
    );
    // What has neither serial nor lineage may be a plan.
    check(
        r#"{"meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}"#,
        ErrorKind::Unsupported,
        Some(1),
        "tofu show -json FILE",
    );
    check(
        r#"{"version":0,"serial":1}"#,
        ErrorKind::Unsupported,
        Some(1),
        "no version 0",
    );
    check(
        r#"{"version":5,"serial":1}"#,
        ErrorKind::Unsupported,
        Some(1),
        "newer",
    );
    check(
        "\n{\n\"version\": 4,\n\"resources\": [",
        ErrorKind::InvalidData,
        Some(4),
        "ends in the middle",
    );
    check(
        "{\"version\":4,\n\"resources\": {}}",
        ErrorKind::InvalidData,
        Some(2),
        "another type",
    );
    check(
        "../real.tfstate",
        ErrorKind::InvalidData,
        Some(1),
        "not valid JSON (column 1)",
    );
    check(
        r#"{"version":"hunter2"}"#,
        ErrorKind::InvalidData,
        Some(1),
        "no number in `version`",
    );
    check("", ErrorKind::InvalidData, Some(1), "ends");
}

#[test]
fn one_broken_resource_does_not_hinder_the_others() {
    let text = r#"{"version":4,"resources":[
        {"mode":"managed","type":7,"name":"hunter2"},
        {"mode":"managed","type":"t","name":"n","instances":[{"attributes":"hunter2"},{"index_key":{},"attributes":{}},{"index_key":1,"attributes":null}]}]}"#;
    let out = read("terraform.state", "x.tfstate", text);
    assert_eq!(out.resources.len(), 1);
    assert_eq!(out.resources[0].address.as_deref(), Some("t.n[1]"));
    let lines: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [2, 3, 3]);
    for reject in &out.rejects {
        let part =
            &text[usize::try_from(reject.start).unwrap()..usize::try_from(reject.end).unwrap()];
        assert!(part.starts_with('{') && part.ends_with('}'));
        assert!(!reject.reason.contains("hunter2"));
    }
}

/// Addresses of what is read of a resource with these instances, and what is rejected of it.
fn read_instances(instances: &str) -> (Vec<String>, Vec<String>) {
    let text = format!(
        "{{\"version\":4,\"resources\":[\n{{\"type\":\"t\",\"name\":\"a\",\"instances\":[\n{instances}]}},\n{{\"type\":\"t\",\"name\":\"b\",\"instances\":[{{}}]}}]}}"
    );
    let out = read("terraform.state", "x.tfstate", &text);
    let addresses = out.resources.iter().flat_map(|row| row.address.clone());
    let rejects = out.rejects.iter().map(|reject| {
        let at = |byte: u64| usize::try_from(byte).expect("a place in the text");
        let range = at(reject.start)..at(reject.end);
        format!("{}: {}: {}", reject.line, &text[range], reject.reason)
    });
    (addresses.collect(), rejects.collect())
}

#[test]
fn one_broken_instance_does_not_hinder_the_others() {
    let check = |broken: &str, reason: &str| {
        let instances =
            format!("{{\"index_key\":0,\"attributes\":{{}}}},\n{broken},\n{{\"index_key\":2}}");
        let (addresses, rejects) = read_instances(&instances);
        assert_eq!(addresses, ["t.a[0]", "t.a[2]", "t.b"], "{broken}");
        let expected = format!("4: {broken}: instance of a resource: {reason}");
        assert_eq!(rejects, [expected], "{broken}");
    };
    let invalid = "this is not valid JSON";
    for broken in [
        r#"{"index_key":1,"attributes":{"id":"i-1","x":nul}}"#,
        r#"{"index_key":1,"attributes":{"id":"i-1","x":{"y":[1,,2]}}}"#,
        r#"{"index_key":1,"attributes":{"id":"i-1" "x":1}}"#,
        r#"{"index_key":1 "attributes":{"id":"i-1"}}"#,
        r#"{"index_key":1,"private":tru,"attributes":{"id":"i-1"}}"#,
        r#"{"index_key":1,"attributes":{"id":["i-1",]}}"#,
    ] {
        check(broken, invalid);
    }
    check("[{}]", "this is no object");
}

#[test]
fn hostile_states_are_survived() {
    let deep = format!(
        r#"{{"version":4,"resources":[{{"type":"t","name":"n","instances":[{{"attributes":{{"id":{}{}}}}}]}}]}}"#,
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    assert_eq!(read("terraform.state", "deep", &deep).resources.len(), 1);
    let nested = format!(
        r#"{{"format_version":"1.0","values":{{"root_module":{}{}}}}}"#,
        r#"{"child_modules":["#.repeat(20_000),
        "]}".repeat(20_000)
    );
    assert_eq!(read("terraform.state", "nested", &nested).rejects.len(), 1);
    let many: Vec<String> = (0..3000)
        .map(|n| format!(r#"{{"index_key":{n},"attributes":{{"id":"i"}},"dependencies":["t.a"]}}"#))
        .collect();
    let many = many.join(",");
    let wide = format!(
        r#"{{"version":4,"resources":[{{"type":"t","name":"a","instances":[{many}]}},{{"type":"t","name":"b","instances":[{many}]}}]}}"#
    );
    assert_eq!(
        read("terraform.state", "wide", &wide).relations.len(),
        3000,
        "each with the one of the same key"
    );
}

#[test]
fn what_lies_in_one_zone_tells_it() {
    let zone = |kind: &str, attributes: &str| {
        let provider = kind.split('_').next().unwrap_or_default();
        let text = format!(
            r#"{{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"l","resources":[{{"mode":"managed","type":"{kind}","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/{provider}\"]","instances":[{{"attributes":{{{attributes}}}}}]}}]}}"#
        );
        let out = read("terraform.state", "zones.tfstate", &text);
        let row = resource(&out, &format!("{kind}.a"));
        (row.region.clone(), row.zone.clone())
    };
    let told = |region: &str, zone: &str| (Some(region.to_owned()), Some(zone.to_owned()));
    assert_eq!(
        zone(
            "aws_subnet",
            r#""id":"subnet-0a1b2c3d","availability_zone":"eu-west-1a""#
        ),
        told("eu-west-1", "eu-west-1a")
    );
    let disk = r#""id":"projects/p/zones/europe-west1-b/disks/a""#;
    let link = "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west1-b";
    let with_link = format!(r#"{disk},"zone":"{link}""#);
    for attributes in [disk, &with_link] {
        let found = zone("google_compute_disk", attributes);
        assert_eq!(found, told("europe-west1", "europe-west1-b"));
    }
    let machine = r#""location":"West Europe","id":"/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/virtualMachines/a""#;
    let kind = "azurerm_linux_virtual_machine";
    let zoned = format!(r#"{machine},"zone":"2""#);
    assert_eq!(zone(kind, &zoned), told("westeurope", "2"));
    let one = format!(r#"{machine},"zones":["3"]"#);
    assert_eq!(zone(kind, &one), told("westeurope", "3"));
    let all = format!(r#"{machine},"zones":["1","2","3"]"#);
    assert_eq!(zone(kind, &all).1, None);
}

#[test]
fn a_policy_of_a_role_tells_the_services_that_it_allows() {
    let document = r#"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}}"#;
    let one = |kind: &str, name: &str, attributes: &str| {
        format!(
            r#"{{"mode":"managed","type":"{kind}","name":"{name}","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{{"attributes":{attributes}}}]}}"#
        )
    };
    let role = "arn:aws:iam::111122223333:role/shop/orders";
    let resources = [
        one(
            "aws_iam_role",
            "orders",
            &format!(r#"{{"id":"orders","name":"orders","arn":"{role}"}}"#),
        ),
        one(
            "aws_iam_role_policy",
            "use",
            &format!(r#"{{"id":"orders:use","name":"use","role":"orders","policy":"{document}"}}"#),
        ),
        one(
            "aws_s3_bucket_policy",
            "open",
            &format!(r#"{{"id":"shop","bucket":"shop","policy":"{document}"}}"#),
        ),
    ];
    let state = format!(
        r#"{{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"l","resources":[{}]}}"#,
        resources.join(",")
    );
    let out = read("terraform.state", "roles.tfstate", &state);
    let policy = resource(&out, "aws_iam_role_policy.use");
    let told = (policy.name.as_deref(), policy.parent.as_deref());
    assert_eq!(told, (Some("use"), Some(role)));
    let hash = nepho_core::setting::hash("policy", "sqs").expect("a service");
    let text = nepho_core::setting::text([("policy", hash)].into_iter());
    assert_eq!(policy.settings, text);
    assert_eq!(resource(&out, "aws_s3_bucket_policy.open").settings, None);
}
