//! Text that is an IP address.

use std::net::Ipv6Addr;

/// Whether `text` is an IP address, of version 4 or 6, without a port or a zone.
pub fn is_ip(text: &str) -> bool {
    match text.len() {
        // What is shorter or longer is none, and most words of a log are not even near.
        0..2 | 46.. => false,
        _ if is_ipv4(text.as_bytes()) => true,
        _ if memchr::memchr(b':', text.as_bytes()).is_some() => text.parse::<Ipv6Addr>().is_ok(),
        _ => false,
    }
}

/// Whether `text` is four numbers up to 255 with full stops between them, without leading zeros.
pub fn is_ipv4(text: &[u8]) -> bool {
    let mut rest = text;
    for place in 0..4 {
        if place > 0 {
            let [b'.', behind @ ..] = rest else {
                return false;
            };
            rest = behind;
        }
        rest = match rest {
            [b'2', b'5', b'0'..=b'5', rest @ ..]
            | [b'2', b'0'..=b'4', b'0'..=b'9', rest @ ..]
            | [b'1', b'0'..=b'9', b'0'..=b'9', rest @ ..]
            | [b'1'..=b'9', b'0'..=b'9', rest @ ..]
            | [b'0'..=b'9', rest @ ..] => rest,
            _ => return false,
        };
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::is_ip;

    #[test]
    fn addresses_are_what_the_standard_library_takes() {
        for text in [
            "10.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "256.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1..2.3",
            "1.2.3.",
            ".1.2.3",
            "00.1.2.3",
            "",
            "::",
            "::1",
            "2001:db8::1",
            "2001:db8::g",
            "::ffff:10.0.0.1",
            "1:2",
            "fe80::1%eth0",
            "hello",
            "2026-05-12",
            "12:30:45",
            "0.0.0.256",
            "9.99.199.249",
            "300.1.1.1",
            "1.2.3.4x",
            "010.1.1.1",
        ] {
            assert_eq!(is_ip(text), text.parse::<IpAddr>().is_ok(), "{text}");
        }
    }
}
