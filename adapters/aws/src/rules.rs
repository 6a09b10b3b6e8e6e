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

/// Value of a member of a struct as Athena and `CloudTrail` Lake print it, without quotes:
/// `{clientip=192.0.2.1, headers=[{name=Host, value=shop}], uri=/a}`. Empty if there is none.
pub(crate) fn printed<'a>(object: &'a str, key: &str) -> &'a str {
    let inner = object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let (Some(inner), false) = (inner, object.starts_with("{\"")) else {
        return "";
    };
    let (mut depth, mut start) = (0_i32, 0);
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 && inner.as_bytes().get(at + 1) == Some(&b' ') => {
                if let Some(value) = value_of(inner.get(start..at), key) {
                    return value;
                }
                start = at + 2;
            }
            _ => {}
        }
    }
    value_of(inner.get(start..), key).unwrap_or_default()
}

/// The same of a member behind which no text stands that a client wrote with blanks in it: the last
/// of its name. A header may hold what looks like the end of the headers.
pub(crate) fn printed_last<'a>(object: &'a str, key: &str) -> &'a str {
    let inner = object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let mut members = inner.unwrap_or_default().rsplit(", ");
    let value = members.find_map(|member| value_of(Some(member), key));
    value.unwrap_or_default()
}

/// What stands behind `key=`; nothing is printed as `null`.
fn value_of<'a>(member: Option<&'a str>, key: &str) -> Option<&'a str> {
    let value = member?.strip_prefix(key)?.strip_prefix('=')?;
    Some(if value == "null" { "" } else { value })
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
    fn structs_are_printed_without_quotes() {
        let text = "{a=1, list=[{name=Host, value=x}, {name=b, a=9}], uri=/p?q=r, none=null, z=}";
        assert_eq!(printed(text, "a"), "1");
        assert_eq!(printed(text, "uri"), "/p?q=r");
        assert_eq!(printed(text, "none"), "");
        assert_eq!(printed(text, "z"), "");
        assert_eq!(printed(text, "name"), "");
        assert_eq!(printed("{\"a\":1}", "a"), "");
        assert_eq!(printed("a=1", "a"), "");
    }

    #[test]
    fn a_header_is_no_member_of_a_struct() {
        let text = "{clientip=192.0.2.1, headers=[{name=User-Agent, value=x}], uri=/healthz, \
             httpmethod=HEAD, y=[{z}], uri=/admin, args=null, httpmethod=POST}";
        assert_eq!(printed_last(text, "uri"), "/admin");
        assert_eq!(printed_last(text, "httpmethod"), "POST");
        assert_eq!(printed_last(text, "args"), "");
        assert_eq!(printed_last(text, "requestid"), "");
        assert_eq!(printed(text, "clientip"), "192.0.2.1");
    }

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
