//! Values by name, for messages that are no JSON: the names are those of [`super::json::TABLE`].

use std::collections::HashMap;

use nepho_core::tables::{Column, Row};

use super::json::TABLE;
use crate::table::{To, put_text};

/// Puts named values of one message after the other where they belong.
pub struct Named {
    slots: HashMap<String, usize>,
    fields: Vec<(Vec<usize>, To)>,
    values: Vec<Option<(usize, usize)>>,
    used: Vec<usize>,
}

impl Default for Named {
    fn default() -> Self {
        let mut slots = HashMap::new();
        let mut fields = Vec::new();
        for field in TABLE.fields {
            let paths = field.from.iter().map(|path| {
                let next = slots.len();
                *slots.entry(path.to_ascii_lowercase()).or_insert(next)
            });
            fields.push((paths.collect(), field.to));
        }
        Self {
            values: vec![None; slots.len()],
            used: Vec::new(),
            slots,
            fields,
        }
    }
}

impl Named {
    /// Notes a value, given as a range of the message; gives whether the name is known. The first value of a name counts.
    pub fn note(&mut self, name: &str, start: usize, end: usize) -> bool {
        let slot = match self.slots.get(name) {
            Some(slot) => *slot,
            None => match self.slots.get(&name.to_ascii_lowercase()) {
                Some(slot) => *slot,
                None => return false,
            },
        };
        if let Some(value) = self.values.get_mut(slot) {
            if value.is_none() {
                *value = Some((start, end));
                self.used.push(slot);
            }
        }
        true
    }

    /// Puts the values noted so far into the row and forgets them. `message` is what their ranges are of.
    ///
    /// With `only_extra`, time, severity and body are left alone: the text has told them elsewhere.
    pub fn fill(&mut self, message: &str, row: &mut Row<'_>, only_extra: bool) {
        if self.used.is_empty() {
            return;
        }
        for (slots, to) in &self.fields {
            if only_extra && matches!(to, To::Time | To::Severity | To::Text(Column::Body | Column::Metric) | To::Value) {
                continue;
            }
            for slot in slots {
                let Some((start, end)) = self.values.get(*slot).copied().flatten() else {
                    continue;
                };
                let Some(text) = message.get(start..end) else {
                    continue;
                };
                let done = if text.contains('\\') {
                    put_text(&crate::json::unescape(text), *to, row)
                } else {
                    put_text(text, *to, row)
                };
                if done {
                    break;
                }
            }
        }
        for slot in self.used.drain(..) {
            self.values[slot] = None;
        }
    }
}
