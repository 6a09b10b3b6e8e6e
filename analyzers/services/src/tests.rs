#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::*;

use nepho_core::findings::{Details, MapStatus, ServiceMap};
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{BlockId, Envelope, LogsBuilder, NodeKind, Outcome, RelationKind};

/// One log row in a few words.
#[derive(Clone, Default)]
struct Event {
    millis: i64,
    texts: Vec<(Column, String)>,
    severity: Option<Severity>,
    outcome: Option<Outcome>,
    duration: Option<i64>,
    ports: (Option<u16>, Option<u16>),
}

impl Event {
    fn text(mut self, column: Column, text: &str) -> Self {
        self.texts.push((column, text.to_owned()));
        self
    }

    fn lasting(mut self, millis: i64) -> Self {
        self.duration = Some(millis * 1_000_000);
        self
    }

    fn trace(self, id: u32) -> Self {
        self.text(
            Column::TraceId,
            &format!("4bf92f3577b34da6a3ce929d{id:08x}"),
        )
    }
}

fn info(millis: i64, service: &str, body: &str) -> Event {
    Event {
        millis,
        severity: Some(Severity::INFO),
        ..Event::default()
    }
    .text(Column::Service, service)
    .text(Column::Format, "generic.json")
    .text(Column::Body, body)
}

fn error(millis: i64, service: &str, body: &str) -> Event {
    Event {
        severity: Some(Severity::ERROR),
        ..info(millis, service, body)
    }
}

fn flow(source: &str, source_port: u16, peer: &str, peer_port: u16) -> Event {
    Event {
        ports: (Some(source_port), Some(peer_port)),
        ..Event::default()
    }
    .text(Column::Format, "aws.vpc_flow")
    .text(Column::SourceIp, source)
    .text(Column::Peer, peer)
    .text(Column::Provider, "aws")
}

fn batch(events: &[Event]) -> RecordBatch {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let stream = Stream::default();
    let envelope = Envelope::default().with(Column::Uri, "app.log");
    for (line, event) in (1_u32..).zip(events) {
        let record = Record {
            text: "raw",
            block: BlockId::default(),
            offset: 0,
            line,
            bytes: 3,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        row.time(Timestamp(event.millis * 1_000_000));
        for (column, text) in &event.texts {
            row.text(*column, text);
        }
        if let Some(severity) = event.severity {
            row.severity(severity);
        }
        if let Some(outcome) = event.outcome {
            row.outcome(outcome);
        }
        if let Some(duration) = event.duration {
            row.duration(duration);
        }
        if let (Some(source), Some(peer)) = event.ports {
            row.source_port(source).peer_port(peer);
        }
        row.commit();
    }
    builder.finish().unwrap()
}

fn resource(key: &str, kind: &str, service: Option<&str>, aliases: &[&str]) -> Resource {
    Resource {
        key: key.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        resource_type: kind.to_owned(),
        service: service.map(str::to_owned),
        ..Resource::default()
    }
}

fn relation(from: &str, to: &str, kind: RelationKind) -> Relation {
    Relation {
        from_kind: NodeKind::Resource,
        from: from.to_owned(),
        to_kind: NodeKind::Resource,
        to: to.to_owned(),
        kind,
        source: "terraform".to_owned(),
        confidence: 1.0,
        observations: 1,
        valid_from: None,
        valid_to: None,
        uri: "main.tfstate".to_owned(),
        line: 0,
        evidence: String::new(),
    }
}

struct World {
    out: Output,
}

impl World {
    fn of(events: &[Event]) -> Self {
        Self::with(events, &[], &[])
    }

    fn with(events: &[Event], resources: &[Resource], relations: &[Relation]) -> Self {
        let mut analyzer = Services::default();
        let mut out = Output::default();
        analyzer.update(Table::Logs, &batch(events)).unwrap();
        analyzer
            .update(Table::Resources, &Resource::to_batch(resources).unwrap())
            .unwrap();
        analyzer
            .update(Table::Relations, &Relation::to_batch(relations).unwrap())
            .unwrap();
        analyzer.advance(Timestamp(1), &mut out).unwrap();
        assert!(out.relations.is_empty() && out.findings.is_empty());
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        Self { out }
    }

    fn map(&self) -> &ServiceMap {
        match &self.out.findings.first().unwrap().details {
            Details::ServiceMap(map) => map,
            _ => unreachable!("no other details are written"),
        }
    }

    /// `caller>callee:source` by caller, callee and source.
    fn calls(&self) -> Vec<String> {
        let mut calls: Vec<String> = self
            .out
            .relations
            .iter()
            .map(|one| format!("{}>{}:{}", one.from, one.to, one.source))
            .collect();
        calls.sort();
        calls
    }

    fn check(&self, expected: &[&str]) {
        assert_eq!(self.calls(), expected);
    }

    fn status(&self, service: &str) -> MapStatus {
        self.map()
            .nodes
            .iter()
            .find(|node| node.service == service)
            .unwrap()
            .status
    }

    fn confidence(&self, from: &str, to: &str) -> f64 {
        self.map()
            .edges
            .iter()
            .find(|edge| edge.from == from && edge.to == to)
            .unwrap()
            .confidence
    }
}

const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:order-db";

fn database() -> Resource {
    Resource {
        provider: Some("aws".to_owned()),
        ..resource(
            DATABASE,
            "aws_db_instance",
            Some("orders"),
            &[
                "order-db",
                "order-db.abc.eu-west-1.rds.amazonaws.com",
                "10.0.1.5",
            ],
        )
    }
}

#[test]
fn a_cascade_without_trace_ids_is_read_from_messages() {
    let world = World::with(
        &[
            info(0, "checkout", "started"),
            info(0, "cart", "started"),
            error(
                7_000,
                "checkout",
                "could not connect to order-db:5432: timed out",
            ),
            error(9_000, "cart", "503 from checkout"),
            Event {
                severity: Some(Severity::WARN),
                ..info(10_000, "web", "slow response from cart, 2.1 s")
            },
        ],
        &[database()],
        &[],
    );
    let to_database = format!("checkout>{DATABASE}:message");
    world.check(&["cart>checkout:message", &to_database, "web>cart:message"]);
    let relation = world
        .out
        .relations
        .iter()
        .find(|relation| relation.to == DATABASE)
        .unwrap();
    assert_eq!(relation.to_kind, NodeKind::Resource);
    assert_eq!((relation.uri.as_str(), relation.line), ("app.log", 3));
    assert_eq!(
        relation.evidence,
        "could not connect to order-db:5432: timed out"
    );
    assert_eq!(world.status("order-db"), MapStatus::Silent);
    assert_eq!(world.status("checkout"), MapStatus::Degraded);
    assert_eq!(world.status("web"), MapStatus::Healthy);
}

#[test]
fn a_callee_that_nobody_knows_is_a_silent_service() {
    let world = World::of(&[
        error(
            1,
            "checkout",
            "could not connect to order-db:5432: timed out",
        ),
        error(2, "checkout", "dial tcp 10.0.1.5:5432: i/o timeout"),
        error(
            3,
            "checkout",
            "Get \"http://ratings.shop.svc.cluster.local/5\": EOF",
        ),
    ]);
    world.check(&[
        "checkout>10.0.1.5:5432:message",
        "checkout>order-db:message",
        "checkout>ratings:message",
    ]);
    assert!(
        world
            .out
            .relations
            .iter()
            .all(|relation| relation.to_kind == NodeKind::Service)
    );
    assert_eq!(world.status("ratings"), MapStatus::Silent);
}

#[test]
fn oneself_localhost_and_plain_words_are_no_callees() {
    World::of(&[
        error(1, "checkout", "could not connect to localhost:5432"),
        error(2, "checkout", "dial tcp 127.0.0.1:6379: connection refused"),
        error(3, "checkout", "503 from checkout"),
        error(
            4,
            "checkout",
            "error from database, connection to backend lost, calling home failed",
        ),
        error(5, "checkout", "main.go:42 retry-after:30 status:500"),
        info(6, "checkout", "connect to order-db:5432 took 3 ms"),
    ])
    .check(&[]);
}

#[test]
fn names_of_services_in_hosts_are_recognized() {
    let known = ["cart", "payments", "search", "ledger", "mailer"].map(|name| info(0, name, "up"));
    let mut events = known.to_vec();
    events.extend([
        error(
            1,
            "web",
            "Get \"http://cart.shop.svc.cluster.local:8080/x\": timeout",
        ),
        error(
            2,
            "web",
            "upstream: \"https://payments-7hq2x-uc.a.run.app/pay\" failed",
        ),
        error(3, "web", "connect ECONNREFUSED search.internal:9200"),
        error(
            4,
            "web",
            "circuit open: host=internal-ledger-123456789.eu-west-1.elb.amazonaws.com port=443",
        ),
        error(
            5,
            "web",
            "request to https://mailer.azurewebsites.net/send timed out",
        ),
    ]);
    World::of(&events).check(&[
        "web>cart:message",
        "web>ledger:message",
        "web>mailer:message",
        "web>payments:message",
        "web>search:message",
    ]);
}

#[test]
fn a_caller_in_a_message_is_on_the_other_side() {
    World::of(&[
        info(0, "web-frontend", "up"),
        error(1, "cart", "rejected request from web-frontend: rate limit"),
    ])
    .check(&["web-frontend>cart:message"]);
}

#[test]
fn column_peer_is_evidence_in_any_row() {
    let world = World::of(&[
        info(1, "web", "request done").text(Column::Peer, "cart:8080"),
        info(2, "cart", "up"),
        info(3, "web", "request done").text(Column::Peer, "10.9.9.9"),
        info(4, "web", "charged").text(Column::Peer, "payments.example.com"),
    ]);
    world.check(&["web>cart:message", "web>payments.example.com:message"]);
}

#[test]
fn nested_spans_tell_who_calls_whom_and_siblings_stay_apart() {
    let mut events = Vec::new();
    for id in 0..20 {
        let start = i64::from(id) * 1_000;
        events.push(info(start, "web", "GET /").trace(id).lasting(200));
        events.push(info(start + 10, "cart", "get").trace(id).lasting(80));
        events.push(info(start + 20, "prices", "get").trace(id).lasting(20));
        events.push(info(start + 100, "search", "find").trace(id).lasting(50));
    }
    World::of(&events).check(&["cart>prices:trace", "web>cart:trace", "web>search:trace"]);
}

#[test]
fn rows_written_at_the_end_of_what_they_time_are_understood() {
    let mut events = Vec::new();
    for id in 0..20 {
        let end = i64::from(id) * 1_000 + 500;
        events.push(info(end, "web", "done").trace(id).lasting(200));
        events.push(info(end - 20, "cart", "done").trace(id).lasting(100));
        events.push(info(end - 50, "prices", "done").trace(id).lasting(30));
    }
    World::of(&events).check(&["cart>prices:trace", "web>cart:trace"]);
}

#[test]
fn the_order_of_rows_is_weak_evidence_and_gives_way() {
    let mut events = Vec::new();
    for id in 0..10 {
        let start = i64::from(id) * 1_000;
        events.push(info(start, "web", "received").trace(id));
        events.push(info(start + 5, "cart", "received").trace(id));
        events.push(info(start + 9, "prices", "received").trace(id));
    }
    let world = World::of(&events);
    world.check(&["cart>prices:trace", "web>cart:trace"]);
    assert!(world.confidence("web", "cart") < 0.5);
    events.push(error(99_000, "web", "503 from prices"));
    World::of(&events).check(&["web>cart:trace", "web>prices:message"]);
}

#[test]
fn siblings_whose_order_varies_are_no_callers_of_each_other() {
    let mut events = Vec::new();
    for id in 0..20 {
        let start = i64::from(id) * 1_000;
        let (first, second) = if id % 2 == 0 {
            ("cart", "search")
        } else {
            ("search", "cart")
        };
        events.push(info(start, "web", "received").trace(id));
        events.push(info(start + 5, first, "received").trace(id));
        events.push(info(start + 9, second, "received").trace(id));
    }
    World::of(&events).check(&["web>cart:trace", "web>search:trace"]);
}

#[test]
fn failures_of_a_trace_travel_back() {
    let mut events = Vec::new();
    for id in 0..5 {
        let start = i64::from(id) * 1_000;
        events.push(error(start, "prices", "boom").trace(id));
        events.push(error(start + 4, "cart", "boom").trace(id));
        events.push(error(start + 8, "web", "boom").trace(id));
    }
    World::of(&events).check(&["cart>prices:trace", "web>cart:trace"]);
}

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
    World::with(&[info(0, "worker", "up")], &resources, &relations)
        .check(&[&to_database, "worker>cart:iac"]);
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

#[test]
fn a_cascade_over_three_clouds_joins_all_sources() {
    let on = |event: Event, provider: &str| event.text(Column::Provider, provider);
    let gateway = Resource {
        provider: Some("azure".to_owned()),
        ..resource(
            "/subscriptions/s/resourcegroups/r/providers/microsoft.network/publicipaddresses/web",
            "azurerm_public_ip",
            Some("web"),
            &["198.51.100.4"],
        )
    };
    let mut events = vec![
        on(
            error(
                7_000,
                "checkout",
                "could not connect to order-db.abc.eu-west-1.rds.amazonaws.com:5432: timed out",
            ),
            "aws",
        ),
        on(error(9_000, "cart", "503 from checkout.example.com"), "aws"),
        on(
            error(
                10_000,
                "queue-worker",
                "rpc error: code = Unavailable desc = dial tcp: lookup checkout.shop.internal on 10.8.0.2:53: no such host",
            ),
            "gcp",
        ),
    ];
    let request = info(10_000, "cart", "GET /cart")
        .text(Column::Format, "aws.alb")
        .text(Column::SourceIp, "198.51.100.4");
    events.push(on(request, "aws"));
    let world = World::with(&events, &[gateway, database()], &[]);
    let to_database = format!("checkout>{DATABASE}:message");
    world.check(&[
        "cart>checkout:message",
        &to_database,
        "queue-worker>checkout:message",
        "web>cart:load_balancer",
    ]);
    let provider = |service: &str| {
        world
            .map()
            .nodes
            .iter()
            .find(|node| node.service == service)
            .unwrap()
            .provider
            .clone()
    };
    assert_eq!(provider("queue-worker").as_deref(), Some("gcp"));
    assert_eq!(provider("web").as_deref(), Some("azure"));
    assert_eq!(provider("order-db").as_deref(), Some("aws"));
}

#[test]
fn audit_and_flow_rows_are_no_services() {
    let audit = error(1, "ec2.amazonaws.com", "could not connect to cart:80")
        .text(Column::Format, "aws.cloudtrail");
    let azure =
        error(1, "Microsoft.Compute", "503 from cart").text(Column::Format, "azure.resource");
    let world = World::of(&[
        audit,
        azure,
        info(2, "cart", "up"),
        flow("10.0.0.1", 50_000, "10.0.0.2", 80),
    ]);
    let names: Vec<&str> = world
        .map()
        .nodes
        .iter()
        .map(|node| node.service.as_str())
        .collect();
    assert_eq!(names, ["cart"]);
}

#[test]
fn several_sources_make_one_edge_more_certain() {
    let events = [
        info(0, "web", "GET /").trace(1).lasting(100),
        info(10, "cart", "get").trace(1).lasting(50),
        error(20, "web", "503 from cart"),
    ];
    let world = World::of(&events);
    world.check(&["web>cart:message", "web>cart:trace"]);
    let edge = &world.map().edges[0];
    assert_eq!(edge.sources, ["trace", "message"]);
    assert_eq!(edge.evidence.len(), 2);
    assert!(edge.confidence > 0.9 && edge.confidence < 1.0);
}

#[test]
fn secrets_in_messages_do_not_reach_the_evidence() {
    let world = World::of(&[error(
        1,
        "web",
        "connect postgres://app:hunter2secret@order-db:5432/shop refused",
    )]);
    world.check(&["web>order-db:message"]);
    let text = format!("{:?}", world.out);
    assert!(!text.contains("hunter2secret"));
}

#[test]
fn traces_meet_across_files_in_bounded_memory() {
    let mut analyzer = Services::default();
    for (service, offset) in [("web", 0), ("cart", 10)] {
        for chunk in 0..20_u32 {
            let events: Vec<Event> = (0..25_000)
                .map(|index| {
                    let id = chunk * 25_000 + index;
                    info(i64::from(id) + offset, service, "x")
                        .trace(id)
                        .lasting(100 - offset * 2)
                })
                .collect();
            analyzer.update(Table::Logs, &batch(&events)).unwrap();
        }
    }
    assert!(analyzer.traces.len() <= traces::MAX_SPANS);
    assert!(analyzer.traces.one_in() >= 4);
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let world = World { out };
    world.check(&["web>cart:trace"]);
    assert!(world.map().edges[0].count > 10_000);
    assert!(world.out.findings[0].explanation.contains("One in"));
}

#[test]
fn a_million_trace_ids_stay_within_their_limit() {
    let mut analyzer = Services::default();
    for chunk in 0..40_u32 {
        let ids = chunk * 25_000..(chunk + 1) * 25_000;
        let events: Vec<Event> = ids
            .map(|id| info(i64::from(id), "web", "x").trace(id))
            .collect();
        analyzer.update(Table::Logs, &batch(&events)).unwrap();
        assert!(analyzer.traces.len() <= traces::MAX_SPANS);
    }
    assert_eq!(analyzer.nodes.counts[0].rows, 1_000_000);
    assert!(analyzer.traces.len() > traces::MAX_SPANS / 4);
}

#[test]
fn peers_and_clients_stay_within_their_limits() {
    let mut analyzer = Services::default();
    for chunk in 0..8_u32 {
        let ids = chunk * 20_000..(chunk + 1) * 20_000;
        let events: Vec<Event> = ids
            .map(|id| {
                let client = std::net::Ipv4Addr::from(0x3000_0000 + id * 7).to_string();
                let body = format!("dial tcp host-{id}:5432: refused");
                error(i64::from(id), "web", &body).text(Column::SourceIp, &client)
            })
            .collect();
        analyzer.update(Table::Logs, &batch(&events)).unwrap();
    }
    assert!(analyzer.peers.named.len() <= peers::MAX_PEERS);
    assert!(analyzer.access.public.len() <= access::MAX_PUBLIC);
    assert!(analyzer.forgotten() > 150_000);
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert!(out.relations.len() <= 5_000);
    assert!(out.findings[0].explanation.contains("beyond what is kept"));
}

#[test]
fn batches_of_any_size_give_the_same_answer() {
    let events = [
        info(0, "web", "GET /").trace(1).lasting(100),
        info(10, "cart", "get").trace(1).lasting(50),
        error(20, "web", "503 from cart and order-db:5432"),
        error(21, "cart", "could not connect to order-db:5432"),
    ];
    let whole = World::of(&events);
    let mut analyzer = Services::default();
    for event in &events {
        analyzer
            .update(Table::Logs, &batch(std::slice::from_ref(event)))
            .unwrap();
    }
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert_eq!(World { out }.calls(), whole.calls());
}

#[test]
fn a_large_map_is_kept_whole() {
    let mut analyzer = Services::default();
    for chunk in 0..10_u32 {
        let numbers = chunk * 10_000..(chunk + 1) * 10_000;
        let events: Vec<Event> = numbers
            .map(|number| {
                let (from, step) = (number % 10_000, number / 10_000 * 7 + 1);
                error(
                    i64::from(number),
                    &format!("svc-{from}"),
                    &format!("503 from svc-{}", (from + step) % 10_000),
                )
            })
            .collect();
        analyzer.update(Table::Logs, &batch(&events)).unwrap();
    }
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert_eq!(out.relations.len(), 100_000);
    assert_eq!(World { out }.map().nodes.len(), 10_000);
}

#[test]
fn nothing_in_gives_nothing_out() {
    let world = World::of(&[]);
    assert!(world.out.findings.is_empty() && world.out.relations.is_empty());
}
