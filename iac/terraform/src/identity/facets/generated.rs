//! Facets that the tables of `nepho_core::key::types` tell.

use nepho_core::key::{self, types};

use super::Parent;
use crate::identity::attributes::Attributes;
use crate::identity::keys;

/// Ends of types whose id, where the tables know no ARN, is that of their parent or made of it.
const SETTINGS: [&str; 8] = [
    "_acl",
    "_config",
    "_configuration",
    "_notification",
    "_permission",
    "_permissions",
    "_policy",
    "_exclusive",
];

/// Whether no table tells of a parent of resources of this type.
pub(super) fn stands_alone(resource_type: &str) -> bool {
    types::aws::parents(resource_type).next().is_none()
        && !types::google::is_of_parent(resource_type)
        && !resource_type.starts_with("azurerm_")
}

/// Parent of an instance; `None` if it stands alone.
pub(super) fn parent(resource_type: &str, attributes: &Attributes) -> Option<Parent> {
    for attribute in types::aws::parents(resource_type) {
        let Some(named) = attributes.first(attribute.name) else {
            continue;
        };
        let id = attributes.first("id").unwrap_or_default();
        return Some(Parent {
            id: keys::from_id(attribute.parent, named)?,
            resource_type: attribute.parent.to_owned(),
            path: attribute.name,
            has_own_id: keys::is_machine_made(id) && !id.contains(named),
        });
    }
    if types::google::is_of_parent(resource_type) {
        let from_id = attributes.first("id");
        let id = from_id
            .and_then(|id| types::google::full_name(resource_type, id))
            .filter(|id| keys::is_global(id));
        let get = |path: &str| attributes.first(path);
        let id = id.or_else(|| types::google::name_of(resource_type, get, None))?;
        return Some(of_google(resource_type, id));
    }
    parent_of_id(resource_type, attributes.first("id")?)
}

/// Parent that the id alone tells; `None` if the resource stands alone or the id does not tell.
pub(super) fn parent_of_id(resource_type: &str, id: &str) -> Option<Parent> {
    if types::google::is_of_parent(resource_type) {
        let id = types::google::full_name(resource_type, id)?;
        return Some(of_google(resource_type, id));
    }
    let is_azure = resource_type.starts_with("azurerm_") && key::is_azure_id(id);
    if !is_azure || resource_type == "azurerm_role_definition" {
        return None;
    }
    // `<id of the resource>|<name>`, or the id of the resource itself.
    let joined = id.split_once('|').map(|(first, _)| first);
    let shared = types::azure::shares_its_id(resource_type).then_some(id);
    if let Some(first) = joined.or(shared) {
        return Some(of_azure(first, false));
    }
    // An extension of a resource: `<id of the resource>/providers/<type>/<name>`.
    let last = id.to_ascii_lowercase().rfind("/providers/")?;
    let scope = id.get(..last)?;
    let is_extension = scope.to_ascii_lowercase().contains("/providers/");
    is_extension.then(|| of_azure(scope, true))
}

/// Whether the id of this type is that of its parent or made of it.
pub(super) fn borrows_its_id(resource_type: &str) -> bool {
    let is_setting = SETTINGS.iter().any(|end| resource_type.ends_with(end));
    types::google::is_of_parent(resource_type)
        || types::azure::shares_its_id(resource_type)
        || (is_setting && types::aws::parents(resource_type).next().is_some())
}

fn of_azure(id: &str, has_own_id: bool) -> Parent {
    Parent {
        id: key::canonical(id),
        resource_type: "azurerm_".to_owned(),
        path: "",
        has_own_id,
    }
}

fn of_google(resource_type: &str, id: String) -> Parent {
    let base = resource_type
        .rsplit_once("_iam_")
        .map_or("google_", |(base, _)| base);
    Parent {
        id,
        resource_type: base.to_owned(),
        path: "",
        has_own_id: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, values: &[(&str, &str)], expected: Option<(&str, bool)>) {
        let mut attributes = Attributes::default();
        for (path, value) in values {
            attributes.offer(path, value);
        }
        let parent = super::super::parent(kind, &attributes);
        let found = parent
            .as_ref()
            .map(|parent| (parent.id.as_str(), parent.has_own_id));
        assert_eq!(found, expected, "{kind}");
    }

    #[test]
    fn tables_tell_parents_of_types_that_nobody_listed() {
        let pool = ("user_pool_id", "eu-west-1_AbCdEf123");
        check(
            "aws_cognito_user_pool_domain",
            &[("id", "shop"), pool],
            Some(("eu-west-1_AbCdEf123", false)),
        );
        check(
            "aws_vpn_connection_route",
            &[("vpn_connection_id", "vpn-0a1b2c3d")],
            Some(("vpn-0a1b2c3d", false)),
        );
        check("aws_nat_gateway", &[("subnet_id", "subnet-0a1b2c3d")], None);
        check(
            "google_pubsub_topic_iam_member",
            &[("project", "shop"), ("topic", "orders")],
            Some(("//pubsub.googleapis.com/projects/shop/topics/orders", false)),
        );
        check(
            "google_project_iam_custom_role",
            &[("id", "projects/shop/roles/reader")],
            None,
        );
    }

    #[test]
    fn settings_and_extensions_of_azure_belong_to_their_resource() {
        let account =
            "/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/a";
        check(
            "azurerm_storage_account_static_website",
            &[("id", account)],
            Some((account, false)),
        );
        let setting = format!("{account}|audit");
        check(
            "azurerm_monitor_diagnostic_setting",
            &[("id", &setting)],
            Some((account, false)),
        );
        let lock = format!("{account}/providers/Microsoft.Authorization/locks/keep");
        check(
            "azurerm_management_lock",
            &[("id", &lock)],
            Some((account, true)),
        );
        check("azurerm_storage_account", &[("id", account)], None);
    }
}
