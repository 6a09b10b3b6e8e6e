//! Which lines make one record: stack traces, statements over several lines, slow queries, journal
//! entries.
//!
//! How the lines of a stream belong together is told once, by its beginning, so that blocks can be
//! cut between records wherever they lie in the stream.

mod alone;
mod container;
mod headed;
mod printed;
mod trace;
mod whole;

use std::ops::Range;

use nepho_core::time::Reference;

use crate::unwrap::fluent_bit::begins_record;
use crate::{ansi, csv, time};
pub(crate) use container::one_line;
pub use headed::Head;
pub use trace::is_continuation;
pub(crate) use trace::is_exception;
use trace::{continues, is_death, is_in_event, is_more_of_event, is_trace, is_traceback};

/// Lines are joined up to this size; what follows begins a record of its own.
pub(crate) const MAX_JOINED_BYTES: usize = 256 << 10;
/// Lines of the beginning that tell how the others belong together.
const HEAD_LINES: usize = 200;
/// Bytes that are looked at, of what may begin a record.
const HEAD_BYTES: usize = 64 << 10;
/// Bytes of a line by which a stamp is told again.
const STAMP_BYTES: usize = 10;

/// The beginning of a line with a time, without its digits: `9999-99-99` for `2026-05-12`.
type Stamp = [u8; STAMP_BYTES];

/// How the lines of a stream belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// A line is a record; what is indented, and what is written like a stack trace, goes on with
    /// the line before it.
    #[default]
    Plain,
    /// Records begin with a time of this shape. What begins like no record goes on with the line
    /// before it.
    Stamped(Stamp),
    /// Slow queries of MySQL: `# Time:`, `# User@Host:`, and the lines up to the next of these.
    SlowQueries,
    /// `=INFO REPORT==== 3-Apr-2019::11:13:15 ===` and the lines up to the next of these.
    Reports,
    /// Entries of a journal export: lines up to an empty one with the next entry behind it.
    Journal,
    /// Entries that begin with such a line. What begins like a record and a format knows does not
    /// go on with them; with a time alone, either is enough.
    Headed(Head),
    /// Rows of a table with this delimiter, whose values in quotes may hold line ends. Only
    /// [`csv::Header`] finds it, for a whole stream.
    Csv(u8),
}

impl Grouping {
    /// How the lines of a stream that begins with `head` belong together.
    pub fn of(head: &[u8]) -> Self {
        if is_journal(head) {
            return Self::Journal;
        }
        let lines = || split(head).take(HEAD_LINES).filter(|line| !line.is_empty());
        // What the server writes when it starts may stand before them, but no other log.
        let mut before = lines().take(20).take_while(|line| stamp_of(line).is_none());
        if before.any(is_slow_query) {
            return Self::SlowQueries;
        }
        if lines().next().is_some_and(is_report) {
            return Self::Reports;
        }
        if let Some(head) = Head::find(lines()) {
            return Self::Headed(head);
        }
        stamped(lines())
    }

    /// Whether a record surely begins with `line`; `previous` is the line before it.
    pub(crate) fn begins(self, previous: &[u8], line: &[u8]) -> bool {
        // What follows an empty line tells what it belongs to, and may not be here yet.
        if container::is_blank(line)
            || container::goes_on(previous, line)
            || is_trace(previous, line)
            || is_reported(previous, line)
            || whole::is_within(previous, line)
        {
            return false;
        }
        match self {
            // What an event of Windows may go on with tells nothing by itself.
            Self::Plain => {
                let is_empty = matches!(line.first(), Some(b'\r' | b'\n'));
                !(is_empty || continues(previous, line) || is_in_event(line))
            }
            Self::Stamped(stamp) => stamp_of(line) == Some(stamp),
            Self::SlowQueries => is_slow_query(line) && !previous.starts_with(b"# Time:"),
            Self::Reports => is_report(line),
            // Values may have empty lines in them; entries begin with their addresses.
            Self::Journal => previous.trim_ascii().is_empty() && line.starts_with(b"__"),
            Self::Headed(head) => head.begins(previous, line),
            Self::Csv(_) => true,
        }
    }

    /// Whether `line` goes on with the record before it. `knows` tells whether a format knows a
    /// line.
    #[inline]
    fn goes_on(self, previous: &[u8], line: &[u8], knows: &dyn Fn(&[u8]) -> bool) -> bool {
        match self {
            Self::Plain if is_new(previous, line) => false,
            Self::Stamped(stamp) if is_stamped(previous, line, stamp) => {
                line.get(10) == Some(&b'T') && container::goes_on(previous, line)
            }
            _ => self.may_go_on(previous, line, knows),
        }
    }

    fn may_go_on(self, previous: &[u8], line: &[u8], knows: &dyn Fn(&[u8]) -> bool) -> bool {
        if container::goes_on(previous, line)
            || is_trace(previous, line)
            || is_reported(previous, line)
        {
            return true;
        }
        match self {
            Self::Plain => continues(previous, line),
            Self::Stamped(stamp) => {
                let begins = || begins_like_record(line) || is_traceback(line) || is_report(line);
                !is_like(line, stamp) && (continues(previous, line) || !(begins() || knows(line)))
            }
            Self::Headed(Head::Time) => {
                !(begins_like_record(line) || is_report(line) || knows(line))
            }
            Self::Headed(head) => {
                !(head.begins(previous, line) || begins_like_record(line) && knows(line))
            }
            other => !other.begins(previous, line),
        }
    }
}

/// Records of a block of lines: each with the lines that go on with it, without the line end, and
/// its line number counted from that of the block.
pub fn lines<'a>(
    text: &'a str,
    grouping: Grouping,
    knows: &'a dyn Fn(&[u8]) -> bool,
) -> impl Iterator<Item = (Range<usize>, u32)> + 'a {
    Lines::of(text, grouping, knows)
}

struct Lines<'a> {
    text: &'a str,
    grouping: Grouping,
    knows: &'a dyn Fn(&[u8]) -> bool,
    /// Where the next record begins, and in which line.
    at: usize,
    line: u32,
    rows: Option<csv::Rows>,
}

impl Iterator for Lines<'_> {
    type Item = (Range<usize>, u32);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rows.is_some() {
            return self.row();
        }
        let (first, number) = (self.next_line()?, self.line);
        match self.is_record(&first) {
            true => Some((first, number - 1)),
            false => self.record(first),
        }
    }
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, grouping: Grouping, knows: &'a dyn Fn(&[u8]) -> bool) -> Self {
        Self {
            text,
            grouping,
            knows,
            at: 0,
            line: 0,
            rows: match grouping {
                Grouping::Csv(delimiter) => Some(csv::Rows::new(delimiter)),
                _ => None,
            },
        }
    }

    /// Moves over a line; gives its range, without the end.
    #[inline(always)]
    fn next_line(&mut self) -> Option<Range<usize>> {
        let rest = self.text.as_bytes().get(self.at..)?;
        if rest.is_empty() {
            return None;
        }
        let (start, length) = (self.at, memchr::memchr(b'\n', rest));
        let end = start + length.unwrap_or(rest.len());
        self.line += 1;
        self.at = end + usize::from(length.is_some());
        Some(start..end)
    }

    /// Whether the last line, which is here, is surely a record as it is.
    #[inline(always)]
    fn is_record(&self, line: &Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let (line, next) = (bytes.get(line.clone()), bytes.get(self.at..));
        let (line, next) = (line.unwrap_or_default(), next.unwrap_or_default());
        matches!(self.grouping, Grouping::Plain)
            && matches!(line, [b'!'..=b'~', ..])
            && !matches!(line, [b'{' | b'=' | b'[', ..] | [.., b'\r'])
            && is_new(line, next)
    }

    /// The next record, which begins with this line unless that is blank.
    #[inline(always)]
    fn record(&mut self, mut first: Range<usize>) -> Option<(Range<usize>, u32)> {
        let bytes = self.text.as_bytes();
        loop {
            let (start, number) = (first.start, self.line - 1);
            let mut previous = first;
            let length = match whole::may_begin(&bytes[start..]) {
                true => whole::length(self.text.get(start..).unwrap_or_default(), self.knows),
                false => None,
            };
            while length.is_some_and(|length| self.at < start + length)
                && let Some(line) = self.next_line()
            {
                previous = line;
            }
            // A record that is a JSON object is whole, unless a container wrote more.
            while length.is_none()
                && self.at < bytes.len()
                && (bytes[start] != b'{' || are_docker(&bytes[start..], &bytes[self.at..]))
                && previous.end - start < MAX_JOINED_BYTES
                && self.goes_on(&bytes[start..], &bytes[previous.clone()], &bytes[self.at..])
                && let Some(line) = self.next_line()
            {
                previous = line;
            }
            let end = start + without_line_ends(&bytes[start..previous.end]).len();
            let is_text = || !self.text[start..end].trim().is_empty();
            if bytes.get(start).is_some_and(u8::is_ascii_graphic) || is_text() {
                return Some((start..end, number));
            }
            first = self.next_line()?;
        }
    }

    /// Whether `line` goes on with a record, whose last line is `previous`.
    fn goes_on(&self, record: &[u8], previous: &[u8], line: &[u8]) -> bool {
        if whole::may_be_named(line) && self.text.get(self.at..).is_some_and(whole::begins) {
            return false;
        }
        self.grouping.goes_on(previous, line, self.knows)
            || is_more_of_event(record, previous, line)
            || record.first() == Some(&b'=') && is_more_of_report(record, line, self.knows)
    }

    /// The next record of a table.
    fn row(&mut self) -> Option<(Range<usize>, u32)> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        while self.at < bytes.len() {
            let (start, first_line) = (self.at, self.line);
            let end = self.rows.as_mut()?.end(bytes, start, true);
            let end = end.unwrap_or(bytes.len());
            let newlines = memchr::memchr_iter(b'\n', &bytes[start..end]).count();
            let newlines = u32::try_from(newlines).unwrap_or(u32::MAX);
            self.line = self.line.saturating_add(newlines) + 1;
            self.at = (end + 1).min(bytes.len());
            let trimmed = text[start..end].trim_end_matches(['\r', '\n']);
            if !trimmed.trim().is_empty() {
                return Some((start..start + trimmed.len(), first_line));
            }
        }
        None
    }
}

/// Whether a line of a plain stream surely begins a record. Most do: they begin with a number, and
/// nothing that goes on with another line does so.
#[inline(always)]
fn is_new(previous: &[u8], line: &[u8]) -> bool {
    matches!(line, [b'0'..=b'9', ..])
        && line.get(10) != Some(&b'T')
        && !container::is_of_pm2(line)
        && !matches!(previous, [b't' | b'=', ..])
}

/// Whether a line of a stamped stream surely begins a record, unless containers wrote it: most
/// begin with a time as the stamp says, and nothing else that goes on with another line does so.
#[inline(always)]
fn is_stamped(previous: &[u8], line: &[u8], stamp: Stamp) -> bool {
    matches!(line, [b'0'..=b'9' | b'[', ..])
        && !matches!(previous, [b't' | b'p' | b'=', ..])
        && is_like(line, stamp)
}

/// A record without the line ends behind it.
fn without_line_ends(mut record: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r' | b'\n'] = record {
        record = rest;
    }
    record
}

/// Place to cut a block of lines: after the last line end whose next line begins a record.
pub(crate) fn cut(buffer: &[u8], grouping: Grouping) -> Option<usize> {
    if let Grouping::Csv(delimiter) = grouping {
        return csv::cut(buffer, delimiter);
    }
    let mut end = buffer.len();
    for _ in 0..1000 {
        let newline = memchr::memrchr(b'\n', &buffer[..end])?;
        let next = &buffer[newline + 1..];
        let previous = memchr::memrchr(b'\n', &buffer[..newline]).map_or(0, |found| found + 1);
        // The line after the last newline may not be here to its end; enough of a long one is.
        if next.len() >= HEAD_BYTES || memchr::memchr(b'\n', next).is_some() {
            let (previous, next) = (
                &buffer[previous..newline],
                &next[..next.len().min(HEAD_BYTES)],
            );
            let (previous, next) = (ansi::plain(previous), ansi::plain(next));
            if grouping.begins(&previous, &next) {
                return Some(newline + 1);
            }
        }
        end = newline;
    }
    memchr::memrchr(b'\n', buffer).map(|newline| newline + 1)
}

/// Whether two lines are of Docker.
fn are_docker(one: &[u8], other: &[u8]) -> bool {
    container::is_docker(one) && container::is_docker(other)
}

fn split(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(head);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text);
        rest = end.and_then(|end| text.get(end + 1..));
        let line = text.get(..end.unwrap_or(text.len()))?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// Whether a stream begins like the export of a journal: `__CURSOR=...`.
pub(crate) fn is_journal(head: &[u8]) -> bool {
    head.starts_with(b"__CURSOR=") || head.starts_with(b"__REALTIME_TIMESTAMP=")
}

/// Whether a line is the first of a slow query: `# Time: 260512 14:00:00`, or who asked.
fn is_slow_query(line: &[u8]) -> bool {
    let time = line.strip_prefix(b"# Time:").map(<[u8]>::trim_ascii_start);
    time.is_some_and(|time| time.iter().take_while(|byte| byte.is_ascii_digit()).count() >= 4)
        || line.starts_with(b"# User@Host:")
}

fn is_report(line: &[u8]) -> bool {
    if line.first() != Some(&b'=') {
        return false;
    }
    let head = &line[..line.len().min(60)];
    let head = head.split(|byte| *byte == b'\n').next();
    head.is_some_and(|head| memchr::memmem::find(head, b" REPORT==== ").is_some())
}

/// Whether a line is the message below the head of a report of Erlang, among lines of others.
fn is_reported(previous: &[u8], line: &[u8]) -> bool {
    is_report(previous) && !matches!(line.first(), Some(b'\r' | b'\n')) && !is_report(line)
}

/// Whether a line goes on with a report of Erlang, which ends at an empty line.
fn is_more_of_report(record: &[u8], line: &[u8], knows: &dyn Fn(&[u8]) -> bool) -> bool {
    // A tuple of Erlang, which no JSON object begins like.
    let is_tuple = matches!(line, [b'{', b'a'..=b'z', ..]);
    is_report(record)
        && !matches!(line.first(), Some(b'\r' | b'\n'))
        && (is_tuple || !(is_report(line) || begins_like_record(line) || knows(line)))
}

/// [`Grouping::Stamped`] if nearly all lines that begin like a record begin with the same shape of
/// time.
fn stamped<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Grouping {
    let mut stamps: Vec<(Stamp, usize)> = Vec::new();
    let (mut others, mut all, mut is_first) = (0, 0, false);
    for line in lines.filter(|line| !is_continuation(line)) {
        all += 1;
        match stamp_of(line) {
            Some(stamp) => {
                is_first |= all == 1;
                match stamps.iter_mut().find(|(held, _)| *held == stamp) {
                    Some((_, count)) => *count += 1,
                    None => stamps.push((stamp, 1)),
                }
            }
            None => others += usize::from(begins_like_record(line)),
        }
    }
    let recognised: usize = stamps.iter().map(|(_, count)| count).sum::<usize>() + others;
    let Some((stamp, count)) = stamps.into_iter().max_by_key(|(_, count)| *count) else {
        return Grouping::Plain;
    };
    let is_common = count * 5 >= recognised * 4 && (is_first || count > 2);
    match is_common && (all < 40 || count * 20 >= all) {
        true => Grouping::Stamped(stamp),
        false => Grouping::Plain,
    }
}

/// Shape of the time that a line begins with, in brackets or not.
fn stamp_of(line: &[u8]) -> Option<Stamp> {
    let head = line.first_chunk::<STAMP_BYTES>()?;
    let opening = match head {
        // Ruby: `E, [2026-05-12T14:00:00.123456 #1] ERROR -- : `.
        [
            b'D' | b'I' | b'W' | b'E' | b'F' | b'A',
            b',',
            b' ',
            b'[',
            ..,
        ] => 4,
        // Redshift writes its times within quotes.
        [b'[' | b'(' | b'<' | b'\'', ..] => 1,
        _ => 0,
    };
    if !matches!(head[opening], b'0'..=b'9' | b'A'..=b'Z') {
        return None;
    }
    if is_spark(line) {
        return Some(head.map(mapped));
    }
    let line = &line[..line.len().min(48)];
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let text = match std::str::from_utf8(&line[opening..]) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&line[opening..opening + error.valid_up_to()]).ok()?,
    };
    time::prefix(text, Reference::ANY)?;
    Some(head.map(mapped))
}

/// Whether a line begins as those of Spark do: `26/05/12 14:00:00 INFO`.
fn is_spark(line: &[u8]) -> bool {
    match line {
        [a, b, b'/', c, d, b'/', e, f, b' ', g, h, b':', ..] => [a, b, c, d, e, f, g, h]
            .iter()
            .all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a line begins nearly as the stamp says: with a time that is broken.
fn is_like(line: &[u8], stamp: Stamp) -> bool {
    let [a, b, c, d, e, ..] = stamp;
    let head = line.first_chunk().map(|head| head.map(mapped));
    head == Some([a, b, c, d, e])
}

/// What stands for each byte in a stamp.
static MAPPED: [u8; 256] = {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = match byte as u8 {
            // A day of one digit has a blank before it.
            b'0'..=b'9' | b' ' => b'9',
            b'A'..=b'Z' | b'a'..=b'z' => b'a',
            other => other,
        };
        byte += 1;
    }
    all
};

#[inline]
fn mapped(byte: u8) -> u8 {
    MAPPED[usize::from(byte)]
}

/// Whether a line begins as records of many kinds do: a JSON object, a time, a priority, an
/// address, a level.
fn begins_like_record(line: &[u8]) -> bool {
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let line = line.trim_ascii_end();
    match line {
        [b'{', .., b'}'] | [b'[', b'{', .., b'}', b']'] => true,
        // A priority of syslog; what begins a text of a JSON sequence (RFC 7464).
        [b'<', b'0'..=b'9', ..] | [b'\x1e', ..] => true,
        // klog: `E0102 15:04:05.678901`.
        [
            b'I' | b'W' | b'E' | b'F',
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b' ',
            ..,
        ] => true,
        [b'[', b'0'..=b'9', ..] if begins_record(line) => true,
        _ => {
            is_death(line)
                || alone::begins_undated(line)
                || stamp_of(line).is_some()
                || begins_with_address(line)
                || begins_with_level(line)
        }
    }
}

fn begins_with_address(line: &[u8]) -> bool {
    let word = line.iter().take(40).position(|byte| *byte == b' ');
    let word = std::str::from_utf8(&line[..word.unwrap_or(0)]).unwrap_or_default();
    line.first().is_some_and(u8::is_ascii_hexdigit) && crate::table::address(word).is_some()
}

fn begins_with_level(line: &[u8]) -> bool {
    let levels = [
        &b"INFO"[..],
        b"WARN",
        b"ERROR",
        b"DEBUG",
        b"TRACE",
        b"FATAL",
        b"NOTICE",
        b"CRITICAL",
    ];
    let line = line.strip_prefix(b"[").unwrap_or(line);
    levels.iter().any(|level| line.starts_with(level))
}

#[cfg(test)]
mod tests;
