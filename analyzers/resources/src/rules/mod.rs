//! Rules that say whose resources are: a file of TOML, which the user writes where tags and names
//! do not tell. `docs/guides/ownership-rules.md` is its manual.

mod file;
mod glob;

use std::collections::HashMap;

use nepho_core::Result;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

use crate::kinds::BaseKind;
use glob::Glob;

/// Source of the edges that a rule draws.
pub const RULE_SOURCE: &str = "rule";

/// Rules in the order of their file. For each fact the first rule that fits and tells it decides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
}

/// One rule: conditions that must all hold, and what is so then.
#[derive(Clone, Debug, Default, PartialEq)]
struct Rule {
    line: usize,
    conditions: Vec<(Field, Glob)>,
    service: Option<String>,
    team: Option<String>,
    environment: Option<String>,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Type,
    Kind,
    Name,
    Id,
    Provider,
    Account,
    Region,
    Tool,
    Scope,
    Address,
    Service,
    Team,
    Environment,
}

impl Rules {
    /// Rules of the text of a file, whose name is for messages.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`](nepho_core::ErrorKind::InvalidConfig) with the line, for text
    /// that is no TOML, a word that no rule knows, a kind or provider that there is not, a rule
    /// without a condition, and one that sets nothing.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        Ok(Self {
            rules: file::read(name, text)?,
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Fills in what rules tell; it wins over what tags, logs and names told. Facets for which no
    /// rule tells are as what they are a part of. Gives an edge from each service that a rule named
    /// to its resource.
    pub fn apply(&self, rows: &mut [Resource]) -> Vec<Relation> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut relations = Vec::new();
        let mut told: HashMap<String, Told> = HashMap::new();
        for row in rows.iter_mut() {
            let found = self.tell(row);
            if let Some((service, line)) = &found.service {
                relations.push(runs_on(service, row, *line));
            }
            found.fill(row);
            told.insert(row.key.clone(), found);
        }
        // A facet of a facet takes two rounds; deeper nesting is not known.
        for _ in 0..2 {
            for row in rows.iter_mut() {
                let parent = row
                    .parent
                    .as_ref()
                    .and_then(|parent| told.get(parent))
                    .cloned();
                if let (Some(parent), Some(own)) = (parent, told.get_mut(&row.key)) {
                    own.inherit(&parent);
                    own.fill(row);
                }
            }
        }
        relations
    }

    /// As [`Rules::apply`]; the edges from services are added to `owned`, which loses those by
    /// which tags, parents and names had given another service to a resource. What log rows show
    /// stays: it is a use, whoever the owner.
    pub fn overrule(&self, rows: &mut [Resource], owned: &mut Vec<Relation>) {
        if self.is_empty() {
            return;
        }
        let services = |rows: &[Resource]| -> Vec<Option<String>> {
            rows.iter().map(|row| row.service.clone()).collect()
        };
        let before = services(rows);
        let mut told = self.apply(rows);
        let changed = rows.iter().zip(&before);
        let changed: HashMap<&str, Option<&str>> = changed
            .filter(|(row, before)| row.service != **before)
            .map(|(row, _)| (row.key.as_str(), row.service.as_deref()))
            .collect();
        let is_overruled = |relation: &Relation| {
            let is_guess = ["tag", "parent", "name"].contains(&relation.source.as_str());
            let service = changed.get(relation.to.as_str());
            is_guess && service.is_some_and(|service| *service != Some(&relation.from))
        };
        owned.retain(|relation| !is_overruled(relation));
        owned.append(&mut told);
    }

    /// Lines of the rules that fit none of these resources. Conditions on a service, a team or an
    /// environment are left out: what they ask for may be what another rule has changed.
    pub fn unfit(&self, rows: &[Resource]) -> Vec<usize> {
        let rules = self.rules.iter();
        let unfit = rules.filter(|rule| !rows.iter().any(|row| rule.fits_but_owner(row)));
        unfit.map(|rule| rule.line).collect()
    }

    fn tell(&self, row: &Resource) -> Told {
        let mut told = Told::default();
        for rule in self.rules.iter().filter(|rule| rule.fits(row)) {
            if told.service.is_none() {
                told.service = rule.service.clone().map(|service| (service, rule.line));
            }
            told.team = told.team.or_else(|| rule.team.clone());
            told.environment = told.environment.or_else(|| rule.environment.clone());
        }
        told
    }
}

/// What rules tell of one resource.
#[derive(Clone, Debug, Default)]
struct Told {
    service: Option<(String, usize)>,
    team: Option<String>,
    environment: Option<String>,
}

impl Told {
    fn fill(&self, row: &mut Resource) {
        if let Some((service, _)) = &self.service {
            row.service = Some(service.clone());
        }
        row.team = self.team.clone().or_else(|| row.team.take());
        row.environment = self.environment.clone().or_else(|| row.environment.take());
    }

    fn inherit(&mut self, parent: &Self) {
        self.service = self.service.take().or_else(|| parent.service.clone());
        self.team = self.team.take().or_else(|| parent.team.clone());
        self.environment = self
            .environment
            .take()
            .or_else(|| parent.environment.clone());
    }
}

impl Rule {
    fn fits(&self, row: &Resource) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.all(|(field, glob)| field.fits(glob, row))
    }

    /// Whether all conditions hold that are not on whose the resource is.
    fn fits_but_owner(&self, row: &Resource) -> bool {
        let is_owner =
            |field: &Field| matches!(field, Field::Service | Field::Team | Field::Environment);
        let mut conditions = self.conditions.iter();
        conditions.all(|(field, glob)| is_owner(field) || field.fits(glob, row))
    }
}

impl Field {
    /// Whether what the field is of a resource fits.
    fn fits(self, glob: &Glob, row: &Resource) -> bool {
        let text = |value: &Option<String>, glob: &Glob| {
            value.as_deref().is_some_and(|value| glob.fits(value))
        };
        match self {
            Self::Type => glob.fits(&row.resource_type),
            Self::Kind => glob.fits(BaseKind::of(&row.resource_type).as_str()),
            Self::Name => {
                let short = nepho_core::key::short_name(&row.key);
                row.name
                    .as_deref()
                    .map_or_else(|| glob.fits(short), |name| glob.fits(name))
            }
            Self::Id => glob.fits(&row.key) || row.aliases.iter().any(|alias| glob.fits(alias)),
            Self::Provider => text(&row.provider, glob),
            Self::Account => text(&row.account, glob),
            Self::Region => text(&row.region, glob),
            Self::Tool => text(&row.tool, glob),
            Self::Scope => text(&row.scope, glob),
            Self::Address => text(&row.address, glob),
            Self::Service => text(&row.service, glob),
            Self::Team => text(&row.team, glob),
            Self::Environment => text(&row.environment, glob),
        }
    }
}

fn runs_on(service: &str, row: &Resource, line: usize) -> Relation {
    Relation {
        from_kind: NodeKind::Service,
        from: service.to_owned(),
        to: row.key.clone(),
        kind: RelationKind::RunsOn,
        source: RULE_SOURCE.to_owned(),
        confidence: 1.0,
        observations: 1,
        uri: row.uri.clone(),
        line: row.line,
        evidence: format!("the rule at line {line} of the rule file says so"),
        ..Relation::default()
    }
}

#[cfg(test)]
mod tests;
