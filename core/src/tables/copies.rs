//! Views of text that was copied lately, so that what repeats is copied once per batch.

use std::sync::{Arc, Weak};

use super::envelope::Envelope;
use super::logs::Column;
use super::views::{Place, View, ViewSpace};

/// Ids of resources that are remembered.
const RESOURCES: usize = 16;

/// Longer texts are copied again and again rather than held twice.
const MAX_BYTES: usize = 512;

/// Views of text that was copied lately.
#[derive(Default)]
pub(super) struct Copies {
    constants: [Option<(usize, usize, View)>; 16],
    /// The last one of each column.
    by_column: [Copied; Column::ALL.len()],
    /// Ids of resources, by their length and last byte.
    resources: [Copied; RESOURCES],
    /// The envelope whose values are in `of_around`. While it is held, nothing else stands at its
    /// address and nobody changes it.
    around: Weak<Envelope>,
    of_around: Vec<(Column, View)>,
}

/// A text that was copied, and the view of it. None is empty, but for what was forgotten.
#[derive(Default)]
struct Copied {
    text: String,
    view: View,
}

impl Copies {
    /// Forgets the views, which are of a batch that has ended.
    pub(super) fn forget(&mut self) {
        self.constants = Default::default();
        self.around = Weak::new();
        for copy in self.by_column.iter_mut().chain(&mut self.resources) {
            copy.text.clear();
        }
    }

    /// Lets go of the envelope, whose memory may then be used for another.
    pub(super) fn end_around(&mut self) {
        self.around = Weak::new();
    }

    /// View of the value that an envelope has for a column, copied once while it stays the same.
    pub(super) fn repeated(&mut self, column: Column, text: &str, space: &mut ViewSpace) -> View {
        self.by_column[column as usize].view_of(text, space)
    }

    /// Views of the values of an envelope that several records stand in.
    #[inline]
    pub(super) fn around(
        &mut self,
        envelope: &Arc<Envelope>,
        space: &mut ViewSpace,
    ) -> &[(Column, View)] {
        if Weak::as_ptr(&self.around) != Arc::as_ptr(envelope) {
            self.begin_around(envelope, space);
        }
        &self.of_around
    }

    #[inline(never)]
    fn begin_around(&mut self, envelope: &Arc<Envelope>, space: &mut ViewSpace) {
        self.around = Arc::downgrade(envelope);
        self.of_around.clear();
        let values = envelope.values.iter();
        for (column, value) in values.filter(|(_, value)| !value.is_empty()) {
            let view = self.by_column[*column as usize].view_of(value, space);
            self.of_around.push((*column, view));
        }
    }

    /// View of the id of a resource, copied once while no other takes its place.
    pub(super) fn resource(&mut self, id: &str, space: &mut ViewSpace) -> View {
        let last = id.as_bytes().last().copied().unwrap_or_default();
        let place = (id.len() + usize::from(last)) % RESOURCES;
        self.resources[place].view_of(id, space)
    }

    /// View of text that lives as long as the program, copied once per batch.
    #[inline(never)]
    pub(super) fn constant(&mut self, text: &'static str, space: &mut ViewSpace) -> View {
        let key = (text.as_ptr() as usize, text.len());
        let slot = (key.0 >> 3) % self.constants.len();
        if let Some((start, length, view)) = self.constants[slot]
            && (start, length) == key
        {
            return view;
        }
        let view = space.view(&Place::default(), text);
        self.constants[slot] = Some((key.0, key.1, view));
        view
    }
}

impl Copied {
    /// View of `text`, which is copied unless it is this one.
    #[inline(always)]
    fn view_of(&mut self, text: &str, space: &mut ViewSpace) -> View {
        match self.text == text {
            true => self.view,
            false => self.renew(text, space),
        }
    }

    #[inline(never)]
    fn renew(&mut self, text: &str, space: &mut ViewSpace) -> View {
        let view = space.view(&Place::default(), text);
        if text.len() <= MAX_BYTES {
            text.clone_into(&mut self.text);
            self.view = view;
        }
        view
    }
}
