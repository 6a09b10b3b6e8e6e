//! Which text may be kept, and how host names and addresses are written.

use std::borrow::Cow;
use std::net::IpAddr;

/// Ids, host names and addresses are shorter (Azure refuses ids of more than 1 KiB).
const LONGEST: usize = 1024;

/// What stands for a value that is not known yet (`sdk/go/common/resource/plugin`, read
/// 2026-11-21).
pub(super) const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/// Whether a value may be kept: one short line that is known and in which nothing looks like a
/// secret.
pub(super) fn may_be_kept(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= LONGEST
        && value != UNKNOWN
        && value != "[secret]"
        && !value.chars().any(char::is_control)
        && matches!(nepho_core::secret::mask(value), Cow::Borrowed(_))
}

/// Host name or address in `value`, which may be a URL or carry a port.
pub(super) fn host(value: &str) -> Option<String> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let host = rest
        .split(['/', '?', ':'])
        .next()
        .unwrap_or(rest)
        .trim_end_matches('.');
    for text in [rest, host] {
        if text.parse::<IpAddr>().is_ok() {
            return address(text);
        }
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (host.contains('.') && host.bytes().all(is_plain)).then(|| host.to_ascii_lowercase())
}

/// IP address that one machine or load balancer may have.
pub(super) fn address(value: &str) -> Option<String> {
    let value = value.trim_start_matches('[').trim_end_matches(']');
    let address: IpAddr = value.parse().ok()?;
    (!address.is_unspecified() && !address.is_loopback()).then(|| address.to_string())
}

/// Whether a cloud made the id (`sg-0a1b2c3d`, a UUID) and no person chose it.
///
/// A rule of thumb: at least eight characters without blanks, slashes or dots, among them a digit.
pub(super) fn is_machine_made(id: &str) -> bool {
    let is_plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    id.len() >= 8 && is_plain && id.bytes().any(|byte| byte.is_ascii_digit())
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
            "[secret]",
            UNKNOWN,
        ] {
            assert!(!may_be_kept(value), "{value}");
        }
        assert!(may_be_kept("arn:aws:sns:eu-west-1:111122223333:orders"));
    }
}
