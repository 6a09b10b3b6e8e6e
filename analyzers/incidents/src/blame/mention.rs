//! Whether a message means a node of the graph.

use crate::graph::Node;

/// Whether `name` stands in `text` as a word of its own, both in lower case. `db` does not stand in
/// `order-db`.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    if name.len() < 2 {
        return false;
    }
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        !before.is_some_and(|c| is_word(c) || c == '.') && !after.is_some_and(is_word)
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
    node.names
        .iter()
        .any(|name| name == peer || name == host || !is_address && name == label)
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
    }
}
