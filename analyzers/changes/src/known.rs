//! Resources by every name they go by, and which of them infrastructure code manages.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::key;
use nepho_core::tables::{Change, Resource};

/// Resources seen so far.
#[derive(Debug, Default)]
pub(crate) struct Known {
    // Addresses of the tools that manage a resource, by its canonical id.
    managed: BTreeMap<String, BTreeSet<String>>,
    // Canonical ids that a name stands for.
    aliases: HashMap<String, BTreeSet<String>>,
    // Canonical id by tool and address.
    places: HashMap<(String, String), BTreeSet<String>>,
    // What a tool made as the audit log tells, where no document says that it manages it.
    made: BTreeMap<String, String>,
    // What a rule, policy or attachment belongs to.
    parents: HashMap<String, String>,
}

impl Known {
    /// Takes a version of a resource.
    pub(crate) fn add(&mut self, row: &Resource) {
        let id = key::canonical(&row.key);
        let held = self.managed.entry(id.clone()).or_default();
        if let (Some(tool), Some(address)) = (&row.tool, &row.address) {
            held.insert(address.clone());
            self.places
                .entry((tool.clone(), address.clone()))
                .or_default()
                .insert(id.clone());
        }
        if let Some(parent) = &row.parent {
            self.parents.insert(id.clone(), parent.clone());
        }
        for alias in &row.aliases {
            self.aliases
                .entry(alias.to_lowercase())
                .or_default()
                .insert(id.clone());
        }
    }

    /// The one canonical id of what `id` stands for: a known id, or the only resource of that name;
    /// else `id` itself.
    ///
    /// The last part of an id is looked up only where it is a short id that a cloud hands out
    /// (`sg-0123abcd`): a mere name means different things of different types.
    pub(crate) fn identity(&self, id: &str) -> String {
        let id = key::canonical(id);
        if self.managed.contains_key(&id) {
            return id;
        }
        let short = key::short_name(&id);
        let names = [
            Some(id.as_str()),
            Some(short).filter(|short| is_short_id(short)),
        ];
        for name in names.into_iter().flatten() {
            if let Some(found) = self
                .aliases
                .get(&name.to_lowercase())
                .filter(|found| found.len() == 1)
            {
                return found.iter().cloned().collect();
            }
        }
        id
    }

    /// Whether the input tells of the resource besides the audit log.
    pub(crate) fn has(&self, identity: &str) -> bool {
        self.managed.contains_key(identity)
    }

    /// What a resource is a facet of.
    pub(crate) fn parent(&self, identity: &str) -> Option<String> {
        self.parents.get(identity).map(|id| self.identity(id))
    }

    /// Takes what a tool made as the audit log tells; `by` is told as its address.
    pub(crate) fn add_made(&mut self, id: &str, by: &str) {
        let identity = self.identity(id);
        self.made.entry(identity).or_insert_with(|| by.to_owned());
    }

    /// Addresses at which infrastructure code manages a resource; of one that no document tells of,
    /// the run that made it.
    pub(crate) fn addresses(&self, identity: &str) -> impl Iterator<Item = &String> {
        let managed = self.managed.get(identity).filter(|held| !held.is_empty());
        let made = self.made.get(identity).filter(|_| managed.is_none());
        managed.into_iter().flatten().chain(made)
    }

    /// Identities of what a change of a feed touches: resource or what lies at its address, and the
    /// parent. A run log does not tell the parent of a rule, and the audit log tells of nothing
    /// else.
    pub(crate) fn touched(&self, change: &Change) -> BTreeSet<String> {
        let mut touched: BTreeSet<String> = change
            .resource
            .iter()
            .chain(&change.parent)
            .map(|id| self.identity(id))
            .collect();
        // A new resource has an id that no state knows yet.
        if !touched.iter().any(|id| self.has(id)) {
            let place = (change.tool.clone(), change.address.clone());
            touched.extend(
                self.places
                    .get(&place)
                    .filter(|ids| ids.len() == 1)
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
        }
        let parents = touched.iter().filter_map(|id| self.parents.get(id));
        let parents: Vec<String> = parents.map(|parent| self.identity(parent)).collect();
        touched.extend(parents);
        touched
    }
}

/// `sg-0123abcd`: a prefix in small letters, a dash, and at least eight hexadecimal digits.
fn is_short_id(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(prefix, digits)| {
        digits.len() >= 8
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !prefix.is_empty()
            && prefix
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_is_the_resource_and_a_mere_name_is_not() {
        let mut known = Known::default();
        known.add(&Resource {
            key: "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd".to_owned(),
            aliases: vec!["sg-0123abcd".to_owned(), "orders".to_owned()],
            ..Resource::default()
        });
        assert_eq!(
            known.identity("sg-0123abcd"),
            "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd"
        );
        assert_eq!(
            known.identity("arn:aws:ec2:x:2:y/sg-0123abcd"),
            "arn:aws:ec2:eu-west-1:1:security-group/sg-0123abcd"
        );
        assert_eq!(known.identity("arn:aws:s3:::orders"), "arn:aws:s3:::orders");
    }
}
