//! What lies in an account, project or resource group, as ids tell: where a document tells of it
//! and the resource lies in nothing nearer.

use std::collections::{HashMap, HashSet};

use nepho_core::key;
use nepho_core::tables::{Relation, RelationKind, Resource};

use crate::kinds::BaseKind;
use crate::merge::Merged;

/// Source of the relations.
const SOURCE: &str = "account";

/// Edges `contains` from resources to what they lie in. `relations` are all that are known.
pub(crate) fn contained<'r>(
    merged: &[Merged],
    relations: impl Iterator<Item = &'r Relation>,
) -> Vec<Relation> {
    let accounts = accounts(merged);
    if accounts.is_empty() {
        return Vec::new();
    }
    let placed = relations.filter(|edge| edge.kind == RelationKind::Contains);
    let placed: HashSet<&str> = placed.map(|edge| edge.from.as_str()).collect();
    let rows = merged.iter().map(|one| &*one.row);
    let open = rows.filter(|row| {
        row.tool.is_some() && row.parent.is_none() && !placed.contains(row.key.as_str())
    });
    let found = open.filter_map(|row| {
        let place = place_of(row)?;
        let account = accounts
            .get(&place)
            .filter(|account| **account != row.key)?;
        Some(Relation {
            from: row.key.clone(),
            to: (*account).to_owned(),
            kind: RelationKind::Contains,
            source: SOURCE.to_owned(),
            confidence: 1.0,
            observations: 1,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            uri: row.uri.clone(),
            line: row.line,
            evidence: format!("it lies in {}", place.1),
            ..Relation::default()
        })
    });
    found.collect()
}

/// Cloud, and account, project or resource group.
type Place = (&'static str, String);

/// Keys of the accounts that documents tell of; none of those that several resources stand for.
fn accounts(merged: &[Merged]) -> HashMap<Place, &str> {
    let mut found: HashMap<Place, Option<&str>> = HashMap::new();
    let rows = merged.iter().map(|one| &*one.row);
    for row in rows.filter(|row| row.tool.is_some()) {
        if BaseKind::of(&row.resource_type) != BaseKind::Account {
            continue;
        }
        let Some(place) = own_place(row) else {
            continue;
        };
        let held = found.entry(place).or_insert(Some(&row.key));
        if *held != Some(&row.key) {
            *held = None;
        }
    }
    let known = found.into_iter();
    known
        .filter_map(|(place, key)| Some((place, key?)))
        .collect()
}

/// What an account is itself.
fn own_place(row: &Resource) -> Option<Place> {
    if key::is_azure_id(&row.key) {
        let is_group = key::azure_namespace(&row.key).is_none();
        return group_of(&row.key).filter(|_| is_group);
    }
    let name = key::short_name(&row.key);
    let is_number = name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit());
    match row.provider.as_deref() {
        Some("aws") => is_number.then(|| ("aws", name.to_owned())),
        Some("gcp") => {
            let project = key::google_project(&row.key).unwrap_or(name);
            Some(("gcp", project.to_owned()))
        }
        _ => None,
    }
}

/// Where a resource lies.
fn place_of(row: &Resource) -> Option<Place> {
    let kind = BaseKind::of(&row.resource_type);
    if matches!(kind, BaseKind::Account | BaseKind::Organization) {
        return None;
    }
    if key::is_azure_id(&row.key) {
        return group_of(&row.key);
    }
    let account = row.account.as_ref()?;
    match row.provider.as_deref() {
        Some("aws") => Some(("aws", account.clone())),
        Some("gcp") => Some(("gcp", account.clone())),
        _ => None,
    }
}

fn group_of(id: &str) -> Option<Place> {
    let (subscription, group) = (key::azure_subscription(id)?, key::azure_resource_group(id)?);
    Some(("azure", format!("{subscription}/{group}").to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::merge;

    fn row(key: &str, kind: &str, provider: &str, account: &str) -> Resource {
        Resource {
            key: key.to_owned(),
            resource_type: kind.to_owned(),
            provider: Some(provider.to_owned()),
            account: Some(account.to_owned()),
            tool: Some("terraform".to_owned()),
            address: Some(key.to_owned()),
            ..Resource::default()
        }
    }

    #[test]
    fn what_lies_in_nothing_nearer_lies_in_its_account() {
        let group = "/subscriptions/s/resourcegroups/shop";
        let site = "/subscriptions/s/resourcegroups/shop/providers/microsoft.web/sites/web";
        let project = "//cloudresourcemanager.googleapis.com/projects/shop";
        let network = "//compute.googleapis.com/projects/shop/global/networks/main";
        let account = "arn:aws:organizations::999922223333:account/o-0a1b2c3d4e/111122223333";
        let vpc = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d";
        let subnet = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a1b2c3d";
        let other = "arn:aws:sqs:eu-west-1:444422223333:jobs";
        let merged = merge(vec![
            row(group, "azurerm_resource_group", "azure", "s"),
            row(site, "azurerm_linux_web_app", "azure", "s"),
            row(project, "google_project", "gcp", "shop"),
            row(network, "google_compute_network", "gcp", "shop"),
            row(account, "aws_organizations_account", "aws", "999922223333"),
            row(vpc, "aws_vpc", "aws", "111122223333"),
            row(subnet, "aws_subnet", "aws", "111122223333"),
            row(other, "aws_sqs_queue", "aws", "444422223333"),
        ]);
        let known = [Relation {
            from: subnet.to_owned(),
            to: vpc.to_owned(),
            kind: RelationKind::Contains,
            ..Relation::default()
        }];
        let mut found: Vec<(String, String)> = contained(&merged, known.iter())
            .into_iter()
            .map(|edge| (edge.from, edge.to))
            .collect();
        found.sort();
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(
            found,
            [
                pair(network, project),
                pair(site, group),
                pair(vpc, account)
            ]
        );
    }
}
