//! What was told of each group, in bounded memory and in whatever order the rows came.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::tables::{Column, LogsView};

use crate::told::{Ending, Told};

/// Groups that are kept.
const MAX_GROUPS: usize = 4096;
/// Things told that are kept of one group; what is told later than those is counted only.
const MAX_TOLD: usize = 1024;
/// Things told that are kept of all groups (about 15 MB); beyond it half as many of each are.
const MAX_ALL_TOLD: usize = 24_000;
/// Changes of limits that are kept of one group.
const MAX_LIMITS: usize = 256;
/// Replies to the same decision that are kept apart.
const MAX_EVIDENCE: usize = 3;
/// Texts that are looked up before they are held once more.
const MAX_TEXTS: usize = 4096;

/// What tells groups of the same name apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupKey {
    pub(crate) name: String,
    pub(crate) provider: Option<String>,
    pub(crate) account: Option<String>,
}

/// What tells the things told of a group apart. Rows that repeat one are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) time: Timestamp,
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
    pub(crate) change: i64,
    pub(crate) ending: Ending,
    pub(crate) member: Option<Arc<str>>,
    pub(crate) action: Arc<str>,
}

/// The rows behind one [`Moment`].
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) count: u64,
    /// Time of the last row: when the last instance was there.
    pub(crate) last: Timestamp,
    pub(crate) reason: Option<Arc<str>>,
    /// The first rows.
    pub(crate) evidence: Vec<Quote>,
}

/// A row that is quoted, held small until it is known whether it matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quote {
    // In the order of [`Evidence`].
    time: Option<Timestamp>,
    uri: Arc<str>,
    line: u32,
    text: Arc<str>,
}

impl Quote {
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            time: self.time,
            uri: self.uri.to_string(),
            line: u64::from(self.line),
            text: self.text.to_string(),
            status: None,
            duration_nanos: None,
        }
    }
}

/// Texts that many rows have in common: files, actions, reasons.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(held) = self.0.get(text) {
            return Arc::clone(held);
        }
        if self.0.len() >= MAX_TEXTS {
            self.0.clear();
        }
        let text: Arc<str> = Arc::from(text);
        self.0.insert(Arc::clone(&text));
        text
    }

    fn quote(&mut self, rows: &LogsView<'_>, row: usize) -> Quote {
        Quote {
            time: rows.time(row),
            uri: self.share(rows.text(Column::Uri, row).unwrap_or_default()),
            line: rows.line(row),
            text: Arc::from(rows.evidence(row).text),
        }
    }
}

/// Limits of a group from a time on.
pub(crate) type Limits = (Option<u64>, Option<u64>);

/// What was told of one group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) key: GroupKey,
    /// Full id; the least of several.
    pub(crate) id: Option<String>,
    /// Service, where the group is one itself.
    pub(crate) service: Option<String>,
    pub(crate) moments: BTreeMap<Moment, Rows>,
    /// Smallest and largest size by the time from which they were told.
    pub(crate) limits: BTreeMap<Timestamp, Limits>,
    /// Things told that were not kept.
    pub(crate) beyond: u64,
}

/// All groups.
pub(crate) struct Groups {
    numbers: HashMap<GroupKey, usize>,
    pub(crate) groups: Vec<Group>,
    texts: Texts,
    /// Things told that are kept of one group, and of all groups now.
    limit: usize,
    told: usize,
    /// Rows on groups beyond the limit.
    pub(crate) overlooked: u64,
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            groups: Vec::new(),
            texts: Texts::default(),
            limit: MAX_TOLD,
            told: 0,
            overlooked: 0,
        }
    }
}

impl Groups {
    /// Takes note of what a row tells.
    pub(crate) fn note(
        &mut self,
        rows: &LogsView<'_>,
        (row, time): (usize, Timestamp),
        told: Told,
    ) {
        let owned = |column| rows.text(column, row).map(str::to_owned);
        let key = GroupKey {
            name: told.group.clone(),
            provider: owned(Column::Provider),
            account: owned(Column::Account),
        };
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None if self.groups.len() >= MAX_GROUPS => {
                self.overlooked += 1;
                return;
            }
            None => {
                self.groups.push(Group {
                    key: key.clone(),
                    ..Group::default()
                });
                self.numbers.insert(key, self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        if let Some(group) = self.groups.get_mut(number) {
            let before = group.moments.len();
            group.note(rows, (row, time), told, self.limit, &mut self.texts);
            self.told += group.moments.len() - before;
        }
        if self.told > MAX_ALL_TOLD {
            self.halve();
        }
    }

    /// Keeps half as many things told of each group. In whatever order rows come, the first stay.
    fn halve(&mut self) {
        self.limit /= 2;
        self.told = 0;
        for group in &mut self.groups {
            group.keep(self.limit);
            self.told += group.moments.len();
        }
    }
}

impl Group {
    fn note(
        &mut self,
        rows: &LogsView<'_>,
        (row, time): (usize, Timestamp),
        told: Told,
        limit: usize,
        texts: &mut Texts,
    ) {
        least(&mut self.id, told.id);
        least(&mut self.service, told.service);
        if told.minimum.is_some() || told.maximum.is_some() {
            let limits = self.limits.entry(told.time).or_default();
            *limits = (told.minimum.max(limits.0), told.maximum.max(limits.1));
            if self.limits.len() > MAX_LIMITS {
                self.limits.pop_last();
            }
        }
        if told.action.is_empty() {
            return;
        }
        let moment = Moment {
            time: told.time,
            from: told.from,
            to: told.to,
            change: told.change,
            ending: told.ending,
            member: told.member.map(|member| texts.share(&member)),
            action: texts.share(&told.action),
        };
        // What would be dropped at once need not be quoted.
        let is_full = self.moments.len() >= limit;
        if is_full
            && self
                .moments
                .last_key_value()
                .is_some_and(|(last, _)| moment > *last)
        {
            self.beyond += 1;
            return;
        }
        let held = self.moments.entry(moment).or_insert_with(|| Rows {
            count: 0,
            last: time,
            reason: None,
            evidence: Vec::new(),
        });
        held.count += 1;
        held.last = held.last.max(time);
        least(
            &mut held.reason,
            told.reason.map(|reason| texts.share(&reason)),
        );
        // Mostly one row tells of it.
        held.evidence.reserve_exact(1);
        held.evidence.push(texts.quote(rows, row));
        held.evidence.sort();
        held.evidence.truncate(MAX_EVIDENCE);
        self.keep(limit);
    }

    /// Keeps the first things told; of the others, how many rows there were.
    fn keep(&mut self, limit: usize) {
        while self.moments.len() > limit {
            self.beyond += self.moments.pop_last().map_or(0, |(_, rows)| rows.count);
        }
    }

    /// Largest size allowed at a time: what was told last before it, else what was told first.
    pub(crate) fn maximum_at(&self, time: Timestamp) -> Option<u64> {
        let before = self
            .limits
            .range(..=time)
            .rev()
            .find_map(|(_, limits)| limits.1);
        before.or_else(|| self.limits.values().find_map(|limits| limits.1))
    }

    /// The limits that were told last.
    pub(crate) fn last_limits(&self) -> Limits {
        let last = |pick: fn(&Limits) -> Option<u64>| self.limits.values().rev().find_map(pick);
        (last(|limits| limits.0), last(|limits| limits.1))
    }
}

/// Keeps the least of the values, so that the order in which they come does not matter.
fn least<T: Ord>(held: &mut Option<T>, value: Option<T>) {
    if let Some(value) = value
        && held.as_ref().is_none_or(|held| value < *held)
    {
        *held = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::Result;
    use nepho_core::format::{Record, Stream};
    use nepho_core::tables::{BlockId, Envelope, LogsBuilder};

    use super::*;

    fn batch() -> Result<arrow_array::RecordBatch> {
        let mut builder = LogsBuilder::new(Timestamp(0));
        let record = Record {
            text: "scaled",
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: 6,
            envelope: &Envelope::default(),
            stream: &Stream::default(),
        };
        builder.row(&record).commit();
        builder.take()
    }

    fn told(group: i64, time: i64) -> Told {
        Told {
            group: format!("web-{group}"),
            action: "scaled".to_owned(),
            time: Timestamp(time),
            ..Told::default()
        }
    }

    #[test]
    fn of_many_groups_less_is_kept_in_whatever_order_rows_come() -> Result<()> {
        const GROUPS: i64 = 40;
        const TOLD: i64 = MAX_TOLD as i64;
        let batch = batch()?;
        let rows = LogsView::new(&batch)?;
        let ahead: Vec<i64> = (0..GROUPS * TOLD).collect();
        let back: Vec<i64> = ahead.iter().rev().copied().collect();
        for order in [ahead, back] {
            let mut groups = Groups::default();
            for number in order {
                let row = (0, Timestamp(0));
                groups.note(&rows, row, told(number % GROUPS, number / GROUPS));
            }
            assert_eq!(groups.groups.len() as i64, GROUPS);
            for group in &groups.groups {
                let times = group.moments.keys().map(|moment| moment.time.0);
                assert!(times.eq(0..TOLD / 2));
                assert_eq!(group.beyond as i64, TOLD / 2);
            }
        }
        Ok(())
    }

    #[test]
    fn what_was_told_first_is_kept_in_whatever_order_rows_come() -> Result<()> {
        const TOLD: i64 = MAX_TOLD as i64 + 76;
        let batch = batch()?;
        let rows = LogsView::new(&batch)?;
        // Each moment twice.
        let ahead: Vec<i64> = (0..TOLD).flat_map(|time| [time, time]).collect();
        let back: Vec<i64> = ahead.iter().rev().copied().collect();
        for order in [ahead, back] {
            let mut groups = Groups::default();
            for time in order {
                groups.note(&rows, (0, Timestamp(0)), told(0, time));
            }
            let [group] = groups.groups.as_slice() else {
                unreachable!("one group");
            };
            let times = group.moments.keys().map(|moment| moment.time.0);
            assert!(times.eq(0..MAX_TOLD as i64));
            assert!(group.moments.values().all(|held| held.count == 2));
            assert_eq!(group.beyond, 2 * 76);
        }
        Ok(())
    }
}
