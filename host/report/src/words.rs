//! Numbers, sizes, times and lists as a person reads them.

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::time::NANOS;

/// `12345` as `12,345`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `12,345 rows`: the number with the word that fits it.
pub(crate) fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// Size in powers of 1000: `987 B`, `12.3 kB`, `1.2 GB`.
pub(crate) fn bytes(value: u64) -> String {
    bytes_of(value as f64)
}

/// As [`bytes`], for rates.
pub(crate) fn bytes_of(value: f64) -> String {
    let mut size = value.max(0.0);
    for unit in ["B", "kB", "MB", "GB", "TB", "PB"] {
        if size < 999.5 || unit == "PB" {
            return if unit == "B" || size >= 99.95 {
                format!("{size:.0} {unit}")
            } else {
                format!("{size:.1} {unit}")
            };
        }
        size /= 1000.0;
    }
    String::new()
}

/// Length of time: `120 ms`, `3.1 s`, `41 s`, `12 min 5 s`, `2 h 5 min`, `3 d 4 h`.
pub(crate) fn duration(nanos: i64) -> String {
    let nanos = nanos.unsigned_abs();
    let seconds = nanos / NANOS as u64;
    let parts = |large: u64, large_unit: &str, small: u64, small_unit: &str| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    match seconds {
        0 => format!("{} ms", nanos / 1_000_000),
        1..10 => format!("{:.1} s", nanos as f64 / NANOS as f64),
        10..60 => format!("{seconds} s"),
        60..3600 => parts(seconds / 60, "min", seconds % 60, "s"),
        3600..86_400 => parts(seconds / 3600, "h", seconds / 60 % 60, "min"),
        _ => parts(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
    }
}

/// Status and duration of a row that is quoted: `status 503, 5.0 s`. A status that the text tells
/// is not said again; empty if there is nothing to say.
pub(crate) fn measures(evidence: &Evidence) -> String {
    let is_told = |number: &str| {
        let mut words = evidence.text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word == number)
    };
    let status = evidence.status.map(|status| status.to_string());
    let status = status.filter(|status| !is_told(status));
    let status = status.map(|status| format!("status {status}"));
    // What took no millisecond is not told as 0 ms.
    let long = evidence.duration_nanos.filter(|nanos| *nanos >= 1_000_000);
    let parts: Vec<String> = status.into_iter().chain(long.map(duration)).collect();
    parts.join(", ")
}

/// `2024-12-08 14:32:07`, in UTC, without the fraction.
pub(crate) fn date_time(time: Timestamp) -> String {
    format!("{} {}", date(time), time_of_day(time))
}

/// `2024-12-08`, in UTC.
pub(crate) fn date(time: Timestamp) -> String {
    let civil = time.to_civil();
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

/// `14:32:07`, in UTC, without the fraction.
pub(crate) fn time_of_day(time: Timestamp) -> String {
    let civil = time.to_civil();
    format!("{:02}:{:02}:{:02}", civil.hour, civil.minute, civil.second)
}

/// `14:32:07` if it is on the day of `day`, otherwise with the date.
pub(crate) fn time_near(time: Timestamp, day: Timestamp) -> String {
    if date(time) == date(day) {
        time_of_day(time)
    } else {
        date_time(time)
    }
}

/// From one time to another, the date said once:
/// `2024-12-08 14:32:07 to 14:58:12 UTC (26 min 5 s)`.
pub(crate) fn time_range(first: Timestamp, last: Timestamp) -> String {
    if first == last {
        return format!("{} UTC", date_time(first));
    }
    let length = duration(last.since(first));
    format!(
        "{} to {} UTC ({length})",
        date_time(first),
        time_near(last, first)
    )
}

/// Share as `47 %`; `<1 %` for one that is small but not nothing.
pub(crate) fn percent(part: f64, whole: f64) -> String {
    if whole <= 0.0 || part <= 0.0 {
        return "0 %".to_owned();
    }
    match part / whole * 100.0 {
        share if share < 1.0 => "<1 %".to_owned(),
        share if share > 99.0 && share < 100.0 => ">99 %".to_owned(),
        share => format!("{share:.0} %"),
    }
}

/// Price: `$12.34`, `$0.0042`; with the code of the currency behind for others than the dollar.
pub(crate) fn money(value: f64, currency: &str) -> String {
    let amount = match value.abs() {
        small if small > 0.0 && small < 0.0001 => "<0.0001".to_owned(),
        small if small > 0.0 && small < 0.01 => format!("{value:.4}"),
        _ => grouped(value),
    };
    match currency {
        "USD" => match amount.strip_prefix('<') {
            Some(amount) => format!("<${amount}"),
            None => format!("${amount}"),
        },
        _ => format!("{amount} {currency}"),
    }
}

fn grouped(value: f64) -> String {
    let text = format!("{value:.2}");
    let Some((whole, cents)) = text.split_once('.') else {
        return text;
    };
    match whole.parse() {
        Ok(whole) => format!("{}.{cents}", number(whole)),
        Err(_) => text,
    }
}

/// `a`, `a and b`, `a, b and c`; beyond `most` names `a, b and 12 more`.
pub(crate) fn list(names: &[&str], most: usize) -> String {
    let shown = if names.len() > most {
        &names[..most.saturating_sub(1)]
    } else {
        names
    };
    let left = names.len() - shown.len();
    let last = match left {
        0 => None,
        _ => Some(format!("{left} more")),
    };
    let mut all: Vec<&str> = shown.to_vec();
    all.extend(last.as_deref());
    match all.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [many @ .., end] => format!("{} and {end}", many.join(", ")),
    }
}

/// Folder that all of `uris` are in, with its last slash; empty if there is none, or if it is too
/// short to be worth leaving out.
pub(crate) fn common_folder<'a>(uris: impl Iterator<Item = &'a str>) -> &'a str {
    let mut common: Option<&str> = None;
    let mut count = 0;
    for uri in uris {
        count += 1;
        let known = common.unwrap_or(uri);
        let same = known
            .bytes()
            .zip(uri.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let shared = known.as_bytes().get(..same).unwrap_or_default();
        let slash = shared.iter().rposition(|byte| *byte == b'/');
        let end = slash.map_or(0, |slash| slash + 1);
        common = Some(&known[..end]);
    }
    let common = common.unwrap_or_default();
    if count > 1 && common.len() > 20 {
        common
    } else {
        ""
    }
}

/// `text` without what could command a terminal: control characters and marks that change the
/// direction of writing are shown as `\xNN` or `\u{NNNN}`, tabs and line breaks as a blank.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => cleaned.push(' '),
            c if c.is_control() => cleaned.push_str(&format!("\\x{:02x}", u32::from(c))),
            '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'
            | '\u{2029}' => {
                cleaned.push_str(&c.escape_unicode().to_string());
            }
            c => cleaned.push(c),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(count(1, "row", "rows"), "1 row");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(12_345), "12.3 kB");
        assert_eq!(bytes(999_950), "1.0 MB");
        assert_eq!(bytes(u64::MAX), "18447 PB");
        assert_eq!(percent(0.0, 0.0), "0 %");
        assert_eq!(percent(1.0, 1000.0), "<1 %");
        assert_eq!(percent(47.0, 100.0), "47 %");
        assert_eq!(money(1234.5, "USD"), "$1,234.50");
        assert_eq!(money(0.0042, "USD"), "$0.0042");
        assert_eq!(money(0.000_001, "EUR"), "<0.0001 EUR");
    }

    #[test]
    fn what_a_row_measured_is_told_once() {
        let check = |text: &str, status: Option<i32>, millis: Option<i64>, expected: &str| {
            let row = Evidence {
                status,
                duration_nanos: millis.map(|millis| millis * 1_000_000),
                ..Evidence::new("access.log", 1, None, text)
            };
            assert_eq!(measures(&row), expected, "{text}");
        };
        check("GET /cart", Some(503), Some(5003), "status 503, 5.0 s");
        check("GET /cart/1503", Some(503), None, "status 503");
        check("POST /charge 503", Some(503), Some(0), "");
        check("cart is slow", None, Some(120), "120 ms");
        check("cart is up", None, None, "");
    }

    #[test]
    fn lengths_of_time_are_read_at_a_glance() {
        assert_eq!(duration(120_000_000), "120 ms");
        assert_eq!(duration(3_100_000_000), "3.1 s");
        assert_eq!(duration(41 * NANOS), "41 s");
        assert_eq!(duration(-61 * NANOS), "1 min 1 s");
        assert_eq!(duration(7500 * NANOS), "2 h 5 min");
        assert_eq!(duration(i64::MIN), "106751 d 23 h");
    }

    #[test]
    fn a_folder_is_left_out_when_all_files_are_in_it() {
        let folder = |uris: &[&'static str]| common_folder(uris.iter().copied());
        let long = [
            "/srv/incident/2026-05-01/aws/a.gz",
            "/srv/incident/2026-05-01/azure/b.gz",
        ];
        assert_eq!(folder(&long), "/srv/incident/2026-05-01/");
        assert_eq!(folder(&long[..1]), "");
        assert_eq!(folder(&["logs/a.gz", "logs/b.gz"]), "");
        assert_eq!(folder(&["/srv/incident/2026-05-01/aws/a.gz", "-"]), "");
        assert_eq!(
            folder(&[
                "/srv/incident/2026-05-0\u{e9}/a",
                "/srv/incident/2026-05-0\u{e8}/b"
            ]),
            ""
        );
        assert_eq!(folder(&[]), "");
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(list(&[], 3), "");
        assert_eq!(list(&["a"], 3), "a");
        assert_eq!(list(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(&["a", "b", "c", "d"], 3), "a, b and 2 more");
    }

    #[test]
    fn log_text_cannot_command_the_terminal() {
        assert_eq!(
            clean("a\u{1b}[2Jb\r\nc\u{202e}d\u{7f}"),
            r"a\x1b[2Jb  c\u{202e}d\x7f"
        );
    }
}
