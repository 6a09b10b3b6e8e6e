//! Answers the cases of a corpus: `answers CASES.jsonl > ANSWERS.jsonl`.
//!
//! Each case goes the way that a file goes: it is framed, unwrapped, detected and decoded. The rows
//! become the answer in the words of the corpus protocol.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::sync::Arc;

use anyhow::{Context, Result};
use nepho as _;
use nepho_codec::detect::{Decoding, Formats};
use nepho_codec::frame::{Framer, Piece};
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Envelope, LogsBuilder, LogsView};
use serde_json::{Map, Value, json};

fn main() -> Result<()> {
    let path = std::env::args()
        .nth(1)
        .context("usage: answers CASES.jsonl > ANSWERS.jsonl")?;
    let cases =
        BufReader::new(std::fs::File::open(&path).with_context(|| format!("open `{path}`"))?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let formats = Formats::linked();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(&line?)?;
        let answer = answer(&case, &formats)?;
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn answer(case: &Value, formats: &Arc<Formats>) -> Result<Value> {
    let input = case["input"].as_str().unwrap_or_default();
    let context = &case["context"];
    let stream = Arc::new(Stream {
        uri: context["file_name"].as_str().unwrap_or_default().to_owned(),
        header: context["header"].as_str().map(str::to_owned),
        envelope: told(&context["fields"]),
        ..Stream::default()
    });
    let bytes = match context["encoding"].as_str() {
        Some("base64") => decode_base64(input),
        _ => input.as_bytes().to_vec(),
    };
    let (source, _) = nepho_codec::decompress::open(Box::new(std::io::Cursor::new(bytes)))?;
    let mut out = LogsBuilder::new(Timestamp(0));
    let mut decoding = Decoding::new(Arc::clone(formats), Arc::clone(&stream), None)?;
    let mut framer = Framer::new(source);
    let mut errors = Vec::new();
    while let Some(piece) = framer.next() {
        match piece {
            Piece::Block(block) => decoding.block(block, &mut out),
            Piece::Skipped(skipped) => errors.push(skipped.reason),
        }
    }
    errors.extend(framer.take_error().map(|error| error.to_string()));
    errors.extend(out.take_rejects().into_iter().map(|reject| reject.reason));
    let batch = out.finish()?;
    let view = LogsView::new(&batch)?;
    let events: Vec<Value> = (0..view.len())
        .map(|row| event(&view, row, formats, &stream))
        .collect();
    let error = (!errors.is_empty()).then(|| errors.join("; "));
    Ok(json!({"id": case["id"], "error": error, "events": events}))
}

/// What a case says that its source knew: the delivery stream that the record came through.
fn told(fields: &Value) -> Envelope {
    let names = [
        ("cloud.provider", Column::Provider),
        ("cloud.account.id", Column::Account),
        ("cloud.region", Column::Region),
    ];
    let told = names.into_iter().filter_map(|(name, column)| {
        let value = fields[name].as_str()?;
        Some((column, value.to_owned()))
    });
    Envelope {
        values: told.collect(),
        ..Envelope::default()
    }
}

/// One row in the words of the corpus protocol.
fn event(view: &LogsView<'_>, row: usize, formats: &Formats, stream: &Stream) -> Value {
    let text = |column| {
        view.text(column, row)
            .map(Value::from)
            .unwrap_or(Value::Null)
    };
    let mut more = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            more.insert(name.to_owned(), value);
        }
    };
    add("http_method", text(Column::Method));
    add("url_path", text(Column::Path));
    add("user_agent", text(Column::UserAgent));
    add("host", text(Column::Host));
    add("process", text(Column::Process));
    add("dst_ip", text(Column::Peer));
    add("http_status", view.status(row).into());
    add("src_port", view.source_port(row).into());
    add("dst_port", view.peer_port(row).into());
    let raw = view.text(Column::Raw, row).unwrap_or_default();
    let outer = view.text(Column::Outer, row);
    let format = view.text(Column::Format, row).unwrap_or_default();
    formats.extras(format, raw, outer, stream, &mut |name, value| {
        more.insert(name.to_owned(), value.into());
    });
    // The corpus compares the source's own word, as far as there is one.
    let severity = more
        .remove("severity_text")
        .unwrap_or_else(|| view.severity(row).map(word).into());
    // A time that is the time of observation was not in the event.
    let time = view.time(row).map(|time| time.to_string());
    // The corpus asks for the API of application logs, where the column has the workload.
    let services = [
        text(Column::Service),
        more.remove("provider_namespace").unwrap_or(Value::Null),
    ];
    json!({
        "ts": time,
        "provider": text(Column::Provider),
        "account": text(Column::Account),
        "region": text(Column::Region),
        "service": services,
        "action": text(Column::Action),
        "outcome": view.outcome(row).map(|outcome| outcome.name()),
        "actor": text(Column::Actor),
        "resources": view.resources(row).collect::<Vec<_>>(),
        "severity": severity,
        "message": text(Column::Body),
        "src_ip": text(Column::SourceIp),
        "request_ids": text(Column::RequestId),
        "trace_id": text(Column::TraceId),
        "raw": raw,
        "format": text(Column::Format),
        "more": more,
    })
}

/// The word of a severity: beside the bands, those of syslog that are worse than an error.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::CRITICAL => "critical",
        Severity::ALERT => "alert",
        severity => severity.name(),
    }
}

/// Bytes of standard base64, for cases whose input is not text. Anything else in it is passed over.
fn decode_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut held = 0_u32;
    let mut bits = 0;
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}
