//! What Terraform manages in Azure: the two sites of App Service and their plan.

use super::terraform_state::{Resource, tags};
use crate::demo_data::json::{list, object};
use crate::demo_data::story::{AZURE_REGION, CANARIES, SUBSCRIPTION, Service};

/// All resources, in the order of the state.
pub(super) fn resources() -> Vec<Resource> {
    let group = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/shop-production");
    let plan = format!("{group}/providers/Microsoft.Web/serverFarms/shop-plan");
    let site = |service: Service, name: &'static str| {
        Resource::single(
            "azurerm_linux_web_app",
            name,
            &["azurerm_resource_group.shop", "azurerm_service_plan.shop"],
            object! {
                "app_settings" => object! { "CART_URL" => "https://api.shop.example.com/api/cart" },
                "connection_string" => list![object! {
                    "name" => "sessions",
                    "type" => "RedisCache",
                    "value" => CANARIES[3],
                }],
                "default_hostname" => format!("{name}.shop-ase.appserviceenvironment.net"),
                "id" => format!("{group}/providers/Microsoft.Web/sites/{name}"),
                "location" => AZURE_REGION,
                "name" => name,
                "resource_group_name" => "shop-production",
                "service_plan_id" => &plan,
                "tags" => tags(service.name(), service.team()),
            },
        )
        .keeping_secret(&["app_settings", "connection_string"])
    };
    vec![
        Resource::single(
            "azurerm_resource_group",
            "shop",
            &[],
            object! {
                "id" => &group,
                "location" => AZURE_REGION,
                "name" => "shop-production",
                "tags" => object! { "Environment" => "production" },
            },
        ),
        Resource::single(
            "azurerm_service_plan",
            "shop",
            &["azurerm_resource_group.shop"],
            object! {
                "id" => &plan,
                "location" => AZURE_REGION,
                "name" => "shop-plan",
                "resource_group_name" => "shop-production",
                "tags" => object! { "Environment" => "production" },
            },
        ),
        site(Service::Web, "web"),
        site(Service::Identity, "identity"),
    ]
}
