//! A line that is base64 and nothing else, of a compressed text or of a record: what a queue or a
//! stream was asked for, without what tells of it.
//!
//! Digests and ids are written with the same letters, so what comes out must be compressed, JSON,
//! or text that a format knows.
//!
//! Source: RFC 4648, section 4.

use nepho_core::format::Record;

use super::base64_data::{payload, records};
use super::{Wrapped, envelope};
use crate::group;

/// Shorter ones are ids.
const FEWEST_BYTES: usize = 32;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text.trim();
    let head = text.as_bytes().first_chunk::<FEWEST_BYTES>()?;
    if !head.iter().all(|byte| is_letter(*byte)) {
        return None;
    }
    let payload = payload(text).ok()?;
    let is_packed = payload.is_packed;
    let text = match String::from_utf8(payload.bytes) {
        Ok(text) if group::is_journal(text.as_bytes()) || is_text(&text) => text,
        Err(error) if group::is_journal(error.as_bytes()) => {
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
        _ => return None,
    };
    let is_json = text.trim_start().starts_with(['{', '[']);
    let inside = records(text, &envelope(record));
    Some(match is_packed || is_json {
        true => Wrapped::Records(inside),
        false => Wrapped::Known(inside),
    })
}

/// Whether there is a text, without signs that no log has.
fn is_text(text: &str) -> bool {
    let may_be = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{1b}');
    !text.trim().is_empty() && text.chars().all(may_be)
}

/// Whether a byte is one of the 64, or what fills up the last four.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::open;
    use crate::unwrap::tests::opened;

    fn check(bytes: &[u8], expected: Option<(&str, &[&str])>) {
        let text = STANDARD.encode(bytes);
        let found = opened(open, &text);
        let texts = found.as_ref().map(|(kind, inside)| {
            let texts = inside.iter().map(|inner| &*inner.text);
            (*kind, texts.collect::<Vec<_>>())
        });
        let texts = texts.as_ref().map(|(kind, texts)| (*kind, &texts[..]));
        assert_eq!(texts, expected, "{text}");
    }

    #[test]
    fn what_comes_out_is_packed_or_json_or_must_be_known() {
        let object = r#"{"level":"error","message":"no stock"}"#;
        check(object.as_bytes(), Some(("records", &[object])));
        let lines = "2026-05-12 14:00:00 a\n2026-05-12 14:00:01 b\n";
        let each = ["2026-05-12 14:00:00 a", "2026-05-12 14:00:01 b"];
        check(lines.as_bytes(), Some(("known", &each)));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(lines.as_bytes()).expect("writes");
        check(&gzip.finish().expect("writes"), Some(("records", &each)));
        for level in [0, 1, 6, 9] {
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::new(level));
            zlib.write_all(lines.as_bytes()).expect("writes");
            check(&zlib.finish().expect("writes"), Some(("records", &each)));
        }
        // The first two bytes of zlib.
        let text = "x^ this is what a text of no format looks like";
        check(text.as_bytes(), Some(("known", &[text])));
    }

    #[test]
    fn entries_of_a_journal_are_one_record_each() {
        let entry = "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1778594400000000\nMESSAGE=up";
        let both = format!("{entry}\n\n{entry}\n\n");
        check(both.as_bytes(), Some(("known", &[entry, entry])));
        let packed = "__CURSOR=s=1;i=1\nMESSAGE\n\u{3}\0\0\0\0\0\0\0a\nb\n_PID=1";
        check(packed.as_bytes(), Some(("known", &[packed])));
    }

    #[test]
    fn digests_words_and_binary_are_none() {
        for text in [
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "an_ordinary_word_of_more_than_32_letters",
            "AnOrdinaryWordOfMoreThanThirtyTwoLettersX",
            "an ordinary line of more than 32 letters",
            "bm8gc3RvY2s=",
            "",
        ] {
            assert!(opened(open, text).is_none(), "{text}");
        }
        check(b"a text with\0 a zero, which is none", None);
        check(&[b' '; 40], None);
    }
}
