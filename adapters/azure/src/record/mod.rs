//! The envelope that Activity Log and resource logs share, and the decoder of both.

mod actor;
mod any_case;
mod common;
mod decoder;
pub(crate) mod details;
pub(crate) mod extras;
mod family;
mod flat;
pub(crate) mod granted;
mod head;
pub(crate) mod joint;
mod kind;
pub(crate) mod kube_event;
mod line;
mod origin;
pub(crate) mod outcome;
pub(crate) mod pairs;
pub(crate) mod parts;
mod seen;
mod workload;

pub(crate) use any_case::AnyCase;
pub(crate) use common::LEVELS;
pub(crate) use decoder::RecordDecoder;
pub(crate) use family::{Family, FamilyFormat, Naming, Place};
pub(crate) use kind::{Head, Kind, is_one_of, kind};
pub(crate) use line::QuickLine;
pub(crate) use parts::{namespace, resource_id, subscription};
pub(crate) use workload::{last_name, of_resource, pod};

use nepho_codec::table::{Field, To};
use nepho_core::tables::Column;

/// The first of these paths that has text goes to a column.
const fn text(from: &'static [&'static str], column: Column) -> Field {
    Field {
        from,
        to: To::Text(column),
    }
}

/// The first of these paths that has a value is kept under this number.
const fn keep(from: &'static [&'static str], number: usize) -> Field {
    Field {
        from,
        to: To::Keep(number),
    }
}
