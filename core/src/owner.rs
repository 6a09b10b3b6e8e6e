//! Tags and labels that name the owner of a resource.

use crate::secret::may_be_kept;

/// Tags that name the service, the most telling first. Compared in lower case with `_` for `-` and
/// blank. The first is what the Azure Developer CLI writes.
const SERVICE: [&str; 13] = [
    "azd_service_name",
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
    "app.kubernetes.io/component",
    "app.kubernetes.io/part_of",
];

/// Tags that name the team.
const TEAM: [&str; 8] = [
    "team",
    "team_name",
    "owner_team",
    "owning_team",
    "squad",
    "owner",
    "owned_by",
    "owners",
];

/// Tags that name the environment.
const ENVIRONMENT: [&str; 6] = [
    "azd_env_name",
    "environment",
    "environment_name",
    "env",
    "stage",
    "deployment_environment",
];

/// Tags that name the resource.
const NAME: [&str; 1] = ["name"];

/// Who a resource belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// Service, application or component.
    pub service: Option<String>,
    /// Team or owner.
    pub team: Option<String>,
    /// Environment or stage.
    pub environment: Option<String>,
    /// Tag `Name`.
    pub name: Option<String>,
}

impl Owner {
    /// Owner as these tags, each with its value, name it. A value that looks like a secret names
    /// nobody.
    pub fn of<'a>(tags: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        let find = |names: &[&str]| {
            let value_of = |name: &&str| {
                let mut fitting = tags.clone().filter(|(tag, _)| matches(tag, name));
                let (_, value) = fitting.find(|(_, value)| may_be_kept(value))?;
                Some(value.trim().to_owned())
            };
            names.iter().find_map(value_of)
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
pub fn is_owner_tag(tag: &str) -> bool {
    let mut names = SERVICE.iter().chain(&TEAM).chain(&ENVIRONMENT).chain(&NAME);
    names.any(|name| matches(tag, name))
}

/// Whether `tag` is spelled like `name`, also behind the prefix of a company (`example:team`,
/// `example.com/team`).
fn matches(tag: &str, name: &str) -> bool {
    let is_name = |text: &[u8]| {
        let bytes = text.iter().map(|byte| match byte {
            b'-' | b' ' => b'_',
            byte => byte.to_ascii_lowercase(),
        });
        bytes.eq(name.bytes())
    };
    let bytes = tag.as_bytes();
    let Some(before) = bytes.len().checked_sub(name.len()) else {
        return false;
    };
    if before == 0 {
        return is_name(bytes);
    }
    // A prefix ends with one of these.
    let is_prefixed = matches!(bytes.get(before - 1), Some(b':' | b'/')) && name != "name";
    let last = bytes.get(before..).unwrap_or_default();
    if !is_prefixed || last.iter().any(|byte| matches!(byte, b':' | b'/')) || !is_name(last) {
        return false;
    }
    let tag = tag.to_ascii_lowercase();
    let vendors = ["kubernetes.io/", "k8s.io/"];
    !tag.starts_with("aws:") && !vendors.iter().any(|vendor| tag.contains(vendor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_telling_tag_wins() {
        let tags = [
            ("Application", "shop"),
            ("Service-Name", "checkout"),
            ("example.com/team", "pay"),
            ("Stage", "prod"),
            ("Name", "c1"),
        ];
        let owner = Owner::of(tags.into_iter());
        assert_eq!(owner.service.as_deref(), Some("checkout"));
        assert_eq!(owner.team.as_deref(), Some("pay"));
        assert_eq!(owner.environment.as_deref(), Some("prod"));
        assert_eq!(owner.name.as_deref(), Some("c1"));
    }

    #[test]
    fn a_secret_names_nobody() {
        let tags = [("owner", "password=x"), ("Team", ""), ("squad", " pay ")];
        let owner = Owner::of(tags.into_iter());
        assert_eq!(owner.team.as_deref(), Some("pay"));
    }

    #[test]
    fn only_owner_tags_are_read() {
        for tag in [
            "Name",
            "example.com/Team",
            "Service-Name",
            "app.kubernetes.io/name",
            "azd-env-name",
            "ENV",
            "a:b/owned by",
        ] {
            assert!(is_owner_tag(tag), "{tag}");
        }
        for tag in [
            "password",
            "aws:cloudformation:stack-name",
            "aws:service",
            "kubernetes.io/cluster/owner",
            "username",
            "example.com/name",
            "team/",
            "xteam",
        ] {
            assert!(!is_owner_tag(tag), "{tag}");
        }
    }
}
