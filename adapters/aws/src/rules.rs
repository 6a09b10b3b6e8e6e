//! What several AWS formats say alike.

use nepho_core::key::Arn;
use nepho_core::tables::{Column, Row};

/// Region of an ARN; empty if it names none.
pub(crate) fn region_of(arn: &str) -> &str {
    Arn::parse(arn).map_or("", |arn| arn.region)
}

/// Account of an ARN; empty if it names none.
pub(crate) fn account_of(arn: &str) -> &str {
    Arn::parse(arn).map_or("", |arn| arn.account)
}

/// Trace id of a header of X-Ray: that behind `Root=` of `Self=..;Root=1-..;Sampled=1`, or the
/// header itself where it is nothing else.
pub(crate) fn trace_root(header: &str) -> &str {
    let root = header
        .split(';')
        .find_map(|part| part.strip_prefix("Root="));
    root.unwrap_or(if header.contains('=') { "" } else { header })
}

/// Last step of a name with `/` or `:`: `web` of `function:web`.
pub(crate) fn last_step(name: &str) -> &str {
    name.rsplit(['/', ':']).next().unwrap_or(name)
}

/// Region of an availability zone: `us-east-2` of `us-east-2a`, `us-west-2` of `us-west-2-lax-1a`.
pub(crate) fn region_of_zone(zone: &str) -> &str {
    let number = zone.find(|letter: char| letter.is_ascii_digit());
    let end = number.map(|start| {
        let rest = zone.get(start..).unwrap_or_default();
        start + rest.bytes().take_while(u8::is_ascii_digit).count()
    });
    end.and_then(|end| zone.get(..end)).unwrap_or_default()
}

/// Sets the body to a title and, where it says more, the description behind it.
pub(crate) fn put_title(title: Option<&str>, description: Option<&str>, row: &mut Row<'_>) {
    match (title, description) {
        (Some(title), Some(description)) if !description.contains(title) => {
            let stop = if title.ends_with(['.', '!', '?']) {
                ""
            } else {
                "."
            };
            row.text(Column::Body, &format!("{title}{stop} {description}"));
        }
        (Some(text), None) | (_, Some(text)) => {
            row.text(Column::Body, text);
        }
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_regions() {
        assert_eq!(region_of_zone("us-east-2a"), "us-east-2");
        assert_eq!(region_of_zone("us-gov-west-1b"), "us-gov-west-1");
        assert_eq!(region_of_zone("us-west-2-lax-1a"), "us-west-2");
        assert_eq!(region_of_zone("unknown"), "");
    }

    #[test]
    fn parts_of_names_are_found() {
        assert_eq!(
            last_step("arn:aws:lambda:eu-west-1:111122223333:function:pay"),
            "pay"
        );
        assert_eq!(region_of("arn:aws:s3:::logs"), "");
        assert_eq!(
            account_of("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"),
            "111122223333"
        );
        assert_eq!(account_of("vpc-1"), "");
    }

    #[test]
    fn the_root_of_a_trace_is_found_among_its_parts() {
        let check = |header: &str, expected: &str| assert_eq!(trace_root(header), expected);
        check("Root=1-a", "1-a");
        check("Self=1-b;Root=1-a;Sampled=1", "1-a");
        check("1-a", "1-a");
        check("Parent=b", "");
    }
}
