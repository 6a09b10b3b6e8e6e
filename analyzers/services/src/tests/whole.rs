//! The map as a whole: all sources together, in batches of any size.

use super::*;

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
fn nothing_in_gives_nothing_out() {
    let world = World::of(&[]);
    assert!(world.out.findings.is_empty() && world.out.relations.is_empty());
}
