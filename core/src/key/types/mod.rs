//! Types of resources in the words of the tools, and how the ids of each are made.
//!
//! The tables stand in `../data`; its README tells where they come from. `cargo xtask data` writes
//! them anew. A type may be given as Terraform (`aws_sns_topic`), CloudFormation
//! (`AWS::SNS::Topic`) or Pulumi (`aws:sns/topic:Topic`) calls it.

pub mod aws;
pub mod azure;
pub mod google;

mod index;

#[cfg(test)]
mod tests;

/// A type without the habits of its tool: `snstopic` for `aws_sns_topic`, `AWS::SNS::Topic` and
/// `aws:sns/topic:Topic`. Two types of different tools may be the same when one word ends in the
/// other.
pub fn word(resource_type: &str) -> String {
    let bare = ["aws_", "azurerm_", "google_", "kubernetes_", "AWS::"]
        .iter()
        .find_map(|prefix| resource_type.strip_prefix(prefix));
    let mut word: String = match (bare, resource_type.rsplit_once('/')) {
        (Some(bare), _) => plain(bare),
        (None, Some((_, last))) => plain(last.rsplit(':').next().unwrap_or(last)),
        (None, None) => plain(resource_type),
    };
    if word.ends_with('s') {
        word.pop();
    }
    word
}

/// Whether an attribute of this name holds the id or name of a resource in all types, so that it
/// may be read: not `policy` or `config`, which hold documents elsewhere.
fn names_a_resource(attribute: &str) -> bool {
    const NAMES: [&str; 48] = [
        "api",
        "app",
        "attestor",
        "billing_account",
        "bucket",
        "ca_pool",
        "catalog",
        "cloud_function",
        "cluster",
        "database",
        "dataset",
        "dataplex_zone",
        "disk",
        "domain",
        "email",
        "email_identity",
        "environment",
        "firewall_policy",
        "folder",
        "function",
        "gateway",
        "group",
        "hub",
        "image",
        "instance",
        "instance_group_manager",
        "key_ring",
        "lake",
        "load_balancer",
        "location",
        "managed_zone",
        "name",
        "namespace",
        "network",
        "organization",
        "parent",
        "project",
        "region",
        "repository",
        "role",
        "router",
        "service",
        "subnetwork",
        "subscription",
        "thing",
        "topic",
        "user",
        "zone",
    ];
    let is_id = ["_id", "_name", "_arn", "_identifier", "_url"]
        .iter()
        .any(|end| attribute.ends_with(end));
    let is_secret = ["token", "credential", "password"]
        .iter()
        .any(|word| attribute.contains(word));
    NAMES.contains(&attribute) || (is_id && !is_secret)
}

fn plain(text: &str) -> String {
    let mut plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.make_ascii_lowercase();
    plain
}
