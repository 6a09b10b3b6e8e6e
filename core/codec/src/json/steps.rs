//! What stands between the values of objects: `,"eventName":"`, remembered and compared at once.
//!
//! A step leads from the end of one value, or the beginning of the object, to the next value:
//! comma, key, colon and white space, and the quote of a string. Each step knows which steps
//! followed it.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;
use nepho_core::hash;

use super::scan::{NONE, Paths, SKIP, Stop};
use super::skip::{Broken, string_end};
use super::text::unescape;
use crate::bytes::skip_space;

/// Steps that one node remembers; more of them are searched each time, so that a flood of keys
/// costs no memory.
const MAX_STEPS: usize = 512;
/// Steps that all nodes together remember.
const MAX_ALL_STEPS: usize = 4096;
/// Bytes of a step that is remembered.
const MAX_LENGTH: usize = 160;

/// In place of a step: the beginning of an object.
pub(super) const START: u16 = NONE - 1;

/// Steps that are remembered as what follows a step: streams of a few kinds of records have as
/// many.
const GUESSES: usize = 4;
/// Steps that may follow, the latest first.
pub(super) type Guesses = [u16; GUESSES];

/// Bytes of a step that are compared at once.
pub(super) const HEAD: usize = 32;

/// What a step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The first byte of a string, behind its quote.
    Text,
    /// The first byte of any other value.
    Other,
    /// What is behind the object.
    End,
}

/// A step that was seen at a node: what is compared of it, and what comes then.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Step {
    /// Its bytes; of a longer one, bytes that no text has.
    head: [u8; HEAD],
    /// Hash of its key.
    pub(super) key: u64,
    /// A bit for each byte of the head that is compared, the first lowest.
    mask: u32,
    /// Bytes of all of it.
    pub(super) length: u16,
    pub(super) goal: Goal,
    pub(super) stop: Stop,
    /// Steps that followed it.
    pub(super) next: Guesses,
}

/// All of a step, and the node that it stands at.
#[derive(Debug)]
struct Whole {
    node: usize,
    bytes: Box<[u8]>,
}

/// A step that was searched, and is not remembered if its place is [`NONE`].
pub(super) struct Hit {
    pub(super) place: u16,
    /// Position after it.
    pub(super) end: usize,
    pub(super) goal: Goal,
    pub(super) stop: Stop,
    pub(super) key: u64,
    pub(super) next: Guesses,
}

impl Hit {
    fn new(place: u16, step: &Step, end: usize) -> Self {
        Self {
            place,
            end,
            goal: step.goal,
            stop: step.stop,
            key: step.key,
            next: step.next,
        }
    }
}

/// A step as it stands in a text.
pub(super) struct Between {
    start: usize,
    end: usize,
    goal: Goal,
    /// Range of its key, and whether there is an escape in that.
    key: (usize, usize),
    is_escaped: bool,
}

/// The step at `start`: the beginning of an object, or the end of a value in it.
///
/// # Errors
/// [`Broken`] if there is none.
pub(super) fn between(bytes: &[u8], start: usize, is_first: bool) -> Result<Between, Broken> {
    let broken = |at, what| Err(Broken { at, what });
    let ends = |at| Between {
        start,
        end: at + 1,
        goal: Goal::End,
        key: (at, at),
        is_escaped: false,
    };
    let mut at = skip_space(bytes, start);
    match bytes.get(at) {
        Some(b'{') if is_first => {
            at = skip_space(bytes, at + 1);
            if bytes.get(at) == Some(&b'}') {
                return Ok(ends(at));
            }
        }
        Some(b',') if !is_first => at = skip_space(bytes, at + 1),
        Some(b'}') if !is_first => return Ok(ends(at)),
        _ => return broken(at, "a comma or a brace is missing"),
    }
    if bytes.get(at) != Some(&b'"') {
        return broken(at, "a key is missing");
    }
    let (key_end, is_escaped) = string_end(bytes, at + 1)?;
    let colon = skip_space(bytes, key_end + 1);
    if bytes.get(colon) != Some(&b':') {
        return broken(colon, "a colon is missing");
    }
    let value = skip_space(bytes, colon + 1);
    let (end, goal) = match bytes.get(value) {
        Some(b'"') => (value + 1, Goal::Text),
        _ => (value, Goal::Other),
    };
    Ok(Between {
        start,
        end,
        goal,
        key: (at + 1, key_end),
        is_escaped,
    })
}

/// All steps that a scanner remembers.
#[derive(Debug)]
pub(super) struct Steps {
    all: Vec<Step>,
    /// All of them, at the same places.
    whole: Vec<Whole>,
    /// Steps that an object begins with, by node, the latest first.
    first: Vec<Guesses>,
    /// Steps that are remembered, by node.
    counts: Vec<usize>,
    /// Places of all steps, by a hash of node and bytes.
    places: HashMap<u64, u16, FixedState>,
}

impl Steps {
    /// Steps of as many nodes, none of them yet.
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            all: Vec::new(),
            whole: Vec::new(),
            first: vec![[NONE; GUESSES]; nodes],
            counts: vec![0; nodes],
            places: HashMap::with_hasher(FixedState::default()),
        }
    }

    /// Steps that are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Steps that an object at this node begins with.
    #[inline(always)]
    pub(super) fn first(&self, node: usize) -> Guesses {
        self.first.get(node).copied().unwrap_or([NONE; GUESSES])
    }

    /// The step at `at` if it is one of the guesses; `difference` tells which bytes two windows
    /// differ in.
    #[inline(always)]
    pub(super) fn guessed(
        &self,
        bytes: &[u8],
        at: usize,
        guesses: Guesses,
        difference: impl Fn(&[u8; HEAD], &[u8; HEAD]) -> u32,
    ) -> Option<(u16, &Step)> {
        let rest = bytes.get(at..)?;
        let last;
        let window = match rest.first_chunk::<HEAD>() {
            Some(window) => window,
            None => {
                last = last_window(bytes, rest);
                &last
            }
        };
        for guess in guesses {
            if let Some(step) = self.all.get(usize::from(guess))
                && difference(window, &step.head) & step.mask == 0
            {
                return Some((guess, step));
            }
        }
        self.guessed_long(rest, guesses)
    }

    /// As [`Steps::guessed`] for steps of more bytes than are compared at once.
    #[cold]
    #[inline(never)]
    fn guessed_long(&self, rest: &[u8], guesses: Guesses) -> Option<(u16, &Step)> {
        guesses.into_iter().find_map(|guess| {
            let step = self.all.get(usize::from(guess))?;
            let whole = self.whole.get(usize::from(guess))?;
            let is_it = usize::from(step.length) > HEAD && rest.starts_with(&whole.bytes);
            is_it.then_some((guess, step))
        })
    }

    /// Remembers a step, also as what follows the previous one.
    pub(super) fn enter(
        &mut self,
        paths: &Paths,
        bytes: &[u8],
        node: usize,
        previous: u16,
        found: &Between,
    ) -> Hit {
        let literal = bytes.get(found.start..found.end).unwrap_or_default();
        let hash = hash::of(literal.iter().copied().chain(node.to_le_bytes()));
        let place = match self.places.get(&hash).copied() {
            Some(place) => place,
            None => {
                let step = step_of(paths, literal, node, bytes, found);
                if !self.has_room(node, literal) {
                    return Hit::new(NONE, &step, found.end);
                }
                self.add(step, node, literal, hash)
            }
        };
        let is_it = |step: &Whole| step.node == node && *step.bytes == *literal;
        let (Some(step), true) = (
            self.all.get(usize::from(place)),
            self.whole.get(usize::from(place)).is_some_and(is_it),
        ) else {
            // Another one has the same hash.
            let step = step_of(paths, literal, node, bytes, found);
            return Hit::new(NONE, &step, found.end);
        };
        let hit = Hit::new(place, step, found.end);
        self.follow(node, previous, place);
        hit
    }

    fn has_room(&self, node: usize, literal: &[u8]) -> bool {
        let count = self.counts.get(node).copied().unwrap_or(MAX_STEPS);
        count < MAX_STEPS
            && self.all.len() < MAX_ALL_STEPS
            && literal.len() <= MAX_LENGTH
            // What is beyond the end of a text is compared as zeros.
            && !literal.contains(&0)
    }

    fn add(&mut self, step: Step, node: usize, literal: &[u8], hash: u64) -> u16 {
        let place = self.all.len() as u16;
        self.all.push(step);
        self.whole.push(Whole {
            node,
            bytes: literal.into(),
        });
        self.counts[node] += 1;
        self.places.insert(hash, place);
        place
    }

    /// Notes which step followed the previous one.
    fn follow(&mut self, node: usize, previous: u16, place: u16) {
        let next = match previous {
            START => self.first.get_mut(node),
            _ => {
                let step = self.all.get_mut(usize::from(previous));
                step.map(|step| &mut step.next)
            }
        };
        if let Some(next) = next {
            // One that stood behind a shorter one, which is alike, comes to stand before it.
            let held = next.iter().position(|held| *held == place);
            next[..=held.unwrap_or(GUESSES - 1)].rotate_right(1);
            next[0] = place;
        }
    }
}

/// The last bytes of a text, which are few, and zeros behind them.
#[inline(never)]
fn last_window(bytes: &[u8], rest: &[u8]) -> [u8; HEAD] {
    let mut padded = [0; 2 * HEAD];
    let start = match bytes.last_chunk::<HEAD>() {
        // A copy of a known size is quicker.
        Some(last) => {
            padded[..HEAD].copy_from_slice(last);
            HEAD.saturating_sub(rest.len())
        }
        None => {
            padded[..rest.len()].copy_from_slice(rest);
            0
        }
    };
    let window = padded.get(start..).and_then(|rest| rest.first_chunk());
    window.copied().unwrap_or([0; HEAD])
}

fn step_of(paths: &Paths, literal: &[u8], node: usize, bytes: &[u8], found: &Between) -> Step {
    let key = bytes.get(found.key.0..found.key.1).unwrap_or_default();
    let text = std::str::from_utf8(key).unwrap_or_default();
    let text = match found.is_escaped {
        true => unescape(text),
        false => Cow::Borrowed(text),
    };
    let child = match found.goal {
        Goal::End => None,
        _ => paths.set.child(node, &text),
    };
    let stop = child.and_then(|child| paths.stops.get(child).copied());
    // What is compared at once is told apart from what is longer by a byte that no text has.
    let (mut head, mut mask) = ([u8::MAX; HEAD], u32::MAX);
    if let Some(short) = head.get_mut(..literal.len()) {
        short.copy_from_slice(literal);
        mask = u32::MAX
            .checked_shr((HEAD - literal.len()) as u32)
            .unwrap_or(0);
    }
    Step {
        head,
        mask,
        goal: found.goal,
        length: u16::try_from(literal.len()).unwrap_or(u16::MAX),
        stop: stop.unwrap_or(SKIP),
        key: hash::of(key.iter().copied()),
        next: [NONE; GUESSES],
    }
}
