//! Where the peers put what they find: columns of views, as the product has them.

use std::fmt::Write;
use std::hint::black_box;

/// Rows after which the columns begin anew.
const BATCH_ROWS: u64 = 4096;

/// Columns of views into the text that was read, or into an arena for what does not stand there.
pub(crate) struct Columns<'a> {
    text: &'a str,
    arena: String,
    views: Vec<Vec<(usize, u32)>>,
    rows_here: u64,
    /// Rows so far.
    pub(crate) rows: u64,
}

impl<'a> Columns<'a> {
    /// Columns of what stands in `text`.
    pub(crate) fn new(text: &'a str, columns: usize) -> Self {
        Self {
            text,
            arena: String::new(),
            views: vec![Vec::new(); columns],
            rows_here: 0,
            rows: 0,
        }
    }

    /// Adds a value to a column; text that stands in what was read is not copied.
    #[inline]
    pub(crate) fn text(&mut self, column: usize, value: Option<&str>) {
        let Some(value) = value else {
            return self.view(column, (0, 0));
        };
        let place = (value.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let start = if place < self.text.len() {
            place
        } else {
            self.arena.push_str(value);
            self.text.len() + self.arena.len() - value.len()
        };
        self.view(column, (start, value.len() as u32));
    }

    /// Adds something that is to be written out.
    #[inline]
    pub(crate) fn display(&mut self, column: usize, value: impl std::fmt::Display) {
        let start = self.arena.len();
        let _ = write!(self.arena, "{value}");
        let view = (self.text.len() + start, (self.arena.len() - start) as u32);
        self.view(column, view);
    }

    #[inline]
    fn view(&mut self, column: usize, view: (usize, u32)) {
        if let Some(views) = self.views.get_mut(column) {
            views.push(view);
        }
    }

    /// Ends a row. A full batch is handed on, and its memory used again.
    #[inline]
    pub(crate) fn end_row(&mut self) {
        self.rows += 1;
        self.rows_here += 1;
        if self.rows_here == BATCH_ROWS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        black_box((&self.views, &self.arena));
        self.arena.clear();
        self.views.iter_mut().for_each(Vec::clear);
        self.rows_here = 0;
    }
}

/// Lines of a text.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        start += length + 1;
        rest.get(..length)
    })
}
