//! Environment variables and application settings: which cloud resources they name.
//!
//! A value is looked at and forgotten. Kept are the name of the variable and what in the value is a
//! key by itself: the id of a resource, or the host name of a cloud's end point. Values that hold
//! anything else tell nothing, and neither does an account id.

use nepho_core::key::{self, Arn};
use serde_json::Value;

use crate::{images, text};

/// How sure a reference in a variable is: it may be left from long ago.
pub const CONFIDENCE: f64 = 0.7;

/// Ends of the host names that clouds give to what answers there.
pub const END_POINTS: [&str; 25] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".cloudfront.net",
    ".cloudfront.cn",
    ".on.aws",
    ".azure.com",
    ".azure.net",
    ".windows.net",
    ".azurewebsites.net",
    ".azurecontainerapps.io",
    ".azure-api.net",
    ".azurecr.io",
    ".azurefd.net",
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
    ".pkg.dev",
    ".gcr.io",
];

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

/// A variable and what its value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Name of the variable.
    pub name: String,
    /// Canonical id or host name.
    pub key: String,
    /// Whether the key counts only where the document has the resource: anything may look like a
    /// host.
    pub is_own: bool,
}

/// What the value of a variable names: its key, and whether this counts only where the document has
/// the resource.
pub fn key_of(value: &str) -> Option<(String, bool)> {
    let told = key_in(value).map(|key| (key, false));
    told.or_else(|| Some((host_in(value.trim())?, true)))
}

/// Id of the secret or parameter that a container takes a value from. The ARN of a secret may have
/// the name of a field, a stage and a version behind it; `None` for a mere name.
///
/// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html, read 2026-11-28.
pub fn secret_of_aws(from: &str) -> Option<String> {
    let arn = Arn::parse(from).filter(|_| text::may_be_kept(from))?;
    let end = match arn.service {
        "secretsmanager" => from.match_indices(':').nth(6).map(|(end, _)| end),
        _ => None,
    };
    Some(key::canonical(
        end.and_then(|end| from.get(..end)).unwrap_or(from),
    ))
}

/// Variables anywhere below the properties of a resource, in the words of any tool: a map, or a
/// list of names and values, called `environment`, `environment.variables`, `envs`, `appSettings`
/// or so; the containers of a task, also as a text of JSON, with the secrets that they take.
pub fn all(properties: &Value) -> Vec<Variable> {
    let mut found = Vec::new();
    visit(properties, &mut found);
    found
}

fn visit(value: &Value, found: &mut Vec<Variable>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| visit(value, found)),
        Value::Object(map) => {
            for (name, value) in map {
                member(&letters(name), value, found);
            }
        }
        _ => {}
    }
}

/// A member of an object, by its name in lower case.
fn member(name: &str, value: &Value, found: &mut Vec<Variable>) {
    match (name, value) {
        ("environment" | "environmentvariables" | "env" | "envs", Value::Array(_))
        | ("variables" | "environmentvariables" | "buildenvironmentvariables", Value::Object(_))
        | ("appsettings" | "runtimeenvironmentvariables", _) => settings(value, found),
        ("containerdefinitions", Value::String(text)) => {
            let containers: Option<Value> = serde_json::from_str(text).ok();
            containers.iter().for_each(|value| visit(value, found));
        }
        ("secrets", Value::Array(list)) => {
            for secret in list {
                let name = field(secret, "name");
                let key = field(secret, "valuefrom").and_then(secret_of_aws);
                found.extend(name.zip(key).map(|(name, key)| Variable {
                    name: name.to_owned(),
                    key,
                    is_own: false,
                }));
            }
        }
        _ => visit(value, found),
    }
}

/// Variables as a map, or as a list of objects with name and value.
fn settings(value: &Value, found: &mut Vec<Variable>) {
    let mut offer = |name: &str, value: &str| {
        found.extend(key_of(value).map(|(key, is_own)| Variable {
            name: name.to_owned(),
            key,
            is_own,
        }));
    };
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if let Some(value) = value.as_str() {
                    offer(name, value);
                }
            }
        }
        Value::Array(list) => {
            for setting in list {
                if let (Some(name), Some(value)) = (field(setting, "name"), field(setting, "value"))
                {
                    offer(name, value);
                }
            }
        }
        _ => {}
    }
}

/// A text of an object by its name in lower case: tools begin names with capitals or without.
fn field<'v>(object: &'v Value, wanted: &str) -> Option<&'v str> {
    let mut members = object.as_object()?.iter();
    let (_, value) = members.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    value.as_str()
}

fn letters(name: &str) -> String {
    let mut name: String = name.chars().filter(|letter| *letter != '_').collect();
    name.make_ascii_lowercase();
    name
}

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
    if let Some(vault) = images::vault(value) {
        return Some(vault);
    }
    let is_end_point = |host: &String| END_POINTS.iter().any(|end| host.ends_with(end));
    if let Some(host) = host_of_connection(value) {
        return Some(host).filter(is_end_point);
    }
    if let Some(instance) = instance_of_sql(value) {
        return Some(instance);
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
    // The address of a queue, of a bucket, or of an instance.
    let id = key::canonical(value);
    let is_of_google = || id.starts_with("//storage.") || id.starts_with("//cloudsql.");
    if id.starts_with("arn:") || !value.starts_with("//") && is_of_google() {
        return Some(id);
    }
    // `postgres://user:password@host:5432/database`
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next()?;
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    text::host(rest).filter(is_end_point)
}

/// Instance of Cloud SQL whose socket a value names:
/// `postgresql://user:password@/orders?host=/cloudsql/PROJECT:REGION:INSTANCE`. Nothing else of it
/// is looked at.
///
/// cloud.google.com/sql/docs/postgres/connect-run, read 2026-11-29.
fn instance_of_sql(value: &str) -> Option<String> {
    let (_, rest) = value.split_once("/cloudsql/")?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.');
    let name = rest.split(|c| !is_of_name(c)).next()?;
    Some(key::canonical(name)).filter(|id| id.starts_with("//cloudsql."))
}

/// Words at the end of the names of variables, with the types whose names their values are.
const NAMES: [(&str, &[&str]); 11] = [
    ("BUCKET", &["aws_s3_bucket", "google_storage_bucket"]),
    ("TABLE", &["aws_dynamodb_table"]),
    ("STREAM", &["aws_kinesis_stream"]),
    ("QUEUE", &["aws_sqs_queue"]),
    ("TOPIC", &["google_pubsub_topic", "aws_sns_topic"]),
    ("SUBSCRIPTION", &["google_pubsub_subscription"]),
    ("DATASET", &["google_bigquery_dataset"]),
    ("FUNCTION", &["aws_lambda_function"]),
    ("CLIENT", &["aws_cognito_user_pool_client"]),
    ("POOL", &["aws_cognito_user_pool"]),
    ("CONTAINER", &["azurerm_storage_container"]),
];

/// Beginnings of the types of Terraform whose names the value of a variable may be, by the name of
/// the variable: `ORDERS_TABLE_NAME` holds the name of a table.
pub fn types_by_name(name: &str) -> &'static [&'static str] {
    let mut name = name.replace('-', "_");
    name.make_ascii_uppercase();
    let bare = ["_NAME", "_ID"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    let last = bare.unwrap_or(&name).rsplit('_').next().unwrap_or_default();
    let found = NAMES.iter().find(|(word, _)| *word == last);
    found.map_or(&[], |(_, types)| types)
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
        check(
            "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
            Some("arn:aws:sqs:eu-west-1:111122223333:jobs"),
        );
        check(
            "https://shop.vault.azure.net/secrets/db",
            Some("shop.vault.azure.net"),
        );
        check(
            "@Microsoft.KeyVault(VaultName=shop;SecretName=db)",
            Some("shop.vault.azure.net"),
        );
        let instance = "//cloudsql.googleapis.com/projects/shop/instances/orders";
        for value in [
            "shop:europe-west1:orders",
            "/cloudsql/shop:europe-west1:orders",
            "postgresql://app:canary@/orders?host=/cloudsql/shop:europe-west1:orders&x=1",
            "app:canary@unix(/cloudsql/shop:europe-west1:orders)/orders",
        ] {
            check(value, Some(instance));
        }
        check(
            "https://storage.googleapis.com/storage/v1/b/exports",
            Some("//storage.googleapis.com/exports"),
        );
        check("/cloudsql/canary", None);
        check("Server=canary;Password=hunter2.database.windows.net", None);
        check("arn:aws:s3:::logs/*", None);
        check("111122223333", None);
        check("hunter2", None);
        check("https://example.com/?key=canary", None);
        check("1.2.3", None);
        check("", None);
    }

    #[test]
    fn the_name_of_a_variable_tells_what_its_value_names() {
        let check = |name: &str, expected: &[&str]| {
            assert_eq!(types_by_name(name), expected, "{name}");
        };
        check("BUCKET", &["aws_s3_bucket", "google_storage_bucket"]);
        check("orders_table_name", &["aws_dynamodb_table"]);
        check("COGNITO_CLIENT_ID", &["aws_cognito_user_pool_client"]);
        check("TABLECLOTH", &[]);
        check("PASSWORD", &[]);
        check("", &[]);
    }

    #[test]
    fn variables_are_found_where_tools_have_them() {
        let text = r#"[{"environment":[{"name":"BUCKET","value":"s3://media/x"}],"secrets":[{"name":"DB","valueFrom":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3:password::"}]}]"#;
        let properties = serde_json::json!({
            "Environment": {"Variables": {"QUEUE": "arn:aws:sqs:eu-west-1:111122223333:jobs",
                "ACCOUNT": "111122223333", "PASSWORD": "canary", "LIMIT": 7}},
            "ContainerDefinitions": [{"Environment": [
                {"Name": "API", "Value": "https://api-x.a.run.app/v1?key=canary"}]}],
            "siteConfig": {"appSettings": [{"name": "HOST", "value": "db.shop.example"}]},
            "containerDefinitions": text, "Description": "db-x.a.run.app"});
        let mut found: Vec<String> = all(&properties)
            .into_iter()
            .map(|found| format!("{} {} {}", found.name, found.key, found.is_own))
            .collect();
        found.sort();
        assert_eq!(
            found,
            [
                "API api-x.a.run.app false",
                "BUCKET arn:aws:s3:::media false",
                "DB arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3 false",
                "HOST db.shop.example true",
                "QUEUE arn:aws:sqs:eu-west-1:111122223333:jobs false",
            ]
        );
    }
}
