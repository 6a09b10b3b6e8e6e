//! Who made the differences that tools found: a plan, a drift detection and a GitOps controller see
//! that a resource is not as declared, and not whose hand it was.
//!
//! | asked of a write | why |
//! |---|---|
//! | it is of the resource, a facet of it, or what it is a facet of | the rule of a group is a difference of the group |
//! | it came before the tool looked, and after what the tool says was as declared | |
//! | no run has set again what it set | the difference would have been gone |
//! | its operation names what the tool found to differ, where both tell | a tag explains no rule |

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::{Drift, WriteClass};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome};

use crate::drift::{Setting, Settings, closes, named, plain};
use crate::emit;
use crate::known::Known;
use crate::passing::is_passing;
use crate::store::Write;

/// What a tool found, with the writes that may have made it, by time.
pub(crate) struct Found<'a> {
    /// Id of the change that tells of it.
    id: &'a str,
    address: &'a str,
    time: Timestamp,
    makers: Vec<Maker<'a>>,
}

/// A write that may have made a difference.
struct Maker<'a> {
    write: &'a Write,
    // Which of its resources it is.
    place: usize,
    // What was found to differ: the resource, or what it is a facet of.
    resource: Arc<str>,
    closing: Option<(Timestamp, String)>,
}

/// Writes by what they touch.
type Index<'a> = BTreeMap<Arc<str>, Vec<(&'a Write, usize)>>;

/// Differences that tools found and that somebody is known to have made.
pub(crate) fn found<'a>(
    writes: &'a [Write],
    background: &'a [Write],
    changes: &'a BTreeMap<String, Change>,
    settings: &Settings<'_>,
    known: &Known,
) -> Vec<Found<'a>> {
    let is_finding = |change: &&Change| {
        change.action == ChangeAction::Drift && change.outcome != ChangeOutcome::Planned
    };
    let findings: Vec<&Change> = changes.values().filter(is_finding).collect();
    if findings.is_empty() {
        return Vec::new();
    }
    let [by_hand, by_itself] = [writes, background].map(|writes| index(writes, known));
    let mut found = Vec::new();
    for change in findings {
        let Some(time) = change.time.or(change.started) else {
            continue;
        };
        let search = Search::of(change, time, settings, known);
        let mut makers = search.makers(&by_hand, false);
        if makers.is_empty() {
            makers = search.makers(&by_itself, true);
        }
        if !makers.is_empty() {
            found.push(Found {
                id: &change.id,
                address: &change.address,
                time,
                makers,
            });
        }
    }
    found
}

fn index<'a>(writes: &'a [Write], known: &Known) -> Index<'a> {
    let mut index = Index::new();
    for write in writes.iter().filter(|write| may_make(write)) {
        for (place, own) in write.identities.iter().enumerate() {
            let both = [Some(Arc::clone(own)), known.parent(own)];
            for id in both.into_iter().flatten() {
                index.entry(id).or_default().push((write, place));
            }
        }
    }
    index
}

/// Whether a write may make a difference to what some code declares.
fn may_make(write: &Write) -> bool {
    write.class != WriteClass::Iac
        && write.event.outcome != Some(Outcome::Failure)
        && !is_passing(&write.event)
}

/// What is looked for.
struct Search<'a> {
    change: &'a Change,
    // What the tool found, as if it had set it.
    finding: Setting<'a>,
    touched: BTreeSet<Arc<str>>,
    settings: &'a Settings<'a>,
}

impl<'a> Search<'a> {
    fn of(change: &'a Change, time: Timestamp, settings: &'a Settings<'a>, known: &Known) -> Self {
        let touched = known.touched(change);
        let own = match &change.resource {
            Some(id) => Some(known.identity_in(change, id)),
            None => touched.first().cloned().filter(|_| touched.len() == 1),
        };
        let what = change.attributes.iter().map(|name| plain(name)).collect();
        let finding = Setting {
            time,
            id: change.id.clone(),
            own,
            resource_type: &change.resource_type,
            what,
            calls: Vec::new(),
        };
        Self {
            change,
            finding,
            touched,
            settings,
        }
    }

    /// Writes that may have made it; of those by the cloud itself only what names the difference.
    fn makers<'w>(&self, index: &Index<'w>, is_background: bool) -> Vec<Maker<'w>> {
        let mut makers: Vec<Maker<'w>> = Vec::new();
        for resource in &self.touched {
            for (write, place) in index.get(resource).into_iter().flatten() {
                let is_named = !self.finding.what.is_empty() && !named(write).is_empty();
                if is_background && !is_named || !self.fits(write, *place, resource) {
                    continue;
                }
                let closing = self.closing(write, resource);
                if closing.is_some_and(|setting| setting.time <= self.finding.time) {
                    continue;
                }
                makers.push(Maker {
                    write,
                    place: *place,
                    resource: Arc::clone(resource),
                    closing: closing.map(|setting| (setting.time, setting.id.clone())),
                });
            }
        }
        makers.sort_by_key(|maker| (maker.write.time, maker.write.hash, maker.place));
        makers.dedup_by_key(|maker| (maker.write.hash, maker.place));
        makers
    }

    fn fits(&self, write: &Write, place: usize, resource: &Arc<str>) -> bool {
        let is_before = write.time <= self.finding.time;
        let is_after = self.change.not_before.is_none_or(|time| write.time >= time);
        if !is_before || !is_after {
            return false;
        }
        let action = write.event.subject.action;
        let is_own = write.identities.get(place) == Some(resource);
        if self.change.reason.as_deref() == Some("deleted") {
            return is_own
                && self.finding.own.as_ref() == Some(resource)
                && write.event.subject.is_ended();
        }
        // What is new is no difference of itself.
        !(is_own && action == Some(ChangeAction::Create)) && closes(&self.finding, write, resource)
    }

    /// What set again what a write set.
    fn closing(&self, write: &Write, resource: &str) -> Option<&Setting<'a>> {
        let set = self.settings.get(resource).into_iter().flatten();
        set.filter(|setting| setting.time > write.time)
            .find(|setting| closes(setting, write, resource))
    }
}

/// Tells the drift of each write which tool found it, and the ids of changes who made them.
pub(crate) fn tell(
    found: &[Found<'_>],
    drifts: &mut BTreeMap<u64, Vec<Drift>>,
) -> Vec<(String, Option<String>, Option<String>)> {
    let mut told = Vec::new();
    for one in found {
        for maker in &one.makers {
            let id = emit::id(maker.write, maker.place);
            let held = drifts.entry(maker.write.hash).or_default();
            let is_it = |drift: &&mut Drift| {
                drift.change == id
                    && (drift.address == one.address || *drift.resource == *maker.resource)
            };
            if let Some(drift) = held.iter_mut().find(is_it) {
                drift.found = drift.found.min(Some(one.time)).or(Some(one.time));
                drift.found_by.push(one.id.to_owned());
                continue;
            }
            let closing = maker.closing.as_ref();
            held.push(Drift {
                address: one.address.to_owned(),
                resource: maker.resource.to_string(),
                change: id,
                opened: maker.write.time,
                closed: closing.map(|(time, _)| *time),
                closed_by: closing.map(|(_, id)| id.clone()),
                found: Some(one.time),
                found_by: vec![one.id.to_owned()],
            });
        }
        // Which of several it was is not told.
        let actor = only(
            one.makers
                .iter()
                .map(|maker| maker.write.event.actor.as_str()),
        );
        let request = match one.makers.as_slice() {
            [maker] => maker.write.request.as_deref().map(str::to_owned),
            _ => None,
        };
        let actor = actor.filter(|actor| *actor != "unknown");
        told.push((one.id.to_owned(), actor.map(str::to_owned), request));
    }
    told
}

fn only<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = words.next()?;
    words.all(|other| other == first).then_some(first)
}
