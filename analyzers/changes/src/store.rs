//! Writes seen in audit logs, each once, in bounded memory.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use nepho_core::findings::WriteClass;
use nepho_core::owner::Owner;
use nepho_core::tables::{ChangeAction, Outcome};
use nepho_core::{Timestamp, hash};

use crate::event::{Cloud, Event, Given, Keyed, Marks, Priority, Reversal, Size, Subject};
use crate::known::Known;
use crate::names::Named;
use crate::overruled::Overruled;

/// A write, out of all the rows that tell of it.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    /// What the rows tell, but for what stands below.
    pub event: Arc<Event>,
    /// Class, which runs that the input tells of make another than the event has.
    pub class: WriteClass,
    /// Id of the resource that it changes.
    pub target: Option<Box<str>>,
    /// Ids of further resources that it changes in the same way.
    pub also: Box<[String]>,
    /// See [`Event::request`].
    pub request: Option<Box<str>>,
    /// See [`Event::correlation`].
    pub correlation: Option<Box<str>>,
    /// See [`Event::marks`].
    pub marks: Arc<Marks>,
    /// See [`Event::owner`].
    pub owner: Option<Box<Owner>>,
    /// See [`Event::reversal`].
    pub reversal: Option<Box<Reversal>>,
    /// See [`Event::keyed`].
    pub keyed: Option<Box<Keyed>>,
    /// See [`Event::given`].
    pub given: Given,
    /// See [`Event::priority`].
    pub priority: Option<Box<Priority>>,
    /// See [`Event::size`].
    pub size: Option<Size>,
    /// What other rules leave of the one that it puts.
    pub overruled: Option<Overruled>,
    /// Whether more or fewer of its target run after it, as an attribute of the change.
    pub resized: Option<&'static str>,
    /// When it succeeded, or else when it was first told of.
    pub time: Timestamp,
    /// Hash that identifies it.
    pub hash: u64,
    /// What each of its targets is known as, once [`Write::identify`] was called.
    pub identities: Box<[Arc<str>]>,
    /// File of the row that told of it first.
    pub uri: Arc<str>,
    /// Line there.
    pub line: u32,
}

/// All writes, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Store {
    // Beyond it those with the highest hashes go, always the same ones.
    limit: usize,
    // Boxed, for a tree has room for more than it holds.
    writes: BTreeMap<Key, Box<Write>>,
    shared: Shared,
    /// Rows of writes that there was no room for.
    pub beyond: u64,
}

/// Hashes of what identifies a write; by the first of them first, so that the highest are found.
type Key = (u64, u64);

/// What many writes have in common: who made them, by what means, how, and what file tells it.
#[derive(Debug, Default)]
struct Shared {
    events: HashSet<Arc<Event>>,
    marks: HashSet<Arc<Marks>>,
    file: Option<Arc<str>>,
}

impl Shared {
    fn event(&mut self, event: Event) -> Arc<Event> {
        shared(&mut self.events, event)
    }

    fn marks(&mut self, marks: Marks) -> Arc<Marks> {
        shared(&mut self.marks, marks)
    }

    fn file(&mut self, uri: &str) -> Arc<str> {
        let last = self.file.take().filter(|file| **file == *uri);
        Arc::clone(self.file.insert(last.unwrap_or_else(|| Arc::from(uri))))
    }

    /// Forgets what no write has any more, once there is a quarter more than writes can have.
    fn tidy(&mut self, limit: usize) {
        tidy(&mut self.events, limit);
        tidy(&mut self.marks, limit);
    }
}

fn tidy<T: Eq + Hash>(held: &mut HashSet<Arc<T>>, limit: usize) {
    if held.len() > limit + limit / 4 {
        held.retain(|one| Arc::strong_count(one) > 1);
    }
}

fn shared<T: Eq + Hash>(held: &mut HashSet<Arc<T>>, one: T) -> Arc<T> {
    if let Some(same) = held.get(&one) {
        return Arc::clone(same);
    }
    let one = Arc::new(one);
    held.insert(Arc::clone(&one));
    one
}

impl Store {
    /// Empty store for so many writes (20,000 are about 10 MB).
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Takes a row that tells of a write.
    pub(crate) fn add(&mut self, mut event: Event, time: Timestamp, uri: &str, line: u32) {
        let key = key(&identity(&event, time));
        if let Some(held) = self.writes.get_mut(&key) {
            let mut whole = (*held.event).clone();
            held.fold(&mut whole, event, time);
            held.event = self.shared.event(whole);
            return;
        }
        let last = self.writes.last_key_value().map(|(last, _)| *last);
        if self.writes.len() >= self.limit && last.is_none_or(|last| last < key) {
            self.beyond += 1;
            return;
        }
        let subject = &mut event.subject;
        let write = Write {
            class: event.means.class,
            target: subject.target.take().map(String::into_boxed_str),
            also: std::mem::take(&mut subject.also).into_boxed_slice(),
            request: event.request.take().map(String::into_boxed_str),
            correlation: event.correlation.take().map(String::into_boxed_str),
            marks: self.shared.marks(std::mem::take(&mut event.marks)),
            owner: event.owner.take(),
            reversal: event.reversal.take().map(Box::new),
            keyed: event.keyed.take().map(Box::new),
            given: std::mem::take(&mut event.given),
            priority: event.priority.take(),
            size: event.size.take(),
            overruled: None,
            resized: None,
            event: self.shared.event(plain(event)),
            time,
            hash: key.0,
            identities: Box::default(),
            uri: self.shared.file(uri),
            line,
        };
        self.writes.insert(key, Box::new(write));
        if self.writes.len() > self.limit {
            self.writes.pop_last();
            self.beyond += 1;
        }
        self.shared.tidy(self.limit);
    }

    /// Tells `known` the ids of all targets.
    pub(crate) fn tell_seen(&self, known: &mut Known) {
        for write in self.writes.values() {
            write.targets().for_each(|id| known.add_seen(id));
            if let Some(at) = write.named() {
                write.targets().for_each(|id| known.add_name(id, &at));
            }
        }
    }

    /// All writes by time, with what their targets are known as.
    pub(crate) fn into_sorted(self, known: &Known) -> Vec<Write> {
        let writes = self.writes.into_values();
        let mut writes: Vec<Write> = writes.map(|write| *write).collect();
        writes.iter_mut().for_each(|write| write.identify(known));
        writes.sort_by_key(|write| (write.time, write.hash));
        writes
    }
}

impl Write {
    /// Ids of all resources that it changes.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &str> {
        let also = self.also.iter().map(String::as_str);
        self.target.as_deref().into_iter().chain(also)
    }

    /// Where the names that it tells hold: those of AWS are repeated in other places.
    fn named(&self) -> Option<Named> {
        let event = &self.event;
        let named = Named::new(&event.account, &event.region, &event.subject.resource_type);
        (event.cloud == Cloud::Aws).then_some(named)
    }

    /// Finds out what its targets are known as.
    fn identify(&mut self, known: &Known) {
        let at = self.named();
        let identity = |id: &str| match &at {
            Some(at) => known.identity_at(id, at),
            None => known.identity(id),
        };
        self.identities = self.targets().map(identity).collect();
    }

    /// Takes what another row tells of the same write; `whole` is its event. Rows come in any
    /// order.
    fn fold(&mut self, whole: &mut Event, row: Event, time: Timestamp) {
        if self.target.is_none() {
            self.target = row.subject.target.map(String::into_boxed_str);
        }
        // Of the rows of one operation only the last tells that the resource is new.
        if row.subject.action == Some(ChangeAction::Create) {
            whole.subject.action = row.subject.action;
        }
        if whole.actor == "unknown" {
            whole.actor = row.actor;
        }
        self.owner = self.owner.take().or(row.owner);
        self.keyed = self.keyed.take().or(row.keyed.map(Box::new));
        self.priority = self.priority.take().or(row.priority);
        self.size = self.size.or(row.size);
        whole.effect = whole.effect.take().or(row.effect);
        if self.given.is_empty() {
            self.given = row.given;
        }
        if self.marks.run.is_none() {
            self.marks = Arc::new(row.marks);
        }
        match (whole.outcome, row.outcome) {
            (Some(Outcome::Success), Some(Outcome::Success)) => self.time = self.time.max(time),
            // Whatever was said on the way, the end counts.
            (_, Some(Outcome::Success)) => {
                whole.outcome = row.outcome;
                whole.error = None;
                self.time = time;
            }
            (Some(Outcome::Success), _) => {}
            (held, told) => {
                whole.outcome = held.or(told);
                whole.error = whole.error.take().or(row.error);
                self.time = self.time.min(time);
            }
        }
    }
}

/// An event without what tells it from others of its kind.
fn plain(event: Event) -> Event {
    Event {
        id: None,
        subject: Subject {
            references: Vec::new(),
            ..event.subject
        },
        ..event
    }
}

/// Key of what identifies a write. Nobody can make two of the same key: the hashes differ in kind.
fn key(identity: &str) -> Key {
    let mut hasher = DefaultHasher::new();
    identity.hash(&mut hasher);
    (hash::of(identity.bytes()), hasher.finish())
}

/// What is the same in all rows of one write. CloudTrail has one row; the others share an id, but
/// not with writes of the same run to other resources.
fn identity(event: &Event, time: Timestamp) -> String {
    let target = event.subject.target.as_deref().unwrap_or_default();
    match (&event.id, event.cloud) {
        (Some(id), Cloud::Aws | Cloud::Kubernetes) => id.clone(),
        (Some(id), _) => format!("{id} {} {target}", event.operation.to_ascii_lowercase()),
        (None, _) => format!("{} {} {} {target}", time.0, event.actor, event.operation),
    }
}
