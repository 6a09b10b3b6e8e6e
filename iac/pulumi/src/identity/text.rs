//! Which text may be kept, and which ids a cloud made.

pub(super) use nepho_iac_common::text::{address, host};

/// What stands for a value that is not known yet (`sdk/go/common/resource/plugin`, read
/// 2026-11-21).
pub(super) const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/// Whether a value may be kept: one short line that is known and in which nothing looks like a
/// secret.
pub(super) fn may_be_kept(value: &str) -> bool {
    value != UNKNOWN && value != "[secret]" && nepho_iac_common::text::may_be_kept(value)
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
    fn what_is_not_known_is_not_kept() {
        for value in ["", "[secret]", "password=x", UNKNOWN] {
            assert!(!may_be_kept(value), "{value}");
        }
        assert!(may_be_kept("arn:aws:sns:eu-west-1:111122223333:orders"));
    }

    #[test]
    fn ids_made_by_a_cloud_are_told_from_names() {
        for (id, expected) in [
            ("sg-0a1b2c3d", true),
            ("orders-db", false),
            ("a.b-1234", false),
        ] {
            assert_eq!(is_machine_made(id), expected, "{id}");
        }
    }
}
