//! Azure Activity Log: what was done to the resources of a subscription, and by whom.

use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::register;

use crate::record::{Head, Kind, RecordDecoder, extras, kind};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Activity Log: exported records, REST and command line, Log Analytics; autoscale included",
    permissions: &["Microsoft.Insights/eventtypes/values/Read"],
    make: Make::Format(|| Box::new(Activity)),
});

const NAME: &str = "azure.activity";

/// Reads events of the Activity Log.
#[derive(Debug)]
pub struct Activity;

impl Format for Activity {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        match kind(&Head::of(fields, &Head::resource(fields))) {
            Kind::Activity => Confidence::CERTAIN,
            _ => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        Head::may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RecordDecoder::new(NAME, Kind::Activity))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        extras::found(raw, &EXTRAS, None, found);
    }
}

const EXTRAS: [(&str, &str); 4] = [
    ("oldInstancesCount", "size_before"),
    ("newInstancesCount", "size_after"),
    ("eventCategory", "event_category"),
    ("entity", "entity"),
];
