//! Values of Avro as JSON.
//!
//! Members without a value are left out. Times are RFC 3339 in UTC, dates and times of day the
//! same without the other half; decimals are text, so that no digit is lost; bytes are text where
//! they are UTF-8 and base64 otherwise; maps are objects, and of a union only the value is written.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nepho_core::Timestamp;

use super::schema::{Meaning, Place, Schema, Type};
use crate::frame::MAX_RECORD_BYTES;
use crate::quote::{push_float, push_quoted};

/// Values in values.
const DEEPEST: usize = 128;
/// Nanoseconds of a day.
const DAY: i64 = 86_400 * 1_000_000_000;

/// Reads values of a schema.
pub(super) struct Values<'a> {
    pub(super) schema: &'a Schema,
    /// What was not read so far.
    pub(super) rest: &'a [u8],
}

/// What the items of a list or a map are.
#[derive(Clone, Copy, PartialEq)]
enum Items {
    /// Values.
    Elements,
    /// Values behind their keys.
    Members,
}

/// Why a value cannot be read.
type Broken = &'static str;

const CUT_OFF: Broken = "it is cut off";

impl<'a> Values<'a> {
    /// Adds the next record.
    ///
    /// # Errors
    /// What is wrong with it; `out` may hold part of it then.
    pub(super) fn push_record(&mut self, out: &mut Vec<u8>) -> Result<(), Broken> {
        let most = out.len() + MAX_RECORD_BYTES;
        self.push(self.schema.root(), most, 0, out)?;
        Ok(())
    }

    /// Adds a value; says whether there is one.
    fn push(
        &mut self,
        place: Place,
        most: usize,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<bool, Broken> {
        if depth > DEEPEST {
            return Err("it is nested too deeply");
        }
        if out.len() > most {
            return Err("it is longer than a record may be");
        }
        let schema = self.schema;
        match schema.get(place) {
            Type::Null => {
                out.extend_from_slice(b"null");
                return Ok(false);
            }
            Type::Boolean => match self.take(1)? {
                [0] => out.extend_from_slice(b"false"),
                _ => out.extend_from_slice(b"true"),
            },
            Type::Long(meaning) => push_long(self.long()?, *meaning, out),
            Type::Float => {
                let value = f32::from_le_bytes(self.array()?);
                match value.is_finite() {
                    // The shortest text of a number of 32 bits is not that of 64 bits.
                    true => out.extend_from_slice(value.to_string().as_bytes()),
                    false => out.extend_from_slice(b"null"),
                }
            }
            Type::Double => push_float(f64::from_le_bytes(self.array()?), out),
            Type::Bytes(meaning) => {
                let bytes = self.counted()?;
                push_bytes(bytes, *meaning, out);
            }
            Type::Fixed(size, meaning) => push_bytes(self.take(*size)?, *meaning, out),
            Type::Text => push_quoted(&String::from_utf8_lossy(self.counted()?), out),
            Type::Enum(symbols) => {
                let symbol = usize::try_from(self.long()?).ok();
                let symbol = symbol.and_then(|at| symbols.get(at));
                push_quoted(symbol.ok_or("a symbol that its enum does not have")?, out);
            }
            Type::Union(branches) => {
                let branch = usize::try_from(self.long()?).ok();
                let branch = branch.and_then(|at| branches.get(at));
                let branch = *branch.ok_or("a branch that its union does not have")?;
                return self.push(branch, most, depth + 1, out);
            }
            Type::Array(items) => self.items(*items, Items::Elements, most, depth, out)?,
            Type::Map(values) => self.items(*values, Items::Members, most, depth, out)?,
            Type::Record(fields) => {
                out.push(b'{');
                let mut is_first = true;
                for (name, place) in fields {
                    let before = out.len();
                    if !is_first {
                        out.push(b',');
                    }
                    push_quoted(name, out);
                    out.push(b':');
                    match self.push(*place, most, depth + 1, out)? {
                        true => is_first = false,
                        false => out.truncate(before),
                    }
                }
                out.push(b'}');
            }
        }
        Ok(true)
    }

    /// Adds the elements of a list, or the members of a map.
    fn items(
        &mut self,
        place: Place,
        items: Items,
        most: usize,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        let (open, close) = match items {
            Items::Members => (b'{', b'}'),
            Items::Elements => (b'[', b']'),
        };
        out.push(open);
        let mut is_first = true;
        loop {
            let mut count = self.long()?;
            if count < 0 {
                // Their size in bytes, for those who pass over them.
                self.long()?;
                count = count.checked_neg().ok_or("a list of too many elements")?;
            }
            if count == 0 {
                break;
            }
            for _ in 0..count {
                if !std::mem::take(&mut is_first) {
                    out.push(b',');
                }
                if items == Items::Members {
                    push_quoted(&String::from_utf8_lossy(self.counted()?), out);
                    out.push(b':');
                }
                self.push(place, most, depth + 1, out)?;
            }
        }
        out.push(close);
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Bytes behind their length.
    fn counted(&mut self) -> Result<&'a [u8], Broken> {
        let count = usize::try_from(self.long()?);
        self.take(count.map_err(|_| "a length that is no length")?)
    }

    fn long(&mut self) -> Result<i64, Broken> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array::<1>()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(unzigzag(value));
            }
        }
        Err("a number of more than ten bytes")
    }
}

/// The number that a varint stands for: even ones are positive.
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

fn push_long(value: i64, meaning: Meaning, out: &mut Vec<u8>) {
    let nanos = match meaning {
        Meaning::Date => value.checked_mul(DAY),
        Meaning::TimeOfDay(unit) | Meaning::Moment(unit) => value.checked_mul(unit),
        Meaning::Itself | Meaning::Decimal(_) => None,
    };
    let Some(nanos) = nanos else {
        out.extend_from_slice(value.to_string().as_bytes());
        return;
    };
    let text = Timestamp(nanos).to_string();
    let part = match meaning {
        Meaning::Date => text.get(..10),
        Meaning::TimeOfDay(_) => text.get(11..).map(|part| part.trim_end_matches('Z')),
        _ => None,
    };
    push_quoted(part.unwrap_or(&text), out);
}

fn push_bytes(bytes: &[u8], meaning: Meaning, out: &mut Vec<u8>) {
    if let Meaning::Decimal(scale) = meaning
        && let Some(text) = decimal(bytes, scale)
    {
        push_quoted(&text, out);
        return;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => push_quoted(text, out),
        Err(_) => push_quoted(&STANDARD.encode(bytes), out),
    }
}

/// A number in two's complement, highest byte first; `None` beyond 128 bits.
fn decimal(bytes: &[u8], scale: u32) -> Option<String> {
    let (first, scale) = (*bytes.first()?, usize::try_from(scale).ok()?);
    if bytes.len() > 16 || scale > 64 {
        return None;
    }
    let fill = if first < 0x80 { 0 } else { -1 };
    let number = bytes
        .iter()
        .fold(fill, |number: i128, byte| (number << 8) | i128::from(*byte));
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    Some(match part {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    })
}
