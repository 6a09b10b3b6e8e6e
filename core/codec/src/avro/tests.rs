//! Files as writers of Avro make them.

use std::io::{Read, Write};

use super::*;
use crate::notes::Note;

const MARK: [u8; 16] = *b"the mark of file";

/// Zigzag and varint.
fn long(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn counted(bytes: &[u8]) -> Vec<u8> {
    [long(bytes.len() as i64), bytes.to_vec()].concat()
}

fn header(schema: &str, codec: &str) -> Vec<u8> {
    let mut bytes = b"Obj\x01".to_vec();
    bytes.extend(long(-2));
    bytes.extend(long(0));
    for (key, value) in [("avro.schema", schema), ("avro.codec", codec)] {
        bytes.extend(counted(key.as_bytes()));
        bytes.extend(counted(value.as_bytes()));
    }
    bytes.extend(long(0));
    bytes.extend(MARK);
    bytes
}

fn block(count: i64, stored: &[u8]) -> Vec<u8> {
    [long(count), counted(stored), MARK.to_vec()].concat()
}

fn read(file: &[u8]) -> (String, Vec<Note>, Option<String>) {
    let notes = Notes::default();
    let mut text = Vec::new();
    let error = AvroText::new(file, notes.clone()).read_to_end(&mut text);
    let text = String::from_utf8(text).expect("text");
    (
        text,
        notes.take(),
        error.err().map(|error| error.to_string()),
    )
}

const PLAIN: &str = r#"{"type":"record","name":"r","fields":[{"name":"n","type":"long"}]}"#;

#[test]
fn values_are_written_as_json_has_them() {
    let schema = r#"{"type":"record","name":"Row","namespace":"a.b","fields":[
        {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"day","type":["null",{"type":"int","logicalType":"date"}]},
        {"name":"clock","type":{"type":"long","logicalType":"time-micros"}},
        {"name":"none","type":["null","string"]},
        {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
        {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},
        {"name":"id","type":{"type":"fixed","name":"Id","size":2}},
        {"name":"tags","type":{"type":"array","items":"string"}},
        {"name":"labels","type":{"type":"map","values":["double","boolean","float"]}},
        {"name":"next","type":["null","Row"]}]}"#;
    let row = [
        long(1_778_594_400_250),
        long(1),
        long(20_585),
        long(1_000_001),
        long(0),
        counted(&[0xff, 0x85]),
        long(1),
        vec![0xff, 0],
        long(-2),
        long(9),
        counted(b"a\""),
        counted(b"b"),
        long(0),
        long(2),
        counted(b"x"),
        long(0),
        2.5_f64.to_le_bytes().to_vec(),
        counted(b"y"),
        long(1),
        vec![1],
        long(0),
        long(0),
    ];
    let (text, notes, error) = read(&[header(schema, "null"), block(1, &row.concat())].concat());
    let expected = concat!(
        r#"{"at":"2026-05-12T14:00:00.250Z","day":"2026-05-12","clock":"00:00:01.000001","#,
        r#""price":"-1.23","kind":"B","id":"/wA=","tags":["a\"","b"],"#,
        r#""labels":{"x":2.5,"y":true}}"#,
        "\n"
    );
    assert_eq!((text.as_str(), notes, error), (expected, Vec::new(), None));
}

#[test]
fn blocks_are_read_in_every_compression() {
    let records = [long(7), long(-8)].concat();
    let mut deflate =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflate.write_all(&records).expect("written");
    let mut crc = flate2::Crc::new();
    crc.update(&records);
    let mut snappy = snap::raw::Encoder::new()
        .compress_vec(&records)
        .expect("written");
    snappy.extend(crc.sum().to_be_bytes());
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(&records).expect("written");
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(&records).expect("written");
    let stored = [
        ("null", records.clone()),
        ("deflate", deflate.finish().expect("written")),
        ("snappy", snappy),
        (
            "zstandard",
            zstd::encode_all(&*records, 1).expect("written"),
        ),
        ("xz", xz.finish().expect("written")),
        ("bzip2", bzip2.finish().expect("written")),
    ];
    for (codec, stored) in stored {
        let (text, notes, error) = read(&[header(PLAIN, codec), block(2, &stored)].concat());
        assert_eq!(text, "{\"n\":7}\n{\"n\":-8}\n", "{codec}");
        assert_eq!((notes, error), (Vec::new(), None), "{codec}");
    }
}

#[test]
fn a_broken_block_loses_no_other() {
    let sound = block(1, &long(7));
    let check = |broken: &[u8], reason: &str| {
        let file = [&header(PLAIN, "null"), &sound, broken, &sound].concat();
        let (text, notes, error) = read(&file);
        assert_eq!(text, "{\"n\":7}\n{\"n\":7}\n", "{reason}: {notes:?}");
        assert_eq!(error, None, "{reason}");
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].reason.contains(reason), "{notes:?}");
        let start = (header(PLAIN, "null").len() + sound.len()) as u64;
        assert_eq!(notes[0].range, start..start + broken.len() as u64);
    };
    check(
        &block(2, &[0x80, 0x80]),
        "its record 1 cannot be read: it is cut off",
    );
    check(&block(1_000_000, &[0]), "1000000 records in 1 bytes");
    check(&block(-1, &[0]), "-1 records in 1 bytes");
    check(
        &[long(1), long(1_000), b"xx".to_vec(), MARK.to_vec()].concat(),
        "the mark behind it",
    );
}

#[test]
fn what_is_cut_off_or_no_file_is_told() {
    let file = [
        header(PLAIN, "null"),
        block(1, &long(7)),
        block(1, &long(9)),
    ]
    .concat();
    let (text, _, error) = read(&file[..file.len() - 3]);
    assert_eq!(text, "{\"n\":7}\n");
    assert_eq!(error.as_deref(), Some("avro: the last block is cut off"));
    for length in 0..file.len() {
        read(&file[..length]);
    }
    let (_, _, error) = read(&header(r#""string""#, "null"));
    let expected = "avro: the schema cannot be read: its values are no records";
    assert_eq!(error.as_deref(), Some(expected));
    let (_, _, error) = read(&header(PLAIN, "lzo"));
    assert_eq!(
        error.as_deref(),
        Some("avro: blocks are compressed with `lzo`")
    );
}

#[test]
fn no_damage_is_read_without_end() {
    let schema = r#"{"type":"record","name":"r","fields":[{"name":"n","type":"long"},
        {"name":"a","type":{"type":"array","items":["null","string","r"]}},
        {"name":"m","type":{"type":"map","values":"bytes"}}]}"#;
    let record = [
        long(7),
        long(2),
        long(0),
        long(1),
        counted(b"x"),
        long(0),
        long(1),
        counted(b"k"),
        counted(b"v"),
        long(0),
    ];
    let record = record.concat();
    let blocks = [block(1, &record), block(2, &[&*record, &record].concat())].concat();
    let file = [header(schema, "null"), blocks].concat();
    let (text, notes, error) = read(&file);
    assert_eq!(text.lines().count(), 3, "{notes:?} {error:?}");
    for at in 0..file.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff, file[at] ^ 2] {
            let mut damaged = file.clone();
            damaged[at] = byte;
            let (text, ..) = read(&damaged);
            assert!(text.len() < 1 << 20, "{at} {byte}");
        }
    }
}
