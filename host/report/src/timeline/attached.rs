//! What acts on a resource without being a part of it: the groups and policies that it has, the
//! listeners before it, what scales it.

use std::collections::BTreeSet;

use nepho_core::tables::{NodeKind, Relation, RelationKind};

use super::names::Names;

/// Words in keys of what takes requests for something else.
const DOORS: [&str; 3] = ["listener", "forwardingrule", "forwarding_rule"];

/// Adds to keys of resources those of what acts on them, as far as relations tell.
///
/// The way back is not meant: of a group of rules, what has it is something else.
pub(super) fn add(keys: &mut BTreeSet<String>, relations: &[Relation], names: &Names) {
    let of_resources = relations
        .iter()
        .filter(|one| one.from_kind == NodeKind::Resource && one.to_kind == NodeKind::Resource);
    let mut found = BTreeSet::new();
    for relation in of_resources {
        let ends = || (names.identity(&relation.from), names.identity(&relation.to));
        match relation.kind {
            RelationKind::Attached => {
                let (from, to) = ends();
                found.extend(keys.contains(&from).then_some(to));
            }
            RelationKind::Scales => {
                let (from, to) = ends();
                found.extend(keys.contains(&to).then_some(from));
            }
            RelationKind::Routes => {
                let (from, to) = ends();
                let is_met = [(&from, &to), (&to, &from)];
                let doors = is_met
                    .into_iter()
                    .filter(|(own, other)| keys.contains(*own) && is_door(other));
                found.extend(doors.map(|(_, other)| other.clone()));
            }
            _ => {}
        }
    }
    keys.append(&mut found);
}

fn is_door(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    DOORS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_resource_is_meant_and_not_what_it_acts_on() {
        let edge = |from: &str, kind: RelationKind, to: &str| Relation {
            from_kind: NodeKind::Resource,
            from: from.to_owned(),
            to_kind: NodeKind::Resource,
            to: to.to_owned(),
            kind,
            ..Relation::default()
        };
        let relations = [
            edge("db", RelationKind::Attached, "sg-1"),
            edge("scaler", RelationKind::Scales, "web"),
            edge("balancer", RelationKind::Routes, "listener/web/1"),
            edge("listener/web/1", RelationKind::Routes, "group"),
            edge("balancer", RelationKind::Routes, "backend"),
            edge("web", RelationKind::DependsOn, "db"),
        ];
        let check = |asked: &str, expected: &[&str]| {
            let mut keys = BTreeSet::from([asked.to_owned()]);
            add(&mut keys, &relations, &Names::default());
            assert!(keys.iter().eq(expected), "{asked}: {keys:?}");
        };
        check("db", &["db", "sg-1"]);
        check("sg-1", &["sg-1"]);
        check("web", &["scaler", "web"]);
        check("scaler", &["scaler"]);
        check("balancer", &["balancer", "listener/web/1"]);
        check("group", &["group", "listener/web/1"]);
        check("listener/web/1", &["listener/web/1"]);
    }
}
