//! Words by which logs know a resource besides its key.

use std::collections::BTreeSet;

use nepho_core::key::short_name;

use super::properties::Properties;
use super::{facets, keys, text, token};

/// Properties that are ids or names of their own resource.
const WORDS: [&str; 13] = [
    "name",
    "bucket",
    "identifier",
    "clusterIdentifier",
    "replicationGroupId",
    "resourceId",
    "keyId",
    "uniqueId",
    "email",
    "connectionName",
    "instanceId",
    "functionName",
    "accountName",
];

/// Properties that are host names, endpoints or URLs of it; only the host counts.
const HOSTS: [&str; 26] = [
    "endpoint",
    "readerEndpoint",
    "configurationEndpoint",
    "primaryEndpointAddress",
    "readerEndpointAddress",
    "address",
    "hostname",
    "defaultHostName",
    "defaultHostname",
    "fqdn",
    "fullyQualifiedDomainName",
    "dnsName",
    "domainName",
    "publicDns",
    "privateDns",
    "privateDnsName",
    "invokeUrl",
    "apiEndpoint",
    "url",
    "uri",
    "loginServer",
    "bucketDomainName",
    "bucketRegionalDomainName",
    "websiteEndpoint",
    "hostName",
    "vaultUri",
];

/// Properties that are IP addresses of it.
const ADDRESSES: [&str; 9] = [
    "privateIp",
    "publicIp",
    "ipAddress",
    "ipAddresses",
    "privateIpAddress",
    "publicIpAddress",
    "ipv6Addresses",
    "firstIpAddress",
    "address",
];

/// Types that nobody calls by name: a group of rules often bears the name of the database that it
/// guards.
const NEVER_CALLED: [&str; 20] = [
    "SecurityGroup",
    "DefaultSecurityGroup",
    "Subnet",
    "Vpc",
    "RouteTable",
    "NetworkAcl",
    "SubnetGroup",
    "ParameterGroup",
    "OptionGroup",
    "ClusterParameterGroup",
    "LaunchTemplate",
    "LaunchConfiguration",
    "KeyPair",
    "NetworkSecurityGroup",
    "VirtualNetwork",
    "Firewall",
    "Network",
    "Subnetwork",
    "DBSubnetGroup",
    "VPC",
];

/// Names that say nothing.
const MEANINGLESS: [&str; 7] = [
    "default", "main", "this", "none", "primary", "test", "example",
];

/// Whether this property is read for aliases.
pub(super) fn is_alias(name: &str) -> bool {
    WORDS.contains(&name) || HOSTS.contains(&name) || ADDRESSES.contains(&name)
}

/// Aliases of a resource, sorted, without its key. A facet has ids of its own at most.
pub(super) fn of(kind: &str, id: &str, key: &str, properties: &Properties) -> Vec<String> {
    let mut aliases = BTreeSet::new();
    if facets::is_facet(kind) {
        aliases.extend(Some(id.to_owned()).filter(|id| text::is_machine_made(id)));
    } else {
        let short = keys::is_global(key).then(|| short_name(key));
        for word in short
            .into_iter()
            .chain([id])
            .chain(WORDS.iter().flat_map(|name| properties.all(name)))
        {
            if is_telling(kind, word) {
                aliases.insert(word.to_owned());
            }
        }
        aliases.extend(
            HOSTS
                .iter()
                .flat_map(|name| properties.all(name))
                .filter_map(text::host),
        );
        aliases.extend(
            ADDRESSES
                .iter()
                .flat_map(|name| properties.all(name))
                .filter_map(text::address),
        );
    }
    aliases.remove(key);
    aliases.into_iter().collect()
}

fn is_telling(kind: &str, word: &str) -> bool {
    let is_name = !text::is_machine_made(word) && !keys::is_global(word);
    let says_nothing = word.len() < 2 || MEANINGLESS.contains(&word.to_ascii_lowercase().as_str());
    !says_nothing
        && text::may_be_kept(word)
        && !(is_name && NEVER_CALLED.contains(&token::name(kind)))
}
