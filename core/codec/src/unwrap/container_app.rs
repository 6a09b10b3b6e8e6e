//! A line of a container as `az containerapp logs show` prints it:
//! `{"TimeStamp":"2026-05-12T14:00:00.25","Log":"F message"}`; before the message stands whether
//! it is whole (`F`), or a piece (`P`) of one that goes on in the next record.
//!
//! Pieces are not put together: each is a row, and keeps its `P` so that it shows what it is. The
//! last piece has the mark of whole lines.
//!
//! The mark is that of the runtime's line. Published output has it or not, and lines about the
//! connection (`Successfully Connected to container`) have none.
//!
//! Sources, read 2026-11-30: learn.microsoft.com/azure/container-apps/log-streaming;
//! pull request 29767 of github.com/Azure/azure-cli, and output of apps that others published.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope, time};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let ([("TimeStamp", _), ("Log", line)] | [("Log", line), ("TimeStamp", _)]) = fields.members()
    else {
        return Opened::No;
    };
    if !line.starts_with('"') {
        return Opened::No;
    }
    let text = unescape(fields.text("Log").unwrap_or_default());
    let mut envelope = envelope(record);
    envelope.time = time(fields, "TimeStamp").or(envelope.time);
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(message(text)),
        Cow::Owned(text) => Cow::Owned(message(&text).to_owned()),
    };
    Opened::Inside(vec![Inner { text, envelope }])
}

fn message(text: &str) -> &str {
    text.strip_prefix("F ").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn only_pieces_keep_their_mark() {
        assert_eq!(message("F order taken"), "order taken");
        assert_eq!(message("P order ta"), "P order ta");
        assert_eq!(message("order taken"), "order taken");
    }
}
