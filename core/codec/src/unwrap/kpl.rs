//! Records of Kinesis that hold several records of their users, as the Kinesis Producer Library
//! and the aggregation modules of other languages put them: four bytes, a message of protocol
//! buffers, and its MD5 digest.
//!
//! Source: github.com/awslabs/amazon-kinesis-producer, aggregation-format.md, as of 2026-11-30.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nepho_core::tables::Envelope;

use super::base64_data::{is_binary, payload, records};
use super::{Inner, Opened};
use crate::wire::{Wire, fields};

/// What an aggregated record begins with.
const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];
/// Bytes of the digest at its end.
const DIGEST: usize = 16;

/// Numbers of fields: the records in the message, and the data in a record.
const RECORDS: u32 = 3;
const DATA: u32 = 3;

/// What the base64 of an aggregated record begins with.
const BASE64_MAGIC: &str = "84maw";

/// What an aggregated record holds, given in base64; `None` if it is none. A record of a user that
/// is no text is handed out as a record of its own, so that it is inflated when it is its turn, and
/// a broken one does no harm to the others.
pub(super) fn open<'a>(data: &str, envelope: &Envelope) -> Option<Opened<'a>> {
    let is_aggregated = data.trim_start().starts_with(BASE64_MAGIC);
    let bytes = payload(data).ok().filter(|_| is_aggregated)?.bytes;
    let message = bytes.strip_prefix(&MAGIC)?;
    let (message, _) = message.split_at_checked(message.len().checked_sub(DIGEST)?)?;
    let mut inside: Vec<Inner<'a>> = Vec::new();
    for field in fields(message) {
        let record = match field {
            Ok((RECORDS, Wire::Bytes(record))) => record,
            Ok(_) => continue,
            Err(reason) => return Some(broken(&reason)),
        };
        match data_of(record) {
            Ok(Some(data)) => add(data, envelope, &mut inside),
            Ok(None) => {}
            Err(reason) => return Some(broken(&reason)),
        }
    }
    Some(Opened::Inside(inside))
}

fn add<'a>(data: &[u8], envelope: &Envelope, inside: &mut Vec<Inner<'a>>) {
    match std::str::from_utf8(data) {
        Ok(text) if !is_binary(data) => inside.extend(records(text.to_owned(), envelope)),
        // As `aws kinesis get-records` gives it.
        _ => inside.push(Inner {
            text: format!(
                r#"{{"SequenceNumber":"0","PartitionKey":"0","Data":"{}"}}"#,
                STANDARD.encode(data)
            )
            .into(),
            envelope: envelope.clone(),
        }),
    }
}

/// The data of one record of a user.
fn data_of(record: &[u8]) -> Result<Option<&[u8]>, String> {
    let mut data = None;
    for field in fields(record) {
        if let (DATA, Wire::Bytes(bytes)) = field? {
            data = Some(bytes);
        }
    }
    Ok(data)
}

fn broken<'a>(reason: &str) -> Opened<'a> {
    Opened::Broken(format!("the aggregated record is broken: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of bytes that are shorter than 128.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).expect("a short field");
        [&[number << 3 | 2, length], bytes].concat()
    }

    fn aggregated(texts: &[&str]) -> Vec<u8> {
        let record = |text: &&str| field(3, &[&[8, 0][..], &field(3, text.as_bytes())].concat());
        let records: Vec<u8> = texts.iter().flat_map(record).collect();
        [&MAGIC[..], &field(1, b"key"), &records, &[7; DIGEST]].concat()
    }

    fn opened(bytes: &[u8]) -> Option<Opened<'static>> {
        open(&STANDARD.encode(bytes), &Envelope::default())
    }

    #[test]
    fn records_of_users_are_taken_apart() {
        let texts = ["{\"level\":\"error\"}", "two\nlines", "a\0b"];
        let Some(Opened::Inside(found)) = opened(&aggregated(&texts)) else {
            panic!("an aggregated record");
        };
        let found: Vec<&str> = found.iter().map(|inner| &*inner.text).collect();
        // What is no text is told to be broken, or inflated, when it is its turn.
        let own = r#"{"SequenceNumber":"0","PartitionKey":"0","Data":"YQBi"}"#;
        assert_eq!(found, ["{\"level\":\"error\"}", "two", "lines", own]);
        assert!(opened(b"{\"level\":\"error\"}").is_none());
        assert!(opened(&MAGIC).is_none());
    }

    #[test]
    fn a_broken_message_is_told() {
        let mut bytes = aggregated(&["a long text that is cut off in the middle"]);
        bytes.drain(10..30);
        assert!(matches!(opened(&bytes), Some(Opened::Broken(_))));
    }
}
