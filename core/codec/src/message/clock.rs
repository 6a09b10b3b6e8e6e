//! Times that messages begin with, by the minute of the message before: most are of the same one.

use nepho_core::Timestamp;
use nepho_core::time::{NANOS, Reference, fraction};

use crate::time;

/// Reads times, and keeps the last minute.
#[derive(Default)]
pub(super) struct Clock {
    minute: Option<Minute>,
}

/// A minute that was read.
struct Minute {
    /// As it is written: `2026-05-12T14:00`.
    text: [u8; MINUTE],
    /// Whether its time is UTC whatever the zone of the source.
    is_utc: bool,
    zone_seconds: i32,
    start: Timestamp,
}

/// Bytes of a minute.
const MINUTE: usize = 16;

impl Clock {
    /// Gives what [`time::prefix`] does.
    pub(super) fn prefix(
        &mut self,
        text: &str,
        reference: Reference,
    ) -> Option<(Timestamp, usize)> {
        let bytes = text.as_bytes();
        let (Some(head), Some(seconds)) = (bytes.first_chunk(), Seconds::read(bytes)) else {
            return time::prefix(text, reference);
        };
        if let Some(minute) = &self.minute
            && minute.text == *head
            && minute.is_utc == seconds.is_utc
            && minute.zone_seconds == reference.zone_seconds
            && let Some(time) = minute.start.0.checked_add(seconds.nanos)
        {
            return Some((Timestamp(time), seconds.end));
        }
        let found = time::prefix(text, reference)?;
        if found.1 == seconds.end
            && is_minute(head)
            && let Some(start) = found.0.0.checked_sub(seconds.nanos)
        {
            self.minute = Some(Minute {
                text: *head,
                is_utc: seconds.is_utc,
                zone_seconds: reference.zone_seconds,
                start: Timestamp(start),
            });
        }
        Some(found)
    }
}

/// Whether the bytes before the seconds are written as those of RFC 3339, with a blank or a `T`.
fn is_minute(text: &[u8; MINUTE]) -> bool {
    let mut places = text.iter().zip(b"dddd-dd-ddTdd:dd");
    places.all(|(byte, place)| match place {
        b'd' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b' '),
        place => byte == place,
    })
}

/// What stands behind a minute.
struct Seconds {
    nanos: i64,
    /// Whether a `Z` stands behind.
    is_utc: bool,
    /// Where the time ends.
    end: usize,
}

impl Seconds {
    /// Reads `:05.123`, behind which stands `Z` and a blank, or a bracket that nothing of a zone
    /// could stand before.
    #[inline]
    fn read(bytes: &[u8]) -> Option<Self> {
        let [b':', tens @ b'0'..=b'5', ones @ b'0'..=b'9', ..] = bytes.get(MINUTE..)? else {
            return None;
        };
        let (part, end) = fraction(bytes, MINUTE + 3);
        let seconds = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
        let nanos = seconds * NANOS + i64::from(part);
        let (is_utc, end) = match bytes.get(end..)? {
            [b'Z', b' ' | b']', ..] => (true, end + 1),
            [b']', ..] | [b' ', b'[', ..] => (false, end),
            _ => return None,
        };
        Some(Self { nanos, is_utc, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_are_read_anew() {
        let mut clock = Clock::default();
        let near = Timestamp::from_millis(1_778_590_800_000);
        let texts = [
            "2026-05-12T13:00:00.000Z INFO x",
            "2026-05-12T13:00:59.999999Z INFO x",
            "2026-05-12T13:00:07Z] x",
            "2026-05-12T13:00:07Z[Europe/Berlin] x",
            "2026-05-12T13:00:08.5] x",
            "2026-05-12T13:00:09.123 [main] x",
            "2026-05-12T13:00:09.123 +0200 x",
            "2026-05-12T13:00:09.123 CEST x",
            "2026-05-12T13:00:60Z x",
            "2026-05-12T13:00:07Zx x",
            "2026-05-12T13:00:07. x",
            "2026-05-12T13:00:07",
            "2026-13-12T13:00:07Z x",
            "2026-05-12T13:99:07Z x",
            "2026-05-12 13:00:07.1234567891Z x",
            "2262-04-11T23:47:16.854775807Z x",
            "2262-04-11T23:47:16.854775808Z x",
            "2262-04-11T23:47:17Z x",
            "May 12 13:00:07 x",
            "",
        ];
        for zone_seconds in [0, 7200, 0] {
            let reference = Reference {
                near,
                zone_seconds,
                ..Reference::default()
            };
            for first in texts {
                for text in [first, texts[0], first] {
                    let expected = time::prefix(text, reference);
                    assert_eq!(clock.prefix(text, reference), expected, "{text}");
                }
            }
        }
    }
}
