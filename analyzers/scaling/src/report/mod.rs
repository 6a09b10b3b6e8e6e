//! Writes the findings: one per group, and one per service in trouble without a group.

mod advice;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::findings::{
    Details, Evidence, Finding, FindingKind, ScalingDetails, ScalingSymptom, Urgency,
};
use nepho_core::key;

use crate::Scaling;
use crate::groups::{Group, Quote};
use crate::health::Service;
use crate::health::cpu::{Load, Whose};
use crate::owners::Names;
use crate::symptoms::{self, AtMaximum, Blind, Flapping, Ineffective, Requests};
use crate::timeline::{self, Change};
use crate::told::Ending;

/// Findings that are told one by one; the most urgent ones are.
const TOLD: usize = 1000;
/// Rows quoted in one finding.
const EVIDENCE: usize = 8;

/// What is known of one group, or of one service without a group.
#[derive(Default)]
pub(crate) struct Case<'a> {
    name: String,
    provider: Option<String>,
    account: Option<String>,
    id: Option<String>,
    service: Option<String>,
    changes: Vec<Change>,
    limits: (Option<u64>, Option<u64>),
    at_maximum: Option<AtMaximum>,
    flapping: Option<Flapping>,
    ineffective: Option<Ineffective>,
    blind: Option<Blind>,
    error_rate: Option<Requests>,
    slow: Option<Requests>,
    loads: Vec<Load>,
    health: Option<&'a Service>,
    /// Things told that were not kept.
    beyond: u64,
}

/// All findings: the most urgent first, then by name.
pub(crate) fn findings(scaling: &Scaling) -> Vec<Finding> {
    let known = Names::new(
        scaling
            .health
            .services
            .iter()
            .map(|service| service.name.as_str()),
    );
    let mut cases: Vec<Case<'_>> = scaling
        .groups
        .groups
        .iter()
        .map(|group| of_group(scaling, group, &known))
        .collect();
    cases.sort_by(|one, other| place(one).cmp(&place(other)));
    add_services(scaling, &mut cases);
    add_loads(scaling, &mut cases);
    cases.retain(|case| !case.symptoms().is_empty());
    cases.sort_by(|one, other| place(one).cmp(&place(other)));
    let ids = ids(&cases);
    let mut findings: Vec<Finding> = cases
        .iter()
        .zip(ids)
        .map(|(case, id)| case.finding(id, scaling.health.width))
        .collect();
    findings.sort_by(|one, other| {
        (std::cmp::Reverse(one.urgency), &one.id)
            .cmp(&(std::cmp::Reverse(other.urgency), &other.id))
    });
    let left_out = findings.len().saturating_sub(TOLD);
    findings.truncate(TOLD);
    add_limits(scaling, left_out, &mut findings);
    findings
}

type Place<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

fn place<'a>(case: &'a Case<'_>) -> Place<'a> {
    (
        &case.name,
        case.provider.as_deref(),
        case.account.as_deref(),
    )
}

fn of_group<'a>(scaling: &'a Scaling, group: &Group, known: &Names) -> Case<'a> {
    let changes = timeline::changes(group);
    let service = scaling.owners.of_group(group, known);
    let health = service
        .as_deref()
        .and_then(|name| scaling.health.find(name));
    let width = scaling.health.width;
    Case {
        name: group.key.name.clone(),
        provider: group.key.provider.clone(),
        account: group.key.account.clone(),
        id: group.id.as_deref().map(key::canonical),
        at_maximum: symptoms::at_maximum(group, &changes),
        flapping: symptoms::flapping(&changes),
        blind: symptoms::blind(&changes),
        ineffective: health.and_then(|health| symptoms::ineffective(&changes, health, width)),
        limits: group.last_limits(),
        service,
        changes,
        health,
        beyond: group.beyond,
        ..Case::default()
    }
}

/// Adds how requests fare: to the groups of a service, or as a case of its own.
fn add_services<'a>(scaling: &'a Scaling, cases: &mut Vec<Case<'a>>) {
    let width = scaling.health.width;
    for service in &scaling.health.services {
        let error_rate = symptoms::error_rate(service, width);
        let slow = symptoms::slow(service, width);
        if error_rate.is_none() && slow.is_none() {
            continue;
        }
        for case in of_service(scaling, cases, &service.name) {
            case.error_rate.clone_from(&error_rate);
            case.slow.clone_from(&slow);
        }
    }
}

/// Adds CPU readings in the same way.
fn add_loads<'a>(scaling: &'a Scaling, cases: &mut Vec<Case<'a>>) {
    for (whose, provider, loads) in scaling.cpu.loads() {
        let service = match whose {
            Whose::Service(name) => Some(name.as_str()),
            Whose::Resource(id) => scaling.owners.of_resource(id),
        };
        let named = match whose {
            Whose::Service(_) => None,
            Whose::Resource(id) => Some(key::short_name(id)),
        };
        let of_group = named.filter(|name| cases.iter().any(|case| case.name == **name));
        if let Some(name) = of_group {
            for case in cases.iter_mut().filter(|case| case.name == name) {
                add_load(case, &loads);
            }
        } else if let Some(service) = service {
            for case in of_service(scaling, cases, service) {
                case.provider = case.provider.take().or_else(|| provider.map(str::to_owned));
                add_load(case, &loads);
            }
        } else if let Whose::Resource(id) = whose {
            cases.push(Case {
                name: key::short_name(id).to_owned(),
                id: Some(key::canonical(id)),
                provider: provider.map(str::to_owned),
                loads: loads.clone(),
                ..Case::default()
            });
        }
    }
}

/// Several resources of one group: what is high on one of them is told, and what is low only if
/// none is high.
fn add_load(case: &mut Case<'_>, loads: &[Load]) {
    for load in loads {
        match case
            .loads
            .iter_mut()
            .find(|held| held.is_high == load.is_high)
        {
            Some(held) => {
                held.readings.all = held.readings.all.saturating_add(load.readings.all);
                held.readings.high = held.readings.high.saturating_add(load.readings.high);
                held.readings.low = held.readings.low.saturating_add(load.readings.low);
                held.start = held.start.min(load.start);
                held.end = held.end.max(load.end);
                if load.evidence < held.evidence {
                    held.evidence = load.evidence.clone();
                }
            }
            None => case.loads.push(load.clone()),
        }
    }
    case.loads.sort_by_key(|load| !load.is_high);
}

/// The cases of a service: its groups, else one of its own.
fn of_service<'c, 'a>(
    scaling: &'a Scaling,
    cases: &'c mut Vec<Case<'a>>,
    name: &str,
) -> impl Iterator<Item = &'c mut Case<'a>> {
    let is_its = |case: &Case<'_>| case.service.as_deref() == Some(name);
    if !cases.iter().any(is_its) {
        let health = scaling.health.find(name);
        cases.push(Case {
            name: name.to_owned(),
            provider: health.and_then(Service::provider).map(str::to_owned),
            service: Some(name.to_owned()),
            health,
            ..Case::default()
        });
    }
    cases.iter_mut().filter(move |case| is_its(case))
}

/// `scaling-<group>`, with cloud and account behind it where several groups have the name.
fn ids(cases: &[Case<'_>]) -> Vec<String> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        *named.entry(&case.name).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let mut ids = Vec::with_capacity(cases.len());
    for case in cases {
        let mut id = format!("scaling-{}", case.name);
        if named
            .get(case.name.as_str())
            .is_some_and(|count| *count > 1)
        {
            for part in [&case.provider, &case.account].into_iter().flatten() {
                id.push('-');
                id.push_str(part);
            }
        }
        let plain = id.clone();
        let mut number = 1_u64;
        while !taken.insert(id.clone()) {
            number += 1;
            id = format!("{plain}-{number}");
        }
        ids.push(id);
    }
    ids
}

fn add_limits(scaling: &Scaling, left_out: usize, findings: &mut [Finding]) {
    let mut text = String::new();
    if left_out > 0 {
        text.push_str(&format!(" {left_out} less urgent findings are left out."));
    }
    for (count, what) in [
        (scaling.groups.overlooked, "rows on further groups"),
        (scaling.health.overlooked, "rows of further services"),
        (scaling.cpu.overlooked, "further CPU readings"),
    ] {
        if count > 0 {
            text.push_str(&format!(
                " {count} {what} were not looked at, since the limit was reached."
            ));
        }
    }
    if let Some(first) = findings.first_mut() {
        first.explanation.push_str(&text);
    }
}

impl Case<'_> {
    fn load(&self, is_high: bool) -> Option<&Load> {
        self.loads.iter().find(|load| load.is_high == is_high)
    }

    fn failures(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|change| change.ending == Ending::Failed)
    }

    fn symptoms(&self) -> Vec<ScalingSymptom> {
        let is_high = self.load(true).is_some();
        let told = [
            (ScalingSymptom::AtMaximum, self.at_maximum.is_some()),
            (ScalingSymptom::Flapping, self.flapping.is_some()),
            (ScalingSymptom::Ineffective, self.ineffective.is_some()),
            (ScalingSymptom::Failed, self.failures().next().is_some()),
            (ScalingSymptom::Blind, self.blind.is_some()),
            (ScalingSymptom::CpuHigh, is_high),
            (
                ScalingSymptom::CpuLow,
                !is_high && self.load(false).is_some(),
            ),
            (ScalingSymptom::ErrorRate, self.error_rate.is_some()),
            (ScalingSymptom::Slow, self.slow.is_some()),
        ];
        let found: Vec<_> = told
            .into_iter()
            .filter(|(_, is_told)| *is_told)
            .map(|(symptom, _)| symptom)
            .collect();
        if found.is_empty() && !self.changes.iter().all(Change::is_none) {
            return vec![ScalingSymptom::Scaled];
        }
        found
    }

    fn urgency(&self, symptoms: &[ScalingSymptom]) -> Urgency {
        let is_short = [
            ScalingSymptom::ErrorRate,
            ScalingSymptom::Slow,
            ScalingSymptom::CpuHigh,
        ]
        .iter()
        .any(|symptom| symptoms.contains(symptom));
        let is_idle = symptoms
            .iter()
            .all(|symptom| matches!(symptom, ScalingSymptom::Scaled | ScalingSymptom::CpuLow));
        if self.at_maximum.is_some() && is_short && self.ineffective.is_none() {
            Urgency::Critical
        } else if is_idle {
            Urgency::Info
        } else {
            Urgency::Warning
        }
    }

    /// First and last moment of what is told.
    fn times(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let spans = self
            .changes
            .iter()
            .map(|change| (change.time, change.last))
            .chain(self.loads.iter().map(|load| (load.start, load.end)))
            .chain(
                [&self.error_rate, &self.slow]
                    .into_iter()
                    .flatten()
                    .map(|one| (one.start, one.end)),
            );
        let (starts, ends): (Vec<_>, Vec<_>) = spans.unzip();
        (starts.into_iter().min(), ends.into_iter().max())
    }

    fn evidence(&self) -> Vec<Evidence> {
        let mut evidence: Vec<Evidence> = Vec::new();
        let groups: [Vec<Evidence>; 6] = [
            self.ineffective
                .as_ref()
                .map(|one| one.evidence.clone())
                .unwrap_or_default(),
            self.at_maximum
                .as_ref()
                .map(|one| one.evidence.clone())
                .unwrap_or_default(),
            self.failures()
                .take(2)
                .flat_map(|one| one.evidence.first().map(Quote::evidence))
                .collect(),
            self.flapping
                .as_ref()
                .map(|one| one.evidence.clone())
                .unwrap_or_default(),
            self.blind
                .as_ref()
                .map(|one| one.evidence.clone())
                .unwrap_or_default(),
            self.loads
                .iter()
                .map(|load| load.evidence.clone())
                .collect(),
        ];
        evidence.extend(groups.into_iter().flatten());
        if let (Some(rate), Some(health)) = (&self.error_rate, self.health) {
            evidence.extend(health.samples(rate.start, rate.end).take(2).cloned());
        }
        if evidence.is_empty() {
            evidence.extend(
                self.changes
                    .iter()
                    .flat_map(|one| one.evidence.first().map(Quote::evidence))
                    .take(3),
            );
        }
        // The most telling are kept, then told by time.
        let mut seen = BTreeSet::new();
        evidence.retain(|one| seen.insert(one.clone()));
        evidence.truncate(EVIDENCE);
        evidence.sort();
        evidence
    }

    fn finding(&self, id: String, width: i64) -> Finding {
        let symptoms = self.symptoms();
        let (start, end) = self.times();
        Finding {
            id,
            kind: FindingKind::Scaling,
            urgency: self.urgency(&symptoms),
            start,
            end,
            services: self.service.iter().cloned().collect(),
            resources: self.id.iter().cloned().collect(),
            title: advice::title(self, &symptoms),
            explanation: advice::explanation(self),
            confidence: self.confidence(&symptoms),
            change: None,
            evidence: self.evidence(),
            details: Details::Scaling(ScalingDetails {
                group: self.name.clone(),
                provider: self.provider.clone(),
                service: self.service.clone(),
                recommendation: advice::recommendation(self, &symptoms),
                symptoms,
                events: self.changes.iter().map(Change::event).collect(),
                minimum: self.limits.0,
                maximum: self.limits.1,
                series: self
                    .health
                    .map(|health| health.series(width))
                    .unwrap_or_default(),
            }),
        }
    }

    /// What the clouds tell of themselves is sure; whether growth helped is judged from rates.
    fn confidence(&self, symptoms: &[ScalingSymptom]) -> f64 {
        if symptoms.contains(&ScalingSymptom::Ineffective) {
            0.8
        } else if self.changes.is_empty() {
            0.85
        } else {
            0.95
        }
    }
}
