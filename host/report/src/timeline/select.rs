//! Which changes a reader asked for.

use std::collections::BTreeSet;

use nepho_core::findings::WriteClass;
use nepho_core::tables::{Change, ChangeOutcome, Relation};
use nepho_core::{Timestamp, key};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attached;
use super::lives::{Lives, Span};
use super::names::{Names, is_short_id};
use super::{Choices, TimelineChange, is_failed};

/// Tools and actors that are listed for a choice.
const CHOICES: usize = 20;

/// What the reader asked for. Several values of a field are alternatives, several fields must all
/// hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ChangeSelection {
    /// Changes at this time or later.
    pub since: Option<Timestamp>,
    /// Changes before this time.
    pub until: Option<Timestamp>,
    /// Resources: ids, names, host names, addresses, or any other word for them; rules and policies
    /// of them, what is attached to them, the listeners before them and what scales them are meant
    /// as well. An address stands for all that was at it one after the other.
    pub resources: Vec<String>,
    /// Services, compared without case.
    pub services: Vec<String>,
    /// Parts of actors, compared without case.
    pub actors: Vec<String>,
    /// Tools, compared without case.
    pub tools: Vec<String>,
    /// Classes.
    pub classes: Vec<WriteClass>,
    /// Only what failed, was taken back, or was not begun.
    pub failed: bool,
}

impl ChangeSelection {
    /// Whether something narrower than a range of times is asked for.
    pub(super) fn is_narrow(&self) -> bool {
        let Self {
            since: _,
            until: _,
            resources,
            services,
            actors,
            tools,
            classes,
            failed,
        } = self;
        let lists = [resources, services, actors, tools];
        *failed || !classes.is_empty() || lists.iter().any(|list| !list.is_empty())
    }

    /// Whether a change is asked for, as far as that is no matter of its resource. One without a
    /// time is in every range.
    pub(super) fn has(&self, change: &TimelineChange) -> bool {
        self.has_time(change.time)
            && (self.services.is_empty()
                || change.services.iter().any(|one| has(&self.services, one)))
            && (self.actors.is_empty() || self.has_actor(change.actor.as_deref()))
            && (self.tools.is_empty() || has(&self.tools, &change.tool))
            && (self.classes.is_empty()
                || change
                    .class
                    .is_some_and(|class| self.classes.contains(&class)))
            && (!self.failed || is_failed(change.outcome))
    }

    /// Whether a time lies in the range that is asked for.
    pub(super) fn has_time(&self, time: Option<Timestamp>) -> bool {
        time.is_none_or(|time| {
            self.since.is_none_or(|since| time >= since)
                && self.until.is_none_or(|until| time < until)
        })
    }

    /// What there is, where no change has a tool or an actor that is asked for.
    pub(super) fn choices<'a>(&self, changes: impl Iterator<Item = &'a Change>) -> Choices {
        let (mut tools, mut actors) = (BTreeSet::new(), BTreeSet::new());
        for change in changes.filter(|change| change.outcome != ChangeOutcome::Planned) {
            tools.insert(change.tool.clone());
            actors.extend(change.actor.clone());
        }
        if self.tools.is_empty() || tools.iter().any(|tool| has(&self.tools, tool)) {
            tools.clear();
        }
        if self.actors.is_empty() || actors.iter().any(|actor| self.has_actor(Some(actor))) {
            actors.clear();
        }
        Choices {
            tools: tools.into_iter().take(CHOICES).collect(),
            actors: actors.into_iter().take(CHOICES).collect(),
        }
    }

    fn has_actor(&self, actor: Option<&str>) -> bool {
        let Some(actor) = actor.map(str::to_lowercase) else {
            return false;
        };
        self.actors
            .iter()
            .any(|part| actor.contains(&part.to_lowercase()))
    }
}

fn has(list: &[String], name: &str) -> bool {
    list.iter().any(|held| held.eq_ignore_ascii_case(name))
}

/// The resources that are asked for, in all their names.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    words: &'a [String],
    keys: BTreeSet<String>,
    /// What stood at the words that are addresses.
    span: Span,
}

impl<'a> Asked<'a> {
    /// What the words of a selection stand for.
    pub(super) fn of(
        words: &'a [String],
        names: &Names,
        lives: &Lives,
        relations: &[Relation],
    ) -> Self {
        let mut span = Span::default();
        for word in words {
            span.extend(lives.at(word));
        }
        let mut keys = words.iter().flat_map(|word| names.meant(word)).collect();
        attached::add(&mut keys, relations, names);
        Self { words, keys, span }
    }

    /// Whether a change of the resources with these keys is asked for.
    pub(super) fn has(
        &self,
        change: &Change,
        shown: &TimelineChange,
        keys: &BTreeSet<String>,
    ) -> bool {
        self.words.is_empty()
            || !self.keys.is_disjoint(keys)
            || self.words.iter().any(|word| is_of(shown, word))
            || self.span.has(change, keys)
    }
}

/// Whether a change is one of the resource that `id` stands for: its id, the last part of it, or
/// an address.
fn is_of(change: &TimelineChange, id: &str) -> bool {
    let wanted = key::canonical(id);
    // An ARN and the short id at its end are the same, whether or not a document says so.
    let short = Some(key::short_name(&wanted)).filter(|short| is_short_id(short));
    let ids = [change.resource.as_ref(), change.parent.as_ref()];
    let is_id = ids.into_iter().flatten().any(|held| {
        held.eq_ignore_ascii_case(&wanted)
            || key::short_name(held).eq_ignore_ascii_case(id)
            || short == Some(held.as_str())
    });
    let addresses = [
        Some(&change.address),
        change.previous_address.as_ref(),
        change.drift_of.as_ref(),
    ];
    is_id || addresses.into_iter().flatten().any(|held| held == id)
}
