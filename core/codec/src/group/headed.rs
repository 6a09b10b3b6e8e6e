//! Entries of several lines that each begin with a line of one shape, such as a time alone.

use nepho_core::time::Reference;

use crate::time;
use crate::windows::listed;

/// Lines of the beginning of which one must be a head.
const FIRST_LINES: usize = 20;

/// What entries begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A line that is nothing but a time, as in the alert log of Oracle:
    /// `2026-05-12T14:00:00.250000+00:00`, or `Tue May 12 14:00:00 2026` of older ones.
    Time,
    /// `2026-05-12-14.00.00.250000+000 I1234E567 LEVEL: Error`, as in `db2diag.log`.
    Diagnostic,
    /// `Time: 05/12/26 14:00:00.250250, usecs:1778594400250250`, as in the audit log of `CloudHSM`.
    Microseconds,
    /// `####<May 12, 2026 2:00:00 PM UTC> <Error> ...`, as in the logs of `WebLogic`.
    Brackets,
    /// `Event[0]:` or `Log Name: ...`, as tools of Windows list events.
    Event,
    /// The property of this name behind an empty line, `TimeCreated  : ...`: PowerShell lists the
    /// properties of each event in one order, which is that of whoever asks.
    Property(&'static str),
}

impl Head {
    /// What the entries of a stream begin with, of which these are the first lines.
    pub(super) fn find<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let heads = [
            Self::Time,
            Self::Diagnostic,
            Self::Microseconds,
            Self::Brackets,
        ];
        let lines: Vec<_> = lines
            .take(FIRST_LINES)
            .filter(|line| !line.trim_ascii().is_empty())
            .collect();
        // Any program may write such a line, so that a list must begin with it.
        let (first, others) = lines.split_first()?;
        if is_event(first) {
            return Some(Self::Event);
        }
        if let Some(name) = first_property(first, others) {
            return Some(Self::Property(name));
        }
        lines
            .iter()
            .find_map(|line| heads.into_iter().find(|head| head.begins(b"", line)))
    }

    /// Whether an entry begins with a line; `previous` is the line before it.
    pub(super) fn begins(self, previous: &[u8], line: &[u8]) -> bool {
        let line = line.get(..64).unwrap_or(line);
        let line = line.split(|byte| *byte == b'\n').next();
        let line = line.unwrap_or_default().trim_ascii_end();
        match self {
            Self::Time => is_time(line),
            Self::Diagnostic => is_diagnostic(line),
            Self::Brackets => line.starts_with(b"####<"),
            Self::Event => is_event(line),
            Self::Property(name) => {
                previous.trim_ascii().is_empty() && listed(line).is_some_and(|(it, _)| it == name)
            }
            Self::Microseconds => {
                line.starts_with(b"Time: ") && memchr::memmem::find(line, b", usecs:").is_some()
            }
        }
    }
}

/// Whether a line is a time as Oracle writes it, and nothing else.
fn is_time(line: &[u8]) -> bool {
    let is_iso = line.len() == 32 && fits(line, b"9999-99-99T99:99:99.999999");
    let is_ctime = line.len() == 24
        && line
            .get(10..)
            .is_some_and(|clock| fits(clock, b" 99:99:99 9999"))
        && line.first().is_some_and(u8::is_ascii_uppercase);
    let text = std::str::from_utf8(line)
        .ok()
        .filter(|_| is_iso || is_ctime);
    let found = text.and_then(|text| time::prefix(text, Reference::ANY));
    found.is_some_and(|(_, end)| end == line.len())
}

/// Whether a line is the first of an event that a tool of Windows lists.
fn is_event(line: &[u8]) -> bool {
    match line.first() {
        Some(b'E') => {
            let number = line.strip_prefix(b"Event[").unwrap_or_default();
            let digits = number
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            digits > 0 && matches!(&number[digits..], b"]" | b"]:")
        }
        // The names are padded.
        Some(b'L') => line.starts_with(b"Log Name:  "),
        _ => false,
    }
}

/// Name of the property that a list of PowerShell begins with: the next line that is not indented
/// names another one, and has its colon in the same column.
fn first_property(first: &[u8], others: &[&[u8]]) -> Option<&'static str> {
    let (name, column) = listed(first)?;
    let mut others = others.iter().filter(|line| !line.starts_with(b" "));
    let second = others.next().and_then(|line| listed(line));
    second
        .is_some_and(|(other, place)| place == column && other != name)
        .then_some(name)
}

/// Whether a line is the first of an entry of `db2diag.log`.
fn is_diagnostic(line: &[u8]) -> bool {
    fits(line, b"9999-99-99-99.99.99.999999") && line.len() > 30
}

/// Whether a line begins so, where `9` stands for any digit.
fn fits(line: &[u8], shape: &[u8]) -> bool {
    let is_same = |(byte, wanted): (&u8, &u8)| match wanted {
        b'9' => byte.is_ascii_digit(),
        wanted => byte == wanted,
    };
    line.len() >= shape.len() && line.iter().zip(shape).all(is_same)
}
