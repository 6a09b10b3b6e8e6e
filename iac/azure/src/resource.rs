//! Resources by their Azure ids.

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_iac_common::owner::Owner;
use serde_json::Value;

use crate::value::at;

/// Type of a resource: `Microsoft.Sql/servers/databases`, as written in the id.
pub(crate) fn type_of(id: &str) -> String {
    let segments: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    let provider = segments
        .iter()
        .rposition(|part| part.eq_ignore_ascii_case("providers"));
    let Some(provider) = provider else {
        return match segments.len() {
            0 | 1 => "Microsoft.Resources/tenants".to_owned(),
            2 => "Microsoft.Resources/subscriptions".to_owned(),
            _ => "Microsoft.Resources/resourceGroups".to_owned(),
        };
    };
    let mut words: Vec<&str> = segments
        .get(provider + 1..provider + 2)
        .unwrap_or_default()
        .to_vec();
    words.extend(segments.iter().skip(provider + 2).step_by(2));
    words.join("/")
}

/// Whether `id` names a deployment.
pub(crate) fn is_deployment(id: &str) -> bool {
    type_of(id).eq_ignore_ascii_case("Microsoft.Resources/deployments")
}

/// Id of what the resource lies in: the resource that it is a child or an extension of, else its
/// resource group or subscription. In canonical form, as `key` must be.
pub(crate) fn container(key: &str) -> Option<String> {
    let segments: Vec<&str> = key.split('/').skip(1).collect();
    let provider = segments.iter().rposition(|part| *part == "providers");
    let end = match provider {
        Some(provider) if segments.len() > provider + 4 => segments.len() - 2,
        Some(provider) => provider,
        None => segments.len().checked_sub(2)?,
    };
    (end >= 2).then(|| format!("/{}", segments.get(..end).unwrap_or_default().join("/")))
}

/// Id of the resource that this one extends: the scope of a role assignment, a lock or a diagnostic
/// setting that lies in a resource of another provider.
pub(crate) fn extended(key: &str) -> Option<String> {
    let (scope, _) = key.rsplit_once("/providers/")?;
    scope.contains("/providers/").then(|| scope.to_owned())
}

/// Where a row stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) uri: &'a str,
    pub(crate) line: u64,
}

/// Row of the resource with this id, which the deployment or stack `scope` manages.
pub(crate) fn resource(id: &str, scope: &str, tags: &Value, place: Place<'_>) -> Resource {
    let key = key::canonical(id);
    let tags = tags.as_object().into_iter().flatten();
    let owner = Owner::of(tags.filter_map(|(tag, value)| Some((tag.as_str(), value.as_str()?))));
    Resource {
        aliases: vec![key::short_name(id).to_owned()],
        resource_type: type_of(id),
        name: Some(key::short_name(id).to_owned()),
        provider: Some("azure".to_owned()),
        account: key::azure_subscription(&key).map(str::to_owned),
        service: owner.service,
        team: owner.team,
        environment: owner.environment,
        tool: Some("arm".to_owned()),
        scope: Some(scope.to_owned()),
        address: Some(key.clone()),
        parent: extended(&key),
        uri: place.uri.to_owned(),
        line: place.line,
        key,
        ..Resource::default()
    }
}

/// Tags of a deployment or stack.
pub(crate) fn tags(item: &Value) -> &Value {
    at(item, &["tags"]).unwrap_or(&Value::Null)
}

/// Edge between two resources.
pub(crate) fn relation(
    from: &str,
    kind: RelationKind,
    to: &str,
    since: Option<Timestamp>,
    evidence: &str,
    place: Place<'_>,
) -> Option<Relation> {
    let (from, to) = (key::canonical(from), key::canonical(to));
    if from == to {
        return None;
    }
    Some(Relation {
        from_kind: NodeKind::Resource,
        from,
        to_kind: NodeKind::Resource,
        to,
        kind,
        source: "arm".to_owned(),
        confidence: 1.0,
        observations: 1,
        valid_from: since,
        uri: place.uri.to_owned(),
        line: place.line,
        evidence: evidence.to_owned(),
        ..Relation::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_type_and_container() {
        let check = |id: &str, kind: &str, container_of: Option<&str>| {
            assert_eq!(type_of(id), kind);
            assert_eq!(container(id).as_deref(), container_of, "{id}");
        };
        check(
            "/subscriptions/s/resourcegroups/g",
            "Microsoft.Resources/resourceGroups",
            Some("/subscriptions/s"),
        );
        check(
            "/subscriptions/s",
            "Microsoft.Resources/subscriptions",
            None,
        );
        check(
            "/subscriptions/s/resourcegroups/g/providers/microsoft.sql/servers/x/databases/d",
            "microsoft.sql/servers/databases",
            Some("/subscriptions/s/resourcegroups/g/providers/microsoft.sql/servers/x"),
        );
        check(
            "/subscriptions/s/resourcegroups/g/providers/microsoft.sql/servers/x",
            "microsoft.sql/servers",
            Some("/subscriptions/s/resourcegroups/g"),
        );
        let assignment = "/subscriptions/s/resourcegroups/g/providers/a.b/c/d/providers/microsoft.authorization/roleassignments/r";
        check(
            assignment,
            "microsoft.authorization/roleassignments",
            Some("/subscriptions/s/resourcegroups/g/providers/a.b/c/d"),
        );
        assert_eq!(
            extended(assignment).as_deref(),
            Some("/subscriptions/s/resourcegroups/g/providers/a.b/c/d")
        );
    }
}
