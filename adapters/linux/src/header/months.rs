//! Months as `journalctl` names them in other languages.

use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::time::Reference;

/// Months of German, Dutch, the languages of Scandinavia, Spanish, Italian and Portuguese, where
/// their names are as long as the English ones and others, and those (`abmon` of the locales of
/// glibc, as of 2026-11-30).
const MONTHS: [(&str, &str); 19] = [
    ("ene", "Jan"),
    ("gen", "Jan"),
    ("fev", "Feb"),
    ("mrt", "Mar"),
    ("abr", "Apr"),
    ("mai", "May"),
    ("maj", "May"),
    ("mei", "May"),
    ("mag", "May"),
    ("giu", "Jun"),
    ("lug", "Jul"),
    ("ago", "Aug"),
    ("set", "Sep"),
    ("okt", "Oct"),
    ("ott", "Oct"),
    ("out", "Oct"),
    ("dez", "Dec"),
    ("dic", "Dec"),
    ("des", "Dec"),
];

/// Time of `Dez 12 14:00:36` or `maj  2 14:00:36` at the start of a line, with a blank behind it,
/// and its length. Months with an English name count as well where they are written small.
///
/// Many of the names are words (`set`, `out`), so the caller must know from what follows that the
/// line is one of syslog.
pub(super) fn local(text: &str, reference: Reference) -> Option<(Timestamp, usize)> {
    let (name, rest) = text.split_at_checked(3)?;
    let is_day = matches!(
        rest.as_bytes(),
        [b' ', b' ' | b'0'..=b'3', b'0'..=b'9', b' ', ..]
    );
    let mut months = MONTHS.iter().filter(|_| is_day);
    let found = months.find(|(local, _)| local.eq_ignore_ascii_case(name));
    let english = match found {
        Some((_, english)) => english,
        None if is_day && name.starts_with(|first: char| first.is_ascii_lowercase()) => name,
        None => return None,
    };
    let end = 4 + rest.get(4..)?.find(' ')?;
    let written = format!("{english}{}", rest.get(..end)?);
    let found = time::prefix(&written, reference);
    found.filter(|(_, length)| *length == written.len())
}
