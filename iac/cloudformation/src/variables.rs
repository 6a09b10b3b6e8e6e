//! Edges to what environment variables name. No value is kept.

use nepho_core::tables::{Relation, RelationKind};
use nepho_iac_common::variables;

use crate::properties::Properties;

/// Edges from a resource to what its environment variables and those of its containers name by id
/// or by the host name of a cloud. `known` tells the key of what the document holds itself; any
/// other name may look like a host.
pub(crate) fn relations(
    key: &str,
    logical: &str,
    properties: &Properties,
    known: &dyn Fn(&str) -> Option<String>,
) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for variable in properties.variables() {
        let to = known(&variable.key);
        let Some(to) = to.or_else(|| Some(variable.key).filter(|_| !variable.is_own)) else {
            continue;
        };
        if to == key {
            continue;
        }
        relations.push(Relation {
            from: key.to_owned(),
            to,
            kind: RelationKind::Uses,
            source: "cloudformation".to_owned(),
            confidence: variables::CONFIDENCE,
            observations: 1,
            evidence: format!("environment variable `{}` of `{logical}`", variable.name),
            ..Relation::default()
        });
    }
    relations
}
