//! Stories for tests: log lines, changes and a graph in, findings out.

use arrow_buffer::Buffer;
use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::{Details, Finding, IncidentDetails};
use nepho_core::format::{Record, Stream};
use nepho_core::severity::Severity;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Column, Envelope, LogsBuilder, NodeKind, Outcome,
    Relation, RelationKind, Resource, Table,
};
use nepho_core::time::NANOS;

use crate::Incidents;

pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// Change that was applied at a time.
pub(crate) fn change(address: &str, at: &str, resource_type: &str, attributes: &[&str]) -> Change {
    Change {
        id: format!("change:{address}"),
        time: Some(time(at)),
        started: None,
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        run: "run-1".to_owned(),
        action: ChangeAction::Update,
        outcome: ChangeOutcome::Applied,
        address: address.to_owned(),
        resource: None,
        resource_type: resource_type.to_owned(),
        parent: None,
        actor: Some("amit".to_owned()),
        revision: None,
        attributes: attributes.iter().map(|name| (*name).to_owned()).collect(),
        reason: None,
        uri: "apply.json".to_owned(),
        line: 7,
        ..Change::default()
    }
}

/// One story.
#[derive(Default)]
pub(crate) struct Story {
    pub(crate) rows: Vec<Line>,
    pub(crate) changes: Vec<Change>,
    resources: Vec<Resource>,
    relations: Vec<Relation>,
    reversed: bool,
}

pub(crate) struct Line {
    number: u32,
    time: Timestamp,
    domain: String,
    service: String,
    level: String,
    body: String,
    trace: Option<String>,
    call: Option<Call>,
    /// Region and id of what it is of.
    at: Option<(String, String)>,
    /// Log stream that it is from.
    stream: Option<String>,
    /// Address and port that a flow was to, and whether it was let through.
    flow: Option<(String, u16, bool)>,
}

/// What the record of an audit log tells.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub format: &'static str,
    pub api: &'static str,
    pub action: String,
    pub actor: String,
    pub resource: String,
    pub path: String,
    pub raw: String,
}

impl Story {
    /// Lines `time service LEVEL message`, all from one provider and account (`aws/111122223333`).
    pub(crate) fn logs(mut self, domain: &str, lines: &str) -> Self {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words = line.splitn(4, ' ').map(str::to_owned);
            let mut next = || words.next().unwrap();
            let (at, service, level, body) = (time(&next()), next(), next(), next());
            self = self.row(domain, at, &service, &level, &body, None);
        }
        self
    }

    pub(crate) fn row(
        mut self,
        domain: &str,
        time: Timestamp,
        service: &str,
        level: &str,
        body: &str,
        trace: Option<&str>,
    ) -> Self {
        let number = u32::try_from(self.rows.len()).unwrap() + 1;
        self.rows.push(Line {
            number,
            time,
            domain: domain.to_owned(),
            service: service.to_owned(),
            level: level.to_owned(),
            body: body.to_owned(),
            trace: trace.map(str::to_owned),
            call: None,
            at: None,
            stream: None,
            flow: None,
        });
        self
    }

    /// Flows to a port, 10 seconds apart from `start` on, that a network let through or refused.
    pub(crate) fn flows(
        mut self,
        domain: &str,
        start: &str,
        count: i64,
        (address, port): (&str, u16),
        is_open: bool,
    ) -> Self {
        for index in 0..count {
            let at = time(start).plus(index * 10 * NANOS);
            self = self.row(domain, at, "", "", "", None);
            if let Some(row) = self.rows.last_mut() {
                row.flow = Some((address.to_owned(), port, is_open));
            }
        }
        self
    }

    /// Lets all rows that came so far and tell no place come from this region and resource.
    pub(crate) fn in_place(mut self, region: &str, resource: &str) -> Self {
        for row in self.rows.iter_mut().filter(|row| row.at.is_none()) {
            row.at = Some((region.to_owned(), resource.to_owned()));
        }
        self
    }

    /// Lets all rows that came so far and are from no log stream be from this one.
    pub(crate) fn in_stream(mut self, stream: &str) -> Self {
        for row in self.rows.iter_mut().filter(|row| row.stream.is_none()) {
            row.stream = Some(stream.to_owned());
        }
        self
    }

    /// Records of calls, 10 seconds apart from `start` on; `body` of those that failed.
    pub(crate) fn calls_of(
        mut self,
        domain: &str,
        start: &str,
        count: i64,
        call: &Call,
        body: Option<&str>,
    ) -> Self {
        for index in 0..count {
            let at = time(start).plus(index * 10 * NANOS);
            let level = if body.is_some() { "ERROR" } else { "INFO" };
            self = self.row(domain, at, call.api, level, body.unwrap_or_default(), None);
            if let Some(row) = self.rows.last_mut() {
                row.call = Some(call.clone());
            }
        }
        self
    }

    /// A call by somebody else on rights, and the change that it is.
    pub(crate) fn deed(self, domain: &str, at: &str, call: &Call, resource: &str) -> Self {
        let mut story = self.calls_of(domain, at, 1, call, None);
        let line = story.rows.last().map_or(0, |row| u64::from(row.number));
        let address = format!("{} {resource}", call.action);
        let mut change = change(&address, at, &call.resource, &["policy"]);
        change.id = format!("audit:{}", call.action);
        change.resource = Some(resource.to_owned());
        change.uri = format!("{domain}/app.log");
        change.line = line;
        story.changes.push(change);
        story
    }

    /// A row every `step` seconds from `start` on, `count` of them.
    pub(crate) fn every(
        mut self,
        domain: &str,
        start: &str,
        step: i64,
        count: i64,
        line: &str,
    ) -> Self {
        let (service, rest) = line.split_once(' ').unwrap();
        let (level, body) = rest.split_once(' ').unwrap();
        for index in 0..count {
            let at = time(start).plus(index * step * NANOS);
            self = self.row(domain, at, service, level, body, None);
        }
        self
    }

    pub(crate) fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    pub(crate) fn resource(mut self, key: &str, resource_type: &str, aliases: &[&str]) -> Self {
        self.resources.push(Resource {
            key: key.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            resource_type: resource_type.to_owned(),
            ..Resource::default()
        });
        self
    }

    /// Lets the last resource have these settings.
    pub(crate) fn with_settings(mut self, settings: &[(&str, u64)]) -> Self {
        if let Some(resource) = self.resources.last_mut() {
            resource.settings = nepho_core::setting::text(settings.iter().copied());
        }
        self
    }

    /// Lets the last resource have this name and be a part of another.
    pub(crate) fn part_of(mut self, name: &str, parent: &str) -> Self {
        if let Some(resource) = self.resources.last_mut() {
            resource.name = Some(name.to_owned());
            resource.parent = Some(parent.to_owned());
        }
        self
    }

    /// Lets the last resource be managed at an address of Terraform in a scope.
    pub(crate) fn managed(mut self, scope: &str, address: &str) -> Self {
        if let Some(resource) = self.resources.last_mut() {
            resource.tool = Some("terraform".to_owned());
            resource.scope = Some(scope.to_owned());
            resource.address = Some(address.to_owned());
        }
        self
    }

    /// `from -kind-> to`; a name with `:` or `/`, or four `-`, is a resource, else a service.
    pub(crate) fn edge(mut self, from: &str, kind: RelationKind, to: &str) -> Self {
        let kind_of = |name: &str| {
            if name.contains([':', '/']) || name.matches('-').count() == 4 {
                NodeKind::Resource
            } else {
                NodeKind::Service
            }
        };
        self.relations.push(Relation {
            from_kind: kind_of(from),
            from: from.to_owned(),
            to_kind: kind_of(to),
            to: to.to_owned(),
            kind,
            source: "test".to_owned(),
            confidence: 0.9,
            observations: 1,
            valid_from: None,
            valid_to: None,
            uri: String::new(),
            line: 0,
            evidence: String::new(),
            ..Relation::default()
        });
        self
    }

    /// Lets the last edge be told by a name alone.
    pub(crate) fn guessed(mut self) -> Self {
        if let Some(edge) = self.relations.last_mut() {
            edge.source = "name".to_owned();
        }
        self
    }

    /// Lets the last edge hold from and to these times only.
    pub(crate) fn for_a_time(mut self, from: Option<&str>, to: Option<&str>) -> Self {
        if let Some(edge) = self.relations.last_mut() {
            edge.valid_from = from.map(time);
            edge.valid_to = to.map(time);
        }
        self
    }

    pub(crate) fn calls(self, from: &str, to: &str) -> Self {
        self.edge(from, RelationKind::Calls, to)
    }

    /// Feeds the rows last to first.
    pub(crate) fn reversed(mut self) -> Self {
        self.reversed = true;
        self
    }

    /// Findings of the analyzer.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut analyzer = Incidents::default();
        let mut lines: Vec<&Line> = self.rows.iter().collect();
        if self.reversed {
            lines.reverse();
        }
        for lines in lines.chunks(100) {
            analyzer.update(Table::Logs, &batch(lines)).unwrap();
        }
        analyzer
            .update(Table::Changes, &Change::to_batch(&self.changes).unwrap())
            .unwrap();
        analyzer
            .update(
                Table::Resources,
                &Resource::to_batch(&self.resources).unwrap(),
            )
            .unwrap();
        analyzer
            .update(
                Table::Relations,
                &Relation::to_batch(&self.relations).unwrap(),
            )
            .unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        out.findings
    }

    /// Incidents, each as `primary < secondaries | cause`.
    pub(crate) fn verdicts(&self) -> Vec<String> {
        self.incidents()
            .iter()
            .map(|details| {
                let names: Vec<&str> = details
                    .secondary
                    .iter()
                    .map(|other| other.service.as_str())
                    .collect();
                let cause = details.cause.as_deref().unwrap_or("none");
                format!(
                    "{} < {} | {}",
                    details.primary.service,
                    names.join(","),
                    cause.trim_start_matches("change:")
                )
            })
            .collect()
    }

    /// Details of the incidents.
    pub(crate) fn incidents(&self) -> Vec<IncidentDetails> {
        self.findings()
            .into_iter()
            .filter_map(|finding| match finding.details {
                Details::Incident(details) => Some(details),
                _ => None,
            })
            .collect()
    }
}

fn batch(lines: &[&Line]) -> arrow_array::RecordBatch {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let block = builder.attach(Buffer::from(Vec::<u8>::new()));
    for line in lines {
        let stream = Stream {
            uri: format!("{}/app.log", line.domain),
            ..Stream::default()
        };
        let mut envelope = Envelope::default().with(Column::Uri, stream.uri.clone());
        if let Some((provider, account)) = line.domain.split_once('/') {
            envelope = envelope
                .with(Column::Provider, provider)
                .with(Column::Account, account);
        }
        let record = Record {
            text: &line.body,
            block,
            offset: 0,
            line: line.number,
            bytes: 1,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        row.time(line.time)
            .text(Column::Service, &line.service)
            .text(Column::Body, &line.body);
        if let Some((address, port, is_open)) = &line.flow {
            let (action, outcome) = match is_open {
                true => ("ACCEPT", Outcome::Success),
                false => ("REJECT", Outcome::Failure),
            };
            row.text(Column::Peer, address)
                .peer_port(*port)
                .text(Column::Action, action)
                .outcome(outcome);
        }
        match &line.call {
            None => row.text(Column::Format, "generic.text"),
            Some(call) => row
                .text(Column::Format, call.format)
                .text(Column::Action, &call.action)
                .text(Column::Path, &call.path)
                .text(Column::Actor, &call.actor)
                .text(Column::Raw, &call.raw)
                .resource(&call.resource),
        };
        if let Some((region, resource)) = &line.at {
            row.text(Column::Region, region).resource(resource);
        }
        if let Some(stream) = &line.stream {
            row.text(Column::Host, stream);
        }
        if let Some(trace) = &line.trace {
            row.text(Column::TraceId, trace);
        }
        if let Some(severity) = Severity::from_word(&line.level) {
            row.severity(severity);
        }
        row.commit();
    }
    builder.finish().unwrap()
}
