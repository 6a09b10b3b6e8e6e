//! Templates in YAML as JSON values: short forms (`!Ref x`) become long ones (`{"Ref": "x"}`).
//!
//! Built from the events of the parser: no recursion, no aliases without end. Short forms are those
//! of the page "Intrinsic function reference"
//! (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference), read 2026-11-28.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use yaml_rust2::parser::{Event, Parser, Tag};
use yaml_rust2::scanner::TScalarStyle;

/// Nesting beyond this is refused, as for JSON.
const DEEPEST: usize = 100;
/// Values of one template beyond this are refused: aliases of aliases grow without end.
const MOST: usize = 2_000_000;

/// A template.
pub(super) struct Parsed {
    /// What it holds.
    pub(super) value: Value,
    /// Lines of the members of its member `Resources`, from one.
    pub(super) lines: BTreeMap<String, u64>,
}

/// Why a template cannot be read, and the line on which that shows, from one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) reason: &'static str,
}

enum Frame {
    Sequence(Vec<Value>),
    Mapping(Map<String, Value>, Option<String>),
}

/// What is under way: a list or a map, its anchor and its short form.
struct Open {
    frame: Frame,
    anchor: usize,
    function: Option<String>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    lines: BTreeMap<String, u64>,
    built: usize,
    whole: Option<Value>,
}

/// Parses the first document of `text`.
///
/// # Errors
/// Where it is broken. The words of the parser are not used, for they may quote.
pub(super) fn parse(text: &str) -> Result<Parsed, Broken> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    loop {
        let (event, mark) = parser.next_token().map_err(|error| Broken {
            line: error.marker().line() as u64,
            reason: "the template is not valid YAML",
        })?;
        let line = mark.line() as u64;
        if matches!(event, Event::StreamEnd | Event::DocumentEnd) {
            break;
        }
        builder
            .take(event, line)
            .map_err(|reason| Broken { line, reason })?;
    }
    Ok(Parsed {
        value: builder.whole.unwrap_or_default(),
        lines: builder.lines,
    })
}

impl Builder {
    fn take(&mut self, event: Event, line: u64) -> Result<(), &'static str> {
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_key = matches!(
                    self.open.last().map(|open| &open.frame),
                    Some(Frame::Mapping(_, None))
                );
                if is_key && self.open.len() == 2 && self.is_in_resources() {
                    self.lines.insert(text.clone(), line);
                }
                let value = match style {
                    TScalarStyle::Plain if !is_key && tag.is_none() => plain(text),
                    _ => Value::String(text),
                };
                (anchor, called(function(tag.as_ref()), value))
            }
            Event::Alias(anchor) => {
                let held = self.anchors.get(&anchor).cloned();
                let value = held.ok_or("an alias of nothing")?;
                self.built += size(&value);
                (0, value)
            }
            Event::SequenceStart(anchor, tag) => {
                return self.begin(Frame::Sequence(Vec::new()), anchor, tag.as_ref());
            }
            Event::MappingStart(anchor, tag) => {
                let frame = Frame::Mapping(Map::new(), None);
                return self.begin(frame, anchor, tag.as_ref());
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => (open.anchor, called(open.function, closed(open.frame))),
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        self.built += 1;
        if self.built > MOST {
            return Err("the template is too large");
        }
        if anchor > 0 {
            self.built += size(&value);
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.whole = Some(value),
            Some(open) => put(&mut open.frame, value)?,
        }
        Ok(())
    }

    fn begin(
        &mut self,
        frame: Frame,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), &'static str> {
        self.open.push(Open {
            frame,
            anchor,
            function: function(tag),
        });
        match self.open.len() > DEEPEST {
            true => Err("the template is nested too deeply"),
            false => Ok(()),
        }
    }

    fn is_in_resources(&self) -> bool {
        let outer = self.open.first().map(|open| &open.frame);
        matches!(outer, Some(Frame::Mapping(_, Some(name))) if name == "Resources")
    }
}

fn closed(frame: Frame) -> Value {
    match frame {
        Frame::Sequence(elements) => Value::Array(elements),
        Frame::Mapping(members, _) => Value::Object(members),
    }
}

/// Adds a value to what it stands in: an element, a key, or the value of the last key.
fn put(frame: &mut Frame, value: Value) -> Result<(), &'static str> {
    match frame {
        Frame::Sequence(elements) => elements.push(value),
        Frame::Mapping(members, name) => match (name.take(), value) {
            (Some(name), value) => {
                // Told twice is damaged: the second may be of another map, and secret there.
                members.entry(name).or_insert(value);
            }
            (None, Value::String(text)) => *name = Some(text),
            (None, _) => return Err("a key that is not text"),
        },
    }
    Ok(())
}

/// Long name of the function whose short form is the tag.
fn function(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!")?;
    Some(match tag.suffix.as_str() {
        "Ref" => "Ref".to_owned(),
        "Condition" => "Condition".to_owned(),
        name => format!("Fn::{name}"),
    })
}

/// `value` as the argument of `function`.
fn called(function: Option<String>, value: Value) -> Value {
    let Some(function) = function else {
        return value;
    };
    let argument = match value {
        // `!GetAtt A.B.C` is `Fn::GetAtt: [A, B.C]`.
        Value::String(text) if function == "Fn::GetAtt" => {
            let (resource, attribute) = text.split_once('.').unwrap_or((&text, ""));
            Value::from(vec![resource.to_owned(), attribute.to_owned()])
        }
        value => value,
    };
    Value::Object(Map::from_iter([(function, argument)]))
}

/// Number of values in `value`.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// A plain scalar. What is neither null nor a truth value may stay text: no number is computed
/// with.
fn plain(text: String) -> Value {
    match text.as_str() {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_become_long_ones() {
        let text = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n  B:\n    P: !Ref A\n    Q: !GetAtt A.B.C\n    R: !Sub\n      - \"${x}\"\n      - x: !GetAtt [A, D]\n    S: !If [c, !Ref 'AWS::NoValue', &y 7]\n    T: *y\n";
        let parsed = parse(text).ok();
        let expected = serde_json::json!({"Resources": {"A": {"Type": "AWS::SNS::Topic"}, "B": {
            "P": {"Ref": "A"}, "Q": {"Fn::GetAtt": ["A", "B.C"]},
            "R": {"Fn::Sub": ["${x}", {"x": {"Fn::GetAtt": ["A", "D"]}}]},
            "S": {"Fn::If": ["c", {"Ref": "AWS::NoValue"}, "7"]}, "T": "7"}}});
        assert_eq!(parsed.as_ref().map(|parsed| &parsed.value), Some(&expected));
        let lines = parsed.map(|parsed| parsed.lines).unwrap_or_default();
        assert_eq!(
            lines,
            BTreeMap::from([("A".to_owned(), 2), ("B".to_owned(), 4)])
        );
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let reason = |text: &str| parse(text).err().map(|broken| (broken.line, broken.reason));
        assert_eq!(
            reason("a: [1\nb: }"),
            Some((2, "the template is not valid YAML"))
        );
        assert!(reason(&"[".repeat(100_000)).is_some());
        assert!(reason(&"- ".repeat(100_000)).is_some());
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let last = format!("*a{},", level - 1).repeat(10);
            laughs += &format!("a{level}: &a{level} [{last}]\n");
        }
        let told = reason(&laughs).map(|(_, reason)| reason);
        assert_eq!(told, Some("the template is too large"));
    }

    #[test]
    fn of_what_is_told_twice_the_first_counts() {
        let text = "Network:\n  Default: net\n  Default: canary-password\n";
        let parsed = parse(text).ok();
        let default = parsed.and_then(|parsed| {
            parsed.value["Network"]["Default"]
                .as_str()
                .map(str::to_owned)
        });
        assert_eq!(default.as_deref(), Some("net"));
    }
}
