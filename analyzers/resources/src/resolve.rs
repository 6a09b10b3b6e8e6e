//! Finds resources by any word for them, and rewrites the ends of relations to canonical ids.

use std::collections::{BTreeSet, HashMap};

use nepho_core::key;
use nepho_core::tables::{NodeKind, Relation, RelationKind};
use nepho_core::words::Words;

use crate::config_item;
use crate::identity::{is_address, is_full_id, is_public_host, is_short_id, normal};
use crate::kinds::BaseKind;
use crate::merge::Merged;

/// A word that stands for more resources than this tells nothing.
const MAX_HITS: usize = 20;
/// Most relations that one relation may become.
const MAX_FAN_OUT: usize = 50;

/// All words for all resources.
pub(crate) struct Directory {
    /// The keys as they are spelled, and words as they are compared: mostly the same.
    words: Words,
    /// Numbers of the keys among the words.
    keys: Vec<u32>,
    /// What each word stands for.
    hits: Vec<Hits>,
    addresses: HashMap<String, Vec<u32>>,
}

/// Numbers of resources: one for most words.
#[derive(Default)]
enum Hits {
    #[default]
    None,
    One(u32),
    Many(Vec<u32>),
}

impl Hits {
    fn add(&mut self, number: u32) {
        match self {
            Self::None => *self = Self::One(number),
            Self::One(held) if *held != number => *self = Self::Many(vec![*held, number]),
            Self::Many(held) if held.last() != Some(&number) => held.push(number),
            Self::One(_) | Self::Many(_) => {}
        }
    }

    fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(number) => std::slice::from_ref(number),
            Self::Many(numbers) => numbers,
        }
    }
}

impl Directory {
    pub(crate) fn new(merged: &[Merged]) -> Self {
        let mut directory = Self {
            words: Words::default(),
            keys: Vec::with_capacity(merged.len()),
            hits: Vec::new(),
            addresses: HashMap::new(),
        };
        let is_object = |number: u32| {
            let row = merged.get(number as usize).map(|one| &*one.row);
            row.is_some_and(|row| row.provider.as_deref() == Some("kubernetes"))
        };
        for (number, one) in (0_u32..).zip(merged) {
            let key = directory.word(&one.row.key);
            directory.keys.push(key);
            for word in one.row.aliases.iter().chain([&one.row.key]) {
                let word = directory.word(&normal(word)) as usize;
                if let Some(hits) = directory.hits.get_mut(word) {
                    hits.add(number);
                }
            }
            for (tool, scope, address) in &one.addresses {
                note(&mut directory.addresses, address.clone(), number);
                note(
                    &mut directory.addresses,
                    format!("{tool}:{scope}:{address}"),
                    number,
                );
                // References in configuration name all instances of `count` and `for_each` at once.
                if let Some((base, _)) = address.split_once('[') {
                    note(&mut directory.addresses, base.to_owned(), number);
                    note(
                        &mut directory.addresses,
                        format!("{tool}:{scope}:{base}"),
                        number,
                    );
                }
            }
        }
        // A node bears the id of its machine, a service the name of the balancer in front of it:
        // where the cloud tells of these, the words are theirs.
        for ((_, word), hits) in directory.words.iter().zip(&mut directory.hits) {
            let Hits::Many(hits) = hits else { continue };
            let is_own = is_full_id(word) || is_short_id(word) || is_public_host(word);
            if is_own && hits.iter().any(|hit| !is_object(*hit)) {
                hits.retain(|hit| !is_object(*hit));
            }
        }
        directory
    }

    /// Number of a word, which may be new.
    fn word(&mut self, word: &str) -> u32 {
        // They are in memory already: they have far less than 4 GB of text.
        let number = self.words.number(word, usize::MAX).unwrap_or(u32::MAX);
        if self.hits.len() < self.words.len() {
            self.hits.push(Hits::None);
        }
        number
    }

    /// Numbers of the resources that a word stands for, as it is compared.
    fn hits(&self, word: &str) -> Option<&[u32]> {
        let number = self.words.find(word)?;
        let hits = self.hits.get(number as usize).map(Hits::as_slice);
        hits.filter(|hits| !hits.is_empty())
    }

    /// Key of a resource.
    fn key(&self, number: u32) -> Option<&str> {
        let word = self.keys.get(number as usize)?;
        Some(self.words.name(*word))
    }

    /// Numbers of the resources that `word` may stand for: one for most, several for a name that is
    /// used again.
    pub(crate) fn find(&self, word: &str) -> &[u32] {
        let found = self.hits(&normal(word));
        found
            .or_else(|| self.address(word))
            .filter(|hits| hits.len() <= MAX_HITS)
            .unwrap_or_default()
    }

    fn address(&self, word: &str) -> Option<&[u32]> {
        self.addresses.get(word.trim()).map(Vec::as_slice)
    }

    /// The one resource that `word` stands for.
    pub(crate) fn only(&self, word: &str) -> Option<u32> {
        match self.find(word) {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// Canonical id of the one resource that `word` stands for.
    pub(crate) fn key_of(&self, word: &str) -> Option<&str> {
        self.key(self.only(word)?)
    }

    /// Keys by the numbers of all words for them, to know a word again of which only the number was
    /// kept. Words of several resources tell nothing.
    pub(crate) fn numbers(&self) -> HashMap<u64, Vec<&str>> {
        let mut numbers: HashMap<u64, Vec<&str>> = HashMap::new();
        for ((_, word), hits) in self.words.iter().zip(&self.hits) {
            if let [hit] = hits.as_slice() {
                let keys = numbers.entry(config_item::number(word)).or_default();
                keys.extend(self.key(*hit));
            }
        }
        numbers
    }

    /// Whether both ends of a relation are canonical ids, or nothing that is known.
    pub(crate) fn is_settled(&self, merged: &[Merged], relation: &Relation) -> bool {
        let (from, _) = self.ends(merged, relation, relation.from_kind, &relation.from);
        let (to, _) = self.ends(merged, relation, relation.to_kind, &relation.to);
        from == [relation.from.as_str()] && to == [relation.to.as_str()]
    }

    /// Rewrites the parents to canonical ids.
    pub(crate) fn resolve_parents(&self, merged: &mut [Merged]) {
        for one in merged {
            let found = one
                .row
                .parent
                .as_deref()
                .and_then(|parent| self.only(parent));
            let key = found.and_then(|number| self.key(number));
            match key {
                Some(key) if *key == one.row.key => one.row.parent = None,
                Some(key) => one.row.parent = Some(key.to_owned()),
                None => {}
            }
        }
    }

    /// Relations whose ends were not canonical, with both ends canonical.
    ///
    /// An end that may stand for several resources gives one relation for each: with full
    /// confidence when it is an address without its index, with a share of it when the name is
    /// ambiguous. An end that stands for nothing known stays as it is.
    pub(crate) fn resolve_relations(
        &self,
        merged: &[Merged],
        relations: &[Relation],
    ) -> Vec<Relation> {
        let mut seen = BTreeSet::new();
        let mut resolved = Vec::new();
        for relation in relations {
            let (from, from_share) =
                self.ends(merged, relation, relation.from_kind, &relation.from);
            let (to, to_share) = self.ends(merged, relation, relation.to_kind, &relation.to);
            if from == [relation.from.as_str()] && to == [relation.to.as_str()] {
                continue;
            }
            let pairs = from
                .iter()
                .flat_map(|from| to.iter().map(move |to| (*from, *to)));
            for (from, to) in pairs.take(MAX_FAN_OUT).filter(|(from, to)| from != to) {
                let edge = (
                    from.to_owned(),
                    to.to_owned(),
                    relation.kind,
                    relation.source.clone(),
                    relation.valid_from,
                );
                if seen.insert(edge) {
                    resolved.push(Relation {
                        from: from.to_owned(),
                        to: to.to_owned(),
                        confidence: relation.confidence * from_share * to_share,
                        ..relation.clone()
                    });
                }
            }
        }
        resolved
    }

    /// What one end of a relation stands for, and the share of confidence that each has.
    fn ends<'a>(
        &'a self,
        merged: &[Merged],
        relation: &Relation,
        kind: NodeKind,
        word: &'a str,
    ) -> (Vec<&'a str>, f64) {
        let unchanged = || (vec![word], 1.0);
        if kind == NodeKind::Service {
            return unchanged();
        }
        // A version or an alias of a function that nobody tells of stands for the function.
        let (function, qualifier) = key::split_qualifier(word);
        let is_own = qualifier.is_none() || self.hits(&normal(word)).is_some();
        let word = if is_own { word } else { function };
        let by_word = self.hits(&normal(&key::canonical(word)));
        let hits = by_word.or_else(|| self.address(word)).unwrap_or_default();
        let hits = nearest(merged, relation, hits);
        if hits.is_empty() || hits.len() > MAX_HITS {
            return unchanged();
        }
        let are_instances = by_word.is_none() && of_one_scope(merged, &hits);
        #[expect(clippy::cast_precision_loss, reason = "at most 20")]
        let share = if are_instances {
            1.0
        } else {
            1.0 / hits.len() as f64
        };
        let keys = hits.iter().filter_map(|hit| self.key(*hit));
        (keys.collect(), share)
    }
}

/// Of several hits those that exist while the relation holds, and of these those that the document
/// of the relation tells of, else those of its tool, else all.
fn nearest(merged: &[Merged], relation: &Relation, hits: &[u32]) -> Vec<u32> {
    let keep = |fits: &dyn Fn(&Merged) -> bool| -> Vec<u32> {
        hits.iter()
            .copied()
            .filter(|hit| merged.get(*hit as usize).is_some_and(fits))
            .collect()
    };
    if hits.len() > 1 {
        // Addresses and names are used again when their first owner is gone.
        let there = keep(&|one| match (one.row.valid_to, relation.valid_to) {
            (Some(gone), Some(until)) => until <= gone,
            (Some(_), None) => false,
            (None, _) => true,
        });
        if there.len() < hits.len() && !there.is_empty() {
            return nearest(merged, relation, &there);
        }
        // Both the gateway and the public address that it has know the address.
        let holders = keep(&|one| BaseKind::of(&one.row.resource_type) != BaseKind::Address);
        let is_address = relation.kind == RelationKind::Peers && is_address(&relation.to);
        if is_address && holders.len() < hits.len() && !holders.is_empty() {
            return nearest(merged, relation, &holders);
        }
        let same_document = keep(&|one| one.is_told_by(&relation.uri));
        if !same_document.is_empty() {
            return same_document;
        }
        let same_tool = keep(&|one| one.row.tool.as_ref() == Some(&relation.source));
        if !same_tool.is_empty() {
            return same_tool;
        }
    }
    hits.to_vec()
}

/// Whether one tool manages all of them in one scope.
fn of_one_scope(merged: &[Merged], hits: &[u32]) -> bool {
    let mut scopes = hits
        .iter()
        .filter_map(|hit| merged.get(*hit as usize))
        .map(|one| (&one.row.tool, &one.row.scope));
    let first = scopes.next();
    scopes.all(|scope| Some(scope) == first)
}

fn note(index: &mut HashMap<String, Vec<u32>>, word: String, number: u32) {
    let numbers = index.entry(word).or_default();
    if numbers.last() != Some(&number) {
        numbers.push(number);
    }
}
