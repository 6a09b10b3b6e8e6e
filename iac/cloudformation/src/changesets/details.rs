//! Details of a planned change: which attribute, and what causes it. Values are not read.

use serde::Deserialize;

use crate::document::{dotted, text};

/// `ResourceChangeDetail`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Detail {
    #[serde(default)]
    target: Target,
    #[serde(default, deserialize_with = "text")]
    change_source: Option<String>,
    #[serde(default, deserialize_with = "text")]
    causing_entity: Option<String>,
}

/// `ResourceTargetDefinition`, without `BeforeValue`, `AfterValue` and `Drift`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    #[serde(default, deserialize_with = "text")]
    attribute: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    path: Option<String>,
    #[serde(default, deserialize_with = "text")]
    requires_recreation: Option<String>,
}

impl Detail {
    /// Name of the attribute: `Environment.Variables.MODE` of a property, `Tags` of another part.
    pub(super) fn name(&self) -> Option<String> {
        let path = self.target.path.as_deref().map(dotted);
        let path = path.map(|path| path.trim_start_matches("Properties.").to_owned());
        let path = path.filter(|path| !path.is_empty());
        path.or_else(|| self.target.name.clone())
            .or_else(|| self.target.attribute.clone())
    }

    /// Whether the resource has to be made anew for it, always or perhaps.
    pub(super) fn replaces(&self) -> bool {
        let told = self.target.requires_recreation.as_deref();
        matches!(told, Some("Always" | "Conditionally"))
    }

    /// Logical id of the resource that causes the change, if one does.
    pub(super) fn resource(&self) -> Option<&str> {
        let is_resource = matches!(
            self.change_source.as_deref()?,
            "ResourceReference" | "ResourceAttribute"
        );
        let cause = self.causing_entity.as_deref().filter(|_| is_resource)?;
        cause.split('.').next().filter(|name| !name.is_empty())
    }
}
