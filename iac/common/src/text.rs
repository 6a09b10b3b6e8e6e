//! Which text may stay in memory, and how host names and addresses are written.

use std::net::IpAddr;

pub use nepho_core::secret::may_be_kept;

/// Host name or address in `value`, which may be a URL or carry a port: `db.example.com` of
/// `db.example.com:5432`.
pub fn host(value: &str) -> Option<String> {
    // Most values are ids: a name of a host has a dot, and an address that or a colon.
    if !value.bytes().any(|byte| matches!(byte, b'.' | b':')) {
        return None;
    }
    let scheme = value
        .as_bytes()
        .windows(3)
        .position(|three| three == b"://");
    let rest = scheme.and_then(|at| value.get(at + 3..)).unwrap_or(value);
    if rest.parse::<IpAddr>().is_ok() {
        return address(rest);
    }
    let host = rest
        .split(['/', '?', ':'])
        .next()
        .unwrap_or(rest)
        .trim_end_matches('.');
    if host.parse::<IpAddr>().is_ok() {
        return address(host);
    }
    let is_host = host.contains('.')
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    is_host.then(|| host.to_ascii_lowercase())
}

/// IP address that one machine or load balancer may have.
pub fn address(value: &str) -> Option<String> {
    let value = value.trim_start_matches('[').trim_end_matches(']');
    let address: IpAddr = value.parse().ok()?;
    let text = || match address {
        // There is one way to write it.
        IpAddr::V4(_) => value.to_owned(),
        IpAddr::V6(address) => address.to_string(),
    };
    (!address.is_unspecified() && !address.is_loopback()).then(text)
}

/// Id of the service that the name of an end point service of AWS PrivateLink ends with:
/// `vpce-svc-0a1b2c3d4e5f60718` of `com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718`. Any
/// other text stands as it is.
///
/// docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html, read 2026-11-29.
pub fn service_id(value: &str) -> &str {
    let name = value.strip_prefix("com.amazonaws.vpce.");
    let id = name.and_then(|name| name.split_once('.'));
    id.map_or(value, |(_, id)| id)
}

/// Whether it is a short id of EC2 (`sg-0a1b2c3d`): a short word, a hyphen and hexadecimal digits.
pub fn is_short_id(id: &str) -> bool {
    id.rsplit_once('-').is_some_and(|(kind, rest)| {
        kind.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && matches!(rest.len(), 8 | 17)
            && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_endpoints() {
        let check = |value: &str, expected: Option<&str>| {
            assert_eq!(host(value).as_deref(), expected, "{value}")
        };
        check(
            "orders.abc.eu-west-1.rds.amazonaws.com:5432",
            Some("orders.abc.eu-west-1.rds.amazonaws.com"),
        );
        check("https://Shop.example.com/v1?x=1", Some("shop.example.com"));
        check("10.0.3.7:6379", Some("10.0.3.7"));
        check("2001:db8::1", Some("2001:db8::1"));
        check("db.example.com.", Some("db.example.com"));
        check("0.0.0.0", None);
        check("just text", None);
    }

    #[test]
    fn what_looks_like_a_secret_is_not_kept() {
        for value in [
            "",
            "a\nb",
            "postgres://app:hunter2@db/x",
            "AKIAIOSFODNN7EXAMPLE",
            "password=x",
        ] {
            assert!(!may_be_kept(value), "{value}");
        }
        assert!(may_be_kept(
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-db-a1b2c3"
        ));
        assert!(!may_be_kept(&"a".repeat(1_025)));
    }
}
