//! What load balancers, flow logs, addresses and infrastructure code tell.

use super::*;

#[test]
fn a_load_balancer_tells_who_asked() {
    let request = |client: &str, peer: &str| {
        info(1, "cart", "GET /cart")
            .text(Column::Format, "aws.alb")
            .text(Column::SourceIp, client)
            .text(Column::Peer, peer)
    };
    let web = resource(
        "i-0a1b2c3d4e5f60718",
        "aws_instance",
        Some("web"),
        &["10.0.0.9"],
    );
    let world = World::with(
        &[
            request("10.0.0.9", "10.0.0.5:8080"),
            request("203.0.113.7", "10.0.0.5:8080"),
        ],
        &[web],
        &[],
    );
    world.check(&["web>cart:load_balancer"]);
    assert_eq!(world.status("web"), MapStatus::Silent);
}

#[test]
fn the_targets_of_a_load_balancer_are_its_service() {
    let request = info(1, "cart", "GET /cart")
        .text(Column::Format, "aws.alb")
        .text(Column::Peer, "10.0.0.5:8080");
    World::of(&[
        request,
        error(2, "web", "dial tcp 10.0.0.5:8080: connection refused"),
    ])
    .check(&["web>cart:message"]);
}

#[test]
fn flows_tell_of_calls_answers_and_refusals() {
    let hosts = [
        resource(
            "i-0a1b2c3d4e5f60718",
            "aws_instance",
            Some("web"),
            &["10.0.0.9"],
        ),
        resource(
            "i-0a1b2c3d4e5f60719",
            "aws_instance",
            Some("cart"),
            &["10.0.0.5"],
        ),
        database(),
    ];
    let refused = Event {
        outcome: Some(Outcome::Failure),
        ..flow("10.0.0.5", 50_123, "10.0.1.5", 5432)
    };
    let world = World::with(
        &[
            info(0, "web", "up"),
            flow("10.0.0.9", 50_001, "10.0.0.5", 8080),
            flow("10.0.0.5", 8080, "10.0.0.9", 50_001),
            refused,
        ],
        &hosts,
        &[],
    );
    let to_database = format!("cart>{DATABASE}:flow");
    world.check(&[&to_database, "web>cart:flow"]);
    let call = world
        .out
        .relations
        .iter()
        .find(|relation| relation.to == "cart")
        .unwrap();
    assert_eq!(call.observations, 2);
}

#[test]
fn an_address_that_two_services_have_is_shared_and_never_picked() {
    let two = |first: &str, second: &str| {
        [
            Resource {
                provider: Some(first.to_owned()),
                ..resource("a", "aws_instance", Some("cart"), &["10.0.0.5"])
            },
            Resource {
                provider: Some(second.to_owned()),
                ..resource("b", "instance", Some("search"), &["10.0.0.5"])
            },
        ]
    };
    let complaint =
        error(5, "web", "dial tcp 10.0.0.5:8080: connection refused").text(Column::Provider, "aws");
    let world = World::with(std::slice::from_ref(&complaint), &two("aws", "aws"), &[]);
    world.check(&["web>cart:message", "web>search:message"]);
    assert!(world.confidence("web", "cart") < 0.5);
    World::with(&[complaint], &two("aws", "gcp"), &[]).check(&["web>cart:message"]);
}

#[test]
fn an_address_that_was_used_again_is_resolved_as_of_the_time() {
    let mut old = resource("a", "aws_instance", Some("cart"), &["10.0.0.5"]);
    (old.valid_from, old.valid_to) = (Some(Timestamp(0)), Some(Timestamp(1_000_000_000)));
    let mut new = resource("b", "aws_instance", Some("search"), &["10.0.0.5"]);
    new.valid_from = Some(Timestamp(1_000_000_000));
    let complaint = |millis| error(millis, "web", "dial tcp 10.0.0.5:8080: connection refused");
    World::with(&[complaint(10)], &[old.clone(), new.clone()], &[]).check(&["web>cart:message"]);
    World::with(&[complaint(5_000)], &[old, new], &[]).check(&["web>search:message"]);
}

#[test]
fn an_address_that_a_resource_lost_ended_with_its_version() {
    let mut first = resource("a", "aws_instance", Some("cart"), &["10.0.0.5"]);
    first.valid_from = Some(Timestamp(0));
    let mut later = resource("a", "aws_instance", Some("cart"), &["10.0.0.6"]);
    later.valid_from = Some(Timestamp(1_000_000_000));
    let mut other = resource("b", "aws_instance", Some("search"), &["10.0.0.5"]);
    other.valid_from = Some(Timestamp(1_000_000_000));
    let complaint = error(5_000, "web", "dial tcp 10.0.0.5:8080: connection refused");
    World::with(&[complaint], &[first, later, other], &[]).check(&["web>search:message"]);
}

#[test]
fn infrastructure_code_tells_of_calls_between_what_runs_services() {
    let resources = [
        resource("function", "aws_lambda_function", Some("worker"), &[]),
        resource("balancer", "aws_lb", Some("cart"), &[]),
        resource("group-1", "aws_security_group", Some("worker"), &[]),
        resource("group-2", "aws_security_group", Some("cart"), &[]),
        database(),
    ];
    let relations = [
        relation("function", "balancer", RelationKind::DependsOn),
        relation("function", "order-db", RelationKind::DependsOn),
        relation("group-1", "group-2", RelationKind::DependsOn),
        relation("function", "group-2", RelationKind::Attached),
    ];
    let to_database = format!("worker>{DATABASE}:iac");
    let world = World::with(&[info(0, "worker", "up")], &resources, &relations);
    world.check(&[&to_database, "worker>cart:iac"]);
    // A document has no time, and 1970 is none.
    let map = world.map();
    let evidence = map.edges.iter().flat_map(|edge| &edge.evidence);
    assert_eq!(evidence.map(|row| row.time).collect::<Vec<_>>(), [None; 2]);
}

#[test]
fn owners_come_from_relations_with_their_confidence() {
    let mut owner = relation("cart", "i-0a1b2c3d4e5f60719", RelationKind::RunsOn);
    (owner.from_kind, owner.confidence) = (NodeKind::Service, 0.35);
    let host = resource(
        "i-0a1b2c3d4e5f60719",
        "aws_instance",
        Some("cart"),
        &["10.0.0.5"],
    );
    let world = World::with(
        &[error(1, "web", "dial tcp 10.0.0.5:8080: refused")],
        &[host],
        &[owner],
    );
    world.check(&["web>cart:message"]);
    assert!(world.confidence("web", "cart") < 0.35);
}
