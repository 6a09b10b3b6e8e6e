//! YAML as JSON values, built from the events of the parser: no recursion, no aliases without end.

use std::collections::HashMap;
use std::fmt;

use serde_json::{Map, Number, Value};
use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::TScalarStyle;

/// Nesting beyond this is refused, as for JSON. What an alias stands for counts.
const DEEPEST: usize = 128;
/// Bytes of the values of one file beyond which the rest is refused: aliases of aliases, and those
/// of one long text, grow without end. Lines of manifests become some three times as large, so a
/// file of 80 MB is read.
pub const MOST_BYTES: usize = 256 << 20;
/// Bytes of a value, and of a key, besides its text.
const VALUE_BYTES: usize = 32;
/// Levels that a tag may add to the value that it stands before.
const TAG_LEVELS: usize = 2;

/// What differs between tools.
pub struct Dialect {
    /// What a local tag such as `!Ref`, by its name, makes of a value: at most two levels more.
    pub tagged: fn(&str, Value) -> Value,
    /// Whether plain numbers are numbers. They stay text otherwise.
    pub has_numbers: bool,
    /// Member of the document whose own members or elements get lines.
    pub lines_of: &'static str,
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialect").finish_non_exhaustive()
    }
}

/// One document.
#[derive(Debug)]
pub struct Parsed {
    /// What it holds.
    pub value: Value,
    /// Names and lines, from one, of what the member [`Dialect::lines_of`] holds, in order.
    /// Elements have no name.
    pub lines: Vec<(String, u64)>,
}

/// Why a document cannot be read, and the line on which that shows, from one.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// The line.
    pub line: u64,
    /// What is wrong. The words of the parser are not used, for they may quote.
    pub reason: &'static str,
}

/// Parts of a stream of documents, each with its first byte: it is cut at the lines `---`.
pub fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let is_mark = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if is_mark {
            documents.push((start, &text[start..at]));
            start = at + 3;
        }
        at += line.len();
    }
    documents.push((start, &text[start..]));
    documents.retain(|(_, part)| {
        let mut lines = part.lines().map(str::trim);
        lines.any(|line| !line.is_empty() && !line.starts_with(['#', '%']) && line != "...")
    });
    documents
}

/// Parses the first document of `text`. Of a key that stands there twice the first counts: the
/// second may be of another map, and secret there.
///
/// # Errors
/// Where it is broken, nested too deeply or too large.
pub fn parse(text: &str, dialect: &Dialect) -> Result<Parsed, Broken> {
    let mut left = MOST_BYTES;
    parse_within(text, dialect, &mut left)
}

/// As [`parse`], for one of several documents: `left` is what their values may still take together,
/// [`MOST_BYTES`] at first. One that is refused counts as well, for it was built so far.
///
/// # Errors
/// As [`parse`].
pub fn parse_within(text: &str, dialect: &Dialect, left: &mut usize) -> Result<Parsed, Broken> {
    let mut builder = Builder {
        dialect,
        open: Vec::new(),
        anchors: HashMap::new(),
        lines: Vec::new(),
        most_bytes: *left,
        built: 0,
        whole: None,
    };
    let read = builder.read(text);
    *left = left.saturating_sub(builder.built);
    read.map(|()| Parsed {
        value: builder.whole.unwrap_or_default(),
        lines: builder.lines,
    })
}

/// A value that is whole.
#[derive(Clone)]
struct Built {
    value: Value,
    /// Bytes of it and of all within it.
    bytes: usize,
    /// Levels within it.
    levels: usize,
}

impl Built {
    fn of(value: Value, text_bytes: usize) -> Self {
        Self {
            value,
            bytes: VALUE_BYTES + text_bytes,
            levels: 0,
        }
    }
}

enum Frame {
    Sequence(Vec<Value>),
    Mapping(Map<String, Value>, Option<String>),
}

/// What is under way: a list or a map, its anchor and its tag.
struct Open {
    frame: Frame,
    anchor: usize,
    tag: Option<Tag>,
    bytes: usize,
    levels: usize,
}

struct Builder<'a> {
    dialect: &'a Dialect,
    open: Vec<Open>,
    anchors: HashMap<usize, Built>,
    lines: Vec<(String, u64)>,
    most_bytes: usize,
    /// Bytes of all values so far, those that anchors hold among them.
    built: usize,
    whole: Option<Value>,
}

impl Builder<'_> {
    /// Takes the events of the first document.
    fn read(&mut self, text: &str) -> Result<(), Broken> {
        let mut parser = Parser::new_from_str(text);
        loop {
            let (event, mark) = parser.next_token().map_err(|error| Broken {
                line: error.marker().line() as u64,
                reason: "this is not valid YAML",
            })?;
            let line = mark.line() as u64;
            if event == Event::StreamEnd {
                break;
            }
            // What follows is only looked at for whether it is broken.
            if self.whole.is_none() {
                self.take(event, line)
                    .map_err(|reason| Broken { line, reason })?;
            }
        }
        Ok(())
    }

    fn take(&mut self, event: Event, line: u64) -> Result<(), &'static str> {
        let (anchor, built) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let bytes = text.len();
                self.grow(VALUE_BYTES + bytes)?;
                let is_key = self.awaits_key();
                self.note(if is_key { &text } else { "" }, is_key, line);
                let value = if style != TScalarStyle::Plain || is_key || is_text(tag.as_ref()) {
                    Value::String(text)
                } else {
                    plain(text, self.dialect.has_numbers)
                };
                (anchor, self.tagged(tag.as_ref(), Built::of(value, bytes)))
            }
            Event::Alias(anchor) => {
                self.note("", false, line);
                let held = self.anchors.get(&anchor).ok_or("an alias of nothing")?;
                // Counted before it is copied.
                fits(&mut self.built, held.bytes, self.most_bytes)?;
                (0, held.clone())
            }
            Event::SequenceStart(anchor, tag) => {
                return self.begin(Frame::Sequence(Vec::new()), anchor, tag, line);
            }
            Event::MappingStart(anchor, tag) => {
                return self.begin(Frame::Mapping(Map::new(), None), anchor, tag, line);
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let built = Built {
                        value: closed(open.frame),
                        bytes: open.bytes,
                        levels: open.levels,
                    };
                    (open.anchor, self.tagged(open.tag.as_ref(), built))
                }
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        if self.open.len() + built.levels > DEEPEST {
            return Err(TOO_DEEP);
        }
        if anchor > 0 {
            self.grow(built.bytes)?;
            self.anchors.insert(anchor, built.clone());
        }
        match self.open.last_mut() {
            None => self.whole = Some(built.value),
            Some(open) => open.put(built)?,
        }
        Ok(())
    }

    fn begin(
        &mut self,
        frame: Frame,
        anchor: usize,
        tag: Option<Tag>,
        line: u64,
    ) -> Result<(), &'static str> {
        self.note("", false, line);
        self.grow(VALUE_BYTES)?;
        self.open.push(Open {
            frame,
            anchor,
            tag,
            bytes: VALUE_BYTES,
            levels: 1,
        });
        match self.open.len() > DEEPEST {
            true => Err(TOO_DEEP),
            false => Ok(()),
        }
    }

    fn grow(&mut self, bytes: usize) -> Result<(), &'static str> {
        fits(&mut self.built, bytes, self.most_bytes)
    }

    fn awaits_key(&self) -> bool {
        let last = self.open.last().map(|open| &open.frame);
        matches!(last, Some(Frame::Mapping(_, None)))
    }

    /// Whether what comes stands in the member whose lines are told.
    fn is_in_lines(&self) -> bool {
        let outer = self.open.first().map(|open| &open.frame);
        let is_there = |name: &str| name == self.dialect.lines_of;
        self.open.len() == 2
            && matches!(outer, Some(Frame::Mapping(_, Some(name))) if is_there(name))
    }

    /// Remembers the line of a member, by its key, or of an element.
    fn note(&mut self, name: &str, is_key: bool, line: u64) {
        let is_element = || {
            let last = self.open.last().map(|open| &open.frame);
            matches!(last, Some(Frame::Sequence(_)))
        };
        if self.is_in_lines() && (is_key || is_element()) {
            self.lines.push((name.to_owned(), line));
        }
    }

    /// What the tag makes of a value, if it is a local one.
    fn tagged(&self, tag: Option<&Tag>, built: Built) -> Built {
        let Some(tag) = tag.filter(|tag| is_local(tag)) else {
            return built;
        };
        Built {
            value: (self.dialect.tagged)(&tag.suffix, built.value),
            bytes: built.bytes + TAG_LEVELS * VALUE_BYTES + tag.suffix.len(),
            levels: built.levels + TAG_LEVELS,
        }
    }
}

impl Open {
    /// Adds a value: an element, a key, or the value of the last key.
    fn put(&mut self, built: Built) -> Result<(), &'static str> {
        self.bytes += built.bytes;
        self.levels = self.levels.max(built.levels + 1);
        match &mut self.frame {
            Frame::Sequence(elements) => elements.push(built.value),
            Frame::Mapping(members, name) => match (name.take(), built.value) {
                (Some(name), value) => {
                    members.entry(name).or_insert(value);
                }
                (None, Value::String(text)) => *name = Some(text),
                (None, _) => return Err("a key that is not text"),
            },
        }
        Ok(())
    }
}

const TOO_DEEP: &str = "it is nested too deeply";

/// Adds bytes to those that were built.
fn fits(built: &mut usize, bytes: usize, most: usize) -> Result<(), &'static str> {
    *built += bytes;
    match *built > most {
        true => Err("the document is too large"),
        false => Ok(()),
    }
}

fn closed(frame: Frame) -> Value {
    match frame {
        Frame::Sequence(elements) => Value::Array(elements),
        Frame::Mapping(members, _) => Value::Object(members),
    }
}

fn is_local(tag: &Tag) -> bool {
    tag.handle == "!"
}

/// Whether a plain scalar behind this tag is text: `!!str 1`, and what a local tag stands before.
fn is_text(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| is_local(tag) || tag.suffix == "str")
}

/// A plain scalar by the core schema of YAML 1.2.
fn plain(text: String, has_numbers: bool) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        word => {
            let begins = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            let is_number = has_numbers && begins;
            let number = is_number.then(|| word.parse::<Number>().ok()).flatten();
            number.map_or(Value::String(text), Value::Number)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PLAIN: Dialect = Dialect {
        tagged: |_, value| value,
        has_numbers: true,
        lines_of: "items",
    };
    const TAGGED: Dialect = Dialect {
        tagged: |name, value| json!({name: value}),
        has_numbers: false,
        lines_of: "items",
    };

    fn reason(text: &str) -> Option<(u64, &'static str)> {
        let broken = parse_within(text, &PLAIN, &mut (4 << 20)).err();
        broken.map(|broken| (broken.line, broken.reason))
    }

    #[test]
    fn documents_become_values() {
        let text = "# first\n--- \na: &x {b: [1, \"2\", null, yes]}\nc: *x\n--- # second\nitems:\n- a: 1\n- b: |\n    ---\n- 7\n\n...\n---\n# nothing\n";
        let parts = documents(text);
        assert_eq!(parts.len(), 2);
        let first = parse(parts[0].1, &PLAIN).ok().map(|parsed| parsed.value);
        let expected =
            json!({"a": {"b": [1, "2", null, "yes"]}, "c": {"b": [1, "2", null, "yes"]}});
        assert_eq!(first, Some(expected));
        let second = parse(parts[1].1, &PLAIN).map(|parsed| parsed.lines);
        let line = |line| (String::new(), line);
        assert_eq!(second, Ok(vec![line(3), line(4), line(6)]));
    }

    #[test]
    fn local_tags_are_of_the_dialect() {
        let text = "items:\n  A: !Ref b\n  B: !!str 1\n  C: !If [x, 7]\n";
        let parsed = parse(text, &TAGGED).ok();
        let expected = json!({"items": {"A": {"Ref": "b"}, "B": "1", "C": {"If": ["x", "7"]}}});
        assert_eq!(parsed.as_ref().map(|parsed| &parsed.value), Some(&expected));
        let lines = parsed.map(|parsed| parsed.lines).unwrap_or_default();
        let names: Vec<_> = lines
            .iter()
            .map(|(name, line)| (name.as_str(), *line))
            .collect();
        assert_eq!(names, [("A", 2), ("B", 3), ("C", 4)]);
    }

    #[test]
    fn of_what_is_told_twice_the_first_counts() {
        let value = parse("a: net\na: canary\n", &PLAIN).map(|parsed| parsed.value);
        assert_eq!(value, Ok(json!({"a": "net"})));
    }

    #[test]
    fn what_has_no_end_is_refused() {
        assert_eq!(reason("a: [1\nb: }"), Some((2, "this is not valid YAML")));
        assert_eq!(reason(&"[".repeat(200)), Some((1, TOO_DEEP)));
        assert!(reason(&"[".repeat(10_000)).is_some());
        assert!(reason(&"- ".repeat(10_000)).is_some());
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let last = format!("*a{},", level - 1).repeat(10);
            laughs += &format!("a{level}: &a{level} [{last}]\n");
        }
        let told = reason(&laughs).map(|(_, reason)| reason);
        assert_eq!(told, Some("the document is too large"));
    }

    #[test]
    fn aliases_of_one_long_text_are_counted_by_its_bytes() {
        let long = format!(
            "a: &x {}\nb: [{}]\n",
            "y".repeat(1 << 14),
            "*x,".repeat(1000)
        );
        assert_eq!(reason(&long), Some((2, "the document is too large")));
        let few = format!("a: &x {}\nb: [{}]\n", "y".repeat(1 << 14), "*x,".repeat(3));
        assert_eq!(reason(&few), None);
    }

    #[test]
    fn documents_share_what_they_may_take() {
        let document = format!("a: &x {}\nb: [*x, *x]\n", "y".repeat(1000));
        let mut left = 10_000;
        let read = |left: &mut usize| parse_within(&document, &PLAIN, left).is_ok();
        assert!(read(&mut left) && read(&mut left));
        assert!(!read(&mut left));
        // What was refused was built before.
        assert_eq!(left, 0);
        assert!(parse_within("a: 1", &PLAIN, &mut left).is_err());
    }

    #[test]
    fn what_aliases_stand_for_is_not_nested_deeper_than_the_rest() {
        let mut chain = "a0: &a0 [x]\n".to_owned();
        for level in 1..200 {
            chain += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        let told = reason(&chain).map(|(_, reason)| reason);
        assert_eq!(told, Some(TOO_DEEP));
    }
}
