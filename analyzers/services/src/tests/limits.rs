//! What is held stays bounded, whatever the size of the input.

use super::*;

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
