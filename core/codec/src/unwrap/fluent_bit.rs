//! Records as the output `stdout` of Fluent Bit prints them, of the library for `MessagePack`:
//!
//! | since | the line |
//! |---|---|
//! | 2.1 | `[0] shop.web: [[1778594400.250000000, {}], {"log"=>"...", "stream"=>"stdout"}]` |
//! | before | `[0] shop.web: [1778594400.250000000, {"log"=>"...", "stream"=>"stdout"}]` |
//!
//! Nothing is escaped: texts hold quotes and line ends as they are, so a text ends where a quote is
//! followed by what can only follow a text.
//!
//! Sources: docs.fluentbit.io/manual/pipeline/outputs/standard-output,
//! `msgpack_object_print` of github.com/msgpack/msgpack-c (branch `c_master`), read 2026-11-30.

use nepho_core::Timestamp;
use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Wrapped, envelope};
use crate::pod;
use crate::quote::push_quoted;
use crate::time;

/// Lists within lists are read to this depth.
const MAX_DEPTH: usize = 32;
/// Keys are not longer.
const MAX_KEY_BYTES: usize = 512;

/// A record that would hold more lines with its kind of ends is not read.
const MAX_ENDS: usize = 64;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let Printed { tag, time, json } = Printed::of(record.text.trim_end())?;
    let is_told = json.contains("\"kubernetes\":{");
    let mut around = envelope(record);
    around.time = Some(time);
    Some(Wrapped::Records(vec![Inner {
        text: json.into(),
        envelope: match container(tag).filter(|_| !is_told) {
            Some(parts) => of_container(around, parts),
            None => around,
        },
    }]))
}

/// A record, taken apart.
struct Printed<'a> {
    tag: &'a str,
    time: Timestamp,
    json: String,
}

impl<'a> Printed<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (tag, start) = head(text)?;
        let mut reader = Reader {
            text,
            at: start,
            open: vec![b']'],
            json: Vec::new(),
        };
        // The metadata of the event.
        let has_metadata = reader.skip("[");
        if has_metadata {
            reader.open.push(b']');
        }
        let (number, _) = reader.rest().split_once(',')?;
        let time = time::from_number(number)?;
        reader.at += number.len();
        if !reader.skip(", ") {
            return None;
        }
        if has_metadata {
            reader.value()?;
            reader.close(b']')?;
            if !reader.skip(", ") {
                return None;
            }
            reader.json.clear();
        }
        if !reader.rest().starts_with('{') {
            return None;
        }
        reader.value()?;
        reader.close(b']')?;
        let json = String::from_utf8(reader.json).ok()?;
        Some(Self { tag, time, json })
    }
}

/// Bytes of the record that a text begins with, whose texts may hold line ends: up to the first
/// line with which it is whole, but not over one that `is_other`. One that was cut off is its first
/// line.
pub(crate) fn extent(text: &str, most: usize, is_other: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    if !begins_record(bytes) {
        return None;
    }
    let behind_line = |start: usize| {
        let rest = bytes.get(start..).unwrap_or_default();
        start + memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
    };
    let first = behind_line(0);
    let (mut end, mut ends) = (first, 0);
    while end <= most && ends < MAX_ENDS {
        let whole = text.get(..end).unwrap_or_default().trim_end();
        if whole.ends_with("}]") {
            ends += 1;
            if Printed::of(whole).is_some() {
                return Some(end);
            }
        }
        let rest = bytes.get(end..).unwrap_or_default();
        if rest.is_empty() || is_other(rest) {
            break;
        }
        end = behind_line(end);
    }
    Some(first)
}

/// Whether a line is the first of such a record.
pub(crate) fn begins_record(line: &[u8]) -> bool {
    // Most lines in brackets begin with a time.
    let [b'[', rest @ ..] = line else {
        return false;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || rest.get(digits..digits + 2) != Some(b"] ") {
        return false;
    }
    let line = line.get(..line.len().min(MAX_KEY_BYTES));
    let line = line.map(|line| line.split(|byte| *byte == b'\n').next());
    let text = line.flatten().map(String::from_utf8_lossy);
    text.is_some_and(|text| head(&text).is_some())
}

/// Tag of a record, and where its list begins behind the bracket.
fn head(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('[')?;
    let (number, rest) = rest.split_once("] ")?;
    let (tag, rest) = rest.split_once(": [")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let time = rest.strip_prefix('[').unwrap_or(rest);
    let (time, _) = time.split_once(", {")?;
    let is_time = time.len() >= 10
        && time
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_it = is_number && is_time && !tag.is_empty() && !tag.contains([' ', '"']);
    is_it.then(|| (tag, text.len() - rest.len()))
}

/// Pod, namespace and container of a tag that is made of the path of a container's file,
/// `kube.var.log.containers.web-0_shop_web-<id>.log`.
fn container(tag: &str) -> Option<(&str, &str, &str)> {
    let (_, file) = tag.split_once("containers.")?;
    let (name, id) = file.strip_suffix(".log")?.rsplit_once('-')?;
    let mut parts = name.split('_');
    let found = (parts.next()?, parts.next()?, parts.next()?);
    (id.len() == 64 && parts.next().is_none()).then_some(found)
}

fn of_container(envelope: Envelope, (pod, namespace, container): (&str, &str, &str)) -> Envelope {
    let mut envelope = envelope
        .with(Column::Service, pod::workload(pod))
        .with(Column::Host, pod)
        .with(Column::Process, container);
    envelope.resources.push(format!("{namespace}/{pod}"));
    envelope
}

/// Reads values as they are printed, and writes them as JSON.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// What closes the lists and maps that are open.
    open: Vec<u8>,
    json: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += text.len() * usize::from(is_next);
        is_next
    }

    /// Moves over what closes the innermost list or map.
    fn close(&mut self, with: u8) -> Option<()> {
        let is_it = self.rest().as_bytes().first() == Some(&with) && self.open.pop() == Some(with);
        self.at += 1;
        is_it.then_some(())
    }

    /// Reads the next value; `None` if there is none.
    fn value(&mut self) -> Option<()> {
        match self.rest().as_bytes().first()? {
            b'"' => {
                let text = self.quoted()?;
                push_quoted(text, &mut self.json);
                Some(())
            }
            b'{' => self.list(b'{', b'}'),
            b'[' => self.list(b'[', b']'),
            _ => self.scalar(),
        }
    }

    fn list(&mut self, opening: u8, closing: u8) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        self.at += 1;
        self.open.push(closing);
        self.json.push(opening);
        let mut is_first = true;
        while self.rest().as_bytes().first() != Some(&closing) {
            if !is_first {
                self.skip(", ").then_some(())?;
                self.json.push(b',');
            }
            is_first = false;
            if closing == b'}' {
                let key = key(self.rest())?;
                self.at += key.len() + 4;
                push_quoted(key, &mut self.json);
                self.json.push(b':');
            }
            self.value()?;
        }
        self.close(closing)?;
        self.json.push(closing);
        Some(())
    }

    /// A text up to the first quote that can be its end.
    fn quoted(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let rest = self.text.get(start..)?;
        let end = memchr::memchr_iter(b'"', rest.as_bytes())
            .find(|end| self.may_follow(rest.get(end + 1..).unwrap_or_default()))?;
        self.at = start + end + 1;
        rest.get(..end)
    }

    /// Whether `rest` can follow a text: the ends of lists that are open, and then the next member
    /// or nothing.
    fn may_follow(&self, rest: &str) -> bool {
        let mut open = self.open.iter().rev();
        let mut inner = open.next();
        let mut rest = rest;
        while let Some(closing) = inner {
            match rest.as_bytes().first() {
                Some(first) if first == closing => rest = rest.get(1..).unwrap_or_default(),
                _ => break,
            }
            inner = open.next();
        }
        match (inner, rest.strip_prefix(", ")) {
            (None, _) => rest.is_empty(),
            (Some(b'}'), Some(member)) => key(member).is_some(),
            (Some(_), next) => next.is_some(),
        }
    }

    /// A number, `true`, `false`, `nil`, or what else is printed without quotes.
    fn scalar(&mut self) -> Option<()> {
        let rest = self.rest();
        let end = rest.find([',', '}', ']'])?;
        let text = rest.get(..end)?.trim();
        self.at += end;
        match text {
            "nil" => self.json.extend(b"null"),
            "true" | "false" => self.json.extend(text.bytes()),
            _ if is_number(text) => self.json.extend(text.bytes()),
            _ => push_quoted(text, &mut self.json),
        }
        Some(())
    }
}

/// The key that a text begins with, `"log"=>`.
fn key(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('"')?;
    let bytes = rest.as_bytes();
    let end = memchr::memchr(b'"', bytes.get(..bytes.len().min(MAX_KEY_BYTES))?)?;
    rest.get(end..)?
        .starts_with("\"=>")
        .then(|| rest.get(..end))?
}

/// Whether a text is a number of JSON.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(part) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;
    use nepho_core::tables::Column;

    use super::{begins_record, open};
    use crate::unwrap::tests::opened;

    #[test]
    fn a_record_is_an_object_at_its_time() {
        let check = |map: &str, expected: Option<&str>| {
            for list in [
                "[1778594400.250000000, ",
                "[[1778594400.250000000, {\"a\"=>1}], ",
            ] {
                let text = format!("[0] shop.web: {list}{map}]\n");
                let found = opened(open, &text).map(|(_, inside)| inside);
                let found = found.as_ref().and_then(|inside| inside.first());
                assert_eq!(found.map(|inner| &*inner.text), expected, "{text}");
                let time = found.and_then(|inner| inner.envelope.time);
                let told = Timestamp(1_778_594_400_250_000_000);
                assert_eq!(time, expected.map(|_| told));
            }
        };
        check(r#"{"log"=>"a"}"#, Some(r#"{"log":"a"}"#));
        check("{}", Some("{}"));
        check(
            "{\"log\"=>\"Count 249\n\", \"stream\"=>\"stdout\"}",
            Some(r#"{"log":"Count 249\n","stream":"stdout"}"#),
        );
        check(
            r#"{"a"=>1.750000, "b"=>-7, "c"=>nil, "d"=>true, "e"=>(ext: 0)"x", "f"=>007}"#,
            Some(r#"{"a":1.750000,"b":-7,"c":null,"d":true,"e":"(ext: 0)\"x\"","f":"007"}"#),
        );
        check(
            r#"{"a"=>{"b"=>["x", "y"], "c"=>[]}, "d"=>{}}"#,
            Some(r#"{"a":{"b":["x","y"],"c":[]},"d":{}}"#),
        );
        // Texts are not escaped.
        check(
            r#"{"log"=>"{"level":"error","tags":["x"],"user":{"id":"7"}}", "n"=>1}"#,
            Some(
                r#"{"log":"{\"level\":\"error\",\"tags\":[\"x\"],\"user\":{\"id\":\"7\"}}","n":1}"#,
            ),
        );
        check(
            r#"{"log"=>""GET / HTTP/1.1" 200 "-" "curl/8.5.0""}"#,
            Some(r#"{"log":"\"GET / HTTP/1.1\" 200 \"-\" \"curl/8.5.0\""}"#),
        );
        check(r#"{"log"=>"a"#, None);
        check(r#"{"log": "a"}"#, None);
    }

    #[test]
    fn the_tag_tells_the_container() {
        let id = "0123456789abcdef".repeat(4);
        let check = |map: &str, service: Option<&str>, resources: &[String]| {
            let tag = format!("kube.var.log.containers.cart-7d9f8b6c5-x2x4z_shop_web-{id}.log");
            let text = format!("[7] {tag}: [[1778594400.25, {{}}], {map}]");
            let (_, inside) = opened(open, &text).expect("a record");
            assert_eq!(inside[0].envelope.get(Column::Service), service);
            assert_eq!(inside[0].envelope.resources, resources);
        };
        let pod = "shop/cart-7d9f8b6c5-x2x4z".to_owned();
        check(r#"{"log"=>"a"}"#, Some("cart"), &[pod]);
        check(r#"{"kubernetes"=>{"pod_name"=>"b"}}"#, None, &[]);
    }

    #[test]
    fn other_lists_are_none() {
        for text in [
            "[0] a: [1778594400.25, x]",
            "[0] a b: [1778594400.25, {}]",
            "[0] a: [[1, {}], {}]",
            "[x] a: [1778594400.25, {}]",
            "[2026/05/12 14:00:00] [ info] [sp] stream processor started",
            "",
        ] {
            assert!(opened(open, text).is_none(), "{text}");
        }
        assert!(begins_record(b"[0] a: [1778594400.25, {\"log\"=>\"a\n\"}]"));
        assert!(begins_record(
            b"[12] a.b: [[1778594400.25, {}], {\"log\"=>\"a"
        ));
        assert!(!begins_record(b"[0] a: b"));
    }
}
