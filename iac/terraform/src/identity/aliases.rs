//! Words by which logs know a resource besides its key.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use nepho_core::key::{self, types};
use nepho_iac_common::text;

use super::attributes::{self, Attributes};
use super::{grants, keys};

/// What an attribute tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// An id that a cloud made, or a name within the account.
    Word,
    /// A host name, an endpoint or a URL; only the host counts. Lists and comma-separated texts
    /// too.
    Host,
    /// An IP address.
    Address,
    /// The URL of what issues its tokens.
    Issuer,
}

use Role::{Address, Host, Issuer, Word};

/// Attributes that are aliases of their own resource.
const ALIASES: [(&str, Role); 76] = [
    ("id", Word),
    ("name", Word),
    ("arn_suffix", Word),
    ("bucket", Word),
    ("bucket_domain_name", Host),
    ("bucket_regional_domain_name", Host),
    ("website_endpoint", Host),
    ("function_name", Word),
    ("function_url", Host),
    ("identifier", Word),
    ("cluster_identifier", Word),
    ("cluster_id", Word),
    ("cluster_resource_id", Word),
    ("replication_group_id", Word),
    ("resource_id", Word),
    ("dbi_resource_id", Word),
    ("key_id", Word),
    ("client_id", Word),
    ("principal_id", Word),
    ("object_id", Word),
    ("identity.principal_id", Word),
    ("kubelet_identity.object_id", Word),
    ("unique_id", Word),
    ("email", Word),
    ("connection_name", Word),
    ("instance_id", Word),
    ("allocation_id", Word),
    ("primary_network_interface_id", Word),
    ("uri", Host),
    ("endpoint", Host),
    ("endpoints", Host),
    ("reader_endpoint", Host),
    ("configuration_endpoint", Host),
    ("configuration_endpoint_address", Host),
    ("primary_endpoint_address", Host),
    ("reader_endpoint_address", Host),
    ("cluster_address", Host),
    ("cache_nodes.address", Host),
    ("instances.endpoints", Host),
    ("bootstrap_brokers", Host),
    ("bootstrap_brokers_tls", Host),
    ("bootstrap_brokers_sasl_iam", Host),
    ("bootstrap_brokers_sasl_scram", Host),
    ("address", Host),
    ("host", Host),
    ("hostname", Host),
    ("default_hostname", Host),
    ("default_site_hostname", Host),
    ("fqdn", Host),
    ("private_fqdn", Host),
    ("latest_revision_fqdn", Host),
    ("ingress.fqdn", Host),
    ("fully_qualified_domain_name", Host),
    ("primary_blob_endpoint", Host),
    ("vault_uri", Host),
    ("login_server", Host),
    ("dns_name", Host),
    ("domain_name", Host),
    ("aliases", Host),
    ("alias", Host),
    ("public_dns", Host),
    ("private_dns", Host),
    ("private_dns_name", Host),
    ("invoke_url", Host),
    ("api_endpoint", Host),
    ("service_url", Host),
    ("https_trigger_url", Host),
    ("service_config.uri", Host),
    ("status.url", Host),
    ("metadata.name", Word),
    ("private_ip", Address),
    ("public_ip", Address),
    ("ip_address", Address),
    ("ip_addresses", Address),
    ("identity.oidc.issuer", Issuer),
    ("oidc_issuer_url", Issuer),
];

/// Addresses in attributes of several clouds that would make the table above unwieldy.
const ADDRESSES: [&str; 19] = [
    "ipv6_addresses",
    "private_ip_address",
    "private_ip_addresses",
    "public_ip_address",
    "public_ip_addresses",
    "first_ip_address",
    "ip_address.ip_address",
    "network_interface.network_ip",
    "network_interface.access_config.nat_ip",
    "frontend_ip_configuration.private_ip_address",
    "ip_configuration.private_ip_address",
    "secondary_private_ips",
    "tunnel1_address",
    "tunnel2_address",
    "vpn_interfaces.ip_address",
    "bgp_settings.peering_addresses.tunnel_ip_addresses",
    "bgp_settings.instance_0_bgp_peering_address.tunnel_ips",
    "bgp_settings.instance_1_bgp_peering_address.tunnel_ips",
    "ip_configuration.public_ip_address",
];

/// Types of parts of networks with the attribute that holds their ranges.
const RANGES: [(&str, &str); 6] = [
    ("aws_default_subnet", "cidr_block"),
    ("aws_default_subnet", "ipv6_cidr_block"),
    ("aws_subnet", "cidr_block"),
    ("aws_subnet", "ipv6_cidr_block"),
    ("azurerm_subnet", "address_prefixes"),
    ("google_compute_subnetwork", "ip_cidr_range"),
];

/// Attributes that are aliases of these types alone, and refer to other resources in all others.
const OWN_OF: [(&str, &[&str]); 16] = [
    ("bucket", &["aws_s3_bucket"]),
    ("function_name", &["aws_lambda_function"]),
    ("cluster_id", &["aws_elasticache_cluster"]),
    (
        "replication_group_id",
        &["aws_elasticache_replication_group"],
    ),
    ("resource_id", &["aws_db_instance"]),
    ("key_id", &["aws_kms_key"]),
    (
        "client_id",
        &[
            "azurerm_user_assigned_identity",
            "azuread_service_principal",
        ],
    ),
    ("principal_id", &["azurerm_user_assigned_identity"]),
    ("object_id", &["azuread_service_principal"]),
    ("instance_id", &["google_compute_instance"]),
    ("allocation_id", &["aws_eip"]),
    ("primary_network_interface_id", &["aws_instance"]),
    ("aliases", &["aws_cloudfront_distribution"]),
    ("alias", &["azurerm_private_link_service"]),
    (
        "cluster_identifier",
        &[
            "aws_rds_cluster",
            "aws_docdb_cluster",
            "aws_neptune_cluster",
            "aws_redshift_cluster",
        ],
    ),
    (
        "domain_name",
        &[
            "aws_cloudfront_distribution",
            "aws_opensearch_domain",
            "aws_elasticsearch_domain",
            "aws_api_gateway_domain_name",
            "aws_apigatewayv2_domain_name",
        ],
    ),
];

/// Attributes that hold an address of another: an elastic address copies those of the machine it is
/// tied to, and a customer gateway is known by that of the other end of the tunnel.
const COPIED: [(&str, &str); 4] = [
    ("aws_customer_gateway", "ip_address"),
    ("aws_eip", "private_ip"),
    ("aws_eip", "private_dns"),
    ("aws_eip", "public_dns"),
];

/// Types that nobody calls by name: a group of rules often bears the name of the database it
/// guards, and an identity provider that of the issuer it stands for.
const NEVER_CALLED: [&str; 23] = [
    "aws_iam_openid_connect_provider",
    "aws_security_group",
    "aws_default_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_route_table",
    "aws_network_acl",
    "aws_db_subnet_group",
    "aws_db_parameter_group",
    "aws_db_option_group",
    "aws_rds_cluster_parameter_group",
    "aws_elasticache_subnet_group",
    "aws_elasticache_parameter_group",
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_key_pair",
    "azurerm_network_security_group",
    "azurerm_route_table",
    "azurerm_subnet",
    "azurerm_virtual_network",
    "google_compute_firewall",
    "google_compute_network",
    "google_compute_subnetwork",
];

/// Names that say nothing.
const MEANINGLESS: [&str; 7] = [
    "default", "main", "this", "none", "primary", "test", "example",
];

/// Paths that are read for aliases.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    ALIASES
        .iter()
        .map(|(path, _)| *path)
        .chain(ADDRESSES)
        .chain(["security_group_rule_id"])
}

/// Types of DNS records: their host name is one of what they point at.
pub fn is_record(resource_type: &str) -> bool {
    let is_azure = resource_type.starts_with("azurerm_")
        && resource_type.contains("dns_")
        && resource_type.ends_with("_record");
    is_azure
        || matches!(
            resource_type,
            "aws_route53_record" | "google_dns_record_set"
        )
}

/// Host name of a DNS record.
pub fn record_host<'a>(
    resource_type: &str,
    first: impl Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    if !is_record(resource_type) {
        return None;
    }
    let name = first("fqdn").or_else(|| first("name"));
    name.filter(|name| !name.contains('*')).and_then(text::host)
}

/// Values of DNS records that name what they lead to.
pub(crate) const RECORD_VALUES: [&str; 8] = [
    "alias.name",
    "records",
    "record",
    "rrdatas",
    "routing_policy.wrr.rrdatas",
    "routing_policy.geo.rrdatas",
    "routing_policy.primary_backup.backup_geo.rrdatas",
    "target_resource_id",
];

/// What the value of a DNS record leads to, without the numbers that stand before a host (`10
/// mail.example.com`, `0 5 5060 sip.example.com`) and what Route 53 puts before the name of a load
/// balancer.
pub(crate) fn of_record(value: &str) -> &str {
    let value = value.strip_prefix("dualstack.").unwrap_or(value);
    match value.rsplit_once(' ') {
        Some((numbers, host)) if numbers.bytes().all(|b| b.is_ascii_digit() || b == b' ') => host,
        _ => value,
    }
}

/// Host or address in the value of a reference.
pub(crate) fn host_of(value: &str) -> Option<String> {
    text::host(value)
}

/// What a path tells of which types.
#[derive(Clone, Copy)]
struct Part {
    path: &'static str,
    role: Role,
    /// The types whose alias it is; `None` for all.
    types: Option<&'static [&'static str]>,
    /// The type that copies it from another resource.
    copied_by: Option<&'static str>,
}

impl Part {
    fn of(path: &'static str, role: Role) -> Self {
        let own = OWN_OF.iter().find(|(own, _)| *own == path);
        let copied = COPIED.iter().find(|(_, copied)| *copied == path);
        Self {
            path,
            role,
            types: own.map(|(_, types)| *types),
            copied_by: copied.map(|(copies, _)| *copies),
        }
    }

    fn is_alias_of(&self, resource_type: &str) -> bool {
        let is_own = self
            .types
            .is_none_or(|types| types.contains(&resource_type));
        is_own && self.copied_by != Some(resource_type)
    }
}

/// Aliases of a resource that stands alone, sorted, without its key.
pub fn of(resource_type: &str, key: &str, attributes: &Attributes) -> Vec<String> {
    // By the numbers of the paths.
    static PARTS: LazyLock<Vec<Option<Part>>> = LazyLock::new(|| {
        let addresses = ADDRESSES.map(|path| (path, Address));
        let roles: HashMap<&str, Role> = ALIASES.into_iter().chain(addresses).collect();
        attributes::readable()
            .map(|path| Some(Part::of(path, *roles.get(path)?)))
            .collect()
    });
    let mut aliases = Vec::with_capacity(4);
    for (number, value) in attributes.values() {
        if let Some(Some(part)) = PARTS.get(usize::from(number))
            && part.is_alias_of(resource_type)
        {
            add(&mut aliases, resource_type, part.path, part.role, value);
        }
    }
    if keys::is_global(key) {
        add(
            &mut aliases,
            resource_type,
            "name",
            Word,
            key::short_name(key),
        );
    }
    if resource_type.starts_with("google_") {
        let attribute = |path: &str| attributes.first(path);
        aliases.extend(types::google::other_names(resource_type, key, attribute));
        // The same by the number of the project.
        let full = attribute("name").filter(|name| name.starts_with("projects/"));
        aliases.extend(full.and_then(|name| types::google::full_name(resource_type, name)));
    }
    aliases.extend(ranges(resource_type, attributes));
    aliases.sort_unstable();
    aliases.dedup();
    // The same id in another spelling is no other word.
    aliases
        .retain(|alias| alias != key && (!key::is_azure_id(alias) || key::canonical(alias) != key));
    aliases
}

/// Aliases of a facet: ids of its own at most, for its name and addresses are those of its parent.
pub fn of_facet(has_own_id: bool, key: &str, attributes: &Attributes) -> Vec<String> {
    let ids = ["security_group_rule_id", "id"]
        .iter()
        .filter_map(|path| attributes.first(path));
    let own = ids.filter(|id| has_own_id && *id != key && keys::is_machine_made(id));
    let own: BTreeSet<&str> = own.collect();
    own.into_iter().map(str::to_owned).collect()
}

/// The id of a part of a policy of Google, which tells what it gives to whom on what:
/// `shop/roles/viewer/serviceAccount:EMAIL`, of a binding `shop/roles/viewer`.
pub fn of_policy(attributes: &Attributes) -> Vec<String> {
    let id = attributes.first("id").filter(|id| id.contains("/roles/"));
    id.into_iter().map(str::to_owned).collect()
}

/// Ranges of addresses that a part of a network has, of which things in it have theirs.
fn ranges<'a>(
    resource_type: &str,
    attributes: &'a Attributes,
) -> impl Iterator<Item = String> + 'a {
    let paths = RANGES.iter().filter(|(kind, _)| *kind == resource_type);
    let paths: Vec<&str> = paths.map(|(_, path)| *path).collect();
    let values = paths.into_iter().flat_map(|path| attributes.all(path));
    let ranges = values.filter(|value| {
        let range = value.split_once('/');
        range.is_some_and(|(address, _)| text::address(address).is_some())
    });
    ranges.map(str::to_owned)
}

fn add(aliases: &mut Vec<String>, resource_type: &str, path: &str, role: Role, value: &str) {
    match role {
        Word => {
            let is_name = || !keys::is_machine_made(value);
            let says_nothing = value.len() < 2
                || MEANINGLESS
                    .iter()
                    .any(|word| value.eq_ignore_ascii_case(word));
            if !(says_nothing || NEVER_CALLED.contains(&resource_type) && is_name()) {
                aliases.push(value.to_owned());
            }
        }
        Address => aliases.extend(text::address(value)),
        Issuer => aliases.extend(grants::issuer(value)),
        // The domain of a record or a certificate may be a pattern, which is no host.
        Host if value.starts_with("*.") => {}
        Host => {
            let hosts: Vec<String> = value.split(',').filter_map(text::host).collect();
            // An OpenSearch `domain_name` and an S3 endpoint of old providers are plain names.
            if hosts.is_empty() && path == "domain_name" && !value.contains(['/', '*']) {
                aliases.push(value.to_owned());
            }
            aliases.extend(hosts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resource_type: &str, key: &str, values: &[(&str, &str)], expected: &[&str]) {
        let mut attributes = Attributes::default();
        for (path, value) in values {
            attributes.offer(path, value);
        }
        let aliases: Vec<String> = of(resource_type, key, &attributes).into_iter().collect();
        assert_eq!(aliases, expected, "{resource_type}");
    }

    #[test]
    fn a_part_of_a_network_is_known_by_its_range() {
        let arn = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a1b2c3d";
        let values = [
            ("id", "subnet-0a1b2c3d"),
            ("cidr_block", "10.0.1.0/24"),
            ("ipv6_cidr_block", "2001:db8:1::/64"),
        ];
        let expected = ["10.0.1.0/24", "2001:db8:1::/64", "subnet-0a1b2c3d"];
        check("aws_subnet", arn, &values, &expected);
        let id = "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/subnets/app";
        let values = [("address_prefixes", "10.1.1.0/24")];
        check("azurerm_subnet", id, &values, &["10.1.1.0/24"]);
        let values = [("id", "vpc-0a1b2c3d"), ("cidr_block", "10.0.0.0/16")];
        let arn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d";
        check("aws_vpc", arn, &values, &["vpc-0a1b2c3d"]);
    }

    #[test]
    fn a_database_is_known_by_name_and_endpoint() {
        let arn = "arn:aws:rds:eu-west-1:111122223333:db:order-db";
        let values = [
            ("id", "db-ABCDEFGHIJ234"),
            ("identifier", "order-db"),
            ("endpoint", "order-db.x1.eu-west-1.rds.amazonaws.com:5432"),
            ("address", "order-db.x1.eu-west-1.rds.amazonaws.com"),
        ];
        check(
            "aws_db_instance",
            arn,
            &values,
            &[
                "db-ABCDEFGHIJ234",
                "order-db",
                "order-db.x1.eu-west-1.rds.amazonaws.com",
            ],
        );
    }

    #[test]
    fn a_project_is_also_known_by_number() {
        let key = "//cloudresourcemanager.googleapis.com/projects/shop-prod";
        let values = [("project_id", "shop-prod"), ("number", "123456789012")];
        let expected = [
            "//cloudresourcemanager.googleapis.com/projects/123456789012",
            "shop-prod",
        ];
        check("google_project", key, &values, &expected);
    }

    #[test]
    fn a_security_group_is_not_known_by_name() {
        let arn = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
        let values = [("id", "sg-0a1b2c3d4e5f60718"), ("name", "order-db")];
        check(
            "aws_security_group",
            arn,
            &values,
            &["sg-0a1b2c3d4e5f60718"],
        );
    }

    #[test]
    fn ends_of_tunnels_have_their_own_address_and_not_that_of_the_other() {
        let values = [
            ("id", "cgw-0a1b2c3d"),
            ("ip_address", "203.0.113.7"),
            ("tunnel1_address", "203.0.113.8"),
        ];
        check("aws_customer_gateway", "cgw-0a1b2c3d", &values[..2], &[]);
        let own = ["203.0.113.8", "cgw-0a1b2c3d"];
        check(
            "aws_vpn_connection",
            "vpn-0a1b2c3d",
            &[values[0], values[2]],
            &own,
        );
    }

    #[test]
    fn an_elastic_address_does_not_claim_that_of_its_machine() {
        let values = [
            ("id", "eipalloc-0a1b2c3d"),
            ("private_ip", "10.0.0.7"),
            ("public_ip", "203.0.113.7"),
        ];
        check("aws_eip", "eipalloc-0a1b2c3d", &values, &["203.0.113.7"]);
    }
}
