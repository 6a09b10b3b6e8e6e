//! One folder per format.

pub mod cloudevent;
pub mod json;
pub mod logfmt;
pub mod ltsv;
pub mod rows;
pub mod text;

use nepho_codec::message::stream;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, Row};

/// The service by the name of the file, for rows whose message and wrapping tell none.
#[derive(Default)]
struct DefaultService(Option<String>);

impl DefaultService {
    fn of(stream: &Stream) -> Self {
        Self(stream::service_or_name(stream).map(str::to_owned))
    }

    fn fill(&self, row: &mut Row<'_>) {
        let Some(service) = &self.0 else {
            return;
        };
        if !row.has(Column::Service) && row.record().envelope.get(Column::Service).is_none() {
            row.repeated(Column::Service, service);
        }
    }
}
