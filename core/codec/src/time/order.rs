//! Whether day or month stands first in the dates of a source that have the year last.

use nepho_core::time::{DateOrder, digits};

use super::one_or_two;

/// A date stands in the first bytes of a line.
const HEAD: usize = 48;

/// Order of day and month in the dates with a clock that the lines of `head` begin with, as far as
/// one of them tells it: no month has a number above 12. Of dates of both orders none tells it.
/// Lines with blanks before them go on with a message, which may tell of any day.
pub fn date_order(head: &[u8]) -> DateOrder {
    let mut found = DateOrder::Untold;
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.get(..HEAD).unwrap_or(line);
        match (order_of(line), found) {
            (DateOrder::Untold, _) => {}
            (order, DateOrder::Untold) => found = order,
            (order, held) if order == held => {}
            _ => return DateOrder::Untold,
        }
    }
    found
}

/// Order of the first date of a line, `31/12/2026 1:00` or `31-12-2026, 01:00`.
fn order_of(line: &[u8]) -> DateOrder {
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return DateOrder::Untold;
    }
    for sign in memchr::memchr2_iter(b'/', b'-', line) {
        let start = sign
            - line[..sign]
                .iter()
                .rev()
                .take_while(|b| b.is_ascii_digit())
                .count();
        let Some(order) = line
            .get(start..)
            .and_then(|date| order_at(date, line[sign]))
        else {
            continue;
        };
        return order;
    }
    DateOrder::Untold
}

fn order_at(date: &[u8], sign: u8) -> Option<DateOrder> {
    let (first, at) = one_or_two(date, 0)?;
    (date.get(at) == Some(&sign)).then_some(())?;
    let (second, at) = one_or_two(date, at + 1)?;
    (date.get(at) == Some(&sign)).then_some(())?;
    digits(date, at + 1, 4)?;
    let clock = match date.get(at + 5..)? {
        [b',', b' ', clock @ ..] | [b' ' | b',', clock @ ..] => clock,
        _ => return None,
    };
    let (_, end) = one_or_two(clock, 0)?;
    (clock.get(end) == Some(&b':')).then_some(())?;
    Some(match (first, second) {
        (13..=31, 1..=12) => DateOrder::DayFirst,
        (1..=12, 13..=31) => DateOrder::MonthFirst,
        _ => DateOrder::Untold,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_above_twelve_tells_the_order() {
        let check = |head: &str, expected| assert_eq!(date_order(head.as_bytes()), expected);
        let day = DateOrder::DayFirst;
        check("12/01/2024 10:30:45 a\n13/01/2024 10:30:45 b\n", day);
        check("[05-01-2024 10:30:45] a\n[INFO] 15-01-2024 10:30:45 b", day);
        check(
            "1/9/2024 10:30:45 AM\n1/13/2024 10:30:45 AM",
            DateOrder::MonthFirst,
        );
        check("13/01/2024 1:00:00\n01/13/2024 1:00:00", DateOrder::Untold);
        check("12/01/2024 10:30:45 a", DateOrder::Untold);
        check("2024-01-13 10:30:45 a\n1-13-2024", DateOrder::Untold);
        check("/13/01/2024/a 10.0.0.0/8", DateOrder::Untold);
        check("due 13/01/2024 at noon", DateOrder::Untold);
        check("    due 13/01/2024 10:30:45", DateOrder::Untold);
        check("\"13/01/2024, 10:30:45\",a", day);
        check("[13/01/2024,1:30:45] a", day);
    }
}
