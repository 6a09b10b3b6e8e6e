//! Records as Fluentd writes them to files and to its own log, behind their time and their tag.
//!
//! | by | the line |
//! |---|---|
//! | `out_file` | `2026-05-12T14:00:00+00:00\tshop.web\t{"message":"..."}` |
//! | `stdout` | `2026-05-12 14:00:00.123456789 +0000 shop.web: {"message":"..."}` |
//!
//! Sources: docs.fluentd.org/formatter/out_file, docs.fluentd.org/formatter/stdout, read
//! 2026-11-30.

use nepho_core::format::Record;
use nepho_core::severity::Severity;
use nepho_core::uuid::is_uuid;

use super::{Inner, Wrapped, envelope};
use crate::json::JsonFields;
use crate::time;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text.trim_end();
    if !text.starts_with(|first: char| first.is_ascii_digit()) || !text.ends_with('}') {
        return None;
    }
    let (head, tag, held) = of_file(text).or_else(|| of_output(text))?;
    let (time, length) = time::prefix(head, record.stream.reference())?;
    if length != head.len() || !is_tag(tag) || JsonFields::parse(held).is_err() {
        return None;
    }
    let mut envelope = envelope(record);
    envelope.time = Some(time);
    Some(Wrapped::Records(vec![Inner {
        text: held.into(),
        envelope,
    }]))
}

/// Whether a word may be a tag: other programs write a level, a number or the id of a request
/// between their time and what they log.
pub(super) fn is_tag(word: &str) -> bool {
    let bare = word.trim_matches(['[', ']', '(', ')', '<', '>']);
    let is_number = bare.bytes().all(|byte| byte.is_ascii_digit());
    !is_number
        && !word.contains([' ', '\t', '"', ':', '{'])
        && Severity::from_word(bare).is_none()
        && !is_uuid(bare)
}

/// Time, tag and record of a line of a file.
fn of_file(text: &str) -> Option<(&str, &str, &str)> {
    let (time, rest) = text.split_once('\t')?;
    let (tag, held) = rest.split_once('\t')?;
    Some((time, tag, held))
}

/// The same of a line of the output.
fn of_output(text: &str) -> Option<(&str, &str, &str)> {
    let (head, _) = text.split_once(": {")?;
    let (time, tag) = head.rsplit_once(' ')?;
    let held = text.get(head.len() + 2..)?;
    // It always tells the zone; what other programs write before a level does not.
    let (_, zone) = time.rsplit_once(' ')?;
    matches!(zone.as_bytes(), [b'+' | b'-', _, _, _, _]).then_some((time, tag, held))
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::unwrap::tests::opened;

    #[test]
    fn a_record_stands_behind_its_time_and_tag() {
        let check = |text: &str, expected: Option<&str>| {
            let found = opened(open, text).map(|(_, inside)| inside);
            let found = found.as_ref().and_then(|inside| inside.first());
            assert_eq!(found.map(|inner| &*inner.text), expected, "{text}");
            let time = nepho_core::Timestamp::parse_rfc3339("2026-05-12T14:00:00Z");
            let told = found.and_then(|inner| inner.envelope.time);
            assert_eq!(told, time.filter(|_| expected.is_some()), "{text}");
        };
        let held = r#"{"message":"a: {b}\tc"}"#;
        let zone = "2026-05-12T16:00:00+02:00";
        check(&format!("{zone}\ta.b\t{held}"), Some(held));
        check(
            &format!("2026-05-12 14:00:00.000000000 +0000 a.b: {held}"),
            Some(held),
        );
        check(
            &format!("2026-05-12 16:00:00 +0200 a.b: {held}"),
            Some(held),
        );
        check(&format!("2026-05-12 14:00:00 INFO: {held}"), None);
        check(&format!("2026-05-12 14:00:00 +0000 a b: {held}"), None);
        check(&format!("{zone}\tx y\t{held}"), None);
        check(&format!("{zone}\ta\t{{b}}"), None);
        check(&format!("{zone}\t{held}"), None);
        for word in [
            "ERROR",
            "[warn]",
            "7",
            "8f507cfc-2a4d-4f0b-9c1e-0a1b2c3d4e5f",
        ] {
            check(&format!("{zone}\t{word}\t{held}"), None);
            check(
                &format!("2026-05-12 14:00:00.123 +0000 {word}: {held}"),
                None,
            );
        }
    }
}
