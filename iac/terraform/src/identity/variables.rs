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

/// Ends of the host names that clouds give to what answers there.
const END_POINTS: [&str; 19] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".cloudfront.net",
    ".cloudfront.cn",
    ".azure.com",
    ".windows.net",
    ".azurewebsites.net",
    ".azurecontainerapps.io",
    ".azure-api.net",
    // Azure operated by 21Vianet and Azure Government, learn.microsoft.com/azure/china and
    // learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure, read
    // 2026-11-29.
    ".azure.cn",
    ".chinacloudapi.cn",
    ".chinacloudsites.cn",
    ".usgovcloudapi.net",
    ".azurewebsites.us",
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
    /// Beginning of the type of the resource, where the key is a name.
    pub names: &'static str,
    /// Whether the key counts only where the document has the resource: anything may look like a
    /// host.
    pub is_own: bool,
}

/// Names of what holds a host in a connection string, in lower case.
///
/// learn.microsoft.com/dotnet/api/microsoft.data.sqlclient.sqlconnection.connectionstring and
/// learn.microsoft.com/azure/storage/common/storage-configure-connection-string, read 2026-11-28.
const HOST_OF_CONNECTION: [&str; 10] = [
    "server",
    "data source",
    "datasource",
    "host",
    "hostname",
    "address",
    "addr",
    "network address",
    "accountendpoint",
    "endpoint",
];

/// Host of a connection string: `Server=tcp:HOST,1433;Database=...;Password=...`. Nothing else of
/// it is looked at.
fn host_of_connection(value: &str) -> Option<String> {
    let parts = || value.split(';').filter_map(|part| part.split_once('='));
    let of = |wanted: &dyn Fn(&str) -> bool| {
        let mut named = parts().filter(|(name, _)| wanted(&name.trim().to_ascii_lowercase()));
        named.next().map(|(_, value)| value.trim())
    };
    if !value.contains(';') {
        return None;
    }
    if let Some(host) = of(&|name| HOST_OF_CONNECTION.contains(&name)) {
        let host = host.strip_prefix("tcp:").unwrap_or(host);
        return text::host(host.split(',').next()?);
    }
    let account = of(&|name| name == "accountname")?;
    let suffix = of(&|name| name == "endpointsuffix")?;
    text::host(&format!("{account}.blob.{suffix}"))
}

/// Host or address in a value, which may be one of the document.
fn host_in(value: &str) -> Option<String> {
    if let Some(host) = host_of_connection(value) {
        return Some(host);
    }
    if !text::may_be_kept(value) && !value.contains("://") {
        return None;
    }
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next()?;
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = text::host(rest)?;
    (host.matches('.').count() > 1).then_some(host)
}

/// The key that a value names.
fn key_in(value: &str) -> Option<String> {
    let value = value.trim();
    let is_end_point = |host: &String| END_POINTS.iter().any(|end| host.ends_with(end));
    if let Some(host) = host_of_connection(value) {
        return Some(host).filter(is_end_point);
    }
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
    text::host(rest).filter(is_end_point)
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
        let told = key_in(&value).map(|key| (key, false));
        let told = told.or_else(|| Some((host_in(value.trim())?, true)));
        if let Some((key, is_own)) = told {
            self.keep(name, key, "", is_own);
        }
    }

    fn keep(&mut self, name: &str, key: String, names: &'static str, is_own: bool) {
        self.found.push(Variable {
            name: name.to_owned(),
            key,
            names,
            is_own,
        });
    }

    /// A secret or parameter of AWS, by its ARN or the name of a parameter. The ARN of a secret may
    /// have the name of a field, a stage and a version behind it.
    ///
    /// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html, read 2026-11-28.
    fn secret_of_aws(&mut self, name: &str, from: &str) {
        if !text::may_be_kept(from) {
            return;
        }
        let Some(arn) = Arn::parse(from) else {
            self.keep(name, from.to_owned(), "aws_ssm_parameter", true);
            return;
        };
        let end = match arn.service {
            "secretsmanager" => from.match_indices(':').nth(6).map(|(end, _)| end),
            _ => None,
        };
        let id = end.and_then(|end| from.get(..end)).unwrap_or(from);
        self.keep(name, key::canonical(id), "", false);
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
        check(
            "Server=tcp:shop-sql.database.windows.net,1433;Database=orders;User ID=sa;Password=canary",
            Some("shop-sql.database.windows.net"),
        );
        check(
            "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=x;SharedAccessKey=canary",
            Some("shop.servicebus.windows.net"),
        );
        check(
            "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=canary==;EndpointSuffix=core.windows.net",
            Some("shop.blob.core.windows.net"),
        );
        check("Server=canary;Password=hunter2.database.windows.net", None);
        check("arn:aws:s3:::logs/*", None);
        check("111122223333", None);
        check("hunter2", None);
        check("https://example.com/?key=canary", None);
        check("1.2.3", None);
        check("", None);
    }
}
