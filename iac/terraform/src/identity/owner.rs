//! Tags and labels that name the owner of a resource.

pub(super) use nepho_iac_common::owner::is_owner_tag;

/// Attributes that hold tags or labels.
pub(super) const TAG_MAPS: [&str; 9] = [
    "tags",
    "tags_all",
    "tag",
    "labels",
    "effective_labels",
    "terraform_labels",
    "user_labels",
    "resource_labels",
    "metadata.labels",
];
