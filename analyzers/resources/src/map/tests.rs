//! A small cloud as of several moments.

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RelationKind};

use super::*;
use crate::graph::Direction;

const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:order-db";
const RULE: &str = "terraform:shop:aws_security_group_rule.in";

fn resource(key: &str, address: &str, parent: Option<&str>) -> Resource {
    Resource {
        key: key.to_owned(),
        resource_type: address.split('.').next().unwrap_or_default().to_owned(),
        tool: Some("terraform".to_owned()),
        scope: Some("shop".to_owned()),
        address: Some(address.to_owned()),
        parent: parent.map(str::to_owned),
        service: Some("orders".to_owned()),
        team: Some("payments".to_owned()),
        ..Resource::default()
    }
}

fn relation(from: &str, to: &str, kind: RelationKind, source: &str) -> Relation {
    Relation {
        from: from.to_owned(),
        to: to.to_owned(),
        kind,
        source: source.to_owned(),
        confidence: 0.9,
        observations: 1,
        ..Relation::default()
    }
}

fn change(action: ChangeAction, resource: &str, started: i64, time: i64) -> Change {
    Change {
        action,
        outcome: ChangeOutcome::Applied,
        resource: Some(resource.to_owned()),
        started: Some(Timestamp(started)),
        time: Some(Timestamp(time)),
        tool: "terraform".to_owned(),
        ..Change::default()
    }
}

/// A database in a group with a rule, which a service calls.
fn shop(changes: &[Change]) -> ResourceMap {
    let resources = [
        resource(GROUP, "aws_security_group.db", None),
        resource(DATABASE, "aws_db_instance.orders", None),
        resource(RULE, "aws_security_group_rule.in", Some(GROUP)),
    ];
    let declared = [relation(
        "aws_db_instance.orders",
        "sg-0a1b2c3d4e5f60718",
        RelationKind::DependsOn,
        "terraform",
    )];
    let calls = Relation {
        from_kind: NodeKind::Service,
        valid_from: Some(Timestamp(10)),
        valid_to: Some(Timestamp(20)),
        ..relation("orders", DATABASE, RelationKind::Calls, "flow")
    };
    let relations = [
        relation(DATABASE, GROUP, RelationKind::DependsOn, "terraform"),
        relation(RULE, DATABASE, RelationKind::PermitsNet, "terraform"),
        relation(
            DATABASE,
            "backup.example.com",
            RelationKind::Uses,
            "terraform",
        ),
        calls,
    ];
    ResourceMap::new(&Tables {
        declared: &resources,
        resources: &resources,
        declared_relations: &declared,
        relations: &relations,
        changes,
        runs: &[],
    })
}

/// Edges as text, at a time.
fn edges(map: &ResourceMap, at: Option<i64>, fold: bool) -> Vec<String> {
    let moment = Moment {
        at: at.map(Timestamp),
        known: None,
    };
    let snapshot = map.snapshot(&moment, fold);
    let name = |node| nepho_core::key::short_name(map.graph().key(node)).to_owned();
    let mut found: Vec<String> = snapshot
        .links
        .iter()
        .map(|link| {
            let kind = link.version.kind().as_str();
            format!("{} {kind} {}", name(link.from), name(link.to))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn facets_fold_into_what_they_are_a_part_of() {
    let map = shop(&[]);
    let folded = [
        "order-db depends_on sg-0a1b2c3d4e5f60718",
        "order-db uses backup.example.com",
        "service:orders calls order-db",
        "sg-0a1b2c3d4e5f60718 permits_net order-db",
    ];
    assert_eq!(edges(&map, None, true), folded);
    assert_eq!(edges(&map, None, false).len(), 5);
}

#[test]
fn a_deleted_rule_takes_its_permission_along_and_brings_it_back() {
    let map = shop(&[
        change(ChangeAction::Delete, RULE, 90, 100),
        change(ChangeAction::Create, RULE, 190, 200),
    ]);
    let permits = |at: i64| {
        let found = edges(&map, Some(at), true);
        found.iter().any(|edge| edge.contains("permits_net"))
    };
    assert_eq!([99, 100, 199, 200].map(permits), [true, false, false, true]);
}

#[test]
fn a_replaced_name_is_gone_for_a_while() {
    let map = shop(&[change(ChangeAction::Replace, DATABASE, 100, 200)]);
    let count = |at: i64| edges(&map, Some(at), true).len();
    assert_eq!([99, 150, 200].map(count), [4, 0, 4]);
    // Three versions of a state tell that it was replaced twice, and not when: it is never gone.
    let between = |before: i64, time: i64| Change {
        started: None,
        not_before: Some(Timestamp(before)),
        ..change(ChangeAction::Replace, DATABASE, 0, time)
    };
    let map = shop(&[between(100, 200), between(200, 300)]);
    let count = |at: i64| edges(&map, Some(at), true).len();
    assert_eq!([99, 150, 200, 250, 300].map(count), [4; 5]);
    // An id that the cloud made, and that the tool has now, is new.
    let map = shop(&[change(ChangeAction::Replace, GROUP, 100, 200)]);
    let count = |at: i64| edges(&map, Some(at), true).len();
    assert_eq!([150, 200].map(count), [2, 4]);
}

#[test]
fn a_replacement_that_failed_after_the_deletion_ends_what_was_there() {
    let failed = |reason: &str| Change {
        outcome: ChangeOutcome::Failed,
        reason: Some(reason.to_owned()),
        ..change(ChangeAction::Replace, DATABASE, 100, 200)
    };
    let deleted = format!("{}: no such class", Change::ONLY_DELETED);
    let count = |reason: &str, at: i64| edges(&shop(&[failed(reason)]), Some(at), true).len();
    assert_eq!([99, 101, 300].map(|at| count(&deleted, at)), [4, 0, 0]);
    assert_eq!([99, 101, 300].map(|at| count("no such class", at)), [4; 3]);
}

#[test]
fn the_creation_of_an_arn_is_that_of_its_short_id() {
    // Nobody has a row for the network: it is the end of an edge alone.
    let network = "vpc-0a1b2c3d4e5f60718";
    let relations = [relation(DATABASE, network, RelationKind::Contains, "flow")];
    let arn = format!("arn:aws:ec2:eu-west-1:111122223333:vpc/{network}");
    let map = ResourceMap::new(&Tables {
        resources: &[resource(DATABASE, "aws_db_instance.orders", None)],
        relations: &relations,
        changes: &[change(ChangeAction::Create, &arn, 90, 100)],
        ..Tables::default()
    });
    let there = |at: i64| !edges(&map, Some(at), true).is_empty();
    assert_eq!([99, 100].map(there), [false, true]);
}

#[test]
fn what_failed_or_was_only_planned_changes_nothing() {
    let planned = Change {
        outcome: ChangeOutcome::Planned,
        ..change(ChangeAction::Delete, DATABASE, 1, 2)
    };
    assert_eq!(edges(&shop(&[planned]), Some(50), true).len(), 4);
}

#[test]
fn a_call_is_taken_to_go_on_for_an_hour() {
    let map = shop(&[]);
    let calls = |at: Option<i64>| {
        edges(&map, at, true)
            .iter()
            .any(|edge| edge.contains("calls"))
    };
    let hour = 3_600_000_000_000;
    let at = [Some(9), Some(10), Some(hour), Some(hour + 20), None];
    assert_eq!(at.map(calls), [false, true, true, false, true]);
}

#[test]
fn a_part_is_what_is_needed_and_what_needs() {
    let map = shop(&[]);
    let all = map.snapshot(&Moment::default(), true);
    let group = map.find("aws_security_group.db");
    let reach = |hops, direction| all.reach(&group, hops, direction).len();
    assert_eq!(reach(1, Direction::NeededBy), 2);
    assert_eq!(reach(2, Direction::NeededBy), 3);
    assert_eq!(reach(0, Direction::Needs), 1);
    assert_eq!(all.around(&group, 1).links.len(), 2);
}

#[test]
fn any_word_finds_a_resource_and_slips_find_what_is_near() {
    let map = shop(&[]);
    let group = map.graph().node(GROUP);
    for word in [
        GROUP,
        "sg-0a1b2c3d4e5f60718",
        "aws_security_group.db",
        "SG-0A1B2C3D4E5F60718",
        "security-group/sg-0a1b2c3d4e5f60718",
    ] {
        assert_eq!(map.find(word).first().copied(), group, "{word}");
    }
    assert!(map.find("order-bd").is_empty());
    assert_eq!(map.near_misses("order-bd", 3), ["order-db"]);
    assert_eq!(map.service("Orders"), map.graph().node("service:orders"));
}

#[test]
fn nodes_know_what_they_are_and_whose() {
    let map = shop(&[]);
    let kind = |word: &str| map.find(word).first().map(|node| map.kind(*node));
    assert_eq!(kind("order-db"), Some(BaseKind::Database));
    assert_eq!(kind("backup.example.com"), Some(BaseKind::External));
    let service = map.service("orders").unwrap();
    assert_eq!(map.kind(service), BaseKind::LogicalService);
    let team = map.row(service).and_then(|row| row.team.as_deref());
    assert_eq!(team, Some("payments"));
    let edge = map.graph().needs(service)[0];
    assert_eq!(
        map.evidence(&edge).map(|row| row.source.as_str()),
        Some("flow")
    );
}

#[test]
fn what_a_tool_found_to_be_gone_ends_when_it_looked() {
    let found = |reason: &str| Change {
        reason: Some(reason.to_owned()),
        ..change(ChangeAction::Drift, DATABASE, 30, 30)
    };
    let is_there = |reason: &str, at: i64| {
        let map = shop(&[found(reason)]);
        let database = map.graph().node(DATABASE).unwrap();
        let moment = Moment {
            at: Some(Timestamp(at)),
            known: None,
        };
        map.snapshot(&moment, true).nodes.contains_key(&database)
    };
    assert!(is_there("deleted", 29));
    assert!(!is_there("deleted", 30));
    assert!(is_there("tags", 30));
}

#[test]
fn what_was_learned_later_is_not_known_yet() {
    let seen = Resource {
        tool: None,
        uri: "trail.json".to_owned(),
        seen_from: Some(Timestamp(100)),
        ..resource(DATABASE, "", None)
    };
    let calls = Relation {
        from_kind: NodeKind::Service,
        ..relation("orders", DATABASE, RelationKind::RunsOn, "tag")
    };
    let map = ResourceMap::new(&Tables {
        resources: &[seen],
        relations: &[calls],
        ..Tables::default()
    });
    let count = |known: i64| {
        let moment = Moment {
            at: None,
            known: Some(Timestamp(known)),
        };
        map.snapshot(&moment, true).nodes.len()
    };
    // The service is concluded from the resource.
    assert_eq!([count(99), count(100)], [0, 2]);
}

#[test]
fn what_an_attachment_refers_to_does_not_carry_what_it_is_a_part_of() {
    let (table, subnet) = ("rtb-0a1b2c3d", "subnet-0a1b2c3d");
    let association = "terraform:shop:aws_route_table_association.a";
    let resources = [
        resource(table, "aws_route_table.a", None),
        resource(subnet, "aws_subnet.a", None),
        resource(association, "aws_route_table_association.a", Some(table)),
    ];
    let relations = [
        relation(association, subnet, RelationKind::DependsOn, "terraform"),
        relation(association, table, RelationKind::DependsOn, "terraform"),
        relation(subnet, table, RelationKind::Attached, "terraform"),
    ];
    let told = |relations: &[Relation]| {
        let map = ResourceMap::new(&Tables {
            resources: &resources,
            relations,
            ..Tables::default()
        });
        edges(&map, None, true)
    };
    assert_eq!(told(&relations), ["subnet-0a1b2c3d attached rtb-0a1b2c3d"]);
    // Where nothing says the contrary, the part speaks for the whole.
    let alone = ["rtb-0a1b2c3d depends_on subnet-0a1b2c3d"];
    assert_eq!(told(&relations[..2]), alone);
}

#[test]
fn what_was_renamed_goes_on_by_another_id() {
    let renamed = "arn:aws:rds:eu-west-1:111122223333:db:order-db-2";
    let moved = Change {
        id: "audit:1".to_owned(),
        previous_address: Some(DATABASE.to_owned()),
        ..change(ChangeAction::Move, renamed, 50, 50)
    };
    let of_call = |key: &str| Resource {
        tool: None,
        ..resource(key, "aws_db_instance.a", None)
    };
    let map = ResourceMap::new(&Tables {
        resources: &[of_call(DATABASE), of_call(renamed)],
        changes: &[moved, change(ChangeAction::Delete, renamed, 90, 90)],
        ..Tables::default()
    });
    let there = |at: i64| {
        let moment = Moment {
            at: Some(Timestamp(at)),
            known: None,
        };
        let nodes = map.snapshot(&moment, true).nodes.into_keys();
        let names = nodes.map(|node| nepho_core::key::short_name(map.graph().key(node)));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let service = "service:orders";
    let named = |at: i64| there(at).into_iter().filter(|name| name != service);
    assert_eq!(named(49).collect::<Vec<_>>(), ["order-db"]);
    assert_eq!(named(50).collect::<Vec<_>>(), ["order-db-2"]);
    assert_eq!(named(90).count(), 0);
}

/// Last parts of the ids of what is there, without services and holders.
fn alive(map: &ResourceMap, at: i64) -> Vec<String> {
    let moment = Moment {
        at: Some(Timestamp(at)),
        known: None,
    };
    let nodes = map.snapshot(&moment, false).nodes.into_keys();
    let rows = nodes.filter_map(|node| map.row(node));
    let rows = rows.filter(|row| row.resource_type == "x");
    let mut names: Vec<String> = rows
        .map(|row| nepho_core::key::short_name(&row.key).to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn what_lies_in_a_deleted_group_ends_with_it_and_is_made_anew() {
    let group = "/subscriptions/s/resourcegroups/shop";
    let id = |name: &str| format!("{group}/providers/microsoft.compute/virtualmachines/{name}");
    let neighbor = "/subscriptions/s/resourcegroups/shop-dr/providers/microsoft.sql/servers/s";
    let row = |key: &str| Resource {
        tool: None,
        resource_type: "x".to_owned(),
        provider: Some("azure".to_owned()),
        account: Some("s".to_owned()),
        ..resource(key, "", None)
    };
    let write = Change {
        id: "audit:2".to_owned(),
        address: "microsoft.compute/virtualmachines/write b".to_owned(),
        ..change(ChangeAction::Update, &id("b"), 70, 70)
    };
    let map = |last: Change| {
        ResourceMap::new(&Tables {
            resources: &[row(&id("a")), row(&id("b")), row(neighbor)],
            changes: &[
                change(ChangeAction::Create, &id("a"), 10, 10),
                change(ChangeAction::Delete, group, 50, 50),
                last,
            ],
            ..Tables::default()
        })
    };
    let again = map(write.clone());
    assert_eq!(alive(&again, 49), ["a", "b", "s"]);
    assert_eq!(alive(&again, 50), ["s"]);
    assert_eq!(alive(&again, 70), ["b", "s"]);
    // Others than Azure answer calls on what is gone.
    let tagged = Change {
        address: "CreateTags b".to_owned(),
        ..write
    };
    assert_eq!(alive(&map(tagged), 70), ["s"]);
}
