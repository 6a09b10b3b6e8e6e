//! Texts that no format knows, but that wrap what one knows.

use nepho_core::format::{Confidence, Record, Stream, Verdict};
use nepho_core::tables::LogsBuilder;

use super::inside::Fit;
use super::{Decoding, MAX_NESTED, MAX_WRAPPINGS, bump, is_object_like};
use crate::unwrap::{self, Inner, Printed, Wrapped};

/// Position of no format.
const NO_FORMAT: usize = usize::MAX;

impl Decoding {
    /// Why a record that nobody took was not.
    pub(super) fn nobody(&self) -> String {
        let forced = self.forced.and_then(|at| self.formats.formats.get(at));
        match forced {
            Some((name, _)) => format!("`{name}` does not read it"),
            None => "no format knows it".to_owned(),
        }
    }

    /// Decodes a text with the format that knows it; if there is none, what the text wraps; and
    /// what wraps nothing with a format that takes anything.
    pub(super) fn text_verdict(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        // Texts that differ in numbers and ids only wrap nothing if a few of them did not.
        if self.ask(record.text, None, record.stream) {
            return self.first_fit(record, None, out);
        }
        // What is inside is asked about in between.
        let order = std::mem::take(&mut self.order);
        let is_sure = |(confidence, _): &(Confidence, usize)| *confidence > Confidence::FALLBACK;
        let (sure, others) = order.split_at(order.partition_point(is_sure));
        let mut verdict = self.first_of(sure, record, None, out);
        if matches!(verdict, Verdict::NotMine | Verdict::Reject(_)) {
            let wrapped = self.unwrapped(record, out, depth);
            verdict = match (wrapped, verdict) {
                (Some(wrapped), _) => {
                    self.forget_text(record.text);
                    wrapped
                }
                (None, verdict) => match (self.first_of(others, record, None, out), verdict) {
                    (Verdict::NotMine, verdict) => verdict,
                    (found, _) => found,
                },
            };
        }
        self.order = order;
        verdict
    }

    /// Undoes the wrapping of a text, so that the forced format sees what is inside.
    pub(super) fn forced_text(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        let found = self.unwrapped(record, out, depth);
        found.unwrap_or(Verdict::NotMine)
    }

    /// Decodes what a text wraps; `None` if it wraps nothing.
    fn unwrapped(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Option<Verdict> {
        if depth >= MAX_WRAPPINGS {
            return None;
        }
        let printed = Printed::of(record.text);
        let is_plain =
            |printed: Printed<'_>| !printed.is_told() && !self.may_know(&printed, record.stream);
        if printed.is_some_and(is_plain) {
            return None;
        }
        let (name, wrapped) = unwrap::open_text(record)?;
        let records = match wrapped {
            Wrapped::Records(records) => records,
            Wrapped::Known(records) => {
                let first = &records.first()?.text;
                let is_known = self.formats.know_text(first, record.stream);
                is_known.then_some(records)?
            }
            Wrapped::OneOf(lines) => return self.one_of(name, lines, record, out),
        };
        bump(&mut self.counts.wrappings, name, 1);
        Some(self.inside(record, records, out, depth))
    }

    /// Whether a text is a line behind a time, of which a format may know what is behind it.
    pub(super) fn may_be_printed(&mut self, text: &str, stream: &Stream) -> bool {
        let printed = Printed::of(text);
        printed.is_some_and(|printed| self.may_know(&printed, stream))
    }

    /// Whether a format may know a line behind a time: a look before anything is made of it.
    fn may_know(&mut self, printed: &Printed<'_>, stream: &Stream) -> bool {
        if self.nested >= MAX_NESTED {
            return false;
        }
        if self.forced.is_some() || self.has_recent_inside(NO_FORMAT) {
            return true;
        }
        self.nested += 1;
        let may_know = printed.lines().any(|line| match is_object_like(line) {
            true => self.look_inside(NO_FORMAT, line, stream) == Fit::Json,
            false => self.formats.know_text(line, stream) || self.may_be_printed(line, stream),
        });
        self.nested -= 1;
        may_know
    }

    /// Whether a text within a record is a line behind a time, of which a format knows what is
    /// behind it, and decoded that.
    pub(super) fn is_printed(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> bool {
        let Some((name, Wrapped::OneOf(lines))) = unwrap::open_printed(record) else {
            return false;
        };
        let is_it = self.one_of(name, lines, record, out).is_some();
        if is_it {
            self.forget_text(record.text);
        }
        is_it
    }

    /// Decodes a record that is JSON but for objects in single quotes; `None` if it is none.
    pub(super) fn in_quotes(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Option<Verdict> {
        match self.mended(record, out, depth) {
            None => self.python(record, out),
            found => found,
        }
    }

    /// Decodes an object as Python prints it; `None` unless a format knows it.
    fn python(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Option<Verdict> {
        let (name, Wrapped::OneOf(lines)) = unwrap::open_python(record)? else {
            return None;
        };
        self.one_of(name, lines, record, out)
    }

    /// Decodes the first of these lines that a format knows.
    fn one_of(
        &mut self,
        name: &'static str,
        lines: Vec<Inner<'_>>,
        outer: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> Option<Verdict> {
        if self.nested >= MAX_NESTED {
            return None;
        }
        self.nested += 1;
        let is_known = lines.iter().any(|line| {
            let record = Record {
                text: &line.text,
                envelope: &line.envelope,
                ..*outer
            };
            match self.forced {
                Some(position) => {
                    let verdict = self.decode(position, &record, out);
                    self.is_taken(&verdict)
                }
                None => match self.look_inside(NO_FORMAT, record.text, record.stream) {
                    Fit::None | Fit::Plain => false,
                    fit => self.take_inside(NO_FORMAT, fit, &record, out),
                },
            }
        });
        self.nested -= 1;
        is_known.then(|| {
            bump(&mut self.counts.wrappings, name, 1);
            Verdict::Rows
        })
    }

    /// Forgets that no format wants texts that differ from this one in numbers and ids only.
    fn forget_text(&mut self, text: &str) {
        let texts = self.plain_texts.get_mut(usize::from(self.nested > 0));
        if let Some(texts) = texts {
            texts.forget(text);
        }
    }
}
