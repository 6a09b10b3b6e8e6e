//! Cuts a document into its objects: one, several behind each other, an array, or a list with the
//! array as a member. A damaged document gives the objects that are whole.

use serde_json::value::RawValue;

/// One object of a document, as text.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// First byte.
    pub start: usize,
    /// Its text.
    pub text: &'a str,
}

/// Objects of a document.
#[derive(Debug, Default)]
pub struct Items<'a> {
    /// Those that are whole, in order.
    pub whole: Vec<Item<'a>>,
    /// Ranges that cannot be read.
    pub broken: Vec<(usize, usize)>,
    /// Bytes that were read of broken ones.
    in_vain: usize,
}

/// So many times the bytes of a document are read of broken objects at most: each that has no end
/// is read to the end of the document. The rest is one range that cannot be read.
const MOST_TIMES: usize = 4;
/// Bytes that may be read of broken objects of any document.
const LEAST_BYTES: usize = 1 << 20;

impl<'a> Items<'a> {
    /// Objects of `text`; the array of a list is the member with one of the names `lists`.
    pub fn of(text: &'a str, lists: &[&str]) -> Self {
        let mut items = Self::default();
        // A byte order mark says nothing.
        let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
        loop {
            at = skip(text, at, b",");
            at = match text.as_bytes().get(at) {
                None => return items,
                Some(b'[') => items.elements(text, at + 1),
                Some(b'{') => match list(text, at, lists) {
                    Some(array) => {
                        let end = value_end(text, at).ok();
                        let read = items.elements(text, array + 1);
                        // Of a damaged list, what stands behind the array is passed over.
                        let next = || text[read..].find("\n{").map_or(text.len(), |at| read + at);
                        end.unwrap_or_else(next)
                    }
                    None => items.one(text, at),
                },
                Some(_) => {
                    // No object: the rest of the line is passed over.
                    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                    items.broken.push((at, end));
                    end
                }
            };
        }
    }

    /// Takes the value at `at`, and gives where to go on.
    fn one(&mut self, text: &'a str, at: usize) -> usize {
        let read = match value_end(text, at) {
            Ok(end) => {
                self.whole.push(Item {
                    start: at,
                    text: &text[at..end],
                });
                return end;
            }
            Err(read) => read,
        };
        self.in_vain += read;
        let is_worth = self.in_vain <= LEAST_BYTES.max(MOST_TIMES * text.len());
        let end = is_worth.then(|| next(text, at)).flatten();
        let end = end.unwrap_or(text.len());
        self.broken.push((at, end));
        end
    }

    /// Takes the elements of an array from `at` on, and gives where it ends.
    fn elements(&mut self, text: &'a str, mut at: usize) -> usize {
        loop {
            at = skip(text, at, b",");
            at = match text.as_bytes().get(at) {
                None => return at,
                Some(b']') => return at + 1,
                Some(_) => self.one(text, at),
            };
        }
    }
}

/// The byte behind the value at `at`; where it is not whole, the bytes up to where that shows.
fn value_end(text: &str, at: usize) -> Result<usize, usize> {
    let rest = text.get(at..).unwrap_or_default();
    let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
    let value = stream.next().ok_or(0_usize)?.map_err(|error| {
        let lines = rest
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1));
        lines.map(str::len).sum::<usize>() + error.column()
    })?;
    let start = value.get().as_ptr() as usize - rest.as_ptr() as usize;
    Ok(at + start + value.get().len())
}

/// Where the next object may begin behind a broken one at `at`: on a line of its own with the same
/// indentation, or behind `},`.
fn next(text: &str, at: usize) -> Option<usize> {
    // Only blanks are looked at, for a line may be as long as the document.
    let before = text[..at].trim_end_matches([' ', '\t']);
    let indentation = &text[before.len()..at];
    let is_first = before.is_empty() || before == "\u{feff}";
    if is_first || before.ends_with('\n') {
        let begin = format!("\n{indentation}{{");
        match text[at..].find(&begin) {
            Some(found) => return Some(at + found + begin.len() - 1),
            None if !is_first => return None,
            None => {}
        }
    }
    let found = text[at..].find("},{")?;
    Some(at + found + 2)
}

/// Start of the array in the object at `at` that makes it a list.
fn list(text: &str, at: usize, lists: &[&str]) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at = skip(text, at, b",");
        if text.as_bytes().get(at) != Some(&b'"') {
            return None;
        }
        let end = value_end(text, at).ok()?;
        let name = text.get(at + 1..end - 1)?;
        at = skip(text, end, b":");
        if lists.contains(&name) && text.as_bytes().get(at) == Some(&b'[') {
            return Some(at);
        }
        at = value_end(text, at).ok()?;
    }
}

/// The first byte from `at` on that is neither a blank nor one of `also`.
fn skip(text: &str, at: usize, also: &[u8]) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let is_passed = |byte: &u8| byte.is_ascii_whitespace() || also.contains(byte);
    at + rest.iter().take_while(|byte| is_passed(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, whole: &[&str], broken: usize) {
        let items = Items::of(text, &["value", "items"]);
        let found: Vec<_> = items.whole.iter().map(|item| item.text).collect();
        assert_eq!(found, whole, "{text}");
        assert_eq!(items.broken.len(), broken, "{text}: {:?}", items.broken);
    }

    #[test]
    fn objects_are_found_in_every_shape() {
        check(r#"{"a":1}"#, &[r#"{"a":1}"#], 0);
        check("{\"a\":1}\n{\"b\":[]}\n", &[r#"{"a":1}"#, r#"{"b":[]}"#], 0);
        check(r#"[{"a":1}, {"b":2}]"#, &[r#"{"a":1}"#, r#"{"b":2}"#], 0);
        check(
            r#"{"nextLink":"x","value":[{"a":1},{}],"z":0}"#,
            &[r#"{"a":1}"#, "{}"],
            0,
        );
        check(r#"{"value":[]}"#, &[], 0);
        check("", &[], 0);
        check(r#"{"value":{"a":[]}}"#, &[r#"{"value":{"a":[]}}"#], 0);
    }

    #[test]
    fn a_damaged_document_is_read_in_time() {
        // Objects without an end were each read to the end of the document.
        let text = format!("[{}", r#"{"a":[{},"#.repeat(200_000));
        let items = Items::of(&text, &[]);
        assert!(items.broken.len() < 10);
        assert_eq!(items.broken.last().map(|(_, end)| *end), Some(text.len()));
        // Many broken ones on one line are all passed over.
        let text = format!(r#"[{}{{"x":2}}]"#, r#"{"x":1,},"#.repeat(100_000));
        let items = Items::of(&text, &[]);
        let found: Vec<_> = items.whole.iter().map(|item| item.text).collect();
        assert_eq!((found, items.broken.len()), (vec![r#"{"x":2}"#], 100_000));
    }

    #[test]
    fn what_is_whole_in_a_damaged_document_is_found() {
        check(r#"{"items":[{"a":1},{"b":"#, &[r#"{"a":1}"#], 1);
        check(
            r#"[{"a":1},{"b":!},{"c":3}]"#,
            &[r#"{"a":1}"#, r#"{"c":3}"#],
            1,
        );
        check(
            r#"{"items":[{"a":1},{"b":!},{"c":3}],"kind":"List"}"#,
            &[r#"{"a":1}"#, r#"{"c":3}"#],
            1,
        );
        check("[\n {\n \"a\": }\n,\n {}\n]", &["{}"], 1);
        check("{\"a\":1}\nx\n{\"b\":2}", &[r#"{"a":1}"#, r#"{"b":2}"#], 1);
        check("{\"a\":1}\n\"\\u12", &[r#"{"a":1}"#], 1);
        check(
            "{\"a\":\n{\"b\":2}\n{\"c\":3}\n",
            &[r#"{"b":2}"#, r#"{"c":3}"#],
            1,
        );
        check("{\"a\":!},{\"b\":2}", &[r#"{"b":2}"#], 1);
        check("\u{feff}{\"a\":!}\n{\"b\":2}", &[r#"{"b":2}"#], 1);
    }
}
