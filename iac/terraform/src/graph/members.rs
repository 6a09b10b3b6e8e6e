//! The instances of a state as members of a snapshot.

use std::collections::BTreeMap;

use nepho_core::feed::Member;

use super::Graph;
use crate::state::FLAT;

impl Graph {
    /// What is managed, by address. Data sources are not: they are found, not declared.
    pub(crate) fn members(&self) -> BTreeMap<String, Member> {
        let managed = self.nodes().filter(|node| !node.is_data());
        let members = managed.map(|node| {
            let is_flat = if node.stored.is_flat { FLAT } else { 0 };
            let prints = node.stored.prints.of(&self.prints);
            let attributes = prints.iter().map(|(name, print)| {
                let name = self.texts.get(self.names.span(*name));
                (name.to_owned(), *print)
            });
            let member = Member {
                resource: (!node.stored.is_key_local).then(|| node.key().to_owned()),
                resource_type: node.kind().to_owned(),
                parent: node.parent().map(|parent| self.parent_key(parent)),
                is_tainted: node.stored.is_tainted,
                schema_version: node.stored.schema_version | is_flat,
                attributes: attributes.collect(),
            };
            (node.address().to_owned(), member)
        });
        members.collect()
    }
}
