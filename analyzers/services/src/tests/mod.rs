//! Short words for rows, resources and relations, and the map that follows from them.

mod complaints;
mod limits;
mod network;
mod spans;
mod whole;

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
        ..Relation::default()
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
