//! Tests of the messages, made here byte by byte.

use super::*;

/// A field with bytes.
fn bytes(number: u8, value: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = value.len();
    while length > 0x7f {
        field.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend_from_slice(value);
    field
}

fn fixed64(number: u8, value: u64) -> Vec<u8> {
    let mut field = vec![number << 3 | 1];
    field.extend_from_slice(&value.to_le_bytes());
    field
}

fn text(value: &str) -> Vec<u8> {
    bytes(1, value.as_bytes())
}

fn attribute(key: &str, value: &[u8]) -> Vec<u8> {
    [bytes(1, key.as_bytes()), bytes(2, value)].concat()
}

fn record(body: &str) -> Vec<u8> {
    [
        fixed64(1, 1_778_594_400_000_000_000),
        vec![0x10, 17],
        bytes(3, b"ERROR"),
        bytes(5, &text(body)),
        bytes(6, &attribute("retries", &[0x18, 0x07])),
        bytes(9, &[0xab; 16]),
        // A field of times to come.
        bytes(15, b"new"),
    ]
    .concat()
}

fn request(items: &[Vec<u8>]) -> Vec<u8> {
    let resource = bytes(1, &attribute("service.name", &text("cart")));
    let items: Vec<u8> = items.iter().flat_map(|item| bytes(2, item)).collect();
    let scope = [bytes(1, &text("pay")), items].concat();
    bytes(1, &[bytes(1, &resource), bytes(2, &scope)].concat())
}

/// Text of a stream, with notes and the error behind it.
fn read(stream: &[u8]) -> String {
    let Some(framing) = Framing::of(stream) else {
        return "unknown".to_owned();
    };
    let notes = Notes::default();
    let mut found = String::new();
    let mut reader = OtlpText::new(stream, framing, notes.clone());
    let mut text = Vec::new();
    let error = reader.read_to_end(&mut text).err();
    found.push_str(&String::from_utf8(text).expect("text"));
    for note in notes.take() {
        found.push_str(&format!("{:?} {}\n", note.range, note.reason));
    }
    if let Some(error) = error {
        found.push_str(&format!("{error}\n"));
    }
    found
}

const LINE: &str = concat!(
    r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":"#,
    r#"{"stringValue":"cart"}}]},"scopeLogs":[{"scope":{"name":"pay"},"logRecords":[{"#,
    r#""timeUnixNano":"1778594400000000000","severityNumber":17,"severityText":"ERROR","#,
    r#""body":{"stringValue":"no \"db\""},"#,
    r#""attributes":[{"key":"retries","value":{"intValue":"7"}}],"#,
    r#""traceId":"abababababababababababababababab"}]}]}]}"#,
    "\n"
);

#[test]
fn messages_are_found_alone_and_behind_their_length() {
    let message = request(&[record("no \"db\"")]);
    assert_eq!(read(&message), LINE);
    let twice = [message.clone(), message.clone()].concat();
    assert_eq!(read(&twice), LINE.repeat(2));
    let prefix = u32::try_from(message.len()).expect("short").to_be_bytes();
    let prefixed = [&prefix[..], &message, &prefix, &message].concat();
    assert_eq!(Framing::of(&prefixed), Some(Framing::Prefixed));
    assert_eq!(read(&prefixed), LINE.repeat(2));
    let length = &bytes(1, &message)[1..];
    let delimited = [length, length].concat();
    assert_eq!(Framing::of(&delimited), Some(Framing::Delimited));
    assert_eq!(read(&delimited), LINE.repeat(2));
    let packed = zstd::encode_all(&message[..], 1).expect("compressed");
    let prefix = u32::try_from(packed.len()).expect("short").to_be_bytes();
    assert_eq!(read(&[&prefix[..], &packed].concat()), LINE);
}

#[test]
fn spans_and_metrics_are_told_from_logs() {
    let span = [
        bytes(1, &[1; 16]),
        bytes(2, &[2; 8]),
        bytes(5, b"GET /"),
        vec![0x30, 2],
        fixed64(7, 1),
        fixed64(8, 5),
        bytes(15, &[0x18, 2]),
    ]
    .concat();
    let found = read(&request(&[span]));
    assert!(found.contains(r#""scopeSpans""#), "{found}");
    assert!(
        found.contains(r#""name":"GET /","kind":2,"startTimeUnixNano":"1""#),
        "{found}"
    );
    let point = [fixed64(3, 9), fixed64(4, 1.5_f64.to_bits())].concat();
    let metric = [bytes(1, b"load"), bytes(5, &bytes(1, &point))].concat();
    let found = read(&request(&[metric]));
    assert!(
        found.contains(
            r#""metrics":[{"name":"load","gauge":{"dataPoints":[{"timeUnixNano":"9","asDouble":1.5}]}}]"#
        ),
        "{found}"
    );
}

#[test]
fn a_broken_item_is_told_and_the_others_are_read() {
    let message = request(&[record("one"), b"\x2a\x7fcut".to_vec(), record("two")]);
    let prefix = u32::try_from(message.len()).expect("short").to_be_bytes();
    let found = read(&[&prefix[..], &message].concat());
    assert!(found.contains("one") && found.contains("two"), "{found}");
    assert!(
        found.contains("otlp: a message is broken: LogRecord: field 5 has 127 bytes"),
        "{found}"
    );
    let whole = request(&[record("one")]);
    for end in 40..whole.len() {
        let found = read(&whole[..end]);
        assert!(
            found == "unknown" || found.contains("cut off"),
            "{end} {found}"
        );
    }
    let mut deep = text("x");
    for _ in 0..200 {
        deep = bytes(5, &bytes(1, &deep));
    }
    let found = read(&request(&[bytes(5, &deep)]));
    assert!(found.contains("nested more than"), "{found}");
}

#[test]
fn text_is_no_message() {
    for text in [
        &b"\n\n\n\n\n\n\n\n\n\n\n\n"[..],
        b"\n\x05\nab\n\n",
        b"2026-05-12 14:00:00 INFO ok\n",
        b"{\"a\":1}\n",
        b"\x0a\x12\x0a\x10 INFO started and so on",
        b"",
        &[0; 64],
    ] {
        assert_eq!(Framing::of(text), None, "{text:?}");
    }
}

#[test]
fn long_scopes_become_several_lines() {
    let items: Vec<_> = (0..3000).map(|_| record(&"x".repeat(300))).collect();
    let found = read(&request(&items));
    assert!(found.lines().count() > 2);
    assert_eq!(found.matches("timeUnixNano").count(), 3000);
    for line in found.lines() {
        assert_eq!(
            crate::json::skip::skip_value(line.as_bytes(), 0),
            Ok(line.len())
        );
    }
}
