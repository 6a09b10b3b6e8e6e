//! What the value of an environment variable or of a configuration key names: only its id is kept.

use std::collections::BTreeSet;

use nepho_core::key;
use nepho_iac_common::variables::END_POINTS;

/// Longest value that is looked at; longer ones are files.
const LONGEST: usize = 2048;
/// Addresses of one value, as of the brokers of a queue.
const MOST: usize = 20;

/// Ids of what `value` names: cloud resources by id, buckets by address, services of the cluster
/// and host names that a cloud gave. Everything else, and what stands around them, is not kept.
pub(super) fn targets(
    name: &str,
    value: &str,
    namespace: &str,
    services: &BTreeSet<String>,
) -> Vec<String> {
    if value.len() > LONGEST || value.contains('\n') {
        return Vec::new();
    }
    let mut found: Vec<String> = value
        .split([',', ';', ' '])
        .take(MOST)
        .filter_map(|word| target(name, word.trim(), namespace, services))
        .collect();
    found.dedup();
    found
}

fn target(name: &str, word: &str, namespace: &str, services: &BTreeSet<String>) -> Option<String> {
    if let Some(arn) = key::Arn::parse(word) {
        // The value of a secret can stand behind nothing that an ARN has.
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"'?&=".contains(&byte);
        let is_whole = arn.partition.starts_with("aws") && word.bytes().all(fits);
        return is_whole.then(|| key::canonical(word));
    }
    if key::is_azure_id(word) && !word.contains(['?', '&', '=']) {
        return Some(key::canonical(word));
    }
    for (scheme, prefix) in [
        ("s3://", "arn:aws:s3:::"),
        ("gs://", "//storage.googleapis.com/"),
    ] {
        if let Some(rest) = word.strip_prefix(scheme) {
            let bucket = rest.split('/').next().unwrap_or_default();
            return is_host(bucket).then(|| format!("{prefix}{bucket}"));
        }
    }
    let (host, is_address) = host(word)?;
    let labels: Vec<&str> = host.split('.').collect();
    let service = |name: &str, namespace: &str| key::kubernetes("", "", "Service", namespace, name);
    match labels.as_slice() {
        [name, namespace, "svc", ..] => return Some(service(name, namespace)),
        // A pod of a stateful set: `db-0.db.shop.svc`.
        [_, name, namespace, "svc", ..] => return Some(service(name, namespace)),
        _ if END_POINTS.iter().any(|end| host.ends_with(end)) => return Some(host),
        [name, namespace] => {
            let key = service(name, namespace);
            return services.contains(&key).then_some(key);
        }
        [one] => {
            let key = service(one, namespace);
            let upper = name.to_ascii_uppercase();
            let is_told = is_address
                || [
                    "HOST", "URL", "URI", "ADDR", "ENDPOINT", "SERVER", "SERVICE",
                ]
                .iter()
                .any(|word| upper.contains(word));
            return (is_told && services.contains(&key)).then_some(key);
        }
        _ => {}
    }
    None
}

/// Host in lower case of `scheme://user:password@host:port/path`, and whether more than the bare
/// host stood there.
fn host(word: &str) -> Option<(String, bool)> {
    let (has_scheme, rest) = match word.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, word),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (has_user, place) = match authority.rsplit_once('@') {
        Some((_, place)) => (true, place),
        None => (false, authority),
    };
    // A user without a scheme is an address of mail, or something else.
    if has_user && !has_scheme {
        return None;
    }
    let (host, port) = place.split_once(':').unwrap_or((place, ""));
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    (is_port && is_host(&host)).then_some((host, has_scheme || !port.is_empty()))
}

fn is_host(host: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (2..=253).contains(&host.len()) && host.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_kept_of_values() {
        let services: BTreeSet<String> = ["k8s:////service/shop/db", "k8s:////service/pay/api"]
            .map(str::to_owned)
            .into();
        let check = |name: &str, value: &str, expected: &[&str]| {
            assert_eq!(targets(name, value, "shop", &services), expected, "{value}");
        };
        check(
            "DATABASE_URL",
            "postgres://app:canary@db:5432/orders?password=canary",
            &["k8s:////service/shop/db"],
        );
        check("DB_HOST", "db", &["k8s:////service/shop/db"]);
        check("MODE", "db", &[]);
        check("X", "http://api.pay/v1", &["k8s:////service/pay/api"]);
        check(
            "X",
            "cart.other.svc.cluster.local:80",
            &["k8s:////service/other/cart"],
        );
        check(
            "Q",
            "arn:aws:sqs:eu-west-1:111122223333:jobs",
            &["arn:aws:sqs:eu-west-1:111122223333:jobs"],
        );
        check("B", "s3://media/canary", &["arn:aws:s3:::media"]);
        check(
            "BROKERS",
            "b-1.x.kafka.eu-west-1.amazonaws.com:9092,b-2.x.kafka.eu-west-1.amazonaws.com:9092",
            &[
                "b-1.x.kafka.eu-west-1.amazonaws.com",
                "b-2.x.kafka.eu-west-1.amazonaws.com",
            ],
        );
        for value in [
            "111122223333",
            "canary@db",
            "db:canary",
            "",
            "https://example.com/x",
            "true",
        ] {
            check("HOST", value, &[]);
        }
    }
}
