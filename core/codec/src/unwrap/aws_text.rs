//! Events as the AWS CLI prints them with `--output text`: the values of a row in the order of the
//! names of their columns, with tabs between.
//!
//! | command | the line |
//! |---|---|
//! | `logs filter-log-events` | `EVENTS`, id, time of ingestion, stream, message, time |
//! | `logs get-log-events` | `EVENTS`, time of ingestion, message, time |
//! | `cloudtrail lookup-events` | `EVENTS`, id of the key, the record as JSON, and more |
//!
//! Source: docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html, "Text output
//! format", as of 2026-11-30.

use std::borrow::Cow;

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Wrapped, envelope};
use crate::time;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let rest = record.text.strip_prefix("EVENTS\t")?;
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    let mut fields = rest.split('\t');
    if let Some(event) = fields.find(|field| field.starts_with("{\"eventVersion\"")) {
        let text = Cow::Borrowed(event);
        return Some(Wrapped::Records(vec![Inner { text, envelope }]));
    }
    let (first, rest) = rest.split_once('\t')?;
    let message = if is_millis(first) {
        rest
    } else {
        let (ingested, rest) = rest.split_once('\t').filter(|_| is_number(first))?;
        let (stream, rest) = rest.split_once('\t').filter(|_| is_millis(ingested))?;
        envelope = envelope.with(Column::Host, stream);
        rest
    };
    // The time may stand in a line below, behind a message that ends one.
    let last = message
        .rsplit_once('\t')
        .filter(|(_, time)| is_millis(time));
    let (message, time) = match last {
        Some((message, written)) => (message, time::parse(written)),
        None => (message, None),
    };
    envelope.time = time.or(envelope.time);
    let text = Cow::Borrowed(message.trim_end());
    (!text.is_empty()).then(|| Wrapped::Records(vec![Inner { text, envelope }]))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a time in milliseconds.
fn is_millis(text: &str) -> bool {
    text.len() == 13 && is_number(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwrap::tests::opened;

    #[test]
    fn messages_stand_in_rows() {
        let check = |text: &str, expected: Option<(&str, Option<&str>)>| {
            let found = opened(open, text).map(|(_, inside)| inside);
            let found = found.as_ref().and_then(|inside| inside.first());
            let found = found.map(|inner| (&*inner.text, inner.envelope.get(Column::Host)));
            assert_eq!(found, expected, "{text}");
        };
        let id = "37000000000000000000000000000000000000000000000000000001";
        let row = format!("EVENTS\t{id}\t1778594402000\tshop/1\ta\tb\t1778594401250");
        check(&row, Some(("a\tb", Some("shop/1"))));
        let row = format!("EVENTS\t{id}\t1778594402000\tshop/1\ta\n\t1778594401250");
        check(&row, Some(("a", Some("shop/1"))));
        check(
            "EVENTS\t1778594402000\ta b\t1778594401250",
            Some(("a b", None)),
        );
        check("EVENTS\t1778594402000\ta b", Some(("a b", None)));
        check(
            "EVENTS\tAKIAEXAMPLE\t{\"eventVersion\":\"1.08\"}\te1",
            Some(("{\"eventVersion\":\"1.08\"}", None)),
        );
        check("EVENTS\ta\tb\tc", None);
        check("EVENTS\t1778594402000", None);
        check("EVENTS of today", None);
    }
}
