//! What rows of resources and relations tell of who calls and who is called, held small until all
//! are known.

use nepho_core::Timestamp;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_core::words::Words;

use crate::iac;
use crate::kinds::{Part, part_of};

/// All that was told.
#[derive(Default)]
pub(crate) struct Told {
    /// What many rows have in common.
    common: Words,
    pub(crate) versions: Vec<Version>,
    owners: Vec<Owner>,
    /// Relations that may be calls.
    pub(crate) references: Vec<Relation>,
}

/// A row of table `resources`, as far as callers care.
pub(crate) struct Version {
    pub(crate) key: Box<str>,
    pub(crate) aliases: Box<[Box<str>]>,
    pub(crate) name: Option<Box<str>>,
    /// What it is a part of, where that is among the aliases.
    pub(crate) parent: Option<Box<str>>,
    pub(crate) service: Option<Word>,
    pub(crate) provider: Option<Word>,
    pub(crate) account: Option<Word>,
    pub(crate) part: Part,
    /// Whether the part is what its type tells.
    pub(crate) has_type: bool,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_to: Option<Timestamp>,
}

/// Number of what many rows have in common.
#[derive(Clone, Copy)]
pub(crate) struct Word(u32);

/// A service that runs on a resource.
struct Owner {
    service: Word,
    resource: Box<str>,
    confidence: f64,
}

impl Told {
    /// Takes note of a row of table `resources`.
    pub(crate) fn resource(&mut self, row: Resource) {
        let part = part_of(&row);
        let parent = row.parent.filter(|parent| row.aliases.contains(parent));
        let version = Version {
            part,
            has_type: !row.resource_type.is_empty(),
            service: row.service.map(|service| self.number(&service)),
            provider: row.provider.map(|provider| self.number(&provider)),
            account: row.account.map(|account| self.number(&account)),
            key: row.key.into(),
            aliases: row.aliases.into_iter().map(String::into).collect(),
            name: row.name.map(String::into),
            parent: parent.map(String::into),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        };
        self.versions.push(version);
    }

    /// Takes note of a row of table `relations`.
    pub(crate) fn relation(&mut self, row: Relation) {
        let is_owner = row.kind == RelationKind::RunsOn
            && row.from_kind == NodeKind::Service
            && row.to_kind == NodeKind::Resource;
        if is_owner {
            let service = self.number(&row.from);
            self.owners.push(Owner {
                service,
                resource: row.to.into(),
                confidence: row.confidence,
            });
        } else if iac::confidence(&row).is_some() {
            self.references.push(row);
        }
    }

    /// Services that run on resources, with confidence, by the keys of the resources.
    pub(crate) fn owners(&self) -> impl Iterator<Item = (&str, (&str, f64))> {
        let owners = self.owners.iter();
        owners.map(|owner| {
            let service = self.word(owner.service);
            (&*owner.resource, (service, owner.confidence))
        })
    }

    /// What many rows have in common, by its number.
    pub(crate) fn word(&self, word: Word) -> &str {
        self.common.name(word.0)
    }

    fn number(&mut self, word: &str) -> Word {
        // The rows that it is of are in memory already: they have far less than 4 GB of text.
        Word(self.common.number(word, usize::MAX).unwrap_or(u32::MAX))
    }
}
