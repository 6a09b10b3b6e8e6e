//! The envelope that Activity Log and resource logs share, and the decoder of both.

mod app_insights;
mod common;
mod decoder;
mod details;
mod kind;
mod kube_audit;
mod outcome;
mod parts;
mod workload;

pub(crate) use decoder::RecordDecoder;
pub(crate) use kind::{Head, Kind, kind};
pub(crate) use kube_audit::found as kube_audit_extras;
pub(crate) use parts::{namespace, resource_id, subscription};
pub(crate) use workload::of_resource;

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
