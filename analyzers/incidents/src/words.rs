//! Numbers and lists as a tired person reads them.

use nepho_core::Timestamp;
use nepho_core::tables::RelationKind;
use nepho_core::time::NANOS;

/// What an edge says, seen from the dependent.
pub(crate) fn says(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Calls => "calls",
        RelationKind::RunsOn => "runs on",
        RelationKind::DependsOn => "depends on",
        RelationKind::Contains => "lies in",
        RelationKind::Attached => "is attached to",
        RelationKind::Routes => "sends requests to",
        RelationKind::Scales => "scales",
        RelationKind::DataFlow => "passes data with",
        RelationKind::PermitsNet => "may reach",
        RelationKind::PermitsIam => "may act as or on",
        RelationKind::Uses => "uses",
        RelationKind::ManagedBy => "is managed by",
        RelationKind::Peers => "is joined with",
    }
}

/// Time of day: `10:00:07`, with the fraction where there is one.
pub(crate) fn clock(time: Timestamp) -> String {
    let text = time.to_string();
    let of_day = text.get(11..).unwrap_or(&text);
    of_day.trim_end_matches('Z').to_owned()
}

/// Date and time of day in UTC: `2024-05-01 10:00:07 UTC`.
pub(crate) fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} UTC", text.trim_end_matches('Z').replacen('T', " ", 1))
}

/// Length of a time without its sign: `0.4 s`, `7 s`, `3 min 20 s`, `2 h 5 min`.
pub(crate) fn duration(nanos: i64) -> String {
    let nanos = nanos.unsigned_abs();
    let second = NANOS.unsigned_abs();
    if nanos < 10 * second {
        let tenths = nanos / (second / 10);
        return if tenths.is_multiple_of(10) {
            format!("{} s", tenths / 10)
        } else {
            format!("{}.{} s", tenths / 10, tenths % 10)
        };
    }
    let seconds = nanos / second;
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes, rest) {
        (0, _) => format!("{seconds} s"),
        (60.., _) => format!("{} h {} min", minutes / 60, minutes % 60),
        (_, 0) => format!("{minutes} min"),
        _ => format!("{minutes} min {rest} s"),
    }
}

/// `1 failure`, `3 failures`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// `a`, `a and b`, `a, b and c`; beyond `most` the rest is counted.
pub(crate) fn list(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        _ if names.len() > most => {
            format!(
                "{} and {} more",
                names[..most].join(", "),
                names.len() - most
            )
        }
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The whole words at the beginning of a text, of at most so many bytes, and dots for the rest.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let front = text.get(..text.floor_char_boundary(most)).unwrap_or(text);
    if front.len() == text.len() {
        return text.to_owned();
    }
    let words = front.rsplit_once(' ').map_or(front, |(words, _)| words);
    format!("{words} ...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_well() {
        let check = |nanos: i64, expected: &str| assert_eq!(duration(nanos), expected);
        check(0, "0 s");
        check(400_000_000, "0.4 s");
        check(-90 * NANOS, "1 min 30 s");
        check(7 * NANOS, "7 s");
        check(7500 * NANOS, "2 h 5 min");
        check(i64::MIN, "2562047 h 47 min");
    }

    #[test]
    fn lists_read_well() {
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(list(&names, 5), "a, b and c");
        assert_eq!(list(&names, 2), "a, b and 1 more");
    }

    #[test]
    fn long_texts_end_behind_a_word() {
        assert_eq!(cut("no room for pods", 20), "no room for pods");
        assert_eq!(cut("no room for pods", 13), "no room for ...");
    }
}
