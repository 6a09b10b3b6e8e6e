//! Ids of 128 bits in their usual writing.

/// Whether a text is a UUID with dashes, in letters of any case:
/// `8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4e5f` (RFC 9562, section 4).
pub fn is_uuid(text: &str) -> bool {
    let is_of_uuid = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_of_uuid)
}

#[cfg(test)]
mod tests {
    use super::is_uuid;

    #[test]
    fn a_uuid_has_five_parts_of_hexadecimal_digits() {
        assert!(is_uuid("8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4e5f"));
        assert!(is_uuid("8F507CFC-2A4D-4F0B-9C1E-0A1B2C3D4E5F"));
        for other in [
            "",
            "8f507cfc2a4d4f0b9c1e0a1b2c3d4e5f",
            "8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4e5",
            "8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4e5g",
            "8f507cfc-2a4d-4f0b-9c1e0-a1b2c3d4e5f",
            "8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4e5f-",
            "8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4\u{e4}f",
        ] {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
