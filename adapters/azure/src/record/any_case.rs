//! Formats of JSON whose keys begin with capitals in some exports and not in others.

use std::fmt::Write;

use nepho_codec::table::{JsonFormat, Table};
use nepho_core::format::{Confidence, Decoder, Fields, Format, Sample, Stream};

use super::extras;

/// A format that is nothing but a table, with keys in any of the two cases.
pub(crate) struct AnyCase(pub(crate) &'static Table);

impl Format for AnyCase {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        JsonFormat(self.0).sniff(&Sample {
            json: Some(&Cases(fields)),
            ..*sample
        })
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(self.0).may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        JsonFormat(self.0).decoder(stream)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        extras::found(raw, self.0.extras, None, found);
    }
}

/// Fields that are also found when their keys begin with capitals.
struct Cases<'a>(&'a dyn Fields);

impl Fields for Cases<'_> {
    fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).or_else(|| self.0.get(&capitals(path)))
    }
}

fn capitals(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for (place, word) in path.split('.').enumerate() {
        let dot = if place > 0 { "." } else { "" };
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        // Writing to a string cannot fail.
        let _ = write!(text, "{dot}{}{}", first.unwrap_or('.'), letters.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::capitals;

    #[test]
    fn each_key_begins_with_a_capital() {
        assert_eq!(capitals("properties.displayName"), "Properties.DisplayName");
    }
}
