//! The instances of a state as members of a snapshot.

use std::collections::BTreeMap;

use nepho_core::feed::Member;

use super::Graph;
use crate::state::FLAT;

impl Graph {
    /// What is managed, by address. Data sources are not: they are found, not declared.
    pub(crate) fn into_members(self) -> BTreeMap<String, Member> {
        let parents: Vec<Option<String>> = self
            .nodes
            .iter()
            .map(|node| node.parent.as_ref().map(|parent| self.parent_key(parent)))
            .collect();
        let nodes = self.nodes.into_iter().zip(parents);
        let managed = nodes.filter(|(node, _)| !node.instance.is_data);
        let members = managed.map(|(node, parent)| {
            let instance = node.instance;
            let is_flat = if instance.is_flat { FLAT } else { 0 };
            let member = Member {
                resource: (!node.is_key_local).then_some(node.key),
                resource_type: instance.resource_type,
                parent,
                is_tainted: instance.is_tainted,
                schema_version: instance.schema_version | is_flat,
                attributes: instance.prints.list.into_iter().collect(),
            };
            (instance.address, member)
        });
        members.collect()
    }
}
