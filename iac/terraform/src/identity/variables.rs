//! Environment variables and application settings: which cloud resources they name.
//!
//! A value is looked at and forgotten. Kept are the name of the variable and what in the value is a
//! key by itself: the id of a resource, or the host name of a cloud's end point. Values that hold
//! anything else tell nothing, and neither does an account id.

use nepho_core::key::{self, Arn};
use nepho_iac_common::text;
use serde::de::{MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::hidden::Hidden;
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

/// Ends of the host names that clouds give to what answers there.
const END_POINTS: [&str; 12] = [
    ".amazonaws.com",
    ".cloudfront.net",
    ".azure.com",
    ".windows.net",
    ".azurewebsites.net",
    ".azurecontainerapps.io",
    ".azure-api.net",
    ".googleapis.com",
    ".run.app",
    ".cloudfunctions.net",
    ".appspot.com",
    ".gateway.dev",
];

/// A variable and the key that its value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Name of the variable.
    pub name: String,
    /// Canonical id or host name.
    pub key: String,
}

/// The key that a value names.
fn key_in(value: &str) -> Option<String> {
    let value = value.trim();
    if !text::may_be_kept(value) && !value.contains("://") {
        return None;
    }
    if let Some(arn) = Arn::parse(value) {
        let is_resource = !arn.resource.contains(['*', '$', ' ']) && arn.resource != "root";
        return is_resource.then(|| key::canonical(value));
    }
    let is_resource = key::azure_namespace(value).is_some() && key::is_azure_id(value);
    if is_resource || (value.starts_with("//") && value.contains(".googleapis.com/")) {
        return Some(key::canonical(value));
    }
    for (scheme, front) in [
        ("s3://", "arn:aws:s3:::"),
        ("gs://", "//storage.googleapis.com/"),
    ] {
        let bucket = value
            .strip_prefix(scheme)
            .and_then(|rest| rest.split('/').next());
        if let Some(bucket) = bucket.filter(|bucket| !bucket.is_empty()) {
            return Some(format!("{front}{bucket}"));
        }
    }
    // `postgres://user:password@host:5432/database`
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next()?;
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = text::host(rest)?;
    END_POINTS
        .iter()
        .any(|end| host.ends_with(end))
        .then_some(host)
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
        let value: Option<String> = serde_json::from_str(value.get()).ok();
        if let Some(key) = value.and_then(|value| key_in(&value)) {
            let name = name.to_owned();
            self.found.push(Variable { name, key });
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
        }
    }

    fn block(&mut self, block: &Block<'_>) {
        let name = block
            .name
            .and_then(|name| serde_json::from_str::<String>(name.get()).ok());
        if let (Some(name), Some(value)) = (name, block.value) {
            self.offer(&name, value);
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
}

#[derive(serde::Deserialize)]
struct Container<'a> {
    #[serde(borrow)]
    environment: Option<Vec<Block<'a>>>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_and_end_points_are_keys() {
        let check = |value: &str, expected: Option<&str>| {
            assert_eq!(key_in(value).as_deref(), expected, "{value}");
        };
        let host = "orders.abc.eu-west-1.rds.amazonaws.com";
        check(host, Some(host));
        check(&format!("{host}:5432"), Some(host));
        check(
            &format!("postgres://u:canary@{host}:5432/orders?sslmode=on"),
            Some(host),
        );
        check(
            "https://invoices-abc-ew.a.run.app/v1",
            Some("invoices-abc-ew.a.run.app"),
        );
        check(
            "gs://exports/2024",
            Some("//storage.googleapis.com/exports"),
        );
        check(
            "arn:aws:sqs:eu-west-1:111122223333:jobs",
            Some("arn:aws:sqs:eu-west-1:111122223333:jobs"),
        );
        check("arn:aws:s3:::logs/*", None);
        check("111122223333", None);
        check("hunter2", None);
        check("https://example.com/?key=canary", None);
        check("1.2.3", None);
        check("", None);
    }
}
