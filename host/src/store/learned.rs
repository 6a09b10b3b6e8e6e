//! What a run learned, as rows of a store.

use std::collections::{BTreeSet, HashMap, HashSet};

use nepho_core::secret;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Relation, RelationKind, Resource};

use super::{Rows, StateVersion};
use crate::analysis::Conclusions;

/// Sources of edges that are found again in what else is kept: tags, parents, names, accounts.
const FOUND_AGAIN: [&str; 5] = ["account", "name", "parent", "rule", "tag"];

/// Rows of a run: what documents declared, what logs alone told, and when resources began and
/// ended.
pub(super) fn learned(conclusions: &Conclusions) -> Rows {
    let split = conclusions.declared_resources;
    let split = split.min(conclusions.resources.len());
    let (declared, written) = conclusions.resources.split_at(split);
    let mut nodes = declared.to_vec();
    let tagged = tagged(&conclusions.relations);
    nodes.extend(told_by_logs(declared, written, &tagged));
    tell_owners(&mut nodes, &conclusions.tagged);
    let split = conclusions.declared_relations;
    let split = split.min(conclusions.relations.len());
    let (declared, written) = conclusions.relations.split_at(split);
    let mut edges = declared.to_vec();
    edges.extend(seen(declared, written));
    let names = names(&conclusions.versions);
    let rename = |uri: &mut String| {
        if let Some(name) = names.get(uri.as_str()) {
            uri.clone_from(name);
        }
    };
    nodes.iter_mut().for_each(|row| rename(&mut row.uri));
    for row in &mut edges {
        rename(&mut row.uri);
        row.evidence = secret::mask(&row.evidence).into_owned();
    }
    Rows {
        nodes,
        edges,
        lives: conclusions.changes.iter().filter_map(life).collect(),
        versions: conclusions.versions.clone(),
    }
}

/// Resources that no document declares, with the owners that were told of them, and without those
/// that were concluded.
fn told_by_logs(
    declared: &[Resource],
    written: &[Resource],
    tagged: &HashMap<&str, &str>,
) -> Vec<Resource> {
    let mut known: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    let mut managed: HashSet<&str> = HashSet::new();
    for row in declared {
        let words = known.entry(&row.key).or_default();
        words.extend(row.aliases.iter().map(String::as_str));
        if row.tool.is_some() {
            managed.insert(&row.key);
        }
    }
    let is_told = |row: &&Resource| {
        let is_known = known.get(row.key.as_str()).is_some_and(|words| {
            let mut aliases = row.aliases.iter();
            managed.contains(row.key.as_str()) || aliases.all(|alias| words.contains(&**alias))
        });
        row.tool.is_none() && !is_known
    };
    let has_owner = |row: &&Resource| {
        let owner = [&row.service, &row.team, &row.environment];
        row.tool.is_none() && owner.into_iter().any(Option::is_some)
    };
    let owned = declared.iter().filter(has_owner);
    let owned: HashMap<&str, &Resource> = owned.map(|row| (row.key.as_str(), row)).collect();
    let told = written.iter().filter(is_told);
    told.map(|row| {
        let owner = owned.get(row.key.as_str());
        let service = owner.and_then(|owner| owner.service.as_deref());
        let service = service.or_else(|| tagged.get(row.key.as_str()).copied());
        Resource {
            service: service.map(str::to_owned),
            team: owner.and_then(|owner| owner.team.clone()),
            environment: owner.and_then(|owner| owner.environment.clone()),
            ..row.clone()
        }
    })
    .collect()
}

/// Adds the owners that calls gave resources by tags: to rows that logs alone told, and where there
/// is none, as a row of its own.
fn tell_owners(nodes: &mut Vec<Resource>, tagged: &[Resource]) {
    let mut by_word: HashMap<String, usize> = HashMap::new();
    for (place, row) in nodes.iter().enumerate() {
        if row.tool.is_none() {
            let words = row.aliases.iter().chain([&row.key]);
            by_word.extend(words.map(|word| (word.clone(), place)));
        }
    }
    for told in tagged {
        let place = by_word.get(&told.key);
        let Some(row) = place.and_then(|place| nodes.get_mut(*place)) else {
            nodes.push(told.clone());
            continue;
        };
        let fields = [
            (&mut row.service, &told.service),
            (&mut row.team, &told.team),
            (&mut row.environment, &told.environment),
        ];
        for (held, told) in fields {
            if told.is_some() {
                held.clone_from(told);
            }
        }
    }
}

/// Services by the resources that tags gave them to.
fn tagged(relations: &[Relation]) -> HashMap<&str, &str> {
    let tagged = relations
        .iter()
        .filter(|row| row.kind == RelationKind::RunsOn && row.source == "tag");
    tagged.map(|row| (&*row.to, &*row.from)).collect()
}

/// Edges that are no other form of what documents declare.
fn seen(declared: &[Relation], written: &[Relation]) -> Vec<Relation> {
    let place = |row: &Relation| {
        let text = (row.source.clone(), row.uri.clone(), row.evidence.clone());
        (row.kind.as_str(), text, row.line)
    };
    let declared: HashSet<_> = declared.iter().map(place).collect();
    let is_own = |row: &&Relation| {
        !FOUND_AGAIN.contains(&row.source.as_str()) && !declared.contains(&place(row))
    };
    written.iter().filter(is_own).cloned().collect()
}

/// Names of files in a store: those that hold one version of a state are called after it too, since
/// the next version may stand in the same file.
fn names(versions: &[StateVersion]) -> HashMap<&str, String> {
    let mut names = HashMap::new();
    for version in versions {
        if let Some((file, _)) = version.uri.rsplit_once('#') {
            names.insert(file, version.uri.clone());
        }
    }
    names
}

/// What a change tells of the life of its resource, and nothing else.
fn life(change: &Change) -> Option<Change> {
    let is_renamed = change.action == ChangeAction::Move && change.id.starts_with("audit:");
    let is_gone =
        change.action == ChangeAction::Drift && change.reason.as_deref() == Some("deleted");
    let is_told = matches!(
        change.action,
        ChangeAction::Create | ChangeAction::Delete | ChangeAction::Replace | ChangeAction::Forget
    );
    let is_told = is_told || is_renamed || is_gone;
    let is_deleted = change.is_only_deleted();
    let is_applied = change.outcome == ChangeOutcome::Applied || is_deleted;
    let has_time = change.time.or(change.started).or(change.not_before);
    (is_told && is_applied && has_time.is_some() && change.resource.is_some()).then(|| Change {
        id: change.id.clone(),
        time: change.time,
        started: change.started,
        not_before: change.not_before,
        tool: change.tool.clone(),
        scope: match change.action {
            ChangeAction::Forget => change.scope.clone(),
            _ => String::new(),
        },
        action: change.action,
        outcome: change.outcome,
        previous_address: change.previous_address.clone().filter(|_| is_renamed),
        reason: match is_deleted {
            // And not the message that follows.
            true => Some(Change::ONLY_DELETED.to_owned()),
            false => change.reason.clone().filter(|_| is_gone),
        },
        resource: change.resource.clone(),
        uri: change.uri.clone(),
        line: change.line,
        ..Change::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, kind: &str, service: Option<&str>) -> Resource {
        Resource {
            key: key.to_owned(),
            resource_type: kind.to_owned(),
            service: service.map(str::to_owned),
            uri: "a.json".to_owned(),
            line: 1,
            ..Resource::default()
        }
    }

    #[test]
    fn owners_that_were_told_are_kept() {
        let object = "k8s:///apps/deployment/shop/web";
        let queue = "arn:aws:sqs:eu-west-1:111122223333:mails";
        let declared = [row(object, "deployment", Some("web"))];
        let merged = |key: &str, service: &str| Resource {
            aliases: vec!["another word".to_owned()],
            ..row(key, "a type", Some(service))
        };
        let written = [
            merged(object, "web"),
            merged(queue, "mail"),
            merged("arn:aws:sqs:eu-west-1:111122223333:orders", "orders"),
        ];
        let owned = |source: &str, to: &str| Relation {
            from: "mail".to_owned(),
            to: to.to_owned(),
            kind: RelationKind::RunsOn,
            source: source.to_owned(),
            ..Relation::default()
        };
        let relations = [
            owned("tag", queue),
            owned("name", "arn:aws:sqs:eu-west-1:111122223333:orders"),
        ];
        let told = told_by_logs(&declared, &written, &tagged(&relations));
        let services = told.iter().map(|row| row.service.as_deref());
        // Of the last it was only concluded.
        let expected = [Some("web"), Some("mail"), None];
        assert_eq!(services.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn owners_of_tags_are_kept_with_the_resource_or_alone() {
        let id = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718";
        let managed = Resource {
            tool: Some("terraform".to_owned()),
            ..row(
                "arn:aws:sqs:eu-west-1:111122223333:mails",
                "aws_sqs_queue",
                None,
            )
        };
        let short = Resource {
            aliases: vec!["i-0a1b2c3d4e5f60718".to_owned()],
            ..row(id, "ec2/instance", None)
        };
        let tagged = |key: &str| Resource {
            team: Some("checkout".to_owned()),
            ..row(key, "", None)
        };
        let tags = [tagged("i-0a1b2c3d4e5f60718"), tagged(&managed.key)];
        let mut nodes = vec![managed, short];
        tell_owners(&mut nodes, &tags);
        let teams = |nodes: &[Resource]| -> Vec<bool> {
            nodes.iter().map(|row| row.team.is_some()).collect()
        };
        assert_eq!(teams(&nodes), [false, true, true]);
        // Read again, they add nothing.
        tell_owners(&mut nodes, &tags);
        assert_eq!(teams(&nodes), [false, true, true]);
    }

    #[test]
    fn a_replacement_that_ended_after_the_deletion_is_kept_without_its_message() {
        let failed = Change {
            action: ChangeAction::Replace,
            outcome: ChangeOutcome::Failed,
            time: Some(nepho_core::Timestamp(5)),
            resource: Some("topic-0001".to_owned()),
            reason: Some(format!("{}: no such topic", Change::ONLY_DELETED)),
            ..Change::default()
        };
        let kept = life(&failed).map(|life| (life.is_only_deleted(), life.reason));
        let reason = Some(Change::ONLY_DELETED.to_owned());
        assert_eq!(kept, Some((true, reason)));
    }
}
