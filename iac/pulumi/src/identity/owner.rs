//! Tags and labels that name the owner of a resource.

use super::properties::Properties;

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

/// Tags that name the service, the most telling first. Compared in lower case with `_` for `-` and
/// blank.
const SERVICE: [&str; 10] = [
    "service",
    "service_name",
    "app.kubernetes.io/name",
    "microservice",
    "app",
    "app_name",
    "application",
    "application_name",
    "component",
    "component_name",
];
/// Tags that name the team.
const TEAM: [&str; 7] = [
    "team",
    "team_name",
    "owner_team",
    "owning_team",
    "squad",
    "owner",
    "owned_by",
];
/// Tags that name the environment.
const ENVIRONMENT: [&str; 4] = ["environment", "env", "stage", "deployment_environment"];
/// Tags that name the resource.
const NAME: [&str; 1] = ["name"];

/// Who a resource belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Owner {
    /// Service, application or component.
    pub(super) service: Option<String>,
    /// Team or owner.
    pub(super) team: Option<String>,
    /// Environment or stage.
    pub(super) environment: Option<String>,
    /// Tag `Name`.
    pub(super) name: Option<String>,
}

impl Owner {
    /// Owner as the tags name it.
    pub(super) fn of(properties: &Properties) -> Self {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                let (_, value) = properties.tags.iter().find(|(tag, _)| matches(tag, name))?;
                Some(value.trim().to_owned())
            })
        };
        Self {
            service: find(&SERVICE),
            team: find(&TEAM),
            environment: find(&ENVIRONMENT),
            name: find(&NAME),
        }
    }
}

/// Whether the value of this tag may be read.
pub(super) fn is_owner_tag(tag: &str) -> bool {
    SERVICE
        .iter()
        .chain(&TEAM)
        .chain(&ENVIRONMENT)
        .chain(&NAME)
        .any(|name| matches(tag, name))
}

/// Whether `tag` is spelled like `name`, also behind the prefix of a company (`example:team`).
fn matches(tag: &str, name: &str) -> bool {
    let tag = tag.to_ascii_lowercase().replace(['-', ' '], "_");
    let last = tag.rsplit([':', '/']).next().unwrap_or(&tag);
    let is_vendors =
        tag.starts_with("aws:") || tag.contains("kubernetes.io/") || tag.contains("k8s.io/");
    tag == name || (name != "name" && !is_vendors && last == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owner_tags_are_read() {
        for tag in [
            "Name",
            "example.com/Team",
            "Service-Name",
            "app.kubernetes.io/name",
            "ENV",
        ] {
            assert!(is_owner_tag(tag), "{tag}");
        }
        for tag in [
            "password",
            "aws:service",
            "kubernetes.io/cluster/owner",
            "username",
        ] {
            assert!(!is_owner_tag(tag), "{tag}");
        }
    }
}
