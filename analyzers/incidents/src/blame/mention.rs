//! Whether a message means a node of the graph.

use crate::graph::Node;

/// Whether `name` stands in `text` as a word of its own, both in lower case. `db` does not stand in
/// `order-db`. An end `db:5432` also stands in `"db", port 5432`, as libpq writes it.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    fronts(text, name).next().is_some() || mentions_apart(text, name)
}

/// Letters between a host and its port at most: `" (10.0.3.7), `, and an address of IPv6.
const APART: usize = 48;

/// Whether host and port of an end stand in `text` one behind the other.
fn mentions_apart(text: &str, end: &str) -> bool {
    let Some((host, port)) = end.rsplit_once(':') else {
        return false;
    };
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    is_port
        && fronts(text, host).any(|front| {
            let behind = &text[front.len() + host.len()..];
            let told = behind.split_once("port ");
            told.is_some_and(|(between, number)| {
                let digits = number.trim_start_matches(|c: char| c.is_ascii_digit());
                between.len() <= APART
                    && !between.contains('\n')
                    && number[..number.len() - digits.len()] == *port
            })
        })
}

/// What stands in `text` in front of each `name` that is a word of its own.
fn fronts<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let found = text.match_indices(name).filter(|_| name.len() >= 2);
    found.filter_map(move |(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        let is_apart =
            !before.is_some_and(|c| is_word(c) || c == '.') && !after.is_some_and(is_word);
        is_apart.then_some(&text[..start])
    })
}

/// Whether `name`, what stands behind the project in an id of Google Cloud, stands in `text`, both
/// in lower case, and means `project`. One of the two projects may be told by its number. Where the
/// text tells none, it is that of whoever wrote it: `is_own` says whether that can be `project`.
pub(crate) fn mentions_of_project(text: &str, name: &str, project: &str, is_own: bool) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    fronts(text, name).any(|front| {
        let mut segments = front.rsplit('/').skip(1);
        let told = segments.next().filter(|_| front.ends_with('/'));
        match told.zip(segments.next()) {
            Some((told, before)) if before.ends_with("projects") => {
                told == project || is_number(told) != is_number(project)
            }
            _ => is_own,
        }
    })
}

/// Whether a port, with its colon, stands in `text` behind a host.
pub(crate) fn ends_with_port(text: &str, port: &str) -> bool {
    text.match_indices(port).any(|(start, _)| {
        let after = text[start + port.len()..].chars().next();
        !after.is_some_and(|c| c.is_ascii_digit())
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Whether the other end of a call, in lower case, is the node: by name, or by host name with or
/// without port.
pub(crate) fn is_peer(peer: &str, node: &Node) -> bool {
    let host = match peer.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => peer,
    };
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let label = host.split('.').next().unwrap_or(host);
    let is_address = host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':'));
    let mut names = node.names.iter().map(|name| &**name);
    names.any(|name| name == peer || name == host || !is_address && name == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_only_as_a_word() {
        assert!(mentions("could not connect to db:5432", "db"));
        assert!(mentions("host db.example.com is gone", "db"));
        assert!(!mentions("could not connect to order-db", "db"));
        assert!(!mentions("com.shop.cart.error", "cart"));
        assert!(!mentions("cartoon", "cart"));
        let told = "connection to server at \"db\" (10.0.3.7), port 5432 failed";
        assert!(mentions(told, "db:5432") && mentions(told, "10.0.3.7:5432"));
        assert!(!mentions(told, "db:543") && !mentions(told, "at:5432x"));
        assert!(!mentions("db is gone\nport 5432 is free", "db:5432"));
    }

    #[test]
    fn what_stands_in_another_project_is_something_else() {
        let check = |text: &str, expected: [bool; 2]| {
            let of = |is_own| mentions_of_project(text, "topics/orders", "shop-dev", is_own);
            assert_eq!([of(true), of(false)], expected, "{text}");
        };
        check("projects/shop-dev/topics/orders is gone", [true, true]);
        check("projects/shop-prod/topics/orders is gone", [false, false]);
        check("`//x/projects/4711/topics/orders`", [true, true]);
        check("no topics/orders", [true, false]);
        check("/topics/orders", [true, false]);
        check("topics/orders-2", [false, false]);
        let number = mentions_of_project("projects/shop/topics/o", "topics/o", "4711", false);
        assert!(number);
    }
}
