//! Formats that fitted lately, which are tried before all others.
//!
//! Formats of a shape that others share, such as `key=value`, which firewalls and auditd write as
//! well as loggers, would take the lines of these too once they were met. They are tried for texts
//! that begin as one did about which all formats were asked, so that what a line is read as does
//! not depend on the lines before it.

use nepho_core::format::{Confidence, Record, Verdict};
use nepho_core::tables::LogsBuilder;

use super::{Decoding, MAX_RECENT};

/// Bytes of a name that count.
const NAME: usize = 8;
/// Beginnings that are remembered; a flood of them costs no memory.
const MAX_NAMES: usize = 64;

/// Formats of a shape that others share, and what the texts that they fitted begin with.
#[derive(Default)]
pub(super) struct Shared {
    formats: Vec<usize>,
    /// What the texts began with, each with the position of a format.
    names: Vec<(usize, [u8; NAME])>,
}

impl Shared {
    /// Whether a format may take a text before others are asked about it.
    #[inline]
    pub(super) fn may_take(&self, position: usize, text: &str) -> bool {
        !self.formats.contains(&position) || self.names.contains(&(position, name_of(text)))
    }

    /// Notes that a format fitted a text best, and how sure it is of it.
    fn learn(&mut self, confidence: Confidence, position: usize, text: &str) {
        if confidence >= Confidence::LIKELY {
            return;
        }
        if !self.formats.contains(&position) {
            self.formats.push(position);
        }
        let name = (position, name_of(text));
        if self.names.len() < MAX_NAMES && !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}

/// The first bytes of the word that a text begins with: most often the name of its first value.
fn name_of(text: &str) -> [u8; NAME] {
    let mut name = [0; NAME];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.trim_start().bytes().take_while(is_part);
    for (place, byte) in name.iter_mut().zip(bytes) {
        *place = byte;
    }
    name
}

impl Decoding {
    /// Remembers that a format that does not take anything fitted a text.
    pub(super) fn remember_fit(&mut self, confidence: Confidence, position: usize, text: &str) {
        self.shared.learn(confidence, position, text);
        let recent = match self.nested {
            0 => &mut self.recent,
            _ => &mut self.recent_inside,
        };
        recent.retain(|held| *held != position);
        recent.insert(0, position);
        recent.truncate(MAX_RECENT);
    }

    /// Decodes a record with one of the formats that fitted lately: those first that find it likely
    /// theirs, the latest first.
    #[inline]
    pub(super) fn recent_verdict(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> Option<Verdict> {
        match self.recent[..] {
            [] => None,
            // Most streams are of one format.
            [position] if !self.shared.may_take(position, record.text) => None,
            [position] => match self.decode(position, record, out) {
                // Another format may know a record that this one finds broken.
                Verdict::NotMine | Verdict::Reject(_) => None,
                verdict => Some(verdict),
            },
            _ => self.verdict_of_several(record, out),
        }
    }

    /// As [`Decoding::recent_verdict`] where several formats fitted lately.
    fn verdict_of_several(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> Option<Verdict> {
        let mut unlikely = [false; MAX_RECENT];
        for is_last in [false, true] {
            for (place, unlikely) in unlikely.iter_mut().enumerate() {
                let Some(position) = self.recent.get(place).copied() else {
                    break;
                };
                if !self.shared.may_take(position, record.text) {
                    continue;
                }
                let decoder = self.decoders.get(position).and_then(Option::as_ref);
                // The last one is not worth a look: most often, the others have been left out.
                let is_likely = || {
                    place + 1 == self.recent.len()
                        || decoder.is_none_or(|decoder| decoder.is_likely(record))
                };
                let is_asked = match is_last {
                    true => *unlikely,
                    false => is_likely(),
                };
                if !is_asked {
                    *unlikely = !is_last;
                    continue;
                }
                match self.decode(position, record, out) {
                    Verdict::NotMine | Verdict::Reject(_) => {}
                    verdict => {
                        if place > 0 {
                            self.recent[..=place].rotate_right(1);
                        }
                        return Some(verdict);
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_a_shared_shape_are_tried_for_beginnings_that_they_fitted() {
        let mut shared = Shared::default();
        let logger = "time=2026-05-12T14:00:00Z level=info msg=x";
        let firewall = "date=2026-05-12 time=14:00:00 devname=a";
        assert!(shared.may_take(7, logger));
        shared.learn(Confidence::CERTAIN, 3, firewall);
        shared.learn(Confidence(40), 7, logger);
        assert!(shared.may_take(7, "  time=2026-05-13T15:01:01Z level=warn"));
        assert!(!shared.may_take(7, firewall));
        assert!(!shared.may_take(7, "timestamp=1 level=info"));
        assert!(shared.may_take(3, logger));
        for number in 0..2 * MAX_NAMES {
            shared.learn(Confidence(40), 7, &format!("n{number}=x"));
        }
        assert_eq!(shared.names.len(), MAX_NAMES);
    }
}
