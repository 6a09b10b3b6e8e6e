//! Tables that tell more extras than a path can say.

use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};

use super::json::{JsonFormat, Table};
use crate::json::fields::JsonFields;

/// Gives extras of an event: name and value.
pub type Extras = fn(&JsonFields<'_>, &mut dyn FnMut(&str, &str));

/// A format that is a [`Table`], and gives these extras besides those of the table.
#[derive(Debug)]
pub struct JsonFormatWith(pub &'static Table, pub Extras);

impl Format for JsonFormatWith {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        JsonFormat(self.0).sniff(sample)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        JsonFormat(self.0).decoder(stream)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(self.0).may_fit(has_key)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(self.0).extras(raw, stream, found);
        if let Ok(fields) = JsonFields::parse(raw) {
            (self.1)(&fields, found);
        }
    }
}
