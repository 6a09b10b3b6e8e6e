//! Access log of an Application Load Balancer.

use nepho_codec::bytes::find_near;
use nepho_core::Timestamp;
use nepho_core::format::{Marks, bytes_of};
use nepho_core::key::Arn;
use nepho_core::tables::{Column, Row};

use crate::access::{self, Fields};
use crate::balancer::{BalancerFormat, Kind as LogKind, put_ends, put_time};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.alb",
    summary: "Application Load Balancer access log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(BalancerFormat(&KIND))),
});

/// Positions of the fields (page as in the README of this folder).
mod field {
    pub(super) const TIME: usize = 1;
    pub(super) const BALANCER: usize = 2;
    pub(super) const CLIENT: usize = 3;
    pub(super) const TARGET: usize = 4;
    pub(super) const REQUEST_TIME: usize = 5;
    pub(super) const TARGET_TIME: usize = 6;
    pub(super) const RESPONSE_TIME: usize = 7;
    pub(super) const STATUS: usize = 8;
    pub(super) const TARGET_STATUS: usize = 9;
    pub(super) const RECEIVED_BYTES: usize = 10;
    pub(super) const SENT_BYTES: usize = 11;
    pub(super) const REQUEST: usize = 12;
    pub(super) const USER_AGENT: usize = 13;
    pub(super) const CIPHER: usize = 14;
    pub(super) const PROTOCOL: usize = 15;
    pub(super) const TARGET_GROUP: usize = 16;
    pub(super) const TRACE: usize = 17;
    pub(super) const DOMAIN: usize = 18;
    pub(super) const CERTIFICATE: usize = 19;
    pub(super) const CREATION_TIME: usize = 21;
    pub(super) const ACTIONS: usize = 22;
    pub(super) const ERROR_REASON: usize = 24;
    pub(super) const CLASSIFICATION: usize = 27;
    pub(super) const CLASSIFICATION_REASON: usize = 28;
}

static KIND: LogKind = LogKind {
    begins: is_mine,
    split,
    fits: |_| true,
    // The first version of the format had the fields up to the user agent.
    fewest_fields: 14,
    marks: || Marks::beginning(bytes_of(b"hgw")),
    extras: &[
        (field::DOMAIN, "domain"),
        (field::RECEIVED_BYTES, "bytes_received"),
        (field::SENT_BYTES, "bytes"),
        (field::TARGET_STATUS, "target_status"),
        (field::ERROR_REASON, "error_reason"),
        (field::ACTIONS, "actions"),
        (field::CLASSIFICATION, "classification"),
        (field::CLASSIFICATION_REASON, "classification_reason"),
    ],
    put,
};

/// Whether a line begins with a kind of connection, a date, and the id of a balancer:
/// `app/shop/0123456789abcdef`.
///
/// The first step of the id is not looked at, as people replace it where they share a log.
fn is_mine(line: &str) -> bool {
    let line = line.as_bytes();
    let Some((kind, rest)) = cut(line, b' ') else {
        return false;
    };
    let Some((time, rest)) = cut(rest, b' ') else {
        return false;
    };
    let balancer = cut(rest, b' ').map_or(rest, |(balancer, _)| balancer);
    matches!(kind, b"http" | b"https" | b"h2" | b"grpcs" | b"ws" | b"wss")
        && matches!(time, [b'0'..=b'9', _, _, _, b'-', ..])
        && balancer.iter().filter(|byte| **byte == b'/').count() == 2
        && !balancer.starts_with(b"net/")
}

/// What stands before and behind the first of these signs.
fn cut(text: &[u8], sign: u8) -> Option<(&[u8], &[u8])> {
    let at = find_near(text, sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Fields of a line. The balancer escapes no quote with a backslash, so one before a quote is the
/// last sign of a text; some who pass lines on write `\"`, and their lines have no fields in order
/// when they are read so.
fn split(line: &str) -> Fields<'_> {
    let mut fields = Fields::split(line);
    if memchr::memchr(b'\\', line.as_bytes()).is_some() && !is_in_order(&fields) {
        fields = Fields::split_escaped(line);
    }
    fields
}

/// Whether what stands behind the user agent is a cipher, a protocol and a target group. The first
/// version of the format had none of them.
fn is_in_order(fields: &Fields<'_>) -> bool {
    let is_name = |text: &str| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let group = fields.get(field::TARGET_GROUP);
    is_name(fields.get(field::CIPHER))
        && is_name(fields.get(field::PROTOCOL))
        && (matches!(group, "" | "-") || group.starts_with("arn:"))
}

fn put(fields: &Fields<'_>, row: &mut Row<'_>) -> Result<(), String> {
    let time = put_time("time", fields.get(field::TIME), row)?;
    row.constant(Column::Format, "aws.alb")
        .constant(Column::Provider, "aws");
    let balancer = fields.get(field::BALANCER);
    let group = fields.get(field::TARGET_GROUP);
    row.text(Column::Service, service(group, balancer));
    row.resource(balancer);
    if let Some(arn) = Arn::parse(group) {
        row.resource(group)
            .text(Column::Account, arn.account)
            .text(Column::Region, arn.region);
    }
    let certificate = fields.get(field::CERTIFICATE);
    if let Some(arn) = Arn::parse(certificate) {
        row.resource(certificate);
        // An answer of the balancer's own is of no target group.
        if !row.has(Column::Account) {
            row.text(Column::Account, arn.account)
                .text(Column::Region, arn.region);
        }
    }
    put_ends(fields.get(field::CLIENT), fields.get(field::TARGET), row);
    access::put_status(
        fields.get(field::STATUS),
        fields.get(field::TARGET_STATUS),
        row,
    )?;
    access::put_request(fields.get(field::REQUEST), row);
    row.text(Column::UserAgent, fields.get(field::USER_AGENT));
    put_trace(fields.get(field::TRACE), row);
    let steps = [
        field::REQUEST_TIME,
        field::TARGET_TIME,
        field::RESPONSE_TIME,
    ];
    let measured = access::processing_time(steps.map(|step| fields.get(step)));
    // A request that got no answer has no processing times, yet its client waited.
    let waited = || Some(time.since(Timestamp::parse_rfc3339(fields.get(field::CREATION_TIME))?));
    if let Some(nanos) = measured.or_else(waited).filter(|nanos| *nanos >= 0) {
        row.duration(nanos);
    }
    Ok(())
}

/// Service that a request was for: the workload behind the target group, or the balancer where it
/// had no group.
pub(super) fn service<'a>(group: &'a str, balancer: &'a str) -> &'a str {
    group_name(group).map_or_else(|| access::balancer_name(balancer), workload)
}

/// Name of a target group: `web` of
/// `arn:aws:elasticloadbalancing:...:targetgroup/web/0123456789abcdef`.
fn group_name(group: &str) -> Option<&str> {
    let mut rest = group;
    let rest = loop {
        let colon = find_near(rest.as_bytes(), b':')?;
        rest = rest.get(colon + 1..)?;
        if let Some(name) = rest.strip_prefix("targetgroup/") {
            break name;
        }
    };
    let name = &rest[..find_near(rest.as_bytes(), b'/').unwrap_or(rest.len())];
    Some(name).filter(|name| !name.is_empty())
}

/// Workload behind a target group: the name without the words by which people tell groups from
/// workloads.
pub(super) fn workload(group: &str) -> &str {
    let endings = ["-target-group", "-targets", "-target", "-tg"];
    let bare = endings.iter().find_map(|ending| group.strip_suffix(ending));
    bare.filter(|name| !name.is_empty()).unwrap_or(group)
}

/// Trace id of `Root=1-...` or `Self=1-...;Root=1-...`; `Self` is the balancer's own, and so the
/// request's.
pub(super) fn put_trace(header: &str, row: &mut Row<'_>) {
    let (mut root, mut own) = (None, None);
    let mut rest = Some(header);
    while let Some(text) = rest {
        let end = find_near(text.as_bytes(), b';');
        let part = &text[..end.unwrap_or(text.len())];
        root = root.or_else(|| part.strip_prefix("Root="));
        own = own.or_else(|| part.strip_prefix("Self="));
        rest = end.and_then(|end| text.get(end + 1..));
    }
    row.text(Column::TraceId, root.unwrap_or_default());
    row.text(Column::RequestId, own.or(root).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_names() {
        let arn =
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067";
        assert_eq!(group_name(arn), Some("web"));
        assert_eq!(group_name("a:targetgroup/b/:targetgroup/c"), Some("b"));
        assert_eq!(group_name("a:targetgroup/"), None);
        assert_eq!(group_name("-"), None);
        assert_eq!(workload("checkout-targets"), "checkout");
        assert_eq!(workload("checkout-blue"), "checkout-blue");
    }

    #[test]
    fn other_lines_are_not_mine() {
        assert!(is_mine(
            "h2 2024-05-01T10:00:00.000000Z app/shop/0123456789abcdef 10.0.0.1:1 -"
        ));
        assert!(!is_mine(
            "http 2024-05-01T10:00:00.000000Z net/shop/0123456789abcdef"
        ));
        assert!(!is_mine("https is a protocol"));
        assert!(!is_mine(""));
    }
}
