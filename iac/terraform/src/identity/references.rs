//! Attributes that refer to other resources, and what the reference means.
//!
//! The direction of a relation is always dependent to dependency: a load balancer routes to its
//! target group, so when a target group attachment names both, the edge runs between the two.

use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_iac_common::edges::LINKS;
pub(crate) use nepho_iac_common::edges::{Link, REFERENCES, SECRET, SERVICE_ACCOUNT};

use super::attributes;

/// Paths that are read for references.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let ends = LINKS.iter().flat_map(|link| [link.from, link.to]);
    REFERENCES
        .iter()
        .map(|reference| reference.path)
        .chain(ends)
        .filter(|path| !path.is_empty())
}

/// Places in the table of references of what the path of an attribute, by its number, refers to.
pub(crate) fn at(path: u16) -> &'static [u16] {
    static PLACES: LazyLock<HashMap<u16, Vec<u16>>> = LazyLock::new(|| {
        let mut places: HashMap<u16, Vec<u16>> = HashMap::new();
        for (place, reference) in (0..).zip(&REFERENCES) {
            let path = attributes::number(reference.path);
            places.entry(path).or_default().push(place);
        }
        places
    });
    PLACES.get(&path).map_or(&[], Vec::as_slice)
}

/// Links that resources of this type draw.
pub(crate) fn links(resource_type: &str) -> impl Iterator<Item = &'static Link> {
    LINKS
        .iter()
        .filter(move |link| link.types.contains(&resource_type))
}
