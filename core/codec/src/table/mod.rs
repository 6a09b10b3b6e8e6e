//! Formats as tables: where each column comes from, in one line each.
//!
//! There are two kinds. A [`Table`] picks values from JSON objects by their paths. A [`Lines`]
//! table picks them from lines of text by [patterns](pattern). The lines of both are the same
//! [`Field`]s, written with the functions of this module:
//!
//! ```
//! use nepho_codec::table::{JsonFormat, LineFormat, Lines, Need, Table};
//! use nepho_codec::table::{http_status, request, resource, source_address, text, time};
//! use nepho_core::tables::Column;
//!
//! static AUDIT: Table = Table {
//!     name: "example.audit",
//!     needs: &[Need::Has("eventName"), Need::Starts("eventSource", "example.")],
//!     constants: &[(Column::Provider, "example")],
//!     fields: &[
//!         time(&["eventTime", "time"]),
//!         text(&["eventName"], Column::Action),
//!         resource(&["resources[].id"]),
//!     ],
//!     extras: &[("tlsDetails.tlsVersion", "tls_version")],
//!     finish: None,
//! };
//! let audit = JsonFormat(&AUDIT);
//!
//! static ACCESS: Lines = Lines {
//!     name: "example.access",
//!     patterns: &[r#"{client} - {user} [{time:time}] "{request:quoted}" {status:int} {bytes}"#],
//!     confidence: 80,
//!     constants: &[],
//!     fields: &[
//!         source_address(&["client"]),
//!         text(&["user"], Column::Actor),
//!         time(&["time"]),
//!         request(&["request"]),
//!         http_status(&["status"]),
//!     ],
//!     extras: &[("bytes", "bytes")],
//!     finish: None,
//! };
//! let access = LineFormat::new(&ACCESS);
//! ```

mod either;
mod field;
mod fill;
mod guarded;
mod heads;
mod joint;
mod json;
mod lines;
mod more;
pub mod pattern;
mod several;
mod shared;
mod slots;
#[cfg(debug_assertions)]
pub mod used;

pub use either::Either;
pub use field::{
    Field, To, address, duration, http_status, keep, observed, outcome_of, part, peer_address,
    peer_port, put_status, put_text, request, resource, resource_of, severity, severity_number,
    severity_of, source_address, source_port, status, text, time, url, value,
};
pub use fill::Event;
pub use guarded::GuardedLines;
pub(crate) use heads::PLACES;
pub use joint::{JointDecoder, Part, Picked};
pub(crate) use json::is_nothing;
pub use json::{JsonFormat, Need, Table, TableDecoder};
pub use lines::{LineDecoder, LineFormat, Lines};
pub use more::{Extras, JsonFormatWith};
pub use several::JsonFormats;
pub use slots::{MAX_SLOTS, Slots};
