//! An object on a line of a stream of events: `data: {...}` of server-sent events, and the objects
//! of a JSON text sequence, each behind a record separator. `journalctl` writes both
//! (`--output=json-sse`, `--output=json-seq`).
//!
//! Sources: html.spec.whatwg.org/multipage/server-sent-events.html, RFC 7464, journalctl(1), as of
//! 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Wrapped, envelope};
use crate::json::JsonFields;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text.trim_end();
    let held = match text.as_bytes() {
        [b'd', ..] => text.strip_prefix("data:")?.trim_start(),
        [0x1e, ..] => text.trim_start_matches('\u{1e}'),
        _ => return None,
    };
    JsonFields::parse(held).ok()?;
    Some(Wrapped::Records(vec![Inner {
        text: held.into(),
        envelope: envelope(record),
    }]))
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::unwrap::tests::opened;

    #[test]
    fn objects_stand_in_streams() {
        let check = |text: &str, expected: Option<&str>| {
            let found = opened(open, text).map(|(_, inside)| inside);
            let found = found.as_ref().and_then(|inside| inside.first());
            assert_eq!(found.map(|inner| &*inner.text), expected, "{text}");
        };
        let held = r#"{"a":1}"#;
        check(&format!("data: {held}"), Some(held));
        check(&format!("data:{held}"), Some(held));
        check(&format!("\u{1e}{held}"), Some(held));
        check("data: [DONE]", None);
        check("data: {a}", None);
        check(&format!("date: {held}"), None);
    }
}
