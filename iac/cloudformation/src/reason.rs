//! Status reasons that are fit to be kept: no secrets, no values, of bounded length.

use std::ops::Range;

pub(crate) use nepho_iac_common::reason::{error_code, in_order, request_id};
use nepho_iac_common::reason::{fit, without};

/// `reason` without the `sensitive` values, without quoted property values and without what looks
/// like a secret.
pub(crate) fn redact(reason: &str, sensitive: &[String]) -> String {
    fit(&unquoted(reason, sensitive))
}

/// `reason` without the `sensitive` values and without quoted property values: what an id of a
/// request and a code are looked for in.
pub(crate) fn unquoted(reason: &str, sensitive: &[String]) -> String {
    let mut words = without(reason, sensitive);
    for range in quoted_values(&words).into_iter().rev() {
        words.replace_range(range, "***");
    }
    words
}

/// Ranges of the values in `Value 'x' at 'property' failed to satisfy constraint`, the form in
/// which AWS services quote what was passed to them.
fn quoted_values(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut position = 0;
    while let Some(found) = text.get(position..).and_then(|rest| rest.find("alue '")) {
        let start = position + found + "alue '".len();
        let rest = text.get(start..).unwrap_or_default();
        let length = rest
            .find("' at '")
            .or_else(|| rest.find('\''))
            .unwrap_or(rest.len());
        ranges.push(start..start + length);
        position = start + length;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_stay_in_a_reason() {
        let check = |reason: &str, expected: &str| {
            assert_eq!(redact(reason, &["orange-tree".to_owned()]), expected);
        };
        check("Resource creation cancelled", "Resource creation cancelled");
        check(
            "1 validation error detected: Value 'it's me' at 'masterUserPassword' failed to satisfy constraint",
            "1 validation error detected: Value '***' at 'masterUserPassword' failed to satisfy constraint",
        );
        check(
            "The parameter orange-tree is not valid",
            "The parameter *** is not valid",
        );
        check("Invalid value 'x", "Invalid value '***");
        check(
            "Invalid master password hunter2secret (Service: AmazonRDS; Status Code: 400)",
            "Invalid master password *** (Service: AmazonRDS; Status Code: 400)",
        );
        check(
            "login with password=hunter2 failed",
            "login with password=*** failed",
        );
    }
}
