//! What a host name in a domain of a cloud tells of the resource behind it: cloud, region, type.

use nepho_core::key::{self, Arn, AzureDomain};

use crate::hosts;

/// Labels of domains of AWS, with the service in the ARNs of what they belong to.
///
/// docs.aws.amazon.com/general/latest/gr/aws-service-information.html and the guides of the
/// services, read 2026-11-29.
const OF_AWS: [(&str, &str); 16] = [
    ("cache", "elasticache"),
    ("compute", "ec2"),
    ("dax-clusters", "dax"),
    ("docdb", "rds"),
    ("efs", "elasticfilesystem"),
    ("elb", "elasticloadbalancing"),
    ("es", "es"),
    ("execute-api", "apigateway"),
    ("kafka", "kafka"),
    ("memorydb", "memorydb"),
    ("mq", "mq"),
    ("neptune", "rds"),
    ("rds", "rds"),
    ("redshift", "redshift"),
    ("s3", "s3"),
    ("sqs", "sqs"),
];

/// Domains of Google, with the APIs of what they belong to.
const OF_GOOGLE: [(&str, &[&str]); 3] = [
    (
        ".run.app",
        &["run.googleapis.com", "cloudfunctions.googleapis.com"],
    ),
    (".cloudfunctions.net", &["cloudfunctions.googleapis.com"]),
    (".appspot.com", &["appengine.googleapis.com"]),
];

/// Whether a host may be that of a resource with this key, of this cloud. A host in no domain of a
/// cloud may be that of any.
pub(crate) fn fits(host: &str, key: &str, provider: Option<&str>) -> bool {
    let Some(cloud) = hosts::provider_of(host) else {
        return true;
    };
    if provider
        .or_else(|| provider_of_key(key))
        .is_some_and(|own| own != cloud)
    {
        return false;
    }
    if let Some(arn) = Arn::parse(key) {
        return fits_arn(host, &arn);
    }
    let key = key.to_ascii_lowercase();
    let of_azure = key::azure_domains()
        .iter()
        .filter(|domain| domain.holds(host))
        .map(AzureDomain::namespaces);
    let of_google = OF_GOOGLE
        .iter()
        .filter(|(end, _)| host.ends_with(end))
        .map(|(_, owners)| owners.to_vec());
    match of_azure.chain(of_google).max_by_key(Vec::len) {
        Some(owners) if key.contains('/') => owners.iter().any(|owner| key.contains(owner)),
        _ => true,
    }
}

/// Whether both hosts are of one thing: a cluster has one for its readers, and a private endpoint
/// has the name of the public one in a zone of its own.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let domain = |host: &str| {
        let domain = host.split_once('.').map_or("", |(_, domain)| domain);
        let domain = domain.strip_prefix("privatelink.").unwrap_or(domain);
        match domain.strip_prefix("cluster-ro-") {
            Some(rest) => format!("cluster-{rest}"),
            None => domain.to_owned(),
        }
    };
    domain(one) == domain(other)
}

fn provider_of_key(key: &str) -> Option<&'static str> {
    let starts = [
        ("arn:aws", "aws"),
        ("/subscriptions/", "azure"),
        ("//", "gcp"),
    ];
    let mut starts = starts.into_iter();
    let found = starts.find(|(start, _)| key.starts_with(start));
    found.map(|(_, provider)| provider)
}

fn fits_arn(host: &str, arn: &Arn<'_>) -> bool {
    // The first label is what the owner called it.
    let labels = || host.split('.').skip(1);
    let mut regions = labels().filter(|label| is_region(label));
    let is_there = arn.region.is_empty() || regions.all(|region| region == arn.region);
    let service = labels().find_map(|label| {
        let mut known = OF_AWS.iter();
        known.find(|(word, _)| *word == label)
    });
    is_there && service.is_none_or(|(_, service)| *service == arn.service)
}

/// Whether a label is that of a region of AWS: `eu-west-1`, `us-gov-east-1`.
fn is_region(label: &str) -> bool {
    let mut parts = label.split('-');
    let first = parts.next().unwrap_or_default();
    let last = parts.next_back().unwrap_or_default();
    let is_word = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut middle = parts.peekable();
    first.len() == 2
        && is_word(first)
        && middle.peek().is_some()
        && middle.all(|part| part.len() > 2 && is_word(part))
        && last.len() == 1
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_tells_cloud_region_and_type() {
        let check = |host: &str, key: &str, expected: bool| {
            assert_eq!(fits(host, key, None), expected, "{host} {key}");
        };
        let database = "arn:aws:rds:eu-west-1:111122223333:db:orders";
        check("orders.c0abc.eu-west-1.rds.amazonaws.com", database, true);
        check("orders.c0abc.us-east-2.rds.amazonaws.com", database, false);
        check(
            "orders.c0abc.eu-west-1.redshift.amazonaws.com",
            database,
            false,
        );
        check("orders.postgres.database.azure.com", database, false);
        check("orders.shop.example", database, true);
        check(
            "orders.s3.eu-west-1.amazonaws.com",
            "arn:aws:s3:::orders",
            true,
        );
        let server = "/subscriptions/s/resourcegroups/g/providers/microsoft.dbforpostgresql/flexibleservers/orders";
        check("orders.postgres.database.azure.com", server, true);
        check("orders.database.windows.net", server, false);
        check(
            "orders-x-uc.a.run.app",
            "//run.googleapis.com/projects/p/locations/l/services/orders",
            true,
        );
        check("orders-x-uc.a.run.app", server, false);
    }

    #[test]
    fn readers_and_private_endpoints_have_hosts_of_the_same_thing() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(is_same(one, other), expected, "{one} {other}");
        };
        let writer = "orders.cluster-c0abc.eu-west-1.rds.amazonaws.com";
        check(
            writer,
            "orders.cluster-ro-c0abc.eu-west-1.rds.amazonaws.com",
            true,
        );
        check(
            writer,
            "orders.cluster-c0xyz.eu-west-1.rds.amazonaws.com",
            false,
        );
        let public = "orders.postgres.database.azure.com";
        check(
            public,
            "orders.privatelink.postgres.database.azure.com",
            true,
        );
    }
}
