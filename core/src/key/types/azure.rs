//! Types of Azure: those of Terraform and Pulumi, and those of the resource manager.

use std::sync::OnceLock;

use super::index::Index;
use crate::key::table::{Row, Table};

pub(crate) const TEXT: &str = include_str!("../data/azure.tsv");
const TABLE: Table = Table::new(TEXT);

/// Type of the resource manager behind a type of Terraform or Pulumi:
/// `Microsoft.Network/virtualNetworks/subnets` of `azurerm_subnet`.
///
/// Types that only say something of another resource have the type of that:
/// `azurerm_subnet_nat_gateway_association` is a subnet.
pub fn arm_type(resource_type: &str) -> Option<&'static str> {
    row(resource_type).map(|row| row.column(2))
}

/// Types of Terraform whose ids are of this type of the resource manager, sorted. More than one
/// where Terraform tells apart what the resource manager does not, such as virtual machines by
/// their system.
pub fn terraform_types(arm_type: &str) -> Vec<&'static str> {
    let is_it = |row: &Row| row.column(2).eq_ignore_ascii_case(arm_type);
    TABLE
        .rows()
        .filter(is_it)
        .map(|row| row.column(0))
        .collect()
}

/// Whether ids of this type may be those of another resource: an association, a setting, a policy
/// of something that has a type of its own in Terraform.
pub fn shares_its_id(resource_type: &str) -> bool {
    let Some(row) = row(resource_type) else {
        return false;
    };
    let name = row.column(0);
    let ends = [
        "_association",
        "_properties",
        "_static_website",
        "_swift_connection",
        "_customer_managed_key",
        "_network_rules",
        "_network_rule_set",
        "_active_slot",
    ];
    ends.iter().any(|end| name.ends_with(end))
        && TABLE
            .rows()
            .any(|other| other.column(2) == row.column(2) && other.column(0) != name)
}

fn row(resource_type: &str) -> Option<Row> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    match resource_type.starts_with("azure:") {
        true => INDEX.get_or_init(|| Index::of(TABLE)).find(resource_type),
        false => TABLE.find(resource_type),
    }
}
