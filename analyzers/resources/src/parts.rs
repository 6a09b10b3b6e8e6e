//! Parts of resources that only logs name: a rule of a firewall, the settings of a site. Documents
//! say themselves what is a part of what.

use std::collections::HashSet;

use nepho_core::key;
use nepho_core::tables::Resource;

use crate::describe;
use crate::identity::is_full_id;

/// Gives parts of which no document tells what they are a part of: the nearest that a document
/// tells of, else the nearest, which has a row of its own from then on. The first `declared` rows
/// are of documents, the others of logs.
pub(crate) fn settle(rows: &mut Vec<Resource>, declared: usize) {
    let declared = declared.min(rows.len());
    let (documents, logs) = rows.split_at_mut(declared);
    let words = documents.iter().flat_map(|row| row.aliases.iter());
    let mut known: HashSet<String> = words.cloned().collect();
    let keys = documents.iter().map(|row| key::canonical(&row.key));
    let managed: HashSet<String> = keys.collect();
    known.extend(managed.iter().cloned());
    let mut wholes = Vec::new();
    for row in logs {
        if row.parent.is_some() || managed.contains(&row.key) {
            continue;
        }
        let Some(nearest) = key::whole_of(&row.key) else {
            continue;
        };
        let mut around = std::iter::successors(Some(nearest), |part| key::whole_of(part));
        let told = around.find(|whole| known.contains(*whole));
        let whole = told.unwrap_or(nearest).to_owned();
        if told.is_none() && is_full_id(&whole) {
            wholes.push(whole_row(&whole, row));
        }
        row.parent = Some(whole);
    }
    rows.append(&mut wholes);
}

/// Row of what nobody but its part tells of.
fn whole_row(id: &str, part: &Resource) -> Resource {
    let row = describe::describe(id);
    Resource {
        provider: row.provider.or_else(|| part.provider.clone()),
        account: row.account.or_else(|| part.account.clone()),
        region: row.region.or_else(|| part.region.clone()),
        uri: part.uri.clone(),
        line: part.line,
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_azure(rest: &str) -> String {
        format!("/subscriptions/s/resourcegroups/g/providers/{rest}")
    }

    /// Keys and parents of the rows of logs, and of what they stand for.
    fn parents(declared: &[Resource], ids: &[&str]) -> Vec<(String, Option<String>)> {
        let mut rows = declared.to_vec();
        rows.extend(ids.iter().map(|id| describe::describe(id)));
        settle(&mut rows, declared.len());
        let told = rows.into_iter().skip(declared.len());
        told.map(|row| (row.key, row.parent)).collect()
    }

    #[test]
    fn what_logs_tell_of_a_part_is_of_the_whole() {
        let group = of_azure("microsoft.network/networksecuritygroups/web");
        let rule = format!("{group}/securityrules/deny");
        let found = parents(&[], &[&rule, &group]);
        let whole = (group.clone(), None);
        let part = (rule.clone(), Some(group.clone()));
        assert_eq!(found, [part.clone(), whole.clone(), whole]);
        let declared = Resource {
            key: group,
            ..Resource::default()
        };
        assert_eq!(parents(&[declared], &[&rule]), [part]);
        // The document tells of the rule, and of nothing above it.
        let declared = Resource {
            key: rule.clone(),
            ..Resource::default()
        };
        assert_eq!(parents(&[declared], &[&rule]), [(rule, None)]);
    }

    #[test]
    fn an_inventory_is_of_its_machine() {
        let machine = "i-0a1b2c3d4e5f60718";
        let of = |rest: &str| format!("arn:aws:{rest}/{machine}");
        let declared = Resource {
            key: of("ec2:eu-west-1:111122223333:instance"),
            aliases: vec![machine.to_owned()],
            resource_type: "aws_instance".to_owned(),
            tool: Some("terraform".to_owned()),
            ..Resource::default()
        };
        let inventory = of("ssm:eu-west-1:111122223333:managed-instance-inventory");
        let mut rows = vec![declared.clone(), describe::describe(&inventory)];
        settle(&mut rows, 1);
        let merged = crate::merge::merge(rows);
        let named = |word: &str| {
            let rows = merged.iter().map(|one| &*one.row);
            let has = |row: &&Resource| row.aliases.iter().any(|alias| alias == word);
            rows.filter(has)
                .map(|row| row.key.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(merged.len(), 2);
        assert_eq!(named(machine), [declared.key]);
    }
}
