//! Tags and labels that name the owner of a resource.

pub(super) use nepho_iac_common::owner::is_owner_tag;

/// Properties that hold tags or labels.
pub(super) const TAG_MAPS: [&str; 8] = [
    "tags",
    "tagsAll",
    "labels",
    "effectiveLabels",
    "pulumiLabels",
    "userLabels",
    "resourceLabels",
    "settingsUserLabels",
];
