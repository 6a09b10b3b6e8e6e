//! As of when the graph is looked at, and when an interval holds.

use nepho_core::Timestamp;

/// As of when the graph is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Time in the cloud; `None`: any time.
    pub at: Option<Timestamp>,
    /// What was known by then; `None`: all that is known now.
    pub known: Option<Timestamp>,
}

impl View {
    /// Whatever ever held, as known now.
    pub const ANY: Self = Self {
        at: None,
        known: None,
    };
    /// What has not ended, as known now.
    pub const LATEST: Self = Self {
        at: Some(Timestamp(i64::MAX - 1)),
        known: None,
    };

    /// What held at a time, as known now.
    pub const fn at(time: Timestamp) -> Self {
        Self {
            at: Some(time),
            known: None,
        }
    }

    /// The same as it was known at a time.
    #[must_use]
    pub const fn known_by(self, time: Timestamp) -> Self {
        Self {
            known: Some(time),
            ..self
        }
    }
}

/// When something holds, and when we know of its two ends.
///
/// It holds from `from` until just before `to`; `Timestamp::MIN` and `MAX` are unknown bounds. Its
/// beginning is known from `seen_from` on, its end from `seen_to` on: whoever looks between the two
/// takes it to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// Since when it holds.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Since when we know of it.
    pub seen_from: Timestamp,
    /// Since when we know that it ended.
    pub seen_to: Timestamp,
}

impl Interval {
    /// Holds always, and was always known.
    pub const ALWAYS: Self = Self {
        from: Timestamp::MIN,
        to: Timestamp::MAX,
        seen_from: Timestamp::MIN,
        seen_to: Timestamp::MAX,
    };

    /// Interval of the four columns of a row.
    ///
    /// An end whose time is not told lies no later than when we learned of it; an end of which it
    /// is not told when we learned was told with the beginning.
    pub fn of(
        valid_from: Option<Timestamp>,
        valid_to: Option<Timestamp>,
        seen_from: Option<Timestamp>,
        seen_to: Option<Timestamp>,
    ) -> Self {
        let seen_from = seen_from.unwrap_or(Timestamp::MIN);
        let has_ended = valid_to.is_some() || seen_to.is_some();
        let none = if has_ended { seen_from } else { Timestamp::MAX };
        Self {
            from: valid_from.unwrap_or(Timestamp::MIN),
            to: valid_to.or(seen_to).unwrap_or(Timestamp::MAX),
            seen_from,
            seen_to: seen_to.unwrap_or(none),
        }
    }

    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        self.to == Timestamp::MAX
    }

    /// Whether it is empty: it ends before it begins.
    pub fn is_empty(&self) -> bool {
        self.to <= self.from
    }

    /// Whether it holds as of a view.
    pub fn holds(&self, view: &View) -> bool {
        let known = view.known.unwrap_or(Timestamp::MAX);
        let is_known = self.seen_from <= known;
        let is_end_unknown = self.seen_to > known;
        is_known
            && view
                .at
                .is_none_or(|at| self.from <= at && (at < self.to || is_end_unknown))
    }

    /// Closes it at a time, unless it has ended before.
    pub fn close(&mut self, at: Timestamp, seen: Timestamp) {
        if at < self.to {
            self.to = at;
            self.seen_to = seen.max(self.seen_from);
        }
    }

    /// The part in which both hold.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        let (to, seen_to) = (self.to, self.seen_to).min((other.to, other.seen_to));
        Self {
            from: self.from.max(other.from),
            to,
            seen_from: self.seen_from.max(other.seen_from),
            seen_to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: fn(i64) -> Option<Timestamp> = |nanos| Some(Timestamp(nanos));

    #[test]
    fn an_interval_holds_from_its_beginning_until_before_its_end() {
        let interval = Interval::of(T(10), T(20), None, None);
        let holds = |at: i64| interval.holds(&View::at(Timestamp(at)));
        assert_eq!([9, 10, 19, 20].map(holds), [false, true, true, false]);
        assert!(interval.holds(&View::ANY));
        assert!(!interval.holds(&View::LATEST));
        assert!(Interval::ALWAYS.holds(&View::LATEST));
    }

    #[test]
    fn who_did_not_know_of_the_end_takes_it_to_last() {
        let interval = Interval::of(T(10), T(20), T(12), T(40));
        let known =
            |at: i64, by: i64| interval.holds(&View::at(Timestamp(at)).known_by(Timestamp(by)));
        assert!(!known(15, 11), "not known yet");
        assert!(known(30, 39), "the end is not known yet");
        assert!(!known(30, 40));
        assert!(known(15, 100));
    }

    #[test]
    fn an_end_that_is_told_without_a_time_lies_where_we_learned_of_it() {
        assert_eq!(Interval::of(None, None, None, T(7)).to, Timestamp(7));
        let told_at_once = Interval::of(T(1), T(5), T(3), None);
        assert_eq!(told_at_once.seen_to, Timestamp(3));
    }
}
