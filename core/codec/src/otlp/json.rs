//! Messages of OTLP as JSON text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::messages::{Field, Kind, LOGS, METRICS, Message, RESOURCE, SCOPE, Signal, TRACES};
use crate::quote::{push_float, push_quoted};
use crate::wire::{Shape, Wire, fields};

/// Values within values are read to this depth, by four messages each.
const MAX_DEPTH: usize = 100;
/// A line ends after an item with which it is longer than this, and the next one repeats resource
/// and scope.
const LINE_BYTES: usize = 256 << 10;

/// Which telemetry the resource is of whose message this is, or may be the beginning of.
///
/// `None` if it is of none. A resource without an item is taken for one of logs.
pub(super) fn signal_of(resource: &[u8], is_whole: bool) -> Option<&'static Signal> {
    let mut signal = None;
    for field in fields(resource) {
        match field {
            Ok((1, Wire::Bytes(about))) => {
                if !fits(&RESOURCE, about) {
                    return None;
                }
            }
            Ok((2, Wire::Bytes(scope))) => {
                signal = signal.or(signal_of_scope(scope, true)?);
            }
            Ok((3, Wire::Bytes(url))) if std::str::from_utf8(url).is_ok() => {}
            Ok((number, _)) if number > 3 => {}
            Ok(_) => return None,
            Err(_) if is_whole => return None,
            Err(_) => break,
        }
    }
    signal.or_else(|| is_whole.then_some(&LOGS))
}

/// Signal of a scope, `Some(None)` if it has no item.
fn signal_of_scope(scope: &[u8], is_whole: bool) -> Option<Option<&'static Signal>> {
    for field in fields(scope) {
        match field {
            Ok((1, Wire::Bytes(about))) if fits(&SCOPE, about) => {}
            Ok((2, Wire::Bytes(item))) => {
                let mut signals = [&LOGS, &TRACES, &METRICS].into_iter();
                return signals.find(|signal| is_item(signal, item)).map(Some);
            }
            Ok((3, Wire::Bytes(_))) => {}
            Ok((number, _)) if number > 3 => {}
            Ok(_) => return None,
            Err(_) if is_whole => return None,
            Err(_) => break,
        }
    }
    Some(None)
}

fn is_item(signal: &Signal, item: &[u8]) -> bool {
    let has_length = |wanted: u32, length: usize| {
        let mut found = fields(item).flatten();
        found.any(|(number, value)| {
            number == wanted && matches!(value, Wire::Bytes(bytes) if bytes.len() == length)
        })
    };
    // Without ids and times, a span could be taken for a metric.
    let is_span = std::ptr::eq(signal, &raw const TRACES);
    !item.is_empty() && fits(signal.item, item) && (!is_span || has_length(1, 16))
}

/// Whether the fields of a message have the shapes that its table says; those of text are UTF-8.
fn fits(table: &Message, message: &[u8]) -> bool {
    fields(message).all(|field| match field {
        Ok((number, value)) => match known(table, number) {
            Some(field) if matches!(field.kind, Kind::Text) => {
                matches!(value, Wire::Bytes(text) if std::str::from_utf8(text).is_ok())
            }
            Some(field) => field.kind.shape() == value.shape(),
            // Room for fields that are added in times to come.
            None => number < 100,
        },
        Err(_) => false,
    })
}

fn known(table: &Message, number: u32) -> Option<&Field> {
    table.fields.iter().find(|field| field.number == number)
}

/// Adds the lines of one resource, and to `broken` what is wrong with items that are left out.
///
/// # Errors
/// What is broken, if not a single item is. Lines of the items before it were added.
pub(super) fn push_resource(
    signal: &Signal,
    resource: &[u8],
    out: &mut Vec<u8>,
    broken: &mut Vec<String>,
) -> Result<(), String> {
    let about = about("\"resource\":", &RESOURCE, resource)?;
    for field in fields(resource) {
        if let (2, Wire::Bytes(scope)) = field? {
            let mut lines = Lines {
                signal,
                resource: &about,
                scope: self::about("\"scope\":", &SCOPE, scope)?,
                start: None,
            };
            let result = lines.push_items(scope, out, broken);
            lines.close(out);
            result?;
        }
    }
    Ok(())
}

/// The member that tells of a resource or a scope, with a comma behind it; empty if there is none.
fn about(key: &str, table: &Message, whole: &[u8]) -> Result<Vec<u8>, String> {
    let mut about = Vec::new();
    for field in fields(whole) {
        if let (1, Wire::Bytes(message)) = field? {
            about = key.as_bytes().to_vec();
            push_message(table, message, &mut about, 0)?;
            about.push(b',');
        }
    }
    Ok(about)
}

/// Lines with the items of one scope.
struct Lines<'a> {
    signal: &'a Signal,
    resource: &'a [u8],
    scope: Vec<u8>,
    /// Where the line begins that is being written.
    start: Option<usize>,
}

impl Lines<'_> {
    fn push_items(
        &mut self,
        scope: &[u8],
        out: &mut Vec<u8>,
        broken: &mut Vec<String>,
    ) -> Result<(), String> {
        let mut text = Vec::new();
        for field in fields(scope) {
            let (2, Wire::Bytes(item)) = field? else {
                continue;
            };
            text.clear();
            if let Err(error) = push_message(self.signal.item, item, &mut text, 0) {
                broken.push(error);
                continue;
            }
            let start = match self.start {
                Some(start) => {
                    out.push(b',');
                    start
                }
                None => self.open(out),
            };
            out.extend_from_slice(&text);
            if out.len() - start > LINE_BYTES {
                self.close(out);
            }
        }
        Ok(())
    }

    fn open(&mut self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        self.start = Some(start);
        push_key(b'{', self.signal.resources, out);
        out.extend_from_slice(b"[{");
        out.extend_from_slice(self.resource);
        push_quoted(self.signal.scopes, out);
        out.extend_from_slice(b":[{");
        out.extend_from_slice(&self.scope);
        push_quoted(self.signal.items, out);
        out.extend_from_slice(b":[");
        start
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if self.start.take().is_some() {
            out.extend_from_slice(b"]}]}]}\n");
        }
    }
}

fn push_key(before: u8, name: &str, out: &mut Vec<u8>) {
    out.push(before);
    push_quoted(name, out);
    out.push(b':');
}

/// Adds a message as a JSON object.
fn push_message(
    table: &Message,
    message: &[u8],
    out: &mut Vec<u8>,
    depth: usize,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("values are nested more than {MAX_DEPTH} deep"));
    }
    let start = out.len();
    for field in table.fields {
        let values = values(table, field, message)?;
        let before = if out.len() == start { b'{' } else { b',' };
        match (field.kind, values.as_slice()) {
            (_, []) => {}
            (Kind::Many(inner), values) => {
                push_key(before, field.name, out);
                out.push(b'[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    if let Wire::Bytes(value) = value {
                        push_message(inner, value, out, depth + 1)?;
                    }
                }
                out.push(b']');
            }
            // Of a field that stands there several times, the last one counts.
            (_, [.., value]) => {
                push_key(before, field.name, out);
                push_value(field, *value, out, depth)?;
            }
        }
    }
    if out.len() == start {
        out.push(b'{');
    }
    out.push(b'}');
    Ok(())
}

/// Values of one field of a message, all of the right shape.
fn values<'a>(table: &Message, field: &Field, message: &'a [u8]) -> Result<Vec<Wire<'a>>, String> {
    let mut values = Vec::new();
    for found in fields(message) {
        let (number, value) = found.map_err(|error| format!("{}: {error}", table.name))?;
        if number != field.number {
            continue;
        }
        let is_packed = matches!(field.kind, Kind::ManyFixed64 | Kind::ManyDouble);
        if value.shape() == field.kind.shape() {
            values.push(value);
        } else if !(is_packed && value.shape() == Shape::Fixed64) {
            return Err(format!(
                "field `{}` of {} has another wire type",
                field.name, table.name
            ));
        }
    }
    Ok(values)
}

fn push_value(
    field: &Field,
    value: Wire<'_>,
    out: &mut Vec<u8>,
    depth: usize,
) -> Result<(), String> {
    match (field.kind, value) {
        (Kind::Text, Wire::Bytes(text)) => push_quoted(&String::from_utf8_lossy(text), out),
        (Kind::Hex, Wire::Bytes(id)) => push_hex(id, out),
        (Kind::Base64, Wire::Bytes(bytes)) => push_quoted(&STANDARD.encode(bytes), out),
        (Kind::One(inner), Wire::Bytes(message)) => {
            return push_message(inner, message, out, depth + 1);
        }
        (Kind::Number, Wire::Varint(value)) => push(value.cast_signed(), out),
        (Kind::Signed, Wire::Varint(value)) => {
            push((value >> 1).cast_signed() ^ -(value & 1).cast_signed(), out);
        }
        (Kind::Long, Wire::Varint(value)) => push_quoted(&value.cast_signed().to_string(), out),
        (Kind::Bool, Wire::Varint(value)) => push(value != 0, out),
        (Kind::Fixed64, Wire::Fixed64(value)) => push_quoted(&value.to_string(), out),
        (Kind::SignedFixed64, Wire::Fixed64(value)) => {
            push_quoted(&value.cast_signed().to_string(), out);
        }
        (Kind::Fixed32, Wire::Fixed32(value)) => push(value, out),
        (Kind::Double, Wire::Fixed64(value)) => push_float(f64::from_bits(value), out),
        (Kind::ManyFixed64, Wire::Bytes(packed)) => push_packed(packed, out, |value, out| {
            push_quoted(&value.to_string(), out);
        }),
        (Kind::ManyDouble, Wire::Bytes(packed)) => push_packed(packed, out, |value, out| {
            push_float(f64::from_bits(value), out);
        }),
        _ => out.extend_from_slice(b"null"),
    }
    Ok(())
}

fn push(value: impl std::fmt::Display, out: &mut Vec<u8>) {
    out.extend_from_slice(value.to_string().as_bytes());
}

fn push_hex(id: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in id {
        out.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    out.push(b'"');
}

fn push_packed(packed: &[u8], out: &mut Vec<u8>, push: impl Fn(u64, &mut Vec<u8>)) {
    out.push(b'[');
    for (at, chunk) in packed.as_chunks::<8>().0.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push(u64::from_le_bytes(*chunk), out);
    }
    out.push(b']');
}
