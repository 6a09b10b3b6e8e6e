//! Tables of values with commas, semicolons or tabs between, whose first line names the columns:
//! exports of the Azure portal, Log Analytics, CloudWatch Logs Insights, Athena. Each row becomes a
//! JSON object by these names, so that any format of JSON reads it.
//!
//! Values stay text, also numbers; an empty one is `null`. The object is also what stands in column
//! `raw`: the row alone would not tell what its values mean. `offset`, `line` and `bytes` are those
//! of the row.
//!
//! Two kinds of lines may stand before the header, and are no part of the table: the type of its
//! rows, as Windows PowerShell writes it (`#TYPE System.Object`), and the delimiter, as
//! spreadsheets are told it (`sep=;`).
//!
//! Sources: RFC 4180, where fields in quotes may hold delimiters, line ends and doubled quotes;
//! learn.microsoft.com/powershell/module/microsoft.powershell.utility/export-csv, from memory.

use std::borrow::Cow;
use std::collections::HashSet;

use nepho_core::time::Reference;

use crate::group::MAX_JOINED_BYTES;
use crate::quote::push_quoted;
use crate::time;

/// What may stand between values.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// A header line may not be longer.
const MAX_HEADER_BYTES: usize = 16 << 10;
/// A name may not be longer, and has at most so many words. Those that are paths of what stood
/// nested (`protoPayload.request.spec.template.metadata.name`) may.
const MAX_NAME_BYTES: usize = 80;
const MAX_PATH_BYTES: usize = 400;
const MAX_NAME_WORDS: usize = 8;
/// A table has at least so many columns.
const MIN_COLUMNS: usize = 3;
/// The columns of events that the console of CloudWatch Logs has saved.
const CLOUDWATCH: [&str; 2] = ["timestamp", "message"];
/// Columns of what the Event Viewer of Windows saves, behind the level or the keywords. The text
/// of an event stands in one more, which has no name.
const VIEWER: [&str; 4] = ["Date and Time", "Source", "Event ID", "Task Category"];
/// Rows behind the header that must fit it.
const SAMPLE_ROWS: usize = 10;

/// The names of the columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    line: String,
    delimiter: u8,
    /// As JSON strings.
    names: Vec<Vec<u8>>,
}

impl Header {
    /// The header of a table that begins with `head`, a whole stream or a part of it.
    ///
    /// `None` unless the first line has three or more different names that look like names and no
    /// values, and the rows behind it have as many fields, none of which is the name of its column.
    /// The columns of CloudWatch Logs Insights (`@timestamp,@message`) may be two, as those of the
    /// console of CloudWatch Logs are.
    pub fn find(head: &[u8], is_whole: bool) -> Option<Self> {
        let head = head.get(before(head)..)?;
        let end = memchr::memchr(b'\n', head).filter(|end| *end <= MAX_HEADER_BYTES)?;
        let line = std::str::from_utf8(&head[..end]).ok()?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (delimiter, names) = DELIMITERS
            .into_iter()
            .filter_map(|delimiter| Some((delimiter, names(line, delimiter)?)))
            .max_by_key(|(_, names)| names.len())?;
        fits(&head[end + 1..], is_whole, delimiter, &names).then(|| {
            let quoted = names.iter().map(|name| {
                let mut quoted = Vec::new();
                push_quoted(name, &mut quoted);
                quoted
            });
            Self {
                line: line.to_owned(),
                delimiter,
                names: quoted.collect(),
            }
        })
    }

    /// The line with the names.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// What stands between the values.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Adds the JSON object that a row is.
    ///
    /// # Errors
    /// What is wrong with a row that has another number of fields; nothing was added.
    pub fn push_object(&self, row: &str, out: &mut Vec<u8>) -> Result<(), String> {
        let start = out.len();
        let mut count = 0;
        for value in values(row, self.delimiter) {
            match self.names.get(count) {
                Some(name) => {
                    out.push(if count == 0 { b'{' } else { b',' });
                    out.extend_from_slice(name);
                    out.push(b':');
                    match value.is_empty() {
                        true => out.extend_from_slice(b"null"),
                        false => push_quoted(&value, out),
                    }
                }
                // Some writers end a row with a delimiter.
                None if value.is_empty() => continue,
                None => {}
            }
            count += 1;
        }
        if count != self.names.len() {
            out.truncate(start);
            let expected = self.names.len();
            return Err(format!(
                "csv: the row has {count} fields, the header {expected}"
            ));
        }
        out.push(b'}');
        Ok(())
    }
}

/// How many bytes the lines before the header have.
fn before(head: &[u8]) -> usize {
    let mut start = 0;
    while matches!(head.get(start), Some(b'#' | b's'))
        && let Some(length) = memchr::memchr(b'\n', &head[start..])
        && std::str::from_utf8(&head[start..start + length]).is_ok_and(is_before)
    {
        start += length + 1;
    }
    start
}

/// Whether a line stands before the header of a table.
pub(crate) fn is_before(line: &str) -> bool {
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line.strip_prefix("sep=") {
        Some(delimiter) => matches!(delimiter.as_bytes(), [byte] if DELIMITERS.contains(byte)),
        None => line
            .strip_prefix("#TYPE ")
            .is_some_and(|name| !name.is_empty() && !name.contains(',')),
    }
}

/// The names of a header line, if all of them look like names.
fn names(line: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut names: Vec<String> = values(line, delimiter)
        .map(|name| plain(&name).to_owned())
        .collect();
    if names.get(1..).is_some_and(|names| names == VIEWER) {
        names.push("Message".to_owned());
    }
    let is_insights = names.len() == 2 && names.iter().all(|name| name.starts_with('@'));
    if names.len() < MIN_COLUMNS && !is_insights && names != CLOUDWATCH {
        return None;
    }
    let mut seen = HashSet::new();
    let mut all = names.iter();
    all.all(|name| is_name(name) && seen.insert(name.as_str()))
        .then_some(names)
}

/// A name without blanks around it, and without the zone that the portal of Azure adds to those of
/// times: `TimeGenerated [UTC]`.
fn plain(name: &str) -> &str {
    let name = name.trim();
    let zones = [" [UTC]", " [Local Time]"];
    let bare = zones.iter().find_map(|zone| name.strip_suffix(zone));
    bare.unwrap_or(name)
}

fn is_name(name: &str) -> bool {
    let is_first = |first: char| first.is_alphabetic() || matches!(first, '_' | '@' | '$');
    let is_part = |part: char| {
        part.is_alphanumeric()
            || matches!(
                part,
                ' ' | '_' | '-' | '.' | '/' | ':' | '@' | '$' | '#' | '%' | '(' | ')' | '[' | ']'
            )
    };
    let is_path = name.contains('.') && !name.contains(' ');
    let max = if is_path {
        MAX_PATH_BYTES
    } else {
        MAX_NAME_BYTES
    };
    name.len() <= max
        && name.starts_with(is_first)
        && !name.ends_with([' ', ':', '.'])
        && name.chars().all(is_part)
        && !name.contains("//")
        && name.split(' ').count() <= MAX_NAME_WORDS
}

/// Whether the rows of a table fit its header.
fn fits(rows: &[u8], is_whole: bool, delimiter: u8, names: &[String]) -> bool {
    let (mut at, mut seen, mut fitting, mut with_number) = (0, 0, 0, 0);
    while at < rows.len() && seen < SAMPLE_ROWS {
        let end = match Rows::new(delimiter).end_within(rows, at) {
            Some(end) if end < rows.len() || is_whole => end,
            _ => break,
        };
        let (row, _) = crate::encoding::to_text(&rows[at..end]);
        at = end + 1;
        if row.trim().is_empty() {
            continue;
        }
        seen += 1;
        let row: Vec<_> = values(row.trim_end_matches('\r'), delimiter).collect();
        if row.iter().zip(names).any(|(value, name)| value == name) {
            return false;
        }
        let beyond = row.get(names.len()..).unwrap_or_default();
        let is_fitting = row.len() >= names.len() && beyond.iter().all(|value| value.is_empty());
        if seen == 1 && !is_fitting {
            return false;
        }
        fitting += usize::from(is_fitting);
        let is_number = |value: &Cow<'_, str>| {
            value.starts_with(|first: char| first.is_ascii_digit())
                || time::prefix(value, Reference::ANY).is_some()
        };
        with_number += usize::from(row.iter().any(is_number));
    }
    // Values of a table are mostly not all words: there are times, numbers, addresses, ids.
    seen > 0 && fitting * 5 >= seen * 4 && with_number * 2 >= seen
}

/// The values of a row.
pub fn values(row: &str, delimiter: u8) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let text = rest?;
        if let Some(quoted) = text.strip_prefix('"')
            && let Some((value, after)) = quoted_value(quoted)
            && (after.is_empty() || after.as_bytes().first() == Some(&delimiter))
        {
            rest = after.get(1..);
            return Some(value);
        }
        let end = memchr::memchr(delimiter, text.as_bytes());
        let (value, after) = match end {
            Some(end) => (&text[..end], Some(&text[end + 1..])),
            None => (text, None),
        };
        rest = after;
        Some(Cow::Borrowed(value))
    })
}

/// The value before the closing quote, and what follows the quote.
fn quoted_value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut is_doubled = false;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            break;
        }
        is_doubled = true;
        at += 2;
    }
    let value = match is_doubled {
        true => Cow::Owned(text[..at].replace("\"\"", "\"")),
        false => Cow::Borrowed(&text[..at]),
    };
    Some((value, &text[at + 1..]))
}

/// Finds where rows end.
///
/// A quote opens a value only where one begins, and closes it only where one ends, so that a stray
/// quote within text opens nothing.
pub(crate) struct Rows {
    delimiter: u8,
    /// No quote closes before this position. It is remembered, so that a text of nothing but open
    /// quotes is looked through once and not for each of them.
    open_until: usize,
}

impl Rows {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            open_until: 0,
        }
    }

    /// Where the row that begins at `start` ends: its line end, or the end of the bytes. `None` if
    /// more bytes are needed to tell.
    ///
    /// A row with a quote that does not close is its first line.
    pub(crate) fn end(&mut self, bytes: &[u8], start: usize, is_whole: bool) -> Option<usize> {
        let limit = bytes.len().min(start.saturating_add(MAX_JOINED_BYTES));
        let is_last = limit == bytes.len();
        match self.end_within(&bytes[..limit], start) {
            Some(end) if end < limit || (is_whole && is_last) => Some(end),
            _ if is_last && !is_whole => None,
            _ => match memchr::memchr(b'\n', &bytes[start..]) {
                Some(length) => Some(start + length),
                None => is_whole.then_some(bytes.len()),
            },
        }
    }

    /// Position of the line end, or the end of the bytes; `None` if a quote is open there.
    fn end_within(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            // At the beginning of a value.
            if bytes.get(at) == Some(&b'"') {
                at = self.after_quote(bytes, at + 1)?;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            match memchr::memchr2(self.delimiter, b'\n', rest) {
                None => return Some(bytes.len()),
                Some(found) if rest[found] == b'\n' => return Some(at + found),
                Some(found) => at += found + 1,
            }
        }
    }

    /// Position behind the quote that closes the value.
    fn after_quote(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        let mut at = start.max(self.open_until);
        loop {
            let Some(found) = memchr::memchr(b'"', bytes.get(at..).unwrap_or_default()) else {
                self.open_until = bytes.len();
                return None;
            };
            at += found + 1;
            match bytes.get(at) {
                Some(b'"') => at += 1,
                None => {
                    // What follows is not here to tell.
                    self.open_until = at - 1;
                    return Some(at);
                }
                Some(b'\n' | b'\r') => return Some(at),
                Some(next) if *next == self.delimiter => return Some(at),
                // A quote that was not doubled.
                Some(_) => {}
            }
        }
    }
}

/// Place to cut a block of rows: behind the last whole one.
pub(crate) fn cut(buffer: &[u8], delimiter: u8) -> Option<usize> {
    let mut rows = Rows::new(delimiter);
    let mut at = 0;
    while at < buffer.len() {
        match rows.end(buffer, at, false) {
            Some(end) if end < buffer.len() => at = end + 1,
            _ => break,
        }
    }
    (at > 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<usize> {
        Header::find(text.as_bytes(), true).map(|header| header.names.len())
    }

    #[test]
    fn a_header_is_told_from_other_lines() {
        let check =
            |text: &str, expected: Option<usize>| assert_eq!(found(text), expected, "{text}");
        check("time,level,message\n2026-05-12,info,ok\n", Some(3));
        check("Time;Level;Message\r\n12.5.2026;info;\"a;b\"\r\n", Some(3));
        check("a\tb\tc\n1\t2\t3\n1\t2\t3\t\n", Some(3));
        check(
            "\"TimeGenerated [UTC]\",\"Level\",\"Message\"\n\"5/12/2026\",\"x\",\"y\n1\"\n",
            Some(3),
        );
        check(
            "Date (UTC),Application ID ,Token Protection - Sign In Session\n2026-05-12,a,b\n",
            Some(3),
        );
        check("@timestamp,@message\n2026-05-12 14:00:00.000,ok\n", Some(2));
        check(
            "#TYPE System.Object\r\n\"a\",\"b\",\"c\"\r\n\"1\",\"2\",\"3\"\r\n",
            Some(3),
        );
        check(
            &format!("a.{0}.b,c,d\n1,2,3\n", "metadata.".repeat(12)),
            Some(3),
        );
        check(
            &format!("a {0}.b,c,d\n1,2,3\n", "metadata.".repeat(12)),
            None,
        );
        check("sep=;\na;b;c\n1;2;3\n", Some(3));
        check("# TYPE http_requests counter\na,b,c\n1,2,3\n", None);
        check("#TYPES a\na,b,c\n1,2,3\n", None);
        check("sep=a\na,b,c\n1,2,3\n", None);
        check("started\na,b,c\n1,2,3\n", None);
        // Not the same number of fields, no value, values in the first line, names twice.
        check("time,level,message\n2026-05-12,info\n", None);
        check("time,level,message\n", None);
        check("2026-05-12,level,message\n2026-05-12,info,ok\n", None);
        check("time,time,message\n2026-05-12,info,ok\n", None);
        check("a,b\n1,2\n", None);
        // Ordinary text.
        check(
            "Starting up, loading, ready\nListening on 80, 443, 8080\n",
            None,
        );
        check("INFO,main,started 1\nINFO,main,started 2\n", None);
        check(
            "version account-id interface-id\n2 111122223333 eni-1\n",
            None,
        );
        check("#Fields: a\tb\tc\n1\t2\t3\n", None);
        check("one\ntwo\n", None);
        check("WARN;db;slow\nINFO;web;fast\n", None);
    }

    #[test]
    fn rows_become_objects() {
        let header = Header::find(b"time,level,message\n1,a,b\n", true).expect("a header");
        let check = |row: &str, expected: Result<&str, &str>| {
            let mut out = Vec::new();
            let result = header.push_object(row, &mut out);
            let text = String::from_utf8(out).expect("text");
            let found = result
                .as_ref()
                .map(|()| text.as_str())
                .map_err(String::as_str);
            assert_eq!(found, expected);
        };
        check(
            "1,info,ok",
            Ok(r#"{"time":"1","level":"info","message":"ok"}"#),
        );
        check(
            "1,,\"say \"\"hi\"\",\nyou\"",
            Ok(r#"{"time":"1","level":null,"message":"say \"hi\",\nyou"}"#),
        );
        check("1,a,b,,", Ok(r#"{"time":"1","level":"a","message":"b"}"#));
        check(
            "1,a \"b\",\"c\" d",
            Ok(r#"{"time":"1","level":"a \"b\"","message":"\"c\" d"}"#),
        );
        let portal = Header::find(b"TimeGenerated [UTC],App ,X\n1,a,b\n", true).expect("a header");
        let mut out = Vec::new();
        portal.push_object("1,a,b", &mut out).expect("a row");
        assert_eq!(out, br#"{"TimeGenerated":"1","App":"a","X":"b"}"#);
        check("1,a", Err("csv: the row has 2 fields, the header 3"));
        check("1,a,b,c", Err("csv: the row has 4 fields, the header 3"));
    }

    #[test]
    fn a_quote_that_does_not_close_costs_one_line() {
        let text = format!("\"open,2\n{}", "1,2\n".repeat(MAX_JOINED_BYTES / 4));
        assert_eq!(Rows::new(b',').end(text.as_bytes(), 0, false), Some(7));
        assert_eq!(Rows::new(b',').end(b"\"open,2\n1,2\n", 0, false), None);
        assert_eq!(Rows::new(b',').end(b"\"open,2\n1,2\n", 0, true), Some(7));
        assert_eq!(Rows::new(b',').end(b"\"open\n2\",3\n1", 0, false), Some(10));
        let open = "\"a\n".repeat(1 << 17);
        let ends = crate::group::lines(&open, crate::group::Grouping::Csv(b','), &|_| false);
        assert_eq!(ends.count(), 1 << 17);
        assert_eq!(cut(b"1,2\n\"3\n4\",5\n\"6\n", b','), Some(12));
    }

    #[test]
    #[expect(
        clippy::print_stderr,
        reason = "whoever runs it sees that it was skipped"
    )]
    fn no_file_of_the_corpus_is_taken_for_a_table() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let corpus = root.join("../shared/corpus");
        if !corpus.exists() {
            eprintln!("skipped: there is no {}", corpus.display());
            return;
        }
        let mut folders = vec![corpus];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).expect("a file");
                let head = &bytes[..bytes.len().min(64 << 10)];
                let found = Header::find(head, head.len() == bytes.len());
                assert_eq!(found, None, "{}", path.display());
            }
        }
    }
}
