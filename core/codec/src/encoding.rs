//! Bytes to UTF-8 text.

#![expect(
    unsafe_code,
    reason = "a block is checked once, not each time it is looked at"
)]

use std::borrow::Cow;

use arrow_buffer::Buffer;

use crate::look::{Look, look};

/// Bytes that were found to be UTF-8.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// Invariant: UTF-8. Set only where bytes are checked, and a buffer never changes.
    buffer: Buffer,
}

impl Text {
    /// The text that `bytes` are, or the bytes if they are none.
    ///
    /// # Errors
    /// The bytes, if they are no UTF-8.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Vec<u8>> {
        match simdutf8::basic::from_utf8(&bytes) {
            Ok(_) => Ok(Self {
                buffer: Buffer::from_vec(bytes),
            }),
            Err(_) => Err(bytes),
        }
    }

    /// The text that the bytes are, or the bytes if they are none, and what they hold.
    pub(crate) fn of(bytes: Buffer) -> (Result<Self, Buffer>, Look) {
        let look = look(&bytes);
        let is_text = look.is_ascii || simdutf8::basic::from_utf8(&bytes).is_ok();
        let text = match is_text {
            true => Ok(Self { buffer: bytes }),
            false => Err(bytes),
        };
        (text, look)
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: the buffer was checked when it was made (see the invariant of the field).
        unsafe { std::str::from_utf8_unchecked(self.buffer.as_slice()) }
    }

    /// The memory that the text stands in, shared.
    pub fn buffer(&self) -> Buffer {
        self.buffer.clone()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self {
            buffer: Buffer::from_vec(text.into_bytes()),
        }
    }
}

/// The text that `bytes` are; nothing if they are no UTF-8.
pub(crate) fn checked(bytes: &[u8]) -> &str {
    simdutf8::basic::from_utf8(bytes).unwrap_or_default()
}

/// UTF-8 text of `bytes`, and whether bytes that are no UTF-8 had to be replaced by U+FFFD.
pub fn to_text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (String::from_utf8_lossy(bytes), true),
    }
}

/// How the text of a stream is encoded, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with a byte order mark of this many bytes to skip.
    Utf8(usize),
    /// UTF-16 with a byte order mark; `true` for big endian.
    Utf16(bool),
    /// Not text; what it seems to be.
    Binary(&'static str),
}

/// Beginnings of files that are not text, and what they are.
const BINARY: [(&[u8], &str); 25] = [
    (b"PK\x03\x04", "a zip archive (unpack it first)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive (unpack it first)"),
    (b"Rar!\x1a\x07", "a rar archive (unpack it first)"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow IPC file"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"SQLite format 3", "a SQLite database"),
    (b"BZh", "bzip2 compressed (unpack it first)"),
    (b"\xfd7zXZ", "xz compressed (unpack it first)"),
    // LZ4 frame format and the one before it; github.com/lz4/lz4, doc/lz4_Frame_format.md.
    (b"\x04\x22\x4d\x18", "lz4 compressed (unpack it first)"),
    (b"\x02\x21\x4c\x18", "lz4 compressed (unpack it first)"),
    // Stream identifier; github.com/google/snappy, framing_format.txt.
    (
        b"\xff\x06\x00\x00sNaPpY",
        "snappy compressed (unpack it first)",
    ),
    // Properties and a dictionary of a power of two: `xz --format=lzma`.
    (b"]\x00\x00", "lzma compressed (unpack it first)"),
    (b"LZIP\x01", "lzip compressed (unpack it first)"),
    (
        b"\x89LZO\x00\r\n\x1a\n",
        "lzop compressed (unpack it first)",
    ),
    (b"\x1f\x9d", "compressed by `compress` (unpack it first)"),
    (b"Obj\x01", "an Avro file"),
    (
        b"ElfFile\x00",
        "a Windows event log (export it: wevtutil query-events FILE /lf /f:xml)",
    ),
    (
        b"LPKSHHRH",
        "a journal of systemd (export it: journalctl --file FILE -o json)",
    ),
    // Classic pcap in both orders of bytes and with nanoseconds.
    (b"\xd4\xc3\xb2\xa1", "captured packets, no logs"),
    (b"\xa1\xb2\xc3\xd4", "captured packets, no logs"),
    (b"\x4d\x3c\xb2\xa1", "captured packets, no logs"),
    (b"\xa1\xb2\x3c\x4d", "captured packets, no logs"),
];

/// Whether a stream is of captured packets, in the format that follows pcap: a section header with
/// the magic of the order of bytes (draft-ietf-opsawg-pcapng, section 4.1, as of 2026-11-30).
fn is_pcapng(head: &[u8]) -> bool {
    let magic = head.get(8..12).unwrap_or_default();
    head.starts_with(b"\n\r\r\n") && matches!(magic, b"\x1a\x2b\x3c\x4d" | b"\x4d\x3c\x2b\x1a")
}

/// Encoding of a stream that begins with `head`.
pub fn detect(head: &[u8]) -> Encoding {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => return Encoding::Utf8(3),
        [0xFF, 0xFE, ..] => return Encoding::Utf16(false),
        [0xFE, 0xFF, ..] => return Encoding::Utf16(true),
        _ => {}
    }
    if let Some((_, what)) = BINARY.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Encoding::Binary(what);
    }
    if is_pcapng(head) {
        return Encoding::Binary("captured packets, no logs");
    }
    // Binary fields of a journal stand among lines of text.
    if crate::group::is_journal(head) {
        return Encoding::Utf8(0);
    }
    let window = &head[..head.len().min(8192)];
    if window.get(257..262) == Some(b"ustar") {
        return Encoding::Binary("a tar archive (unpack it first)");
    }
    // Text has no NUL and hardly any control characters; terminal colours use escape. Of random
    // bytes, such as those of an encrypted file, one in ten is a control character.
    let strange = count(window, |byte| {
        let is_usual = matches!(byte, 0x07..=0x0a | 0x0c | b'\r' | 0x1b);
        byte < 0x20 && !is_usual
    });
    let nuls = count(window, |byte| byte == 0);
    if nuls * 50 > window.len() || strange * 20 > window.len() {
        return Encoding::Binary("binary data");
    }
    Encoding::Utf8(0)
}

/// How many bytes are such; small sums are added by vector instructions.
#[inline]
fn count(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    let chunks = bytes.chunks(usize::from(u8::MAX));
    let sums = chunks.map(|chunk| {
        chunk
            .iter()
            .map(|byte| u8::from(is_such(*byte)))
            .sum::<u8>()
    });
    sums.map(usize::from).sum()
}

/// UTF-8 text of a piece of UTF-16; unpaired surrogates, and half a unit at the end, become U+FFFD.
pub fn from_utf16(bytes: &[u8], big_endian: bool) -> String {
    let pairs = bytes.chunks_exact(2);
    let rest = (!pairs.remainder().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    let units = pairs.map(|pair| match big_endian {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    });
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .chain(rest)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes without a pattern (Marsaglia's xorshift64).
    fn noise(count: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn text_is_utf8() {
        let text = Text::new("gr\u{fc}n".as_bytes().to_vec()).expect("text");
        assert_eq!(text.as_str(), "gr\u{fc}n");
        assert_eq!(text.buffer().as_slice(), "gr\u{fc}n".as_bytes());
        assert_eq!(Text::new(vec![b'a', 0xff]).err(), Some(vec![b'a', 0xff]));
        assert_eq!(Text::from("a".to_owned()).as_str(), "a");
    }

    #[test]
    fn nothing_but_utf8_becomes_text() {
        // Whatever the bytes are, text is made of exactly those that the standard library takes.
        let noise = noise(4096);
        for (number, window) in noise.windows(5).enumerate() {
            let mut bytes = vec![b'a'; number % 70];
            // Few bits, so that many of them begin or go on a character.
            bytes.extend(window.iter().map(|byte| byte & 0b1110_1111 | 0x80 & byte));
            bytes.extend_from_slice("\u{20ac}\u{1f600}".as_bytes());
            bytes.truncate(bytes.len() - number % 8);
            let is_text = std::str::from_utf8(&bytes).is_ok();
            match Text::new(bytes.clone()) {
                Ok(text) => assert!(is_text && text.as_str().as_bytes() == bytes),
                Err(given_back) => assert!(!is_text && given_back == bytes),
            }
            match Text::of(bytes.clone().into()).0 {
                Ok(text) => assert!(is_text && text.as_str().as_bytes() == bytes),
                Err(given_back) => assert!(!is_text && given_back.as_slice() == bytes),
            }
        }
    }

    #[test]
    fn half_a_unit_of_utf16_is_not_passed_over() {
        assert_eq!(from_utf16(b"h\0i\0", false), "hi");
        assert_eq!(from_utf16(b"\0h\xd8\0\0i\xe9", true), "h\u{fffd}i\u{fffd}");
    }

    #[test]
    fn what_is_compressed_in_a_way_that_is_not_undone_is_named() {
        let check = |head: &[u8], expected: &str| match detect(head) {
            Encoding::Binary(what) => assert!(what.starts_with(expected), "{what}"),
            other => panic!("{other:?}"),
        };
        check(b"\x04\x22\x4d\x18\x64\x40\xa7more", "lz4");
        check(b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive");
        check(b"Rar!\x1a\x07\x01\x00", "a rar archive");
        check(b"\xff\x06\x00\x00sNaPpY", "snappy");
        check(b"]\x00\x00\x80\x00\xff\xff", "lzma");
        check(b"\x1f\x9d\x90AB", "compressed by `compress`");
        check(b"ElfFile\x00\x00\x00", "a Windows event log");
        check(b"LPKSHHRH\x00\x00", "a journal of systemd");
        check(
            b"\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0",
            "captured packets",
        );
        check(
            b"\n\r\r\n\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01",
            "captured packets",
        );
        // Words that begin alike are text.
        for text in [
            &b"7z is an archiver"[..],
            b"] done",
            b"LZIP found",
            b"\n\r\n",
            b"\n\r\r\nINFO order placed\n",
        ] {
            assert_eq!(detect(text), Encoding::Utf8(0));
        }
    }

    #[test]
    fn what_is_no_text_is_told_from_what_is() {
        let is_text = |head: &[u8]| matches!(detect(head), Encoding::Utf8(0));
        assert!(is_text(b"2026-05-12T14:00:00Z INFO order placed\n"));
        assert!(is_text(b"\x1b[31mERROR\x1b[0m could not connect\r\n"));
        // Latin-1, which is no UTF-8: a few bytes will be replaced.
        assert!(is_text(b"Gr\xfc\xdfe aus K\xf6ln\n"));
        assert!(!is_text(&noise(8192)), "such as an encrypted file");
        assert!(!is_text(b"PK\x03\x04\x14\x00"));
        assert!(!is_text(&[0; 64]));
        assert_eq!(detect(b"\xef\xbb\xbf{}"), Encoding::Utf8(3));
        assert_eq!(detect(b"\xff\xfe{\0"), Encoding::Utf16(false));
    }
}
