//! Zones of names, where services find no host of theirs any more.
//!
//! A private zone answers those networks alone that it is joined with:
//! docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html and
//! learn.microsoft.com/azure/dns/private-dns-virtual-network-links (read 2026-11-29).

use nepho_core::key;

use super::candidates::Candidate;
use super::class;
use super::reach::first_trouble;
use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;

/// Ends of the types of zones, without case and `_`.
const ZONES: [&str; 4] = ["hostedzone", "route53zone", "dnszone", "managedzone"];

/// The zone that a change is of, or joins with a network, where the messages of a burst tell of a
/// host in it that was not found. A record is one of many, and none.
pub(super) fn of_messages(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
) -> Option<String> {
    let change = candidate.change;
    let is_lookup = first_trouble(scene, burst) == Some(Trouble::NameResolution);
    if !is_lookup || class::is_record(&change.resource_type) {
        return None;
    }
    let ids = change.resource.iter().chain(&change.parent);
    let told = ids.filter_map(|id| of_azure(&key::canonical(id)));
    let nodes = candidate
        .nodes
        .iter()
        .map(|(node, _)| scene.graph.node(*node));
    let zones = nodes.filter(|node| is_zone(&node.resource_type));
    let names = zones.flat_map(|node| node.names.iter().map(|name| name.to_string()));
    let mut domains = told.chain(names).filter_map(|name| domain(&name));
    let messages = &scene.voices.get(burst)?.messages;
    domains.find(|domain| messages.iter().any(|one| has_host(&one.text, domain)))
}

fn is_zone(resource_type: &str) -> bool {
    let kind = resource_type.replace('_', "").to_ascii_lowercase();
    ZONES.iter().any(|end| kind.ends_with(end))
}

/// The name of a zone of Azure, which its id holds.
fn of_azure(id: &str) -> Option<String> {
    let (_, rest) = id.split_once("/providers/microsoft.network/")?;
    let rest = ["privatednszones/", "dnszones/"]
        .iter()
        .find_map(|kind| rest.strip_prefix(kind))?;
    rest.split('/').next().map(str::to_owned)
}

/// A name that is one of a domain: `shop.internal` of `shop.internal.`
fn domain(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.');
    let is_label = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (name.contains('.') && name.chars().all(is_label)).then(|| name.to_owned())
}

/// Whether a text in lower case names a host in a domain. What has a private endpoint is called by
/// its public name, and found in the zone `privatelink.` of that.
fn has_host(text: &str, domain: &str) -> bool {
    let public = domain.strip_prefix("privatelink.");
    [Some(domain), public].into_iter().flatten().any(|domain| {
        text.match_indices(domain).any(|(start, _)| {
            let front = text.get(..start).unwrap_or_default();
            let behind = text.get(start + domain.len()..).unwrap_or_default();
            let mut behind = behind.trim_start_matches('.').chars();
            front.ends_with('.')
                && !behind
                    .next()
                    .is_some_and(|c| c.is_alphanumeric() || c == '-')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_lies_in_the_zone_that_its_name_ends_with() {
        let check = |text: &str, domain: &str, expected: bool| {
            assert_eq!(has_host(text, domain), expected, "{text}");
        };
        check("enotfound db.shop.internal", "shop.internal", true);
        check(
            "lookup db.shop.internal.: no such host",
            "shop.internal",
            true,
        );
        check(
            "lookup db.shop.internal: no such host",
            "shop.internal",
            true,
        );
        check("enotfound db.myshop.internal", "shop.internal", false);
        check("enotfound db.shop.internals", "shop.internal", false);
        let vault = "privatelink.vaultcore.azure.net";
        check("enotfound shop.vaultcore.azure.net", vault, true);
        assert_eq!(domain("z0123456789"), None);
        assert_eq!(domain("shop.internal.").as_deref(), Some("shop.internal"));
        let link = "/subscriptions/s/resourcegroups/g/providers/microsoft.network/\
                    privatednszones/shop.internal/virtualnetworklinks/main";
        assert_eq!(of_azure(link).as_deref(), Some("shop.internal"));
    }
}
