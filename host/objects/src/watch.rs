//! Which objects are new or were replaced since the last look.

use std::collections::{HashMap, HashSet};
use std::fmt;

use nepho_core::Result;
use nepho_core::source::Partition;

use crate::{Object, ObjectSource};

/// Looks at some addresses again and again, such as those of the states of a tool.
///
/// What counts is the version of an object (its entity tag, or time and size where there is none),
/// so that one that was written again with the same bytes is told as well.
pub struct Watch {
    addresses: Vec<String>,
    settings: Vec<(String, String)>,
    /// Version of each object that was current, and when it was written.
    versions: HashMap<String, Version>,
    /// What was known of each object that the last look told of, before that look.
    before: HashMap<String, Option<Version>>,
    /// Objects that are no longer there, as of the last look.
    gone: Vec<String>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

/// Which version of an object it is, and when it was written.
type Version = (String, Option<i64>);

fn version(object: &Object) -> Version {
    let meta = &object.meta;
    let version = match (&meta.e_tag, &meta.version) {
        (Some(tag), _) => tag.clone(),
        (None, Some(version)) => version.clone(),
        (None, None) => meta.size.to_string(),
    };
    (version, meta.last_modified.timestamp_nanos_opt())
}

/// Name of an object without that of its version.
fn plain(partition: &Partition) -> &str {
    partition.id.0.split('?').next().unwrap_or_default()
}

impl Watch {
    /// Watches these addresses; see [`ObjectSource::new`].
    pub fn new(addresses: Vec<String>, settings: Vec<(String, String)>) -> Self {
        Self {
            addresses,
            settings,
            versions: HashMap::new(),
            before: HashMap::new(),
            gone: Vec::new(),
        }
    }

    /// The objects that there are, and which of them are new or were replaced since the last call,
    /// all of them at the first. Of a state, the versions between the last and the current one are
    /// told as well, in their order.
    ///
    /// # Errors
    /// As [`ObjectSource::new`]. An address that cannot be listed changes nothing.
    pub fn look(&mut self) -> Result<(ObjectSource, Vec<Partition>)> {
        let source = ObjectSource::new(&self.addresses, &self.settings)?;
        let mut changed = Vec::new();
        let mut there = HashSet::new();
        self.before.clear();
        // Where the version that was current at the last look stands among the older ones.
        let mut replaced = HashMap::new();
        for (place, partition) in source.partitions.iter().enumerate() {
            let name = plain(partition);
            let object = source.objects.get(&partition.id.0);
            if object.is_some_and(|object| {
                object.version.is_some() && self.versions.get(name) == Some(&version(object))
            }) {
                replaced.insert(name, place);
            }
        }
        for (place, partition) in source.partitions.iter().enumerate() {
            let Some(object) = source.objects.get(&partition.id.0) else {
                continue;
            };
            let name = plain(partition);
            there.insert(name);
            let known = self.versions.get(name);
            let version = version(object);
            if object.version.is_some() {
                // One that is not newer was current at an earlier look, or is of before the first.
                let is_newer = match replaced.get(name) {
                    Some(replaced) => *replaced < place,
                    None => known.is_some_and(|(_, before)| *before < version.1),
                };
                if is_newer {
                    changed.push(partition.clone());
                }
                continue;
            }
            if known != Some(&version) {
                changed.push(partition.clone());
                let before = self.versions.insert(name.to_owned(), version);
                self.before.insert(name.to_owned(), before);
            }
        }
        let is_gone = |name: &&String| source.is_complete && !there.contains(name.as_str());
        self.gone = self.versions.keys().filter(is_gone).cloned().collect();
        for name in &self.gone {
            self.versions.remove(name);
        }
        Ok((source, changed))
    }

    /// Names of objects that were there at the look before the last and are not any more. While an
    /// address cannot be listed no object is.
    pub fn gone(&self) -> &[String] {
        &self.gone
    }

    /// Takes back that an object was told by the last look, since it could not be read: the next
    /// one tells it again, and what was written meanwhile. An older version is not told again: the
    /// one behind it was compared with what was before.
    pub fn forget(&mut self, name: &str) {
        match self.before.remove(name) {
            Some(Some(before)) => self.versions.insert(name.to_owned(), before),
            Some(None) => self.versions.remove(name),
            None => None,
        };
    }
}
