//! Values by name, for messages that are no JSON: the names are those of [`super::json::TABLE`].

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use nepho_core::tables::{Column, Row};

use super::json::TABLE;
use super::parts::put_outcome;
use super::text::METHODS;
use crate::table::{To, put_text};

/// Puts named values of one message after the other where they belong.
pub struct Named {
    names: &'static Names,
    values: Vec<Option<(usize, usize)>>,
    used: Vec<usize>,
    /// Fields that the values may fill, in order, each with the place of the name among those of
    /// the field, and its slot; and the slots that they are of. Messages of one kind have the same.
    candidates: Vec<(usize, usize, usize)>,
    planned: Vec<usize>,
}

/// The names, and what becomes of their values.
struct Names {
    slots: HashMap<String, usize, FixedState>,
    fields: Vec<To>,
    /// For each slot, the fields that it may fill and its place among the names of the field.
    uses: Vec<Vec<(usize, usize)>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut slots = HashMap::with_hasher(FixedState::default());
    let mut uses: Vec<Vec<(usize, usize)>> = Vec::new();
    for (field, line) in TABLE.fields.iter().enumerate() {
        for (rank, path) in line.from.iter().enumerate() {
            let next = slots.len();
            let slot = *slots.entry(path.to_ascii_lowercase()).or_insert(next);
            if uses.len() <= slot {
                uses.resize(slot + 1, Vec::new());
            }
            uses[slot].push((field, rank));
        }
    }
    Names {
        fields: TABLE.fields.iter().map(|field| field.to).collect(),
        slots,
        uses,
    }
});

impl Default for Named {
    fn default() -> Self {
        let names = &*NAMES;
        Self {
            names,
            values: vec![None; names.slots.len()],
            used: Vec::new(),
            candidates: Vec::new(),
            planned: Vec::new(),
        }
    }
}

impl Named {
    /// Notes a value, given as a range of the message; gives whether the name is known. The first
    /// value of a name counts.
    pub fn note(&mut self, name: &str, start: usize, end: usize) -> bool {
        let slot = match self.names.slots.get(name) {
            Some(slot) => *slot,
            None if !name.bytes().any(|byte| byte.is_ascii_uppercase()) => return false,
            None => match self.names.slots.get(&name.to_ascii_lowercase()) {
                Some(slot) => *slot,
                None => return false,
            },
        };
        if let Some(value) = self.values.get_mut(slot)
            && value.is_none()
        {
            *value = Some((start, end));
            self.used.push(slot);
        }
        true
    }

    /// Puts the values noted so far into the row and forgets them. `message` is what their ranges
    /// are of.
    ///
    /// With `only_extra`, time, severity and body are left alone: the text has told them elsewhere.
    pub fn fill(&mut self, message: &str, row: &mut Row<'_>, only_extra: bool) {
        if self.used.is_empty() {
            return;
        }
        self.plan();
        let has_escapes = memchr::memchr(b'\\', message.as_bytes()).is_some();
        let mut done = None;
        for (field, _, slot) in &self.candidates {
            let (Some(to), Some(range)) = (
                self.names.fields.get(*field),
                self.values.get(*slot).copied().flatten(),
            ) else {
                continue;
            };
            if done == Some(field) || (only_extra && is_told_elsewhere(*to)) {
                continue;
            }
            // What stands before the message names the process better than a pair within it.
            if only_extra && matches!(to, To::Part(Column::Process, _)) && row.has(Column::Process)
            {
                continue;
            }
            let text = message.get(range.0..range.1).unwrap_or_default();
            // Mail servers write `user=<bob@example.com>`.
            let text = match text.as_bytes() {
                [b'<', .., b'>'] => &text[1..text.len() - 1],
                _ => text,
            };
            // `method=login` is no request.
            if matches!(to, To::Part(Column::Method, _)) && !is_method(text) {
                continue;
            }
            // The router of Heroku tells by `service` how long the request took.
            if matches!(to, To::Part(Column::Service, _))
                && text.ends_with("ms")
                && put_text(text, To::Duration(1e6), row)
            {
                continue;
            }
            let is_used = match has_escapes {
                true => put_text(&crate::json::unescape(text), *to, row),
                false => put_text(text, *to, row),
            };
            if is_used {
                done = Some(field);
            }
        }
        put_outcome(row);
        for slot in self.used.drain(..) {
            self.values[slot] = None;
        }
    }

    /// Finds the fields that the values noted so far may fill.
    fn plan(&mut self) {
        if self.planned == self.used {
            return;
        }
        self.planned.clone_from(&self.used);
        self.candidates.clear();
        for slot in &self.used {
            let uses = self.names.uses.get(*slot).map_or(&[][..], Vec::as_slice);
            self.candidates
                .extend(uses.iter().map(|(field, rank)| (*field, *rank, *slot)));
        }
        self.candidates.sort_unstable();
    }
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
