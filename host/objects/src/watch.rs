//! Which objects are new or were replaced since the last look.

use std::collections::HashMap;

use nepho_core::Result;
use nepho_core::source::Partition;

use crate::ObjectSource;

/// Looks at some addresses again and again, such as those of the states of a tool.
///
/// What counts is the version of an object (its entity tag, or time and size where there is none),
/// so that one that was written again with the same bytes is told as well.
pub struct Watch {
    addresses: Vec<String>,
    settings: Vec<(String, String)>,
    versions: HashMap<String, String>,
}

impl Watch {
    /// Watches these addresses; see [`ObjectSource::new`].
    pub fn new(addresses: Vec<String>, settings: Vec<(String, String)>) -> Self {
        Self {
            addresses,
            settings,
            versions: HashMap::new(),
        }
    }

    /// The objects that there are, and which of them are new or were replaced since the last call,
    /// all of them at the first.
    ///
    /// # Errors
    /// As [`ObjectSource::new`]. An address that cannot be listed changes nothing.
    pub fn look(&mut self) -> Result<(ObjectSource, Vec<Partition>)> {
        let source = ObjectSource::new(&self.addresses, &self.settings)?;
        let mut changed = Vec::new();
        for partition in &source.partitions {
            let Some(object) = source.objects.get(&partition.id.0) else {
                continue;
            };
            // An older version was current at an earlier look, or is of before the first.
            if object.version.is_some() {
                continue;
            }
            let meta = &object.meta;
            let version = match (&meta.version, &meta.e_tag) {
                (Some(version), _) => version.clone(),
                (None, Some(tag)) => tag.clone(),
                (None, None) => format!("{} {}", meta.last_modified, meta.size),
            };
            let before = self
                .versions
                .insert(partition.id.0.clone(), version.clone());
            if before.as_ref() != Some(&version) {
                changed.push(partition.clone());
            }
        }
        Ok((source, changed))
    }
}
