//! What a store holds, as the documents that told it: what is settled between documents, clusters
//! and scopes, is settled anew together with those of the run.

use std::collections::HashMap;

use nepho_core::feed::FeedOutput;
use nepho_core::tables::Change;

use super::{Rows, StateVersion};
use crate::scopes;

/// Tools whose scopes are told by folders.
const BY_FOLDER: [&str; 2] = ["terraform", "opentofu"];

/// Outputs by document, in the order of the store, and in each the version that it is.
pub(super) fn documents(rows: Rows) -> Vec<FeedOutput> {
    let mut documents = Documents::default();
    for version in rows.versions {
        let uri = version.uri.clone();
        let version = StateVersion {
            scope: own_scope(&version.tool, &version.scope, &uri).to_owned(),
            ..version
        };
        let snapshot = version.into_snapshot();
        documents.of(&uri).snapshots.push(snapshot);
    }
    for mut row in rows.nodes {
        if let (Some(tool), Some(scope)) = (&row.tool, &mut row.scope) {
            *scope = own_scope(tool, scope, &row.uri).to_owned();
        }
        let ids = [&mut row.key].into_iter().chain(&mut row.parent);
        ids.for_each(|id| to_own(id, &row.uri));
        documents.of(&row.uri.clone()).resources.push(row);
    }
    for mut row in rows.edges {
        to_own(&mut row.from, &row.uri);
        to_own(&mut row.to, &row.uri);
        documents.of(&row.uri.clone()).relations.push(row);
    }
    documents.all
}

/// Beginnings and ends of resources, as the documents alone tell them.
pub(super) fn lives(mut lives: Vec<Change>) -> Vec<Change> {
    for row in &mut lives {
        let ids = [&mut row.id].into_iter().chain(&mut row.resource);
        ids.for_each(|id| to_own(id, &row.uri));
    }
    lives
}

#[derive(Default)]
struct Documents {
    all: Vec<FeedOutput>,
    places: HashMap<String, usize>,
}

impl Documents {
    fn of(&mut self, uri: &str) -> &mut FeedOutput {
        let next = self.all.len();
        let place = *self.places.entry(uri.to_owned()).or_insert(next);
        if place == next {
            self.all.push(FeedOutput::default());
        }
        &mut self.all[place]
    }
}

/// The scope as the document alone tells it: folders that told it from others are taken off.
pub(super) fn own_scope<'a>(tool: &str, scope: &'a str, uri: &str) -> &'a str {
    // A file that was told from a folder.
    let bare = scope.strip_suffix(scopes::FILE).unwrap_or(scope);
    let own = bare.rsplit_once('/').map_or(bare, |(_, own)| own);
    if own == scope || !BY_FOLDER.contains(&tool) {
        return scope;
    }
    let is_api = uri.starts_with("terraform://");
    let parts = scopes::parts(uri);
    let mut folders = bare.split('/');
    match !is_api && folders.all(|folder| parts.iter().any(|part| part == folder)) {
        true => own,
        false => scope,
    }
}

/// Takes an id, `terraform:net/prod:random_pet.a`, back to the scope that the document alone tells.
fn to_own(id: &mut String, uri: &str) {
    if let Some(own) = other_id(id, uri) {
        *id = own;
    }
}

/// The id with the scope that the document alone tells.
pub(super) fn own_id(id: &str, uri: &str) -> String {
    other_id(id, uri).unwrap_or_else(|| id.to_owned())
}

fn other_id(id: &str, uri: &str) -> Option<String> {
    let (tool, rest) = id.split_once(':')?;
    let (scope, rest) = rest.split_once(':')?;
    let own = own_scope(tool, scope, uri);
    (own != scope).then(|| format!("{tool}:{own}:{rest}"))
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::{Relation, Resource};

    use super::*;

    #[test]
    fn rows_come_back_by_document() {
        let node = |key: &str, uri: &str| Resource {
            key: key.to_owned(),
            tool: Some("terraform".to_owned()),
            scope: Some("net/prod".to_owned()),
            uri: uri.to_owned(),
            ..Resource::default()
        };
        let uri = "iac/net/prod/terraform.tfstate#3";
        let rows = Rows {
            nodes: vec![
                node("terraform:net/prod:random_pet.a", uri),
                node("b", "terraform://app.terraform.io/net/prod/state.json#3"),
            ],
            edges: vec![Relation {
                from: "terraform:net/prod:random_pet.a".to_owned(),
                to: "terraform:net/prod:random_pet.b".to_owned(),
                uri: uri.to_owned(),
                ..Relation::default()
            }],
            versions: vec![StateVersion {
                tool: "terraform".to_owned(),
                scope: "net/prod".to_owned(),
                serial: 3,
                uri: uri.to_owned(),
                ..StateVersion::default()
            }],
            ..Rows::default()
        };
        let documents = documents(rows);
        let [state, api] = &documents[..] else {
            panic!("{documents:?}");
        };
        assert_eq!(state.resources[0].key, "terraform:prod:random_pet.a");
        assert_eq!(state.resources[0].scope.as_deref(), Some("prod"));
        assert_eq!(state.snapshots[0].scope, "prod");
        let [edge] = &state.relations[..] else {
            panic!("{state:?}");
        };
        assert_eq!(edge.from, "terraform:prod:random_pet.a");
        assert_eq!(edge.to, "terraform:prod:random_pet.b");
        assert_eq!(api.resources[0].scope.as_deref(), Some("net/prod"));
    }
}
