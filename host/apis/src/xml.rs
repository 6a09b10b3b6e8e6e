//! Answers in XML as the JSON that the AWS command line prints of them.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// Name of the elements of a list.
const MEMBER: &str = "member";
/// Elements within each other that are followed: no answer has a tenth of it, and what is nested
/// without end would end the program when it is let go of.
const DEEPEST: usize = 128;
/// Lists that are read, which may be empty.
const LISTS: [&str; 11] = [
    "Changes",
    "Details",
    "OperationEvents",
    "PropertyDifferences",
    "Scope",
    "StackEvents",
    "StackResourceDrifts",
    "StackResourceSummaries",
    "StackSummaries",
    "Stacks",
    "Summaries",
];

/// The element that `xml` is, without its own name: elements with elements become objects, those of
/// `member` alone arrays, and all others their text. An empty element is an empty list if it has
/// the name of one, and else `null`.
///
/// # Errors
/// What is wrong, if it is no XML.
pub(crate) fn to_json(xml: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(xml).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(_) if open.len() > DEEPEST => {
                return Err("it is nested too deeply".to_owned());
            }
            Event::Start(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                open.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::Empty(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                if let Some(parent) = open.last_mut() {
                    let value = empty(&name);
                    parent.children.push((name, value));
                }
            }
            Event::Text(piece) => {
                let piece = piece.decode().map_err(|error| error.to_string())?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&piece);
                }
            }
            Event::CData(piece) => {
                let piece = piece.decode().map_err(|error| error.to_string())?;
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&piece);
                }
            }
            Event::GeneralRef(reference) => {
                let name = String::from_utf8_lossy(&reference).into_owned();
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(&name)
                        .ok_or_else(|| format!("no entity is called `{name}`"))?
                        .to_owned(),
                };
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&character);
                }
            }
            Event::End(_) => {
                if let (Some(element), Some(parent)) = (open.pop(), open.last_mut()) {
                    let name = element.name.clone();
                    parent.children.push((name, element.into_value()));
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    match (
        open.len(),
        open.pop().and_then(|root| root.children.into_iter().next()),
    ) {
        (1, Some((_, value))) => Ok(value),
        _ => Err("it ends too early".to_owned()),
    }
}

/// An element that has not ended yet.
#[derive(Default)]
struct Element {
    name: String,
    text: String,
    children: Vec<(String, Value)>,
}

/// Value of an element without text and elements.
fn empty(name: &str) -> Value {
    match LISTS.contains(&name) {
        true => Value::Array(Vec::new()),
        false => Value::Null,
    }
}

impl Element {
    fn into_value(self) -> Value {
        if self.children.is_empty() {
            return match self.text.trim().is_empty() {
                true => empty(&self.name),
                false => Value::String(self.text),
            };
        }
        if self.children.iter().all(|(name, _)| name == MEMBER) {
            return Value::Array(self.children.into_iter().map(|(_, value)| value).collect());
        }
        Value::Object(self.children.into_iter().collect::<Map<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_objects_are_those_of_the_command_line() {
        let xml = br#"<?xml version="1.0"?><DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
          <DescribeStacksResult><Stacks><member><StackName>shop &amp; co</StackName><Tags/></member>
          <member><StackName>other</StackName></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"#;
        let expected = json!({"DescribeStacksResult": {"Stacks": [
            {"StackName": "shop & co", "Tags": null}, {"StackName": "other"}]}});
        assert_eq!(to_json(xml).expect("an answer"), expected);
    }

    #[test]
    fn what_is_empty_is_a_list_or_nothing() {
        let xml = b"<R><StackEvents/><Stacks>\n</Stacks><Reason></Reason><NextToken/></R>";
        let expected = json!({"StackEvents": [], "Stacks": [], "Reason": null, "NextToken": null});
        assert_eq!(to_json(xml).expect("an answer"), expected);
    }

    #[test]
    fn an_answer_of_the_service_is_read_whole() {
        let answer = to_json(include_bytes!("fixtures/describe-stacks.xml")).expect("an answer");
        let stack = &answer["DescribeStacksResult"]["Stacks"][0];
        assert_eq!(stack["Description"], "orders <and> carts");
        assert_eq!(stack["Reason"], "AB");
        assert_eq!(stack["Tags"], Value::Null);
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        let deep = |count: usize| format!("{}{}", "<a>".repeat(count), "</a>".repeat(count));
        assert!(to_json(deep(DEEPEST).as_bytes()).is_ok());
        let error = to_json(deep(200_000).as_bytes()).expect_err("an error");
        assert_eq!(error, "it is nested too deeply");
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for text in ["", "plain", "<a><b></a>", "<a>", "<a>&nothing;</a>"] {
            assert!(to_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
