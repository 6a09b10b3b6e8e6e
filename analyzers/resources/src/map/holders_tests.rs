//! What holds resources, and what manages them.

use nepho_core::Timestamp;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Relation, RelationKind, Resource, Run,
};

use super::{BaseKind, Moment, ResourceMap, Tables};

const VPC: &str = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d4e5f60718";
const SUBNET: &str = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a1b2c3d4e5f60718";
const ACCOUNT: &str = "arn:aws:iam::111122223333:root";
const VAULT: &str = "/subscriptions/3b2d5e0e-0000-4000-8000-000000000001/resourcegroups/pay/providers/microsoft.keyvault/vaults/pay";
const BUCKET: &str = "//storage.googleapis.com/pay-files";
const STACK: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/net/5f2c";

fn row(key: &str, place: [&str; 3], tool: [&str; 3]) -> Resource {
    let [provider, account, region] = place.map(|part| Some(part.to_owned()));
    let [tool, scope, address] = tool.map(|part| Some(part.to_owned()));
    Resource {
        key: key.to_owned(),
        provider,
        account,
        region,
        tool,
        scope,
        address,
        ..Resource::default()
    }
}

fn clouds() -> ResourceMap {
    let aws = ["aws", "111122223333", "eu-west-1"];
    let azure = "3b2d5e0e-0000-4000-8000-000000000001";
    let resources = [
        row(VPC, aws, ["cloudformation", "net", "Vpc"]),
        row(SUBNET, aws, ["terraform", "shop", "aws_subnet.a"]),
        row(
            VAULT,
            ["azure", azure, "westeurope"],
            ["terraform", "shop", "azurerm_key_vault.pay"],
        ),
        row(
            BUCKET,
            ["gcp", "pay-prod", "global"],
            [
                "pulumi",
                "acme/pay/prod",
                "gcp:storage/bucket:Bucket::files",
            ],
        ),
    ];
    let edge = |from: &str, to: &str, kind| Relation {
        from: from.to_owned(),
        to: to.to_owned(),
        kind,
        source: "cloudformation".to_owned(),
        ..Relation::default()
    };
    let relations = [
        edge(SUBNET, VPC, RelationKind::Contains),
        edge(STACK, VPC, RelationKind::DependsOn),
    ];
    let runs = [Run {
        id: "run-1".to_owned(),
        tool: "terraform".to_owned(),
        scope: "shop".to_owned(),
        repository: Some("https://github.com/acme/shop".to_owned()),
        started: Some(Timestamp(50)),
        ..Run::default()
    }];
    ResourceMap::new(&Tables {
        declared: &resources,
        resources: &resources,
        relations: &relations,
        runs: &runs,
        ..Tables::default()
    })
}

/// Edges around a word, or all of the map.
fn edges(map: &ResourceMap, word: &str, hops: u32) -> Vec<String> {
    let all = map.whole_snapshot(&Moment::default(), true);
    let found = map.find(word);
    assert_eq!(found.len(), 1, "{word}");
    let name = |node| nepho_core::key::short_name(map.graph().key(node)).to_owned();
    let around = all.around(&found, hops);
    let mut edges: Vec<String> = around
        .links
        .iter()
        .map(|link| {
            let kind = link.version.kind().as_str();
            format!("{} {kind} {}", name(link.from), name(link.to))
        })
        .collect();
    edges.sort();
    edges
}

#[test]
fn accounts_groups_and_regions_hold_what_lies_in_nothing_else() {
    let map = clouds();
    let held = "subnet-0a1b2c3d4e5f60718 contains vpc-0a1b2c3d4e5f60718";
    let stack = "net depends_on vpc-0a1b2c3d4e5f60718";
    let account = "vpc-0a1b2c3d4e5f60718 contains root";
    // The stack is only the end of an edge, and its id tells the account.
    let named = "net contains root";
    let managed = "vpc-0a1b2c3d4e5f60718 managed_by net";
    let all = [named, stack, held, account, managed];
    assert_eq!(edges(&map, "111122223333", 2), all);
    assert_eq!(map.graph().key(map.find("111122223333")[0]), ACCOUNT);
    let region = "vpc-0a1b2c3d4e5f60718 contains region:aws:eu-west-1";
    let named = "net contains region:aws:eu-west-1";
    assert_eq!(
        edges(&map, "region:aws:eu-west-1", 1),
        [named, stack, region]
    );
    assert_eq!(
        edges(&map, "3b2d5e0e-0000-4000-8000-000000000001", 2),
        [
            "pay contains 3b2d5e0e-0000-4000-8000-000000000001",
            "pay contains pay"
        ]
    );
    assert_eq!(
        edges(&map, "projects/pay-prod", 1),
        ["pay-files contains pay-prod"]
    );
}

#[test]
fn ends_of_edges_lie_where_their_ids_tell() {
    let role = "arn:aws:iam::444455556666:role/audit";
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let plan = "/subscriptions/s/resourcegroups/web/providers/microsoft.web/serverfarms/plan";
    let topic = "//pubsub.googleapis.com/projects/shop-prod/topics/orders";
    let edge = |to: &str| Relation {
        from: role.to_owned(),
        to: to.to_owned(),
        kind: RelationKind::DependsOn,
        ..Relation::default()
    };
    let relations = [policy, plan, topic, "sg-0a1b2c3d"].map(edge);
    let map = ResourceMap::new(&Tables {
        relations: &relations,
        ..Tables::default()
    });
    let contained = |key: &str| -> Vec<String> {
        let node = map.graph().node(key).unwrap();
        let needs = map.graph().needs(node).iter();
        let places = needs.filter(|edge| edge.kind() == RelationKind::Contains);
        let mut places: Vec<String> = places
            .map(|edge| map.graph().key(edge.to).to_owned())
            .collect();
        places.sort();
        places
    };
    assert_eq!(contained(role), ["arn:aws:iam::444455556666:root"]);
    assert_eq!(contained(plan), ["/subscriptions/s/resourcegroups/web"]);
    let project = "//cloudresourcemanager.googleapis.com/projects/shop-prod";
    assert_eq!(contained(topic), [project]);
    assert!(contained(policy).is_empty());
    assert!(contained("sg-0a1b2c3d").is_empty());
}

#[test]
fn states_stacks_and_repositories_manage() {
    let map = clouds();
    // A stack is the one whose id something names.
    let stack = map.graph().node(STACK).unwrap();
    let vpc = map.graph().node(VPC).unwrap();
    let is_managed = |edge: &&crate::graph::EdgeVersion| edge.kind() == RelationKind::ManagedBy;
    let needs = map.graph().needs(vpc).iter();
    let managers: Vec<_> = needs.filter(is_managed).map(|edge| edge.to).collect();
    assert_eq!(managers, [stack]);
    let repository = edges(&map, "repository:https://github.com/acme/shop", 2);
    assert_eq!(repository.len(), 3, "{repository:?}");
    let since = Moment {
        at: Some(Timestamp(10)),
        known: None,
    };
    let before = map.whole_snapshot(&since, true);
    let found = map.find("acme/shop");
    assert_eq!(before.around(&found, 2).links.len(), 0);
    assert_eq!(edges(&map, "state:pulumi:acme/pay/prod", 1).len(), 1);
}

#[test]
fn a_state_that_lets_go_manages_no_longer_and_the_other_does() {
    let aws = ["aws", "111122223333", "eu-west-1"];
    let resources = ["net", "shop"].map(|state| row(SUBNET, aws, ["terraform", state, "a"]));
    let forget = |scope: &str| Change {
        time: Some(Timestamp(50)),
        tool: "terraform".to_owned(),
        scope: scope.to_owned(),
        action: ChangeAction::Forget,
        outcome: ChangeOutcome::Applied,
        resource: Some(SUBNET.to_owned()),
        ..Change::default()
    };
    let managers = |scope: &str| {
        let map = ResourceMap::new(&Tables {
            declared: &resources,
            resources: &resources,
            changes: &[forget(scope)],
            ..Tables::default()
        });
        let moment = Moment {
            at: Some(Timestamp(60)),
            known: None,
        };
        let links = map.whole_snapshot(&moment, true).links;
        let managing = links
            .iter()
            .filter(|link| link.version.kind() == RelationKind::ManagedBy);
        let names = managing.map(|link| map.graph().key(link.to).to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(managers("net"), ["state:terraform:shop"]);
    assert_eq!(managers("shop"), ["state:terraform:net"]);
}

#[test]
fn holders_are_left_out_of_the_whole_map_and_of_steps_beyond_the_first() {
    let map = clouds();
    let shown = map.snapshot(&Moment::default(), true);
    assert_eq!((shown.nodes.len(), shown.links.len()), (5, 2));
    // From the subnet its own state is shown, and not account, region and stack of the network.
    let found = edges(&map, "aws_subnet.a", 3);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|edge| !edge.contains("root")), "{found:?}");
    let links = map.whole_snapshot(&Moment::default(), true).links;
    let holding = links.iter().filter(|link| link.version.is_holding());
    assert_eq!(holding.count(), 13);
}

#[test]
fn an_account_of_another_partition_is_one() {
    let place = |region| ["aws", "444455556666", region];
    let tool = |address| ["terraform", "files", address];
    let bucket = "arn:aws-us-gov:s3:::files";
    let queue = "arn:aws-us-gov:sqs:us-gov-west-1:444455556666:files";
    let bare = "sg-0a1b2c3d4e5f60719";
    let mut resources = [
        row(bucket, place(""), tool("aws_s3_bucket.files")),
        row(queue, place("us-gov-west-1"), tool("aws_sqs_queue.files")),
        row(
            bare,
            place("us-gov-west-1"),
            tool("aws_security_group.files"),
        ),
    ];
    resources[0].region = None;
    let map = ResourceMap::new(&Tables {
        declared: &resources,
        resources: &resources,
        ..Tables::default()
    });
    let account = "arn:aws-us-gov:iam::444455556666:root";
    assert_eq!(edges(&map, account, 1).len(), 3);
    assert!(map.graph().node("arn:aws:iam::444455556666:root").is_none());
}

#[test]
fn a_zone_lies_in_its_region_and_is_one_of_an_account() {
    let tool = ["terraform", "shop", "x"];
    let place = |cloud, account, region, zone: &str, key: &str| Resource {
        zone: Some(zone.to_owned()),
        ..row(key, [cloud, account, region], tool)
    };
    let ec2 = "arn:aws:ec2:eu-west-1:111122223333";
    let resources = [
        place("aws", "111122223333", "eu-west-1", "eu-west-1a", SUBNET),
        place(
            "aws",
            "111122223333",
            "eu-west-1",
            "eu-west-1a",
            &format!("{ec2}:instance/i-0a1b2c3d4e5f60718"),
        ),
        place(
            "aws",
            "444455556666",
            "eu-west-1",
            "eu-west-1a",
            "arn:aws:ec2:eu-west-1:444455556666:volume/vol-0a1b2c3d4e5f60718",
        ),
        place("azure", "3b2d5e0e", "westeurope", "1", VAULT),
        place(
            "gcp",
            "pay-prod",
            "europe-west1",
            "europe-west1-b",
            "//compute.googleapis.com/projects/pay-prod/zones/europe-west1-b/disks/data",
        ),
    ];
    let relations = [Relation {
        from: resources[1].key.clone(),
        to: SUBNET.to_owned(),
        kind: RelationKind::Contains,
        source: "terraform".to_owned(),
        ..Relation::default()
    }];
    let map = ResourceMap::new(&Tables {
        declared: &resources,
        resources: &resources,
        relations: &relations,
        ..Tables::default()
    });
    let zone = "zone:aws:111122223333:eu-west-1a";
    let found = map.find(zone);
    assert_eq!(
        found.iter().map(|node| map.kind(*node)).collect::<Vec<_>>(),
        [BaseKind::Zone]
    );
    let region = "region:aws:eu-west-1";
    let (subnet, instance) = ("subnet-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60718");
    assert_eq!(
        edges(&map, zone, 2),
        [
            format!("{instance} contains {subnet}"),
            format!("{subnet} contains {zone}"),
            format!("{zone} contains {region}"),
        ]
    );
    let volume = "vol-0a1b2c3d4e5f60718 contains zone:aws:444455556666:eu-west-1a";
    let other = "zone:aws:444455556666:eu-west-1a contains region:aws:eu-west-1";
    assert_eq!(
        edges(&map, "zone:aws:444455556666:eu-west-1a", 1),
        [volume, other]
    );
    assert_eq!(map.find("eu-west-1a").len(), 2);
    assert_eq!(
        edges(&map, "westeurope-1", 1),
        [
            "pay contains zone:azure:3b2d5e0e:westeurope-1",
            "zone:azure:3b2d5e0e:westeurope-1 contains region:azure:westeurope",
        ]
    );
    let disk = "data contains zone:gcp:europe-west1-b";
    assert!(edges(&map, "europe-west1-b", 1).contains(&disk.to_owned()));
}
