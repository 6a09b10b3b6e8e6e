//! What the formats of Amazon S3 have in common: names of buckets and objects, and the region that
//! an endpoint names.

use nepho_core::tables::{Column, Outcome, Row};

/// Adds the object and the bucket as resources.
pub(crate) fn put_resources(bucket: &str, key: Option<&str>, region: &str, row: &mut Row<'_>) {
    if let Some(key) = key.filter(|key| !matches!(*key, "" | "-")) {
        row.resource(&object_arn(bucket, key, region));
    }
    let partition = partition_of(region);
    row.resource(&format!("arn:{partition}:s3:::{bucket}"));
}

/// ARN of an object.
pub(crate) fn object_arn(bucket: &str, key: &str, region: &str) -> String {
    format!("arn:{}:s3:::{bucket}/{key}", partition_of(region))
}

fn partition_of(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Says how a request ended: an error code or a status from 400 on is a failure.
pub(crate) fn put_outcome(error: Option<&str>, row: &mut Row<'_>) {
    let has_error = error.is_some_and(|code| !matches!(code, "" | "-"));
    match row.status_so_far() {
        Some(400..) => row.outcome(Outcome::Failure),
        _ if has_error => row.outcome(Outcome::Failure),
        Some(100..) => row.outcome(Outcome::Success),
        _ => row,
    };
    if has_error && !row.has(Column::Body) {
        row.text(Column::Body, error.unwrap_or_default());
    }
}

/// Region of an endpoint: `bucket.s3.eu-west-1.amazonaws.com`, `s3-us-west-2.amazonaws.com`.
///
/// Empty for those without one, such as `bucket.s3.amazonaws.com`.
/// Source: docs.aws.amazon.com/general/latest/gr/s3.html, as of 2026-11-27.
pub(crate) fn region_of_host(host: &str) -> &str {
    let host = host.split(':').next().unwrap_or(host);
    let Some((before, _)) = host.split_once(".amazonaws.com") else {
        return "";
    };
    let last = before.rsplit('.').next().unwrap_or(before);
    let last = last.strip_prefix("s3-website-").unwrap_or(last);
    let last = last.strip_prefix("s3-fips-").unwrap_or(last);
    let region = last.strip_prefix("s3-").unwrap_or(last);
    if is_region(region) { region } else { "" }
}

/// Whether text has the shape of a region: words and a number with dashes between.
pub(crate) fn is_region(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let is_number = parts
        .next()
        .is_some_and(|part| (1..=2).contains(&part.len()) && is_digits(part));
    let words = parts.clone().count();
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    is_number && (2..=4).contains(&words) && parts.all(is_word)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_name_their_region() {
        let check = |host: &str, expected: &str| assert_eq!(region_of_host(host), expected);
        check("shop.s3.eu-west-1.amazonaws.com", "eu-west-1");
        check("s3.us-gov-west-1.amazonaws.com:443", "us-gov-west-1");
        check("s3-us-west-2.amazonaws.com", "us-west-2");
        check(
            "shop.s3.dualstack.ap-southeast-1.amazonaws.com",
            "ap-southeast-1",
        );
        check("shop.s3.cn-north-1.amazonaws.com.cn", "cn-north-1");
        check("shop.s3-website-eu-west-1.amazonaws.com", "eu-west-1");
        check("shop.s3.amazonaws.com", "");
        check("files.example.com", "");
        check("", "");
    }
}
