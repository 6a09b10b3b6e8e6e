//! Keeps only what concerns the services that the reader asked for.

use std::collections::BTreeSet;

use crate::model::Report;

/// Services that were asked for, compared without case.
struct Wanted<'a>(&'a [String]);

impl Wanted<'_> {
    fn has(&self, service: &str) -> bool {
        self.0
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(service))
    }

    fn has_any<'a>(&self, services: impl IntoIterator<Item = &'a String>) -> bool {
        services.into_iter().any(|service| self.has(service))
    }
}

/// Drops findings about other services. Does nothing if no service was asked for.
pub(crate) fn select(report: &mut Report) {
    let services = report.inputs.selection.services.clone();
    if services.is_empty() {
        return;
    }
    let wanted = Wanted(&services);
    report.incidents.retain(|incident| {
        let details = &incident.details;
        let others = details.secondary.iter().map(|failure| &failure.service);
        wanted.has_any(others.chain([&details.primary.service]))
    });
    report.scaling.retain(|finding| {
        let details = &finding.details;
        wanted.has_any(details.service.iter().chain([&details.group]))
            || wanted.has_any(&finding.services)
    });
    report
        .outside_changes
        .retain(|finding| wanted.has_any(&finding.services));
    for finding in &mut report.cost {
        let details = &mut finding.details;
        details.lines.retain(|line| wanted.has_any(&line.service));
        details.spikes.retain(|spike| wanted.has(&spike.service));
        details.total_bytes = details.lines.iter().map(|line| line.bytes).sum();
        details.total_cost = details.lines.iter().fold(0.0, |sum, line| sum + line.cost);
        let unlabelled = details.lines.iter().filter(|line| line.team.is_none());
        details.unlabelled_bytes = unlabelled.map(|line| line.bytes).sum();
    }
    report
        .cost
        .retain(|finding| !finding.details.lines.is_empty());
    let map = &mut report.service_map;
    map.edges
        .retain(|edge| wanted.has(&edge.from) || wanted.has(&edge.to));
    let ends: BTreeSet<&str> = map
        .edges
        .iter()
        .flat_map(|edge| [&*edge.from, &*edge.to])
        .collect();
    map.nodes
        .retain(|node| wanted.has(&node.service) || ends.contains(&*node.service));
}

/// What to tell of the selection: services that were asked for and have no rows, with those that
/// have.
pub(crate) fn notes(report: &Report, known: &BTreeSet<String>) -> Vec<String> {
    let asked = &report.inputs.selection.services;
    if asked.is_empty() {
        return Vec::new();
    }
    let mut notes = vec![format!("Only what concerns {} is shown.", asked.join(", "))];
    for service in asked {
        if !known.iter().any(|held| held.eq_ignore_ascii_case(service)) {
            let names: Vec<&str> = known.iter().take(20).map(String::as_str).collect();
            let more = if known.len() > 20 { ", ..." } else { "" };
            notes.push(format!(
                "No row is of service `{service}`; there are {}{more}.",
                names.join(", ")
            ));
        }
    }
    notes
}
