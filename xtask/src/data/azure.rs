//! Table of Azure types: Terraform type, Pulumi token, ARM type.
//!
//! ARM types come from the ids in the import sections of Pulumi's SDK. Terraform types are found
//! by the words of module and name among the names that exist.

use anyhow::Result;

use super::packages::Folders;
use super::pulumi::{Class, classes};
use super::text::{Names, token, word};

/// Modules of Pulumi, or names in them, and what Terraform types begin with in their place.
const STARTS: [(&str, &str); 39] = [
    ("aifoundry", "ai_foundry"),
    ("apimanagement", "api_management"),
    ("appconfiguration", "app"),
    ("appconfiguration", "app_"),
    ("appinsights", "application_insights"),
    ("appservice", "app_service"),
    ("appservice", "function_"),
    ("authorization", "role"),
    ("automation", "automation"),
    ("avs", "vmware"),
    ("compute", "virtual_machine"),
    ("communication", "email_communication"),
    ("confidentialledger", "confidential"),
    ("containerapp", "container_app"),
    ("containerservice", "container"),
    ("containerservice", "kubernetes"),
    ("costmanagement", "cost"),
    ("dataprotection", "data_protection"),
    ("desktopvirtualization", "virtual_desktop"),
    ("domainservices", "active_directory_domain"),
    ("eventhub", "servicebus"),
    ("eventhub", "eventgrid"),
    ("iot", "iothub"),
    ("iot", "iothub_"),
    ("loganalytics", "log_analytics"),
    ("logicapps", "logic_app"),
    ("managedapplication", "managed"),
    ("management", "resource_management"),
    ("monitoring", "monitor"),
    ("network", "virtual_hub"),
    ("network", "network"),
    ("notificationhub", "notification"),
    ("operationalinsights", "log"),
    ("privatelink", "private"),
    ("privatelink", "private_endpoint"),
    ("privatedns", "private"),
    ("storage", "storage_account"),
    ("waf", "web_application_firewall"),
    ("webpubsub", "web_pubsub"),
];

/// Names of Pulumi that differ from those of Terraform: module and name, Terraform type.
const NAMES: [(&str, &str); 32] = [
    ("apimanagement:Service", "azurerm_api_management"),
    ("appinsights:Insights", "azurerm_application_insights"),
    (
        "appconfiguration:ConfigurationStore",
        "azurerm_app_configuration",
    ),
    (
        "appconfiguration:LicationLoadBalancer",
        "azurerm_application_load_balancer",
    ),
    (
        "appconfiguration:LicationLoadBalancerFrontend",
        "azurerm_application_load_balancer_frontend",
    ),
    (
        "automation:BoolVariable",
        "azurerm_automation_variable_bool",
    ),
    (
        "automation:DateTimeVariable",
        "azurerm_automation_variable_datetime",
    ),
    ("automation:IntVariable", "azurerm_automation_variable_int"),
    (
        "automation:StringVariable",
        "azurerm_automation_variable_string",
    ),
    ("bot:ChannelTeams", "azurerm_bot_channel_ms_teams"),
    ("compute:Extension", "azurerm_virtual_machine_extension"),
    (
        "compute:DataDiskAttachment",
        "azurerm_virtual_machine_data_disk_attachment",
    ),
    ("compute:PacketCapture", "azurerm_network_packet_capture"),
    ("compute:ScaleSet", "azurerm_virtual_machine_scale_set"),
    ("confidentialledger:Ledger", "azurerm_confidential_ledger"),
    ("containerapp:App", "azurerm_container_app"),
    ("datafactory:Factory", "azurerm_data_factory"),
    ("network:RouteTable", "azurerm_route_table"),
    (
        "communication:EmailService",
        "azurerm_email_communication_service",
    ),
    (
        "iot:DpsSharedAccessPolicy",
        "azurerm_iothub_dps_shared_access_policy",
    ),
    ("hsm:Module", "azurerm_dedicated_hardware_security_module"),
    ("keyvault:Certifiate", "azurerm_key_vault_certificate"),
    ("lb:LoadBalancer", "azurerm_lb"),
    (
        "managementresource:ManangementLock",
        "azurerm_management_lock",
    ),
    (
        "network:PointToPointVpnGateway",
        "azurerm_point_to_site_vpn_gateway",
    ),
    ("network:VnpGatewayNatRule", "azurerm_vpn_gateway_nat_rule"),
    ("notificationhub:Hub", "azurerm_notification_hub"),
    ("privatedns:LinkService", "azurerm_private_link_service"),
    ("avs:Cluster", "azurerm_vmware_cluster"),
    ("avs:PrivateCloud", "azurerm_vmware_private_cloud"),
    (
        "storage:CustomerManagedKey",
        "azurerm_storage_account_customer_managed_key",
    ),
    ("webpubsub:Service", "azurerm_web_pubsub"),
];

/// Types whose example ids are URLs, name two resources, or are missing: Terraform type, token,
/// type of the resource manager. learn.microsoft.com/azure/templates, read 2026-11-28.
const ROWS: [(&str, &str, &str); 14] = [
    (
        "azurerm_backup_protected_vm",
        "backup:ProtectedVM",
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
    ),
    (
        "azurerm_data_share",
        "datashare:Share",
        "Microsoft.DataShare/accounts/shares",
    ),
    (
        "azurerm_key_vault_certificate",
        "keyvault:Certificate",
        "Microsoft.KeyVault/vaults/certificates",
    ),
    (
        "azurerm_key_vault_key",
        "keyvault:Key",
        "Microsoft.KeyVault/vaults/keys",
    ),
    (
        "azurerm_key_vault_secret",
        "keyvault:Secret",
        "Microsoft.KeyVault/vaults/secrets",
    ),
    (
        "azurerm_monitor_diagnostic_setting",
        "monitoring:DiagnosticSetting",
        "Microsoft.Insights/diagnosticSettings",
    ),
    (
        "azurerm_role_management_policy",
        "pim:RoleManagementPolicy",
        "Microsoft.Authorization/roleManagementPolicies",
    ),
    (
        "azurerm_security_center_storage_defender",
        "securitycenter:StorageDefender",
        "Microsoft.Security/defenderForStorageSettings",
    ),
    (
        "azurerm_storage_blob",
        "storage:Blob",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs",
    ),
    (
        "azurerm_storage_table",
        "storage:Table",
        "Microsoft.Storage/storageAccounts/tableServices/tables",
    ),
    (
        "azurerm_virtual_desktop_host_pool",
        "desktopvirtualization:HostPool",
        "Microsoft.DesktopVirtualization/hostPools",
    ),
    (
        "azurerm_virtual_hub_route_table",
        "network:VirtualHubRouteTable",
        "Microsoft.Network/virtualHubs/hubRouteTables",
    ),
    (
        "azurerm_automation_job_schedule",
        "automation:JobSchedule",
        "Microsoft.Automation/automationAccounts/jobSchedules",
    ),
    (
        "azurerm_synapse_role_assignment",
        "synapse:RoleAssignment",
        "Microsoft.Synapse/workspaces/roleAssignments",
    ),
];

pub(super) fn rows(folders: &Folders, names: &Names) -> Result<Vec<String>> {
    let mut rows: Vec<String> = ROWS
        .iter()
        .map(|(name, short, kind)| format!("{name}\t{}\t{kind}", token(name, short)))
        .collect();
    for class in classes(&folders.pulumi_azure, "azure")? {
        let (Some(name), Some(kind)) = (
            terraform_name(&class, names),
            class.examples.iter().find_map(|id| arm_type(id)),
        ) else {
            continue;
        };
        rows.push(format!("{name}\t{}\t{kind}", token(&name, &class.token())));
    }
    Ok(rows)
}

fn terraform_name(class: &Class, names: &Names) -> Option<String> {
    let short = format!("{}:{}", class.module, class.name);
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == short) {
        return Some((*name).to_owned());
    }
    let starts = STARTS
        .iter()
        .filter(|(module, _)| *module == class.module)
        .map(|(_, start)| *start);
    let module = class.module.as_str();
    let found = [module]
        .into_iter()
        .chain(starts)
        .chain([""])
        .find_map(|start| names.find("azurerm", &word(&format!("{start}{}", class.name))));
    found.map(str::to_owned)
}

/// Type of the innermost resource of an id: `Microsoft.Network/virtualNetworks/subnets`. Ids that
/// name two resources (`a|b`, `a;b`) count as the first.
pub(super) fn arm_type(id: &str) -> Option<String> {
    let id = id.split(['|', ';']).next()?;
    id.starts_with('/').then_some(())?;
    let Some((_, inner)) = id.rsplit_once("/providers/") else {
        let parts = id.trim_matches('/').split('/').count();
        return match parts {
            2 => Some("Microsoft.Resources/subscriptions".to_owned()),
            4 => Some("Microsoft.Resources/resourceGroups".to_owned()),
            _ => None,
        };
    };
    let parts: Vec<&str> = inner.split('/').collect();
    let (namespace, rest) = parts.split_first()?;
    if rest.is_empty() || rest.len() % 2 != 0 {
        return None;
    }
    let types: Vec<&str> = rest.iter().step_by(2).copied().collect();
    Some(format!("{namespace}/{}", types.join("/")))
}
