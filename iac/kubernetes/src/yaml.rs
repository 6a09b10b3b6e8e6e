//! YAML as JSON values, built from the events of the parser: no recursion, no aliases without end.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

/// Nesting beyond this is refused, as for JSON.
const DEEPEST: usize = 128;
/// Values of one document beyond this are refused: aliases of aliases grow without end.
const MOST: usize = 4_000_000;

/// One document.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// What it holds.
    pub(crate) value: Value,
    /// Lines of the elements of its member `items`, from one.
    pub(crate) item_lines: Vec<u64>,
}

/// Why a document cannot be read, and the line on which that shows, from one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: u64,
    pub(crate) reason: &'static str,
}

/// Parts of a stream of documents, each with its first byte: it is cut at the lines `---`.
pub(crate) fn documents(text: &str) -> Vec<(usize, &str)> {
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

enum Frame {
    Sequence(usize, Vec<Value>),
    Mapping(usize, Map<String, Value>, Option<String>),
}

/// Parses one document.
///
/// # Errors
/// Where it is broken. The words of the parser are not used, for they may quote.
pub(crate) fn parse(text: &str) -> Result<Parsed, Broken> {
    let mut parser = Parser::new_from_str(text);
    let mut stack: Vec<Frame> = Vec::new();
    let mut anchors: HashMap<usize, Value> = HashMap::new();
    let mut item_lines = Vec::new();
    let mut built = 0;
    let mut whole = None;
    loop {
        let (event, mark) = parser.next_token().map_err(|error| Broken {
            line: error.marker().line() as u64,
            reason: "this is not valid YAML",
        })?;
        let broken = |reason| Broken {
            line: mark.line() as u64,
            reason,
        };
        let (anchor, value) = match event {
            Event::StreamEnd => break,
            Event::Scalar(text, style, anchor, tag) => {
                let is_text =
                    style != TScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                let is_key = matches!(stack.last(), Some(Frame::Mapping(_, _, None)));
                let value = if is_text || is_key {
                    Value::String(text)
                } else {
                    plain(text)
                };
                (anchor, value)
            }
            Event::Alias(anchor) => {
                let held = anchors.get(&anchor).cloned();
                let value = held.ok_or_else(|| broken("an alias of nothing"))?;
                built += size(&value);
                (0, value)
            }
            Event::SequenceStart(anchor, _) => {
                note(&stack, mark.line(), &mut item_lines);
                stack.push(Frame::Sequence(anchor, Vec::new()));
                deep(&stack, &broken)?;
                continue;
            }
            Event::MappingStart(anchor, _) => {
                note(&stack, mark.line(), &mut item_lines);
                stack.push(Frame::Mapping(anchor, Map::new(), None));
                deep(&stack, &broken)?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(Frame::Sequence(anchor, elements)) => (anchor, Value::Array(elements)),
                Some(Frame::Mapping(anchor, members, _)) => (anchor, Value::Object(members)),
                None => continue,
            },
            _ => continue,
        };
        built += 1;
        if built > MOST {
            return Err(broken("the document is too large"));
        }
        if anchor > 0 {
            built += size(&value);
            anchors.insert(anchor, value.clone());
        }
        match stack.last_mut() {
            None => whole = Some(value),
            Some(frame) => put(frame, value).map_err(broken)?,
        }
    }
    Ok(Parsed {
        value: whole.unwrap_or_default(),
        item_lines,
    })
}

/// Adds a value to what it stands in: an element, a key, or the value of the last key.
fn put(frame: &mut Frame, value: Value) -> Result<(), &'static str> {
    match frame {
        Frame::Sequence(_, elements) => elements.push(value),
        Frame::Mapping(_, members, name) => match (name.take(), value) {
            (Some(name), value) => {
                members.insert(name, value);
            }
            (None, Value::String(text)) => *name = Some(text),
            (None, _) => return Err("a key that is not text"),
        },
    }
    Ok(())
}

fn deep(stack: &[Frame], broken: &impl Fn(&'static str) -> Broken) -> Result<(), Broken> {
    if stack.len() > DEEPEST {
        return Err(broken("it is nested too deeply"));
    }
    Ok(())
}

/// Remembers the line of an element of the member `items` of the document.
fn note(stack: &[Frame], line: usize, lines: &mut Vec<u64>) {
    if let [Frame::Mapping(_, _, Some(name)), Frame::Sequence(..)] = stack
        && name == "items"
    {
        lines.push(line as u64);
    }
}

/// Number of values in `value`.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// A plain scalar by the core schema of YAML 1.2.
fn plain(text: String) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        word => {
            let begins = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            let number = begins.then(|| word.parse::<Number>().ok()).flatten();
            number.map_or(Value::String(text), Value::Number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_become_values() {
        let text = "# first\n--- \na: &x {b: [1, \"2\", null, yes]}\nc: *x\n--- # second\nitems:\n- a: 1\n- b: |\n    ---\n\n...\n---\n# nothing\n";
        let parts = documents(text);
        assert_eq!(parts.len(), 2);
        let first = parse(parts[0].1).ok().map(|parsed| parsed.value);
        let expected = serde_json::json!({"a": {"b": [1, "2", null, "yes"]}, "c": {"b": [1, "2", null, "yes"]}});
        assert_eq!(first, Some(expected));
        let second = parse(parts[1].1).ok();
        assert_eq!(second.map(|parsed| parsed.item_lines), Some(vec![3, 4]));
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let reason = |text: &str| parse(text).err().map(|broken| (broken.line, broken.reason));
        assert_eq!(reason("a: [1\nb: }"), Some((2, "this is not valid YAML")));
        assert_eq!(
            reason(&"[".repeat(200)),
            Some((1, "it is nested too deeply"))
        );
        assert!(reason(&"[".repeat(100_000)).is_some());
        assert!(reason(&"- ".repeat(100_000)).is_some());
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let last = format!("*a{},", level - 1).repeat(10);
            laughs += &format!("a{level}: &a{level} [{last}]\n");
        }
        let told = reason(&laughs).map(|(_, reason)| reason);
        assert_eq!(told, Some("the document is too large"));
    }
}
