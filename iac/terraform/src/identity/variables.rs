//! Environment variables and application settings: which cloud resources they name.
//!
//! A value is looked at and forgotten. Kept are the name of the variable and what in the value is a
//! key by itself: the id of a resource, or the host name of a cloud's end point. Values that hold
//! anything else tell nothing, and neither does an account id.

use nepho_iac_common::{images, text, variables};
use serde::de::{MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::hidden::Hidden;
use super::references::SECRET;
use super::shape::{Shape, pass};

/// Attributes that hold variables, as a map or as a list of blocks with name and value.
pub(super) const MAPS: [&str; 10] = [
    "environment.variables",
    "app_settings",
    "environment_variables",
    "build_environment_variables",
    "service_config.environment_variables",
    "template.containers.env",
    "template.template.containers.env",
    "template.spec.containers.env",
    "spec.template.spec.container.env",
    "site_config.app_settings",
];

/// Text of JSON that holds containers with a list `environment`.
pub(super) const DOCUMENT: &str = "container_definitions";

/// A variable and the key that its value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Name of the variable.
    pub name: String,
    /// Canonical id or host name.
    pub key: String,
    /// Beginning of the type of the resource, where the key is a name.
    pub names: &'static str,
    /// Whether the key counts only where the document has the resource: anything may look like a
    /// host.
    pub is_own: bool,
    /// Whether it is no variable: the registry of the image of a container.
    pub is_image: bool,
}

/// Reads variables; `path` is where they stand.
pub(super) struct Variables<'a> {
    pub found: &'a mut Vec<Variable>,
    pub hidden: &'a Hidden,
    pub path: &'a str,
}

impl Variables<'_> {
    fn offer(&mut self, name: &str, value: &RawValue) {
        if self.hidden.covers(&format!("{}.{name}", self.path)) {
            return;
        }
        let Ok(value) = serde_json::from_str::<String>(value.get()) else {
            return;
        };
        if let Some((key, is_own)) = variables::key_of(&value) {
            self.keep(name, key, "", is_own);
            return;
        }
        // A mere name counts only where the document has something of this type and name.
        for names in variables::types_by_name(name) {
            if text::may_be_kept(&value) {
                self.keep(name, value.clone(), names, true);
            }
        }
    }

    fn keep(&mut self, name: &str, key: String, names: &'static str, is_own: bool) {
        self.found.push(Variable {
            name: name.to_owned(),
            key,
            names,
            is_own,
            is_image: false,
        });
    }

    /// A secret or parameter of AWS, by its ARN or the name of a parameter.
    fn secret_of_aws(&mut self, name: &str, from: &str) {
        match variables::secret_of_aws(from) {
            Some(key) => self.keep(name, key, "", false),
            None if text::may_be_kept(from) => {
                self.keep(name, from.to_owned(), "aws_ssm_parameter", true);
            }
            None => {}
        }
    }

    /// Containers as a text of JSON.
    pub(super) fn document(&mut self, text: &str) {
        let text: Option<String> = serde_json::from_str(text).ok();
        let containers: Option<Vec<Container<'_>>> = text
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        for container in containers.into_iter().flatten() {
            for block in container.environment.into_iter().flatten() {
                self.block(&block);
            }
            for secret in container.secrets.into_iter().flatten() {
                if let (Some(name), Some(from)) = (secret.name, secret.value_from) {
                    self.secret_of_aws(&name, &from);
                }
            }
            if let Some(key) = container.image.as_deref().and_then(images::registry) {
                self.found.push(Variable {
                    name: "image".to_owned(),
                    key,
                    names: "",
                    is_own: false,
                    is_image: true,
                });
            }
            let registry = container.repository_credentials;
            if let Some(from) = registry.and_then(|registry| registry.credentials_parameter) {
                self.secret_of_aws("repositoryCredentials", &from);
            }
        }
    }

    fn block(&mut self, block: &Block<'_>) {
        let name = block
            .name
            .and_then(|name| serde_json::from_str::<String>(name.get()).ok());
        let Some(name) = name else { return };
        if let Some(value) = block.value {
            self.offer(&name, value);
        }
        for source in ["value_source", "value_from"] {
            if self.hidden.covers(&format!("{}.{source}", self.path)) {
                return;
            }
        }
        let source = block.value_source.or(block.value_from);
        if let Some(secret) = source.and_then(|source| secret_of_google(source.get()))
            && text::may_be_kept(&secret)
        {
            self.keep(&name, secret, SECRET, false);
        }
    }
}

/// A variable as a block.
#[derive(serde::Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(borrow)]
    value_source: Option<&'a RawValue>,
    #[serde(borrow)]
    value_from: Option<&'a RawValue>,
}

/// Secret that a block of Cloud Run takes its value from: `[{"secret_key_ref": [{"secret":
/// ...}]}]`, of the older resource `[{"secret_key_ref": [{"name": ...}]}]`.
fn secret_of_google(source: &str) -> Option<String> {
    let source: serde_json::Value = serde_json::from_str(source).ok()?;
    let first = |value: &serde_json::Value| match value {
        serde_json::Value::Array(list) => list.first().cloned(),
        other => Some(other.clone()),
    };
    let reference = first(first(&source)?.get("secret_key_ref")?)?;
    let secret = reference.get("secret").or_else(|| reference.get("name"))?;
    secret.as_str().map(str::to_owned)
}

#[derive(serde::Deserialize)]
struct Container<'a> {
    #[serde(borrow)]
    environment: Option<Vec<Block<'a>>>,
    secrets: Option<Vec<SecretOfAws>>,
    image: Option<String>,
    #[serde(rename = "repositoryCredentials")]
    repository_credentials: Option<Registry>,
}

#[derive(serde::Deserialize)]
struct SecretOfAws {
    name: Option<String>,
    #[serde(rename = "valueFrom")]
    value_from: Option<String>,
}

#[derive(serde::Deserialize)]
struct Registry {
    #[serde(rename = "credentialsParameter")]
    credentials_parameter: Option<String>,
}

impl<'de> Shape<'de> for Variables<'_> {
    fn object<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value::<&RawValue>()?;
            self.offer(&name, value);
        }
        Ok(())
    }

    fn list<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut fields = ["name", "value"].iter();
        if fields.any(|field| self.hidden.covers(&format!("{}.{field}", self.path))) {
            return pass(list);
        }
        while let Some(block) = list.next_element::<&RawValue>()? {
            if let Ok(block) = serde_json::from_str::<Block<'_>>(block.get()) {
                self.block(&block);
            }
        }
        Ok(())
    }
}
