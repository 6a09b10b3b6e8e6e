//! Short words for the lines of a table, and values that several AWS formats read alike.

use std::net::IpAddr;

use nepho_codec::table::{Field, To};
use nepho_core::tables::Column;

/// The first of these paths that has text goes to a column.
pub(crate) const fn text(from: &'static [&'static str], column: Column) -> Field {
    Field {
        from,
        to: To::Text(column),
    }
}

/// The first of these paths that has a value names a resource.
pub(crate) const fn resource(from: &'static [&'static str]) -> Field {
    Field {
        from,
        to: To::Resource,
    }
}

/// The first of these paths that has a value is kept for `finish` under this number.
pub(crate) const fn keep(from: &'static [&'static str], number: usize) -> Field {
    Field {
        from,
        to: To::Keep(number),
    }
}

/// The first of these paths that has a time says when it happened.
pub(crate) const fn time(from: &'static [&'static str]) -> Field {
    Field { from, to: To::Time }
}

/// The first of these paths that has an address is the client's.
pub(crate) const fn source_ip(from: &'static [&'static str]) -> Field {
    Field {
        from,
        to: To::Part(Column::SourceIp, ip_address),
    }
}

/// `text` if it is an IP address; AWS writes the name of a service, or `AWS Internal`, where the
/// caller was one of its own.
fn ip_address(text: &str) -> &str {
    if text.parse::<IpAddr>().is_ok() {
        text
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_source_addresses() {
        assert_eq!(ip_address("10.0.0.1"), "10.0.0.1");
        assert_eq!(ip_address("2001:db8::1"), "2001:db8::1");
        assert_eq!(ip_address("autoscaling.amazonaws.com"), "");
        assert_eq!(ip_address("AWS Internal"), "");
    }
}
