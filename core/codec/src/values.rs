//! Finds JSON values that stand behind each other, in arrays, or in the array of an envelope such
//! as `{"Records": [...]}`.

use std::ops::Range;

use crate::bytes::{container_end, skip_space};
use crate::json::careful::{Careful, skip_carefully};
use crate::json::skip::{MAX_DEPTH, first_key, skip_value, string_end};

/// Keys of an object under which its events stand as an array, of which the first is its first
/// member.
const ARRAY_KEYS: [&str; 19] = [
    "Records",
    "records",
    "value",
    "Events",
    "events",
    "logEvents",
    "entries",
    "items",
    "Items",
    "logs",
    "Logs",
    "findings",
    "Findings",
    "StackEvents",
    "Activities",
    "ScalingActivities",
    "AlarmHistoryItems",
    "MetricAlarms",
    "CompositeAlarms",
];

/// Whether an array under this key holds events.
pub fn is_events_key(key: &[u8]) -> bool {
    ARRAY_KEYS.iter().any(|known| known.as_bytes() == key)
}

/// Position after the `[` of `{"Records": [`, where an object at `start` begins so.
pub(crate) fn array_start(bytes: &[u8], start: usize) -> Option<usize> {
    let ((key_start, key_end), value) = first_key(bytes, start)?;
    let key = bytes.get(key_start..key_end)?;
    let is_known = is_events_key(key);
    let first = bytes.get(skip_space(bytes, value + 1));
    let is_array = bytes.get(value) == Some(&b'[') && matches!(first, Some(b'{' | b']'));
    let is_parted = is_known && is_array && !is_one_record(bytes, key, value);
    is_parted.then_some(value + 1)
}

/// Whether an object is a record of its own for all that its first member is an array of events:
/// of a subscription of CloudWatch Logs, of what Firehose posts, whose writer sorts members, and
/// an activity of Google Workspace, whose events share what stands beside them.
fn is_one_record(bytes: &[u8], key: &[u8], value: usize) -> bool {
    match key {
        b"logEvents" => is_told_behind(bytes, value, b"\"messageType\""),
        b"events" => is_told_behind(bytes, value, b"\"uniqueQualifier\""),
        b"records" => {
            let first = skip_space(bytes, value + 1);
            let is_data = first_key(bytes, first)
                .is_some_and(|((start, end), _)| bytes.get(start..end) == Some(b"data"));
            is_data && is_told_behind(bytes, value, b"\"requestId\"")
        }
        _ => false,
    }
}

/// Bytes behind events that may tell of them.
const BEHIND_BYTES: usize = 4096;

/// Whether behind the array at `value` stands a member whose key is `key`, with its quotes.
fn is_told_behind(bytes: &[u8], value: usize, key: &[u8]) -> bool {
    let Ok(end) = skip_value(bytes, value) else {
        return false;
    };
    let behind = &bytes[end..bytes.len().min(end + BEHIND_BYTES)];
    matches!(behind.get(skip_space(behind, 0)), Some(b','))
        && memchr::memmem::find(behind, key).is_some()
}

/// Array of which the elements are being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Array {
    #[default]
    None,
    /// One that stands by itself.
    Plain,
    /// One that is a member of an object.
    Member,
}

pub(crate) struct Values {
    /// Those that are whole.
    pub(crate) records: Vec<Range<usize>>,
    /// Position up to which the buffer is dealt with.
    pub(crate) end: usize,
    /// Whether what follows is no JSON value.
    pub(crate) is_broken: bool,
}

/// Complete values in the buffer, about `expected` of them, going into arrays; `ended` if nothing
/// follows it. The first `careful` values, which is counted down, are skipped with care.
pub(crate) fn values(
    buffer: &[u8],
    ended: bool,
    array: &mut Array,
    expected: usize,
    careful: &mut usize,
) -> Values {
    let mut found = Values {
        // So that it does not grow step by step.
        records: Vec::with_capacity(expected),
        end: 0,
        is_broken: false,
    };
    loop {
        let at = skip_space(buffer, found.end);
        match buffer.get(at) {
            None => break,
            Some(b',') if *array != Array::None => found.end = at + 1,
            // Elements that were taken out of an array.
            Some(b',') => match buffer.get(skip_space(buffer, at + 1)) {
                Some(b'{') => found.end = at + 1,
                None if ended => found.end = at + 1,
                None => break,
                Some(_) => {
                    found.is_broken = true;
                    break;
                }
            },
            Some(b']') if *array == Array::Plain => {
                *array = Array::None;
                found.end = at + 1;
            }
            Some(b']') if *array == Array::Member => match after_array(buffer, at, ended) {
                Some(After::Object(end)) => {
                    *array = Array::None;
                    found.end = end;
                }
                Some(After::Events(start)) => found.end = start,
                None => break,
            },
            Some(b'[') if *array == Array::None => {
                *array = Array::Plain;
                found.end = at + 1;
            }
            Some(b'{') => {
                if let Some(start) = array_start(buffer, at).filter(|_| *array == Array::None) {
                    *array = Array::Member;
                    found.end = start;
                    continue;
                }
                match value_end(buffer, at, careful) {
                    Careful::End(end) => {
                        found.records.push(at..end);
                        found.end = end;
                    }
                    open => {
                        found.is_broken = open == Careful::Broken;
                        break;
                    }
                }
            }
            // An object that was written as a string.
            Some(b'"')
                if *array == Array::Plain
                    && buffer.get(at + 1).is_none_or(|next| *next == b'{') =>
            {
                let Ok((end, _)) = string_end(buffer, at + 1) else {
                    break;
                };
                found.records.push(at..end + 1);
                found.end = end + 1;
            }
            Some(_) => {
                found.is_broken = true;
                break;
            }
        }
    }
    found
}

/// Where the object at `at` ends. Without care, its end is looked for through the whole buffer.
#[inline]
fn value_end(buffer: &[u8], at: usize, careful: &mut usize) -> Careful {
    if *careful == 0 {
        let end = container_end(buffer, at, MAX_DEPTH);
        #[cfg(test)]
        crate::work::add(end.unwrap_or(buffer.len()) - at);
        if let Some(end) = end {
            return Careful::End(end);
        }
    }
    *careful = careful.saturating_sub(1);
    skip_carefully(buffer, at)
}

/// What follows an array that is a member of an object.
enum After {
    /// The object ends; the position after it.
    Object(usize),
    /// Another array of events begins in the same object; the position after its bracket.
    Events(usize),
}

/// What follows an array that closes at `at`, with the rest of the object it stands in.
///
/// `None` if the rest is not in the buffer yet; `ended` if nothing follows the buffer.
fn after_array(buffer: &[u8], at: usize, ended: bool) -> Option<After> {
    let mut next = skip_space(buffer, at + 1);
    loop {
        match buffer.get(next) {
            Some(b'}') => return Some(After::Object(next + 1)),
            Some(b',') => {
                let key = skip_space(buffer, next + 1);
                let key_end = skip_value(buffer, key).ok()?;
                let colon = skip_space(buffer, key_end);
                match buffer.get(colon) {
                    Some(b':') => {}
                    None if !ended => return None,
                    _ => return Some(After::Object(at + 1)),
                }
                let value = skip_space(buffer, colon + 1);
                let name = buffer.get(key + 1..key_end - 1).unwrap_or_default();
                if is_events_key(name) && buffer.get(value) == Some(&b'[') {
                    let first = skip_space(buffer, value + 1);
                    match buffer.get(first) {
                        Some(b'{') => return Some(After::Events(value + 1)),
                        None if !ended => return None,
                        _ => {}
                    }
                }
                let Ok(end) = skip_value(buffer, value) else {
                    let is_broken = matches!(buffer.get(value), Some(b'{' | b'['))
                        && skip_carefully(buffer, value) == Careful::Broken;
                    return is_broken.then_some(After::Object(at + 1));
                };
                // What is passed over must be JSON: records that lost a bracket may hide in it.
                let is_whole = |from: usize, to: usize| {
                    let part = buffer.get(from..to);
                    part.is_some_and(is_json)
                };
                if !is_whole(key, key_end) || !is_whole(value, end) {
                    return Some(After::Object(at + 1));
                }
                next = skip_space(buffer, end);
            }
            None if !ended => return None,
            _ => return Some(After::Object(at + 1)),
        }
    }
}

/// Whether bytes are one JSON value, to every sign.
pub(crate) fn is_json(value: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(value).is_ok()
}
