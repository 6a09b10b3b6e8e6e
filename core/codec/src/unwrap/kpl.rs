//! Records of Kinesis that hold several records of their users, as the Kinesis Producer Library
//! and the aggregation modules of other languages put them: four bytes, a message of protocol
//! buffers, and its MD5 digest.
//!
//! Source: github.com/awslabs/amazon-kinesis-producer, aggregation-format.md, as of 2026-11-30.

use nepho_core::tables::Envelope;

use super::base64_data::{records, text_of};
use super::{Inner, Opened};
use crate::wire::{Wire, fields};

/// What an aggregated record begins with.
const MAGIC: [u8; 4] = [0xf3, 0x89, 0x9a, 0xc2];
/// Bytes of the digest at its end.
const DIGEST: usize = 16;

/// Numbers of fields: the records in the message, and the data in a record.
const RECORDS: u32 = 3;
const DATA: u32 = 3;

/// What an aggregated record holds; `None` if the bytes are none. Its records are text or
/// compressed, as any payload; of one that is neither, the bytes that are no text are replaced.
pub(super) fn open<'a>(bytes: &[u8], envelope: &Envelope) -> Option<Opened<'a>> {
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
            Ok(Some(data)) => inside.extend(records(text_of(data), envelope)),
            Ok(None) => {}
            Err(reason) => return Some(broken(&reason)),
        }
    }
    Some(Opened::Inside(inside))
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

    #[test]
    fn records_of_users_are_taken_apart() {
        let texts = ["{\"level\":\"error\"}", "two\nlines"];
        let Some(Opened::Inside(found)) = open(&aggregated(&texts), &Envelope::default()) else {
            panic!("an aggregated record");
        };
        let found: Vec<&str> = found.iter().map(|inner| &*inner.text).collect();
        assert_eq!(found, ["{\"level\":\"error\"}", "two", "lines"]);
        assert!(open(b"{\"level\":\"error\"}", &Envelope::default()).is_none());
        assert!(open(&MAGIC, &Envelope::default()).is_none());
    }

    #[test]
    fn a_broken_message_is_told() {
        let mut bytes = aggregated(&["a long text that is cut off in the middle"]);
        bytes.drain(10..30);
        let opened = open(&bytes, &Envelope::default());
        assert!(matches!(opened, Some(Opened::Broken(_))));
    }
}
