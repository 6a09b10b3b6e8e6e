//! All formats that are linked.

use std::fmt;
use std::sync::{Arc, LazyLock};

use nepho_core::format::{Confidence, Fields, Format, Record, Sample, Stream};
use nepho_core::registry::{Kind, Make, components};
use nepho_core::tables::{BlockId, Envelope};
use nepho_core::{Error, ErrorKind, Result};

use super::texts::Texts;
use crate::json::JsonFields;

/// All formats, by name.
pub struct Formats {
    pub(super) formats: Vec<(&'static str, Box<dyn Format>)>,
    /// Those that read more than JSON objects.
    pub(super) texts: Texts,
    /// Positions of all.
    pub(super) all: Vec<usize>,
}

impl fmt::Debug for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Formats")
            .field("count", &self.formats.len())
            .finish_non_exhaustive()
    }
}

impl Formats {
    /// The formats that are linked into the program; made when they are asked for first.
    pub fn linked() -> Arc<Self> {
        static LINKED: LazyLock<Arc<Formats>> = LazyLock::new(|| Arc::new(Formats::made()));
        Arc::clone(&LINKED)
    }

    fn made() -> Self {
        let formats = components()
            .into_iter()
            .filter_map(|component| match component.make {
                Make::Format(make) if component.kind == Kind::Format => {
                    Some((component.name, make()))
                }
                _ => None,
            });
        let formats: Vec<(&'static str, Box<dyn Format>)> = formats.collect();
        let all: Vec<usize> = (0..formats.len()).collect();
        let texts = Texts::new(&formats);
        Self {
            formats,
            texts,
            all,
        }
    }

    /// Position of a format by its name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`] for a name that no linked format has; the message lists those
    /// there are.
    pub fn position(&self, name: &str) -> Result<usize> {
        self.formats
            .iter()
            .position(|(held, _)| *held == name)
            .ok_or_else(|| {
                let names: Vec<_> = self.formats.iter().map(|(held, _)| *held).collect();
                Error::new(
                    ErrorKind::InvalidConfig,
                    "choose a format",
                    format!(
                        "no format is called `{name}`; there are {}",
                        names.join(", ")
                    ),
                )
            })
    }

    /// The format with this name.
    pub fn get(&self, name: &str) -> Option<&dyn Format> {
        let found = self.formats.iter().find(|(held, _)| *held == name);
        found.map(|(_, format)| &**format)
    }

    /// What the events of a row tell that has no column ([`Format::extras`]): of its event `raw`,
    /// which is of the format with this name, and then of the record `outer` that it stood inside
    /// of, where there is one. The first value of a name is the event's own.
    pub fn extras(
        &self,
        name: &str,
        raw: &str,
        outer: Option<&str>,
        stream: &Stream,
        found: &mut dyn FnMut(&str, &str),
    ) {
        let Some(outer) = outer else {
            if let Some(format) = self.get(name) {
                format.extras(raw, stream, found);
            }
            return;
        };
        let mut told = Vec::new();
        if let Some(format) = self.get(name) {
            format.extras(raw, stream, &mut |name, value| {
                told.push(name.to_owned());
                found(name, value);
            });
        }
        if let Some(format) = self.around(raw, outer, stream) {
            format.extras(outer, stream, &mut |name, value| {
                // The severity of the row is that of the event.
                if name != "severity_text" && !told.iter().any(|held| held == name) {
                    found(name, value);
                }
            });
        }
    }

    /// Format of a record inside of which an event stands.
    fn around(&self, raw: &str, outer: &str, stream: &Stream) -> Option<&dyn Format> {
        let record = Record {
            text: outer,
            block: BlockId::default(),
            offset: 0,
            line: 0,
            bytes: 0,
            envelope: &Envelope::default(),
            stream,
        };
        let fields = JsonFields::parse(outer).ok();
        let sample = Sample {
            text: outer,
            json: fields.as_ref().map(|fields| fields as &dyn Fields),
            stream,
        };
        let holds = |format: &&dyn Format| {
            let text = format.inside_text(&record);
            text.is_some_and(|text| text.contains(raw.trim()))
        };
        // Formats that take anything look into objects as well.
        let formats = self.formats.iter().map(|(_, format)| &**format);
        formats
            .filter(holds)
            .max_by_key(|format| format.sniff(&sample))
    }
}

impl Formats {
    /// Names of all formats.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.formats.iter().map(|(name, _)| *name)
    }

    /// Names of the formats that are asked about a text: those of whose marks it has all.
    pub fn asked(&self, text: &str) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.texts.each(text, |position| {
            names.extend(self.formats.get(position).map(|(name, _)| *name));
            true
        });
        names
    }

    /// Whether a format that does not take anything knows the line that `text` begins with.
    pub fn know(&self, text: &[u8], stream: &Stream) -> bool {
        let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
        let (line, _) = crate::encoding::to_text(line.strip_suffix(b"\r").unwrap_or(line));
        self.know_text(&line, stream)
    }

    /// Whether a format that does not take anything knows a text.
    pub(super) fn know_text(&self, text: &str, stream: &Stream) -> bool {
        let sample = Sample {
            text,
            json: None,
            stream,
        };
        let mut is_known = false;
        self.texts.each(text, |position| {
            let format = self.formats.get(position);
            is_known =
                format.is_some_and(|(_, format)| format.sniff(&sample) > Confidence::FALLBACK);
            !is_known
        });
        is_known
    }
}
