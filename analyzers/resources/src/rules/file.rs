//! The text of a rule file.

use nepho_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use toml::Spanned;

use super::glob::Glob;
use super::{Field, Rule};
use crate::kinds::BaseKind;

/// Clouds that resources are of.
const PROVIDERS: [&str; 4] = ["aws", "azure", "gcp", "kubernetes"];

/// A rule file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<RuleText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    #[serde(rename = "match", default)]
    conditions: Conditions,
    #[serde(default)]
    set: Set,
}

/// Patterns; a list fits if one of them does. All that are given must fit.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditions {
    r#type: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    id: Option<String>,
    provider: Option<String>,
    account: Option<String>,
    region: Option<String>,
    tool: Option<String>,
    scope: Option<String>,
    address: Option<String>,
    service: Option<String>,
    team: Option<String>,
    environment: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    service: Option<String>,
    team: Option<String>,
    environment: Option<String>,
}

/// Rules of a text.
pub(super) fn read(name: &str, text: &str) -> Result<Vec<Rule>> {
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        wrong(name, line, error.message())
    })?;
    let rules = file.rule.into_iter();
    rules
        .map(|rule| {
            let line = line_of(text, rule.span().start);
            rule_of(rule.into_inner(), line).map_err(|what| wrong(name, line, &what))
        })
        .collect()
}

fn rule_of(text: RuleText, line: usize) -> std::result::Result<Rule, String> {
    let given = text.conditions;
    let kinds = BaseKind::ALL.iter().map(|kind| kind.as_str());
    known("kind", given.kind.as_deref(), kinds)?;
    known("provider", given.provider.as_deref(), PROVIDERS)?;
    let conditions: Vec<(Field, Glob)> = [
        (Field::Type, given.r#type),
        (Field::Kind, given.kind),
        (Field::Name, given.name),
        (Field::Id, given.id),
        (Field::Provider, given.provider),
        (Field::Account, given.account),
        (Field::Region, given.region),
        (Field::Tool, given.tool),
        (Field::Scope, given.scope),
        (Field::Address, given.address),
        (Field::Service, given.service),
        (Field::Team, given.team),
        (Field::Environment, given.environment),
    ]
    .into_iter()
    .filter_map(|(field, pattern)| Some((field, Glob::new(&pattern?))))
    .collect();
    if conditions.is_empty() {
        return Err("the rule has no condition under `match`: it would fit everything".to_owned());
    }
    let set = text.set;
    let values = [&set.service, &set.team, &set.environment];
    if values.iter().all(|value| value.is_none()) {
        return Err(
            "the rule sets nothing: give service, team or environment under `set`".to_owned(),
        );
    }
    if values
        .into_iter()
        .flatten()
        .any(|value| value.trim().is_empty())
    {
        return Err("a value under `set` is empty".to_owned());
    }
    Ok(Rule {
        line,
        conditions,
        service: set.service,
        team: set.team,
        environment: set.environment,
    })
}

/// Nothing if a pattern fits one of the words that there are; else what to write instead.
fn known<'a>(
    field: &str,
    pattern: Option<&str>,
    words: impl IntoIterator<Item = &'a str>,
) -> std::result::Result<(), String> {
    let Some(pattern) = pattern else {
        return Ok(());
    };
    let glob = Glob::new(pattern);
    let words: Vec<&str> = words.into_iter().collect();
    match words.iter().any(|word| glob.fits(word)) {
        true => Ok(()),
        false => Err(format!(
            "no {field} is called `{pattern}`, expected one of `{}`",
            words.join("`, `")
        )),
    }
}

fn wrong(name: &str, line: usize, what: &str) -> Error {
    // The parser may tell of several lines; the first says it.
    let what = what.lines().next().unwrap_or_default();
    Error::new(
        ErrorKind::InvalidConfig,
        "read the rule file",
        format!("{name}, line {line}: {what}"),
    )
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}
