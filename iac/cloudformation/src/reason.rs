//! Status reasons that are fit to be kept: no secrets, no values, of bounded length.

pub(crate) use nepho_iac_common::reason::{error_code, in_order, redact, request_id, without};

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
