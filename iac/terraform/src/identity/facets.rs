//! Resources without a life of their own: rules, attachments, policies. They join logs through
//! their parent.
//!
//! The table here comes first: it holds facets that have an id of their own, and what a run log
//! needs. Types that it does not hold are looked up in the generated tables of
//! `nepho_core::key::types`.

use nepho_core::key::{self, types};

use super::attributes::Attributes;
use super::keys;

mod generated;

/// How the id of a facet, all that a run log tells, leads to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FromId {
    /// It does not.
    No,
    /// The id is that of the parent, perhaps with `,` and more.
    Same,
    /// The id begins with that of the parent, and this follows.
    Before(char),
    /// Azure: the id is that of the parent and two segments more.
    AzureChild,
    /// Google IAM: the id is that of the parent, `/roles/...` and the member.
    BeforeRoles,
}

use FromId::{AzureChild, Before, BeforeRoles, No, Same};

/// A row of the table of facets.
struct Facet {
    /// Type; `*` stands for any text, at the end or in the middle.
    types: &'static str,
    /// Attributes that name the parent, the best first.
    paths: &'static [&'static str],
    /// Beginning of the type of the parent, to find it by name.
    parent: &'static str,
    from_id: FromId,
    /// Whether the facet has an ARN or id of its own.
    has_own_id: bool,
}

const fn facet(
    types: &'static str,
    paths: &'static [&'static str],
    parent: &'static str,
    from_id: FromId,
    has_own_id: bool,
) -> Facet {
    Facet {
        types,
        paths,
        parent,
        from_id,
        has_own_id,
    }
}

/// Facets; the first row that fits counts. A type whose attributes name no parent is no facet.
#[rustfmt::skip]
const FACETS: [Facet; 68] = [
    facet("aws_security_group_rule", &["security_group_id"], "aws_", No, true),
    facet("aws_vpc_security_group_*", &["security_group_id"], "aws_", No, true),
    facet("aws_network_interface_sg_attachment", &["network_interface_id"], "aws_network_interface", No, false),
    facet("aws_s3_object", &["bucket"], "aws_s3_bucket", No, false),
    facet("aws_s3_bucket_object", &["bucket"], "aws_s3_bucket", No, false),
    facet("aws_s3_bucket_*", &["bucket"], "aws_s3_bucket", Same, false),
    facet("aws_iam_role_policy", &["role"], "aws_iam_role", Before(':'), false),
    facet("aws_iam_user_policy", &["user"], "aws_iam_user", Before(':'), false),
    facet("aws_iam_group_policy", &["group"], "aws_iam_group", Before(':'), false),
    facet("aws_iam_role_policy_attachment", &["role"], "aws_iam_role", No, false),
    facet("aws_iam_user_policy_attachment", &["user"], "aws_iam_user", No, false),
    facet("aws_iam_group_policy_attachment", &["group"], "aws_iam_group", No, false),
    facet("aws_iam_user_login_profile", &["user"], "aws_iam_user", Same, false),
    facet("aws_iam_access_key", &["user"], "aws_iam_user", No, false),
    facet("aws_route", &["route_table_id"], "aws_", No, false),
    facet("aws_route_table_association", &["route_table_id"], "aws_", No, true),
    facet("aws_main_route_table_association", &["route_table_id"], "aws_", No, true),
    facet("aws_network_acl_rule", &["network_acl_id"], "aws_", No, false),
    facet("aws_network_acl_association", &["network_acl_id"], "aws_", No, true),
    facet("aws_route53_record", &["zone_id"], "aws_route53_zone", Before('_'), false),
    facet("aws_api_gateway_*", &["rest_api_id"], "aws_api_gateway_rest_api", No, true),
    facet("aws_apigatewayv2_*", &["api_id"], "aws_apigatewayv2_api", No, true),
    facet("aws_lambda_alias", &["function_name"], "aws_lambda_function", No, true),
    facet("aws_lambda_event_source_mapping", &["function_arn", "function_name"], "aws_lambda_function", No, true),
    facet("aws_lambda_*", &["function_name", "function_arn"], "aws_lambda_function", No, false),
    facet("aws_sqs_queue_*", &["queue_url"], "aws_sqs_queue", Same, false),
    facet("aws_sns_topic_policy", &["arn"], "aws_sns_topic", Same, false),
    facet("aws_sns_topic_subscription", &["topic_arn"], "aws_sns_topic", No, true),
    facet("aws_ecr_*_policy", &["repository"], "aws_ecr_repository", Same, false),
    facet("aws_kms_alias", &["target_key_arn", "target_key_id"], "aws_kms_key", No, true),
    facet("aws_kms_key_policy", &["key_id"], "aws_kms_key", Same, false),
    facet("aws_secretsmanager_secret_*", &["secret_id", "secret_arn"], "aws_secretsmanager_secret", Before('|'), false),
    facet("aws_autoscaling_policy", &["autoscaling_group_name"], "aws_autoscaling_group", No, true),
    facet("aws_autoscaling_*", &["autoscaling_group_name"], "aws_autoscaling_group", No, false),
    facet("aws_appautoscaling_*", &["resource_id"], "aws_", No, true),
    facet("aws_lb_target_group_attachment", &["target_group_arn"], "aws_", No, false),
    facet("aws_alb_target_group_attachment", &["target_group_arn"], "aws_", No, false),
    facet("aws_lb_listener_*", &["listener_arn"], "aws_", No, true),
    facet("aws_alb_listener_*", &["listener_arn"], "aws_", No, true),
    facet("aws_volume_attachment", &["instance_id"], "aws_instance", No, false),
    facet("aws_eip_association", &["allocation_id"], "aws_eip", No, true),
    facet("aws_vpc_endpoint_*", &["vpc_endpoint_id"], "aws_vpc_endpoint", No, false),
    facet("aws_vpc_dhcp_options_association", &["vpc_id"], "aws_vpc", No, false),
    facet("aws_efs_*", &["file_system_id"], "aws_efs_file_system", No, true),
    facet("aws_cloudwatch_log_*", &["log_group_name"], "aws_cloudwatch_log_group", No, false),
    facet("aws_cloudwatch_event_target", &["rule"], "aws_cloudwatch_event_rule", No, false),
    facet("aws_dynamodb_*", &["table_name"], "aws_dynamodb_table", No, false),
    facet("aws_ecs_cluster_capacity_providers", &["cluster_name"], "aws_ecs_cluster", Same, false),
    facet("aws_eks_*", &["cluster_name"], "aws_eks_cluster", Before(':'), true),
    facet("aws_cognito_*", &["user_pool_id"], "aws_cognito_user_pool", No, false),
    facet("aws_wafv2_web_acl_association", &["web_acl_arn"], "aws_wafv2_web_acl", No, false),
    facet("google_*_iam_*", &["bucket"], "google_storage_bucket", BeforeRoles, false),
    facet("google_sql_database_instance", &[], "", No, true),
    facet("google_sql_*", &["instance"], "google_sql_database_instance", No, false),
    facet("google_storage_bucket_*", &["bucket"], "google_storage_bucket", No, false),
    facet("google_dns_record_set", &["managed_zone"], "google_dns_managed_zone", No, false),
    facet("google_secret_manager_secret_version", &["secret"], "google_secret_manager_secret", No, true),
    facet("google_compute_router_*", &["router"], "google_compute_router", No, false),
    facet("azurerm_subnet_*_association", &["subnet_id"], "azurerm_", Same, false),
    facet("azurerm_network_interface_*_association", &["network_interface_id"], "azurerm_", Before('|'), false),
    facet("azurerm_network_security_rule", &[], "azurerm_network_security_group", AzureChild, true),
    facet("azurerm_route", &[], "azurerm_route_table", AzureChild, true),
    facet("azurerm_*_firewall_rule", &[], "azurerm_", AzureChild, true),
    facet("azurerm_*dns_*_record", &[], "azurerm_", AzureChild, true),
    facet("azurerm_lb_*", &["loadbalancer_id"], "azurerm_lb", AzureChild, true),
    facet("azurerm_key_vault_*", &["key_vault_id"], "azurerm_key_vault", No, false),
    facet("azurerm_role_assignment", &["scope"], "azurerm_", No, true),
    facet("openstack_networking_secgroup_rule_*", &["security_group_id"], "openstack_", No, true),
];

/// Parent of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its canonical id, short id or name.
    pub id: String,
    /// Beginning of its type, to find it by name.
    pub resource_type: String,
    /// Attribute of the facet that names it; empty when the id of the facet does.
    pub path: &'static str,
    /// Whether the facet has an id of its own, or only borrows that of the parent.
    pub has_own_id: bool,
}

/// Paths that are read for parents.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let generated = types::aws::parent_attributes().map(|parent| parent.name);
    FACETS
        .iter()
        .flat_map(|facet| facet.paths.iter().copied())
        .chain(generated)
}

/// Whether resources of this type stand alone, whatever their attributes are.
pub(crate) fn stands_alone(resource_type: &str) -> bool {
    row(resource_type).is_none() && generated::stands_alone(resource_type)
}

/// Parent of an instance; `None` if it stands alone.
pub fn parent(resource_type: &str, attributes: &Attributes) -> Option<Parent> {
    let Some(facet) = row(resource_type) else {
        return generated::parent(resource_type, attributes);
    };
    // The paths of Google's IAM resources differ by service; their id always tells.
    if facet.from_id == BeforeRoles {
        if let Some(parent) = generated::parent(resource_type, attributes) {
            return Some(parent);
        }
    } else {
        for path in facet.paths {
            if let Some(id) = attributes.first(path) {
                let id = keys::from_id(facet.parent, id)?;
                return Some(Parent {
                    id,
                    resource_type: facet.parent.to_owned(),
                    path,
                    has_own_id: facet.has_own_id,
                });
            }
        }
    }
    parent_of_id(resource_type, attributes.first("id")?)
}

/// Parent that the id of a facet tells; `None` if it stands alone or the id does not tell.
pub fn parent_of_id(resource_type: &str, id: &str) -> Option<Parent> {
    let Some(facet) = row(resource_type) else {
        return generated::parent_of_id(resource_type, id);
    };
    let mut parent_type = facet.parent.to_owned();
    let id = match facet.from_id {
        No => return None,
        Same => id.split(',').next()?,
        Before(mark) => id.split_once(mark)?.0,
        AzureChild => {
            let is_child = key::is_azure_id(id);
            let mut ends = id.trim_end_matches('/').rmatch_indices('/').skip(1);
            ends.next()
                .filter(|_| is_child)
                .and_then(|(end, _)| id.get(..end))?
        }
        BeforeRoles => {
            parent_type = resource_type.rsplit_once("_iam_")?.0.to_owned();
            types::google::before_role(id)
        }
    };
    // A project, folder or organisation is named without its kind.
    let id = match parent_type.as_str() {
        "google_project" if !id.contains('/') => format!("projects/{id}"),
        "google_organization" if !id.contains('/') => format!("organizations/{id}"),
        _ => id.to_owned(),
    };
    let id = keys::from_id(&parent_type, &id)?;
    Some(Parent {
        id,
        resource_type: parent_type,
        path: "",
        has_own_id: facet.has_own_id,
    })
}

/// Whether this type may be a facet whose id is not its own.
pub fn borrows_its_id(resource_type: &str) -> bool {
    match row(resource_type) {
        Some(facet) => !facet.has_own_id,
        None => generated::borrows_its_id(resource_type),
    }
}

fn row(resource_type: &str) -> Option<&'static Facet> {
    // Roles that people define stand alone.
    if resource_type.ends_with("_iam_custom_role") {
        return None;
    }
    // `aws_lambda_*` fits `aws_lambda_function`, which is no part of itself.
    let mut fitting = FACETS
        .iter()
        .filter(|facet| fits(facet.types, resource_type));
    fitting.next().filter(|facet| facet.parent != resource_type)
}

/// Whether `pattern`, in which `*` stands for any text that is not empty, fits `resource_type`.
fn fits(pattern: &str, resource_type: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts
        .next()
        .and_then(|first| resource_type.strip_prefix(first))
    else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = rest.get(at.saturating_add(part.len())..).unwrap_or("");
    }
    rest.len() > last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_types() {
        assert!(fits("google_*_iam_*", "google_storage_bucket_iam_member"));
        assert!(fits(
            "azurerm_*dns_*_record",
            "azurerm_private_dns_a_record"
        ));
        assert!(fits("aws_s3_bucket_*", "aws_s3_bucket_policy"));
        assert!(!fits("aws_s3_bucket_*", "aws_s3_bucket"));
        assert!(!fits("aws_route", "aws_route_table"));
        assert!(!fits("azurerm_*_firewall_rule", "azurerm_firewall_rule"));
    }

    #[test]
    fn nothing_is_a_part_of_itself() {
        let mut attributes = Attributes::default();
        let arn = "arn:aws:lambda:eu-central-1:123456789012:function:worker";
        for (path, value) in [
            ("id", "worker"),
            ("function_name", "worker"),
            ("arn", arn),
            ("role", "arn:aws:iam::123456789012:role/worker"),
        ] {
            attributes.offer(path, value);
        }
        assert_eq!(parent("aws_lambda_function", &attributes), None);
        assert!(!borrows_its_id("aws_lambda_function"));
        let of_permission = parent("aws_lambda_permission", &attributes).unwrap();
        assert_eq!(of_permission.resource_type, "aws_lambda_function");
    }

    #[test]
    fn an_id_alone_leads_to_the_parent() {
        let check = |kind: &str, id: &str, expected: Option<&str>| {
            assert_eq!(
                parent_of_id(kind, id).map(|parent| parent.id).as_deref(),
                expected,
                "{kind} {id}"
            );
        };
        check(
            "aws_s3_bucket_acl",
            "shop-media,private",
            Some("shop-media"),
        );
        check(
            "aws_iam_role_policy",
            "checkout:read-orders",
            Some("checkout"),
        );
        check("aws_security_group_rule", "sgrule-1234567890", None);
        check(
            "aws_sqs_queue_policy",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
            Some("arn:aws:sqs:eu-west-1:111122223333:orders"),
        );
        check(
            "google_storage_bucket_iam_member",
            "b/media/roles/storage.admin/allUsers",
            Some("//storage.googleapis.com/media"),
        );
        check(
            "google_project_iam_member",
            "shop-prod/roles/viewer/user:a@example.com",
            Some("//cloudresourcemanager.googleapis.com/projects/shop-prod"),
        );
        let role = "organizations/7/roles/audit/user:a@example.com/office//request.time > x";
        check(
            "google_organization_iam_member",
            &format!("7/{role}"),
            Some("organizations/7"),
        );
        check(
            "azurerm_network_security_rule",
            "/subscriptions/S/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n/securityRules/r",
            Some(
                "/subscriptions/s/resourcegroups/g/providers/microsoft.network/networksecuritygroups/n",
            ),
        );
        check("aws_instance", "i-1", None);
        check("azurerm_route", "r", None);
    }
}
