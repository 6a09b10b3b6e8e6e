//! ARNs of policies, in which `*` stands for any text and `?` for one character.

use nepho_core::key::{self, Arn};

/// What of a resource in a policy names resources of the map: its ARN, or a pattern of such.
///
/// Objects are their bucket, indexes their table, streams their log group, versions their function.
/// A pattern names something only if its last part holds two letters or digits: `*` and `table/*`
/// are everybody's.
///
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html, read
/// 2026-11-29.
pub(super) fn resource(text: &str) -> Option<String> {
    let arn = Arn::parse(text).filter(|_| !text.contains('$'))?;
    let front = text.strip_suffix(arn.resource)?;
    let segments = |count: usize| {
        let end = arn.resource.match_indices('/').nth(count - 1);
        end.and_then(|(end, _)| arn.resource.get(..end))
    };
    let own = match arn.service {
        "s3" if !arn.resource.starts_with("accesspoint") => segments(1),
        "dynamodb" if arn.resource.starts_with("table/") => segments(2),
        "logs" => {
            let group = arn.resource.split(":log-stream").next();
            group.map(|group| group.strip_suffix(":*").unwrap_or(group))
        }
        "lambda" => arn.resource.strip_suffix(":*"),
        _ => None,
    };
    let own = own.unwrap_or(arn.resource);
    let name = own.rsplit(['/', ':']).next().unwrap_or(own);
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric).count();
    let is_pattern = |text: &str| text.contains(['*', '?']);
    if is_pattern(own) && letters < 2 || is_pattern(arn.service) {
        return None;
    }
    Some(key::canonical(&format!("{front}{own}")))
}

/// Whether `text` fits a pattern.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    // The last star, and up to where it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if wanted == byte || *wanted == b'?' => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((place, reach)) = star else {
                    return false;
                };
                star = Some((place, reach + 1));
                (at, read) = (place + 1, reach + 1);
            }
        }
    }
    let rest = pattern.get(at..).unwrap_or_default();
    rest.iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_resources_are_the_resource() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(resource(text).as_deref(), expected, "{text}");
        };
        check("arn:aws:s3:::media/*", Some("arn:aws:s3:::media"));
        check("arn:aws:s3:::media", Some("arn:aws:s3:::media"));
        check("arn:aws:s3:::media-*/x", Some("arn:aws:s3:::media-*"));
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/carts";
        check(&format!("{table}/index/*"), Some(table));
        let group = "arn:aws:logs:eu-west-1:111122223333:log-group:/shop/web";
        check(&format!("{group}:log-stream:*"), Some(group));
        check(&format!("{group}:*"), Some(group));
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:invoice";
        check(&format!("{function}:*"), Some(function));
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-??????";
        check(secret, Some(secret));
        for everything in [
            "*",
            "arn:aws:s3:::*",
            "arn:aws:s3:::*/*",
            "arn:aws:dynamodb:*:*:table/*",
            "arn:aws:*:*:*:shop",
            "arn:aws:s3:::home/${aws:username}/*",
        ] {
            check(everything, None);
        }
    }

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text) in [
            ("a*", "a"),
            ("a*c", "abbc"),
            ("*b*", "abc"),
            ("a?c", "abc"),
            ("a*b*c", "axbxbc"),
            ("", ""),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*", "b"), ("a?c", "ac"), ("a*c", "abcd"), ("", "a")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
