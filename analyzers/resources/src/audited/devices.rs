//! Disks that are detached by the name of a device which nobody told when they were attached.
//!
//! Google names such a device itself
//! (cloud.google.com/compute/docs/reference/rest/v1/instances/attachDisk, read 2026-11-29). It is
//! the disk of the name of the device, else the only one of the instance of which the name of the
//! device is not known.

use std::collections::BTreeSet;

use nepho_core::key;

use super::declared::Declared;
use super::table::Effect;
use super::{Audited, Broken, Edge, Happened};

/// Part of the ids of disks.
const DISKS: &str = "/disks/";

impl Audited {
    /// The edge to the disk that a call detached by the name of a device, and what made it.
    pub(super) fn of_device(
        &self,
        call: &Broken,
        declared: Option<&Declared<'_>>,
    ) -> Option<(Edge, String)> {
        let device = call.device.as_deref()?;
        let from = call.from.first()?;
        let mut disks: BTreeSet<(String, String)> = BTreeSet::new();
        let mut gone: BTreeSet<&str> = BTreeSet::new();
        let start = (from.clone(), call.kind, String::new());
        let own = self.edges.range(start..);
        let own = own.take_while(|((held, kind, _), _)| held == from && *kind == call.kind);
        for ((_, _, to), happened) in own.filter(|((_, _, to), _)| to.contains(DISKS)) {
            match last(happened, call) {
                Some((Effect::Breaks, _)) => _ = gone.insert(to),
                Some((_, by)) => _ = disks.insert((to.clone(), by.to_owned())),
                None => {}
            }
        }
        if let Some(declared) = declared {
            let edges = declared.besides(from, call.kind, &[], call.at);
            let edges = edges.into_iter().map(|(_, to)| to);
            let there = edges.filter(|to| to.contains(DISKS) && !gone.contains(to.as_str()));
            let is_known = |to: &str| disks.iter().any(|(disk, _)| disk == to);
            let new: Vec<String> = there.filter(|to| !is_known(to)).collect();
            disks.extend(new.into_iter().map(|to| (to, String::new())));
        }
        let mut alike = disks.iter().filter(|(to, _)| key::short_name(to) == device);
        let found = match (alike.next(), alike.next()) {
            (Some(only), None) => Some(only),
            // Documents may tell of another one.
            _ if declared.is_none() => None,
            _ => self.only_without_device(from, &disks),
        };
        found.map(|(to, by)| ((from.clone(), call.kind, to.clone()), by.clone()))
    }

    /// The only disk of which no call told the name of its device.
    fn only_without_device<'d>(
        &self,
        from: &str,
        disks: &'d BTreeSet<(String, String)>,
    ) -> Option<&'d (String, String)> {
        let prefix = format!("{from}\n");
        let keys = self.keys.range(prefix.clone()..);
        let keys = keys.take_while(|(key, _)| key.starts_with(&prefix));
        let named: BTreeSet<&str> = keys
            .flat_map(|(_, edges)| edges.keys())
            .map(|((_, _, to), _)| to.as_str())
            .collect();
        let mut others = disks.iter().filter(|(to, _)| !named.contains(to.as_str()));
        others.next().filter(|_| others.next().is_none())
    }
}

/// What happened to an edge last before a call, and by what it is told apart.
fn last<'h>(happened: &'h Happened, call: &Broken) -> Option<(Effect, &'h str)> {
    let before = happened.range(..(call.at, Effect::Breaks, String::new()));
    let ((_, effect, by), _) = before.last()?;
    Some((*effect, by))
}
