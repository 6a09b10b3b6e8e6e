//! Hosts of services of Azure: which resources answer in which domain.
//!
//! learn.microsoft.com/azure/private-link/private-endpoint-dns, read 2026-11-29. The table stands
//! in `data/azure_hosts.tsv`; the README there tells its columns.

use std::sync::OnceLock;

use super::table::Table;

const TEXT: &str = include_str!("data/azure_hosts.tsv");

/// A domain in which resources of Azure answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureDomain {
    /// The domain, in lower case: `vault.azure.net`.
    pub domain: &'static str,
    /// Types of what answers there, in lower case, the usual one first, or the namespace alone
    /// where the domain has resources of several types: `microsoft.keyvault/vaults`.
    pub types: Vec<&'static str>,
    /// Whether the name of each resource is the label before the domain, in the public cloud.
    pub has_names: bool,
    /// Whether a host in the domain that logs name as a peer is told as a resource.
    pub has_peers: bool,
}

impl AzureDomain {
    /// Whether `host`, in lower case, lies in the domain.
    pub fn holds(&self, host: &str) -> bool {
        let before = host.strip_suffix(self.domain);
        before.is_some_and(|before| before.ends_with('.'))
    }

    /// Namespaces of what answers there, each once: `microsoft.keyvault`.
    pub fn namespaces(&self) -> Vec<&'static str> {
        let of_type = |kind: &&'static str| kind.split('/').next().unwrap_or(kind);
        let mut namespaces: Vec<&str> = self.types.iter().map(of_type).collect();
        namespaces.dedup();
        namespaces
    }
}

/// All domains, sorted.
pub fn azure_domains() -> &'static [AzureDomain] {
    static DOMAINS: OnceLock<Vec<AzureDomain>> = OnceLock::new();
    DOMAINS.get_or_init(|| {
        let rows = Table::new(TEXT).rows();
        rows.map(|row| AzureDomain {
            domain: row.column(0),
            types: row.column(1).split(' ').collect(),
            has_names: row.column(2).split(',').any(|mark| mark == "name"),
            has_peers: row.column(2).split(',').any(|mark| mark == "peer"),
        })
        .collect()
    })
}

/// Domains in which resources of this type, in lower case, answer.
pub fn azure_domains_of(resource_type: &str) -> impl Iterator<Item = &'static AzureDomain> {
    let domains = azure_domains().iter();
    domains.filter(move |domain| domain.types.contains(&resource_type))
}

/// Hosts at which the resource of this name and type, both in lower case, answers in the public
/// cloud; none where its host is not made of its name.
pub fn azure_hosts(name: &str, resource_type: &str) -> Vec<String> {
    azure_domains_of(resource_type)
        .filter(|domain| domain.has_names)
        .map(|domain| format!("{name}.{}", domain.domain))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::table;

    #[test]
    fn the_table_is_sorted_and_its_words_are_known() {
        table::check("azure_hosts.tsv", TEXT, 3);
        for domain in azure_domains() {
            let is_plain = |text: &str| text == text.to_ascii_lowercase() && !text.contains(' ');
            assert!(is_plain(domain.domain), "{domain:?}");
            for kind in &domain.types {
                assert!(is_plain(kind) && kind.starts_with("microsoft."), "{kind}");
            }
            // Only what has one type can be named by it.
            let has_type = domain.types.first().is_some_and(|kind| kind.contains('/'));
            assert!(has_type || !(domain.has_names || domain.has_peers));
        }
        let marks = Table::new(TEXT).rows().map(|row| row.column(2));
        let mut marks = marks.filter(|marks| !marks.is_empty());
        assert!(marks.all(|marks| ["name", "peer", "name,peer"].contains(&marks)));
    }

    #[test]
    fn a_host_lies_in_the_domain_behind_its_first_labels() {
        let holding = |host: &str| -> Vec<&str> {
            let domains = azure_domains().iter();
            let holding = domains.filter(|domain| domain.holds(host));
            holding.map(|domain| domain.domain).collect()
        };
        assert_eq!(holding("shop.vault.azure.net"), ["vault.azure.net"]);
        assert_eq!(
            holding("shop.blob.core.windows.net"),
            ["blob.core.windows.net", "core.windows.net"]
        );
        assert!(holding("vault.azure.net").is_empty());
        assert!(holding("myvault.azure.net").is_empty());
    }

    #[test]
    fn types_and_domains_lead_to_each_other() {
        let of = |kind: &str| -> Vec<&str> {
            let domains = azure_domains_of(kind);
            domains.map(|domain| domain.domain).collect()
        };
        assert_eq!(
            of("microsoft.containerregistry/registries"),
            ["azurecr.cn", "azurecr.io", "azurecr.us"]
        );
        assert!(of("microsoft.compute/virtualmachines").is_empty());
        assert_eq!(
            azure_hosts("shop", "microsoft.containerregistry/registries"),
            ["shop.azurecr.io"]
        );
        assert!(azure_hosts("shop", "microsoft.app/containerapps").is_empty());
        let postgres = azure_domains_of("microsoft.dbforpostgresql/flexibleservers").next();
        let namespaces = postgres.map(AzureDomain::namespaces).unwrap_or_default();
        assert_eq!(namespaces, ["microsoft.dbforpostgresql"]);
    }
}
