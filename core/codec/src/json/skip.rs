//! Skips JSON values without looking into them. Braces must balance; nothing else is checked.

use crate::bytes::{self, Unbalanced, skip_space};

/// What is wrong with a piece of JSON, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Byte within the record.
    pub at: usize,
    /// What is wrong, for a message.
    pub what: &'static str,
}

impl Broken {
    /// What is wrong with the container at `start`.
    pub(super) fn from_unbalanced(start: usize, error: Unbalanced) -> Self {
        match error {
            Unbalanced::Open => Self {
                at: start,
                what: "an object or array has no end",
            },
            Unbalanced::TooDeep(at) => Self {
                at,
                what: "nested more than 512 deep",
            },
        }
    }
}

/// What is wrong with an object that is whole, but not alone.
pub const MORE_TEXT: &str = "more text follows the object";

/// Nesting beyond this is refused: no log event is that deep, and it costs the reader of `raw` his
/// stack.
pub const MAX_DEPTH: usize = 512;

/// End of a string whose first byte after the quote is `start`: the position of the closing quote,
/// and whether there is an escape in it.
///
/// # Errors
/// Where it has no end.
#[inline(always)]
pub fn string_end(bytes: &[u8], start: usize) -> Result<(usize, bool), Broken> {
    bytes::string_end(bytes, start).ok_or(Broken {
        at: start,
        what: "a string has no end",
    })
}

/// Position after the value that begins at `start` (no white space before it).
///
/// # Errors
/// Where there is none, or it has no end or is nested too deeply.
#[inline]
pub fn skip_value(bytes: &[u8], start: usize) -> Result<usize, Broken> {
    match bytes.get(start) {
        Some(b'"') => Ok(string_end(bytes, start + 1)?.0 + 1),
        Some(b'{' | b'[') => skip_container(bytes, start),
        Some(b',' | b'}' | b']' | b':') | None => Err(Broken {
            at: start,
            what: "a value is missing",
        }),
        Some(_) => Ok(scalar_end(bytes, start)),
    }
}

/// Position after the number, `true`, `false` or `null` at `start`.
#[inline]
pub fn scalar_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        if matches!(
            byte,
            b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b'"' | b':' | b'{' | b'['
        ) {
            break;
        }
        at += 1;
    }
    at
}

/// Position after the object or array that begins at `start`.
///
/// # Errors
/// Where it has no end or is nested more than [`MAX_DEPTH`] deep.
pub fn skip_container(bytes: &[u8], start: usize) -> Result<usize, Broken> {
    bytes::container_end(bytes, start, MAX_DEPTH)
        .ok_or_else(|| Broken::from_unbalanced(start, bytes::unbalanced(bytes, start, MAX_DEPTH)))
}

/// Position after the first key and colon of the object at `start`, with the range of the key.
pub fn first_key(bytes: &[u8], start: usize) -> Option<((usize, usize), usize)> {
    let at = skip_space(bytes, start + 1);
    if bytes.get(start) != Some(&b'{') || bytes.get(at) != Some(&b'"') {
        return None;
    }
    let (end, _) = string_end(bytes, at + 1).ok()?;
    let colon = skip_space(bytes, end + 1);
    (bytes.get(colon) == Some(&b':')).then(|| ((at + 1, end), skip_space(bytes, colon + 1)))
}
