//! What a row takes from the envelopes around its record.

use std::sync::Arc;

use super::{LogsBuilder, Row};
use crate::format::Record;
use crate::tables::clock::by_clock;
use crate::tables::views::Place;
use crate::tables::{Column, Envelope};

impl LogsBuilder {
    /// Says that the rows to come stand inside of `record`, until [`LogsBuilder::leave`]. Gives
    /// whether they did not before: the outermost record counts.
    pub fn enter(&mut self, record: &Record<'_>) -> bool {
        let is_outermost = self.outer.is_none();
        if is_outermost {
            let place = self.space.place(record.block.0);
            self.outer = Some(self.space.view(&place, record.text));
        }
        is_outermost
    }

    /// Says that the rows to come stand inside of no record.
    pub fn leave(&mut self) {
        self.outer = None;
    }

    /// Says that no more rows of the same envelope follow, so that its memory can be used again.
    pub fn end_around(&mut self) {
        self.copies.end_around();
    }
}

impl<'a> Row<'a> {
    /// The whole event, and what it stands inside of.
    #[inline(always)]
    pub(super) fn fill_whole(&mut self) {
        if !self.has(Column::Raw) {
            self.text(Column::Raw, self.record.text);
        }
        if let Some(outer) = self.out.outer {
            self.put(Column::Outer, outer);
        }
    }

    /// What the record does not tell, from the innermost envelope that does.
    #[inline]
    pub(super) fn fill_from_envelope(&mut self) {
        let innermost = self.record.envelope;
        self.fill_numbers(innermost);
        let Some(parent) = &innermost.parent else {
            // What is around several records repeats from one to the next.
            self.fill_repeated(innermost);
            return;
        };
        // What is around one alone does not.
        for (column, value) in &innermost.values {
            if !self.has(*column) {
                self.text(*column, value);
            }
        }
        self.fill_resources(innermost);
        self.fill_around(parent);
        let next = parent.parent.as_deref();
        if next.is_some() {
            self.fill_from_further(next);
        }
    }

    /// Says that the name of its stream is no service: the record is of a schema that has a place
    /// for one.
    pub fn complete(&mut self) -> &mut Self {
        self.out.row.is_complete = true;
        self
    }

    /// The service of a message or a request that tells none: the one that its stream was told to
    /// be of, or else what the stream is called. Rows of clouds have a provider, those of firewalls
    /// an action, and many programs run on a host: their streams are not called as their services
    /// are.
    #[inline(always)]
    pub(super) fn fill_service(&mut self) {
        let row = &self.out.row;
        if !self.has(Column::Service) && (row.severity.is_some() || row.status.is_some()) {
            self.put_service();
        }
    }

    #[inline(never)]
    fn put_service(&mut self) {
        let kubernetes = self.out.space.view(&Place::default(), "kubernetes");
        let provider = &self.out.texts[Column::Provider as usize];
        let is_of_others = self.has(Column::Provider)
            && provider.views.get(self.out.row.number) != Some(&kubernetes);
        let is_told = self.has(Column::Action) || self.has(Column::Host);
        let has_other = is_of_others || is_told || self.out.row.is_complete;
        let stream = self.record.stream;
        let stand_in = stream.stand_in.as_ref().filter(|_| !has_other);
        if let Some(service) = stream.service.as_ref().or(stand_in) {
            self.repeated(Column::Service, service);
        }
    }

    /// What the envelopes around that one say.
    #[inline(never)]
    fn fill_from_further(&mut self, mut next: Option<&Envelope>) {
        while let Some(envelope) = next {
            self.fill_numbers(envelope);
            self.fill_repeated(envelope);
            next = envelope.parent.as_deref();
        }
    }

    /// What an envelope that is around several records, and held for them, says of each.
    fn fill_around(&mut self, envelope: &'a Arc<Envelope>) {
        self.fill_numbers(envelope);
        let out = &mut *self.out;
        let views = out.copies.around(envelope, &mut out.space);
        for (column, view) in views {
            if out.row.set & (1 << *column as u32) == 0 {
                out.texts[*column as usize].set(out.row.number, *view, out.expected);
                out.row.set |= 1 << *column as u32;
            }
        }
        self.fill_resources(envelope);
    }

    #[inline(always)]
    fn fill_numbers(&mut self, envelope: &Envelope) {
        let row = &mut self.out.row;
        if let Some(around) = envelope.time {
            row.time = match row.time {
                Some(own) if envelope.is_clock => Some(by_clock(own, around, self.record.text)),
                own => own.or(Some(around)),
            };
        }
        if row.severity.is_none() {
            row.severity = envelope.severity;
        }
    }

    #[inline(always)]
    fn fill_repeated(&mut self, envelope: &Envelope) {
        for (column, value) in &envelope.values {
            if !self.has(*column) && !value.is_empty() {
                let out = &mut *self.out;
                let view = out.copies.repeated(*column, value, &mut out.space);
                self.put(*column, view);
            }
        }
        self.fill_resources(envelope);
    }

    #[inline(always)]
    fn fill_resources(&mut self, envelope: &Envelope) {
        for id in &envelope.resources {
            self.resource(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Stream;
    use crate::severity::Severity;
    use crate::tables::{BlockId, LogsView};
    use crate::{Result, Timestamp};

    #[test]
    fn a_stream_stands_in_for_services_of_messages_and_requests() -> Result<()> {
        let check = |told: Option<&str>, expected: Option<&str>, fill: fn(&mut Row<'_>)| {
            let stream = Stream {
                service: told.map(str::to_owned),
                stand_in: Some("access".to_owned()),
                ..Stream::default()
            };
            let envelope = Envelope::default();
            let record = Record {
                text: "text",
                block: BlockId::default(),
                offset: 0,
                line: 1,
                bytes: 4,
                envelope: &envelope,
                stream: &stream,
            };
            let mut out = LogsBuilder::new(Timestamp(7));
            let mut row = out.row(&record);
            fill(&mut row);
            row.commit();
            let batch = out.take()?;
            let view = LogsView::new(&batch)?;
            assert_eq!(view.text(Column::Service, 0), expected);
            Ok::<(), crate::Error>(())
        };
        let request = |row: &mut Row<'_>| {
            row.status(502);
        };
        let message = |row: &mut Row<'_>| {
            row.severity(Severity::ERROR);
        };
        check(None, Some("access"), request)?;
        check(None, Some("access"), message)?;
        check(Some("web"), Some("web"), message)?;
        check(None, None, |_| {})?;
        check(None, Some("own"), |row| {
            row.status(502).text(Column::Service, "own");
        })?;
        check(None, None, |row| {
            row.severity(Severity::ERROR).text(Column::Action, "deny");
        })?;
        let of_cloud = |row: &mut Row<'_>| {
            row.status(502).constant(Column::Provider, "aws");
        };
        check(None, None, of_cloud)?;
        check(Some("web"), Some("web"), of_cloud)?;
        check(None, Some("access"), |row| {
            row.status(502).constant(Column::Provider, "kubernetes");
        })?;
        let of_host = |row: &mut Row<'_>| {
            row.severity(Severity::ERROR).text(Column::Host, "db-1");
        };
        check(None, None, of_host)?;
        check(Some("web"), Some("web"), of_host)?;
        let complete = |row: &mut Row<'_>| {
            row.complete().status(502);
        };
        check(None, None, complete)?;
        check(Some("web"), Some("web"), complete)
    }

    #[test]
    fn values_are_those_of_the_envelopes_of_each_row() -> Result<()> {
        let stream = Stream::default();
        let mut out = LogsBuilder::new(Timestamp(7));
        let outer = Envelope::default()
            .with(Column::Account, "111122223333 of the outer one")
            .with(Column::Region, "eu-central-1");
        let outer = Arc::new(outer);
        let mut common = Arc::new(Envelope::within(Arc::clone(&outer)));
        let mut expected = Vec::new();
        // What is held of one batch is not taken for the next.
        for batch in 0..3 {
            for round in 0..6 {
                // Changed in its place, with others around it, or empty.
                let service = format!("a service that is number {}", round / 2);
                let values = [
                    (Column::Service, service.as_str()),
                    (Column::Host, ["", "-", "node"][round % 3]),
                    (Column::Account, if round > 3 { "own" } else { "" }),
                ];
                Arc::make_mut(&mut common).refill(&values);
                for row in 0..2 {
                    let mut envelope = Envelope::within(Arc::clone(&common));
                    if row == 1 {
                        envelope = envelope.with(Column::Service, "of this row alone");
                    }
                    let record = Record {
                        text: "text",
                        block: BlockId::default(),
                        offset: batch,
                        line: 1,
                        bytes: 4,
                        envelope: &envelope,
                        stream: &stream,
                    };
                    out.row(&record).commit();
                    let columns = [
                        Column::Service,
                        Column::Host,
                        Column::Account,
                        Column::Region,
                    ];
                    let found = columns.map(|column| {
                        let chain = [&envelope, &*common, &*outer];
                        let mut values = chain.iter().flat_map(|envelope| &envelope.values);
                        let is_it =
                            |held: &&(Column, String)| held.0 == column && !held.1.is_empty();
                        values.find(is_it).map(|(_, value)| value.clone())
                    });
                    expected.push((columns, found));
                }
            }
            let batch = out.take()?;
            let view = LogsView::new(&batch)?;
            for (row, (columns, values)) in expected.drain(..).enumerate() {
                for (column, value) in columns.into_iter().zip(values) {
                    assert_eq!(view.text(column, row), value.as_deref(), "{row} {column:?}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_time_that_is_known_counts_more_than_any_other() -> Result<()> {
        let stream = Stream::default();
        let envelope = Envelope {
            time: Some(Timestamp(5)),
            ..Envelope::default()
        };
        let record = Record {
            text: "text",
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: 4,
            envelope: &envelope,
            stream: &stream,
        };
        let mut out = LogsBuilder::new(Timestamp(7));
        let mut row = out.row(&record);
        row.known_time(Timestamp(3)).time(Timestamp(9));
        assert!(row.is_time_known());
        row.commit();
        // It is known of one row alone.
        let mut row = out.row(&record);
        assert!(!row.is_time_known());
        row.time(Timestamp(9));
        row.commit();
        let batch = out.take()?;
        let view = LogsView::new(&batch)?;
        let times = [view.time(0), view.time(1)];
        assert_eq!(times, [Some(Timestamp(3)), Some(Timestamp(9))]);
        Ok(())
    }
}
