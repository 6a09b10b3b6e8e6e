//! Ranges of addresses, as rules of networks write them.

use std::net::IpAddr;

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    is_v6: bool,
    /// The first address.
    first: u128,
    /// How many bits are the same.
    length: u32,
}

impl Range {
    /// The range `10.0.1.0/24`, or that of an address alone; `None` of all addresses, which says
    /// nothing, and of what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let (is_v6, bits, whole) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) => (false, u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (true, u128::from(address), 128),
        };
        let length = length.unwrap_or(whole);
        if length == 0 || length > whole {
            return None;
        }
        let rest = whole - length;
        let first = bits.checked_shr(rest)?.checked_shl(rest)?;
        Some(Self {
            is_v6,
            first,
            length,
        })
    }

    /// Whether it is of IPv6.
    pub fn is_v6(self) -> bool {
        self.is_v6
    }

    /// Whether it holds all of another.
    pub fn contains(self, other: Self) -> bool {
        let whole = if self.is_v6 { 128 } else { 32 };
        let rest: u32 = whole - self.length;
        self.is_v6 == other.is_v6
            && self.length <= other.length
            && self.first.checked_shr(rest) == other.first.checked_shr(rest)
    }

    /// Whether both have an address.
    pub fn meets(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The widest range that begins behind this one.
    pub fn next(self) -> Option<Self> {
        let whole: u32 = if self.is_v6 { 128 } else { 32 };
        let size = 1_u128.checked_shl(whole - self.length)?;
        Some(Self {
            first: self.first.checked_add(size)?,
            length: 0,
            ..self
        })
    }

    /// The address, if it is one alone.
    pub fn address(self) -> Option<IpAddr> {
        match (self.is_v6, self.length) {
            (false, 32) => Some(IpAddr::V4(u32::try_from(self.first).ok()?.into())),
            (true, 128) => Some(IpAddr::V6(self.first.into())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_meet_where_one_lies_in_the_other() {
        let check = |one: &str, other: &str, expected: bool| {
            let range = |text: &str| Range::parse(text).unwrap();
            assert_eq!(range(one).meets(range(other)), expected, "{one} {other}");
            assert_eq!(range(other).meets(range(one)), expected, "{other} {one}");
        };
        check("10.0.1.0/24", "10.0.0.0/8", true);
        check("10.0.1.0/24", "10.0.2.0/24", false);
        check("10.0.1.7", "10.0.1.0/24", true);
        check("2001:db8:1::/64", "2001:db8::/32", true);
        check("2001:db8:1::/64", "2001:db8:2::9", false);
        check("10.0.1.0/24", "a00:100::/24", false);
        for none in ["0.0.0.0/0", "::/0", "10.0.0.0/33", "2001:db8::/129", "x"] {
            assert_eq!(Range::parse(none), None, "{none}");
        }
    }
}
