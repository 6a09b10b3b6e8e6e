//! Tables that are text: one line a row, tabs between columns, sorted by the first column.

use std::cmp::Ordering;

/// A table in the program. Looking a row up allocates nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table(&'static str);

impl Table {
    /// The table of this text, whose lines are sorted by their first column.
    pub(super) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// All rows, in order.
    pub(super) fn rows(self) -> impl Iterator<Item = Row> {
        self.0.lines().map(Row)
    }

    /// The row whose first column is `key`.
    pub(super) fn find(self, key: &str) -> Option<Row> {
        let text = self.0;
        let (mut low, mut high) = (0, text.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = text
                .get(low..middle)?
                .rfind('\n')
                .map_or(low, |at| low + at + 1);
            let line = text.get(start..)?.lines().next()?;
            let first = line.split('\t').next().unwrap_or(line);
            match first.cmp(key) {
                Ordering::Equal => return Some(Row(line)),
                Ordering::Less => low = (start + line.len() + 1).min(high),
                Ordering::Greater => high = start,
            }
        }
        None
    }
}

/// A line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row(&'static str);

impl Row {
    /// A column, counted from zero; empty where the line is shorter.
    pub(super) fn column(self, number: usize) -> &'static str {
        self.0.split('\t').nth(number).unwrap_or_default()
    }
}

/// What every table must be: columns, sorted, no key twice.
#[cfg(test)]
pub(super) fn check(name: &str, text: &'static str, columns: usize) {
    let table = Table(text);
    let mut last = "";
    for row in table.rows() {
        let key = row.column(0);
        assert!(key > last, "{name}: {key} after {last}");
        assert!(row.0.is_ascii(), "{name}: {key}");
        let found = row.0.split('\t').count();
        assert_eq!(found, columns, "{name}: {key}");
        assert_eq!(table.find(key), Some(row), "{name}: {key}");
        last = key;
    }
    assert!(!last.is_empty(), "{name}");
    assert_eq!(table.find("zzzz"), None);
    assert_eq!(table.find(""), None);
}
