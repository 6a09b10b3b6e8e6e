//! Finds the layout of a line that no header explains.
//!
//! The vendor's own orders are tried first. After them only the fields whose shape cannot be
//! mistaken are taken: ids, addresses, the account, the action, the status, the two times, and the
//! ports where they follow the addresses.

use super::layout::{Field, Layout};
use super::tokens::Tokens;

/// Calls `found` with the layout of a line, if it is one of a flow log. `may_infer` says whether
/// shapes alone may tell.
pub(super) fn recognize<T>(
    tokens: &Tokens<'_>,
    may_infer: bool,
    found: impl FnOnce(&Layout) -> T,
) -> Option<T> {
    if let Some(layout) = Layout::standard(tokens.len()).filter(|layout| fits(layout, tokens)) {
        return Some(found(layout));
    }
    let mut custom = Layout::custom()
        .iter()
        .filter(|layout| layout.count() == tokens.len());
    if let Some(layout) = custom.find(|layout| fits(layout, tokens)) {
        return Some(found(layout));
    }
    may_infer
        .then(|| infer(tokens))
        .flatten()
        .map(|layout| found(&layout))
}

/// Whether a line is one of a flow log, even if it is broken: it has the id of a network interface
/// and begins with a version, or a status or an action.
pub(super) fn looks_like_flow(tokens: &Tokens<'_>) -> bool {
    let has_interface = tokens.iter().any(|token| token.starts_with("eni-"));
    let begins_right = matches!(
        tokens.get(0).as_bytes(),
        [b'2'..=b'9'] | [b'1', b'0'..=b'9']
    );
    has_interface
        && (begins_right
            || tokens
                .iter()
                .any(|token| is_action(token) || is_status(token)))
}

type Shape = fn(&str) -> bool;

/// Fields whose shape is looked at.
const SHAPES: [(Field, Shape); 15] = [
    (Field::Version, is_version),
    (Field::Account, |text| text == "unknown" || is_number(text)),
    (Field::Interface, |text| text.starts_with("eni-")),
    (Field::Source, is_address),
    (Field::Destination, is_address),
    (Field::SourcePort, is_number),
    (Field::DestinationPort, is_number),
    (Field::Protocol, is_number),
    (Field::Start, is_epoch),
    (Field::End, is_epoch),
    (Field::Action, is_action),
    (Field::Status, is_status),
    (Field::Vpc, |text| text.starts_with("vpc-")),
    (Field::Subnet, |text| text.starts_with("subnet-")),
    (Field::TransitGateway, |text| text.starts_with("tgw-")),
];

/// Whether a line is the beginning of one that the layout describes: it was cut short, maybe within
/// its last field.
pub(super) fn fits_beginning(layout: &Layout, tokens: &Tokens<'_>) -> bool {
    let count = tokens.len();
    if count == 0 || count >= layout.count() {
        return false;
    }
    let mut known = 0;
    for (field, shape) in SHAPES {
        let Some(place) = layout.place(field).filter(|place| *place + 1 < count) else {
            continue;
        };
        match tokens.get(place) {
            "-" => {}
            text if shape(text) => known += 1,
            _ => return false,
        }
    }
    // A line that ends within its first field has nothing else to be told by.
    known > 0 || (count == 1 && layout.get(Field::Version, tokens).is_some_and(is_version))
}

/// Whether every field has the shape that the layout asks for.
fn fits(layout: &Layout, tokens: &Tokens<'_>) -> bool {
    let is_right = |(field, shape): &(Field, Shape)| layout.get(*field, tokens).is_none_or(shape);
    // A line of nothing but `-` fits everything and tells nothing.
    let is_flow = layout.get(Field::Status, tokens).is_some();
    layout.count() == tokens.len() && is_flow && SHAPES.iter().all(is_right)
}

/// Layout of the fields whose shape cannot be mistaken.
fn infer(tokens: &Tokens<'_>) -> Option<Layout> {
    // Without an interface or a status it is none, whatever else it has.
    let tells = |token: &str| token.starts_with("eni-") || is_status(token);
    if !tokens.iter().any(tells) {
        return None;
    }
    let mut layout = Layout::empty(tokens.len());
    let mut addresses = [
        Field::Source,
        Field::Destination,
        Field::PacketSource,
        Field::PacketDestination,
    ]
    .into_iter();
    let mut times = [Field::Start, Field::End].into_iter();
    let mut destination = None;
    for (place, token) in tokens.iter().enumerate() {
        if is_address(token) {
            let Some(field) = addresses.next() else {
                continue;
            };
            layout.set(field, place);
            if field == Field::Destination {
                destination = Some(place);
            }
        } else if is_epoch(token) {
            times
                .next()
                .map(|field| layout.set(field, place))
                .unwrap_or_default();
        } else if let Some(field) = field_of_shape(token) {
            layout.set(field, place);
        }
    }
    if let Some(place) = destination {
        set_ports(&mut layout, tokens, place);
    }
    let has_interface = layout.has(Field::Interface);
    let is_flow =
        layout.has(Field::Destination) || layout.has(Field::Action) || layout.has(Field::Status);
    // Both ends with their ports, both times, the action and the status are a flow of anything.
    let whole = [
        Field::Destination,
        Field::DestinationPort,
        Field::End,
        Field::Action,
        Field::Status,
    ];
    let is_whole = || whole.iter().all(|field| layout.has(*field));
    ((has_interface && is_flow) || is_whole()).then_some(layout)
}

/// Field of a token that has a shape of its own.
fn field_of_shape(token: &str) -> Option<Field> {
    Some(match token {
        _ if token.starts_with("eni-") => Field::Interface,
        _ if token.starts_with("vpc-") => Field::Vpc,
        _ if token.starts_with("subnet-") => Field::Subnet,
        _ if token.starts_with("i-") => Field::Instance,
        _ if token.starts_with("tgw-attach-") => Field::TransitAttachment,
        _ if token.starts_with("tgw-") => Field::TransitGateway,
        _ if is_action(token) => Field::Action,
        _ if is_status(token) => Field::Status,
        _ if token.len() == 12 && is_number(token) => Field::Account,
        "ingress" | "egress" => Field::Direction,
        _ if is_region(token) => Field::Region,
        _ => return None,
    })
}

/// Ports, and the protocol behind them, where they follow the two addresses as in all of the
/// vendor's orders.
fn set_ports(layout: &mut Layout, tokens: &Tokens<'_>, destination: usize) {
    let number = |place: usize| tokens.get(place).parse::<u32>().ok();
    let is_port = |place: usize| number(place).is_some_and(|number| number <= 65_535);
    if !is_port(destination + 1) || !is_port(destination + 2) {
        return;
    }
    layout.set(Field::SourcePort, destination + 1);
    layout.set(Field::DestinationPort, destination + 2);
    if number(destination + 3).is_some_and(|number| number <= 255) {
        layout.set(Field::Protocol, destination + 3);
    }
}

fn is_version(text: &str) -> bool {
    text.len() <= 2 && is_number(text)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970 have nine digits up to 2001 and ten up to 2286.
fn is_epoch(text: &str) -> bool {
    matches!(text.len(), 9 | 10) && is_number(text)
}

fn is_action(text: &str) -> bool {
    matches!(text, "ACCEPT" | "REJECT")
}

fn is_status(text: &str) -> bool {
    matches!(text, "OK" | "NODATA" | "SKIPDATA")
}

/// Cheaper than parsing, and strict enough beside the other fields.
fn is_address(text: &str) -> bool {
    let points = text.bytes().filter(|byte| *byte == b'.').count();
    let is_v4 = points == 3
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    // Two colons at once stand for parts of a version 6 address; a time of day has two others.
    let colons = || text.bytes().filter(|byte| *byte == b':').count();
    is_v4
        || ((text.contains("::") || colons() >= MIN_COLONS)
            && text
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')))
}

/// Colons of a whole version 6 address that ends with one of version 4.
const MIN_COLONS: usize = 6;

fn is_region(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let number = parts.next().unwrap_or_default();
    let words = parts.clone().count();
    let mut names = parts;
    (2..=4).contains(&words)
        && number.len() == 1
        && is_number(number)
        && names.all(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(line: &str, field: Field) -> Option<String> {
        let tokens = Tokens::split(line);
        recognize(&tokens, true, |layout| {
            layout.get(field, &tokens).map(str::to_owned)
        })
        .flatten()
    }

    #[test]
    fn the_vendors_orders_are_known_by_count_and_shape() {
        let two = "2 111122223333 eni-1 10.0.0.1 10.0.0.2 5000 443 6 8 568 1714557600 1714557660 ACCEPT OK";
        assert_eq!(value(two, Field::Packets).as_deref(), Some("8"));
        let five = format!(
            "{two} vpc-1 subnet-1 i-1 3 IPv4 10.0.0.1 10.0.0.2 eu-west-1 euw1-az1 - - - - ingress 1"
        );
        assert_eq!(value(&five, Field::Region).as_deref(), Some("eu-west-1"));
        let custom = "3 vpc-1 subnet-1 i-1 eni-1 111122223333 IPv4 10.0.0.1 10.0.0.2 5000 443 10.0.0.1 10.0.0.2 6 568 8 \
                      1714557600 1714557660 ACCEPT 2 OK";
        assert_eq!(value(custom, Field::Bytes).as_deref(), Some("568"));
    }

    #[test]
    fn other_orders_give_what_cannot_be_mistaken() {
        let line = "i-1 eni-1 REJECT 10.0.0.1 2001:db8::2 5000 443 17 111122223333 1714557600 1714557660 us-gov-west-1";
        let check = |field: Field, expected: Option<&str>| {
            assert_eq!(value(line, field).as_deref(), expected, "{field:?}");
        };
        check(Field::Action, Some("REJECT"));
        check(Field::Destination, Some("2001:db8::2"));
        check(Field::DestinationPort, Some("443"));
        check(Field::Protocol, Some("17"));
        check(Field::End, Some("1714557660"));
        check(Field::Account, Some("111122223333"));
        check(Field::Region, Some("us-gov-west-1"));
        check(Field::Packets, None);
        let bare = "10.0.0.1 10.0.0.2 5000 443 6 10 5000 1714557600 1714557660 ACCEPT OK";
        assert_eq!(value(bare, Field::SourcePort).as_deref(), Some("5000"));
        assert_eq!(
            value("10.0.0.1 10.0.0.2 5000 443 ACCEPT OK", Field::Action),
            None
        );
        let relayed = format!("May 1 12:00:01 relay flow: 2 111122223333 eni-1 {bare}");
        assert_eq!(value(&relayed, Field::Source).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn a_broken_line_is_not_inferred_where_a_header_rules() {
        let tokens = Tokens::split("2 111122223333 eni-1 10.0.0.1 10.0.0.2 5000 443 6 8");
        assert!(recognize(&tokens, true, |_| ()).is_some());
        assert!(recognize(&tokens, false, |_| ()).is_none());
    }

    #[test]
    fn a_line_that_was_cut_short_is_told_by_its_beginning() {
        let layout = Layout::standard(14).expect("the default order");
        let check = |line: &str, expected: bool| {
            assert_eq!(
                fits_beginning(layout, &Tokens::split(line)),
                expected,
                "{line}"
            );
        };
        check("2 111122223333 eni-1 10.0.0.1 10.0.0.2 50", true);
        check("2 111122223333", true);
        check("2 1111", true);
        check("2", true);
        check("2 - - - -", true);
        check("the log was cut off", false);
        check("2024-05-01 10:00:00 INFO started", false);
        check("", false);
    }

    #[test]
    fn other_text_is_not_recognized() {
        for line in [
            "",
            "a b c",
            "10.0.0.1 - - [x] GET / 200 1",
            "attached eni-1 to i-1",
            &"- ".repeat(14),
        ] {
            assert_eq!(value(line, Field::Interface), None, "{line}");
        }
        assert!(looks_like_flow(&Tokens::split("2 x eni-1 broken")));
        assert!(!looks_like_flow(&Tokens::split("attached eni-1 to i-1")));
    }
}
