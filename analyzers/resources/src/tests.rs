//! Rows and resources in a few words, and what they are merged into.

mod functions;

use super::*;

use nepho_core::findings::Finding;
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{BlockId, Column, Envelope, LogsBuilder, NodeKind, RelationKind};

/// One row: text columns and resources.
type Row<'a> = (&'a [(Column, &'a str)], &'a [&'a str]);

fn logs(rows: &[Row<'_>]) -> RecordBatch {
    logs_at(rows, None)
}

fn logs_at(rows: &[Row<'_>], time: Option<Timestamp>) -> RecordBatch {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let stream = Stream::default();
    let envelope = Envelope::default().with(Column::Uri, "app.log");
    for (line, (texts, resources)) in (1_u32..).zip(rows) {
        let record = Record {
            text: "text of the row",
            block: BlockId::default(),
            offset: 0,
            line,
            bytes: 15,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        if let Some(time) = time {
            row.time(time);
        }
        for (column, text) in *texts {
            row.text(*column, text);
        }
        for id in *resources {
            row.resource(id);
        }
        row.commit();
    }
    builder.finish().unwrap()
}

fn declared(key: &str, address: &str, aliases: &[&str]) -> Resource {
    Resource {
        key: key.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        resource_type: address.split('.').next().unwrap_or_default().to_owned(),
        provider: Some("aws".to_owned()),
        tool: Some("terraform".to_owned()),
        scope: Some("shop".to_owned()),
        address: Some(address.to_owned()),
        uri: "terraform.tfstate".to_owned(),
        ..Resource::default()
    }
}

fn reference(from: &str, to: &str) -> Relation {
    Relation {
        from_kind: NodeKind::Resource,
        from: from.to_owned(),
        to_kind: NodeKind::Resource,
        to: to.to_owned(),
        kind: RelationKind::DependsOn,
        source: "terraform".to_owned(),
        confidence: 0.9,
        observations: 1,
        valid_from: None,
        valid_to: None,
        uri: "terraform.tfstate".to_owned(),
        line: 0,
        evidence: String::new(),
        ..Relation::default()
    }
}

fn run(resources: &[Resource], relations: &[Relation], rows: &[Row<'_>]) -> Output {
    let mut analyzer = Resources::default();
    analyzer.update(Table::Logs, &logs(rows)).unwrap();
    analyzer
        .update(Table::Resources, &Resource::to_batch(resources).unwrap())
        .unwrap();
    analyzer
        .update(Table::Relations, &Relation::to_batch(relations).unwrap())
        .unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp(5), &mut out).unwrap();
    assert!(out.resources.is_empty() && out.relations.is_empty());
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert_eq!(out.findings, Vec::<Finding>::new());
    out
}

#[test]
fn another_full_id_that_a_document_tells_is_of_the_same() {
    let of = |id: &str| format!("//iam.googleapis.com/projects/shop/serviceAccounts/{id}");
    let (email, number) = (of("app@shop.iam.gserviceaccount.com"), of("1099"));
    let own = |key: &str| Resource {
        provider: Some("gcp".to_owned()),
        ..declared(key, "google_service_account.app", &[&number])
    };
    let rows: [Row<'_>; 1] = [(&[], &[&number])];
    let keys = |declared: &[Resource]| {
        let out = run(declared, &[], &rows);
        let keys = out.resources.into_iter().map(|row| row.key);
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys(&[own(&email)]), std::slice::from_ref(&email));
    // Two that say so are two, and nobody knows whose it is.
    let other = Resource {
        address: Some("google_service_account.other".to_owned()),
        ..own(&of("other@shop.iam.gserviceaccount.com"))
    };
    assert_eq!(keys(&[own(&email), other]).len(), 3);
}

#[test]
fn a_version_of_a_function_is_the_function() {
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:pay";
    let alias = format!("{function}:live");
    let queue = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let own = declared(function, "aws_lambda_function.pay", &[]);
    let invoked = reference(queue, &alias);
    let keys = |rows: &[Resource]| {
        let out = run(rows, std::slice::from_ref(&invoked), &[(&[], &[&alias])]);
        let ends: Vec<String> = out.relations.into_iter().map(|edge| edge.to).collect();
        let keys: Vec<String> = out.resources.into_iter().map(|row| row.key).collect();
        (keys, ends)
    };
    let function = function.to_owned();
    let seen = (vec![function.clone()], vec![function.clone()]);
    assert_eq!(keys(std::slice::from_ref(&own)), seen);
    // Code declares the alias: it is a resource of its own.
    let of_alias = declared(&alias, "aws_lambda_alias.live", &[]);
    let (both, ends) = keys(&[own, of_alias]);
    assert_eq!(both, [function, alias.clone()]);
    assert_eq!(ends, Vec::<String>::new());
}

#[test]
fn an_address_in_another_cloud_is_that_of_its_owner_at_the_time() {
    let gateway = "arn:aws:ec2:eu-west-1:111122223333:customer-gateway/cgw-0a1b2c3d4e5f60718";
    let own = declared(gateway, "aws_customer_gateway.azure", &[]);
    let address = |name: &str, gone: Option<Timestamp>| Resource {
        provider: Some("azure".to_owned()),
        scope: Some("net".to_owned()),
        uri: "azure.tfstate".to_owned(),
        valid_to: gone,
        ..declared(
            &format!(
                "/subscriptions/s/resourcegroups/g/providers/microsoft.network/publicipaddresses/{name}"
            ),
            &format!("azurerm_public_ip.{name}"),
            &["198.51.100.40"],
        )
    };
    let (old, new) = (address("old", Some(Timestamp(3))), address("new", None));
    let peers = Relation {
        kind: RelationKind::Peers,
        ..reference(gateway, "198.51.100.40")
    };
    let earlier = Relation {
        valid_to: Some(Timestamp(2)),
        ..peers.clone()
    };
    let ends = |relation: &Relation| {
        let out = run(
            &[own.clone(), old.clone(), new.clone()],
            std::slice::from_ref(relation),
            &[],
        );
        let mut ends: Vec<String> = out.relations.into_iter().map(|edge| edge.to).collect();
        ends.sort();
        ends
    };
    assert_eq!(ends(&peers), std::slice::from_ref(&new.key));
    // Both may have had it then.
    assert_eq!(ends(&earlier), [new.key.clone(), old.key.clone()]);
    // The gateway that has the public address is meant, not the address.
    let far = Resource {
        resource_type: "azurerm_virtual_network_gateway".to_owned(),
        ..address("gateway", None)
    };
    let rows = [own, old, new, far.clone()];
    let out = run(&rows, std::slice::from_ref(&peers), &[]);
    let ends = out.relations.iter().map(|edge| (&edge.to, edge.confidence));
    assert_eq!(ends.collect::<Vec<_>>(), [(&far.key, peers.confidence)]);
}

fn owners(out: &Output) -> Vec<(&str, &str, &str)> {
    let runs_on = out
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::RunsOn);
    runs_on
        .map(|relation| {
            (
                relation.from.as_str(),
                relation.to.as_str(),
                relation.source.as_str(),
            )
        })
        .collect()
}

const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
const APP: &[(Column, &str)] = &[
    (Column::Service, "checkout"),
    (Column::Format, "generic.json"),
];

#[test]
fn rows_of_one_resource_become_one() {
    let short = Resource {
        name: Some("db".to_owned()),
        ..declared("sg-0a1b2c3d4e5f60718", "aws_security_group.db", &[])
    };
    let stack = Resource {
        tool: Some("cloudformation".to_owned()),
        scope: Some("stack".to_owned()),
        resource_type: "AWS::EC2::SecurityGroup".to_owned(),
        ..declared("sg-0a1b2c3d4e5f60718", "DbGroup", &[])
    };
    let out = run(
        &[declared(GROUP, "aws_security_group.db", &[]), short, stack],
        &[],
        &[(APP, &["sg-0a1b2c3d4e5f60718"])],
    );
    assert_eq!(out.resources.len(), 1);
    assert_eq!(out.resources[0].key, GROUP);
    assert_eq!(out.resources[0].name.as_deref(), Some("db"));
    assert_eq!(out.resources[0].aliases, ["sg-0a1b2c3d4e5f60718"]);
}

#[test]
fn a_facet_is_not_what_it_is_a_part_of() {
    let rule = Resource {
        parent: Some("sg-0a1b2c3d4e5f60718".to_owned()),
        ..declared(
            "terraform:shop:aws_security_group_rule.in",
            "aws_security_group_rule.in",
            &["sg-0a1b2c3d4e5f60718"],
        )
    };
    let group = Resource {
        service: Some("Checkout".to_owned()),
        ..declared(GROUP, "aws_security_group.db", &[])
    };
    let out = run(&[rule, group], &[], &[(APP, &[])]);
    assert_eq!(out.resources.len(), 2);
    let rule = out
        .resources
        .iter()
        .find(|row| row.parent.is_some())
        .unwrap();
    assert_eq!(rule.parent.as_deref(), Some(GROUP));
    assert_eq!(rule.service.as_deref(), Some("checkout"));
    assert_eq!(
        owners(&out),
        [
            ("checkout", GROUP, "tag"),
            ("checkout", rule.key.as_str(), "parent")
        ]
    );
}

#[test]
fn two_full_ids_never_become_one() {
    let one = declared(
        "arn:aws:rds:eu-west-1:111122223333:db:a",
        "aws_db_instance.a",
        &["db.example.com"],
    );
    let other = Resource {
        scope: Some("other".to_owned()),
        ..declared(
            "arn:aws:rds:eu-west-1:111122223333:db:b",
            "aws_db_instance.b",
            &["db.example.com"],
        )
    };
    assert_eq!(run(&[one, other], &[], &[]).resources.len(), 2);
}

#[test]
fn a_stand_in_key_gives_way_to_the_true_id_of_its_address() {
    let planned = declared(
        "terraform:shop:aws_sqs_queue.jobs",
        "aws_sqs_queue.jobs",
        &[],
    );
    let old = Resource {
        valid_from: Some(Timestamp(1)),
        ..declared(
            "arn:aws:sqs:eu-west-1:111122223333:old",
            "aws_sqs_queue.jobs",
            &[],
        )
    };
    let new = Resource {
        valid_from: Some(Timestamp(2)),
        ..declared(
            "arn:aws:sqs:eu-west-1:111122223333:new",
            "aws_sqs_queue.jobs",
            &[],
        )
    };
    let out = run(&[planned, old, new], &[], &[]);
    let keys: Vec<&str> = out.resources.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "arn:aws:sqs:eu-west-1:111122223333:new",
            "arn:aws:sqs:eu-west-1:111122223333:old"
        ]
    );
    assert_eq!(
        out.resources[0].aliases,
        ["terraform:shop:aws_sqs_queue.jobs"]
    );
}

#[test]
fn relations_lead_from_key_to_key() {
    let database = declared(
        "arn:aws:rds:eu-west-1:111122223333:db:order-db",
        "aws_db_instance.order",
        &["order-db"],
    );
    let first = declared("i-0a1b2c3d4e5f60718", "aws_instance.web[0]", &[]);
    let second = declared("i-0a1b2c3d4e5f60719", "aws_instance.web[1]", &[]);
    let relations = [
        reference("aws_db_instance.order", "sg-0a1b2c3d4e5f60718"),
        reference("aws_instance.web", "order-db"),
        reference("i-0a1b2c3d4e5f60718", GROUP),
        reference("aws_instance.web", "aws_unknown.thing"),
    ];
    let group = declared(GROUP, "aws_security_group.db", &[]);
    let out = run(&[group, database.clone(), first, second], &relations, &[]);
    let edges: Vec<(&str, &str)> = out
        .relations
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    assert_eq!(
        edges,
        [
            (database.key.as_str(), GROUP),
            ("i-0a1b2c3d4e5f60718", database.key.as_str()),
            ("i-0a1b2c3d4e5f60719", database.key.as_str()),
            ("i-0a1b2c3d4e5f60718", "aws_unknown.thing"),
            ("i-0a1b2c3d4e5f60719", "aws_unknown.thing"),
        ]
    );
    assert!(
        out.relations
            .iter()
            .all(|edge| (edge.confidence - 0.9).abs() < 1e-9)
    );
}

#[test]
fn an_ambiguous_name_shares_its_confidence() {
    let one = declared(
        "arn:aws:sqs:eu-west-1:111122223333:jobs",
        "aws_sqs_queue.a",
        &["jobs"],
    );
    let other = declared(
        "arn:aws:sqs:us-east-1:111122223333:jobs",
        "aws_sqs_queue.b",
        &["jobs"],
    );
    let user = declared(
        "arn:aws:lambda:eu-west-1:111122223333:function:f",
        "aws_lambda_function.f",
        &[],
    );
    let out = run(
        &[one, other, user.clone()],
        &[reference(&user.key, "jobs")],
        &[],
    );
    let shares: Vec<f64> = out.relations.iter().map(|edge| edge.confidence).collect();
    assert_eq!(shares, [0.45, 0.45]);
}

#[test]
fn log_rows_tell_who_runs_on_what() {
    let cluster = "//container.googleapis.com/projects/shop/locations/europe-west1/clusters/main";
    let cart: &[(Column, &str)] = &[
        (Column::Service, "cart"),
        (Column::Team, "basket"),
        (Column::Environment, "prod"),
    ];
    let audit: &[(Column, &str)] = &[
        (Column::Service, "sqs.amazonaws.com"),
        (Column::Format, "aws.cloudtrail"),
    ];
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:cart-worker";
    let queue = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let out = run(
        &[],
        &[],
        &[
            (APP, &[cluster]),
            (cart, &[cluster]),
            (cart, &[function]),
            (audit, &[queue]),
        ],
    );
    assert_eq!(
        owners(&out),
        [
            ("cart", cluster, "log"),
            ("cart", function, "log"),
            ("checkout", cluster, "log")
        ]
    );
    let row = |key: &str| out.resources.iter().find(|row| row.key == key).unwrap();
    assert_eq!(row(cluster).service, None);
    assert_eq!(row(function).service.as_deref(), Some("cart"));
    assert_eq!(row(function).team.as_deref(), Some("basket"));
    assert_eq!(row(function).environment.as_deref(), Some("prod"));
    assert_eq!(row(queue).service, None);
    let relation = out
        .relations
        .iter()
        .find(|relation| relation.to == function)
        .unwrap();
    assert_eq!((relation.uri.as_str(), relation.line), ("app.log", 3));
}

#[test]
fn a_name_is_the_last_resort() {
    let named = Resource {
        name: Some("prod-checkout-asg".to_owned()),
        ..declared("asg-1", "aws_autoscaling_group.a", &[])
    };
    let out = run(&[named], &[], &[(APP, &[])]);
    assert_eq!(owners(&out), [("checkout", "asg-1", "name")]);
    assert_eq!(out.resources[0].environment.as_deref(), Some("production"));
    assert!(out.relations[0].confidence < 0.5);
}

#[test]
fn a_longer_name_is_no_part_where_a_tag_tells_which_is() {
    const ECS: &str = "arn:aws:ecs:eu-west-1:111122223333:service/shop/";
    let service = |name: &str, owner: Option<&str>| Resource {
        name: Some(name.to_owned()),
        service: owner.map(str::to_owned),
        ..declared(
            &format!("{ECS}{name}"),
            &format!("aws_ecs_service.{name}"),
            &[],
        )
    };
    let worker = service("checkout-worker", None);
    let out = run(
        &[service("checkout", Some("checkout")), worker.clone()],
        &[],
        &[(APP, &[])],
    );
    let own = format!("{ECS}checkout");
    assert_eq!(owners(&out), [("checkout", own.as_str(), "tag")]);
    // Where nothing tells, the name is all there is.
    let out = run(&[worker], &[], &[(APP, &[])]);
    let own = format!("{ECS}checkout-worker");
    assert_eq!(owners(&out), [("checkout", own.as_str(), "name")]);
}

#[test]
fn a_balancer_is_known_by_the_end_of_its_arn() {
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";
    let access: &[(Column, &str)] = &[(Column::Service, "checkout"), (Column::Format, "aws.alb")];
    let out = run(
        &[declared(arn, "aws_lb.shop", &[])],
        &[],
        &[(access, &["app/shop/50dc6c495c0c9188"])],
    );
    assert_eq!(owners(&out), [("checkout", arn, "log")]);
    assert_eq!(out.resources.len(), 1);
}

#[test]
fn a_flow_log_may_name_the_service_of_an_interface() {
    let flow: &[(Column, &str)] = &[
        (Column::Service, "checkout"),
        (Column::Format, "aws.vpcflow"),
        (Column::SourceIp, "10.0.1.5"),
        (Column::Peer, "10.0.2.7"),
    ];
    let out = run(
        &[],
        &[],
        &[(flow, &["eni-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60718"])],
    );
    assert_eq!(owners(&out), [("checkout", "eni-0a1b2c3d4e5f60718", "log")]);
}

#[test]
fn what_lies_in_no_region_gets_none_from_the_row() {
    let told: &[(Column, &str)] = &[
        (Column::Format, "aws.cloudtrail"),
        (Column::Service, "iam.amazonaws.com"),
        (Column::Provider, "aws"),
        (Column::Account, "111122223333"),
        (Column::Region, "us-east-1"),
    ];
    let check = |id: &str, account: Option<&str>, region: Option<&str>| {
        let out = run(&[], &[], &[(told, &[id])]);
        let found = out.resources.iter().find(|row| row.key == id).unwrap();
        assert_eq!(found.account.as_deref(), account, "{id}");
        assert_eq!(found.region.as_deref(), region, "{id}");
    };
    let own = Some("111122223333");
    check("arn:aws:iam::111122223333:role/orders", own, None);
    check("arn:aws:iam::aws:policy/ReadOnlyAccess", None, None);
    check("arn:aws:s3:::shop-exports", own, Some("us-east-1"));
}

#[test]
fn an_interface_learns_its_address_from_its_flows() {
    let flow = |source: &'static str, peer: &'static str| -> Vec<(Column, &'static str)> {
        vec![
            (Column::Format, "aws.vpc_flow"),
            (Column::SourceIp, source),
            (Column::Peer, peer),
        ]
    };
    let eni: &[&str] = &["eni-0a1b2c3d4e5f60718"];
    let (one, two) = (flow("10.0.1.5", "10.0.2.7"), flow("10.0.3.3", "10.0.1.5"));
    let out = run(&[], &[], &[(&one, eni), (&two, eni)]);
    assert_eq!(out.resources[0].aliases, ["10.0.1.5"]);
    let out = run(&[], &[], &[(&one, eni)]);
    assert!(out.resources.is_empty(), "{:?}", out.resources);
}

#[test]
fn a_host_that_spells_its_address_is_the_instance_with_it() {
    let instance = declared("i-0a1b2c3d4e5f60718", "aws_instance.web", &["10.0.1.5"]);
    let host: &[(Column, &str)] = &[(Column::Service, "checkout"), (Column::Host, "ip-10-0-1-5")];
    let out = run(&[instance], &[], &[(host, &[])]);
    assert_eq!(out.resources.len(), 1);
    assert_eq!(owners(&out), [("checkout", "i-0a1b2c3d4e5f60718", "log")]);
}

#[test]
fn an_end_point_of_a_database_is_a_resource() {
    let peer: &[(Column, &str)] = &[
        (Column::Service, "checkout"),
        (Column::Peer, "orders.abc.eu-west-1.rds.amazonaws.com:5432"),
    ];
    let out = run(&[], &[], &[(peer, &[])]);
    assert_eq!(out.resources[0].resource_type, "rds/db");
    assert_eq!(out.resources[0].provider.as_deref(), Some("aws"));
}

#[test]
fn memory_is_bounded_and_what_is_lost_is_counted() {
    let mut analyzer = Resources::default();
    let ids: Vec<String> = (0..learned::MAX_IDS + 1000)
        .map(|number| format!("queue-{number}"))
        .collect();
    for ids in ids.chunks(50_000) {
        let ids: Vec<[&str; 1]> = ids.iter().map(|id| [id.as_str()]).collect();
        let rows: Vec<Row<'_>> = ids.iter().map(|id| (APP, id.as_slice())).collect();
        analyzer.update(Table::Logs, &logs(&rows)).unwrap();
    }
    assert_eq!(
        analyzer.learned.sizes(),
        (learned::MAX_IDS, 1, learned::MAX_PAIRS)
    );
    assert_eq!(analyzer.overlooked(), 1000);
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert_eq!(analyzer.overlooked(), 1000);
}

#[test]
fn a_version_of_a_secret_is_a_row_only_where_a_document_knows_it() {
    const SECRET: &str = "https://shop.vault.azure.net/secrets/pw";
    let version = format!("{SECRET}/4387e9f3d6e14c459867679a90fd0f79");
    let rows: [Row<'_>; 1] = [(&[(Column::Account, "0b1f6471")], &[SECRET, &version])];
    let mut analyzer = Resources::default();
    analyzer.update(Table::Logs, &logs(&rows)).unwrap();
    let told = analyzer.told().0;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].key, SECRET);
    // The document does not tell whose subscription it is in.
    let secret = declared("kv:pw", "azurerm_key_vault_secret.pw", &[&version]);
    let out = run(&[secret], &[], &rows);
    assert_eq!(out.resources.len(), 1);
    assert_eq!(out.resources[0].account.as_deref(), Some("0b1f6471"));
}

#[test]
fn of_the_pods_of_a_service_only_the_first_are_learned() {
    let pod = |space: &str, number: usize| format!("k8s://prod//pod/{space}/web-{number}");
    let pods: Vec<String> = (0..150)
        .map(|number| pod("shop", number))
        .chain([pod("mail", 1), pod("shop", 3)])
        .collect();
    let ids: Vec<[&str; 1]> = pods.iter().map(|pod| [pod.as_str()]).collect();
    let rows: Vec<Row<'_>> = ids
        .iter()
        .map(|ids| -> Row<'_> { (&[(Column::Service, "web")], ids) })
        .collect();
    let out = run(&[], &[], &rows);
    let of = |space: &str| {
        let start = format!("k8s://prod//pod/{space}/");
        let mut keys = out.resources.iter().map(|row| row.key.as_str());
        keys.by_ref().filter(|key| key.starts_with(&start)).count()
    };
    assert_eq!((of("shop"), of("mail")), (100, 1));
}

#[test]
fn the_host_of_a_row_that_names_a_pod_is_no_machine() {
    let ids = ["k8s://prod//pod/shop/web-1"];
    let learned = |host| {
        let mut analyzer = Resources::default();
        let columns = [(Column::Service, "web"), (Column::Host, host)];
        analyzer
            .update(Table::Logs, &logs(&[(&columns, &ids)]))
            .unwrap();
        analyzer.learned.sizes().0
    };
    assert_eq!((learned("web-1"), learned("node-7")), (1, 2));
}

#[test]
fn pods_that_are_not_learned_are_counted_and_take_no_room() {
    let mut analyzer = Resources::default();
    let pods: Vec<String> = (0..101)
        .map(|number| format!("k8s://prod//pod/shop/web-{number}"))
        .collect();
    let ids: Vec<String> = (0..learned::MAX_IDS)
        .map(|id| format!("queue-{id}"))
        .collect();
    let spaces: Vec<String> = (0..10)
        .map(|number| format!("k8s://prod//pod/space-{number}/web"))
        .collect();
    for ids in [&pods, &ids, &spaces] {
        let ids: Vec<[&str; 1]> = ids.iter().map(|id| [id.as_str()]).collect();
        let rows: Vec<Row<'_>> = ids.iter().map(|id| (APP, id.as_slice())).collect();
        analyzer.update(Table::Logs, &logs(&rows)).unwrap();
    }
    // One pod, the ids that the pods left no room for, and the pods of other namespaces.
    assert_eq!(analyzer.overlooked(), 1 + 100 + 10);
    assert_eq!(analyzer.learned.namespaces(), 1);
}

#[test]
fn the_order_of_input_does_not_matter() {
    let rows = [
        declared(GROUP, "aws_security_group.db", &["db"]),
        declared("sg-0a1b2c3d4e5f60718", "aws_security_group.db", &["other"]),
        declared(
            "arn:aws:rds:eu-west-1:111122223333:db:order-db",
            "aws_db_instance.order",
            &["order-db"],
        ),
    ];
    let mut reversed = rows.to_vec();
    reversed.reverse();
    let (one, other) = (run(&rows, &[], &[]), run(&reversed, &[], &[]));
    assert_eq!(one.resources, other.resources);
}

#[test]
fn what_is_told_of_an_object_of_an_unknown_cluster_is_of_all_that_have_one() {
    let object = |cluster: &str| Resource {
        key: nepho_core::key::kubernetes(cluster, "apps", "Deployment", "shop", "web"),
        resource_type: "Deployment".to_owned(),
        provider: Some("kubernetes".to_owned()),
        uri: format!("{cluster}.yaml"),
        ..Resource::default()
    };
    let role = declared("arn:aws:iam::1:role/web", "aws_iam_role.web", &[]);
    let edges = |clusters: &[&str]| {
        let mut analyzer = Resources::default();
        let mut rows: Vec<Resource> = clusters.iter().map(|one| object(one)).collect();
        rows.push(role.clone());
        let told = [reference("k8s:///apps/deployment/shop/web", &role.key)];
        let rows = Resource::to_batch(&rows).unwrap();
        analyzer.update(Table::Resources, &rows).unwrap();
        let told = Relation::to_batch(&told).unwrap();
        analyzer.update(Table::Relations, &told).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        let found = out.relations.iter().filter(|edge| edge.to == role.key);
        found
            .map(|edge| (edge.from.clone(), edge.confidence))
            .collect::<Vec<_>>()
    };
    let web = |cluster: &str| format!("k8s://{cluster}/apps/deployment/shop/web");
    assert_eq!(edges(&["prod"]), [(web("prod"), 0.9)]);
    assert_eq!(
        edges(&["prod", "stage"]),
        [(web("prod"), 0.45), (web("stage"), 0.45)]
    );
}

#[test]
fn an_address_that_was_used_again_is_that_of_who_existed() {
    use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
    let minute = |minute: i64| Timestamp(minute * 60_000_000_000);
    let (dead, living, client) = (
        "i-0dead00000000000d",
        "i-0a1b2c3d4e5f60718",
        "i-0c1b2c3d4e5f60718",
    );
    let resources = [
        declared(dead, "aws_instance.db", &["10.0.1.5"]),
        declared(living, "aws_instance.db2", &["10.0.1.5"]),
        declared(client, "aws_instance.web", &["10.0.2.7"]),
    ];
    let change = |id: &str, action, resource: &str, at| Change {
        id: id.to_owned(),
        action,
        outcome: ChangeOutcome::Applied,
        resource: Some(resource.to_owned()),
        time: Some(minute(at)),
        ..Change::default()
    };
    // No state tells when, the calls do.
    let changes = [
        change("1", ChangeAction::Delete, dead, 30),
        change("2", ChangeAction::Create, living, 31),
    ];
    let calls = |times: &[i64]| -> Vec<(String, f64)> {
        let flow: &[(Column, &str)] = &[
            (Column::Format, "aws.vpc_flow"),
            (Column::SourceIp, "10.0.2.7"),
            (Column::Peer, "10.0.1.5"),
        ];
        let mut analyzer = Resources::default();
        let rows = Resource::to_batch(&resources).unwrap();
        analyzer.update(Table::Resources, &rows).unwrap();
        for time in times {
            let batch = logs_at(&[(flow, &[])], Some(minute(*time)));
            analyzer.update(Table::Logs, &batch).unwrap();
        }
        let rows = Change::to_batch(&changes).unwrap();
        analyzer.update(Table::Changes, &rows).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        let found = out
            .relations
            .into_iter()
            .filter(|edge| edge.source == "flow");
        found.map(|edge| (edge.to, edge.confidence)).collect()
    };
    assert_eq!(calls(&[10]), [(dead.to_owned(), 0.8)]);
    assert_eq!(calls(&[40, 50]), [(living.to_owned(), 0.8)]);
    let both = [(living.to_owned(), 0.8), (dead.to_owned(), 0.8)];
    assert_eq!(calls(&[10, 40]), both);
}

#[test]
fn what_rows_name_is_known_since_the_first_of_them() {
    const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:mails";
    let row: [Row<'_>; 1] = [(&[(Column::Service, "mail")], &[QUEUE])];
    let seen = |declared: &[Resource]| {
        let mut analyzer = Resources::default();
        for time in [20, 10, 30] {
            let rows = logs_at(&row, Some(Timestamp(time)));
            analyzer.update(Table::Logs, &rows).unwrap();
        }
        let declared = Resource::to_batch(declared).unwrap();
        analyzer.update(Table::Resources, &declared).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        let queue = out.resources.into_iter().find(|row| row.key == QUEUE);
        queue.unwrap().seen_from
    };
    assert_eq!(seen(&[]), Some(Timestamp(10)));
    // Nobody knows since when the document stood.
    assert_eq!(seen(&[declared(QUEUE, "aws_sqs_queue.mails", &[])]), None);
}

#[test]
fn a_creation_that_only_began_made_nothing() {
    let disk = "//compute.googleapis.com/projects/shop/zones/europe-west1-b/disks/d";
    let named = |operation: &str| {
        let columns = [
            (Column::Format, "gcp.audit"),
            (Column::Service, "compute.googleapis.com"),
            (Column::Action, operation),
        ];
        let out = run(&[], &[], &[(&columns, &[disk])]);
        out.resources.iter().any(|row| row.key == disk)
    };
    assert!(!named("v1.compute.disks.insert"));
    assert!(named("v1.compute.disks.resize"));
}
