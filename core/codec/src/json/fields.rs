//! Fields of one JSON object by path, for detection and for what is read rarely.

use nepho_core::format::Fields;

use super::paths::LITERAL_DOT;
use super::skip::{Broken, MORE_TEXT, skip_value, string_end};
use crate::bytes::skip_space;

/// The members of a JSON object, found once; deeper paths are looked up when asked for.
#[derive(Debug)]
pub struct JsonFields<'a> {
    members: Vec<(&'a str, &'a str)>,
    beginnings: Beginnings,
}

/// How the keys of an object begin, so that most keys that it does not have are not looked for:
/// detection asks an object for hundreds of them.
#[derive(Debug, Default)]
struct Beginnings([u64; 4]);

impl Beginnings {
    fn of(members: &[(&str, &str)]) -> Self {
        let mut bits = Self::default();
        for (key, _) in members {
            let (word, bit) = Self::place(key);
            bits.0[word] |= bit;
        }
        bits
    }

    /// Whether a key may be there that begins as a path does.
    fn may_have(&self, path: &str) -> bool {
        let (word, bit) = Self::place(path);
        self.0[word] & bit != 0
    }

    /// Place of the bit of two bytes, in whatever case; a path may go on behind the first.
    fn place(path: &str) -> (usize, u64) {
        let (first, second) = match path.as_bytes() {
            [] => (0, 0),
            [first] | [first, b'.' | b'[' | b'\\', ..] => (*first, 0),
            [first, second, ..] => (*first, *second),
        };
        let number = (first | 0x20).wrapping_mul(31).wrapping_add(second | 0x20);
        (usize::from(number >> 6), 1 << (number & 63))
    }
}

impl<'a> JsonFields<'a> {
    /// Members of the object that `text` is, or what is wrong with it.
    ///
    /// # Errors
    /// [`Broken`] if the text is no JSON object, or is followed by anything but white space.
    pub fn parse(text: &'a str) -> Result<Self, Broken> {
        let bytes = text.as_bytes();
        let start = skip_space(bytes, 0);
        let (members, end) = members(text, start)?;
        if skip_space(bytes, end) != bytes.len() {
            return Err(Broken {
                at: end,
                what: MORE_TEXT,
            });
        }
        let beginnings = Beginnings::of(&members);
        Ok(Self {
            members,
            beginnings,
        })
    }

    /// Keys and JSON texts of the members, in order.
    pub fn members(&self) -> &[(&'a str, &'a str)] {
        &self.members
    }

    /// JSON text of the value at a path: strings with their quotes.
    pub fn raw(&self, path: &str) -> Option<&'a str> {
        self.beginnings
            .may_have(path)
            .then(|| step(&self.members, path))
            .flatten()
    }

    /// Text of the value at a path: strings without quotes (escapes as written), `None` for `null`.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        text_of(self.raw(path)?)
    }
}

impl Fields for JsonFields<'_> {
    fn get(&self, path: &str) -> Option<&str> {
        self.text(path)
    }
}

/// First step of a path, and what follows it (with its `[0]` or without its dot).
fn split(path: &str) -> (&str, &str) {
    match path.find(['.', '[']) {
        Some(end) => (
            &path[..end],
            path[end..].strip_prefix('.').unwrap_or(&path[end..]),
        ),
        None => (path, ""),
    }
}

fn descend<'a>(value: &'a str, path: &str) -> Option<&'a str> {
    if path.is_empty() {
        return Some(value);
    }
    if let Some(rest) = path.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        let element = elements(value).into_iter().nth(index.parse().ok()?)?;
        return descend(element, rest.strip_prefix('.').unwrap_or(rest));
    }
    let (found, _) = members(value, 0).ok()?;
    step(&found, path)
}

/// JSON text of the value at a path that begins with one of these members.
fn step<'a>(members: &[(&'a str, &'a str)], path: &str) -> Option<&'a str> {
    let (key, rest) = split(path);
    if let Some(found) = member(members, key).and_then(|value| descend(value, rest)) {
        return Some(found);
    }
    // Keys may have dots in them: `output_fields: {"proc.name": ...}`.
    if rest.is_empty() {
        return None;
    }
    match path.contains(LITERAL_DOT) {
        true => member(members, &path.replace(LITERAL_DOT, ".")),
        false => member(members, path),
    }
}

/// Value of the last member with this key, written alike or else in another case.
fn member<'a>(members: &[(&'a str, &'a str)], key: &str) -> Option<&'a str> {
    let mut other = None;
    for (held, value) in members.iter().rev() {
        if held.len() != key.len() {
            continue;
        }
        if *held == key {
            return Some(value);
        }
        if other.is_none() && held.eq_ignore_ascii_case(key) {
            other = Some(*value);
        }
    }
    other
}

/// Elements of the JSON array that `text` is; empty if it is none. Those before a broken one are
/// given.
pub fn elements(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if bytes.first() != Some(&b'[') {
        return found;
    }
    let mut at = skip_space(bytes, 1);
    while let Ok(end) = skip_value(bytes, at) {
        found.extend(text.get(at..end));
        at = skip_space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at = skip_space(bytes, at + 1);
    }
    found
}

/// JSON texts of the members with these keys of the object that `text` is; `None` if it is no
/// object.
///
/// For records that are looked into once: nothing is allocated.
pub fn pick<'a, const N: usize>(text: &'a str, keys: [&str; N]) -> Option<[Option<&'a str>; N]> {
    pick_at(text, 0, keys).map(|(found, _)| found)
}

/// As [`pick`] for the object at `start` of a longer text; gives the position after it as well.
pub fn pick_at<'a, const N: usize>(
    text: &'a str,
    start: usize,
    keys: [&str; N],
) -> Option<([Option<&'a str>; N], usize)> {
    let mut found = [None; N];
    let end = walk(text, start, &mut |key, value| {
        if let Some(place) = keys.iter().position(|wanted| *wanted == key) {
            found[place] = Some(value);
        }
    });
    Some((found, end.ok()?))
}

/// Text of a JSON value: strings without quotes (escapes as written), `None` for `null`.
pub fn text_of(raw: &str) -> Option<&str> {
    match raw.as_bytes().first()? {
        b'"' => raw.get(1..raw.len() - 1),
        b'n' => None,
        _ => Some(raw),
    }
}

/// Keys and values, as they stand in the text.
type Members<'a> = Vec<(&'a str, &'a str)>;

/// Members of the object at `start`, and the position after it.
fn members(text: &str, start: usize) -> Result<(Members<'_>, usize), Broken> {
    let mut found = Vec::with_capacity(16);
    let end = walk(text, start, &mut |key, value| found.push((key, value)))?;
    Ok((found, end))
}

/// Calls `found` for each member of the object at `start`, with its key (escapes as written) and
/// its value; gives the position after it.
///
/// # Errors
/// [`Broken`] if there is no object or it has no end; members before that were told.
#[inline]
pub fn walk<'a>(
    text: &'a str,
    start: usize,
    found: &mut impl FnMut(&'a str, &'a str),
) -> Result<usize, Broken> {
    let bytes = text.as_bytes();
    if bytes.get(start) != Some(&b'{') {
        return Err(Broken {
            at: start,
            what: "not an object",
        });
    }
    let mut at = skip_space(bytes, start + 1);
    if bytes.get(at) == Some(&b'}') {
        return Ok(at + 1);
    }
    loop {
        if bytes.get(at) != Some(&b'"') {
            return Err(Broken {
                at,
                what: "a key is missing",
            });
        }
        let (key_end, _) = string_end(bytes, at + 1)?;
        let key = text.get(at + 1..key_end).unwrap_or_default();
        let colon = skip_space(bytes, key_end + 1);
        if bytes.get(colon) != Some(&b':') {
            return Err(Broken {
                at: colon,
                what: "a colon is missing",
            });
        }
        let value = skip_space(bytes, colon + 1);
        let end = skip_value(bytes, value)?;
        found(key, text.get(value..end).unwrap_or_default());
        at = skip_space(bytes, end);
        match bytes.get(at) {
            Some(b',') => at = skip_space(bytes, at + 1),
            Some(b'}') => return Ok(at + 1),
            _ => {
                return Err(Broken {
                    at,
                    what: "a comma or a brace is missing",
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_another_case_are_found() {
        let fields = JsonFields::parse(r#"{"A":{"bC":1},"a":2}"#).expect("an object");
        assert_eq!(fields.text("a"), Some("2"));
        assert_eq!(fields.text("A.bc"), Some("1"));
        assert_eq!(fields.text("b"), None);
        let fields = JsonFields::parse(r#"{"a.b":1,"x":[5],"y.z":{"w":2}}"#).expect("an object");
        assert_eq!(fields.text("A.b"), Some("1"));
        assert_eq!(fields.text("a\\.b"), Some("1"));
        assert_eq!(fields.text("X[0]"), Some("5"));
    }

    #[test]
    fn fields_are_found_by_path() {
        let text = r#"{"a":{"b":[{"c":"x"},{"c":"y"}],"f.g":2},"n":null,"d.e":1,"s":"q\"r"}"#;
        let fields = JsonFields::parse(text).expect("an object");
        assert_eq!(fields.text("a.b[1].c"), Some("y"));
        assert_eq!(fields.text("n"), None);
        assert_eq!(fields.text("d.e"), Some("1"));
        assert_eq!(fields.text("d\\.e"), Some("1"));
        assert_eq!(fields.text("a\\.b"), None);
        assert_eq!(fields.text("s"), Some(r#"q\"r"#));
        assert_eq!(fields.text("a.x"), None);
        assert_eq!(fields.text("a.f.g"), Some("2"));
        assert_eq!(elements("[1, {\"a\":2} ,3]"), ["1", "{\"a\":2}", "3"]);
    }

    #[test]
    fn broken_objects_are_refused_with_their_place() {
        for (text, at) in [
            ("{\"a\":1", 6),
            ("{\"a\" 1}", 5),
            ("[1]", 0),
            ("{\"a\":\"x}", 6),
            ("{} x", 2),
        ] {
            assert_eq!(
                JsonFields::parse(text).map_err(|broken| broken.at).err(),
                Some(at),
                "{text}"
            );
        }
        let deep = "{\"a\":".to_owned() + &"[".repeat(10_000);
        assert!(JsonFields::parse(&deep).is_err());
    }
}
