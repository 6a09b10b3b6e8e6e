//! What in a text is the id or the host of a resource.

use nepho_core::key::{self, Arn};
use serde_json::Value;

use crate::identity::{is_public_host, is_short_id};

/// The id that a text is or ends with.
pub(super) fn reference(text: &str) -> Option<String> {
    if let Some(at) = text.find("/functions/arn:") {
        let inner = text.get(at + "/functions/".len()..)?;
        return reference(inner.strip_suffix("/invocations").unwrap_or(inner));
    }
    if let Some(arn) = Arn::parse(text) {
        let is_pattern = arn.resource.contains(['*', '?', '$', ' ']);
        // The account itself is no resource.
        return (!is_pattern && arn.resource != "root").then(|| key::canonical(text));
    }
    (is_short_id(text) || is_made_by_cloud(text)).then(|| text.to_owned())
}

/// Whether a text looks like an id that AWS made: `fs-0123456789abcdef0`, `fsap-...`.
fn is_made_by_cloud(text: &str) -> bool {
    let Some((kind, rest)) = text.split_once('-') else {
        return false;
    };
    [
        "fs", "fsap", "subnet", "vpc", "sg", "rtb", "igw", "nat", "vpce", "lt", "tgw",
    ]
    .contains(&kind)
        && matches!(rest.len(), 8..=17)
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && rest.bytes().any(|byte| byte.is_ascii_digit())
}

/// A document within a text: JSON, or JSON as it stands in a URL, as policies are written.
pub(super) fn document(text: &str) -> Option<Value> {
    let decoded;
    let text = match text.get(..3) {
        Some(front) if front.eq_ignore_ascii_case("%7b") => {
            decoded = unescaped(text);
            &decoded
        }
        _ => text,
    };
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// `text` with `%XX` replaced by what it stands for.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn is_host_or_address(text: &str) -> bool {
    is_public_host(text) || text.parse::<std::net::IpAddr>().is_ok()
}

/// Bucket that a host name is of: `logs.s3.eu-west-1.amazonaws.com`.
pub(super) fn bucket_of_host(host: &str) -> Option<String> {
    let (bucket, rest) = host.split_once(".s3")?;
    let region = rest.get(1..).filter(|_| rest.starts_with(['.', '-']))?;
    let region = match region.strip_suffix(".amazonaws.com.cn") {
        Some(region) => region,
        None => region.strip_suffix("amazonaws.com")?,
    };
    let partition = key::partition_of(region);
    Some(format!("arn:{partition}:s3:::{bucket}"))
}

/// Host name in a URL or before a port.
pub(super) fn host_of(text: &str) -> Option<&str> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next()?;
    (is_public_host(host) && host != text).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_other_text() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(reference(text).as_deref(), expected, "{text}");
        };
        check("arn:aws:s3:::logs", Some("arn:aws:s3:::logs"));
        check("arn:aws:s3:::logs/*", None);
        check("arn:aws:iam::111122223333:root", None);
        check("vpc-0123456789abcdef0", Some("vpc-0123456789abcdef0"));
        check("111122223333", None);
        check("local", None);
        check(
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f/invocations",
            Some("arn:aws:lambda:eu-west-1:111122223333:function:f"),
        );
    }

    #[test]
    fn hosts_are_found_in_connection_strings() {
        assert_eq!(
            host_of("postgres://u:p@db.example.com:5432/x"),
            Some("db.example.com")
        );
        assert_eq!(host_of("db.example.com:5432"), Some("db.example.com"));
        assert_eq!(host_of("db.example.com"), None);
        assert_eq!(
            bucket_of_host("logs.s3.eu-west-1.amazonaws.com").as_deref(),
            Some("arn:aws:s3:::logs")
        );
        assert_eq!(
            bucket_of_host("logs.s3.cn-north-1.amazonaws.com.cn").as_deref(),
            Some("arn:aws-cn:s3:::logs")
        );
        assert_eq!(bucket_of_host("logs.s3.amazonaws.com.example"), None);
    }

    #[test]
    fn a_policy_may_be_written_for_a_url() {
        assert_eq!(unescaped("%7B%22a%22%3A1%7D"), "{\"a\":1}");
        assert!(document("%7B%22a%22%3A1%7D").is_some());
        assert!(document("%zz{").is_none());
    }
}
