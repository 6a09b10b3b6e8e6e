//! Values by name, for messages that are no JSON: the names are those of [`super::json::TABLE`].

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use nepho_core::tables::{Column, Row};

use super::json::TABLE;
use super::logfmt::{is_in_key, is_key};
use super::parts::put_outcome;
use super::text::{METHODS, is_colon_name};
use crate::table::{To, put_text};

/// Puts named values of one message after the other where they belong.
pub struct Named {
    names: &'static Names,
    /// Names that were looked up lately, each at the place that its bytes tell.
    recent: Vec<Recent>,
    values: Vec<Option<(usize, usize)>>,
    used: Vec<usize>,
    /// Fields that the values may fill, in order; and the slots that they are of, and whether only
    /// those that plain text does not tell elsewhere. Messages of one kind have the same.
    candidates: Vec<Candidate>,
    planned: Vec<usize>,
    planned_extra: bool,
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").finish_non_exhaustive()
    }
}

/// A field that a value may fill.
#[derive(Clone, Copy)]
struct Candidate {
    field: usize,
    /// Place of the name among those of the field.
    rank: usize,
    slot: usize,
    to: To,
    /// Column of which only a part counts.
    part: Option<Column>,
}

/// Whether a value is what programs write where there is none.
fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 6] = ["null", "undefined", "unknown", "none", "nil", "n/a"];
    let may_be = matches!(text.as_bytes().first(), Some(b'n' | b'u' | b'N' | b'U'));
    may_be && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A name of 4 to 16 bytes that was looked up.
#[derive(Clone, Copy, Default)]
struct Recent {
    /// Length, first and last bytes, which are all of it; 0 for no name.
    name: (usize, u64, u64),
    slot: Option<usize>,
}

/// Names that are remembered.
const MAX_RECENT: usize = 64;

/// Length of a name, and its first and last bytes; `None` if they are not all of it, or too few.
fn packed(name: &[u8]) -> Option<(usize, u64, u64)> {
    if name.len() > 16 {
        return None;
    }
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        return Some((name.len(), first, last));
    }
    let (first, last) = (name.first_chunk()?, name.last_chunk()?);
    let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
    Some((name.len(), u64::from(first), u64::from(last)))
}

/// The names, and what becomes of their values.
struct Names {
    slots: HashMap<String, usize, FixedState>,
    fields: Vec<To>,
    /// For each slot, the fields that it may fill and its place among the names of the field.
    uses: Vec<Vec<(usize, usize)>>,
    /// For each slot, its name.
    written: Vec<Written>,
    /// Slots of `name` and `target`.
    name: Option<usize>,
    target: Option<usize>,
}

/// A name as it is nearly always written.
#[derive(Clone, Copy, Default)]
struct Written {
    /// As in [`Recent`]; length 0 for a name that is not made of what keys are made of.
    name: (usize, u64, u64),
    /// Whether it counts before a colon.
    is_colon: bool,
}

impl Written {
    fn new(name: &str) -> Self {
        let is_one = is_key(name.as_bytes()) && name.bytes().all(is_in_key);
        Self {
            name: packed(name.as_bytes())
                .filter(|_| is_one)
                .unwrap_or_default(),
            is_colon: is_colon_name(name),
        }
    }
}

impl Names {
    /// Slot of a name as it is written, or in small letters.
    fn slot(&self, name: &str) -> Option<usize> {
        let slot = self.slots.get(name).or_else(|| {
            let is_other = name.bytes().any(|byte| byte.is_ascii_uppercase());
            is_other.then(|| self.slots.get(&name.to_ascii_lowercase()))?
        });
        slot.copied()
    }
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut slots = HashMap::with_hasher(FixedState::default());
    let mut uses: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut written = Vec::new();
    for (field, line) in TABLE.fields.iter().enumerate() {
        for (rank, path) in line.from.iter().enumerate() {
            let next = slots.len();
            let name = path.to_ascii_lowercase();
            let known = Written::new(&name);
            let slot = *slots.entry(name).or_insert(next);
            if uses.len() <= slot {
                uses.resize(slot + 1, Vec::new());
                written.resize(slot + 1, known);
            }
            uses[slot].push((field, rank));
        }
    }
    Names {
        fields: TABLE.fields.iter().map(|field| field.to).collect(),
        name: slots.get("name").copied(),
        target: slots.get("target").copied(),
        slots,
        uses,
        written,
    }
});

impl Default for Named {
    fn default() -> Self {
        let names = &*NAMES;
        Self {
            names,
            recent: vec![Recent::default(); MAX_RECENT],
            values: vec![None; names.slots.len()],
            used: Vec::new(),
            candidates: Vec::new(),
            planned: Vec::new(),
            planned_extra: false,
        }
    }
}

impl Named {
    /// Notes a value, given as a range of the message; gives whether the name is known. The first
    /// value of a name counts.
    pub fn note(&mut self, name: &str, start: usize, end: usize) -> bool {
        let Some(slot) = self.slot(name) else {
            return false;
        };
        self.put(slot, start, end);
        true
    }

    /// As [`Named::note`] for the name of a slot.
    #[inline]
    pub(super) fn put(&mut self, slot: usize, start: usize, end: usize) {
        if let Some(value) = self.values.get_mut(slot)
            && value.is_none()
        {
            *value = Some((start, end));
            self.used.push(slot);
        }
    }

    /// The name that `text` ends with, where that is the one that came next in the last message:
    /// its slot, its length and whether it counts before a colon.
    #[inline]
    pub(super) fn expected(&self, text: &[u8]) -> Option<(usize, usize, bool)> {
        let slot = *self.planned.get(self.used.len())?;
        let written = self.names.written.get(slot)?;
        let length = written.name.0;
        let name = text.get(text.len().checked_sub(length)?..)?;
        (packed(name)? == written.name).then_some((slot, length, written.is_colon))
    }

    /// Slot of a name.
    fn slot(&mut self, name: &str) -> Option<usize> {
        let Some(packed) = packed(name.as_bytes()) else {
            return self.names.slot(name);
        };
        let mixed = (packed.1 ^ packed.2.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (mixed >> 58) as usize % MAX_RECENT;
        if let Some(held) = self.recent.get(place).filter(|held| held.name == packed) {
            return held.slot;
        }
        let slot = self.names.slot(name);
        if let Some(held) = self.recent.get_mut(place) {
            *held = Recent { name: packed, slot };
        }
        slot
    }

    /// Puts the values noted so far into the row and forgets them. `message` is what their ranges
    /// are of.
    ///
    /// Escapes are undone where the message `has_escapes`. With `only_extra`, time, severity and
    /// body are left alone: the text has told them elsewhere.
    pub fn fill(&mut self, message: &str, has_escapes: bool, row: &mut Row<'_>, only_extra: bool) {
        if self.used.is_empty() {
            return;
        }
        self.plan(only_extra);
        let mut done = None;
        for candidate in &self.candidates {
            let Some((start, end)) = self.values.get(candidate.slot).copied().flatten() else {
                continue;
            };
            if done == Some(candidate.field) {
                continue;
            }
            let text = message.get(start..end).unwrap_or_default();
            // Mail servers write `user=<bob@example.com>`, others `user: "bob"`.
            let text = match text.as_bytes() {
                [b'<', .., b'>'] | [b'"', .., b'"'] if text.len() > 1 => &text[1..text.len() - 1],
                _ => text,
            };
            let to = candidate.to;
            // Lograge writes milliseconds.
            if matches!(to, To::Latency) && text.contains('.') && self.is_lograge() {
                if put_text(text, To::Duration(1e6), row) {
                    done = Some(candidate.field);
                }
                continue;
            }
            // `exit status: 1` is no status of a request.
            if matches!(to, To::Status) && only_extra && !is_status(text) {
                continue;
            }
            let is_unfit = match candidate.part {
                Some(Column::SourceIp | Column::Peer | Column::Host) if is_nothing(text) => true,
                // The address of all of a machine.
                Some(Column::Host) => matches!(text, "0.0.0.0" | "::" | "[::]"),
                Some(Column::Actor) if is_nothing(text) => !text.eq_ignore_ascii_case("unknown"),
                // `(none)`; the id of nobody.
                Some(Column::Actor) => text.starts_with('(') || text == "0",
                Some(Column::Path) => !is_path(text),
                None => matches!(to, To::Client | To::SourceAddress) && is_nothing(text),
                // `trace=on`
                Some(Column::TraceId) => text.len() < 4,
                // What stands before the message names the process better than a pair within it;
                // what has a name or is a target in a text may be anything.
                Some(Column::Process) => {
                    only_extra && (row.has(Column::Process) || self.is_any(candidate.slot))
                        || !only_extra && self.is_name(candidate.slot) && !text.contains('.')
                }
                // `method=login` is no request.
                Some(Column::Method) => !is_method(text),
                // The router of Heroku tells by `service` how long the request took.
                Some(Column::Service) => {
                    text.ends_with("ms") && put_text(text, To::Duration(1e6), row)
                }
                Some(_) => false,
            };
            if is_unfit {
                continue;
            }
            let is_used = match has_escapes {
                true => put_text(&crate::json::unescape(text), to, row),
                false => put_text(text, to, row),
            };
            if is_used {
                done = Some(candidate.field);
            }
        }
        put_outcome(row);
        for slot in &self.used {
            if let Some(value) = self.values.get_mut(*slot) {
                *value = None;
            }
        }
        self.used.clear();
    }

    /// Whether the values are those of a request that Lograge writes.
    fn is_lograge(&self) -> bool {
        let has = |name: &str| {
            let slot = self.names.slots.get(name);
            slot.is_some_and(|slot| self.values.get(*slot).is_some_and(Option::is_some))
        };
        has("controller") && has("action")
    }

    /// Whether a slot is that of `name`.
    fn is_name(&self, slot: usize) -> bool {
        Some(slot) == self.names.name
    }

    /// Whether a slot is that of a name which anything may have.
    fn is_any(&self, slot: usize) -> bool {
        self.is_name(slot) || Some(slot) == self.names.target
    }

    /// Finds the fields that the values noted so far may fill.
    fn plan(&mut self, only_extra: bool) {
        if self.planned == self.used && self.planned_extra == only_extra {
            return;
        }
        self.planned.clone_from(&self.used);
        self.planned_extra = only_extra;
        self.candidates.clear();
        for slot in &self.used {
            let uses = self.names.uses.get(*slot).map_or(&[][..], Vec::as_slice);
            for (field, rank) in uses {
                let Some(to) = self.names.fields.get(*field).copied() else {
                    continue;
                };
                // What is kept fills nothing.
                if matches!(to, To::Keep(_)) || only_extra && is_told_elsewhere(to) {
                    continue;
                }
                self.candidates.push(Candidate {
                    field: *field,
                    rank: *rank,
                    slot: *slot,
                    to,
                    part: match to {
                        To::Part(column, _) => Some(column),
                        _ => None,
                    },
                });
            }
        }
        self.candidates
            .sort_unstable_by_key(|held| (held.field, held.rank, held.slot));
    }
}

/// Whether a number may be a status of HTTP.
fn is_status(text: &str) -> bool {
    matches!(text.as_bytes(), [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'])
}

/// Whether a value may be the path of a URL: files of Windows, names and brackets are none.
fn is_path(text: &str) -> bool {
    let is_scheme = || {
        let scheme = text.split("://").next().unwrap_or_default();
        scheme.len() < text.len() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_request = || {
        text.split_once(' ')
            .is_some_and(|(word, _)| is_method(word))
    };
    text.starts_with('/') || is_scheme() || is_request()
}

fn is_method(text: &str) -> bool {
    METHODS
        .iter()
        .any(|method| method.eq_ignore_ascii_case(text))
}

/// Whether plain text tells this in its own way: before the message, or as the message.
fn is_told_elsewhere(to: To) -> bool {
    matches!(
        to,
        To::Time
            | To::Severity
            | To::Level
            | To::SeverityOf(_)
            | To::Text(Column::Body | Column::Metric)
            | To::Value
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_their_bytes() {
        let mut named = Named::default();
        let others = [
            "sta",
            "statuses",
            "status_cod",
            "time_stamp_of_it",
            "tatus",
            "Status_Code",
        ];
        let names: Vec<&str> = named.names.slots.keys().map(String::as_str).collect();
        for _ in 0..2 {
            for name in names.iter().chain(&others) {
                assert_eq!(named.slot(name), NAMES.slot(name), "{name}");
                let upper = name.to_ascii_uppercase();
                assert_eq!(named.slot(&upper), NAMES.slot(name), "{upper}");
            }
        }
        assert_eq!(packed(b"abc"), None);
        assert_eq!(packed(b"0123456789abcdefg"), None);
        assert_ne!(packed(b"abcd"), packed(b"abcdabcd"));
        assert_ne!(packed(b"aaaa"), packed(b"aaaaa"));
    }
}
