//! Block `findings`: what must be found, one line each.

use anyhow::{Context, Result, bail};
use nepho::Explanation;
use nepho::core::Timestamp;
use nepho::core::findings::{
    ChangeVerdict, ClockOffset, ConsideredChange, CostSpike, Details, IncidentDetails,
    OutsideChange, ScalingDetails,
};
use nepho::core::time::NANOS;

use super::document::Block;
use super::moment::{span, time};
use super::words::{Pairs, words};

/// How far an estimated clock may be from the true one.
const CLOCK_TOLERANCE: i64 = 2 * NANOS;
/// How far the first failure may be from where the story puts it.
const ONSET_TOLERANCE: i64 = NANOS;

/// Expectations of a story.
#[derive(Debug, Default)]
pub(super) struct Expectations {
    incidents: Vec<Incident>,
    others: Vec<Other>,
}

/// `incident primary=checkout secondary=cart,web change=ADDRESS|none [via=] [onset=] [actor=]`
#[derive(Debug)]
struct Incident {
    primary: String,
    secondary: Vec<String>,
    change: String,
    via: Option<String>,
    onset: Option<Timestamp>,
    actor: Option<String>,
}

/// Any other line.
#[derive(Debug)]
enum Other {
    /// `incidents=2`, `rejects=3`, `rows=0`, ...
    Count(Counted, u64),
    /// `cleared=ADDRESS`
    Cleared(String),
    /// `scaling group=web-asg symptoms=at_maximum,ineffective [without=flapping] [service=]`: all
    /// of the former and none of the latter.
    Scaling {
        group: String,
        symptoms: Vec<String>,
        without: Vec<String>,
        service: Option<String>,
    },
    /// `cost-spike service=checkout [team=]`
    CostSpike {
        service: String,
        team: Option<String>,
    },
    /// `clock domain=gcp/shop-prod ahead=90s`
    Clock { domain: String, ahead: i64 },
    /// `outside actor=... action=... [managed=ADDRESS]`
    Outside {
        actor: String,
        action: String,
        managed: Option<String>,
    },
    /// `change address=... [class=] [run=] [actor=] [ending=applied]`
    Change {
        address: String,
        class: Option<String>,
        run: Option<String>,
        actor: Option<String>,
        ending: Option<String>,
    },
    /// `drift address=... closed=TIME|no`
    Drift {
        address: String,
        closed: Option<Timestamp>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Incidents,
    Scalings,
    CostSpikes,
    Clocks,
    Outsides,
    Drifts,
    Rejects,
    Rows,
}

const COUNTED: [(&str, Counted); 8] = [
    ("incidents", Counted::Incidents),
    ("scalings", Counted::Scalings),
    ("cost-spikes", Counted::CostSpikes),
    ("clocks", Counted::Clocks),
    ("outsides", Counted::Outsides),
    ("drifts", Counted::Drifts),
    ("rejects", Counted::Rejects),
    ("rows", Counted::Rows),
];

/// Findings by kind.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) incidents: Vec<&'a IncidentDetails>,
    pub(super) scalings: Vec<&'a ScalingDetails>,
    pub(super) spikes: Vec<&'a CostSpike>,
    pub(super) clocks: Vec<&'a ClockOffset>,
    pub(super) outsides: Vec<&'a OutsideChange>,
}

impl Expectations {
    /// Expectations of all blocks `findings`.
    pub(super) fn parse(blocks: &[Block<'_>]) -> Result<Self> {
        let mut expectations = Self::default();
        for block in blocks.iter().filter(|block| block.kind == "findings") {
            for (number, text) in block.lines() {
                expectations
                    .add(text)
                    .with_context(|| format!("line {number}"))?;
            }
        }
        Ok(expectations)
    }

    /// Whether nothing is expected.
    pub(super) fn is_empty(&self) -> bool {
        self.incidents.is_empty() && self.others.is_empty()
    }

    fn add(&mut self, text: &str) -> Result<()> {
        let words = words(text)?;
        let Some((kind, rest)) = words.split_first() else {
            bail!("the line is empty")
        };
        if let Some((name, value)) = kind.split_once('=') {
            if !rest.is_empty() {
                bail!("`{kind}` stands alone");
            }
            let counted = COUNTED.iter().find(|(held, _)| *held == name);
            self.others.push(match (counted, name) {
                (Some((_, counted)), _) => {
                    Other::Count(*counted, value.parse().context("not a number")?)
                }
                (None, "cleared") => Other::Cleared(value.to_owned()),
                _ => bail!("nothing called `{name}` is counted"),
            });
            return Ok(());
        }
        let mut pairs = Pairs::parse(rest)?;
        match kind.as_str() {
            "incident" => self.incidents.push(Incident {
                primary: pairs.need("primary")?,
                secondary: pairs.take_list("secondary"),
                change: pairs.need("change")?,
                via: pairs.take("via"),
                onset: pairs.take("onset").map(|text| time(&text)).transpose()?,
                actor: pairs.take("actor"),
            }),
            "scaling" => self.others.push(Other::Scaling {
                group: pairs.need("group")?,
                symptoms: pairs.take_list("symptoms"),
                without: pairs.take_list("without"),
                service: pairs.take("service"),
            }),
            "cost-spike" => {
                self.others.push(Other::CostSpike {
                    service: pairs.need("service")?,
                    team: pairs.take("team"),
                });
            }
            "clock" => {
                self.others.push(Other::Clock {
                    domain: pairs.need("domain")?,
                    ahead: span(&pairs.need("ahead")?)?,
                });
            }
            "outside" => self.others.push(Other::Outside {
                actor: pairs.need("actor")?,
                action: pairs.need("action")?,
                managed: pairs.take("managed"),
            }),
            "change" => self.others.push(Other::Change {
                address: pairs.need("address")?,
                class: pairs.take("class"),
                run: pairs.take("run"),
                actor: pairs.take("actor"),
                ending: pairs.take("ending"),
            }),
            "drift" => {
                let closed = pairs.need("closed")?;
                self.others.push(Other::Drift {
                    address: pairs.need("address")?,
                    closed: (closed != "no").then(|| time(&closed)).transpose()?,
                });
            }
            other => bail!("`{other}` is not a finding"),
        }
        pairs.end()
    }

    /// What is not as expected, in sentences.
    pub(super) fn compare(&self, explanation: &Explanation) -> Vec<String> {
        let found = Found::of(explanation);
        let mut problems = Vec::new();
        for incident in &self.incidents {
            problems.extend(incident.compare(&found));
        }
        let is_counted = self
            .others
            .iter()
            .any(|other| matches!(other, Other::Count(Counted::Incidents, _)));
        if !is_counted && found.incidents.len() != self.incidents.len() {
            problems.push(format!(
                "{} incidents are found, {} expected",
                found.incidents.len(),
                self.incidents.len()
            ));
        }
        problems.extend(
            self.others
                .iter()
                .filter_map(|other| other.compare(&found, explanation)),
        );
        problems
    }
}

impl<'a> Found<'a> {
    pub(super) fn of(explanation: &'a Explanation) -> Self {
        let mut found = Self::default();
        for finding in &explanation.conclusions.findings {
            match &finding.details {
                Details::Incident(details) => found.incidents.push(details),
                Details::Scaling(details) => found.scalings.push(details),
                Details::Cost(details) => found.spikes.extend(&details.spikes),
                Details::OutsideChange(details) => found.outsides.push(details),
                Details::Clock(details) => found.clocks.push(details),
                Details::ServiceMap(_) | Details::StateRewritten(_) => {}
            }
        }
        found
    }

    fn considered(&self) -> impl Iterator<Item = &'a ConsideredChange> {
        self.incidents
            .iter()
            .flat_map(|incident| &incident.considered)
    }
}

impl Incident {
    /// Compares with the incident of the same primary service; of several, with the one whose
    /// change is as expected.
    fn compare(&self, found: &Found<'_>) -> Vec<String> {
        let of_service = found
            .incidents
            .iter()
            .filter(|incident| incident.primary.service == self.primary);
        let differences = of_service.map(|incident| self.differences(incident));
        let fewest = differences.min_by_key(Vec::len);
        fewest.unwrap_or_else(|| {
            vec![format!(
                "no incident has the primary service `{}`",
                self.primary
            )]
        })
    }

    fn differences(&self, incident: &IncidentDetails) -> Vec<String> {
        let mut differences = Vec::new();
        let mut check = |what: &str, found: &str, expected: &str| {
            if found != expected {
                differences.push(format!(
                    "incident of `{}`: {what} is `{found}`, not `{expected}`",
                    self.primary
                ));
            }
        };
        let names: Vec<&str> = incident
            .secondary
            .iter()
            .map(|failure| failure.service.as_str())
            .collect();
        check("secondary", &names.join(","), &self.secondary.join(","));
        let cause = cause(incident);
        match cause {
            Some(cause) if is_called(cause, &self.change) => {}
            cause => check(
                "change",
                cause.map_or("none", |cause| &cause.address),
                &self.change,
            ),
        }
        if let Some(via) = &self.via {
            check(
                "via",
                incident.primary.via.as_deref().unwrap_or("none"),
                via,
            );
        }
        if let Some(actor) = &self.actor {
            check(
                "actor",
                cause
                    .and_then(|cause| cause.actor.as_deref())
                    .unwrap_or("none"),
                actor,
            );
        }
        if let Some(onset) = self
            .onset
            .filter(|onset| onset.since(incident.primary.onset).abs() > ONSET_TOLERANCE)
        {
            check(
                "onset",
                &incident.primary.onset.to_string(),
                &onset.to_string(),
            );
        }
        differences
    }
}

impl Other {
    fn compare(&self, found: &Found<'_>, explanation: &Explanation) -> Option<String> {
        let is_met = match self {
            Self::Count(counted, expected) => {
                let number = counted.number(found, explanation);
                if number == *expected {
                    return None;
                }
                return Some(format!("{counted:?}: {number}, not {expected}"));
            }
            Self::Cleared(address) => {
                let mut considered = found
                    .considered()
                    .filter(|change| is_called(change, address))
                    .peekable();
                considered.peek().is_some()
                    && considered.all(|change| change.verdict == ChangeVerdict::Cleared)
            }
            Self::Scaling {
                group,
                symptoms,
                without,
                service,
            } => found.scalings.iter().any(|scaling| {
                let is_told = |word: &String| {
                    scaling
                        .symptoms
                        .iter()
                        .any(|symptom| symptom.as_str() == word)
                };
                let is_service = service.is_none() || *service == scaling.service;
                scaling.group == *group
                    && is_service
                    && symptoms.iter().all(is_told)
                    && !without.iter().any(is_told)
            }),
            Self::CostSpike { service, team } => found
                .spikes
                .iter()
                .any(|spike| spike.service == *service && (team.is_none() || *team == spike.team)),
            Self::Clock { domain, ahead } => found.clocks.iter().any(|clock| {
                let difference = clock.ahead_nanos.saturating_sub(*ahead).abs();
                clock.domain == *domain && clock.applied && difference <= CLOCK_TOLERANCE
            }),
            Self::Outside {
                actor,
                action,
                managed,
            } => found.outsides.iter().any(|outside| {
                let is_managed = managed
                    .as_ref()
                    .is_none_or(|address| outside.managed.contains(address));
                outside.actor == *actor && outside.action == *action && is_managed
            }),
            Self::Change {
                address,
                class,
                run,
                actor,
                ending,
            } => explanation.conclusions.changes.iter().any(|change| {
                let is = |wanted: &Option<String>, found: Option<&str>| {
                    wanted.is_none() || wanted.as_deref() == found
                };
                change.address == *address
                    && is(class, change.class.map(|class| class.as_str()))
                    && is(run, Some(&change.run))
                    && is(actor, change.actor.as_deref())
                    && is(ending, Some(change.outcome.as_str()))
            }),
            Self::Drift { address, closed } => found
                .outsides
                .iter()
                .flat_map(|outside| &outside.drift)
                .any(|drift| drift.address == *address && drift.closed == *closed),
        };
        (!is_met).then(|| format!("not found: {self:?}"))
    }
}

impl Counted {
    fn number(self, found: &Found<'_>, explanation: &Explanation) -> u64 {
        let number = match self {
            Self::Incidents => found.incidents.len(),
            Self::Scalings => found.scalings.len(),
            Self::CostSpikes => found.spikes.len(),
            Self::Clocks => found.clocks.len(),
            Self::Outsides => found.outsides.len(),
            Self::Drifts => found
                .outsides
                .iter()
                .map(|outside| outside.drift.len())
                .sum(),
            Self::Rejects => return explanation.reject_count,
            Self::Rows => return explanation.inputs.iter().map(|input| input.rows).sum(),
        };
        number as u64
    }
}

/// Whether a story means this change: by its address, by the end of its URN, or by its id.
fn is_called(change: &ConsideredChange, name: &str) -> bool {
    change.address == name || change.id == name || change.address.ends_with(&format!("::{name}"))
}

/// The change that an incident is blamed on.
pub(super) fn cause(incident: &IncidentDetails) -> Option<&ConsideredChange> {
    let id = incident.cause.as_ref()?;
    incident.considered.iter().find(|change| change.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let block = Block {
            kind: "findings",
            argument: "",
            text,
            line: 1,
        };
        Expectations::parse(&[block])
            .unwrap()
            .compare(&Explanation::default())
    }

    #[test]
    fn every_expectation_fails_on_an_empty_result() {
        for line in [
            "incident primary=web change=none",
            "incidents=1",
            "cleared=aws_s3_bucket.images",
            "scaling group=web-asg symptoms=flapping",
            "cost-spike service=web",
            "clock domain=gcp/shop ahead=90s",
            "outside actor=mona action=ModifyDBInstance",
            "change address=aws_db_instance.orders class=iac",
            "drift address=aws_db_instance.orders closed=no",
            "drifts=1",
            "rejects=1",
            "rows=1",
        ] {
            assert!(!problems(line).is_empty(), "{line}");
        }
        assert!(problems("incidents=0\nrows=0\nrejects=0\nclocks=0\ndrifts=0").is_empty());
    }

    #[test]
    fn a_line_that_is_no_expectation_is_refused() {
        let parse = |text| Expectations::default().add(text);
        assert!(parse("incident primary=web").is_err());
        assert!(parse("incident primary=web change=none cause=x").is_err());
        assert!(parse("outage service=web").is_err());
        assert!(parse("incidents=many").is_err());
    }
}
