//! Avro object container files.

use super::{check, reason};

/// A number as Avro writes it.
fn long(value: usize) -> Vec<u8> {
    let mut rest = value << 1;
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push((rest & 0x7f | 0x80) as u8);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn counted(bytes: &[u8]) -> Vec<u8> {
    [long(bytes.len()), bytes.to_vec()].concat()
}

const MARK: &[u8] = b"a mark of a file";

fn file(schema: &str, blocks: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"Obj\x01".to_vec();
    bytes.extend(long(1));
    bytes.extend(counted(b"avro.schema"));
    bytes.extend(counted(schema.as_bytes()));
    bytes.extend(long(0));
    bytes.extend(MARK);
    for (count, block) in blocks {
        bytes.extend([long(*count), counted(block), MARK.to_vec()].concat());
    }
    bytes
}

/// What the capture of Event Hubs writes.
const CAPTURE: &str = r#"{"type":"record","name":"EventData",
    "namespace":"Microsoft.ServiceBus.Messaging","fields":[
    {"name":"SequenceNumber","type":"long"},
    {"name":"Offset","type":"string"},
    {"name":"EnqueuedTimeUtc","type":"string"},
    {"name":"SystemProperties","type":{"type":"map","values":["long","double","string","bytes"]}},
    {"name":"Properties","type":{"type":"map","values":["long","double","string","bytes","null"]}},
    {"name":"Body","type":["null","bytes"]}]}"#;

fn captured(number: usize, body: &str) -> Vec<u8> {
    [
        long(number),
        counted(b"4294967296"),
        counted(b"5/12/2026 2:00:05 PM"),
        long(1),
        counted(b"x-opt-enqueued-time"),
        long(0),
        long(1_778_594_405_000),
        long(0),
        long(0),
        long(1),
        counted(body.as_bytes()),
    ]
    .concat()
}

#[test]
fn what_event_hubs_captured_is_read_as_it_was_sent() {
    let records = r#"{"records":[{"time":"2026-05-12T14:00:00.25Z","resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KEYS","category":"AuditEvent","operationName":"SecretGet","resultSignature":"Forbidden","callerIpAddress":"203.0.113.7","properties":{"id":"https://keys.vault.azure.net/secrets/db","httpStatusCode":403}},{"time":"2026-05-12T14:00:01Z","resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KEYS","category":"AuditEvent","operationName":"SecretList","resultSignature":"OK","properties":{"httpStatusCode":200}}]}"#;
    let line = "ERROR could not connect to db:5432";
    let blocks = [(2, [captured(7, records), captured(8, line)].concat())];
    let (rows, explanation) = check("7.avro", &file(CAPTURE, &blocks), &[("7.avro", 3)]);
    let formats: Vec<_> = rows.rows.iter().map(|(_, format, ..)| &**format).collect();
    assert_eq!(
        formats,
        ["azure.key_vault", "azure.key_vault", "generic.text"]
    );
    assert!(
        rows.rows[2].2.contains("could not connect"),
        "{:?}",
        rows.rows[2]
    );
    assert_eq!(explanation.inputs[0].compression, ["avro"]);
    assert!(rows.rejects.is_empty(), "{:?}", rows.rejects);
}

#[test]
fn records_of_avro_are_objects_and_what_is_broken_is_told() {
    let schema = r#"{"type":"record","name":"Row","fields":[
        {"name":"time","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"level","type":"string"},
        {"name":"message","type":"string"}]}"#;
    let row = |text: &str| {
        [
            long(1_778_594_400_250),
            counted(b"error"),
            counted(text.as_bytes()),
        ]
        .concat()
    };
    let blocks = [
        (1, row("no stock")),
        (2, row("once")),
        (1, row("paid twice")),
    ];
    let (rows, _) = check("rows.avro", &file(schema, &blocks), &[("rows.avro", 3)]);
    let bodies: Vec<_> = rows.rows.iter().map(|(_, _, body, _)| &**body).collect();
    assert_eq!(bodies, ["no stock", "once", "paid twice"]);
    reason(
        &rows,
        "avro: a block is broken: its record 2 cannot be read",
    );
    assert_eq!(rows.rejects.len(), 1, "{:?}", rows.rejects);
}
