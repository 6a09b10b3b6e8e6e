//! The envelope of a record, what stands beside it and what stands in `properties`, in one pass.

use nepho_codec::table::{Part, Picked, Table, TableDecoder};

use super::common;
use super::family::Place;

/// Number of the part that is the envelope.
pub(super) const ENVELOPE: usize = 0;
/// Number of the part that stands beside it.
pub(super) const BESIDE: usize = 1;

/// Number of the part that stands in `properties`.
pub(super) fn inside_part(place: Place) -> usize {
    match place {
        Place::Inside => BESIDE,
        Place::Both | Place::Beside => BESIDE + 1,
    }
}

/// Parts of a record that tell what the envelope and a table at this place ask for.
pub(crate) fn parts(place: Place, table: &'static Table) -> Vec<Part> {
    let part = |object, table| Part { object, table };
    let mut parts = vec![part("", &common::TABLE)];
    if place != Place::Inside {
        parts.push(part("", table));
    }
    if place != Place::Beside {
        parts.push(part("properties", table));
    }
    parts
}

/// Decoder of one table, for records that are written in other ways; made when it is needed first.
pub(super) struct Apart {
    table: &'static Table,
    decoder: Option<TableDecoder>,
}

impl Apart {
    pub(super) fn new(table: &'static Table) -> Self {
        Self {
            table,
            decoder: None,
        }
    }

    /// What the table has of a text; `None` if that is no object.
    pub(super) fn scan<'a>(&'a mut self, text: &'a str) -> Option<Picked<'a>> {
        let table = self.table;
        let decoder = self.decoder.get_or_insert_with(|| TableDecoder::new(table));
        let is_read = decoder.scan(text);
        is_read.then(|| decoder.picked(text))
    }
}
