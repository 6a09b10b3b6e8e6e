//! Builds a report: puts everything into its order, gives ids, and tells map and changes what the
//! incidents say.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::findings::{
    ChangeVerdict, ConsideredChange, CostDetails, Details, Finding, IncidentDetails, MapEdge,
    MapNode, MapStatus, OutsideChange, ServiceFailure, ServiceMap, Urgency, WriteClass,
};
use nepho_core::rejects::Rejects;
use nepho_core::tables::{Change, ChangeOutcome};

use crate::inputs::Inputs;
use crate::model::{Conclusion, Report, ReportedChange, SCHEMA};
use crate::{select, untimed, verdict, words};

/// Failures from which on a service is told of that fails all along.
const FAILURES: u64 = 10;
/// Such services that have a note.
const FAILING_LISTED: usize = 5;

impl Report {
    /// Report of what was read and found.
    ///
    /// The order of the arguments' elements does not matter, except that of two changes with the
    /// same id the later one counts. `rejects` are a list, or a [`Rejects`] that counted them on
    /// the way.
    pub fn build(
        inputs: Inputs,
        findings: Vec<Finding>,
        changes: Vec<Change>,
        rejects: impl Into<Rejects>,
    ) -> Self {
        let mut report = Self {
            schema: SCHEMA.to_owned(),
            generated_by: concat!("nepho ", env!("CARGO_PKG_VERSION")).to_owned(),
            verdict: Vec::new(),
            inputs,
            incidents: Vec::new(),
            changes: Vec::new(),
            scaling: Vec::new(),
            cost: Vec::new(),
            outside_changes: Vec::new(),
            rewritten_states: Vec::new(),
            clocks: Vec::new(),
            service_map: ServiceMap::default(),
            rejects: rejects.into(),
            notes: Vec::new(),
        };
        for finding in findings {
            report.take(finding);
        }
        report.order();
        settle_map(&mut report.service_map, &report.incidents);
        let services = services_with_rows(&report);
        report.inputs.settle(services.len() as u64);
        select::select(&mut report);
        report.changes = reported_changes(changes, &report.incidents);
        report.rejects.settle(report.inputs.totals.rejects);
        report.verdict = verdict::sentences(&report);
        report.notes = select::notes(&report, &services);
        report.notes.extend(notes(&report));
        report
    }

    fn take(&mut self, finding: Finding) {
        let (head, details) = split(finding);
        match details {
            Details::Incident(details) => self.incidents.push(head.with(finite_incident(details))),
            Details::Scaling(details) => self.scaling.push(head.with(details)),
            Details::Cost(details) => self.cost.push(head.with(finite_cost(details))),
            Details::OutsideChange(details) => self.outside_changes.push(head.with(details)),
            Details::StateRewritten(details) => self.rewritten_states.push(head.with(details)),
            Details::Clock(details) => self.clocks.push(head.with(details)),
            Details::ServiceMap(map) => {
                self.service_map.nodes.extend(map.nodes);
                self.service_map.edges.extend(map.edges);
            }
        }
    }

    fn order(&mut self) {
        self.incidents.sort_by(|a, b| {
            let failures = |c: &Conclusion<IncidentDetails>| {
                let others = c.details.secondary.iter().map(|failure| failure.errors);
                others.fold(c.details.primary.errors, u64::saturating_add)
            };
            let place = |c: &Conclusion<IncidentDetails>| {
                let primary = &c.details.primary;
                (primary.onset, primary.service.clone(), c.id.clone())
            };
            let graver = (b.urgency, failures(b)).cmp(&(a.urgency, failures(a)));
            graver.then_with(|| place(a).cmp(&place(b)))
        });
        self.scaling.sort_by(|a, b| {
            let key = |c: &Conclusion<_>| (c.urgency, c.start, c.id.clone());
            b.urgency.cmp(&a.urgency).then_with(|| key(a).cmp(&key(b)))
        });
        for scaling in &mut self.scaling {
            scaling
                .details
                .events
                .sort_by(|a, b| (a.time, &a.action).cmp(&(b.time, &b.action)));
        }
        self.cost.sort_by(|a, b| a.id.cmp(&b.id));
        self.outside_changes.sort_by(|a, b| {
            let (x, y) = (&a.details, &b.details);
            let rank = |one: &OutsideChange, urgency: Urgency| {
                let urgency = one.effect.as_ref().map(|_| urgency);
                (
                    std::cmp::Reverse(urgency),
                    one.managed.is_empty(),
                    one.first,
                )
            };
            (rank(x, a.urgency), &x.actor, &x.action, &a.id).cmp(&(
                rank(y, b.urgency),
                &y.actor,
                &y.action,
                &b.id,
            ))
        });
        self.rewritten_states.sort_by(|a, b| a.id.cmp(&b.id));
        self.clocks
            .sort_by(|a, b| (&a.details.domain, &a.id).cmp(&(&b.details.domain, &b.id)));
        for (index, incident) in self.incidents.iter_mut().enumerate() {
            incident.id = format!("incident-{}", index + 1);
        }
        let mut taken = BTreeSet::new();
        make_unique(&mut self.scaling, "scaling", &mut taken);
        make_unique(&mut self.cost, "cost", &mut taken);
        make_unique(&mut self.outside_changes, "outside-change", &mut taken);
        make_unique(&mut self.rewritten_states, "state-rewritten", &mut taken);
        make_unique(&mut self.clocks, "clock", &mut taken);
    }
}

/// Head of a finding, without its details.
fn split(finding: Finding) -> (Conclusion<()>, Details) {
    let head = Conclusion {
        id: finding.id,
        urgency: finding.urgency,
        start: finding.start,
        end: finding.end,
        services: finding.services,
        resources: finding.resources,
        title: finding.title,
        explanation: finding.explanation,
        confidence: finite(finding.confidence),
        change: finding.change,
        evidence: finding.evidence,
        details: (),
    };
    (head, finding.details)
}

impl Conclusion<()> {
    fn with<T>(self, details: T) -> Conclusion<T> {
        Conclusion {
            id: self.id,
            urgency: self.urgency,
            start: self.start,
            end: self.end,
            services: self.services,
            resources: self.resources,
            title: self.title,
            explanation: self.explanation,
            confidence: self.confidence,
            change: self.change,
            evidence: self.evidence,
            details,
        }
    }
}

fn make_unique<T>(conclusions: &mut [Conclusion<T>], kind: &str, taken: &mut BTreeSet<String>) {
    for conclusion in conclusions {
        let base = match conclusion.id.as_str() {
            "" => kind.to_owned(),
            id => id.to_owned(),
        };
        let mut id = base.clone();
        let mut number = 2;
        while !taken.insert(id.clone()) {
            id = format!("{base}-{number}");
            number += 1;
        }
        conclusion.id = id;
    }
}

/// JSON has no infinity and no NaN; a number that is none is written as 0. Others are rounded to a
/// billionth: what is beyond is noise of the computation, and a short number is read back as it
/// was.
fn finite(value: f64) -> f64 {
    match value.is_finite() {
        true if value.abs() < 1e6 => (value * 1e9).round() / 1e9,
        true => value,
        false => 0.0,
    }
}

fn finite_incident(mut details: IncidentDetails) -> IncidentDetails {
    for failure in std::iter::once(&mut details.primary).chain(&mut details.secondary) {
        failure.confidence = finite(failure.confidence);
    }
    for change in &mut details.considered {
        change.score = finite(change.score);
    }
    details
}

fn finite_cost(mut details: CostDetails) -> CostDetails {
    details.total_cost = finite(details.total_cost);
    for line in &mut details.lines {
        line.cost = finite(line.cost);
        line.monthly_cost = line.monthly_cost.map(finite);
    }
    for spike in &mut details.spikes {
        spike.bytes_per_minute = finite(spike.bytes_per_minute);
        spike.bytes_per_minute_before = finite(spike.bytes_per_minute_before);
        spike.ratio = finite(spike.ratio);
    }
    details
}

/// Every change with the gravest verdict on it, by time; those without a time last.
fn reported_changes(
    changes: Vec<Change>,
    incidents: &[Conclusion<IncidentDetails>],
) -> Vec<ReportedChange> {
    let mut reported = BTreeMap::new();
    let is_background = |class: Option<WriteClass>| {
        matches!(class, Some(WriteClass::Runtime | WriteClass::Service))
    };
    for change in changes {
        if !is_background(change.class) {
            reported.insert(change.id.clone(), plain_change(change));
        }
    }
    for incident in incidents {
        for considered in &incident.details.considered {
            let entry = reported
                .entry(considered.id.clone())
                .or_insert_with(|| considered_change(considered));
            // The first verdicts are the gravest, see `ChangeVerdict`.
            if entry
                .verdict
                .is_none_or(|verdict| considered.verdict < verdict)
            {
                entry.verdict = Some(considered.verdict);
                entry.incident = Some(incident.id.clone());
                entry.why = Some(considered.why.clone());
            }
            if entry.actor.is_none() {
                entry.actor.clone_from(&considered.actor);
            }
        }
    }
    let mut reported: Vec<ReportedChange> = reported.into_values().collect();
    reported
        .sort_by(|a, b| (a.time.is_none(), a.time, &a.id).cmp(&(b.time.is_none(), b.time, &b.id)));
    reported
}

fn plain_change(change: Change) -> ReportedChange {
    ReportedChange {
        id: change.id,
        time: change.time,
        tool: change.tool,
        scope: change.scope,
        run: change.run,
        action: change.action.as_str().to_owned(),
        outcome: Some(change.outcome),
        address: change.address,
        resource: change.resource,
        resource_type: change.resource_type,
        actor: change.actor,
        class: change.class,
        revision: change.revision,
        attributes: change.attributes,
        reason: change.reason,
        uri: change.uri,
        line: change.line,
        verdict: None,
        incident: None,
        why: None,
    }
}

/// A change that only the incident tells of.
fn considered_change(considered: &ConsideredChange) -> ReportedChange {
    let (uri, line) = match considered.evidence.first() {
        Some(evidence) => (evidence.uri.clone(), evidence.line),
        None => (String::new(), 0),
    };
    ReportedChange {
        id: considered.id.clone(),
        time: considered.time,
        tool: considered.tool.clone(),
        scope: considered.scope.clone(),
        run: String::new(),
        action: considered.action.clone(),
        outcome: None,
        address: considered.address.clone(),
        resource: considered.resource.clone(),
        resource_type: String::new(),
        actor: considered.actor.clone(),
        class: None,
        revision: None,
        attributes: Vec::new(),
        reason: None,
        uri,
        line,
        verdict: None,
        incident: None,
        why: None,
    }
}

/// Merges nodes and edges of the same name, adds what incidents name and raises the status of who
/// failed.
fn settle_map(map: &mut ServiceMap, incidents: &[Conclusion<IncidentDetails>]) {
    let mut nodes = BTreeMap::<String, MapNode>::new();
    for node in map.nodes.drain(..) {
        match nodes.get_mut(&node.service) {
            Some(known) => merge_node(known, node),
            None => _ = nodes.insert(node.service.clone(), node),
        }
    }
    let mut edges = BTreeMap::<(String, String), MapEdge>::new();
    for mut edge in map.edges.drain(..) {
        edge.confidence = finite(edge.confidence);
        for name in [&edge.from, &edge.to] {
            nodes.entry(name.clone()).or_insert_with(|| silent(name));
        }
        match edges.get_mut(&(edge.from.clone(), edge.to.clone())) {
            Some(known) => merge_edge(known, edge),
            None => _ = edges.insert((edge.from.clone(), edge.to.clone()), edge),
        }
    }
    // Who calls a cloud is no service.
    let is_service = |incident: &&Conclusion<IncidentDetails>| {
        let primary = &incident.details.primary;
        primary.principal.is_none()
    };
    for incident in incidents.iter().filter(is_service) {
        let details = &incident.details;
        raise(&mut nodes, &details.primary, MapStatus::Primary);
        for failure in &details.secondary {
            raise(&mut nodes, failure, MapStatus::Secondary);
        }
    }
    map.nodes = nodes.into_values().collect();
    map.edges = edges.into_values().collect();
}

fn merge_node(known: &mut MapNode, other: MapNode) {
    known.rows = known.rows.saturating_add(other.rows);
    known.errors = known.errors.saturating_add(other.errors);
    known.status = known.status.min(other.status);
    known.provider = known.provider.take().or(other.provider);
}

fn merge_edge(known: &mut MapEdge, other: MapEdge) {
    known.count = known.count.saturating_add(other.count);
    known.confidence = known.confidence.max(other.confidence);
    known.sources.extend(other.sources);
    known.sources.sort();
    known.sources.dedup();
    known.evidence.extend(other.evidence);
    known.evidence.sort();
    known.evidence.dedup();
}

fn silent(name: &str) -> MapNode {
    MapNode {
        service: name.to_owned(),
        provider: None,
        rows: 0,
        errors: 0,
        status: MapStatus::Silent,
    }
}

fn raise(nodes: &mut BTreeMap<String, MapNode>, failure: &ServiceFailure, status: MapStatus) {
    if let Some(via) = &failure.via {
        nodes.entry(via.clone()).or_insert_with(|| silent(via));
    }
    let node = nodes
        .entry(failure.service.clone())
        .or_insert_with(|| MapNode {
            service: failure.service.clone(),
            provider: failure.provider.clone(),
            rows: failure.rows,
            errors: failure.errors,
            status,
        });
    // The gravest status is the first, see `MapStatus`.
    node.status = node.status.min(status);
}

fn services_with_rows(report: &Report) -> BTreeSet<String> {
    let nodes = report.service_map.nodes.iter().filter(|node| node.rows > 0);
    let mut services: BTreeSet<String> = nodes.map(|node| node.service.clone()).collect();
    for cost in &report.cost {
        let lines = cost.details.lines.iter().filter(|line| line.rows > 0);
        services.extend(lines.filter_map(|line| line.service.clone()));
    }
    services
}

/// Services half of whose rows or more are failures, and that are in no incident: the input has no
/// time in which they fare better.
pub(crate) fn failing_all_along(report: &Report) -> Vec<&MapNode> {
    let nodes = report.service_map.nodes.iter().filter(|node| {
        node.status == MapStatus::Degraded
            && node.errors >= FAILURES
            && node.errors.saturating_mul(2) >= node.rows
    });
    nodes.collect()
}

/// Rows without a service from which they are told, if they are a twentieth of all or more.
const UNOWNED: u64 = 100;

/// Formats of what security services found.
const FINDINGS: [&str; 13] = [
    "aws.guardduty",
    "aws.inspector",
    "aws.macie",
    "aws.securityhub_finding",
    "azure.defender_alert",
    "cloudflare.finding",
    "gcp.ids_finding",
    "gcp.scc_finding",
    "kubernetes.falco",
    "microsoft365.defender_alert",
    "microsoft365.defender_incident",
    "microsoft365.graph_alert",
    "snort.alert",
];

/// Findings of security services, which are rows as others are: nobody shall take the verdict for
/// one on them.
fn unjudged(report: &Report) -> Option<String> {
    let formats = report.inputs.totals.formats.iter();
    let found: Vec<_> = formats
        .filter(|format| FINDINGS.contains(&format.name.as_str()))
        .collect();
    let rows: u64 = found.iter().map(|format| format.rows).sum();
    let names: Vec<&str> = found.iter().map(|format| format.name.as_str()).collect();
    (rows > 0).then(|| {
        format!(
            "{} of security services ({}), which the verdict does not judge.",
            words::count(rows, "row is a finding", "rows are findings"),
            words::list(&names, 5)
        )
    })
}

/// Rows of no service, which are in no incident, where they are many.
fn unowned(report: &Report) -> Option<String> {
    let lines = report.cost.iter().flat_map(|cost| &cost.details.lines);
    let (mut all, mut unowned) = (0_u64, 0_u64);
    for line in lines {
        all = all.saturating_add(line.rows);
        if line.service.is_none() {
            unowned = unowned.saturating_add(line.rows);
        }
    }
    let is_all = !report.inputs.selection.services.is_empty() || unowned == all;
    let is_many = unowned >= UNOWNED && unowned.saturating_mul(20) >= all && !is_all;
    is_many.then(|| {
        format!(
            "{} ({}) without a service took no part but for messages that name a host: no incident \
             can be of the others. `--service-name 'FILES=NAME'` says what files are of.",
            words::count(unowned, "row", "rows"),
            words::percent(unowned as f64, all as f64)
        )
    })
}

fn notes(report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    for node in failing_all_along(report).into_iter().take(FAILING_LISTED) {
        notes.push(format!(
            "{} failed in {} of {} all along, which is no incident; logs of the time before would \
             tell when it began.",
            node.service,
            words::number(node.errors),
            words::count(node.rows, "row", "rows")
        ));
    }
    let repaired = report.inputs.totals.repaired;
    if repaired > 0 {
        notes.push(format!(
            "{} bytes that are no UTF-8; they are shown as U+FFFD.",
            words::count(repaired, "block has", "blocks have")
        ));
    }
    notes.extend(untimed::note(&report.inputs));
    notes.extend(unjudged(report));
    notes.extend(unowned(report));
    let outcome = |outcome| {
        report
            .changes
            .iter()
            .filter(|change| change.outcome == Some(outcome))
            .count() as u64
    };
    let planned = outcome(ChangeOutcome::Planned);
    if planned > 0 {
        notes.push(format!(
            "{} only planned; a plan explains no failure.",
            words::count(planned, "change is", "changes are")
        ));
    }
    let timeless = report
        .changes
        .iter()
        .filter(|change| change.time.is_none() && change.outcome != Some(ChangeOutcome::Planned));
    let timeless = timeless.count() as u64;
    if timeless > 0 {
        notes.push(format!(
            "{} no time; only their order within a run is known.",
            words::count(timeless, "change has", "changes have")
        ));
    }
    let low = report
        .incidents
        .iter()
        .filter(|incident| incident.urgency == Urgency::Critical && incident.confidence < 0.5);
    for incident in low {
        notes.push(format!(
            "{} rests on thin evidence (confidence {:.2}).",
            incident.id, incident.confidence
        ));
    }
    notes
}

/// The change held responsible for an incident.
pub(crate) fn cause(details: &IncidentDetails) -> Option<&ConsideredChange> {
    let id = details.cause.as_ref()?;
    details.considered.iter().find(|change| change.id == *id)
}

/// Changes with this verdict that are not held responsible.
pub(crate) fn with_verdict(
    details: &IncidentDetails,
    verdict: ChangeVerdict,
) -> Vec<&ConsideredChange> {
    let other = |change: &&ConsideredChange| {
        change.verdict == verdict && details.cause.as_ref() != Some(&change.id)
    };
    details.considered.iter().filter(other).collect()
}
