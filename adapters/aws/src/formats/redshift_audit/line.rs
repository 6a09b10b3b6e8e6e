//! The three kinds of lines, taken apart.

use nepho_core::Timestamp;

/// A line of one of the three logs.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// Of the connection log.
    Connection(Columns<'a>),
    /// Of the log of users.
    User(Columns<'a>),
    /// Of the log of what users ran.
    Activity(Activity<'a>),
}

/// Columns between bars, padded with blanks, and the time that one of them tells.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    columns: Vec<&'a str>,
    time: Timestamp,
}

/// What somebody ran.
#[derive(Debug)]
pub(super) struct Activity<'a> {
    time: Timestamp,
    /// `db=dev user=app pid=1 userid=2 xid=3`
    session: &'a str,
    pub(super) sql: &'a str,
}

/// Columns up to the duration of a connection, and those of a user.
const FEWEST_CONNECTION: usize = 9;
const USER: usize = 11;

impl<'a> Line<'a> {
    /// Takes a line apart; `None` if it is of no such log.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim_end();
        if text.starts_with('\'') {
            return Activity::parse(text).map(Self::Activity);
        }
        // An object in which such a line stands is of whoever wrote it there.
        if text.starts_with('{') {
            return None;
        }
        // Most lines have no bars, and those that have are told by the second.
        let (first, rest) = text.split_once('|')?;
        if first.starts_with(|digit: char| digit.is_ascii_digit()) {
            first.trim().parse::<u32>().ok()?;
            let columns: Vec<&str> = text.split('|').map(str::trim).collect();
            let time = time(columns.get(USER - 1)?)?;
            return Some(Self::User(Columns { columns, time }));
        }
        let time = time(rest.split('|').next()?.trim())?;
        let columns: Vec<&str> = text.split('|').map(str::trim).collect();
        let is_whole = columns.len() >= FEWEST_CONNECTION;
        is_whole.then_some(Self::Connection(Columns { columns, time }))
    }

    /// When it happened.
    pub(super) fn time(&self) -> Timestamp {
        match self {
            Self::Connection(columns) | Self::User(columns) => columns.time,
            Self::Activity(activity) => activity.time,
        }
    }
}

impl<'a> Columns<'a> {
    /// Text of a column, if it has any.
    pub(super) fn get(&self, place: usize) -> Option<&'a str> {
        let text = self.columns.get(place).copied();
        text.filter(|text| !text.is_empty())
    }
}

impl<'a> Activity<'a> {
    /// `'2020-10-20T22:27:02Z UTC [ db=dev user=app pid=1 userid=2 xid=3 ]' LOG: select 1`
    fn parse(text: &'a str) -> Option<Self> {
        let (time, rest) = text.strip_prefix('\'')?.split_once(" UTC [ ")?;
        let (session, rest) = rest.split_once(" ]' LOG:")?;
        Some(Self {
            time: Timestamp::parse_rfc3339(time)?,
            session,
            sql: rest.trim(),
        })
    }

    /// Value of a key of the session.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let mut words = self.session.split(' ');
        words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
}

/// Time of `Wed, 21 Nov 2018 15:38:11:438`, which is in UTC.
fn time(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split_ascii_whitespace();
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let clock = words.next().filter(|clock| clock.len() >= 8)?;
    let month = MONTHS.iter().position(|held| *held == month)? + 1;
    let (clock, millis) = (clock.get(..8)?, clock.get(9..).unwrap_or_default());
    // A number, so that 5 are five of a thousand.
    Timestamp::parse_rfc3339(&format!(
        "{year}-{month:02}-{day:0>2}T{clock}.{millis:0>3}Z"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_colon_before_the_milliseconds() {
        let check = |text: &str, expected: &str| {
            assert_eq!(time(text), Timestamp::parse_rfc3339(expected), "{text}");
        };
        check("Wed, 21 Nov 2018 15:38:11:438", "2018-11-21T15:38:11.438Z");
        check("Wed, 21 Nov 2018 15:38:11:5", "2018-11-21T15:38:11.005Z");
        check("Fri, 2 Nov 2018 05:38:11", "2018-11-02T05:38:11Z");
        assert_eq!(time("Wed, 21 Foo 2018 15:38:11:438"), None);
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn other_lines_with_bars_are_not_mine() {
        assert!(Line::parse("a | b | c").is_none());
        assert!(Line::parse("12 | 13 |").is_none());
        assert!(Line::parse("'quoted'").is_none());
        assert!(Line::parse("").is_none());
        let line =
            "authenticated |Wed, 21 Nov 2018 15:38:11:438|10.0.0.9 |5 |1 |dev |mona |md5 |0 |";
        assert!(Line::parse(line).is_some());
        let line = format!(r#"{{"time":1778594400,"message":"{line}"}}"#);
        assert!(Line::parse(&line).is_none());
    }
}
