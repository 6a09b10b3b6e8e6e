//! The wire format of protocol buffers: fields with a number and one of four shapes.
//!
//! Source: protobuf.dev/programming-guides/encoding, as of 2026-11-28.

/// The value of a field as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wire<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

/// Shape of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Varint,
    Fixed64,
    Bytes,
    Fixed32,
}

impl Wire<'_> {
    pub(crate) fn shape(&self) -> Shape {
        match self {
            Self::Varint(_) => Shape::Varint,
            Self::Fixed64(_) => Shape::Fixed64,
            Self::Bytes(_) => Shape::Bytes,
            Self::Fixed32(_) => Shape::Fixed32,
        }
    }
}

/// The fields of a message, in the order of the wire. An error ends it.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

pub(crate) fn fields(message: &[u8]) -> Fields<'_> {
    Fields { rest: message }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Wire<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Result<(u32, Wire<'a>), String> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| format!("{tag} is no tag of a field"))?;
        let value = match tag & 7 {
            0 => Wire::Varint(self.varint()?),
            1 => Wire::Fixed64(u64::from_le_bytes(self.chunk(number)?)),
            2 => {
                let length = self.varint()?;
                let held = usize::try_from(length).ok();
                let split = held.and_then(|length| self.rest.split_at_checked(length));
                let (bytes, rest) = split.ok_or_else(|| {
                    let held = self.rest.len();
                    format!("field {number} has {length} bytes, of which {held} are there")
                })?;
                self.rest = rest;
                Wire::Bytes(bytes)
            }
            5 => Wire::Fixed32(u32::from_le_bytes(self.chunk(number)?)),
            other => return Err(format!("field {number} has the unknown wire type {other}")),
        };
        Ok((number, value))
    }

    fn chunk<const N: usize>(&mut self, number: u32) -> Result<[u8; N], String> {
        let split = self.rest.split_first_chunk::<N>();
        let (chunk, rest) = split.ok_or_else(|| format!("field {number} is cut off"))?;
        self.rest = rest;
        Ok(*chunk)
    }

    fn varint(&mut self) -> Result<u64, String> {
        match varint(self.rest) {
            Varint::Is(value, length) => {
                self.rest = self.rest.get(length..).unwrap_or_default();
                Ok(value)
            }
            Varint::CutOff => Err("a number is cut off".to_owned()),
            Varint::TooLong => Err("a number has more than ten bytes".to_owned()),
        }
    }
}

/// A number at the beginning of some bytes.
pub(crate) enum Varint {
    /// Its value and its length.
    Is(u64, usize),
    CutOff,
    TooLong,
}

pub(crate) fn varint(bytes: &[u8]) -> Varint {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Varint::Is(value, at + 1);
        }
    }
    match bytes.len() < 10 {
        true => Varint::CutOff,
        false => Varint::TooLong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_a_number_and_a_shape() {
        let message = [
            0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 1, 0, 0, 0, 0x21, 2, 0, 0, 0, 0, 0, 0,
            0,
        ];
        let found: Result<Vec<_>, _> = fields(&message).collect();
        assert_eq!(
            found.expect("fields"),
            [
                (1, Wire::Varint(150)),
                (2, Wire::Bytes(b"hi")),
                (3, Wire::Fixed32(1)),
                (4, Wire::Fixed64(2)),
            ]
        );
    }

    #[test]
    fn what_is_broken_is_told() {
        let check = |message: &[u8], expected: &str| {
            let found: Result<Vec<_>, _> = fields(message).collect();
            assert_eq!(found.expect_err("broken"), expected);
        };
        check(b"\x12\x05hi", "field 2 has 5 bytes, of which 2 are there");
        check(b"\x12", "a number is cut off");
        check(b"\x0b", "field 1 has the unknown wire type 3");
        check(b"\x00\x01", "0 is no tag of a field");
        check(b"\x0d\x01", "field 1 is cut off");
        check(&[0xff; 11], "a number has more than ten bytes");
    }
}
