//! Goes through the attributes of an instance and looks into what is allow-listed.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::super::documents;
use super::super::hidden::Hidden;
use super::super::shape::{Shape, Shaped, pass};
use super::super::variables::{self, Variables};
use super::plain::{plain, plain_elements, plain_members};
use super::tags::Tags;
use super::{Attributes, Name, Prints, allowed, owner};
use crate::graph::permits;
use crate::scan;

/// Reads the attributes in `json`, an object: each is passed over as a whole, its fingerprint is
/// taken, and what is allow-listed is looked into.
///
/// # Errors
/// When an allow-listed attribute cannot be read.
pub(super) fn read(
    json: &str,
    found: &mut Attributes,
    hidden: &Hidden,
    prints: &mut Prints,
) -> serde_json::Result<()> {
    let mut top = Top {
        found,
        hidden,
        prints,
    };
    let mut read = Ok(());
    let end = scan::members(json, 0, |name, at| {
        let (value, end) = scan::pass(json, at)?;
        if read.is_ok() {
            read = top.attribute(&name, value);
        }
        Ok(end)
    });
    match end {
        Ok(_) => read,
        Err(_) => Err(invalid(json)),
    }
}

/// What is wrong with JSON whose parts cannot be told apart.
fn invalid(json: &str) -> serde_json::Error {
    let read = serde_json::from_str::<IgnoredAny>(json);
    read.err()
        .unwrap_or_else(|| Error::custom("attributes cannot be told apart"))
}

struct Top<'a> {
    found: &'a mut Attributes,
    hidden: &'a Hidden,
    prints: &'a mut Prints,
}

impl Top<'_> {
    /// Takes the attribute with this name and JSON value.
    fn attribute(&mut self, name: &str, value: &str) -> serde_json::Result<()> {
        self.prints.take(name, value);
        if self.hidden.covers(name) {
            return Ok(());
        }
        self.found.offer_setting(name, value);
        let Some(way) = Way::of(name) else {
            return Ok(());
        };
        if self.is_plain(name, way, value) {
            return Ok(());
        }
        let part = Part {
            found: &mut *self.found,
            hidden: self.hidden,
            path: name,
        };
        match part.read(way, &mut serde_json::Deserializer::from_str(value)) {
            Ok(()) => Ok(()),
            // What nests too deep for an id holds none.
            Err(error) if error.classify() == Category::Syntax => {
                serde_json::from_str::<IgnoredAny>(value).map(|_| ())
            }
            Err(_) => Err(Error::custom("an attribute cannot be read")),
        }
    }

    /// Takes an attribute that is a text, texts or tags without escapes, as most are; tells whether
    /// it is.
    fn is_plain(&mut self, name: &str, way: Way, value: &str) -> bool {
        match way {
            Way::Level => {
                if let Some(text) = plain(value) {
                    self.found.offer(name, text);
                    return true;
                }
                let texts = plain_elements(value);
                for text in texts.iter().flatten() {
                    self.found.offer(name, text);
                }
                texts.is_some()
            }
            Way::Tags => {
                let tags = plain_members(value);
                for (tag, text) in tags.iter().flatten() {
                    if !self.hidden.covers_tag(name, tag) {
                        self.found.offer_tag(tag, text);
                    }
                }
                tags.is_some()
            }
            Way::Variables | Way::Containers | Way::Document(_) => false,
        }
    }
}

/// How a part of the attributes is read.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// Tags of which some name an owner.
    Tags,
    /// Environment variables.
    Variables,
    /// Containers as a text of JSON, with environment variables.
    Containers,
    /// A document of JSON as a text.
    Document(documents::Kind),
    /// What is allow-listed, or holds what is.
    Level,
}

impl Way {
    /// How what stands at `path` is read; `None` for what may not be.
    fn of(path: &str) -> Option<Self> {
        allowed().ways.get(path).copied()
    }

    /// The ways of all paths at which something may be read; `levels` are those that are
    /// allow-listed or hold what is.
    pub(super) fn all(
        levels: impl Iterator<Item = &'static str>,
    ) -> impl Iterator<Item = (&'static str, Self)> {
        // What is told later counts.
        let levels = levels.map(|path| (path, Self::Level));
        let variables = variables::MAPS.into_iter();
        let tags = owner::TAG_MAPS.into_iter();
        let documents = documents::DOCUMENTS.into_iter();
        levels
            .chain(documents.map(|(path, kind)| (path, Self::Document(kind))))
            .chain([(variables::DOCUMENT, Self::Containers)])
            .chain(variables.map(|path| (path, Self::Variables)))
            .chain(tags.map(|path| (path, Self::Tags)))
    }
}

/// A part of the attributes.
struct Part<'a> {
    found: &'a mut Attributes,
    hidden: &'a Hidden,
    path: &'a str,
}

impl<'a> Part<'a> {
    /// # Errors
    /// Those of the value.
    fn read<'de, D: Deserializer<'de>>(self, way: Way, value: D) -> Result<(), D::Error> {
        match way {
            Way::Tags => Shaped(Tags {
                found: self.found,
                hidden: self.hidden,
                path: self.path,
            })
            .deserialize(value),
            Way::Variables => Shaped(self.variables()).deserialize(value),
            Way::Containers => {
                self.variables()
                    .document(<&RawValue>::deserialize(value)?.get());
                Ok(())
            }
            Way::Document(kind) => {
                let json = <&RawValue>::deserialize(value)?;
                documents::read_json(self.found, self.path, kind, json);
                Ok(())
            }
            Way::Level => Shaped(Level {
                part: self,
                is_in_list: false,
            })
            .deserialize(value),
        }
    }

    fn variables(self) -> Variables<'a> {
        Variables {
            found: &mut self.found.variables,
            hidden: self.hidden,
            path: self.path,
        }
    }
}

/// A part, and how it is read.
struct Seed<'a>(Part<'a>, Way);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read(self.1, deserializer)
    }
}

/// One level of the attributes: an object, a list of objects, or a value.
struct Level<'a> {
    part: Part<'a>,
    is_in_list: bool,
}

impl<'de> Shape<'de> for Level<'_> {
    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Part {
            found,
            hidden,
            path,
        } = self.part;
        while let Some(Name(name)) = map.next_key()? {
            let path = format!("{path}.{name}");
            let way = Way::of(&path).filter(|_| !hidden.covers(&path));
            let Some(way) = way else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let part = Part {
                found: &mut *found,
                hidden,
                path: &path,
            };
            map.next_value_seed(Seed(part, way))?;
        }
        Ok(())
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        // Lists of lists hold no ids, and could nest without end.
        if self.is_in_list {
            return pass(list);
        }
        let Part {
            found,
            hidden,
            path,
        } = self.part;
        let mut next = || {
            list.next_element_seed(Shaped(Level {
                part: Part {
                    found: &mut *found,
                    hidden,
                    path,
                },
                is_in_list: true,
            }))
        };
        while next()?.is_some() {}
        Ok(())
    }

    fn text(self, text: &str) {
        self.part.found.offer(self.part.path, text);
    }

    fn whole(self, number: u64) {
        if permits::is_number(self.part.path) {
            self.part.found.offer(self.part.path, &number.to_string());
        }
    }

    fn truth(self, is_so: bool) {
        if permits::is_truth(self.part.path) {
            self.part.found.offer(self.part.path, &is_so.to_string());
        }
    }
}
