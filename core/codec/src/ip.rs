//! Text that is an IP address.

use std::net::Ipv6Addr;

/// Whether `text` is an IP address, of version 4 or 6, without a port or a zone.
pub fn is_ip(text: &str) -> bool {
    match text.len() {
        // What is shorter or longer is none, and most words of a log are not even near.
        0..2 | 46.. => false,
        _ if memchr::memchr(b':', text.as_bytes()).is_some() => text.parse::<Ipv6Addr>().is_ok(),
        _ => is_ipv4(text.as_bytes()),
    }
}

/// Whether `text` is four numbers up to 255 with full stops between them, without leading zeros.
fn is_ipv4(text: &[u8]) -> bool {
    let mut dots = 0;
    let mut digits = 0;
    let mut number = 0_u32;
    for byte in text {
        match byte {
            b'0'..=b'9' if digits == 0 || number > 0 => {
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
                if number > 255 {
                    return false;
                }
            }
            b'.' if digits > 0 => {
                dots += 1;
                digits = 0;
                number = 0;
            }
            _ => return false,
        }
    }
    dots == 3 && digits > 0
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
        ] {
            assert_eq!(is_ip(text), text.parse::<IpAddr>().is_ok(), "{text}");
        }
    }
}
